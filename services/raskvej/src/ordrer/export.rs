//! `export`

use std::io;
use std::sync::Arc;

use uuid::Uuid;

use super::{Afslag, GJORT, Ud, uden_skade};
use crate::bundle::Skriver;
use crate::kerne::Kerne;
use crate::segl::Segl;
use crate::visninger::ANSAETTELSE;

/// Bytes gathered before they are handed on.
const STYKKE: usize = 64 << 10;

pub(super) async fn export(kerne: &Arc<Kerne>, forloeb: Option<Uuid>, ud: &Ud) -> Result<u8, Afslag> {
    uden_skade(kerne)?;
    let segl = Segl::i(&kerne.mappe).map_err(|fejl| Afslag::ny(fejl.to_string()))?;
    let head = match forloeb {
        None => hele_loggen(kerne, &segl, ud).await?,
        Some(id) => en_ansaettelse(kerne, &segl, id, ud).await?,
    };
    uden_skade(kerne)?; // met while it was read
    ud.ud(format!("skrevet: {} hændelser, hoved {}", head.position, head.hash)).await?;
    ud.fejl(format!("Forseglet med nøglen {}.", segl.offentlig())).await?;
    Ok(GJORT)
}

async fn hele_loggen(kerne: &Kerne, segl: &Segl, ud: &Ud) -> Result<eventlog::Head, Afslag> {
    let trae = kerne.log.tree_head().await?;
    let mut skriver = Skriver::default();
    let mut bytes = skriver.hoved(segl, segl.forsegl(&trae, kerne.ur.nu()), None)?;
    let (mut commits, mut naaet) = (kerne.log.commits(0), 0);
    // The log may have grown since; the bundle ends where its seal says.
    while naaet < trae.head.position {
        let Some(commit) = commits.next().await? else {
            return Err(Afslag::ny("Loggen slutter før sit hoved."));
        };
        bytes.extend(skriver.commit(&commit)?);
        naaet = commit.last;
        if bytes.len() >= STYKKE {
            ud.data(std::mem::take(&mut bytes)).await?;
            ud.fremdrift(naaet, trae.head.position);
        }
    }
    bytes.extend(skriver.slut()?);
    ud.data(bytes).await?;
    Ok(trae.head)
}

async fn en_ansaettelse(kerne: &Kerne, segl: &Segl, id: Uuid, ud: &Ud) -> Result<eventlog::Head, Afslag> {
    let findes_ikke = || Afslag::ny("Forløbet findes ikke.");
    let nr = kerne.vis().hvis(id).map(str::to_owned).ok_or_else(findes_ikke)?;
    let stroem = eventlog::StreamId::new(format!("{ANSAETTELSE}{nr}")).map_err(io::Error::other)?;
    let bevis = kerne.log.stream_proof(&stroem).await?.ok_or_else(findes_ikke)?;
    let mut skriver = Skriver::default();
    let kun = Skriver::kun(id, &stroem, &bevis);
    let mut bytes = skriver.hoved(segl, segl.forsegl(&bevis.tree, kerne.ur.nu()), Some(kun))?;
    for commit in &bevis.commits {
        bytes.extend(skriver.bevist(commit)?);
    }
    bytes.extend(skriver.slut()?);
    ud.data(bytes).await?;
    Ok(bevis.tree.head)
}
