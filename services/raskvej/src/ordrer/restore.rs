//! `restore`: a data folder from a backup. Everything is checked before the folder becomes one.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use eventlog::Verified;
use tar::Archive;

use super::backup::{FORMAT, Fil, HOVED, MANIFEST, Manifest, NOEGLER, Summerer};
use super::terminal::{Terminal, skriv};
use super::{AFVIST, Afslag, GJORT};
use crate::noegler::Noegler;
use crate::tekster;

/// Where everything is until it is checked. Left by a restore that was interrupted, it is in nobody's way.
const VENTER: &str = ".genskabes";
/// What a new file system has by itself.
const TOMT: [&str; 2] = [VENTER, "lost+found"];
/// More than any manifest has.
const STOERSTE_MANIFEST: u64 = 64 << 20;

/// Restores, and says what was restored; the exit code.
#[must_use]
pub fn koer(fra: &Path, mappe: &Path) -> u8 {
    match genskab(fra, mappe) {
        Ok(fundet) => {
            let _ = skriv(&format!("genskabt: {} hændelser, hoved {}", fundet.events, fundet.head.hash));
            GJORT
        }
        Err(afslag) => Terminal::uden_fil().afslaa(&afslag.tekst, AFVIST),
    }
}

/// Restores a backup into a folder that is empty or not there.
///
/// # Errors
/// The folder is in use, or the backup is not whole; the folder is left empty then.
pub fn genskab(fra: &Path, mappe: &Path) -> Result<Verified, Afslag> {
    let fil = File::open(fra).map_err(|e| Afslag::ny(format!("{}: {e}", fra.display())))?;
    std::fs::create_dir_all(mappe)?;
    for post in std::fs::read_dir(mappe)? {
        if !TOMT.iter().any(|navn| post.as_ref().is_ok_and(|p| p.file_name() == *navn)) {
            return Err(Afslag::ny(format!("{}: mappen er ikke tom.", mappe.display())));
        }
    }
    let venter = mappe.join(VENTER);
    let _ = std::fs::remove_dir_all(&venter);
    DirBuilder::new().mode(0o700).create(&venter)?;
    let fundet = pak_ud(fil, &venter).and_then(|manifest| kontroller(&venter, &manifest));
    if fundet.is_ok() {
        // The journal last: without it there is nothing that could be opened as a log.
        for navn in [HOVED, "noegler", "journal"].map(Path::new).iter().filter(|n| venter.join(n).exists()) {
            std::fs::rename(venter.join(navn), mappe.join(navn))?;
        }
        File::open(mappe)?.sync_all()?;
    }
    std::fs::remove_dir_all(&venter)?;
    fundet
}

/// Unpacks, and holds everything against the manifest.
fn pak_ud(fil: File, til: &Path) -> Result<Manifest, Afslag> {
    let beskadiget = |e: io::Error| Afslag::ny(format!("Sikkerhedskopien kan ikke læses: {e}"));
    let (mut filer, mut manifest) = (Vec::new(), None);
    let mut arkiv = Archive::new(BufReader::new(fil));
    for post in arkiv.entries().map_err(beskadiget)? {
        let mut post = post.map_err(beskadiget)?;
        let navn = post.path().map_err(beskadiget)?.to_string_lossy().into_owned();
        if manifest.is_some() {
            return Err(Afslag::ny("Sikkerhedskopien går ud over sin fortegnelse."));
        }
        if navn == MANIFEST {
            let mut bytes = Vec::new();
            post.by_ref().take(STOERSTE_MANIFEST).read_to_end(&mut bytes).map_err(beskadiget)?;
            manifest = Some(serde_json::from_slice::<Manifest>(&bytes).map_err(|e| beskadiget(e.into()))?);
        } else {
            filer.push(pak_en_ud(&navn, post, til).map_err(beskadiget)?);
        }
    }
    let manifest = manifest.ok_or_else(|| Afslag::ny("Sikkerhedskopien har ingen fortegnelse: den er ikke hel."))?;
    if manifest.format != FORMAT {
        return Err(Afslag::ny("Sikkerhedskopien har et andet format."));
    }
    if filer != manifest.filer {
        return Err(Afslag::ny("Sikkerhedskopien passer ikke med sin fortegnelse."));
    }
    Ok(manifest)
}

fn pak_en_ud(navn: &str, fra: impl Read, til: &Path) -> io::Result<Fil> {
    let vores = navn == HOVED || navn == NOEGLER || segment(navn);
    let sti: PathBuf = til.join(navn);
    let mappe = sti.parent().filter(|_| vores).ok_or(io::ErrorKind::InvalidFilename)?;
    DirBuilder::new().recursive(true).mode(0o700).create(mappe)?;
    let mut ud = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&sti)?;
    let mut fra = Summerer::ny(fra);
    io::copy(&mut fra, &mut ud)?;
    ud.sync_all()?;
    File::open(mappe)?.sync_all()?;
    Ok(fra.fil(navn))
}

/// Nothing in a backup may lead out of the folder.
fn segment(navn: &str) -> bool {
    let cifre = navn.strip_prefix("journal/seg-").and_then(|n| n.strip_suffix(".rvj"));
    cifre.is_some_and(|c| c.bytes().all(|b| b.is_ascii_digit()))
}

fn kontroller(mappe: &Path, manifest: &Manifest) -> Result<Verified, Afslag> {
    let fundet = eventlog::verify(mappe, &mut |_, _| {}).map_err(|brud| Afslag::ny(tekster::brud(&brud)))?;
    let naaet = fundet.events == manifest.antal && fundet.head.hash.to_string() == manifest.hoved;
    // The copy may hold a little more than its manifest promises: what was written while it was made.
    if fundet.events < manifest.antal || (fundet.events == manifest.antal && !naaet) {
        return Err(Afslag::ny("Loggen i sikkerhedskopien er en anden, end fortegnelsen siger."));
    }
    Noegler::aabn(&mappe.join("noegler"), false)?;
    Ok(fundet)
}
