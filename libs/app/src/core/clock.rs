//! The clock of a service that runs: somebody says what day it is, and projections of a day that has not come.

use std::io;

use chrono::NaiveDate;

use super::{App, Progress};
use crate::clock::dag_in_denmark;
use crate::clock_guard::{Doubt, NotConfirmed, TOLERANCE, same_day};

impl App {
    /// Looks at the clock: why it is not believed, where it is not. What a wrong clock removes does not come back.
    pub async fn clock_in_doubt(&self) -> Option<Doubt> {
        let (clock_guard, clock) = (self.clock_guard.clone(), self.clock.clone());
        let looked = tokio::task::spawn_blocking(move || clock_guard.look(&clock)).await;
        looked.unwrap_or_else(|_| self.clock_guard.doubt())
    }

    /// Somebody says what day it is. When the clock says the same, it is believed from here on.
    ///
    /// # Errors
    /// See [`NotConfirmed`].
    pub async fn confirm_clock(&self, today: NaiveDate) -> Result<(), NotConfirmed> {
        if !self.clock.is_machines() {
            return Err(NotConfirmed::Moved);
        }
        same_day(today, &self.clock)?;
        let (clock_guard, clock) = (self.clock_guard.clone(), self.clock.clone());
        let believed = tokio::task::spawn_blocking(move || clock_guard.believe(&clock));
        Ok(believed.await.map_err(io::Error::from)??)
    }

    /// The projections are of a day that has not come: the clock was ahead and was put right. They only turn forward, so they
    /// are built anew.
    pub async fn turn_back(&self) {
        if !self.clock.is_machines() || self.clock_guard.doubt().is_some() {
            return;
        }
        let _alone = self.clock_guard.turning.lock().await;
        if self.projections().today() <= dag_in_denmark(self.clock.now() + TOLERANCE) {
            return;
        }
        tracing::warn!("uret er sat tilbage: visningerne bygges på ny");
        if let Err(error) = self.rebuild_on(self.clock.today(), &Progress::default()).await {
            tracing::error!(%error, "visningerne kan ikke bygges på ny");
        }
    }
}
