//! That an agreement runs out is told to HR's mailbox where no reminder can tell it: a reminder is about a forløb, and the
//! employee has none.
//!
//! How many, and when, is told; who it is stands on HR's page. What is to be told follows from the log, so nothing is lost
//! where the service stops or the mail server is away. Which have been told is in a small file of the data folder; when that
//! is lost, the same may be told twice.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use app::clock::{dag_in_denmark, time_of_day};
use app::core::App;
use app::durable;
use app::keys::Confidential;
use chrono::{DateTime, NaiveDate, Utc};
use lettre::Address;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use texts::sentences;
use tokio::sync::watch;
use uuid::Uuid;

use crate::transport::{Dispatch, MailTransport, OutgoingMail};

/// Which have been told.
const FILE: &str = "aftaler.json";
/// How often it is looked whether there is one, and how long what failed waits for the next try.
const REST: Duration = Duration::from_secs(60);

/// Tells of them.
pub struct Aftaler {
    app: Arc<App>,
    transport: Arc<MailTransport>,
    hr_mail: Option<String>,
    base_url: Option<String>,
}

/// One agreement: whose, and its last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Aftale {
    til: NaiveDate,
    person: Uuid,
}

impl Aftaler {
    /// For an open log.
    #[must_use]
    pub fn new(
        app: Arc<App>,
        transport: Arc<MailTransport>,
        hr_mail: Option<String>,
        base_url: Option<String>,
    ) -> Self {
        Self { app, transport, hr_mail, base_url }
    }

    /// The loop, until `stop` is true or gone.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        if self.hr_mail.is_none() {
            return;
        }
        loop {
            let works = self.clone();
            // A task of its own: a panic ends the attempt, and not the next one.
            if tokio::spawn(async move { works.tick().await }).await.is_err() {
                tracing::error!("mailen om aftaler, der udløber, gik i panik og prøves igen");
            }
            tokio::select! {
                () = tokio::time::sleep(REST) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Tells of those that have not been told of, on the morning of a working day; whether a mail left.
    pub async fn tick(&self) -> bool {
        let Some(to) = &self.hr_mail else { return false };
        let now = self.app.clock.now();
        // On a day in doubt nothing leaves: that the clock is in doubt is told already.
        if self.app.clock_guard.doubt().is_some() || !self.may_leave(now) {
            return false;
        }
        let today = dag_in_denmark(now);
        let (app, folder) = (self.app.clone(), self.app.folder.join(FILE));
        let looked_up = tokio::task::spawn_blocking(move || {
            let book = app.book();
            let all = app.projections().aftaler_without_forloeb(today, &book);
            let told: BTreeSet<Aftale> = read(&folder);
            let all: BTreeSet<_> = all.into_iter().map(|(person, til)| Aftale { til, person }).collect();
            (all, told)
        });
        let Ok((all, mut told)) = looked_up.await else { return false };
        let new_ones: Vec<Aftale> = all.difference(&told).copied().collect();
        if new_ones.is_empty() {
            return false;
        }
        let letter = letter(&new_ones, to, self.base_url.as_deref(), now);
        if let Dispatch::Temporary { grund, .. } | Dispatch::Final(grund) = self.transport.send(&letter).await {
            tracing::warn!(%grund, "mailen om aftaler, der udløber, er ikke sendt og prøves igen");
            return false;
        }
        // What has run out is told of no more.
        told.retain(|aftale| aftale.til >= today);
        told.extend(&new_ones);
        if let Err(error) = self.note_told(&told) {
            tracing::warn!(%error, "det kan ikke skrives ned, at mailen om aftaler er sendt: den kan blive sendt to gange");
        }
        tracing::info!(count = new_ones.len(), "HR har fået mail om aftaler, der udløber");
        true
    }

    /// As the reminders: from the morning of a working day on, within the hours in which mail leaves.
    fn may_leave(&self, now: DateTime<Utc>) -> bool {
        let (book, today, time) = (self.app.book(), dag_in_denmark(now), time_of_day(now));
        let hours = &book.in_force(today).udsendelse;
        book.calendar().is_arbejdsdag(today) && time >= hours.klokken.max(hours.earliest) && time < hours.latest
    }

    fn note_told(&self, told: &BTreeSet<Aftale>) -> io::Result<()> {
        durable::replace(&self.app.folder.join(FILE), &serde_json::to_vec(told)?)
    }
}

/// What cannot be read is as if nothing had been told.
fn read(file: &std::path::Path) -> BTreeSet<Aftale> {
    std::fs::read(file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// The mail to HR; about the same agreements it is the same mail.
fn letter(all: &[Aftale], to: &str, base_url: Option<&str>, now: DateTime<Utc>) -> OutgoingMail {
    let which: Vec<String> = all.iter().map(|aftale| format!("{} {}", aftale.person, aftale.til)).collect();
    let id: String = Sha256::digest(format!("aftaler\n{to}\n{}", which.join("\n")))
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let domain = to.parse::<Address>().map_or_else(|_| "localhost.localdomain".to_owned(), |a| a.domain().to_owned());
    let mut days: BTreeMap<NaiveDate, u64> = BTreeMap::new();
    all.iter().for_each(|aftale| *days.entry(aftale.til).or_default() += 1);
    let count = |count: u64| sentences::count(count, "aftale", "aftaler");
    let lines: Vec<String> =
        days.iter().map(|(til, many)| format!("- {} udløber {}", count(*many), sentences::dato(*til))).collect();
    let at = base_url.map_or_else(String::new, |url| format!(" ({url}/hr)"));
    let in_all = count(all.len() as u64);
    let tekst = format!(
        "Til HR\n\n{in_all} udløber snart:\n\n{}\n\nSe efter, om de skal fornys, før de udløber. Hvem det er, står i Raskvej \
         på HR's side{at}.\n\nI får kun denne mail om aftaler, hvor der ikke er et forløb at minde om dem ved.\n",
        lines.join("\n")
    );
    OutgoingMail {
        message_id: format!("{id}@{domain}"),
        dato: now,
        til: Confidential::new(to.to_owned()),
        til_rolle: "hr".to_owned(),
        subject: format!("Raskvej: {in_all} udløber snart"),
        tekst,
        calendar: None,
        file: None,
    }
}

#[cfg(test)]
mod tests;
