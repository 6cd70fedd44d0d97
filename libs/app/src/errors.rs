//! Why a data folder is not opened, and why a command is not carried out. What failed inside keeps its cause.

use eventlog::{AppendError, OpenError, ReadError};
use forloeb::afvisning::Afvisning;
use forloeb::regler::RegelFejl;
use thiserror::Error;

use crate::failure::{Causes, Internal};
use crate::noegler::NoegleFejl;
use crate::stored::{Unreadable, VisningsFejl};

/// A data folder that cannot be opened, or what is in it cannot be read.
#[derive(Debug, Error)]
pub enum AabnFejl {
    /// The log.
    #[error(transparent)]
    Log(#[from] OpenError),
    /// Reading the log.
    #[error("loggen: {0}")]
    Laes(#[from] ReadError),
    /// The keys.
    #[error(transparent)]
    Noegler(#[from] NoegleFejl),
    /// An event that this version does not understand.
    #[error(transparent)]
    Visning(#[from] VisningsFejl),
    /// A rule file of the folder.
    #[error("regler: {0}")]
    Regler(#[from] RegelFejl),
    /// Something that should not be able to fail did.
    #[error(transparent)]
    Internal(#[from] Internal),
}

impl AabnFejl {
    /// The log is damaged where it had to be read; the rest of it can be.
    pub const fn er_skade(&self) -> bool {
        matches!(self, Self::Laes(ReadError::Damaged(_)))
    }
}

impl From<Unreadable> for AabnFejl {
    fn from(fejl: Unreadable) -> Self {
        match fejl {
            Unreadable::Log(fejl) => Self::Laes(fejl),
            Unreadable::Event(fejl) => Self::Visning(fejl),
            Unreadable::Internal(fejl) => Self::Internal(fejl),
        }
    }
}

/// Why a command was not carried out.
#[derive(Debug, Error)]
pub enum KommandoFejl {
    /// The domain refused it.
    #[error("afvist")]
    Afvist(Afvisning),
    /// The idempotency key was used for something else.
    #[error("nøglen er brugt til en anden kommando")]
    NoegleGenbrugt,
    /// Too many others wrote to the same employment.
    #[error("for mange samtidige ændringer")]
    Travlt,
    /// The log takes no events.
    #[error("loggen kan ikke skrives: {0}")]
    Log(#[source] AppendError),
    /// Reading failed.
    #[error("loggen kan ikke læses: {0}")]
    Laes(#[from] ReadError),
    /// Something could not be sealed, or a key not made.
    #[error(transparent)]
    Noegler(#[from] NoegleFejl),
    /// What is stored cannot be read, or something that should not be able to fail did.
    #[error(transparent)]
    Internal(#[from] Internal),
}

impl KommandoFejl {
    /// What it is, for a person.
    #[must_use]
    pub fn besked(&self) -> String {
        match self {
            Self::Afvist(a) => texts::tekster::afvisning(a),
            Self::NoegleGenbrugt => "Nøglen er brugt til en anden kommando.".to_owned(),
            Self::Travlt => "For mange ændrer det samme samtidig; prøv igen.".to_owned(),
            Self::Log(f) => format!("Loggen kan ikke skrives: {f}."),
            Self::Laes(f) => format!("Loggen kan ikke læses: {f}."),
            Self::Noegler(f) => format!("Oplysningerne kan ikke forsegles: {f}."),
            Self::Internal(f) => format!("Noget gik galt i tjenesten: {}.", Causes(f)),
        }
    }
}

impl From<AabnFejl> for KommandoFejl {
    fn from(fejl: AabnFejl) -> Self {
        match fejl {
            AabnFejl::Laes(fejl) => Self::Laes(fejl),
            AabnFejl::Internal(fejl) => Self::Internal(fejl),
            fejl => Self::Internal(Internal::new("ansættelsen kan ikke læses", fejl)),
        }
    }
}

impl From<Unreadable> for KommandoFejl {
    fn from(fejl: Unreadable) -> Self {
        AabnFejl::from(fejl).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_told_once_each() {
        let io = std::io::Error::other("disken svarer ikke");
        let fejl = KommandoFejl::from(AabnFejl::from(NoegleFejl::from(io)));
        assert_eq!(
            Causes(&fejl).to_string(),
            "ansættelsen kan ikke læses: nøglefilen: disken svarer ikke",
            "the text of the cause is in the text above it, and comes once"
        );
    }
}
