//! A workplace for tests: a data folder of its own, a clock that shows what the test says, and people whom payroll knows.
//!
//! Days are written as in a case: `place.away("10010", "2026-01-05")`. A test that needs a browser, a mail server or the
//! terminal besides puts it around this one.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, Utc};
use eventlog::{OpenError, Options};
use forloeb::command::{Act, DomainCommand};
use forloeb::haendelse::{FravaerRegistreret, Stamdata, StamdataRegistreret};
use forloeb::regler::{CALENDAR, SATSER};
use forloeb::words::{Aarsag, Kilde, Varighed};
use forloeb::{Aktoer, Forloeb, Procent, Regelbog};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::clock::Clock;
use crate::core::{App, OpenFolderError, Opened, Outside, Progress};
use crate::keys::Confidential;
use crate::sealed::{Personoplysninger, seal};

/// The TR of all.
pub const TR: &str = "10002";
/// The AMR of all.
pub const AMR: &str = "10003";

type Follows = JoinHandle<Result<(), OpenFolderError>>;

/// An open data folder that is gone with the test.
pub struct Workplace {
    /// The application.
    pub app: Arc<App>,
    folder: TempDir,
    options: Options,
    outside: Outside,
    book: Regelbog,
    follows: Follows,
}

/// How a service stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// In order.
    Sound,
    /// As a crash leaves it: only what is durable is there.
    Crash,
}

/// A day.
///
/// # Panics
/// It is none.
#[must_use]
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|_| panic!("'{text}' is not a day"))
}

/// A clock that stands still there.
///
/// # Panics
/// It is no time.
#[must_use]
pub fn standing_still(text: &str) -> Clock {
    let time: DateTime<Utc> = text.parse().unwrap_or_else(|_| panic!("'{text}' is not a time"));
    Clock::standing_still(time)
}

/// What payroll tells of somebody: full time since 2015, with TR and AMR. Who leads them is said where it matters.
#[must_use]
pub fn stamdata() -> Stamdata {
    Stamdata {
        enhed: "E101".into(),
        enhed_navn: "Botilbud Solsikken".into(),
        leder_nr: None,
        tr_nr: Some(TR.into()),
        amr_nr: Some(AMR.into()),
        ansat: Some(day("2015-03-01")),
        fratraadt: None,
        timer_pr_uge: 37.0,
        bopaelskommune: "0727".into(),
        paragraf_56: false,
        fleksjob: false,
        nyuddannet: false,
        er_leder: false,
        ..Stamdata::default()
    }
}

/// What payroll tells that is sealed. The CPR number is the employee number, which is nobody's.
#[must_use]
pub fn details(nr: &str, name: &str, email: &str) -> Personoplysninger {
    let text = |text: &str| Confidential::new(text.to_owned());
    Personoplysninger {
        cpr: text(nr),
        name: text(name),
        email: text(email),
        telefon: text(""),
        stilling: text("Pædagog"),
    }
}

/// The rules there stay as they are: a new reminder, or a law that changes, moves the vectors and the stories of the domain,
/// which are there to be looked at, and not every test that sends a mail or opens a page.
fn regler() -> Regelbog {
    let standard = ("standard.toml", include_str!("workplace/standard.toml"));
    Regelbog::read(&[standard], CALENDAR.1, SATSER.1).expect("the rules of the tests can be read")
}

/// How long a folder may be somebody's that nobody has.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program that another test starts has everything that is open in this process until it has become itself, the lock of a
/// log that was closed meanwhile among it: that takes a tenth of a second on a busy machine.
async fn open(
    folder: &Path,
    clock: Clock,
    options: Options,
    outside: &Outside,
    book: &Regelbog,
) -> Result<(Arc<App>, Follows), OpenFolderError> {
    let end = Instant::now() + PATIENCE;
    let opened = loop {
        match Opened::open_with(folder, options.clone(), outside) {
            Err(OpenFolderError::Log(OpenError::InUse { .. })) if Instant::now() < end => {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            opened => break opened?,
        }
    };
    let app = opened.build(|_| clock.clone(), book.clone(), &Progress::default()).await?;
    let of = app.clone();
    Ok((app, tokio::spawn(async move { of.follow_the_log().await })))
}

/// Opens a folder that belongs to somebody else, and follows its log.
///
/// # Panics
/// It cannot be opened.
pub async fn open_folder(folder: &Path, clock: Clock) -> Arc<App> {
    open(folder, clock, Options::default(), &Outside::default(), &regler()).await.expect("the folder opens").0
}

impl Workplace {
    /// Nobody works here yet.
    ///
    /// # Panics
    /// There is no place for a folder.
    pub async fn empty(clock: Clock) -> Self {
        Self::of(tempfile::tempdir().expect("a folder"), clock).await
    }

    /// What a folder holds.
    ///
    /// # Panics
    /// It cannot be opened.
    pub async fn of(folder: TempDir, clock: Clock) -> Self {
        Self::open(folder, clock, Options::default()).await.expect("the folder opens")
    }

    /// What a folder holds, with the log kept as these options say.
    ///
    /// # Errors
    /// It cannot be opened.
    pub async fn open(folder: TempDir, clock: Clock, options: Options) -> Result<Self, OpenFolderError> {
        Self::with(folder, clock, options, Outside::default()).await
    }

    /// The same, with what is kept outside of the folder.
    ///
    /// # Errors
    /// It cannot be opened.
    pub async fn with(
        folder: TempDir,
        clock: Clock,
        options: Options,
        outside: Outside,
    ) -> Result<Self, OpenFolderError> {
        Self::by(regler(), folder, clock, options, outside).await
    }

    /// Nobody works here yet, and it goes by other rules than those of the tests.
    ///
    /// # Panics
    /// There is no place for a folder.
    pub async fn by_rules(book: Regelbog, clock: Clock) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let opened = Self::by(book, folder, clock, Options::default(), Outside::default()).await;
        opened.expect("the folder opens")
    }

    async fn by(
        book: Regelbog,
        folder: TempDir,
        clock: Clock,
        options: Options,
        outside: Outside,
    ) -> Result<Self, OpenFolderError> {
        let (app, follows) = open(folder.path(), clock, options.clone(), &outside, &book).await?;
        Ok(Self { app, folder, options, outside, book, follows })
    }

    /// Its folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Stops, and starts again on this clock.
    ///
    /// # Panics
    /// It does not start, or its log could not be followed.
    pub async fn restart(&mut self, how: Stop, clock: Clock) {
        match how {
            Stop::Sound => self.app.close().await,
            Stop::Crash => self.app.log.clone().close().await,
        }
        (&mut self.follows).await.expect("no panic").expect("the log was followed");
        let opened = open(self.folder.path(), clock, self.options.clone(), &self.outside, &self.book).await;
        (self.app, self.follows) = opened.expect("the folder opens");
    }

    /// Stops; the folder stays.
    ///
    /// # Panics
    /// Its log could not be followed.
    pub async fn close(self) -> TempDir {
        self.app.close().await;
        self.follows.await.expect("no panic").expect("the log was followed");
        self.folder
    }

    /// Payroll tells of somebody: what it told before, or else [`stamdata`], but for what is changed here.
    ///
    /// # Panics
    /// It is refused.
    pub async fn ansat(&self, nr: &str, details: &Personoplysninger, change: impl FnOnce(&mut Stamdata)) {
        let mut stamdata = self.app.projections().stamdata(nr).cloned().unwrap_or_else(stamdata);
        change(&mut stamdata);
        let person = self.app.keys.persons([&details.cpr]).expect("a key")[0];
        let confidential = Some(seal(&self.app.keys, person, details).expect("it can be sealed"));
        let told = StamdataRegistreret { stamdata: Box::new(stamdata), confidential, person, gaelder_fra: None };
        self.perform(nr, &DomainCommand::RegistrerStamdata(Box::new(told))).await;
    }

    /// Payroll tells that somebody is away in full from this day on.
    pub async fn away(&self, nr: &str, foerste: &str) -> Uuid {
        self.absence(nr, foerste, None).await
    }

    /// Payroll tells of an absence; the id of its forløb follows from whose it is and when it began.
    ///
    /// # Panics
    /// It is refused.
    pub async fn absence(&self, nr: &str, foerste: &str, sidste: Option<&str>) -> Uuid {
        let registrering = Uuid::new_v5(&Uuid::nil(), format!("{nr} {foerste}").as_bytes());
        let told = FravaerRegistreret {
            registrering,
            fravaer_nr: None,
            aarsag: Aarsag::Sygdom,
            foerste: day(foerste),
            sidste: sidste.map(day),
            omfang_pct: Procent::FULL,
            forventet_varighed: Some(Varighed::Unknown),
            kilde: Kilde::Import,
            paragraf_56: None,
            raskmeldt: false,
        };
        self.perform(nr, &DomainCommand::RegistrerFravaer(told)).await;
        registrering
    }

    /// Something is done with somebody's newest forløb.
    ///
    /// # Panics
    /// There is none, or it is refused.
    pub async fn act(&self, nr: &str, act: Act) {
        let id = self.forloeb(nr).await.id;
        self.perform(nr, &DomainCommand::Forloeb { id, if_version: None, act }).await;
    }

    /// The same, and who does it is kept with it.
    ///
    /// # Panics
    /// There is none, or it is refused.
    pub async fn act_by(&self, aktoer: &Aktoer, nr: &str, act: Act) {
        let id = self.forloeb(nr).await.id;
        self.perform_by(aktoer, nr, &DomainCommand::Forloeb { id, if_version: None, act }).await;
    }

    /// Something is decided about an employment; nobody is asked whether they may.
    ///
    /// # Panics
    /// It is refused.
    pub async fn perform(&self, nr: &str, command: &DomainCommand) {
        self.perform_by(&Aktoer::system("import"), nr, command).await;
    }

    async fn perform_by(&self, aktoer: &Aktoer, nr: &str, command: &DomainCommand) {
        let done = self.app.execute(nr, command, aktoer, None).await;
        done.unwrap_or_else(|error| panic!("{nr}: {command:?} was refused: {error}"));
    }

    /// Somebody's newest forløb.
    ///
    /// # Panics
    /// There is none.
    pub async fn forloeb(&self, nr: &str) -> Arc<Forloeb> {
        self.app.forloeb_for(nr).await.expect("the log can be read").last().expect("there is a forløb").clone()
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    #[tokio::test]
    async fn a_folder_whose_lock_is_let_go_late_is_waited_for() {
        let now = "2026-11-20T07:00:00Z";
        let folder = Workplace::empty(standing_still(now)).await.close().await;
        let held = File::open(folder.path().join("laas")).unwrap();
        held.lock().unwrap();
        let thread = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(200));
            held.unlock().unwrap();
        });
        Workplace::of(folder, standing_still(now)).await.close().await;
        thread.join().unwrap();
    }
}
