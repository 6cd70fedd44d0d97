//! A file, a test or a command that a document names is there.

use crate::Fault;
use crate::tree::{File, Tree};

/// Endings of what is looked for; other words between backticks are no files of ours.
const KINDS: [&str; 6] = [".rs", ".py", ".toml", ".html", ".service", ".snap"];

/// Folders that a reader makes by the commands on the same page.
const READERS: [&str; 2] = ["eksempler/", "data-opsaetning/"];

pub(crate) fn faults(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in tree.documents() {
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
            for word in text.split(['`', ' ', '(', ')', ',', ';', '"', '=']).filter(|word| is_a_file(word)) {
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
