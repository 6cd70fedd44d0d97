//! The word a page opens with after a form was carried out.

use crate::commands;

/// What was done, by the code in the address.
pub(crate) fn confirmation(kode: &str) -> Option<&'static str> {
    match kode {
        "uret" => Some("Uret er flyttet."),
        kode => commands::confirmation(kode),
    }
}
