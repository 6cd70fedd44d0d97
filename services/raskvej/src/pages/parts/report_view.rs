//! What a page says of a file of payroll: its numbers, and its lines under their headings.

use crate::import::{Gone, LineError, Move, Report};
use crate::sentences::figure;

/// What there is to say of lines, under one heading.
pub(crate) struct Section {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) explanation: &'static str,
    /// The first of it.
    pub(crate) lines: Vec<LineError>,
    pub(crate) in_all: u64,
}

impl Section {
    pub(crate) fn heading(&self) -> String {
        format!("{} ({})", self.title, figure(self.in_all))
    }
}

/// What a file does, or did.
pub(crate) struct Told {
    pub(crate) counts: Vec<(&'static str, String)>,
    /// The first of what a whole file lacks, each as a sentence.
    pub(crate) gone: Vec<String>,
    pub(crate) gone_in_all: u64,
    /// The first of who moves inside the workplace, each as a sentence.
    pub(crate) moves: Vec<String>,
    pub(crate) moves_in_all: u64,
    /// Somebody is to say what becomes of it.
    pub(crate) asks: bool,
    pub(crate) sections: Vec<Section>,
    /// Some of it can be taken in.
    pub(crate) good: bool,
}

/// The numbers of a report in one line.
pub(crate) fn summed(report: &Report) -> String {
    let parts: Vec<String> = counts(report).into_iter().map(|(what, count)| format!("{count} {what}")).collect();
    parts.join(", ")
}

pub(crate) fn counts(report: &Report) -> Vec<(&'static str, String)> {
    let mut counts = vec![
        ("nye", figure(report.created)),
        ("ændrede", figure(report.changed)),
        ("uændrede", figure(report.unchanged)),
        ("afviste", figure(report.refused_lines() as u64)),
    ];
    let gone = gone_in_all(report);
    if gone > 0 {
        counts.push(("forsvundne", figure(gone)));
    }
    if !report.moves.is_empty() {
        counts.push(("flytninger", figure(moves_in_all(report))));
    }
    if report.left_out > 0 {
        counts.push(("udeladt af profilen", figure(report.left_out)));
    }
    counts
}

fn gone_in_all(report: &Report) -> u64 {
    report.gone_in_all.unwrap_or(report.gone.len() as u64)
}

fn moves_in_all(report: &Report) -> u64 {
    report.moves_in_all.unwrap_or(report.moves.len() as u64)
}

/// What a page says of a report. What a report tells more of later is one more section here.
pub(crate) fn told(report: &Report, done: bool) -> Told {
    let section = |id, title, explanation, lines: &Vec<LineError>, in_all: Option<u64>| Section {
        id,
        title,
        explanation,
        lines: lines.clone(),
        in_all: in_all.unwrap_or(lines.len() as u64),
    };
    let title = if done { "Afvist" } else { "Bliver afvist" };
    let explanation = "Det kan ikke læses ind, som det står. De andre linjer kan, uanset det.";
    let refused = section("afvist", title, explanation, &report.error, report.errors_in_all);
    let explanation = "Det kan læses ind, men der er noget ved det, som næppe er ment.";
    let noted = section("bemaerkninger", "Bør ses efter", explanation, &report.warnings, report.warnings_in_all);
    let explanation = "Lønsystemet siger ét og en person et andet. Det, der gælder nu, gælder fortsat, til HR har afgjort \
                       det.";
    let disagreed = section("uenig", "Uenighed", explanation, &report.disagreed, report.disagreed_in_all);
    let title = if done { "Ændret" } else { "Bliver ændret" };
    let explanation = "Før pilen står det, der var kendt, og efter den det nye. Er en person uenig, gælder det nye \
                       først, når HR har afgjort det.";
    let changes = section("aendringer", title, explanation, &report.changes, report.changes_in_all);
    let sections =
        [refused, disagreed, noted, changes].into_iter().filter(|section| !section.lines.is_empty()).collect();
    let good = report.created + report.changed + report.unchanged > 0;
    let asks = done && report.gone.iter().any(|gone| !gone.carried_out);
    let gone = report.gone.iter().map(Gone::said).collect();
    let moves = report.moves.iter().map(Move::said).collect();
    let (gone_in_all, moves_in_all) = (gone_in_all(report), moves_in_all(report));
    Told { counts: counts(report), gone, gone_in_all, moves, moves_in_all, asks, sections, good }
}
