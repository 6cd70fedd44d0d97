//! Somebody's login has ended at the provider, which says so itself: OpenID Connect Back-Channel Logout 1.0.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use doors::logout::{Ended, Sent, Times};
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey, ProviderMetadataWithLogout};
use serde_json::Value;

use super::provider::{BELIEVED, KEYS_AGAIN, OLDEST, Provider, SIGNATURES, SKEW};

/// Most tokens that are remembered; only a provider can fill it, and what it holds is gone after some minutes.
const MOST_REMEMBERED: usize = 10_000;

/// Why nobody was logged out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotEnded {
    /// There is no provider of this name.
    UnknownProvider,
    /// What was sent does not hold, or cannot be seen to: what of it, for a log line.
    Because(&'static str),
}

/// The tokens that have held, by their names, and until when each could be sent again.
#[derive(Debug, Default)]
pub(super) struct Held(Mutex<HashMap<String, DateTime<Utc>>>);

impl Held {
    /// Whether this one is new; from now on it is not.
    fn is_new(&self, name: &str, now: DateTime<Utc>) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, until| *until >= now);
        if known.contains_key(name) || known.len() >= MOST_REMEMBERED {
            return false;
        }
        known.insert(name.to_owned(), now + OLDEST + SKEW + SKEW);
        true
    }
}

impl Provider {
    /// Whose login has ended, where the provider says so: for us, now, signed, and said once.
    pub(super) async fn ended(&self, text: &str, now: DateTime<Utc>) -> Result<Ended, NotEnded> {
        let sent = Sent::read(text).map_err(|fault| NotEnded::Because(fault.name()))?;
        let times = Times { now, skew: SKEW, oldest: OLDEST };
        // What does not hold by itself needs no keys, so nobody makes us ask for them by it.
        let ended = sent.ended(self.settings.issuer.as_str(), &self.settings.client_id, times);
        let ended = ended.map_err(|fault| NotEnded::Because(fault.name()))?;
        let away = NotEnded::Because("udbyderens nøgler kan ikke hentes");
        let said = self.metadata(now - BELIEVED, now).await.map_err(|_| away)?;
        if !is_signed(&said, &sent) {
            let said = self.metadata(now - KEYS_AGAIN, now).await.map_err(|_| away)?;
            if !is_signed(&said, &sent) {
                return Err(NotEnded::Because("signaturen passer ikke"));
            }
        }
        if self.held.is_new(&ended.name, now) { Ok(ended) } else { Err(NotEnded::Because("det er sendt før")) }
    }
}

/// Signed by a key that the provider tells of, in a way that only the provider can.
fn is_signed(said: &ProviderMetadataWithLogout, sent: &Sent) -> bool {
    let read = serde_json::from_value::<CoreJwsSigningAlgorithm>(Value::from(sent.head.algorithm.as_str()));
    let Some(algorithm) = read.ok().filter(|read| SIGNATURES.contains(read)) else { return false };
    let named = |key: &&CoreJsonWebKey| {
        sent.head.key.as_deref().is_none_or(|name| key.key_id().is_some_and(|id| id.as_str() == name))
    };
    let signed = |key: &CoreJsonWebKey| key.verify_signature(&algorithm, &sent.signed, &sent.signature).is_ok();
    said.jwks().keys().iter().filter(named).any(signed)
}
