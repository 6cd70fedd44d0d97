//! What somebody reads for, by what they are to the employee; who may search what was read, and answer for what is kept.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::words::Rolle;

use super::table::{Intent, Relation};
use super::{Denial, User};
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

    /// May do this to a person in each of their employments: what concerns all of them at once is for whoever reaches all.
    /// For an unknown employee and for somebody else's the answer is the same.
    ///
    /// # Errors
    /// Not in this role, or not this person.
    pub fn may_with_person(&self, intent: Intent, nr: &str, projections: &Projections) -> Result<(), Denial> {
        self.may_to_employee(intent, nr, projections)?;
        let person = projections.person(nr).ok_or(Denial::NotFound)?;
        let mut others = projections.numbers_for(person);
        others.try_for_each(|nr| self.may_to_employee(intent, nr, projections))
    }

    /// May see that this employment is past the periods of keeping.
    #[must_use]
    pub fn sees_retention_of(&self, nr: &str, projections: &Projections) -> bool {
        self.may_to_employee(Intent::Retention, nr, projections).is_ok()
    }

    /// May set or lift a hold on what is recorded about an employee.
    ///
    /// # Errors
    /// Not in this role, or not this employee.
    pub fn may_hold(&self, nr: &str, projections: &Projections) -> Result<(), Denial> {
        self.may_to_employee(Intent::Erasure, nr, projections)
    }

    /// May search who has read about this employee.
    #[must_use]
    pub fn searches_opslag_about(&self, nr: &str, projections: &Projections) -> bool {
        self.may_to_employee(Intent::Opslag, nr, projections).is_ok()
    }
}
