//! `verify`: from the files alone, also while a service writes them. It trusts nothing that runs; a service that is asked
//! has to prove what it says.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use eventlog::{Broken, Head, HeadFile};
use serde::Serialize;

use super::output::Terminal;
use super::running::{self, Running};
use super::seals::{Seals, by_root};
use super::{DONE, Failure, Format, Out, as_json, end};
use crate::bundle::{self, BundleError};
use crate::checkpoint::PublicKey;
use crate::seal::Seal;
use crate::sentences;

/// What is to be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A data folder.
    Folder(PathBuf),
    /// A bundle.
    Bundle(PathBuf),
    /// A running service.
    Service(Running),
}

/// What is to be checked, and what it is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The log.
    pub what: What,
    /// The public key that it must be sealed with, where somebody noted it.
    pub key: Option<PublicKey>,
    /// Seals that it must go on from.
    pub seals: Vec<PathBuf>,
    /// Form of what is told.
    pub format: Format,
}

impl Check {
    /// Held against nothing.
    #[must_use]
    pub const fn new(what: What) -> Self {
        Self { what, key: None, seals: Vec::new(), format: Format::Text }
    }
}

/// Checks, and says what was found; the exit code.
pub async fn run(check: Check) -> u8 {
    let (out, modtager) = Out::channel();
    let work = async {
        let udfald = in_order(&check, &out).await;
        end(udfald, &out).await;
        drop(out);
    };
    tokio::join!(work, Terminal::without_file().accept(modtager)).1
}

pub(super) async fn in_order(check: &Check, out: &Out) -> Result<u8, Failure> {
    let seals = Seals::read(&check.seals)?;
    let (key, format) = (check.key.as_ref(), check.format);
    match &check.what {
        What::Folder(folder) => folder_in_ordering(folder, key, &seals, format, out).await,
        What::Bundle(file) => bundle_in_ordering(file, key, &seals, format, out).await,
        What::Service(running) => running::in_order(running, key, &seals, format, out).await,
    }
}

/// The key of the folder's seal; the one that somebody noted must be that.
fn key_of(folder: &Path, noted: Option<&PublicKey>) -> Result<Option<PublicKey>, Failure> {
    let own = Seal::of_folder(folder).map_err(|error| Failure::new(error.to_string()))?;
    match (own.map(|seal| seal.public_key()), noted) {
        (Some(own), Some(noted)) if own != *noted => {
            let own = own.hex();
            Err(Failure::new(format!("Mappen forsegles med en anden nøgle end den, der blev opgivet: {own}.")))
        }
        (own, noted) => Ok(noted.cloned().or(own)),
    }
}

/// A log that is in order.
#[derive(Serialize)]
struct Sound<'a> {
    #[serde(rename = "i_orden")]
    sound: bool,
    haendelser: u64,
    #[serde(rename = "hoved")]
    head: String,
    /// What each seal proves.
    segl: &'a [String],
}

/// Says that a log is in order, what the seals prove, and with whose word for the key.
pub(super) async fn say_sound(
    head: Head,
    held: &[String],
    noted: bool,
    format: Format,
    out: &Out,
) -> Result<(), Failure> {
    let (count, hash) = (head.position, head.hash.to_string());
    match format {
        Format::Text => {
            out.out(format!("i orden: {count} hændelser, hoved {hash}")).await?;
            for line in held {
                out.out(line).await?;
            }
        }
        Format::Json => {
            out.out(as_json(&Sound { sound: true, haendelser: count, head: hash, segl: held })?).await?;
        }
    }
    if !held.is_empty() && !noted {
        out.error(
            "Seglene er underskrevet med loggens egen nøgle. Giv den nøgle, der er noteret uafhængigt, med --noegle.",
        )
        .await?;
    }
    Ok(())
}

async fn folder_in_ordering(
    folder: &Path,
    noted: Option<&PublicKey>,
    seals: &Seals,
    format: Format,
    out: &Out,
) -> Result<u8, Failure> {
    let files = std::fs::read_dir(folder.join("journal"));
    let i_alt = files.map_or(0, |files| files.filter_map(|f| Some(f.ok()?.metadata().ok()?.len())).sum());
    let (i, til, sizes) = (folder.to_owned(), out.clone(), seals.sizes());
    let check = move || eventlog::verify_at(&i, &sizes, &mut |_, bytes| til.progress(bytes, i_alt));
    let found = on_one_thread(check).await?;
    let found = found.map_err(|breach| match breach {
        Broken::Io { .. } if !folder.join("journal").exists() => {
            Failure::new(format!("{}: her er ingen data.", folder.display()))
        }
        breach => Failure::new(sentences::breach(&breach)),
    })?;
    if found.segments == 0 {
        out.error("Loggen er ikke begyndt: der er ikke skrevet noget i den endnu.").await?;
    }
    if found.torn > 0 {
        let bytes = sentences::count(found.torn, "byte", "bytes");
        out.error(format!("{bytes} efter slutningen er aldrig blevet bekræftet for nogen.")).await?;
    }
    if found.events > 0 && found.head_file == HeadFile::Missing {
        let line = "Filen hoved mangler: har loggen mistet sin slutning, kan det ikke ses her. Sammenlign hovedet med et \
                     segl eller en sikkerhedskopi. En gendannet mappe får filen ved første start.";
        out.error(line).await?;
    }
    if let (back @ 1.., from) = found.set_back {
        let back = sentences::count(back, "skrivning", "skrivninger");
        let line = format!(
            "{back} har et tidligere tidspunkt end den før; den første begynder ved position {from}. Uret var sat tilbage, og \
             det program, der skrev dem, lod tiden følge med."
        );
        out.error(line).await?;
    }
    let key = key_of(folder, noted)?;
    let held = match &key {
        Some(key) => seals.hold(key, found.commits, by_root(&found.roots))?,
        None if seals.is_empty() => Vec::new(),
        None => {
            let line = "Mappen har ingen nøgle til seglet (noegler/segl): giv den, der er noteret, med --noegle.";
            return Err(Failure::new(line));
        }
    };
    say_sound(Head { position: found.events, hash: found.head.hash }, &held, noted.is_some(), format, out).await?;
    Ok(DONE)
}

async fn bundle_in_ordering(
    file: &Path,
    key: Option<&PublicKey>,
    seals: &Seals,
    format: Format,
    out: &Out,
) -> Result<u8, Failure> {
    let aaben = File::open(file).map_err(|e| Failure::new(format!("{}: {e}", file.display())))?;
    let (til, sizes) = (out.clone(), seals.sizes());
    let check = move || bundle::verify_at(aaben, &sizes, |now, i_alt| til.progress(now, i_alt));
    let found = on_one_thread(check).await?;
    let found = found.map_err(|breach: BundleError| Failure::new(breach.to_string()))?;
    let sealed_with = &found.log_head.key;
    if key.is_some_and(|key| key.hex() != *sealed_with) {
        return Err(Failure::new(format!("Bundtet er forseglet med en anden nøgle: {sealed_with}.")));
    }
    let own = PublicKey::read(sealed_with).ok_or_else(|| Failure::new("Bundtets nøgle er ingen nøgle."))?;
    let held = seals.hold(&own, found.tree.commits, by_root(&found.roots))?;
    say_sound(found.tree.head, &held, key.is_some(), format, out).await?;
    let shown = sentences::count(found.shown, "hændelse", "hændelser");
    match &found.log_head.only {
        Some(only) => {
            let stream = &only.stream;
            out.error(format!("Bevist: de viste {shown} i {stream} er i loggen, uændrede, og der er ikke andre."))
                .await?;
        }
        None => out.error(format!("Bevist: de viste {shown} er hele loggen, uændret og i rækkefølge.")).await?,
    }
    out.error(match key {
        Some(_) => "Forseglet med den nøgle, der blev opgivet.".to_owned(),
        None => format!(
            "Forseglet med nøglen {sealed_with}: sammenlign den, og hovedet, med dem, der er noteret uafhængigt."
        ),
    })
    .await?;
    Ok(DONE)
}

async fn on_one_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|e| io::Error::other(e).into())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::terminal::REFUSED;
    use crate::terminal::trial::{Answer, Trial};

    async fn said(folder: &Path) -> Answer {
        said_as(folder, Format::Text).await
    }

    async fn said_as(folder: &Path, format: Format) -> Answer {
        let (out, mut messages) = Out::channel();
        let belong = async {
            let mut answer = Answer::default();
            while let Some(message) = messages.recv().await {
                let _ = answer.take(message);
            }
            answer
        };
        let work = async {
            let udfald = folder_in_ordering(folder, None, &Seals::read(&[]).unwrap(), format, &out).await;
            end(udfald, &out).await;
            drop(out);
        };
        tokio::join!(work, belong).1
    }

    /// The exit code, and the lines on stdout and stderr.
    async fn said_briefly(folder: &Path) -> (u8, Vec<String>, Vec<String>) {
        let answer = said(folder).await;
        (answer.code, answer.out, answer.error)
    }

    #[tokio::test]
    async fn a_log_not_begun_is_not_broken_and_one_that_is_gone_is() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path();
        let empty = format!("{}: her er ingen data.", folder.display());
        assert_eq!(said_briefly(folder).await, (1, vec![], vec![empty]));
        // As far as a first start comes that is cut off.
        fs::create_dir(folder.join("journal")).unwrap();
        let none = format!("i orden: 0 hændelser, hoved {}", "0".repeat(64));
        let yet = "Loggen er ikke begyndt: der er ikke skrevet noget i den endnu.";
        assert_eq!(said_briefly(folder).await, (0, vec![none], vec![yet.to_owned()]));
        // As far as one comes that goes on.
        let log = eventlog::Journal::open(folder, eventlog::Options::default()).unwrap().log;
        log.append(eventlog::Append {
            stream: eventlog::StreamId::new("a").unwrap(),
            expected: 0,
            time: 0,
            meta: vec![],
            events: vec![eventlog::NewEvent { kind: "Noteret".to_owned(), form: 1, body: vec![] }],
            idempotency: None,
        })
        .await
        .unwrap();
        log.close().await;
        let (code, lines, error) = said_briefly(folder).await;
        assert!(code == 0 && lines[0].starts_with("i orden: 1 hændelser, hoved ") && error.is_empty());
        for with_folder in [true, false] {
            let _ = fs::remove_dir_all(folder.join("journal"));
            if with_folder {
                fs::create_dir(folder.join("journal")).unwrap();
            }
            let (code, lines, error) = said_briefly(folder).await;
            let broken = "Loggen er brudt i seg-00000000000000000001.rvj, byte 0, position 1: loggen slutter ved 0, men \
                         havde nået 1.";
            assert_eq!((code, lines, error), (1, vec![], vec![broken.to_owned()]));
        }
        fs::remove_file(folder.join("hoved")).unwrap();
        let broken = "Loggen er brudt ved position 1: der er ingen segmenter, selv om loggen var begyndt.";
        assert_eq!(said_briefly(folder).await, (1, vec![], vec![broken.to_owned()]));
    }

    #[tokio::test]
    async fn a_head_that_is_missing_or_unreadable_is_told() {
        let folder = Trial::small().await.close().await;
        let path = folder.path();
        let answer = said(path).await;
        assert_eq!((answer.code, answer.error), (DONE, vec![]));
        let json = said_as(path, Format::Json).await;
        let told: serde_json::Value = serde_json::from_str(&json.out[0]).unwrap();
        assert_eq!(
            (json.out.len(), &told["i_orden"], &told["segl"]),
            (1, &true.into(), &serde_json::Value::Array(vec![]))
        );
        assert!(answer.out[0].ends_with(told["hoved"].as_str().unwrap()), "{told}");
        fs::remove_file(path.join("hoved")).unwrap();
        let answer = said(path).await;
        assert!(answer.code == DONE && answer.out[0].starts_with("i orden: "), "{answer:?}");
        assert!(answer.error[0].starts_with("Filen hoved mangler: "), "{answer:?}");
        fs::write(path.join("hoved"), "noget andet").unwrap();
        let answer = said(path).await;
        assert!(answer.code == REFUSED && answer.error[0].starts_with("Filen hoved er beskadiget: "), "{answer:?}");
        // The next start says it too, and keeps what was there.
        let p = Trial::i(folder).await;
        assert!(p.app.recovery.head_lost());
        let folder = p.close().await;
        assert_eq!(fs::read(folder.path().join("hoved.damaged-1")).unwrap(), b"noget andet");
        assert_eq!(said(folder.path()).await.error, Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_missing_segment_is_itself_named() {
        let folder = Trial::small().await.close().await;
        let journal = folder.path().join("journal");
        let foerste = journal.join("seg-00000000000000000001.rvj");
        fs::rename(foerste, journal.join("seg-00000000000000000008.rvj")).unwrap();
        let answer = said(folder.path()).await;
        let line = "Loggen er brudt i seg-00000000000000000001.rvj, byte 0, position 1: filen mangler (.rvs, eller .rvj \
                     før den blev pakket); den næste begynder ved 8.";
        assert_eq!((answer.code, answer.error), (REFUSED, vec![line.to_owned()]));
    }
}
