//! Signals of frequent absence: of all whom a leader leads, or of a unit for HR.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::PageState;
use super::frame::{Frame, PageError};
use super::parts::signals::{SignalPoint, all};
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::danish::danish;
use crate::projections::Loan;
use crate::views::signaler::begun;
use doors::address::percent_encode;

/// An employee with signals.
struct Medarbejder {
    name: String,
    /// The newest forløb of theirs.
    path: String,
    signaler: Vec<SignalPoint>,
}

/// A unit to choose.
struct Enhed {
    path: String,
    name: String,
}

#[derive(Template)]
#[template(path = "signaler.html")]
struct Page {
    frame: Frame,
    /// The unit, or none: the reader's own people.
    enhed: Option<String>,
    /// For HR, as long as no unit is chosen.
    enheder: Vec<Enhed>,
    medarbejdere: Vec<Medarbejder>,
    /// Somebody was looked at.
    chosen: bool,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Follow)?;
    let chosen = search.tekst("enhed").filter(|enhed| logged_in.user.is_hr() && logged_in.user.scope.reaches(enhed));
    let numbers = begun(&state.service.app, &logged_in.user, chosen);
    let loans = state.service.app.loan_many(&numbers).await?;
    let k = ReaderView::new(&state, &logged_in);
    let mut medarbejdere: Vec<Medarbejder> = loans.iter().filter_map(|loan| medarbejder(&k, loan)).collect();
    medarbejdere.sort_by_cached_key(|m| danish(&m.name));
    let hr_chooses = logged_in.user.is_hr() && chosen.is_none();
    let page = Page {
        frame: k.frame("Hyppigt fravær"),
        enheder: if hr_chooses { enheder(&k) } else { Vec::new() },
        enhed: chosen.map(str::to_owned),
        medarbejdere,
        chosen: !hr_chooses,
    };
    Ok(k.list(&page))
}

fn enheder(k: &ReaderView<'_>) -> Vec<Enhed> {
    let mut enheder: Vec<(String, String)> = {
        let projections = k.projections();
        let reached = projections.steder().enheder.iter().filter(|(code, _)| k.user().scope.reaches(code));
        reached.map(|(code, name)| (code.clone(), name.clone())).collect()
    };
    enheder.sort_by_cached_key(|(code, name)| (danish(name), code.clone()));
    let enhed =
        |(code, name): (String, String)| Enhed { path: format!("/signaler?enhed={}", percent_encode(&code)), name };
    enheder.into_iter().map(enhed).collect()
}

fn medarbejder(k: &ReaderView<'_>, loan: &Loan) -> Option<Medarbejder> {
    let signaler = all(k, loan);
    let newest = k.visible(loan).into_iter().max_by_key(|f| f.foerste)?;
    let path = format!("/forloeb/{}", newest.id);
    (!signaler.is_empty()).then(|| Medarbejder { name: k.row(loan.nr()), path, signaler })
}
