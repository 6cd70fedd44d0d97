//! English documents write 1,000.5, Danish ones 1.000,5.

use crate::Fault;
use crate::tree::{File, Tree};

/// The documents for leaders, HR and payroll.
const DANISH: [&str; 12] = [
    "docs/brugervejledning/README.md",
    "docs/brugervejledning/hr.md",
    "docs/brugervejledning/koordinator.md",
    "docs/brugervejledning/kontaktperson.md",
    "docs/brugervejledning/leder.md",
    "docs/brugervejledning/medarbejder.md",
    "docs/import.md",
    "docs/indstillinger.md",
    "docs/ordliste.md",
    "docs/regler.md",
    "docs/revision.md",
    "tests/data/small/README.md",
];

pub(crate) fn faults(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in tree.documents() {
        let danish = DANISH.contains(&file.path.as_str());
        for (line, prose) in prose(file) {
            for number in numbers(&prose) {
                let right = if danish { wants_danish(number) } else { wants_english(number) };
                if let Some(right) = right {
                    let language = if danish { "Danish" } else { "English" };
                    faults.push(Fault::new(&file.path, line, format!("{number}: {language} is {right}")));
                }
            }
        }
    }
    faults
}

/// The lines without code: what stands between backticks is as a machine wants it.
fn prose(file: &File) -> Vec<(usize, String)> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for (n, line) in file.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            lines.push((n, line.split('`').step_by(2).collect::<Vec<_>>().join(" ")));
        }
    }
    lines
}

/// Digits with points and commas among them.
fn numbers(prose: &str) -> Vec<&str> {
    let words = prose.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','));
    let trimmed = words.map(|word| word.trim_matches(['.', ',']));
    trimmed.filter(|word| word.contains(['.', ',']) && word.starts_with(|c: char| c.is_ascii_digit())).collect()
}

/// How an English reader wants it, when it is Danish: a decimal comma, or points between thousands.
fn wants_english(number: &str) -> Option<String> {
    (thousands(number, '.', ',') || decimal(number, ',')).then(|| swap(number))
}

/// How a Danish reader wants it, when it is English: commas between thousands. A point is in dates and times too.
fn wants_danish(number: &str) -> Option<String> {
    thousands(number, ',', '.').then(|| swap(number))
}

fn swap(number: &str) -> String {
    number
        .chars()
        .map(|c| match c {
            '.' => ',',
            ',' => '.',
            digit => digit,
        })
        .collect()
}

/// Groups of three after the first, which is one to three digits and not 0; a decimal part may follow.
fn thousands(number: &str, between: char, decimal: char) -> bool {
    let whole = number.split(decimal).next().unwrap_or_default();
    let mut groups = whole.split(between);
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && !rest.is_empty()
        && rest.iter().all(|group| group.len() == 3)
}

/// One comma with other than three digits behind it, or with a 0 before it: 0,15 and 1,5; not 1,000.
fn decimal(number: &str, point: char) -> bool {
    match number.split(point).collect::<Vec<_>>()[..] {
        [whole, part] => !whole.contains('.') && !part.contains('.') && (part.len() != 3 || whole == "0"),
        _ => false,
    }
}

#[test]
fn the_two_languages_are_told_apart() {
    for (danish, english) in [("1.548", "1,548"), ("0,15", "0.15"), ("1.674.010", "1,674,010"), ("1.000,5", "1,000.5")]
    {
        assert_eq!(wants_english(danish).as_deref(), Some(english));
        assert_eq!(wants_english(english), None);
    }
    assert_eq!(wants_danish("12,500").as_deref(), Some("12.500"));
    for other in ["0.34.7", "2.0", "1,2,3", "127.0.0.1"] {
        assert_eq!((wants_english(other), wants_danish(other)), (None, None), "{other}");
    }
}
