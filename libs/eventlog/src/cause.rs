//! The error from which another one came, kept whole where the other one has to be copied and compared.

use std::{error::Error, fmt, io, sync::Arc};

/// What failed: what was being done, and the error it failed with, which is its [`source`](Error::source).
///
/// Copies share the error. Two are equal when they say the same.
#[derive(Debug, Clone)]
pub struct Cause {
    doing: Option<&'static str>,
    error: Arc<dyn Error + Send + Sync>,
}

impl Cause {
    pub(crate) fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Cause {
        Cause { doing: None, error: Arc::from(error.into()) }
    }

    /// What was being done when this error came.
    pub(crate) fn doing(what: &'static str, error: io::Error) -> Cause {
        Cause { doing: Some(what), ..Cause::new(error) }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.doing {
            Some(what) => write!(f, "{what}: {}", self.error),
            None => fmt::Display::fmt(&self.error, f),
        }
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.error)
    }
}

impl PartialEq for Cause {
    fn eq(&self, other: &Cause) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for Cause {}

/// An error that is only a text, as where none came from the system.
impl From<&str> for Cause {
    fn from(text: &str) -> Cause {
        Cause::new(text)
    }
}
