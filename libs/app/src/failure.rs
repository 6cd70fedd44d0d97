//! What failed inside, with its cause: a person is told that something did, and the log lines why.

use std::error::Error;
use std::fmt;

use thiserror::Error;

/// A failure that nobody who asks can do anything about: what could not be done, and why. Neither may hold a word about
/// a person.
#[derive(Debug, Error)]
#[error("{what}")]
pub struct Internal {
    what: &'static str,
    source: Box<dyn Error + Send + Sync>,
}

impl Internal {
    /// What could not be done, and why.
    pub fn new(what: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { what, source: source.into() }
    }

    /// A task that panicked. What the panic said could be about a person, and is left out.
    #[must_use]
    pub fn panicked(what: &'static str) -> Self {
        Self::new(what, "opgaven gik i panik")
    }
}

/// An error with every cause below it, for log lines: `what: why: why`.
pub struct Causes<'a>(pub &'a (dyn Error + 'static));

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = self.0.to_string();
        f.write_str(&said)?;
        let mut below = self.0.source();
        while let Some(cause) = below {
            let cause_says = cause.to_string();
            // Many errors tell their cause in their own text already.
            if !said.ends_with(&cause_says) {
                write!(f, ": {cause_says}")?;
            }
            said = cause_says;
            below = cause.source();
        }
        Ok(())
    }
}

/// Stored bytes that are not what they should be: where in them, and never what stood there.
#[derive(Debug, Error)]
#[error("{kind} (linje {line}, tegn {character})")]
pub struct Malformed {
    kind: &'static str,
    line: usize,
    character: usize,
}

impl From<serde_json::Error> for Malformed {
    fn from(error: serde_json::Error) -> Self {
        let kind = match error.classify() {
            serde_json::error::Category::Io => "kan ikke skrives som JSON",
            serde_json::error::Category::Syntax => "er ikke JSON",
            serde_json::error::Category::Data => "er JSON af en anden form",
            serde_json::error::Category::Eof => "holder op midt i det hele",
        };
        Self { kind, line: error.line(), character: error.column() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stood_in_malformed_bytes_is_not_told() {
        let error = serde_json::from_str::<u32>("\n\"Karen Blixen\"").unwrap_err();
        assert!(error.to_string().contains("Karen"), "what this is for");
        let error = Internal::new("det gemte kan ikke læses", Malformed::from(error));
        assert_eq!(Causes(&error).to_string(), "det gemte kan ikke læses: er JSON af en anden form (linje 2, tegn 14)");
    }
}
