//! `simulate`

use std::path::Path;

use forloeb::Regelbog;

use super::output::Terminal;
use super::{DONE, Failure, Format, Out, end};
use crate::simulation::{Choices, Report, simulation};
use crate::what_if::other_regler;

/// Lives through the years, and says what came of it; the exit code.
pub async fn run(choices: Choices, regler: Option<&Path>, format: Format) -> u8 {
    let (out, modtager) = Out::channel();
    let work = async {
        end(live(choices, regler, format, &out).await, &out).await;
        drop(out);
    };
    tokio::join!(work, Terminal::without_file().accept(modtager)).1
}

async fn live(choices: Choices, regler: Option<&Path>, format: Format, out: &Out) -> Result<u8, Failure> {
    let mut book = Regelbog::built_in();
    if let Some(file) = regler {
        let unreadable = |e: &dyn std::fmt::Display| Failure::new(format!("{}: {e}", file.display()));
        let tekst = std::fs::read_to_string(file).map_err(|e| unreadable(&e))?;
        book = other_regler(&book, &tekst, None).map_err(|e| unreadable(&e))?;
    }
    let til = out.clone();
    let lived =
        tokio::task::spawn_blocking(move || simulation(&choices, &book, &|now, i_alt| til.progress(now, i_alt)));
    let report: Report = lived.await.map_err(std::io::Error::other)?.map_err(|e| Failure::new(e.to_string()))?;
    match format {
        Format::Text => out.out(report.to_string().trim_end()).await?,
        Format::Json => out.out(serde_json::to_string(&report).map_err(|e| Failure::new(e.to_string()))?).await?,
    }
    Ok(DONE)
}
