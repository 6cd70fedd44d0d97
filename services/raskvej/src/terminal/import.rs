//! `import`

use std::sync::Arc;

use forloeb::Aktoer;

use super::{DONE, Denial, Files, Out, REFUSED};
use crate::core::App;
use crate::import::{self, Report};

/// The name of the file of employees.
pub const MEDARBEJDERE: &str = "medarbejdere";
/// The name of the file of absences.
pub const FRAVAER: &str = "fravaer";

pub(super) async fn import(app: &Arc<App>, files: &Files, out: &Out) -> Result<u8, Denial> {
    let aktoer = Aktoer::system("import");
    let progress = |now, i_alt| out.progress(now, i_alt);
    let mut code = DONE;
    if let Some(bytes) = files.get(MEDARBEJDERE) {
        let report = import::medarbejdere(app, bytes.as_slice(), &aktoer, &progress).await?;
        code = code.max(tell("medarbejdere", &report, out).await?);
    }
    if let Some(bytes) = files.get(FRAVAER) {
        let report = import::fravaer(app, bytes.as_slice(), &aktoer, &progress).await?;
        code = code.max(tell("fravær", &report, out).await?);
    }
    Ok(code)
}

/// Bad lines one by one, then the numbers.
async fn tell(what: &str, report: &Report, out: &Out) -> Result<u8, Denial> {
    for f in &report.warnings {
        out.error(format!("{what} linje {}, {}: bemærk: {}", f.line, f.felt, f.error)).await?;
    }
    for f in &report.error {
        out.error(format!("{what} linje {}, {}: {}", f.line, f.felt, f.error)).await?;
    }
    let Report { created, changed, unchanged, .. } = report;
    let refused_ones = report.refused_ones();
    out.out(format!("{what}: {created} oprettet, {changed} ændret, {unchanged} uændret, {} afvist", refused_ones))
        .await?;
    Ok(if refused_ones > 0 { REFUSED } else { DONE })
}
