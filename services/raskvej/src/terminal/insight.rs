//! `indsigt`: everything about a person, as one file.

use std::sync::Arc;

use app::failure::Causes;
use app::free_text::Hints;
use app::opslag::Formaal;
use forloeb::Aktoer;
use forloeb::refusal::BrokenRegel;

use super::{DONE, Failure, Format, Out};
use crate::core::App;
use crate::erasing::TERMINAL;
use crate::insight::{self, Asked, InsightError, Written};
use crate::lookups;
use crate::sentences;

impl From<InsightError> for Failure {
    fn from(error: InsightError) -> Self {
        match error {
            InsightError::Unknown => Self::new(sentences::regel(&BrokenRegel::UnknownAnsaettelse)),
            InsightError::TooLarge => Self::new("Der er for meget om personen til én fil."),
            InsightError::NotNoted(error) => Self::new(format!(
                "Ethvert opslag noteres, og det kan det ikke lige nu. Derfor er filen ikke skrevet: {}",
                Causes(&*error)
            )),
            InsightError::Open(error) => error.into(),
        }
    }
}

pub(super) async fn insight(
    app: &Arc<App>,
    nr: String,
    formaal: Option<&str>,
    format: Format,
    out: &Out,
) -> Result<u8, Failure> {
    let hint = Hints::of(formaal.unwrap_or_default()).said_of_formaal();
    let formaal = formaal.and_then(lookups::cleaned).map_or(Formaal::Unsaid, |tekst| Formaal::Said { tekst });
    let asked = Asked { nr, reader: Aktoer::system(TERMINAL), formaal };
    let written = match format {
        Format::Text => Written::Text,
        Format::Json => Written::Json,
    };
    let bytes = insight::file(app, asked, written).await?;
    for piece in bytes.chunks(super::backup::PIECE) {
        out.data(piece.to_vec()).await?;
    }
    if let Some(hint) = hint {
        out.error(format!("--formaal: {hint} Personen kan se det.")).await?;
    }
    out.error("Filen rummer alt om personen: giv den kun til personen selv, og slet den bagefter.").await?;
    Ok(DONE)
}
