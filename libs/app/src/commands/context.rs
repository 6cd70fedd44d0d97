//! Where a command is asked for: by whom, on which day, and what is known there.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::haendelse::Ciphertext;

use super::Refusal;
use crate::access::{Intent, User};
use crate::core::{App, ShowGuard};
use crate::projections::Projections;
use crate::sealed::{self, Sealed};
use texts::danish::danish;

/// Who is near enough to a case to be given a part in it by those who see no more than it.
#[derive(Debug, Clone, Copy)]
pub struct Near {
    /// Their numbers.
    pub who: fn(&Projections, &Forloeb) -> BTreeSet<String>,
    /// The caller too.
    pub oneself: bool,
    /// What is said of everybody else.
    pub said: &'static str,
}

/// One caller on one day. Nothing is locked: whatever is asked is looked up when it is asked.
#[derive(Clone, Copy)]
pub struct CommandContext<'a> {
    /// The core.
    pub app: &'a App,
    /// Who asks.
    pub caller: &'a User,
    /// The day.
    pub today: NaiveDate,
}

impl<'a> CommandContext<'a> {
    /// A caller here.
    #[must_use]
    pub fn new(app: &'a App, caller: &'a User) -> Self {
        Self { app, caller, today: app.projections().today() }
    }

    /// The projections, to look something up.
    #[must_use]
    pub fn projections(&self) -> ShowGuard<'a> {
        self.app.projections()
    }

    /// The caller may do this with a forløb.
    #[must_use]
    pub fn may(&self, f: &Forloeb, intent: Intent) -> bool {
        self.caller.may_with(f, intent, &self.projections(), self.today).is_ok()
    }

    /// Seals free text with the key of the employee it is about.
    ///
    /// # Errors
    /// The person was erased.
    pub fn seal<T: Sealed>(&self, nr: &str, text: &T) -> Result<Ciphertext, Refusal> {
        let person = self.projections().person(nr).ok_or(Refusal::NotFound)?;
        Ok(sealed::seal(&self.app.keys, person, text)?)
    }

    /// Somebody has this employee number.
    ///
    /// # Errors
    /// Nobody has; the field is named.
    pub fn known(&self, field: &str, nr: &str) -> Result<(), Refusal> {
        let exists = self.projections().stamdata(nr).is_some();
        if exists { Ok(()) } else { Err(Refusal::field(field, "ingen medarbejder har dette nummer")) }
    }

    /// Somebody who is to act from a day on: employed then, and not erased.
    ///
    /// # Errors
    /// They are not; the field is named.
    pub fn employed(&self, field: &str, nr: &str, day: NaiveDate) -> Result<(), Refusal> {
        self.known(field, nr)?;
        let projections = self.projections();
        let left = projections.stamdata(nr).and_then(|s| s.fratraadt).is_some_and(|fratraadt| fratraadt < day);
        if left || projections.is_erased(nr) {
            return Err(Refusal::field(field, "er ikke ansat på det tidspunkt"));
        }
        Ok(())
    }

    /// Somebody who can be given a part in this forløb from a day on: employed then, not the employee, and near the case
    /// or within the reach of HR. Numbers are not for trying out: for everybody else the answer is one, unknown numbers
    /// included.
    ///
    /// # Errors
    /// They cannot; the field is named.
    pub fn fit(&self, (field, nr): (&str, &str), f: &Forloeb, day: NaiveDate, near: Near) -> Result<(), Refusal> {
        if nr == f.medarbejder_nr {
            return Err(Refusal::field(field, "kan ikke være medarbejderen selv"));
        }
        let (same_person, is_near, in_reach) = {
            let projections = self.projections();
            let in_reach = self.caller.is_hr() && self.caller.reaches(nr, &projections);
            let is_near =
                (near.who)(&projections, f).contains(nr) || self.caller.nr.as_deref() == Some(nr) && near.oneself;
            (projections.is_same_person(nr, &f.medarbejder_nr), is_near, in_reach)
        };
        if in_reach && !same_person {
            return self.employed(field, nr, day);
        }
        if same_person || !is_near || self.employed(field, nr, day).is_err() {
            let hr = "skal være en, der er ansat i en enhed, din adgang gælder, og ikke medarbejderen selv";
            return Err(Refusal::field(field, if self.caller.is_hr() { hr } else { near.said }));
        }
        Ok(())
    }

    /// The name of a person, for a caller who sees names; none where it was erased.
    #[must_use]
    pub fn name(&self, nr: &str) -> Option<String> {
        let known = self.caller.sees_names().then(|| self.app.details(nr))??.ok()?;
        Some(known.name.show().clone())
    }

    /// Number and name of some people, by name; who is called the same stands with unit and number.
    pub fn people(&self, numbers: impl IntoIterator<Item = String>) -> Vec<(String, String)> {
        let named = |nr: &str| self.name(nr).unwrap_or_else(|| format!("medarbejder {nr}"));
        let with_name = |nr: String| {
            let name = named(&nr);
            (nr, name)
        };
        let mut people: Vec<_> = numbers.into_iter().map(with_name).collect();
        people.sort_by_cached_key(|(_, name)| danish(name));
        let namesakes: Vec<bool> = (0..people.len())
            .map(|n| {
                [n.checked_sub(1), Some(n + 1)]
                    .into_iter()
                    .flatten()
                    .any(|m| people.get(m).is_some_and(|p| p.1 == people[n].1))
            })
            .collect();
        let projections = self.projections();
        for ((nr, name), _) in people.iter_mut().zip(namesakes).filter(|(_, namesake)| *namesake) {
            let enhed = projections.stamdata(nr).map_or(String::new(), |s| format!("{}, ", s.enhed_navn));
            *name = format!("{name} ({enhed}{nr})");
        }
        people
    }
}
