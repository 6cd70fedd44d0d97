//! Why a command was not carried out: data. The words are made where somebody is told.

use std::borrow::Cow;

use forloeb::refusal::DomainRefusal;
use thiserror::Error;

use super::request::{WrongField, WrongFields};
use crate::access::{Denial, Intent};
use crate::core::{CommandError, OpenFolderError};
use crate::keys::KeyError;
use crate::politik::PolitikError;

/// A command that was not carried out.
#[derive(Debug, Error)]
pub enum Refusal {
    /// It is about something that does not exist, or not for this caller.
    #[error("findes ikke")]
    NotFound,
    /// The caller's role may not do this.
    #[error("ikke tilladt")]
    NotAllowed(Intent),
    /// It concerns the whole workplace, and the caller's role reaches some units only.
    #[error("kræver hele arbejdspladsen")]
    WholeWorkplace,
    /// The fields are wrong by themselves.
    #[error("felter er ikke udfyldt rigtigt")]
    Fields(WrongFields),
    /// The domain refused it.
    #[error("afvist")]
    Decided(DomainRefusal),
    /// It is no policy that can be laid down.
    #[error(transparent)]
    Policy(PolitikError),
    /// It could not be carried out, through no fault of the caller.
    #[error(transparent)]
    Failed(CommandError),
}

impl Refusal {
    /// One field is wrong by a check of the command's own.
    pub fn field(name: &str, said: impl Into<Cow<'static, str>>) -> Self {
        Self::Fields(vec![WrongField::said(name, said)])
    }
}

impl From<WrongFields> for Refusal {
    fn from(wrong: WrongFields) -> Self {
        Self::Fields(wrong)
    }
}

impl From<Denial> for Refusal {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::NotFound => Self::NotFound,
            Denial::NotAllowed(intent) => Self::NotAllowed(intent),
            Denial::WholeWorkplace => Self::WholeWorkplace,
        }
    }
}

impl From<CommandError> for Refusal {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::Afvist(domain_refusal) => Self::Decided(domain_refusal),
            error => Self::Failed(error),
        }
    }
}

impl From<PolitikError> for Refusal {
    fn from(error: PolitikError) -> Self {
        match error {
            PolitikError::DomainCommand(error) => error.into(),
            error => Self::Policy(error),
        }
    }
}

impl From<OpenFolderError> for Refusal {
    fn from(error: OpenFolderError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<KeyError> for Refusal {
    fn from(error: KeyError) -> Self {
        Self::Failed(error.into())
    }
}
