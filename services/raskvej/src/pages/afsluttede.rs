//! HR's list of forløb that are over: by unit, leader and the days they ended, the latest first. A page looks at the latest of
//! the days that are asked for, and says where the earlier ones are: it costs as much after twenty years as after two.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
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
use crate::access::Intent;
use crate::danish::danish;
use crate::lists::{Foremost, Place};
use crate::projections::Projections;
use crate::projections::card::Ansvar;
use doors::address::percent_encode;

/// Rows of a page where nobody chooses.
const STANDARD: usize = 50;
/// Forløb that are looked at for a page; those of the last day are looked at to the end of it.
const LOOKED_AT: usize = if cfg!(test) { 6 } else { 10_000 };
/// Where the list is.
const PATH: &str = "/hr/afsluttede";
/// What a filter by leader is called where there is none.
const NOBODY: &str = "ingen";
/// What an address may say.
const PARAMETERS: [&str; 6] = ["enhed", "leder", "fra", "til", PARAMETER, "side"];
/// The filters, and what each is called.
const FILTERS: [(&str, &str); 4] =
    [("enhed", "Enhed"), ("leder", "Leder"), ("fra", "Sluttet fra"), ("til", "Sluttet til og med")];

#[derive(Template)]
#[template(path = "afsluttede.html")]
struct Page {
    frame: Frame,
    enheder: Vec<Alternative>,
    ledere: Vec<Alternative>,
    fra: String,
    til: String,
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

/// What the address asks for.
struct Wanted {
    enhed: Option<String>,
    leder: Option<String>,
    fra: Option<NaiveDate>,
    til: Option<NaiveDate>,
}

impl Wanted {
    fn read(search: &Search) -> Result<Self, Mistakes> {
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
        Ok(Self { enhed: text("enhed"), leder: text("leder"), fra, til })
    }

    fn fits_enhed(&self, ansvar: &Ansvar) -> bool {
        self.enhed.as_deref().is_none_or(|enhed| enhed == ansvar.enhed)
    }

    fn fits_leder(&self, ansvar: &Ansvar, projections: &Projections) -> bool {
        self.leder.as_deref().is_none_or(|leder| projections.current_nr(leder) == leder_of(ansvar, projections))
    }
}

/// By the number they have now.
fn leder_of<'a>(ansvar: &'a Ansvar, projections: &'a Projections) -> &'a str {
    projections.current_nr(ansvar.leder.as_deref().unwrap_or(NOBODY))
}

/// The list as it is found in one go through the latest cards of the days that are asked for.
#[derive(Default)]
struct Found {
    rows: Vec<Over>,
    count: usize,
    /// The first of them, in order, to be gone through one after the other.
    ids: Vec<Uuid>,
    /// By code: name, and how many there are with the other filters.
    enheder: BTreeMap<String, (String, usize)>,
    ledere: BTreeMap<String, usize>,
    /// The first day that was looked at, where there are more before it.
    since: Option<NaiveDate>,
}

fn find(k: &ReaderView<'_>, wanted: &Wanted, size: PageSize, page: usize) -> Found {
    let projections = k.projections();
    let mut order = Foremost::of(size.rows.saturating_mul(page).max(ITEMS));
    // Most forløb of a unit share what is counted here.
    let mut per_ansvar: HashMap<u32, (&Ansvar, usize)> = HashMap::new();
    let (mut looked_at, mut day, mut since) = (0, None, None);
    for f in projections.ended(wanted.fra, wanted.til) {
        let Some(end) = f.card.end else { continue };
        if looked_at >= LOOKED_AT && day.is_some_and(|day| day != end) {
            since = day;
            break;
        }
        (looked_at, day) = (looked_at + 1, Some(end));
        if projections.is_erased(f.nr) || !projections.seen_by(k.user(), f.nr, f.card) {
            continue;
        }
        per_ansvar.entry(f.card.ansvar).or_insert((f.ansvar, 0)).1 += 1;
        if wanted.fits_enhed(f.ansvar) && wanted.fits_leder(f.ansvar, &projections) {
            order.take(Place { descending: true, key: (end, f.card.foerste, f.id) }, f);
        }
    }
    let order = order.in_order();
    let mut found = Found { count: order.count(), since, ..Found::default() };
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

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Overview)?;
    let k = ReaderView::new(&state, &logged_in);
    let (wanted, error) = match Wanted::read(&search) {
        Ok(wanted) => (wanted, Mistakes::default()),
        Err(wrong) => (Wanted { enhed: None, leder: None, fra: None, til: None }, wrong),
    };
    let asked: usize = search.tekst("side").and_then(|side| side.parse().ok()).unwrap_or(1).max(1);
    let size = PageSize::of(&search, STANDARD);
    let found = if error.is_empty() { find(&k, &wanted, size, asked) } else { Found::default() };
    let nr = asked.min(size.last(found.count));
    let first = (nr - 1) * size.rows;
    if error.is_empty() {
        let items = found.ids.iter().map(|id| (*id, format!("/forloeb/{id}"))).collect();
        let list =
            List { title: "de afsluttede forløb", address: address(&search, &[("side", &nr.to_string())]), items };
        state.memory.listed(&logged_in.session, list, state.sessions.now());
    }
    let rows: Vec<OverRow> = found.rows.into_iter().map(|over| over.row(&k)).collect();
    let enheder = found.enheder.into_iter().map(|(code, (name, count))| Alternative {
        chosen: wanted.enhed.as_deref() == Some(&code),
        code,
        name,
        count,
    });
    let leder = wanted.leder.as_deref().map(|leder| k.projections().current_nr(leder).to_owned());
    let ledere = found.ledere.into_iter().map(|(code, count)| Alternative {
        name: if code == NOBODY { "Leder mangler".to_owned() } else { k.name(&code) },
        chosen: leder.as_ref() == Some(&code),
        code,
        count,
    });
    let (enheder, ledere) = (in_order(enheder.collect()), in_order(ledere.collect()));
    let page = Page {
        frame: k.frame(error.in_title("Afsluttede forløb")),
        marks: marks(&search, &enheder, &ledere),
        per_page: size.choices(found.count, |size| {
            address(&search, &[(PARAMETER, &size.in_address().unwrap_or_default()), ("side", "")])
        }),
        antal: size.in_address(),
        enheder,
        ledere,
        fra: search.tekst("fra").unwrap_or_default().to_owned(),
        til: search.tekst("til").unwrap_or_default().to_owned(),
        error,
        count: found.count,
        first: first + usize::from(!rows.is_empty()),
        last: first + rows.len(),
        previous: (nr > 1).then(|| address(&search, &[("side", &(nr - 1).to_string())])),
        next: (first + rows.len() < found.count).then(|| address(&search, &[("side", &(nr + 1).to_string())])),
        before: found.since.map(|since| (long(since), earlier(&search, since))),
        rows,
    };
    Ok(k.list_with(page.error.status(), &page))
}

fn in_order(mut all: Vec<Alternative>) -> Vec<Alternative> {
    all.sort_by_cached_key(|one| (danish(&one.name), one.code.clone()));
    all
}

/// The filters in use. A leader is called by the name that the list has for them.
fn marks(search: &Search, enheder: &[Alternative], ledere: &[Alternative]) -> Marks {
    let mut marks = Marks::new(PATH);
    for (filter, label) in FILTERS {
        let Some(value) = search.tekst(filter) else { continue };
        let of = |all: &[Alternative]| all.iter().find(|one| one.chosen).map(|one| one.name.clone());
        let name = match filter {
            "enhed" => of(enheder),
            "leder" => of(ledere),
            _ => typed_day(value).ok().flatten().map(dato_in_digits),
        };
        marks.push(label, name.as_deref().unwrap_or(value), address(search, &[(filter, ""), ("side", "")]));
    }
    marks
}

/// The list of what ended before a day.
fn earlier(search: &Search, since: NaiveDate) -> String {
    let til = since.pred_opt().map(|til| til.to_string()).unwrap_or_default();
    address(search, &[("side", ""), ("til", &til)])
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
