//! `politik`

use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::Aktoer;
use forloeb::politik::PolitikFastsat;

use super::{DONE, Failure, Files, Out};
use crate::core::App;
use crate::politik::{PolitikError, all};
use crate::politik_text;
use crate::sentences::dato;

/// Name of the file that comes along.
pub const FILE: &str = "politik";

pub(super) async fn politik(app: &Arc<App>, fra: Option<NaiveDate>, files: &Files, out: &Out) -> Result<u8, Failure> {
    let Some(fra) = fra else {
        for f in all(&app.log).await? {
            let PolitikFastsat { fra, politik, laegger_til, med } = f.policy;
            let how = if laegger_til { "" } else { ", påmindelser i stedet for reglernes" };
            out.out(format!("# Fra {}, fastsat {}{how}. {}", dato(fra), f.time.to_rfc3339(), politik_text::med(med)))
                .await?;
            if let Some(w) = f.withdrawn {
                let what = format!("# Trukket tilbage for fravær fra {}, {}.", dato(w.what.fra), w.time.to_rfc3339());
                out.out(format!("{what} {}", politik_text::med(w.what.med))).await?;
            }
            out.out(politik).await?;
        }
        return Ok(DONE);
    };
    let bytes = files.get(FILE).map(Vec::as_slice).unwrap_or_default();
    let tekst = std::str::from_utf8(bytes).map_err(|_| Failure::new("Politikken er ikke tekst i UTF-8."))?;
    let fastsat = app.fastsaet_politik(fra, tekst, &Aktoer::system("terminal")).await;
    fastsat.map_err(|error| match error {
        PolitikError::DomainCommand(error) => Failure::new(error.message()),
        error => Failure::new(error.to_string()),
    })?;
    out.out(format!("Politikken gælder for fravær, der begynder {} eller senere.", dato(fra))).await?;
    Ok(DONE)
}
