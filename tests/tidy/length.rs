//! A file of more than 500 lines has two subjects.

use crate::Fault;
use crate::tree::Tree;

const MOST: usize = 500;
const KINDS: [&str; 5] = [".rs", ".py", ".html", ".css", ".js"];

pub(crate) fn faults(tree: &Tree) -> Vec<Fault> {
    let code = tree.files.iter().filter(|file| KINDS.iter().any(|kind| file.path.ends_with(kind)));
    code.filter_map(|file| {
        let lines = file.text.lines().count();
        let what = format!("{lines} lines, {MOST} at most: give the second subject a file of its own");
        (lines > MOST).then(|| Fault::new(&file.path, lines, what))
    })
    .collect()
}
