//! What goes on, as HR's overview and its files have it: narrowed, ordered and summed as an address says.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::Oere;
use forloeb::words::{Fristart, Friststatus};
use uuid::Uuid;

use super::datoer::both;
use super::reader_view::ReaderView;
use super::session::Search;
use super::work::{Doing, mine, tasks, visible};
use crate::access::User;
use crate::danish::danish;
use crate::lists::{self, Foremost, Place, Whose};
use crate::projections::Projections;
use crate::projections::aktuelle::Aktuel;
use crate::projections::card::Ansvar;
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

/// What there is of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Penge {
    CanBeLost,
    CanBeClaimed,
    Lost,
}

impl Penge {
    pub(crate) const ALL: [Self; 3] = [Self::CanBeLost, Self::CanBeClaimed, Self::Lost];

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::CanBeLost => "kan-mistes",
            Self::CanBeClaimed => "kan-soeges",
            Self::Lost => "mistet",
        }
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::CanBeLost => "Kan mistes",
            Self::CanBeClaimed => "Kan søges",
            Self::Lost => "Mistet",
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

    /// Which frist, and in which status, what is counted of the others has.
    pub(crate) fn frist(&self) -> (Option<Fristart>, Option<Friststatus>) {
        (self.filter.frist, self.filter.frist_status)
    }
}

/// One forløb as the table sees it.
pub(crate) struct Point {
    pub(crate) aktuel: Arc<Aktuel>,
    pub(crate) ansvar: Arc<Ansvar>,
    pub(crate) next: Option<Next>,
    /// What HR is to do about it, a bit for each of [`Doing::ALL`].
    doings: u16,
    today: NaiveDate,
}

/// What is most urgent of a forløb.
#[derive(Clone, Copy)]
pub(crate) struct Next {
    pub(crate) art: Fristart,
    pub(crate) maaldag: NaiveDate,
    pub(crate) lovdag: NaiveDate,
    pub(crate) status: Friststatus,
}

/// Everything that goes on and that the reader may see, in no order.
pub(crate) fn all(k: &ReaderView<'_>, search: &Search) -> Vec<Point> {
    let frist = search.tekst("frist").and_then(Fristart::from_code);
    let (book, mine) = (k.state.service.app.book(), mine(k));
    let running = visible(k).into_iter().filter(|seen| seen.aktuel.dagen.running);
    let point = |seen| {
        let own = tasks(k, &mine, &seen, &book).filter(|work| !work.waits);
        let place = |doing| Doing::ALL.iter().position(|one| *one == doing).unwrap_or_default();
        let doings = own.fold(0, |all, work| all | 1_u16 << place(work.doing));
        Point { next: Next::of(&seen.aktuel, frist), doings, aktuel: seen.aktuel, ansvar: seen.ansvar, today: k.today }
    };
    running.map(point).collect()
}

impl Next {
    fn of(aktuel: &Aktuel, frist: Option<Fristart>) -> Option<Self> {
        let outstanding = aktuel.card.statuses.all().filter(|(_, status)| status.outstanding());
        outstanding
            .filter(|(art, _)| frist.is_none_or(|a| a == *art))
            .filter_map(|(art, status)| {
                let (maaldag, lovdag) = (aktuel.dagen.maaldage[art as usize]?, aktuel.dagen.lovdage[art as usize]?);
                Some(Self { art, maaldag, lovdag, status })
            })
            .min_by_key(|n| (urgent(n.status, aktuel.dagen.is_penge(n.art)), n.maaldag))
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

impl Point {
    pub(crate) fn fits(&self, user: &User, wanted: Option<&Wanted>) -> bool {
        wanted.is_some_and(|wanted| {
            wanted.filter.fits(user, &self.aktuel.card_entry(&self.ansvar))
                && wanted.distrikt.as_deref().is_none_or(|distrikt| distrikt == self.distrikt())
                && wanted.doing.is_none_or(|doing| self.doings().any(|one| one == doing))
                && wanted.penge.is_none_or(|penge| self.has(penge))
        })
    }

    /// The code of the district of its unit, or that there is none.
    pub(crate) fn distrikt(&self) -> &str {
        self.aktuel.forloeb.stamdata_now(self.today).distrikt.as_deref().unwrap_or(NOTHING)
    }

    /// What HR is to do about it, each once.
    pub(crate) fn doings(&self) -> impl Iterator<Item = Doing> {
        Doing::ALL.into_iter().enumerate().filter(|(place, _)| self.doings >> place & 1 == 1).map(|(_, doing)| doing)
    }

    /// What there is of this kind of money.
    pub(crate) fn penge(&self, penge: Penge) -> Oere {
        let d = &self.aktuel.dagen;
        let all = match penge {
            Penge::CanBeLost => [d.i_fare, None],
            Penge::CanBeClaimed => [d.kan_anmodes, None],
            Penge::Lost => [d.mistet, d.for_sent_anmodet],
        };
        all.into_iter().flatten().fold(Oere::ZERO, |sum, skoen| sum + skoen.beloeb)
    }

    pub(crate) fn has(&self, penge: Penge) -> bool {
        self.penge(penge) > Oere::ZERO
    }

    /// What a filter by whose it is looks at.
    pub(crate) fn value<'a>(ansvar: &'a Ansvar, name: &str) -> &'a str {
        match name {
            "enhed" => &ansvar.enhed,
            "leder" => ansvar.leder.as_deref().unwrap_or(NOTHING),
            _ => ansvar.tildelt.as_deref().unwrap_or(NOTHING),
        }
    }

    /// The frister that stand out, or are in the chosen status.
    pub(crate) fn arter(&self, status: Option<Friststatus>) -> impl Iterator<Item = Fristart> {
        let fits = move |has: Friststatus| status.map_or_else(|| has.outstanding(), |s| s == has);
        self.aktuel.card.statuses.all().filter(move |(_, has)| fits(*has)).map(|(art, _)| art)
    }

    /// The statuses of the frister, or of the chosen one.
    pub(crate) fn statuses(&self, frist: Option<Fristart>) -> impl Iterator<Item = Friststatus> {
        self.aktuel.card.statuses.all().filter(move |(art, _)| frist.is_none_or(|a| a == *art)).map(|(_, s)| s)
    }

    fn fare(&self) -> Oere {
        self.aktuel.dagen.i_fare.or(self.aktuel.dagen.mistet).map_or(Oere::ZERO, |s| s.beloeb)
    }

    /// What is in a column.
    pub(crate) fn cell(&self, k: &ReaderView<'_>, column: &Column) -> Value {
        let (f, card) = (&self.aktuel.forloeb, &self.aktuel.card);
        match column.code {
            "nr" => Value::Text(f.medarbejder_nr.clone()),
            "enhed" => Value::Text(self.ansvar.enhed_navn.clone()),
            "distrikt" => Value::Text(if self.distrikt() == NOTHING { "–" } else { self.distrikt() }.to_owned()),
            "leder" => {
                Value::Text(self.ansvar.leder.as_deref().map_or_else(|| "Leder mangler".to_owned(), |nr| k.name(nr)))
            }
            "foerste" => Value::Day(f.foerste),
            "dag" => Value::Count(f.dag_number(card.end.unwrap_or(k.today))),
            "frist" => Value::Text(self.next.map_or_else(
                || "Ingen".to_owned(),
                |n| format!("{} {}", sentences::frist_name(n.art), both(n.maaldag, k.today)),
            )),
            "status" => {
                let stands = self.next.map(|n| label(n.status, n.maaldag, n.lovdag, k.today));
                let stands = stands.map(|(tekst, status)| Value::Badge(status.code(), tekst));
                stands.unwrap_or_else(|| Value::Badge("opfyldt", "Alt er gjort".to_owned()))
            }
            "fare" => match (self.aktuel.dagen.i_fare, self.aktuel.dagen.mistet) {
                (None, Some(_)) => Value::Lost(self.fare()),
                _ => Value::Amount(self.fare()),
            },
            "kan-soeges" => Value::Amount(self.penge(Penge::CanBeClaimed)),
            "mistet" => Value::Amount(self.penge(Penge::Lost)),
            _ => Value::Text(self.ansvar.tildelt.as_deref().map_or_else(|| "–".to_owned(), |nr| k.name(nr))),
        }
    }

    fn key(&self, sort: &str, rank: &HashMap<String, usize>) -> Key {
        let (card, id) = (&self.aktuel.card, self.aktuel.forloeb.id);
        let dag = (self.today - card.foerste).num_days() + 1;
        let place = |code: &str| rank.get(code).copied().unwrap_or_default();
        let by_place = |place| (place, NaiveDate::MIN, -dag, id);
        let by_count = |count| (0, NaiveDate::MIN, count, id);
        match sort {
            "navn" => by_place(place(&self.aktuel.forloeb.medarbejder_nr)),
            "nr" | "enhed" | "distrikt" | "leder" | "tildelt" => by_place(place(self.ranked(sort).unwrap_or_default())),
            "dag" => by_count(dag),
            "foerste" => (0, card.foerste, 0, id),
            "fare" => by_count(self.fare().count()),
            "kan-soeges" => by_count(self.penge(Penge::CanBeClaimed).count()),
            "mistet" => by_count(self.penge(Penge::Lost).count()),
            "status" => by_place(
                self.next.map_or(usize::MAX, |n| usize::from(urgent(n.status, self.aktuel.dagen.is_penge(n.art)))),
            ),
            _ => (0, self.next.map_or(NaiveDate::MAX, |n| n.maaldag), -dag, id),
        }
    }

    /// What a column of texts is put in order by; none where there is nobody.
    fn ranked(&self, sort: &str) -> Option<&str> {
        match sort {
            "navn" | "nr" => Some(&self.aktuel.forloeb.medarbejder_nr),
            "enhed" => Some(&self.ansvar.enhed),
            "distrikt" => Some(self.distrikt()).filter(|code| *code != NOTHING),
            "leder" => self.ansvar.leder.as_deref(),
            _ => self.ansvar.tildelt.as_deref(),
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

/// The place of a row in the table: that of a name, a day, a number or øre, then the older first, then the id.
type Key = (usize, NaiveDate, i64, Uuid);

/// An order of the table.
pub(crate) struct Order {
    sort: &'static str,
    down: bool,
    /// The place of each text by what is shown of it, in Danish order; what is missing has none, and comes first.
    rank: HashMap<String, usize>,
}

impl Order {
    pub(crate) fn new(k: &ReaderView<'_>, points: &[&Point], search: &Search) -> Self {
        let (sort, down) = sort_order(search);
        let shown = |point: &Point, code: &str| match sort {
            "enhed" => point.ansvar.enhed_navn.clone(),
            "nr" | "distrikt" => code.to_owned(),
            _ => k.name(code),
        };
        let mut texts: HashMap<&str, &Point> = HashMap::new();
        if matches!(sort, "navn" | "nr" | "enhed" | "distrikt" | "leder" | "tildelt") {
            texts.extend(points.iter().filter_map(|point| Some((point.ranked(sort)?, *point))));
        }
        let mut ordered: Vec<_> = texts.into_iter().map(|(code, point)| (danish(&shown(point, code)), code)).collect();
        ordered.sort_unstable();
        let rank = ordered.into_iter().enumerate().map(|(nr, (_, code))| (code.to_owned(), nr + 1)).collect();
        Self { sort, down, rank }
    }

    /// The foremost of them in this order.
    pub(crate) fn foremost<'a>(&self, points: &[&'a Point], most: usize) -> Vec<&'a Point> {
        let mut ordering = Foremost::of(most);
        for point in points {
            ordering.take(Place { descending: self.down, key: point.key(self.sort, &self.rank) }, *point);
        }
        ordering.into_rows().map(|(_, point)| point).collect()
    }
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
