//! A file, a folder, a test, a command or a name of the code that a document names is there.

use std::collections::BTreeSet;

use crate::Fault;
use crate::tree::{File, Tree};

/// Endings of what is looked for; other words between backticks are no files of ours.
const KINDS: [&str; 6] = [".rs", ".py", ".toml", ".html", ".service", ".snap"];

/// Crates of others that documents speak of.
const OTHERS: [&str; 3] = ["askama", "serde_json", "std"];

/// Folders that a reader makes by the commands on the same page.
const READERS: [&str; 2] = ["eksempler/", "data-opsaetning/"];

pub(crate) fn faults(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    let folders: BTreeSet<&str> = tree.files.iter().filter_map(|file| Some(file.path.split_once('/')?.0)).collect();
    for file in tree.documents() {
        // Why a form was changed, once, is told by the names of then.
        let is_of_today = !file.path.starts_with("migrations/");
        for (line, text) in file.lines() {
            let links = text.match_indices("](").filter_map(|(at, _)| text[at + 2..].split(')').next());
            for link in links.filter(|link| !link.contains("://") && !link.starts_with(['#', '<'])) {
                let path = resolved(&file.path, link.split('#').next().unwrap_or_default());
                if !exists(tree, &path) {
                    faults.push(Fault::new(
                        &file.path,
                        line,
                        format!("the link leads to `{path}`, which is not there"),
                    ));
                }
            }
            let words = || text.split(['`', ' ', '(', ')', ',', ';', '"', '=']);
            for word in words().filter(|word| is_in_the_tree(&folders, word)) {
                if !exists(tree, word.trim_end_matches(['.', ':', '/'])) {
                    faults.push(Fault::new(&file.path, line, format!("`{word}` is not there")));
                }
            }
            for (name, place) in names(text).into_iter().filter(|_| is_of_today) {
                if !has(tree, name, place) {
                    faults.push(Fault::new(&file.path, line, format!("there is no `{name}` in `{place}`")));
                }
            }
            for word in words().filter(|word| is_a_file(word)) {
                if !tree.files.iter().any(|f| f.path == word || f.path.ends_with(&format!("/{word}"))) {
                    faults.push(Fault::new(
                        &file.path,
                        line,
                        format!("`{word}` is not there: say what it is called now"),
                    ));
                }
            }
            faults.extend(commands(text).filter_map(|words| Some(Fault::new(&file.path, line, wrong(tree, &words)?))));
        }
    }
    faults
}

/// Whether a word is the name of a file of ours: no pattern, no address, nothing that a reader fills in.
fn is_a_file(word: &str) -> bool {
    KINDS.iter().any(|kind| word.ends_with(kind) && word.len() > kind.len())
        && !word.contains(['<', '>', '*', '{', '$', ':', '…'])
        && !word.starts_with(['/', '.', '~'])
        && !READERS.iter().any(|folder| word.starts_with(folder))
}

/// Whether a word is a path from the root: it begins with one of the folders there, and leaves nothing for a reader to fill in.
fn is_in_the_tree(folders: &BTreeSet<&str>, word: &str) -> bool {
    word.split_once('/').is_some_and(|(first, _)| folders.contains(first))
        && !word.contains(['<', '>', '*', '{', '$', '|', '…'])
        && !word.contains("://")
        && !word.contains("NNNN")
}

/// The names of the code in a line, each with where it is said to be: `a` and `b` of "`x.rs` (`a`, `b`)", `a` of "`a` in `x.rs`",
/// and the last two words of a path like `x::a`.
fn names(text: &str) -> Vec<(&str, &str)> {
    let pieces: Vec<&str> = text.split('`').collect();
    let is_name = |word: &str| word.len() > 1 && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_rust = |word: &str| word.ends_with(".rs") && is_a_file(word);
    let mut found = Vec::new();
    for (n, word) in pieces.iter().enumerate().filter(|(n, _)| n % 2 == 1) {
        let after = |at: usize| pieces.get(at).copied().unwrap_or_default();
        let is_ours = word.split_once("::").is_some_and(|(first, _)| !OTHERS.contains(&first));
        let mut last = word.rsplit("::").filter(|_| is_ours);
        found.extend(last.next().zip(last.next()).filter(|(name, place)| is_name(name) && is_name(place)));
        if is_name(word) && after(n + 1).trim() == "in" && is_rust(after(n + 2)) {
            found.push((*word, after(n + 2)));
        }
        if !is_rust(word) || after(n + 1) != " (" {
            continue;
        }
        let mut next = n + 2;
        while is_name(after(next)) {
            found.push((after(next), *word));
            next += if matches!(after(next + 1), ", " | " and ") { 2 } else { pieces.len() };
        }
    }
    found
}

/// Whether a name is in a file, or in what is called so: a module, a folder of them, or a type.
fn has(tree: &Tree, name: &str, place: &str) -> bool {
    const KINDS_OF_TYPES: [&str; 5] = ["impl", "trait", "enum", "struct", "type"];
    let is_type = place.starts_with(|c: char| c.is_ascii_uppercase());
    let (file, folder, end) = (format!("/{place}.rs"), format!("/{place}/"), format!("/{place}"));
    let is_called_so =
        |path: &str| path == place || path.ends_with(&end) || path.ends_with(&file) || path.contains(&folder);
    let is_of_type = |line: &str| has_word(line, place) && KINDS_OF_TYPES.iter().any(|kind| has_word(line, kind));
    let candidates = tree.rust.iter().filter(|rust| is_type || is_called_so(&rust.path));
    candidates.filter(|rust| has_word(&rust.code, name)).any(|rust| !is_type || rust.code.lines().any(is_of_type))
}

fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word)
        .any(|(at, _)| !is_part(text[..at].chars().next_back()) && !is_part(text[at + word.len()..].chars().next()))
}

fn resolved(from: &str, link: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// A file of any kind (a picture is no text), or a folder of one.
fn exists(tree: &Tree, path: &str) -> bool {
    path.is_empty() || tree.file(path).is_some() || crate::tree::root().join(path).exists()
}

/// The cargo commands of a line, word by word.
fn commands(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.match_indices("cargo ").filter(|(at, _)| !text[..*at].ends_with('-')).map(|(at, _)| {
        let end = text[at..].find(['`', '#', ')', ';']).map_or(text.len(), |n| at + n);
        text[at..end].split_whitespace().collect()
    })
}

/// What is wrong with a cargo command: an xtask, a crate, a test or a benchmark that is not there.
fn wrong(tree: &Tree, words: &[&str]) -> Option<String> {
    let after = |flag: &str| words.iter().position(|word| *word == flag).and_then(|n| words.get(n + 1)).copied();
    if words.get(1) == Some(&"xtask") {
        let verb = words.get(2)?.trim_end_matches(['.', ',', ':']);
        let known = tree.file("xtask/src/main.rs").is_some_and(|file| verbs(file).any(|name| name == verb));
        return (!known && verb.chars().all(char::is_alphabetic)).then(|| format!("there is no `cargo xtask {verb}`"));
    }
    let name = after("-p")?;
    let Some(folder) = tree.files.iter().find_map(|file| {
        let folder = file.path.strip_suffix("/Cargo.toml")?;
        file.text.contains(&format!("name = \"{name}\"")).then_some(folder)
    }) else {
        return Some(format!("there is no crate `{name}`"));
    };
    for (flag, kind) in [("--test", "tests"), ("--bench", "benches")] {
        let Some(target) = after(flag) else { continue };
        let places = [format!("{folder}/{kind}/{target}.rs"), format!("{folder}/{kind}/{target}/main.rs")];
        if !places.iter().any(|place| tree.file(place).is_some()) {
            return Some(format!("`{name}` has no `{flag} {target}`"));
        }
    }
    None
}

/// The verbs of xtask: the variants of its enum of commands.
fn verbs(main: &File) -> impl Iterator<Item = String> {
    let inside = main.text.split("#[derive(Subcommand)]").nth(1).and_then(|rest| rest.split("\n}").next());
    let variants =
        inside.unwrap_or_default().lines().filter(|line| line.starts_with("    ") && !line.starts_with("     "));
    variants
        .map(|line| line.trim().chars().take_while(|c| c.is_alphanumeric()).collect::<String>().to_lowercase())
        .filter(|name| !name.is_empty())
}

#[test]
fn a_link_is_read_from_where_it_stands() {
    assert_eq!(resolved("docs/adr/0001-x.md", "../performance.md"), "docs/performance.md");
    assert!(is_a_file("http/problem.rs") && !is_a_file("NNNN-<x>.rs") && !is_a_file(".rs"));
}

#[test]
fn a_path_and_a_name_are_read_where_they_stand() {
    let folders = BTreeSet::from(["docs", "libs"]);
    let paths = ["libs/app/src/core.rs", "docs/vectors", "libs/app/src/<name>.rs", "app/src", "https://libs/app"];
    assert_eq!(paths.map(|word| is_in_the_tree(&folders, word)), [true, true, false, false, false]);
    assert_eq!(names("in `a/words.rs` (`what`, `to_do`). A"), [("what", "a/words.rs"), ("to_do", "a/words.rs")]);
    assert_eq!(names("into `BUILT_IN` in `book.rs`, and `other` in it"), [("BUILT_IN", "book.rs")]);
    assert_eq!(names("by `App::loan`, `texts::money::kroner` and `std::fs`"), [("loan", "App"), ("kroner", "money")]);
    assert_eq!(names("(`parts/page_size.rs`, `a_test`), `x.rs` (which is long)"), [("", ""); 0]);
    assert!(has_word("fn what(art)", "what") && !has_word("fn whatever(art)", "what"));
}

/// A metric that an alert asks for is there, or it never rings.
pub(crate) fn alarms(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in tree.files.iter().filter(|file| file.path == "deploy/alarmer.yml") {
        for (line, text) in file.lines().filter(|(_, text)| text.contains("expr:")) {
            let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            for metric in words.filter(|word| word.starts_with("raskvej_")) {
                // What is told is a histogram, and its buckets are what a quantile is made of.
                let metric = metric.strip_suffix("_bucket").unwrap_or(metric);
                let told = format!("!(\"{metric}\"");
                if !tree.files.iter().any(|f| f.path.ends_with(".rs") && f.text.contains(&told)) {
                    faults.push(Fault::new(&file.path, line, format!("nothing tells of the metric `{metric}`")));
                }
            }
        }
    }
    faults
}
