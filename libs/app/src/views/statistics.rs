//! The yearly statistic by unit. Days count in the year in which they lie, and forløb in the year they end; groups under five
//! people are not shown, and sums are made of what is shown, so that nothing hidden can be worked out.
//!
//! What is asked for is a year, and no other days: of two periods that overlap the difference would tell of few, though each is
//! of many.

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike, NaiveDate};
use forloeb::words::{Fristart, Friststatus};
use serde::Serialize;
use utoipa::ToSchema;

use super::groups::{AT_LEAST, few};
use crate::access::User;
use crate::core::{App, OpenFolderError, off_the_runtime};
use crate::projections::card::{ON_TIME, Statuses};
use crate::projections::{Cards, RowCard};

/// At most this many days is short absence.
const SHORT_DAGE: i64 = 14;

/// A year, by unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Statistik)]
pub struct Statistics {
    /// The year.
    pub aar: i32,
    /// By code, those where at least five people were away.
    pub enheder: Vec<EnhedStatistics>,
    /// Of all of them together, without what is hidden.
    #[serde(rename = "i_alt")]
    pub total: Figures,
    /// So many units are left out: fewer than five people were away there.
    #[serde(rename = "skjulte_enheder")]
    pub hidden: usize,
}

/// A unit where at least five people were away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = EnhedStatistik)]
pub struct EnhedStatistics {
    /// Its code.
    pub enhed: String,
    /// Its name.
    pub enhed_navn: String,
    /// What was counted.
    #[serde(flatten)]
    pub figures: Figures,
}

/// What was counted. A number is not there where it would tell of fewer than five people, or where such a one follows from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = StatistikTal)]
pub struct Figures {
    /// Open now, of the year that goes on.
    pub aabne: Option<u64>,
    /// Over, and ended in the year.
    pub afsluttede: Option<u64>,
    /// Calendar days of absence that lie in the year, also of forløb that began before it or go on after it.
    pub dage: Option<u64>,
    /// Of those that are over: of 14 days at most.
    #[serde(rename = "korte")]
    pub short: Option<u64>,
    /// Of those that are over: of more days.
    #[serde(rename = "lange")]
    pub long: Option<u64>,
    /// How many were in time, of each of these frister.
    #[serde(rename = "til_tiden")]
    pub on_time: Vec<OnTime>,
}

/// How many of those where the day of a frist had come were in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = StatistikTilTiden)]
pub struct OnTime {
    /// Which.
    pub frist: Fristart,
    /// Per cent, rounded down; none where it is hidden, or where the day had come for nobody.
    pub pct: Option<u64>,
    /// It would tell of fewer than five people.
    #[serde(rename = "skjult")]
    pub hidden: bool,
}

impl Statistics {
    /// What somebody may see of a year. Costs the forløb that were open in it or later, a few bytes each.
    ///
    /// # Errors
    /// It could not be counted to the end.
    pub async fn of(app: &App, user: &User, aar: i32) -> Result<Self, OpenFolderError> {
        let cards = {
            let projections = app.projections();
            Days::of(aar, projections.today()).map(|days| (days, projections.cards_since(days.first)))
        };
        let Some((days, cards)) = cards else { return Ok(Self::told(aar, Vec::new(), 0)) };
        // Of all that lasted into the year, and since: that takes long, and answers nobody meanwhile.
        let scope = user.scope.clone();
        let tallied = off_the_runtime(move || {
            let (mut shown, mut hidden) = (Vec::new(), 0);
            let all = per_enhed(&cards, days).into_iter().filter(|((_, code), _)| scope.reaches(code));
            for ((name, code), tallying) in all {
                if tallying.people.all >= AT_LEAST {
                    shown.push(tallying.told(name, code));
                } else {
                    hidden += 1;
                }
            }
            shown.sort_by(|one, other| (&one.code, &one.name).cmp(&(&other.code, &other.name)));
            (shown, hidden)
        });
        let (shown, hidden) = tallied.await?;
        Ok(Self::told(aar, shown, hidden))
    }

    fn told(aar: i32, shown: Vec<Told>, hidden: usize) -> Self {
        let total = total(&shown);
        let enhed = |told: Told| EnhedStatistics { figures: told.figures(), enhed: told.code, enhed_navn: told.name };
        Self { aar, enheder: shown.into_iter().map(enhed).collect(), total, hidden }
    }
}

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
    fn figures(&self) -> Figures {
        let on_time = ON_TIME.iter().zip(self.frister).map(|(frist, counted)| OnTime {
            frist: *frist,
            pct: counted.and_then(|(should, reached)| percent(reached, should)),
            hidden: counted.is_none(),
        });
        figures(self.figure, on_time.collect())
    }
}

fn figures([aabne, afsluttede, dage, short, long]: [Option<u64>; 5], on_time: Vec<OnTime>) -> Figures {
    Figures { aabne, afsluttede, dage, short, long, on_time }
}

fn percent(reached: u64, should: u64) -> Option<u64> {
    (reached * 100).checked_div(should)
}

/// Sums of what is shown; what is hidden is in none of them.
fn total(shown: &[Told]) -> Figures {
    // Where every number is hidden, so is their sum: a zero would be told as one.
    let sum = |n: usize| {
        let be_shown: Vec<u64> = shown.iter().filter_map(|t| t.figure[n]).collect();
        (!be_shown.is_empty()).then(|| be_shown.into_iter().sum::<u64>())
    };
    let on_time = ON_TIME.iter().enumerate().map(|(i, frist)| {
        let parts = shown.iter().filter_map(|t| t.frister[i]);
        let (should, reached) = parts.fold((0, 0), |(s, n), (a, b)| (s + a, n + b));
        OnTime { frist: *frist, pct: percent(reached, should), hidden: false }
    });
    figures(std::array::from_fn(sum), on_time.collect())
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
        let split = |figures: Figures| [figures.short, figures.long];
        let (large, skewed) = (told(6, 7), told(20, 2));
        assert_eq!(split(large.figures()), [Some(6), Some(7)]);
        assert_eq!(split(skewed.figures()), [None, None], "20 of 22 would tell the 2");
        let both = total(&[large, skewed]);
        assert_eq!(both.afsluttede, Some(35));
        assert_eq!(split(both), [Some(6), Some(7)], "the sum holds only what is shown");
        assert_eq!(split(total(&[told(20, 2)])), [None, None], "and is none where all is hidden");
    }

    /// Four of five in time are 80 per cent; a frist that had come for four people is told of nobody, and one that had come for
    /// none is not hidden.
    #[test]
    fn what_was_in_time_is_told_of_five_people_or_more() {
        let mut unit = tallying(7, 0);
        unit.people.frister = [5, 4, 0];
        unit.frister = [(5, 4), (4, 4), (0, 0)];
        let first = unit.told(String::new(), "E1".to_owned());
        let told = |figures: &Figures| figures.on_time.iter().map(|one| (one.pct, one.hidden)).collect::<Vec<_>>();
        assert_eq!(told(&first.figures()), [(Some(80), false), (None, true), (None, false)]);
        let frister: Vec<Fristart> = first.figures().on_time.iter().map(|one| one.frist).collect();
        assert_eq!(frister, ON_TIME);
        unit.people.frister = [7, 7, 0];
        unit.frister = [(7, 5), (7, 7), (0, 0)];
        let second = unit.told(String::new(), "E2".to_owned());
        // 9 of 12 are 75 per cent; of the second frist only the unit counts that shows it.
        assert_eq!(told(&total(&[first, second])), [(Some(75), false), (Some(100), false), (None, false)]);
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
