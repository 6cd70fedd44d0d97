//! The same command twice is one command: what a caller's key was used for, and what it led to.
//!
//! The key of a command is stored with its events. A command that had nothing to write has none, so that it was carried
//! out is an event of its own: sent again when the case has moved on, it would otherwise be decided anew.

use chrono::DateTime;
use eventlog::{AppendError, Hash, Idempotency, NewEvent, ReadError, StreamId};
use forloeb::afvisning::Regel;
use forloeb::{Aktoer, Nu};
use serde::{Deserialize, Serialize};

use super::{FORSOEG, Kerne, KommandoFejl, Udfoert};
use crate::ur::dag_i_danmark;
use crate::visninger::UDEN_VIRKNING;

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
        let skrevet = skrevet.first().ok_or(ReadError::Closed)?;
        let dag = dag_i_danmark(DateTime::from_timestamp_micros(skrevet.time).unwrap_or_default());
        let uden_virkning = skrevet.stream.as_str().starts_with(UDEN_VIRKNING);
        let version = match uden_virkning {
            true => serde_json::from_slice::<KommandoUdenVirkning>(&skrevet.body).map_err(KommandoFejl::Gemt)?.version,
            false => foerste.version,
        };
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
        let navn = format!("{UDEN_VIRKNING}{nr}");
        let stream = StreamId::new(&navn).map_err(|_| KommandoFejl::Afvist(Regel::UkendtAnsaettelse.into()))?;
        let body = serde_json::to_vec(&KommandoUdenVirkning { version }).map_err(KommandoFejl::Gemt)?;
        for _ in 0..FORSOEG {
            let forventet = self.log.stream_version(&stream).await?;
            let event = NewEvent { kind: NAVN.to_owned(), form: 1, body: body.clone() };
            let append = self.append(&navn, forventet, nu, aktoer, vec![event], Some(idempotens))?;
            match self.log.append(append).await {
                Ok(skrevet) if skrevet.repeated => {
                    return self.gentaget(Some(idempotens)).await?.ok_or(KommandoFejl::Laes(ReadError::Closed));
                }
                Ok(skrevet) => {
                    self.vent_paa(skrevet.last).await?;
                    return Ok(Udfoert { version, dag: nu.dag, uaendret: true, gentaget: false });
                }
                Err(AppendError::WrongVersion { .. }) => {}
                Err(AppendError::KeyReused) => return Err(KommandoFejl::NoegleGenbrugt),
                Err(fejl) => return Err(KommandoFejl::Log(fejl)),
            }
        }
        Err(KommandoFejl::Travlt)
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
