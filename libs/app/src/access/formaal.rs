//! What somebody reads for, by what they are to the employee, and who may search what was read.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::words::Rolle;

use super::User;
use crate::opslag::Formaal;
use crate::projections::Projections;

impl User {
    /// What a forløb is read for; `said` by whoever has no relation to it.
    #[must_use]
    pub fn formaal(&self, f: &Forloeb, said: Formaal, projections: &Projections, today: NaiveDate) -> Formaal {
        match self.rolle {
            Rolle::Leder if !self.is_or_stands_for(f.leder(today), projections) => Formaal::LedersLeder,
            _ => self.formaal_of_list(said),
        }
    }

    /// May search who has read about others: HR and the auditor.
    #[must_use]
    pub const fn searches_opslag(&self) -> bool {
        matches!(self.rolle, Rolle::Hr | Rolle::Revisor)
    }

    /// May search who has read about this employee. HR does not look after readings of their own case.
    #[must_use]
    pub fn searches_opslag_about(&self, nr: &str, projections: &Projections) -> bool {
        self.searches_opslag() && !self.is_about(nr, projections) && projections.stamdata(nr).is_some()
    }

    /// The same for the rows of a list, of which only the role is asked.
    #[must_use]
    pub fn formaal_of_list(&self, said: Formaal) -> Formaal {
        match self.rolle {
            Rolle::Leder => Formaal::Leder,
            Rolle::Kontaktperson => Formaal::Kontaktperson,
            Rolle::Koordinator => Formaal::Koordinator,
            Rolle::Medarbejder => Formaal::Own,
            Rolle::Hr => Formaal::Hr,
            _ => said,
        }
    }
}
