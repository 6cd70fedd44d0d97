//! How many of the reminders of a month were followed by what they asked for, by kind of frist and by unit: of no few people.
//!
//! It is worked out when somebody asks, of the employments that can have been reminded about something in that month and of no
//! others, on threads that answer nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use forloeb::calendar::{Dage, plus_dage};
use forloeb::fulgt::{LOOKED_BACK_DAGE, SendtPaamindelse, sendte_paamindelser};
use forloeb::words::Fristart;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::Scope;
use crate::core::App;
use crate::failure::Internal;
use crate::room::Turn;
use crate::stored::fold::cores;
use crate::stored::{Unreadable, read_in};
use crate::views::groups::{AT_LEAST, year};

/// No stream is as long as this.
const WHOLE: u64 = u64::MAX;

/// Reminders that were sent, and those of them that were followed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FulgtAntal)]
pub struct Fulgt {
    /// How many were sent.
    pub sendt: u64,
    /// How many of them were followed.
    pub fulgt: u64,
}

impl Fulgt {
    fn take(&mut self, fulgt: bool) {
        self.sendt += 1;
        self.fulgt += u64::from(fulgt);
    }
}

/// What there is of a month. Nothing that is hidden is in any of the numbers, so none can be worked out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fulgte {
    /// By code and name of the unit.
    pub enheder: BTreeMap<(String, String), Fulgt>,
    /// By kind of frist.
    pub frister: BTreeMap<Fristart, Fulgt>,
    /// All of them.
    pub in_all: Fulgt,
    /// Units that are not among them.
    pub hidden_enheder: usize,
    /// Kinds of frist that are not among them.
    pub hidden_frister: usize,
}

/// The reminders of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FulgtEnhed {
    /// Its code.
    pub enhed: String,
    /// Its name.
    pub enhed_navn: String,
    /// How many.
    #[serde(flatten)]
    pub fulgt: Fulgt,
}

/// The reminders of a kind of frist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct FulgtFrist {
    /// Which.
    pub frist: Fristart,
    /// How many.
    #[serde(flatten)]
    pub fulgt: Fulgt,
}

/// What there is of a month, in order. A group of fewer than five people is in none of the numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FulgtePaamindelser)]
pub struct FulgteView {
    /// First day of the month.
    pub fra: NaiveDate,
    /// Last day of it.
    pub til: NaiveDate,
    /// By code.
    pub enheder: Vec<FulgtEnhed>,
    /// By kind of frist.
    pub frister: Vec<FulgtFrist>,
    /// All of them.
    #[serde(rename = "i_alt")]
    pub in_all: Fulgt,
    /// Units that are not among them.
    #[serde(rename = "skjulte_enheder")]
    pub hidden_enheder: usize,
    /// Kinds of frist that are not among them.
    #[serde(rename = "skjulte_frister")]
    pub hidden_frister: usize,
}

impl FulgteView {
    /// Of what was found of a month.
    #[must_use]
    pub fn of(found: Fulgte, Dage { fra, til }: Dage) -> Self {
        let Fulgte { enheder, frister, in_all, hidden_enheder, hidden_frister } = found;
        let enheder = enheder.into_iter().map(|((enhed, enhed_navn), fulgt)| FulgtEnhed { enhed, enhed_navn, fulgt });
        let frister = frister.into_iter().map(|(frist, fulgt)| FulgtFrist { frist, fulgt });
        let (enheder, frister) = (enheder.collect(), frister.collect());
        Self { fra, til, enheder, frister, in_all, hidden_enheder, hidden_frister }
    }
}

/// What was sent on these days in the units that somebody reaches.
///
/// # Errors
/// The log cannot be read.
pub async fn fulgte(app: &App, _turn: Turn<'_>, scope: &Scope, sent: Dage) -> Result<Fulgte, Unreadable> {
    let (today, book) = (app.clock.today(), app.book());
    let cards = app.projections().cards_since(plus_dage(sent.fra, -LOOKED_BACK_DAGE));
    let reached = scope.clone();
    let looked_at = tokio::task::spawn_blocking(move || {
        let of_month = cards.all().filter(|(_, card, ansvar)| {
            card.foerste <= sent.til && !card.statuses.is_annulleret() && reached.reaches(&ansvar.enhed)
        });
        of_month.map(|(who, ..)| who).collect::<BTreeSet<u32>>()
    });
    let looked_at = looked_at.await.map_err(|_| Internal::panicked("månedens påmindelser blev ikke talt"))?;
    let numbers: Vec<String> = {
        let projections = app.projections();
        looked_at.into_iter().map(|who| projections.nr_of(who).to_owned()).collect()
    };
    let mut workers = tokio::task::JoinSet::new();
    for part in numbers.chunks(numbers.len().div_ceil(cores()).max(1)) {
        let (part, log, book) = (part.to_vec(), app.log.clone(), book.clone());
        workers.spawn(async move {
            let mut found: Vec<(String, Vec<SendtPaamindelse>)> = Vec::new();
            for nr in part {
                let book = Arc::clone(&book);
                // It is worked out on the thread that reads the log.
                let of_one = read_in(&log, &nr, WHOLE, true, move |a| sendte_paamindelser(&a, sent, today, &book));
                let sendte = of_one.await?;
                if !sendte.is_empty() {
                    found.push((nr, sendte));
                }
            }
            Ok::<_, Unreadable>(found)
        });
    }
    let mut all = Vec::new();
    while let Some(part) = workers.join_next().await {
        let found = part.map_err(|_| Internal::panicked("en del af månedens påmindelser blev ikke talt"))??;
        let projections = app.projections();
        for (nr, sendte) in found {
            // What somebody took along to another number is counted there.
            let Some(person) = projections.person(&nr) else { continue };
            let own = sendte.into_iter().filter(|s| projections.whose(s.forloeb) == Some(&*nr));
            all.extend(own.filter(|s| scope.reaches(&s.enhed.0)).map(|s| (person, s)));
        }
    }
    Ok(shown(all))
}

/// What can be shown: a group of few people is in no number, neither among the units nor among the frister. Where it is left out
/// another may have become small, and is left out as well.
fn shown(mut all: Vec<(Uuid, SendtPaamindelse)>) -> Fulgte {
    let groups = |all: &[(Uuid, SendtPaamindelse)]| {
        let mut enheder: BTreeMap<(String, String), BTreeSet<Uuid>> = BTreeMap::new();
        let mut frister: BTreeMap<Fristart, BTreeSet<Uuid>> = BTreeMap::new();
        for (person, s) in all {
            enheder.entry(s.enhed.clone()).or_default().insert(*person);
            frister.entry(s.frist).or_default().insert(*person);
        }
        (enheder, frister)
    };
    let (enheder, frister) = groups(&all);
    let (every_enhed, every_frist) = (enheder.len(), frister.len());
    loop {
        let (enheder, frister) = groups(&all);
        let before = all.len();
        all.retain(|(_, s)| enheder[&s.enhed].len() >= AT_LEAST && frister[&s.frist].len() >= AT_LEAST);
        if all.len() == before {
            break;
        }
    }
    let mut out = Fulgte::default();
    for (_, s) in all {
        out.in_all.take(s.fulgt);
        out.frister.entry(s.frist).or_default().take(s.fulgt);
        out.enheder.entry(s.enhed).or_default().take(s.fulgt);
    }
    out.hidden_enheder = every_enhed - out.enheder.len();
    out.hidden_frister = every_frist - out.frister.len();
    out
}

/// The days of a month, where it is one of the calendar.
#[must_use]
pub fn month(aar: i32, maaned: u32) -> Option<Dage> {
    let fra = NaiveDate::from_ymd_opt(aar, maaned, 1)?;
    Dage::between(fra, plus_dage(fra.checked_add_months(chrono::Months::new(1))?, -1))
}

/// The month that is asked for, as `2026-01`; none of one that has not begun, or that nobody means.
#[must_use]
pub fn asked(text: &str, today: NaiveDate) -> Option<Dage> {
    let (aar, maaned) = text.split_once('-')?;
    month(year(aar, today)?, maaned.parse().ok()?).filter(|month| month.fra <= today)
}

/// The month before that of a day: of the one that goes on little is known yet.
#[must_use]
pub fn before(today: NaiveDate) -> Option<Dage> {
    let last = plus_dage(today.with_day(1)?, -1);
    month(last.year(), last.month())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(person: u128, enhed: &str, frist: Fristart, fulgt: bool) -> (Uuid, SendtPaamindelse) {
        let enhed = (enhed.to_owned(), format!("Botilbud {enhed}"));
        let dag = NaiveDate::from_ymd_opt(2026, 2, 6).unwrap();
        (Uuid::from_u128(person), SendtPaamindelse { forloeb: Uuid::from_u128(person), enhed, frist, dag, fulgt })
    }

    /// Six people of E101 about the talk, three of E102 about it, and one of E101 about fast track: E102 and fast track are
    /// three people and one, and neither table nor the sum has them.
    #[test]
    fn a_small_group_is_in_no_number() {
        let mut all: Vec<_> = (0..6).map(|n| one(n, "E101", Fristart::Samtale, n < 2)).collect();
        all.extend((10..13).map(|n| one(n, "E102", Fristart::Samtale, true)));
        all.push(one(0, "E101", Fristart::FastTrack, true));
        let told = shown(all);
        let six = Fulgt { sendt: 6, fulgt: 2 };
        assert_eq!(told.enheder.into_iter().collect::<Vec<_>>(), [(("E101".into(), "Botilbud E101".into()), six)]);
        assert_eq!(told.frister.into_iter().collect::<Vec<_>>(), [(Fristart::Samtale, six)]);
        assert_eq!((told.in_all, told.hidden_enheder, told.hidden_frister), (six, 1, 1));
    }

    /// Five people, of whom one is in a unit alone: without that one four are left, which are few.
    #[test]
    fn what_becomes_small_is_left_out_too() {
        let mut all: Vec<_> = (0..4).map(|n| one(n, "E101", Fristart::Samtale, true)).collect();
        all.push(one(9, "E102", Fristart::Samtale, true));
        let told = shown(all);
        assert_eq!((told.in_all, told.hidden_enheder, told.hidden_frister), (Fulgt::default(), 2, 1));
    }

    #[test]
    fn a_month_ends_on_its_last_day() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(month(2028, 2), Dage::between(day("2028-02-01"), day("2028-02-29")));
        assert_eq!(month(2026, 12), Dage::between(day("2026-12-01"), day("2026-12-31")));
        assert_eq!(month(2026, 13), None);
        let today = day("2026-03-31");
        let expected = Dage::between(day("2026-02-01"), day("2026-02-28"));
        assert_eq!([before(today), asked("2026-02", today)], [expected, expected]);
        assert_eq!(asked("2026-03", today), month(2026, 3), "the one that goes on");
        assert_eq!(["2026-04", "2026-13", "1999-12", "2026", "x-1"].map(|text| asked(text, today)), [None; 5]);
    }
}
