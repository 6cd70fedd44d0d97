//! The payloads, each in the form it is written in now. Fields stand in the order in which they are written.

use std::fmt;

use chrono::NaiveDate;
use forloeb::words::{Kontaktform, Kontakttakt};
use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    OtteUgersOpfoelgning,
    FastTrackGrund,
    Rettelsesgrund,
    Annulleringsgrund,
    Refusionsgrund,
    Beslutningsgrund,
    Foranstaltning,
    Oensker,
    Referat,
    Samtalebemaerkning
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

/// Where the talk is, who takes part besides leader and employee, what it is about, and the letter as it was sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indkaldelse {
    /// Who takes part.
    pub deltagere: Vec<String>,
    /// Where.
    pub sted: String,
    /// What it is about, where more was said than what every such talk is about.
    pub formaal: Option<String>,
    /// The letter; none of what was sent before letters were kept.
    pub brev: Option<String>,
}

/// As it was before letters were kept.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FirstIndkaldelse {
    deltagere: Vec<String>,
    sted: String,
}

impl Sealed for Indkaldelse {
    const KIND: Kind = Kind::Indkaldelse;
    const FORM: u16 = 2;

    fn lift(form: u16, payload: Value) -> Option<Self> {
        let first = (form == 1).then(|| serde_json::from_value(payload).ok()).flatten();
        first.map(|FirstIndkaldelse { deltagere, sted }| Self { deltagere, sted, formaal: None, brev: None })
    }
}

impl fmt::Debug for Indkaldelse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Indkaldelse(…)")
    }
}

/// What the employee says beside an answer to an invitation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Samtalebemaerkning {
    /// Another place.
    pub sted: Option<String>,
    /// Who comes along.
    pub deltagere: Vec<String>,
    /// What else is said.
    pub bemaerkning: Option<String>,
}

/// The minutes of a talk or a meeting.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Referat {
    /// What was talked about.
    pub tekst: String,
    /// The words of what was agreed, in the order of the agreements of the event.
    pub aftaler: Vec<String>,
    /// Why they stand in the place of earlier ones.
    pub begrundelse: Option<String>,
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

/// What is done about a cause at work.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Foranstaltning(pub String);

/// What was agreed at a follow-up, and what was said of what was done before it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opfoelgningsaftaler {
    /// What was agreed.
    pub aftaler: Vec<Aftale>,
    /// What was done; how it works stands in the event, in the same order.
    #[serde(rename = "proevet")]
    pub tried: Vec<String>,
}

impl Sealed for Opfoelgningsaftaler {
    const KIND: Kind = Kind::Opfoelgningsaftaler;
    const FORM: u16 = 2;

    fn lift(form: u16, payload: Value) -> Option<Self> {
        if form != 1 {
            return None;
        }
        Some(Self { aftaler: serde_json::from_value(payload).ok()?, tried: Vec::new() })
    }
}

impl fmt::Debug for Opfoelgningsaftaler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opfoelgningsaftaler(…)")
    }
}

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

/// How the employee wishes to be contacted. What is not said is nobody's guess.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oensker {
    /// To be left in peace, but for what must be.
    #[serde(rename = "ro")]
    pub peace: Option<bool>,
    /// News from the workplace.
    pub information: Option<bool>,
    /// To be asked to meetings.
    #[serde(rename = "moeder")]
    pub meetings: Option<bool>,
    /// To be asked along when colleagues meet.
    #[serde(rename = "invitationer")]
    pub invitations: Option<bool>,
    /// How often to hear from the workplace.
    pub hvor_tit: Option<Kontakttakt>,
    /// How, best of all. A field called `form` would be taken for the number of a form.
    #[serde(rename = "hvordan")]
    pub form: Option<Kontaktform>,
    /// Telephone, where it is another than payroll's.
    pub telefon: Option<String>,
    /// E-mail, where it is another than payroll's.
    pub mail: Option<String>,
    /// What else there is to know.
    pub bemaerkning: Option<String>,
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
                let sted = "Lederens kontor".to_owned();
                let first = Indkaldelse { deltagere, sted, formaal: None, brev: None };
                let formaal = Some("Hvordan du kan begynde igen".to_owned());
                let brev = Some("Kære Åse\n\nVi inviterer dig til en samtale.".to_owned());
                reads(kind, &[first.clone(), Indkaldelse { formaal, brev, ..first }])
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
            Kind::Foranstaltning => reads(kind, &[Foranstaltning("To på aftenvagten til og med april".to_owned())]),
            Kind::Opfoelgningsaftaler => {
                let (text, latest) = ("Ny vagtplan".to_owned(), NaiveDate::from_ymd_opt(2026, 10, 19));
                let aftaler = vec![Aftale { text, latest, who: Some("Lederen".to_owned()) }];
                let first = Opfoelgningsaftaler { aftaler, tried: Vec::new() };
                let second = Opfoelgningsaftaler { tried: words(&["Ingen aftenvagter"]), ..first.clone() };
                reads(kind, &[first, second])
            }
            Kind::Oensker => {
                let oensker = Oensker {
                    peace: Some(false),
                    information: Some(true),
                    invitations: Some(true),
                    hvor_tit: Some(Kontakttakt::Ugentlig),
                    form: Some(Kontaktform::Telefon),
                    telefon: Some("10 00 10 08".to_owned()),
                    bemaerkning: Some("Helst om formiddagen".to_owned()),
                    ..Oensker::default()
                };
                reads(kind, &[oensker])
            }
            Kind::Samtalebemaerkning => {
                let (sted, deltagere) = (Some("Biblioteket".to_owned()), words(&["Min tillidsrepræsentant"]));
                reads(kind, &[Samtalebemaerkning { sted, deltagere, bemaerkning: None }])
            }
            Kind::Referat => {
                let (tekst, aftaler) = ("Vi begynder med tre korte dage".to_owned(), words(&["Ny vagtplan"]));
                reads(kind, &[Referat { tekst, aftaler, begrundelse: Some("En dag var skrevet forkert".to_owned()) }])
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
