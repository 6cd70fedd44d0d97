//! The order of names in lists: as Danes look them up.
//!
//! The letters a to z, then æ, ø and å; aa is å, wherever it stands; capitals beside small letters. Letters of other
//! languages stand where Danish lists put them: ä as æ, ö and œ as ø, ü as y, any other accent as its letter without. A
//! hyphen is a space, and a space comes before every letter, so that a short name comes before the longer one.

use std::cmp::Ordering;

/// After z and everything else that is written with letters of the alphabet.
const AE: char = '\u{e000}';
const OE: char = '\u{e001}';
const AA: char = '\u{e002}';

/// The place of a name in a list. Names that differ only in capitals or accents keep one order, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameKey {
    letters: String,
    written: String,
}

impl Ord for NameKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.letters.cmp(&other.letters).then_with(|| self.written.cmp(&other.written))
    }
}

impl PartialOrd for NameKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The key that names are sorted by.
#[must_use]
pub fn dansk(navn: &str) -> NameKey {
    let mut letters = String::with_capacity(navn.len());
    // The letter before, as long as it may still become another one with what follows.
    let mut foer = None;
    for c in navn.trim().chars().flat_map(char::to_lowercase) {
        let med_foer = match (foer, c) {
            (Some('a'), 'a' | '\u{30a}') => Some(AA),
            (Some('a'), '\u{308}') => Some(AE),
            (Some('o'), '\u{308}') => Some(OE),
            (Some('u'), '\u{308}') => Some('y'),
            _ => None,
        };
        foer = match med_foer {
            Some(bogstav) => {
                letters.pop();
                letters.push(bogstav);
                None
            }
            None if ('\u{300}'..='\u{36f}').contains(&c) => None,
            None => {
                push(&mut letters, c);
                Some(c)
            }
        };
    }
    NameKey { letters, written: navn.to_owned() }
}

fn push(letters: &mut String, c: char) {
    letters.push(match c {
        'æ' | 'ä' => AE,
        'ø' | 'ö' | 'ő' | 'œ' => OE,
        'å' => AA,
        'à' | 'á' | 'â' | 'ã' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' | 'ð' => 'd',
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => 'i',
        'ł' | 'ľ' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ō' => 'o',
        'ř' => 'r',
        'ś' | 'š' | 'ş' | 'ș' => 's',
        'ť' | 'ţ' | 'ț' => 't',
        'ù' | 'ú' | 'û' | 'ū' | 'ů' => 'u',
        'ü' | 'ű' | 'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ß' => return letters.push_str("ss"),
        'þ' => return letters.push_str("th"),
        '-' | '\u{2010}' | '\u{2011}' | '\u{a0}' => ' ',
        other => other,
    });
}

#[cfg(test)]
mod tests {
    use super::dansk;

    /// Sorted, whatever order they came in.
    fn staar(navne: &[&str]) {
        for drej in 0..navne.len() {
            let mut blandet = navne.to_vec();
            blandet.rotate_left(drej);
            blandet.reverse();
            blandet.sort_by_cached_key(|n| dansk(n));
            assert_eq!(blandet, navne);
        }
    }

    #[test]
    fn navne_sorteres_som_paa_dansk() {
        staar(&["Anne", "børge", "Zenia", "Ægir", "Øjvind", "Aage", "Åse"]);
        staar(&["Bo Berg", "Bo-Erik", "Bodil", "Bæk", "Bøgh", "Bå dal", "Baad"]);
        staar(&["Hjemmeplejen Nord", "Hjemmeplejen Øst", "Hjemmeplejen Aalborg"]);
    }

    #[test]
    fn fremmede_bogstaver_staar_hos_de_danske() {
        staar(&["Muller", "Mylle", "Müller", "Märta", "Mønsted", "Mörk"]);
        staar(&["Rena", "René", "Renee"]);
        staar(&["Łukasz", "Lund", "Şahin", "Sørensen"]);
    }

    #[test]
    fn aa_skrevet_paa_tre_maader_er_samme_bogstav() {
        let bogstaver = |navn| dansk(navn).letters;
        assert_eq!(bogstaver("Aage"), bogstaver("Åge"));
        assert_eq!(bogstaver("A\u{30a}ge"), bogstaver("åge"), "a letter and its ring apart");
        assert_eq!(bogstaver("AAGE"), bogstaver("aage"));
        assert_eq!(bogstaver("o\u{308}st"), bogstaver("Øst"));
        assert!(dansk("Anne") != dansk("anne"), "one order for names that are alike");
    }
}
