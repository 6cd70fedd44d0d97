//! A data folder, a clock that stands still, a real SMTP server, and a small workplace.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::command::{Act, DomainCommand};
use forloeb::haendelse::{FravaerRegistreret, Key, Raskmeldt, Stamdata, StamdataRegistreret, Udfald};
use forloeb::words::{Aarsag, Kilde};
use forloeb::{Aktoer, Forloeb, Regelbog};
use std::sync::Arc;
use systemtests::{Letter, Mailbox};
use tempfile::TempDir;
use uuid::Uuid;

use super::super::{PaamindelseSettings, Paamindelser};
use crate::transport::{CONNECTIONS, MailSender, MailTransport};
use app::clock::Clock;
use app::core::App;
use app::keys::Confidential;
use app::sealed::{Personoplysninger, seal};

/// Whose a mailbox is, without the domain.
pub(super) const HR: &str = "hr-postkasse";
const FROM: &str = "opfoelgning@kommune.test";

pub(super) struct Fixture {
    pub(super) app: Arc<App>,
    pub(super) post: Mailbox,
    pub(super) works: Arc<Paamindelser>,
    settings: PaamindelseSettings,
    pub(super) folder: TempDir,
}

pub(super) fn dag(tekst: &str) -> NaiveDate {
    tekst.parse().unwrap()
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
        let folder = tempfile::tempdir().unwrap();
        let app = app(folder.path(), now).await;
        let mut settings = settings();
        ret(&mut settings);
        let post = Mailbox::start();
        let works = works(&app, &post.url(), &settings);
        let new = Self { app, post, works, settings, folder };
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
        self.works = works(&self.app, &self.post.url(), &self.settings);
    }

    /// The service stops, and starts on a machine's clock that shows this.
    pub(super) async fn start(&mut self, now: &str) {
        self.app.close().await;
        self.app = open(self.folder.path(), Clock::imitated(time(now))).await;
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

    pub(super) async fn ansat(&self, nr: &str, email: &str, ret: impl FnOnce(&mut Stamdata)) {
        let mut stamdata = self.app.show().stamdata(nr).cloned().unwrap_or(Stamdata {
            enhed: "E101".into(),
            enhed_navn: "Solsikken".into(),
            leder_nr: None,
            tr_nr: Some("10002".into()),
            amr_nr: Some("10003".into()),
            ansat: dag("2015-03-01"),
            fratraadt: None,
            timer_pr_uge: 37.0,
            bopaelskommune: "0727".into(),
            paragraf_56: false,
            fleksjob: false,
            nyuddannet: false,
            er_leder: false,
        });
        ret(&mut stamdata);
        let details = person(nr, email);
        let person = self.app.keys.person(&details.cpr);
        self.app.keys.create(&[person]).unwrap();
        let confidential = Some(seal(&self.app.keys, person, &details).unwrap());
        self.perform(
            nr,
            DomainCommand::RegistrerStamdata(Box::new(StamdataRegistreret {
                stamdata: Box::new(stamdata),
                confidential,
                person,
            })),
        )
        .await;
    }

    pub(super) async fn perform(&self, nr: &str, command: DomainCommand) {
        self.app.execute(nr, &command, &Aktoer::system("proeve"), None).await.unwrap();
    }

    /// Away from this day on, in full.
    pub(super) async fn away(&self, nr: &str, foerste: &str) -> Uuid {
        let registrering = Uuid::from_u128(nr.parse::<u128>().unwrap() << 96 | 7);
        let h = FravaerRegistreret {
            registrering,
            fravaer_nr: None,
            aarsag: Aarsag::Sygdom,
            foerste: dag(foerste),
            sidste: None,
            omfang_pct: 100,
            forventet_varighed: None,
            kilde: Kilde::Person,
        };
        self.perform(nr, DomainCommand::RegistrerFravaer(h)).await;
        registrering
    }

    pub(super) async fn act(&self, nr: &str, act: Act) {
        let id = self.forloeb(nr).await.id;
        self.perform(nr, DomainCommand::Forloeb { id, whose_version: None, act }).await;
    }

    pub(super) async fn raskmeld(&self, nr: &str, sidste: &str) {
        let h = Raskmeldt { forloeb: Uuid::nil(), sidste_fravaersdag: dag(sidste) };
        self.act(nr, Act::Raskmeld(h)).await;
    }

    pub(super) async fn forloeb(&self, nr: &str) -> Arc<Forloeb> {
        self.app.forloeb_for(nr).await.unwrap().last().unwrap().clone()
    }

    pub(super) async fn til(&self, when: &str) {
        self.works.move_clock(time(when)).await.unwrap();
    }

    /// Every mail so far, as `day whose subject`, by day and mailbox.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines: Vec<_> = self.post.letters().iter().map(line).collect();
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

/// A data folder, opened with a clock that stands.
pub(super) async fn app(folder: &Path, now: &str) -> Arc<App> {
    open(folder, Clock::standing_still(time(now))).await
}

async fn open(folder: &Path, clock: Clock) -> Arc<App> {
    let app = App::open(folder, |_| clock.clone(), Regelbog::built_in()).await.unwrap();
    let follows = app.clone();
    tokio::spawn(async move { follows.follow_the_log().await });
    app
}

pub(super) fn settings() -> PaamindelseSettings {
    PaamindelseSettings {
        hr_mail: Some(format!("{HR}@kommune.test")),
        base_url: Some("https://opfoelgning.test/".into()),
        mail_from: Some(FROM.into()),
        medarbejder_copy: true,
    }
}

pub(super) fn works(app: &Arc<App>, url: &str, settings: &PaamindelseSettings) -> Arc<Paamindelser> {
    let sender = MailSender::new(FROM, settings.hr_mail.as_deref()).unwrap();
    let post = Arc::new(MailTransport::smtp(url, None, sender, CONNECTIONS).unwrap());
    Arc::new(Paamindelser::new(app.clone(), post, settings).unwrap())
}

fn line(b: &Letter) -> String {
    let dato = b.log_head("Date").unwrap();
    let dato = DateTime::parse_from_rfc2822(&dato).unwrap().with_timezone(&chrono_tz::Europe::Copenhagen);
    let who = b.envelope_to[0].split('@').next().unwrap();
    format!("{} {who} {}", dato.format("%Y-%m-%d"), b.subject)
}
