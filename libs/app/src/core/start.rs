//! How a data folder is opened and left: a start reads the checkpoint and what is newer, or builds everything anew.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::NaiveDate;
use eventlog::{Disk, Head, Journal, Options, ReadError, Recorded, Recovery, StreamId, Streams};
use forloeb::Regelbog;
use tokio::sync::watch;

use super::{App, OpenFolderError, off_the_runtime};
use crate::clock::Clock;
use crate::clock_guard::ClockGuard;
use crate::erasures::Erasures;
use crate::failure::Internal;
use crate::find::Finder;
use crate::health::{Changes, Undelivered};
use crate::keys::{KeyError, Keys, Master};
use crate::opslag::OpslagLog;
use crate::politik;
use crate::projections::checkpoint::{self, CheckpointError, Found};
use crate::projections::{Loan, LoanAnswer, Projections, Step, build};
use crate::room::Room;
use crate::sealed::{self, Personoplysninger};
use crate::stored::{READ_AT_A_TIME, Unreadable, fold, read_in, recorded_time, time};
use crate::token::TokenUse;

/// Events after which a checkpoint is written: at most so many are read one by one at a start.
const STORE_AFTER: u64 = 100_000;
/// When a checkpoint is written where less happens.
const STORE_LATEST: Duration = Duration::from_secs(300);
/// How long a close waits for the projections to take in the last events.
const WAIT_FOR_LAST_EVENTS: Duration = Duration::from_secs(10);

/// How far a start has come.
#[derive(Debug, Default)]
pub struct Progress {
    read: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// Reading begins; so many events are to be read.
    pub fn begin(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
        self.read.store(0, Ordering::Relaxed);
    }

    /// So many more were read.
    pub fn onward(&self, read: u64) {
        self.read.fetch_add(read, Ordering::Relaxed);
    }

    /// Events read, and events to read; nothing to read yet while the log itself is being opened.
    #[must_use]
    pub fn read(&self) -> (u64, u64) {
        (self.read.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
}

/// How the projections were made at a start.
#[derive(Debug)]
pub enum Start {
    /// From a checkpoint, and the events after it.
    Checkpoint {
        /// Position of the checkpoint.
        position: u64,
    },
    /// From the whole log: there was no checkpoint, or it could not be used.
    Rebuilt(Option<CheckpointError>),
}

/// A data folder whose log is open, and whose projections are not built yet.
pub struct Opened {
    folder: PathBuf,
    log: Journal,
    disk: Disk,
    /// They are read while the checkpoint is.
    keys: JoinHandle<Result<Keys, KeyError>>,
    recovery: Recovery,
    erasures: Erasures,
}

/// What a workplace keeps outside its data folder, so that what is in the folder is not all there is.
#[derive(Debug, Clone, Default)]
pub struct Outside {
    /// The key that wraps the keys of persons.
    pub master: Option<Master>,
    /// A copy of the list of erasures.
    pub erasures: Option<PathBuf>,
}

impl Opened {
    /// Opens the log of a data folder, making it if there is none.
    ///
    /// # Errors
    /// It is in use, damaged beyond reading, or written by a newer version.
    pub fn open(folder: &Path) -> Result<Self, OpenFolderError> {
        Self::open_with(folder, Options::default(), &Outside::default())
    }

    /// The same, with the log kept as these options say, and what is outside of the folder. Whoever watches its files sees the
    /// keys and the checkpoint too.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with(folder: &Path, options: Options, outside: &Outside) -> Result<Self, OpenFolderError> {
        // The log takes as long to open as it takes to know the program again.
        std::thread::spawn(checkpoint::know_program);
        let disk = Disk::new(options.watch.clone());
        let opened = Journal::open(folder, options)?;
        let (keys, new, til) = (folder.join("noegler"), is_new(&opened.log, &opened.recovery), disk.clone());
        let master = outside.master.clone();
        let keys = std::thread::spawn(move || Keys::open_on(til, &keys, new, master));
        let erasures = Erasures::new(folder, outside.erasures.as_deref());
        Ok(Self { folder: folder.to_owned(), log: opened.log, disk, keys, recovery: opened.recovery, erasures })
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes the projections, and the clock that goes with them.
    ///
    /// # Errors
    /// The log or the keys cannot be read, or a newer version wrote them.
    pub async fn build(
        self,
        clock: impl Fn(&Projections) -> Clock,
        book: Regelbog,
        progress: &Progress,
    ) -> Result<Arc<App>, OpenFolderError> {
        let Self { folder, log, disk, keys, mut recovery, erasures } = self;
        let without = book.clone();
        let book = Arc::new(match politik::with_fastsatte(&log, book).await.map_err(OpenFolderError::from) {
            Err(error) if error.is_damage() => {
                tracing::error!(%error, "arbejdspladsens politikker kan ikke læses: alt vises efter reglerne uden dem");
                without
            }
            with => with?,
        });
        let newest = newest(&log).await?;
        let latest = newest.as_ref().map(time).transpose().map_err(Unreadable::from)?;
        let recorded = newest.as_ref().map(recorded_time).transpose().map_err(Unreadable::from)?;
        let today = clock(&Projections::new_after(book.clone(), latest)).today();
        let from_checkpoint = from_checkpoint(&folder, &log, &book, today, progress).await?;
        let keys = Arc::new(keys.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        let (mut projections, start) = match from_checkpoint {
            Ok(projections) => projections,
            Err(why) => {
                if let Start::Rebuilt(Some(error)) = &why {
                    tracing::warn!(%error, "checkpointet bruges ikke; visningerne bygges på ny af loggen");
                }
                let (projections, omitted) =
                    build_of(log.readable_streams(fold::cores()), &book, today, progress).await?;
                if let Some(error) = log.fault() {
                    tracing::error!(%error, at_least = omitted, "det, skaden rammer, kan ikke vises; alt andet kan læses");
                }
                (projections, why)
            }
        };
        // Met while it was read, it is as if it had been found when the log was opened: nothing is written.
        recovery.fault = recovery.fault.or_else(|| log.fault());
        // Stopped between recording that a person is erased and destroying the key: finish it. And nobody comes back with a
        // backup that is older than their erasure.
        let erased_ones = projections.erased_personer();
        if erasures.begin(&folder, !erased_ones.is_empty())? && !is_new(&log, &recovery) {
            tracing::warn!(
                "listen over sletninger uden for mappen er lagt nu og er tom: er mappen en ældre kopi, er de, der er slettet \
                 siden, ikke slettet i den"
            );
        }
        let listed = erasures.read().map_err(|error| Internal::new("listen over sletninger kan ikke læses", error))?;
        for person in erased_ones.into_iter().chain(listed.into_keys()) {
            keys.erase(person)?;
        }
        // Of a damaged log some persons are missing, whose numbers would be forgotten.
        if keys.has_first_form() && recovery.fault.is_none() {
            upgrade(&keys, &projections).await?;
        }
        let stored = match start {
            Start::Checkpoint { position } => position,
            Start::Rebuilt(_) => 0,
        };
        let clock = clock(&projections);
        // A clock that was set back before this start is behind what the record kept, though not behind what it showed itself.
        let clock_guard = ClockGuard::new(&folder, recorded, &clock);
        // Rows of a checkpoint are as its own day saw them, though all else of it is of today.
        projections.turn_rows();
        projections.turn_to(clock.today());
        Ok(Arc::new(App {
            token_use: TokenUse::open(&folder),
            opslag: OpslagLog::new(&folder),
            finder: Finder::default(),
            what_if: Room::default(),
            folder,
            log,
            disk,
            book: RwLock::new(book),
            clock: Arc::new(clock),
            keys,
            erasures,
            recovery,
            start,
            stored: tokio::sync::Mutex::new(stored),
            applied: watch::Sender::new((projections.position(), true)),
            projections: RwLock::new(projections),
            turning: Mutex::default(),
            changes: Changes::default(),
            clock_guard: Arc::new(clock_guard),
            undelivered: Undelivered::default(),
            untold: Undelivered::default(),
            hr_enheder: OnceLock::new(),
        }))
    }
}

impl App {
    /// Nothing was ever written here.
    #[must_use]
    pub fn is_new(&self) -> bool {
        is_new(&self.log, &self.recovery)
    }

    /// Writes checkpoints as the log grows, until `stop` is true or gone.
    pub async fn store_under_way(&self, mut stop: watch::Receiver<bool>) {
        let mut applied = self.applied.subscribe();
        loop {
            let stored = *self.stored.lock().await;
            let enough = |a: &(u64, bool)| a.0 >= stored + STORE_AFTER;
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                reached = applied.wait_for(enough) => if reached.is_err() { return },
                () = tokio::time::sleep(STORE_LATEST) => {}
            }
            self.store().await;
        }
    }

    /// Writes a checkpoint, if anything has happened since the last. That it cannot be written is no reason to stop:
    /// the next start takes longer.
    pub async fn store(&self) {
        let mut stored = self.stored.lock().await;
        if self.log.fault().is_some() {
            return; // they may lack what is damaged, and would be believed once that is mended
        }
        if self.as_they_are().position() == *stored {
            return;
        }
        let moment = self.as_they_are().moment();
        let position = moment.position();
        let (disk, folder, book) = (self.disk.clone(), self.folder.clone(), self.book());
        match tokio::task::spawn_blocking(move || moment.write(&disk, &folder, &book)).await {
            Ok(Ok(bytes)) => tracing::info!(position, bytes, "checkpoint af visningerne er skrevet"),
            Ok(Err(error)) => tracing::warn!(%error, "checkpoint af visningerne kan ikke skrives"),
            Err(_) => tracing::error!("checkpoint af visningerne gik i panik"),
        }
        // Also when it failed: trying again at once would not help.
        *stored = position;
    }

    /// Closes the log, and leaves a checkpoint of everything in it.
    pub async fn close(&self) {
        self.opslag.close().await;
        self.log.clone().close().await;
        let mut applied = self.applied.subscribe();
        let _ = tokio::time::timeout(WAIT_FOR_LAST_EVENTS, applied.wait_for(|(_, followed)| !followed)).await;
        self.store().await;
        self.clock_guard.close(&self.clock);
    }
}

/// Writes a key file of the first form anew: whose CPR number is whose stands in the sealed master data of everybody who was
/// not erased.
async fn upgrade(keys: &Arc<Keys>, projections: &Projections) -> Result<(), OpenFolderError> {
    let living = projections.numbers().filter(|nr| !projections.is_erased(nr));
    let sealed: Vec<_> =
        living.filter_map(|nr| projections.confidential(nr)).map(|(person, sealed)| (person, sealed.clone())).collect();
    let keys = keys.clone();
    let upgrade = move || {
        let whose = sealed.iter().filter_map(|(person, sealed)| {
            let details: Personoplysninger = sealed::open(&keys, [*person], sealed).ok()?;
            Some((*person, details.cpr))
        });
        keys.upgrade(whose)
    };
    off_the_runtime(upgrade).await??;
    tracing::info!("nøglefilen er skrevet om: det, der kunne regne fra et CPR-nummer til en slettet, er væk fra den");
    Ok(())
}

/// A log whose first segment is damaged or gone ends at 0 too, and is anything but new.
fn is_new(log: &Journal, recovery: &Recovery) -> bool {
    log.head().position == 0 && recovery.fault.is_none()
}

/// Builds the projections from the whole log, on every core, an employment at a time.
pub(super) async fn build_all(
    log: &Journal,
    book: &Arc<Regelbog>,
    today: NaiveDate,
    progress: &Progress,
) -> Result<Projections, OpenFolderError> {
    Ok(build_of(log.streams(fold::cores()), book, today, progress).await?.0)
}

/// The same from these parts of the log, and how many streams they left out.
async fn build_of(
    parts: Vec<Streams>,
    book: &Arc<Regelbog>,
    today: NaiveDate,
    progress: &Progress,
) -> Result<(Projections, u64), OpenFolderError> {
    let log_head = fold::head(&parts);
    progress.begin(log_head.position);
    let mut rebuilt = Projections::empty(book.clone(), today);
    let book = book.clone();
    let build = move |streams: &[(StreamId, Vec<Recorded>)]| {
        let pieces = streams.iter().map(|(stream, h)| build(stream, h, today, &book));
        Ok(pieces.collect::<Result<Vec<_>, _>>()?)
    };
    let omitted = fold::fold(parts, build, |pieces, count| {
        pieces.into_iter().for_each(|piece| rebuilt.take_in(piece));
        progress.onward(count);
    })
    .await?;
    rebuilt.set_position(log_head);
    Ok((rebuilt, omitted))
}

/// From the checkpoint of a data folder, brought up to date; or why not.
async fn from_checkpoint(
    folder: &Path,
    log: &Journal,
    book: &Arc<Regelbog>,
    today: NaiveDate,
    progress: &Progress,
) -> Result<Result<(Projections, Start), Start>, OpenFolderError> {
    let without = |error| Ok(Err(Start::Rebuilt(Some(error))));
    let found = match Found::open(folder, book) {
        Ok(None) => return Ok(Err(Start::Rebuilt(None))),
        Ok(Some(found)) => found,
        Err(error) => {
            if matches!(error, CheckpointError::Foreign)
                && let Err(error) = checkpoint::keep(folder)
            {
                tracing::warn!(%error, "det forrige checkpoint kan ikke gemmes: rebuild --compare kan ikke vise, hvad der blev anderledes");
            }
            return without(error);
        }
    };
    let Head { position, hash } = found.log_head();
    let in_the_log = match log.read(position.saturating_sub(1), 1).await {
        Err(ReadError::Damaged(_)) => return without(CheckpointError::LogDamaged),
        read => read?,
    };
    if position > 0 && in_the_log.first().is_none_or(|r| r.position != position || r.hash != Some(hash)) {
        return without(CheckpointError::OtherLog);
    }
    let read = {
        let book = book.clone();
        tokio::task::spawn_blocking(move || found.read(&book, today)).await
    };
    match read {
        Ok(Ok(mut projections)) => {
            progress.begin(log.head().position - position);
            match collect(log, &mut projections, progress).await {
                Err(error) if error.is_damage() => return without(CheckpointError::LogDamaged),
                collected => collected?,
            }
            Ok(Ok((projections, Start::Checkpoint { position })))
        }
        Ok(Err(error)) => without(error),
        Err(_) => without(CheckpointError::Damaged("læsningen gik i panik")),
    }
}

/// Takes in what the log has after the position of projections that nobody else sees yet.
pub(super) async fn collect(
    log: &Journal,
    rebuilt: &mut Projections,
    progress: &Progress,
) -> Result<(), OpenFolderError> {
    loop {
        let haendelser = log.read(rebuilt.position(), READ_AT_A_TIME).await?;
        if haendelser.is_empty() {
            return Ok(());
        }
        let mut loan = Vec::new();
        for nr in rebuilt.concerned_by(&haendelser)? {
            loan.push(match rebuilt.loan(&nr) {
                LoanAnswer::Lent(loan) => loan,
                LoanAnswer::NotInMemory(version) => {
                    let book = rebuilt.book().clone();
                    let lent = move |ansaettelse| Loan::of_records(ansaettelse, &book);
                    read_in(log, &nr, version, true, lent).await?
                }
            });
        }
        let (today, book) = (rebuilt.today(), rebuilt.book().clone());
        let count = haendelser.len() as u64;
        let step = off_the_runtime(move || Step::af(&haendelser, &loan, today, &book)).await??;
        // Nobody turns the day of these, so they take every step.
        let _ = rebuilt.take_step(step);
        drop(rebuilt.forget());
        progress.onward(count);
    }
}

/// The last event of the log; nothing where it is damaged.
async fn newest(log: &Journal) -> Result<Option<Recorded>, Unreadable> {
    let log_head = log.head().position;
    match log.read(log_head.saturating_sub(1), 1).await {
        Err(ReadError::Damaged(_)) => Ok(None),
        newest => Ok(newest?.pop()),
    }
}
