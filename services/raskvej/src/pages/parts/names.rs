//! The names of people, for a reader who sees names.

use super::state::Stat;
use crate::access::User;
use crate::sealed::Personoplysninger;

/// The name of a person, for a reader who sees names.
pub(crate) fn name(stat: &Stat, user: &User, nr: &str) -> Option<String> {
    Some(details(stat, user, nr)?.name.show().clone())
}

/// What payroll tells about a person, for a reader who sees names; none where it was erased.
pub(crate) fn details(stat: &Stat, user: &User, nr: &str) -> Option<Personoplysninger> {
    let parsed = user.ser_names().then(|| stat.t.app.details(nr))?;
    parsed?.ok()
}

/// The name of a role at the start of a line.
pub(crate) fn large(rolle: &'static str) -> &'static str {
    match rolle {
        "leder" => "Leder",
        "revisor" => "Revisor",
        "kontaktperson" => "Kontaktperson",
        "koordinator" => "Koordinator",
        "medarbejder" => "Medarbejder",
        "drift" => "Drift",
        other => other,
    }
}
