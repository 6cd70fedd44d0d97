//! HR's list of forløb that are over: by unit, leader and the days they ended, the latest first. A page looks at the latest of
//! the days that are asked for, and says where the earlier ones are: it costs as much after twenty years as after two.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use uuid::Uuid;

use super::PageState;
use super::datoer::{as_iso, dato_in_digits, long};
use super::frame::{Frame, PageError};
use super::parts::memory::{ITEMS, List};
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::danish::danish;
use crate::dates;
use crate::lists::{Foremost, Place};
use crate::projections::CardEntry;
use crate::projections::card::Ansvar;
use doors::address::percent_encode;

const PER_PAGE: usize = 50;
/// Forløb that are looked at for a page; those of the last day are looked at to the end of it.
const LOOKED_AT: usize = if cfg!(test) { 6 } else { 10_000 };
/// What a filter by leader is called where there is none.
const NOBODY: &str = "ingen";
/// What an address may say.
const PARAMETERS: [&str; 5] = ["enhed", "leder", "fra", "til", "side"];

struct Row {
    id: Uuid,
    path: String,
    who: String,
    enhed: String,
    leder: String,
    foerste: String,
    sidste: String,
    dage: i64,
    annulleret: bool,
}

struct Alternative {
    code: String,
    name: String,
    count: usize,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "afsluttede.html")]
struct Page {
    frame: Frame,
    enheder: Vec<Alternative>,
    ledere: Vec<Alternative>,
    fra: String,
    til: String,
    error: Option<String>,
    /// Something narrows the list.
    narrowed: bool,
    rows: Vec<Row>,
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
    fn read(search: &Search) -> Result<Self, String> {
        let day = |name: &str, label: &str| {
            let read = |text: &str| dates::day(&as_iso(text)).map_err(|error| format!("{label}: {error}"));
            search.tekst(name).map(read).transpose()
        };
        let (fra, til) = (day("fra", "Sluttet fra")?, day("til", "Sluttet til og med")?);
        if fra.zip(til).is_some_and(|(fra, til)| fra > til) {
            return Err("Den første dag skal ligge før den sidste.".to_owned());
        }
        let text = |name| search.tekst(name).map(str::to_owned);
        Ok(Self { enhed: text("enhed"), leder: text("leder"), fra, til })
    }

    fn fits_enhed(&self, ansvar: &Ansvar) -> bool {
        self.enhed.as_deref().is_none_or(|enhed| enhed == ansvar.enhed)
    }

    fn fits_leder(&self, ansvar: &Ansvar) -> bool {
        self.leder.as_deref().is_none_or(|leder| leder == leder_of(ansvar))
    }
}

fn leder_of(ansvar: &Ansvar) -> &str {
    ansvar.leder.as_deref().unwrap_or(NOBODY)
}

/// A row before names are looked up.
struct Over {
    id: Uuid,
    nr: String,
    enhed: String,
    leder: Option<String>,
    foerste: NaiveDate,
    end: NaiveDate,
    annulleret: bool,
}

impl Over {
    fn of(f: &CardEntry<'_>, end: NaiveDate) -> Self {
        Self {
            id: f.id,
            nr: f.nr.to_owned(),
            enhed: f.ansvar.enhed_navn.clone(),
            leder: f.ansvar.leder.clone(),
            foerste: f.card.foerste,
            end,
            annulleret: f.card.statuses.is_annulleret(),
        }
    }

    fn row(self, k: &ReaderView<'_>) -> Row {
        Row {
            id: self.id,
            path: format!("/forloeb/{}", self.id),
            who: k.row(&self.nr),
            enhed: self.enhed,
            leder: self.leder.as_deref().map_or_else(|| "Leder mangler".to_owned(), |nr| k.name(nr)),
            foerste: dato_in_digits(self.foerste),
            sidste: dato_in_digits(self.end),
            dage: (self.end - self.foerste).num_days() + 1,
            annulleret: self.annulleret,
        }
    }
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

fn find(k: &ReaderView<'_>, wanted: &Wanted, page: usize) -> Found {
    let projections = k.projections();
    let mut order = Foremost::of(PER_PAGE.saturating_mul(page).max(ITEMS));
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
        if wanted.fits_enhed(f.ansvar) && wanted.fits_leder(f.ansvar) {
            order.take(Place { descending: true, key: (end, f.card.foerste, f.id) }, f);
        }
    }
    let mut found = Found { count: order.count(), since, ..Found::default() };
    for (ansvar, n) in per_ansvar.into_values() {
        if wanted.fits_leder(ansvar) {
            let enhed = found.enheder.entry(ansvar.enhed.clone()).or_insert_with(|| (ansvar.enhed_navn.clone(), 0));
            enhed.1 += n;
        }
        if wanted.fits_enhed(ansvar) {
            *found.ledere.entry(leder_of(ansvar).to_owned()).or_default() += n;
        }
    }
    let last = found.count.div_ceil(PER_PAGE).max(1);
    let skipped = (page.min(last) - 1) * PER_PAGE;
    found.ids = order.rows().take(ITEMS).map(|(_, f)| f.id).collect();
    let rows = order.rows().skip(skipped).take(PER_PAGE);
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
        Ok(wanted) => (wanted, None),
        Err(error) => (Wanted { enhed: None, leder: None, fra: None, til: None }, Some(error)),
    };
    let asked: usize = search.tekst("side").and_then(|side| side.parse().ok()).unwrap_or(1).max(1);
    let found = if error.is_some() { Found::default() } else { find(&k, &wanted, asked) };
    let nr = asked.min(found.count.div_ceil(PER_PAGE).max(1));
    let first = (nr - 1) * PER_PAGE;
    if error.is_none() {
        let items = found.ids.iter().map(|id| (*id, format!("/forloeb/{id}"))).collect();
        let list = List { title: "de afsluttede forløb", address: address(&search, nr, None), items };
        state.memory.listed(&logged_in.session, list, state.sessions.now());
    }
    let rows: Vec<Row> = found.rows.into_iter().map(|over| over.row(&k)).collect();
    let enheder = found.enheder.into_iter().map(|(code, (name, count))| Alternative {
        chosen: wanted.enhed.as_deref() == Some(&code),
        code,
        name,
        count,
    });
    let ledere = found.ledere.into_iter().map(|(code, count)| Alternative {
        name: if code == NOBODY { "Leder mangler".to_owned() } else { k.name(&code) },
        chosen: wanted.leder.as_deref() == Some(&code),
        code,
        count,
    });
    let title = "Afsluttede forløb";
    let page = Page {
        frame: k.frame(if error.is_some() { format!("Fejl: {title}") } else { title.to_owned() }),
        enheder: in_order(enheder.collect()),
        ledere: in_order(ledere.collect()),
        fra: search.tekst("fra").unwrap_or_default().to_owned(),
        til: search.tekst("til").unwrap_or_default().to_owned(),
        narrowed: ["enhed", "leder", "fra", "til"].iter().any(|name| search.tekst(name).is_some()),
        error,
        count: found.count,
        first: first + usize::from(!rows.is_empty()),
        last: first + rows.len(),
        previous: (nr > 1).then(|| address(&search, nr - 1, None)),
        next: (first + rows.len() < found.count).then(|| address(&search, nr + 1, None)),
        before: found.since.map(|since| (long(since), address(&search, 1, since.pred_opt()))),
        rows,
    };
    Ok(k.list(&page))
}

fn in_order(mut all: Vec<Alternative>) -> Vec<Alternative> {
    all.sort_by_cached_key(|one| (danish(&one.name), one.code.clone()));
    all
}

/// The same list on another page, or up to another day.
fn address(search: &Search, page: usize, til: Option<NaiveDate>) -> String {
    let (page, til) = (page.to_string(), til.map(|til| til.to_string()));
    let value = |name: &&str| match *name {
        "side" => Some(page.as_str()),
        "til" => til.as_deref().or_else(|| search.tekst("til")),
        name => search.tekst(name),
    };
    let pairs = PARAMETERS.iter().filter_map(|name| Some(format!("{name}={}", percent_encode(value(name)?))));
    format!("/hr/afsluttede?{}", pairs.collect::<Vec<_>>().join("&"))
}
