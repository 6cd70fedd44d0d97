//! A planned reminder and what became of it, as they are stored.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use crate::ord::{Aflysning, Fristart, Modtagerrolle};

/// One planned reminder: (forløb, frist, step, recipient, generation); the forløb stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Noegle {
    /// Which frist.
    pub frist: Fristart,
    /// Which step, e.g. `t-2`.
    pub trin: String,
    /// In which role somebody gets it.
    pub modtager: Modtagerrolle,
    /// Who the role was on the planned day; none for HR's shared mailbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nr: Option<String>,
    /// The lovdag it was planned for: a correction that moves the deadline starts a new generation.
    pub generation: NaiveDate,
}

/// What became of a planned reminder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "udfald", rename_all = "snake_case")]
pub enum Udfald {
    /// Handed to the mail server.
    Sendt {
        /// Message-ID of the digest it was part of.
        brev: String,
        /// Employee number it went to in the end (a substitute, the leader's leader); none: HR's mailbox.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        til: Option<String>,
    },
    /// Withheld, and why.
    Aflyst {
        /// Why.
        aarsag: Aflysning,
    },
    /// Not possible now; tried again later. Not final.
    Udskudt {
        /// When.
        til: DateTime<Utc>,
    },
    /// Refused for good by the mail server.
    Fejlet {
        /// Short stable reason, e.g. `smtp_550`; never an address.
        grund: String,
    },
}

impl Udfald {
    /// Nothing more will happen to this reminder, see [`Aflysning::er_endelig`].
    #[must_use]
    pub const fn er_endelig(&self) -> bool {
        match self {
            Self::Sendt { .. } | Self::Fejlet { .. } => true,
            Self::Aflyst { aarsag } => aarsag.er_endelig(),
            Self::Udskudt { .. } => false,
        }
    }
}

/// One reminder with its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Afgoerelse {
    /// Which reminder.
    #[serde(flatten)]
    pub noegle: Noegle,
    /// The day it was planned for.
    pub dag: NaiveDate,
    /// What became of it.
    #[serde(flatten)]
    pub udfald: Udfald,
}

impl<'de> Deserialize<'de> for Afgoerelse {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Flad::deserialize(d)?.til_afgoerelse().map_err(D::Error::custom)
    }
}

/// The stored form of an [`Afgoerelse`], as it lies there. Outcomes of reminders are most of what is ever read: reading
/// them field by field is several times faster than reading through two flattened parts, and most need no copy.
#[derive(Deserialize)]
struct Flad<'a> {
    frist: Fristart,
    #[serde(borrow)]
    trin: Tekst<'a>,
    modtager: Modtagerrolle,
    #[serde(default)]
    nr: Option<Tekst<'a>>,
    generation: NaiveDate,
    dag: NaiveDate,
    udfald: Udfaldskode,
    #[serde(default)]
    brev: Option<Tekst<'a>>,
    #[serde(default)]
    til: Option<Tekst<'a>>,
    #[serde(default)]
    aarsag: Option<Aflysning>,
    #[serde(default)]
    grund: Option<Tekst<'a>>,
}

#[derive(Deserialize)]
struct Tekst<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Udfaldskode {
    Sendt,
    Aflyst,
    Udskudt,
    Fejlet,
}

impl Flad<'_> {
    fn afgoer_noget(&self) -> bool {
        !matches!((&self.udfald, self.aarsag), (Udfaldskode::Aflyst, Some(aarsag)) if !aarsag.er_endelig())
    }

    fn til_afgoerelse(self) -> Result<Afgoerelse, &'static str> {
        let ejet = |tekst: Tekst<'_>| tekst.0.into_owned();
        let udfald = match self.udfald {
            Udfaldskode::Sendt => {
                Udfald::Sendt { brev: ejet(self.brev.ok_or("brev mangler")?), til: self.til.map(ejet) }
            }
            Udfaldskode::Aflyst => Udfald::Aflyst { aarsag: self.aarsag.ok_or("aarsag mangler")? },
            Udfaldskode::Udskudt => {
                let til = self.til.and_then(|til| til.0.parse().ok()).ok_or("til mangler eller er intet tidspunkt")?;
                Udfald::Udskudt { til }
            }
            Udfaldskode::Fejlet => Udfald::Fejlet { grund: ejet(self.grund.ok_or("grund mangler")?) },
        };
        let (trin, nr) = (ejet(self.trin), self.nr.map(ejet));
        let noegle = Noegle { frist: self.frist, trin, modtager: self.modtager, nr, generation: self.generation };
        Ok(Afgoerelse { noegle, dag: self.dag, udfald })
    }
}

/// The stored form of [`crate::haendelse::PaamindelserAfgjort`], without the reminders that were withheld and may come
/// back: no decision needs them, and they are most of what is ever recorded.
#[derive(Deserialize)]
pub(crate) struct DetDerAfgoer {
    pub(crate) forloeb: Uuid,
    #[serde(deserialize_with = "det_der_afgoer")]
    pub(crate) afgoerelser: Vec<Afgoerelse>,
}

fn det_der_afgoer<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Afgoerelse>, D::Error> {
    struct Liste;
    impl<'de> Visitor<'de> for Liste {
        type Value = Vec<Afgoerelse>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("outcomes of reminders")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut liste: A) -> Result<Vec<Afgoerelse>, A::Error> {
            let mut afgoerelser = Vec::new();
            while let Some(flad) = liste.next_element::<Flad<'de>>()? {
                if flad.afgoer_noget() {
                    afgoerelser.push(flad.til_afgoerelse().map_err(A::Error::custom)?);
                }
            }
            afgoerelser.shrink_to_fit();
            Ok(afgoerelser)
        }
    }
    d.deserialize_seq(Liste)
}
