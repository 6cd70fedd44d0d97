//! Who did something.

use serde::{Deserialize, Serialize};

use crate::words::Rolle;

/// Who did something: a person in a role, or a part of the service.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Aktoer {
    /// Role; none for the service itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolle: Option<Rolle>,
    /// Employee number, where the role is a person's; or which part of the service, e.g. `paamindelser`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nr: Option<String>,
    /// Name of the token somebody came with, where it has one: an office's, or another system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub navn: Option<String>,
    /// Id of that token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

impl Aktoer {
    /// Somebody in a role, by no token.
    #[must_use]
    pub const fn new(rolle: Rolle, nr: Option<String>) -> Self {
        Self { rolle: Some(rolle), nr, navn: None, token: None }
    }

    /// A part of the service acting by itself.
    #[must_use]
    pub fn system(part: &str) -> Self {
        Self { rolle: None, nr: Some(part.to_owned()), navn: None, token: None }
    }
}
