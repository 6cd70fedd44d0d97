//! `erase`

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use forloeb::Aktoer;
use forloeb::command::DomainCommand;
use forloeb::refusal::{BrokenRegel, DomainRefusal};
use forloeb::words::Sletningsgrund;
use uuid::Uuid;

use super::{Also, DONE, Failure, Out};
use crate::core::{App, CommandError, Obstacle};
use crate::projections::{Projections, SharedKey};
use crate::sentences;

/// Longest reason in words.
const LONGEST_AARSAG: usize = 500;

/// Why somebody is erased.
pub(super) struct Reason {
    pub(super) grund: Sletningsgrund,
    /// In words.
    pub(super) words: String,
}

/// What was erased, for the certificate.
pub(super) struct Erasure {
    pub(super) numbers: Vec<String>,
    persons: Vec<Uuid>,
    /// Employments whose log says it now.
    count: u64,
    time: DateTime<Utc>,
}

/// What the erasure leaves behind, and what it takes besides: a key that two employees have had, one of them by mistake.
/// It stays where it is somebody's now; where it only was, what was written about them with it is gone too.
fn line(nr: &str, shared: SharedKey<'_>) -> String {
    match shared {
        SharedKey { other, kept: true } => format!(
            "beholdt: {nr} har stået med det personnummer, som {other} har nu. Det, der blev skrevet om {nr} med den \
             nøgle, vises ikke mere, og er først helt væk, når også {other} slettes"
        ),
        SharedKey { other, kept: false } => format!(
            "også væk: {other} har stået med det slettede personnummer. Det, der blev skrevet om {other} dengang, kan \
             ikke læses mere"
        ),
    }
}

/// Who else would lose what was written about them, by their numbers. One who is erased already takes nothing more.
fn loses_text<'a>(projections: &'a Projections, numbers: &'a [String]) -> BTreeSet<&'a str> {
    let shared_ones = numbers.iter().filter(|nr| !projections.is_erased(nr)).flat_map(|nr| projections.shared_keys(nr));
    shared_ones.filter(|shared| !shared.kept).map(|shared| shared.other).collect()
}

/// What speaks against it, and the flag that disregards it. Nothing disregards a hold: it is lifted.
fn refusal(obstacle: Obstacle, nr: &str) -> (String, Option<&'static str>) {
    match obstacle {
        Obstacle::Hold => {
            (format!("Der er sletningsstop på {nr}. Ophæv det først med raskvej retention --ophaev-stop {nr}."), None)
        }
        Obstacle::Employed => (format!("{nr} er ansat."), Some("--ogsaa-ansat")),
        Obstacle::OpenForloeb => (format!("{nr} har et åbent forløb."), Some("--ogsaa-aabent-forloeb")),
        Obstacle::Refusion => {
            (format!("Der er refusion for {nr}, som kan anmodes om endnu."), Some("--ogsaa-refusion"))
        }
    }
}

fn is_meant(also: Also, obstacle: Obstacle) -> bool {
    match obstacle {
        Obstacle::Hold => false,
        Obstacle::Employed => also.employed,
        Obstacle::OpenForloeb => also.open,
        Obstacle::Refusion => also.refusion,
    }
}

pub(super) async fn erase(
    app: &Arc<App>,
    nr: &str,
    reason: &Reason,
    also: Also,
    to_file: bool,
    out: &Out,
) -> Result<u8, Failure> {
    let words = reason.words.trim();
    if words.is_empty() && reason.grund == Sletningsgrund::Andet || words.chars().count() > LONGEST_AARSAG {
        return Err(Failure::usage(format!("--aarsag skal være fra 1 til {LONGEST_AARSAG} tegn.")));
    }
    let reason = Reason { grund: reason.grund, words: words.to_owned() };
    let (erasure, lines) = carry_out(app, nr, &reason, also, "terminal").await?;
    for line in lines {
        out.out(line).await?;
    }
    let ansaettelser = sentences::count(erasure.count, "ansættelse", "ansættelser");
    out.out(format!("slettet: personens nøgle er destrueret; det er noteret på {ansaettelser}")).await?;
    let attest = certificate(&erasure, &reason, "en kommando i terminalen på serveren");
    if to_file {
        out.data(attest.into_bytes()).await?;
    } else {
        out.error(attest).await?;
    }
    Ok(DONE)
}

/// First the events, then the key, then the list: stopped in between, the next start does the rest. The other way round,
/// nobody would know why a key is missing.
pub(super) async fn carry_out(
    app: &Arc<App>,
    nr: &str,
    reason: &Reason,
    also: Also,
    by: &str,
) -> Result<(Erasure, Vec<String>), Failure> {
    // An import under way could register the same person once more.
    let _alone = crate::import::ONE_AT_A_TIME.lock().await;
    let (numbers, persons, lines) = {
        let projections = app.projections();
        let person =
            projections.person(nr).ok_or_else(|| Failure::new(sentences::regel(&BrokenRegel::UnknownAnsaettelse)))?;
        let numbers: Vec<String> = projections.numbers_for(person).map(str::to_owned).collect();
        let others = loses_text(&projections, &numbers);
        if !also.others && !others.is_empty() {
            let others = others.into_iter().collect::<Vec<_>>().join(", ");
            return Err(Failure::new(format!(
                "Intet er slettet. Nøglen åbner også det, der blev skrevet om {others}, da de stod med samme personnummer, \
                 og det ville gå tabt. Skal det det, så tilføj --ogsaa-andres."
            )));
        }
        let shared_ones =
            numbers.iter().flat_map(|nr| projections.shared_keys(nr).into_iter().map(|shared| line(nr, shared)));
        let lines: Vec<String> = shared_ones.collect();
        (numbers, vec![person], lines)
    };
    let living: Vec<String> = {
        let projections = app.projections();
        numbers.iter().filter(|nr| !projections.is_erased(nr)).cloned().collect()
    };
    let obstacles = app.obstacles(&living).await?;
    let refused: Vec<_> = obstacles.iter().filter(|(obstacle, _)| !is_meant(also, *obstacle)).collect();
    if !refused.is_empty() {
        let (reasons, flags): (Vec<_>, Vec<_>) = refused.iter().map(|(obstacle, nr)| refusal(*obstacle, nr)).unzip();
        let flags: Vec<_> = flags.into_iter().flatten().collect();
        let meant = if flags.is_empty() {
            String::new()
        } else {
            format!(" Er det meningen, så tilføj {}.", flags.join(" "))
        };
        return Err(Failure::new(format!("Intet er slettet. {}{meant}", reasons.join(" "))));
    }
    // Who cannot be put on the list would come back with the next restore.
    let list = app.erasures.clone();
    let takes = tokio::task::spawn_blocking(move || list.try_write()).await.map_err(std::io::Error::other)?;
    takes.map_err(|error| Failure::new(format!("Intet er slettet: {error}")))?;
    let command = DomainCommand::ErasePerson { grund: reason.grund, aarsag: reason.words.clone() };
    let mut count = 0;
    for nr in &numbers {
        match app.execute(nr, &command, &Aktoer::system(by), None).await {
            Ok(_) => count += 1,
            // An erasure that was interrupted is finished.
            Err(CommandError::Afvist(DomainRefusal::BrokenRegel(BrokenRegel::PersonSlettet))) => {}
            Err(error) => return Err(error.into()),
        }
    }
    app.erase_keys().await?;
    if count == 0 {
        return Err(Failure::new("Personen var allerede slettet."));
    }
    Ok((Erasure { numbers, persons, count, time: app.clock.now() }, lines))
}

/// What was erased, when, by whom, why, and what stays: nothing in it says who it was but the employee number.
pub(super) fn certificate(erasure: &Erasure, reason: &Reason, by: &str) -> String {
    let Erasure { numbers, persons, time, .. } = erasure;
    let persons: Vec<_> = persons.iter().map(Uuid::to_string).collect();
    let words = if reason.words.is_empty() { String::new() } else { format!(" ({})", reason.words) };
    format!(
        "Attest for sletning\n\
         Medarbejdernumre: {}\n\
         Personens id i loggen: {}\n\
         Slettet: {}, af {by}\n\
         Grund: {}{words}\n\
         Væk: nøglen til navn, CPR-nummer, mail, telefon, stilling og al fri tekst, og det, der førte fra CPR-nummeret til id'et.\n\
         Tilbage i loggen: medarbejdernummer, datoer, årsagskoder, frister og beløb. De er en del af den kæde, der viser, at \
         loggen ikke er ændret, og de peger ikke længere på en person for den, der kun har loggen.\n\
         Uden for Raskvej: sikkerhedskopier fra før i dag rummer nøglen endnu, og mails, der er sendt, ligger hos modtagerne. \
         Personen står på listen over sletninger, og en genskabt sikkerhedskopi sletter dem igen.\n",
        numbers.join(", "),
        persons.join(", "),
        time.to_rfc3339_opts(SecondsFormat::Secs, true),
        sentences::sletningsgrund(reason.grund),
    )
}
