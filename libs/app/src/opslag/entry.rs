//! A look-up as it is stored: who, when, what and what for. The forms stay readable for as long as look-ups are kept.

use chrono::{DateTime, Utc};
use forloeb::Aktoer;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What somebody read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Opslagsindhold)]
pub enum Content {
    /// A forløb as it stands.
    Forloeb,
    /// Its frister.
    Frister,
    /// What happened in it.
    #[serde(rename = "historik")]
    History,
    /// Its reminders.
    Paamindelser,
    /// A TTA plan.
    TtaPlan,
    /// What refusion comes to.
    Refusion,
    /// The data sheet of an anmeldelse, with name and CPR number.
    AnmeldelseArk,
    /// What their absences together come to.
    Medarbejder,
    /// Where somebody works, and which forløb they have had.
    Person,
    /// Everything that is held about a person, as one file.
    #[serde(rename = "indsigt")]
    Insight,
    /// That it is there, how it stands, and what the reader is to it.
    #[serde(rename = "adgang")]
    Access,
    /// The rows of a list.
    #[serde(rename = "liste")]
    List,
    /// The forløb of a list as they stand, whole.
    #[serde(rename = "hele_forloeb")]
    Cases,
    /// The rows of a list, as a file.
    #[serde(rename = "liste_som_fil")]
    ListFile,
    /// What a search found.
    #[serde(rename = "soegning")]
    Search,
    /// What is told of a file of payroll.
    #[serde(rename = "rapport")]
    Report,
    /// The log of everything that happened.
    Log,
    /// The same, as one file.
    #[serde(rename = "bundt")]
    Bundle,
    /// Who has read about somebody.
    Opslag,
}

/// How much an answer tells, and of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Reach {
    /// One person, whom the reader has chosen.
    One,
    /// Whoever fits: a row of each.
    Rows,
    /// Whoever fits: as much of each as one reads by opening them.
    Whole,
}

impl Content {
    pub(super) const fn reach(self) -> Reach {
        match self {
            Self::Forloeb
            | Self::Frister
            | Self::History
            | Self::Paamindelser
            | Self::TtaPlan
            | Self::Refusion
            | Self::AnmeldelseArk
            | Self::Medarbejder
            | Self::Person
            | Self::Insight
            | Self::Access => Reach::One,
            Self::List | Self::Search | Self::Report | Self::Opslag => Reach::Rows,
            Self::Cases | Self::ListFile | Self::Log | Self::Bundle => Reach::Whole,
        }
    }

    /// What was read, as it is told whom it was about.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Forloeb => "forløbet",
            Self::Frister => "fristerne",
            Self::History => "historikken",
            Self::Paamindelser => "påmindelserne",
            Self::TtaPlan => "planen for at vende tilbage",
            Self::Refusion => "refusionen",
            Self::AnmeldelseArk => "arket til anmeldelsen, med navn og CPR-nummer",
            Self::Medarbejder => "hvor tit der har været fravær",
            Self::Person => "hvilke forløb der har været",
            Self::Insight => "alt, der er registreret, som en fil til indsigt",
            Self::Access => "at forløbet er der, og hvordan det står",
            Self::List => "en liste, hvor forløbet står",
            Self::Cases => "hele forløbet, på en liste",
            Self::ListFile => "en liste, hentet som en fil",
            Self::Search => "resultatet af en søgning",
            Self::Report => "rapporten om en fil fra lønsystemet",
            Self::Log => "hele loggen",
            Self::Bundle => "hele loggen, hentet som en fil",
            Self::Opslag => "hvem der har set oplysningerne",
        }
    }
}

/// What it was read for. Who has a relation to the employee has their purpose from it; the others say theirs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "art", rename_all = "snake_case")]
pub enum Formaal {
    /// Leads the employee, or acts for who does.
    Leder,
    /// Leads who leads the employee.
    LedersLeder,
    /// The employee chose them for the first contact.
    Kontaktperson,
    /// Coordinates the plan.
    Koordinator,
    /// HR of the employee's unit. Of any other unit HR reads nothing, so there is nothing to say.
    Hr,
    /// It is their own.
    #[serde(rename = "eget")]
    Own,
    /// Said by whoever read: an auditor, or who takes out an insight.
    #[serde(rename = "oplyst")]
    Said {
        /// In their words.
        tekst: String,
    },
    /// Nobody said.
    #[serde(rename = "ikke_oplyst")]
    Unsaid,
}

impl Formaal {
    /// The purpose, as it is told whom it was about.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Leder => "opfølgning som leder",
            Self::LedersLeder => "opfølgning som leders leder",
            Self::Kontaktperson => "første kontakt",
            Self::Koordinator => "planen for at vende tilbage",
            Self::Hr => "HR's opfølgning og refusion",
            Self::Own => "eget forløb",
            Self::Said { tekst } => tekst,
            Self::Unsaid => "ikke oplyst",
        }
    }
}

/// One look-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opslag {
    /// When.
    #[serde(rename = "tid")]
    pub time: DateTime<Utc>,
    /// Who, and in which role.
    #[serde(rename = "laeser")]
    pub reader: Aktoer,
    /// What for.
    pub formaal: Formaal,
    /// What was read.
    #[serde(rename = "indhold")]
    pub content: Content,
    /// Employee numbers it was about.
    #[serde(rename = "om")]
    pub about: Vec<String>,
    /// The forløb, where it was about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forloeb: Option<Uuid>,
    /// The version of the TTA plan, where it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

impl Opslag {
    /// What was read, as it is told whom it was about.
    #[must_use]
    pub fn what(&self) -> String {
        let version = self.version.map(|version| format!(", version {version}")).unwrap_or_default();
        format!("{}{version}", self.content.name())
    }
}
