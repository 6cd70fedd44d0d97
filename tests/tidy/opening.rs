//! Every Rust file says first what it is for: `//! …` on its first line.

use crate::Fault;
use crate::tree::Tree;

pub(crate) fn faults(tree: &Tree) -> Vec<Fault> {
    let silent = tree.rust.iter().filter(|file| !file.text.starts_with("//! "));
    silent.map(|file| Fault::new(&file.path, 1, "begin with `//! ` and what the file is for")).collect()
}
