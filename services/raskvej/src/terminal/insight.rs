//! `indsigt`: everything about a person, as one file.

use std::sync::Arc;

use forloeb::refusal::BrokenRegel;

use super::{DONE, Failure, Format, Out};
use crate::core::App;
use crate::insight;
use crate::sentences;

pub(super) async fn insight(app: &Arc<App>, nr: &str, format: Format, out: &Out) -> Result<u8, Failure> {
    let unknown = || Failure::new(sentences::regel(&BrokenRegel::UnknownAnsaettelse));
    let insight = insight::insight(app, nr).await?.ok_or_else(unknown)?;
    let bytes = match format {
        Format::Text => insight.text().into_bytes(),
        Format::Json => serde_json::to_vec_pretty(&insight).map_err(std::io::Error::other)?,
    };
    for piece in bytes.chunks(super::backup::PIECE) {
        out.data(piece.to_vec()).await?;
    }
    out.error("Filen rummer alt om personen: giv den kun til personen selv, og slet den bagefter.").await?;
    Ok(DONE)
}
