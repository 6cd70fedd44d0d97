//! The core: an open data folder, and the one way in which anything is written.
//!
//! ```text
//! command ─▶ borrow the employment ─▶ decide ─▶ append, durable ─▶ projector takes it in ─▶ answer
//! ```
//!
//! An answer is given when the events are on disk **and** the projections have them: every later read sees them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use chrono::{DateTime, NaiveDate};
use eventlog::{
    Append, AppendError, Appended, Hash, Head, Idempotency, Journal, NewEvent, OpenError, Options, ReadError, Recorded,
    Recovery, StreamId, Streams,
};
use forloeb::afvisning::Afvisning;
use forloeb::kommando::Kommando;
use forloeb::{Aktoer, Ansaettelse, Forloeb, Nu, Regelbog, beslut};
use thiserror::Error;
use tokio::sync::{mpsc, watch};
use uuid::Uuid;

use crate::noegler::{NoegleFejl, Noegler};
use crate::ur::Ur;
use crate::visninger::checkpoint::{CheckpointFejl, Fundet};
use crate::visninger::{
    ADGANG, ANSAETTELSE, Bagud, IkkeLaant, Laan, Laanesvar, Meta, Sammenligning, Stykke, TokenUdstedt, Visninger,
    VisningsFejl, byg, kun_det_der_afgoer, laes_post,
};

/// Events read at once.
const LAES_AD_GANGEN: usize = 4096;
/// How often a command is decided again when somebody else wrote to the same employment meanwhile.
const FORSOEG: usize = 1000;
/// Events after which a checkpoint is written: at most so many are read one by one at a start.
const GEM_EFTER: u64 = 100_000;
/// When a checkpoint is written where less happens.
const GEM_SENEST: Duration = Duration::from_secs(300);
/// How long a close waits for the projections to take in the last events.
const SIDSTE_HAENDELSER: Duration = Duration::from_secs(10);
/// Built streams that wait to be taken in.
const BYGGET_FORUD: usize = 16;

/// An open data folder.
pub struct Kerne {
    /// The folder.
    pub mappe: PathBuf,
    /// The log.
    pub log: Journal,
    /// The rules.
    pub bog: Arc<Regelbog>,
    /// The clock.
    pub ur: Ur,
    /// The keys.
    pub noegler: Noegler,
    /// What opening the log found.
    pub genopretning: Recovery,
    /// How the projections were made when it was opened.
    pub start: Start,
    /// Position of the newest checkpoint. Held while one is written.
    gemt: tokio::sync::Mutex<u64>,
    visninger: RwLock<Visninger>,
    /// Position that can be read, and whether anybody still reads on.
    anvendt: watch::Sender<(u64, bool)>,
}

/// A data folder that cannot be opened.
#[derive(Debug, Error)]
pub enum AabnFejl {
    /// The log.
    #[error(transparent)]
    Log(#[from] OpenError),
    /// Reading the log.
    #[error("loggen: {0}")]
    Laes(#[from] ReadError),
    /// The keys.
    #[error(transparent)]
    Noegler(#[from] NoegleFejl),
    /// An event that this version does not understand.
    #[error(transparent)]
    Visning(#[from] VisningsFejl),
    /// Events were asked for that were not borrowed: a mistake in the program.
    #[error(transparent)]
    IkkeLaant(#[from] IkkeLaant),
}

/// How far a start has come.
#[derive(Debug, Default)]
pub struct Fremdrift {
    laest: AtomicU64,
    i_alt: AtomicU64,
}

impl Fremdrift {
    pub(crate) fn begynd(&self, i_alt: u64) {
        self.i_alt.store(i_alt, Ordering::Relaxed);
        self.laest.store(0, Ordering::Relaxed);
    }

    pub(crate) fn videre(&self, laest: u64) {
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
    noegler: Noegler,
    genopretning: Recovery,
}

/// Why a command was not carried out.
#[derive(Debug, Error)]
pub enum KommandoFejl {
    /// The domain refused it.
    #[error("afvist")]
    Afvist(Afvisning),
    /// The idempotency key was used for something else.
    #[error("nøglen er brugt til en anden kommando")]
    NoegleGenbrugt,
    /// Too many others wrote to the same employment.
    #[error("for mange samtidige ændringer")]
    Travlt,
    /// The log takes no events.
    #[error("loggen kan ikke skrives: {0}")]
    Log(AppendError),
    /// Reading failed.
    #[error("loggen kan ikke læses: {0}")]
    Laes(#[from] ReadError),
    /// Something could not be sealed.
    #[error(transparent)]
    Noegler(#[from] NoegleFejl),
    /// What is known of the employment cannot be read.
    #[error("ansættelsen kan ikke læses: {0}")]
    Ansaettelse(Box<AabnFejl>),
}

impl From<AabnFejl> for KommandoFejl {
    fn from(fejl: AabnFejl) -> Self {
        match fejl {
            AabnFejl::Laes(fejl) => Self::Laes(fejl),
            fejl => Self::Ansaettelse(Box::new(fejl)),
        }
    }
}

/// What a command led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Udfoert {
    /// Version of the employment's stream after the command: a repeated command tells the version of the first time.
    pub version: u64,
    /// Nothing had to be written.
    pub uaendret: bool,
    /// The command had been carried out before under the same idempotency key.
    pub gentaget: bool,
}

impl Aabnet {
    /// Opens the log of a data folder, making it if there is none.
    ///
    /// # Errors
    /// It is in use, damaged beyond reading, or written by a newer version.
    pub fn aabn(mappe: &Path) -> Result<Self, AabnFejl> {
        let aabnet = Journal::open(mappe, Options::default())?;
        let noegler = Noegler::aabn(&mappe.join("noegler"), aabnet.log.head().position == 0)?;
        Ok(Self { mappe: mappe.to_owned(), log: aabnet.log, noegler, genopretning: aabnet.recovery })
    }

    /// The data folder.
    #[must_use]
    pub fn mappe(&self) -> &Path {
        &self.mappe
    }

    /// Makes the projections, and the clock that goes with them.
    ///
    /// # Errors
    /// The log cannot be read, or was written by a newer version.
    pub async fn byg(
        self,
        ur: impl Fn(&Visninger) -> Ur,
        bog: Regelbog,
        fremdrift: &Fremdrift,
    ) -> Result<Arc<Kerne>, AabnFejl> {
        let Self { mappe, log, noegler, genopretning } = self;
        let bog = Arc::new(bog);
        let idag = ur(&Visninger::nye_efter(bog.clone(), sidste_tid(&log).await?)).idag();
        let (mut visninger, start) = match fra_checkpoint(&mappe, &log, &bog, idag, fremdrift).await? {
            Ok(visninger) => visninger,
            Err(hvorfor) => {
                if let Start::PaaNy(Some(fejl)) = &hvorfor {
                    tracing::warn!(%fejl, "checkpointet bruges ikke; visningerne bygges på ny af loggen");
                }
                (byg_alt(&log, &bog, idag, fremdrift).await?, hvorfor)
            }
        };
        // Stopped between recording that a person is erased and destroying the key: finish it.
        for person in visninger.slettede_personer() {
            noegler.slet(person)?;
        }
        let gemt = match start {
            Start::Checkpoint { position } => position,
            Start::PaaNy(_) => 0,
        };
        let ur = ur(&visninger);
        visninger.vend(ur.idag());
        Ok(Arc::new(Kerne {
            mappe,
            log,
            bog,
            ur,
            noegler,
            genopretning,
            start,
            gemt: tokio::sync::Mutex::new(gemt),
            anvendt: watch::Sender::new((visninger.position(), true)),
            visninger: RwLock::new(visninger),
        }))
    }
}

impl Kerne {
    /// Opens a data folder, making it if there is none, and the projections of its log.
    ///
    /// # Errors
    /// See [`Aabnet::aabn`] and [`Aabnet::byg`].
    pub async fn aabn(mappe: &Path, ur: impl Fn(&Visninger) -> Ur, bog: Regelbog) -> Result<Arc<Self>, AabnFejl> {
        Aabnet::aabn(mappe)?.byg(ur, bog, &Fremdrift::default()).await
    }

    /// The projections, for reading. Not to be held across an await, nor asked for while they are held.
    pub fn vis(&self) -> RwLockReadGuard<'_, Visninger> {
        let idag = self.ur.idag();
        {
            let vis = self.visninger.read().unwrap_or_else(PoisonError::into_inner);
            if vis.idag() >= idag {
                return vis;
            }
        }
        self.ret().vend(idag);
        self.visninger.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the projections behind the log's back.
    #[cfg(test)]
    pub(crate) fn plant(&self, hvad: impl FnOnce(&mut Visninger)) {
        hvad(&mut self.ret());
    }

    fn ret(&self) -> RwLockWriteGuard<'_, Visninger> {
        self.visninger.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Borrows an employment: its events and its forløb are in memory while the loan lives.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn laan(&self, nr: &str) -> Result<Laan, AabnFejl> {
        loop {
            let version = match self.vis().laan(nr) {
                Laanesvar::Laant(laan) => return Ok(laan),
                Laanesvar::Mangler(version) => version,
            };
            let mut ansaettelse = Ansaettelse::ny(nr);
            laes_ind(&self.log, &mut ansaettelse, version, true).await?;
            let forloeb = ansaettelse.forloeb(&self.bog).into_iter().map(Arc::new).collect();
            // Moved on while it was read: then whoever moved it has it in memory.
            if let Some(laan) = self.ret().indsaet(ansaettelse, forloeb) {
                return Ok(laan);
            }
        }
    }

    /// Borrows the employment of a forløb; nothing where there is no such forløb.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn laan_forloeb(&self, id: Uuid) -> Result<Laan, AabnFejl> {
        let nr = self.vis().hvis(id).map(str::to_owned);
        self.laan(nr.as_deref().unwrap_or_default()).await
    }

    /// Borrows several employments.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn laan_mange(&self, numre: &[String]) -> Result<Vec<Laan>, AabnFejl> {
        let mut laan = Vec::with_capacity(numre.len());
        for nr in numre {
            laan.push(self.laan(nr).await?);
        }
        Ok(laan)
    }

    /// A forløb, also by an id that was joined into another, read from the log where it is not in memory.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn forloeb(&self, id: Uuid) -> Result<Option<Arc<Forloeb>>, AabnFejl> {
        if let Ok(fundet) = self.vis().find(id) {
            return Ok(fundet);
        }
        let _laan = self.laan_forloeb(id).await?;
        Ok(self.vis().find(id)?)
    }

    /// The forløb of an employee, read from the log where they are not in memory.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn forloeb_for(&self, nr: &str) -> Result<Vec<Arc<Forloeb>>, AabnFejl> {
        let _laan = self.laan(nr).await?;
        Ok(self.vis().forloeb_for(nr)?)
    }

    /// Follows the log and keeps the projections up to date, until the log is closed. One at a time.
    ///
    /// # Errors
    /// The log cannot be read any more, or holds something unreadable: the process must stop.
    pub async fn foelg_loggen(&self) -> Result<(), AabnFejl> {
        let fra = self.vis().position();
        let mut foelger = self.log.follow(fra);
        let _slut = Foelgeslut(&self.anvendt);
        loop {
            let haendelser = match foelger.next().await {
                Ok(haendelser) => haendelser,
                Err(ReadError::Closed) => return Ok(()),
                Err(fejl) => return Err(fejl.into()),
            };
            let _laan = self.laan_til(&haendelser).await?;
            let position = {
                let mut visninger = self.ret();
                visninger.anvend(&haendelser)?;
                visninger.beregn();
                visninger.glem();
                visninger.position()
            };
            self.anvendt.send_modify(|a| a.0 = position);
        }
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
        if self.vis().position() == *gemt {
            return;
        }
        let oejeblik = self.vis().oejeblik();
        let position = oejeblik.position();
        let (mappe, bog) = (self.mappe.clone(), self.bog.clone());
        match tokio::task::spawn_blocking(move || oejeblik.skriv(&mappe, &bog)).await {
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
    }

    /// Borrows the employments that events are about.
    async fn laan_til(&self, haendelser: &[Recorded]) -> Result<Vec<Laan>, AabnFejl> {
        self.laan_mange(&numre_i(haendelser)).await
    }

    /// Computes the next due day of employments anew: time alone can make one pointless.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn genopfrisk(&self, numre: &[String]) -> Result<(), AabnFejl> {
        if numre.is_empty() {
            return Ok(());
        }
        let _laan = self.laan_mange(numre).await?;
        Ok(self.ret().genopfrisk(numre)?)
    }

    /// Decides and writes a command to one employment; returns when it is durable and can be read.
    ///
    /// # Errors
    /// See [`KommandoFejl`]. Nothing was written, except that after [`AppendError::Poisoned`] it is not known.
    pub async fn udfoer(
        &self,
        nr: &str,
        kommando: &Kommando,
        aktoer: &Aktoer,
        idempotens: Option<Idempotency>,
    ) -> Result<Udfoert, KommandoFejl> {
        if let Some(gentaget) = self.gentaget(idempotens).await? {
            return Ok(gentaget);
        }
        for _ in 0..FORSOEG {
            let _laan = self.laan(nr).await?;
            let nu = self.ur.nu_og_dag();
            let (beslutning, version) = {
                // Given back before anything is written: the projector would copy what somebody else holds.
                let ansaettelse = self.vis().ansaettelse(nr).map_err(AabnFejl::from)?.cloned();
                let ansaettelse = ansaettelse.unwrap_or_else(|| Arc::new(Ansaettelse::ny(nr)));
                (beslut(&ansaettelse, kommando, nu, &self.bog), ansaettelse.version())
            };
            if beslutning.as_ref().map_or(true, Vec::is_empty)
                && let Some(gentaget) = self.gentaget(idempotens).await?
            {
                return Ok(gentaget); // the first of two at once was carried out meanwhile, and that is why
            }
            let haendelser = beslutning.map_err(KommandoFejl::Afvist)?;
            if haendelser.is_empty() {
                return Ok(Udfoert { version, uaendret: true, gentaget: false });
            }
            let mut events = Vec::with_capacity(haendelser.len());
            for h in &haendelser {
                let body = h.til_json().map_err(|_| KommandoFejl::Noegler(NoegleFejl::Aendret))?;
                events.push(NewEvent { kind: h.navn().to_owned(), form: h.form(), body });
            }
            let append = self.append(&format!("{ANSAETTELSE}{nr}"), version, nu, aktoer, events, idempotens)?;
            match self.log.append(append).await {
                Ok(Appended { last, version, repeated, .. }) => {
                    self.vent_paa(last).await?;
                    return Ok(Udfoert { version, uaendret: false, gentaget: repeated });
                }
                // Somebody else was first: wait until their events can be read, and decide again.
                Err(AppendError::WrongVersion { actual, .. }) => self.vent_paa_version(nr, actual).await?,
                Err(AppendError::KeyReused) => return Err(KommandoFejl::NoegleGenbrugt),
                Err(fejl) => return Err(KommandoFejl::Log(fejl)),
            }
        }
        Err(KommandoFejl::Travlt)
    }

    /// A command with this idempotency key was carried out.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn er_udfoert(&self, idempotens: Option<Idempotency>) -> Result<bool, ReadError> {
        match idempotens {
            Some(idempotens) => Ok(self.log.find_key(idempotens.key).await?.is_some()),
            None => Ok(false),
        }
    }

    async fn gentaget(&self, idempotens: Option<Idempotency>) -> Result<Option<Udfoert>, KommandoFejl> {
        let Some(idempotens) = idempotens else { return Ok(None) };
        match self.log.find_key(idempotens.key).await? {
            None => Ok(None),
            Some((_, aftryk)) if aftryk != idempotens.fingerprint => Err(KommandoFejl::NoegleGenbrugt),
            Some((foerste, _)) => {
                self.vent_paa(foerste.last).await?;
                Ok(Some(Udfoert { version: foerste.version, uaendret: false, gentaget: true }))
            }
        }
    }

    fn append(
        &self,
        stream: &str,
        expected: u64,
        nu: Nu,
        aktoer: &Aktoer,
        events: Vec<NewEvent>,
        idempotency: Option<Idempotency>,
    ) -> Result<Append, KommandoFejl> {
        let ugyldig = || KommandoFejl::Afvist(Afvisning::UkendtForloeb);
        Ok(Append {
            stream: StreamId::new(stream).map_err(|_| ugyldig())?,
            expected,
            time: nu.tid.timestamp_micros(),
            meta: serde_json::to_vec(&Meta { aktoer: aktoer.clone() }).map_err(|_| ugyldig())?,
            events,
            idempotency,
        })
    }

    /// Records a token, by its hash.
    ///
    /// # Errors
    /// The log takes no events.
    pub async fn registrer_token(&self, token: &TokenUdstedt, aktoer: &Aktoer) -> Result<(), KommandoFejl> {
        let stream = StreamId::new(ADGANG).map_err(|_| KommandoFejl::Travlt)?;
        let body = serde_json::to_vec(token).map_err(|_| KommandoFejl::Travlt)?;
        for _ in 0..FORSOEG {
            let version = self.log.stream_version(&stream).await?;
            let event = NewEvent { kind: "TokenUdstedt".to_owned(), form: 1, body: body.clone() };
            let append = self.append(ADGANG, version, self.ur.nu_og_dag(), aktoer, vec![event], None)?;
            match self.log.append(append).await {
                Ok(skrevet) => return Ok(self.vent_paa(skrevet.last).await?),
                Err(AppendError::WrongVersion { .. }) => {}
                Err(fejl) => return Err(KommandoFejl::Log(fejl)),
            }
        }
        Err(KommandoFejl::Travlt)
    }

    /// Waits until the projections hold a position.
    async fn vent_paa(&self, position: u64) -> Result<(), ReadError> {
        let mut anvendt = self.anvendt.subscribe();
        let naaet = anvendt.wait_for(|(p, foelges)| *p >= position || !foelges).await.map_err(|_| ReadError::Closed)?;
        if naaet.0 >= position { Ok(()) } else { Err(ReadError::Closed) }
    }

    async fn vent_paa_version(&self, nr: &str, version: u64) -> Result<(), ReadError> {
        let mut anvendt = self.anvendt.subscribe();
        while self.vis().version(nr) < version {
            if !anvendt.borrow_and_update().1 {
                return Err(ReadError::Closed);
            }
            anvendt.changed().await.map_err(|_| ReadError::Closed)?;
        }
        Ok(())
    }

    /// Erases the persons the log says are erased: their keys are gone when this returns.
    ///
    /// # Errors
    /// The key file cannot be written.
    pub fn slet_noegler(&self) -> Result<(), NoegleFejl> {
        let slettede = self.vis().slettede_personer();
        slettede.into_iter().try_for_each(|person| self.noegler.slet(person).map(drop))
    }

    /// Every employment of the log, one after another by employee number, with all its events.
    #[must_use]
    pub fn gennemgaa(&self) -> Gennemgang {
        Gennemgang { dele: self.log.streams(1), klar: Vec::new().into_iter() }
    }

    /// An employment with everything that was ever recorded about it, read from the log.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn hele(&self, nr: &str) -> Result<Ansaettelse, AabnFejl> {
        let mut ansaettelse = Ansaettelse::ny(nr);
        laes_ind(&self.log, &mut ansaettelse, u64::MAX, false).await?;
        Ok(ansaettelse)
    }

    /// Compares the live projections with what the log says, an employment at a time: every difference, by its key, and
    /// the position it was compared at.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn sammenlign(&self) -> Result<(u64, BTreeSet<String>), AabnFejl> {
        let mut sammenligning = Sammenligning::default();
        let tokens = self.vis().tokens();
        let dele = self.log.streams(1);
        let hoved = dele.first().map_or(0, |del| del.head().position);
        self.vent_paa(hoved).await?;
        let mut om_igen = Vec::new();
        for mut del in dele {
            while let Some(streams) = del.next().await? {
                for (stream, haendelser) in streams {
                    let idag = self.vis().idag();
                    let stykke = byg(&stream, &haendelser, idag, &self.bog)?;
                    if sammenligning.tag(&self.vis(), &stykke, idag) == Err(Bagud) {
                        om_igen.push(stream);
                    }
                }
            }
        }
        let resten = sammenligning.resten(&self.vis());
        for nr in resten {
            let Ok(stream) = StreamId::new(format!("{ANSAETTELSE}{nr}")) else { continue };
            match om_igen.contains(&stream) {
                true => {}
                false if self.log.stream_version(&stream).await? == 0 => sammenligning.for_meget(&nr),
                false => om_igen.push(stream),
            }
        }
        // Those that moved on while the others were compared.
        for stream in om_igen {
            loop {
                let nr = stream.as_str().strip_prefix(ANSAETTELSE).unwrap_or_default();
                let (til, idag) = {
                    let vis = self.vis();
                    (vis.version(nr), vis.idag())
                };
                let haendelser = laes_stream(&self.log, &stream, til).await?;
                let stykke = byg(&stream, &haendelser, idag, &self.bog)?;
                if sammenligning.tag(&self.vis(), &stykke, idag).is_ok() {
                    break;
                }
            }
        }
        let adgang = StreamId::new(ADGANG).map_err(|_| ReadError::Closed)?;
        let haendelser = laes_stream(&self.log, &adgang, u64::MAX).await?;
        if let Stykke::Adgang(kendte, _) = byg(&adgang, &haendelser, NaiveDate::MIN, &self.bog)? {
            for hash in tokens.iter().filter(|hash| !kendte.iter().any(|t| t.hash == **hash)) {
                sammenligning.forskelle.insert(format!("token {hash}: er for meget"));
            }
        }
        sammenligning.slut(&self.vis(), hoved);
        Ok((hoved, sammenligning.forskelle))
    }

    /// Puts projections that were built anew in the place of the live ones.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn genopbyg(&self, fremdrift: &Fremdrift) -> Result<u64, AabnFejl> {
        let idag = self.vis().idag();
        let mut nye = byg_alt(&self.log, &self.bog, idag, fremdrift).await?;
        loop {
            self.vent_paa(nye.position()).await?;
            {
                let mut live = self.ret();
                if live.position() == nye.position() {
                    nye.vend(live.idag());
                    // What is borrowed stays borrowed.
                    nye.overtag_laan(&mut live);
                    *live = nye;
                    return Ok(live.position());
                }
            }
            indhent(&self.log, &self.bog, &mut nye, fremdrift).await?;
        }
    }
}

/// A whole stream, up to a version.
async fn laes_stream(log: &Journal, stream: &StreamId, til: u64) -> Result<Vec<Recorded>, ReadError> {
    let mut alle: Vec<Recorded> = Vec::new();
    loop {
        let fra = alle.last().map_or(0, |r| r.version);
        let mangler = usize::try_from(til.saturating_sub(fra)).unwrap_or(usize::MAX);
        let haendelser = log.read_stream(stream, fra, mangler.min(LAES_AD_GANGEN)).await?;
        if haendelser.is_empty() {
            return Ok(alle);
        }
        alle.extend(haendelser);
    }
}

/// Reads an employment on, up to a version; of reminders that were withheld nothing where `kort` is set.
async fn laes_ind(log: &Journal, ansaettelse: &mut Ansaettelse, til: u64, kort: bool) -> Result<(), AabnFejl> {
    let Ok(stream) = StreamId::new(format!("{ANSAETTELSE}{}", ansaettelse.nr())) else { return Ok(()) };
    while ansaettelse.version() < til {
        let mangler = usize::try_from(til - ansaettelse.version()).unwrap_or(usize::MAX);
        let antal = mangler.min(LAES_AD_GANGEN);
        let haendelser = log.read_stream(&stream, ansaettelse.version(), antal).await?;
        if haendelser.is_empty() {
            return Ok(());
        }
        for r in &haendelser {
            let mut post = laes_post(r, DateTime::from_timestamp_micros(r.time).unwrap_or_default())?;
            if kort {
                kun_det_der_afgoer(&mut post.haendelse);
            }
            ansaettelse.anvend(post);
        }
    }
    Ok(())
}

/// Builds the projections from the whole log, on every core, an employment at a time.
async fn byg_alt(
    log: &Journal,
    bog: &Arc<Regelbog>,
    idag: NaiveDate,
    fremdrift: &Fremdrift,
) -> Result<Visninger, AabnFejl> {
    let kerner = std::thread::available_parallelism().map_or(1, usize::from);
    let (send, mut modtag) = mpsc::channel::<Result<(Vec<Stykke>, u64), AabnFejl>>(BYGGET_FORUD);
    let dele = log.streams(kerner);
    let hoved = dele.first().map_or(Head::EMPTY, Streams::head);
    fremdrift.begynd(hoved.position);
    let mut arbejdere = tokio::task::JoinSet::new();
    for mut del in dele {
        let (send, bog) = (send.clone(), bog.clone());
        arbejdere.spawn(async move {
            loop {
                let bygget = match del.next().await {
                    Ok(None) => return,
                    Err(fejl) => Err(fejl.into()),
                    Ok(Some(streams)) => {
                        let antal = streams.iter().map(|(_, haendelser)| haendelser.len() as u64).sum();
                        let stykker = streams.iter().map(|(stream, h)| byg(stream, h, idag, &bog));
                        stykker.collect::<Result<Vec<_>, _>>().map(|s| (s, antal)).map_err(AabnFejl::from)
                    }
                };
                let slut = bygget.is_err();
                if send.send(bygget).await.is_err() || slut {
                    return;
                }
            }
        });
    }
    drop(send);
    let mut nye = Visninger::nye(bog.clone(), idag);
    while let Some(bygget) = modtag.recv().await {
        let (stykker, antal) = bygget?;
        stykker.into_iter().for_each(|stykke| nye.tag_ind(stykke));
        fremdrift.videre(antal);
    }
    nye.er_ved(hoved);
    Ok(nye)
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
    let i_loggen = log.read(position.saturating_sub(1), 1).await?;
    if position > 0 && i_loggen.first().is_none_or(|r| r.position != position || r.hash != hash) {
        return uden(CheckpointFejl::AndenLog);
    }
    let laest = {
        let bog = bog.clone();
        tokio::task::spawn_blocking(move || fundet.laes(&bog, idag)).await
    };
    match laest {
        Ok(Ok(mut visninger)) => {
            fremdrift.begynd(log.head().position - position);
            indhent(log, bog, &mut visninger, fremdrift).await?;
            Ok(Ok((visninger, Start::Checkpoint { position })))
        }
        Ok(Err(fejl)) => uden(fejl),
        Err(_) => uden(CheckpointFejl::Beskadiget("læsningen gik i panik")),
    }
}

/// Takes in what the log has after the position of projections that nobody else sees yet.
async fn indhent(
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
        let numre = numre_i(&haendelser);
        let mut laan = Vec::with_capacity(numre.len());
        for nr in &numre {
            match nye.laan(nr) {
                Laanesvar::Laant(l) => laan.push(l),
                Laanesvar::Mangler(version) => {
                    let mut ansaettelse = Ansaettelse::ny(nr);
                    laes_ind(log, &mut ansaettelse, version, true).await?;
                    let forloeb = ansaettelse.forloeb(bog).into_iter().map(Arc::new).collect();
                    laan.extend(nye.indsaet(ansaettelse, forloeb));
                }
            }
        }
        nye.anvend(&haendelser)?;
        nye.beregn();
        drop(laan);
        nye.glem();
        fremdrift.videre(haendelser.len() as u64);
    }
}

/// The employments that events are about.
fn numre_i(haendelser: &[Recorded]) -> Vec<String> {
    let numre: BTreeSet<&str> = haendelser.iter().filter_map(|r| r.stream.as_str().strip_prefix(ANSAETTELSE)).collect();
    numre.into_iter().map(str::to_owned).collect()
}

/// When the last event of the log was recorded.
async fn sidste_tid(log: &Journal) -> Result<Option<DateTime<chrono::Utc>>, ReadError> {
    let hoved = log.head().position;
    let sidste = log.read(hoved.saturating_sub(1), 1).await?;
    Ok(sidste.first().and_then(|r| DateTime::from_timestamp_micros(r.time)))
}

/// Goes through the employments of the log. Only a few are in memory at a time.
#[derive(Debug)]
pub struct Gennemgang {
    dele: Vec<Streams>,
    klar: std::vec::IntoIter<(StreamId, Vec<Recorded>)>,
}

impl Gennemgang {
    /// The next employment; none at the end.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn naeste(&mut self) -> Result<Option<Ansaettelse>, AabnFejl> {
        loop {
            while let Some((stream, haendelser)) = self.klar.next() {
                let Some(nr) = stream.as_str().strip_prefix(ANSAETTELSE) else { continue };
                let mut ansaettelse = Ansaettelse::ny(nr);
                for r in &haendelser {
                    ansaettelse.anvend(laes_post(r, DateTime::from_timestamp_micros(r.time).unwrap_or_default())?);
                }
                return Ok(Some(ansaettelse));
            }
            let Some(del) = self.dele.last_mut() else { return Ok(None) };
            match del.next().await? {
                Some(streams) => self.klar = streams.into_iter(),
                None => drop(self.dele.pop()),
            }
        }
    }
}

/// Tells those who wait that nobody reads the log any more, however that came.
struct Foelgeslut<'a>(&'a watch::Sender<(u64, bool)>);

impl Drop for Foelgeslut<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|a| a.1 = false);
    }
}

/// An idempotency key of a caller: keys of different callers never meet.
#[must_use]
pub fn idempotens(hvem: &str, noegle: &str, hvad: &[u8]) -> Idempotency {
    let del = |tekst: &str| [&(tekst.len() as u64).to_be_bytes()[..], tekst.as_bytes()].concat();
    Idempotency { key: Hash::of(&[del(hvem), del(noegle)].concat()), fingerprint: Hash::of(hvad) }
}
