//! Decisions: one form, one number each, and a row in the index.

use crate::Fault;
use crate::tree::{File, Tree};

const HEADINGS: [&str; 4] = ["## Context", "## Decision", "## Consequences", "## What would change our mind"];

pub(crate) fn faults(tree: &Tree) -> Vec<Fault> {
    let decisions: Vec<&File> =
        tree.files.iter().filter(|f| f.path.starts_with("docs/adr/") && !f.path.ends_with("/README.md")).collect();
    let index = tree.file("docs/adr/README.md").map_or("", |file| file.text.as_str());
    let mut faults = Vec::new();
    for (n, file) in decisions.iter().enumerate() {
        let name = file.path.trim_start_matches("docs/adr/");
        let number = n + 1;
        let mut wants = vec![
            (
                name.starts_with(&format!("{number:04}-")),
                format!("number {number:04} comes here: decisions are counted without holes"),
            ),
            (
                file.text.starts_with(&format!("# {number}. ")),
                format!("begin with `# {number}. ` and the decision as a sentence"),
            ),
            (has(file, "Status: "), "say `Status: accepted` (or `superseded by …`)".to_owned()),
            (has(file, "Date: "), "say `Date: ` and the day it was decided".to_owned()),
            (index.contains(&format!("]({name})")), "give it a row in docs/adr/README.md".to_owned()),
        ];
        let headings: Vec<&str> = file.text.lines().filter(|line| line.starts_with("## ")).collect();
        wants.push((headings == HEADINGS, format!("the headings are {}, in this order", HEADINGS.join(", "))));
        faults.extend(wants.into_iter().filter(|(right, _)| !right).map(|(_, what)| Fault::new(&file.path, 1, what)));
    }
    faults
}

fn has(file: &File, start: &str) -> bool {
    file.text.lines().take(6).any(|line| line.starts_with(start))
}
