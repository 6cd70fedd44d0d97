//! The core: an open data folder, and the one way in which anything is written.
//!
//! ```text
//! command ─▶ decide against the projections ─▶ append, durable ─▶ projector takes it in ─▶ answer
//! ```
//!
//! An answer is given when the events are on disk **and** the projections have them: every later read sees them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use eventlog::{
    Append, AppendError, Appended, Hash, Idempotency, Journal, NewEvent, OpenError, Options, ReadError, Recovery,
    StreamId,
};
use forloeb::afvisning::Afvisning;
use forloeb::frister::vurder;
use forloeb::kommando::Kommando;
use forloeb::paamindelser::naeste_dag;
use forloeb::{Aktoer, Ansaettelse, Nu, Regelbog, beslut};
use thiserror::Error;
use tokio::sync::watch;

use crate::noegler::{NoegleFejl, Noegler};
use crate::ur::Ur;
use crate::visninger::forfald::Forfald;
use crate::visninger::{ADGANG, ANSAETTELSE, Meta, TokenUdstedt, Visninger, VisningsFejl, laes_post};

/// Events taken in at once at start.
const LAES_AD_GANGEN: usize = 4096;
/// How often a command is decided again when somebody else wrote to the same employment meanwhile.
const FORSOEG: usize = 1000;

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
    /// Who is due when.
    pub forfald: Forfald,
    /// What opening the log found.
    pub genopretning: Recovery,
    visninger: RwLock<Visninger>,
    /// Position that can be read, and whether anybody still reads on.
    anvendt: watch::Sender<(u64, bool)>,
    /// Held from reading the projections until the index is written, so that an older answer never replaces a newer.
    forfald_skrives: Mutex<()>,
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
    /// The index by due date.
    #[error("indekset over forfaldsdage: {0}")]
    Forfald(#[from] sled::Error),
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

impl Kerne {
    /// Opens a data folder, making it if there is none, and builds the projections from the log.
    ///
    /// # Errors
    /// It is in use, damaged beyond reading, or written by a newer version.
    pub async fn aabn(mappe: &Path, ur: impl FnOnce(&Visninger) -> Ur, bog: Regelbog) -> Result<Arc<Self>, AabnFejl> {
        let aabnet = Journal::open(mappe, Options::default())?;
        let log = aabnet.log;
        let noegler = Noegler::aabn(&mappe.join("noegler"), log.head().position == 0)?;
        let bog = Arc::new(bog);
        let mut visninger = Visninger::nye(bog.clone());
        indlaes(&log, &mut visninger, u64::MAX).await?;
        // Stopped between recording that a person is erased and destroying the key: finish it.
        for person in visninger.slettede_personer() {
            noegler.slet(person)?;
        }
        let ur = ur(&visninger);
        visninger.beregn(ur.idag());
        let forfald = Forfald::aabn(&mappe.join("forfald"))?;
        let kerne = Self {
            mappe: mappe.to_owned(),
            log,
            bog,
            ur,
            noegler,
            forfald,
            genopretning: aabnet.recovery,
            anvendt: watch::Sender::new((visninger.position(), true)),
            visninger: RwLock::new(visninger),
            forfald_skrives: Mutex::new(()),
        };
        kerne.forfald_ajour()?;
        Ok(Arc::new(kerne))
    }

    /// The projections, for reading. Not to be held across an await.
    pub fn vis(&self) -> RwLockReadGuard<'_, Visninger> {
        self.visninger.read().unwrap_or_else(PoisonError::into_inner)
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
            let idag = self.ur.idag();
            let (aendrede, position) = {
                let mut visninger = self.visninger.write().unwrap_or_else(PoisonError::into_inner);
                visninger.anvend(&haendelser)?;
                (visninger.beregn(idag), visninger.position())
            };
            self.forfald_saet(aendrede.iter().map(String::as_str), Some(position))?;
            self.anvendt.send_modify(|a| a.0 = position);
        }
    }

    /// Computes the next due day of employments anew: time alone can make a row of the index pointless.
    ///
    /// # Errors
    /// sled failed.
    pub fn forfald_genopfrisk(&self, numre: &[String]) -> sled::Result<()> {
        self.forfald_saet(numre.iter().map(String::as_str), None)
    }

    fn forfald_saet<'a>(&self, numre: impl Iterator<Item = &'a str>, position: Option<u64>) -> sled::Result<()> {
        let _alene = self.forfald_skrives.lock().unwrap_or_else(PoisonError::into_inner);
        let naeste: Vec<_> = {
            let vis = self.vis();
            numre.map(|nr| (nr, self.naeste_dag(&vis, nr))).collect()
        };
        let position = position.map_or_else(|| self.forfald.position(), Ok)?;
        self.forfald.saet(naeste, position)
    }

    /// The day of the earliest reminder of an employment.
    fn naeste_dag(&self, vis: &Visninger, nr: &str) -> Option<chrono::NaiveDate> {
        let idag = self.ur.idag();
        vis.forloeb_for(nr).iter().filter_map(|f| naeste_dag(f, &vurder(f, idag, &self.bog), idag, &self.bog)).min()
    }

    /// Builds the index by due date from the projections: the rules may be newer than the rows it has.
    fn forfald_ajour(&self) -> sled::Result<()> {
        let vis = self.vis();
        self.forfald.toem()?;
        self.forfald.saet(vis.numre().map(|nr| (nr, self.naeste_dag(&vis, nr))), vis.position())
    }

    /// The rows the index by due date ought to have.
    #[must_use]
    pub fn forfald_forventet(&self, vis: &Visninger) -> Vec<(String, chrono::NaiveDate)> {
        let mut raekker: Vec<_> =
            vis.numre().filter_map(|nr| Some((nr.to_owned(), self.naeste_dag(vis, nr)?))).collect();
        raekker.sort_unstable();
        raekker
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
            let ansaettelse = self.vis().ansaettelse(nr).cloned().unwrap_or_else(|| Arc::new(Ansaettelse::ny(nr)));
            let nu = self.ur.nu_og_dag();
            let beslutning = beslut(&ansaettelse, kommando, nu, &self.bog);
            if beslutning.as_ref().map_or(true, Vec::is_empty)
                && let Some(gentaget) = self.gentaget(idempotens).await?
            {
                return Ok(gentaget); // the first of two at once was carried out meanwhile, and that is why
            }
            let haendelser = beslutning.map_err(KommandoFejl::Afvist)?;
            let version = ansaettelse.version();
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
        while self.vis().ansaettelse(nr).map_or(0, |a| a.version()) < version {
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
        let Ok(stream) = StreamId::new(format!("{ANSAETTELSE}{nr}")) else { return Ok(ansaettelse) };
        loop {
            let haendelser = self.log.read_stream(&stream, ansaettelse.version(), LAES_AD_GANGEN).await?;
            if haendelser.is_empty() {
                return Ok(ansaettelse);
            }
            for r in &haendelser {
                let tid = chrono::DateTime::from_timestamp_micros(r.time).unwrap_or_default();
                ansaettelse.anvend(laes_post(r, tid)?);
            }
        }
    }

    /// Projections built anew from the log up to a position, beside the live ones.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn byg_paa_ny(&self, til: u64) -> Result<Visninger, AabnFejl> {
        let mut nye = Visninger::nye(self.bog.clone());
        indlaes(&self.log, &mut nye, til).await?;
        nye.beregn(self.ur.idag());
        Ok(nye)
    }

    /// Puts projections that were built anew in the place of the live ones, and makes the index by due date again.
    ///
    /// # Errors
    /// The log cannot be read, or the index cannot be written.
    pub async fn genopbyg(&self) -> Result<u64, AabnFejl> {
        let mut nye = self.byg_paa_ny(u64::MAX).await?;
        loop {
            {
                let _alene = self.forfald_skrives.lock().unwrap_or_else(PoisonError::into_inner);
                let mut live = self.visninger.write().unwrap_or_else(PoisonError::into_inner);
                if live.position() == nye.position() {
                    self.forfald.toem()?;
                    let naeste: Vec<_> = nye.numre().map(|nr| (nr, self.naeste_dag(&nye, nr))).collect();
                    self.forfald.saet(naeste, nye.position())?;
                    *live = nye;
                    return Ok(live.position());
                }
            }
            self.vent_paa(nye.position()).await?;
            indlaes(&self.log, &mut nye, u64::MAX).await?;
            nye.beregn(self.ur.idag());
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

async fn indlaes(log: &Journal, visninger: &mut Visninger, til: u64) -> Result<(), AabnFejl> {
    loop {
        let mangler = usize::try_from(til.saturating_sub(visninger.position())).unwrap_or(usize::MAX);
        let haendelser = log.read(visninger.position(), LAES_AD_GANGEN.min(mangler)).await?;
        if haendelser.is_empty() {
            return Ok(());
        }
        visninger.anvend(&haendelser)?;
    }
}

/// An idempotency key of a caller: keys of different callers never meet.
#[must_use]
pub fn idempotens(hvem: &str, noegle: &str, hvad: &[u8]) -> Idempotency {
    let del = |tekst: &str| [&(tekst.len() as u64).to_be_bytes()[..], tekst.as_bytes()].concat();
    Idempotency { key: Hash::of(&[del(hvem), del(noegle)].concat()), fingerprint: Hash::of(hvad) }
}
