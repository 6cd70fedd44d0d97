//! `restore`: a data folder from a backup and the earlier ones it builds on, as it was then or at an earlier time.
//! Everything is checked before the folder becomes one.

use std::collections::BTreeSet;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use eventlog::Verified;
use tar::{Archive, EntryType};

use super::backup::{FORMAT, FileEntry, HEAD, KEYS, LARGEST_MANIFEST, MANIFEST, Manifest, Summing};
use super::output::{Terminal, write};
use super::{DONE, Failure, REFUSED};
use crate::core::Outside;
use crate::durable::{self, PRIVATE, SECRET};
use crate::erasures::{self, Listed};
use app::opslag;

use crate::keys::{KeyError, Keys};
use crate::sessions::ties;
use crate::{owner, regel_files, seal, sentences};

/// Where everything is until it is checked. Left by a restore that was interrupted, it is in nobody's way.
const WAITING: &str = ".genskabes";
/// Most files of a backup: a log of 1.6 terabytes has as many.
const MOST_FILES: usize = 100_000;
/// Longest name of a file in a backup.
const LONGEST_NAME: u64 = 1024;
/// What a new file system has by itself.
const EMPTY: [&str; 2] = [WAITING, "lost+found"];

/// How much of the log is restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// What was recorded up to and including a time.
    Time(DateTime<Utc>),
    /// What is up to and including a position; of a command that wrote several events none where it goes on behind it.
    Position(u64),
}

/// Restores, and says what was restored; the exit code.
#[must_use]
pub fn run(fra: &[PathBuf], til: Option<Until>, lists: &[PathBuf], outside: &Outside, folder: &Path) -> u8 {
    match recreate_without(fra, til, lists, outside, folder) {
        Ok(found) => {
            let (Restored { found, erased_again }, mut lines) = (found, Vec::new());
            lines.push(format!("genskabt: {} hændelser, hoved {}", found.events, found.head.hash));
            lines.extend(erased_again.map(|told| told.to_owned()));
            let _ = write(&lines.join("\n"));
            DONE
        }
        Err(denial) => Terminal::without_file().decline(&denial.tekst, REFUSED),
    }
}

/// Refuses where the settings name a list of erasures that is not there, and none is given: read as an empty one it would bring back
/// who was erased since the backup. Whoever means it says so.
///
/// # Errors
/// The list is missing, or nobody can say whether it is.
pub fn has_a_list(lists: &[PathBuf], outside: &Outside, without: bool) -> Result<(), Failure> {
    let Some(list) = outside.erasures.as_ref().filter(|_| lists.is_empty() && !without) else { return Ok(()) };
    if list.try_exists()? {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{}: listen over sletninger findes ikke (RASKVEJ_SLETNINGER_FIL). De, der er slettet siden kopien, kan komme tilbage. Giv \
         den liste, der er, med --sletninger; er der ingen, så sig det med --uden-liste.",
        list.display()
    )))
}

/// What a restore came to.
#[derive(Debug)]
pub struct Restored {
    /// What is in the folder now.
    pub found: Verified,
    /// What became of those who are on a list of erasures.
    pub erased_again: Option<&'static str>,
}

/// Restores into a folder that is empty or not there: the newest of these backups, with what the others have of it; with
/// `til` up to there. Who is on one of the lists of erasures is erased in what is restored.
///
/// # Errors
/// The folder is in use, or a backup is not whole or one is missing; the folder is left empty then.
pub fn recreate_without(
    fra: &[PathBuf],
    til: Option<Until>,
    lists: &[PathBuf],
    outside: &Outside,
    folder: &Path,
) -> Result<Restored, Failure> {
    let mut listed = Listed::new();
    for list in lists {
        if owner::as_caller(|| Ok(!list.is_file()))? {
            return Err(Failure::new(format!("{}: listen over sletninger findes ikke.", list.display())));
        }
        listed.extend(owner::as_caller(|| erasures::read(list))?);
    }
    if let Some(list) = &outside.erasures {
        listed.extend(erasures::read(list)?);
    }
    let files = fra.iter().map(|path| {
        owner::as_caller(|| File::open(path)).map_err(|e| Failure::new(format!("{}: {e}", path.display())))
    });
    let files = files.collect::<Result<Vec<_>, _>>()?;
    durable::create_folder(folder, PRIVATE)?;
    for entry in std::fs::read_dir(folder)? {
        if !EMPTY.iter().any(|name| entry.as_ref().is_ok_and(|p| p.file_name() == *name)) {
            return Err(Failure::new(format!("{}: mappen er ikke tom.", folder.display())));
        }
    }
    let waiting = folder.join(WAITING);
    let _ = std::fs::remove_dir_all(&waiting);
    DirBuilder::new().mode(PRIVATE).create(&waiting)?;
    let found = gather(files, &waiting).and_then(|(gathered, manifest)| {
        let found = check(&gathered, &manifest)?;
        let found = til.map_or(Ok(found), |til| cut(&gathered, til))?;
        let erased_again = erase_again(&gathered, listed, outside)?;
        Ok((gathered, Restored { found, erased_again }))
    });
    if let Ok((gathered, _)) = &found {
        // The journal last: without it there is nothing that could be opened as a log.
        for name in [HEAD, regel_files::FOLDER, erasures::FILE, ties::FILE, opslag::FOLDER, "noegler", "journal"]
            .map(Path::new)
            .iter()
            .filter(|n| gathered.join(n).exists())
        {
            durable::rename(&gathered.join(name), &folder.join(name))?;
            durable::sync_folder(folder)?;
        }
    }
    std::fs::remove_dir_all(&waiting)?;
    found.map(|(_, found)| found)
}

/// Destroys the keys of those on the list, which goes with the folder: whoever opens it later does the rest. Without the master
/// key nothing can be found in the key file, so then it waits for the first start.
fn erase_again(folder: &Path, mut listed: Listed, outside: &Outside) -> Result<Option<&'static str>, Failure> {
    let own = folder.join(erasures::FILE);
    listed.extend(erasures::read(&own)?);
    if listed.is_empty() {
        return Ok(None);
    }
    erasures::write(&own, &listed)?;
    let keys = folder.join("noegler");
    match Keys::open_on(eventlog::Disk::default(), &keys, false, outside.master.clone()) {
        Ok(keys) => {
            listed.into_keys().try_for_each(|person| keys.erase(person).map(drop))?;
            Ok(Some("de slettede på listen over sletninger er slettet igen"))
        }
        Err(KeyError::MasterMissing(_)) => Ok(Some(
            "de slettede på listen over sletninger slettes igen ved første start, når hovednøglen er der; ingen kan læses før",
        )),
        Err(error) => Err(error.into()),
    }
}

/// The same without any list.
#[cfg(test)]
pub(super) fn recreate(fra: &[PathBuf], til: Option<Until>, folder: &Path) -> Result<Verified, Failure> {
    recreate_without(fra, til, &[], &Outside::default(), folder).map(|restored| restored.found)
}

/// Unpacks every backup, and puts together in the folder of the newest what it names; gives that folder.
fn gather(files: Vec<File>, waiting: &Path) -> Result<(PathBuf, Manifest), Failure> {
    let mut unpacked = Vec::new();
    for (nr, file) in files.into_iter().enumerate() {
        let til = waiting.join(nr.to_string());
        DirBuilder::new().mode(PRIVATE).create(&til)?;
        unpacked.push((unpack(file, &til)?, til));
    }
    unpacked.sort_by_key(|(manifest, _)| manifest.count);
    let Some((newest, gathered)) = unpacked.pop() else {
        return Err(Failure::usage("--from mangler: hvilken sikkerhedskopi?"));
    };
    for file in &newest.earlier {
        let has = unpacked.iter().find(|(manifest, _)| manifest.files.contains(file));
        let Some((_, folder)) = has.filter(|_| segment(&file.name)) else {
            return Err(Failure::new(format!("{} er i en tidligere sikkerhedskopi: giv den med --from.", file.name)));
        };
        let to = gathered.join(&file.name);
        if let Some(parent) = to.parent() {
            durable::create_folder(parent, PRIVATE)?;
        }
        std::fs::rename(folder.join(&file.name), to)?;
    }
    durable::sync_folder(&gathered.join("journal"))?;
    // A segment is there once: an older backup may have had it before it was packed, and that is not taken.
    let names: BTreeSet<_> = newest.files.iter().chain(&newest.earlier).map(|file| &file.name).collect();
    if names.len() != newest.files.len() + newest.earlier.len() {
        return Err(Failure::new("Sikkerhedskopiens fortegnelse nævner en fil to gange."));
    }
    Ok((gathered, newest))
}

/// Cuts the log back to an earlier end.
fn cut(folder: &Path, til: Until) -> Result<Verified, Failure> {
    let position = match til {
        Until::Time(til) => position_at(folder, til)?,
        Until::Position(position) => position,
    };
    eventlog::cut(folder, &mut |commit| commit.last() <= position).map_err(|e| Failure::new(e.to_string()))?;
    eventlog::verify(folder, &mut |_, _| {}).map_err(|breach| Failure::new(sentences::breach(&breach)))
}

/// Where the log was at a time. Its order is what happened; times are what the clock said, and a clock may go back. Then
/// two ends fit, one before what the clock had ahead and one after it, and only a person knows which is meant.
fn position_at(folder: &Path, til: DateTime<Utc>) -> Result<u64, Failure> {
    let micros = til.timestamp_micros();
    // Before the first that is later, and after the last that is not.
    let (mut earliest, mut latest, mut later) = (0, 0, false);
    let mut se = |commit: &eventlog::Commit| {
        let shown = commit.clock.unwrap_or(commit.time);
        later |= shown > micros;
        if shown <= micros {
            latest = commit.last();
        }
        if !later {
            earliest = commit.last();
        }
    };
    eventlog::each_commit(folder, &mut se).map_err(|e| Failure::new(e.to_string()))?;
    if earliest == latest {
        return Ok(latest);
    }
    Err(Failure::new(format!(
        "Uret gik tilbage omkring {}: efter position {earliest} er noget registreret senere end det, og igen noget \
         tidligere, det sidste på position {latest}. Vælg selv, hvor loggen skal slutte: --til-position {earliest} eller \
         --til-position {latest}.",
        til.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    )))
}

/// Unpacks, and holds everything against the manifest.
fn unpack(file: File, til: &Path) -> Result<Manifest, Failure> {
    let damaged = |e: io::Error| Failure::new(format!("Sikkerhedskopien kan ikke læses: {e}"));
    let (mut files, mut manifest) = (Vec::new(), None);
    let mut archive = Archive::new(BufReader::new(file));
    let mut long_name = None;
    // As they are stored: nothing is made larger than the archive is, neither a file with holes nor a name.
    for entry in archive.entries().map_err(damaged)?.raw(true) {
        let mut entry = entry.map_err(damaged)?;
        let kind = entry.header().entry_type();
        if kind == EntryType::GNULongName && long_name.is_none() {
            let mut name = String::new();
            entry.by_ref().take(LONGEST_NAME).read_to_string(&mut name).map_err(damaged)?;
            long_name = Some(name.trim_end_matches('\0').to_owned());
            continue;
        }
        if kind != EntryType::Regular {
            return Err(Failure::new("Sikkerhedskopien rummer andet end almindelige filer."));
        }
        if files.len() == MOST_FILES {
            return Err(Failure::new(format!("Sikkerhedskopien rummer over {MOST_FILES} filer.")));
        }
        let name = match long_name.take() {
            Some(name) => name,
            None => entry.path().map_err(damaged)?.to_string_lossy().into_owned(),
        };
        if manifest.is_some() {
            return Err(Failure::new("Sikkerhedskopien går ud over sin fortegnelse."));
        }
        if name == MANIFEST {
            let mut bytes = Vec::new();
            entry.by_ref().take(LARGEST_MANIFEST).read_to_end(&mut bytes).map_err(damaged)?;
            manifest = Some(serde_json::from_slice::<Manifest>(&bytes).map_err(|e| damaged(e.into()))?);
        } else {
            files.push(unpack_one(&name, entry, til).map_err(damaged)?);
        }
    }
    let manifest = manifest.ok_or_else(|| Failure::new("Sikkerhedskopien har ingen fortegnelse: den er ikke hel."))?;
    if manifest.format != FORMAT {
        return Err(Failure::new("Sikkerhedskopien har et andet format."));
    }
    let content = manifest.files.iter().cloned().map(|file| FileEntry { chain: None, ..file });
    if !content.eq(files) {
        return Err(Failure::new("Sikkerhedskopien passer ikke med sin fortegnelse."));
    }
    Ok(manifest)
}

fn unpack_one(name: &str, fra: impl Read, til: &Path) -> io::Result<FileEntry> {
    let ours =
        [HEAD, KEYS, seal::FILE, erasures::FILE, ties::FILE].contains(&name) || segment(name) || regel_file(name);
    let path: PathBuf = til.join(name);
    let folder = path.parent().filter(|_| ours).ok_or(io::ErrorKind::InvalidFilename)?;
    DirBuilder::new().recursive(true).mode(PRIVATE).create(folder)?;
    let mut out = OpenOptions::new().write(true).create_new(true).mode(SECRET).open(&path)?;
    let mut fra = Summing::new(fra);
    io::copy(&mut fra, &mut out)?;
    out.sync_all()?;
    durable::sync_folder(folder)?;
    Ok(fra.file(name))
}

/// Nothing in a backup may lead out of the folder.
fn regel_file(name: &str) -> bool {
    let name = name.strip_prefix(regel_files::FOLDER).and_then(|n| n.strip_prefix('/'));
    name.and_then(|n| n.strip_suffix(".toml")).is_some_and(|n| !n.is_empty() && !n.contains(['/', '\\', '\0']))
}

/// A file of the journal, or of that of a month of look-ups.
fn segment(name: &str) -> bool {
    let of_month = name.strip_prefix(opslag::FOLDER).and_then(|n| n.strip_prefix('/')).and_then(|n| n.split_once('/'));
    let name = match of_month {
        Some((month, rest)) => opslag::Month::named(month).and(Some(rest)),
        None => Some(name),
    };
    let name = name.and_then(|n| n.strip_prefix("journal/seg-"));
    let digits = name.and_then(|n| n.strip_suffix(".rvj").or_else(|| n.strip_suffix(".rvs")));
    digits.is_some_and(|c| c.bytes().all(|b| b.is_ascii_digit()))
}

fn check(folder: &Path, manifest: &Manifest) -> Result<Verified, Failure> {
    let found = eventlog::verify(folder, &mut |_, _| {}).map_err(|breach| Failure::new(sentences::breach(&breach)))?;
    let reached = found.events == manifest.count && found.head.hash.to_string() == manifest.log_head;
    // The copy may hold a little more than its manifest promises: what was written while it was made.
    if found.events < manifest.count || (found.events == manifest.count && !reached) {
        return Err(Failure::new("Loggen i sikkerhedskopien er en anden, end fortegnelsen siger."));
    }
    for month in opslag::folders(folder)? {
        eventlog::verify(&month, &mut |_, _| {}).map_err(|breach| Failure::new(sentences::breach(&breach)))?;
    }
    Keys::check(&folder.join("noegler"))?;
    Ok(found)
}
