//! The names of people, for a reader who sees names.

use super::state::PageState;
use crate::access::User;
use crate::sealed::Personoplysninger;

/// The name of a person, for a reader who sees names.
pub(crate) fn name(state: &PageState, user: &User, nr: &str) -> Option<String> {
    Some(details(state, user, nr)?.name.show().clone())
}

/// What payroll tells about a person, for a reader who sees names; none where it was erased.
pub(crate) fn details(state: &PageState, user: &User, nr: &str) -> Option<Personoplysninger> {
    let parsed = user.sees_names().then(|| state.service.app.details(nr))?;
    parsed?.ok()
}

/// The name of a role at the start of a line.
pub(crate) fn with_capital(rolle: &'static str) -> &'static str {
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
