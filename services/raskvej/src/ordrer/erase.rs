//! `erase`

use std::collections::BTreeSet;
use std::sync::Arc;

use forloeb::Aktoer;
use forloeb::afvisning::{Afvisning, Regel};
use forloeb::kommando::Kommando;

use super::{Afslag, GJORT, Ud};
use crate::kerne::{Kerne, KommandoFejl};
use crate::tekster;
use crate::visninger::{DeltNoegle, Visninger};

/// Longest reason.
const LAENGSTE_AARSAG: usize = 500;

/// What the erasure leaves behind, and what it takes besides: a key that two employees have had, one of them by mistake.
/// It stays where it is somebody's now; where it only was, what was written about them with it is gone too.
fn linje(nr: &str, delt: DeltNoegle<'_>) -> String {
    match delt {
        DeltNoegle { anden, beholdt: true } => format!(
            "beholdt: {nr} har stået med det personnummer, som {anden} har nu. Det, der blev skrevet om {nr} med den \
             nøgle, vises ikke mere, og er først helt væk, når også {anden} slettes"
        ),
        DeltNoegle { anden, beholdt: false } => format!(
            "også væk: {anden} har stået med det slettede personnummer. Det, der blev skrevet om {anden} dengang, kan \
             ikke læses mere"
        ),
    }
}

/// Who else would lose what was written about them, by their numbers. One who is erased already takes nothing more.
fn mister_tekst<'a>(vis: &'a Visninger, numre: &'a [String]) -> BTreeSet<&'a str> {
    let delte = numre.iter().filter(|nr| !vis.er_slettet(nr)).flat_map(|nr| vis.delte_noegler(nr));
    delte.filter(|delt| !delt.beholdt).map(|delt| delt.anden).collect()
}

/// First the events, then the key: stopped in between, the next start destroys the key. The other way round, nobody
/// would know why a key is missing.
pub(super) async fn erase(
    kerne: &Arc<Kerne>,
    nr: &str,
    aarsag: &str,
    ogsaa_andres: bool,
    ud: &Ud,
) -> Result<u8, Afslag> {
    let aarsag = aarsag.trim();
    if aarsag.is_empty() || aarsag.chars().count() > LAENGSTE_AARSAG {
        return Err(Afslag::brug(format!("--aarsag skal være fra 1 til {LAENGSTE_AARSAG} tegn.")));
    }
    // An import under way could register the same person once more.
    let _alene = crate::import::EN_AD_GANGEN.lock().await;
    let (numre, linjer) = {
        let vis = kerne.vis();
        let person = vis.person(nr).ok_or_else(|| Afslag::ny(tekster::regel(&Regel::UkendtAnsaettelse)))?;
        let numre: Vec<String> = vis.numre_for(person).map(str::to_owned).collect();
        let andre = mister_tekst(&vis, &numre);
        if !ogsaa_andres && !andre.is_empty() {
            let andre = andre.into_iter().collect::<Vec<_>>().join(", ");
            return Err(Afslag::ny(format!(
                "Intet er slettet. Nøglen åbner også det, der blev skrevet om {andre}, da de stod med samme personnummer, \
                 og det ville gå tabt. Skal det det, så tilføj --ogsaa-andres."
            )));
        }
        let delte = numre.iter().flat_map(|nr| vis.delte_noegler(nr).into_iter().map(|delt| linje(nr, delt)));
        let linjer: Vec<String> = delte.collect();
        (numre, linjer)
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
    kerne.slet_noegler().await?;
    if antal == 0 {
        return Err(Afslag::ny("Personen var allerede slettet."));
    }
    for linje in linjer {
        ud.ud(linje).await?;
    }
    let ansaettelser = tekster::antal(antal, "ansættelse", "ansættelser");
    ud.ud(format!("slettet: personens nøgle er destrueret; det er noteret på {ansaettelser}")).await?;
    Ok(GJORT)
}
