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

use super::{Afslag, Blokerende, GJORT, Ud, beskadiget, uden_skade};
use crate::kerne::Kerne;
use crate::{durable, owner, regelfiler, segl, tekster};

/// Name and number of the format.
pub const FORMAT: &str = "raskvej-backup-2";
/// Name of the manifest in the backup.
pub const MANIFEST: &str = "manifest.json";
/// Where the key file is, in the folder and in the backup.
pub const NOEGLER: &str = "noegler/noegler";
/// Where the head is.
pub const HOVED: &str = "hoved";
/// More than any manifest has.
pub(super) const STOERSTE_MANIFEST: u64 = 64 << 20;
/// Bytes written at once.
const STYKKE: usize = 64 << 10;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// Events the log had at least.
    pub antal: u64,
    /// Head hash after these.
    pub hoved: String,
    /// The files in it.
    pub filer: Vec<Fil>,
    /// Files of the log that are in earlier backups.
    pub tidligere: Vec<Fil>,
}

/// One file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fil {
    /// Path below the data folder.
    pub navn: String,
    /// Bytes.
    pub laengde: u64,
    /// SHA-256.
    pub sha256: String,
    /// Of a packed segment: the chain hash it ends with. With the name it tells what is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kaede: Option<String>,
}

/// The packed segments that an earlier backup has or names.
///
/// # Errors
/// It is not a backup.
pub fn kendte(tidligere: &Path) -> Result<Vec<Fil>, Afslag> {
    let manifest = manifest(tidligere)?;
    let alle = manifest.filer.into_iter().chain(manifest.tidligere);
    Ok(alle.filter(|fil| fil.kaede.is_some()).collect())
}

/// Refuses to write over a backup that the new one would build on.
///
/// # Errors
/// It is the earlier one itself, or has some of what that leaves out.
pub fn maa_skrives(out: &Path, siden: &Path, kendte: &[Fil]) -> Result<(), Afslag> {
    let har = |der: Manifest| der.filer.iter().any(|fil| fil.kaede.is_some() && kendte.contains(fil));
    if durable::is_same(out, siden) || out.is_file() && manifest(out).is_ok_and(har) {
        let out = out.display();
        return Err(Afslag::brug(format!(
            "{out}: den nye sikkerhedskopi bygger på den, der ligger der, og den skal bevares. Vælg et andet navn til --out."
        )));
    }
    Ok(())
}

fn manifest(tidligere: &Path) -> Result<Manifest, Afslag> {
    let ulaeselig = |hvad: &dyn std::fmt::Display| Afslag::ny(format!("{}: {hvad}", tidligere.display()));
    let fil = owner::as_caller(|| File::open(tidligere)).map_err(|e| ulaeselig(&e))?;
    let mut arkiv = Archive::new(BufReader::new(fil));
    for post in arkiv.entries_with_seek().map_err(|e| ulaeselig(&e))? {
        let post = post.map_err(|e| ulaeselig(&e))?;
        if post.path().is_ok_and(|navn| navn == Path::new(MANIFEST)) {
            return serde_json::from_reader(post.take(STOERSTE_MANIFEST)).map_err(|e| ulaeselig(&e));
        }
    }
    Err(ulaeselig(&"Sikkerhedskopien har ingen fortegnelse: den er ikke hel."))
}

/// Reads, and sums what it read.
pub(super) struct Summerer<R> {
    fra: R,
    sum: Sha256,
    laengde: u64,
}

impl<R: Read> Summerer<R> {
    pub(super) fn ny(fra: R) -> Self {
        Self { fra, sum: Sha256::new(), laengde: 0 }
    }

    pub(super) fn fil(self, navn: &str) -> Fil {
        let sha256 = Hash(self.sum.finalize().into()).to_string();
        Fil { navn: navn.to_owned(), laengde: self.laengde, sha256, kaede: None }
    }
}

impl<R: Read> Read for Summerer<R> {
    fn read(&mut self, til: &mut [u8]) -> io::Result<usize> {
        let laest = self.fra.read(til)?;
        self.sum.update(&til[..laest]);
        self.laengde += laest as u64;
        Ok(laest)
    }
}

pub(super) async fn backup(kerne: &Arc<Kerne>, kendte: Vec<Fil>, ud: &Ud) -> Result<u8, Afslag> {
    let (kerne, til) = (kerne.clone(), ud.clone());
    let skrevet = tokio::task::spawn_blocking(move || skriv(&kerne, kendte, &til)).await;
    let (head, sprunget) = skrevet.map_err(io::Error::other)??;
    ud.ud(format!("skrevet: {} hændelser, hoved {}", head.position, head.hash)).await?;
    if sprunget > 0 {
        let filer = tekster::antal(sprunget, "fil", "filer");
        ud.fejl(format!("{filer} af loggen er i tidligere sikkerhedskopier: bevar dem sammen med denne.")).await?;
    }
    ud.fejl("Filen rummer nøglerne til personoplysningerne: opbevar den som dem.").await?;
    Ok(GJORT)
}

fn skriv(kerne: &Kerne, kendte: Vec<Fil>, ud: &Ud) -> Result<(Head, u64), Afslag> {
    efterproev(kerne, ud)?;
    let mut kendte: BTreeMap<(String, Option<String>), Fil> =
        kendte.into_iter().map(|fil| ((fil.navn.clone(), fil.kaede.clone()), fil)).collect();
    let hoved = std::fs::read(kerne.mappe.join(HOVED));
    let head = kerne.log.head();
    let (mut tidligere, mut journal) = (Vec::new(), Vec::new());
    for fil in kerne.log.backup_files() {
        let kaede = fil.ends.map(|ende| ende.hash.to_string());
        match kendte.remove(&(fil.name.clone(), kaede.clone())) {
            Some(kendt) if kaede.is_some() => tidligere.push(kendt),
            _ => journal.push((fil, kaede)),
        }
    }
    let (i_alt, sprunget) = (journal.iter().map(|(fil, _)| fil.len).sum(), tidligere.len() as u64);
    let mut tar = Builder::new(BufWriter::with_capacity(STYKKE, Blokerende(ud.clone())));
    let (format, antal) = (FORMAT.to_owned(), head.position);
    let mut manifest = Manifest { format, antal, hoved: head.hash.to_string(), filer: Vec::new(), tidligere };
    let mut nu = 0;
    for (fil, kaede) in journal {
        let lagt = laeg(&mut tar, &fil.name, fil.len, Laeser { fil: &fil, naaet: 0 })?;
        manifest.filer.push(Fil { kaede, ..lagt });
        nu += fil.len;
        ud.fremdrift(nu, i_alt);
    }
    // A log in which nothing has happened yet may have no head, and one that was never sealed no key to seal with.
    let segl = std::fs::read(kerne.mappe.join(segl::FIL));
    for (navn, bytes) in [(HOVED, hoved), (segl::FIL, segl)] {
        if let Ok(bytes) = bytes {
            manifest.filer.push(laeg(&mut tar, navn, bytes.len() as u64, bytes.as_slice())?);
        }
    }
    // Other rules would give other dates.
    for (fil, tekst) in regelfiler::laes(&kerne.mappe.join(regelfiler::MAPPE)).map_err(io::Error::other)? {
        let navn = format!("{}/{fil}", regelfiler::MAPPE);
        manifest.filer.push(laeg(&mut tar, &navn, tekst.len() as u64, tekst.as_bytes())?);
    }
    let noegler = std::fs::read(kerne.mappe.join(NOEGLER))?;
    manifest.filer.push(laeg(&mut tar, NOEGLER, noegler.len() as u64, noegler.as_slice())?);
    let bytes = serde_json::to_vec_pretty(&manifest).map_err(io::Error::other)?;
    laeg(&mut tar, MANIFEST, bytes.len() as u64, bytes.as_slice())?;
    tar.into_inner()?.flush()?;
    uden_skade(kerne)?; // met by somebody else meanwhile
    Ok((head, sprunget))
}

/// Reads all of the log before it is copied, also what earlier backups have: while they do, what is damaged can be mended.
fn efterproev(kerne: &Kerne, ud: &Ud) -> Result<(), Afslag> {
    uden_skade(kerne)?;
    let i_alt = kerne.log.backup_files().iter().map(|fil| fil.len).sum();
    let fundet = eventlog::verify(&kerne.mappe, &mut |_, bytes| ud.fremdrift(bytes, i_alt));
    fundet.map(drop).map_err(|brud| beskadiget(&brud))
}

/// Reads a file of the journal from its beginning. Its name may be gone: a segment is packed while it is copied.
struct Laeser<'a> {
    fil: &'a JournalFile,
    naaet: u64,
}

impl Read for Laeser<'_> {
    fn read(&mut self, til: &mut [u8]) -> io::Result<usize> {
        let laest = std::os::unix::fs::FileExt::read_at(&*self.fil.file, til, self.naaet)?;
        self.naaet += laest as u64;
        Ok(laest)
    }
}

fn laeg(tar: &mut Builder<impl Write>, navn: &str, laengde: u64, fra: impl Read) -> io::Result<Fil> {
    let mut hoved = Header::new_ustar();
    hoved.set_size(laengde);
    hoved.set_mode(0o600);
    let mut fra = Summerer::ny(fra.take(laengde));
    tar.append_data(&mut hoved, navn, &mut fra)?;
    let fil = fra.fil(navn);
    // The header says how many bytes follow: fewer would make everything after it wrong.
    if fil.laengde == laengde { Ok(fil) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}
