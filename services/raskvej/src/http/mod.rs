//! The API: a route is parse, call, render.

pub mod anmodning;
pub mod breve;
#[cfg(test)]
mod document_tests;
pub mod drift;
pub mod import;
pub mod kommandoer;
pub mod laes;
pub mod liste;
pub mod plan;
pub mod politik;
pub mod regnskab;
#[cfg(test)]
mod repeat_tests;
pub mod revision;
pub mod stedfortraeder;

use std::pin::Pin;
use std::sync::Arc;

use axum::body::{Bytes, HttpBody};
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde_json::Value;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::adgang::{self, Bruger};
pub use crate::problem;
pub use crate::state::Tilstand;
pub use crate::views::forloeb as visning;
use problem::Problem;

/// Largest body of a command. A TTA plan with every field full stays under it.
const STOERSTE_KROP: usize = 512 * 1024;
/// How much of a body that is too large is read before the connection is given up.
const LAESES_TIL_ENDE: usize = 16 << 20;
/// Largest import: some 400.000 lines.
const STOERSTE_IMPORT: usize = 64 * 1024 * 1024;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Raskvej",
        description = "Opfølgning af sygefravær. Fejl er application/problem+json. En kommando besvares, når dens \
                       hændelser er gemt, og enhver senere læsning ser dem."
    ),
    components(schemas(Problem)),
    security(("token" = [])),
    modifiers(&Token)
)]
struct Dokument;

struct Token;

impl utoipa::Modify for Token {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        api.components.get_or_insert_default().add_security_scheme("token", SecurityScheme::Http(token));
    }
}

fn ruter() -> OpenApiRouter<Tilstand> {
    OpenApiRouter::with_openapi(Dokument::openapi())
        .routes(routes!(drift::healthz))
        .routes(routes!(drift::readyz))
        .routes(routes!(drift::metrics))
        .routes(routes!(drift::clock))
        .routes(routes!(liste::liste, kommandoer::opret))
        .routes(routes!(liste::overblik))
        .routes(routes!(laes::forloeb))
        .routes(routes!(laes::frister))
        .routes(routes!(laes::paamindelser))
        .routes(routes!(laes::historik))
        .routes(routes!(politik::signaler_for))
        .routes(routes!(politik::hent, politik::fastsaet))
        .routes(routes!(regnskab::refusion))
        .routes(routes!(kommandoer::foerste_kontakt))
        .routes(routes!(kommandoer::samtale_indkaldelse))
        .routes(routes!(kommandoer::samtale))
        .routes(routes!(kommandoer::anmeldelse))
        .routes(routes!(kommandoer::refusionsanmodning))
        .routes(routes!(kommandoer::arbejdsskade))
        .routes(routes!(kommandoer::fast_track))
        .routes(routes!(kommandoer::otte_uger))
        .routes(routes!(kommandoer::delvis))
        .routes(routes!(kommandoer::raskmelding))
        .routes(routes!(kommandoer::rettelse))
        .routes(routes!(kommandoer::annullering))
        .routes(routes!(kommandoer::lederskifte))
        .routes(routes!(kommandoer::kontaktperson))
        .routes(routes!(kommandoer::afslutning))
        .routes(routes!(kommandoer::tildeling))
        .routes(routes!(kommandoer::send_igen))
        .routes(routes!(stedfortraeder::hent, stedfortraeder::udpeg))
        .routes(routes!(breve::fejlede))
        .routes(routes!(plan::laeg))
        .routes(routes!(plan::hent))
        .routes(routes!(plan::evaluer))
        .routes(routes!(revision::haendelser))
        .routes(routes!(revision::hoved))
        .routes(routes!(revision::segl))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(import::medarbejdere))
                .routes(routes!(import::fravaer))
                .layer(DefaultBodyLimit::max(STOERSTE_IMPORT)),
        )
}

/// The OpenAPI document of exactly the routes that are served.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    ruter().split_for_parts().1
}

/// The API as a router.
pub fn router(tilstand: Tilstand) -> Router {
    let (router, api) = ruter().split_for_parts();
    let dokument = Arc::new(api);
    router
        .route("/api/openapi.json", axum::routing::get(move || async move { Json((*dokument).clone()) }))
        .layer(DefaultBodyLimit::max(STOERSTE_KROP))
        .method_not_allowed_fallback(forkert_metode)
        .with_state(tilstand)
}

async fn forkert_metode(metode: Method) -> Problem {
    let detail = format!("{metode} kan ikke bruges på denne adresse.");
    Problem::ny(StatusCode::METHOD_NOT_ALLOWED, "forkert_metode", "Forkert metode", detail)
}

/// The caller of an API route, by bearer token.
pub struct Kalder(pub Bruger);

impl FromRequestParts<Tilstand> for Kalder {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, tilstand: &Tilstand) -> Result<Self, Problem> {
        let hoved = parts.headers.get(header::AUTHORIZATION).and_then(|h| h.to_str().ok());
        let token = hoved.and_then(|h| {
            let (ord, token) = h.split_once(' ')?;
            ord.eq_ignore_ascii_case("bearer").then_some(token.trim())
        });
        let token = token.ok_or_else(Problem::ikke_logget_ind)?;
        let vis = tilstand.kerne.vis();
        let (rolle, nr) = vis.token(&adgang::aftryk(token)).ok_or_else(Problem::ikke_logget_ind)?;
        let bruger = Bruger { rolle: *rolle, nr: nr.clone() };
        let idag = tilstand.kerne.ur.idag();
        bruger.er_her(&vis, idag).then_some(Self(bruger)).ok_or_else(Problem::ikke_logget_ind)
    }
}

/// The id in the path; what is not an id does not exist.
pub struct Id(pub Uuid);

/// The id of a forløb and the version of its plan.
pub struct IdOgVersion(pub Uuid, pub u32);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, stat: &S) -> Result<Self, Problem> {
        Ok(Self(fra_sti(parts, stat, "id", |v| Uuid::try_parse(v).ok()).await?))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdOgVersion {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, stat: &S) -> Result<Self, Problem> {
        let id = fra_sti(parts, stat, "id", |v| Uuid::try_parse(v).ok()).await?;
        Ok(Self(id, fra_sti(parts, stat, "version", |v| v.parse().ok()).await?))
    }
}

async fn fra_sti<T, S: Send + Sync>(
    parts: &mut Parts,
    stat: &S,
    navn: &str,
    laes: impl Fn(&str) -> Option<T>,
) -> Result<T, Problem> {
    let sti = Path::<Vec<(String, String)>>::from_request_parts(parts, stat).await;
    let Path(dele) = sti.map_err(|_| Problem::findes_ikke())?;
    dele.iter().find(|(n, _)| n == navn).and_then(|(_, v)| laes(v)).ok_or_else(Problem::findes_ikke)
}

/// The query, where every parameter must be known.
pub struct Soeg(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Soeg {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, stat: &S) -> Result<Self, Problem> {
        let Query(par) = Query::<Vec<(String, String)>>::from_request_parts(parts, stat)
            .await
            .map_err(|_| Problem::ulaeselig("ulaeselig_forespoergsel", "Adressens parametre kan ikke læses."))?;
        Ok(Self(par))
    }
}

impl Soeg {
    /// Refuses parameters other than these.
    fn kendte(&self, navne: &[&str]) -> Result<(), Problem> {
        let ukendte: Vec<_> = (self.0.iter())
            .filter(|(n, _)| !navne.contains(&n.as_str()))
            .map(|(n, _)| {
                let navn: String = n.chars().take(60).filter(|c| !c.is_control()).collect();
                problem::Felt::ny(navn, format!("er ikke en parameter her; kendte: {}", navne.join(", ")))
            })
            .collect();
        if ukendte.is_empty() { Ok(()) } else { Err(Problem::felter(ukendte)) }
    }

    fn tekst(&self, navn: &str) -> Option<&str> {
        self.0.iter().rev().find(|(n, v)| n == navn && !v.is_empty()).map(|(_, v)| v.as_str())
    }

    fn laes<T>(&self, navn: &str, hvordan: impl Fn(&str) -> Option<T>, ret: &str) -> Result<Option<T>, Problem> {
        match self.tekst(navn) {
            None => Ok(None),
            Some(v) => hvordan(v).map(Some).ok_or_else(|| Problem::felt(navn, ret)),
        }
    }
}

/// A command as it came in: its body, and the headers that guard it.
pub struct Krop {
    /// The JSON.
    pub json: Value,
    /// Only if the forløb still has this version.
    pub hvis_version: Option<u64>,
    /// The caller's key, and a fingerprint of what was asked for.
    noegle: Option<(String, Vec<u8>)>,
    /// Fingerprint of the token, where the command came with one: HR's tokens have no employee number.
    token: Option<String>,
}

impl Krop {
    /// A command from a form: its fields, the version the page was made from, and the page's own key, so that a
    /// form sent twice is one command.
    #[must_use]
    pub fn af_formular(json: Value, hvis_version: Option<u64>, noegle: Option<String>) -> Self {
        let hvad = json.to_string().into_bytes();
        Self { json, hvis_version, noegle: noegle.map(|n| (n, hvad)), token: None }
    }

    /// The idempotency of this command for a caller.
    #[must_use]
    pub fn idempotens(&self, hvem: &Bruger) -> Option<eventlog::Idempotency> {
        let (noegle, hvad) = self.noegle.as_ref()?;
        let hvem = match &self.token {
            Some(token) => token.clone(),
            None => format!("{}/{}", hvem.rolle, hvem.nr.as_deref().unwrap_or_default()),
        };
        Some(crate::kerne::idempotens(&hvem, noegle, hvad))
    }

    /// The body as a request.
    ///
    /// # Errors
    /// Names every field that is wrong.
    pub fn laes<T: anmodning::Felttype>(&self) -> Result<T, Problem> {
        T::laes(Some(&self.json)).map_err(anmodning::problem)
    }
}

impl FromRequest<Tilstand> for Krop {
    type Rejection = Problem;

    async fn from_request(req: Request, _: &Tilstand) -> Result<Self, Problem> {
        let (metode, sti) = (req.method().clone(), req.uri().path().to_owned());
        let hoveder = req.headers().clone();
        let slags = hoveder.get(header::CONTENT_TYPE).and_then(|h| h.to_str().ok()).unwrap_or("application/json");
        let slags = slags.split(';').next().unwrap_or_default().trim();
        if !(slags.eq_ignore_ascii_case("application/json") || slags.ends_with("+json")) {
            let detail = "Send application/json.";
            return Err(Problem::ny(StatusCode::UNSUPPORTED_MEDIA_TYPE, "ikke_json", "Forkert indholdstype", detail));
        }
        let krop = hel_krop(req).await?;
        let tekst = std::str::from_utf8(&krop)
            .map_err(|e| Problem::ulaeselig("ugyldig_utf8", format!("Byte {} er ikke UTF-8.", e.valid_up_to())))?;
        let json: Value = serde_json::from_str(tekst).map_err(|e| {
            let hvor = format!("Kroppen er ikke JSON: linje {}, tegn {}.", e.line(), e.column());
            Problem::ulaeselig("ugyldig_json", hvor)
        })?;
        if !json.is_object() {
            return Err(Problem::ulaeselig("ikke_et_objekt", "Kroppen skal være et JSON-objekt: { … }."));
        }
        let noegle = match hoveder.get("idempotency-key").map(|h| h.to_str()) {
            None => None,
            Some(Ok(n)) if (1..=255).contains(&n.len()) => {
                let hvad = [metode.as_str().as_bytes(), b" ", sti.as_bytes(), b"\n", &krop].concat();
                Some((n.to_owned(), hvad))
            }
            Some(_) => {
                return Err(Problem::ulaeselig("ugyldig_noegle", "Idempotency-Key skal være 1 til 255 ASCII-tegn."));
            }
        };
        let token = hoveder.get(header::AUTHORIZATION).and_then(|h| h.to_str().ok()).map(adgang::aftryk);
        Ok(Self { json, hvis_version: hvis_version(&hoveder)?, noegle, token })
    }
}

/// The whole body. One that is too large is still read to its end, within reason: whoever is cut off while sending gets no
/// answer that says why.
async fn hel_krop(req: Request) -> Result<Bytes, Problem> {
    let mut krop = req.into_body();
    let (mut bytes, mut laest) = (Vec::new(), 0_usize);
    while laest <= LAESES_TIL_ENDE {
        let del = std::future::poll_fn(|cx| HttpBody::poll_frame(Pin::new(&mut krop), cx)).await;
        let Some(del) = del else { break };
        let del = del.map_err(|_| Problem::ulaeselig("afbrudt", "Kroppen kunne ikke læses til ende."))?;
        let Ok(data) = del.into_data() else { continue };
        laest = laest.saturating_add(data.len());
        if laest <= STOERSTE_KROP {
            bytes.extend_from_slice(&data);
        }
    }
    if laest > STOERSTE_KROP {
        let detail = "Kroppen er for stor.";
        return Err(Problem::ny(StatusCode::PAYLOAD_TOO_LARGE, "for_stor", "For meget på én gang", detail));
    }
    Ok(bytes.into())
}

fn hvis_version(hoveder: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(hoved) = hoveder.get(header::IF_MATCH) else { return Ok(None) };
    let tekst = hoved.to_str().unwrap_or_default().trim();
    if tekst == "*" {
        return Ok(None);
    }
    let tal = tekst.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(tekst);
    tal.parse().map(Some).map_err(|_| {
        let detail = "If-Match passer ikke til noget, vi har givet ud: brug ETag fra det seneste svar.";
        Problem::ny(StatusCode::PRECONDITION_FAILED, "anden_version", "Ukendt If-Match", detail)
    })
}

/// An answer with the version as its `ETag`.
fn med_etag(version: u64, svar: impl IntoResponse) -> Response {
    let mut svar = svar.into_response();
    if let Ok(etag) = format!("\"{version}\"").parse() {
        svar.headers_mut().insert(header::ETAG, etag);
    }
    svar
}
