//! Which file of the pages may import which: the router imports pages, pages import parts, parts import parts in one
//! direction.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What receives a form shows the page it came from again, where it is refused.
const RECEIVERS: [(&str, &str); 3] = [("submit", "forloeb"), ("submit", "mig"), ("mig_omsorgskollega", "mig")];

/// The files of a folder that are modules of it, by name, without comments and what stands behind them.
fn modules(folder: &str) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages").join(folder);
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if name != "mod" && path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.insert(name, text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect());
        }
    }
    found
}

/// Which of the modules a file names after one of these paths, also in braces.
fn named<'a>(text: &str, paths: &[&str], modules: &'a BTreeMap<String, String>) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    for path in paths {
        for (_, rest) in text.match_indices(path).map(|(at, _)| text[at..].split_at(path.len())) {
            let list = rest.strip_prefix('{').map_or(rest, |list| list.split('}').next().unwrap_or_default());
            let names = list.split(", ").take(if list.len() < rest.len() { usize::MAX } else { 1 });
            for name in names.filter_map(|name| name.split([':', ';', '{', ' ', ')']).next()) {
                found.extend(modules.get_key_value(name.trim()).map(|(name, _)| name.as_str()));
            }
        }
    }
    found
}

#[test]
fn pages_do_not_import_each_other() {
    let pages = modules(".");
    let mut edges = 0;
    for (page, text) in &pages {
        for other in named(text, &["super::", "crate::pages::"], &pages).into_iter().filter(|other| other != page) {
            assert!(RECEIVERS.contains(&(page.as_str(), other)), "{page} imports the page {other}: share it in parts/");
            edges += 1;
        }
    }
    assert_eq!(edges, RECEIVERS.len(), "an edge that is allowed and not there, or imports are not found any more");
}

#[test]
fn parts_import_no_page_and_are_no_circle() {
    let parts = modules("parts");
    let mut left: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (part, text) in &parts {
        assert!(!text.contains("crate::pages") && !text.contains("super::super"), "{part} imports a page");
        let mut others = named(text, &["super::"], &parts);
        others.remove(part.as_str());
        left.insert(part, others);
    }
    assert!(left["frame"].contains("session"), "imports are found");
    while let Some(free) = left.iter().find(|(_, others)| others.is_empty()).map(|(part, _)| *part) {
        left.remove(free);
        left.values_mut().for_each(|others| {
            others.remove(free);
        });
    }
    assert!(left.is_empty(), "a circle among {:?}", left.keys());
}
