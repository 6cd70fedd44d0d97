//! That an agreement runs out is told to HR's mailbox where no reminder can tell it: a reminder is about a forløb, and the
//! employee has none.
//!
//! How many, and when, is told; who it is stands on HR's page.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use app::clock::{dag_in_denmark, time_of_day};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use texts::sentences;
use tokio::sync::watch;
use uuid::Uuid;

use crate::once::day;
use crate::once::{self, HrMailbox, Letter, News};

/// Which have been told.
const FILE: &str = "aftaler.json";
/// How often it is looked whether there is one, and how long what failed waits for the next try.
const REST: Duration = Duration::from_secs(60);

/// Tells of them.
pub struct Aftaler(HrMailbox);

/// One agreement: whose, and its last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Aftale {
    til: NaiveDate,
    person: Uuid,
}

impl News for Aftaler {
    const ABOUT: &'static str = "aftaler, der udløber,";

    fn mailbox(&self) -> &HrMailbox {
        &self.0
    }

    async fn look(&self) -> Duration {
        self.tick().await;
        REST
    }

    fn panicked(&self) -> Duration {
        REST
    }
}

impl Aftaler {
    /// To be told there.
    #[must_use]
    pub const fn new(mailbox: HrMailbox) -> Self {
        Self(mailbox)
    }

    /// The loop, until `stop` is true or gone.
    pub async fn run(self: Arc<Self>, stop: watch::Receiver<bool>) {
        once::run(self, stop).await;
    }

    /// Tells of those that have not been told of, on the morning of a working day; whether a mail left.
    pub async fn tick(&self) -> bool {
        let now = self.0.now();
        if self.0.open().is_none() || !self.may_leave(now) {
            return false;
        }
        let today = dag_in_denmark(now);
        let mailbox = self.0.clone();
        let looked_up = tokio::task::spawn_blocking(move || {
            let book = mailbox.app.book();
            let all = mailbox.app.projections().aftaler_without_forloeb(today, &book);
            let all: BTreeSet<_> = all.into_iter().map(|(person, til)| Aftale { til, person }).collect();
            (all, mailbox.told::<Aftale>(FILE))
        });
        let Ok((all, mut told)) = looked_up.await else { return false };
        let new_ones: Vec<Aftale> = all.difference(&told).copied().collect();
        if new_ones.is_empty() {
            return false;
        }
        // What has run out is told of no more.
        told.retain(|aftale| aftale.til >= today);
        told.extend(&new_ones);
        if let Err(grund) = self.0.tell::<_, Self>(letter(&new_ones, &self.0.at("/hr")), (FILE, &told)).await {
            tracing::warn!(%grund, "mailen om aftaler, der udløber, er ikke sendt og prøves igen");
            return false;
        }
        tracing::info!(count = new_ones.len(), "HR har fået mail om aftaler, der udløber");
        true
    }

    /// As the reminders: from the morning of a working day on, within the hours in which mail leaves.
    fn may_leave(&self, now: DateTime<Utc>) -> bool {
        let (book, today, time) = (self.0.app.book(), dag_in_denmark(now), time_of_day(now));
        let hours = &book.in_force(today).udsendelse;
        book.calendar().is_arbejdsdag(today) && time >= hours.klokken.max(hours.earliest) && time < hours.latest
    }
}

/// The mail to HR.
fn letter(all: &[Aftale], at: &str) -> Letter<'static> {
    let mut days: BTreeMap<NaiveDate, u64> = BTreeMap::new();
    all.iter().for_each(|aftale| *days.entry(aftale.til).or_default() += 1);
    let count = |count: u64| sentences::count(count, "aftale", "aftaler");
    let lines: Vec<String> =
        days.iter().map(|(til, many)| format!("- {} udløber {}", count(*many), sentences::dato(*til))).collect();
    let in_all = count(all.len() as u64);
    let tekst = format!(
        "Til HR\n\n{in_all} udløber snart:\n\n{}\n\nSe efter, om de skal fornys, før de udløber. Hvem det er, står i Raskvej \
         på HR's side{at}.\n\nI får kun denne mail om aftaler, hvor der ikke er et forløb at minde om dem ved.\n",
        lines.join("\n")
    );
    Letter {
        kind: "aftaler\n",
        about: all.iter().map(|aftale| format!("{} {}", aftale.person, aftale.til)).collect(),
        subject: format!("Raskvej: {in_all} udløber snart"),
        tekst,
    }
}

/// The mail of two invented agreements.
pub(crate) fn example(at: &str) -> Letter<'static> {
    let one = |til| Aftale { til, person: Uuid::from_u128(1) };
    letter(&[one(day(2026, 3, 31)), one(day(2026, 4, 15))], at)
}

#[cfg(test)]
mod tests;
