//! The payloads, each in the form it is written in now. Fields stand in the order in which they are written.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Kind, Sealed};
use crate::keys::Confidential;

/// A payload in its first form, which is not printed by accident.
macro_rules! first_form {
    ($($payload:ident),+) => {$(
        impl Sealed for $payload {
            const KIND: Kind = Kind::$payload;
            const FORM: u16 = 1;
        }

        impl fmt::Debug for $payload {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($payload), "(…)"))
            }
        }
    )+};
}

first_form!(
    Personoplysninger,
    Indkaldelse,
    OtteUgersOpfoelgning,
    FastTrackGrund,
    Rettelsesgrund,
    Annulleringsgrund,
    Refusionsgrund,
    Beslutningsgrund,
    Opfoelgningsaftaler
);

/// What payroll tells about the person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Personoplysninger {
    /// Personnummer.
    pub cpr: Confidential<String>,
    #[serde(rename = "navn")]
    pub name: Confidential<String>,
    /// E-mail at work; may be empty.
    pub email: Confidential<String>,
    /// Telephone; may be empty.
    pub telefon: Confidential<String>,
    /// Title.
    pub stilling: Confidential<String>,
}

/// Where the talk is, and who takes part besides leader and employee.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indkaldelse {
    /// Who takes part.
    pub deltagere: Vec<String>,
    /// Where.
    pub sted: String,
}

/// What is said in words about the eight-week follow-up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtteUgersOpfoelgning {
    /// Why it was not necessary.
    pub begrundelse: Option<String>,
    /// Who took part.
    pub deltagere: Vec<String>,
}

/// Why fast track was decided for or against.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FastTrackGrund(pub String);

/// Why something was corrected.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rettelsesgrund(pub String);

/// Why something was annulled.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Annulleringsgrund(pub String);

/// Why there is no receipt number, or why a dispensation was given.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Refusionsgrund(pub String);

/// Why an injury need not be notified, or the kommune's follow-up is wished or not.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Beslutningsgrund(pub String);

/// What was agreed at a follow-up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Opfoelgningsaftaler(pub Vec<Aftale>);

/// One agreement.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aftale {
    /// What.
    #[serde(rename = "tekst")]
    pub text: String,
    /// By when.
    #[serde(rename = "senest")]
    pub latest: Option<NaiveDate>,
    /// Who does it.
    #[serde(rename = "hvem")]
    pub who: Option<String>,
}

impl fmt::Debug for Aftale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Aftale(…)")
    }
}

/// What the file of each form of a kind in `migrations/golden-sealed/` says, the oldest first.
#[cfg(test)]
pub(super) mod golden {
    use super::super::tests::{reads, words};
    use super::*;

    pub(in super::super) fn read_all(kind: Kind) -> Vec<String> {
        match kind {
            Kind::Personoplysninger => {
                let known = |text: &str| Confidential::new(text.to_owned());
                let (cpr, name, email) = (known("0101010001"), known("Åse Ærlig"), known("aase@arbejde.example"));
                let (telefon, stilling) = (known(""), known("Pædagog"));
                reads(kind, &[Personoplysninger { cpr, name, email, telefon, stilling }])
            }
            Kind::Indkaldelse => {
                let deltagere = words(&["Tillidsrepræsentanten"]);
                reads(kind, &[Indkaldelse { deltagere, sted: "Lederens kontor".to_owned() }])
            }
            Kind::OtteUgersOpfoelgning => {
                let deltagere = words(&["HR-konsulent"]);
                reads(kind, &[OtteUgersOpfoelgning { begrundelse: None, deltagere }])
            }
            Kind::FastTrackGrund => reads(kind, &[FastTrackGrund("Vi har selv en plan, der virker".to_owned())]),
            Kind::Rettelsesgrund => reads(kind, &[Rettelsesgrund("De to første dage var ferie".to_owned())]),
            Kind::Refusionsgrund => reads(kind, &[Refusionsgrund("NemRefusion var nede den dag".to_owned())]),
            Kind::Annulleringsgrund => {
                reads(kind, &[Annulleringsgrund("Registreret på den forkerte medarbejder".to_owned())])
            }
            Kind::Beslutningsgrund => {
                reads(kind, &[Beslutningsgrund("Under tre dage, og intet krav ventes".to_owned())])
            }
            Kind::Opfoelgningsaftaler => {
                let (text, latest) = ("Ny vagtplan".to_owned(), NaiveDate::from_ymd_opt(2026, 10, 19));
                reads(kind, &[Opfoelgningsaftaler(vec![Aftale { text, latest, who: Some("Lederen".to_owned()) }])])
            }
            Kind::PlanTekster
            | Kind::Konklusion
            | Kind::PlanKladde
            | Kind::EgneOrd
            | Kind::Planbemaerkning
            | Kind::Planmodtager => super::super::plan::golden_plan::read_all(kind),
        }
    }
}
