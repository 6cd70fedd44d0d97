//! Payroll's files as workbooks: any bytes as the whole file, or in place of one part of a real one, with a checksum that
//! fits, which no disk does by chance. The first byte says which.
#![no_main]

use std::io::{Cursor, Read, Write};
use std::panic;
use std::sync::LazyLock;

use app::import::{self, TOLD};
use libfuzzer_sys::fuzz_target;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

const FILES: [&str; 2] = ["medarbejdere.xlsx", "fravaer.xlsx"];

/// The parts of a workbook, with their names.
type Parts = Vec<(String, Vec<u8>)>;

static WORKBOOKS: LazyLock<[Parts; 2]> = LazyLock::new(|| FILES.map(|name| parts(&fuzz::small(name))));

fn parts(file: &[u8]) -> Parts {
    let mut archive = ZipArchive::new(Cursor::new(file)).expect("a workbook");
    (0..archive.len())
        .map(|nth| {
            let mut part = archive.by_index(nth).expect("a part");
            let name = part.name().expect("a name").into_owned();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).expect("it unpacks");
            (name, bytes)
        })
        .collect()
}

fn workbook(parts: &Parts, instead: usize, bytes: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (nth, (name, part)) in parts.iter().enumerate() {
        writer.start_file(name.as_str(), stored).expect("in memory");
        writer.write_all(if nth == instead { bytes } else { part }).expect("in memory");
    }
    writer.finish().expect("in memory").into_inner()
}

/// libFuzzer's hook ends the process at every panic. The import expects those of the library for workbooks and refuses the
/// file, so these are no finding; any other is.
fn expect_those_of_the_library() {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |told| {
        let of_others = ["/calamine-", "/quick-xml-", "/zip-", "/rustc/"];
        let file = told.location().map_or("", |place| place.file());
        if !of_others.iter().any(|krate| file.contains(krate)) {
            hook(told);
        }
    }));
}

fn real() -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = FILES.map(|name| (name.to_owned(), [&[0], &fuzz::small(name)[..]].concat())).into();
    for (file, parts) in WORKBOOKS.iter().enumerate() {
        for (nth, (_, part)) in parts.iter().enumerate() {
            let first = u8::try_from(1 + file + 2 * nth).expect("there are few parts");
            all.push((format!("{file}-{nth}"), [&[first], part.as_slice()].concat()));
        }
    }
    all
}

fuzz_target!(
    init: {
        expect_those_of_the_library();
        fuzz::seeds(real());
    },
    |bytes: &[u8]| {
        let Some((first, rest)) = bytes.split_first() else { return };
        let made;
        let file = match usize::from(*first).checked_sub(1) {
            None => rest,
            Some(which) => {
                let parts = &WORKBOOKS[which % 2];
                made = workbook(parts, which / 2 % parts.len(), rest);
                &made
            }
        };
        for report in import::only_read(file) {
            assert!(report.created > 0 || !report.error.is_empty() || file.len() > 1, "nothing was said");
            assert!(report.error.len() <= TOLD);
            for told in &report.error {
                assert!(told.error.len() < 500 && told.felt.len() < 50, "{} bytes are told of a line", told.error.len());
            }
        }
    }
);
