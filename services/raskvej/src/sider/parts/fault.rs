//! An error of a page: what its reader is told, and what the cause was.

use std::error::Error;
use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use eventlog::ReadError;

use crate::adgang::Afslag;
use crate::commands::Refusal;
use crate::kerne::AabnFejl;
use crate::problem::Problem;
use crate::visninger::IkkeLaant;
use app::failure::Causes;
use app::stored::Unreadable;

/// An error of a page; the frame makes the page of it, which then has the navigation of the one who asked.
#[derive(Debug, Clone)]
pub(crate) struct Sidefejl {
    problem: Problem,
    /// What failed inside; logged with all that is behind it when the page of the error is made.
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl Sidefejl {
    /// Something failed inside: the reader is told so, and no more.
    pub(crate) fn internal(cause: impl Error + Send + Sync + 'static) -> Self {
        Self { problem: Problem::internal_said_elsewhere(), cause: Some(Arc::new(cause)) }
    }

    /// What the reader is told. The cause is logged with the route it was met on: an address can have a name in it.
    pub(super) fn told(&self, route: &str) -> Problem {
        if let Some(cause) = &self.cause {
            tracing::error!(route, fejl = %Causes(cause.as_ref()), "en side kunne ikke vises");
        }
        self.problem.clone()
    }
}

impl From<Refusal> for Sidefejl {
    fn from(refusal: Refusal) -> Self {
        Problem::from(refusal).into()
    }
}

impl From<Problem> for Sidefejl {
    fn from(problem: Problem) -> Self {
        Self { problem, cause: None }
    }
}

impl From<Afslag> for Sidefejl {
    fn from(afslag: Afslag) -> Self {
        match afslag {
            Afslag::IkkeLaant => Self::internal(IkkeLaant),
            Afslag::FindesIkke | Afslag::MaaIkke => Problem::from(afslag).into(),
        }
    }
}

impl From<IkkeLaant> for Sidefejl {
    fn from(fejl: IkkeLaant) -> Self {
        Self::internal(fejl)
    }
}

impl From<ReadError> for Sidefejl {
    fn from(fejl: ReadError) -> Self {
        match &fejl {
            ReadError::Damaged(_) => Problem::from(&fejl).into(),
            _ => Self::internal(fejl),
        }
    }
}

impl From<AabnFejl> for Sidefejl {
    fn from(fejl: AabnFejl) -> Self {
        match fejl {
            AabnFejl::Laes(laes) => laes.into(),
            fejl => Self::internal(fejl),
        }
    }
}

impl From<Unreadable> for Sidefejl {
    fn from(fejl: Unreadable) -> Self {
        AabnFejl::from(fejl).into()
    }
}

impl IntoResponse for Sidefejl {
    fn into_response(self) -> Response {
        let mut svar = self.problem.statuskode().into_response();
        svar.extensions_mut().insert(self);
        svar
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_and_all_that_is_behind_it_is_kept() {
        #[derive(Debug, thiserror::Error)]
        #[error("arket kan ikke skrives")]
        struct Outer(#[source] std::io::Error);

        let fejl = Sidefejl::internal(Outer(std::io::Error::other("disken er væk")));
        assert_eq!(Causes(fejl.cause.as_deref().unwrap()).to_string(), "arket kan ikke skrives: disken er væk");
        assert_eq!((fejl.told("/hr").status, fejl.problem.kode.as_str()), (500, "intern_fejl"));
    }
}
