//! `regler`

use std::io::{ErrorKind, Write};
use std::path::Path;

use forloeb::Regelbog;
use forloeb::politik::EXAMPLES;
use forloeb::regler::{BUILT_IN, CALENDAR, SATSER};

use super::output::{to_stderr, write};
use super::{DONE, REFUSED};
use crate::durable::{self, Existing, NewFile};
use crate::money::kroner;
use crate::sentences::dato;
use crate::{regel_files, regel_page};

/// Tells the rules of a folder, writes the files that come with the product, or the page about them; the exit code.
pub fn run(data_folder: Option<&Path>, til: Option<&Path>, page: bool) -> u8 {
    let answer = match til {
        Some(til) => write_files(til),
        None if page => write(&regel_page::page(&Regelbog::built_in())).map_err(|e| e.to_string()),
        None => tell(data_folder),
    };
    match answer {
        Ok(()) => DONE,
        Err(error) => {
            to_stderr(&error);
            REFUSED
        }
    }
}

fn write_files(folder: &Path) -> Result<(), String> {
    let examples = EXAMPLES.map(|(name, tekst)| (format!("kontaktmodel-{name}.toml"), tekst));
    let files =
        BUILT_IN.iter().chain([&CALENDAR, &SATSER]).map(|(name, tekst)| ((*name).to_owned(), *tekst)).chain(examples);
    durable::create_folder(folder, 0o777).map_err(|e| format!("{}: {e}", folder.display()))?;
    for (name, tekst) in files {
        let path = folder.join(name);
        let written = NewFile::create(&path, 0o666).and_then(|mut new| {
            new.write_all(tekst.as_bytes())?;
            new.finish(Existing::Keep)
        });
        written.map_err(|e| match e.kind() {
            ErrorKind::AlreadyExists => format!("{}: filen findes i forvejen og overskrives ikke", path.display()),
            _ => format!("{}: {e}", path.display()),
        })?;
    }
    Ok(())
}

fn tell(data_folder: Option<&Path>) -> Result<(), String> {
    let book = match data_folder {
        Some(folder) => regel_files::fetch(folder).map_err(|e| e.to_string())?,
        None => Regelbog::built_in(),
    };
    for set in book.set() {
        let til = set.gaelder_til.map_or_else(|| "og frem".to_owned(), |til| format!("til {}", dato(til)));
        let line = format!("{}: for fravær, der begynder {} {til}", set.name, dato(set.gaelder_fra));
        write(&line).map_err(|e| e.to_string())?;
    }
    for sats in book.satser() {
        write(&format!("sats fra {}: {} om ugen ({})", sats.fra, kroner(sats.per_uge), sats.kilde))
            .map_err(|e| e.to_string())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::durable::seen;

    #[test]
    fn the_regel_files_are_there_after_a_power_cut_and_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let til = folder.path().join("nye/regler");
        let (code, names) = seen::during(|| run(None, Some(&til), false));
        assert_eq!(code, DONE);
        assert_eq!(names.named.len(), 4 + BUILT_IN.len() + EXAMPLES.len());
        assert!(names.unsafe_names.is_empty(), "{names:?}");
        std::fs::write(til.join(BUILT_IN[0].0), "rettet").unwrap();
        assert_eq!(run(None, Some(&til), false), REFUSED);
        assert_eq!(std::fs::read_to_string(til.join(BUILT_IN[0].0)).unwrap(), "rettet");
    }
}
