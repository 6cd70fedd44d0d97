//! `seal`: a checkpoint of the log as it is now, for somebody who does not own the log.

use std::sync::Arc;

use super::{DONE, Failure, Out, without_damage};
use crate::core::App;
use crate::sentences;

pub(super) async fn seal(app: &Arc<App>, only_key: bool, into_file: bool, out: &Out) -> Result<u8, Failure> {
    let seal = app.seal().await.map_err(|error| Failure::new(error.to_string()))?;
    let key = seal.public_key();
    if only_key {
        out.out(key.hex()).await?;
        out.out(key.note_key()).await?;
        out.error(
            "Notér en af de to (det er den samme nøgle, skrevet på to måder) et andet sted end her. verify tager begge.",
        )
        .await?;
        return Ok(DONE);
    }
    without_damage(app)?;
    let tree = app.log.commit_tree().await?;
    let note = seal.checkpoint(&tree);
    if !into_file {
        for line in note.lines() {
            out.out(line).await?;
        }
    }
    out.data(note.into_bytes()).await?;
    let commits = sentences::count(tree.commits, "skrivning", "skrivninger");
    out.error(format!(
        "Forseglet: {commits}, {} hændelser, med nøglen {}. Seglet beviser kun noget, når en anden end den, der driver \
         tjenesten, har det.",
        tree.head.position,
        key.hex()
    ))
    .await?;
    Ok(DONE)
}
