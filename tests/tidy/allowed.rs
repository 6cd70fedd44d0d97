//! What a rule still lets pass: `allowed/<rule>.txt`, a path or a name a line. A line that is not needed any more is a
//! fault too, so the lists shrink and are gone one day.

use std::collections::BTreeSet;

use crate::{Fault, tree};

/// The faults that are not on the rule's list, and the lines of the list that stand for nothing.
pub(crate) fn less(rule: &str, faults: Vec<Fault>) -> Vec<Fault> {
    let list = format!("tests/tidy/allowed/{rule}.txt");
    let text = std::fs::read_to_string(tree::root().join(&list)).unwrap_or_default();
    let allowed: BTreeSet<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let found: BTreeSet<String> = faults.iter().map(|fault| fault.path.clone()).collect();
    let mut left: Vec<Fault> = faults.into_iter().filter(|fault| !allowed.contains(fault.path.as_str())).collect();
    for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !found.contains(*line)) {
        left.push(Fault::new(&list, n + 1, format!("`{line}` is in order now: take the line away")));
    }
    left
}
