//! What the employee has said in a forløb, and what was answered.

use chrono::NaiveDate;

use crate::events::haendelse::{Ciphertext, FastholdelsesplanBesvaret, Haendelse, MulighedserklaeringRegistreret};
use crate::fold::ansaettelse::Record;
use crate::fold::forloeb::Fact;

/// What the employee said of themself, and the steps that hang on it, each in the order it was recorded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sagt {
    /// The newest word on how they wish to be contacted; none in it: they took it back.
    pub oensker: Option<Fact<Option<Ciphertext>>>,
    /// The newest word that the leader is not theirs: who had the forløb then.
    pub bestridt: Option<Fact<Option<String>>>,
    /// The answer that the leader stays, and why.
    pub beholdt: Option<Fact<Ciphertext>>,
    /// The newest day on which they asked for a fastholdelsesplan (§ 7 b).
    pub fastholdelsesplan: Option<Fact<NaiveDate>>,
    /// The answer to that.
    pub fastholdelsessvar: Option<Fact<FastholdelsesplanBesvaret>>,
    /// Steps of mulighedserklæringer.
    pub mulighedserklaeringer: Vec<Fact<MulighedserklaeringRegistreret>>,
}

impl Sagt {
    /// Takes in what one of the events says; every other event says nothing of it.
    pub(super) fn hear(&mut self, record: &Record) {
        if let Haendelse::OenskerRegistreret(h) = &record.haendelse {
            self.oensker = Some(fact(record, h.confidential.clone()));
        } else if let Haendelse::LederBestridt(h) = &record.haendelse {
            self.bestridt = Some(fact(record, h.leder_nr.clone()));
            self.beholdt = None;
        } else if let Haendelse::LederBeholdt(h) = &record.haendelse {
            self.beholdt = Some(fact(record, h.begrundelse.clone()));
        } else if let Haendelse::FastholdelsesplanAnmodet(h) = &record.haendelse {
            self.fastholdelsesplan = Some(fact(record, h.dato));
            self.fastholdelsessvar = None;
        } else if let Haendelse::FastholdelsesplanBesvaret(h) = &record.haendelse {
            self.fastholdelsessvar = Some(fact(record, h.clone()));
        } else if let Haendelse::MulighedserklaeringRegistreret(h) = &record.haendelse {
            self.mulighedserklaeringer.push(fact(record, h.clone()));
        }
    }

    /// How the employee wishes to be contacted, sealed, while they have not taken it back.
    #[must_use]
    pub fn wishes(&self) -> Option<&Ciphertext> {
        self.oensker.as_ref()?.what.as_ref()
    }

    /// A fastholdelsesplan was asked for, and nobody has answered.
    #[must_use]
    pub const fn awaits_fastholdelsessvar(&self) -> bool {
        self.fastholdelsesplan.is_some() && self.fastholdelsessvar.is_none()
    }
}

fn fact<T>(record: &Record, what: T) -> Fact<T> {
    Fact { position: record.position, name: record.haendelse.name(), time: record.time, dag: record.dag, what }
}
