//! That somebody was erased is told to HR's mailbox: which certificate, of which day, why, and where it is found.
//!
//! The certificate itself names employee numbers, so it is not sent. What is to be told is found in the log and the list of
//! erasures, so nothing is lost where the service stops or the mail server is away. Which have been told is in a small file of
//! the data folder; when that is lost, the same may be told twice.
//!
//! What could not leave is tried again, and until it has left that is told in readiness, metrics, a log line and on HR's pages.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use app::clock::dag_in_denmark;
use app::core::App;
use app::durable;
use app::erase::ErasedPerson;
use app::failure::Causes;
use app::keys::Confidential;
use chrono::{DateTime, Utc};
use forloeb::words::Sletningsgrund;
use lettre::Address;
use sha2::{Digest, Sha256};
use texts::sentences;
use tokio::sync::watch;
use uuid::Uuid;

use crate::transport::{Dispatch, MailTransport, OutgoingMail};

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
pub struct Certificates {
    app: Arc<App>,
    transport: Arc<MailTransport>,
    hr_mail: Option<String>,
    base_url: Option<String>,
}

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

impl Certificates {
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
            let all_told = tokio::spawn(async move { works.tick().await }).await.unwrap_or_else(|_| {
                tracing::error!("mailen om sletninger gik i panik og prøves igen");
                self.app.untold.note(WAY, Some("gik i panik".to_owned()));
                false
            });
            tokio::select! {
                () = tokio::time::sleep(if all_told { REST } else { AGAIN }) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Tells of those that have not been told of; whether all have.
    pub async fn tick(&self) -> bool {
        let Some(to) = &self.hr_mail else { return true };
        // On a day in doubt nothing leaves: that the clock is in doubt is told already.
        if self.app.clock_guard.doubt().is_some() {
            return true;
        }
        let mut told = self.told();
        if self.app.erased_by_person().keys().all(|person| told.contains(person)) {
            self.app.untold.note(WAY, None);
            return true;
        }
        let sent = self.tell(to, &mut told).await;
        self.app.untold.note(WAY, sent.as_ref().err().cloned());
        sent.unwrap_or(false)
    }

    async fn tell(&self, to: &str, told: &mut BTreeSet<Uuid>) -> Result<bool, String> {
        let mut erased = self.app.all_erased().await.map_err(|error| Causes(&error).to_string())?;
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
        let letter = letter(&new_ones, to, self.base_url.as_deref(), self.app.clock.now());
        match self.transport.send(&letter).await {
            Dispatch::Sendt => {}
            Dispatch::Temporary { grund, .. } | Dispatch::Final(grund) => return Err(grund),
        }
        told.extend(new_ones.iter().map(|told| told.person));
        if let Err(error) = self.note_told(told) {
            tracing::warn!(%error, "det kan ikke skrives ned, at mailen om sletninger er sendt: den kan blive sendt to gange");
        }
        tracing::info!(count = new_ones.len(), "HR har fået mail om sletninger");
        Ok(all)
    }

    async fn read(&self, erased: &ErasedPerson) -> Result<Told, String> {
        let ErasedPerson { person, numbers, time, grund } = erased;
        let nr = numbers.first().map_or("", String::as_str);
        let erasure = self.app.erasure(nr).await.map_err(|error| Causes(&error).to_string())?;
        // Only what the program itself has written: what somebody typed stays where it is.
        let words =
            erasure.filter(|_| *grund == Sletningsgrund::OpbevaringUdloebet).map(|erasure| erasure.reason.words);
        let til = words.and_then(|words| words.strip_prefix(KEPT_UNTIL)?.parse().ok());
        Ok(Told { person: *person, time: *time, grund: *grund, ansaettelser: numbers.len(), til })
    }

    fn told(&self) -> BTreeSet<Uuid> {
        // What cannot be read is as if nothing had been told.
        let file = std::fs::read(self.app.folder.join(FILE));
        file.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    fn note_told(&self, told: &BTreeSet<Uuid>) -> io::Result<()> {
        durable::replace(&self.app.folder.join(FILE), &serde_json::to_vec(told)?)
    }
}

/// How a certificate is called: the beginning of the id in the log, which is random and says nothing of who it was.
#[must_use]
pub fn reference(person: Uuid) -> String {
    person.simple().to_string().chars().take(8).collect()
}

/// The mail to HR; about the same erasures it is the same mail.
fn letter(told: &[Told], to: &str, base_url: Option<&str>, now: DateTime<Utc>) -> OutgoingMail {
    let persons: Vec<String> = told.iter().map(|told| told.person.to_string()).collect();
    let id: String = Sha256::digest(format!("{to}\n{}", persons.join("\n")))
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let domain = to.parse::<Address>().map_or_else(|_| "localhost.localdomain".to_owned(), |a| a.domain().to_owned());
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
    let at = base_url.map_or_else(String::new, |url| format!(" ({url}/hr/opbevaring)"));
    let tekst = format!(
        "Til HR\n\n{count} er slettet i Raskvej, for altid:\n\n{}\n\nAttesterne er i Raskvej under Opbevaring, Slettet{at}. \
         De nævner medarbejdernumre og er derfor ikke med her.\n\n\
         Er noget slettet, som ingen af jer kender til, så spørg den, der driver Raskvej.\n",
        lines.join("\n")
    );
    OutgoingMail {
        message_id: format!("{id}@{domain}"),
        dato: now,
        til: Confidential::new(to.to_owned()),
        til_rolle: "hr".to_owned(),
        subject: format!("Raskvej: {count} er slettet"),
        tekst,
        calendar: None,
        file: None,
    }
}

#[cfg(test)]
mod tests;
