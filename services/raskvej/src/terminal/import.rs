//! `import`

use std::sync::Arc;

use forloeb::Aktoer;

use super::{DONE, Failure, Files, Out, REFUSED};
use crate::bounds::size;
use crate::core::App;
use crate::import::{self, LARGEST_FILE, Report};
use crate::sentences::figure;

/// The name of the file of employees.
pub const MEDARBEJDERE: &str = "medarbejdere";
/// The name of the file of absences.
pub const FRAVAER: &str = "fravaer";

pub(super) async fn import(app: &Arc<App>, files: &Files, out: &Out) -> Result<u8, Failure> {
    let aktoer = Aktoer::system("import");
    let progress = |now, i_alt| out.progress(now, i_alt);
    let mut code = DONE;
    // Who sends them through the socket may not have read them here.
    if files.values().any(|bytes| bytes.len() > LARGEST_FILE) {
        return Err(Failure::new(format!("Filen er på over {}. Del den op i flere filer.", size(LARGEST_FILE))));
    }
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
async fn tell(what: &str, report: &Report, out: &Out) -> Result<u8, Failure> {
    for f in &report.warnings {
        out.error(format!("{what} linje {}, {}: bemærk: {}", f.line, f.felt, f.error)).await?;
    }
    for f in &report.error {
        out.error(format!("{what} linje {}, {}: {}", f.line, f.felt, f.error)).await?;
    }
    for (told, i_alt, what_of) in
        [(&report.warnings, report.warnings_in_all, "bemærkninger"), (&report.error, report.errors_in_all, "fejl")]
    {
        if let Some(i_alt) = i_alt {
            let (told, i_alt) = (figure(told.len() as u64), figure(i_alt));
            out.error(format!("{what}: vist er de første {told} af {i_alt} {what_of}.")).await?;
        }
    }
    let Report { created, changed, unchanged, .. } = report;
    let refused_lines = report.refused_lines();
    out.out(format!("{what}: {created} oprettet, {changed} ændret, {unchanged} uændret, {} afvist", refused_lines))
        .await?;
    Ok(if refused_lines > 0 { REFUSED } else { DONE })
}
