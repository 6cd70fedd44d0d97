//! The reminder worker: what is due leaves at 08:00 on working days, once, and the log tells what became of it.
//!
//! ```text
//! index by due date ─▶ plan of the domain ─▶ one mail per mailbox ─▶ read again ─▶ hand over ─▶ record
//! ```
//!
//! Nothing here decides what is due or when: the domain derives it from the events. Whatever the worker keeps in
//! memory (what is tried again, and when) may be lost. Which mails are being handed over is written down before they
//! leave: after a crash between handing over and recording, the same mail leaves again with the same Message-ID.

pub mod brev;
mod kalender;
pub mod modtager;
mod nedbrud;
mod plan;
mod tilstand;
mod udsending;
mod undervejs;

#[cfg(test)]
mod proever;

use std::collections::BTreeSet;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::haendelse::Udfald;
use thiserror::Error;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::kerne::{AabnFejl, Kerne, KommandoFejl};
use crate::post::{PostFejl, Postvaesen};
use crate::ur::{dag_i_danmark, klokken, klokkeslaet};
use plan::{Bunke, Navn, Opgave, Vej, bunker};
use tilstand::{Koersel, Tilstand};
use udsending::{Afgjort, Gaeld, Udsender, Udsendt};
use undervejs::Undervejs;

/// Mails on their way at the same time, from reading the cases again to the outcome in the log: outcomes that are recorded
/// together share a sync of the disk.
const SAMTIDIGE: usize = 64;
/// More rounds than this in one tick mean that something is wrong: each sends, records or puts off all it found.
const RUNDER: usize = 16;
/// The longest sleep: a clock that jumped, or a new command, is noticed this soon.
const HVIL: Duration = Duration::from_secs(30);

/// The settings of the worker.
#[derive(Debug, Clone)]
pub struct Paamindelsesindstillinger {
    /// HR's shared mailbox.
    pub hr_mail: Option<String>,
    /// Base of the links in the mails.
    pub base_url: String,
    /// Who the mails are from; its domain is that of their Message-IDs.
    pub mail_fra: String,
    /// The employee gets a neutral copy when the leader was told of an overdue talk.
    pub medarbejderkopi: bool,
}

/// Why a tick stopped half-way. What it did is recorded, or is before the next one.
#[derive(Debug, Error)]
pub enum PaamindelsesFejl {
    /// What is due cannot be read.
    #[error(transparent)]
    Laes(#[from] AabnFejl),
    /// An outcome could not be recorded.
    #[error(transparent)]
    Kommando(#[from] KommandoFejl),
    /// Which mails are on their way cannot be written down, so none may leave.
    #[error("listen over mails undervejs: {0}")]
    Undervejs(#[from] io::Error),
}

/// Why the clock was not moved, or not all the way.
#[derive(Debug, Error)]
pub enum FlytFejl {
    /// It is the machine's.
    #[error("uret følger maskinens og kan ikke flyttes")]
    KanIkkeFlyttes,
    /// Only forward.
    #[error("uret kan kun flyttes frem")]
    Bagud,
    /// Something that fell due on the way went wrong.
    #[error(transparent)]
    Undervejs(#[from] PaamindelsesFejl),
}

/// The reminder worker.
pub struct Paamindelser {
    kerne: Arc<Kerne>,
    udsender: Arc<Udsender>,
    tilstand: Mutex<Tilstand>,
    undervejs: Mutex<Undervejs>,
    et_tik_ad_gangen: tokio::sync::Mutex<()>,
    en_flytning_ad_gangen: tokio::sync::Mutex<()>,
}

impl Paamindelser {
    /// A worker for an open data folder.
    ///
    /// # Errors
    /// An address of the settings is not one.
    pub fn ny(
        kerne: Arc<Kerne>,
        post: Arc<Postvaesen>,
        indstillinger: &Paamindelsesindstillinger,
    ) -> Result<Self, PostFejl> {
        let adresse = |tekst: &str, navn| {
            tekst.parse::<lettre::message::Mailbox>().map(|m| m.email).map_err(|_| PostFejl::Adresse(navn))
        };
        let fra = adresse(&indstillinger.mail_fra, "RASKVEJ_MAIL_FRA")?;
        let hr = indstillinger.hr_mail.as_deref().map(|hr| adresse(hr, "RASKVEJ_HR_MAIL")).transpose()?;
        let udsender = Udsender {
            kerne: kerne.clone(),
            post,
            hr_mail: hr.map(|a| a.to_string()),
            base_url: indstillinger.base_url.trim_end_matches('/').to_owned(),
            domaene: fra.domain().to_owned(),
            fra: fra.to_string(),
            medarbejderkopi: indstillinger.medarbejderkopi,
        };
        Ok(Self {
            undervejs: Mutex::new(Undervejs::aabn(&kerne.mappe)),
            kerne,
            udsender: Arc::new(udsender),
            tilstand: Mutex::default(),
            et_tik_ad_gangen: tokio::sync::Mutex::default(),
            en_flytning_ad_gangen: tokio::sync::Mutex::default(),
        })
    }

    fn tilstand(&self) -> MutexGuard<'_, Tilstand> {
        self.tilstand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn undervejs(&self) -> MutexGuard<'_, Undervejs> {
        self.undervejs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does what is to be done now; nothing outside the sending hours of working days.
    ///
    /// The digest of a morning is made once: what becomes due later in the day waits for the next morning, so that
    /// nobody gets two. Only what failed is tried again.
    ///
    /// # Errors
    /// See [`PaamindelsesFejl`]; the next tick goes on from there.
    pub async fn tik(&self) -> Result<(), PaamindelsesFejl> {
        if self.kerne.log.fault().is_some() {
            return Ok(()); // the log takes no outcomes: what was sent now would be sent again after every start
        }
        let _alene = self.et_tik_ad_gangen.lock().await;
        let svar = self.tik_alene().await;
        let mut tilstand = self.tilstand();
        if svar.is_err() {
            tilstand.koert = None; // the next one looks at everything again
        }
        let usendt = tilstand.aeldste_usendte(svar.is_err(), self.morgen(self.kerne.ur.idag()));
        let alder = usendt.map_or(0, |siden| (self.kerne.ur.nu() - siden).num_seconds().max(0));
        metrics::gauge!("raskvej_paamindelser_aeldste_usendte_sekunder").set(u32::try_from(alder).unwrap_or(u32::MAX));
        svar
    }

    async fn tik_alene(&self) -> Result<(), PaamindelsesFejl> {
        let gaeld = std::mem::take(&mut self.tilstand().gaeld);
        self.afregn(self.udsender.registrer(gaeld).await)?;
        let nu = self.kerne.ur.nu();
        let (idag, tid) = (dag_i_danmark(nu), klokkeslaet(nu));
        let senest = self.kerne.bog().gaeldende(idag).udsendelse.senest;
        let udloebne = self.tilstand().udloebne(idag, tid >= senest);
        if let Some((dag, opgaver)) = udloebne {
            self.udskyd(dag, &opgaver, nu).await?;
        }
        let morgen = self.morgen(idag);
        if !self.kerne.bog().kalender().er_arbejdsdag(idag) || nu < morgen || tid >= senest {
            return Ok(());
        }
        let Some(koersel) = self.tilstand().begynd(idag, nu) else { return Ok(()) };
        self.koer_dagen(koersel, idag, morgen).await?;
        self.tilstand().koert = Some(idag);
        Ok(())
    }

    /// When mail may leave on a day, as an instant.
    fn morgen(&self, dag: NaiveDate) -> DateTime<Utc> {
        let bog = self.kerne.bog();
        let udsendelse = &bog.gaeldende(dag).udsendelse;
        klokken(dag, udsendelse.klokken.max(udsendelse.tidligst))
    }

    fn naeste_morgen(&self, dag: NaiveDate) -> DateTime<Utc> {
        self.morgen(self.kerne.bog().kalender().forskyd(dag, 1))
    }

    /// Keeps what could not be recorded, so that it is before anything else is sent.
    fn afregn<T>(&self, svar: Result<T, Gaeld>) -> Result<T, PaamindelsesFejl> {
        svar.map_err(|gaeld| {
            self.tilstand().gaeld.extend(gaeld.rest);
            gaeld.fejl.into()
        })
    }

    /// The sending hours ended without success.
    async fn udskyd(&self, dag: NaiveDate, opgaver: &[Opgave], nu: DateTime<Utc>) -> Result<(), PaamindelsesFejl> {
        let til = self.naeste_morgen(dag);
        if til <= nu {
            return Ok(()); // that morning is here already
        }
        let numre: BTreeSet<&String> = opgaver.iter().map(|o| &o.nr).collect();
        let numre: Vec<String> = numre.into_iter().cloned().collect();
        let stadig = self.udsender.forfaldent(&numre, dag).await?;
        let stadig = stadig.into_iter().flat_map(|(_, f)| f).filter(|(o, _)| opgaver.contains(o));
        let udskudte = stadig.map(|(o, _)| (o, Udfald::Udskudt { til })).collect();
        self.afregn(self.udsender.registrer(udskudte).await)
    }

    async fn koer_dagen(
        &self,
        mut koersel: Koersel,
        idag: NaiveDate,
        morgen: DateTime<Utc>,
    ) -> Result<(), PaamindelsesFejl> {
        let sendte = koersel.opstart.then(|| plan::sendte(&self.kerne.vis(), idag));
        let noterede = koersel.opstart.then(|| plan::noterede(&self.kerne.vis()));
        for _ in 0..RUNDER {
            let numre = self.kerne.vis().forfaldne(idag);
            let forfaldent = self.udsender.forfaldent(&numre, idag).await?;
            // Rows that time alone has made pointless would be looked at again in every tick.
            let tomme: Vec<_> = forfaldent.iter().filter(|(_, f)| f.is_empty()).map(|(nr, _)| nr.clone()).collect();
            self.kerne.genopfrisk(&tomme).await?;

            self.glem_det_der_er_forbi(&forfaldent)?;
            let (mut afgjorte, mut breve): (Vec<Afgjort>, _) = (Vec::new(), Vec::new());
            for (opgave, vej) in forfaldent.into_iter().flat_map(|(_, f)| f).filter(|(o, _)| koersel.tager(o)) {
                match vej {
                    Vej::Brev(modtager) => breve.push((opgave, modtager)),
                    Vej::Ingen(aarsag) => afgjorte.push((opgave, Udfald::Aflyst { aarsag })),
                }
            }
            let mut bunker = bunker(breve, self.udsender.hr_mail.as_deref());
            for bunke in &mut bunker {
                let hele = bunke.navne();
                self.tilstand().begraens(&koersel, bunke);
                let igen = self.undervejs().tilpas(bunke, &self.udsender.domaene);
                self.hold_tilbage(&mut koersel, hele, bunke);
                if igen {
                    if noterede.as_ref().is_some_and(|noterede| noterede.contains(&bunke.brev)) {
                        afgjorte.extend(tilstand::noter(bunke)); // the log has part of it: all of it was handed over
                    }
                } else if let Some(sendte) = &sendte {
                    afgjorte.extend(tilstand::allerede_sendt(sendte, bunke, &self.udsender.domaene));
                }
            }
            bunker.retain(|b| !b.opgaver.is_empty());
            // HR's mail is the last: what others cannot get goes into it.
            if bunker.iter().any(|b| !b.hr) {
                bunker.retain(|b| !b.hr);
            }
            let intet = bunker.is_empty() && afgjorte.is_empty();
            self.afregn(self.udsender.registrer(afgjorte).await)?;
            if intet {
                return Ok(());
            }
            self.send(&mut koersel, bunker, morgen).await?;
        }
        tracing::error!("dagens påmindelser bliver ikke færdige");
        Ok(())
    }

    /// What is not in a mail because the mail is to be the one it was follows when that has left, on the same day.
    fn hold_tilbage(&self, koersel: &mut Koersel, mut hele: BTreeSet<Navn>, bunke: &Bunke) {
        for (o, _) in &bunke.opgaver {
            hele.remove(&o.navn());
        }
        if !hele.is_empty() {
            self.tilstand().hold(koersel, hele);
        }
    }

    /// A mail of which nothing is due any more is nobody's business.
    fn glem_det_der_er_forbi(&self, forfaldent: &[(String, Vec<(Opgave, Vej)>)]) -> io::Result<()> {
        let mut undervejs = self.undervejs();
        if !undervejs.er_tom() {
            undervejs.behold(&forfaldent.iter().flat_map(|(_, f)| f).map(|(o, _)| o.navn()).collect());
        }
        undervejs.gem()
    }

    /// Sends mails, some at a time, and remembers what is to be tried again.
    async fn send(
        &self,
        koersel: &mut Koersel,
        bunker: Vec<Bunke>,
        morgen: DateTime<Utc>,
    ) -> Result<(), PaamindelsesFejl> {
        self.undervejs().begynd(&bunker)?;
        let plads = Arc::new(Semaphore::new(SAMTIDIGE));
        // What cannot be recorded must not be sent: the first outcome that the log refuses stops the rest.
        let stop = Arc::new(AtomicBool::new(false));
        let mut i_gang = JoinSet::new();
        for bunke in bunker {
            let (udsender, plads, stop) = (self.udsender.clone(), plads.clone(), stop.clone());
            i_gang.spawn(async move {
                let plads_i_koeen = bunke.plads();
                let _plads = plads.acquire_owned().await;
                if stop.load(Ordering::Acquire) {
                    return None;
                }
                let svar = udsender.udsend(&bunke, morgen).await;
                if svar.is_err() {
                    stop.store(true, Ordering::Release);
                }
                Some((plads_i_koeen, bunke.brev, svar))
            });
        }
        let mut alt_vel = Ok(());
        while let Some(faerdig) = i_gang.join_next().await {
            let Ok(Some((plads, brev, svar))) = faerdig else { continue };
            let forsoeg = koersel.proevet(&plads);
            match self.afregn(svar) {
                Ok(Udsendt::Afgjort) => self.undervejs().afgjort(&brev),
                Ok(Udsendt::Senere { opgaver, uvist }) => {
                    if uvist {
                        self.undervejs().uvist(&brev);
                    } else {
                        self.undervejs().kom_ikke_frem(&brev);
                    }
                    let nu = self.kerne.ur.nu();
                    let dag = dag_i_danmark(nu);
                    let lukker = klokken(dag, self.kerne.bog().gaeldende(dag).udsendelse.senest);
                    self.tilstand().vent(plads, opgaver, forsoeg, nu, lukker);
                    nedbrud::ved("under_ventetid");
                }
                Err(fejl) => {
                    self.undervejs().uvist(&brev);
                    alt_vel = Err(fejl);
                }
            }
            nedbrud::ved("mellem_breve");
        }
        self.undervejs().gem()?;
        alt_vel
    }

    /// The next instant after `efter` at which something can happen: the morning of the next working day on which
    /// something is due, or the next attempt at what failed.
    #[must_use]
    pub fn naeste_vaekning(&self, efter: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let forsoeg = self.tilstand().naeste_forsoeg().filter(|t| *t > efter);
        let foerste = self.kerne.vis().foerste_forfald();
        let morgen = foerste.map(|dag| {
            let dag = self.kerne.bog().kalender().wd_plus(dag.max(dag_i_danmark(efter)));
            Some(self.morgen(dag)).filter(|t| *t > efter).unwrap_or_else(|| self.naeste_morgen(dag))
        });
        forsoeg.into_iter().chain(morgen).min()
    }

    /// The loop of a clock that goes, until `stop` is true or gone. A tick that has begun is finished.
    pub async fn koer(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        loop {
            if let Err(fejl) = self.tik().await {
                tracing::error!(%fejl, "påmindelserne gik i stå og prøves igen");
            }
            let nu = self.kerne.ur.nu();
            let hvil = self.naeste_vaekning(nu).and_then(|t| (t - nu).to_std().ok()).map_or(HVIL, |h| h.min(HVIL));
            tokio::select! {
                () = tokio::time::sleep(hvil) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Moves the clock forward and does what falls due on the way, each thing at its own instant.
    ///
    /// # Errors
    /// See [`FlytFejl`]; after `Undervejs` the clock stands at the instant that went wrong.
    pub async fn flyt_ur(&self, til: DateTime<Utc>) -> Result<(), FlytFejl> {
        let _alene = self.en_flytning_ad_gangen.lock().await;
        let ur = &self.kerne.ur;
        if !ur.kan_flyttes() {
            return Err(FlytFejl::KanIkkeFlyttes);
        }
        if til < ur.nu() {
            return Err(FlytFejl::Bagud);
        }
        while let Some(naeste) = self.naeste_vaekning(ur.nu()).filter(|t| *t <= til) {
            ur.flyt(naeste);
            self.tik().await?;
        }
        ur.flyt(til);
        Ok(self.tik().await?)
    }
}
