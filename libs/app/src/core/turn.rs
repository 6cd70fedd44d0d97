//! The day turns: what goes on is judged on the new day while the events of commands are still taken in, and then put in
//! the place of what was known.

use std::sync::PoisonError;

use chrono::NaiveDate;

use super::App;

impl App {
    /// Turns the projections to a day. Whoever looks first does it; those who look meanwhile wait for it, since what they are
    /// to see is that day's.
    pub(super) fn turn(&self, today: NaiveDate) {
        let _alone = self.turning.lock().unwrap_or_else(PoisonError::into_inner);
        let evening = {
            let projections = self.projections.read().unwrap_or_else(PoisonError::into_inner);
            if projections.today() >= today {
                return;
            }
            projections.evening()
        };
        let morning = evening.judge(today);
        self.projections_mut().turn(morning);
    }
}
