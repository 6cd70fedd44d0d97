//! Which look-ups somebody ought to look at. Being on this list is no accusation: most of them have a good reason.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Timelike, Utc};
use chrono_tz::Europe::Copenhagen;
use forloeb::Aktoer;
use serde::Serialize;
use utoipa::ToSchema;

use super::entry::Reach;
use super::{Content, Formaal, Opslag};
use crate::clock::dag_in_denmark;

/// Employees whose forløb one person opens one by one on a day, above which somebody should ask why. HR's own work list
/// has fewer: whoever follows 300 forløb looks at a tenth of them on a busy day. Of whole forløb that come as a list or a file
/// as many may come on a day.
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
    /// An auditor who said what for.
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
    /// There were more of them than are listed.
    cut: bool,
    day: NaiveDate,
    /// Employees whom somebody read about on the day: one by one, and apart from these as whole forløb of many. The last of them
    /// are listed.
    readers: HashMap<(Aktoer, Reach), BTreeSet<String>>,
}

/// Who reads, for the count of a day: somebody with an employee number however they came, and else the token by its name, or by
/// its id where it has none.
fn whoever(reader: &Aktoer) -> Aktoer {
    let Aktoer { rolle, nr, navn, token } = reader.clone();
    let navn = navn.filter(|_| nr.is_none());
    let token = token.filter(|_| nr.is_none() && navn.is_none());
    Aktoer { rolle, nr, navn, token }
}

impl Unusual {
    /// Sees the next look-up. One that is about nobody who may be shown counts as the others do, and is not listed: it takes no place
    /// from one that is.
    pub fn see(&mut self, opslag: Opslag, may_be_shown: impl FnOnce(&[String]) -> bool) {
        let dag = dag_in_denmark(opslag.time);
        if self.day != dag {
            (self.day, self.readers) = (dag, HashMap::new());
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
        let reach = opslag.content.reach();
        if !own && reach != Reach::Rows {
            let read = self.readers.entry((whoever(&opslag.reader), reach)).or_default();
            if read.len() <= MANY {
                // A file may be about everybody.
                read.extend(opslag.about.iter().take(MANY + 1).cloned());
            }
            if read.len() > MANY {
                reasons.insert(Reason::Many);
            }
        }
        self.seen += 1;
        if !reasons.is_empty() && may_be_shown(&opslag.about) {
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
