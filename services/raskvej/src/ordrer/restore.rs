//! `restore`: a data folder from a backup and the earlier ones it builds on, as it was then or at an earlier time.
//! Everything is checked before the folder becomes one.

use std::collections::BTreeSet;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use eventlog::Verified;
use tar::Archive;

use super::backup::{FORMAT, Fil, HOVED, MANIFEST, Manifest, NOEGLER, STOERSTE_MANIFEST, Summerer};
use super::terminal::{Terminal, skriv};
use super::{AFVIST, Afslag, GJORT};
use crate::durable::{self, PRIVATE, SECRET};
use crate::noegler::Noegler;
use crate::{owner, regelfiler, segl, tekster};

/// Where everything is until it is checked. Left by a restore that was interrupted, it is in nobody's way.
const VENTER: &str = ".genskabes";
/// What a new file system has by itself.
const TOMT: [&str; 2] = [VENTER, "lost+found"];

/// How much of the log is restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Til {
    /// What was recorded up to and including a time.
    Tid(DateTime<Utc>),
    /// What is up to and including a position; of a command that wrote several events none where it goes on behind it.
    Position(u64),
}

/// Restores, and says what was restored; the exit code.
#[must_use]
pub fn koer(fra: &[PathBuf], til: Option<Til>, mappe: &Path) -> u8 {
    match genskab(fra, til, mappe) {
        Ok(fundet) => {
            let _ = skriv(&format!("genskabt: {} hændelser, hoved {}", fundet.events, fundet.head.hash));
            GJORT
        }
        Err(afslag) => Terminal::uden_fil().afslaa(&afslag.tekst, AFVIST),
    }
}

/// Restores into a folder that is empty or not there: the newest of these backups, with what the others have of it; with
/// `til` up to there.
///
/// # Errors
/// The folder is in use, or a backup is not whole or one is missing; the folder is left empty then.
pub fn genskab(fra: &[PathBuf], til: Option<Til>, mappe: &Path) -> Result<Verified, Afslag> {
    let filer = fra
        .iter()
        .map(|sti| owner::as_caller(|| File::open(sti)).map_err(|e| Afslag::ny(format!("{}: {e}", sti.display()))));
    let filer = filer.collect::<Result<Vec<_>, _>>()?;
    durable::create_folder(mappe, PRIVATE)?;
    for post in std::fs::read_dir(mappe)? {
        if !TOMT.iter().any(|navn| post.as_ref().is_ok_and(|p| p.file_name() == *navn)) {
            return Err(Afslag::ny(format!("{}: mappen er ikke tom.", mappe.display())));
        }
    }
    let venter = mappe.join(VENTER);
    let _ = std::fs::remove_dir_all(&venter);
    DirBuilder::new().mode(PRIVATE).create(&venter)?;
    let fundet = saml(filer, &venter).and_then(|(samlet, manifest)| {
        let fundet = kontroller(&samlet, &manifest)?;
        let fundet = til.map_or(Ok(fundet), |til| skaer(&samlet, til))?;
        Ok((samlet, fundet))
    });
    if let Ok((samlet, _)) = &fundet {
        // The journal last: without it there is nothing that could be opened as a log.
        for navn in
            [HOVED, regelfiler::MAPPE, "noegler", "journal"].map(Path::new).iter().filter(|n| samlet.join(n).exists())
        {
            durable::rename(&samlet.join(navn), &mappe.join(navn))?;
            durable::sync_folder(mappe)?;
        }
    }
    std::fs::remove_dir_all(&venter)?;
    fundet.map(|(_, fundet)| fundet)
}

/// Unpacks every backup, and puts together in the folder of the newest what it names; gives that folder.
fn saml(filer: Vec<File>, venter: &Path) -> Result<(PathBuf, Manifest), Afslag> {
    let mut pakket_ud = Vec::new();
    for (nr, fil) in filer.into_iter().enumerate() {
        let til = venter.join(nr.to_string());
        DirBuilder::new().mode(PRIVATE).create(&til)?;
        pakket_ud.push((pak_ud(fil, &til)?, til));
    }
    pakket_ud.sort_by_key(|(manifest, _)| manifest.antal);
    let Some((nyeste, samlet)) = pakket_ud.pop() else {
        return Err(Afslag::brug("--from mangler: hvilken sikkerhedskopi?"));
    };
    for fil in &nyeste.tidligere {
        let har = pakket_ud.iter().find(|(manifest, _)| manifest.filer.contains(fil));
        let Some((_, mappe)) = har.filter(|_| segment(&fil.navn)) else {
            return Err(Afslag::ny(format!("{} er i en tidligere sikkerhedskopi: giv den med --from.", fil.navn)));
        };
        std::fs::rename(mappe.join(&fil.navn), samlet.join(&fil.navn))?;
    }
    durable::sync_folder(&samlet.join("journal"))?;
    // A segment is there once: an older backup may have had it before it was packed, and that is not taken.
    let navne: BTreeSet<_> = nyeste.filer.iter().chain(&nyeste.tidligere).map(|fil| &fil.navn).collect();
    if navne.len() != nyeste.filer.len() + nyeste.tidligere.len() {
        return Err(Afslag::ny("Sikkerhedskopiens fortegnelse nævner en fil to gange."));
    }
    Ok((samlet, nyeste))
}

/// Cuts the log back to an earlier end.
fn skaer(mappe: &Path, til: Til) -> Result<Verified, Afslag> {
    let position = match til {
        Til::Tid(til) => position_ved(mappe, til)?,
        Til::Position(position) => position,
    };
    eventlog::cut(mappe, &mut |commit| commit.last() <= position).map_err(|e| Afslag::ny(e.to_string()))?;
    eventlog::verify(mappe, &mut |_, _| {}).map_err(|brud| Afslag::ny(tekster::brud(&brud)))
}

/// Where the log was at a time. Its order is what happened; times are what the clock said, and a clock may go back. Then
/// two ends fit, one before what the clock had ahead and one after it, and only a person knows which is meant.
fn position_ved(mappe: &Path, til: DateTime<Utc>) -> Result<u64, Afslag> {
    let mikros = til.timestamp_micros();
    // Before the first that is later, and after the last that is not.
    let (mut tidligst, mut senest, mut senere) = (0, 0, false);
    let mut se = |commit: &eventlog::Commit| {
        senere |= commit.time > mikros;
        if commit.time <= mikros {
            senest = commit.last();
        }
        if !senere {
            tidligst = commit.last();
        }
    };
    eventlog::each_commit(mappe, &mut se).map_err(|e| Afslag::ny(e.to_string()))?;
    if tidligst == senest {
        return Ok(senest);
    }
    Err(Afslag::ny(format!(
        "Uret gik tilbage omkring {}: efter position {tidligst} er noget registreret senere end det, og igen noget \
         tidligere, det sidste på position {senest}. Vælg selv, hvor loggen skal slutte: --til-position {tidligst} eller \
         --til-position {senest}.",
        til.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    )))
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
    let indhold = manifest.filer.iter().cloned().map(|fil| Fil { kaede: None, ..fil });
    if !indhold.eq(filer) {
        return Err(Afslag::ny("Sikkerhedskopien passer ikke med sin fortegnelse."));
    }
    Ok(manifest)
}

fn pak_en_ud(navn: &str, fra: impl Read, til: &Path) -> io::Result<Fil> {
    let vores = [HOVED, NOEGLER, segl::FIL].contains(&navn) || segment(navn) || regelfil(navn);
    let sti: PathBuf = til.join(navn);
    let mappe = sti.parent().filter(|_| vores).ok_or(io::ErrorKind::InvalidFilename)?;
    DirBuilder::new().recursive(true).mode(PRIVATE).create(mappe)?;
    let mut ud = OpenOptions::new().write(true).create_new(true).mode(SECRET).open(&sti)?;
    let mut fra = Summerer::ny(fra);
    io::copy(&mut fra, &mut ud)?;
    ud.sync_all()?;
    durable::sync_folder(mappe)?;
    Ok(fra.fil(navn))
}

/// Nothing in a backup may lead out of the folder.
fn regelfil(navn: &str) -> bool {
    let navn = navn.strip_prefix(regelfiler::MAPPE).and_then(|n| n.strip_prefix('/'));
    navn.and_then(|n| n.strip_suffix(".toml")).is_some_and(|n| !n.is_empty() && !n.contains(['/', '\\', '\0']))
}

/// A file of the journal.
fn segment(navn: &str) -> bool {
    let navn = navn.strip_prefix("journal/seg-");
    let cifre = navn.and_then(|n| n.strip_suffix(".rvj").or_else(|| n.strip_suffix(".rvs")));
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
