//! Why a command was not carried out: data. The words are made where somebody is told.

use std::borrow::Cow;

use forloeb::afvisning::Afvisning;
use thiserror::Error;

use super::request::{WrongField, WrongFields};
use crate::adgang::Afslag;
use crate::failure::Internal;
use crate::kerne::{AabnFejl, KommandoFejl};
use crate::noegler::NoegleFejl;
use crate::politik::PolitikFejl;
use crate::visninger::IkkeLaant;

/// A command that was not carried out.
#[derive(Debug, Error)]
pub enum Refusal {
    /// It is about something that does not exist, or not for this caller.
    #[error("findes ikke")]
    NotFound,
    /// The caller's role may not do this.
    #[error("ikke tilladt")]
    NotAllowed,
    /// The fields are wrong by themselves.
    #[error("felter er ikke udfyldt rigtigt")]
    Fields(WrongFields),
    /// The domain refused it.
    #[error("afvist")]
    Decided(Afvisning),
    /// It is no policy that can be laid down.
    #[error(transparent)]
    Policy(PolitikFejl),
    /// It could not be carried out, through no fault of the caller.
    #[error(transparent)]
    Failed(KommandoFejl),
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

impl From<Afslag> for Refusal {
    fn from(afslag: Afslag) -> Self {
        match afslag {
            Afslag::FindesIkke => Self::NotFound,
            Afslag::MaaIkke => Self::NotAllowed,
            Afslag::IkkeLaant => IkkeLaant.into(),
        }
    }
}

impl From<KommandoFejl> for Refusal {
    fn from(fejl: KommandoFejl) -> Self {
        match fejl {
            KommandoFejl::Afvist(afvisning) => Self::Decided(afvisning),
            fejl => Self::Failed(fejl),
        }
    }
}

impl From<PolitikFejl> for Refusal {
    fn from(fejl: PolitikFejl) -> Self {
        match fejl {
            PolitikFejl::Kommando(fejl) => fejl.into(),
            fejl => Self::Policy(fejl),
        }
    }
}

impl From<AabnFejl> for Refusal {
    fn from(fejl: AabnFejl) -> Self {
        Self::Failed(fejl.into())
    }
}

impl From<IkkeLaant> for Refusal {
    fn from(fejl: IkkeLaant) -> Self {
        Self::Failed(Internal::new("ansættelsen er ikke lånt", fejl).into())
    }
}

impl From<NoegleFejl> for Refusal {
    fn from(fejl: NoegleFejl) -> Self {
        Self::Failed(fejl.into())
    }
}
