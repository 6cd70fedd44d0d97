//! Opening what is sealed about people: looked up in the projections, and opened when they are let go.

use forloeb::Haendelse;
use forloeb::haendelse::Ciphertext;
use uuid::Uuid;

use super::App;
use crate::keys::KeyError;
use crate::sealed::{self, OpenError, Personoplysninger, Sealed};
use crate::stored::{ANSAETTELSE, place};

impl App {
    /// Opens something that is sealed about an employment, whoever it was for: a personnummer that was corrected leaves
    /// behind what was written before. Of somebody who was erased nothing is opened, though a number they once had by
    /// mistake may be another employee's, whose key is still there.
    ///
    /// # Errors
    /// It cannot be opened: that is never the same as empty.
    pub fn unlock<T: Sealed>(&self, nr: &str, sealed: &Ciphertext) -> Result<T, OpenError> {
        let persons = self.projections().sealed_for(nr)?;
        sealed::open(&self.keys, persons, sealed).map_err(|error| match error {
            OpenError::NoKey if self.projections().has_lost_a_key(nr) => OpenError::Erased,
            error => error,
        })
    }

    /// Binds what is sealed in an event to where the event is about to stand. What cannot be opened stays as it is.
    pub(super) fn bind(&self, nr: &str, version: u64, haendelse: &mut Haendelse) -> Result<(), KeyError> {
        let Some((kind, _)) = haendelse.sealed() else { return Ok(()) };
        // A new person, whom the projections do not know yet.
        let told = if let Haendelse::StamdataRegistreret(h) = &haendelse { Some(h.person) } else { None };
        let mut persons: Vec<Uuid> = told.into_iter().collect();
        persons.extend(self.projections().sealed_for(nr).unwrap_or_default());
        let place = place(&format!("{ANSAETTELSE}{nr}"), version, kind);
        if let Some(sealed) = haendelse.sealed_mut() {
            *sealed = self.keys.bind(persons, sealed, &place)?;
        }
        Ok(())
    }

    /// What payroll tells about the person of an employment; none where it has told nothing.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn details(&self, nr: &str) -> Option<Result<Personoplysninger, OpenError>> {
        let sealed = self.projections().confidential(nr).map(|(_, sealed)| sealed.clone())?;
        Some(self.unlock(nr, &sealed))
    }
}
