//! `backup`: one tar file, consistent while the service runs.
//!
//! `hoved` and the keys are copied around the journal in the order that makes them fit it: the head first (the journal
//! only grows past it), the keys last (every key that an event in the copy was sealed with is there by then). The
//! manifest comes at the end, with size and SHA-256 of everything before it.
//!
//! The log is read through before: a backup of a damaged one would be there when it is needed, and not be one.
//!
//! With `--siden` it leaves out the packed segments that an earlier backup has or names: these never change. The manifest
//! names them all, so that a restore finds each in whichever backup has it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::sync::Arc;

use eventlog::{Hash, Head, JournalFile};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tar::{Archive, Builder, Header};

use super::{Blocking, DONE, Failure, Out, damaged, without_damage};
use crate::core::App;
use app::failure::Causes;
use app::opslag;

use crate::sessions::ties;
use crate::{durable, erasures, owner, regel_files, seal, sentences};

/// Name and number of the format.
pub const FORMAT: &str = "raskvej-backup-2";
/// Name of the manifest in the backup.
pub const MANIFEST: &str = "manifest.json";
/// Where the key file is, in the folder and in the backup.
pub const KEYS: &str = "noegler/noegler";
/// Where the head is.
pub const HEAD: &str = "hoved";
/// More than any manifest has.
pub const LARGEST_MANIFEST: u64 = 64 << 20;
/// Bytes written at once.
pub(super) const PIECE: usize = 64 << 10;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// Events the log had at least.
    #[serde(rename = "antal")]
    pub count: u64,
    /// Head hash after these.
    #[serde(rename = "hoved")]
    pub log_head: String,
    /// The files in it.
    #[serde(rename = "filer")]
    pub files: Vec<FileEntry>,
    /// Files of the log that are in earlier backups.
    #[serde(rename = "tidligere")]
    pub earlier: Vec<FileEntry>,
}

/// One file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Path below the data folder.
    #[serde(rename = "navn")]
    pub name: String,
    /// Bytes.
    #[serde(rename = "laengde")]
    pub length: u64,
    /// SHA-256.
    pub sha256: String,
    /// Of a packed segment: the chain hash it ends with. With the name it tells what is in it.
    #[serde(rename = "kaede")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<String>,
}

/// The packed segments that an earlier backup has or names.
///
/// # Errors
/// It is not a backup.
pub fn known_ones(earlier: &Path) -> Result<Vec<FileEntry>, Failure> {
    let manifest = manifest(earlier)?;
    let all = manifest.files.into_iter().chain(manifest.earlier);
    Ok(all.filter(|file| file.chain.is_some()).collect())
}

/// Refuses to write over a backup that the new one would build on.
///
/// # Errors
/// It is the earlier one itself, or has some of what that leaves out.
pub fn may_be_written(out: &Path, since: &Path, known_ones: &[FileEntry]) -> Result<(), Failure> {
    let has = |that: Manifest| that.files.iter().any(|file| file.chain.is_some() && known_ones.contains(file));
    if durable::is_same(out, since) || out.is_file() && manifest(out).is_ok_and(has) {
        let out = out.display();
        return Err(Failure::usage(format!(
            "{out}: den nye sikkerhedskopi bygger på den, der ligger der, og den skal bevares. Vælg et andet navn til --out."
        )));
    }
    Ok(())
}

fn manifest(earlier: &Path) -> Result<Manifest, Failure> {
    let unreadable = |what: &dyn std::fmt::Display| Failure::new(format!("{}: {what}", earlier.display()));
    let file = owner::as_caller(|| File::open(earlier)).map_err(|e| unreadable(&e))?;
    let mut archive = Archive::new(BufReader::new(file));
    for entry in archive.entries_with_seek().map_err(|e| unreadable(&e))?.raw(true) {
        let entry = entry.map_err(|e| unreadable(&e))?;
        if entry.path().is_ok_and(|name| name == Path::new(MANIFEST)) {
            return serde_json::from_reader(entry.take(LARGEST_MANIFEST)).map_err(|e| unreadable(&e));
        }
    }
    Err(unreadable(&"Sikkerhedskopien har ingen fortegnelse: den er ikke hel."))
}

/// Reads, and sums what it read.
pub(super) struct Summing<R> {
    fra: R,
    sum: Sha256,
    length: u64,
}

impl<R: Read> Summing<R> {
    pub(super) fn new(fra: R) -> Self {
        Self { fra, sum: Sha256::new(), length: 0 }
    }

    pub(super) fn file(self, name: &str) -> FileEntry {
        let sha256 = Hash(self.sum.finalize().into()).to_string();
        FileEntry { name: name.to_owned(), length: self.length, sha256, chain: None }
    }
}

impl<R: Read> Read for Summing<R> {
    fn read(&mut self, til: &mut [u8]) -> io::Result<usize> {
        let parsed = self.fra.read(til)?;
        self.sum.update(&til[..parsed]);
        self.length += parsed as u64;
        Ok(parsed)
    }
}

pub(super) async fn backup(app: &Arc<App>, known_ones: Vec<FileEntry>, out: &Out) -> Result<u8, Failure> {
    let opslag = app.opslag.backup_files().await.map_err(|error| Failure::new(Causes(&error).to_string()))?;
    let (app, til, wrapped) = (app.clone(), out.clone(), app.keys.is_wrapped());
    let written = tokio::task::spawn_blocking(move || write(&app, opslag, known_ones, &til)).await;
    let (head, skipped) = written.map_err(io::Error::other)??;
    out.out(format!("skrevet: {} hændelser, hoved {}", head.position, head.hash)).await?;
    if skipped > 0 {
        let files = sentences::count(skipped, "fil", "filer");
        out.error(format!("{files} af loggen er i tidligere sikkerhedskopier: bevar dem sammen med denne.")).await?;
    }
    let keys = if wrapped {
        "Filen rummer nøglerne til personoplysningerne, pakket med hovednøglen: opbevar de to hver for sig."
    } else {
        "Filen rummer nøglerne til personoplysningerne: opbevar den som dem."
    };
    out.error(keys).await?;
    Ok(DONE)
}

fn write(app: &App, opslag: Vec<JournalFile>, known_ones: Vec<FileEntry>, out: &Out) -> Result<(Head, u64), Failure> {
    verify(app, out)?;
    let mut known_ones: BTreeMap<(String, Option<String>), FileEntry> =
        known_ones.into_iter().map(|file| ((file.name.clone(), file.chain.clone()), file)).collect();
    let log_head = std::fs::read(app.folder.join(HEAD));
    let head = app.log.head();
    let (mut earlier, mut journal) = (Vec::new(), Vec::new());
    for file in app.log.backup_files().into_iter().chain(opslag) {
        let chain = file.ends.map(|end| end.hash.to_string());
        match known_ones.remove(&(file.name.clone(), chain.clone())) {
            Some(known) if chain.is_some() => earlier.push(known),
            _ => journal.push((file, chain)),
        }
    }
    let (total, skipped) = (journal.iter().map(|(file, _)| file.len).sum(), earlier.len() as u64);
    let mut tar = Builder::new(BufWriter::with_capacity(PIECE, Blocking(out.clone())));
    let (format, count) = (FORMAT.to_owned(), head.position);
    let mut manifest = Manifest { format, count, log_head: head.hash.to_string(), files: Vec::new(), earlier };
    let mut now = 0;
    for (file, chain) in journal {
        let put = put(&mut tar, &file.name, file.len, Reader { file: &file, reached: 0 })?;
        manifest.files.push(FileEntry { chain, ..put });
        now += file.len;
        out.progress(now, total);
    }
    // A log in which nothing has happened yet may have no head, one that was never sealed no key to seal with, and not
    // everybody logs in at a provider.
    let beside = [seal::FILE, erasures::FILE, ties::FILE];
    let beside = beside.map(|name| (name, std::fs::read(app.folder.join(name))));
    for (name, bytes) in [(HEAD, log_head)].into_iter().chain(beside) {
        if let Ok(bytes) = bytes {
            manifest.files.push(put(&mut tar, name, bytes.len() as u64, bytes.as_slice())?);
        }
    }
    // Other rules would give other dates.
    for (file, tekst) in regel_files::read(&app.folder.join(regel_files::FOLDER)).map_err(io::Error::other)? {
        let name = format!("{}/{file}", regel_files::FOLDER);
        manifest.files.push(put(&mut tar, &name, tekst.len() as u64, tekst.as_bytes())?);
    }
    let keys = std::fs::read(app.folder.join(KEYS))?;
    manifest.files.push(put(&mut tar, KEYS, keys.len() as u64, keys.as_slice())?);
    let bytes = serde_json::to_vec_pretty(&manifest).map_err(io::Error::other)?;
    put(&mut tar, MANIFEST, bytes.len() as u64, bytes.as_slice())?;
    tar.into_inner()?.flush()?;
    without_damage(app)?; // met by somebody else meanwhile
    Ok((head, skipped))
}

/// Reads all of the log before it is copied, also what earlier backups have: while they do, what is damaged can be mended.
fn verify(app: &App, out: &Out) -> Result<(), Failure> {
    without_damage(app)?;
    let total = app.log.backup_files().iter().map(|file| file.len).sum();
    let found = eventlog::verify(&app.folder, &mut |_, bytes| out.progress(bytes, total));
    found.map_err(|breach| damaged(&breach))?;
    for month in opslag::folders(&app.folder)? {
        eventlog::verify(&month, &mut |_, _| {}).map_err(|breach| damaged(&breach))?;
    }
    Ok(())
}

/// Reads a file of the journal from its beginning. Its name may be gone: a segment is packed while it is copied.
struct Reader<'a> {
    file: &'a JournalFile,
    reached: u64,
}

impl Read for Reader<'_> {
    fn read(&mut self, til: &mut [u8]) -> io::Result<usize> {
        let parsed = std::os::unix::fs::FileExt::read_at(&*self.file.file, til, self.reached)?;
        self.reached += parsed as u64;
        Ok(parsed)
    }
}

fn put(tar: &mut Builder<impl Write>, name: &str, length: u64, fra: impl Read) -> io::Result<FileEntry> {
    let mut log_head = Header::new_ustar();
    log_head.set_size(length);
    log_head.set_mode(0o600);
    let mut fra = Summing::new(fra.take(length));
    tar.append_data(&mut log_head, name, &mut fra)?;
    let file = fra.file(name);
    // The header says how many bytes follow: fewer would make everything after it wrong.
    if file.length == length { Ok(file) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}
