//! The weekly mail about signals of frequent absence that a leader may wish for: whether they do, and what it told last.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::events::haendelse::{Haendelse, Udfald};
use crate::fold::ansaettelse::Ansaettelse;
use crate::rules::calendar::{Calendar, plus_dage};

/// A leader's weekly mail.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Signalbrev {
    /// The leader wants it: nobody does unless they say so.
    pub ugentligt: bool,
    /// The Monday of the week of the last one, whatever became of it.
    uge: Option<NaiveDate>,
    /// The newest absences that it told of when one last was sent.
    told: Vec<Uuid>,
}

impl Signalbrev {
    /// One is to leave in the week of this Monday: it is wanted, and there was none that week.
    #[must_use]
    pub fn is_wanted_in(&self, monday: NaiveDate) -> bool {
        self.ugentligt && self.uge.is_none_or(|uge| uge < monday)
    }

    /// Something is new since the last mail that was sent: somebody has a signal who had none in it, or has been absent once more. That a
    /// signal is gone is no news.
    #[must_use]
    pub fn is_news(&self, perioder: &[Uuid]) -> bool {
        perioder.iter().any(|one| !self.told.contains(one))
    }
}

impl Ansaettelse {
    /// The weekly mail of this leader; nobody who was erased has one.
    #[must_use]
    pub fn signalbrev(&self) -> Signalbrev {
        let mut brev = Signalbrev::default();
        for record in self.records().iter().filter(|_| !self.is_erased()) {
            if let Haendelse::SignalbrevOensket(h) = &record.haendelse {
                brev.ugentligt = h.ugentligt;
            } else if let Haendelse::SignalbrevAfgjort(h) = &record.haendelse {
                brev.uge = Some(h.uge);
                if matches!(h.udfald, Udfald::Sendt { .. }) {
                    brev.told.clone_from(&h.perioder);
                }
            }
        }
        brev
    }
}

/// The Monday of a week.
#[must_use]
pub fn monday(dag: NaiveDate) -> NaiveDate {
    dag.week(chrono::Weekday::Mon).first_day()
}

/// The day of a week on which the mail leaves: its first working day; none in a week without one.
#[must_use]
pub fn leaves_on(calendar: &Calendar, dag: NaiveDate) -> Option<NaiveDate> {
    let monday = monday(dag);
    (0..7).map(|nr| plus_dage(monday, nr)).find(|dag| calendar.is_arbejdsdag(*dag))
}
