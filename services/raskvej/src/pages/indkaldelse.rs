//! The letters by which somebody was invited to the talk, as they were sent: to read, and to print for who has no mail.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::Haendelse;
use forloeb::haendelse::SamtaleIndkaldt;
use forloeb::words::{Brevart, Rolle};
use uuid::Uuid;

use super::PageState;
use super::datoer::tidspunkt;
use super::frame::{Frame, PageError, html};
use super::page_form::ErrorLine;
use super::parts::letters_given::{LettersGiven, give};
use super::parts::submission::new_key;
use super::reader_view::{ReaderView, id};
use super::session::{Form, LoggedIn, Pairs, Search};
use crate::access::Intent;
use crate::problem::Problem;
use crate::sealed::Indkaldelse;

struct Letter {
    position: u64,
    sent: String,
    when: String,
    /// It was annulled, or another came after it.
    in_force: bool,
    text: String,
}

#[derive(Template)]
#[template(path = "indkaldelse.html")]
struct Page {
    frame: Frame,
    error: Vec<ErrorLine>,
    id: Uuid,
    version: u64,
    key: String,
    /// Where one comes from.
    back: String,
    letters: Vec<Letter>,
    /// Where all of them are, on the page of one alone: a printer prints what the page has.
    all: Option<String>,
    /// Whether the employee was given one on paper.
    given: LettersGiven,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(tekst): Path<String>,
    search: Search,
) -> Result<Response, PageError> {
    let chosen = search.tekst("brev").and_then(|position| position.parse::<u64>().ok());
    show(&state, &logged_in, &tekst, chosen, None).await
}

/// Records that the letter was given, and shows the page as it is then.
pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(tekst): Path<String>,
    Form(pairs): Form,
) -> Result<Response, PageError> {
    let id = id(&tekst)?;
    match give(&state, &logged_in, (id, Brevart::Indkaldelse), &pairs).await? {
        None => Ok(Redirect::to(&format!("/forloeb/{id}/indkaldelse?ok=brev")).into_response()),
        Some(problem) => show(&state, &logged_in, &tekst, None, Some((&pairs, &problem))).await,
    }
}

async fn show(
    state: &PageState,
    logged_in: &LoggedIn,
    tekst: &str,
    chosen: Option<u64>,
    refused: Option<(&Pairs, &Problem)>,
) -> Result<Response, PageError> {
    let loan = state.service.app.loan_forloeb(id(tekst)?).await?;
    let k = ReaderView::new(state, logged_in);
    let f = k.find(&loan, id(tekst)?, Intent::Whole)?;
    let in_force = f.indkaldt.as_ref().map(|i| i.position);
    let of = |record: &std::sync::Arc<forloeb::Record>| {
        let Haendelse::SamtaleIndkaldt(h) = &record.haendelse else { return None };
        f.called(h.forloeb).then(|| Letter {
            position: record.position,
            sent: tidspunkt(record.time),
            when: tidspunkt(h.tidspunkt.to_utc()),
            in_force: in_force == Some(record.position),
            text: text(&k, &f.medarbejder_nr, h),
        })
    };
    let mut letters: Vec<Letter> = loan.ansaettelse().records().iter().filter_map(of).collect();
    letters.reverse();
    let alone = chosen.filter(|position| letters.len() > 1 && letters.iter().any(|l| l.position == *position));
    letters.retain(|l| alone.is_none_or(|position| l.position == position));
    let all = alone.map(|_| format!("/forloeb/{}/indkaldelse", f.id));
    let back =
        if logged_in.user.rolle == Rolle::Medarbejder { "/mig".to_owned() } else { format!("/forloeb/{}", f.id) };
    // Only of the one that holds can it matter whether it was given.
    let stands = f.open_indkaldelse().is_some();
    let mut given = LettersGiven::of(&k, &loan, f, Brevart::Indkaldelse, stands);
    let error = refused.map_or_else(Vec::new, |(pairs, problem)| given.refused(pairs, problem));
    let page = Page {
        frame: k.frame(if error.is_empty() { "Indkaldelser" } else { "Fejl: Indkaldelser" }),
        error,
        id: f.id,
        version: f.version,
        key: new_key()?,
        back,
        letters,
        all,
        given,
    };
    Ok(html(refused.map_or(StatusCode::OK, |(_, problem)| problem.status_code()), &page))
}

/// The letter as it was sent, or what there is instead of it.
fn text(k: &ReaderView<'_>, nr: &str, h: &SamtaleIndkaldt) -> String {
    match k.tekst::<Indkaldelse>(nr, &h.confidential) {
        None => "Teksten vises ikke for din rolle.".to_owned(),
        Some(Err(error)) => format!("({error})"),
        Some(Ok(Indkaldelse { brev: Some(brev), .. })) => brev,
        Some(Ok(Indkaldelse { sted, deltagere, .. })) => {
            let place = std::iter::once(sted).chain(deltagere).collect::<Vec<_>>().join(", ");
            format!("Dengang blev brevet ikke gemt. Det, der blev registreret, er: {place}.")
        }
    }
}
