//! What a reader may see of people: names only for those who may, numbers for the others.

use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::haendelse::Forseglet;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::Stat;
use super::ramme::{Ramme, Sidefejl};
use super::session::Inde;
use crate::adgang::Bruger;
use crate::commands::At;
use crate::http::problem::Problem;
use crate::noegler::{NoegleFejl, Personoplysninger};
use crate::visninger::Visninger;

/// One reader looking at one state of the projections.
pub(super) struct Kig<'a> {
    pub(super) stat: &'a Stat,
    pub(super) inde: &'a Inde,
    pub(super) vis: &'a Visninger,
    pub(super) idag: NaiveDate,
}

impl<'a> Kig<'a> {
    pub(super) fn ny(stat: &'a Stat, inde: &'a Inde, vis: &'a Visninger) -> Self {
        Self { stat, inde, vis, idag: vis.idag() }
    }

    pub(super) fn bruger(&self) -> &'a Bruger {
        &self.inde.bruger
    }

    /// The same, for the commands.
    pub(super) fn at(&self) -> At<'a> {
        At::new(&self.stat.t.kerne, self.vis, self.bruger())
    }

    pub(super) fn ramme(&self, titel: impl Into<String>) -> Ramme {
        Ramme::ny(self.stat, self.inde, self.vis, titel)
    }

    /// A forløb this reader may see.
    pub(super) fn find(&self, id: Uuid) -> Result<Arc<Forloeb>, Sidefejl> {
        Ok(self.bruger().find(id, self.vis, self.idag)?)
    }

    /// Name of a person, or their number where the reader sees no names or the name was erased.
    pub(super) fn navn(&self, nr: &str) -> String {
        navn(self.stat, self.bruger(), self.vis, nr).unwrap_or_else(|| format!("medarbejder {nr}"))
    }

    /// Number and name of some people, by name.
    pub(super) fn folk<'b>(&self, numre: impl IntoIterator<Item = &'b str>) -> Vec<(String, String)> {
        self.at().people(numre)
    }

    /// What payroll tells about a person, for those who see names; none where it was erased. Who shows more of it than a
    /// name records the look-up first.
    pub(super) fn oplysninger(&self, nr: &str) -> Option<Personoplysninger> {
        oplysninger(self.stat, self.bruger(), self.vis, nr)
    }

    /// Free text about an employee, for those who may read it: the text, or why it cannot be read.
    pub(super) fn tekst<T: DeserializeOwned>(&self, nr: &str, forseglet: &Forseglet) -> Option<Result<T, NoegleFejl>> {
        self.bruger().ser_navne().then(|| self.vis.luk_op(&self.stat.t.kerne.noegler, nr, forseglet))
    }
}

/// The name of a person, for a reader who sees names.
pub(super) fn navn(stat: &Stat, bruger: &Bruger, vis: &Visninger, nr: &str) -> Option<String> {
    Some(oplysninger(stat, bruger, vis, nr)?.navn.vis().clone())
}

fn oplysninger(stat: &Stat, bruger: &Bruger, vis: &Visninger, nr: &str) -> Option<Personoplysninger> {
    bruger.ser_navne().then(|| vis.oplysninger(&stat.t.kerne.noegler, nr).ok())?
}

/// An id in an address; what is not one does not exist.
pub(super) fn id(tekst: &str) -> Result<Uuid, Sidefejl> {
    Uuid::try_parse(tekst).map_err(|_| Problem::findes_ikke().into())
}

/// The name of a role at the start of a line.
pub(super) fn stort(rolle: &'static str) -> &'static str {
    match rolle {
        "leder" => "Leder",
        "revisor" => "Revisor",
        "kontaktperson" => "Kontaktperson",
        "koordinator" => "Koordinator",
        "medarbejder" => "Medarbejder",
        "drift" => "Drift",
        andet => andet,
    }
}
