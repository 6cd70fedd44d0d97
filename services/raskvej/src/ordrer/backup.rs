//! `backup`: one tar file, consistent while the service runs.
//!
//! `hoved` and the keys are copied around the journal in the order that makes them fit it: the head first (the journal
//! only grows past it), the keys last (every key that an event in the copy was sealed with is there by then). The
//! manifest comes at the end, with size and SHA-256 of everything before it.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::sync::Arc;

use eventlog::{Hash, Head};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tar::{Builder, Header};

use super::{Afslag, Blokerende, GJORT, Ud};
use crate::kerne::Kerne;

/// Name and number of the format.
pub const FORMAT: &str = "raskvej-backup-1";
/// Name of the manifest in the backup.
pub const MANIFEST: &str = "manifest.json";
/// Where the key file is, in the folder and in the backup.
pub const NOEGLER: &str = "noegler/noegler";
/// Where the head is.
pub const HOVED: &str = "hoved";
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
    /// The files.
    pub filer: Vec<Fil>,
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
        Fil { navn: navn.to_owned(), laengde: self.laengde, sha256 }
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

pub(super) async fn backup(kerne: &Arc<Kerne>, ud: &Ud) -> Result<u8, Afslag> {
    let (kerne, til) = (kerne.clone(), ud.clone());
    let skrevet = tokio::task::spawn_blocking(move || skriv(&kerne, &til)).await;
    let head = skrevet.map_err(io::Error::other)??;
    ud.ud(format!("skrevet: {} hændelser, hoved {}", head.position, head.hash)).await?;
    ud.fejl("Filen rummer nøglerne til personoplysningerne: opbevar den som dem.").await?;
    Ok(GJORT)
}

fn skriv(kerne: &Kerne, ud: &Ud) -> io::Result<Head> {
    let hoved = std::fs::read(kerne.mappe.join(HOVED));
    let head = kerne.log.head();
    let journal = kerne.log.backup_files();
    let i_alt = journal.iter().map(|f| f.len).sum();
    let mut tar = Builder::new(BufWriter::with_capacity(STYKKE, Blokerende(ud.clone())));
    let mut manifest =
        Manifest { format: FORMAT.to_owned(), antal: head.position, hoved: head.hash.to_string(), filer: Vec::new() };
    let mut nu = 0;
    for fil in journal {
        let aaben = File::open(kerne.mappe.join(&fil.name))?;
        manifest.filer.push(laeg(&mut tar, &fil.name, fil.len, aaben)?);
        nu += fil.len;
        ud.fremdrift(nu, i_alt);
    }
    // A log in which nothing has happened yet may have none.
    if let Ok(hoved) = hoved {
        manifest.filer.push(laeg(&mut tar, HOVED, hoved.len() as u64, hoved.as_slice())?);
    }
    let noegler = std::fs::read(kerne.mappe.join(NOEGLER))?;
    manifest.filer.push(laeg(&mut tar, NOEGLER, noegler.len() as u64, noegler.as_slice())?);
    let bytes = serde_json::to_vec_pretty(&manifest)?;
    laeg(&mut tar, MANIFEST, bytes.len() as u64, bytes.as_slice())?;
    tar.into_inner()?.flush()?;
    Ok(head)
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
