//! HR lays down a policy without writing TOML: filled in, read again in plain Danish with what it would have changed, and
//! confirmed.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use forloeb::calendar::plus_dage;
use forloeb::politik::{LaidDown, Med, Politik};

use super::PageState;
use super::datoer::long;
use super::frame::{Frame, PageError, html};
use super::page_form::{ErrorLine, explanation, shown_again};
use super::parts::med_form::{MedForm, WHEN, WHERE};
use super::parts::mistakes::Mistakes;
use super::parts::politik_fields::{
    Choice, RowView, SignalView, Target, called_off, model_choices, rows, signal_rows, targets,
};
use super::parts::politik_form::PolitikForm;
use super::parts::steder::Steder;
use super::parts::what_if::{AnswerView, attempt, som_om, with_answer};
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn, Pairs, Search, find};
use crate::access::Intent;
use crate::commands::Outcome;
use crate::commands::politik::{ENTRY, lay_down, read_med};
use crate::dates;
use crate::politik::{PolitikError, Said, all, check};
use crate::politik_text::{med as med_text, sentences, span};
use crate::problem::Problem;
use crate::what_if::Tried;

/// As many units are shown to tick off; where there are more, their codes are typed.
const TICKED: usize = 400;
/// Names of fields that go on from the form to the confirmation, or begin like it.
const FIELDS: [&str; 16] = [
    "navn",
    "model",
    "dage",
    "hvor",
    "enhed",
    "distrikt",
    "maaldag-",
    "intern",
    "mails",
    "raekker",
    "uden",
    "signaler",
    "signalraekker",
    "fra",
    "med",
    "ret",
];
/// What the names of a numbered row's fields begin with, before the number.
const ROW_FIELDS: [char; 2] = ['p', 's'];

#[derive(Template)]
#[template(path = "ny_politik.html")]
struct FormPage<'a> {
    frame: Frame,
    error: Mistakes,
    /// It is a new version of the policy of this number.
    ret: Option<(u64, String)>,
    /// The policy to change says something that there is no field for.
    only_text: Option<u64>,
    form: &'a PolitikForm,
    models: Vec<Choice>,
    enheder: Vec<Choice>,
    /// There are too many units to tick them off.
    typed_units: Option<String>,
    distrikter: Vec<Choice>,
    targets: Vec<Target>,
    rows: Vec<RowView>,
    called_off: Vec<Choice>,
    signaler: Vec<SignalView<'a>>,
    earliest: String,
    fra: String,
    med: MedForm,
}

#[derive(Template)]
#[template(path = "ny_politik_bekraeft.html")]
struct ConfirmPage {
    frame: Frame,
    error: Mistakes,
    name: String,
    span: String,
    steder: Option<String>,
    sentences: Vec<String>,
    med: String,
    /// What becomes of the policies that are there.
    others: Vec<String>,
    /// The form, hidden.
    hidden: Vec<(String, String)>,
    som_om: String,
    today: String,
    answer: Option<AnswerView>,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Politik)?;
    let mut form = PolitikForm::empty();
    let mut only_text = None;
    if let Some(nr) = search.tekst("ret").and_then(|nr| nr.parse::<u64>().ok()) {
        let laid = all(&state.service.app.log).await?.into_iter().find(|f| f.position == nr);
        let laid = laid.ok_or_else(Problem::not_found)?;
        match PolitikForm::showing(&laid.politik).filter(|_| laid.policy.laegger_til) {
            Some(shown) => form = shown,
            None => only_text = Some(nr),
        }
    } else if let Some(model) = search.tekst("model") {
        model.clone_into(&mut form.model);
    }
    fill_in(&state, &logged_in, &search.0, form, Wrong { only_text, ..Wrong::default() }).await
}

/// What is wrong with a form that is shown again.
#[derive(Default)]
struct Wrong {
    lines: Vec<ErrorLine>,
    only_text: Option<u64>,
}

pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Form(pairs): Form,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Politik)?;
    let mut form = PolitikForm::of(&pairs);
    let what = find(&pairs, "hvad").unwrap_or_default();
    if what == "raekke" {
        form.add_row();
        return fill_in(&state, &logged_in, &pairs, form, Wrong::default()).await;
    }
    if what == "signal" {
        form.signaler.add_row();
        return fill_in(&state, &logged_in, &pairs, form, Wrong::default()).await;
    }
    if what == "tilbage" {
        return fill_in(&state, &logged_in, &pairs, form, Wrong::default()).await;
    }
    let app = &state.service.app;
    let (said, wrong) = understood(&state, &form, &pairs);
    let Some((politik, fra, med)) = said.filter(|_| wrong.lines.is_empty()) else {
        return fill_in(&state, &logged_in, &pairs, form, wrong).await;
    };
    if what == "fastsaet" {
        return match lay_down(app, &logged_in.user, fra, Said::Typed(Box::new(politik.clone())), med).await {
            Ok(outcome) => Ok(done(&outcome)),
            Err(refusal) => {
                let problem = shown_again(refusal)?;
                confirm(
                    &state,
                    &logged_in,
                    &pairs,
                    Confirmed { politik, fra, med, error: Mistakes::of_form(explanation(&problem)), answer: None },
                )
                .await
            }
        };
    }
    let mut confirmed = Confirmed { politik, fra, med, error: Mistakes::default(), answer: None };
    if what == "proev" {
        let tried = Tried::Politik(Box::new(confirmed.politik.clone()));
        match attempt(&state, &logged_in, &pairs, tried).await? {
            Ok(answer) => confirmed.answer = Some(answer),
            Err(mistakes) => confirmed.error = mistakes,
        }
    }
    confirm(&state, &logged_in, &pairs, confirmed).await
}

fn done(outcome: &Outcome) -> Response {
    Redirect::to(&format!("/hr/regler?ok={}", ENTRY.code(Some(outcome)))).into_response()
}

/// What the form says, where all of it can be understood; and what cannot.
fn understood(
    state: &PageState,
    form: &PolitikForm,
    pairs: &Pairs,
) -> (Option<(Politik, NaiveDate, Option<Med>)>, Wrong) {
    let app = &state.service.app;
    let today = app.clock.today();
    let mut wrong = Wrong::default();
    let earliest = plus_dage(today, 1);
    let fra = dates::day(&form.fra).ok().filter(|day| *day >= earliest);
    if fra.is_none() {
        let tekst = format!("Vælg den første dag, politikken gælder. Det kan tidligst være {}.", long(earliest));
        wrong.lines.push(ErrorLine { felt: Some("fra".to_owned()), tekst });
    }
    let politik = match form.politik() {
        Ok(politik) => Some(politik),
        Err(mut lines) => {
            lines.append(&mut wrong.lines);
            wrong.lines = lines;
            None
        }
    };
    if let Some(politik) = &politik
        && let Err(PolitikError::Field(finding)) = check(politik, fra.unwrap_or(earliest), &app.book())
    {
        wrong.lines.push(form.place(politik, &finding));
    }
    let typed = MedForm::of(pairs, today);
    let dato = dates::day(&typed.dato);
    let med = match (typed.organ(), dato) {
        (None, _) => Err((WHERE, "Vælg, hvor den er behandlet, eller at den ikke er det.".to_owned())),
        (Some(_), Err(_)) if !typed.dato.is_empty() => Err((WHEN, "Dagen i MED skal være en dato.".to_owned())),
        (organ, dato) => read_med(app, organ, dato.ok()).map_err(|refusal| {
            let problem = Problem::from(refusal);
            let first = problem.fields.first().map_or_else(|| problem.detail.clone(), |field| field.error.clone());
            (WHEN, format!("Dagen i MED {}.", first.trim_end_matches('.')))
        }),
    };
    let med = match med {
        Ok(med) => med,
        Err((felt, tekst)) => {
            wrong.lines.push(ErrorLine { felt: Some(felt.to_owned()), tekst });
            None
        }
    };
    (politik.zip(fra).map(|(politik, fra)| (politik, fra, med)), wrong)
}

/// The form, with what was typed.
async fn fill_in(
    state: &PageState,
    logged_in: &LoggedIn,
    pairs: &Pairs,
    form: PolitikForm,
    wrong: Wrong,
) -> Result<Response, PageError> {
    let ret = match find(pairs, "ret").and_then(|nr| nr.parse::<u64>().ok()) {
        Some(nr) => all(&state.service.app.log).await?.into_iter().find(|f| f.position == nr),
        None => None,
    };
    let k = ReaderView::new(state, logged_in);
    let (steder, book) = (Steder::new(&k), state.service.app.book());
    let earliest = plus_dage(k.today, 1).to_string();
    let enheder = steder.enheder();
    let typed_units =
        (enheder.len() > TICKED).then(|| form.enhed.iter().map(String::as_str).collect::<Vec<_>>().join(", "));
    let ticked = |code: &str, tekst: String| Choice { code: code.to_owned(), chosen: form.enhed.contains(code), tekst };
    // A unit that nobody works at any more stays chosen until it is taken away.
    let unknown = form.enhed.iter().filter(|code| !enheder.iter().any(|(known, _)| known == code));
    let mut units: Vec<_> = enheder.iter().map(|(code, name)| ticked(code, format!("{name} ({code})"))).collect();
    units.extend(unknown.map(|code| ticked(code, format!("{code} (ingen medarbejdere har koden)"))));
    let med = MedForm::of(pairs, k.today);
    let rules = book.in_force(k.today).clone();
    let title = if ret.is_some() { "Ny udgave af en politik" } else { "Ny politik" };
    let (rows, signaler) = (rows(&form, &wrong.lines), signal_rows(&form.signaler.rows, &wrong.lines));
    let error = Mistakes::from(wrong.lines);
    let status = error.status();
    let page = FormPage {
        frame: k.frame(error.in_title(title)),
        ret: ret.map(|f| (f.position, f.politik.name.to_string())),
        only_text: wrong.only_text,
        models: model_choices(&form, &book, k.today),
        typed_units,
        enheder: units,
        distrikter: steder
            .distrikter()
            .map(|code| Choice { code: code.to_owned(), tekst: code.to_owned(), chosen: form.distrikt.contains(code) })
            .collect(),
        targets: targets(&form, &rules),
        rows,
        called_off: called_off(&form, &rules),
        signaler,
        fra: if form.fra.is_empty() { earliest.clone() } else { form.fra.clone() },
        earliest,
        med,
        error,
        form: &form,
    };
    Ok(html(status, &page))
}

/// What is to be confirmed.
struct Confirmed {
    politik: Politik,
    fra: NaiveDate,
    med: Option<Med>,
    error: Mistakes,
    answer: Option<AnswerView>,
}

/// What it says in plain Danish, and the question whether it is to be laid down.
async fn confirm(
    state: &PageState,
    logged_in: &LoggedIn,
    pairs: &Pairs,
    confirmed: Confirmed,
) -> Result<Response, PageError> {
    let Confirmed { politik, fra, med, error, answer } = confirmed;
    let laid = all(&state.service.app.log).await?;
    let k = ReaderView::new(state, logged_in);
    let (steder, book) = (Steder::of(&k, [&politik].into_iter()), state.service.app.book());
    let with = book.and_politik(LaidDown::new(u64::MAX, fra, politik.clone()));
    let before = laid.iter().map(|f| (f, book.end_of_politik(f.position), with.end_of_politik(f.position)));
    let others = before.filter_map(|(f, before, after)| {
        let (name, nr) = (&f.politik.name, f.position);
        match (before == after, after) {
            (false, Some(end)) if end <= f.policy.fra => {
                Some(format!("{name} (nummer {nr}) kommer ikke til at gælde."))
            }
            (false, Some(end)) => {
                Some(format!("{name} (nummer {nr}) gælder ikke for fravær, der begynder {} eller senere.", long(end)))
            }
            _ if before.is_none_or(|end| end > fra) => {
                let own = find(pairs, "ret") == Some(&nr.to_string());
                own.then(|| format!("{name} (nummer {nr}) gælder fortsat der, hvor den nye ikke gælder."))
            }
            _ => None,
        }
    });
    let status = error.status();
    let page = ConfirmPage {
        frame: k.frame(error.in_title("Fastsæt politikken?")),
        name: politik.name.to_string(),
        span: span(fra, with.end_of_politik(u64::MAX)),
        steder: steder.told(&politik),
        sentences: sentences(&politik),
        med: med_text(med),
        others: others.collect(),
        hidden: hidden(pairs),
        som_om: som_om(pairs, k.today),
        today: k.today.to_string(),
        error,
        answer,
    };
    Ok(with_answer(&state.service.app, page.answer.as_ref(), html(status, &page)))
}

/// The fields of the form, as they were sent.
fn hidden(pairs: &Pairs) -> Vec<(String, String)> {
    let own = |name: &str| {
        let of_row = name.strip_prefix(ROW_FIELDS).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        of_row
            || FIELDS.iter().any(|field| match *field {
                "maaldag-" => name.starts_with("maaldag-"),
                field => name == field || (field == "med" && name == "med_dato"),
            })
    };
    pairs.iter().filter(|(name, value)| own(name) && !value.trim().is_empty()).cloned().collect()
}
