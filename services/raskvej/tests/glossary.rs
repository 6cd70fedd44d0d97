//! Every part of an identifier is an English word of `docs/words-en.txt` or a Danish word of `docs/glossary.md`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The top of the project.
fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The Rust files below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for entry in entries {
        let path = entry.expect("a folder of the tree can be read").path();
        if path.is_dir() && !path.ends_with("target") {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The source with everything blanked that is not code: comments, strings and character literals. Lines stay.
fn code(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    let blank = |from: usize, to: usize, out: &mut String| {
        out.extend(chars[from..to.min(chars.len())].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
        to
    };
    while at < chars.len() {
        let rest = &chars[at..];
        let word = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
        at = if rest.starts_with(&['/', '/']) {
            let end = rest.iter().position(|c| *c == '\n').unwrap_or(rest.len());
            blank(at, at + end, &mut out)
        } else if rest.starts_with(&['/', '*']) {
            blank(at, at + comment(rest), &mut out)
        } else if let Some(end) = (!word).then(|| raw_string(rest)).flatten() {
            blank(at, at + end, &mut out)
        } else if rest[0] == '"' {
            blank(at, at + quoted(rest, '"'), &mut out)
        } else if rest[0] == '\'' && (rest.get(1) == Some(&'\\') || rest.get(2) == Some(&'\'')) {
            blank(at, at + quoted(rest, '\''), &mut out)
        } else {
            out.push(rest[0]);
            at + 1
        };
    }
    out
}

/// How long a block comment is; they nest.
fn comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (1, 2);
    while depth > 0 && at < rest.len() {
        if rest[at..].starts_with(&['/', '*']) {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with(&['*', '/']) {
            (depth, at) = (depth - 1, at + 2);
        } else {
            at += 1;
        }
    }
    at
}

/// How long a literal is that begins here and ends with the same quote.
fn quoted(rest: &[char], quote: char) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// How long a raw string is, if one begins here.
fn raw_string(rest: &[char]) -> Option<usize> {
    let prefix = if rest.starts_with(&['b', 'r']) { 2 } else { usize::from(rest[0] == 'r') };
    let hashes = rest[prefix..].iter().take_while(|c| **c == '#').count();
    if prefix == 0 || rest.get(prefix + hashes) != Some(&'"') {
        return None;
    }
    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let body = prefix + hashes + 1;
    let length = rest[body..].windows(end.len()).position(|w| w == end)?;
    Some(body + length + end.len())
}

/// The words of an identifier, in lower case: those between underscores, and those that begin with a capital.
fn parts(identifier: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for piece in identifier.split('_') {
        let chars: Vec<char> = piece.chars().collect();
        let mut from = 0;
        for at in 1..=chars.len() {
            let ends = at == chars.len()
                || chars[at].is_uppercase()
                    && (!chars[at - 1].is_uppercase() || chars.get(at + 1).is_some_and(|c| c.is_lowercase()))
                || chars[at].is_lowercase() && chars[at - 1].is_ascii_digit();
            if ends {
                parts.push(chars[from..at].iter().collect::<String>().to_lowercase());
                from = at;
            }
        }
    }
    parts
}

/// Words in backticks in the first column of the glossary's tables, and the names below its last heading.
fn glossary(text: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (tables, names) = text.split_once("## Names that stay whole").expect("docs/glossary.md has its last heading");
    let ticked = |s: &str| s.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let rows = tables.lines().filter_map(|l| l.strip_prefix('|')?.split('|').next());
    // A word with a hyphen is the part of a route that names a command.
    let words = rows.flat_map(ticked).filter(|w| !w.contains('-')).flat_map(|w| parts(&w)).collect();
    (words, names.lines().flat_map(ticked).collect())
}

#[test]
fn every_word_of_an_identifier_is_english_or_in_the_glossary() {
    let english: BTreeSet<String> = read(&top().join("docs/words-en.txt")).lines().map(str::to_owned).collect();
    let (danish, whole) = glossary(&read(&top().join("docs/glossary.md")));
    let mut files = Vec::new();
    for folder in ["libs", "services", "tests", "xtask"] {
        sources(&top().join(folder), &mut files);
    }
    assert!(files.len() > 100, "the sources are not where they were: {} files", files.len());
    let mut unknown = Vec::new();
    for file in files {
        for (line, text) in code(&read(&file)).lines().enumerate() {
            for identifier in text.split(|c: char| !c.is_alphanumeric() && c != '_') {
                if identifier.starts_with(|c: char| c.is_ascii_digit()) || whole.contains(identifier) {
                    continue;
                }
                for part in parts(identifier) {
                    let short = part.chars().count() < 2 || part.chars().all(|c| c.is_ascii_digit());
                    if !short && !english.contains(&part) && !danish.contains(&part) {
                        let file = file.strip_prefix(top()).unwrap_or(&file).display();
                        unknown.push(format!("{file}:{}: {part} (in {identifier})", line + 1));
                    }
                }
            }
        }
    }
    assert!(
        unknown.is_empty(),
        "{} unknown. A Danish word of the domain goes into docs/glossary.md with its meaning, an English word into \
         docs/words-en.txt; everything else gets an English name:\n{}",
        unknown.len(),
        unknown.join("\n")
    );
}

#[test]
fn the_word_list_is_sorted_and_holds_no_word_of_the_glossary() {
    let text = read(&top().join("docs/words-en.txt"));
    let words: Vec<&str> = text.lines().collect();
    let unsorted = words.windows(2).find(|w| w[0] >= w[1]);
    assert_eq!(unsorted, None, "docs/words-en.txt: one word a line, sorted, none twice");
    let (danish, _) = glossary(&read(&top().join("docs/glossary.md")));
    let both: Vec<&&str> = words.iter().filter(|w| danish.contains(**w)).collect();
    assert!(both.is_empty(), "in docs/words-en.txt and in docs/glossary.md: {both:?}");
}

#[test]
fn identifiers_are_split_into_words_and_text_is_no_code() {
    assert_eq!(parts("FristVisningAF"), ["frist", "visning", "af"]);
    assert_eq!(parts("APIKey"), ["api", "key"]);
    assert_eq!(parts("to_u64_SEEN"), ["to", "u64", "seen"]);
    let source =
        "let a = r#\"skjult \"# ; /* skjult /* skjult */ */ b('\\'', \"skjult \\\" skjult\", 'x'); // skjult\n'a c";
    let seen = code(source);
    assert!(
        !seen.contains("skjult") && seen.contains("let a") && seen.contains("b(") && seen.contains("'a c"),
        "{seen}"
    );
}
