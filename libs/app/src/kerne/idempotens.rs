//! The same command twice is one command: what a caller's key was used for, and what it led to.
//!
//! The key of a command is stored with its events. A command that had nothing to write has none, so that it was carried
//! out is an event of its own: sent again when the case has moved on, it would otherwise be decided anew.

use eventlog::{Hash, Idempotency, ReadError};
use forloeb::{Aktoer, Nu};
use serde::{Deserialize, Serialize};

use super::append::{One, Outcome};
use super::{Kerne, KommandoFejl, Udfoert};
use crate::failure::Internal;
use crate::stored::{UDEN_VIRKNING, Unreadable, read_json, tid};
use crate::ur::dag_i_danmark;

const NAVN: &str = "KommandoUdenVirkning";

/// A command asked for what already was. Who asked stands with the commit, and the key is the commit's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct KommandoUdenVirkning {
    /// Version of the employment that was answered with.
    version: u64,
}

/// An idempotency key of a caller: keys of different callers never meet.
#[must_use]
pub fn idempotens(hvem: &str, noegle: &str, hvad: &[u8]) -> Idempotency {
    let del = |tekst: &str| [&(tekst.len() as u64).to_be_bytes()[..], tekst.as_bytes()].concat();
    Idempotency { key: Hash::of(&[del(hvem), del(noegle)].concat()), fingerprint: Hash::of(hvad) }
}

impl Kerne {
    /// What a command led to that was carried out under this key; nothing where none was.
    ///
    /// # Errors
    /// The key was used for something else, or the log cannot be read.
    pub async fn gentaget(&self, idempotens: Option<Idempotency>) -> Result<Option<Udfoert>, KommandoFejl> {
        let Some(idempotens) = idempotens else { return Ok(None) };
        let Some((foerste, aftryk)) = self.log.find_key(idempotens.key).await? else { return Ok(None) };
        if aftryk != idempotens.fingerprint {
            return Err(KommandoFejl::NoegleGenbrugt);
        }
        self.vent_paa(foerste.last).await?;
        let skrevet = self.log.read(foerste.first - 1, 1).await?;
        let gone = || Internal::new("en kommando kan ikke findes igen", "loggen er kortere end dens register");
        let skrevet = skrevet.first().ok_or_else(gone)?;
        let dag = dag_i_danmark(tid(skrevet).map_err(Unreadable::from)?);
        let uden_virkning = skrevet.stream.as_str().starts_with(UDEN_VIRKNING);
        let gemt = || read_json::<KommandoUdenVirkning>(skrevet.position, "kommandoen", &skrevet.body);
        let version = if uden_virkning { gemt().map_err(Unreadable::from)?.version } else { foerste.version };
        Ok(Some(Udfoert { version, dag, uaendret: uden_virkning, gentaget: true }))
    }

    /// A command was carried out under this key, whatever it asked for.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn er_udfoert(&self, idempotens: Option<Idempotency>) -> Result<bool, ReadError> {
        match idempotens {
            Some(idempotens) => Ok(self.log.find_key(idempotens.key).await?.is_some()),
            None => Ok(false),
        }
    }

    /// Remembers that a command with this key had nothing to write; what it led to, or what the first of two at once did.
    pub(super) async fn husk_uden_virkning(
        &self,
        nr: &str,
        version: u64,
        nu: Nu,
        aktoer: &Aktoer,
        idempotens: Idempotency,
    ) -> Result<Udfoert, KommandoFejl> {
        let event = One::new(&format!("{UDEN_VIRKNING}{nr}"), (NAVN, 1), nu, &KommandoUdenVirkning { version })?;
        match self.append(aktoer, Some(idempotens), event).await? {
            Outcome::Repeated(first) => Ok(first),
            Outcome::Written { dag, .. } => Ok(Udfoert { version, dag, uaendret: true, gentaget: false }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was ever stored can be read: this is the first form.
    #[test]
    fn den_gemte_form_er_den_samme() {
        let gemt = br#"{"version":7}"#;
        let laest: KommandoUdenVirkning = serde_json::from_slice(gemt).unwrap();
        assert_eq!((laest.version, serde_json::to_vec(&laest).unwrap()), (7, gemt.to_vec()));
    }
}
