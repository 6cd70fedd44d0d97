//! The pages, in Danish: plain HTML from the server, forms and links, nothing that needs a script: the one there is
//! copies a field that can be copied by hand.
//!
//! A page is parse, look up through [`crate::adgang`], render. What a form sends goes the same way as the API's
//! commands; a refusal shows the page again with what was typed. What more than one page is made of lies in [`parts`]:
//! pages read it, and never each other.

mod arbejdsliste;
mod ark;
mod breve;
mod demo;
mod forloeb;
mod hr;
mod hr_refusion;
mod indsend;
mod log;
mod log_ind;
mod mig;
mod parts;
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

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;

use crate::state::Tilstand;
use parts::sessioner::Sessioner;
use parts::state::Stat;
pub use parts::state::{DemoBrev, DemoPerson, Sideindstillinger};
use parts::{assets, datoer, formular, formularer, frist, historik, kig, linjer, ramme, session};
#[cfg(test)]
pub(crate) use tests::proevetilstand;

/// Largest form: a TTA plan with every field full.
const STOERSTE_FORMULAR: usize = 512 * 1024;

/// The pages as a router, with a Danish page for every address that does not exist. Addresses under `/api` that do
/// not exist are answered as the API answers.
///
/// # Errors
/// The folder of sessions cannot be opened.
pub fn router(tilstand: Tilstand, indstillinger: Sideindstillinger) -> sled::Result<Router> {
    let sessioner = Sessioner::aabn(&tilstand.kerne.mappe.join("sessioner"))?;
    let demo = indstillinger.demo;
    let mut csrf = CsrfLayer::new();
    if let Ok(med) = csrf.clone().add_trusted_origin(indstillinger.base_url.trim_end_matches('/')) {
        csrf = med; // behind a proxy that rewrites Host, the address people use is still our own
    }
    let stat = Stat { t: tilstand, ind: Arc::new(indstillinger), sessioner };
    let mut ruter = Router::new()
        .route("/", get(arbejdsliste::side))
        .route("/log-ind", get(log_ind::side).post(log_ind::log_ind))
        .route("/log-ud", post(log_ind::log_ud))
        .route("/forloeb/ny", get(sygemelding::side).post(sygemelding::indsend))
        .route("/forloeb/{id}", get(forloeb::side))
        .route("/forloeb/{id}/anmeldelse-ark", get(ark::side))
        .route("/forloeb/{id}/anmeldelse-ark.csv", get(ark::fil))
        .route("/forloeb/{id}/refusion", get(regnskab::side))
        .route("/forloeb/{id}/plan", get(planformular::side).post(planformular::gem))
        .route("/forloeb/{id}/plan/evaluering", post(planformular::evaluer))
        .route("/forloeb/{id}/plan/{version}", get(planformular::version))
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
        .route("/aktiver/{aftryk}/{fil}", get(assets::aktiv))
        .with_state(stat);
    Ok(sider)
}
