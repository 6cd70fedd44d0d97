//! The short reference by which people speak of a forløb: in a mail, on the telephone, in a search field.

use uuid::Uuid;

/// Hexadecimal digits of a reference.
const DIGITS: usize = 8;

/// The reference of a forløb: the last digits of its id, which are by chance. The first tell the time it was registered,
/// and everything of one minute has them in common.
#[must_use]
pub fn reference(forloeb: Uuid) -> String {
    let digits = forloeb.simple().to_string();
    digits[digits.len() - DIGITS..].to_owned()
}

/// A reference that somebody asks by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference(u32);

impl Reference {
    /// What somebody wrote, if it is one.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let is_one = text.len() == DIGITS && text.bytes().all(|b| b.is_ascii_hexdigit());
        is_one.then(|| u32::from_str_radix(&text, 16).ok()).flatten().map(Self)
    }

    /// It is that of this forløb. Mails of earlier programs had the first digits of the id. It is asked of every forløb there
    /// ever was, so no text is made of the id.
    #[must_use]
    pub const fn is_of(self, forloeb: Uuid) -> bool {
        let [a, b, c, d, .., w, x, y, z] = *forloeb.as_bytes();
        u32::from_be_bytes([w, x, y, z]) == self.0 || u32::from_be_bytes([a, b, c, d]) == self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_registered_in_one_minute_has_references_of_its_own() {
        let (a, b) = ("0198f3a0-5c00-7abc-8def-0123456789ab", "0198f3a0-5c01-7abc-8def-fedcba987654");
        let (a, b) = (Uuid::parse_str(a).unwrap(), Uuid::parse_str(b).unwrap());
        assert_eq!((reference(a).as_str(), reference(b).as_str()), ("456789ab", "ba987654"));
        let asked = Reference::from_text(" 456789AB ").unwrap();
        assert!(asked.is_of(a) && !asked.is_of(b));
        assert!(Reference::from_text("0198f3a0").unwrap().is_of(a), "as in the mails of earlier programs");
        for wrong in ["", "456789a", "456789abc", "456789ax", "ærøærøær"] {
            assert_eq!(Reference::from_text(wrong), None, "{wrong}");
        }
    }
}
