//! What HR's mailbox is told once, beside the reminders, and what leaders are who want it.
//!
//! What is to be told follows from the log, so nothing is lost where the service stops or the mail server is away. Which has
//! been told is in a small file of the data folder; when that is lost, the same may be told twice.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use app::core::App;
use app::durable;
use app::keys::Confidential;
use chrono::{DateTime, NaiveDate, Utc};
use lettre::Address;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use crate::transport::{Dispatch, MailTransport, OutgoingMail};

/// Bytes of the hash that names a mail.
const NAME: usize = 16;

/// The way to HR's mailbox, where there is one.
#[derive(Clone)]
pub struct HrMailbox {
    pub(crate) app: Arc<App>,
    transport: Arc<MailTransport>,
    address: Option<String>,
    base_url: Option<String>,
}

/// News that somebody waits for, and that are told once.
pub(crate) trait News: Send + Sync + 'static {
    /// What the mail is about, as it stands after "mailen om".
    const ABOUT: &'static str;

    /// The way that they take.
    fn mailbox(&self) -> &HrMailbox;

    /// There is somewhere to tell it.
    fn has_a_way(&self) -> bool {
        self.mailbox().address.is_some()
    }

    /// Tells what has not been told; how long it then rests.
    fn look(&self) -> impl Future<Output = Duration> + Send;

    /// It panicked: how long it rests before it tries again.
    fn panicked(&self) -> Duration;
}

/// The loop, until `stop` is true or gone. Where there is no mailbox, nothing is ever told.
pub(crate) async fn run<N: News>(news: Arc<N>, mut stop: watch::Receiver<bool>) {
    if !news.has_a_way() {
        return;
    }
    loop {
        let works = news.clone();
        // A task of its own: a panic ends the attempt, and not the next one.
        let rest = tokio::spawn(async move { works.look().await }).await.unwrap_or_else(|_| {
            tracing::error!("mailen om {} gik i panik og prøves igen", N::ABOUT);
            news.panicked()
        });
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

impl HrMailbox {
    /// For an open log.
    #[must_use]
    pub const fn new(
        app: Arc<App>,
        transport: Arc<MailTransport>,
        address: Option<String>,
        base_url: Option<String>,
    ) -> Self {
        Self { app, transport, address, base_url }
    }

    /// The address, where there is one and the day is not in doubt: that the clock is in doubt is told already.
    pub(crate) fn open(&self) -> Option<&str> {
        self.address.as_deref().filter(|_| self.app.clock_guard.doubt().is_none())
    }

    /// A page of the service, in brackets; nothing where its address is not known.
    pub(crate) fn at(&self, path: &str) -> String {
        self.base_url.as_deref().map_or_else(String::new, |url| format!(" ({url}{path})"))
    }

    /// Which were told, by the file; what cannot be read is as if nothing had been.
    pub(crate) fn told<T: Ord + DeserializeOwned>(&self, file: &str) -> BTreeSet<T> {
        let bytes = std::fs::read(self.app.folder.join(file));
        bytes.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Lets a mail leave, and writes down what then is told. The error is why it did not leave.
    pub(crate) async fn tell<T: Serialize + Sync, N: News>(
        &self,
        letter: Letter<'_>,
        (file, told): (&str, &BTreeSet<T>),
    ) -> Result<(), String> {
        match self.transport.send(&self.addressed(letter)).await {
            Dispatch::Sendt => {}
            Dispatch::Temporary { grund, .. } | Dispatch::Final(grund) => return Err(grund),
        }
        if let Err(error) = self.note(file, told) {
            let about = N::ABOUT;
            tracing::warn!(%error, "det kan ikke skrives ned, at mailen om {about} er sendt: den kan blive sendt to gange");
        }
        Ok(())
    }

    /// Hands a mail over.
    pub(crate) async fn send(&self, mail: &OutgoingMail) -> Dispatch {
        self.transport.send(mail).await
    }

    /// Writes down what is told.
    pub(crate) fn note<T: Serialize>(&self, file: &str, told: &BTreeSet<T>) -> io::Result<()> {
        durable::replace(&self.app.folder.join(file), &serde_json::to_vec(told)?)
    }

    fn addressed(&self, letter: Letter<'_>) -> OutgoingMail {
        let to = self.address.clone().unwrap_or_default();
        let named = format!("{}{to}", letter.kind);
        let domain = to.parse::<Address>().ok().map(|to| to.domain().to_owned());
        self.mail(letter, (&named, domain), (Confidential::new(to), "hr"), self.app.clock.now())
    }

    /// A mail to somebody else, as of an instant. No part of their address is in its name, which stands in the log.
    pub(crate) fn addressed_to(
        &self,
        letter: Letter<'_>,
        til: (Confidential<String>, &str),
        dato: DateTime<Utc>,
    ) -> OutgoingMail {
        let named = letter.kind.to_owned();
        self.mail(letter, (&named, self.transport.domain().map(str::to_owned)), til, dato)
    }

    fn mail(
        &self,
        letter: Letter<'_>,
        (named, domain): (&str, Option<String>),
        (til, rolle): (Confidential<String>, &str),
        dato: DateTime<Utc>,
    ) -> OutgoingMail {
        let Letter { about, subject, tekst, .. } = letter;
        let name = Sha256::digest(format!("{named}\n{}", about.join("\n")));
        let name: String = name.iter().take(NAME).map(|byte| format!("{byte:02x}")).collect();
        let domain = domain.unwrap_or_else(|| "localhost.localdomain".to_owned());
        OutgoingMail {
            message_id: format!("{name}@{domain}"),
            dato,
            til,
            til_rolle: rolle.to_owned(),
            subject,
            tekst,
            calendar: None,
            file: None,
        }
    }

    /// The instant that counts here.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.app.clock.now()
    }
}

/// A mail to HR; about the same it is the same mail.
pub(crate) struct Letter<'a> {
    /// What tells it from other mails about the same, if anything.
    pub(crate) kind: &'a str,
    /// What it is about, in order.
    pub(crate) about: Vec<String>,
    pub(crate) subject: String,
    pub(crate) tekst: String,
}

/// A day of the invented cases of which every kind of mail is shown.
pub(crate) const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(day) => day,
        None => NaiveDate::MIN,
    }
}
