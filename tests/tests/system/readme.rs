//! What the README says that the two commands need; and that the commands of the terminal which documents name are there.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use systemtests::{file, raskvej};

/// The crates of the binary that are built with a C compiler, and the line that installs what they need.
#[test]
fn the_readme_names_the_compiler_that_the_demonstration_is_built_with() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let tree = ["tree", "--offline", "--locked", "--package", "raskvej", "--edges", "normal,build", "--invert", "cc"];
    let told =
        Command::new(cargo).args(tree).args(["--depth", "2", "--prefix", "none"]).current_dir(file("..")).output();
    let told = told.expect("cargo runs the tests");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let mut built: Vec<_> = told.lines().filter_map(|line| line.split(' ').next()?.strip_suffix("-sys")).collect();
    built.sort_unstable();
    built.dedup();
    assert_eq!(built, ["aws-lc", "tikv-jemalloc", "zstd"], "{told}");
    let readme = std::fs::read_to_string(file("../README.md")).expect("there is a README");
    let commands = readme.split("## ").find(|part| part.starts_with("Two commands")).expect("the two commands");
    for said in built.iter().chain(&["apt-get install gcc libc6-dev make"]) {
        assert!(commands.contains(said), "{said}");
    }
}

#[test]
fn the_orders_that_documents_name_are_there() {
    let mut orders = BTreeSet::new();
    for folder in ["..", "../docs", "../deploy"] {
        named_in(&file(folder), &mut orders);
    }
    assert!(orders.len() > 10, "{orders:?}");
    for order in orders {
        let told = Command::new(raskvej()).args([&order, "--help"]).output().expect("the program runs");
        assert!(told.status.success(), "a document names `raskvej {order}`: {}", String::from_utf8_lossy(&told.stderr));
    }
}

/// Every word that follows the program's name in a document of a folder.
fn named_in(folder: &Path, orders: &mut BTreeSet<String>) {
    let documents = std::fs::read_dir(folder).expect("a folder of documents").flatten().map(|entry| entry.path());
    for document in documents.filter(|path| path.extension().is_some_and(|kind| kind == "md")) {
        let text = std::fs::read_to_string(document).expect("a document");
        for (at, name) in text.match_indices("raskvej ") {
            let word: String = text[at + name.len()..].chars().take_while(char::is_ascii_lowercase).collect();
            if !word.is_empty() {
                orders.insert(word);
            }
        }
    }
}
