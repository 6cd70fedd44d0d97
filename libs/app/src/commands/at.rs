//! Where a command is asked for: by whom, on which day, and what is known there.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::haendelse::Forseglet;

use super::Refusal;
use crate::adgang::{Bruger, Oenske};
use crate::kerne::Kerne;
use crate::sealed::{self, Sealed};
use crate::visninger::Visninger;
use texts::dansk::dansk;

/// One caller looking at one state of the projections.
#[derive(Clone, Copy)]
pub struct At<'a> {
    /// The core. Its projections are held already: they are not to be asked for.
    pub kerne: &'a Kerne,
    /// The projections.
    pub vis: &'a Visninger,
    /// Who asks.
    pub caller: &'a Bruger,
    /// The day.
    pub today: NaiveDate,
}

impl<'a> At<'a> {
    /// A caller here.
    #[must_use]
    pub fn new(kerne: &'a Kerne, vis: &'a Visninger, caller: &'a Bruger) -> Self {
        Self { kerne, vis, caller, today: vis.idag() }
    }

    /// The caller may do this with a forløb.
    #[must_use]
    pub fn may(&self, f: &Forloeb, wish: Oenske) -> bool {
        self.caller.maa_aendre(f.id, wish, self.vis, self.today).is_ok()
    }

    /// Seals free text with the key of the employee it is about.
    ///
    /// # Errors
    /// The person was erased.
    pub fn seal<T: Sealed>(&self, nr: &str, text: &T) -> Result<Forseglet, Refusal> {
        let person = self.vis.person(nr).ok_or(Refusal::NotFound)?;
        Ok(sealed::seal(&self.kerne.noegler, person, text)?)
    }

    /// Somebody has this employee number.
    ///
    /// # Errors
    /// Nobody has; the field is named.
    pub fn known(&self, field: &str, nr: &str) -> Result<(), Refusal> {
        match self.vis.stamdata(nr) {
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
        let left = self.vis.stamdata(nr).and_then(|s| s.fratraadt).is_some_and(|fratraadt| fratraadt < day);
        if left || self.vis.er_slettet(nr) {
            return Err(Refusal::field(field, "er ikke ansat på det tidspunkt"));
        }
        Ok(())
    }

    /// The name of a person, for a caller who sees names; none where it was erased.
    #[must_use]
    pub fn name(&self, nr: &str) -> Option<String> {
        let known = self.caller.ser_navne().then(|| self.vis.oplysninger(&self.kerne.noegler, nr))??.ok()?;
        Some(known.navn.vis().clone())
    }

    /// Number and name of some people, by name.
    pub fn people<'b>(&self, numbers: impl IntoIterator<Item = &'b str>) -> Vec<(String, String)> {
        let named = |nr: &str| self.name(nr).unwrap_or_else(|| format!("medarbejder {nr}"));
        let mut people: Vec<_> = numbers.into_iter().map(|nr| (nr.to_owned(), named(nr))).collect();
        people.sort_by_cached_key(|(_, name)| dansk(name));
        people
    }
}
