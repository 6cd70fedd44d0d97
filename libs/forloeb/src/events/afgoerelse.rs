//! A planned reminder and what became of it, as they are stored.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use crate::events::haendelse::PaamindelserAfgjort;
use crate::ord::{Aflysning, Fristart, Modtagerrolle};

/// One planned reminder: (forløb, frist, step, recipient, generation); the forløb stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Noegle {
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
        brev: String,
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
    /// The key of the reminder.
    #[serde(flatten)]
    pub noegle: Noegle,
    /// The day it was planned for.
    pub dag: NaiveDate,
    /// What became of it.
    #[serde(flatten)]
    pub udfald: Udfald,
}

impl Afgoerelse {
    /// The withheld reminder this is, or the outcome that decides something.
    fn delt(self) -> Result<Tilbageholdt, Self> {
        match self.udfald {
            Udfald::Aflyst { aarsag } if !aarsag.er_endelig() => {
                Ok(Tilbageholdt { noegle: self.noegle, dag: self.dag, aarsag })
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
    pub noegle: Noegle,
    /// The day it was planned for.
    pub dag: NaiveDate,
    /// Why; never one that is final ([`Aflysning::er_endelig`]).
    pub aarsag: Aflysning,
}

impl PaamindelserAfgjort {
    /// Outcomes of reminders of one forløb. Each list keeps their order.
    #[must_use]
    pub fn ny(forloeb: Uuid, alle: impl IntoIterator<Item = Afgoerelse>) -> Self {
        let mut event = Self { forloeb, afgoerelser: Vec::new(), tilbageholdt: Vec::new() };
        for afgoerelse in alle {
            match afgoerelse.delt() {
                Ok(tilbageholdt) => event.tilbageholdt.push(tilbageholdt),
                Err(afgoerelse) => event.afgoerelser.push(afgoerelse),
            }
        }
        event
    }

    /// Every reminder with its outcome, the withheld ones last.
    pub fn alle(&self) -> impl Iterator<Item = Afgoerelse> + '_ {
        let tilbageholdt = self.tilbageholdt.iter().map(|t| Afgoerelse {
            noegle: t.noegle.clone(),
            dag: t.dag,
            udfald: Udfald::Aflyst { aarsag: t.aarsag },
        });
        self.afgoerelser.iter().cloned().chain(tilbageholdt)
    }
}

/// The stored form of withheld reminders. Most of what is ever recorded are these, so what a run of them shares is
/// written once, and the rest without names of fields: (step, day, recipient's role, recipient's number).
pub(crate) mod tilbageholdte {
    use super::{Aflysning, Fristart, Modtagerrolle, NaiveDate, Noegle, Tilbageholdt};
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
        (&t.noegle.trin, t.dag, t.noegle.modtager, t.noegle.nr.as_deref())
    }

    pub(crate) fn serialize<S: Serializer>(alle: &[Tilbageholdt], s: S) -> Result<S::Ok, S::Error> {
        let shared = |t: &Tilbageholdt| (t.noegle.frist, t.noegle.generation, t.aarsag);
        let runs = alle.chunk_by(|a, b| shared(a) == shared(b)).filter_map(|run| {
            let (frist, generation, aarsag) = shared(run.first()?);
            Some(Run { frist, generation, aarsag, trin: run.iter().map(row).collect() })
        });
        s.collect_seq(runs)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Tilbageholdt>, D::Error> {
        let runs: Vec<Run<Read>> = Vec::deserialize(d)?;
        let alle = runs.into_iter().flat_map(|Run { frist, generation, aarsag, trin }| {
            trin.into_iter().map(move |(trin, dag, modtager, nr)| Tilbageholdt {
                noegle: Noegle { frist, trin, modtager, nr, generation },
                dag,
                aarsag,
            })
        });
        Ok(alle.collect())
    }
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

/// Form 1 of [`PaamindelserAfgjort`]: what was withheld stands among the rest.
#[derive(Deserialize)]
pub(crate) struct Form1 {
    pub(crate) forloeb: Uuid,
    pub(crate) afgoerelser: Vec<Afgoerelse>,
}

/// The newest form of [`PaamindelserAfgjort`] without what was withheld, which is skipped and not read.
#[derive(Deserialize)]
pub(crate) struct DetDerAfgoer {
    pub(crate) forloeb: Uuid,
    #[serde(default)]
    pub(crate) afgoerelser: Vec<Afgoerelse>,
}

/// As [`DetDerAfgoer`], of form 1.
#[derive(Deserialize)]
pub(crate) struct DetDerAfgoer1 {
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
