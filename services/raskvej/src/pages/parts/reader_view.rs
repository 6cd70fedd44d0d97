//! What a reader may see of people: names only for those who may, numbers for the others.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::haendelse::Ciphertext;
use uuid::Uuid;

use super::fault::PageError;
use super::frame::{Frame, html};
use super::names::{details, name};
use super::session::LoggedIn;
use super::state::PageState;
use crate::access::{Intent, User};
use crate::commands::CommandContext;
use crate::core::ShowGuard;
use crate::lookups::Shown;
use crate::problem::Problem;
use crate::projections::Loan;
use crate::sealed::{OpenError, Personoplysninger, Sealed};
use app::opslag::Content;

/// One reader on one day. Nothing is locked: what a page is about is borrowed, and whatever else is asked is looked up when
/// it is asked.
pub(crate) struct ReaderView<'a> {
    pub(crate) state: &'a PageState,
    pub(crate) logged_in: &'a LoggedIn,
    pub(crate) today: NaiveDate,
    /// Of whom a row of the page tells.
    shown: Mutex<BTreeSet<String>>,
}

impl<'a> ReaderView<'a> {
    pub(crate) fn new(state: &'a PageState, logged_in: &'a LoggedIn) -> Self {
        let today = state.service.app.projections().today();
        Self { state, logged_in, today, shown: Mutex::default() }
    }

    /// The same reader on another day.
    pub(crate) fn on(self, today: NaiveDate) -> Self {
        Self { today, ..self }
    }

    /// The projections, to look something up.
    pub(crate) fn projections(&self) -> ShowGuard<'a> {
        self.state.service.app.projections()
    }

    pub(crate) fn user(&self) -> &'a User {
        &self.logged_in.user
    }

    /// The same, for the commands.
    pub(crate) fn at(&self) -> CommandContext<'a> {
        CommandContext::new(&self.state.service.app, self.user())
    }

    pub(crate) fn frame(&self, title: impl Into<String>) -> Frame {
        Frame::new(self.state, self.logged_in, title)
    }

    /// A forløb of what is lent that this reader may do this with.
    pub(crate) fn find<'l>(&self, loan: &'l Loan, id: Uuid, intent: Intent) -> Result<&'l Arc<Forloeb>, PageError> {
        Ok(self.user().find(loan, id, intent, &self.projections(), self.today)?.forloeb())
    }

    /// The forløb of what is lent that this reader may see.
    pub(crate) fn visible(&self, loan: &Loan) -> Vec<Arc<Forloeb>> {
        let projections = self.projections();
        loan.all().iter().filter(|f| self.user().sees(f, &projections, self.today)).cloned().collect()
    }

    /// This reader could change a forløb in this way.
    pub(crate) fn may(&self, f: &Forloeb, intent: Intent) -> bool {
        self.user().may_with(f, intent, &self.projections(), self.today).is_ok()
    }

    /// Name of a person, or their number where the reader sees no names or the name was erased.
    pub(crate) fn name(&self, nr: &str) -> String {
        name(self.state, self.user(), nr).unwrap_or_else(|| format!("medarbejder {nr}"))
    }

    /// Name of who makes the first contact, while they are here; none: the leader.
    pub(crate) fn kontaktperson(&self, f: &Forloeb) -> Option<String> {
        let nr = {
            let projections = self.projections();
            projections.kontaktperson(f, self.today).filter(|nr| projections.is_ansat(nr))
        };
        nr.map(|nr| self.name(nr))
    }

    /// Name of whoever a row of a list tells about. The list that is then made with [`Self::list`] is a look-up of theirs.
    pub(crate) fn row(&self, nr: &str) -> String {
        self.shows(nr);
        self.name(nr)
    }

    /// The answer tells about this one.
    pub(crate) fn shows(&self, nr: &str) {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).insert(nr.to_owned());
    }

    /// A page with rows.
    pub(crate) fn list(&self, page: &impl Template) -> Response {
        self.list_with(StatusCode::OK, page)
    }

    /// The same, of a page that says what is wrong.
    pub(crate) fn list_with(&self, status: StatusCode, page: &impl Template) -> Response {
        self.told(html(status, page))
    }

    /// An answer of any kind that has the rows in it.
    pub(crate) fn told(&self, answer: Response) -> Response {
        self.told_as(Content::List, answer)
    }

    /// The same, where it is something else than a list.
    pub(crate) fn told_as(&self, content: Content, answer: Response) -> Response {
        let shown = std::mem::take(&mut *self.shown.lock().unwrap_or_else(PoisonError::into_inner));
        Shown::of(shown).with_content(content).in_answer(answer)
    }

    /// Number and name of some people, by name.
    pub(crate) fn people(&self, numbers: impl IntoIterator<Item = String>) -> Vec<(String, String)> {
        self.at().people(numbers)
    }

    /// What payroll tells about a person, for those who see names; none where it was erased. Who shows more of it than a
    /// name records the look-up first.
    pub(crate) fn details(&self, nr: &str) -> Option<Personoplysninger> {
        details(self.state, self.user(), nr)
    }

    /// Free text about an employee, for those who may read it: the text, or why it cannot be read.
    pub(crate) fn tekst<T: Sealed>(&self, nr: &str, sealed: &Ciphertext) -> Option<Result<T, OpenError>> {
        self.user().sees_names().then(|| self.state.service.app.unlock(nr, sealed))
    }
}

/// An id in an address; what is not one does not exist.
pub(crate) fn id(tekst: &str) -> Result<Uuid, PageError> {
    Uuid::try_parse(tekst).map_err(|_| Problem::not_found().into())
}
