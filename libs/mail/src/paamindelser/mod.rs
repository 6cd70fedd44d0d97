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
mod morgen;
mod nedbrud;
mod plan;
mod tilstand;
mod udsending;
mod undervejs;
pub mod ventende;

#[cfg(test)]
mod proever;

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::haendelse::Udfald;
use thiserror::Error;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::post::{PostFejl, Postvaesen, UDEN_MAILSERVER};
use app::failure::Causes;
use app::health::Trouble;
use app::kerne::{AabnFejl, Kerne, KommandoFejl};
use app::ur::{dag_i_danmark, klokken, klokkeslaet};
use plan::Vej;
use tilstand::{Tilstand, Udloebet};
use udsending::{Gaeld, Udsender};
use undervejs::Undervejs;

/// The longest sleep: a clock that jumped, or a new command, is noticed this soon.
const HVIL: Duration = Duration::from_secs(30);

/// The settings of the worker.
#[derive(Debug, Clone)]
pub struct Paamindelsesindstillinger {
    /// HR's shared mailbox.
    pub hr_mail: Option<String>,
    /// Base of the links in the mails.
    pub base_url: Option<String>,
    /// Who the mails are from; its domain is that of their Message-IDs.
    pub mail_fra: Option<String>,
    /// The employee gets a neutral copy when the leader was told of an overdue talk.
    pub medarbejderkopi: bool,
}

impl Paamindelsesindstillinger {
    /// What is not set of what mails need. There is no default that could be right.
    #[must_use]
    pub fn mangler(&self) -> Vec<&'static str> {
        let alle = [
            ("RASKVEJ_MAIL_FRA", self.mail_fra.is_none()),
            ("RASKVEJ_BASE_URL", self.base_url.is_none()),
            ("RASKVEJ_HR_MAIL", self.hr_mail.is_none()),
        ];
        alle.into_iter().filter_map(|(navn, mangler)| mangler.then_some(navn)).collect()
    }
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
    /// So many times was the morning's list gone through, and something of it is left.
    #[error("{0} af morgenens påmindelser kom ikke af sted, og de prøves igen")]
    Ufaerdig(usize),
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
    en_flytning_ad_gangen: Arc<tokio::sync::Mutex<()>>,
    /// Settings without which mails, or HR's, wait.
    mangler: Vec<&'static str>,
    /// How many times the list of a tick is gone through at most.
    runder: usize,
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
        // Without a sender no mail leaves, so nobody ever sees this one.
        let fra = indstillinger.mail_fra.as_deref().unwrap_or("raskvej@localhost.localdomain");
        let fra = adresse(fra, "RASKVEJ_MAIL_FRA")?;
        let hr = indstillinger.hr_mail.as_deref().map(|hr| adresse(hr, "RASKVEJ_HR_MAIL")).transpose()?;
        let smtp = (post.venter_paa() == Some(UDEN_MAILSERVER)).then_some("RASKVEJ_SMTP_URL");
        let mangler = smtp.into_iter().chain(indstillinger.mangler()).collect();
        let udsender = Udsender {
            kerne: kerne.clone(),
            post,
            hr_mail: hr.map(|a| a.to_string()),
            base_url: indstillinger.base_url.as_deref().unwrap_or_default().trim_end_matches('/').to_owned(),
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
            en_flytning_ad_gangen: Arc::default(),
            mangler,
            runder: morgen::RUNDER,
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
    /// What is due is read once, when the morning begins: what becomes due later in the day waits for the next morning,
    /// so that nobody gets two digests and the morning has an end. Only what failed is tried again.
    ///
    /// # Errors
    /// See [`PaamindelsesFejl`]; the next tick goes on from there.
    pub async fn tik(&self) -> Result<(), PaamindelsesFejl> {
        if self.noget_at_goere() {
            if self.kerne.health().await.into_iter().any(Trouble::holds_reminders) {
                return Ok(()); // the log takes no outcomes, so they would leave after every start; or the day is in doubt
            }
            self.kerne.turn_back().await;
        }
        let _alene = self.et_tik_ad_gangen.lock().await;
        let svar = self.tik_alene().await;
        let aeldste = {
            let mut tilstand = self.tilstand();
            if svar.is_err() {
                tilstand.koert = None; // the next one looks at everything again
            }
            tilstand.aeldste_usendte(svar.is_err(), self.morgen(self.kerne.ur.idag()))
        };
        let alder = aeldste.map_or(0, |siden| (self.kerne.ur.nu() - siden).num_seconds().max(0));
        metrics::gauge!("raskvej_paamindelser_aeldste_usendte_sekunder").set(u32::try_from(alder).unwrap_or(u32::MAX));
        if !matches!(svar, Ok(false)) {
            self.maal_ventende().await;
        }
        svar.map(|_| ())
    }

    /// Something is due, waits, or may be due: the projections are of a day that has not come.
    fn noget_at_goere(&self) -> bool {
        let idag = self.kerne.ur.idag();
        let vis = self.kerne.vis();
        vis.idag() > idag || vis.foerste_forfald().is_some_and(|dag| dag <= idag) || self.tilstand().venter_noget()
    }

    /// Whether there was anything to do.
    async fn tik_alene(&self) -> Result<bool, PaamindelsesFejl> {
        let gaeld = std::mem::take(&mut self.tilstand().gaeld);
        self.afregn(self.udsender.registrer(gaeld).await)?;
        let nu = self.kerne.ur.nu();
        let (idag, tid) = (dag_i_danmark(nu), klokkeslaet(nu));
        let senest = self.kerne.bog().gaeldende(idag).udsendelse.senest;
        let (udloebet, foerste) = {
            let mut tilstand = self.tilstand();
            (tilstand.udloebet(idag, tid >= senest), tilstand.er_foerste())
        };
        let gjort = udloebet.is_some() || foerste;
        if let Some(udloebet) = udloebet {
            self.udskyd(udloebet, nu).await?;
        }
        let morgen = self.morgen(idag);
        if !self.kerne.bog().kalender().er_arbejdsdag(idag) || nu < morgen || tid >= senest {
            return Ok(gjort);
        }
        let Some(koersel) = self.tilstand().begynd(idag, nu) else { return Ok(gjort) };
        self.koer_dagen(koersel, idag, morgen).await?;
        self.tilstand().koert = Some(idag);
        Ok(true)
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
    async fn udskyd(&self, udloebet: Udloebet, nu: DateTime<Utc>) -> Result<(), PaamindelsesFejl> {
        let Udloebet { dag, opgaver, liste } = udloebet;
        let til = self.naeste_morgen(dag);
        if til <= nu {
            return Ok(()); // that morning is here already
        }
        let mut numre: BTreeSet<String> = opgaver.iter().map(|o| o.nr.clone()).collect();
        numre.extend(liste.iter().flat_map(|l| l.numre.iter().cloned()));
        let numre: Vec<String> = numre.into_iter().collect();
        let stadig = self.udsender.forfaldent(&numre, dag).await?.into_iter().flat_map(|(_, f)| f);
        let stadig = stadig.filter(|(o, vej)| {
            let paa_listen = liste.as_ref().is_some_and(|l| l.har(o));
            opgaver.contains(o) || (paa_listen && matches!(vej, Vej::Brev(_)))
        });
        let udskudte = stadig.map(|(o, _)| (o, Udfald::Udskudt { til })).collect();
        self.afregn(self.udsender.registrer(udskudte).await)
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
            // A task of its own: a panic ends the tick, and not the reminders.
            let arbejder = self.clone();
            match tokio::spawn(async move { arbejder.tik().await }).await {
                Ok(Ok(())) => {}
                Ok(Err(fejl)) => tracing::error!(fejl = %Causes(&fejl), "påmindelserne gik i stå og prøves igen"),
                Err(_) => {
                    self.tilstand().koert = None;
                    tracing::error!("påmindelserne gik i panik og prøves igen");
                }
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
        self.flyt_alene(til).await
    }

    /// The clock is on its way.
    #[must_use]
    pub fn flytter(&self) -> bool {
        self.en_flytning_ad_gangen.try_lock().is_err()
    }

    /// [`Self::flyt_ur`] as a task of its own, so that whoever waits for it may stop waiting; none where the clock is on
    /// its way already.
    #[must_use]
    pub fn start_flytning(self: &Arc<Self>, til: DateTime<Utc>) -> Option<JoinHandle<Result<(), FlytFejl>>> {
        // Taken here: who asks right afterwards is told that it is on its way.
        let alene = self.en_flytning_ad_gangen.clone().try_lock_owned().ok()?;
        let selv = self.clone();
        Some(tokio::spawn(async move {
            let flyttet = selv.flyt_alene(til).await;
            drop(alene);
            flyttet.inspect_err(|fejl| tracing::error!(fejl = %Causes(fejl), "uret nåede ikke frem"))
        }))
    }

    async fn flyt_alene(&self, til: DateTime<Utc>) -> Result<(), FlytFejl> {
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
