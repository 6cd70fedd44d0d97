//! `erase`

use std::collections::BTreeSet;
use std::sync::Arc;

use forloeb::Aktoer;
use forloeb::command::DomainCommand;
use forloeb::refusal::{BrokenRegel, DomainRefusal};

use super::{DONE, Failure, Out};
use crate::core::{App, CommandError};
use crate::projections::{Projections, SharedKey};
use crate::sentences;

/// Longest reason.
const LONGEST_AARSAG: usize = 500;

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

/// First the events, then the key: stopped in between, the next start destroys the key. The other way round, nobody
/// would know why a key is missing.
pub(super) async fn erase(app: &Arc<App>, nr: &str, aarsag: &str, also_others: bool, out: &Out) -> Result<u8, Failure> {
    let aarsag = aarsag.trim();
    if aarsag.is_empty() || aarsag.chars().count() > LONGEST_AARSAG {
        return Err(Failure::usage(format!("--aarsag skal være fra 1 til {LONGEST_AARSAG} tegn.")));
    }
    // An import under way could register the same person once more.
    let _alone = crate::import::ONE_AT_A_TIME.lock().await;
    let (numbers, lines) = {
        let projections = app.projections();
        let person =
            projections.person(nr).ok_or_else(|| Failure::new(sentences::regel(&BrokenRegel::UnknownAnsaettelse)))?;
        let numbers: Vec<String> = projections.numbers_for(person).map(str::to_owned).collect();
        let others = loses_text(&projections, &numbers);
        if !also_others && !others.is_empty() {
            let others = others.into_iter().collect::<Vec<_>>().join(", ");
            return Err(Failure::new(format!(
                "Intet er slettet. Nøglen åbner også det, der blev skrevet om {others}, da de stod med samme personnummer, \
                 og det ville gå tabt. Skal det det, så tilføj --ogsaa-andres."
            )));
        }
        let shared_ones =
            numbers.iter().flat_map(|nr| projections.shared_keys(nr).into_iter().map(|shared| line(nr, shared)));
        let lines: Vec<String> = shared_ones.collect();
        (numbers, lines)
    };
    let command = DomainCommand::ErasePerson { aarsag: aarsag.to_owned() };
    let mut count = 0;
    for nr in &numbers {
        match app.execute(nr, &command, &Aktoer::system("terminal"), None).await {
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
    for line in lines {
        out.out(line).await?;
    }
    let ansaettelser = sentences::count(count, "ansættelse", "ansættelser");
    out.out(format!("slettet: personens nøgle er destrueret; det er noteret på {ansaettelser}")).await?;
    Ok(DONE)
}
