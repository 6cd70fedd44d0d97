//! The rules page of HR: the policies of the workplace, a new one, and what it would change.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::calendar::plus_dage;
use forloeb::politik::{EXAMPLES, Politik, PolitikFastsat};
use forloeb::what_if::Window;
use serde::Deserialize;

use super::PageState;
use super::datoer::{as_iso, long, tidspunkt};
use super::frame::{Frame, PageError, html};
use super::page_form::{explanation, sentence, shown_again};
use super::parts::regel_lines::RegelLines;
use super::parts::what_if::AnswerView;
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::commands::politik::ENTRY;
use crate::commands::typed::given;
use crate::commands::{Call, Refusal};
use crate::dates;
use crate::politik::{Fastsat, all};
use crate::problem::{FormField, Problem};
use crate::sentences::dato;
use crate::what_if::{Question, Sees, WhatIfError, ask};

/// How far back what-if looks where nobody says: the last year, whose forløb mostly have come to their end.
const WINDOW_DAGE: i64 = 365;
/// Forløb that are listed at a time.
const AT_A_TIME: usize = 50;

struct LaidDown {
    name: String,
    fra: String,
    /// Whom it is for, where that is not everybody.
    steder: Option<String>,
    time: String,
    tekst: String,
    /// It is from before the reminders of a policy were added to those there are, and has some.
    replaces: bool,
}

struct Example {
    name: &'static str,
    tekst: &'static str,
}

#[derive(Template)]
#[template(path = "regler.html")]
struct Page {
    frame: Frame,
    set: Vec<String>,
    rules: RegelLines,
    laid_down: Vec<LaidDown>,
    examples: Vec<Example>,
    tekst: String,
    fra: String,
    earliest: String,
    /// The day from which it is tried, and the last that can be chosen.
    som_om: String,
    today: String,
    /// The reader may lay one down.
    may_lay_down: bool,
    error: Option<String>,
    answer: Option<AnswerView>,
}

/// What the form sends.
#[derive(Debug, Deserialize)]
pub(super) struct Submitted {
    #[serde(default)]
    politik: String,
    #[serde(default)]
    fra: String,
    #[serde(default)]
    som_om: String,
    /// Where the page before ended.
    #[serde(default)]
    efter: String,
    /// `proev` or `fastsaet`.
    #[serde(rename = "hvad")]
    #[serde(default)]
    what: String,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Overview)?;
    let example = search.tekst("eksempel");
    let tekst = EXAMPLES.iter().find(|(name, _)| Some(*name) == example).map_or("", |(_, t)| *t);
    show(&state, &logged_in, StatusCode::OK, FilledIn { tekst: tekst.to_owned(), ..FilledIn::default() }).await
}

pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Form(sendt): Form<Submitted>,
) -> Result<Response, PageError> {
    let Submitted { politik: tekst, fra, som_om, efter, what } = sendt;
    let filled_in = FilledIn { tekst, fra, som_om, ..FilledIn::default() };
    if what == "proev" {
        logged_in.user.may_do(Intent::TryRegler)?;
        return attempt(&state, &logged_in, filled_in, &efter).await;
    }
    logged_in.user.may_do(Intent::Politik)?;
    let given = given([("fra", as_iso(&filled_in.fra).into()), ("politik", filled_in.tekst.as_str().into())]);
    let call = Call { caller: &logged_in.user, forloeb: None, given: &given, if_version: None, once: None };
    let (status, error) = match ENTRY.run(&state.service.app, call).await {
        Ok(outcome) => {
            let code = ENTRY.code(Some(&outcome));
            return Ok(Redirect::to(&format!("/hr/regler?ok={code}")).into_response());
        }
        Err(Refusal::Policy(error)) => (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()),
        Err(refusal) => {
            let problem = shown_again(refusal)?;
            (problem.status_code(), told(&problem))
        }
    };
    show(&state, &logged_in, status, FilledIn { error: Some(error), ..filled_in }).await
}

/// What is wrong with what was typed.
fn told(problem: &Problem) -> String {
    let label = |field: &FormField| if field.felt == "fra" { "Gælder fra" } else { "Politikken" };
    let sentences: Vec<_> = problem.fields.iter().map(|field| sentence(label(field), field)).collect();
    if sentences.is_empty() { explanation(problem) } else { sentences.join(" ") }
}

/// What the page shows besides what is in force.
#[derive(Default)]
struct FilledIn {
    tekst: String,
    fra: String,
    som_om: String,
    error: Option<String>,
    answer: Option<AnswerView>,
}

/// What would have been otherwise, of the forløb that the reader may see.
async fn attempt(
    state: &PageState,
    logged_in: &LoggedIn,
    filled_in: FilledIn,
    efter: &str,
) -> Result<Response, PageError> {
    let app = &state.service.app;
    let today = app.clock.today();
    let som_om =
        if filled_in.som_om.is_empty() { plus_dage(today, -WINDOW_DAGE).to_string() } else { filled_in.som_om };
    let filled_in = FilledIn { som_om, ..filled_in };
    let refused = |status, error: String, filled_in: FilledIn| {
        show(state, logged_in, status, FilledIn { error: Some(error), ..filled_in })
    };
    let from = dates::day(&as_iso(&filled_in.som_om)).ok().filter(|fra| *fra <= today);
    let Some(from) = from else {
        let error = "“Som om de gjaldt fra” skal være en dato, der ikke ligger efter i dag.".to_owned();
        return refused(StatusCode::UNPROCESSABLE_ENTITY, error, filled_in).await;
    };
    let Some(turn) = app.what_if.now() else {
        let error = "Der prøves allerede regler af to andre. Prøv igen om lidt.".to_owned();
        return refused(StatusCode::SERVICE_UNAVAILABLE, error, filled_in).await;
    };
    let question = Question {
        tekst: filled_in.tekst.clone(),
        som_om: Some(from),
        window: Window { fra: from, til: today, today },
        after: efter.parse().ok(),
        at_most: AT_A_TIME,
    };
    let (reader, own) = (logged_in.user.clone(), app.clone());
    let sees: Sees = Arc::new(move |f| reader.sees(f, &own.projections(), today));
    match ask(app, turn, question, sees, |_, _| {}).await {
        Ok(found) => {
            let answer = Some(AnswerView::new(&found, from, today));
            show(state, logged_in, StatusCode::OK, FilledIn { answer, ..filled_in }).await
        }
        Err(WhatIfError::Text(error)) => refused(StatusCode::UNPROCESSABLE_ENTITY, error, filled_in).await,
        Err(WhatIfError::Unreadable(error)) => Err(error.into()),
    }
}

async fn show(
    state: &PageState,
    logged_in: &LoggedIn,
    status: StatusCode,
    filled_in: FilledIn,
) -> Result<Response, PageError> {
    let fastsatte = all(&state.service.app.log).await?;
    let book = state.service.app.book();
    let k = ReaderView::new(state, logged_in);
    let earliest = plus_dage(k.today, 1).to_string();
    let FilledIn { tekst, fra, som_om, error, answer } = filled_in;
    let laid_down = |f: Fastsat| {
        let steder = (!f.politik.is_general()).then(|| steder(&k, &f.politik));
        let PolitikFastsat { fra, politik: tekst, laegger_til } = f.policy;
        LaidDown {
            name: f.politik.name.to_string(),
            fra: long(fra),
            steder,
            time: tidspunkt(f.time),
            tekst,
            replaces: !laegger_til,
        }
    };
    let page = Page {
        set: book.set().iter().map(|s| format!("{}, for fravær fra {}", s.name, dato(s.gaelder_fra))).collect(),
        rules: RegelLines::new(&book, k.today),
        laid_down: fastsatte.into_iter().rev().map(laid_down).collect(),
        examples: EXAMPLES.map(|(name, tekst)| Example { name, tekst }).into(),
        fra: if fra.is_empty() { earliest.clone() } else { fra },
        som_om: if som_om.is_empty() { plus_dage(k.today, -WINDOW_DAGE).to_string() } else { som_om },
        today: k.today.to_string(),
        may_lay_down: k.user().may_do(Intent::Politik).is_ok(),
        frame: k.frame("Regler og politik"),
        tekst,
        earliest,
        error,
        answer,
    };
    Ok(html(status, &page))
}

/// The units and districts of a policy. A code that nobody works at is told: it is a mistake, or a unit that is to come.
fn steder(k: &ReaderView<'_>, politik: &Politik) -> String {
    let projections = k.projections();
    let all = || projections.numbers().filter_map(|nr| projections.stamdata(nr));
    let nobody = |code: &str| format!("{code} (ingen medarbejdere har koden)");
    let enhed = |code: &String| match all().find(|s| s.enhed == *code) {
        Some(s) => format!("{code} {}", s.enhed_navn),
        None => nobody(code),
    };
    let distrikt = |code: &String| match all().any(|s| s.distrikt.as_ref() == Some(code)) {
        true => code.clone(),
        false => nobody(code),
    };
    let enheder: Vec<_> = politik.enhed.iter().flatten().map(enhed).collect();
    let distrikter: Vec<_> = politik.distrikt.iter().flatten().map(distrikt).collect();
    let told = [("enhed", enheder), ("distrikt", distrikter)].into_iter().filter(|(_, codes)| !codes.is_empty());
    told.map(|(what, codes)| format!("{what} {}", codes.join(", "))).collect::<Vec<_>>().join(" og ")
}
