//! Why a data folder is not opened, and why a command is not carried out. What failed inside keeps its cause.

use eventlog::{AppendError, OpenError, ReadError};
use forloeb::refusal::DomainRefusal;
use forloeb::regler::RegelError;
use thiserror::Error;

use crate::erasures::ListError;
use crate::failure::{Causes, Internal};
use crate::keys::KeyError;
use crate::stored::{ProjectionError, Unreadable};

/// A data folder that cannot be opened, or what is in it cannot be read.
#[derive(Debug, Error)]
pub enum OpenFolderError {
    #[error(transparent)]
    Log(#[from] OpenError),
    /// Reading the log.
    #[error("loggen: {0}")]
    Read(#[from] ReadError),
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// An event that this version does not understand.
    #[error(transparent)]
    View(#[from] ProjectionError),
    /// The list of erasures outside of the folder is not to be believed.
    #[error(transparent)]
    Erasures(#[from] ListError),
    /// A rule file of the folder.
    #[error("regler: {0}")]
    Regler(#[from] RegelError),
    /// Something that should not be able to fail did.
    #[error(transparent)]
    Internal(#[from] Internal),
}

impl OpenFolderError {
    /// The log is damaged where it had to be read; the rest of it can be.
    pub const fn is_damage(&self) -> bool {
        matches!(self, Self::Read(ReadError::Damaged(_)))
    }
}

impl From<Unreadable> for OpenFolderError {
    fn from(error: Unreadable) -> Self {
        match error {
            Unreadable::Log(error) => Self::Read(error),
            Unreadable::Event(error) => Self::View(error),
            Unreadable::Internal(error) => Self::Internal(error),
        }
    }
}

/// Why a command was not carried out.
#[derive(Debug, Error)]
pub enum CommandError {
    /// The domain refused it.
    #[error("afvist")]
    Afvist(DomainRefusal),
    /// The idempotency key was used for something else.
    #[error("nøglen er brugt til en anden kommando")]
    IdempotencyKeyReused,
    /// Too many others wrote to the same employment.
    #[error("for mange samtidige ændringer")]
    Busy,
    /// The log takes no events.
    #[error("loggen kan ikke skrives: {0}")]
    Log(#[source] AppendError),
    /// Reading failed.
    #[error("loggen kan ikke læses: {0}")]
    Read(#[from] ReadError),
    /// Something could not be sealed, or a key not made.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// What is stored cannot be read, or something that should not be able to fail did.
    #[error(transparent)]
    Internal(#[from] Internal),
}

impl CommandError {
    /// What it is, for a person.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Afvist(a) => texts::sentences::domain_refusal(a),
            Self::IdempotencyKeyReused => "Nøglen er brugt til en anden kommando.".to_owned(),
            Self::Busy => "For mange ændrer det samme samtidig; prøv igen.".to_owned(),
            Self::Log(f) => format!("Loggen kan ikke skrives: {f}."),
            Self::Read(f) => format!("Loggen kan ikke læses: {f}."),
            Self::Keys(f) => format!("Oplysningerne kan ikke forsegles: {f}."),
            Self::Internal(f) => format!("Noget gik galt i tjenesten: {}.", Causes(f)),
        }
    }
}

impl From<OpenFolderError> for CommandError {
    fn from(error: OpenFolderError) -> Self {
        match error {
            OpenFolderError::Read(error) => Self::Read(error),
            OpenFolderError::Internal(error) => Self::Internal(error),
            error => Self::Internal(Internal::new("ansættelsen kan ikke læses", error)),
        }
    }
}

impl From<Unreadable> for CommandError {
    fn from(error: Unreadable) -> Self {
        OpenFolderError::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_told_once_each() {
        let io = std::io::Error::other("disken svarer ikke");
        let error = CommandError::from(OpenFolderError::from(KeyError::from(io)));
        assert_eq!(
            Causes(&error).to_string(),
            "ansættelsen kan ikke læses: nøglefilen: disken svarer ikke",
            "the text of the cause is in the text above it, and comes once"
        );
    }
}
