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

impl NameKey {
    /// The name as it is written.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.written
    }

    /// The same, to be kept.
    #[must_use]
    pub fn into_name(self) -> String {
        self.written
    }
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
pub fn danish(name: &str) -> NameKey {
    let mut letters = String::with_capacity(name.len());
    // The letter before, as long as it may still become another one with what follows.
    let mut before = None;
    for c in name.trim().chars().flat_map(char::to_lowercase) {
        let with_before = match (before, c) {
            (Some('a'), 'a' | '\u{30a}') => Some(AA),
            (Some('a'), '\u{308}') => Some(AE),
            (Some('o'), '\u{308}') => Some(OE),
            (Some('u'), '\u{308}') => Some('y'),
            _ => None,
        };
        before = match with_before {
            Some(letter) => {
                letters.pop();
                letters.push(letter);
                None
            }
            None if ('\u{300}'..='\u{36f}').contains(&c) => None,
            None => {
                push(&mut letters, c);
                Some(c)
            }
        };
    }
    NameKey { letters, written: name.to_owned() }
}

/// The words of a name as they are searched for: small letters, one blank between words, and every Danish letter as it is
/// written where there is none: å as aa, æ as ae, ø as oe, whichever of the two somebody wrote. Accents are left out, and ü
/// is u.
#[must_use]
pub fn folded(name: &str) -> String {
    written_with(name, "oe", "aa")
}

/// The other ways to write those of its [`folded`] words that people abroad write with plain letters: Soren for Søren, Ase
/// for Åse, and of a word with both letters the one, the other or both: Ollgaard, Oellgard and Ollgard for Øllgård. Empty
/// where it has neither of the two letters.
#[must_use]
pub fn in_plain_letters(name: &str) -> String {
    let folded = folded(name);
    let mut others: Vec<String> = Vec::new();
    for (oe, aa) in [("o", "a"), ("o", "aa"), ("oe", "a")] {
        for (word, usual) in written_with(name, oe, aa).split(' ').zip(folded.split(' ')) {
            if word != usual && !others.iter().any(|other| other == word) {
                others.push(word.to_owned());
            }
        }
    }
    others.join(" ")
}

fn written_with(name: &str, oe: &str, aa: &str) -> String {
    let mut folded = String::with_capacity(name.len() + 2);
    for c in danish(&name.replace(['ü', 'Ü'], "u")).letters.chars() {
        match c {
            AE => folded.push_str("ae"),
            OE => folded.push_str(oe),
            AA => folded.push_str(aa),
            c if c.is_alphanumeric() => folded.push(c),
            // One blank, however many of what parts words there are.
            _ if folded.ends_with(' ') || folded.is_empty() => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
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
    use super::{danish, folded, in_plain_letters};

    /// Sorted, whatever order they came in.
    fn stands(names: &[&str]) {
        for turn in 0..names.len() {
            let mut mixed = names.to_vec();
            mixed.rotate_left(turn);
            mixed.reverse();
            mixed.sort_by_cached_key(|n| danish(n));
            assert_eq!(mixed, names);
        }
    }

    #[test]
    fn names_are_sorted_as_in_danish() {
        stands(&["Anne", "børge", "Zenia", "Ægir", "Øjvind", "Aage", "Åse"]);
        stands(&["Bo Berg", "Bo-Erik", "Bodil", "Bæk", "Bøgh", "Bå dal", "Baad"]);
        stands(&["Hjemmeplejen Nord", "Hjemmeplejen Øst", "Hjemmeplejen Aalborg"]);
    }

    /// Whichever way somebody writes a letter, it is the same word.
    #[test]
    fn a_name_is_searched_for_in_either_way_of_writing_it() {
        for (one, other, words) in [
            ("Åge Ærø", "Aage Aeroe", "aage aeroe"),
            ("SØREN Ågård", "soeren aagaard", "soeren aagaard"),
            ("René Müller", "Rene Muller", "rene muller"),
            ("Mörk", "Moerk", "moerk"),
            ("A\u{30a}se", "Åse", "aase"),
            ("Anne-Marie  O'Brien ", "anne marie o brien", "anne marie o brien"),
            ("Łukasz Şahin", "lukasz sahin", "lukasz sahin"),
            ("10001", " 10001", "10001"),
        ] {
            assert_eq!((folded(one).as_str(), folded(other).as_str()), (words, words), "{one}");
        }
        assert_eq!([folded(""), folded(" -' ")], ["", ""]);
        for (name, plain) in [
            ("Søren Ærø-Hansen", "soren aero"),
            ("Åse Lund", "ase"),
            ("Aage Soren", "age"),
            ("Øllgård Bro", "ollgard ollgaard oellgard"),
            ("Anne Bech", ""),
            ("", ""),
        ] {
            assert_eq!(in_plain_letters(name), plain, "{name}");
        }
    }

    #[test]
    fn foreign_letters_stand_with_the_danish() {
        stands(&["Muller", "Mylle", "Müller", "Märta", "Mønsted", "Mörk"]);
        stands(&["Rena", "René", "Renee"]);
        stands(&["Łukasz", "Lund", "Şahin", "Sørensen"]);
    }

    #[test]
    fn aa_written_in_three_ways_is_one_letter() {
        let letters = |name| danish(name).letters;
        assert_eq!(letters("Aage"), letters("Åge"));
        assert_eq!(letters("A\u{30a}ge"), letters("åge"), "a letter and its ring apart");
        assert_eq!(letters("AAGE"), letters("aage"));
        assert_eq!(letters("o\u{308}st"), letters("Øst"));
        assert!(danish("Anne") != danish("anne"), "one order for names that are alike");
    }
}
