//! `import`

use std::sync::Arc;

use forloeb::Aktoer;
use serde::{Deserialize, Serialize};

use super::{DONE, Failure, Files, Out, REFUSED};
use crate::bounds::size;
use crate::core::App;
use crate::import::{Intake, LARGEST_FILE, Profile, REPORT_HEADER, Report, Whole};
use crate::sentences::figure;

/// Bytes of a report that are sent at a time.
const PIECE: usize = 64 << 10;

/// The name of the file of employees.
pub const MEDARBEJDERE: &str = "medarbejdere";
/// The name of the file of absences.
pub const FRAVAER: &str = "fravaer";

/// The name of the file of a profile.
pub const PROFILE: &str = "profil";

/// How the files are to be taken in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Name of the profile, where none comes along as a file.
    pub profil: Option<String>,
    /// On trial: nothing is written.
    pub proeve: bool,
    /// The report is written to a file too.
    pub rapport: bool,
    /// The files hold everything in their period.
    #[serde(default)]
    pub hele: Option<Whole>,
}

pub(super) async fn import(app: &Arc<App>, asked: &Asked, mut files: Files, out: &Out) -> Result<u8, Failure> {
    let aktoer = Aktoer::system("import");
    let progress = |now, i_alt| out.progress(now, i_alt);
    // Who sends them through the socket may not have read them here.
    if files.values().any(|bytes| bytes.len() > LARGEST_FILE) {
        return Err(Failure::new(format!("Filen er på over {}. Del den op i flere filer.", size(LARGEST_FILE))));
    }
    let mut intake = Intake::new(app, &aktoer);
    if let Some(profile) = profile(app, asked, &files)? {
        intake = intake.profile(profile);
    }
    if let Some(whole) = asked.hele {
        intake = intake.whole(whole);
    }
    if asked.proeve {
        intake = intake.on_trial();
    }
    let mut reports = Vec::new();
    // A file is let go of as soon as it is read: it may be large.
    if let Some(bytes) = files.remove(MEDARBEJDERE) {
        reports.push((MEDARBEJDERE, "medarbejdere", intake.medarbejdere(bytes, &progress).await?));
    }
    if let Some(bytes) = files.remove(FRAVAER) {
        reports.push((FRAVAER, "fravær", intake.fravaer(bytes, &progress).await?));
    }
    if asked.rapport {
        let mut csv = REPORT_HEADER.as_bytes().to_vec();
        for (file, _, report) in &reports {
            report.write_csv(file, &mut csv)?;
        }
        for piece in csv.chunks(PIECE) {
            out.data(piece.to_vec()).await?;
        }
        out.whole().await?;
    }
    let mut code = DONE;
    for (_, what, report) in &reports {
        code = code.max(tell(what, report, out).await?);
    }
    if asked.proeve {
        out.error("Prøve: intet er skrevet.").await?;
    }
    Ok(code)
}

/// The profile that comes along, or the one of the name.
fn profile(app: &App, asked: &Asked, files: &Files) -> Result<Option<Profile>, Failure> {
    let read = match (files.get(PROFILE), &asked.profil) {
        (Some(bytes), _) => {
            let text = std::str::from_utf8(bytes).map_err(|_| "filen er ikke tekst i UTF-8".to_owned());
            text.and_then(Profile::read).map(Some)
        }
        (None, Some(name)) => Profile::named(&app.folder, name).map(Some),
        (None, None) => Ok(None),
    };
    read.map_err(|error| Failure::new(format!("--profil: {error}")))
}

/// Bad lines one by one, then the numbers.
async fn tell(what: &str, report: &Report, out: &Out) -> Result<u8, Failure> {
    for f in &report.warnings {
        out.error(format!("{what} linje {}, {}: bemærk: {}", f.line, f.felt, f.error)).await?;
    }
    for f in &report.error {
        out.error(format!("{what} linje {}, {}: {}", f.line, f.felt, f.error)).await?;
    }
    for gone in &report.gone {
        out.out(format!("{what}: {}", gone.said())).await?;
    }
    if let Some(i_alt) = report.gone_in_all {
        let (told, i_alt) = (figure(report.gone.len() as u64), figure(i_alt));
        out.out(format!("{what}: vist er de første {told} af {i_alt} forsvundne.")).await?;
    }
    for one in &report.moves {
        out.out(format!("{what}: {}", one.said())).await?;
    }
    if let Some(i_alt) = report.moves_in_all {
        let (told, i_alt) = (figure(report.moves.len() as u64), figure(i_alt));
        out.out(format!("{what}: vist er de første {told} af {i_alt} flytninger.")).await?;
    }
    for f in &report.disagreed {
        out.error(format!("{what} linje {}, {}: uenig: {}", f.line, f.felt, f.error)).await?;
    }
    for (told, i_alt, what_of) in [
        (&report.warnings, report.warnings_in_all, "bemærkninger"),
        (&report.error, report.errors_in_all, "fejl"),
        (&report.disagreed, report.disagreed_in_all, "uenigheder"),
    ] {
        if let Some(i_alt) = i_alt {
            let (told, i_alt) = (figure(told.len() as u64), figure(i_alt));
            out.error(format!("{what}: vist er de første {told} af {i_alt} {what_of}.")).await?;
        }
    }
    let Report { created, changed, unchanged, .. } = report;
    let refused_lines = report.refused_lines();
    let left_out = match report.left_out {
        0 => String::new(),
        count => format!(", {} udeladt af profilen", figure(count)),
    };
    let gone = match report.gone_in_all.unwrap_or(report.gone.len() as u64) {
        0 => String::new(),
        count => format!(", {} forsvundet", figure(count)),
    };
    out.out(format!(
        "{what}: {created} oprettet, {changed} ændret, {unchanged} uændret, {refused_lines} afvist{left_out}{gone}"
    ))
    .await?;
    Ok(if refused_lines > 0 { REFUSED } else { DONE })
}
