//! How a data folder is opened and left: a start reads the checkpoint and what is newer, or builds everything anew.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::{DateTime, NaiveDate};
use eventlog::{Disk, Head, Journal, Options, ReadError, Recorded, Recovery, StreamId, Streams};
use forloeb::{Ansaettelse, Regelbog};
use tokio::sync::watch;

use super::{AabnFejl, Kerne, off_the_runtime};
use crate::clock_guard::ClockGuard;
use crate::health::Changes;
use crate::noegler::{NoegleFejl, Noegler};
use crate::politik;
use crate::stored::{LAES_AD_GANGEN, Unreadable, fold, laes_ind, tid};
use crate::ur::Ur;
use crate::visninger::checkpoint::{self, CheckpointFejl, Fundet};
use crate::visninger::{Laan, Laanesvar, Step, Visninger, byg};

/// Events after which a checkpoint is written: at most so many are read one by one at a start.
const GEM_EFTER: u64 = 100_000;
/// When a checkpoint is written where less happens.
const GEM_SENEST: Duration = Duration::from_secs(300);
/// How long a close waits for the projections to take in the last events.
const SIDSTE_HAENDELSER: Duration = Duration::from_secs(10);

/// How far a start has come.
#[derive(Debug, Default)]
pub struct Fremdrift {
    laest: AtomicU64,
    i_alt: AtomicU64,
}

impl Fremdrift {
    /// Reading begins; so many events are to be read.
    pub fn begynd(&self, i_alt: u64) {
        self.i_alt.store(i_alt, Ordering::Relaxed);
        self.laest.store(0, Ordering::Relaxed);
    }

    /// So many more were read.
    pub fn videre(&self, laest: u64) {
        self.laest.fetch_add(laest, Ordering::Relaxed);
    }

    /// Events read, and events to read; nothing to read yet while the log itself is being opened.
    #[must_use]
    pub fn laest(&self) -> (u64, u64) {
        (self.laest.load(Ordering::Relaxed), self.i_alt.load(Ordering::Relaxed))
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
    PaaNy(Option<CheckpointFejl>),
}

/// A data folder whose log is open, and whose projections are not built yet.
pub struct Aabnet {
    mappe: PathBuf,
    log: Journal,
    disk: Disk,
    /// They are read while the checkpoint is.
    noegler: JoinHandle<Result<Noegler, NoegleFejl>>,
    genopretning: Recovery,
}

impl Aabnet {
    /// Opens the log of a data folder, making it if there is none.
    ///
    /// # Errors
    /// It is in use, damaged beyond reading, or written by a newer version.
    pub fn aabn(mappe: &Path) -> Result<Self, AabnFejl> {
        Self::aabn_med(mappe, Options::default())
    }

    /// The same, with the log kept as these options say. Whoever watches its files sees the keys and the checkpoint too.
    pub fn aabn_med(mappe: &Path, options: Options) -> Result<Self, AabnFejl> {
        // The log takes as long to open as it takes to know the program again.
        std::thread::spawn(checkpoint::kend_programmet);
        let disk = Disk::new(options.watch.clone());
        let aabnet = Journal::open(mappe, options)?;
        let (noegler, ny, til) = (mappe.join("noegler"), er_ny(&aabnet.log, &aabnet.recovery), disk.clone());
        let noegler = std::thread::spawn(move || Noegler::aabn_paa(til, &noegler, ny));
        Ok(Self { mappe: mappe.to_owned(), log: aabnet.log, disk, noegler, genopretning: aabnet.recovery })
    }

    /// The data folder.
    #[must_use]
    pub fn mappe(&self) -> &Path {
        &self.mappe
    }

    /// Makes the projections, and the clock that goes with them.
    ///
    /// # Errors
    /// The log or the keys cannot be read, or a newer version wrote them.
    pub async fn byg(
        self,
        ur: impl Fn(&Visninger) -> Ur,
        bog: Regelbog,
        fremdrift: &Fremdrift,
    ) -> Result<Arc<Kerne>, AabnFejl> {
        let Self { mappe, log, disk, noegler, mut genopretning } = self;
        let uden = bog.clone();
        let bog = Arc::new(match politik::med_fastsatte(&log, bog).await.map_err(AabnFejl::from) {
            Err(fejl) if fejl.er_skade() => {
                tracing::error!(%fejl, "arbejdspladsens politikker kan ikke læses: alt vises efter reglerne uden dem");
                uden
            }
            med => med?,
        });
        let senest = sidste_tid(&log).await?;
        let idag = ur(&Visninger::nye_efter(bog.clone(), senest)).idag();
        let fra_checkpoint = fra_checkpoint(&mappe, &log, &bog, idag, fremdrift).await?;
        let noegler = noegler.join().unwrap_or_else(|panik| std::panic::resume_unwind(panik))?;
        let (mut visninger, start) = match fra_checkpoint {
            Ok(visninger) => visninger,
            Err(hvorfor) => {
                if let Start::PaaNy(Some(fejl)) = &hvorfor {
                    tracing::warn!(%fejl, "checkpointet bruges ikke; visningerne bygges på ny af loggen");
                }
                let (visninger, udeladt) = byg_af(log.readable_streams(fold::cores()), &bog, idag, fremdrift).await?;
                if let Some(fejl) = log.fault() {
                    tracing::error!(%fejl, mindst = udeladt, "det, skaden rammer, kan ikke vises; alt andet kan læses");
                }
                (visninger, hvorfor)
            }
        };
        // Met while it was read, it is as if it had been found when the log was opened: nothing is written.
        genopretning.fault = genopretning.fault.or_else(|| log.fault());
        // Stopped between recording that a person is erased and destroying the key: finish it.
        for person in visninger.slettede_personer() {
            noegler.slet(person)?;
        }
        let gemt = match start {
            Start::Checkpoint { position } => position,
            Start::PaaNy(_) => 0,
        };
        let ur = ur(&visninger);
        let clock = ClockGuard::new(&mappe, senest, &ur);
        visninger.vend(ur.idag());
        Ok(Arc::new(Kerne {
            mappe,
            log,
            disk,
            bog: RwLock::new(bog),
            ur: Arc::new(ur),
            noegler: Arc::new(noegler),
            genopretning,
            start,
            gemt: tokio::sync::Mutex::new(gemt),
            anvendt: watch::Sender::new((visninger.position(), true)),
            visninger: RwLock::new(visninger),
            changes: Changes::default(),
            clock: Arc::new(clock),
        }))
    }
}

impl Kerne {
    /// Nothing was ever written here.
    #[must_use]
    pub fn er_ny(&self) -> bool {
        er_ny(&self.log, &self.genopretning)
    }

    /// Writes checkpoints as the log grows, until `stop` is true or gone.
    pub async fn gem_undervejs(&self, mut stop: watch::Receiver<bool>) {
        let mut anvendt = self.anvendt.subscribe();
        loop {
            let gemt = *self.gemt.lock().await;
            let nok = |a: &(u64, bool)| a.0 >= gemt + GEM_EFTER;
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                naaet = anvendt.wait_for(nok) => if naaet.is_err() { return },
                () = tokio::time::sleep(GEM_SENEST) => {}
            }
            self.gem().await;
        }
    }

    /// Writes a checkpoint, if anything has happened since the last. That it cannot be written is no reason to stop:
    /// the next start takes longer.
    pub async fn gem(&self) {
        let mut gemt = self.gemt.lock().await;
        if self.log.fault().is_some() {
            return; // they may lack what is damaged, and would be believed once that is mended
        }
        if self.vis().position() == *gemt {
            return;
        }
        let oejeblik = self.vis().oejeblik();
        let position = oejeblik.position();
        let (disk, mappe, bog) = (self.disk.clone(), self.mappe.clone(), self.bog());
        match tokio::task::spawn_blocking(move || oejeblik.skriv(&disk, &mappe, &bog)).await {
            Ok(Ok(bytes)) => tracing::info!(position, bytes, "checkpoint af visningerne er skrevet"),
            Ok(Err(fejl)) => tracing::warn!(%fejl, "checkpoint af visningerne kan ikke skrives"),
            Err(_) => tracing::error!("checkpoint af visningerne gik i panik"),
        }
        // Also when it failed: trying again at once would not help.
        *gemt = position;
    }

    /// Closes the log, and leaves a checkpoint of everything in it.
    pub async fn luk(&self) {
        self.log.clone().close().await;
        let mut anvendt = self.anvendt.subscribe();
        let _ = tokio::time::timeout(SIDSTE_HAENDELSER, anvendt.wait_for(|(_, foelges)| !foelges)).await;
        self.gem().await;
        self.clock.close(&self.ur);
    }
}

/// A log whose first segment is damaged or gone ends at 0 too, and is anything but new.
fn er_ny(log: &Journal, genopretning: &Recovery) -> bool {
    log.head().position == 0 && genopretning.fault.is_none()
}

/// Builds the projections from the whole log, on every core, an employment at a time.
pub(super) async fn byg_alt(
    log: &Journal,
    bog: &Arc<Regelbog>,
    idag: NaiveDate,
    fremdrift: &Fremdrift,
) -> Result<Visninger, AabnFejl> {
    Ok(byg_af(log.streams(fold::cores()), bog, idag, fremdrift).await?.0)
}

/// The same from these parts of the log, and how many streams they left out.
async fn byg_af(
    dele: Vec<Streams>,
    bog: &Arc<Regelbog>,
    idag: NaiveDate,
    fremdrift: &Fremdrift,
) -> Result<(Visninger, u64), AabnFejl> {
    let hoved = fold::head(&dele);
    fremdrift.begynd(hoved.position);
    let mut nye = Visninger::nye(bog.clone(), idag);
    let bog = bog.clone();
    let byg = move |streams: &[(StreamId, Vec<Recorded>)]| {
        let stykker = streams.iter().map(|(stream, h)| byg(stream, h, idag, &bog));
        Ok(stykker.collect::<Result<Vec<_>, _>>()?)
    };
    let udeladt = fold::fold(dele, byg, |stykker, antal| {
        stykker.into_iter().for_each(|stykke| nye.tag_ind(stykke));
        fremdrift.videre(antal);
    })
    .await?;
    nye.er_ved(hoved);
    Ok((nye, udeladt))
}

/// From the checkpoint of a data folder, brought up to date; or why not.
async fn fra_checkpoint(
    mappe: &Path,
    log: &Journal,
    bog: &Arc<Regelbog>,
    idag: NaiveDate,
    fremdrift: &Fremdrift,
) -> Result<Result<(Visninger, Start), Start>, AabnFejl> {
    let uden = |fejl| Ok(Err(Start::PaaNy(Some(fejl))));
    let fundet = match Fundet::aabn(mappe, bog) {
        Ok(None) => return Ok(Err(Start::PaaNy(None))),
        Ok(Some(fundet)) => fundet,
        Err(fejl) => return uden(fejl),
    };
    let Head { position, hash } = fundet.hoved();
    let i_loggen = match log.read(position.saturating_sub(1), 1).await {
        Err(ReadError::Damaged(_)) => return uden(CheckpointFejl::LogBeskadiget),
        laest => laest?,
    };
    if position > 0 && i_loggen.first().is_none_or(|r| r.position != position || r.hash != Some(hash)) {
        return uden(CheckpointFejl::AndenLog);
    }
    let laest = {
        let bog = bog.clone();
        tokio::task::spawn_blocking(move || fundet.laes(&bog, idag)).await
    };
    match laest {
        Ok(Ok(mut visninger)) => {
            fremdrift.begynd(log.head().position - position);
            match indhent(log, bog, &mut visninger, fremdrift).await {
                Err(fejl) if fejl.er_skade() => return uden(CheckpointFejl::LogBeskadiget),
                indhentet => indhentet?,
            }
            Ok(Ok((visninger, Start::Checkpoint { position })))
        }
        Ok(Err(fejl)) => uden(fejl),
        Err(_) => uden(CheckpointFejl::Beskadiget("læsningen gik i panik")),
    }
}

/// Takes in what the log has after the position of projections that nobody else sees yet.
pub(super) async fn indhent(
    log: &Journal,
    bog: &Arc<Regelbog>,
    nye: &mut Visninger,
    fremdrift: &Fremdrift,
) -> Result<(), AabnFejl> {
    loop {
        let haendelser = log.read(nye.position(), LAES_AD_GANGEN).await?;
        if haendelser.is_empty() {
            return Ok(());
        }
        let mut laan = Vec::new();
        for nr in nye.concerned_by(&haendelser)? {
            laan.push(match nye.laan(&nr) {
                Laanesvar::Laant(laan) => laan,
                Laanesvar::Mangler(version) => {
                    let mut ansaettelse = Ansaettelse::ny(&nr);
                    laes_ind(log, &mut ansaettelse, version, true).await?;
                    Laan::af_poster(ansaettelse, bog)
                }
            });
        }
        let (idag, bog) = (nye.idag(), nye.bog().clone());
        let antal = haendelser.len() as u64;
        let step = off_the_runtime(move || Step::af(&haendelser, laan, idag, &bog)).await??;
        // Nobody turns the day of these, so they take every step.
        let _ = nye.take_step(step);
        drop(nye.glem());
        fremdrift.videre(antal);
    }
}

/// When the last event of the log was recorded; nothing where it is damaged.
async fn sidste_tid(log: &Journal) -> Result<Option<DateTime<chrono::Utc>>, Unreadable> {
    let hoved = log.head().position;
    let sidste = match log.read(hoved.saturating_sub(1), 1).await {
        Err(ReadError::Damaged(_)) => return Ok(None),
        sidste => sidste?,
    };
    Ok(sidste.first().map(tid).transpose()?)
}
