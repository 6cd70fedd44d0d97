//! The core: an open data folder, and the one way in which anything is written.
//!
//! ```text
//! command ─▶ borrow the employment ─▶ decide ─▶ append, durable ─▶ projector takes it in ─▶ answer
//! ```
//!
//! An answer is given when the events are on disk **and** the projections have them: every later read sees them.

mod append;
mod clock;
mod foelg;
mod hele_loggen;
mod idempotens;
mod policy;
mod start;
mod watch;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use chrono::NaiveDate;
use eventlog::{Disk, Idempotency, Journal, NewEvent, ReadError, Recovery, StreamId};
use forloeb::kommando::Kommando;
use forloeb::{Aktoer, Ansaettelse, Forloeb, Nu, Regelbog, beslut_paa};
use tokio::sync::watch as channel;
use uuid::Uuid;

use crate::clock_guard::ClockGuard;
pub use crate::errors::{AabnFejl, KommandoFejl};
use crate::failure::{Internal, Malformed};
use crate::health::Changes;
use crate::noegler::Noegler;
use crate::stored::{ANSAETTELSE, Unreadable, laes_ind};
use crate::ur::Ur;
use crate::visninger::{Laan, Laanesvar, Refreshed, Visninger};
use append::{Decided, Decision, Draft, Outcome};
pub use hele_loggen::Gennemgang;
pub use idempotens::idempotens;
pub use start::{Aabnet, Fremdrift, Start};

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
    pub noegler: Arc<Noegler>,
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
    anvendt: channel::Sender<(u64, bool)>,
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

    /// Borrows an employment: its events and its forløb, read from the log where they are not in memory.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn laan(&self, nr: &str) -> Result<Laan, AabnFejl> {
        loop {
            let (version, bog) = {
                let vis = self.vis();
                match vis.laan(nr) {
                    Laanesvar::Laant(laan) => return Ok(laan),
                    Laanesvar::Mangler(version) => (version, vis.bog().clone()),
                }
            };
            let mut ansaettelse = Ansaettelse::ny(nr);
            laes_ind(&self.log, &mut ansaettelse, version, true).await?;
            let forloeb = ansaettelse.forloeb(&bog);
            let (laan, forgotten) = {
                let mut visninger = self.ret();
                (visninger.indsaet(ansaettelse, forloeb, &bog), visninger.glem())
            };
            drop(forgotten);
            // Moved on while it was read: then whoever moved it has it in memory.
            if let Some(laan) = laan {
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
    pub async fn laan_mange(&self, numre: impl IntoIterator<Item = &String>) -> Result<Vec<Laan>, AabnFejl> {
        let mut laan = Vec::new();
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
        Ok(self.laan_forloeb(id).await?.forloeb(id).cloned())
    }

    /// The forløb of an employee, read from the log where they are not in memory.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn forloeb_for(&self, nr: &str) -> Result<Vec<Arc<Forloeb>>, AabnFejl> {
        Ok(self.laan(nr).await?.alle().to_vec())
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
        for nr in numre {
            let laan = self.laan(nr).await?;
            let idag = self.vis().idag();
            let set = Refreshed::af(&laan, idag);
            self.ret().genopfrisk(&laan, set);
        }
        Ok(())
    }

    /// Decides and writes a command to one employment; returns when it is durable and can be read.
    ///
    /// # Errors
    /// See [`KommandoFejl`]. Nothing was written, except that after [`eventlog::AppendError::Poisoned`] it is not known.
    pub async fn udfoer(
        &self,
        nr: &str,
        kommando: &Kommando,
        aktoer: &Aktoer,
        idempotens: Option<Idempotency>,
    ) -> Result<Udfoert, KommandoFejl> {
        // A repeated command is found where it is refused, has nothing to append, or the log knows its key.
        let command = Command { nr, kommando, idempotens };
        match self.append(aktoer, idempotens, command).await? {
            Outcome::Repeated(gentaget) => Ok(gentaget),
            Outcome::Written { version, dag, .. } => Ok(Udfoert { version, dag, uaendret: false, gentaget: false }),
            Outcome::Nothing(Nothing::Repeated(gentaget)) => Ok(gentaget),
            Outcome::Nothing(Nothing::Already { version, nu }) => match idempotens {
                Some(idempotens) => self.husk_uden_virkning(nr, version, nu, aktoer, idempotens).await,
                None => Ok(Udfoert { version, dag: nu.dag, uaendret: true, gentaget: false }),
            },
        }
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
    pub async fn slet_noegler(&self) -> Result<(), KommandoFejl> {
        let (slettede, noegler) = (self.vis().slettede_personer(), self.noegler.clone());
        let slet = move || slettede.into_iter().try_for_each(|person| noegler.slet(person).map(drop));
        Ok(off_the_runtime(slet).await??)
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

/// A command to one employment, decided on what is lent of it.
struct Command<'a> {
    nr: &'a str,
    kommando: &'a Kommando,
    idempotens: Option<Idempotency>,
}

/// Why a command has nothing to append.
enum Nothing {
    /// It asked for what already is.
    Already { version: u64, nu: Nu },
    /// The first of two at once was carried out meanwhile.
    Repeated(Udfoert),
}

impl Decision for Command<'_> {
    type Nothing = Nothing;

    async fn decide(&mut self, kerne: &Kerne, overtaken: Option<u64>) -> Result<Decided<Nothing>, KommandoFejl> {
        if let Some(actual) = overtaken {
            kerne.vent_paa_version(self.nr, actual).await?;
        }
        let laan = kerne.laan(self.nr).await?;
        let (nu, version) = (kerne.ur.nu_og_dag(), laan.ansaettelse().version());
        let decided = beslut_paa(laan.ansaettelse(), laan.alle(), self.kommando, nu, laan.bog());
        if decided.as_ref().map_or(true, Vec::is_empty)
            && let Some(gentaget) = kerne.gentaget(self.idempotens).await?
        {
            return Ok(Decided::Nothing(Nothing::Repeated(gentaget))); // and that is why
        }
        let haendelser = decided.map_err(KommandoFejl::Afvist)?;
        if haendelser.is_empty() {
            return Ok(Decided::Nothing(Nothing::Already { version, nu }));
        }
        let mut events = Vec::with_capacity(haendelser.len());
        for h in &haendelser {
            let body = h.til_json().map_err(Malformed::from);
            let body = body.map_err(|fejl| Internal::new("en hændelse kan ikke skrives", fejl))?;
            events.push(NewEvent { kind: h.navn().to_owned(), form: h.form(), body });
        }
        let stream = StreamId::new(format!("{ANSAETTELSE}{}", self.nr)).map_err(Unreadable::navn)?;
        Ok(Decided::Append(Draft { stream, expected: version, nu, events }))
    }
}

/// Computes for long where that keeps nobody's request waiting.
pub(crate) async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Internal> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Internal::panicked("der blev ikke regnet færdig"))
}
