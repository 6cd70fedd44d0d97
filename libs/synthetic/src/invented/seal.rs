//! What becomes of the personal part of an event.

use crate::Medarbejder;
use forloeb::haendelse::Ciphertext;
use uuid::Uuid;

use app::keys::{Confidential, KeyError, Keys};
use app::sealed::{self, Sealed};

/// Where the keys of the invented people are.
#[derive(Clone, Copy)]
pub(crate) enum Seal<'a> {
    /// In a store: what is sealed can be opened again.
    Keys(&'a Keys),
    /// Nowhere: nobody will open it.
    Nothing,
}

impl Seal<'_> {
    /// Whose key each of them has.
    ///
    /// # Errors
    /// The keys could not be made.
    pub(crate) fn personer(self, people: &[Medarbejder]) -> Result<Vec<Uuid>, KeyError> {
        match self {
            Self::Keys(keys) => {
                let cpr: Vec<_> = people.iter().map(|m| Confidential::new(m.cpr.clone())).collect();
                keys.persons(&cpr)
            }
            Self::Nothing => Ok(people.iter().map(|m| Uuid::from_u128(m.cpr.parse().unwrap_or_default())).collect()),
        }
    }

    /// Seals it.
    ///
    /// # Errors
    /// There is no such key.
    pub(crate) fn seal<T: Sealed>(self, person: Uuid, what: &T) -> Result<Ciphertext, KeyError> {
        match self {
            Self::Keys(keys) => sealed::seal(keys, person, what),
            Self::Nothing => Ok(Ciphertext(String::new())),
        }
    }
}
