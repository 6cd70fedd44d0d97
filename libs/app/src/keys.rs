//! Personal data: one key per person, and values that are only readable with it.
//!
//! The keys live in one small file outside journal and index, in slots of fixed size ([`file`]), so that erasing a person is
//! overwriting one slot in place. What is sealed in the log stays in the log and can no longer be read.
//!
//! The id of a person is random. Which CPR number is whose stands in the slot too, and nowhere else: when it is erased,
//! nothing leads from the CPR number to the id that the log still has.
//!
//! New slots are written and synced before the number that makes them count: after a power cut in between they are
//! overwritten, and nothing was sealed with them. Where it is not known whether they count, since writing the number
//! failed, they are left as they are: nothing was sealed with those either. A file that is written anew as a whole, because
//! it has another form or another master key from now on, takes the place of the old one in one step, and the old one is
//! overwritten.

mod file;
mod first_form;
mod master;
mod store;

use std::io;
use std::sync::{Mutex, PoisonError};

use thiserror::Error;

use serde::{Deserialize, Serialize};

use crate::failure::Malformed;

pub use master::{Master, MasterMark};
pub use store::Keys;

/// A value about a person. It can be handed around, and not printed by accident.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Confidential<T>(T);

impl<T> Confidential<T> {
    /// Marks a value as personal.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for showing it to somebody who may see it. Never for logs, metrics, mail or URLs.
    pub const fn show(&self) -> &T {
        &self.0
    }
}

impl<T> std::fmt::Debug for Confidential<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Confidential(…)")
    }
}

/// Why something sealed stays sealed.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The person's key is not there: erased, or never made.
    #[error("personens nøgle findes ikke")]
    KeyGone,
    /// The sealed value was changed, or belongs to somebody else.
    #[error("den forseglede værdi kan ikke åbnes")]
    Changed,
    /// It cannot be written down, and so not be sealed. Says nothing of what stands there.
    #[error("værdien kan ikke skrives: {0}")]
    Form(#[source] Malformed),
    /// No random numbers to be had.
    #[error("styresystemet giver ingen tilfældige tal")]
    Randomness(#[source] io::Error),
    /// The key file cannot be read or written.
    #[error("nøglefilen: {0}")]
    File(#[from] io::Error),
    /// There is no key file beside a log that needs one.
    #[error("nøglefilen mangler; uden den kan ingen navne læses: hent den fra en sikkerhedskopi")]
    Missing,
    /// The key file is not one.
    #[error("nøglefilen er beskadiget ved rum {0}")]
    Damaged(usize),
    /// The key file is wrapped, and there is nothing to unwrap it with.
    #[error(
        "nøglefilen er pakket med en hovednøgle (kendetegn {0}), og der er ikke givet nogen: sæt RASKVEJ_HOVEDNOEGLE_FIL til \
         filen med den"
    )]
    MasterMissing(MasterMark),
    /// The key file is wrapped with another key.
    #[error(
        "nøglefilen er pakket med en anden hovednøgle (kendetegn {file}) end den, der er givet (kendetegn {given})"
    )]
    MasterOther {
        /// Of the key that it is wrapped with.
        file: MasterMark,
        /// Of the key that was given.
        given: MasterMark,
    },
    /// The key file has the form it had before, and is not written anew while the log is damaged.
    #[error("nøglefilen har sin gamle form og kan ikke få nye nøgler, så længe loggen er beskadiget")]
    FirstForm,
}

/// Fills bytes in the place of the operating system.
pub type Source = Box<dyn FnMut(&mut [u8]) + Send>;

/// Where keys, ids and nonces come from.
enum Randomness {
    OperatingSystem,
    /// Whoever made the store: the same every time, and secret to nobody.
    Given(Mutex<Source>),
}

impl Randomness {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), KeyError> {
        match self {
            Self::OperatingSystem => fill_random(bytes),
            Self::Given(source) => {
                source.lock().unwrap_or_else(PoisonError::into_inner)(bytes);
                Ok(())
            }
        }
    }
}

/// Fills with random bytes from the operating system. Keys and ids come from here.
///
/// # Errors
/// The operating system has none.
pub fn fill_random(bytes: &mut [u8]) -> Result<(), KeyError> {
    getrandom::fill(bytes).map_err(|error| KeyError::Randomness(io::Error::other(error.to_string())))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod wrapped_tests;
