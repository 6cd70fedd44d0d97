//! A planned reminder and what became of it, as they are stored.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use crate::events::haendelse::PaamindelserAfgjort;
use crate::words::{Aflysning, Fristart, Modtagerrolle};

/// One planned reminder: (forløb, frist, step, recipient, generation); the forløb stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The frist it reminds of.
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
        #[serde(rename = "brev")]
        letter: String,
        /// Employee number it went to in the end (a substitute, the leader's leader); none: HR's mailbox.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        til: Option<String>,
    },
    /// Withheld, and why.
    Aflyst {
        /// Why the employee is away, as payroll codes it.
        aarsag: Aflysning,
    },
    /// Not possible now; tried again later. Not final.
    Udskudt {
        /// The instant from which it is tried again.
        til: DateTime<Utc>,
        /// Since when it was tried in vain; none where nothing was tried.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        siden: Option<DateTime<Utc>>,
        /// Why the latest attempt failed, e.g. `smtp_452`; never an address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grund: Option<String>,
    },
    /// Refused for good by the mail server, or given up.
    Fejlet {
        /// Short stable reason, e.g. `smtp_550`; never an address.
        grund: String,
        /// Employee number whose mailbox it was; none: HR's, or not noted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        til: Option<String>,
    },
}

/// Begins the reason of a temporary refusal.
const TEMPORARY: &str = "smtp_4";
/// The reasons that say that there is no such mailbox.
const NO_MAILBOX: [&str; 4] = ["smtp_550", "smtp_551", "smtp_553", "adresse"];

impl Udfald {
    /// Put off before anything was tried.
    #[must_use]
    pub const fn udskudt(til: DateTime<Utc>) -> Self {
        Self::Udskudt { til, siden: None, grund: None }
    }

    /// The mailbox would not take it for a whole working day, and might some day.
    #[must_use]
    pub fn was_given_up(&self) -> bool {
        matches!(self, Self::Fejlet { grund, .. } if grund.starts_with(TEMPORARY))
    }

    /// There is no such mailbox: nothing is to be sent there again.
    #[must_use]
    pub fn is_without_mailbox(&self) -> bool {
        matches!(self, Self::Fejlet { grund, .. } if NO_MAILBOX.contains(&grund.as_str()))
    }

    /// Nothing more will happen to this reminder, see [`Aflysning::is_final`].
    #[must_use]
    pub const fn is_final(&self) -> bool {
        match self {
            Self::Sendt { .. } | Self::Fejlet { .. } => true,
            Self::Aflyst { aarsag } => aarsag.is_final(),
            Self::Udskudt { .. } => false,
        }
    }
}

/// One reminder with its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Afgoerelse {
    /// The key of the reminder.
    #[serde(flatten)]
    pub key: Key,
    /// The day it was planned for.
    pub dag: NaiveDate,
    /// What became of it.
    #[serde(flatten)]
    pub udfald: Udfald,
}

impl Afgoerelse {
    /// The withheld reminder this is, or the outcome that decides something.
    fn shared(self) -> Result<Tilbageholdt, Self> {
        match self.udfald {
            Udfald::Aflyst { aarsag } if !aarsag.is_final() => {
                Ok(Tilbageholdt { key: self.key, dag: self.dag, aarsag })
            }
            Udfald::Sendt { .. } | Udfald::Aflyst { .. } | Udfald::Udskudt { .. } | Udfald::Fejlet { .. } => Err(self),
        }
    }
}

/// A reminder that something in the case made pointless, and that comes back when the case does. No decision needs it:
/// it is there for people, who see why nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tilbageholdt {
    /// The key of the reminder.
    pub key: Key,
    /// The day it was planned for.
    pub dag: NaiveDate,
    /// Why; never one that is final ([`Aflysning::is_final`]).
    pub aarsag: Aflysning,
}

impl PaamindelserAfgjort {
    /// Outcomes of reminders of one forløb. Each list keeps their order.
    #[must_use]
    pub fn new(forloeb: Uuid, all: impl IntoIterator<Item = Afgoerelse>) -> Self {
        let mut event = Self { forloeb, afgoerelser: Vec::new(), tilbageholdt: Vec::new() };
        for afgoerelse in all {
            match afgoerelse.shared() {
                Ok(tilbageholdt) => event.tilbageholdt.push(tilbageholdt),
                Err(afgoerelse) => event.afgoerelser.push(afgoerelse),
            }
        }
        event
    }

    /// Every reminder with its outcome, the withheld ones last.
    pub fn all(&self) -> impl Iterator<Item = Afgoerelse> + '_ {
        let tilbageholdt = self.tilbageholdt.iter().map(|t| Afgoerelse {
            key: t.key.clone(),
            dag: t.dag,
            udfald: Udfald::Aflyst { aarsag: t.aarsag },
        });
        self.afgoerelser.iter().cloned().chain(tilbageholdt)
    }
}

/// The stored form of withheld reminders. Most of what is ever recorded are these, so what a run of them shares is
/// written once, and the rest without names of fields: (step, day, recipient's role, recipient's number).
pub(crate) mod tilbageholdte {
    use super::{Aflysning, Fristart, Key, Modtagerrolle, NaiveDate, Tilbageholdt};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Run<T> {
        frist: Fristart,
        generation: NaiveDate,
        aarsag: Aflysning,
        trin: Vec<T>,
    }

    type Written<'a> = (&'a str, NaiveDate, Modtagerrolle, Option<&'a str>);
    type Read = (String, NaiveDate, Modtagerrolle, Option<String>);

    fn row(t: &Tilbageholdt) -> Written<'_> {
        (&t.key.trin, t.dag, t.key.modtager, t.key.nr.as_deref())
    }

    pub(crate) fn serialize<S: Serializer>(all: &[Tilbageholdt], s: S) -> Result<S::Ok, S::Error> {
        let shared = |t: &Tilbageholdt| (t.key.frist, t.key.generation, t.aarsag);
        let runs = all.chunk_by(|a, b| shared(a) == shared(b)).filter_map(|run| {
            let (frist, generation, aarsag) = shared(run.first()?);
            Some(Run { frist, generation, aarsag, trin: run.iter().map(row).collect() })
        });
        s.collect_seq(runs)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Tilbageholdt>, D::Error> {
        let runs: Vec<Run<Read>> = Vec::deserialize(d)?;
        let all = runs.into_iter().flat_map(|Run { frist, generation, aarsag, trin }| {
            trin.into_iter().map(move |(trin, dag, modtager, nr)| Tilbageholdt {
                key: Key { frist, trin, modtager, nr, generation },
                dag,
                aarsag,
            })
        });
        Ok(all.collect())
    }
}

impl<'de> Deserialize<'de> for Afgoerelse {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Flat::deserialize(d)?.into_afgoerelse().map_err(D::Error::custom)
    }
}

/// The stored form of an [`Afgoerelse`], as it lies there. Outcomes of reminders are most of what is ever read: reading
/// them field by field is several times faster than reading through two flattened parts, and most need no copy.
#[derive(Deserialize)]
struct Flat<'a> {
    frist: Fristart,
    #[serde(borrow)]
    trin: Text<'a>,
    modtager: Modtagerrolle,
    #[serde(default)]
    nr: Option<Text<'a>>,
    generation: NaiveDate,
    dag: NaiveDate,
    udfald: Udfaldskode,
    #[serde(rename = "brev")]
    #[serde(default)]
    letter: Option<Text<'a>>,
    #[serde(default)]
    til: Option<Text<'a>>,
    #[serde(default)]
    aarsag: Option<Aflysning>,
    #[serde(default)]
    grund: Option<Text<'a>>,
    #[serde(default)]
    siden: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Udfaldskode {
    Sendt,
    Aflyst,
    Udskudt,
    Fejlet,
}

impl Flat<'_> {
    fn decides_something(&self) -> bool {
        !matches!((&self.udfald, self.aarsag), (Udfaldskode::Aflyst, Some(aarsag)) if !aarsag.is_final())
    }

    fn into_afgoerelse(self) -> Result<Afgoerelse, &'static str> {
        let owned = |text: Text<'_>| text.0.into_owned();
        let udfald = match self.udfald {
            Udfaldskode::Sendt => {
                Udfald::Sendt { letter: owned(self.letter.ok_or("brev mangler")?), til: self.til.map(owned) }
            }
            Udfaldskode::Aflyst => Udfald::Aflyst { aarsag: self.aarsag.ok_or("aarsag mangler")? },
            Udfaldskode::Udskudt => {
                let til = self.til.and_then(|til| til.0.parse().ok()).ok_or("til mangler eller er intet tidspunkt")?;
                let siden =
                    self.siden.map(|siden| siden.0.parse()).transpose().map_err(|_| "siden er intet tidspunkt")?;
                Udfald::Udskudt { til, siden, grund: self.grund.map(owned) }
            }
            Udfaldskode::Fejlet => {
                Udfald::Fejlet { grund: owned(self.grund.ok_or("grund mangler")?), til: self.til.map(owned) }
            }
        };
        let (trin, nr) = (owned(self.trin), self.nr.map(owned));
        let key = Key { frist: self.frist, trin, modtager: self.modtager, nr, generation: self.generation };
        Ok(Afgoerelse { key, dag: self.dag, udfald })
    }
}

/// Form 1 of [`PaamindelserAfgjort`]: what was withheld stands among the rest.
#[derive(Deserialize)]
pub(crate) struct Form1 {
    pub(crate) forloeb: Uuid,
    pub(crate) afgoerelser: Vec<Afgoerelse>,
}

/// The newest form of [`PaamindelserAfgjort`] without what was withheld, which is skipped and not read.
#[derive(Deserialize)]
pub(crate) struct WhatDecides {
    pub(crate) forloeb: Uuid,
    #[serde(default)]
    pub(crate) afgoerelser: Vec<Afgoerelse>,
}

/// As [`WhatDecides`], of form 1.
#[derive(Deserialize)]
pub(crate) struct WhatDecides1 {
    pub(crate) forloeb: Uuid,
    #[serde(deserialize_with = "only_what_decides")]
    pub(crate) afgoerelser: Vec<Afgoerelse>,
}

fn only_what_decides<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Afgoerelse>, D::Error> {
    struct List;
    impl<'de> Visitor<'de> for List {
        type Value = Vec<Afgoerelse>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("outcomes of reminders")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<Afgoerelse>, A::Error> {
            let mut afgoerelser = Vec::new();
            while let Some(flat) = list.next_element::<Flat<'de>>()? {
                if flat.decides_something() {
                    afgoerelser.push(flat.into_afgoerelse().map_err(A::Error::custom)?);
                }
            }
            afgoerelser.shrink_to_fit();
            Ok(afgoerelser)
        }
    }
    d.deserialize_seq(List)
}
