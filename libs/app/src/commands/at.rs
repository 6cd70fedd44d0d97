//! Where a command is asked for: by whom, on which day, and what is known there.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::haendelse::Ciphertext;

use super::Refusal;
use crate::access::{Intent, User};
use crate::core::App;
use crate::projections::Projections;
use crate::sealed::{self, Sealed};
use texts::danish::danish;

/// One caller looking at one state of the projections.
#[derive(Clone, Copy)]
pub struct At<'a> {
    /// The core. Its projections are held already: they are not to be asked for.
    pub app: &'a App,
    pub show: &'a Projections,
    /// Who asks.
    pub caller: &'a User,
    /// The day.
    pub today: NaiveDate,
}

impl<'a> At<'a> {
    /// A caller here.
    #[must_use]
    pub fn new(app: &'a App, show: &'a Projections, caller: &'a User) -> Self {
        Self { app, show, caller, today: show.today() }
    }

    /// The caller may do this with a forløb.
    #[must_use]
    pub fn may(&self, f: &Forloeb, wish: Intent) -> bool {
        self.caller.may_change(f.id, wish, self.show, self.today).is_ok()
    }

    /// Seals free text with the key of the employee it is about.
    ///
    /// # Errors
    /// The person was erased.
    pub fn seal<T: Sealed>(&self, nr: &str, text: &T) -> Result<Ciphertext, Refusal> {
        let person = self.show.person(nr).ok_or(Refusal::NotFound)?;
        Ok(sealed::seal(&self.app.keys, person, text)?)
    }

    /// Somebody has this employee number.
    ///
    /// # Errors
    /// Nobody has; the field is named.
    pub fn known(&self, field: &str, nr: &str) -> Result<(), Refusal> {
        match self.show.stamdata(nr) {
            Some(_) => Ok(()),
            None => Err(Refusal::field(field, "ingen medarbejder har dette nummer")),
        }
    }

    /// Somebody who is to act from a day on: employed then, and not erased.
    ///
    /// # Errors
    /// They are not; the field is named.
    pub fn employed(&self, field: &str, nr: &str, day: NaiveDate) -> Result<(), Refusal> {
        self.known(field, nr)?;
        let left = self.show.stamdata(nr).and_then(|s| s.fratraadt).is_some_and(|fratraadt| fratraadt < day);
        if left || self.show.is_erased(nr) {
            return Err(Refusal::field(field, "er ikke ansat på det tidspunkt"));
        }
        Ok(())
    }

    /// The name of a person, for a caller who sees names; none where it was erased.
    #[must_use]
    pub fn name(&self, nr: &str) -> Option<String> {
        let known = self.caller.ser_names().then(|| self.show.details(&self.app.keys, nr))??.ok()?;
        Some(known.name.show().clone())
    }

    /// Number and name of some people, by name.
    pub fn people<'b>(&self, numbers: impl IntoIterator<Item = &'b str>) -> Vec<(String, String)> {
        let named = |nr: &str| self.name(nr).unwrap_or_else(|| format!("medarbejder {nr}"));
        let mut people: Vec<_> = numbers.into_iter().map(|nr| (nr.to_owned(), named(nr))).collect();
        people.sort_by_cached_key(|(_, name)| danish(name));
        people
    }
}
