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
use crate::access::User;
use crate::commands::At;
use crate::problem::Problem;
use crate::projections::Projections;
use crate::sealed::{OpenError, Personoplysninger, Sealed};

/// One reader looking at one state of the projections.
pub(crate) struct Look<'a> {
    pub(crate) stat: &'a Stat,
    pub(crate) inside: &'a LoggedIn,
    pub(crate) show: &'a Projections,
    pub(crate) today: NaiveDate,
}

impl<'a> Look<'a> {
    pub(crate) fn new(stat: &'a Stat, inside: &'a LoggedIn, show: &'a Projections) -> Self {
        Self { stat, inside, show, today: show.today() }
    }

    pub(crate) fn user(&self) -> &'a User {
        &self.inside.user
    }

    /// The same, for the commands.
    pub(crate) fn at(&self) -> At<'a> {
        At::new(&self.stat.t.app, self.show, self.user())
    }

    pub(crate) fn frame(&self, title: impl Into<String>) -> Frame {
        Frame::new(self.stat, self.inside, self.show, title)
    }

    /// A forløb this reader may see.
    pub(crate) fn find(&self, id: Uuid) -> Result<Arc<Forloeb>, PageError> {
        Ok(self.user().find(id, self.show, self.today)?)
    }

    /// Name of a person, or their number where the reader sees no names or the name was erased.
    pub(crate) fn name(&self, nr: &str) -> String {
        name(self.stat, self.user(), self.show, nr).unwrap_or_else(|| format!("medarbejder {nr}"))
    }

    /// Number and name of some people, by name.
    pub(crate) fn people<'b>(&self, numbers: impl IntoIterator<Item = &'b str>) -> Vec<(String, String)> {
        self.at().people(numbers)
    }

    /// What payroll tells about a person, for those who see names; none where it was erased. Who shows more of it than a
    /// name records the look-up first.
    pub(crate) fn details(&self, nr: &str) -> Option<Personoplysninger> {
        details(self.stat, self.user(), self.show, nr)
    }

    /// Free text about an employee, for those who may read it: the text, or why it cannot be read.
    pub(crate) fn tekst<T: Sealed>(&self, nr: &str, sealed: &Ciphertext) -> Option<Result<T, OpenError>> {
        self.user().ser_names().then(|| self.show.unlock(&self.stat.t.app.keys, nr, sealed))
    }
}

/// An id in an address; what is not one does not exist.
pub(crate) fn id(tekst: &str) -> Result<Uuid, PageError> {
    Uuid::try_parse(tekst).map_err(|_| Problem::not_found().into())
}
