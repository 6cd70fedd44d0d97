//! The rule files of a data folder: `regler/*.toml` over those that come with the product.
//!
//! `satser.toml` adds years or replaces their rate, `kalender.toml` replaces the calendar's exceptions, `opbevaring.toml`
//! says how long things are kept, and every other file is a rule set: of the name of one that is there already it takes its place, otherwise it stands beside it.

use std::collections::BTreeMap;
use std::path::Path;

use forloeb::Regelbog;
use forloeb::regler::{BUILT_IN, CALENDAR, RegelError, SATSER};

use crate::bounds::{LARGEST_TEXT, read_text};

/// The folder in the data folder.
pub const FOLDER: &str = "regler";
/// How long things are kept: no rule set, and read elsewhere.
pub const OPBEVARING: &str = "opbevaring.toml";
/// Most rule files of a folder.
const MOST: usize = 100;

/// The rules of a data folder.
///
/// # Errors
/// Names the file, the line and the field.
pub fn fetch(data_folder: &Path) -> Result<Regelbog, RegelError> {
    let own = read(&data_folder.join(FOLDER))?;
    // An own set takes the place of the one of its name.
    let replaced = |built_in: &str| own.iter().any(|(file, tekst)| is_set(file) && name(tekst) == name(built_in));
    let mut set: Vec<(&str, &str)> = BUILT_IN.iter().copied().filter(|(_, tekst)| !replaced(tekst)).collect();
    set.extend(own.iter().filter(|(file, _)| is_set(file)).map(|(file, tekst)| (file.as_str(), tekst.as_str())));
    let calendar = own.get(CALENDAR.0).map_or(CALENDAR.1, String::as_str);
    let book = Regelbog::read(&set, calendar, SATSER.1)?;
    match own.get(SATSER.0) {
        Some(own) => book.with_satser(own),
        None => Ok(book),
    }
}

fn is_set(file: &str) -> bool {
    file != CALENDAR.0 && file != SATSER.0 && file != OPBEVARING
}

/// The line that names a rule set; the reading itself finds whatever is wrong with it.
fn name(tekst: &str) -> Option<&str> {
    tekst.lines().find_map(|l| l.trim().strip_prefix("navn")?.trim_start().strip_prefix('=')).map(str::trim)
}

/// The rule files of a folder, by name; none where there is no such folder.
///
/// # Errors
/// Names the file that cannot be read.
pub fn read(folder: &Path) -> Result<BTreeMap<String, String>, RegelError> {
    let error =
        |file: &Path, error: std::io::Error| RegelError { file: file.display().to_string(), error: error.to_string() };
    let records = match std::fs::read_dir(folder) {
        Ok(records) => records,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(e) => return Err(error(folder, e)),
    };
    let mut files = BTreeMap::new();
    for post in records {
        let path = post.map_err(|e| error(folder, e))?.path();
        let Some(file) = path.file_name().and_then(|n| n.to_str()) else { continue };
        if path.extension().is_some_and(|e| e == "toml") {
            files.insert(file.to_owned(), read_text(&path, LARGEST_TEXT).map_err(|e| error(&path, e))?);
        }
        if files.len() > MOST {
            return Err(error(folder, std::io::Error::other(format!("der er over {MOST} regelfiler"))));
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use forloeb::Oere;

    fn with(files: &[(&str, &str)]) -> Result<Regelbog, RegelError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(FOLDER)).unwrap();
        for (name, tekst) in files {
            std::fs::write(folder.path().join(FOLDER).join(name), tekst).unwrap();
        }
        fetch(folder.path())
    }

    #[test]
    fn a_file_that_is_too_large_and_too_many_files_are_refused_by_name() {
        let large = " ".repeat(LARGEST_TEXT + 1);
        let refused = with(&[(SATSER.0, &large)]).unwrap_err();
        assert!(refused.file.ends_with(SATSER.0) && refused.error.contains("1 MB"), "{refused:?}");
        let names: Vec<_> = (0..=MOST).map(|n| format!("{n}.toml")).collect();
        let many: Vec<_> = names.iter().map(|name| (name.as_str(), "")).collect();
        let refused = with(&many).unwrap_err();
        assert!(refused.file.ends_with(FOLDER) && refused.error.contains("100"), "{refused:?}");
    }

    #[test]
    fn own_satser_are_added() {
        let book = with(&[(SATSER.0, "[[sats]]\naar = 2026\nkr_pr_uge = 5000\nkilde = \"prøve\"\n")]).unwrap();
        let (sats, own) = book.sats("2026-05-01".parse().unwrap()).unwrap();
        assert_eq!((sats.per_uge, own), (Oere::from_kroner(5000), true));
        assert_eq!(
            book.sats("2024-05-01".parse().unwrap()).unwrap().0.per_uge,
            Oere::from_kroner(4695),
            "the others are still there"
        );
    }

    #[test]
    fn a_new_regelsaet_demands_that_the_old_one_ends() {
        let standard = BUILT_IN[0].1;
        let new_one = standard.replace("navn = \"standard\"", "navn = \"2027\"").replace("2012-03-05", "2027-01-01");
        let error = with(&[("2027.toml", &new_one)]).unwrap_err();
        assert_eq!(error.file, "2027.toml");
        let old = standard.replace("2012-03-05", "2012-03-05\ngaelder_til = 2026-12-31");
        let book = with(&[("2027.toml", &new_one), ("standard.toml", &old)]).unwrap();
        assert_eq!(book.in_force("2027-01-01".parse().unwrap()).name.as_ref(), "2027");
        assert_eq!(fetch(Path::new("findes-ikke")).unwrap().set(), Regelbog::built_in().set());
    }
}
