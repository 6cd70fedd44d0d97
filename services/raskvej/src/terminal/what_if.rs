//! `whatif`

use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::what_if::Window;

use super::{DONE, Failure, Files, Format, Out};
use crate::core::App;
use crate::money::kroner;
use crate::sentences::{count, dato, frist_name};
use crate::what_if::{Enhed, other_regler, replay};

/// Name of the file that comes along.
pub const FILE: &str = "regler";

pub(super) async fn what_if(
    app: &Arc<App>,
    fra: Option<NaiveDate>,
    til: Option<NaiveDate>,
    files: &Files,
    format: Format,
    out: &Out,
) -> Result<u8, Failure> {
    let bytes = files.get(FILE).map(Vec::as_slice).unwrap_or_default();
    let tekst = std::str::from_utf8(bytes).map_err(|_| Failure::new("Reglerne er ikke tekst i UTF-8."))?;
    let (book, today) = (app.book(), app.clock.today());
    let new = other_regler(&book, tekst).map_err(Failure::new)?;
    let window = Window { fra: fra.unwrap_or(NaiveDate::MIN), til: til.unwrap_or(today), today };
    if window.til < window.fra {
        return Err(Failure::usage("--til ligger før --fra"));
    }
    let answer = replay(&app.log, &book, &Arc::new(new), window, |now, i_alt| out.progress(now, i_alt)).await?;
    if format == Format::Json {
        let json = serde_json::to_string(&answer).map_err(|e| Failure::new(e.to_string()))?;
        out.out(json).await?;
        return Ok(DONE);
    }
    let forloeb = count(answer.forloeb as u64, "forløb", "forløb");
    out.out(format!("{forloeb} set til og med {}; {} ville være anderledes.", dato(window.til), answer.different))
        .await?;
    for enhed in &answer.enheder {
        lines(enhed, out).await?;
    }
    lines(&answer.total, out).await?;
    Ok(DONE)
}

async fn lines(enhed: &Enhed, out: &Out) -> Result<(), Failure> {
    out.out(format!(
        "\n{}: {}",
        enhed.name,
        count(enhed.different, "forløb ville være anderledes", "forløb ville være anderledes")
    ))
    .await?;
    for (art, f) in &enhed.frister {
        let (p, n) = (f.paamindelser, f.nye_paamindelser);
        let frist = frist_name(*art);
        out.out(format!("  {frist}: {} flyttet, {} nye, {} væk; påmindelser {p} → {n}", f.moved, f.new_ones, f.away))
            .await?;
    }
    let (before, after) = (enhed.tab, enhed.nyt_tab);
    if before != after {
        let (now, new) = (kroner(before.beloeb), kroner(after.beloeb));
        out.out(format!("  Tabt refusion: {} dage, {now} → {} dage, {new}", before.dage, after.dage)).await?;
    }
    Ok(())
}
