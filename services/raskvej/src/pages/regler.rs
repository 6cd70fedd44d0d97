//! The rules page of HR: the policies of the workplace, a new one, and what it would change.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::calendar::plus_dage;
use forloeb::politik::EXAMPLES;
use forloeb::what_if::Window;

use super::PageState;
use super::datoer::as_iso;
use super::frame::{Frame, PageError, html};
use super::page_form::{explanation, line, sentence, shown_again};
use super::parts::fastsatte::{PolitikCard, cards};
use super::parts::med_form::MedForm;
use super::parts::mistakes::Mistakes;
use super::parts::regel_lines::RegelLines;
use super::parts::what_if::{AnswerView, with_answer};
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn, Search, find};
use crate::access::Intent;
use crate::commands::politik::ENTRY;
use crate::commands::typed::given;
use crate::commands::{Call, Refusal};
use crate::dates;
use crate::politik::all;
use crate::problem::Problem;
use crate::sentences::dato;
use crate::what_if::{Question, Sees, Tried, WhatIfError, ask};

/// How far back what-if looks where nobody says: the last year, whose forløb mostly have come to their end.
const WINDOW_DAGE: i64 = 365;
/// Forløb that are listed at a time.
const AT_A_TIME: usize = 50;

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
    cards: Vec<PolitikCard>,
    /// Those that hold no more.
    over: Vec<PolitikCard>,
    examples: Vec<Example>,
    tekst: String,
    fra: String,
    earliest: String,
    /// The day from which it is tried, and the last that can be chosen.
    som_om: String,
    today: String,
    /// The reader may lay one down.
    may_lay_down: bool,
    med: MedForm,
    error: Mistakes,
    answer: Option<AnswerView>,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Overview)?;
    let example = search.tekst("eksempel");
    let example = EXAMPLES.iter().find(|(name, _)| Some(*name) == example).map(|(_, tekst)| (*tekst).to_owned());
    let tekst = match search.tekst("tekst").and_then(|nr| nr.parse::<u64>().ok()) {
        // One that was laid down, to be written anew.
        Some(nr) => {
            let laid = all(&state.service.app.log).await?.into_iter().find(|f| f.position == nr);
            laid.map(|f| f.policy.politik)
        }
        None => example,
    };
    let filled_in = FilledIn { tekst: tekst.unwrap_or_default(), ..FilledIn::default() };
    show(&state, &logged_in, StatusCode::OK, filled_in).await
}

pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Form(pairs): Form,
) -> Result<Response, PageError> {
    let text = |name| find(&pairs, name).unwrap_or_default().to_owned();
    let med = MedForm::of(&pairs, state.service.app.clock.today());
    let filled_in =
        FilledIn { tekst: text("politik"), fra: text("fra"), som_om: text("som_om"), med, ..FilledIn::default() };
    if find(&pairs, "hvad") == Some("proev") {
        logged_in.user.may_do(Intent::TryRegler)?;
        return attempt(&state, &logged_in, filled_in, &text("efter")).await;
    }
    logged_in.user.may_do(Intent::Politik)?;
    let [organ, dato] = filled_in.med.given();
    let given =
        given([("fra", as_iso(&filled_in.fra).into()), ("politik", filled_in.tekst.as_str().into()), organ, dato]);
    let call = Call { caller: &logged_in.user, forloeb: None, given: &given, if_version: None, once: None };
    let (status, error) = match ENTRY.run(&state.service.app, call).await {
        Ok(outcome) => {
            let code = ENTRY.code(Some(&outcome));
            return Ok(Redirect::to(&format!("/hr/regler?ok={code}")).into_response());
        }
        Err(Refusal::Policy(error)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Mistakes::at_field("politik", error.to_string()))
        }
        Err(refusal) => {
            let problem = shown_again(refusal)?;
            (problem.status_code(), told(&problem))
        }
    };
    show(&state, &logged_in, status, FilledIn { error, ..filled_in }).await
}

/// What is wrong with what was typed.
fn told(problem: &Problem) -> Mistakes {
    let own = problem.fields.iter().filter(|field| !field.felt.starts_with("med"));
    let own = own.map(|field| match field.felt.as_str() {
        "fra" => line("fra", &sentence("Gælder fra", field)),
        _ => line("politik", &sentence("Politikken", field)),
    });
    let all = Mistakes::from(own.collect::<Vec<_>>()).and(MedForm::mistakes(problem));
    if all.is_empty() { Mistakes::of_form(explanation(problem)) } else { all }
}

/// What the page shows besides what is in force.
#[derive(Default)]
struct FilledIn {
    tekst: String,
    fra: String,
    som_om: String,
    med: MedForm,
    error: Mistakes,
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
    let refused =
        |status, error: Mistakes, filled_in: FilledIn| show(state, logged_in, status, FilledIn { error, ..filled_in });
    let from = dates::day(&as_iso(&filled_in.som_om)).ok().filter(|fra| *fra <= today);
    let Some(from) = from else {
        let error = Mistakes::at_field("som_om", "Skriv en dato, der ikke ligger efter i dag.");
        return refused(StatusCode::UNPROCESSABLE_ENTITY, error, filled_in).await;
    };
    let Some(turn) = app.what_if.now() else {
        let error = Mistakes::of_form("Der prøves allerede regler af to andre. Prøv igen om lidt.");
        return refused(StatusCode::SERVICE_UNAVAILABLE, error, filled_in).await;
    };
    let question = Question {
        tried: Tried::Toml(filled_in.tekst.clone()),
        som_om: Some(from),
        window: Window { fra: from, til: today, today },
        after: efter.parse().ok(),
        at_most: AT_A_TIME,
    };
    let (reader, own) = (logged_in.user.clone(), app.clone());
    let sees: Sees = Arc::new(move |f| reader.sees(f, &own.projections(), today));
    match ask(app, turn, question, sees, |_, _| {}).await {
        Ok(found) => {
            let enheder = app.projections().steder().enheder.clone();
            let answer = Some(AnswerView::new(&found, &enheder, from, today));
            show(state, logged_in, StatusCode::OK, FilledIn { answer, ..filled_in }).await
        }
        Err(WhatIfError::Text(error)) => {
            refused(StatusCode::UNPROCESSABLE_ENTITY, Mistakes::at_field("politik", error), filled_in).await
        }
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
    let FilledIn { tekst, fra, som_om, med, error, answer } = filled_in;
    let (cards, over) = cards(&k, &fastsatte);
    let page = Page {
        set: book.set().iter().map(|s| format!("{}, for fravær fra {}", s.name, dato(s.gaelder_fra))).collect(),
        rules: RegelLines::new(&book, k.today),
        cards,
        over,
        examples: EXAMPLES.map(|(name, tekst)| Example { name, tekst }).into(),
        fra: if fra.is_empty() { earliest.clone() } else { fra },
        som_om: if som_om.is_empty() { plus_dage(k.today, -WINDOW_DAGE).to_string() } else { som_om },
        today: k.today.to_string(),
        may_lay_down: k.user().may_do(Intent::Politik).is_ok(),
        frame: k.frame(error.in_title("Regler og politik")),
        tekst,
        earliest,
        med: med.until(k.today),
        error,
        answer,
    };
    Ok(with_answer(&state.service.app, page.answer.as_ref(), html(status, &page)))
}
