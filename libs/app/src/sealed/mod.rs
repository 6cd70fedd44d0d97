//! What is sealed: one type for each kind of text about a person, and the one way to seal and to open it.
//!
//! A sealed payload lasts as long as the event it is in, so its plaintext is a stored form like the event's own: every
//! form ever written has a file in `migrations/golden-sealed/` and is read for ever.
//!
//! | form | plaintext |
//! |---|---|
//! | 1 | the payload by itself: `"…"` or `{"sted":…}`; no payload of form 1 has a field `form` |
//! | 2 and on | `{"form":2,"hvad":payload}` |
//!
//! So a program that knows form 1 alone can tell that it has met a newer one. It must never take it for something else,
//! nor for nothing: what cannot be opened has a reason, [`OpenError`], and whoever shows it says so.

mod payloads;
mod plan;

use forloeb::haendelse::Ciphertext;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;
use uuid::Uuid;

use crate::keys::{KeyError, Keys};

pub use forloeb::haendelse::Kind;
pub use payloads::*;
pub use plan::*;

/// A payload that can be sealed.
pub trait Sealed: Serialize + DeserializeOwned {
    /// What it is.
    const KIND: Kind;
    /// The form in which it is written. Any change of its fields is a new form.
    const FORM: u16;

    /// Reads a payload of an older form. A kind that has had one form only has nothing to lift.
    fn lift(_form: u16, _payload: Value) -> Option<Self> {
        None
    }
}

/// Why something sealed cannot be shown. It holds nothing of what is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OpenError {
    /// The person was erased, and with them the key.
    #[error("teksten er slettet")]
    Erased,
    /// There is no such key, though nobody was erased: the key file is older than the log, or is not its own.
    #[error("teksten kan ikke åbnes, fordi nøglen til den mangler")]
    NoKey,
    /// It was changed since it was sealed, or is sealed with another key. The cipher cannot tell which.
    #[error("teksten kan ikke åbnes")]
    Damaged,
    /// A later program wrote it, in a form that is not known here.
    #[error("teksten er skrevet af en nyere udgave og kan ikke vises her")]
    NewerForm,
    /// It was opened, and is not what belongs here.
    #[error("teksten kan ikke vises, fordi det gemte er noget andet")]
    OtherKind,
}

impl OpenError {
    /// The text may still be read by another program, or from a backup: whoever writes in its place must know.
    #[must_use]
    pub const fn may_be_elsewhere(self) -> bool {
        !matches!(self, Self::Erased)
    }

    /// The reason, as the API names it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Erased => "slettet",
            Self::NoKey => "noegle_mangler",
            Self::Damaged => "beskadiget",
            Self::NewerForm => "nyere_form",
            Self::OtherKind => "noget_andet",
        }
    }
}

/// Seals a payload with the person's key, which must have been made.
///
/// # Errors
/// There is no key, or no random number.
pub fn seal<T: Sealed>(keys: &Keys, person: Uuid, payload: &T) -> Result<Ciphertext, KeyError> {
    let payload = write(payload).map_err(|error| KeyError::Form(error.into()))?;
    keys.seal(person, &payload)
}

/// Opens what was sealed for one of these persons: a personnummer that was corrected leaves behind what was sealed
/// before.
///
/// # Errors
/// It cannot be opened; where any of their keys is gone, that is why.
pub fn open<T: Sealed>(
    keys: &Keys,
    persons: impl IntoIterator<Item = Uuid>,
    sealed: &Ciphertext,
) -> Result<T, OpenError> {
    let mut why = None;
    for person in persons {
        match keys.unlock(person, sealed) {
            Ok(plaintext) => return read(&plaintext),
            Err(KeyError::KeyGone) => why = Some(OpenError::NoKey),
            Err(_) => why = why.or(Some(OpenError::Damaged)),
        }
    }
    Err(why.unwrap_or(OpenError::NoKey))
}

/// Seals for another person what was sealed for one, as it was written.
///
/// # Errors
/// It cannot be opened, or not be sealed.
pub fn copy(keys: &Keys, from: Uuid, to: Uuid, sealed: &Ciphertext) -> Result<Ciphertext, KeyError> {
    keys.seal(to, &keys.unlock(from, sealed)?)
}

/// What is around a payload from form 2 on.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<T> {
    form: u16,
    #[serde(rename = "hvad")]
    what: T,
}

/// All that is known of an envelope from a later program.
#[derive(Deserialize)]
struct Marker {
    form: u64,
}

fn write<T: Sealed>(payload: &T) -> serde_json::Result<Vec<u8>> {
    if T::FORM == 1 {
        serde_json::to_vec(payload)
    } else {
        serde_json::to_vec(&Envelope { form: T::FORM, what: payload })
    }
}

fn read<T: Sealed>(plaintext: &[u8]) -> Result<T, OpenError> {
    let form = serde_json::from_slice(plaintext).map_or(1, |Marker { form }| form);
    let Some(form) = u16::try_from(form).ok().filter(|form| *form <= T::FORM) else {
        return Err(OpenError::NewerForm);
    };
    let payload = if form == T::FORM {
        payload(form, plaintext)
    } else {
        payload(form, plaintext).and_then(|payload| T::lift(form, payload))
    };
    payload.ok_or(OpenError::OtherKind)
}

/// The payload of a form, without what is around it.
fn payload<P: DeserializeOwned>(form: u16, plaintext: &[u8]) -> Option<P> {
    if form == 1 {
        serde_json::from_slice(plaintext).ok()
    } else {
        serde_json::from_slice(plaintext).ok().map(|Envelope { what, .. }| what)
    }
}

#[cfg(test)]
mod tests;
