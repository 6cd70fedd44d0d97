//! What somebody reads for, by what they are to the employee.

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

    /// The same for the rows of a list, of which only the role is asked.
    #[must_use]
    pub fn formaal_of_list(&self, said: Formaal) -> Formaal {
        match self.rolle {
            Rolle::Leder => Formaal::Leder,
            Rolle::Kontaktperson => Formaal::Kontaktperson,
            Rolle::Koordinator => Formaal::Koordinator,
            Rolle::Medarbejder => Formaal::Eget,
            Rolle::Hr => Formaal::Hr,
            _ => said,
        }
    }
}
