//! Looking at how the service is, when somebody asks and when nobody does.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::watch;

use super::App;
use crate::failure::Causes;
use crate::health::{Trouble, found};

/// How often it is looked at when nobody asks.
const EVERY: Duration = Duration::from_secs(5);
/// How often it is looked whether the time of a month of look-ups is over.
const UPKEEP: Duration = Duration::from_hours(1);

impl App {
    /// What is wrong at this moment. Metrics follow it, and a log line is written when it changes.
    pub async fn health(&self) -> BTreeSet<Trouble> {
        let (log, clock_guard, clock) = (self.log.clone(), self.clock_guard.clone(), self.clock.clone());
        // It asks the file system, which may be slow just when something is wrong.
        let looked = tokio::task::spawn_blocking(move || (log.health(), clock_guard.look(&clock))).await;
        let (health, doubt) = looked.unwrap_or_else(|_| {
            tracing::error!("det kunne ikke ses efter, hvordan tjenesten har det: opgaven gik i panik");
            (self.log.health(), self.clock_guard.doubt())
        });
        let mut found = found(health, self.follows(), doubt);
        found.extend(self.undelivered.told().map(|told| (Trouble::SealWaits, told)));
        found.extend(self.untold.told().map(|told| (Trouble::CertificateWaits, told)));
        self.changes.note(&found)
    }

    /// Looks from time to time, until `stop` is true or gone: what nobody asks for is in the log lines all the same.
    pub async fn watch_health(&self, mut stop: watch::Receiver<bool>) {
        loop {
            self.health().await;
            let behind = self.log.head().position.saturating_sub(self.as_they_are().position());
            metrics::gauge!("raskvej_visninger_bagud_haendelser").set(u32::try_from(behind).unwrap_or(u32::MAX));
            self.turn_back().await;
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// Removes the look-ups of the months whose time is over, where the clock is believed; how many months went.
    pub async fn forget_opslag(&self, kept: u32) -> usize {
        if self.clock_in_doubt().await.is_some() {
            return 0; // that the clock is in doubt is told already
        }
        match self.opslag.forget(self.clock.today(), kept).await {
            Ok(months) => {
                if months > 0 {
                    tracing::info!(months, "opslag, der ikke skal gemmes længere, er slettet");
                }
                months
            }
            Err(error) => {
                tracing::error!(error = %Causes(&error), "gamle opslag kan ikke slettes");
                0
            }
        }
    }

    /// The same, now and as days go, until `stop` is true or gone.
    pub async fn upkeep_opslag(&self, kept: u32, mut stop: watch::Receiver<bool>) {
        loop {
            self.forget_opslag(kept).await;
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(UPKEEP) => {}
            }
        }
    }
}
