//! Every lock of the service is in the table of `docs/security-bounds.md`, which says what is done while it is held; and none of
//! those in memory is held over a wait.

use crate::Fault;
use crate::tree::Tree;

const PAGE: &str = "docs/security-bounds.md";
const HEADING: &str = "\n## Locks\n";
/// Benchmarks hold what they like.
const NO_PART: &str = "libs/yardstick/";
const KINDS: [&str; 3] = ["Mutex", "RwLock", "Semaphore"];

pub(crate) fn faults(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    let page = tree.file(PAGE).map_or("", |file| file.text.as_str());
    let table = page.split(HEADING).nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap_or_default();
    let product = tree.rust.iter().filter(|file| {
        (file.path.starts_with("libs/") || file.path.starts_with("services/")) && !file.path.starts_with(NO_PART)
    });
    let mut with_locks = Vec::new();
    for file in product {
        let Some((line, _)) = file.code_lines().find(|(_, code)| has_a_lock(code)) else { continue };
        let name = below_the_top(&file.path);
        if !table.contains(&format!("`{name}`")) {
            faults.push(Fault::new(&file.path, line, format!("a lock: give `{name}` a row under Locks in {PAGE}")));
        }
        with_locks.push(name);
    }
    for name in table.split('`').filter(|word| word.ends_with(".rs") && word.contains("/src/")) {
        if !with_locks.contains(&name) {
            faults.push(Fault::new(PAGE, 1, format!("`{name}` has no lock any more")));
        }
    }
    let lint = "\nawait_holding_lock = \"deny\"\n";
    if !tree.file("Cargo.toml").is_some_and(|file| file.text.contains(lint)) {
        faults.push(Fault::new("Cargo.toml", 1, "locks in memory are not held over a wait: deny `await_holding_lock`"));
    }
    faults
}

/// As the table has it: `app/src/core.rs`.
fn below_the_top(path: &str) -> &str {
    path.split_once('/').map_or(path, |(_, rest)| rest)
}

/// Whether a line of code declares a lock: no reference to one, and no name that only begins or ends so.
fn has_a_lock(code: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let declared = |kind: &str, at: usize| {
        let before = code[..at].chars().next_back();
        let after = &code[at + kind.len()..];
        let whole = !before.is_some_and(|c| is_word(c) || c == '&') && !after.starts_with(is_word);
        whole && (kind == "Semaphore" || after.starts_with('<') || after.starts_with("::<"))
    };
    let imports = code.trim_start().starts_with("use ");
    !imports && KINDS.iter().any(|kind| code.match_indices(kind).any(|(at, _)| declared(kind, at)))
}

#[test]
fn a_lock_is_told_from_what_is_named_like_one() {
    for lock in [
        "    one: Mutex<u8>,",
        "static ROOM: Semaphore = X;",
        "a: tokio::sync::RwLock<u8>",
        "Arc::<Mutex<u8>>::default()",
    ] {
        assert!(has_a_lock(lock), "{lock}");
    }
    for none in [
        "fn f(m: &Mutex<u8>)",
        "-> MutexGuard<'_, u8>",
        "use tokio::sync::Semaphore;",
        "p: SemaphorePermit<'a>",
        "Mutex::default()",
    ] {
        assert!(!has_a_lock(none), "{none}");
    }
    assert_eq!(below_the_top("libs/app/src/core.rs"), "app/src/core.rs");
}
