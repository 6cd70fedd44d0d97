//! `whatif`

use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::hvad_hvis::Vindue;

use super::{Afslag, Filer, Format, GJORT, Ud};
use crate::hvad_hvis::{Enhed, afspil, andre_regler};
use crate::kerne::Kerne;
use crate::tekster::{antal, dato, fristnavn, kroner};

/// Name of the file that comes along.
pub const FIL: &str = "regler";

pub(super) async fn hvad_hvis(
    kerne: &Arc<Kerne>,
    fra: Option<NaiveDate>,
    til: Option<NaiveDate>,
    filer: &Filer,
    format: Format,
    ud: &Ud,
) -> Result<u8, Afslag> {
    let bytes = filer.get(FIL).map(Vec::as_slice).unwrap_or_default();
    let tekst = std::str::from_utf8(bytes).map_err(|_| Afslag::ny("Reglerne er ikke tekst i UTF-8."))?;
    let (bog, idag) = (kerne.bog(), kerne.ur.idag());
    let ny = andre_regler(&bog, tekst).map_err(Afslag::ny)?;
    let vindue = Vindue { fra: fra.unwrap_or(NaiveDate::MIN), til: til.unwrap_or(idag), idag };
    if vindue.til < vindue.fra {
        return Err(Afslag::brug("--til ligger før --fra"));
    }
    let svar = afspil(&kerne.log, &bog, &Arc::new(ny), vindue, |nu, i_alt| ud.fremdrift(nu, i_alt)).await?;
    if format == Format::Json {
        let json = serde_json::to_string(&svar).map_err(|e| Afslag::ny(e.to_string()))?;
        ud.ud(json).await?;
        return Ok(GJORT);
    }
    let forloeb = antal(svar.forloeb as u64, "forløb", "forløb");
    ud.ud(format!("{forloeb} set til og med {}; {} ville være anderledes.", dato(vindue.til), svar.anderledes)).await?;
    for enhed in &svar.enheder {
        linjer(enhed, ud).await?;
    }
    linjer(&svar.ialt, ud).await?;
    Ok(GJORT)
}

async fn linjer(enhed: &Enhed, ud: &Ud) -> Result<(), Afslag> {
    ud.ud(format!(
        "\n{}: {}",
        enhed.navn,
        antal(enhed.anderledes, "forløb ville være anderledes", "forløb ville være anderledes")
    ))
    .await?;
    for (art, f) in &enhed.frister {
        let (p, n) = (f.paamindelser, f.nye_paamindelser);
        let frist = fristnavn(*art);
        ud.ud(format!("  {frist}: {} flyttet, {} nye, {} væk; påmindelser {p} → {n}", f.flyttede, f.nye, f.vaek))
            .await?;
    }
    let (foer, efter) = (enhed.tab, enhed.nyt_tab);
    if foer != efter {
        let (kr, ny) = (kroner(foer.kr), kroner(efter.kr));
        ud.ud(format!("  Tabt refusion: {} dage, {kr} → {} dage, {ny}", foer.dage, efter.dage)).await?;
    }
    Ok(())
}
