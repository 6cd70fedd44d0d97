//! `noegle roter`: the keys of persons are wrapped with another master key.

use std::sync::Arc;

use super::{DONE, Failure, Files, Out};
use crate::core::App;
use crate::keys::Master;

/// The file that comes along, by this name: the new master key.
pub const FILE: &str = "hovednoegle";

/// The running service goes on with the new one; a start needs it from then on.
pub(super) async fn rotate(app: &Arc<App>, files: &Files, out: &Out) -> Result<u8, Failure> {
    let text = files.get(FILE).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    let master = Master::read(text).map_err(|error| Failure::usage(format!("--ny: hovednøglen {error}.")))?;
    let mark = master.mark();
    let keys = app.keys.clone();
    tokio::task::spawn_blocking(move || keys.rewrap(master)).await.map_err(std::io::Error::other)??;
    out.out(format!("pakket om: nøglefilen åbnes fra nu af kun med hovednøglen med kendetegn {mark}")).await?;
    out.error("Lad RASKVEJ_HOVEDNOEGLE_FIL pege på den nye før næste start. Tidligere sikkerhedskopier åbnes kun med den gamle.")
        .await?;
    Ok(DONE)
}
