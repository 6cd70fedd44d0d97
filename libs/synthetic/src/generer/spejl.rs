//! The same event in another district: other people, other ids, the same days.
//!
//! The domain does not look at what a number or an id is, only at whether two are the same; so what it decided for the
//! first district it decides for every other one, and need not be asked again.

use eventlog::Idempotency;
use forloeb::haendelse::{
    Afgoerelse, AnmeldelseRegistreret, ArbejdsskadeAnmeldt, DelvisRegistreret, FastTrackBesluttet, FoersteKontaktHoldt,
    ForloebAfsluttet, ForloebAnnulleret, ForloebTildelt, Forseglet, FravaerRegistreret, FravaerRettet, Haendelse,
    HaendelseAnnulleret, KontaktpersonValgt, LederSkiftet, Noegle, OtteUgerRegistreret, PaamindelseSendesIgen,
    PaamindelserAfgjort, Raskmeldt, RefusionAnmodet, SamtaleIndkaldt, SamtaleRegistreret, Stamdata,
    StamdataRegistreret, StedfortraederUdpeget, TtaEvalueret, TtaPlanLagt, Udfald, VarighedRettet,
};
use forloeb::tta::Plan;
use forloeb::{Aktoer, Nu};
use uuid::Uuid;

use crate::opdigt::OpdigtFejl;
use crate::opdigt::liv::Kendt;
use crate::opdigt::paamindelse::brev;
use crate::opdigt::verden::Verden;
use app::kerne::idempotens;
use app::noegler::Noegler;
use app::sealed;
use app::visninger::registrering_af;

/// One employee of the first district, as seen from another one.
pub(super) struct Spejl<'a> {
    pub(super) verden: &'a Verden,
    pub(super) noegler: &'a Noegler,
    /// Place in the first district.
    pub(super) plads: usize,
    /// Registrations that something is still to happen to.
    pub(super) kendte: &'a [Kendt],
    /// Which other district; 0 is the first itself.
    pub(super) distrikt: u32,
    pub(super) nu: Nu,
    /// Events of the commit that the last talk was recorded with: every district has its own position for it.
    pub(super) samtale_commit: u64,
}

impl Spejl<'_> {
    fn nr(&self, nr: &str) -> String {
        self.verden.nr_i(self.distrikt, nr)
    }

    fn maaske_nr(&self, nr: Option<&String>) -> Option<String> {
        nr.map(|nr| self.nr(nr))
    }

    fn fravaer_nr(&self, nr: u32) -> String {
        (nr + self.distrikt).to_string()
    }

    fn id(&self, id: Uuid) -> Uuid {
        match self.kendte.iter().find(|k| k.id == id).and_then(|k| k.fravaer_nr) {
            Some(nr) => registrering_af(&self.fravaer_nr(nr)),
            // The random part of an id that a person's registration got.
            None => Uuid::from_u128(id.as_u128() ^ u128::from(self.distrikt)),
        }
    }

    /// What was sealed for one is sealed anew for the other.
    fn forseglet(&self, forseglet: &Forseglet) -> Result<Forseglet, OpdigtFejl> {
        let verden = self.verden;
        let (en, anden) = (verden.person(self.plads), verden.person(verden.plads_i(self.distrikt, self.plads)));
        Ok(sealed::copy(self.noegler, en, anden, forseglet)?)
    }

    fn maaske_forseglet(&self, forseglet: Option<&Forseglet>) -> Result<Option<Forseglet>, OpdigtFejl> {
        forseglet.map(|f| self.forseglet(f)).transpose()
    }

    /// Who did it.
    pub(super) fn aktoer(&self, aktoer: &Aktoer) -> Aktoer {
        match aktoer.rolle {
            Some(_) => Aktoer { nr: self.maaske_nr(aktoer.nr.as_ref()), ..aktoer.clone() },
            None => aktoer.clone(),
        }
    }

    /// The idempotency of a call of the API, from the key of the first district.
    pub(super) fn idempotens(&self, aktoer: &Aktoer, noegle: Option<Uuid>, hvad: &[u8]) -> Option<Idempotency> {
        let noegle = Uuid::from_u128(noegle?.as_u128() ^ u128::from(self.distrikt));
        let hvem = format!("{}/{}", aktoer.rolle?, aktoer.nr.as_deref().unwrap_or_default());
        Some(idempotens(&hvem, &noegle.to_string(), hvad))
    }

    /// The event.
    pub(super) fn haendelse(&self, h: &Haendelse) -> Result<Haendelse, OpdigtFejl> {
        Ok(match h {
            Haendelse::StamdataRegistreret(h) => self.stamdata(h)?.into(),
            Haendelse::PersonSlettet(h) => h.clone().into(),
            Haendelse::FravaerRegistreret(h) => {
                let fravaer_nr = h.fravaer_nr.as_ref().and_then(|nr| nr.parse().ok()).map(|nr| self.fravaer_nr(nr));
                FravaerRegistreret { registrering: self.id(h.registrering), fravaer_nr, ..h.clone() }.into()
            }
            Haendelse::FravaerRettet(h) => {
                let begrundelse = self.maaske_forseglet(h.begrundelse.as_ref())?;
                FravaerRettet { registrering: self.id(h.registrering), begrundelse, ..h.clone() }.into()
            }
            Haendelse::FoersteKontaktHoldt(h) => {
                FoersteKontaktHoldt { forloeb: self.id(h.forloeb), ..h.clone() }.into()
            }
            Haendelse::SamtaleIndkaldt(h) => {
                let fortroligt = self.forseglet(&h.fortroligt)?;
                SamtaleIndkaldt { forloeb: self.id(h.forloeb), fortroligt, ..h.clone() }.into()
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
                let begrundelse = self.maaske_forseglet(h.begrundelse.as_ref())?;
                FastTrackBesluttet { forloeb: self.id(h.forloeb), begrundelse, ..h.clone() }.into()
            }
            Haendelse::OtteUgerRegistreret(h) => {
                let fortroligt = self.maaske_forseglet(h.fortroligt.as_ref())?;
                OtteUgerRegistreret { forloeb: self.id(h.forloeb), fortroligt, ..h.clone() }.into()
            }
            Haendelse::DelvisRegistreret(h) => {
                let begrundelse = self.maaske_forseglet(h.begrundelse.as_ref())?;
                DelvisRegistreret { forloeb: self.id(h.forloeb), begrundelse, ..h.clone() }.into()
            }
            Haendelse::Raskmeldt(h) => Raskmeldt { forloeb: self.id(h.forloeb), ..h.clone() }.into(),
            Haendelse::VarighedRettet(h) => {
                let begrundelse = self.forseglet(&h.begrundelse)?;
                VarighedRettet { forloeb: self.id(h.forloeb), begrundelse, ..h.clone() }.into()
            }
            Haendelse::HaendelseAnnulleret(h) => {
                let haendelse = h.haendelse + u64::from(self.distrikt) * self.samtale_commit;
                let begrundelse = self.forseglet(&h.begrundelse)?;
                HaendelseAnnulleret { forloeb: self.id(h.forloeb), haendelse, begrundelse }.into()
            }
            Haendelse::ForloebAnnulleret(h) => {
                let registreringer = h.registreringer.iter().map(|id| self.id(*id)).collect();
                let begrundelse = self.forseglet(&h.begrundelse)?;
                ForloebAnnulleret { forloeb: self.id(h.forloeb), registreringer, begrundelse }.into()
            }
            Haendelse::LederSkiftet(h) => {
                LederSkiftet { forloeb: self.id(h.forloeb), leder_nr: self.nr(&h.leder_nr), fra: h.fra }.into()
            }
            Haendelse::StedfortraederUdpeget(h) => {
                let stedfortraeder_nr = self.maaske_nr(h.stedfortraeder_nr.as_ref());
                StedfortraederUdpeget { stedfortraeder_nr, ..h.clone() }.into()
            }
            Haendelse::KontaktpersonValgt(h) => {
                let kontaktperson_nr = self.maaske_nr(h.kontaktperson_nr.as_ref());
                KontaktpersonValgt { forloeb: self.id(h.forloeb), kontaktperson_nr }.into()
            }
            Haendelse::ForloebTildelt(h) => {
                ForloebTildelt { forloeb: self.id(h.forloeb), til: self.maaske_nr(h.til.as_ref()) }.into()
            }
            Haendelse::ForloebAfsluttet(h) => ForloebAfsluttet { forloeb: self.id(h.forloeb), ..h.clone() }.into(),
            Haendelse::TtaPlanLagt(h) => {
                let plan =
                    Box::new(Plan { koordinator: self.maaske_nr(h.plan.koordinator.as_ref()), ..(*h.plan).clone() });
                let fortroligt = self.forseglet(&h.fortroligt)?;
                TtaPlanLagt { forloeb: self.id(h.forloeb), version: h.version, plan, fortroligt }.into()
            }
            Haendelse::TtaEvalueret(h) => {
                let fortroligt = self.maaske_forseglet(h.fortroligt.as_ref())?;
                TtaEvalueret { forloeb: self.id(h.forloeb), dato: h.dato, fortroligt }.into()
            }
            Haendelse::PaamindelserAfgjort(h) => {
                PaamindelserAfgjort::ny(self.id(h.forloeb), h.alle().map(|a| self.afgoerelse(&a))).into()
            }
            Haendelse::PaamindelseSendesIgen(h) => {
                let nr = self.maaske_nr(h.noegle.nr.as_ref());
                let noegle = Noegle { nr, ..h.noegle.clone() };
                PaamindelseSendesIgen { forloeb: self.id(h.forloeb), noegle }.into()
            }
        })
    }

    fn stamdata(&self, h: &StamdataRegistreret) -> Result<StamdataRegistreret, OpdigtFejl> {
        let verden = self.verden;
        let plads = verden.plads_i(self.distrikt, self.plads);
        let (m, person) = (verden.medarbejder(plads), verden.person(plads));
        let stamdata = Box::new(Stamdata {
            enhed: m.enhed_kode(),
            enhed_navn: verden.enhedsnavn(m.enhed).to_owned(),
            leder_nr: self.maaske_nr(h.stamdata.leder_nr.as_ref()),
            tr_nr: self.maaske_nr(h.stamdata.tr_nr.as_ref()),
            amr_nr: self.maaske_nr(h.stamdata.amr_nr.as_ref()),
            ..(*h.stamdata).clone()
        });
        let oplysninger = h.fortroligt.as_ref().map(|_| verden.oplysninger(plads));
        let fortroligt = oplysninger.map(|o| sealed::seal(self.noegler, person, &o)).transpose()?;
        Ok(StamdataRegistreret { stamdata, fortroligt, person })
    }

    fn afgoerelse(&self, a: &Afgoerelse) -> Afgoerelse {
        let udfald = match &a.udfald {
            Udfald::Sendt { til, .. } => {
                let til = self.maaske_nr(til.as_ref());
                Udfald::Sendt { brev: brev(self.nu.dag, self.distrikt, til.as_deref()), til }
            }
            andet => andet.clone(),
        };
        let noegle = Noegle { nr: self.maaske_nr(a.noegle.nr.as_ref()), ..a.noegle.clone() };
        Afgoerelse { noegle, dag: a.dag, udfald }
    }
}
