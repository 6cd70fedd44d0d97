//! `whatif`

use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::what_if::Window;
use serde::{Deserialize, Serialize};

use super::{DONE, Failure, Files, Format, Out};
use crate::core::App;
use crate::money::kroner;
use crate::otherwise::{self, Otherwise};
use crate::sentences::{count, dato, frist_name};
use crate::what_if::{Enhed, Place, Question, Sees, Tried, WhatIfError, ask};

/// Name of the file that comes along.
pub const FILE: &str = "regler";

/// Most forløb that are told of at a time.
const MOST: usize = 1000;
/// As many as are told of where nobody says.
const USUAL: usize = 50;

/// What is to be tried, and on what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// First absence day that is looked at.
    pub fra: Option<NaiveDate>,
    /// Last absence day that is looked at.
    pub til: Option<NaiveDate>,
    /// The rules are tried as if they held from this day on.
    pub som_om: Option<NaiveDate>,
    /// How many forløb are told of.
    pub antal: Option<usize>,
    /// They are told from the one after this place on.
    pub efter: Option<Place>,
}

pub(super) async fn what_if(
    app: &Arc<App>,
    asked: Asked,
    files: &Files,
    format: Format,
    out: &Out,
) -> Result<u8, Failure> {
    let Asked { fra, til, som_om, antal, efter } = asked;
    let bytes = files.get(FILE).map(Vec::as_slice).unwrap_or_default();
    let tekst = std::str::from_utf8(bytes).map_err(|_| Failure::new("Reglerne er ikke tekst i UTF-8."))?.to_owned();
    let today = app.clock.today();
    if som_om.is_some_and(|fra| fra > today) {
        return Err(Failure::usage("--som-om ligger efter i dag: der er intet fravær at prøve på"));
    }
    let window = Window { fra: fra.or(som_om).unwrap_or(NaiveDate::MIN), til: til.unwrap_or(today), today };
    if window.til < window.fra {
        return Err(Failure::usage("--til ligger før --fra"));
    }
    let at_most = antal.unwrap_or(USUAL);
    if at_most > MOST {
        return Err(Failure::usage(format!("--antal er højst {MOST}; resten fås med --efter")));
    }
    let turn = app.what_if.wait().await.map_err(|e| Failure::new(e.to_string()))?;
    let question = Question { tried: Tried::Toml(tekst), som_om, window, after: efter, at_most };
    let everybody: Sees = Arc::new(|_| true);
    let answer = ask(app, turn, question, everybody, |now, i_alt| out.progress(now, i_alt)).await;
    let answer = answer.map_err(|error| match error {
        WhatIfError::Text(error) => Failure::new(error),
        WhatIfError::Unreadable(error) => error.into(),
    })?;
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
    for sag in &answer.sager {
        out.out(format!("\n{} (enhed {}, fravær fra {})", sag.id, sag.enhed, dato(sag.foerste))).await?;
        for Otherwise { what, before, after } in otherwise::lines(sag) {
            out.out(format!("  {what}: {before} → {after}")).await?;
        }
    }
    if let Some(next) = answer.next {
        out.out(format!("\nDer er flere: --efter {next}")).await?;
    }
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
