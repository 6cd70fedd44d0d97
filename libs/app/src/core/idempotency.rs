//! The same command twice is one command: what a caller's key was used for, and what it led to.
//!
//! The key of a command is stored with its events. A command that had nothing to write has none, so that it was carried
//! out is an event of its own: sent again when the case has moved on, it would otherwise be decided anew.

use eventlog::{Hash, Idempotency, ReadError};
use forloeb::{Aktoer, Now};
use serde::{Deserialize, Serialize};

use super::append::{Outcome, SingleEvent};
use super::{App, CommandError, Executed};
use crate::clock::dag_in_denmark;
use crate::failure::Internal;
use crate::stored::{Unreadable, WITHOUT_EFFECT, read_json, time};

const NAME: &str = "KommandoUdenVirkning";

/// A command asked for what already was. Who asked stands with the commit, and the key is the commit's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct CommandWithoutEffect {
    /// Version of the employment that was answered with.
    version: u64,
}

/// An idempotency key of a caller: keys of different callers never meet.
#[must_use]
pub fn idempotency(who: &str, key: &str, what: &[u8]) -> Idempotency {
    let part = |tekst: &str| [&(tekst.len() as u64).to_be_bytes()[..], tekst.as_bytes()].concat();
    Idempotency { key: Hash::of(&[part(who), part(key)].concat()), fingerprint: Hash::of(what) }
}

impl App {
    /// What a command led to that was carried out under this key; nothing where none was.
    ///
    /// # Errors
    /// The key was used for something else, or the log cannot be read.
    pub async fn repeated(&self, idempotency: Option<Idempotency>) -> Result<Option<Executed>, CommandError> {
        let Some(idempotency) = idempotency else { return Ok(None) };
        let Some((foerste, fingerprint)) = self.log.find_key(idempotency.key).await? else { return Ok(None) };
        if fingerprint != idempotency.fingerprint {
            return Err(CommandError::IdempotencyKeyReused);
        }
        self.wait_on(foerste.last).await?;
        let written = self.log.read(foerste.first - 1, 1).await?;
        let gone = || Internal::new("en kommando kan ikke findes igen", "loggen er kortere end dens register");
        let written = written.first().ok_or_else(gone)?;
        let dag = dag_in_denmark(time(written).map_err(Unreadable::from)?);
        let without_effect = written.stream.as_str().starts_with(WITHOUT_EFFECT);
        let stored = || read_json::<CommandWithoutEffect>(written.position, "kommandoen", &written.body);
        let version = if without_effect { stored().map_err(Unreadable::from)?.version } else { foerste.version };
        Ok(Some(Executed { version, dag, unchanged: without_effect, repeated: true }))
    }

    /// A command was carried out under this key, whatever it asked for.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn is_executed(&self, idempotency: Option<Idempotency>) -> Result<bool, ReadError> {
        match idempotency {
            Some(idempotency) => Ok(self.log.find_key(idempotency.key).await?.is_some()),
            None => Ok(false),
        }
    }

    /// Remembers that a command with this key had nothing to write; what it led to, or what the first of two at once did.
    pub(super) async fn remember_without_effect(
        &self,
        nr: &str,
        version: u64,
        now: Now,
        aktoer: &Aktoer,
        idempotency: Idempotency,
    ) -> Result<Executed, CommandError> {
        let event =
            SingleEvent::new(&format!("{WITHOUT_EFFECT}{nr}"), (NAME, 1), now, &CommandWithoutEffect { version })?;
        match self.append(aktoer, Some(idempotency), event).await? {
            Outcome::Repeated(first) => Ok(first),
            Outcome::Written { dag, .. } => Ok(Executed { version, dag, unchanged: true, repeated: false }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was ever stored can be read: this is the first form.
    #[test]
    fn the_stored_form_is_the_same() {
        let stored = br#"{"version":7}"#;
        let parsed: CommandWithoutEffect = serde_json::from_slice(stored).unwrap();
        assert_eq!((parsed.version, serde_json::to_vec(&parsed).unwrap()), (7, stored.to_vec()));
    }
}
