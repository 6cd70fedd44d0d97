//! Time is an argument (decision 2). One file reads the machine's clock; how long something took is another matter.

use crate::Fault;
use crate::tree::Tree;

const READS: [&str; 4] = ["Utc::now", "Local::now", "SystemTime::now", "clock_gettime"];
const THE_CLOCK: &str = "/src/clock.rs";

pub(crate) fn faults(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    let product = tree.rust.iter().filter(|file| file.path.starts_with("libs/") || file.path.starts_with("services/"));
    for file in product.filter(|file| !file.path.ends_with(THE_CLOCK)) {
        for (line, code) in file.code_lines() {
            if let Some(read) = READS.iter().find(|read| code.contains(*read)) {
                faults.push(Fault::new(
                    &file.path,
                    line,
                    format!("`{read}`: take the time as an argument (`Nu`, `Ur`)"),
                ));
            }
        }
    }
    faults
}
