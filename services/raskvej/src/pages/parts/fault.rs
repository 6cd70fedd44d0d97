//! An error of a page: what its reader is told, and what the cause was.

use std::error::Error;
use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use eventlog::ReadError;

use crate::access::Denial;
use crate::commands::Refusal;
use crate::core::OpenFolderError;
use crate::problem::Problem;
use app::failure::Causes;
use app::stored::Unreadable;

/// An error of a page; the frame makes the page of it, which then has the navigation of the one who asked.
#[derive(Debug, Clone)]
pub(crate) struct PageError {
    problem: Problem,
    /// What failed inside; logged with all that is behind it when the page of the error is made.
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl PageError {
    /// Something failed inside: the reader is told so, and no more.
    pub(crate) fn internal(cause: impl Error + Send + Sync + 'static) -> Self {
        Self { problem: Problem::internal_said_elsewhere(), cause: Some(Arc::new(cause)) }
    }

    /// What the reader is told. The cause is logged with the route it was met on: an address can have a name in it.
    pub(super) fn told(&self, route: &str) -> Problem {
        if let Some(cause) = &self.cause {
            tracing::error!(route, error = %Causes(cause.as_ref()), "en side kunne ikke vises");
        }
        self.problem.clone()
    }
}

impl From<Refusal> for PageError {
    fn from(refusal: Refusal) -> Self {
        Problem::from(refusal).into()
    }
}

impl From<Problem> for PageError {
    fn from(problem: Problem) -> Self {
        Self { problem, cause: None }
    }
}

impl From<Denial> for PageError {
    fn from(denial: Denial) -> Self {
        Problem::from(denial).into()
    }
}

impl From<ReadError> for PageError {
    fn from(error: ReadError) -> Self {
        match &error {
            ReadError::Damaged(_) => Problem::from(&error).into(),
            _ => Self::internal(error),
        }
    }
}

impl From<OpenFolderError> for PageError {
    fn from(error: OpenFolderError) -> Self {
        match error {
            OpenFolderError::Read(read) => read.into(),
            error => Self::internal(error),
        }
    }
}

impl From<Unreadable> for PageError {
    fn from(error: Unreadable) -> Self {
        OpenFolderError::from(error).into()
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut answer = self.problem.status_code().into_response();
        answer.extensions_mut().insert(self);
        answer
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

        let error = PageError::internal(Outer(std::io::Error::other("disken er væk")));
        assert_eq!(Causes(error.cause.as_deref().unwrap()).to_string(), "arket kan ikke skrives: disken er væk");
        assert_eq!((error.told("/hr").status, error.problem.code.as_str()), (500, "intern_fejl"));
    }
}
