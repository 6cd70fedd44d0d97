//! `fravaer.csv`: who is away, from when, until when.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::Aktoer;
use forloeb::afvisning::{Afvisning, Fejl, Regel};
use forloeb::haendelse::FravaerRegistreret;
use forloeb::kommando::Kommando;
use forloeb::ord::{Aarsag, Kilde};
use forloeb::udled::Importeret;

use super::tabel::{self, Felter, Laest};
use super::{EN_AD_GANGEN, Linjefejl, Rapport, felter, parallelt};
use crate::kerne::{Kerne, KommandoFejl, off_the_runtime};
use crate::visninger::registrering_af;
use texts::tekster;

const KOLONNER: [&str; 6] =
    ["fravaer_nr", "medarbejder_nr", "aarsag", "foerste_fravaersdag", "sidste_fravaersdag", "omfang_pct"];

/// One line.
#[derive(Debug, Clone)]
struct Fravaer {
    fravaer_nr: String,
    nr: String,
    aarsag: Aarsag,
    foerste: NaiveDate,
    sidste: Option<NaiveDate>,
    omfang_pct: u8,
}

/// What a line leads to.
enum Udfald {
    Oprettet,
    Aendret,
    Uaendret,
}

/// Takes in a file. `fremdrift` is told lines so far and in all.
///
/// # Errors
/// The log cannot be written: what was reported before stays in.
pub async fn fravaer(
    kerne: &Arc<Kerne>,
    bytes: impl Into<Vec<u8>>,
    aktoer: &Aktoer,
    fremdrift: &(dyn Fn(u64, u64) + Sync),
) -> Result<Rapport, KommandoFejl> {
    let bytes = bytes.into();
    let laest = off_the_runtime(move || {
        let laest = laes(&bytes);
        let mut pr_medarbejder: BTreeMap<String, Vec<(u64, Fravaer)>> = BTreeMap::new();
        for (linje, f) in laest.linjer {
            pr_medarbejder.entry(f.nr.clone()).or_default().push((linje, f));
        }
        (pr_medarbejder, laest.fejl)
    });
    let (pr_medarbejder, fejl) = laest.await?;
    let _alene = EN_AD_GANGEN.lock().await;
    let mut rapport = Rapport { fejl, ..Rapport::default() };
    let opgaver = pr_medarbejder.into_values().map(|linjer| (linjer.len() as u64, linjer)).collect();
    parallelt(&mut rapport, opgaver, fremdrift, |linjer| {
        let (kerne, aktoer) = (kerne.clone(), aktoer.clone());
        async move { en_medarbejder(&kerne, linjer, &aktoer).await }
    })
    .await?;
    Ok(rapport)
}

/// The lines of one employee by first day, what ended before what goes on. A line that overlaps another one that is
/// itself about to move is tried again, as long as that helps.
async fn en_medarbejder(
    kerne: &Kerne,
    mut linjer: Vec<(u64, Fravaer)>,
    aktoer: &Aktoer,
) -> Result<Rapport, KommandoFejl> {
    linjer.sort_by_key(|(linje, f)| (f.foerste, f.sidste.is_none(), *linje));
    let mut rapport = Rapport::default();
    loop {
        let (foer, mut overlappende) = (linjer.len(), Vec::new());
        for (linje, f) in linjer {
            match en_linje(kerne, &f, aktoer).await {
                Ok(Udfald::Oprettet) => rapport.oprettet += 1,
                Ok(Udfald::Aendret) => rapport.aendret += 1,
                Ok(Udfald::Uaendret) => rapport.uaendret += 1,
                Err(KommandoFejl::Afvist(Afvisning::Regel(regel @ Regel::Overlapper { .. }))) => {
                    overlappende.push((linje, f, regel));
                }
                Err(fejl) => rapport.afvist(linje, fejl)?,
            }
        }
        if overlappende.is_empty() || overlappende.len() == foer {
            for (linje, _, regel) in overlappende {
                rapport.afvist(linje, KommandoFejl::Afvist(regel.into()))?;
            }
            return Ok(rapport);
        }
        linjer = overlappende.into_iter().map(|(linje, f, _)| (linje, f)).collect();
    }
}

async fn en_linje(kerne: &Kerne, f: &Fravaer, aktoer: &Aktoer) -> Result<Udfald, KommandoFejl> {
    let laan = kerne.laan(&f.nr).await?;
    let kendt = {
        let vis = kerne.vis();
        if vis.stamdata(&f.nr).is_none() {
            return Err(KommandoFejl::Afvist(Regel::UkendtAnsaettelse.into()));
        }
        match vis.fravaer_nr(&f.fravaer_nr) {
            None => None,
            Some((nr, _)) if nr != f.nr => return Err(KommandoFejl::Afvist(Regel::FravaerHosAnden.into())),
            Some((_, id)) => Some(id),
        }
    };
    let Some(registrering) = kendt else {
        let kommando = Kommando::RegistrerFravaer(FravaerRegistreret {
            registrering: registrering_af(&f.fravaer_nr),
            fravaer_nr: Some(f.fravaer_nr.clone()),
            aarsag: f.aarsag,
            foerste: f.foerste,
            sidste: f.sidste,
            omfang_pct: f.omfang_pct,
            forventet_varighed: None,
            kilde: Kilde::Import,
        });
        return kerne.udfoer(&f.nr, &kommando, aktoer, None).await.map(|_| Udfald::Oprettet);
    };
    let linje = Importeret { aarsag: f.aarsag, foerste: f.foerste, sidste: f.sidste, omfang_pct: f.omfang_pct };
    let registreringer = laan.ansaettelse().registreringer(laan.bog());
    // One that people annulled stays annulled, whatever payroll still says.
    let Some(r) = registreringer.into_iter().find(|r| r.id == registrering) else { return Ok(Udfald::Uaendret) };
    // Compared with what payroll last told, not with what stands: people may have registered more since.
    if r.importeret == Some(linje) {
        return Ok(Udfald::Uaendret);
    }
    let uaendret = r.med_linje(&linje).vaerdier() == r.vaerdier();
    let udfoert = kerne.udfoer(&f.nr, &Kommando::AendrFravaer { registrering, linje }, aktoer, None).await?;
    // What people had put right before payroll did is recorded, and no news.
    Ok(if uaendret || udfoert.uaendret { Udfald::Uaendret } else { Udfald::Aendret })
}

fn laes(bytes: &[u8]) -> Laest<Fravaer> {
    let mut laest = tabel::laes(bytes, &KOLONNER, linje);
    let mut foerste: BTreeMap<String, u64> = BTreeMap::new();
    laest.linjer.retain(|(linje, f)| {
        let foerste = *foerste.entry(f.fravaer_nr.clone()).or_insert(*linje);
        if foerste != *linje {
            laest.fejl.push(Linjefejl::ny(*linje, "fravaer_nr", format!("står også i linje {foerste}")));
        }
        foerste == *linje
    });
    laest
}

fn linje(f: &mut Felter<'_>) -> Option<Fravaer> {
    let fravaer_nr = f.laes("fravaer_nr", felter::nr);
    let nr = f.laes("medarbejder_nr", felter::nr);
    let aarsag = f.laes("aarsag", felter::aarsag);
    let foerste = f.laes("foerste_fravaersdag", felter::dato);
    let sidste = f.laes("sidste_fravaersdag", |tekst| match (felter::maaske_dato(tekst)?, foerste) {
        (Some(sidste), Some(foerste)) if sidste < foerste => Err(tekster::fejl(&Fejl::SlutFoerStart)),
        (sidste, _) => Ok(sidste),
    });
    let omfang_pct = f.laes("omfang_pct", felter::procent);
    f.laes("registreret", felter::maaske_tidspunkt);
    Some(Fravaer {
        fravaer_nr: fravaer_nr?,
        nr: nr?,
        aarsag: aarsag?,
        foerste: foerste?,
        sidste: sidste?,
        omfang_pct: omfang_pct?,
    })
}
