//! Which units a role reaches, and where the workplace says so.

use std::collections::{BTreeMap, BTreeSet};

use forloeb::words::Rolle;

use super::User;

/// Which units somebody's role reaches. It only takes away: whose cases there are for them, the relations of payroll say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Scope {
    /// The whole workplace.
    #[default]
    All,
    /// These units, by the code that payroll has for them. None at all is nothing.
    Enheder(BTreeSet<String>),
}

impl Scope {
    /// A unit lies within it.
    #[must_use]
    pub fn reaches(&self, enhed: &str) -> bool {
        match self {
            Self::All => true,
            Self::Enheder(enheder) => enheder.contains(enhed),
        }
    }

    /// Every unit lies within it, those that are yet to come included.
    #[must_use]
    pub const fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }
}

/// The units that some in HR work for, as the workplace has said it: whoever is not named works for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HrEnheder(BTreeMap<String, BTreeSet<String>>);

impl HrEnheder {
    /// Reads `9002=E101,E102;9003=E200`: an employee number and the codes of its units.
    ///
    /// # Errors
    /// It is written in another way; what would be right.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        const WRONG: &str = "skal være medarbejdernumre med deres enheder som 9002=E101,E102;9003=E200";
        let mut all = BTreeMap::new();
        for entry in text.split(';').map(str::trim).filter(|entry| !entry.is_empty()) {
            let (nr, enheder) = entry.split_once('=').ok_or(WRONG)?;
            let codes: Vec<&str> = enheder.split(',').map(str::trim).collect();
            if nr.trim().is_empty() || codes.iter().any(|code| code.is_empty()) {
                return Err(WRONG);
            }
            let codes = codes.into_iter().map(str::to_owned).collect();
            if all.insert(nr.trim().to_owned(), codes).is_some() {
                return Err(WRONG);
            }
        }
        Ok(Self(all))
    }

    /// Somebody who came in, narrowed to the units they work for. `numbers` are theirs, those they have moved from too: who
    /// gets a new number is not of all units for that. The one they have now counts before those.
    #[must_use]
    pub fn narrow(&self, user: User, numbers: &[String]) -> User {
        let hr = numbers.iter().filter(|_| user.rolle == Rolle::Hr);
        let enheder = hr.filter_map(|nr| self.0.get(nr)).next().cloned();
        match enheder {
            Some(enheder) => user.narrowed_to(enheder),
            None => user,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_units_of_hr_are_read_and_what_is_written_in_another_way_is_refused() {
        let said = HrEnheder::read("9002=E101, E102; 9003=E200;").unwrap();
        let hr = |nr: Option<&str>| {
            let numbers: Vec<_> = nr.map(str::to_owned).into_iter().collect();
            said.narrow(User::new(Rolle::Hr, nr.map(str::to_owned)), &numbers).scope
        };
        assert_eq!(hr(Some("9002")), Scope::Enheder(["E101".to_owned(), "E102".to_owned()].into()));
        assert!(!hr(Some("9003")).reaches("E101") && hr(Some("9003")).reaches("E200"));
        assert!(hr(Some("9004")).is_all() && hr(None).is_all());
        let leder = said.narrow(User::new(Rolle::Leder, Some("9002".to_owned())), &["9002".to_owned()]);
        assert!(leder.scope.is_all(), "it is what HR works for, and a leader leads whom payroll says");
        for wrong in ["9002", "9002=", "=E101", "9002=E101,,E102", "9002=E1;9002=E2"] {
            assert!(HrEnheder::read(wrong).is_err(), "{wrong}");
        }
        assert_eq!(HrEnheder::read(""), Ok(HrEnheder::default()));
    }

    #[test]
    fn what_narrows_only_takes_away() {
        let once = User::new(Rolle::Hr, None).narrowed_to(["E1".to_owned(), "E2".to_owned()]);
        let twice = once.narrowed_to(["E2".to_owned(), "E3".to_owned()]);
        assert_eq!(twice.scope, Scope::Enheder(["E2".to_owned()].into()));
    }
}
