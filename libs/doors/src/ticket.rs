//! What a browser keeps while somebody is at the provider: sealed, so that nobody can read or make one, and in the browser,
//! so that who begins a thousand logins fills nothing here.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::Aead;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// Minutes that somebody may be at the provider.
const MINUTES: i64 = 10;
/// Bytes of the nonce in front of what is sealed.
pub const NONCE: usize = 24;
/// Bytes of the key that tickets are sealed with.
pub const KEY: usize = 32;

/// A login on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The provider, by its code.
    pub provider: String,
    /// What the provider has to send back, so that nobody else's answer is taken for this one.
    pub state: String,
    /// What the provider has to put into its token, so that no other login's is taken for this one's.
    pub nonce: String,
    /// The secret that proves to the provider that who brings the code is who asked for it (PKCE).
    pub verifier: String,
    /// Where they were on their way to.
    pub onward: String,
    /// When it began.
    pub begun: DateTime<Utc>,
}

impl Ticket {
    /// It began more than ten minutes ago, or has not begun yet.
    #[must_use]
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        !(TimeDelta::zero()..=TimeDelta::minutes(MINUTES)).contains(&(now - self.begun))
    }
}

/// Seals tickets, with a key that nobody else has.
pub struct Tickets(XChaCha20Poly1305);

impl std::fmt::Debug for Tickets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tickets(…)")
    }
}

impl Tickets {
    /// With a key.
    #[must_use]
    pub fn new(key: [u8; KEY]) -> Self {
        Self(XChaCha20Poly1305::new(&key.into()))
    }

    /// A ticket as a browser keeps it. No two may have the same nonce; nothing where it cannot be written.
    #[must_use]
    pub fn seal(&self, ticket: &Ticket, nonce: [u8; NONCE]) -> Option<String> {
        let text = serde_json::to_vec(ticket).ok()?;
        let sealed = self.0.encrypt(&XNonce::from(nonce), text.as_slice()).ok()?;
        Some(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// The ticket that was sealed; nothing where it was not, or not with this key.
    #[must_use]
    pub fn open(&self, sealed: &str) -> Option<Ticket> {
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
        let (ours, theirs) = (Tickets::new([1; KEY]), Tickets::new([2; KEY]));
        let sealed = ours.seal(&ticket, [3; NONCE]).unwrap();
        assert_eq!(ours.open(&sealed).as_ref(), Some(&ticket));
        assert_eq!((theirs.open(&sealed), ours.open(&sealed[1..]), ours.open("")), (None, None, None));
        assert!(sealed.len() < 1000, "{} bytes in a cookie", sealed.len());
        for (seconds, over) in [(-1, true), (0, false), (600, false), (601, true)] {
            assert_eq!(ticket.is_over(begun + TimeDelta::seconds(seconds)), over, "{seconds}");
        }
    }
}
