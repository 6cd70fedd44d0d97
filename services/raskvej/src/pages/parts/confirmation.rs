//! The word a page opens with after a form was carried out.

use crate::commands;

/// What was done, by the code in the address.
pub(crate) fn confirmation(code: &str) -> Option<&'static str> {
    match code {
        "slettet" => Some("Personen er slettet. Attesten står under Slettet."),
        "sletningsstop" => Some("Der er sat sletningsstop. Intet om personen slettes, før det er ophævet."),
        "sletningsstop-ophaevet" => Some("Sletningsstoppet er ophævet."),
        "uret" => Some("Uret er flyttet."),
        code => commands::confirmation(code),
    }
}
