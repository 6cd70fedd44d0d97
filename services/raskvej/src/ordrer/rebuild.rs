//! `rebuild`

use std::sync::Arc;

use super::{AFVIST, Afslag, GJORT, Ud};
use crate::kerne::{Fremdrift, Kerne};
use crate::tekster;

pub(super) async fn rebuild(kerne: &Arc<Kerne>, compare: bool, ud: &Ud) -> Result<u8, Afslag> {
    if !compare {
        let position = kerne.genopbyg(&Fremdrift::default()).await?;
        ud.ud(format!("visningerne er bygget på ny af {} hændelser", position)).await?;
        return Ok(GJORT);
    }
    let (position, forskelle) = kerne.sammenlign().await?;
    for forskel in &forskelle {
        ud.ud(forskel).await?;
    }
    if forskelle.is_empty() {
        ud.ud(format!("ens: ingen forskelle efter {position} hændelser")).await?;
        return Ok(GJORT);
    }
    ud.fejl(tekster::antal(forskelle.len() as u64, "forskel", "forskelle")).await?;
    Ok(AFVIST)
}
