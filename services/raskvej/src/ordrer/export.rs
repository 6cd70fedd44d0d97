//! `export`

use std::sync::Arc;

use uuid::Uuid;

use super::{Afslag, GJORT, Ud};
use crate::bundle::Skriver;
use crate::kerne::Kerne;
use crate::visninger::ANSAETTELSE;

/// Bytes gathered before they are handed on.
const STYKKE: usize = 64 << 10;

pub(super) async fn export(kerne: &Arc<Kerne>, forloeb: Option<Uuid>, ud: &Ud) -> Result<u8, Afslag> {
    let stroem = match forloeb {
        None => None,
        Some(id) => {
            let vis = kerne.vis();
            let nr = vis.hvis(id).ok_or_else(|| Afslag::ny("Forløbet findes ikke."))?;
            Some(format!("{ANSAETTELSE}{nr}"))
        }
    };
    let head = kerne.log.head();
    let (mut skriver, mut bytes) = Skriver::ny(head, forloeb, stroem)?;
    let (mut commits, mut naaet) = (kerne.log.commits(0), 0);
    // The log may have grown since; the bundle ends where its header says.
    while naaet < head.position {
        let Some(commit) = commits.next().await? else {
            return Err(Afslag::ny("Loggen slutter før sit hoved."));
        };
        bytes.extend(skriver.commit(&commit)?);
        naaet = commit.last;
        if bytes.len() >= STYKKE {
            ud.data(std::mem::take(&mut bytes)).await?;
            ud.fremdrift(naaet, head.position);
        }
    }
    bytes.extend(skriver.slut()?);
    ud.data(bytes).await?;
    ud.ud(format!("skrevet: {} hændelser, hoved {}", head.position, head.hash)).await?;
    Ok(GJORT)
}
