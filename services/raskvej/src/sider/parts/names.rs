//! The names of people, for a reader who sees names.

use super::state::Stat;
use crate::adgang::Bruger;
use crate::sealed::Personoplysninger;
use crate::visninger::Visninger;

/// The name of a person, for a reader who sees names.
pub(crate) fn navn(stat: &Stat, bruger: &Bruger, vis: &Visninger, nr: &str) -> Option<String> {
    Some(oplysninger(stat, bruger, vis, nr)?.navn.vis().clone())
}

/// What payroll tells about a person, for a reader who sees names; none where it was erased.
pub(crate) fn oplysninger(stat: &Stat, bruger: &Bruger, vis: &Visninger, nr: &str) -> Option<Personoplysninger> {
    let laest = bruger.ser_navne().then(|| vis.oplysninger(&stat.t.kerne.noegler, nr))?;
    laest?.ok()
}

/// The name of a role at the start of a line.
pub(crate) fn stort(rolle: &'static str) -> &'static str {
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
