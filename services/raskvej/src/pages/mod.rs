//! The pages, in Danish: plain HTML from the server, forms and links, nothing that needs a script: one copies a field that
//! can be copied by hand, one says when there may be something new on a page that can be loaded again, and one says before a
//! session ends what stands at the foot of every page.
//!
//! A page is parse, look up through [`crate::access`], render. What a form sends goes the same way as the API's
//! commands; a refusal shows the page again with what was typed. What more than one page is made of lies in `parts`:
//! pages read it, and never each other.

mod about;
mod adgang;
mod afsluttede;
mod ark;
mod brev;
mod demo;
mod ended_there;
mod find;
mod forloeb;
mod forsvundne;
mod help;
mod hr;
mod hr_arbejdsmiljoe;
mod hr_file;
mod hr_fordeling;
mod hr_paamindelser;
mod hr_planer;
mod hr_refusion;
mod hr_views;
mod indkaldelse;
mod indlaesning;
mod indsigt;
mod kept;
mod letters;
mod letters_all;
mod letters_examples;
mod live;
mod log;
mod log_in;
mod log_in_at;
mod mig;
mod mig_melding;
mod mig_omsorgskollega;
mod mig_rettigheder;
mod mig_tidslinje;
mod new_politik;
mod opbevaring;
mod opslag;
pub(crate) mod parts;
mod person;
mod plan_form;
mod politik;
mod regler;
mod regnskab;
mod revision;
mod revision_files;
mod revision_forloeb;
mod revision_proof;
mod revision_segl;
mod rows;
mod signaler;
mod statistics;
mod stedfortraeder;
mod style;
mod submit;
mod sygemelding;
#[cfg(test)]
mod tests;
mod tilbagetraekning;
mod tildeling;
mod uenigheder;
mod work_list;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_sessions::SessionManagerLayer;
use tower_sessions::cookie::SameSite;

use crate::sessions::Sessions;
use crate::state::AppState;
use parts::board::Board;
use parts::cookies::Cookie;
use parts::kept::Kept;
use parts::live::Live;
use parts::memory::Memory;
use parts::state::PageState;
pub use parts::state::{DemoLetter, DemoPerson, PageSettings};
use parts::{assets, datoer, frame, frist, history, page_form, page_forms, reader_view, session, submission};
#[cfg(test)]
pub(crate) use tests::test_state;

/// Largest form of somebody who is not logged in: an address and a token.
const LARGEST_LOG_IN: usize = 16 * 1024;
/// Largest form: a TTA plan with every field full.
const LARGEST_PAGE_FORM: usize = 512 * 1024;

/// The pages as a router, with a Danish page for every address that does not exist. Addresses under `/api` that do
/// not exist are answered as the API answers.
pub fn router(state: AppState, settings: PageSettings, sessions: Sessions) -> Router {
    assemble(state, settings, sessions).0
}

/// The routes as they are put together, and their addresses: who goes through every door asks for them.
#[derive(Default)]
struct Routes {
    router: Router<PageState>,
    addresses: Vec<&'static str>,
}

impl Routes {
    fn route(mut self, address: &'static str, to: MethodRouter<PageState>) -> Self {
        self.addresses.push(address);
        Self { router: self.router.route(address, to), ..self }
    }

    /// What lies around the routes that are there so far.
    fn within(self, around: impl FnOnce(Router<PageState>) -> Router<PageState>) -> Self {
        Self { router: around(self.router), ..self }
    }
}

/// What every page works with, of which nothing is kept yet.
fn page_state(service: AppState, settings: PageSettings, sessions: Sessions) -> PageState {
    PageState {
        service,
        settings: Arc::new(settings),
        sessions,
        kept: Kept::default(),
        memory: Memory::default(),
        board: Board::default(),
        live: Live::default(),
    }
}

/// The pages, and the address of each.
pub(crate) fn assemble(state: AppState, settings: PageSettings, sessions: Sessions) -> (Router, Vec<&'static str>) {
    let demo = settings.demo;
    let mut csrf = CsrfLayer::new();
    if let Ok(trusted) = csrf.clone().add_trusted_origin(settings.base_url.trim_end_matches('/')) {
        csrf = trusted; // behind a proxy that rewrites Host, the address people use is still our own
    }
    let secure = settings.is_secure();
    // A link from a mail is a visit from elsewhere: `Strict` would have everybody log in again.
    let session = SessionManagerLayer::new(sessions.clone())
        .with_name(Cookie::Session.name(secure))
        .with_secure(secure)
        .with_same_site(SameSite::Lax);
    let state = page_state(state, settings, sessions);
    let mut routes = Routes::default()
        .route("/", get(work_list::page))
        .route("/log-ind", get(log_in::page).post(log_in::log_in).layer(DefaultBodyLimit::max(LARGEST_LOG_IN)))
        .route("/log-ind/rolle", get(log_in::roles).post(log_in::choose))
        .route("/log-ind/gemt", get(kept::page))
        .route("/log-ind/{udbyder}", get(log_in_at::begin))
        .route("/log-ind/{udbyder}/svar", get(log_in_at::finish).head(log_in_at::heads))
        .route("/log-ind/{udbyder}/ud", get(log_in_at::log_out))
        .route("/log-ind/{udbyder}/bagkanal", post(ended_there::ended).layer(DefaultBodyLimit::max(LARGEST_LOG_IN)))
        .route("/log-ud", post(log_in::log_out))
        .route("/forloeb/ny", get(sygemelding::page).post(sygemelding::submit))
        .route("/forloeb/{id}", get(forloeb::page))
        .route("/adgang/{forloeb}", get(adgang::page))
        .route("/forloeb/{id}/anmeldelse-ark", get(ark::page).head(ark::heads))
        .route("/forloeb/{id}/anmeldelse-ark.csv", get(ark::file).head(ark::heads))
        .route("/forloeb/{id}/refusion", get(regnskab::page))
        .route("/forloeb/{id}/indkaldelse", get(indkaldelse::page).post(indkaldelse::submit))
        .route("/forloeb/{id}/brev", get(brev::page).post(brev::submit))
        .route("/forloeb/{id}/plan", get(plan_form::page).post(plan_form::store))
        .route("/forloeb/{id}/plan/{version}", get(plan_form::version).post(plan_form::act))
        .route("/forloeb/{id}/{kommando}", post(submit::command))
        .route("/find", get(find::page).post(find::submit))
        .route("/find/{soegning}", get(find::found))
        .route("/person/{nr}", get(person::page))
        .route("/afsluttede", get(afsluttede::own))
        .route("/signaler", get(signaler::page).post(signaler::submit))
        .route("/stedfortraeder", get(stedfortraeder::page).post(stedfortraeder::submit))
        .route("/hr", get(hr::page))
        .route("/hr/overblik.csv", get(hr_file::csv))
        .route("/hr/overblik.xlsx", get(hr_file::xlsx))
        .route("/hr/visninger", post(hr_views::submit))
        .route("/hr/afsluttede", get(afsluttede::hr))
        .route("/hr/refusion", get(hr_refusion::page))
        .route("/hr/raekker/{goer}", get(rows::page).post(rows::submit))
        .route("/hr/tildeling", get(tildeling::page).post(tildeling::submit))
        .route("/hr/fordeling", get(hr_fordeling::page))
        .route("/hr/statistik", get(statistics::page))
        .route("/hr/arbejdsmiljoe", get(hr_arbejdsmiljoe::page))
        .route("/hr/statistik/paamindelser", get(hr_paamindelser::page))
        .route("/hr/planer", get(hr_planer::page))
        .route("/hr/regler", get(regler::page).post(regler::submit))
        .route("/hr/regler/ny", get(new_politik::page).post(new_politik::submit))
        .route("/hr/regler/tilbagetraekning", get(tilbagetraekning::page).post(tilbagetraekning::submit))
        .route("/hr/uenigheder", get(uenigheder::page))
        .route("/hr/breve", get(letters::page).post(letters::send_again))
        .route("/hr/breve/alle", get(letters_all::page).post(letters_all::submit))
        .route("/hr/breve/eksempler", get(letters_examples::page))
        .route("/hr/breve/igen", get(letters::again))
        .route("/hr/forsvundne", get(forsvundne::page).post(forsvundne::submit))
        .route("/hr/opbevaring", get(opbevaring::page).post(opbevaring::submit))
        .route("/hr/opbevaring/attest", get(opbevaring::certificate))
        .route(
            "/hr/indlaesning",
            get(indlaesning::page).post(indlaesning::upload).layer(DefaultBodyLimit::max(parts::upload_form::LARGEST)),
        )
        .route("/hr/indlaesning/{indlaesning}", get(indlaesning::file).post(indlaesning::decide))
        .route("/hr/indlaesning/{indlaesning}/rapport.csv", get(indlaesning::report))
        .route("/hr/indlaesning/skabelon/{fil}", get(indlaesning::skabelon))
        .route("/hr/indsigt", get(indsigt::page).post(indsigt::submit))
        .route("/revision", get(revision::page).post(revision::submit))
        .route("/revision/log", get(log::page).post(log::submit))
        .route("/revision/segl", get(revision_segl::page).post(revision_segl::submit))
        .route("/revision/segl.txt", get(revision_files::seal))
        .route("/revision/bundt", get(revision_files::whole_log))
        .route("/revision/forloeb/{id}", get(revision_forloeb::page))
        .route("/revision/forloeb/{id}/bundt", get(revision_files::of_forloeb))
        .route("/revision/forloeb/{id}/bevis", get(revision_proof::page))
        .route("/opslag", get(opslag::page).post(opslag::submit))
        .route("/opslag/formaal", post(opslag::formaal))
        .route("/mig", get(mig::page))
        .route("/mig/sygemelding", get(mig_melding::page).post(mig_melding::submit))
        .route("/mig/omsorgskollega", post(mig_omsorgskollega::submit))
        .route("/mig/kvittering", get(mig_melding::receipt))
        .route("/mig/rettigheder", get(mig_rettigheder::page))
        .route("/mig/tidslinje", get(mig_tidslinje::page))
        .route("/mig/alt.txt", get(mig_tidslinje::everything))
        .route("/mig/opslag", get(opslag::own))
        .route("/politik", get(politik::page))
        .route("/hjaelp", get(help::page))
        .route("/was", get(about::was))
        .route("/licenser", get(about::licences));
    if demo {
        routes = routes
            .route("/demo/post", get(demo::post))
            .route("/demo/ur", post(demo::clock))
            .route("/stil", get(style::page));
    }
    let pages = |router: Router<PageState>| {
        router
            .fallback(frame::unknown)
            .method_not_allowed_fallback(frame::wrong_method)
            .layer(DefaultBodyLimit::max(LARGEST_PAGE_FORM))
            .layer(from_fn_with_state(state.clone(), parts::late::keep))
            .layer(csrf)
            .layer(CatchPanicLayer::custom(frame::panic))
            .layer(from_fn_with_state(state.clone(), frame::noted))
            .layer(from_fn_with_state(state.clone(), frame::wrap))
    };
    let Routes { router, addresses } = routes
        .within(pages)
        // No page, and no use of the session: nothing goes round it.
        .route("/nyt", get(live::follow))
        .within(|router| router.layer(session))
        .route("/aktiver/{aftryk}/{fil}", get(assets::active));
    (router.with_state(state), addresses)
}
