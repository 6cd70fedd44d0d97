//! What would have been otherwise under other rules: asked within what the reader may see, and as HR reads it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::response::Response;
use chrono::NaiveDate;
use forloeb::Oere;
use forloeb::calendar::plus_dage;
use forloeb::what_if::Window;
use uuid::Uuid;

use super::datoer::{as_iso, long};
use super::fault::PageError;
use super::mistakes::Mistakes;
use super::session::{LoggedIn, Pairs, find};
use super::state::PageState;
use crate::access::Intent;
use crate::core::App;
use crate::dates;
use crate::lookups::Shown;
use crate::money::kroner;
use crate::otherwise::{Otherwise, lines};
use crate::sentences::{count, dato, figure, frist_name};
use crate::what_if::{Answer, Enhed, Frister, Question, Sag, Sees, Tried, WhatIfError, ask};

/// How far back is looked where nobody says: the last year, whose forløb mostly have come to their end.
const WINDOW_DAGE: i64 = 365;
/// Forløb that are listed at a time.
const AT_A_TIME: usize = 50;

/// The day from which a form tries rules, as its field shows it.
pub(crate) fn som_om(pairs: &Pairs, today: NaiveDate) -> String {
    find(pairs, "som_om").map_or_else(|| plus_dage(today, -WINDOW_DAGE).to_string(), as_iso)
}

/// What would have been otherwise, of the forløb that the reader may see; or what somebody has to know instead.
///
/// # Errors
/// The reader may not try rules, or the log cannot be read.
pub(crate) async fn attempt(
    state: &PageState,
    logged_in: &LoggedIn,
    pairs: &Pairs,
    tried: Tried,
) -> Result<Result<AnswerView, Mistakes>, PageError> {
    logged_in.user.may_do(Intent::TryRegler)?;
    let app = &state.service.app;
    let today = app.clock.today();
    let Some(from) = dates::day(&som_om(pairs, today)).ok().filter(|fra| *fra <= today) else {
        return Ok(Err(Mistakes::at_field("som_om", "Skriv en dato, der ikke ligger efter i dag.")));
    };
    let Some(turn) = app.what_if.now() else {
        return Ok(Err(Mistakes::of_form("Der prøves allerede regler af to andre. Prøv igen om lidt.")));
    };
    let question = Question {
        tried,
        som_om: Some(from),
        window: Window { fra: from, til: today, today },
        after: find(pairs, "efter").and_then(|place| place.parse().ok()),
        at_most: AT_A_TIME,
    };
    let (reader, own) = (logged_in.user.clone(), app.clone());
    let sees: Sees = Arc::new(move |f| reader.sees(f, &own.projections(), today));
    match ask(app, turn, question, sees, |_, _| {}).await {
        Ok(found) => {
            let enheder = app.projections().steder().enheder.clone();
            Ok(Ok(AnswerView::new(&found, &enheder, from, today)))
        }
        Err(WhatIfError::Text(error)) => Ok(Err(Mistakes::of_form(error))),
        Err(WhatIfError::Unreadable(error)) => Err(error.into()),
    }
}

/// A page with the answer on it, where there is one: it tells of whose forløb stand in it.
pub(crate) fn with_answer(app: &App, answer: Option<&AnswerView>, page: Response) -> Response {
    let ids = answer.into_iter().flat_map(|answer| answer.sager.iter().map(|sag| sag.id));
    Shown::of_forloeb(app, ids).in_answer(page)
}

/// One unit's row, or the sum.
pub(crate) struct EnhedRow {
    pub(crate) enhed: String,
    pub(crate) different: String,
    pub(crate) moved: String,
    pub(crate) paamindelser: String,
    pub(crate) refusion: String,
}

/// A forløb that would be otherwise.
pub(crate) struct SagRow {
    id: Uuid,
    pub(crate) path: String,
    pub(crate) enhed: String,
    pub(crate) foerste: String,
    pub(crate) lines: Vec<Otherwise>,
}

/// The whole answer.
pub(crate) struct AnswerView {
    pub(crate) set: String,
    pub(crate) enheder: Vec<EnhedRow>,
    pub(crate) total: EnhedRow,
    pub(crate) frister: Vec<(&'static str, String)>,
    pub(crate) sager: Vec<SagRow>,
    /// Where the next page begins.
    pub(crate) next: Option<String>,
}

impl AnswerView {
    /// Each unit with its name by its code, where somebody is still employed there.
    pub(crate) fn new(found: &Answer, enheder: &BTreeMap<String, String>, from: NaiveDate, today: NaiveDate) -> Self {
        let named = |code: &str| enheder.get(code).map_or_else(|| code.to_owned(), |name| format!("{name} ({code})"));
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
        Self {
            set: format!(
                "{}, der begyndte fra {} til {}: {} ville være anderledes, hvis reglerne havde gældt fra den første dag.",
                count(found.forloeb as u64, "forløb", "forløb"),
                long(from),
                long(today),
                figure(found.different as u64)
            ),
            frister: frister.collect(),
            total: row(&found.total, found.total.name.clone()),
            enheder: found.enheder.iter().map(|e| row(e, named(&e.name))).collect(),
            sager: found.sager.iter().map(|s| sag(s, named(&s.enhed))).collect(),
            next: found.next.map(|place| place.to_string()),
        }
    }
}

fn sag(s: &Sag, enhed: String) -> SagRow {
    SagRow { id: s.id, path: format!("/forloeb/{}", s.id), enhed, foerste: dato(s.foerste), lines: lines(s) }
}

fn row(e: &Enhed, enhed: String) -> EnhedRow {
    let sum = |what: fn(&Frister) -> u64| e.frister.values().map(what).sum::<u64>();
    let (now, new) = (sum(|f| f.paamindelser), sum(|f| f.nye_paamindelser));
    let refusion = match e.nyt_tab.beloeb - e.tab.beloeb {
        Oere::ZERO if e.nyt_tab.dage == e.tab.dage => "uændret".to_owned(),
        beloeb => format!("{} dage, {}", e.nyt_tab.dage - e.tab.dage, kroner(beloeb)),
    };
    EnhedRow {
        enhed,
        different: figure(e.different),
        moved: figure(sum(|f| f.moved + f.new_ones + f.away)),
        paamindelser: format!("{} → {}", figure(now), figure(new)),
        refusion,
    }
}
