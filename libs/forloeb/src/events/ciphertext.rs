//! What an event carries and the domain cannot read.

use serde::{Deserialize, Serialize};

/// Personal data encrypted with the person's key. The domain carries it and cannot read it.
///
/// | text | what |
/// |---|---|
/// | `…` | base64; bound to the person |
/// | `2:…` | the same, bound besides to where it stands in the log |
/// | `2:…@place` | that, once it was read from the log: [`Ciphertext::stands_at`] |
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ciphertext(pub String);

impl Ciphertext {
    /// What is in front of a text that is bound to where it stands.
    pub const BOUND: &str = "2:";

    /// Whoever reads it from the log says where it stood: it is told from there, and never from what is stored with it. In
    /// the log itself there is no place, and what was read there is written again only where it is carried to another employee number, without its place.
    pub fn stands_at(&mut self, place: &str) {
        if self.0.starts_with(Self::BOUND) {
            self.0 = format!("{}@{place}", self.0);
        }
    }

    /// As it stands in the log: without where it was read.
    pub fn leave_place(&mut self) {
        if let Some((text, _)) = self.0.strip_prefix(Self::BOUND).and_then(|rest| rest.split_once('@')) {
            self.0 = format!("{}{text}", Self::BOUND);
        }
    }

    /// The base64 of a text that is bound, and where it stood; none where it is not bound.
    #[must_use]
    pub fn bound(&self) -> Option<(&str, &str)> {
        let rest = self.0.strip_prefix(Self::BOUND)?;
        Some(rest.rsplit_once('@').unwrap_or((rest, "")))
    }
}

impl std::fmt::Debug for Ciphertext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ciphertext(…)")
    }
}
