//! `verify`: from the files alone, also while a service writes them. It trusts nothing that runs.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use eventlog::{Broken, HeadFile};

use super::terminal::Terminal;
use super::{Afslag, GJORT, Ud, slut};
use crate::bundle::{self, BundtFejl};
use crate::tekster;

/// What is to be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hvad {
    /// A data folder.
    Mappe(PathBuf),
    /// A bundle, and the public key it must be sealed with, where that is known.
    Bundt(PathBuf, Option<String>),
}

/// Checks, and says what was found; the exit code.
pub async fn koer(hvad: Hvad) -> u8 {
    let (ud, modtager) = Ud::kanal();
    let arbejde = async {
        let udfald = match &hvad {
            Hvad::Mappe(mappe) => mappe_i_orden(mappe, &ud).await,
            Hvad::Bundt(fil, noegle) => bundt_i_orden(fil, noegle.as_deref(), &ud).await,
        };
        slut(udfald, &ud).await;
        drop(ud);
    };
    tokio::join!(arbejde, Terminal::uden_fil().modtag(modtager)).1
}

fn i_orden(antal: u64, hash: impl std::fmt::Display) -> String {
    format!("i orden: {antal} hændelser, hoved {hash}")
}

async fn mappe_i_orden(mappe: &Path, ud: &Ud) -> Result<u8, Afslag> {
    let filer = std::fs::read_dir(mappe.join("journal"));
    let i_alt = filer.map_or(0, |filer| filer.filter_map(|f| Some(f.ok()?.metadata().ok()?.len())).sum());
    let (i, til) = (mappe.to_owned(), ud.clone());
    let fundet = paa_en_traad(move || eventlog::verify(&i, &mut |_, bytes| til.fremdrift(bytes, i_alt))).await?;
    let fundet = fundet.map_err(|brud| match brud {
        Broken::Io { .. } if !mappe.join("journal").exists() => {
            Afslag::ny(format!("{}: her er ingen data.", mappe.display()))
        }
        brud => Afslag::ny(tekster::brud(&brud)),
    })?;
    if fundet.segments == 0 {
        ud.fejl("Loggen er ikke begyndt: der er ikke skrevet noget i den endnu.").await?;
    }
    if fundet.torn > 0 {
        let bytes = tekster::antal(fundet.torn, "byte", "bytes");
        ud.fejl(format!("{bytes} efter slutningen er aldrig blevet bekræftet for nogen.")).await?;
    }
    if fundet.events > 0 && fundet.head_file == HeadFile::Missing {
        let linje = "Filen hoved mangler: har loggen mistet sin slutning, kan det ikke ses her. Sammenlign hovedet med et \
                     segl eller en sikkerhedskopi. En gendannet mappe får filen ved første start.";
        ud.fejl(linje).await?;
    }
    ud.ud(i_orden(fundet.events, fundet.head.hash)).await?;
    Ok(GJORT)
}

async fn bundt_i_orden(fil: &Path, noegle: Option<&str>, ud: &Ud) -> Result<u8, Afslag> {
    let aaben = File::open(fil).map_err(|e| Afslag::ny(format!("{}: {e}", fil.display())))?;
    let til = ud.clone();
    let fundet = paa_en_traad(move || bundle::efterproev(aaben, |nu, i_alt| til.fremdrift(nu, i_alt))).await?;
    let fundet = fundet.map_err(|brud: BundtFejl| Afslag::ny(brud.to_string()))?;
    let forseglet_med = &fundet.hoved.noegle;
    if noegle.is_some_and(|noegle| !noegle.eq_ignore_ascii_case(forseglet_med)) {
        return Err(Afslag::ny(format!("Bundtet er forseglet med en anden nøgle: {forseglet_med}.")));
    }
    ud.ud(i_orden(fundet.trae.head.position, fundet.trae.head.hash)).await?;
    let vist = tekster::antal(fundet.vist, "hændelse", "hændelser");
    match &fundet.hoved.kun {
        Some(kun) => {
            let stroem = &kun.stroem;
            ud.fejl(format!("Bevist: de viste {vist} i {stroem} er i loggen, uændrede, og der er ikke andre.")).await?;
        }
        None => ud.fejl(format!("Bevist: de viste {vist} er hele loggen, uændret og i rækkefølge.")).await?,
    }
    ud.fejl(match noegle {
        Some(_) => "Forseglet med den nøgle, der blev opgivet.".to_owned(),
        None => format!(
            "Forseglet med nøglen {forseglet_med}: sammenlign den, og hovedet, med dem, der er noteret uafhængigt."
        ),
    })
    .await?;
    Ok(GJORT)
}

async fn paa_en_traad<T: Send + 'static>(arbejde: impl FnOnce() -> T + Send + 'static) -> Result<T, Afslag> {
    tokio::task::spawn_blocking(arbejde).await.map_err(|e| io::Error::other(e).into())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::ordrer::AFVIST;
    use crate::ordrer::proeve::{Proeve, Svar};

    async fn sagt(mappe: &Path) -> Svar {
        let (ud, mut beskeder) = Ud::kanal();
        let hoer = async {
            let mut svar = Svar::default();
            while let Some(besked) = beskeder.recv().await {
                let _ = svar.tag(besked);
            }
            svar
        };
        let arbejde = async {
            let udfald = mappe_i_orden(mappe, &ud).await;
            slut(udfald, &ud).await;
            drop(ud);
        };
        tokio::join!(arbejde, hoer).1
    }

    /// The exit code, and the lines on stdout and stderr.
    async fn sagt_kort(mappe: &Path) -> (u8, Vec<String>, Vec<String>) {
        let svar = sagt(mappe).await;
        (svar.kode, svar.ud, svar.fejl)
    }

    #[tokio::test]
    async fn en_log_der_ikke_er_begyndt_er_ikke_brudt_og_en_der_er_vaek_er() {
        let rod = tempfile::tempdir().unwrap();
        let mappe = rod.path();
        let tom = format!("{}: her er ingen data.", mappe.display());
        assert_eq!(sagt_kort(mappe).await, (1, vec![], vec![tom]));
        // As far as a first start comes that is cut off.
        fs::create_dir(mappe.join("journal")).unwrap();
        let ingen = format!("i orden: 0 hændelser, hoved {}", "0".repeat(64));
        let endnu = "Loggen er ikke begyndt: der er ikke skrevet noget i den endnu.";
        assert_eq!(sagt_kort(mappe).await, (0, vec![ingen], vec![endnu.to_owned()]));
        // As far as one comes that goes on.
        let log = eventlog::Journal::open(mappe, eventlog::Options::default()).unwrap().log;
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
        let (kode, linjer, fejl) = sagt_kort(mappe).await;
        assert!(kode == 0 && linjer[0].starts_with("i orden: 1 hændelser, hoved ") && fejl.is_empty());
        for med_mappe in [true, false] {
            let _ = fs::remove_dir_all(mappe.join("journal"));
            if med_mappe {
                fs::create_dir(mappe.join("journal")).unwrap();
            }
            let (kode, linjer, fejl) = sagt_kort(mappe).await;
            let brudt = "Loggen er brudt i seg-00000000000000000001.rvj, byte 0, position 1: loggen slutter ved 0, men \
                         havde nået 1.";
            assert_eq!((kode, linjer, fejl), (1, vec![], vec![brudt.to_owned()]));
        }
        fs::remove_file(mappe.join("hoved")).unwrap();
        let brudt = "Loggen er brudt ved position 1: der er ingen segmenter, selv om loggen var begyndt.";
        assert_eq!(sagt_kort(mappe).await, (1, vec![], vec![brudt.to_owned()]));
    }

    #[tokio::test]
    async fn et_hoved_der_mangler_eller_er_ulaeseligt_siges() {
        let mappe = Proeve::lille().await.luk().await;
        let sti = mappe.path();
        let svar = sagt(sti).await;
        assert_eq!((svar.kode, svar.fejl), (GJORT, vec![]));
        fs::remove_file(sti.join("hoved")).unwrap();
        let svar = sagt(sti).await;
        assert!(svar.kode == GJORT && svar.ud[0].starts_with("i orden: "), "{svar:?}");
        assert!(svar.fejl[0].starts_with("Filen hoved mangler: "), "{svar:?}");
        fs::write(sti.join("hoved"), "noget andet").unwrap();
        let svar = sagt(sti).await;
        assert!(svar.kode == AFVIST && svar.fejl[0].starts_with("Filen hoved er beskadiget: "), "{svar:?}");
        // The next start says it too, and keeps what was there.
        let p = Proeve::i(mappe).await;
        assert!(p.kerne.genopretning.head_lost());
        let mappe = p.luk().await;
        assert_eq!(fs::read(mappe.path().join("hoved.damaged-1")).unwrap(), b"noget andet");
        assert_eq!(sagt(mappe.path()).await.fejl, Vec::<String>::new());
    }

    #[tokio::test]
    async fn et_segment_der_mangler_naevnes_selv() {
        let mappe = Proeve::lille().await.luk().await;
        let journal = mappe.path().join("journal");
        let foerste = journal.join("seg-00000000000000000001.rvj");
        fs::rename(foerste, journal.join("seg-00000000000000000008.rvj")).unwrap();
        let svar = sagt(mappe.path()).await;
        let linje = "Loggen er brudt i seg-00000000000000000001.rvj, byte 0, position 1: filen mangler (.rvs, eller .rvj \
                     før den blev pakket); den næste begynder ved 8.";
        assert_eq!((svar.kode, svar.fejl), (AFVIST, vec![linje.to_owned()]));
    }
}
