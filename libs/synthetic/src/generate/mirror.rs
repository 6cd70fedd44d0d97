//! The same event in another district: other people, other ids, the same days.
//!
//! The domain does not look at what a number or an id is, only at whether two are the same; so what it decided for the
//! first district it decides for every other one, and need not be asked again.

use eventlog::Idempotency;
use forloeb::haendelse::{
    Afgoerelse, AnmeldelseRegistreret, ArbejdsskadeAnmeldt, Ciphertext, DelvisRegistreret, FastTrackBesluttet,
    FoersteKontaktHoldt, ForloebAfsluttet, ForloebAnnulleret, ForloebTildelt, FravaerRegistreret, FravaerRettet,
    Haendelse, HaendelseAnnulleret, Key, KontaktpersonValgt, LederSkiftet, OtteUgerRegistreret, PaamindelseSendesIgen,
    PaamindelserAfgjort, Raskmeldt, RefusionAnmodet, SamtaleIndkaldt, SamtaleRegistreret, Stamdata,
    StamdataRegistreret, StedfortraederUdpeget, TtaEvalueret, TtaPlanLagt, Udfald, VarighedRettet,
};
use forloeb::tta::Plan;
use forloeb::{Aktoer, Now};
use uuid::Uuid;

use crate::invented::SyntheticError;
use crate::invented::life::Known;
use crate::invented::paamindelse::letter;
use crate::invented::world::World;
use app::core::idempotency;
use app::keys::Keys;
use app::projections::registrering_of;
use app::sealed;

/// One employee of the first district, as seen from another one.
pub(super) struct Mirror<'a> {
    pub(super) world: &'a World,
    pub(super) keys: &'a Keys,
    /// Place in the first district.
    pub(super) place: usize,
    /// Registrations that something is still to happen to.
    pub(super) known_ones: &'a [Known],
    /// Which other district; 0 is the first itself.
    pub(super) distrikt: u32,
    pub(super) now: Now,
    /// Events of the commit that the last talk was recorded with: every district has its own position for it.
    pub(super) samtale_commit: u64,
}

impl Mirror<'_> {
    fn nr(&self, nr: &str) -> String {
        self.world.nr_in(self.distrikt, nr)
    }

    fn maybe_nr(&self, nr: Option<&String>) -> Option<String> {
        nr.map(|nr| self.nr(nr))
    }

    fn fravaer_nr(&self, nr: u32) -> String {
        (nr + self.distrikt).to_string()
    }

    fn id(&self, id: Uuid) -> Uuid {
        match self.known_ones.iter().find(|k| k.id == id).and_then(|k| k.fravaer_nr) {
            Some(nr) => registrering_of(&self.fravaer_nr(nr)),
            // The random part of an id that a person's registration got.
            None => Uuid::from_u128(id.as_u128() ^ u128::from(self.distrikt)),
        }
    }

    /// What was sealed for one is sealed anew for the other.
    fn sealed(&self, sealed: &Ciphertext) -> Result<Ciphertext, SyntheticError> {
        let world = self.world;
        let (one, other) = (world.person(self.place), world.person(world.place_in(self.distrikt, self.place)));
        Ok(sealed::copy(self.keys, one, other, sealed)?)
    }

    fn maybe_sealed(&self, sealed: Option<&Ciphertext>) -> Result<Option<Ciphertext>, SyntheticError> {
        sealed.map(|f| self.sealed(f)).transpose()
    }

    /// Who did it.
    pub(super) fn aktoer(&self, aktoer: &Aktoer) -> Aktoer {
        match aktoer.rolle {
            Some(_) => Aktoer { nr: self.maybe_nr(aktoer.nr.as_ref()), ..aktoer.clone() },
            None => aktoer.clone(),
        }
    }

    /// The idempotency of a call of the API, from the key of the first district.
    pub(super) fn idempotency(&self, aktoer: &Aktoer, key: Option<Uuid>, what: &[u8]) -> Option<Idempotency> {
        let key = Uuid::from_u128(key?.as_u128() ^ u128::from(self.distrikt));
        let who = format!("{}/{}", aktoer.rolle?, aktoer.nr.as_deref().unwrap_or_default());
        Some(idempotency(&who, &key.to_string(), what))
    }

    /// The event.
    pub(super) fn haendelse(&self, h: &Haendelse) -> Result<Haendelse, SyntheticError> {
        Ok(match h {
            Haendelse::StamdataRegistreret(h) => self.stamdata(h)?.into(),
            Haendelse::PersonSlettet(h) => h.clone().into(),
            Haendelse::FravaerRegistreret(h) => {
                let fravaer_nr = h.fravaer_nr.as_ref().and_then(|nr| nr.parse().ok()).map(|nr| self.fravaer_nr(nr));
                FravaerRegistreret { registrering: self.id(h.registrering), fravaer_nr, ..h.clone() }.into()
            }
            Haendelse::FravaerRettet(h) => {
                let begrundelse = self.maybe_sealed(h.begrundelse.as_ref())?;
                FravaerRettet { registrering: self.id(h.registrering), begrundelse, ..h.clone() }.into()
            }
            Haendelse::FoersteKontaktHoldt(h) => {
                FoersteKontaktHoldt { forloeb: self.id(h.forloeb), ..h.clone() }.into()
            }
            Haendelse::SamtaleIndkaldt(h) => {
                let confidential = self.sealed(&h.confidential)?;
                SamtaleIndkaldt { forloeb: self.id(h.forloeb), confidential, ..h.clone() }.into()
            }
            Haendelse::SamtaleRegistreret(h) => SamtaleRegistreret { forloeb: self.id(h.forloeb), ..h.clone() }.into(),
            Haendelse::AnmeldelseRegistreret(h) => {
                AnmeldelseRegistreret { forloeb: self.id(h.forloeb), ..h.clone() }.into()
            }
            Haendelse::ArbejdsskadeAnmeldt(h) => {
                ArbejdsskadeAnmeldt { forloeb: self.id(h.forloeb), ..h.clone() }.into()
            }
            Haendelse::RefusionAnmodet(h) => RefusionAnmodet { forloeb: self.id(h.forloeb), ..h.clone() }.into(),
            Haendelse::FastTrackBesluttet(h) => {
                let begrundelse = self.maybe_sealed(h.begrundelse.as_ref())?;
                FastTrackBesluttet { forloeb: self.id(h.forloeb), begrundelse, ..h.clone() }.into()
            }
            Haendelse::OtteUgerRegistreret(h) => {
                let confidential = self.maybe_sealed(h.confidential.as_ref())?;
                OtteUgerRegistreret { forloeb: self.id(h.forloeb), confidential, ..h.clone() }.into()
            }
            Haendelse::DelvisRegistreret(h) => {
                let begrundelse = self.maybe_sealed(h.begrundelse.as_ref())?;
                DelvisRegistreret { forloeb: self.id(h.forloeb), begrundelse, ..h.clone() }.into()
            }
            Haendelse::Raskmeldt(h) => Raskmeldt { forloeb: self.id(h.forloeb), ..h.clone() }.into(),
            Haendelse::VarighedRettet(h) => {
                let begrundelse = self.sealed(&h.begrundelse)?;
                VarighedRettet { forloeb: self.id(h.forloeb), begrundelse, ..h.clone() }.into()
            }
            Haendelse::HaendelseAnnulleret(h) => {
                let haendelse = h.haendelse + u64::from(self.distrikt) * self.samtale_commit;
                let begrundelse = self.sealed(&h.begrundelse)?;
                HaendelseAnnulleret { forloeb: self.id(h.forloeb), haendelse, begrundelse }.into()
            }
            Haendelse::ForloebAnnulleret(h) => {
                let registreringer = h.registreringer.iter().map(|id| self.id(*id)).collect();
                let begrundelse = self.sealed(&h.begrundelse)?;
                ForloebAnnulleret { forloeb: self.id(h.forloeb), registreringer, begrundelse }.into()
            }
            Haendelse::LederSkiftet(h) => {
                LederSkiftet { forloeb: self.id(h.forloeb), leder_nr: self.nr(&h.leder_nr), fra: h.fra }.into()
            }
            Haendelse::StedfortraederUdpeget(h) => {
                let stedfortraeder_nr = self.maybe_nr(h.stedfortraeder_nr.as_ref());
                StedfortraederUdpeget { stedfortraeder_nr, ..h.clone() }.into()
            }
            Haendelse::KontaktpersonValgt(h) => {
                let kontaktperson_nr = self.maybe_nr(h.kontaktperson_nr.as_ref());
                KontaktpersonValgt { forloeb: self.id(h.forloeb), kontaktperson_nr }.into()
            }
            Haendelse::ForloebTildelt(h) => {
                ForloebTildelt { forloeb: self.id(h.forloeb), til: self.maybe_nr(h.til.as_ref()) }.into()
            }
            Haendelse::ForloebAfsluttet(h) => ForloebAfsluttet { forloeb: self.id(h.forloeb), ..h.clone() }.into(),
            Haendelse::TtaPlanLagt(h) => {
                let plan =
                    Box::new(Plan { koordinator: self.maybe_nr(h.plan.koordinator.as_ref()), ..(*h.plan).clone() });
                let confidential = self.sealed(&h.confidential)?;
                TtaPlanLagt { forloeb: self.id(h.forloeb), version: h.version, plan, confidential }.into()
            }
            Haendelse::TtaEvalueret(h) => {
                let confidential = self.maybe_sealed(h.confidential.as_ref())?;
                TtaEvalueret { forloeb: self.id(h.forloeb), dato: h.dato, confidential }.into()
            }
            Haendelse::PaamindelserAfgjort(h) => {
                PaamindelserAfgjort::new(self.id(h.forloeb), h.all().map(|a| self.afgoerelse(&a))).into()
            }
            Haendelse::PaamindelseSendesIgen(h) => {
                let nr = self.maybe_nr(h.key.nr.as_ref());
                let key = Key { nr, ..h.key.clone() };
                PaamindelseSendesIgen { forloeb: self.id(h.forloeb), key }.into()
            }
        })
    }

    fn stamdata(&self, h: &StamdataRegistreret) -> Result<StamdataRegistreret, SyntheticError> {
        let world = self.world;
        let place = world.place_in(self.distrikt, self.place);
        let (m, person) = (world.medarbejder(place), world.person(place));
        let stamdata = Box::new(Stamdata {
            enhed: m.enhed_code(),
            enhed_navn: world.enhed_name(m.enhed).to_owned(),
            leder_nr: self.maybe_nr(h.stamdata.leder_nr.as_ref()),
            tr_nr: self.maybe_nr(h.stamdata.tr_nr.as_ref()),
            amr_nr: self.maybe_nr(h.stamdata.amr_nr.as_ref()),
            ..(*h.stamdata).clone()
        });
        let details = h.confidential.as_ref().map(|_| world.details(place));
        let confidential = details.map(|o| sealed::seal(self.keys, person, &o)).transpose()?;
        Ok(StamdataRegistreret { stamdata, confidential, person })
    }

    fn afgoerelse(&self, a: &Afgoerelse) -> Afgoerelse {
        let udfald = match &a.udfald {
            Udfald::Sendt { til, .. } => {
                let til = self.maybe_nr(til.as_ref());
                Udfald::Sendt { letter: letter(self.now.dag, self.distrikt, til.as_deref()), til }
            }
            other => other.clone(),
        };
        let key = Key { nr: self.maybe_nr(a.key.nr.as_ref()), ..a.key.clone() };
        Afgoerelse { key, dag: a.dag, udfald }
    }
}
