//! Every error that leaves over HTTP: `application/problem+json`, in clear Danish, without a word about a person.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use eventlog::{AppendError, ReadError, ReadOnlyReason, Trouble};
use forloeb::afvisning::Afvisning;
use serde::Serialize;
use utoipa::ToSchema;

use crate::adgang::Afslag;
use crate::commands::Refusal;
use crate::commands::request::{Wrong, WrongField};
use crate::dates;
use crate::kerne::{AabnFejl, KommandoFejl};
use crate::tekster;
use crate::visninger::IkkeLaant;
use app::failure::Causes;
use app::stored::Unreadable;

/// An error, as RFC 9457 has it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Stable identifier of the kind of error.
    #[serde(rename = "type")]
    pub slags: String,
    /// What it is, in a few words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What to do about it.
    pub detail: String,
    /// Stable short code.
    pub kode: String,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub felter: Vec<Felt>,
}

/// A wrong field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Felt {
    /// Name of the field, with its place in lists: `trin[0].fra`.
    pub felt: String,
    /// What is wrong, and what would be right.
    pub fejl: String,
    /// The same as data: a form says it in other words.
    #[serde(skip)]
    pub how: How,
}

/// What the text about a field is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// This, found by the reader of requests.
    Wrong(Wrong),
    /// It goes on from the name of the field: "skal …".
    Continues,
    /// It is a sentence of its own.
    Sentence,
}

impl Felt {
    /// A wrong field.
    #[must_use]
    pub fn ny(felt: impl Into<String>, fejl: impl Into<String>) -> Self {
        Self { felt: felt.into(), fejl: fejl.into(), how: How::Continues }
    }
}

impl Problem {
    /// An error of this status and code.
    #[must_use]
    pub fn ny(status: StatusCode, kode: &str, title: &str, detail: impl Into<String>) -> Self {
        Self {
            slags: format!("urn:raskvej:{kode}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            kode: kode.to_owned(),
            felter: Vec::new(),
        }
    }

    /// 422: values of fields are wrong.
    #[must_use]
    pub fn felter(felter: Vec<Felt>) -> Self {
        let detail = felter.iter().map(|f| format!("{}: {}", f.felt, f.fejl)).collect::<Vec<_>>().join("; ");
        Self {
            felter,
            ..Self::ny(StatusCode::UNPROCESSABLE_ENTITY, "ugyldige_felter", "Felter er ikke udfyldt rigtigt", detail)
        }
    }

    /// 422 for one field.
    #[must_use]
    pub fn felt(felt: &str, fejl: impl Into<String>) -> Self {
        Self::felter(vec![Felt::ny(felt, fejl)])
    }

    /// 400: not understood at all.
    #[must_use]
    pub fn ulaeselig(kode: &str, detail: impl Into<String>) -> Self {
        Self::ny(StatusCode::BAD_REQUEST, kode, "Forespørgslen kan ikke læses", detail)
    }

    /// 404: it does not exist, or not for this caller.
    #[must_use]
    pub fn findes_ikke() -> Self {
        let detail = "Det, der spørges efter, findes ikke, eller du har ikke adgang til det.";
        Self::ny(StatusCode::NOT_FOUND, "findes_ikke", "Findes ikke", detail)
    }

    /// 404: the API has no such address.
    #[must_use]
    pub fn unknown_route() -> Self {
        let detail = "Den adresse findes ikke. Se /api/openapi.json for dem, der gør.";
        Self::ny(StatusCode::NOT_FOUND, "ukendt_rute", "Ukendt adresse", detail)
    }

    /// 403: seen, but not to be done in this role.
    #[must_use]
    pub fn maa_ikke() -> Self {
        let detail = "Din rolle giver ikke adgang til dette. Kontakt HR, hvis du mener, det er en fejl.";
        Self::ny(StatusCode::FORBIDDEN, "ikke_tilladt", "Ikke tilladt", detail)
    }

    /// 401: nobody is logged in.
    #[must_use]
    pub fn ikke_logget_ind() -> Self {
        let detail = "Send et gyldigt token i Authorization: Bearer …";
        Self::ny(StatusCode::UNAUTHORIZED, "ikke_logget_ind", "Ikke logget ind", detail)
    }

    /// 500 for an error that has causes: all of them are logged, and none told.
    #[must_use]
    pub fn internal(fejl: &(dyn std::error::Error + 'static)) -> Self {
        Self::intern(&Causes(fejl))
    }

    /// 500: logged, and no detail told.
    #[must_use]
    pub fn intern(fejl: &dyn std::fmt::Display) -> Self {
        tracing::error!(%fejl, "intern fejl");
        Self::internal_said_elsewhere()
    }

    /// 500 for somebody else's log line: whoever keeps the cause logs it.
    #[must_use]
    pub fn internal_said_elsewhere() -> Self {
        let detail = "Noget gik galt hos os. Intet er gemt; prøv igen om lidt.";
        Self::ny(StatusCode::INTERNAL_SERVER_ERROR, "intern_fejl", "Intern fejl", detail)
    }

    /// The status.
    #[must_use]
    pub fn statuskode(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<WrongField> for Felt {
    fn from(field: WrongField) -> Self {
        Self { fejl: said(&field.wrong), felt: field.path, how: How::Wrong(field.wrong) }
    }
}

/// What is wrong with a field, for somebody who programs.
fn said(wrong: &Wrong) -> String {
    match wrong {
        Wrong::Missing => "skal udfyldes".to_owned(),
        Wrong::NotText => "skal være tekst i anførselstegn".to_owned(),
        Wrong::TooLong(most) => format!("må højst fylde {most} tegn"),
        Wrong::NotAList => "skal være en liste".to_owned(),
        Wrong::TooMany(most) => format!("må højst have {most} punkter"),
        Wrong::NotFields => "skal være et objekt".to_owned(),
        Wrong::NotYesOrNo => "skal være true eller false".to_owned(),
        Wrong::NotANumber => "skal være et tal, uden anførselstegn".to_owned(),
        Wrong::NotWhole => "skal være et helt tal, uden anførselstegn".to_owned(),
        Wrong::NotSmall => "skal være et helt tal fra 0 til 255, uden anførselstegn".to_owned(),
        Wrong::NotAnId => "skal være et id".to_owned(),
        Wrong::NotADay => dates::DAY.to_owned(),
        Wrong::NotATime => dates::TIME.to_owned(),
        Wrong::NotOneOf(words) => format!("skal være en af: {}", words.join(", ")),
        Wrong::Unknown(known) => format!("er ikke et felt her; kendte felter: {}", known.join(", ")),
        Wrong::Said(said) => said.to_string(),
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Self::findes_ikke(),
            Refusal::NotAllowed => Self::maa_ikke(),
            Refusal::Fields(wrong) => Self::felter(wrong.into_iter().map(Felt::from).collect()),
            Refusal::Decided(afvisning) => afvisning.into(),
            Refusal::Policy(fejl) => fejl.into(),
            Refusal::Failed(fejl) => fejl.into(),
        }
    }
}

impl From<Afslag> for Problem {
    fn from(afslag: Afslag) -> Self {
        match afslag {
            Afslag::FindesIkke => Self::findes_ikke(),
            Afslag::MaaIkke => Self::maa_ikke(),
            Afslag::IkkeLaant => IkkeLaant.into(),
        }
    }
}

impl From<IkkeLaant> for Problem {
    fn from(fejl: IkkeLaant) -> Self {
        Self::intern(&fejl)
    }
}

/// The answer to whoever asks whether the service is ready.
impl From<app::health::Trouble> for Problem {
    fn from(trouble: app::health::Trouble) -> Self {
        Self::ny(StatusCode::SERVICE_UNAVAILABLE, trouble.code(), "Tjenesten er ikke klar", trouble.says())
    }
}

impl From<AabnFejl> for Problem {
    fn from(fejl: AabnFejl) -> Self {
        match &fejl {
            AabnFejl::Laes(laes) => laes.into(),
            _ => Self::internal(&fejl),
        }
    }
}

impl From<Unreadable> for Problem {
    fn from(fejl: Unreadable) -> Self {
        AabnFejl::from(fejl).into()
    }
}

/// Damage is told once, by what watches the service; whoever meets it is told that trying again does not help.
impl From<&ReadError> for Problem {
    fn from(fejl: &ReadError) -> Self {
        let ReadError::Damaged(skade) = fejl else { return Self::internal(fejl) };
        tracing::debug!(%skade, "det, der spørges efter, er beskadiget");
        let detail = "Det, der spørges efter, kan ikke læses, fordi en del af loggen er beskadiget. Intet er gemt. Driften er nødt \
                      til at gribe ind.";
        Self::ny(StatusCode::SERVICE_UNAVAILABLE, "beskadiget", "En del af loggen er beskadiget", detail)
    }
}

impl From<Afvisning> for Problem {
    fn from(afvisning: Afvisning) -> Self {
        match afvisning {
            Afvisning::UkendtForloeb => Self::findes_ikke(),
            Afvisning::Felter(felter) => {
                Self::felter(felter.iter().map(|f| Felt::ny(f.felt, tekster::fejl(&f.fejl))).collect())
            }
            Afvisning::Regel(regel) => {
                let tekst = tekster::regel(&regel);
                let felt = |felt| Felt { how: How::Sentence, ..Felt::ny(felt, tekst.clone()) };
                let felter = regel.felt().map(felt).into_iter().collect();
                Self { felter, ..Self::ny(StatusCode::CONFLICT, regel.kode(), "Reglerne tillader det ikke", tekst) }
            }
            Afvisning::AndenVersion { nu } => Self::ny(
                StatusCode::PRECONDITION_FAILED,
                "anden_version",
                "Forløbet er ændret i mellemtiden",
                format!("Forløbet har nu version {nu}. Hent det igen, og prøv på ny."),
            ),
        }
    }
}

impl From<KommandoFejl> for Problem {
    fn from(fejl: KommandoFejl) -> Self {
        let ikke_nu = |kode: &str, detail: &str| {
            Self::ny(StatusCode::SERVICE_UNAVAILABLE, kode, "Der kan ikke skrives lige nu", detail)
        };
        match fejl {
            KommandoFejl::Afvist(afvisning) => afvisning.into(),
            KommandoFejl::NoegleGenbrugt => Self::ny(
                StatusCode::CONFLICT,
                "noegle_genbrugt",
                "Idempotency-Key er brugt før",
                "Nøglen hører til en anden kommando. Brug en ny nøgle til en ny kommando.",
            ),
            KommandoFejl::Travlt => ikke_nu("travlt", "Mange ændrer det samme forløb samtidig. Prøv igen."),
            KommandoFejl::Log(AppendError::ReadOnly { reason }) => {
                // That it lasts is logged once, by what watches the service; each command would say it again.
                tracing::debug!(%reason, "loggen er skrivebeskyttet");
                let (kode, detail) = match reason {
                    ReadOnlyReason::DiskFull { .. } => {
                        ("disk_fuld", "Disken er næsten fuld. Der kan læses, men ikke skrives, før der er ryddet op.")
                    }
                    ReadOnlyReason::Refused { trouble, .. } => ikke_plads(trouble),
                    ReadOnlyReason::NotPacked { .. } => (
                        "skrivebeskyttet",
                        "Loggen kan ikke pakkes og kan kun læses, til det lykkes. Driften er nødt til at se på disken.",
                    ),
                    ReadOnlyReason::IndexBroken => (
                        "skrivebeskyttet",
                        "Loggens register kan ikke bruges. Driften er nødt til at starte tjenesten igen.",
                    ),
                    ReadOnlyReason::Damaged(_) => {
                        ("skrivebeskyttet", "Loggen er beskadiget og kan kun læses. Driften er nødt til at gribe ind.")
                    }
                };
                ikke_nu(kode, detail)
            }
            KommandoFejl::Log(fejl @ AppendError::TooLarge(_)) => {
                tracing::warn!(%fejl, "for stor kommando");
                Self::ny(StatusCode::PAYLOAD_TOO_LARGE, "for_stor", "For meget på én gang", "Kommandoen er for stor.")
            }
            KommandoFejl::Log(fejl) => {
                tracing::error!(%fejl, "loggen tager ikke imod");
                ikke_nu("stopper", "Tjenesten stopper. Prøv igen om lidt.")
            }
            KommandoFejl::Laes(fejl) => (&fejl).into(),
            KommandoFejl::Noegler(crate::noegler::NoegleFejl::IngenNoegle) => {
                Afvisning::Regel(forloeb::afvisning::Regel::PersonSlettet).into()
            }
            KommandoFejl::Noegler(crate::noegler::NoegleFejl::Fil(fejl)) => {
                tracing::error!(%fejl, "nøglefilen kan ikke skrives");
                let (kode, detail) = ikke_plads(Trouble::of(&fejl));
                ikke_nu(kode, detail)
            }
            KommandoFejl::Noegler(fejl) => Self::internal(&fejl),
            KommandoFejl::Internal(fejl) => Self::internal(&fejl),
        }
    }
}

/// What keeps the store from being written, for whoever wanted to: a code, and what can be done.
const fn ikke_plads(hvorfor: Trouble) -> (&'static str, &'static str) {
    match hvorfor {
        Trouble::NoRoom => {
            ("disk_fuld", "Der er ikke plads til mere. Der kan læses, men ikke skrives, før der er ryddet op.")
        }
        Trouble::NoDescriptors => {
            ("travlt", "Tjenesten har for meget åbent på én gang. Intet er gemt; prøv igen om lidt.")
        }
        Trouble::ReadOnly => (
            "skrivebeskyttet",
            "Disken er skrivebeskyttet. Der kan læses, men ikke skrives. Driften er nødt til at se på disken.",
        ),
        Trouble::Device | Trouble::Other => {
            ("skrivebeskyttet", "Der kan ikke skrives på disken. Intet er gemt. Driften er nødt til at se på disken.")
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.statuskode();
        let mut svar = (status, Json(self)).into_response();
        let hoveder = svar.headers_mut();
        hoveder.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            hoveder.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            hoveder.insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
        }
        svar
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_field_is_told_what_would_be_right() {
        for (wrong, told) in [
            (Wrong::Missing, "skal udfyldes"),
            (Wrong::NotOneOf(vec!["telefon", "sms"]), "skal være en af: telefon, sms"),
            (Wrong::NotADay, "skal være en dato som ÅÅÅÅ-MM-DD, fx 2026-01-05"),
            (Wrong::Unknown(vec!["dato"]), "er ikke et felt her; kendte felter: dato"),
        ] {
            let problem = Problem::from(Refusal::Fields(vec![WrongField { path: "trin[1].fra".into(), wrong }]));
            assert_eq!((problem.status, problem.felter[0].fejl.as_str()), (422, told));
            assert_eq!(problem.detail, format!("trin[1].fra: {told}"));
        }
    }
}
