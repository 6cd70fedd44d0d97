//! The word a page opens with after a form was carried out.

use crate::commands;

/// What was done, by the code in the address.
pub(crate) fn confirmation(code: &str) -> Option<&'static str> {
    match code {
        "uret" => Some("Uret er flyttet."),
        code => commands::confirmation(code),
    }
}
