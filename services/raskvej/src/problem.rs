//! Every error that leaves over HTTP: `application/problem+json`, in clear Danish, without a word about a person.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use eventlog::{AppendError, ReadError, ReadOnlyReason, Trouble};
use forloeb::Oere;
use forloeb::oere::NotAnAmount;
use forloeb::refusal::DomainRefusal;
use forloeb::words::Rolle;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::table::ever_allows;
use crate::access::{Denial, Intent};
use crate::commands::Refusal;
use crate::commands::request::{Wrong, WrongField};
use crate::core::{CommandError, OpenFolderError};
use crate::dates;
use crate::money::kroner;
use crate::request_id;
use crate::sentences;
use app::failure::Causes;
use app::stored::Unreadable;

/// Headers of every answer of the API.
pub const NOT_KEPT: [(HeaderName, HeaderValue); 2] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
];

/// Seconds after which to try again where nobody knows better.
const RETRY_AFTER: u64 = 30;

/// A time to wait as `Retry-After` has it: no shorter than it is.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// An error, as RFC 9457 has it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Stable identifier of the kind of error.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is, in a few words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What to do about it.
    pub detail: String,
    /// Stable short code.
    #[serde(rename = "kode")]
    pub code: String,
    /// The request that it answers, by the name that stands in `X-Request-Id` and in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The fields that are wrong.
    #[serde(rename = "felter")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FormField>,
    /// Seconds after which to try again, where that is known.
    #[serde(skip)]
    pub retry_after: Option<u64>,
}

/// A wrong field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Felt)]
pub struct FormField {
    /// Name of the field, with its place in lists: `trin[0].fra`.
    pub felt: String,
    /// What is wrong, and what would be right.
    #[serde(rename = "fejl")]
    pub error: String,
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

impl FormField {
    /// A wrong field.
    #[must_use]
    pub fn new(felt: impl Into<String>, error: impl Into<String>) -> Self {
        Self { felt: felt.into(), error: error.into(), how: How::Continues }
    }
}

impl Problem {
    /// An error of this status and code.
    #[must_use]
    pub fn new(status: StatusCode, code: &str, title: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:raskvej:{code}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            code: code.to_owned(),
            instance: request_id::current().map(|id| format!("urn:raskvej:anmodning:{id}")),
            fields: Vec::new(),
            retry_after: (status == StatusCode::SERVICE_UNAVAILABLE).then_some(RETRY_AFTER),
        }
    }

    /// 422: values of fields are wrong.
    #[must_use]
    pub fn fields(fields: Vec<FormField>) -> Self {
        let detail = fields.iter().map(|f| format!("{}: {}", f.felt, f.error)).collect::<Vec<_>>().join("; ");
        Self {
            fields,
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "ugyldige_felter", "Felter er ikke udfyldt rigtigt", detail)
        }
    }

    /// 422 for one field.
    #[must_use]
    pub fn felt(felt: &str, error: impl Into<String>) -> Self {
        Self::fields(vec![FormField::new(felt, error)])
    }

    /// 400: not understood at all.
    #[must_use]
    pub fn unreadable(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, "Forespørgslen kan ikke læses", detail)
    }

    /// 404: it does not exist, or not for this caller.
    #[must_use]
    pub fn not_found() -> Self {
        let detail = "Det, der spørges efter, findes ikke, eller du har ikke adgang til det.";
        Self::new(StatusCode::NOT_FOUND, "findes_ikke", "Findes ikke", detail)
    }

    /// 404: the API has no such address.
    #[must_use]
    pub fn unknown_route() -> Self {
        let detail = "Den adresse findes ikke. Se /api/openapi.json for dem, der gør.";
        Self::new(StatusCode::NOT_FOUND, "ukendt_rute", "Ukendt adresse", detail)
    }

    /// 403: seen, but not to be done in this role.
    #[must_use]
    pub fn may_not() -> Self {
        let detail = "Din rolle giver ikke adgang til dette. Kontakt HR, hvis du mener, det er en fejl.";
        Self::new(StatusCode::FORBIDDEN, "ikke_tilladt", "Ikke tilladt", detail)
    }

    /// 403: seen, but not to be done in this role. Which roles it takes is in [the table](ever_allows), and tells of nobody.
    #[must_use]
    pub fn takes(intent: Intent) -> Self {
        let people = Rolle::ALL.iter().filter(|rolle| **rolle != Rolle::System && ever_allows(**rolle, intent));
        let roles: Vec<_> = people.map(|rolle| sentences::rolle_name(*rolle)).collect();
        let takes = match roles.split_last() {
            None => return Self::may_not(),
            Some((one, [])) => format!("rollen {one}"),
            Some((last, others)) => format!("rollen {} eller {last}", others.join(", ")),
        };
        let detail = format!(
            "Din rolle giver ikke adgang til dette. Det kræver {takes}. Kontakt HR, hvis du mangler en adgang."
        );
        Self::new(StatusCode::FORBIDDEN, "ikke_tilladt", "Ikke tilladt", detail)
    }

    /// 403: it concerns every unit, and the caller's role reaches some.
    #[must_use]
    pub fn whole_workplace() -> Self {
        let detail = "Det gælder hele arbejdspladsen, og din adgang gælder kun nogle af enhederne. Bed en i HR, der har \
                      adgang til alle enheder, om at gøre det.";
        Self::new(StatusCode::FORBIDDEN, "kraever_hele_arbejdspladsen", "Gælder hele arbejdspladsen", detail)
    }

    /// 401: nobody is logged in.
    #[must_use]
    pub fn not_logged_in() -> Self {
        let detail = "Send et gyldigt token i Authorization: Bearer …";
        Self::new(StatusCode::UNAUTHORIZED, "ikke_logget_ind", "Ikke logget ind", detail)
    }

    /// 429: too many tokens that do not work came from one address.
    #[must_use]
    pub fn too_many_tries(wait: Duration) -> Self {
        let seconds = whole_seconds(wait);
        let detail = format!(
            "Der er prøvet for mange adgangsnøgler, der ikke virker, fra din adresse. Prøv igen om {seconds} sekunder. \
             En nøgle, der virker, kan bruges imens."
        );
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "for_mange_forsoeg", "For mange forsøg", detail);
        Self { retry_after: Some(seconds), ..problem }
    }

    /// 503: what is read cannot be noted, and so is not shown.
    #[must_use]
    pub fn not_noted(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = %Causes(error), "et opslag kan ikke noteres, og det, der blev spurgt om, vises ikke");
        let detail = "Ethvert opslag noteres, og det kan det ikke lige nu. Derfor vises oplysningerne ikke. Prøv igen om \
                      lidt, eller kontakt driften.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "opslag_kan_ikke_noteres", "Opslaget kan ikke noteres", detail)
    }

    /// 500 for an error that has causes: all of them are logged, and none told.
    #[must_use]
    pub fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::intern(&Causes(error))
    }

    /// 500: logged, and no detail told.
    #[must_use]
    pub fn intern(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "intern fejl");
        Self::internal_said_elsewhere()
    }

    /// 500 for somebody else's log line: whoever keeps the cause logs it.
    #[must_use]
    pub fn internal_said_elsewhere() -> Self {
        let detail = "Noget gik galt hos os. Intet er gemt; prøv igen om lidt.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "intern_fejl", "Intern fejl", detail)
    }

    /// The status.
    #[must_use]
    pub fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<WrongField> for FormField {
    fn from(field: WrongField) -> Self {
        Self { error: said(&field.wrong), felt: field.path, how: How::Wrong(field.wrong) }
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
        Wrong::NotAPercentage => "skal være et tal i procent med højst to decimaler, uden anførselstegn".to_owned(),
        Wrong::NotAnAmount(NotAnAmount::Decimals) => "skal være et beløb i kroner, højst med to decimaler".to_owned(),
        Wrong::NotAnAmount(NotAnAmount::Size) => {
            format!("skal være et beløb fra {} til {}", kroner(Oere::ZERO), kroner(Oere::MOST))
        }
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
            Refusal::NotFound => Self::not_found(),
            Refusal::NotAllowed(intent) => Self::takes(intent),
            Refusal::WholeWorkplace => Self::whole_workplace(),
            Refusal::Fields(wrong) => Self::fields(wrong.into_iter().map(FormField::from).collect()),
            Refusal::Decided(domain_refusal) => domain_refusal.into(),
            Refusal::Policy(error) => error.into(),
            Refusal::Failed(error) => error.into(),
        }
    }
}

impl From<Denial> for Problem {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::NotFound => Self::not_found(),
            Denial::NotAllowed(intent) => Self::takes(intent),
            Denial::WholeWorkplace => Self::whole_workplace(),
        }
    }
}

/// The answer to whoever asks whether the service is ready.
impl From<app::health::Trouble> for Problem {
    fn from(trouble: app::health::Trouble) -> Self {
        // Whoever is called at night need not read Danish.
        let detail = format!("{} {}", trouble.says(), trouble.says_in_english());
        Self::new(StatusCode::SERVICE_UNAVAILABLE, trouble.code(), "Tjenesten er ikke klar", detail)
    }
}

impl From<OpenFolderError> for Problem {
    fn from(error: OpenFolderError) -> Self {
        match &error {
            OpenFolderError::Read(read) => read.into(),
            _ => Self::internal(&error),
        }
    }
}

impl From<Unreadable> for Problem {
    fn from(error: Unreadable) -> Self {
        OpenFolderError::from(error).into()
    }
}

/// Damage is told once, by what watches the service; whoever meets it is told that trying again does not help.
impl From<&ReadError> for Problem {
    fn from(error: &ReadError) -> Self {
        let ReadError::Damaged(damage) = error else { return Self::internal(error) };
        tracing::debug!(%damage, "det, der spørges efter, er beskadiget");
        let detail = "Det, der spørges efter, kan ikke læses, fordi en del af loggen er beskadiget. Intet er gemt. Driften er nødt \
                      til at gribe ind.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "beskadiget", "En del af loggen er beskadiget", detail)
    }
}

impl From<DomainRefusal> for Problem {
    fn from(domain_refusal: DomainRefusal) -> Self {
        match domain_refusal {
            DomainRefusal::UnknownForloeb => Self::not_found(),
            DomainRefusal::Fields(fields) => {
                Self::fields(fields.iter().map(|f| FormField::new(f.felt, sentences::error(&f.error))).collect())
            }
            DomainRefusal::BrokenRegel(regel) => {
                let tekst = sentences::regel(&regel);
                let felt = |felt| FormField { how: How::Sentence, ..FormField::new(felt, tekst.clone()) };
                let fields = regel.felt().map(felt).into_iter().collect();
                Self { fields, ..Self::new(StatusCode::CONFLICT, regel.code(), "Reglerne tillader det ikke", tekst) }
            }
            DomainRefusal::OtherVersion { now } => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "anden_version",
                "Forløbet er ændret i mellemtiden",
                format!("Forløbet har nu version {now}. Hent det igen, og prøv på ny."),
            ),
        }
    }
}

impl From<CommandError> for Problem {
    fn from(error: CommandError) -> Self {
        let not_now = |code: &str, detail: &str| {
            Self::new(StatusCode::SERVICE_UNAVAILABLE, code, "Der kan ikke skrives lige nu", detail)
        };
        match error {
            CommandError::Afvist(domain_refusal) => domain_refusal.into(),
            CommandError::IdempotencyKeyReused => Self::new(
                StatusCode::CONFLICT,
                "noegle_genbrugt",
                "Idempotency-Key er brugt før",
                "Nøglen hører til en anden kommando. Brug en ny nøgle til en ny kommando.",
            ),
            CommandError::Busy => not_now("travlt", "Mange ændrer det samme forløb samtidig. Prøv igen."),
            CommandError::Log(AppendError::ReadOnly { reason }) => {
                // That it lasts is logged once, by what watches the service; each command would say it again.
                tracing::debug!(%reason, "loggen er skrivebeskyttet");
                let (code, detail) = match reason {
                    ReadOnlyReason::DiskFull { .. } => {
                        ("disk_fuld", "Disken er næsten fuld. Der kan læses, men ikke skrives, før der er ryddet op.")
                    }
                    ReadOnlyReason::Refused { trouble, .. } => no_room(trouble),
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
                not_now(code, detail)
            }
            CommandError::Log(error @ AppendError::TooLarge(_)) => {
                tracing::warn!(%error, "for stor kommando");
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "for_stor", "For meget på én gang", "Kommandoen er for stor.")
            }
            CommandError::Log(error) => {
                tracing::error!(%error, "loggen tager ikke imod");
                not_now("stopper", "Tjenesten stopper. Prøv igen om lidt.")
            }
            CommandError::Read(error) => (&error).into(),
            CommandError::Keys(crate::keys::KeyError::KeyGone) => {
                DomainRefusal::BrokenRegel(forloeb::refusal::BrokenRegel::PersonSlettet).into()
            }
            CommandError::Keys(crate::keys::KeyError::File(error)) => {
                tracing::error!(%error, "nøglefilen kan ikke skrives");
                let (code, detail) = no_room(Trouble::of(&error));
                not_now(code, detail)
            }
            CommandError::Keys(error) => Self::internal(&error),
            CommandError::Internal(error) => Self::internal(&error),
        }
    }
}

/// What keeps the store from being written, for whoever wanted to: a code, and what can be done.
const fn no_room(why: Trouble) -> (&'static str, &'static str) {
    match why {
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
        let (status, retry_after) = (self.status_code(), self.retry_after);
        let mut answer = (status, Json(self)).into_response();
        let heads = answer.headers_mut();
        heads.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        heads.extend(NOT_KEPT);
        if status == StatusCode::UNAUTHORIZED {
            heads.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = retry_after {
            heads.insert(header::RETRY_AFTER, seconds.into());
        }
        answer
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
            (Wrong::NotAnAmount(NotAnAmount::Decimals), "skal være et beløb i kroner, højst med to decimaler"),
            (Wrong::NotAnAmount(NotAnAmount::Size), "skal være et beløb fra 0\u{a0}kr. til 10.000.000.000\u{a0}kr."),
            (Wrong::Unknown(vec!["dato"]), "er ikke et felt her; kendte felter: dato"),
        ] {
            let problem = Problem::from(Refusal::Fields(vec![WrongField { path: "trin[1].fra".into(), wrong }]));
            assert_eq!((problem.status, problem.fields[0].error.as_str()), (422, told));
            assert_eq!(problem.detail, format!("trin[1].fra: {told}"));
        }
    }
}
