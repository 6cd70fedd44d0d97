//! What a browser keeps while somebody is at the provider: sealed, so that nobody can read or make one, and in the browser,
//! so that who begins a thousand logins fills nothing here.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::Aead;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::LoginSettingsError;
use crate::keys::fill_random;

/// Minutes that somebody may be at the provider.
const MINUTES: i64 = 10;
/// Bytes of the nonce in front of what is sealed.
const NONCE: usize = 24;

/// A login on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ticket {
    /// The provider, by its code.
    pub(crate) provider: String,
    pub(crate) state: String,
    pub(crate) nonce: String,
    /// The secret that proves to the provider that who brings the code is who asked for it (PKCE).
    pub(crate) verifier: String,
    /// Where they were on their way to.
    pub(crate) onward: String,
    pub(crate) begun: DateTime<Utc>,
}

impl Ticket {
    pub(super) fn is_over(&self, now: DateTime<Utc>) -> bool {
        !(TimeDelta::zero()..=TimeDelta::minutes(MINUTES)).contains(&(now - self.begun))
    }
}

/// Seals tickets, with a key that this process made: a restart ends the logins that are on their way.
pub(super) struct Tickets(XChaCha20Poly1305);

impl std::fmt::Debug for Tickets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tickets(…)")
    }
}

impl Tickets {
    pub(super) fn new() -> Result<Self, LoginSettingsError> {
        let mut key = [0; 32];
        fill_random(&mut key).map_err(|error| LoginSettingsError::new("login", error.to_string()))?;
        Ok(Self(XChaCha20Poly1305::new(&key.into())))
    }

    pub(super) fn seal(&self, ticket: &Ticket) -> Option<String> {
        let mut nonce = [0; NONCE];
        fill_random(&mut nonce).ok()?;
        let text = serde_json::to_vec(ticket).ok()?;
        let sealed = self.0.encrypt(&XNonce::from(nonce), text.as_slice()).ok()?;
        Some(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    pub(super) fn open(&self, sealed: &str) -> Option<Ticket> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
        let text = self.0.decrypt(&XNonce::from(*nonce), sealed).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_read_by_who_sealed_it_only_and_for_ten_minutes() {
        let begun = "2026-02-06T09:00:00Z".parse().unwrap();
        let text = |name: &str| name.to_owned();
        let (state, nonce, verifier) = (text("s"), text("n"), text("hemmelig"));
        let ticket = Ticket { provider: text("a"), state, nonce, verifier, onward: text("/hr?enhed=E1"), begun };
        let (ours, theirs) = (Tickets::new().unwrap(), Tickets::new().unwrap());
        let sealed = ours.seal(&ticket).unwrap();
        assert_eq!(ours.open(&sealed).as_ref(), Some(&ticket));
        assert_eq!((theirs.open(&sealed), ours.open(&sealed[1..]), ours.open("")), (None, None, None));
        assert!(sealed.len() < 1000, "{} bytes in a cookie", sealed.len());
        for (seconds, over) in [(-1, true), (0, false), (600, false), (601, true)] {
            assert_eq!(ticket.is_over(begun + TimeDelta::seconds(seconds)), over, "{seconds}");
        }
    }
}
