//! A forløb as an auditor goes through it: every event of the employment, also what was withheld.

use forloeb::Ansaettelse;
use uuid::Uuid;

use super::fault::PageError;
use super::reader_view::{ReaderView, id};
use super::session::LoggedIn;
use super::state::PageState;
use super::trin::{Step, steps};
use crate::access::Intent;
use crate::problem::Problem;
use crate::projections::Loan;

/// The forløb, and what it is read from.
pub(crate) struct Audited<'a> {
    pub(crate) k: ReaderView<'a>,
    pub(crate) loan: Loan,
    pub(crate) id: Uuid,
    /// From the log: what is lent lacks the reminders that were withheld.
    pub(crate) whole: Ansaettelse,
}

impl<'a> Audited<'a> {
    /// The one that an address names.
    ///
    /// # Errors
    /// The reader is no auditor, there is no such forløb for them, or the log cannot be read.
    pub(crate) async fn of(state: &'a PageState, logged_in: &'a LoggedIn, text: &str) -> Result<Self, PageError> {
        if !logged_in.user.may_ever(Intent::Replay) {
            return Err(Problem::takes(Intent::Replay).into());
        }
        let app = &state.service.app;
        let loan = app.loan_forloeb(id(text)?).await?;
        let k = ReaderView::new(state, logged_in);
        let f = k.find(&loan, id(text)?, Intent::Replay)?;
        let (id, whole) = (f.id, app.whole(&f.medarbejder_nr).await?);
        Ok(Self { k, loan, id, whole })
    }

    /// Every event of it, step by step.
    pub(crate) fn steps(&self) -> Vec<Step> {
        steps(&self.k, &self.loan, &self.whole, self.id)
    }
}
