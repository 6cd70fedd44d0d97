//! `verify`: from the files alone, also while a service writes them. It trusts nothing that runs.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::terminal::Terminal;
use super::{Afslag, GJORT, Ud, slut};
use crate::bundle::{self, BundtFejl};
use crate::tekster;

/// What is to be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hvad {
    /// A data folder.
    Mappe(PathBuf),
    /// A bundle.
    Bundt(PathBuf),
}

/// Checks, and says what was found; the exit code.
pub async fn koer(hvad: Hvad) -> u8 {
    let (ud, modtager) = Ud::kanal();
    let arbejde = async {
        let udfald = match &hvad {
            Hvad::Mappe(mappe) => mappe_i_orden(mappe, &ud).await,
            Hvad::Bundt(fil) => bundt_i_orden(fil, &ud).await,
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
    let filer = filer.map_err(|_| Afslag::ny(format!("{}: her er ingen data.", mappe.display())))?;
    let i_alt = filer.filter_map(|f| Some(f.ok()?.metadata().ok()?.len())).sum();
    let (mappe, til) = (mappe.to_owned(), ud.clone());
    let fundet = paa_en_traad(move || eventlog::verify(&mappe, &mut |_, bytes| til.fremdrift(bytes, i_alt))).await?;
    let fundet = fundet.map_err(|brud| Afslag::ny(tekster::brud(&brud)))?;
    if fundet.torn > 0 {
        let bytes = tekster::antal(fundet.torn, "byte", "bytes");
        ud.fejl(format!("{bytes} efter slutningen er aldrig blevet bekræftet for nogen.")).await?;
    }
    ud.ud(i_orden(fundet.events, fundet.head.hash)).await?;
    Ok(GJORT)
}

async fn bundt_i_orden(fil: &Path, ud: &Ud) -> Result<u8, Afslag> {
    let aaben = File::open(fil).map_err(|e| Afslag::ny(format!("{}: {e}", fil.display())))?;
    let til = ud.clone();
    let fundet = paa_en_traad(move || bundle::efterproev(aaben, |nu, i_alt| til.fremdrift(nu, i_alt))).await?;
    let fundet = fundet.map_err(|brud: BundtFejl| Afslag::ny(brud.to_string()))?;
    ud.ud(i_orden(fundet.hoved.antal, &fundet.hoved.hoved)).await?;
    if let Some(stroem) = &fundet.hoved.stroem {
        let vist = tekster::antal(fundet.vist, "hændelse", "hændelser");
        ud.fejl(format!("Vist i fuld tekst: {vist} i {stroem}; af resten kun aftryk.")).await?;
    }
    ud.fejl("Bevist: det viste er uændret, i rækkefølge og uden huller, og fører til dette hoved.").await?;
    ud.fejl("Sammenlign hovedet med et, der er noteret uafhængigt; bundtet er ikke underskrevet.").await?;
    Ok(GJORT)
}

async fn paa_en_traad<T: Send + 'static>(arbejde: impl FnOnce() -> T + Send + 'static) -> Result<T, Afslag> {
    tokio::task::spawn_blocking(arbejde).await.map_err(|e| io::Error::other(e).into())
}
