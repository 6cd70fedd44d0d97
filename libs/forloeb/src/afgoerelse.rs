//! A planned reminder and what became of it, as they are stored.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

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
    /// Nothing more will happen to this reminder. What was withheld because of something in the case comes back when
    /// the case does: a talk that is annulled is due again, and so are the reminders of it that were never sent.
    #[must_use]
    pub const fn er_endelig(&self) -> bool {
        match self {
            Self::Sendt { .. } | Self::Fejlet { .. } => true,
            Self::Aflyst { aarsag } => {
                matches!(aarsag, Aflysning::Overhalet | Aflysning::IngenModtager | Aflysning::SlaaetFra)
            }
            Self::Udskudt { .. } => false,
        }
    }
}

/// One reminder with its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "FladAfgoerelse")]
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

/// The stored form of an [`Afgoerelse`], as it lies there. Reading it field by field is several times faster than reading
/// through two flattened parts, and outcomes of reminders are most of what is ever read.
#[derive(Deserialize)]
struct FladAfgoerelse {
    frist: Fristart,
    trin: String,
    modtager: Modtagerrolle,
    #[serde(default)]
    nr: Option<String>,
    generation: NaiveDate,
    dag: NaiveDate,
    udfald: Udfaldskode,
    #[serde(default)]
    brev: Option<String>,
    #[serde(default)]
    til: Option<String>,
    #[serde(default)]
    aarsag: Option<Aflysning>,
    #[serde(default)]
    grund: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Udfaldskode {
    Sendt,
    Aflyst,
    Udskudt,
    Fejlet,
}

impl TryFrom<FladAfgoerelse> for Afgoerelse {
    type Error = &'static str;

    fn try_from(flad: FladAfgoerelse) -> Result<Self, Self::Error> {
        let FladAfgoerelse { frist, trin, modtager, nr, generation, dag, udfald, brev, til, aarsag, grund } = flad;
        let udfald = match udfald {
            Udfaldskode::Sendt => Udfald::Sendt { brev: brev.ok_or("brev mangler")?, til },
            Udfaldskode::Aflyst => Udfald::Aflyst { aarsag: aarsag.ok_or("aarsag mangler")? },
            Udfaldskode::Udskudt => {
                let til = til.and_then(|til| til.parse().ok()).ok_or("til mangler eller er intet tidspunkt")?;
                Udfald::Udskudt { til }
            }
            Udfaldskode::Fejlet => Udfald::Fejlet { grund: grund.ok_or("grund mangler")? },
        };
        Ok(Self { noegle: Noegle { frist, trin, modtager, nr, generation }, dag, udfald })
    }
}
