//! Looking at how the service is, when somebody asks and when nobody does.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::watch;

use super::App;
use crate::health::{Trouble, found};

/// How often it is looked at when nobody asks.
const EVERY: Duration = Duration::from_secs(5);

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
        self.changes.note(&found)
    }

    /// Looks from time to time, until `stop` is true or gone: what nobody asks for is in the log lines all the same.
    pub async fn watch_health(&self, mut stop: watch::Receiver<bool>) {
        loop {
            self.health().await;
            self.turn_back().await;
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }
}
