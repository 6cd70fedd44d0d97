//! The core: an open data folder, and the one way in which anything is written.
//!
//! ```text
//! command ─▶ borrow the employment ─▶ decide ─▶ append, durable ─▶ projector takes it in ─▶ answer
//! ```
//!
//! An answer is given when the events are on disk **and** the projections have them: every later read sees them.

mod foelg;
mod hele_loggen;
mod idempotens;
mod laes;
mod start;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use chrono::{DateTime, NaiveDate, Utc};
use eventlog::{
    Append, AppendError, Appended, Disk, Idempotency, Journal, NewEvent, OpenError, ReadError, Recorded, Recovery,
    StreamId,
};
use forloeb::afvisning::Afvisning;
use forloeb::kommando::Kommando;
use forloeb::regler::RegelFejl;
use forloeb::{Aktoer, Ansaettelse, Forloeb, Nu, Regelbog, beslut};
use thiserror::Error;
use tokio::sync::watch;
use uuid::Uuid;

use crate::clock_guard::ClockGuard;
use crate::health::Changes;
use crate::noegler::{NoegleFejl, Noegler};
use crate::ur::Ur;
use crate::visninger::{
    ADGANG, ANSAETTELSE, IkkeLaant, Laan, Laanesvar, Meta, OPSLAG, OpslagNoteret, Opslagsformaal, TokenUdstedt,
    Visninger, VisningsFejl,
};
pub use hele_loggen::Gennemgang;
pub use idempotens::idempotens;
pub(crate) use laes::laes_stream;
use laes::{laes_ind, numre_i};
pub use start::{Aabnet, Fremdrift, Start};

/// Events read at once.
const LAES_AD_GANGEN: usize = 4096;
/// How often a command is decided again when somebody else wrote to the same employment meanwhile.
const FORSOEG: usize = 1000;
/// Look-ups that are shown to the one they are about.
const VISTE_OPSLAG: usize = 50;

/// An open data folder.
pub struct Kerne {
    /// The folder.
    pub mappe: PathBuf,
    /// The log.
    pub log: Journal,
    /// Through which the files beside the log are written.
    disk: Disk,
    /// The rules, the workplace's policies laid over them.
    bog: RwLock<Arc<Regelbog>>,
    /// The clock.
    pub ur: Arc<Ur>,
    /// The keys.
    pub noegler: Noegler,
    /// What opening the log found.
    pub genopretning: Recovery,
    /// How the projections were made when it was opened.
    pub start: Start,
    /// Position of the newest checkpoint. Held while one is written.
    gemt: tokio::sync::Mutex<u64>,
    visninger: RwLock<Visninger>,
    /// What was wrong when it was last looked at.
    pub(crate) changes: Changes,
    /// Whether the clock can be right.
    pub clock: Arc<ClockGuard>,
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
    /// A rule file of the folder.
    #[error("regler: {0}")]
    Regler(#[from] RegelFejl),
    /// Events were asked for that were not borrowed: a mistake in the program.
    #[error(transparent)]
    IkkeLaant(#[from] IkkeLaant),
}

impl AabnFejl {
    /// The log is damaged where it had to be read; the rest of it can be.
    pub const fn er_skade(&self) -> bool {
        matches!(self, Self::Laes(ReadError::Damaged(_)))
    }
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
    /// Something that was written down cannot be read, or cannot be written down.
    #[error("gemt form: {0}")]
    Gemt(serde_json::Error),
    /// Something could not be sealed.
    #[error(transparent)]
    Noegler(#[from] NoegleFejl),
    /// What is known of the employment cannot be read.
    #[error("ansættelsen kan ikke læses: {0}")]
    Ansaettelse(Box<AabnFejl>),
}

impl KommandoFejl {
    /// What it is, for a person.
    #[must_use]
    pub fn besked(&self) -> String {
        match self {
            Self::Afvist(a) => texts::tekster::afvisning(a),
            Self::NoegleGenbrugt => "Nøglen er brugt til en anden kommando.".to_owned(),
            Self::Travlt => "For mange ændrer det samme samtidig; prøv igen.".to_owned(),
            Self::Log(f) => format!("Loggen kan ikke skrives: {f}."),
            Self::Laes(f) => format!("Loggen kan ikke læses: {f}."),
            Self::Noegler(f) => format!("Oplysningerne kan ikke forsegles: {f}."),
            Self::Gemt(f) => format!("Det, der er gemt, kan ikke læses: {f}."),
            Self::Ansaettelse(f) => format!("Ansættelsen kan ikke læses: {f}."),
        }
    }
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
    /// The day it was decided: of a repeated command the day of the first time.
    pub dag: NaiveDate,
    /// Nothing had to be written.
    pub uaendret: bool,
    /// The command had been carried out before under the same idempotency key.
    pub gentaget: bool,
}

impl Kerne {
    /// Opens a data folder, making it if there is none, and the projections of its log.
    ///
    /// # Errors
    /// See [`Aabnet::aabn`] and [`Aabnet::byg`].
    pub async fn aabn(mappe: &Path, ur: impl Fn(&Visninger) -> Ur, bog: Regelbog) -> Result<Arc<Self>, AabnFejl> {
        Aabnet::aabn(mappe)?.byg(ur, bog, &Fremdrift::default()).await
    }

    /// The rules, with the workplace's policies laid over them. A policy that is laid down holds from here on.
    #[must_use]
    pub fn bog(&self) -> Arc<Regelbog> {
        self.bog.read().unwrap_or_else(PoisonError::into_inner).clone()
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
    #[cfg(any(test, feature = "testing"))]
    pub fn plant(&self, hvad: impl FnOnce(&mut Visninger)) {
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
            let forloeb = ansaettelse.forloeb(&self.bog()).into_iter().map(Arc::new).collect();
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

    /// Somebody reads the log on, or has not begun to.
    pub(crate) fn follows(&self) -> bool {
        self.anvendt.borrow().1
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
                (beslut(&ansaettelse, kommando, nu, &self.bog()), ansaettelse.version())
            };
            if beslutning.as_ref().map_or(true, Vec::is_empty)
                && let Some(gentaget) = self.gentaget(idempotens).await?
            {
                return Ok(gentaget); // the first of two at once was carried out meanwhile, and that is why
            }
            let haendelser = beslutning.map_err(KommandoFejl::Afvist)?;
            if haendelser.is_empty() {
                return match idempotens {
                    Some(idempotens) => self.husk_uden_virkning(nr, version, nu, aktoer, idempotens).await,
                    None => Ok(Udfoert { version, dag: nu.dag, uaendret: true, gentaget: false }),
                };
            }
            let mut events = Vec::with_capacity(haendelser.len());
            for h in &haendelser {
                let body = h.til_json().map_err(|_| KommandoFejl::Noegler(NoegleFejl::Aendret))?;
                events.push(NewEvent { kind: h.navn().to_owned(), form: h.form(), body });
            }
            let append = self.append(&format!("{ANSAETTELSE}{nr}"), version, nu, aktoer, events, idempotens)?;
            match self.log.append(append).await {
                // The first of two at once.
                Ok(Appended { repeated: true, .. }) => {
                    return self.gentaget(idempotens).await?.ok_or(KommandoFejl::Laes(ReadError::Closed));
                }
                Ok(Appended { last, version, .. }) => {
                    self.vent_paa(last).await?;
                    return Ok(Udfoert { version, dag: nu.dag, uaendret: false, gentaget: false });
                }
                // Somebody else was first: wait until their events can be read, and decide again.
                Err(AppendError::WrongVersion { actual, .. }) => self.vent_paa_version(nr, actual).await?,
                Err(AppendError::KeyReused) => return Err(KommandoFejl::NoegleGenbrugt),
                Err(fejl) => return Err(KommandoFejl::Log(fejl)),
            }
        }
        Err(KommandoFejl::Travlt)
    }

    pub(crate) fn append(
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
        let body = serde_json::to_vec(token).map_err(|_| KommandoFejl::Travlt)?;
        self.tilfoej(ADGANG, "TokenUdstedt", body, aktoer).await
    }

    /// Records that somebody opens what is sealed about an employee, and what for.
    ///
    /// # Errors
    /// The log takes no events: then nothing may be shown.
    pub async fn registrer_opslag(
        &self,
        nr: &str,
        forloeb: Uuid,
        formaal: Opslagsformaal,
        aktoer: &Aktoer,
    ) -> Result<(), KommandoFejl> {
        let body = serde_json::to_vec(&OpslagNoteret { forloeb, formaal }).map_err(|_| KommandoFejl::Travlt)?;
        self.tilfoej(&format!("{OPSLAG}{nr}"), "OpslagNoteret", body, aktoer).await
    }

    /// The newest look-ups of an employee, the newest first: when, by whom, and what for.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn opslag(&self, nr: &str) -> Result<Vec<(DateTime<Utc>, Aktoer, OpslagNoteret)>, ReadError> {
        let Ok(stream) = StreamId::new(format!("{OPSLAG}{nr}")) else { return Ok(Vec::new()) };
        let fra = self.log.stream_version(&stream).await?.saturating_sub(VISTE_OPSLAG as u64);
        let noterede = self.log.read_stream(&stream, fra, VISTE_OPSLAG).await?;
        let laes = |r: &Recorded| {
            let meta: Meta = serde_json::from_slice(&r.meta).ok()?;
            Some((DateTime::from_timestamp_micros(r.time)?, meta.aktoer, serde_json::from_slice(&r.body).ok()?))
        };
        Ok(noterede.iter().rev().filter_map(laes).collect())
    }

    /// Appends an event that no decision depends on.
    async fn tilfoej(&self, stream: &str, kind: &str, body: Vec<u8>, aktoer: &Aktoer) -> Result<(), KommandoFejl> {
        let id = StreamId::new(stream).map_err(|_| KommandoFejl::Travlt)?;
        for _ in 0..FORSOEG {
            let version = self.log.stream_version(&id).await?;
            let event = NewEvent { kind: kind.to_owned(), form: 1, body: body.clone() };
            let append = self.append(stream, version, self.ur.nu_og_dag(), aktoer, vec![event], None)?;
            match self.log.append(append).await {
                Ok(skrevet) => return Ok(self.vent_paa(skrevet.last).await?),
                Err(AppendError::WrongVersion { .. }) => {}
                Err(fejl) => return Err(KommandoFejl::Log(fejl)),
            }
        }
        Err(KommandoFejl::Travlt)
    }

    /// Waits until the projections hold a position.
    pub async fn vent_paa(&self, position: u64) -> Result<(), ReadError> {
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

    /// An employment with everything that was ever recorded about it, read from the log.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn hele(&self, nr: &str) -> Result<Ansaettelse, AabnFejl> {
        let mut ansaettelse = Ansaettelse::ny(nr);
        laes_ind(&self.log, &mut ansaettelse, u64::MAX, false).await?;
        Ok(ansaettelse)
    }
}
