//! Which look-ups somebody ought to look at. Being on this list is no accusation: most of them have a good reason.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Timelike, Utc};
use chrono_tz::Europe::Copenhagen;
use forloeb::words::Rolle;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Content, Formaal, Opslag};
use crate::clock::dag_in_denmark;

/// Employees whose forløb one person opens one by one on a day, above which somebody should ask why. HR's own work list
/// has fewer: whoever follows 300 forløb looks at a tenth of them on a busy day.
pub const MANY: usize = 40;
/// Hours between which people who follow up are at work, night shifts aside.
const DAYTIME: std::ops::Range<u32> = 5..23;
/// Most that are listed; the newest are kept.
const MOST: usize = 500;

/// Why a look-up is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[schema(as = Opslagsgrund)]
pub enum Reason {
    /// No relation to the employee, and no purpose was said.
    #[serde(rename = "uden_formaal")]
    WithoutFormaal,
    /// HR of another unit, or an auditor, who said what for.
    #[serde(rename = "uden_relation")]
    WithoutRelation,
    /// Between 23 and 5.
    #[serde(rename = "om_natten")]
    AtNight,
    /// One of very many on a day.
    #[serde(rename = "mange")]
    Many,
    /// Everything about a person was taken out.
    #[serde(rename = "alt")]
    Everything,
}

impl Reason {
    /// Why, as HR and an auditor read it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::WithoutFormaal => "intet formål er oplyst",
            Self::WithoutRelation => "uden tilknytning til medarbejderen",
            Self::AtNight => "om natten",
            Self::Everything => "alt om en person er taget ud",
            Self::Many => "mange medarbejdere på én dag",
        }
    }
}

/// The unusual ones among look-ups, as they are seen one after the other.
#[derive(Debug, Default)]
pub struct Unusual {
    found: BTreeMap<(DateTime<Utc>, u64), (Opslag, BTreeSet<Reason>)>,
    seen: u64,
    /// There were more than are listed.
    cut: bool,
    /// Employees whom somebody read about one by one on a day; the last of them are listed.
    day: NaiveDate,
    readers: BTreeMap<(Option<Rolle>, Option<String>), BTreeSet<String>>,
}

impl Unusual {
    /// Sees the next look-up.
    pub fn see(&mut self, opslag: Opslag) {
        let dag = dag_in_denmark(opslag.time);
        if self.day != dag {
            (self.day, self.readers) = (dag, BTreeMap::new());
        }
        let mut reasons = BTreeSet::new();
        if opslag.content == Content::Insight {
            reasons.insert(Reason::Everything);
        }
        match opslag.formaal {
            Formaal::Unsaid => reasons.extend([Reason::WithoutFormaal]),
            // Who takes out an insight says which request it answers.
            Formaal::Said { .. } if opslag.content == Content::Insight => {}
            Formaal::Said { .. } => reasons.extend([Reason::WithoutRelation]),
            _ => {}
        }
        let own = opslag.formaal == Formaal::Own;
        if !own && !DAYTIME.contains(&opslag.time.with_timezone(&Copenhagen).hour()) {
            reasons.insert(Reason::AtNight);
        }
        if !own && opslag.content != Content::List {
            let reader = (opslag.reader.rolle, opslag.reader.nr.clone());
            let read = self.readers.entry(reader).or_default();
            if read.len() <= MANY {
                read.extend(opslag.about.iter().cloned());
            }
            if read.len() > MANY {
                reasons.insert(Reason::Many);
            }
        }
        self.seen += 1;
        if !reasons.is_empty() {
            self.found.insert((opslag.time, self.seen), (opslag, reasons));
        }
        if self.found.len() > MOST {
            self.found.pop_first();
            self.cut = true;
        }
    }

    /// There were more than are listed: those that are not are earlier.
    #[must_use]
    pub const fn is_cut(&self) -> bool {
        self.cut
    }

    /// What was found, the newest first.
    #[must_use]
    pub fn found(self) -> Vec<(Opslag, BTreeSet<Reason>)> {
        self.found.into_values().rev().collect()
    }
}
