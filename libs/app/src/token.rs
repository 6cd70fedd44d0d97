//! Bearer tokens: whose they are, how long they work, and when they were last used.
//!
//! Only the hash of a token is kept. It works until its last day by the machine's own clock, as sessions do: a clock that
//! is moved by hand logs nobody out. It ends with the employment of the person it belongs to, and when it is called back.

mod used;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use forloeb::words::Rolle;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::keys::{KeyError, fill_random};
pub use used::TokenUse;

/// Days that a person's token works where nothing is said: it is on somebody's machine, and one who does not log in for a
/// quarter of a year has no use of it.
const DAYS_OF_A_PERSON: i64 = 90;
/// Days that a token works that is not a person's, where nothing is said: a system is set up by hand, once a year.
const DAYS_OF_A_SYSTEM: i64 = 365;
/// Most days that a token may be asked to work: three years. Whoever looks after it has often left by then.
const MOST_DAYS: i64 = 3 * 365;
/// Signs of the hash that tell one token from another.
const ID: usize = 12;
/// Most characters of the name of a token.
pub const LONGEST_NAME: usize = 60;

/// A token as the log knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Role it acts in.
    pub rolle: Rolle,
    /// Employee number, where it is a person's.
    pub nr: Option<String>,
    /// What it is called.
    pub navn: Option<String>,
    /// When it was issued.
    pub made: DateTime<Utc>,
    /// The last day it works, by the machine's clock; none: tokens of the first programs work for ever.
    pub udloeber: Option<NaiveDate>,
    /// It was called back.
    pub revoked: bool,
}

impl Token {
    /// Neither called back nor past its last day.
    #[must_use]
    pub fn holds(&self, machine_day: NaiveDate) -> bool {
        !self.revoked && self.udloeber.is_none_or(|last| machine_day <= last)
    }

    /// It is the same as another, or what became of that when it was called back.
    pub(crate) fn is_or_became(&self, other: &Self) -> bool {
        *self == Self { revoked: self.revoked, ..other.clone() } && (self.revoked || !other.revoked)
    }

    /// Nobody can say whose it is, or it never ends: the first programs issued such.
    #[must_use]
    pub const fn is_loose(&self) -> bool {
        self.udloeber.is_none() || (self.nr.is_none() && self.navn.is_none())
    }
}

/// With which token somebody came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByToken {
    /// SHA-256 of the token, in hex.
    pub hash: String,
    /// What it is called.
    pub navn: Option<String>,
}

impl ByToken {
    /// What tells it from others, in the log and in lists.
    #[must_use]
    pub fn id(&self) -> String {
        id(&self.hash)
    }
}

/// What tells a token from others: the beginning of its hash. It opens nothing.
#[must_use]
pub fn id(hash: &str) -> String {
    hash.chars().take(ID).collect()
}

/// The last day of a token that is issued today, unless somebody says another.
#[must_use]
pub fn last_day(of_a_person: bool, machine_day: NaiveDate) -> NaiveDate {
    machine_day + TimeDelta::days(if of_a_person { DAYS_OF_A_PERSON } else { DAYS_OF_A_SYSTEM })
}

/// The latest last day that somebody may ask for.
#[must_use]
pub fn latest_last_day(machine_day: NaiveDate) -> NaiveDate {
    machine_day + TimeDelta::days(MOST_DAYS)
}

/// A new bearer token. It is shown once; only its hash is kept.
///
/// # Errors
/// The operating system has no random numbers.
pub fn new_token() -> Result<String, KeyError> {
    let mut bytes = [0; 32];
    fill_random(&mut bytes)?;
    Ok(format!("rv_{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// The hash under which a token, or a session, is kept.
#[must_use]
pub fn fingerprint(token: &str) -> String {
    use std::fmt::Write;
    Sha256::digest(token.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, b| {
        let _ = write!(hex, "{b:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_works_through_its_last_day_and_not_when_it_was_called_back() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2026-11-28");
        let token = |udloeber, revoked| Token {
            rolle: Rolle::Hr,
            nr: None,
            navn: Some("lønkontoret".to_owned()),
            made: "2026-11-28T08:00:00Z".parse().unwrap(),
            udloeber,
            revoked,
        };
        let person = token(Some(last_day(true, today)), false);
        assert_eq!(person.udloeber, Some(day("2027-02-26")));
        assert!(person.holds(day("2027-02-26")) && !person.holds(day("2027-02-27")) && !person.is_loose());
        assert_eq!((last_day(false, today), latest_last_day(today)), (day("2027-11-28"), day("2029-11-27")));
        assert!(!token(person.udloeber, true).holds(today), "called back");
        let old = Token { navn: None, ..token(None, false) };
        assert!(old.holds(day("2099-01-01")) && old.is_loose(), "of a first program: said, and not cut off");
    }
}
