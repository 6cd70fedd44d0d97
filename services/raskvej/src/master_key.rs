//! Where the master key comes from: a setting, a file, or a credential of systemd. The demonstration has one of its own.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use app::keys::{Master, fill_random};

use crate::bounds::{LARGEST_TEXT, read_text};
use crate::demo_folder;
use crate::durable::{Existing, NewFile, SECRET};
use crate::owner;
use crate::settings::{SettingError, Settings};

/// What the credential is called, and the file in the demonstration's folder.
pub const NAME: &str = "hovednoegle";
/// The setting that names a file.
const FILE_SETTING: &str = "RASKVEJ_HOVEDNOEGLE_FIL";

/// The master key that the settings name, or that systemd hands over; none where there is none. Whoever starts the process
/// reads it, and not the owner of the data folder.
///
/// # Errors
/// It is named twice, or it cannot be read.
pub fn fetch(settings: &Settings, credentials: Option<OsString>) -> Result<Option<Master>, SettingError> {
    let wrong = |error| SettingError::Wrong { name: FILE_SETTING.to_owned(), error };
    let credential = credentials.map(|folder| PathBuf::from(folder).join(NAME)).filter(|file| file.is_file());
    match (&settings.master, settings.master_file.clone().or(credential)) {
        (Some(_), Some(_)) if settings.master_file.is_some() => {
            Err(wrong("kan ikke sættes sammen med RASKVEJ_HOVEDNOEGLE: hovednøglen står ét sted"))
        }
        (Some(master), _) => Ok(Some(master.clone())),
        (None, Some(file)) => read(&file).map(Some),
        (None, None) => Ok(None),
    }
}

/// Reads one from a file.
///
/// # Errors
/// It cannot be read, or is none. What stands in it is not told.
pub fn read(file: &Path) -> Result<Master, SettingError> {
    let name = file.display().to_string();
    let text = owner::as_caller(|| read_text(file, LARGEST_TEXT));
    let text = text.map_err(|error| SettingError::File { file: name.clone(), error: error.to_string() })?;
    Master::read(&text).map_err(|error| SettingError::Wrong { name, error })
}

/// The one for a folder: the demonstration's own in its folder, else what was fetched.
#[must_use]
pub fn of(folder: &Path, fetched: Option<Master>) -> Option<Master> {
    let own = folder.join(NAME);
    if demo_folder::refuse_demonstration(folder).is_err() && own.is_file() { read(&own).ok() } else { fetched }
}

/// Makes the demonstration's own in its folder, where there is none.
///
/// # Errors
/// The folder does not take it, or it cannot be read.
pub fn make_for_demonstration(folder: &Path) -> io::Result<Master> {
    let path = folder.join(NAME);
    make(&path)?;
    read(&path).map_err(io::Error::other)
}

/// Makes one in a file, where there is none; whether there was none.
///
/// # Errors
/// The folder does not take it.
pub fn make(path: &Path) -> io::Result<bool> {
    if path.exists() {
        return Ok(false);
    }
    let mut bytes = [0; 32];
    fill_random(&mut bytes).map_err(io::Error::other)?;
    let mut file = NewFile::create(path, SECRET)?;
    file.write_all(Master::new(bytes).text().as_bytes())?;
    match file.finish(Existing::Keep) {
        // Whoever was first has made it.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        put => put.map(|()| true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

    fn settings(rows: &[(&str, &str)]) -> Result<Settings, SettingError> {
        Settings::fetch(None, rows.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))))
    }

    #[test]
    fn it_comes_from_the_setting_the_file_or_the_credential() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(NAME);
        std::fs::write(&file, format!("  {KEY}\n")).unwrap();
        let credentials = || Some(folder.path().as_os_str().to_owned());
        let expected = Some(Master::read(KEY).unwrap());
        let empty = settings(&[]).unwrap();
        assert_eq!(fetch(&empty, None).unwrap(), None);
        assert_eq!(fetch(&empty, credentials()).unwrap(), expected);
        assert_eq!(fetch(&empty, Some("/findes/ikke".into())).unwrap(), None);
        let value = settings(&[("RASKVEJ_HOVEDNOEGLE", KEY)]).unwrap();
        assert_eq!(fetch(&value, credentials()).unwrap(), expected);
        let path = file.to_str().unwrap();
        let named = settings(&[("RASKVEJ_HOVEDNOEGLE_FIL", path)]).unwrap();
        assert_eq!(fetch(&named, None).unwrap(), expected);
        let twice = settings(&[("RASKVEJ_HOVEDNOEGLE", KEY), ("RASKVEJ_HOVEDNOEGLE_FIL", path)]).unwrap();
        assert!(fetch(&twice, None).unwrap_err().to_string().starts_with("RASKVEJ_HOVEDNOEGLE_FIL: kan ikke"));
        assert!(!format!("{value:?}").contains("AQEB"));
    }

    #[test]
    fn what_is_no_key_is_refused_without_a_word_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("fil");
        for wrong in ["", "kodeord", "AQEB", &"A".repeat(43)] {
            std::fs::write(&file, wrong).unwrap();
            let error = read(&file).unwrap_err().to_string();
            assert!(error.contains("openssl rand -base64 32") && !error.contains("kodeord"), "{error}");
            let error = settings(&[("RASKVEJ_HOVEDNOEGLE", wrong)]).unwrap_err().to_string();
            assert!(error.starts_with("RASKVEJ_HOVEDNOEGLE:") && !error.contains("kodeord"), "{error}");
        }
        assert!(read(&folder.path().join("findes-ikke")).is_err());
    }

    #[test]
    fn the_demonstration_makes_one_for_itself() {
        let folder = tempfile::tempdir().unwrap();
        demo_folder::take_for_demonstration(folder.path()).unwrap();
        let made = make_for_demonstration(folder.path()).unwrap();
        assert_eq!(make_for_demonstration(folder.path()).unwrap(), made);
        let fetched = Master::read(KEY).ok();
        assert_eq!(of(folder.path(), fetched.clone()), Some(made));
        assert_eq!(of(tempfile::tempdir().unwrap().path(), fetched.clone()), fetched);
    }
}
