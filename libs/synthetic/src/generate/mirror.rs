//! The same event in another district: other people, other ids, the same days.
//!
//! The domain does not look at what a number or an id is, only at whether two are the same; so what it decided for the
//! first district it decides for every other one, and need not be asked again.

use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use eventlog::Idempotency;
use forloeb::haendelse::{
    Afgoerelse, Ciphertext, Haendelse, Key, PaamindelserAfgjort, Stamdata, StamdataRegistreret, Udfald,
};
use forloeb::{Aktoer, Now};
use uuid::Uuid;

use crate::invented::SyntheticError;
use crate::invented::life::Known;
use crate::invented::paamindelse::letter;
use crate::invented::signalbrev::mail_of_the_week;
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
    /// Of each event that this one may name by its position, how many events it was recorded with: every district has its own
    /// position for it.
    pub(super) commits: &'a BTreeMap<u64, u64>,
    /// What was sealed anew last, and as what: a reason may stand in two events of a commit.
    pub(super) copied: RefCell<Option<(Ciphertext, Ciphertext)>>,
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

    /// Payroll's number as the other district has it.
    fn number(&self, nr: &str) -> String {
        nr.parse().map_or_else(|_| nr.to_owned(), |nr| self.fravaer_nr(nr))
    }

    /// The position of the same event in the other district: each has all of a commit before the next one has it.
    fn position(&self, position: u64) -> u64 {
        position + u64::from(self.distrikt) * self.commits.get(&position).copied().unwrap_or(0)
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
        if let Some((before, copy)) = &*self.copied.borrow()
            && before == sealed
        {
            return Ok(copy.clone());
        }
        let world = self.world;
        let (one, other) = (world.person(self.place), world.person(world.place_in(self.distrikt, self.place)));
        let copy = sealed::copy(self.keys, one, other, sealed)?;
        *self.copied.borrow_mut() = Some((sealed.clone(), copy.clone()));
        Ok(copy)
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

    /// The event. What the domain says of every event, the forløb it is about and what is sealed in it, is that of the
    /// other district; whatever else an event names is named here, and a test looks for what still is the first one's.
    pub(super) fn haendelse(&self, h: &Haendelse) -> Result<Haendelse, SyntheticError> {
        if let Haendelse::StamdataRegistreret(h) = h {
            return Ok(self.stamdata(h)?.into());
        }
        if let Haendelse::PaamindelserAfgjort(h) = h {
            let afgoerelser = h.all().map(|a| self.afgoerelse(&a));
            return Ok(PaamindelserAfgjort::new(self.id(h.forloeb), afgoerelser).into());
        }
        let mut h = h.clone();
        if let Some(id) = h.forloeb_mut() {
            *id = self.id(*id);
        }
        if let Some(sealed) = h.sealed_mut() {
            *sealed = self.sealed(sealed)?;
        }
        if let Haendelse::FravaerRegistreret(h) = &mut h {
            h.fravaer_nr = h.fravaer_nr.as_deref().map(|nr| self.number(nr));
        } else if let Haendelse::FravaerKnyttet(h) = &mut h {
            h.fravaer_nr = self.number(&h.fravaer_nr);
        } else if let Haendelse::FravaerNummereret(h) = &mut h {
            (h.before, h.fravaer_nr) = (self.number(&h.before), self.number(&h.fravaer_nr));
        } else if let Haendelse::FravaerForsvundet(h) = &mut h {
            h.videre = h.videre.map(|id| self.id(id));
        } else if let Haendelse::HaendelseAnnulleret(h) = &mut h {
            h.haendelse = self.position(h.haendelse);
        } else if let Haendelse::SamtaleIndkaldt(h) = &mut h {
            h.deltager_nr.iter_mut().for_each(|nr| *nr = self.nr(nr));
            h.imoedekommer = h.imoedekommer.map(|position| self.position(position));
        } else if let Haendelse::SamtaleBesvaret(h) = &mut h {
            h.indkaldelse = self.position(h.indkaldelse);
        } else if let Haendelse::ReferatSkrevet(h) = &mut h {
            h.til = self.position(h.til);
            h.erstatter = h.erstatter.map(|position| self.position(position));
        } else if let Haendelse::ForloebAnnulleret(h) = &mut h {
            h.registreringer.iter_mut().for_each(|id| *id = self.id(*id));
        } else if let Haendelse::LederSkiftet(h) = &mut h {
            h.leder_nr = self.nr(&h.leder_nr);
        } else if let Haendelse::ForloebTildelt(h) = &mut h {
            h.til = self.maybe_nr(h.til.as_ref());
        } else if let Haendelse::KontaktpersonValgt(h) = &mut h {
            h.kontaktperson_nr = self.maybe_nr(h.kontaktperson_nr.as_ref());
        } else if let Haendelse::OmsorgskollegaValgt(h) = &mut h {
            h.kollega_nr = self.maybe_nr(h.kollega_nr.as_ref());
        } else if let Haendelse::LederBestridt(h) = &mut h {
            h.leder_nr = self.maybe_nr(h.leder_nr.as_ref());
        } else if let Haendelse::OvertagelseBesvaret(h) = &mut h {
            h.leder_nr = self.maybe_nr(h.leder_nr.as_ref());
        } else if let Haendelse::SignalbrevAfgjort(h) = &mut h {
            h.perioder.iter_mut().for_each(|id| *id = self.id(*id));
            h.udfald = self.signalbrev(h.uge, &h.udfald);
        } else if let Haendelse::TtaPlanLagt(h) = &mut h {
            h.plan.koordinator = self.maybe_nr(h.plan.koordinator.as_ref());
        }
        Ok(h)
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
        Ok(StamdataRegistreret { stamdata, confidential, person, gaelder_fra: h.gaelder_fra })
    }

    /// What became of a leader's mail of the week.
    fn signalbrev(&self, week: NaiveDate, udfald: &Udfald) -> Udfald {
        match udfald {
            Udfald::Sendt { til, .. } => {
                let til = self.maybe_nr(til.as_ref());
                let letter = mail_of_the_week(week, self.distrikt, til.as_deref().unwrap_or_default());
                Udfald::Sendt { letter, til }
            }
            Udfald::Fejlet { grund, til } => Udfald::Fejlet { grund: grund.clone(), til: self.maybe_nr(til.as_ref()) },
            other => other.clone(),
        }
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
