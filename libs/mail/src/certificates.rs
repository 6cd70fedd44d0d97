//! That somebody was erased is told to HR's mailbox: which certificate, of which day, why, and where it is found.
//!
//! The certificate itself names employee numbers, so it is not sent.
//!
//! What could not leave is tried again, and until it has left that is told in readiness, metrics, a log line and on HR's pages.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use app::clock::{dag_in_denmark, klokken};
use app::erase::ErasedPerson;
use app::failure::Causes;
use chrono::{DateTime, NaiveTime, Utc};
use forloeb::words::Sletningsgrund;
use texts::sentences;
use tokio::sync::watch;
use uuid::Uuid;

use crate::once::day;
use crate::once::{self, HrMailbox, Letter, News};

/// The way it takes, for those who ask why it has not.
pub const WAY: &str = "mail";
/// Which have been told.
const FILE: &str = "attester.json";
/// How often it is looked whether somebody was erased.
const REST: Duration = Duration::from_secs(5);
/// How long what failed waits for the next try.
const AGAIN: Duration = Duration::from_secs(60);
/// Most that one mail tells of; the rest is in the next.
const AT_MOST: usize = 200;
/// What the words of an erasure by retention begin with.
const KEPT_UNTIL: &str = "opbevaret til ";

/// Tells of them.
pub struct Certificates(HrMailbox);

/// One erasure as it is told. There is no word of anybody in it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    person: Uuid,
    time: DateTime<Utc>,
    grund: Sletningsgrund,
    /// How many employments.
    ansaettelser: usize,
    /// The last day of the last period, where that was the reason.
    til: Option<chrono::NaiveDate>,
}

impl News for Certificates {
    const ABOUT: &'static str = "sletninger";

    fn mailbox(&self) -> &HrMailbox {
        &self.0
    }

    async fn look(&self) -> Duration {
        if self.tick().await { REST } else { AGAIN }
    }

    fn panicked(&self) -> Duration {
        self.0.app.untold.note(WAY, Some("gik i panik".to_owned()));
        AGAIN
    }
}

impl Certificates {
    /// To be told there.
    #[must_use]
    pub const fn new(mailbox: HrMailbox) -> Self {
        Self(mailbox)
    }

    /// The loop, until `stop` is true or gone.
    pub async fn run(self: Arc<Self>, stop: watch::Receiver<bool>) {
        once::run(self, stop).await;
    }

    /// Tells of those that have not been told of; whether all have.
    pub async fn tick(&self) -> bool {
        if self.0.open().is_none() {
            return true;
        }
        let mut told = self.0.told(FILE);
        if self.0.app.erased_by_person().keys().all(|person| told.contains(person)) {
            self.0.app.untold.note(WAY, None);
            return true;
        }
        let sent = self.tell(&mut told).await;
        self.0.app.untold.note(WAY, sent.as_ref().err().cloned());
        sent.unwrap_or(false)
    }

    async fn tell(&self, told: &mut BTreeSet<Uuid>) -> Result<bool, String> {
        let mut erased = self.0.app.all_erased().await.map_err(|error| Causes(&error).to_string())?;
        erased.retain(|erased| !told.contains(&erased.person));
        let all = erased.len() <= AT_MOST;
        // The oldest first.
        let mut new_ones = Vec::new();
        for erased in erased.iter().rev().take(AT_MOST) {
            new_ones.push(self.read(erased).await?);
        }
        if new_ones.is_empty() {
            return Ok(true); // being erased at the moment: on the list in a moment
        }
        told.extend(new_ones.iter().map(|told| told.person));
        self.0.tell::<_, Self>(letter(&new_ones, &self.0.at("/hr/opbevaring")), (FILE, told)).await?;
        tracing::info!(count = new_ones.len(), "HR har fået mail om sletninger");
        Ok(all)
    }

    async fn read(&self, erased: &ErasedPerson) -> Result<Told, String> {
        let ErasedPerson { person, numbers, time, grund } = erased;
        let nr = numbers.first().map_or("", String::as_str);
        let erasure = self.0.app.erasure(nr).await.map_err(|error| Causes(&error).to_string())?;
        // Only what the program itself has written: what somebody typed stays where it is.
        let words =
            erasure.filter(|_| *grund == Sletningsgrund::OpbevaringUdloebet).map(|erasure| erasure.reason.words);
        let til = words.and_then(|words| words.strip_prefix(KEPT_UNTIL)?.parse().ok());
        Ok(Told { person: *person, time: *time, grund: *grund, ansaettelser: numbers.len(), til })
    }
}

/// How a certificate is called: the beginning of the id in the log, which is random and says nothing of who it was.
#[must_use]
pub fn reference(person: Uuid) -> String {
    person.simple().to_string().chars().take(8).collect()
}

/// The mail to HR.
fn letter(told: &[Told], at: &str) -> Letter<'static> {
    let count = sentences::count(told.len() as u64, "person", "personer");
    let line = |told: &Told| {
        let ansaettelser = sentences::count(told.ansaettelser as u64, "ansættelse", "ansættelser");
        let til = told.til.map(|day| format!("; opbevaret til {}", sentences::dato(day))).unwrap_or_default();
        format!(
            "- attest {}, {}: {ansaettelser}; {}{til}",
            reference(told.person),
            sentences::dato(dag_in_denmark(told.time)),
            sentences::sletningsgrund(told.grund)
        )
    };
    let lines: Vec<String> = told.iter().map(line).collect();
    let tekst = format!(
        "Til HR\n\n{count} er slettet i Raskvej, for altid:\n\n{}\n\nAttesterne er i Raskvej under Opbevaring, Slettet{at}. \
         De nævner medarbejdernumre og er derfor ikke med her.\n\n\
         Er noget slettet, som ingen af jer kender til, så spørg den, der driver Raskvej.\n",
        lines.join("\n")
    );
    Letter {
        kind: "",
        about: told.iter().map(|told| told.person.to_string()).collect(),
        subject: format!("Raskvej: {count} er slettet"),
        tekst,
    }
}

/// The mail of an invented erasure.
pub(crate) fn example(at: &str) -> Letter<'static> {
    let person = Uuid::from_u128(0x1f3a_9c04_7b21_4e6f_8a55_0c9d_2e71_b340);
    let (time, til) = (klokken(day(2026, 2, 6), NaiveTime::MIN), Some(day(2026, 1, 31)));
    letter(&[Told { person, time, grund: Sletningsgrund::OpbevaringUdloebet, ansaettelser: 1, til }], at)
}

#[cfg(test)]
mod tests;
