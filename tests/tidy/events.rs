//! A new event must ask every place that decides about events: a `match` over them has no arm for "the others".

use crate::Fault;
use crate::rust::block;
use crate::tree::Tree;

/// A pattern that names one of these is about events.
const EVENTS: &str = "Haendelse::";

pub(crate) fn faults(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in &tree.rust {
        for (at, _) in file.code.match_indices("match ").filter(|(at, _)| starts_a_word(&file.code, *at)) {
            let Some(open) = file.code[at..].find('{').map(|n| at + n) else { continue };
            let patterns = patterns(&file.code, open);
            if file.is_test(file.line_of(at)) || !patterns.iter().any(|(_, pattern)| pattern.contains(EVENTS)) {
                continue;
            }
            for (place, pattern) in patterns.iter().filter(|(_, pattern)| takes_all(pattern)) {
                let what = format!(
                    "`{pattern} =>` hides the next event from the compiler: name the events that stay as they are"
                );
                faults.push(Fault::new(&file.path, file.line_of(*place), what));
            }
        }
    }
    faults
}

fn starts_a_word(code: &str, at: usize) -> bool {
    !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// `_`, a name for whatever it is, or either with a condition.
fn takes_all(pattern: &str) -> bool {
    let pattern = pattern.split(" if ").next().unwrap_or_default().trim();
    pattern.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        && !pattern.is_empty()
        && !matches!(pattern, "true" | "false")
}

/// The patterns of the arms of a `match` whose block opens at `open`, with their places.
fn patterns(code: &str, open: usize) -> Vec<(usize, String)> {
    let end = open + block(&code[open..]) - 1;
    let mut patterns = Vec::new();
    let mut at = open + 1;
    while let Some(arrow) = arrow(code, at, end) {
        let start = at + code[at..arrow].len() - code[at..arrow].trim_start_matches([',', ' ', '\n']).len();
        patterns.push((start, code[start..arrow].split_whitespace().collect::<Vec<_>>().join(" ")));
        at = end_of_arm(code, arrow + 2, end);
    }
    patterns
}

/// The next `=>` that is not inside brackets.
fn arrow(code: &str, from: usize, end: usize) -> Option<usize> {
    let mut at = from;
    while at < end {
        match code.as_bytes()[at] {
            b'{' | b'(' | b'[' => at += block(&code[at..end]),
            b'=' if code[at..].starts_with("=>") => return Some(at),
            _ => at += 1,
        }
    }
    None
}

/// An arm ends with its block, or at the comma behind it.
fn end_of_arm(code: &str, from: usize, end: usize) -> usize {
    let start = from + code[from..end].len() - code[from..end].trim_start().len();
    if code.as_bytes()[start..].starts_with(b"{") {
        let after = start + block(&code[start..end]);
        // `{ … }.method()` goes on; a comma or the next arm does not.
        if !code[after..end].trim_start().starts_with(['.', '?']) {
            return after;
        }
    }
    let mut at = start;
    while at < end {
        match code.as_bytes()[at] {
            b'{' | b'(' | b'[' => at += block(&code[at..end]),
            b',' => return at + 1,
            _ => at += 1,
        }
    }
    end
}

#[test]
fn arms_are_told_apart() {
    let code = "match e { Haendelse::A(a) | Haendelse::B(a) if a.x > 1 => f(a, { 2 }), Haendelse::C { .. } => { g() } _ => h() }";
    let found: Vec<String> = patterns(code, 8).into_iter().map(|(_, pattern)| pattern).collect();
    assert_eq!(found, ["Haendelse::A(a) | Haendelse::B(a) if a.x > 1", "Haendelse::C { .. }", "_"]);
    assert!(takes_all("_") && takes_all("andet if x") && !takes_all("Haendelse::C { .. }"));
}
