//! The clock of a service that runs: somebody says what day it is, and projections of a day that has not come.

use chrono::NaiveDate;

use super::{Fremdrift, Kerne};
use crate::clock_guard::{NotConfirmed, TOLERANCE, same_day};
use crate::ur::dag_i_danmark;

impl Kerne {
    /// Somebody says what day it is. When the clock says the same, it is believed from here on.
    ///
    /// # Errors
    /// See [`NotConfirmed`].
    pub fn confirm_clock(&self, today: NaiveDate) -> Result<(), NotConfirmed> {
        if !self.ur.er_maskinens() {
            return Err(NotConfirmed::Moved);
        }
        same_day(today, &self.ur)?;
        Ok(self.clock.believe(&self.ur)?)
    }

    /// The projections are of a day that has not come: the clock was ahead and was put right. They only turn forward, so they
    /// are built anew.
    pub async fn turn_back(&self) {
        if !self.ur.er_maskinens() || self.clock.doubt().is_some() {
            return;
        }
        let _alone = self.clock.turning.lock().await;
        if self.vis().idag() <= dag_i_danmark(self.ur.nu() + TOLERANCE) {
            return;
        }
        tracing::warn!("uret er sat tilbage: visningerne bygges på ny");
        if let Err(fejl) = self.genopbyg_paa(self.ur.idag(), &Fremdrift::default()).await {
            tracing::error!(%fejl, "visningerne kan ikke bygges på ny");
        }
    }
}
