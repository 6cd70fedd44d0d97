//! The yearly statistic by unit. Days count in the year in which they lie, and forløb in the year they end; groups under five
//! people are not shown, and sums are made of what is shown, so that nothing hidden can be worked out.

use std::collections::BTreeMap;

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
use crate::projections::card::{Ansvar, ON_TIME, Statuses};
use crate::projections::{Cards, RowCard};
use crate::sentences::figure;
use crate::views::groups::{AT_LEAST, few};

/// At most this many days is short absence.
const SHORT_DAGE: i64 = 14;
/// Units of a page where nobody chooses.
const STANDARD: usize = 100;

/// What is counted of one unit; people by the numbers that stand for them in the cards.
#[derive(Default, Clone)]
struct Tallying {
    personer: Personer,
    short_ones: Personer,
    long_ones: Personer,
    aabne: Personer,
    end: u64,
    short: u64,
    long: u64,
    dage: u64,
    /// By frist: those it was due for, and the forløb where it was done in time.
    frister: [(Personer, u64, u64); ON_TIME.len()],
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
            if tallying.personer.len() >= AT_LEAST {
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
fn per_enhed(cards: &Cards, days: Days) -> Vec<((String, String), Tallying)> {
    // By whose they are first: to ask each of them for its unit takes longer than to count it.
    let mut per_ansvar: Vec<Option<(&Ansvar, Tallying)>> = Vec::new();
    for (who, card, ansvar) in cards.all().filter(|(_, card, _)| !card.statuses.is_annulleret()) {
        let (dage, counts) = (days.within(card), days.has(card));
        if dage == 0 && !counts {
            continue;
        }
        let place = card.ansvar as usize;
        if per_ansvar.len() <= place {
            per_ansvar.resize_with(place + 1, || None);
        }
        let (_, t) = per_ansvar[place].get_or_insert_with(|| (ansvar, Tallying::default()));
        t.personer.insert(who);
        t.dage += dage;
        if counts {
            t.tally(who, card.end.map(|end| (end - card.foerste).num_days() + 1), card.statuses);
        }
    }
    let mut per_enhed: BTreeMap<(&str, &str), Tallying> = BTreeMap::new();
    for (ansvar, tallying) in per_ansvar.into_iter().flatten() {
        per_enhed.entry((&ansvar.enhed_navn, &ansvar.enhed)).or_default().add(tallying);
    }
    let owned = |((name, code), mut t): ((&str, &str), Tallying)| {
        t.settle();
        ((name.to_owned(), code.to_owned()), t)
    };
    per_enhed.into_iter().map(owned).collect()
}

/// People, each once when it is [`settled`](Self::settle): sorting a list is cheaper than a tree that is always in order.
#[derive(Default, Clone)]
struct Personer(Vec<u32>);

impl Personer {
    fn insert(&mut self, who: u32) {
        if self.0.last() != Some(&who) {
            self.0.push(who);
        }
    }

    fn add(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    fn settle(&mut self) {
        self.0.sort_unstable();
        self.0.dedup();
    }

    const fn len(&self) -> usize {
        self.0.len()
    }

    /// How many there are in either of them.
    fn count_with(&self, others: &Self) -> usize {
        let mut all = self.clone();
        all.add(others.clone());
        all.settle();
        all.len()
    }
}

impl Tallying {
    /// Adds what was counted of others of the unit.
    fn add(&mut self, other: Self) {
        let Self { personer, short_ones, long_ones, aabne, end, short, long, dage, frister } = other;
        self.personer.add(personer);
        self.short_ones.add(short_ones);
        self.long_ones.add(long_ones);
        self.aabne.add(aabne);
        self.end += end;
        self.short += short;
        self.long += long;
        self.dage += dage;
        for (own, (personer, should, reached)) in self.frister.iter_mut().zip(frister) {
            own.0.add(personer);
            own.1 += should;
            own.2 += reached;
        }
    }

    /// Everybody once.
    fn settle(&mut self) {
        for personer in [&mut self.personer, &mut self.short_ones, &mut self.long_ones, &mut self.aabne] {
            personer.settle();
        }
        self.frister.iter_mut().for_each(|(personer, ..)| personer.settle());
    }

    fn tally(&mut self, who: u32, dage: Option<i64>, statuses: Statuses) {
        match dage {
            None => self.aabne.insert(who),
            Some(dage) => {
                self.end += 1;
                let short = dage <= SHORT_DAGE;
                if short { &mut self.short_ones } else { &mut self.long_ones }.insert(who);
                *if short { &mut self.short } else { &mut self.long } += 1;
            }
        }
        for (art, (personer, should, reached)) in ON_TIME.iter().zip(&mut self.frister) {
            match statuses.status(*art) {
                Some(Friststatus::Opfyldt) => *reached += u64::from(statuses.on_time(*art)),
                Some(Friststatus::Overskredet | Friststatus::Tabt) => {}
                _ => continue,
            }
            personer.insert(who);
            *should += 1;
        }
    }

    /// What can be shown: those open, those over, and those split by length. Short and long are shown together or
    /// not at all: one follows from the other.
    fn shows(&self) -> [bool; 3] {
        let enough = |n: usize| !few(n);
        let end = enough(self.short_ones.count_with(&self.long_ones));
        [enough(self.aabne.len()), end, end && enough(self.short_ones.len()) && enough(self.long_ones.len())]
    }

    /// Open, over, days, short, long.
    fn figure(&self) -> [Option<u64>; 5] {
        let [aabne, end, length] = self.shows();
        let shown = |ja: bool, n: u64| ja.then_some(n);
        [
            shown(aabne, self.aabne.len() as u64),
            shown(end, self.end),
            shown(self.personer.len() >= AT_LEAST, self.dage),
            shown(length, self.short),
            shown(length, self.long),
        ]
    }

    fn told(&self, name: String, code: String) -> Told {
        let frister = self
            .frister
            .each_ref()
            .map(|(personer, should, reached)| (!few(personer.len())).then_some((*should, *reached)));
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

    fn tallying(short_ones: u32, long_ones: u32) -> Tallying {
        let (short_ones, long_ones) = (Personer((0..short_ones).collect()), Personer((100..100 + long_ones).collect()));
        let mut personer = short_ones.clone();
        personer.add(long_ones.clone());
        Tallying {
            personer,
            short: short_ones.len() as u64,
            long: long_ones.len() as u64,
            end: (short_ones.len() + long_ones.len()) as u64,
            short_ones,
            long_ones,
            ..Tallying::default()
        }
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
}
