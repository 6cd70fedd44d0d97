//! Rust as far as a rule needs it: code without comments and texts, and which lines are tests. Not a parser; what it
//! cannot see (a macro that makes code) no rule here asks for.

use std::collections::BTreeSet;

use crate::tree::File;

pub(crate) struct Rust {
    pub(crate) path: String,
    pub(crate) text: String,
    /// The text with every comment and every literal text blanked: what is found here is code. As many bytes and lines.
    pub(crate) code: String,
    /// The lines (from 1) that are built for tests only.
    tests: BTreeSet<usize>,
}

impl Rust {
    /// The lines of the product, with their numbers.
    pub(crate) fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.code.lines().enumerate().map(|(n, line)| (n + 1, line));
        lines.filter(|(n, _)| !self.tests.contains(n))
    }

    /// Whether a line is built for tests only.
    pub(crate) fn is_test(&self, line: usize) -> bool {
        self.tests.contains(&line)
    }

    /// The line of a byte.
    pub(crate) fn line_of(&self, at: usize) -> usize {
        self.code.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1
    }
}

pub(crate) fn read(files: &[File]) -> Vec<Rust> {
    let sources = files.iter().filter(|file| file.path.ends_with(".rs"));
    let mut all: Vec<Rust> = sources
        .map(|file| Rust {
            path: file.path.clone(),
            text: file.text.clone(),
            code: blanked(&file.text),
            tests: BTreeSet::new(),
        })
        .collect();
    let mut test_modules = Vec::new();
    for file in &mut all {
        let (lines, modules) = behind_cfg_test(file);
        file.tests = lines;
        test_modules.extend(modules);
    }
    for file in &mut all {
        let below =
            |module: &String| file.path == format!("{module}.rs") || file.path.starts_with(&format!("{module}/"));
        let of_tests = ["tests", "benches"]
            .iter()
            .any(|folder| file.path.starts_with(&format!("{folder}/")) || file.path.split('/').nth(2) == Some(*folder));
        if of_tests || test_modules.iter().any(below) {
            file.tests = (1..=file.text.lines().count()).collect();
        }
    }
    all
}

/// The lines of items under `#[cfg(test)]`, and the modules in files of their own (`a/b` for `a/b.rs` and `a/b/…`).
fn behind_cfg_test(file: &Rust) -> (BTreeSet<usize>, Vec<String>) {
    let (mut lines, mut modules) = (BTreeSet::new(), Vec::new());
    for (at, mark) in file.code.match_indices("#[cfg(test)]") {
        let after = at + mark.len();
        let rest = &file.code[after..];
        let end = match rest.find(['{', ';']) {
            Some(stop) if rest.as_bytes()[stop] == b'{' => after + stop + block(&rest[stop..]),
            Some(stop) => {
                let item = rest[..stop].trim();
                if let Some((_, name)) = item.rsplit_once("mod ") {
                    modules.push(format!("{}/{}", folder_of(&file.path), name.trim()));
                }
                after + stop
            }
            None => file.code.len(),
        };
        lines.extend(file.line_of(at)..=file.line_of(end));
    }
    (lines, modules)
}

/// Where the modules of a file lie.
fn folder_of(path: &str) -> &str {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if matches!(name, "lib.rs" | "main.rs" | "mod.rs") { folder } else { path.trim_end_matches(".rs") }
}

/// The length of a block that begins with a bracket, both brackets included; all of it when it is not closed.
pub(crate) fn block(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate() {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    code.len()
}

/// Blanks comments and the insides of texts and characters; keeps every line break.
fn blanked(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let end = at
            + match rest[0] {
                b'/' if rest.starts_with(b"//") => find(rest, b"\n").unwrap_or(rest.len()),
                b'/' if rest.starts_with(b"/*") => find(rest, b"*/").map_or(rest.len(), |n| n + 2),
                b'"' => text_length(rest),
                b'r' if !in_a_word(bytes, at) && raw_hashes(rest).is_some() => raw_length(rest),
                b'\'' => character_length(rest),
                _ => {
                    at += 1;
                    continue;
                }
            };
        code[at..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        at = end;
    }
    String::from_utf8(code).expect("whole characters are blanked")
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn in_a_word(bytes: &[u8], at: usize) -> bool {
    at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_') && bytes[at - 1] != b'b'
}

/// The length of `"…"`, with its escapes.
fn text_length(bytes: &[u8]) -> usize {
    let mut at = 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

/// How many `#` a raw text begins with; none when it is no raw text.
fn raw_hashes(bytes: &[u8]) -> Option<usize> {
    let hashes = bytes[1..].iter().take_while(|byte| **byte == b'#').count();
    (bytes.get(1 + hashes) == Some(&b'"')).then_some(hashes)
}

fn raw_length(bytes: &[u8]) -> usize {
    let hashes = raw_hashes(bytes).unwrap_or(0);
    let close = [b"\"".as_slice(), &vec![b'#'; hashes]].concat();
    let open = 2 + hashes;
    find(&bytes[open..], &close).map_or(bytes.len(), |n| open + n + close.len())
}

/// The length of a character literal; 1 for the tick of a lifetime.
fn character_length(bytes: &[u8]) -> usize {
    if bytes.get(1) == Some(&b'\\') {
        return find(&bytes[3.min(bytes.len())..], b"'").map_or(1, |n| 3 + n + 1);
    }
    let first = std::str::from_utf8(&bytes[1..bytes.len().min(5)]);
    let valid = first.or_else(|error| std::str::from_utf8(&bytes[1..=error.valid_up_to()]));
    let character = valid.ok().and_then(|text| text.chars().next()).map_or(0, char::len_utf8);
    if character > 0 && bytes.get(1 + character) == Some(&b'\'') { character + 2 } else { 1 }
}

#[test]
fn what_is_no_code_is_blanked() {
    let code = blanked("let a = \"json!\"; // json!\nlet b = r#\"json! \" \"#; /* { */ f('{', '\\'', 'æ', &'a x);");
    assert!(
        !code.contains("json!") && !code.contains('{') && code.contains("& a x") && code.contains("let b ="),
        "{code}"
    );
}

#[test]
fn tests_are_told_from_the_product() {
    let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
    let parent =
        file("libs/a/src/b.rs", "fn f() {}\n#[cfg(test)]\nmod tests;\n#[cfg(test)]\nmod here {\n}\nfn g() {}\n");
    let all = read(&[parent, file("libs/a/src/b/tests.rs", "fn t() {}\n"), file("libs/a/tests/c.rs", "fn t() {}\n")]);
    let lines = |n: usize| all[n].code_lines().map(|(line, _)| line).collect::<Vec<_>>();
    assert_eq!((lines(0), lines(1), lines(2)), (vec![1, 7], vec![], vec![]));
}
