//! How a letter begins and ends, whatever it says, and what letters are called.

use chrono::NaiveDate;
use forloeb::words::Brevart;

use crate::sentences::long_dato;

/// A letter, paragraph by paragraph, with an empty line between them. Where a name is not known there is none.
#[must_use]
pub fn letter(
    written: NaiveDate,
    name: Option<&str>,
    paragraphs: impl IntoIterator<Item = String>,
    sender: Option<&str>,
) -> String {
    let dear = name.map_or_else(|| "Hej".to_owned(), |name| format!("Kære {name}"));
    let mut all = vec![long_dato(written), dear];
    all.extend(paragraphs);
    all.push(format!("Venlig hilsen\n{}", sender.unwrap_or("din leder")));
    all.join("\n\n")
}

/// What a letter on paper is called in a sentence.
#[must_use]
pub const fn name(art: Brevart) -> &'static str {
    match art {
        Brevart::Besked => "et brev i stedet for mails",
        Brevart::Indkaldelse => "et brev med indkaldelsen til samtalen",
    }
}
