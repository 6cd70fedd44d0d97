//! `politik`

use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::Aktoer;

use super::{Afslag, Filer, GJORT, Ud};
use crate::kerne::Kerne;
use crate::politik::{PolitikFejl, alle};
use crate::tekster::dato;

/// Name of the file that comes along.
pub const FIL: &str = "politik";

pub(super) async fn politik(kerne: &Arc<Kerne>, fra: Option<NaiveDate>, filer: &Filer, ud: &Ud) -> Result<u8, Afslag> {
    let Some(fra) = fra else {
        for f in alle(&kerne.log).await? {
            ud.ud(format!("# Fra {}, fastsat {}", dato(f.fra), f.tid.to_rfc3339())).await?;
            ud.ud(f.tekst).await?;
        }
        return Ok(GJORT);
    };
    let bytes = filer.get(FIL).map(Vec::as_slice).unwrap_or_default();
    let tekst = std::str::from_utf8(bytes).map_err(|_| Afslag::ny("Politikken er ikke tekst i UTF-8."))?;
    let fastsat = kerne.fastsaet_politik(fra, tekst, &Aktoer::system("terminal")).await;
    fastsat.map_err(|fejl| match fejl {
        PolitikFejl::Kommando(fejl) => Afslag::ny(fejl.besked()),
        fejl => Afslag::ny(fejl.to_string()),
    })?;
    ud.ud(format!("Politikken gælder for fravær, der begynder {} eller senere.", dato(fra))).await?;
    Ok(GJORT)
}
