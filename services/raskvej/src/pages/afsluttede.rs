//! The lists of forløb that are over, the latest first: HR's, by unit, leader and the days they ended, and that of who follows up on
//! them, by employee, in a year. They differ in what they are narrowed by, and in nothing else.
//!
//! HR's looks at the latest of the days that are asked for, and says where the earlier ones are; that of a year goes from one end of it
//! to the other, by whose a forløb is, before anything of it is asked. Either costs as much after twenty years as after two. A forløb
//! belongs to whoever led when it ended: a leader has theirs here still when the employee has another leader, and is not shown what was
//! over before they became one.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Datelike, NaiveDate};
use forloeb::words::Rolle;
use uuid::Uuid;

use super::PageState;
use super::datoer::{dato_in_digits, long, typed_day};
use super::frame::{Frame, PageError};
use super::parts::facets::Alternative;
use super::parts::marks::Marks;
use super::parts::memory::{ITEMS, List};
use super::parts::mistakes::Mistakes;
use super::parts::over::{Over, OverRow};
use super::parts::page_size::{PARAMETER, PageSize};
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::{Intent, Sight};
use crate::danish::danish;
use crate::lists::{Foremost, Place};
use crate::projections::Projections;
use crate::projections::card::Ansvar;
use crate::views::groups::year;
use doors::address::percent_encode;

/// Rows of a page where nobody chooses.
const STANDARD: usize = 50;
/// Forløb that are looked at for a page of HR's; those of the last day are looked at to the end of it.
const LOOKED_AT: usize = if cfg!(test) { 6 } else { 10_000 };
/// What a filter by leader is called where there is none.
const NOBODY: &str = "ingen";
/// HR's filters, and what each is called.
const FILTERS: [(&str, &str); 4] =
    [("enhed", "Enhed"), ("leder", "Leder"), ("fra", "Sluttet fra"), ("til", "Sluttet til og med")];

#[derive(Template)]
#[template(path = "afsluttede.html")]
struct Page {
    frame: Frame,
    /// What can be chosen: the one or the other.
    hr: Option<HrFilters>,
    own: Option<OwnFilters>,
    error: Mistakes,
    marks: Marks,
    per_page: Vec<(usize, String, bool)>,
    antal: Option<String>,
    rows: Vec<OverRow>,
    count: usize,
    first: usize,
    last: usize,
    previous: Option<String>,
    next: Option<String>,
    /// Where the list stops short of all that fits: the first day it has, and the list of those before it.
    before: Option<(String, String)>,
}

/// What can be chosen on HR's list.
struct HrFilters {
    enheder: Vec<Alternative>,
    ledere: Vec<Alternative>,
    fra: String,
    til: String,
}

/// What can be chosen on the list of who follows up.
struct OwnFilters {
    leder: bool,
    people: Vec<Alternative>,
    /// Only those of one employee are shown.
    narrowed: bool,
    aar: i32,
    /// The years since anything ended, the latest first, and which is chosen.
    years: Vec<(i32, bool)>,
}

/// Which list.
#[derive(Clone, Copy)]
enum Which {
    Hr,
    Own,
}

impl Which {
    const fn path(self) -> &'static str {
        match self {
            Self::Hr => "/hr/afsluttede",
            Self::Own => "/afsluttede",
        }
    }

    /// What an address may say. On one's own list an employee is named by the random id of the person, and by no number.
    const fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::Hr => &["enhed", "leder", "fra", "til", PARAMETER, "side"],
            Self::Own => &["person", "aar", PARAMETER, "side"],
        }
    }

    /// The same list with something else chosen; empty is nothing.
    fn address(self, search: &Search, new: &[(&str, &str)]) -> String {
        let value = |name: &str| match new.iter().find(|(other, _)| *other == name) {
            Some((_, value)) => Some(*value).filter(|value| !value.is_empty()),
            None => search.tekst(name),
        };
        let pairs =
            self.parameters().iter().filter_map(|name| Some(format!("{name}={}", percent_encode(value(name)?))));
        let pairs: Vec<_> = pairs.collect();
        if pairs.is_empty() { self.path().to_owned() } else { format!("{}?{}", self.path(), pairs.join("&")) }
    }
}

/// What the address asks for.
enum Wanted {
    Hr { enhed: Option<String>, leder: Option<String>, fra: Option<NaiveDate>, til: Option<NaiveDate> },
    Own { person: Option<Uuid>, aar: i32 },
}

impl Wanted {
    fn read(which: Which, search: &Search, today: NaiveDate) -> Result<Self, Mistakes> {
        match which {
            Which::Hr => Self::read_hr(search),
            Which::Own => {
                let aar = search.tekst("aar").and_then(|aar| year(aar, today)).unwrap_or_else(|| today.year());
                // What is no id is nobody's.
                let person = search.tekst("person").map(|id| Uuid::try_parse(id).unwrap_or_default());
                Ok(Self::Own { person, aar })
            }
        }
    }

    fn read_hr(search: &Search) -> Result<Self, Mistakes> {
        let mut wrong = Mistakes::default();
        let days = [("fra", "Sluttet fra"), ("til", "Sluttet til og med")];
        let [fra, til] = days.map(|(name, label)| wrong.take(name, label, typed_day(&search.typed(name))).flatten());
        if fra.zip(til).is_some_and(|(fra, til)| fra > til) {
            wrong = Mistakes::at_field("til", "Den sidste dag skal ikke ligge før den første.");
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let text = |name| search.tekst(name).map(str::to_owned);
        Ok(Self::Hr { enhed: text("enhed"), leder: text("leder"), fra, til })
    }

    /// The first and the last day that is looked at, and how many forløb of these at most.
    fn days(&self) -> (Option<NaiveDate>, Option<NaiveDate>, usize) {
        match self {
            Self::Hr { fra, til, .. } => (*fra, *til, LOOKED_AT),
            Self::Own { aar, .. } => {
                (NaiveDate::from_ymd_opt(*aar, 1, 1), NaiveDate::from_ymd_opt(*aar, 12, 31), usize::MAX)
            }
        }
    }

    fn fits_enhed(&self, ansvar: &Ansvar) -> bool {
        match self {
            Self::Hr { enhed, .. } => enhed.as_deref().is_none_or(|enhed| enhed == ansvar.enhed),
            Self::Own { .. } => true,
        }
    }

    fn fits_leder(&self, ansvar: &Ansvar, projections: &Projections) -> bool {
        match self {
            Self::Hr { leder, .. } => {
                leder.as_deref().is_none_or(|leder| projections.current_nr(leder) == leder_of(ansvar, projections))
            }
            Self::Own { .. } => true,
        }
    }

    fn fits_person(&self, who: Uuid) -> bool {
        match self {
            Self::Hr { .. } => true,
            Self::Own { person, .. } => person.is_none_or(|person| person == who),
        }
    }
}

/// By the number they have now.
fn leder_of<'a>(ansvar: &'a Ansvar, projections: &'a Projections) -> &'a str {
    projections.current_nr(ansvar.leder.as_deref().unwrap_or(NOBODY))
}

/// The list as it is found in one go through the cards of the days that are asked for.
#[derive(Default)]
struct Found {
    rows: Vec<Over>,
    count: usize,
    /// The first of them, in order, to be gone through one after the other.
    ids: Vec<Uuid>,
    /// By code: name, and how many there are with the other filters.
    enheder: BTreeMap<String, (String, usize)>,
    ledere: BTreeMap<String, usize>,
    /// By person: a number of theirs, and how many there are of them.
    people: BTreeMap<Uuid, (String, usize)>,
    /// The first day that was looked at, where there are more before it.
    since: Option<NaiveDate>,
}

fn find(k: &ReaderView<'_>, wanted: &Wanted, size: PageSize, page: usize) -> Found {
    let projections = k.projections();
    let (fra, til, at_most) = wanted.days();
    let mut sight = Sight::new(k.user(), &projections);
    let mut order = Foremost::of(size.rows.saturating_mul(page).max(ITEMS));
    let mut found = Found::default();
    // Most forløb of a unit share what is counted here.
    let mut per_ansvar: HashMap<u32, (&Ansvar, usize)> = HashMap::new();
    let (mut looked_at, mut day) = (0, None);
    for f in projections.ended(fra, til) {
        let Some(end) = f.card.end else { continue };
        if looked_at >= at_most && day.is_some_and(|day| day != end) {
            found.since = day;
            break;
        }
        (looked_at, day) = (looked_at + 1, Some(end));
        // Whose it is decides of most, and is the same for many; the rest is asked of the few that are left.
        let theirs = sight.sees(f.id, f.nr, f.card, false) && !projections.is_erased(f.nr);
        if !theirs || !projections.seen_by(k.user(), f.nr, f.card) {
            continue;
        }
        let who = projections.person(f.nr).unwrap_or_default();
        match wanted {
            Wanted::Hr { .. } => per_ansvar.entry(f.card.ansvar).or_insert((f.ansvar, 0)).1 += 1,
            Wanted::Own { .. } => found.people.entry(who).or_insert_with(|| (f.nr.to_owned(), 0)).1 += 1,
        }
        if wanted.fits_enhed(f.ansvar) && wanted.fits_leder(f.ansvar, &projections) && wanted.fits_person(who) {
            order.take(Place { descending: true, key: (end, f.card.foerste, f.id) }, f);
        }
    }
    let order = order.in_order();
    found.count = order.count();
    for (ansvar, n) in per_ansvar.into_values() {
        if wanted.fits_leder(ansvar, &projections) {
            let enhed = found.enheder.entry(ansvar.enhed.clone()).or_insert_with(|| (ansvar.enhed_navn.clone(), 0));
            enhed.1 += n;
        }
        if wanted.fits_enhed(ansvar) {
            *found.ledere.entry(leder_of(ansvar, &projections).to_owned()).or_default() += n;
        }
    }
    let skipped = (page.min(size.last(found.count)) - 1) * size.rows;
    found.ids = order.rows().take(ITEMS).map(|(_, f)| f.id).collect();
    let rows = order.rows().skip(skipped).take(size.rows);
    found.rows = rows.map(|(place, f)| Over::of(f, place.key.0)).collect();
    found
}

/// HR's list.
pub(super) async fn hr(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Overview)?;
    Ok(list(&state, &logged_in, &search, Which::Hr))
}

/// The list of who follows up. Who has one of their own finds it there.
pub(super) async fn own(State(state): State<PageState>, logged_in: LoggedIn, search: Search) -> Response {
    let elsewhere = match logged_in.user.rolle {
        Rolle::Hr => Some(Which::Hr.path()),
        Rolle::Medarbejder => Some("/mig"),
        Rolle::Revisor => Some("/revision"),
        Rolle::Leder | Rolle::Kontaktperson | Rolle::Koordinator | Rolle::Drift | Rolle::System => None,
    };
    match elsewhere {
        Some(path) => Redirect::to(path).into_response(),
        None => list(&state, &logged_in, &search, Which::Own),
    }
}

fn list(state: &PageState, logged_in: &LoggedIn, search: &Search, which: Which) -> Response {
    let k = ReaderView::new(state, logged_in);
    let (wanted, error) = match Wanted::read(which, search, k.today) {
        Ok(wanted) => (Some(wanted), Mistakes::default()),
        Err(wrong) => (None, wrong),
    };
    let asked: usize = search.tekst("side").and_then(|side| side.parse().ok()).unwrap_or(1).max(1);
    let size = PageSize::of(search, STANDARD);
    let mut found = wanted.as_ref().map_or_else(Found::default, |wanted| find(&k, wanted, size, asked));
    let nr = asked.min(size.last(found.count));
    let first = (nr - 1) * size.rows;
    if error.is_empty() {
        let items = found.ids.iter().map(|id| (*id, format!("/forloeb/{id}"))).collect();
        let address = which.address(search, &[("side", &nr.to_string())]);
        let list = List { title: "de afsluttede forløb", address, items };
        state.memory.listed(&logged_in.session, list, state.sessions.now());
    }
    let rows: Vec<OverRow> = std::mem::take(&mut found.rows).into_iter().map(|over| over.row(&k)).collect();
    let (count, since) = (found.count, found.since);
    let (hr, own, marks) = match wanted {
        Some(Wanted::Own { person, aar }) => {
            let filters = OwnFilters::of(&k, found, person, aar);
            let marks = own_marks(search, &filters);
            (None, Some(filters), marks)
        }
        Some(Wanted::Hr { .. }) | None => {
            let filters = HrFilters::of(&k, found, search);
            let marks = hr_marks(search, &filters);
            (Some(filters), None, marks)
        }
    };
    let page = Page {
        frame: k.frame(error.in_title("Afsluttede forløb")),
        hr,
        own,
        error,
        marks,
        per_page: size.choices(count, |size| {
            which.address(search, &[(PARAMETER, &size.in_address().unwrap_or_default()), ("side", "")])
        }),
        antal: size.in_address(),
        count,
        first: first + usize::from(!rows.is_empty()),
        last: first + rows.len(),
        previous: (nr > 1).then(|| which.address(search, &[("side", &(nr - 1).to_string())])),
        next: (first + rows.len() < count).then(|| which.address(search, &[("side", &(nr + 1).to_string())])),
        before: since.map(|since| (long(since), earlier(search, since))),
        rows,
    };
    k.list_with(page.error.status(), &page)
}

impl HrFilters {
    fn of(k: &ReaderView<'_>, found: Found, search: &Search) -> Self {
        let chosen = |name, code: &str| search.tekst(name) == Some(code);
        let enheder = found.enheder.into_iter().map(|(code, (name, count))| Alternative {
            chosen: chosen("enhed", &code),
            code,
            name,
            count,
        });
        // By the number they have now.
        let leder = search.tekst("leder").map(|leder| k.projections().current_nr(leder).to_owned());
        let ledere = found.ledere.into_iter().map(|(code, count)| Alternative {
            name: if code == NOBODY { "Leder mangler".to_owned() } else { k.name(&code) },
            chosen: leder.as_ref() == Some(&code),
            code,
            count,
        });
        Self {
            enheder: in_order(enheder.collect()),
            ledere: in_order(ledere.collect()),
            fra: search.tekst("fra").unwrap_or_default().to_owned(),
            til: search.tekst("til").unwrap_or_default().to_owned(),
        }
    }
}

impl OwnFilters {
    fn of(k: &ReaderView<'_>, found: Found, person: Option<Uuid>, aar: i32) -> Self {
        let this_year = k.today.year();
        let first_year = k.projections().first_ended().map_or(this_year, |day| day.year()).min(aar);
        let people = found.people.into_iter().map(|(id, (nr, count))| Alternative {
            code: id.to_string(),
            name: k.row(&nr),
            count,
            chosen: person == Some(id),
        });
        Self {
            leder: k.user().rolle == Rolle::Leder,
            people: in_order(people.collect()),
            narrowed: person.is_some(),
            aar,
            years: (first_year..=this_year).rev().map(|one| (one, one == aar)).collect(),
        }
    }
}

fn in_order(mut all: Vec<Alternative>) -> Vec<Alternative> {
    all.sort_by_cached_key(|one| (danish(&one.name), one.code.clone()));
    all
}

/// The filters in use. A leader is called by the name that the list has for them.
fn hr_marks(search: &Search, filters: &HrFilters) -> Marks {
    let mut marks = Marks::new(Which::Hr.path());
    for (filter, label) in FILTERS {
        let Some(value) = search.tekst(filter) else { continue };
        let of = |all: &[Alternative]| all.iter().find(|one| one.chosen).map(|one| one.name.clone());
        let name = match filter {
            "enhed" => of(&filters.enheder),
            "leder" => of(&filters.ledere),
            _ => typed_day(value).ok().flatten().map(dato_in_digits),
        };
        let without = Which::Hr.address(search, &[(filter, ""), ("side", "")]);
        marks.push(label, name.as_deref().unwrap_or(value), without);
    }
    marks
}

/// The filters in use. An employee is called by their name, where the list has it.
fn own_marks(search: &Search, filters: &OwnFilters) -> Marks {
    let mut marks = Marks::new(Which::Own.path());
    let without = |filter| Which::Own.address(search, &[(filter, ""), ("side", "")]);
    if filters.narrowed {
        let chosen = filters.people.iter().find(|one| one.chosen);
        let name = chosen.map_or("en, der ikke er på listen", |one| &*one.name);
        marks.push("Medarbejder", name, without("person"));
    }
    if search.tekst("aar").is_some() {
        marks.push("Sluttet i", &filters.aar.to_string(), without("aar"));
    }
    marks
}

/// HR's list of what ended before a day.
fn earlier(search: &Search, since: NaiveDate) -> String {
    let til = since.pred_opt().map(|til| til.to_string()).unwrap_or_default();
    Which::Hr.address(search, &[("side", ""), ("til", &til)])
}
