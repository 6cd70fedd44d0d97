//! `erase`

use std::sync::Arc;

use app::core::Obstacle;
use app::erase::{Erasure, ErasureDenial, Reason, Shared, WouldErase};
use app::free_text::Hints;
use forloeb::Aktoer;
use forloeb::refusal::BrokenRegel;
use forloeb::words::Sletningsgrund;

use super::{Also, DONE, Failure, Out};
use crate::core::App;
use crate::erasing::{CLOCK, LONGEST_AARSAG, TERMINAL, certificate, told_of_aarsag};
use crate::sentences;

/// What the erasure leaves behind, and what it takes besides: a key that two employees have had, one of them by mistake.
/// It stays where it is somebody's now; where it only was, what was written about them with it is gone too.
pub(super) fn line(shared: &Shared) -> String {
    let Shared { nr, other, kept } = shared;
    if *kept {
        format!(
            "beholdt: {nr} har stået med det personnummer, som {other} har nu. Det, der blev skrevet om {nr} med den \
             nøgle, vises ikke mere, og er først helt væk, når også {other} slettes"
        )
    } else {
        format!(
            "også væk: {other} har stået med det slettede personnummer. Det, der blev skrevet om {other} dengang, kan \
             ikke læses mere"
        )
    }
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

impl From<ErasureDenial> for Failure {
    fn from(denial: ErasureDenial) -> Self {
        match denial {
            ErasureDenial::Unknown => Self::new(sentences::regel(&BrokenRegel::UnknownAnsaettelse)),
            ErasureDenial::Already => Self::new("Personen var allerede slettet."),
            ErasureDenial::Clock => Self::new(format!("Intet er slettet. {CLOCK}")),
            ErasureDenial::Others(others) => Self::new(format!(
                "Intet er slettet. Nøglen åbner også det, der blev skrevet om {}, da de stod med samme personnummer, \
                 og det ville gå tabt. Skal det det, så tilføj --ogsaa-andres.",
                others.join(", ")
            )),
            ErasureDenial::Obstacles(met) => {
                let (reasons, flags): (Vec<_>, Vec<_>) =
                    met.iter().map(|(obstacle, nr)| refusal(*obstacle, nr)).unzip();
                let flags: Vec<_> = flags.into_iter().flatten().collect();
                let meant = if flags.is_empty() {
                    String::new()
                } else {
                    format!(" Er det meningen, så tilføj {}.", flags.join(" "))
                };
                Self::new(format!("Intet er slettet. {}{meant}", reasons.join(" ")))
            }
            ErasureDenial::List(error) => Self::new(format!("Intet er slettet: {error}")),
            ErasureDenial::Failed(error) => error.into(),
        }
    }
}

/// Tells what an erasure would do, and does not do it. What speaks against it is said as it would be.
pub(super) async fn try_out(app: &Arc<App>, nr: &str, also: Also, out: &Out) -> Result<u8, Failure> {
    let WouldErase { numbers, forloeb, shared, denial } = app.would_erase(nr, also).await?;
    let ansaettelser = sentences::count(numbers.len() as u64, "ansættelse", "ansættelser");
    let forloeb = sentences::count(forloeb as u64, "forløb", "forløb");
    out.out(format!(
        "ville blive slettet: {ansaettelser} ({}) med {forloeb}. Navn, mail, telefon, CPR-nummer og al fritekst kan så ikke \
         læses mere; dage, frister og beløb bliver stående uden navn",
        numbers.join(", ")
    ))
    .await?;
    for shared in &shared {
        out.out(line(shared)).await?;
    }
    match denial {
        Some(denial) => Err(ErasureDenial::from(denial).into()),
        None => {
            out.error("Intet er slettet endnu, og intet taler imod.").await?;
            Ok(DONE)
        }
    }
}

pub(super) async fn erase(
    app: &Arc<App>,
    nr: &str,
    (grund, words): (Sletningsgrund, String),
    also: Also,
    to_file: bool,
    out: &Out,
) -> Result<u8, Failure> {
    let words = words.trim().to_owned();
    if words.is_empty() && grund == Sletningsgrund::Andet || words.chars().count() > LONGEST_AARSAG {
        return Err(Failure::usage(format!("--aarsag skal være fra 1 til {LONGEST_AARSAG} tegn.")));
    }
    let hints = Hints::of(&words);
    let reason = Reason { grund, words };
    let (erasure, shared): (Erasure, _) = app.erase(nr, &reason, also, &Aktoer::system(TERMINAL)).await?;
    for shared in &shared {
        out.out(line(shared)).await?;
    }
    let ansaettelser = sentences::count(erasure.numbers.len() as u64, "ansættelse", "ansættelser");
    out.out(format!("slettet: personens nøgle er destrueret; det er noteret på {ansaettelser}")).await?;
    if let Some(said) = told_of_aarsag(hints) {
        out.error(format!("--aarsag: {said}")).await?;
    }
    let attest = certificate(&erasure);
    if to_file {
        out.data(attest.into_bytes()).await?;
    } else {
        out.error(attest).await?;
    }
    Ok(DONE)
}
