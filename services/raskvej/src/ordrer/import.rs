//! `import`

use std::sync::Arc;

use forloeb::Aktoer;

use super::{AFVIST, Afslag, Filer, GJORT, Ud};
use crate::import::{self, Rapport};
use crate::kerne::Kerne;

/// The name of the file of employees.
pub const MEDARBEJDERE: &str = "medarbejdere";
/// The name of the file of absences.
pub const FRAVAER: &str = "fravaer";

pub(super) async fn import(kerne: &Arc<Kerne>, filer: &Filer, ud: &Ud) -> Result<u8, Afslag> {
    let aktoer = Aktoer::system("import");
    let fremdrift = |nu, i_alt| ud.fremdrift(nu, i_alt);
    let mut kode = GJORT;
    if let Some(bytes) = filer.get(MEDARBEJDERE) {
        let rapport = import::medarbejdere(kerne, bytes.as_slice(), &aktoer, &fremdrift).await?;
        kode = kode.max(fortael("medarbejdere", &rapport, ud).await?);
    }
    if let Some(bytes) = filer.get(FRAVAER) {
        let rapport = import::fravaer(kerne, bytes.as_slice(), &aktoer, &fremdrift).await?;
        kode = kode.max(fortael("fravær", &rapport, ud).await?);
    }
    Ok(kode)
}

/// Bad lines one by one, then the numbers.
async fn fortael(hvad: &str, rapport: &Rapport, ud: &Ud) -> Result<u8, Afslag> {
    for f in &rapport.advarsler {
        ud.fejl(format!("{hvad} linje {}, {}: bemærk: {}", f.linje, f.felt, f.fejl)).await?;
    }
    for f in &rapport.fejl {
        ud.fejl(format!("{hvad} linje {}, {}: {}", f.linje, f.felt, f.fejl)).await?;
    }
    let Rapport { oprettet, aendret, uaendret, .. } = rapport;
    let afviste = rapport.afviste();
    ud.ud(format!("{hvad}: {oprettet} oprettet, {aendret} ændret, {uaendret} uændret, {} afvist", afviste)).await?;
    Ok(if afviste > 0 { AFVIST } else { GJORT })
}
