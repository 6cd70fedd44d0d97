//! What is stored or answered has a type: `json!` is for tests.

use crate::Fault;
use crate::tree::Tree;

pub(crate) fn faults(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in &tree.rust {
        for (line, _) in file.code_lines().filter(|(_, code)| code.contains("json!")) {
            let what =
                "`json!` outside tests: make a type that derives Serialize, so that the compiler knows its fields";
            faults.push(Fault::new(&file.path, line, what));
        }
    }
    faults
}
