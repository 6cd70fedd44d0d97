//! The yearly statistic by unit. Days count in the year in which they lie, and forløb in the year they end; groups under five
//! people are not shown, and sums are made of what is shown, so that nothing hidden can be worked out.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Datelike, NaiveDate};
use forloeb::words::Friststatus;

use super::PageState;
use super::frame::{Frame, PageError, html};
use super::parts::page_size::{PARAMETER, PageSize};
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::danish::danish;
use crate::problem::Problem;
use crate::projections::card::{ON_TIME, Statuses};
use crate::projections::{Cards, RowCard};
use crate::sentences::figure;
use crate::views::groups::{AT_LEAST, few};

/// At most this many days is short absence.
const SHORT_DAGE: i64 = 14;
/// Units of a page where nobody chooses.
const STANDARD: usize = 100;

/// What is counted of one unit.
#[derive(Default, Clone)]
struct Tallying {
    people: People,
    end: u64,
    short: u64,
    long: u64,
    dage: u64,
    /// By frist: the forløb that it was due for, and those where it was done in time.
    frister: [(u64, u64); ON_TIME.len()],
}

/// How many people there are of whom there is something.
#[derive(Default, Clone)]
struct People {
    all: usize,
    short: usize,
    long: usize,
    /// Over, short or long.
    end: usize,
    aabne: usize,
    /// By frist: those it was due for.
    frister: [usize; ON_TIME.len()],
}

/// What there is of one person in a unit, a bit for each.
type Marks = u8;
const SHORT: Marks = 1;
const LONG: Marks = 1 << 1;
const AABEN: Marks = 1 << 2;
/// The first of [`ON_TIME`]; the others follow.
const DUE: Marks = 1 << 3;
const _: () = assert!(ON_TIME.len() + 3 <= Marks::BITS as usize);

impl People {
    /// One more.
    fn count(&mut self, marks: Marks) {
        let is = |mark: Marks| usize::from(marks & mark != 0);
        self.all += 1;
        self.short += is(SHORT);
        self.long += is(LONG);
        self.end += is(SHORT | LONG);
        self.aabne += is(AABEN);
        self.frister.iter_mut().enumerate().for_each(|(n, count)| *count += is(DUE << n));
    }
}

/// What is told of one unit, worked out once: open, over, days, short and long, none where it would tell of few.
struct Told {
    name: String,
    code: String,
    figure: [Option<u64>; 5],
    /// By frist: how many it was due for, and how many in time; none where it would tell of few.
    frister: [Option<(u64, u64)>; ON_TIME.len()],
}

struct Row {
    enhed: String,
    cells: Vec<String>,
}

#[derive(Template)]
#[template(path = "statistics.html")]
struct Page {
    frame: Frame,
    aar: i32,
    earlier: i32,
    later: Option<i32>,
    rows: Vec<Row>,
    total: Vec<String>,
    hidden: usize,
    count: usize,
    first: usize,
    last: usize,
    previous: Option<String>,
    next: Option<String>,
    per_page: Vec<(usize, String, bool)>,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Statistics)?;
    let k = ReaderView::new(&state, &logged_in);
    let this_year = k.today.year();
    let aar = search
        .tekst("aar")
        .and_then(|a| a.parse().ok())
        .filter(|a| (2000..=this_year).contains(a))
        .unwrap_or(this_year);
    let days = Days::of(aar, k.today).ok_or_else(Problem::not_found)?;
    let cards = k.projections().cards_since(days.first);
    // Of all that lasted into the year, and since: that takes long, and answers nobody meanwhile.
    let scope = logged_in.user.scope.clone();
    let tallied = tokio::task::spawn_blocking(move || {
        let (mut shown, mut hidden) = (Vec::new(), 0);
        for ((name, code), tallying) in per_enhed(&cards, days).into_iter().filter(|((_, code), _)| scope.reaches(code))
        {
            if tallying.people.all >= AT_LEAST {
                shown.push(tallying.told(name, code));
            } else {
                hidden += 1;
            }
        }
        shown.sort_by_cached_key(|told| (danish(&told.name), told.code.clone()));
        (shown, hidden)
    });
    let (shown, hidden) = tallied.await.map_err(PageError::internal)?;
    let (count, size) = (shown.len(), PageSize::of(&search, STANDARD));
    let asked = search.tekst("side").and_then(|page| page.parse().ok()).unwrap_or(1_usize).max(1);
    let at = asked.min(size.last(count));
    let skipped = (at - 1) * size.rows;
    let address = |size: PageSize, page: usize| {
        let rows = size.in_address().map(|rows| format!("&{PARAMETER}={rows}")).unwrap_or_default();
        format!("?aar={aar}{rows}{}", if page > 1 { format!("&side={page}") } else { String::new() })
    };
    let total = total(&shown);
    let rows = shown.into_iter().skip(skipped).take(size.rows);
    let rows: Vec<Row> = rows.map(|told| Row { cells: told.cells(), enhed: told.name }).collect();
    let page = Page {
        frame: k.frame("Statistik"),
        aar,
        earlier: aar - 1,
        later: (aar < this_year).then_some(aar + 1),
        total,
        hidden,
        count,
        first: skipped + usize::from(count > 0),
        last: skipped + rows.len(),
        previous: (at > 1).then(|| address(size, at - 1)),
        next: (skipped + rows.len() < count).then(|| address(size, at + 1)),
        per_page: size.choices(count, |size| address(size, 1)),
        rows,
    };
    Ok(html(StatusCode::OK, &page))
}

/// The days of a year that have come.
#[derive(Debug, Clone, Copy)]
struct Days {
    first: NaiveDate,
    last: NaiveDate,
    today: NaiveDate,
}

impl Days {
    fn of(aar: i32, today: NaiveDate) -> Option<Self> {
        let first = NaiveDate::from_ymd_opt(aar, 1, 1)?;
        Some(Self { first, last: NaiveDate::from_ymd_opt(aar, 12, 31)?.min(today), today })
    }

    /// How many days of an absence lie in it.
    fn within(self, card: &RowCard) -> u64 {
        let last = card.end.unwrap_or(self.today).min(self.last);
        u64::try_from((last - card.foerste.max(self.first)).num_days() + 1).unwrap_or_default()
    }

    /// It is over, and ended in the year; or it is open, and so is the year.
    fn has(self, card: &RowCard) -> bool {
        let year = self.first.year();
        card.end.map_or(self.today.year() == year, |end| end.year() == year)
    }
}

/// What is counted of each unit, by its name and code.
fn per_enhed(cards: &Cards, days: Days) -> BTreeMap<(String, String), Tallying> {
    // Many forløb share whose they are: the unit is looked up once for all of those.
    let (mut of_ansvar, mut of_enhed) = (Vec::<Option<usize>>::new(), HashMap::<(&str, &str), usize>::new());
    let mut tallied: Vec<Tallying> = Vec::new();
    // Everybody by their unit, as often as they are met: to put one list in order costs less than to keep many.
    let mut met: Vec<((usize, u32), Marks)> = Vec::new();
    for (who, card, ansvar) in cards.all().filter(|(_, card, _)| !card.statuses.is_annulleret()) {
        let (dage, counts) = (days.within(card), days.has(card));
        if dage == 0 && !counts {
            continue;
        }
        let place = card.ansvar as usize;
        if of_ansvar.len() <= place {
            of_ansvar.resize(place + 1, None);
        }
        let enhed = *of_ansvar[place].get_or_insert_with(|| {
            *of_enhed.entry((&ansvar.enhed_navn, &ansvar.enhed)).or_insert_with(|| {
                tallied.push(Tallying::default());
                tallied.len() - 1
            })
        });
        let tallying = &mut tallied[enhed];
        tallying.dage += dage;
        let length = card.end.map(|end| (end - card.foerste).num_days() + 1);
        met.push(((enhed, who), if counts { tallying.tally(length, card.statuses) } else { 0 }));
    }
    met.sort_unstable_by_key(|(person, _)| *person);
    for person in met.chunk_by(|(one, _), (other, _)| one == other) {
        let marks = person.iter().fold(0, |all, (_, marks)| all | marks);
        person.first().into_iter().for_each(|((enhed, _), _)| tallied[*enhed].people.count(marks));
    }
    let owned = |((name, code), nr): ((&str, &str), usize)| {
        ((name.to_owned(), code.to_owned()), std::mem::take(&mut tallied[nr]))
    };
    of_enhed.into_iter().map(owned).collect()
}

impl Tallying {
    /// Counts a forløb of so many days, or an open one; what there then is of the person.
    fn tally(&mut self, dage: Option<i64>, statuses: Statuses) -> Marks {
        let mut marks = match dage {
            None => AABEN,
            Some(dage) => {
                self.end += 1;
                let short = dage <= SHORT_DAGE;
                *if short { &mut self.short } else { &mut self.long } += 1;
                if short { SHORT } else { LONG }
            }
        };
        for (n, (art, (should, reached))) in ON_TIME.iter().zip(&mut self.frister).enumerate() {
            match statuses.status(*art) {
                Some(Friststatus::Opfyldt) => *reached += u64::from(statuses.on_time(*art)),
                Some(Friststatus::Overskredet | Friststatus::Tabt) => {}
                _ => continue,
            }
            marks |= DUE << n;
            *should += 1;
        }
        marks
    }

    /// What can be shown: those open, those over, and those split by length. Short and long are shown together or
    /// not at all: one follows from the other.
    fn shows(&self) -> [bool; 3] {
        let enough = |n: usize| !few(n);
        let People { short, long, end, aabne, .. } = self.people;
        let end = enough(end);
        [enough(aabne), end, end && enough(short) && enough(long)]
    }

    /// Open, over, days, short, long.
    fn figure(&self) -> [Option<u64>; 5] {
        let [aabne, end, length] = self.shows();
        let shown = |ja: bool, n: u64| ja.then_some(n);
        [
            shown(aabne, self.people.aabne as u64),
            shown(end, self.end),
            shown(self.people.all >= AT_LEAST, self.dage),
            shown(length, self.short),
            shown(length, self.long),
        ]
    }

    fn told(&self, name: String, code: String) -> Told {
        let mut frister = [None; ON_TIME.len()];
        for ((told, counted), people) in frister.iter_mut().zip(self.frister).zip(self.people.frister) {
            *told = (!few(people)).then_some(counted);
        }
        Told { name, code, figure: self.figure(), frister }
    }
}

impl Told {
    fn cells(&self) -> Vec<String> {
        let hidden = || "skjult".to_owned();
        let counts = self.figure.iter().map(|n| n.map_or_else(hidden, figure));
        let frister = self.frister.iter().map(|n| n.map_or_else(hidden, |(should, reached)| percent(reached, should)));
        counts.chain(frister).collect()
    }
}

fn percent(reached: u64, should: u64) -> String {
    (reached * 100).checked_div(should).map_or_else(|| "–".to_owned(), |pct| format!("{pct} %"))
}

/// Sums of the cells that are shown; what is hidden is in none of them.
fn total(shown: &[Told]) -> Vec<String> {
    // Where every number is hidden, so is their sum: a zero would be told as one.
    let sum = |n: usize| {
        let be_shown: Vec<u64> = shown.iter().filter_map(|t| t.figure[n]).collect();
        if be_shown.is_empty() { "skjult".to_owned() } else { figure(be_shown.into_iter().sum()) }
    };
    let mut cells: Vec<_> = (0..5).map(sum).collect();
    cells.extend((0..ON_TIME.len()).map(|i| {
        let parts = shown.iter().filter_map(|t| t.frister[i]);
        let (should, reached) = parts.fold((0, 0), |(s, n), (a, b)| (s + a, n + b));
        percent(reached, should)
    }));
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tallying(short: usize, long: usize) -> Tallying {
        let mut all =
            Tallying { short: short as u64, long: long as u64, end: (short + long) as u64, ..Tallying::default() };
        (0..short).for_each(|_| all.people.count(SHORT));
        (0..long).for_each(|_| all.people.count(LONG));
        all
    }

    #[test]
    fn a_small_group_can_neither_be_seen_nor_worked_out() {
        let told = |short, long| tallying(short, long).told(String::new(), String::new());
        let (large, skewed) = (told(6, 7), told(20, 2));
        assert_eq!(&large.cells()[3..5], ["6", "7"]);
        assert_eq!(&skewed.cells()[3..5], ["skjult", "skjult"], "20 of 22 would tell the 2");
        let both = [large, skewed];
        assert_eq!(&total(&both)[3..5], ["6", "7"], "the sum holds only what is shown");
        assert_eq!(&total(&both)[1], "35");
    }

    /// Who is away for long and then briefly is one who was away.
    #[test]
    fn a_person_counts_once_in_each() {
        let mut people = People::default();
        people.count(SHORT | LONG | DUE);
        people.count(AABEN);
        people.count(0);
        assert_eq!([people.all, people.short, people.long, people.end, people.aabne], [3, 1, 1, 1, 1]);
        assert_eq!(people.frister, [1, 0, 0]);
    }
}
