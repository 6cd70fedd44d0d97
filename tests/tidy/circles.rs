//! Rooms that import each other in a circle are one room that pretends to be two. Looked at are the top modules of each
//! crate's `src`, and the page files among themselves. A fault's path is the room: `libs/app/src/core`.

use std::collections::{BTreeMap, BTreeSet};

use crate::Fault;
use crate::rust::{Rust, block};
use crate::tree::Tree;

/// Folders whose files are rooms of their own.
const BUILDINGS: [&str; 3] =
    ["services/raskvej/src/pages", "services/raskvej/src/pages", "services/raskvej/src/web/pages"];

/// A crate that is one room: its files are parts of one thing.
const ONE_ROOM: [&str; 1] = ["libs/eventlog/src"];

/// From a room to the rooms it imports, and where it does so first.
type Imports = BTreeMap<String, BTreeMap<String, (String, usize)>>;

pub(crate) fn faults(tree: &Tree) -> Vec<Fault> {
    let mut folders: BTreeSet<&str> = BUILDINGS.into();
    folders.extend(tree.rust.iter().filter_map(|file| Some(&file.path[..file.path.find("/src/")? + 4])));
    folders.into_iter().filter(|folder| !ONE_ROOM.contains(folder)).flat_map(|folder| in_folder(tree, folder)).collect()
}

fn in_folder(tree: &Tree, folder: &str) -> Vec<Fault> {
    let files: Vec<&Rust> =
        tree.rust.iter().filter(|f| f.path.strip_prefix(folder).is_some_and(|p| p.starts_with('/'))).collect();
    let rooms: BTreeSet<String> = files.iter().filter_map(|file| room(&file.path, folder)).collect();
    // Where the folder is, seen from the crate: nothing for `src`, `pages` for `src/pages`.
    let (_, above) = folder.split_once("/src").unwrap_or(("", ""));
    let above: Vec<String> = above.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let mut imports = Imports::new();
    for file in files {
        let Some(from) = room(&file.path, folder) else { continue };
        for (line, path) in named(file) {
            let inside = path.strip_prefix(above.as_slice()).and_then(|rest| rest.first());
            if let Some(to) = inside.filter(|to| rooms.contains(*to) && **to != from) {
                imports.entry(from.clone()).or_default().entry(to.clone()).or_insert((file.path.clone(), line));
            }
        }
    }
    let circle = |room: &String| Some((room.clone(), way_back(&imports, room)?));
    let circles = rooms.iter().filter_map(circle);
    circles
        .map(|(room, way)| {
            let steps: Vec<String> = way.iter().map(|(to, (path, line))| format!("{to} ({path}:{line})")).collect();
            let what = format!(
                "a circle: {room} imports {}. Move what both need to a room of its own",
                steps.join(", which imports ")
            );
            Fault::new(&format!("{folder}/{room}"), 1, what)
        })
        .collect()
}

/// The room of a file: its name, or the folder it lies in. The folder's own root file is none.
fn room(path: &str, folder: &str) -> Option<String> {
    let first = path.strip_prefix(folder)?.trim_start_matches('/').split('/').next()?;
    let name = first.trim_end_matches(".rs");
    (!matches!(first, "lib.rs" | "main.rs" | "mod.rs")).then(|| name.to_owned())
}

/// The shortest way from a room back to itself, each step with the place of the import.
fn way_back(imports: &Imports, room: &String) -> Option<Vec<(String, (String, usize))>> {
    let mut ways: Vec<Vec<(String, (String, usize))>> = vec![Vec::new()];
    let mut seen = BTreeSet::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            let at = way.last().map_or(room, |(to, _)| to);
            for (to, place) in imports.get(at).into_iter().flatten() {
                let step = [way.clone(), vec![(to.clone(), place.clone())]].concat();
                if to == room {
                    return Some(step);
                }
                if seen.insert(to.clone()) {
                    longer.push(step);
                }
            }
        }
        ways = longer;
    }
    None
}

/// Every path of this crate that the product's lines of a file name, from the crate's root, with its line.
fn named(file: &Rust) -> Vec<(usize, Vec<String>)> {
    let own = module(&file.path);
    let mut found = Vec::new();
    for start in ["crate::", "super::"] {
        for (at, _) in file.code.match_indices(start) {
            let line = file.line_of(at);
            let before = &file.code[..at];
            // `super::super::x` is met at its first word; `pub(crate)` and `xcrate::` are none.
            if file.is_test(line)
                || before.ends_with("super::")
                || before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
            {
                continue;
            }
            let mut rest = &file.code[at..];
            let mut base = if start == "crate::" { Vec::new() } else { own.clone() };
            if let Some(after) = rest.strip_prefix("crate::") {
                rest = after;
            }
            while let Some(after) = rest.strip_prefix("super::") {
                base.pop();
                rest = after;
            }
            found.extend(leaves(rest).into_iter().map(|tail| (line, [base.clone(), tail].concat())));
        }
    }
    found
}

/// The module of a file, from the crate's root.
fn module(path: &str) -> Vec<String> {
    let inside = path.split_once("/src/").map_or("", |(_, inside)| inside).trim_end_matches(".rs");
    let inside = inside.strip_suffix("/mod").unwrap_or(inside);
    if matches!(inside, "lib" | "main") { Vec::new() } else { inside.split('/').map(str::to_owned).collect() }
}

/// `a::b::c` as one path; `a::{b::c, d}` as two.
fn leaves(code: &str) -> Vec<Vec<String>> {
    if code.starts_with('{') {
        let inside = &code[1..block(code).max(2) - 1];
        return parts(inside).into_iter().flat_map(|part| leaves(part.trim())).collect();
    }
    let end = code.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(code.len());
    let name = code[..end].to_owned();
    match code[end..].strip_prefix("::") {
        Some(rest) => leaves(rest).into_iter().map(|tail| [vec![name.clone()], tail].concat()).collect(),
        None => vec![vec![name]],
    }
}

/// Split at the commas that are not inside brackets.
fn parts(code: &str) -> Vec<&str> {
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    while at < code.len() {
        match code.as_bytes()[at] {
            b'{' => at += block(&code[at..]),
            b',' => {
                parts.push(&code[start..at]);
                at += 1;
                start = at;
            }
            _ => at += 1,
        }
    }
    parts.push(&code[start..]);
    parts
}

#[test]
fn imports_are_read_from_paths() {
    let flat = |code: &str| leaves(code).into_iter().map(|path| path.join("::")).collect::<Vec<_>>();
    assert_eq!(flat("a::{b::{self, c}, d as e};"), ["a::b::self", "a::b::c", "a::d"]);
    assert_eq!(flat("kerne::Kerne {"), ["kerne::Kerne"]);
    assert_eq!(module("services/raskvej/src/sider/mod.rs"), ["sider"]);
    assert_eq!(module("libs/a/src/lib.rs"), Vec::<String>::new());
}
