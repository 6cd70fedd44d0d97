//! What was noted and is not noted again: whom somebody was told of among others, for a day, and what somebody reads of their
//! own, for an hour. It is in memory: after a restart it is noted once more.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use forloeb::Aktoer;
use forloeb::words::Rolle;
use uuid::Uuid;

use super::entry::{Content, Formaal, Opslag, Reach};
use crate::clock::dag_in_denmark;

/// Employees that are remembered for the day; more than that, and a list may be noted twice.
const REMEMBERED: usize = 500_000;
/// Readers, with what they read and what for, that are kept apart; of more than that all are forgotten.
const KEPT_APART: usize = 10_000;
/// Readings of one's own that are remembered for the hour; of more than that all are forgotten.
const OWN: usize = 100_000;
const SECONDS_OF_AN_HOUR: i64 = 3600;

/// Who reads, what, and what for. Whoever comes with a token is known by its id too: two offices may have one name for theirs.
type Reading = (Aktoer, Content, Formaal);

/// What was noted lately.
#[derive(Debug, Default)]
pub(super) struct Shown {
    dag: NaiveDate,
    to: HashMap<Reading, HashSet<String>>,
    count: usize,
    hour: i64,
    own: HashSet<OwnReading>,
}

/// What somebody reads of their own in an hour, however they came.
#[derive(Debug, PartialEq, Eq, Hash)]
struct OwnReading {
    hour: i64,
    rolle: Option<Rolle>,
    nr: Option<String>,
    content: Content,
    forloeb: Option<Uuid>,
    version: Option<u32>,
}

impl OwnReading {
    /// Of lists those who stand on them are remembered.
    fn of(opslag: &Opslag) -> Option<Self> {
        let Opslag { time, reader, formaal, content, forloeb, version, .. } = opslag;
        (*formaal == Formaal::Own && content.reach() == Reach::One).then(|| Self {
            hour: time.timestamp().div_euclid(SECONDS_OF_AN_HOUR),
            rolle: reader.rolle,
            nr: reader.nr.clone(),
            content: *content,
            forloeb: *forloeb,
            version: *version,
        })
    }
}

fn reading(opslag: &Opslag) -> Reading {
    (opslag.reader.clone(), opslag.content, opslag.formaal.clone())
}

impl Shown {
    /// Takes those out of an answer about many whom the same reader was told of on the day in the same way and for the same
    /// purpose.
    pub(super) fn without(&mut self, opslag: &mut Opslag) {
        if opslag.content.reach() == Reach::One {
            return;
        }
        let dag = dag_in_denmark(opslag.time);
        if self.dag != dag || self.count > REMEMBERED || self.to.len() > KEPT_APART {
            (self.dag, self.to, self.count) = (dag, HashMap::new(), 0);
        }
        if let Some(known) = self.to.get(&reading(opslag)) {
            opslag.about.retain(|nr| !known.contains(nr));
        }
    }

    /// It is the reader's own, and they have read it in this hour.
    pub(super) fn knows(&self, opslag: &Opslag) -> bool {
        OwnReading::of(opslag).is_some_and(|own| self.own.contains(&own))
    }

    /// Those of what waits that are to be written: of somebody's own the first, also where many come at once.
    pub(super) fn new_ones<'a>(&self, waiting: impl Iterator<Item = &'a Opslag>) -> Vec<&'a Opslag> {
        let mut own = HashSet::new();
        let is_new = |opslag: &&Opslag| {
            OwnReading::of(opslag).is_none_or(|reading| !self.own.contains(&reading) && own.insert(reading))
        };
        waiting.filter(is_new).collect()
    }

    /// It is on disk.
    pub(super) fn remember(&mut self, opslag: &Opslag) {
        if let Some(reading) = OwnReading::of(opslag) {
            if self.hour != reading.hour || self.own.len() >= OWN {
                (self.hour, self.own) = (reading.hour, HashSet::new());
            }
            self.own.insert(reading);
        } else if opslag.content.reach() != Reach::One && self.dag == dag_in_denmark(opslag.time) {
            let known = self.to.entry(reading(opslag)).or_default();
            self.count += opslag.about.iter().filter(|nr| known.insert((*nr).clone())).count();
        }
    }
}
