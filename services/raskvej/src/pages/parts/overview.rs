//! What goes on, as HR's overview and its files have it: narrowed, ordered and summed as an address says.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use forloeb::Oere;
use forloeb::words::{Fristart, Friststatus};
use uuid::Uuid;

use super::board::{Line, Lines};
use super::next::{Next, Penge, urgent};
use super::reader_view::ReaderView;
use super::session::Search;
use super::work::Doing;
use crate::access::User;
use crate::core::OpenedNames;
use crate::danish::{NameKey, danish};
use crate::lists::{self, Foremost, Place, Whose};
use crate::projections::aktuelle::Aktuel;
use crate::projections::card::Ansvar;
use crate::projections::{CardEntry, Projections};
use crate::sentences;
use doors::address::percent_encode;
use texts::standing::label;

/// Where the overview is.
pub(crate) const PATH: &str = "/hr";
/// Most rows of a file; the page says so where there are more.
pub(crate) const IN_FILE: usize = 20_000;
/// What a filter is called where there is nobody, or nothing.
pub(crate) const NOTHING: &str = "ingen";
/// What an address may say, in the order it says it.
const PARAMETERS: [&str; 14] = [
    "vis", "enhed", "distrikt", "leder", "goer", "frist", "status", "penge", "tildelt", "sort", "antal", "side",
    "valgte", COLUMN,
];
/// The parameter that names a column; it may stand several times.
pub(crate) const COLUMN: &str = "kol";

/// Which of what goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Open,
    /// Over, with money that can still be had.
    Penge,
    All,
}

impl Which {
    pub(crate) const ALL: [Self; 3] = [Self::Open, Self::Penge, Self::All];

    pub(crate) fn of(search: &Search) -> Self {
        Self::ALL.into_iter().find(|which| search.tekst("vis") == Some(which.code())).unwrap_or(Self::Open)
    }

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Penge => "penge",
            Self::All => "alle",
        }
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Open => "Åbne forløb",
            Self::Penge => "Raskmeldte med penge, der kan hentes",
            Self::All => "Alle i gang",
        }
    }
}

/// What an address asks for.
pub(crate) struct Wanted {
    filter: lists::Filter,
    distrikt: Option<String>,
    doing: Option<Doing>,
    penge: Option<Penge>,
}

impl Wanted {
    /// As the address says, one filter left out; none where it asks for something that does not exist.
    pub(crate) fn read(search: &Search, without: Option<&str>) -> Option<Self> {
        let tekst = |name: &str| search.tekst(name).filter(|_| without != Some(name));
        let whose = |name| tekst(name).map(|nr| if nr == NOTHING { Whose::Nobodys } else { Whose::of(nr) });
        let frist = tekst("frist").map(Fristart::from_code);
        let status = tekst("status").map(Friststatus::from_code);
        let doing = tekst("goer").map(|code| Doing::ALL.into_iter().find(|doing| doing.code() == code));
        let penge = tekst("penge").map(|code| Penge::ALL.into_iter().find(|penge| penge.code() == code));
        if frist == Some(None) || status == Some(None) || doing == Some(None) || penge == Some(None) {
            return None;
        }
        let filter = lists::Filter {
            aabne: match Which::of(search) {
                Which::Open => Some(true),
                Which::Penge => Some(false),
                Which::All => None,
            },
            enhed: tekst("enhed").map(str::to_owned),
            leder_nr: whose("leder"),
            medarbejder_nr: None,
            frist: frist.flatten(),
            frist_status: status.flatten(),
            tildelt: whose("tildelt"),
            reference: None,
        };
        let distrikt = tekst("distrikt").map(str::to_owned);
        Some(Self { filter, distrikt, doing: doing.flatten(), penge: penge.flatten() })
    }

    /// The same, where people who have moved are found by whichever of their numbers.
    pub(crate) fn by_any_nr(self, projections: &Projections) -> Self {
        Self { filter: self.filter.by_any_nr(projections), ..self }
    }
}

/// One forløb as the table sees it.
#[derive(Clone, Copy)]
pub(crate) struct Point<'a> {
    pub(crate) line: Line<'a>,
    /// The one frist that is asked for.
    frist: Option<Fristart>,
    /// What HR is to do about it, a bit for each of [`Doing::ALL`].
    doings: u16,
    today: NaiveDate,
}

/// What fits, of everything that goes on and that the reader sees.
pub(crate) struct Found<'a> {
    /// The foremost, in order.
    pub(crate) foremost: Vec<Point<'a>>,
    pub(crate) count: usize,
    /// Of all that fits, of each of [`Penge::ALL`].
    pub(crate) sums: [Oere; Penge::ALL.len()],
}

/// Everything that goes on and that the reader sees is gone through once: `fits` is asked of each, and looks at it for itself.
pub(crate) fn find<'a>(
    k: &ReaderView<'_>,
    lines: &'a Lines<'_>,
    search: &Search,
    most: usize,
    mut fits: impl FnMut(&Point<'a>) -> bool,
) -> Found<'a> {
    let names = k.state.service.app.names();
    let order = Order::new(&names, lines, search);
    let frist = search.tekst("frist").and_then(Fristart::from_code);
    let (mut ordering, mut sums) = (Foremost::of(most), [Oere::ZERO; Penge::ALL.len()]);
    for line in lines.all().filter(|line| line.row.running) {
        let point = Point { line, frist, doings: line.doings(), today: k.today };
        if fits(&point) {
            sums.iter_mut().zip(&line.row.penge).for_each(|(sum, penge)| *sum += *penge);
            ordering.take(Place { descending: order.down, key: point.key(&order) }, point);
        }
    }
    let ordering = ordering.in_order();
    let count = ordering.count();
    Found { foremost: ordering.into_rows().map(|(_, point)| point).collect(), count, sums }
}

impl<'a> Point<'a> {
    pub(crate) fn aktuel(&self) -> &'a Aktuel {
        &self.line.row.aktuel
    }

    /// What stands out of the frist that is looked for; where nothing does any more, what is most urgent of all.
    pub(crate) fn next(&self) -> Option<Next> {
        let looked_for = self.frist.and_then(|frist| Next::of(self.aktuel(), Some(frist)));
        looked_for.or(self.line.row.next)
    }

    pub(crate) fn fits(&self, user: &User, wanted: Option<&Wanted>) -> bool {
        wanted.is_some_and(|wanted| {
            let Line { row, ansvar, .. } = self.line;
            let entry = CardEntry { id: row.id, nr: &row.nr, card: &row.card, ansvar };
            wanted.filter.fits(user, &entry)
                && wanted.distrikt.as_deref().is_none_or(|distrikt| distrikt == self.distrikt())
                && wanted.doing.is_none_or(|doing| self.doings >> doing.place() & 1 == 1)
                && wanted.penge.is_none_or(|penge| self.has(penge))
        })
    }

    /// The code of the district of its unit, or that there is none.
    pub(crate) fn distrikt(&self) -> &'a str {
        self.line.distrikt.unwrap_or(NOTHING)
    }

    /// What HR is to do about it, by its place in [`Doing::ALL`], each once.
    pub(crate) fn doings(&self) -> impl Iterator<Item = usize> {
        bits(self.doings.into())
    }

    /// What there is of this kind of money.
    pub(crate) fn penge(&self, penge: Penge) -> Oere {
        self.line.row.penge[penge as usize]
    }

    pub(crate) fn has(&self, penge: Penge) -> bool {
        self.penge(penge) > Oere::ZERO
    }

    /// What a filter by whose it is looks at.
    pub(crate) fn value<'v>(ansvar: &'v Ansvar, name: &str) -> &'v str {
        match name {
            "enhed" => &ansvar.enhed,
            "leder" => ansvar.leder.as_deref().unwrap_or(NOTHING),
            _ => ansvar.tildelt.as_deref().unwrap_or(NOTHING),
        }
    }

    /// The frister that stand out, or are in the chosen status, by their place in [`Fristart::ALL`].
    pub(crate) fn arter(&self, status: Option<Friststatus>) -> impl Iterator<Item = usize> {
        let row = self.line.row;
        let of_status = |status| row.card.statuses.all().filter(move |(_, has)| *has == status);
        bits(status.map_or(row.outstanding, |status| of_status(status).fold(0, |all, (art, _)| all | 1 << art as u8)))
    }

    /// The statuses of the frister, or of the chosen one, by their place in [`Friststatus::ALL`], each once.
    pub(crate) fn statuses(&self, frist: Option<Fristart>) -> impl Iterator<Item = usize> {
        let row = self.line.row;
        bits(frist.map_or(row.statuses.into(), |art| row.card.statuses.status(art).map_or(0, |has| 1 << has as u8)))
    }

    fn fare(&self) -> Oere {
        self.line.row.fare
    }

    /// What is in a column.
    pub(crate) fn cell(&self, k: &ReaderView<'_>, column: &Column) -> Value {
        let (f, card, ansvar) = (&self.aktuel().forloeb, &self.line.row.card, self.line.ansvar);
        match column.code {
            "nr" => Value::Text(f.medarbejder_nr.clone()),
            "enhed" => Value::Text(ansvar.enhed_navn.clone()),
            "distrikt" => Value::Text(if self.distrikt() == NOTHING { "–" } else { self.distrikt() }.to_owned()),
            "leder" => Value::Text(ansvar.leder.as_deref().map_or_else(|| "Leder mangler".to_owned(), |nr| k.name(nr))),
            "foerste" => Value::Day(f.foerste),
            "dag" => Value::Count(f.dag_number(card.end.unwrap_or(k.today))),
            "frist" => Value::Next(self.next().map(|n| (sentences::frist_name(n.art), n.maaldag, n.lovdag))),
            "status" => {
                let stands = self.next().map(|n| label(n.status, n.maaldag, n.lovdag, k.today));
                let stands = stands.map(|(tekst, status)| Value::Badge(status.code(), tekst));
                stands.unwrap_or_else(|| Value::Badge("opfyldt", "Alt er gjort".to_owned()))
            }
            "fare" => match (self.aktuel().dagen.i_fare, self.aktuel().dagen.mistet) {
                (None, Some(_)) => Value::Lost(self.fare()),
                _ => Value::Amount(self.fare()),
            },
            "kan-soeges" => Value::Amount(self.penge(Penge::CanBeClaimed)),
            "mistet" => Value::Amount(self.penge(Penge::Lost)),
            _ => Value::Text(ansvar.tildelt.as_deref().map_or_else(|| "–".to_owned(), |nr| k.name(nr))),
        }
    }

    fn key<'k>(&self, order: &'k Order<'_>) -> Key<'k>
    where
        'a: 'k,
    {
        let (card, id) = (&self.line.row.card, self.line.row.id);
        let dag = (self.today - card.foerste).num_days() + 1;
        let by = |place, day, count| Key { nr: "", place, day, count, id };
        let by_place = |place| by(place, NaiveDate::MIN, -dag);
        let by_count = |count| by(0, NaiveDate::MIN, count);
        let nr = &*self.line.row.nr;
        match order.sort {
            "navn" => Key { nr, ..by_place(order.names.place(nr, &self.line.row.name_slot) as usize) },
            "nr" => Key { nr, ..by_place(0) },
            "distrikt" => {
                by_place(self.line.distrikt.and_then(|code| order.distrikter.get(code)).copied().unwrap_or(0))
            }
            "enhed" | "leder" | "tildelt" => by_place(order.groups.get(self.line.group).copied().unwrap_or(0)),
            "dag" => by_count(dag),
            "foerste" => by(0, card.foerste, 0),
            "fare" => by_count(self.fare().count()),
            "kan-soeges" => by_count(self.penge(Penge::CanBeClaimed).count()),
            "mistet" => by_count(self.penge(Penge::Lost).count()),
            "status" => {
                let urgent = |n: Next| usize::from(urgent(n.status, self.aktuel().dagen.is_penge(n.art)));
                by_place(self.next().map_or(usize::MAX, urgent))
            }
            _ => by(0, self.next().map_or(NaiveDate::MAX, |n| n.maaldag), -dag),
        }
    }
}

/// What stands in a cell.
pub(crate) enum Value {
    Text(String),
    Day(NaiveDate),
    Count(i64),
    Amount(Oere),
    /// An amount that is lost, where what can be lost stands otherwise.
    Lost(Oere),
    /// A frist: its name, the day people work towards, and the last lawful day; none: nothing is to be done.
    Next(Option<(&'static str, NaiveDate, NaiveDate)>),
    /// A status: its code, and what people are told.
    Badge(&'static str, String),
}

/// A column of the table.
pub(crate) struct Column {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) figure: bool,
    /// It stands there where nobody chooses.
    standard: bool,
}

/// Every column but that of the names, which is always there, in their order.
pub(crate) const COLUMNS: [Column; 12] = [
    column("nr", "Nummer", false, false),
    column("enhed", "Enhed", false, true),
    column("distrikt", "Distrikt", false, false),
    column("leder", "Leder", false, true),
    column("foerste", "Første fraværsdag", false, false),
    column("dag", "Dag", true, true),
    column("frist", "Næste frist", false, true),
    column("fare", "I fare", true, true),
    column("kan-soeges", "Kan søges", true, false),
    column("mistet", "Mistet", true, false),
    column("tildelt", "Tildelt", false, true),
    column("status", "Status", false, true),
];

const fn column(code: &'static str, name: &'static str, figure: bool, standard: bool) -> Column {
    Column { code, name, figure, standard }
}

/// The columns that the address asks for, or those that stand there where it asks for none.
pub(crate) fn columns(search: &Search) -> Vec<&'static Column> {
    let asked: BTreeSet<&str> =
        search.0.iter().filter(|(name, _)| name == COLUMN).map(|(_, code)| code.as_str()).collect();
    let chosen: Vec<_> = COLUMNS.iter().filter(|column| asked.contains(column.code)).collect();
    if chosen.is_empty() { COLUMNS.iter().filter(|column| column.standard).collect() } else { chosen }
}

/// By which column the address orders, and whether the last comes first.
pub(crate) fn sort_order(search: &Search) -> (&'static str, bool) {
    let wanted = search.tekst("sort").unwrap_or("frist");
    let name = wanted.trim_start_matches('-');
    let found = COLUMNS.iter().map(|column| column.code).chain(["navn"]).find(|code| *code == name);
    found.map_or(("frist", false), |code| (code, wanted.starts_with('-')))
}

/// The place of a row in the table: that of a text or a name, a number, a day, a count or øre, then the older first, then the
/// id.
#[derive(PartialEq, Eq)]
struct Key<'a> {
    place: usize,
    nr: &'a str,
    day: NaiveDate,
    count: i64,
    id: Uuid,
}

impl Ord for Key<'_> {
    /// Field by field. Every row of a list is compared, and neither the number that most orders are without nor the id is looked
    /// at byte by byte.
    fn cmp(&self, other: &Self) -> Ordering {
        let by_nr = || if self.nr.is_empty() && other.nr.is_empty() { Ordering::Equal } else { self.nr.cmp(other.nr) };
        let by_id = || self.id.as_u128().cmp(&other.id.as_u128());
        let by_place = self.place.cmp(&other.place).then_with(by_nr);
        by_place.then(self.day.cmp(&other.day)).then(self.count.cmp(&other.count)).then_with(by_id)
    }
}

impl PartialOrd for Key<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// An order of the table.
struct Order<'a> {
    sort: &'static str,
    down: bool,
    names: &'a OpenedNames<'a>,
    /// The place of each group, and of each district, by what is shown of it, in Danish order; what is missing comes first.
    groups: Vec<usize>,
    distrikter: HashMap<&'a str, usize>,
}

impl<'a> Order<'a> {
    fn new(names: &'a OpenedNames<'a>, lines: &'a Lines<'_>, search: &Search) -> Self {
        let (sort, down) = sort_order(search);
        let (mut groups, mut distrikter) = (Vec::new(), HashMap::new());
        match sort {
            "distrikt" => {
                let mut ordered: Vec<_> = lines.distrikter().map(|code| (danish(code), code)).collect();
                ordered.sort_unstable();
                distrikter = ordered.into_iter().enumerate().map(|(nr, (_, code))| (code, nr + 1)).collect();
            }
            "enhed" | "leder" | "tildelt" => groups = places(names, lines, sort),
            _ => {}
        }
        Self { sort, down, names, groups, distrikter }
    }
}

/// The name of a person, or their number, by its place in a list.
pub(crate) fn named(names: &OpenedNames<'_>, nr: &str) -> NameKey {
    names.find(nr).cloned().unwrap_or_else(|| danish(&format!("medarbejder {nr}")))
}

/// The places of the bits that are set.
fn bits(mut set: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (set != 0).then(|| set.trailing_zeros() as usize);
        set &= set.wrapping_sub(1);
        place
    })
}

/// The place of each group by the text that is shown of it; of those that have none, before all others.
fn places(names: &OpenedNames<'_>, lines: &Lines<'_>, sort: &str) -> Vec<usize> {
    let met: Vec<(usize, &Ansvar)> = lines.groups().collect();
    let key = |ansvar: &Ansvar| match sort {
        "enhed" => Some((danish(&ansvar.enhed_navn), ansvar.enhed.clone())),
        "leder" => ansvar.leder.as_deref().map(|nr| (named(names, nr), nr.to_owned())),
        _ => ansvar.tildelt.as_deref().map(|nr| (named(names, nr), nr.to_owned())),
    };
    let mut places = vec![0; met.last().map_or(0, |(last, _)| last + 1)];
    let mut ordered: Vec<_> = met.into_iter().filter_map(|(group, ansvar)| Some((key(ansvar)?, group))).collect();
    ordered.sort_unstable();
    let (mut place, mut before) = (0, None);
    for (key, group) in ordered {
        place += usize::from(before.as_ref() != Some(&key));
        places[group] = place;
        before = Some(key);
    }
    places
}

/// The same, where leaders and those in whose hands a forløb is are named by the numbers they have now.
pub(crate) fn under_current_nr(Search(mut pairs): Search, projections: &Projections) -> Search {
    for (_, nr) in pairs.iter_mut().filter(|(name, _)| matches!(name.as_str(), "leder" | "tildelt")) {
        let now = projections.current_nr(nr).to_owned();
        *nr = now;
    }
    Search(pairs)
}

/// The address of the overview, or of one of its files, with some parameters set anew; an empty value takes one away.
pub(crate) fn address(path: &str, search: &Search, new_ones: &[(&str, &str)]) -> String {
    let pair = |name: &str, value: &str| format!("{name}={}", percent_encode(value));
    let pairs: Vec<String> = PARAMETERS
        .iter()
        .flat_map(|name| match new_ones.iter().find(|(new, _)| new == name) {
            Some((_, value)) => {
                Some(*value).filter(|value| !value.is_empty()).map(|value| pair(name, value)).into_iter().collect()
            }
            None if *name == COLUMN => {
                let asked = search.0.iter().filter(|(name, _)| name == COLUMN).map(|(_, code)| code.as_str());
                let known = asked.filter(|code| COLUMNS.iter().any(|column| column.code == *code));
                let mut met = BTreeSet::new();
                known.filter(|code| met.insert(*code)).map(|code| pair(name, code)).collect::<Vec<_>>()
            }
            None => search.tekst(name).map(|value| pair(name, value)).into_iter().collect(),
        })
        .collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}
