//! `erase`

use std::sync::Arc;

use forloeb::Aktoer;
use forloeb::afvisning::{Afvisning, Regel};
use forloeb::kommando::Kommando;

use super::{Afslag, GJORT, Ud};
use crate::kerne::{Kerne, KommandoFejl};
use crate::tekster;

/// Longest reason.
const LAENGSTE_AARSAG: usize = 500;

/// First the events, then the key: stopped in between, the next start destroys the key. The other way round, nobody
/// would know why a key is missing.
pub(super) async fn erase(kerne: &Arc<Kerne>, nr: &str, aarsag: &str, ud: &Ud) -> Result<u8, Afslag> {
    let aarsag = aarsag.trim();
    if aarsag.is_empty() || aarsag.chars().count() > LAENGSTE_AARSAG {
        return Err(Afslag::brug(format!("--aarsag skal være fra 1 til {LAENGSTE_AARSAG} tegn.")));
    }
    // An import under way could register the same person once more.
    let _alene = crate::import::EN_AD_GANGEN.lock().await;
    let numre: Vec<String> = {
        let vis = kerne.vis();
        let person = vis.person(nr).ok_or_else(|| Afslag::ny(tekster::regel(&Regel::UkendtAnsaettelse)))?;
        vis.numre_for(person).map(str::to_owned).collect()
    };
    let kommando = Kommando::SletPerson { aarsag: aarsag.to_owned() };
    let mut antal = 0;
    for nr in &numre {
        match kerne.udfoer(nr, &kommando, &Aktoer::system("terminal"), None).await {
            Ok(_) => antal += 1,
            // An erasure that was interrupted is finished.
            Err(KommandoFejl::Afvist(Afvisning::Regel(Regel::PersonSlettet))) => {}
            Err(fejl) => return Err(fejl.into()),
        }
    }
    kerne.slet_noegler()?;
    if antal == 0 {
        return Err(Afslag::ny("Personen var allerede slettet."));
    }
    let ansaettelser = tekster::antal(antal, "ansættelse", "ansættelser");
    ud.ud(format!("slettet: personens nøgle er destrueret; det er noteret på {ansaettelser}")).await?;
    Ok(GJORT)
}
