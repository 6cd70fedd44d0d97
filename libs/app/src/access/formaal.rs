//! What somebody reads for, by what they are to the employee, and who may search what was read.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::words::Rolle;

use super::User;
use super::table::{Intent, Relation};
use crate::opslag::Formaal;
use crate::projections::Projections;

impl User {
    /// What a forløb is read for; `said` by whoever has no relation to it.
    #[must_use]
    pub fn formaal(&self, f: &Forloeb, said: Formaal, projections: &Projections, today: NaiveDate) -> Formaal {
        match self.stands(f, projections, today).0 {
            Relation::Own | Relation::OwnElsewhere => Formaal::Own,
            Relation::LeadsLeder => Formaal::LedersLeder,
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
            Rolle::Medarbejder => Formaal::Own,
            Rolle::Hr => Formaal::Hr,
            Rolle::Revisor | Rolle::Drift | Rolle::System => said,
        }
    }

    /// May search who has read about this employee.
    #[must_use]
    pub fn searches_opslag_about(&self, nr: &str, projections: &Projections) -> bool {
        self.may_to_employee(Intent::Opslag, nr, projections).is_ok()
    }
}
