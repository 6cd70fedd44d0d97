//! The word a page opens with after a form was carried out.

use app::free_text::Hints;

use crate::commands;

/// What was done, by the code in the address.
pub(crate) fn confirmation(code: &str) -> Option<&'static str> {
    match code {
        "slettet" => Some("Personen er slettet. Attesten står under Slettet."),
        "sletningsstop" => Some("Der er sat sletningsstop. Intet om personen slettes, før det er ophævet."),
        "sletningsstop-ophaevet" => Some("Sletningsstoppet er ophævet."),
        "visning" => Some("Visningen har fået et navn. Den står under Gemte visninger."),
        "kladde" => Some("Kladden er gemt. Planen gælder først, når du gemmer den som en ny version."),
        "uret" => Some("Uret er flyttet."),
        code => commands::confirmation(code),
    }
}

/// What is added to the address of a page where a text said more than it should: what kind of thing, and not a word of it.
pub(crate) const fn remark_code(hints: Hints) -> &'static str {
    match (hints.cpr, hints.health) {
        (false, false) => "",
        (true, false) => "&obs=cpr",
        (false, true) => "&obs=helbred",
        (true, true) => "&obs=begge",
    }
}

/// What the page says of it.
pub(crate) fn remark(code: &str) -> Option<&'static str> {
    let (cpr, health) = match code {
        "cpr" => (true, false),
        "helbred" => (false, true),
        "begge" => (true, true),
        _ => return None,
    };
    Hints { cpr, health }.said()
}
