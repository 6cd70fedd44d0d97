//! The forløb that are over, for who follows up on them: those that ended in a year, by employee, the latest first.
//!
//! A forløb belongs to whoever led when it ended: a leader has theirs here still when the employee has another leader, and is
//! not shown what was over before they became one. A year is looked through from one end to the other, by whose a forløb is,
//! before anything of it is asked: it costs as much after twenty years as after two.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Datelike, NaiveDate};
use forloeb::words::Rolle;
use uuid::Uuid;

use super::PageState;
use super::frame::{Frame, PageError};
use super::parts::facets::Alternative;
use super::parts::marks::Marks;
use super::parts::memory::{ITEMS, List};
use super::parts::over::{Over, OverRow};
use super::parts::page_size::{PARAMETER, PageSize};
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Sight;
use crate::danish::danish;
use crate::lists::{Foremost, Place};
use crate::views::groups::year;
use doors::address::percent_encode;

/// Rows of a page where nobody chooses.
const STANDARD: usize = 50;
/// Where the list is.
const PATH: &str = "/afsluttede";
/// What an address may say. An employee is named by the random id of the person, and by no number.
const PARAMETERS: [&str; 4] = ["person", "aar", PARAMETER, "side"];

#[derive(Template)]
#[template(path = "own_afsluttede.html")]
struct Page {
    frame: Frame,
    leder: bool,
    aar: i32,
    /// The years since anything ended, the latest first, and which is chosen.
    years: Vec<(i32, bool)>,
    people: Vec<Alternative>,
    /// Only those of one employee are shown.
    narrowed: bool,
    marks: Marks,
    per_page: Vec<(usize, String, bool)>,
    antal: Option<String>,
    rows: Vec<OverRow>,
    count: usize,
    first: usize,
    last: usize,
    previous: Option<String>,
    next: Option<String>,
}

/// What was found of a year.
#[derive(Default)]
struct Found {
    rows: Vec<Over>,
    count: usize,
    /// The first of them, in order, to be gone through one after the other.
    ids: Vec<Uuid>,
    /// By person: a number of theirs, and how many there are of them.
    people: BTreeMap<Uuid, (String, usize)>,
}

fn find(k: &ReaderView<'_>, aar: i32, person: Option<Uuid>, size: PageSize, page: usize) -> Found {
    let projections = k.projections();
    let (fra, til) = (NaiveDate::from_ymd_opt(aar, 1, 1), NaiveDate::from_ymd_opt(aar, 12, 31));
    let mut sight = Sight::new(k.user(), &projections);
    let mut order = Foremost::of(size.rows.saturating_mul(page).max(ITEMS));
    let mut found = Found::default();
    for f in projections.ended(fra, til) {
        let Some(end) = f.card.end else { continue };
        // Whose it is decides of most, and is the same for many; the rest is asked of the few that are left.
        let theirs = sight.sees(f.id, f.nr, f.card, false) && !projections.is_erased(f.nr);
        if !theirs || !projections.seen_by(k.user(), f.nr, f.card) {
            continue;
        }
        let who = projections.person(f.nr).unwrap_or_default();
        found.people.entry(who).or_insert_with(|| (f.nr.to_owned(), 0)).1 += 1;
        if person.is_none_or(|person| person == who) {
            order.take(Place { descending: true, key: (end, f.card.foerste, f.id) }, f);
        }
    }
    let order = order.in_order();
    found.count = order.count();
    let skipped = (page.min(size.last(found.count)) - 1) * size.rows;
    found.ids = order.rows().take(ITEMS).map(|(_, f)| f.id).collect();
    let rows = order.rows().skip(skipped).take(size.rows);
    found.rows = rows.map(|(place, f)| Over::of(f, place.key.0)).collect();
    found
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    // Who has a list of their own finds it there.
    let elsewhere = match logged_in.user.rolle {
        Rolle::Hr => Some("/hr/afsluttede"),
        Rolle::Medarbejder => Some("/mig"),
        Rolle::Revisor => Some("/revision"),
        Rolle::Leder | Rolle::Kontaktperson | Rolle::Koordinator | Rolle::Drift | Rolle::System => None,
    };
    if let Some(path) = elsewhere {
        return Ok(Redirect::to(path).into_response());
    }
    let k = ReaderView::new(&state, &logged_in);
    let this_year = k.today.year();
    let aar = search.tekst("aar").and_then(|aar| year(aar, k.today)).unwrap_or(this_year);
    let first_year = k.projections().first_ended().map_or(this_year, |day| day.year()).min(aar);
    // What is no id is nobody's.
    let person = search.tekst("person").map(|id| Uuid::try_parse(id).unwrap_or_default());
    let asked: usize = search.tekst("side").and_then(|side| side.parse().ok()).unwrap_or(1).max(1);
    let size = PageSize::of(&search, STANDARD);
    let found = find(&k, aar, person, size, asked);
    let nr = asked.min(size.last(found.count));
    let first = (nr - 1) * size.rows;
    let items = found.ids.iter().map(|id| (*id, format!("/forloeb/{id}"))).collect();
    let list = List { title: "de afsluttede forløb", address: address(&search, &[("side", &nr.to_string())]), items };
    state.memory.listed(&logged_in.session, list, state.sessions.now());
    let rows: Vec<OverRow> = found.rows.into_iter().map(|over| over.row(&k)).collect();
    let people = found.people.into_iter().map(|(id, (nr, count))| Alternative {
        code: id.to_string(),
        name: k.row(&nr),
        count,
        chosen: person == Some(id),
    });
    let mut people: Vec<Alternative> = people.collect();
    people.sort_by_cached_key(|one| (danish(&one.name), one.code.clone()));
    let page = Page {
        frame: k.frame("Afsluttede forløb"),
        leder: logged_in.user.rolle == Rolle::Leder,
        aar,
        years: (first_year..=this_year).rev().map(|one| (one, one == aar)).collect(),
        narrowed: person.is_some(),
        marks: marks(&search, aar, &people),
        people,
        per_page: size.choices(found.count, |size| {
            address(&search, &[(PARAMETER, &size.in_address().unwrap_or_default()), ("side", "")])
        }),
        antal: size.in_address(),
        count: found.count,
        first: first + usize::from(!rows.is_empty()),
        last: first + rows.len(),
        previous: (nr > 1).then(|| address(&search, &[("side", &(nr - 1).to_string())])),
        next: (first + rows.len() < found.count).then(|| address(&search, &[("side", &(nr + 1).to_string())])),
        rows,
    };
    Ok(k.list(&page))
}

/// The filters in use. An employee is called by their name, where the list has it.
fn marks(search: &Search, aar: i32, people: &[Alternative]) -> Marks {
    let mut marks = Marks::new(PATH);
    let without = |filter| address(search, &[(filter, ""), ("side", "")]);
    if search.tekst("person").is_some() {
        let name = people.iter().find(|one| one.chosen).map_or("en, der ikke er på listen", |one| &*one.name);
        marks.push("Medarbejder", name, without("person"));
    }
    if search.tekst("aar").is_some() {
        marks.push("Sluttet i", &aar.to_string(), without("aar"));
    }
    marks
}

/// The same list with something else chosen; empty is nothing.
fn address(search: &Search, new: &[(&str, &str)]) -> String {
    let value = |name: &str| match new.iter().find(|(other, _)| *other == name) {
        Some((_, value)) => Some(*value).filter(|value| !value.is_empty()),
        None => search.tekst(name),
    };
    let pairs = PARAMETERS.iter().filter_map(|name| Some(format!("{name}={}", percent_encode(value(name)?))));
    let pairs: Vec<_> = pairs.collect();
    if pairs.is_empty() { PATH.to_owned() } else { format!("{PATH}?{}", pairs.join("&")) }
}
