//! What a reader may see of people: names only for those who may, numbers for the others.

use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::haendelse::Forseglet;
use uuid::Uuid;

use super::fault::Sidefejl;
use super::names::{navn, oplysninger};
use super::ramme::Ramme;
use super::session::Inde;
use super::state::Stat;
use crate::adgang::Bruger;
use crate::commands::At;
use crate::problem::Problem;
use crate::sealed::{OpenError, Personoplysninger, Sealed};
use crate::visninger::Visninger;

/// One reader looking at one state of the projections.
pub(crate) struct Kig<'a> {
    pub(crate) stat: &'a Stat,
    pub(crate) inde: &'a Inde,
    pub(crate) vis: &'a Visninger,
    pub(crate) idag: NaiveDate,
}

impl<'a> Kig<'a> {
    pub(crate) fn ny(stat: &'a Stat, inde: &'a Inde, vis: &'a Visninger) -> Self {
        Self { stat, inde, vis, idag: vis.idag() }
    }

    pub(crate) fn bruger(&self) -> &'a Bruger {
        &self.inde.bruger
    }

    /// The same, for the commands.
    pub(crate) fn at(&self) -> At<'a> {
        At::new(&self.stat.t.kerne, self.vis, self.bruger())
    }

    pub(crate) fn ramme(&self, titel: impl Into<String>) -> Ramme {
        Ramme::ny(self.stat, self.inde, self.vis, titel)
    }

    /// A forløb this reader may see.
    pub(crate) fn find(&self, id: Uuid) -> Result<Arc<Forloeb>, Sidefejl> {
        Ok(self.bruger().find(id, self.vis, self.idag)?)
    }

    /// Name of a person, or their number where the reader sees no names or the name was erased.
    pub(crate) fn navn(&self, nr: &str) -> String {
        navn(self.stat, self.bruger(), self.vis, nr).unwrap_or_else(|| format!("medarbejder {nr}"))
    }

    /// Number and name of some people, by name.
    pub(crate) fn folk<'b>(&self, numre: impl IntoIterator<Item = &'b str>) -> Vec<(String, String)> {
        self.at().people(numre)
    }

    /// What payroll tells about a person, for those who see names; none where it was erased. Who shows more of it than a
    /// name records the look-up first.
    pub(crate) fn oplysninger(&self, nr: &str) -> Option<Personoplysninger> {
        oplysninger(self.stat, self.bruger(), self.vis, nr)
    }

    /// Free text about an employee, for those who may read it: the text, or why it cannot be read.
    pub(crate) fn tekst<T: Sealed>(&self, nr: &str, forseglet: &Forseglet) -> Option<Result<T, OpenError>> {
        self.bruger().ser_navne().then(|| self.vis.luk_op(&self.stat.t.kerne.noegler, nr, forseglet))
    }
}

/// An id in an address; what is not one does not exist.
pub(crate) fn id(tekst: &str) -> Result<Uuid, Sidefejl> {
    Uuid::try_parse(tekst).map_err(|_| Problem::findes_ikke().into())
}
