//! A small workplace on a clock that stands still, with a real SMTP server.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use forloeb::Regelbog;
use forloeb::command::Act;
use forloeb::haendelse::{Key, Raskmeldt, Stamdata, Udfald};
use systemtests::{Letter, Mailbox};
use uuid::Uuid;

use super::super::{PaamindelseSettings, Paamindelser};
use crate::transport::{CONNECTIONS, MailSender, MailTransport};
use app::clock::Clock;
use app::core::App;
use app::keys::Confidential;
use app::mailtekster::TextFile;
use app::sealed::Personoplysninger;
pub(super) use app::workplace::day as dag;
use app::workplace::{Stop, Workplace, open_folder};

/// Whose a mailbox is, without the domain.
pub(super) const HR: &str = "hr-postkasse";
const FROM: &str = "opfoelgning@kommune.test";

pub(super) struct Fixture {
    pub(super) place: Workplace,
    pub(super) transport: Mailbox,
    pub(super) works: Arc<Paamindelser>,
    settings: PaamindelseSettings,
}

impl Deref for Fixture {
    type Target = Workplace;

    fn deref(&self) -> &Workplace {
        &self.place
    }
}

pub(super) fn time(tekst: &str) -> DateTime<Utc> {
    format!("{tekst}:00+01:00").parse().unwrap() // every date used here is in winter
}

/// The employee number is also the seed of everything about the person.
pub(super) fn person(nr: &str, email: &str) -> Personoplysninger {
    Personoplysninger {
        cpr: Confidential::new(format!("01017{nr}")),
        name: Confidential::new(format!("Åse{nr} Ærøskøbing")),
        email: Confidential::new(email.to_owned()),
        telefon: Confidential::new(format!("222{nr}")),
        stilling: Confidential::new("Pædagog".to_owned()),
    }
}

impl Fixture {
    /// 10010 and 10011 with leader 10001 (whose leader is 10000), TR 10002 and AMR 10003.
    pub(super) async fn new(now: &str) -> Self {
        Self::with(now, |_| {}).await
    }

    pub(super) async fn with(now: &str, ret: impl FnOnce(&mut PaamindelseSettings)) -> Self {
        Self::at(Workplace::empty(Clock::standing_still(time(now))).await, ret).await
    }

    /// By the rules that everybody has where nothing else is set.
    pub(super) async fn by_built_in_rules(now: &str) -> Self {
        Self::at(Workplace::by_rules(Regelbog::built_in(), Clock::standing_still(time(now))).await, |_| {}).await
    }

    async fn at(place: Workplace, ret: impl FnOnce(&mut PaamindelseSettings)) -> Self {
        let mut settings = settings();
        ret(&mut settings);
        let transport = Mailbox::start();
        let works = works(&place.app, &transport.url(), &settings);
        let new = Self { place, transport, works, settings };
        for (nr, name, leder) in [
            ("10000", "chef", None),
            ("10001", "leder", Some("10000")),
            ("10002", "tr", Some("10001")),
            ("10003", "amr", Some("10001")),
            ("10010", "maria", Some("10001")),
            ("10011", "ib", Some("10001")),
        ] {
            new.ansat(nr, &format!("{name}@kommune.test"), |s| s.leder_nr = leder.map(str::to_owned)).await;
        }
        new
    }

    /// The process dies and starts again: what was only in memory is gone.
    pub(super) fn restart(&mut self) {
        self.works = works(&self.app, &self.transport.url(), &self.settings);
    }

    /// The service stops, and starts on a machine's clock that shows this.
    pub(super) async fn start(&mut self, now: &str) {
        self.place.restart(Stop::Sound, Clock::imitated(time(now))).await;
        self.restart();
    }

    /// As [`Self::start`], after a crash.
    pub(super) async fn start_after_a_crash(&mut self, now: &str) {
        self.place.restart(Stop::Crash, Clock::imitated(time(now))).await;
        self.restart();
    }

    /// As [`Self::restart`], with other settings.
    pub(super) fn restart_with(&mut self, ret: impl FnOnce(&mut PaamindelseSettings)) {
        ret(&mut self.settings);
        self.restart();
    }

    /// How many times the list of a tick may be gone through.
    pub(super) fn set_rounds(&mut self, rounds: usize) {
        Arc::get_mut(&mut self.works).unwrap().rounds = rounds;
    }

    /// As [`Workplace::ansat`], with this mailbox.
    pub(super) async fn ansat(&self, nr: &str, email: &str, change: impl FnOnce(&mut Stamdata)) {
        self.place.ansat(nr, &person(nr, email), change).await;
    }

    pub(super) async fn raskmeld(&self, nr: &str, sidste: &str) {
        let h = Raskmeldt { forloeb: Uuid::nil(), sidste_fravaersdag: dag(sidste) };
        self.act(nr, Act::Raskmeld(h)).await;
    }

    pub(super) async fn til(&self, when: &str) {
        self.works.move_clock(time(when)).await.unwrap();
    }

    /// Every mail so far, as `day whose subject`, by day and mailbox.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines: Vec<_> = self.transport.letters().iter().map(line).collect();
        lines.sort_unstable();
        lines
    }

    /// The outcomes of an employee's newest forløb by key, from the log.
    pub(super) async fn udfald(&self, nr: &str) -> BTreeMap<Key, Udfald> {
        udfald(&self.app, nr).await
    }
}

/// The outcomes of an employee's newest forløb by key, from the log.
pub(super) async fn udfald(app: &App, nr: &str) -> BTreeMap<Key, Udfald> {
    let whole = app.whole(nr).await.unwrap();
    let id = app.forloeb_for(nr).await.unwrap().last().unwrap().id;
    let f = whole.forloeb(&app.book()).into_iter().find(|f| f.called(id)).unwrap();
    f.afgjorte.iter().map(|(n, a)| (n.clone(), a.udfald.clone())).collect()
}

/// A folder that another process left, opened with a clock that stands.
pub(super) async fn app(folder: &Path, now: &str) -> Arc<App> {
    open_folder(folder, Clock::standing_still(time(now))).await
}

pub(super) fn settings() -> PaamindelseSettings {
    PaamindelseSettings {
        hr_mail: Some(format!("{HR}@kommune.test")),
        base_url: Some("https://opfoelgning.test/".into()),
        mail_from: Some(FROM.into()),
        medarbejder_copy: true,
        mailtekster: TextFile::default(),
    }
}

pub(super) fn works(app: &Arc<App>, url: &str, settings: &PaamindelseSettings) -> Arc<Paamindelser> {
    let sender = MailSender::new(FROM, settings.hr_mail.as_deref()).unwrap();
    let transport = Arc::new(MailTransport::smtp(url, None, sender, CONNECTIONS).unwrap());
    Arc::new(Paamindelser::new(app.clone(), transport, settings).unwrap())
}

fn line(b: &Letter) -> String {
    let dato = b.log_head("Date").unwrap();
    let dato = DateTime::parse_from_rfc2822(&dato).unwrap().with_timezone(&chrono_tz::Europe::Copenhagen);
    let who = b.envelope_to[0].split('@').next().unwrap();
    format!("{} {who} {}", dato.format("%Y-%m-%d"), b.subject)
}
