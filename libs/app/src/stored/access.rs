//! What stands in the stream of tokens: that one was issued, and that it was called back.

use chrono::NaiveDate;
use eventlog::Recorded;
use forloeb::form::FormError;
use forloeb::words::Rolle;
use serde::{Deserialize, Serialize};

use super::{ProjectionError, read_json};

/// A bearer token was issued; the token itself is nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenUdstedt {
    /// SHA-256 of the token, in hex.
    pub hash: String,
    /// Role it acts in.
    pub rolle: Rolle,
    /// Employee number, where it is a person's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nr: Option<String>,
    /// What it is called: the office or the system that has it. Tokens of the first programs have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub navn: Option<String>,
    /// The last day it works, by the machine's clock. Tokens of the first programs work for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub udloeber: Option<NaiveDate>,
}

impl TokenUdstedt {
    pub const NAME: &'static str = "TokenUdstedt";
    pub const FORM: u16 = 1;

    /// As the first programs issued them: without a name, and for ever.
    #[must_use]
    pub const fn new(hash: String, rolle: Rolle, nr: Option<String>) -> Self {
        Self { hash, rolle, nr, navn: None, udloeber: None }
    }
}

/// A token was called back: it is worth nothing from then on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenTilbagekaldt {
    /// SHA-256 of the token, in hex.
    pub hash: String,
}

impl TokenTilbagekaldt {
    pub const NAME: &'static str = "TokenTilbagekaldt";
    pub const FORM: u16 = 1;
}

/// An event of the stream of tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessEvent {
    Issued(TokenUdstedt),
    Revoked(TokenTilbagekaldt),
}

/// Reads an event of the stream of tokens.
///
/// # Errors
/// The stored form is not known, or not right.
pub(crate) fn read_access(r: &Recorded) -> Result<AccessEvent, ProjectionError> {
    match (r.kind.as_str(), r.form) {
        (TokenUdstedt::NAME, TokenUdstedt::FORM) => read_json(r.position, "adgangen", &r.body).map(AccessEvent::Issued),
        (TokenTilbagekaldt::NAME, TokenTilbagekaldt::FORM) => {
            read_json(r.position, "adgangen", &r.body).map(AccessEvent::Revoked)
        }
        _ => {
            let error = FormError::Unknown { name: r.kind.clone(), form: r.form };
            Err(ProjectionError::Form { position: r.position, error })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde::de::DeserializeOwned;

    use super::*;
    use crate::stored::Meta;

    /// Every line of a file of `migrations/golden-around`, the oldest first: each is read, and written back byte for byte.
    fn lines_are_kept<T: Serialize + DeserializeOwned>(name: &str) -> Vec<T> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/golden-around");
        let text = std::fs::read_to_string(folder.join(format!("{name}.jsonl"))).unwrap();
        let line = |line: &str| {
            let read: T = serde_json::from_str(line).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(serde_json::to_string(&read).unwrap(), line, "{name}");
            read
        };
        text.lines().map(line).collect()
    }

    #[test]
    fn what_stands_around_events_is_read_for_ever_and_written_the_same() {
        let [nobody, old, named] = <[Meta; 3]>::try_from(lines_are_kept("Meta")).unwrap();
        assert_eq!((nobody.aktoer.rolle, old.aktoer.navn), (None, None));
        assert_eq!(
            (named.aktoer.navn.as_deref(), named.aktoer.token.as_deref()),
            (Some("lønkontoret"), Some("0f3a5c7e9b1d"))
        );
        let [old, new] = <[TokenUdstedt; 2]>::try_from(lines_are_kept("TokenUdstedt")).unwrap();
        assert_eq!((old.navn, old.udloeber, new.navn.is_some(), new.udloeber.is_some()), (None, None, true, true));
        assert_eq!(lines_are_kept::<TokenTilbagekaldt>("TokenTilbagekaldt").len(), 1);
    }
}
