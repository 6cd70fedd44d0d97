//! The API: a route is parse, call, render.

pub mod body;
pub mod breve;
pub mod commands;
#[cfg(test)]
mod document_tests;
pub mod drift;
pub mod import;
pub mod laes;
pub mod liste;
pub mod plan;
pub mod politik;
pub mod regnskab;
#[cfg(test)]
mod repeat_tests;
pub mod revision;
pub mod stedfortraeder;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
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
    commands::routes(OpenApiRouter::with_openapi(Dokument::openapi()))
        .routes(routes!(drift::healthz))
        .routes(routes!(drift::readyz))
        .routes(routes!(drift::metrics))
        .routes(routes!(drift::clock))
        .routes(routes!(liste::liste))
        .routes(routes!(liste::overblik))
        .routes(routes!(laes::forloeb))
        .routes(routes!(laes::frister))
        .routes(routes!(laes::paamindelser))
        .routes(routes!(laes::historik))
        .routes(routes!(politik::signaler_for))
        .routes(routes!(politik::hent))
        .routes(routes!(regnskab::refusion))
        .routes(routes!(stedfortraeder::hent))
        .routes(routes!(breve::fejlede))
        .routes(routes!(plan::hent))
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

/// An answer with the version as its `ETag`.
fn med_etag(version: u64, svar: impl IntoResponse) -> Response {
    let mut svar = svar.into_response();
    if let Ok(etag) = format!("\"{version}\"").parse() {
        svar.headers_mut().insert(header::ETAG, etag);
    }
    svar
}
