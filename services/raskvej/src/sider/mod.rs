//! The pages, in Danish: plain HTML from the server, forms and links, nothing that needs a script: the one there is
//! copies a field that can be copied by hand.
//!
//! A page is parse, look up through [`crate::adgang`], render. What a form sends goes the same way as the API's
//! commands; a refusal shows the page again with what was typed.

mod arbejdsliste;
mod ark;
mod breve;
mod demo;
mod forloeb;
mod hr;
mod hr_refusion;
mod indsend;
mod log;
mod mig;
mod parts;
mod plan;
mod planformular;
mod regler;
mod regnskab;
mod revision;
mod signaler;
mod statistik;
mod stedfortraeder;
mod sygemelding;
#[cfg(test)]
mod tests;

use std::sync::{Arc, LazyLock};

use ::forloeb::ord::Rolle;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path};
use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;

use crate::adgang;
use crate::http::Tilstand;
use parts::{datoer, formular, formularer, frist, historik, kig, linjer, ramme, session};
#[cfg(test)]
pub(crate) use tests::proevetilstand;

const STIL: &str = include_str!("../../aktiver/raskvej.css");
const KOPIER: &str = include_str!("../../aktiver/kopier.js");
const IKON: &str = include_str!("../../aktiver/ikon.svg");
/// Largest form: a TTA plan with every field full.
const STOERSTE_FORMULAR: usize = 512 * 1024;

/// Changes with what the files hold, so that a browser may keep them for good.
static AFTRYK: LazyLock<String> = LazyLock::new(|| {
    let mut aftryk = adgang::aftryk(&[STIL, IKON, KOPIER].concat());
    aftryk.truncate(12);
    aftryk
});

/// One mail of the demonstration's folder.
#[derive(Debug, Clone)]
pub struct DemoBrev {
    /// When it was sent.
    pub tid: DateTime<Utc>,
    /// Subject.
    pub emne: String,
    /// To whom, by role.
    pub til: String,
    /// The text.
    pub tekst: String,
}

/// Somebody to log in as in the demonstration.
#[derive(Debug, Clone)]
pub struct DemoPerson {
    /// In this role.
    pub rolle: Rolle,
    /// Employee number, where the role is a person's.
    pub nr: Option<String>,
    /// What the button says besides the role.
    pub tekst: String,
}

/// What the pages are told at start.
pub struct Sideindstillinger {
    /// The demonstration: log in by button, a clock that can be moved, mails to look at.
    pub demo: bool,
    /// Address that people use, e.g. `https://raskvej.kommune.dk`; with https the cookie is `Secure`.
    pub base_url: String,
    /// Who one can log in as in the demonstration.
    pub demo_personer: Vec<DemoPerson>,
    /// Reads the demonstration's mails, newest first.
    pub post: Arc<dyn Fn() -> Vec<DemoBrev> + Send + Sync>,
}

impl std::fmt::Debug for Sideindstillinger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sideindstillinger").field("demo", &self.demo).finish_non_exhaustive()
    }
}

/// What every page works with.
#[derive(Clone)]
struct Stat {
    t: Tilstand,
    ind: Arc<Sideindstillinger>,
    sessioner: session::Sessioner,
}

/// The pages as a router, with a Danish page for every address that does not exist. Addresses under `/api` that do
/// not exist are answered as the API answers.
///
/// # Errors
/// The folder of sessions cannot be opened.
pub fn router(tilstand: Tilstand, indstillinger: Sideindstillinger) -> sled::Result<Router> {
    let sessioner = session::Sessioner::aabn(&tilstand.kerne.mappe.join("sessioner"))?;
    let demo = indstillinger.demo;
    let mut csrf = CsrfLayer::new();
    if let Ok(med) = csrf.clone().add_trusted_origin(indstillinger.base_url.trim_end_matches('/')) {
        csrf = med; // behind a proxy that rewrites Host, the address people use is still our own
    }
    let stat = Stat { t: tilstand, ind: Arc::new(indstillinger), sessioner };
    let mut ruter = Router::new()
        .route("/", get(arbejdsliste::side))
        .route("/log-ind", get(session::vis_log_ind).post(session::log_ind))
        .route("/log-ud", post(session::log_ud))
        .route("/forloeb/ny", get(sygemelding::side).post(sygemelding::indsend))
        .route("/forloeb/{id}", get(forloeb::side))
        .route("/forloeb/{id}/anmeldelse-ark", get(ark::side))
        .route("/forloeb/{id}/anmeldelse-ark.csv", get(ark::fil))
        .route("/forloeb/{id}/refusion", get(regnskab::side))
        .route("/forloeb/{id}/plan", get(plan::side).post(planformular::gem))
        .route("/forloeb/{id}/plan/evaluering", post(planformular::evaluer))
        .route("/forloeb/{id}/plan/{version}", get(plan::version))
        .route("/forloeb/{id}/{kommando}", post(indsend::kommando))
        .route("/signaler", get(signaler::side))
        .route("/stedfortraeder", get(stedfortraeder::side).post(stedfortraeder::indsend))
        .route("/hr", get(hr::side))
        .route("/hr/refusion", get(hr_refusion::side))
        .route("/hr/statistik", get(statistik::side))
        .route("/hr/regler", get(regler::side).post(regler::indsend))
        .route("/hr/breve", get(breve::side).post(breve::send_igen))
        .route("/revision", get(revision::side))
        .route("/revision/log", get(log::side))
        .route("/revision/forloeb/{id}", get(revision::forloeb))
        .route("/mig", get(mig::side));
    if demo {
        ruter = ruter.route("/demo/post", get(demo::post)).route("/demo/ur", post(demo::ur));
    }
    let sider = ruter
        .fallback(ramme::ukendt)
        .method_not_allowed_fallback(ramme::forkert_metode)
        .layer(DefaultBodyLimit::max(STOERSTE_FORMULAR))
        .layer(csrf)
        .layer(CatchPanicLayer::custom(ramme::panik))
        .layer(from_fn_with_state(stat.clone(), ramme::indfat))
        .route("/aktiver/{aftryk}/{fil}", get(aktiv))
        .with_state(stat);
    Ok(sider)
}

async fn aktiv(Path((aftryk, fil)): Path<(String, String)>) -> Response {
    let (slags, indhold) = match fil.as_str() {
        "raskvej.css" => ("text/css; charset=utf-8", STIL),
        "kopier.js" => ("text/javascript; charset=utf-8", KOPIER),
        "ikon.svg" => ("image/svg+xml", IKON),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    if aftryk != *AFTRYK {
        return StatusCode::NOT_FOUND.into_response();
    }
    let hoveder = [
        (header::CONTENT_TYPE, slags),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (hoveder, indhold).into_response()
}
