//! The two files of a payroll system: any bytes are read line by line, with what is told of them bounded.
#![no_main]

use app::import::{self, TOLD};
use libfuzzer_sys::fuzz_target;

const FILES: [&str; 3] = ["medarbejdere.csv", "fravaer.csv", "fravaer.tab-iso.csv"];

fuzz_target!(
    init: fuzz::seeds(FILES.map(|name| (name, fuzz::small(name)))),
    |bytes: &[u8]| {
        for report in import::only_read(bytes) {
            assert!(report.created > 0 || !report.error.is_empty() || bytes.len() > 1, "nothing was said");
            assert!(report.error.len() <= TOLD);
            for told in &report.error {
                assert!(told.error.len() < 500 && told.felt.len() < 50, "{} bytes are told of a line", told.error.len());
            }
        }
    }
);
