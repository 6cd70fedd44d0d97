//! `rebuild`

use std::sync::Arc;

use super::{DONE, Failure, Out, REFUSED};
use crate::core::{App, Progress};
use crate::sentences;

pub(super) async fn rebuild(app: &Arc<App>, compare: bool, out: &Out) -> Result<u8, Failure> {
    if !compare {
        let position = app.rebuild(&Progress::default()).await?;
        out.out(format!("visningerne er bygget på ny af {} hændelser", position)).await?;
        return Ok(DONE);
    }
    let (position, differences) = app.compare().await?;
    for difference in &differences {
        out.out(difference).await?;
    }
    if differences.is_empty() {
        out.out(format!("ens: ingen forskelle efter {position} hændelser")).await?;
        return Ok(DONE);
    }
    out.error(sentences::count(differences.len() as u64, "forskel", "forskelle")).await?;
    Ok(REFUSED)
}
