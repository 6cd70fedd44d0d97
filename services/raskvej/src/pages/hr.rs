//! HR's dashboard: counts by frist and status, kroner at risk, and the forløb, filtered and sorted by the address.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use forloeb::Oere;
use forloeb::words::{Fristart, Friststatus};
use uuid::Uuid;

use super::PageState;
use super::datoer::{both, long};
use super::frame::{Frame, PageError};
use super::frist::badge;
use super::parts::aftaler::Aftaler;
use super::parts::memory::{self, List};
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::{Intent, User};
use crate::danish::danish;
use crate::lists::{self, Foremost, Place, Whose};
use crate::money::kroner;
use crate::projections::aktuelle::Aktuel;
use crate::projections::card::Ansvar;
use crate::sentences;
use crate::views::overview::tally;
use crate::views::uenighed::all as uenigheder;
use doors::address::percent_encode;

/// Filters, in the order they are shown; a name is also the name of the parameter.
const FILTERS: [(&str, &str); 5] =
    [("enhed", "Enhed"), ("leder", "Leder"), ("frist", "Frist"), ("status", "Status"), ("tildelt", "Tildelt")];
const SORT_ORDERS: [(&str, &str); 5] =
    [("enhed", "Enhed"), ("leder", "Leder"), ("dag", "Dag"), ("frist", "Næste frist"), ("fare", "I fare")];
const PER_PAGE: [usize; 3] = [25, 50, 100];

struct Cell {
    count: usize,
    path: String,
}

struct Tally {
    name: &'static str,
    cells: Vec<Option<Cell>>,
}

struct Column {
    name: &'static str,
    path: String,
    /// `aria-sort`, on the one column that is sorted by.
    sort: Option<&'static str>,
    figure: bool,
}

struct Alternative {
    code: String,
    name: String,
    count: usize,
    chosen: bool,
}

struct Filter {
    name: &'static str,
    label: &'static str,
    alternatives: Vec<Alternative>,
}

struct Mark {
    tekst: String,
    path: String,
}

struct Row {
    id: Uuid,
    path: String,
    who: String,
    enhed: String,
    leder: String,
    dag: i64,
    frist: String,
    code: &'static str,
    status: String,
    fare: String,
}

#[derive(Template)]
#[template(path = "hr.html")]
struct Page {
    frame: Frame,
    penge: bool,
    aabne: usize,
    raskmeldte: usize,
    i_fare: String,
    mistet: String,
    mistet_siden: String,
    aarets_sats: bool,
    /// So much is not in payroll any more, and waits for an answer.
    forsvundne: usize,
    uenigheder: usize,
    statuses: Vec<&'static str>,
    tallyings: Vec<Tally>,
    aftaler: Option<Aftaler>,
    filters: Vec<Filter>,
    marks: Vec<Mark>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    count: usize,
    fra: usize,
    til: usize,
    pages: Vec<(usize, String, bool)>,
    per_page: Vec<(usize, String, bool)>,
    sort: String,
}

/// One forløb as the table sees it.
struct Point {
    aktuel: Arc<Aktuel>,
    ansvar: Arc<Ansvar>,
    next: Option<Next>,
}

/// What is most urgent of a forløb.
#[derive(Clone, Copy)]
struct Next {
    art: Fristart,
    maaldag: NaiveDate,
    status: Friststatus,
}

/// What a filter by people is called where there is nobody.
const NOTHING: &str = "ingen";

/// As the address says, one filter left out; none where it asks for a frist or a status that does not exist.
fn chosen(search: &Search, penge: bool, without: Option<&str>) -> Option<lists::Filter> {
    let tekst = |name: &str| search.tekst(name).filter(|_| without != Some(name));
    let whose = |name| tekst(name).map(|nr| if nr == NOTHING { Whose::Nobodys } else { Whose::of(nr) });
    let frist = tekst("frist").map(Fristart::from_code);
    let status = tekst("status").map(Friststatus::from_code);
    if frist == Some(None) || status == Some(None) {
        return None;
    }
    Some(lists::Filter {
        aabne: Some(!penge),
        enhed: tekst("enhed").map(str::to_owned),
        leder_nr: whose("leder"),
        medarbejder_nr: None,
        frist: frist.flatten(),
        frist_status: status.flatten(),
        tildelt: whose("tildelt"),
        reference: None,
    })
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Overview)?;
    let k = ReaderView::new(&state, &logged_in);
    let overblik = tally(&logged_in.user, &k.projections());
    let money = overblik.penge.unwrap_or_default();
    let penge = search.tekst("vis") == Some("penge");
    let running: Vec<_> = {
        let projections = k.projections();
        let all = projections.running_for(&logged_in.user, |_| true);
        all.map(|a| (a.clone(), projections.ansvar(&a.card).clone())).collect()
    };
    let aftaler = Aftaler::new(&k, running.iter().map(|(aktuel, _)| aktuel)).filter(|_| !penge);
    let frist = search.tekst("frist").and_then(Fristart::from_code);
    let wanted = running.into_iter().filter(|(aktuel, _)| aktuel.card.is_aabent() != penge);
    let all: Vec<Point> = wanted.map(|(aktuel, ansvar)| Point::new(aktuel, ansvar, frist)).collect();
    let choices = chosen(&search, penge, None);
    let (sort, down) = sort_order(&search);
    let rank = rank(&k, &all, sort);
    let chosen_ones: Vec<&Point> = all.iter().filter(|p| p.fits(k.user(), choices.as_ref())).collect();
    let per_page = search.tekst("antal").and_then(|a| a.parse().ok()).filter(|a| PER_PAGE.contains(a)).unwrap_or(25);
    let last = chosen_ones.len().div_ceil(per_page).max(1);
    let nr = search.tekst("side").and_then(|s| s.parse().ok()).unwrap_or(1).clamp(1, last);
    let fra = (nr - 1) * per_page;
    let mut ordering = Foremost::of(fra + per_page);
    remember(&k, &search, &chosen_ones, (sort, down), &rank);
    for p in &chosen_ones {
        ordering.take(Place { descending: down, key: p.key(sort, &rank, k.today) }, p);
    }
    let rows: Vec<Row> = ordering.rows().skip(fra).map(|(_, p)| p.row(&k)).collect();
    let page = Page {
        frame: k.frame(if penge { "Raskmeldte med refusion, der kan hentes" } else { "Overblik" }),
        penge,
        aabne: overblik.aabne,
        raskmeldte: money.afsluttede_med_penge,
        i_fare: kroner(money.i_fare),
        mistet: kroner(money.mistet),
        mistet_siden: long(money.mistet_siden),
        aarets_sats: money.aarets_sats,
        forsvundne: k.user().may_do(Intent::Import).map_or(0, |()| k.projections().count_forsvundne()),
        uenigheder: uenigheder(&state.service.app, &logged_in.user).len(),
        statuses: Friststatus::ALL.iter().map(|s| badge(*s)).collect(),
        tallyings: tallyings(&overblik.frister),
        aftaler,
        filters: FILTERS.iter().map(|&(name, label)| filter(&k, &search, &all, name, label)).collect(),
        marks: marks(&k, &search, &all),
        columns: columns(&search, sort, down),
        count: chosen_ones.len(),
        fra: fra + usize::from(!rows.is_empty()),
        til: fra + rows.len(),
        rows,
        pages: pages(&search, nr, last),
        per_page: PER_PAGE
            .map(|n| (n, address(&search, &[("antal", &n.to_string()), ("side", "")]), n == per_page))
            .into(),
        sort: format!("{}{sort}", if down { "-" } else { "" }),
    };
    Ok(k.list(&page))
}

/// The table is where one comes back to from each of its forløb, and goes on from.
fn remember(
    k: &ReaderView<'_>,
    search: &Search,
    chosen_ones: &[&Point],
    (sort, down): (&str, bool),
    rank: &HashMap<&str, usize>,
) {
    let mut ordering = Foremost::of(memory::ITEMS);
    for p in chosen_ones {
        let id = p.aktuel.forloeb.id;
        ordering.take(Place { descending: down, key: p.key(sort, rank, k.today) }, (id, format!("/forloeb/{id}")));
    }
    let items = ordering.into_rows().map(|(_, item)| item).collect();
    let list = List { title: "overblikket", address: address(search, &[]), items };
    k.state.memory.listed(&k.logged_in.session, list, k.state.sessions.now());
}

/// The place of a row in the table: that of a name, a day, a number or øre, then the older first, then the id.
type Key = (usize, NaiveDate, i64, Uuid);

/// The place of each unit or leader by what is shown of them; a missing leader has none, and comes first.
fn rank<'a>(k: &ReaderView<'_>, all: &'a [Point], sort: &str) -> HashMap<&'a str, usize> {
    let codes: HashMap<&str, &str> = match sort {
        "enhed" => all.iter().map(|p| (p.ansvar.enhed.as_str(), p.ansvar.enhed_navn.as_str())).collect(),
        "leder" => all.iter().filter_map(|p| p.ansvar.leder.as_deref()).map(|nr| (nr, nr)).collect(),
        _ => return HashMap::new(),
    };
    let shown = |shown: &str| if sort == "leder" { k.name(shown) } else { shown.to_owned() };
    let mut ordered: Vec<_> = codes.into_iter().map(|(code, name)| (danish(&shown(name)), code)).collect();
    ordered.sort_unstable();
    ordered.into_iter().enumerate().map(|(nr, (_, code))| (code, nr + 1)).collect()
}

impl Point {
    fn new(aktuel: Arc<Aktuel>, ansvar: Arc<Ansvar>, frist: Option<Fristart>) -> Self {
        let outstanding = aktuel.card.statuses.all().filter(|(_, status)| status.outstanding());
        let next = outstanding
            .filter(|(art, _)| frist.is_none_or(|a| a == *art))
            .filter_map(|(art, status)| Some(Next { art, maaldag: aktuel.dagen.maaldage[art as usize]?, status }))
            .min_by_key(|n| (urgent(n.status, aktuel.dagen.is_penge(n.art)), n.maaldag));
        Self { aktuel, ansvar, next }
    }

    /// What a filter by unit, leader or assignment looks at.
    fn value<'a>(ansvar: &'a Ansvar, name: &str) -> &'a str {
        match name {
            "enhed" => &ansvar.enhed,
            "leder" => ansvar.leder.as_deref().unwrap_or(NOTHING),
            _ => ansvar.tildelt.as_deref().unwrap_or(NOTHING),
        }
    }

    /// The frister that stand out, or are in the chosen status.
    fn arter(&self, status: Option<Friststatus>) -> impl Iterator<Item = Fristart> {
        let fits = move |has: Friststatus| status.map_or_else(|| has.outstanding(), |s| s == has);
        self.aktuel.card.statuses.all().filter(move |(_, has)| fits(*has)).map(|(art, _)| art)
    }

    /// The statuses of the frister, or of the chosen one.
    fn statuses(&self, frist: Option<Fristart>) -> impl Iterator<Item = Friststatus> {
        self.aktuel.card.statuses.all().filter(move |(art, _)| frist.is_none_or(|a| a == *art)).map(|(_, s)| s)
    }

    fn fits(&self, user: &User, choices: Option<&lists::Filter>) -> bool {
        choices.is_some_and(|choices| choices.fits(user, &self.aktuel.card_entry(&self.ansvar)))
    }

    fn fare(&self) -> Oere {
        self.aktuel.dagen.i_fare.or(self.aktuel.dagen.mistet).map_or(Oere::ZERO, |s| s.beloeb)
    }

    fn key(&self, sort: &str, rank: &HashMap<&str, usize>, today: NaiveDate) -> Key {
        let (card, id) = (&self.aktuel.card, self.aktuel.forloeb.id);
        let dag = (today - card.foerste).num_days() + 1;
        let place = |code: &str| rank.get(code).copied().unwrap_or_default();
        match sort {
            "enhed" => (place(&self.ansvar.enhed), NaiveDate::MIN, -dag, id),
            "leder" => (self.ansvar.leder.as_deref().map_or(0, place), NaiveDate::MIN, -dag, id),
            "dag" => (0, NaiveDate::MIN, dag, id),
            "fare" => (0, NaiveDate::MIN, self.fare().count(), id),
            _ => (0, self.next.map_or(NaiveDate::MAX, |n| n.maaldag), -dag, id),
        }
    }

    fn row(&self, k: &ReaderView<'_>) -> Row {
        let (f, card, dagen) = (&self.aktuel.forloeb, &self.aktuel.card, &self.aktuel.dagen);
        let fare = match (dagen.i_fare, dagen.mistet) {
            (Some(s), _) => kroner(s.beloeb),
            (None, Some(s)) => format!("{} mistet", kroner(s.beloeb)),
            (None, None) => "–".to_owned(),
        };
        Row {
            id: f.id,
            path: format!("/forloeb/{}", f.id),
            who: k.row(&f.medarbejder_nr),
            enhed: self.ansvar.enhed_navn.clone(),
            leder: self.ansvar.leder.as_deref().map_or_else(|| "Leder mangler".to_owned(), |nr| k.name(nr)),
            dag: f.dag_number(card.end.unwrap_or(k.today)),
            frist: self.next.map_or_else(
                || "Ingen".to_owned(),
                |n| format!("{} {}", sentences::frist_name(n.art), both(n.maaldag, k.today)),
            ),
            code: self.next.map_or("opfyldt", |n| n.status.code()),
            status: self.next.map_or_else(|| "Alt er gjort".to_owned(), |n| badge(n.status).to_owned()),
            fare,
        }
    }
}

/// Money that is running away first; what cannot be helped any more, and what has not begun, last.
const fn urgent(status: Friststatus, penge: bool) -> u8 {
    match (status, penge) {
        (Friststatus::Tabt, true) => 0,
        (Friststatus::Tabt, false) => 2,
        (Friststatus::Coming, _) => 3,
        _ => 1,
    }
}

fn sort_order(search: &Search) -> (&'static str, bool) {
    let wanted = search.tekst("sort").unwrap_or("frist");
    let name = wanted.trim_start_matches('-');
    let found = SORT_ORDERS.iter().find(|(n, _)| *n == name);
    found.map_or(("frist", false), |(n, _)| (*n, wanted.starts_with('-')))
}

/// The address of this page with some parameters set anew; an empty value takes one away.
fn address(search: &Search, new_ones: &[(&str, &str)]) -> String {
    let known_ones = ["vis", "enhed", "leder", "frist", "status", "tildelt", "sort", "antal", "side"];
    let pairs: Vec<String> = known_ones
        .iter()
        .filter_map(|name| {
            let new = new_ones.iter().find(|(n, _)| n == name).map(|(_, v)| *v);
            let value = new.map_or_else(|| search.tekst(name), Some).filter(|v| !v.is_empty())?;
            Some(format!("{name}={}", percent_encode(value)))
        })
        .collect();
    if pairs.is_empty() { "/hr".to_owned() } else { format!("/hr?{}", pairs.join("&")) }
}

fn tallyings(frister: &BTreeMap<Fristart, BTreeMap<Friststatus, usize>>) -> Vec<Tally> {
    Fristart::ALL
        .iter()
        .filter_map(|art| {
            let figure = frister.get(art)?;
            let cells = Friststatus::ALL
                .iter()
                .map(|s| figure.get(s).map(|n| Cell { count: *n, path: format!("/hr?frist={art}&status={s}#forloeb") }))
                .collect();
            Some(Tally { name: sentences::frist_name(*art), cells })
        })
        .collect()
}

/// What a value of a filter is called.
fn name(k: &ReaderView<'_>, all: &[Point], filter: &str, code: &str) -> String {
    match filter {
        "enhed" => {
            let found = all.iter().find(|p| p.ansvar.enhed == code);
            found.map_or_else(|| code.to_owned(), |p| p.ansvar.enhed_navn.clone())
        }
        "frist" => Fristart::from_code(code).map_or_else(|| code.to_owned(), |a| sentences::frist_name(a).to_owned()),
        "status" => Friststatus::from_code(code).map_or_else(|| code.to_owned(), |s| badge(s).to_owned()),
        _ if code == NOTHING => "Ingen".to_owned(),
        // Only who is in the list has a name: an address is no way from any number to one.
        _ if all.iter().any(|p| Point::value(&p.ansvar, filter) == code) => k.name(code),
        _ => format!("medarbejder {code}"),
    }
}

fn filter(k: &ReaderView<'_>, search: &Search, all: &[Point], filter: &'static str, label: &'static str) -> Filter {
    let choices = chosen(search, search.tekst("vis") == Some("penge"), Some(filter));
    let (frist, status) = choices.as_ref().map_or((None, None), |choices| (choices.frist, choices.frist_status));
    let chosen_ones = all.iter().filter(|p| p.fits(k.user(), choices.as_ref()));
    let (mut count, mut enheder): (BTreeMap<&str, usize>, HashMap<&str, &str>) = Default::default();
    match filter {
        "frist" => chosen_ones.flat_map(|p| p.arter(status)).for_each(|art| *count.entry(art.code()).or_default() += 1),
        "status" => chosen_ones.for_each(|p| {
            let set: BTreeSet<_> = p.statuses(frist).collect();
            set.into_iter().for_each(|status| *count.entry(status.code()).or_default() += 1);
        }),
        _ => {
            // Most forløb of a unit share what is looked at here.
            let mut per_ansvar: HashMap<u32, (&Ansvar, usize)> = HashMap::new();
            chosen_ones.for_each(|p| per_ansvar.entry(p.aktuel.card.ansvar).or_insert((&p.ansvar, 0)).1 += 1);
            for (ansvar, n) in per_ansvar.into_values() {
                *count.entry(Point::value(ansvar, filter)).or_default() += n;
                enheder.insert(&ansvar.enhed, &ansvar.enhed_navn);
            }
        }
    }
    let chosen = search.tekst(filter);
    if let Some(v) = chosen {
        count.entry(v).or_default();
    }
    let mut alternatives: Vec<_> = count
        .into_iter()
        .map(|(code, count)| {
            let chosen = chosen == Some(code);
            let enhed = enheder.get(code).filter(|_| filter == "enhed");
            let name = enhed.map_or_else(|| name(k, all, filter, code), |name| (*name).to_owned());
            Alternative { name, code: code.to_owned(), count, chosen }
        })
        .collect();
    alternatives.sort_by_cached_key(|m| (danish(&m.name), m.code.clone()));
    Filter { name: filter, label, alternatives }
}

fn marks(k: &ReaderView<'_>, search: &Search, all: &[Point]) -> Vec<Mark> {
    FILTERS
        .iter()
        .filter_map(|&(filter, label)| {
            let code = search.tekst(filter)?;
            let tekst = format!("{label}: {}", name(k, all, filter, code));
            Some(Mark { tekst, path: address(search, &[(filter, ""), ("side", "")]) })
        })
        .collect()
}

fn columns(search: &Search, sort: &str, down: bool) -> Vec<Column> {
    SORT_ORDERS
        .iter()
        .map(|&(code, name)| {
            let here = code == sort;
            let new = if here && !down { format!("-{code}") } else { code.to_owned() };
            Column {
                name,
                path: address(search, &[("sort", &new), ("side", "")]),
                sort: here.then_some(if down { "descending" } else { "ascending" }),
                figure: matches!(code, "dag" | "fare"),
            }
        })
        .collect()
}

/// Every page up to seven, else the first, the last and those around the current one.
fn pages(search: &Search, nr: usize, last: usize) -> Vec<(usize, String, bool)> {
    (1..=last)
        .filter(|n| last <= 7 || *n == 1 || *n == last || n.abs_diff(nr) <= 1)
        .map(|n| (n, address(search, &[("side", &n.to_string())]), n == nr))
        .collect()
}
