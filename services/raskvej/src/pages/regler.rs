//! The rules page of HR: the policies of the workplace, a new one, and what it would change.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::Oere;
use forloeb::calendar::plus_dage;
use forloeb::politik::{EXAMPLES, Politik, PolitikFastsat};
use forloeb::what_if::Window;
use serde::Deserialize;

use super::PageState;
use super::datoer::{as_iso, long, tidspunkt};
use super::frame::{Frame, PageError, html};
use super::page_form::{explanation, sentence, shown_again};
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::commands::politik::ENTRY;
use crate::commands::typed::given;
use crate::commands::{Call, Refusal};
use crate::money::kroner;
use crate::politik::{Fastsat, all};
use crate::problem::{FormField, Problem};
use crate::sentences::{count, dato, figure, frist_name};
use crate::what_if::{Enhed, other_regler, replay};

/// How far back what-if looks: the last year, whose forløb mostly have come to their end.
const WINDOW_DAGE: i64 = 365;

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

/// One unit's row, or the sum.
struct Row {
    enhed: String,
    different: String,
    moved: String,
    paamindelser: String,
    refusion: String,
}

struct Answer {
    set: String,
    enheder: Vec<Row>,
    total: Row,
    frister: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "regler.html")]
struct Page {
    frame: Frame,
    set: Vec<String>,
    laid_down: Vec<LaidDown>,
    examples: Vec<Example>,
    tekst: String,
    fra: String,
    earliest: String,
    error: Option<String>,
    answer: Option<Answer>,
}

/// What the form sends.
#[derive(Debug, Deserialize)]
pub(super) struct Submitted {
    #[serde(default)]
    politik: String,
    #[serde(default)]
    fra: String,
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
    // Trying one out too: the answer has every unit in it.
    logged_in.user.may_do(Intent::Politik)?;
    let Submitted { politik: tekst, fra, what } = sendt;
    let filled_in = FilledIn { tekst, fra, ..FilledIn::default() };
    if what == "proev" {
        return attempt(&state, &logged_in, filled_in).await;
    }
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
    error: Option<String>,
    answer: Option<Answer>,
}

async fn attempt(state: &PageState, logged_in: &LoggedIn, filled_in: FilledIn) -> Result<Response, PageError> {
    let (book, today) = (state.service.app.book(), state.service.app.clock.today());
    let new = match other_regler(&book, &filled_in.tekst) {
        Ok(new) => new,
        Err(error) => {
            let filled_in = FilledIn { error: Some(error), ..filled_in };
            return show(state, logged_in, StatusCode::UNPROCESSABLE_ENTITY, filled_in).await;
        }
    };
    let window = Window { fra: plus_dage(today, -WINDOW_DAGE), til: today, today };
    let found = replay(&state.service.app.log, &book, &new.into(), window, |_, _| {}).await?;
    let frister = found.total.frister.iter().map(|(art, f)| {
        let tekst = format!(
            "{} flyttet, {} nye, {} væk; påmindelser {} → {}",
            figure(f.moved),
            figure(f.new_ones),
            figure(f.away),
            figure(f.paamindelser),
            figure(f.nye_paamindelser)
        );
        (frist_name(*art), tekst)
    });
    let forloeb = count(found.forloeb as u64, "forløb", "forløb");
    let answer = Answer {
        set: format!(
            "{forloeb}, der begyndte fra {} til {}: {} ville være anderledes.",
            long(window.fra),
            long(window.til),
            figure(found.different as u64)
        ),
        frister: frister.collect(),
        total: row(&found.total),
        enheder: found.enheder.iter().map(row).collect(),
    };
    show(state, logged_in, StatusCode::OK, FilledIn { answer: Some(answer), ..filled_in }).await
}

fn row(e: &Enhed) -> Row {
    let sum = |what: fn(&crate::what_if::Frister) -> u64| e.frister.values().map(what).sum::<u64>();
    let (now, new) = (sum(|f| f.paamindelser), sum(|f| f.nye_paamindelser));
    let refusion = match e.nyt_tab.beloeb - e.tab.beloeb {
        Oere::ZERO if e.nyt_tab.dage == e.tab.dage => "uændret".to_owned(),
        beloeb => format!("{} dage, {}", e.nyt_tab.dage - e.tab.dage, kroner(beloeb)),
    };
    Row {
        enhed: e.name.clone(),
        different: figure(e.different),
        moved: figure(sum(|f| f.moved + f.new_ones + f.away)),
        paamindelser: format!("{} → {}", figure(now), figure(new)),
        refusion,
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
    let FilledIn { tekst, fra, error, answer } = filled_in;
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
        laid_down: fastsatte.into_iter().rev().map(laid_down).collect(),
        examples: EXAMPLES.map(|(name, tekst)| Example { name, tekst }).into(),
        fra: if fra.is_empty() { earliest.clone() } else { fra },
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
