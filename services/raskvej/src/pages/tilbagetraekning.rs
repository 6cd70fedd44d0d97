//! HR withdraws a policy: from which day, what MED said, and asked once more with what it comes to.

use std::mem;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use forloeb::Regelbog;
use forloeb::words::Fristart;

use super::PageState;
use super::datoer::{as_iso, long};
use super::frame::{Frame, PageError, html};
use super::page_form::{explanation, shown_again};
use super::parts::fastsatte::PolitikCard;
use super::parts::med_form::{MedForm, WHEN, WHERE};
use super::parts::mistakes::Mistakes;
use super::parts::steder::Steder;
use super::parts::what_if::{AnswerView, attempt, som_om, with_answer};
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn, Pairs, Search, find};
use crate::access::Intent;
use crate::commands::politik_tilbagetraekning::ENTRY;
use crate::commands::typed::{given, number};
use crate::commands::{Call, Refusal};
use crate::dates;
use crate::politik::{Fastsat, PolitikError, all};
use crate::politik_text::and;
use crate::problem::Problem;
use crate::what_if::Tried;

#[derive(Template)]
#[template(path = "tilbagetraekning.html")]
struct Page {
    frame: Frame,
    p: PolitikCard,
    fra: String,
    earliest: String,
    med: MedForm,
    error: Mistakes,
    /// What it comes to, where it is asked once more.
    asked: Option<Asked>,
    /// From when on it is tried, where it is.
    som_om: String,
    today: String,
    /// What would have been otherwise without it.
    answer: Option<AnswerView>,
}

/// What is confirmed.
struct Asked {
    fra: String,
    med: String,
    then: String,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Politik)?;
    show(&state, &logged_in, &search.0, Shown::default()).await
}

pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Form(pairs): Form,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Politik)?;
    let med = MedForm::of(&pairs, state.service.app.clock.today());
    let nr = find(&pairs, "politik").unwrap_or_default();
    match (find(&pairs, "hvad"), nr.parse()) {
        (Some("bekraeft"), _) => {}
        (Some("proev"), Ok(politik)) => {
            let answer = attempt(&state, &logged_in, &pairs, Tried::Without(politik)).await?;
            return show(&state, &logged_in, &pairs, Shown { asks: true, answer: Some(answer), refusal: None }).await;
        }
        _ => return show(&state, &logged_in, &pairs, Shown { asks: true, ..Shown::default() }).await,
    }
    let [organ, dato] = med.given();
    let given = given([("politik", number(nr)), ("fra", fra(&pairs).into()), organ, dato]);
    let call = Call { caller: &logged_in.user, forloeb: None, given: &given, if_version: None, once: None };
    match ENTRY.run(&state.service.app, call).await {
        Ok(outcome) => {
            let code = ENTRY.code(Some(&outcome));
            Ok(Redirect::to(&format!("/hr/regler?ok={code}")).into_response())
        }
        Err(refusal) => show(&state, &logged_in, &pairs, Shown { refusal: Some(refusal), ..Shown::default() }).await,
    }
}

fn fra(pairs: &Pairs) -> String {
    as_iso(find(pairs, "fra").unwrap_or_default())
}

/// What the page is shown for.
#[derive(Default)]
struct Shown {
    refusal: Option<Refusal>,
    /// It is asked once more, where nothing is wrong.
    asks: bool,
    /// What would have been otherwise, or why that cannot be said.
    answer: Option<Result<AnswerView, Mistakes>>,
}

/// Shows the policy and the form, what is wrong, or what is to be confirmed.
async fn show(
    state: &PageState,
    logged_in: &LoggedIn,
    pairs: &Pairs,
    Shown { refusal, asks, answer }: Shown,
) -> Result<Response, PageError> {
    let app = &state.service.app;
    let nr = find(pairs, "politik").and_then(|nr| nr.parse::<u64>().ok());
    // Whoever comes by an old address is shown those there are.
    let Some(laid) = all(&app.log).await?.into_iter().find(|f| Some(f.position) == nr) else {
        return Ok(Redirect::to("/hr/regler").into_response());
    };
    let k = ReaderView::new(state, logged_in);
    let book = app.book();
    let earliest = k.today.succ_opt().unwrap_or(k.today);
    let (med, fra) = (MedForm::of(pairs, k.today), fra(pairs));
    let mut fra_error = match &refusal {
        Some(Refusal::Policy(PolitikError::IsWithdrawn(day))) => Some(format!(
            "Politikken er allerede trukket tilbage for fravær, der begynder {} eller senere.",
            long(*day)
        )),
        Some(Refusal::Policy(PolitikError::IsOver(day))) => {
            Some(format!("Vælg en dag før {}: fra da af gælder en senere politik i stedet.", long(*day)))
        }
        Some(Refusal::Policy(PolitikError::TooEarly(day))) => Some(too_early(*day)),
        _ => None,
    };
    let problem = refusal.map(shown_again).transpose()?;
    let day = dates::day(&fra).ok().filter(|day| *day >= earliest);
    if asks && day.is_none() {
        fra_error = Some(too_early(earliest));
    }
    let mut error = fra_error.map(|tekst| Mistakes::at_field("fra", tekst)).unwrap_or_default();
    if let Some(problem) = &problem {
        error = error.and(MedForm::mistakes(problem));
        if error.is_empty() {
            error = Mistakes::of_form(explanation(problem));
        }
    }
    if asks && med.is_unanswered() {
        error = error.and(Mistakes::at_field(WHERE, "Vælg, hvor det er behandlet, eller at det ikke er det."));
    } else if asks
        && med.organ().is_some_and(|organ| (organ == forloeb::words::Medorgan::Nowhere) != med.dato.is_empty())
    {
        let tekst = "Skriv dagen, det blev behandlet, og ingen dag, hvis det ikke er behandlet.";
        error = error.and(Mistakes::at_field(WHEN, tekst));
    }
    let asked = day.filter(|_| asks && error.is_empty()).map(|day| asked(&book, &laid, day, &med));
    let answer = answer.and_then(|answer| match answer {
        Ok(answer) => Some(answer),
        Err(wrong) if asked.is_some() => {
            error = mem::take(&mut error).and(wrong);
            None
        }
        Err(_) => None,
    });
    let status = problem.as_ref().map_or_else(|| error.status(), Problem::status_code);
    let steder = Steder::of(&k, [&laid.politik].into_iter());
    let page = Page {
        frame: k.frame(if asked.is_some() {
            "Træk politikken tilbage?".to_owned()
        } else {
            error.in_title("Træk en politik tilbage")
        }),
        p: PolitikCard::new(&laid, &steder, &book, k.today),
        fra: if fra.is_empty() { earliest.to_string() } else { fra },
        earliest: earliest.to_string(),
        med,
        error,
        asked,
        som_om: som_om(pairs, k.today),
        today: k.today.to_string(),
        answer,
    };
    Ok(with_answer(app, page.answer.as_ref(), html(status, &page)))
}

fn too_early(earliest: NaiveDate) -> String {
    format!("Vælg den første dag, den ikke skal gælde. Det kan tidligst være {}.", long(earliest))
}

fn asked(book: &Regelbog, laid: &Fastsat, day: NaiveDate, med: &MedForm) -> Asked {
    let without = book.without_politik(laid.position, day);
    let rules = without.in_force(day);
    let contacts = rules.frister.iter().filter(|r| matches!(r.art, Fristart::FoersteKontakt | Fristart::Kontakt));
    let days: Vec<_> = contacts.map(|r| (r.lovdag.dage + 1).to_string()).collect();
    let everybody = format!("regelsættet {} med kontakt senest på dag {}", rules.name, and(&days));
    let then = if laid.politik.is_general() {
        format!("Så gælder {everybody}.")
    } else {
        format!("Så gælder det, der ellers gælder på stedet; for alle er det {everybody}.")
    };
    let dato = dates::day(&med.dato).ok();
    let said = med.organ().and_then(|organ| forloeb::politik::Med::said(organ, dato));
    Asked { fra: long(day), med: crate::politik_text::med(said), then }
}
