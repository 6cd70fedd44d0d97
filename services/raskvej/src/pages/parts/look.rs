//! What a reader may see of people: names only for those who may, numbers for the others.

use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::haendelse::Ciphertext;
use uuid::Uuid;

use super::fault::PageError;
use super::frame::Frame;
use super::names::{details, name};
use super::session::LoggedIn;
use super::state::Stat;
use crate::access::{Intent, User};
use crate::commands::At;
use crate::core::ShowGuard;
use crate::problem::Problem;
use crate::projections::Loan;
use crate::sealed::{OpenError, Personoplysninger, Sealed};

/// One reader on one day. Nothing is locked: what a page is about is borrowed, and whatever else is asked is looked up when
/// it is asked.
pub(crate) struct Look<'a> {
    pub(crate) stat: &'a Stat,
    pub(crate) inside: &'a LoggedIn,
    pub(crate) today: NaiveDate,
}

impl<'a> Look<'a> {
    pub(crate) fn new(stat: &'a Stat, inside: &'a LoggedIn) -> Self {
        Self { stat, inside, today: stat.t.app.show().today() }
    }

    /// The projections, to look something up.
    pub(crate) fn show(&self) -> ShowGuard<'a> {
        self.stat.t.app.show()
    }

    pub(crate) fn user(&self) -> &'a User {
        &self.inside.user
    }

    /// The same, for the commands.
    pub(crate) fn at(&self) -> At<'a> {
        At::new(&self.stat.t.app, self.user())
    }

    pub(crate) fn frame(&self, title: impl Into<String>) -> Frame {
        Frame::new(self.stat, self.inside, title)
    }

    /// A forløb of what is lent that this reader may see.
    pub(crate) fn find<'l>(&self, loan: &'l Loan, id: Uuid) -> Result<&'l Arc<Forloeb>, PageError> {
        Ok(self.user().find(loan, id, &self.show(), self.today)?)
    }

    /// The forløb of what is lent that this reader may see.
    pub(crate) fn visible(&self, loan: &Loan) -> Vec<Arc<Forloeb>> {
        let show = self.show();
        loan.all().iter().filter(|f| self.user().ser(f, &show, self.today)).cloned().collect()
    }

    /// This reader could change a forløb in this way.
    pub(crate) fn may(&self, f: &Forloeb, intent: Intent) -> bool {
        self.user().may_with(f, intent, &self.show(), self.today).is_ok()
    }

    /// Name of a person, or their number where the reader sees no names or the name was erased.
    pub(crate) fn name(&self, nr: &str) -> String {
        name(self.stat, self.user(), nr).unwrap_or_else(|| format!("medarbejder {nr}"))
    }

    /// Number and name of some people, by name.
    pub(crate) fn people(&self, numbers: impl IntoIterator<Item = String>) -> Vec<(String, String)> {
        self.at().people(numbers)
    }

    /// What payroll tells about a person, for those who see names; none where it was erased. Who shows more of it than a
    /// name records the look-up first.
    pub(crate) fn details(&self, nr: &str) -> Option<Personoplysninger> {
        details(self.stat, self.user(), nr)
    }

    /// Free text about an employee, for those who may read it: the text, or why it cannot be read.
    pub(crate) fn tekst<T: Sealed>(&self, nr: &str, sealed: &Ciphertext) -> Option<Result<T, OpenError>> {
        self.user().ser_names().then(|| self.stat.t.app.unlock(nr, sealed))
    }
}

/// An id in an address; what is not one does not exist.
pub(crate) fn id(tekst: &str) -> Result<Uuid, PageError> {
    Uuid::try_parse(tekst).map_err(|_| Problem::not_found().into())
}
