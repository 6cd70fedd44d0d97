//! An amount travels as `Oere`, and one file writes it for people. A number in kroner or øre beside it could be taken for
//! the other, and a text of its own would look different from the rest.

use crate::Fault;
use crate::tree::Tree;

/// The only files that know what an amount is made of, and how it is written.
const HOMES: [&str; 2] = ["libs/forloeb/src/oere.rs", "libs/texts/src/money.rs"];
/// Parts of names that mean money.
const WORDS: [&str; 4] = ["kr", "kroner", "oere", "beloeb"];
const NUMBERS: [&str; 10] = ["f32", "f64", "i32", "i64", "i128", "isize", "u32", "u64", "u128", "usize"];

pub(crate) fn faults(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in tree.rust.iter().filter(|file| !HOMES.contains(&file.path.as_str())) {
        let texts: Vec<&str> = file.text.lines().collect();
        for (line, code) in file.code_lines() {
            if is_bare(code) {
                faults.push(Fault::new(&file.path, line, "an amount as a bare number: `forloeb::Oere` is its type"));
            }
            let text = texts.get(line - 1).copied().unwrap_or_default();
            if !text.trim_start().starts_with("//") && is_written(text) {
                faults.push(Fault::new(&file.path, line, BY_HAND));
            }
        }
    }
    for file in tree.files.iter().filter(|file| file.path.contains("/templates/")) {
        let by_hand = file.lines().filter(|(_, text)| is_written(text));
        faults.extend(by_hand.map(|(line, _)| Fault::new(&file.path, line, BY_HAND)));
    }
    faults
}

const BY_HAND: &str = "an amount written by hand: `texts::money::kroner` writes it";

/// `kr_per_dag: i64`, `beloeb: Option<f64>`: a name that means money, and a number for its type.
fn is_bare(code: &str) -> bool {
    code.match_indices(':').any(|(at, _)| {
        let name = code[..at].rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
        let of_money = name.split('_').any(|part| WORDS.contains(&part));
        let kind = code[at + 1..].trim_start().trim_start_matches(['&', '[']).trim_start_matches("Option<");
        let kind = kind.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        of_money && NUMBERS.contains(&kind)
    })
}

/// `{} kr.` and `" kr."`: something, or the end of a text that something was put before, and then the unit.
fn is_written(text: &str) -> bool {
    ["kr.", "kr\"", "kroner\"", "kroner."].iter().any(|unit| {
        text.match_indices(unit).any(|(at, _)| {
            let before = text[..at].trim_end_matches("\\u{a0}").trim_end_matches("&nbsp;");
            let spaced = before.trim_end_matches([' ', '\u{a0}']);
            spaced.ends_with('}') || (spaced.ends_with('"') && spaced.len() < text[..at].len())
        })
    })
}

#[test]
fn an_amount_by_hand_is_seen() {
    for text in ["format!(\"{} kr.\", x)", "format!(\"{n}\\u{a0}kr.\")", "out + \" kr.\"", "<td>{{ kr }} kr.</td>"] {
        assert!(is_written(text), "{text}");
    }
    for text in ["trim_end_matches(\"kr.\")", "| om ugen, højst |", "kroner(x)", "\"Beløb i kroner\"", "Fx 12.345 kr."]
    {
        assert!(!is_written(text), "{text}");
    }
    for code in ["pub kr: i64,", "fn f(beloeb: Option<f64>)", "kr_per_dag: u32", "sums_oere: [i64; 5]", "oere: &i64"] {
        assert!(is_bare(code), "{code}");
    }
    for code in ["beloeb: Oere,", "beloeb: Option<Oere>", "kroner::number: i64", "krav: usize", "forloeb::oere::Oere"] {
        assert!(!is_bare(code), "{code}");
    }
}
