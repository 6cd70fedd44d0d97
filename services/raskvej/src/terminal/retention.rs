//! `retention`: who is past the periods of keeping, what is done about it, and who is not to be erased.

use std::sync::Arc;

use app::erase::ErasureDenial;
use app::retention::Due;
use forloeb::Aktoer;
use serde::{Deserialize, Serialize};

use super::{Also, DONE, Failure, Format, Out, REFUSED, as_json};
use crate::core::App;
use crate::erasing::{
    self, CLOCK, HoldDenial, LONGEST_AARSAG, RETENTION, TERMINAL, certificate, erase_due, told_of_aarsag,
};
use crate::sentences;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Tell who is past their periods.
    List {
        /// Form.
        #[serde(default)]
        format: Format,
    },
    /// Erase them.
    CarryOut,
    /// Set a hold, or lift it.
    Hold {
        /// Employee number.
        medarbejder: String,
        /// It holds from now on.
        gaelder: bool,
        /// Why.
        aarsag: String,
    },
}

pub(super) async fn retention(app: &Arc<App>, what: What, out: &Out) -> Result<u8, Failure> {
    match what {
        What::List { format } => list(app, format, out).await,
        What::CarryOut => erase_all_due(app, out).await,
        What::Hold { medarbejder, gaelder, aarsag } => hold(app, &medarbejder, gaelder, &aarsag, out).await,
    }
}

async fn list(app: &Arc<App>, format: Format, out: &Out) -> Result<u8, Failure> {
    let due = app.past_retention(|_, _| true, None, usize::MAX).await?.all;
    for due in &due {
        out.out(if format == Format::Json { as_json(due)? } else { line(due) }).await?;
    }
    let persons = sentences::count(due.len() as u64, "person", "personer");
    let next = if due.is_empty() { "" } else { " Slet dem med --udfoer." };
    out.error(format!("{persons} er opbevaret længere, end fristerne siger.{next}")).await?;
    if app.clock_in_doubt().await.is_some() {
        out.error(CLOCK.to_owned()).await?;
    }
    Ok(DONE)
}

fn line(due: &Due) -> String {
    let numbers = due.medarbejder_nr.join(", ");
    let stop = due.sletningsstop.as_ref().map(|why| format!("; sletningsstop: {why}")).unwrap_or_default();
    let refusion = if due.refusion { "; der er refusion, som kan anmodes om endnu" } else { "" };
    format!("{numbers}  opbevaret til {}{stop}{refusion}  ({})", sentences::dato(due.opbevares_til), due.kilde)
}

/// One after the other, each with its certificate; what speaks against one stops none of the others.
async fn erase_all_due(app: &Arc<App>, out: &Out) -> Result<u8, Failure> {
    if app.clock_in_doubt().await.is_some() {
        return Err(ErasureDenial::Clock.into());
    }
    let (mut erased, mut left) = (0, 0);
    for due in app.past_retention(|_, _| true, None, usize::MAX).await?.all {
        if due.sletningsstop.is_some() {
            out.error(line(&due)).await?;
            left += 1;
            continue;
        }
        match erase_due(app, &due, Also::default(), &Aktoer::system(RETENTION)).await {
            Ok((erasure, shared)) => {
                for shared in &shared {
                    out.out(super::erase::line(shared)).await?;
                }
                out.out(certificate(&erasure)).await?;
                erased += 1;
            }
            Err(denial) => {
                out.error(format!("{}: {}", due.medarbejder_nr.join(", "), Failure::from(denial))).await?;
                left += 1;
            }
        }
    }
    let (persons, others) = (sentences::count(erased, "person", "personer"), sentences::figure(left));
    out.out(format!("slettet: {persons}; ikke slettet: {others}")).await?;
    Ok(if left == 0 { DONE } else { REFUSED })
}

async fn hold(app: &Arc<App>, nr: &str, gaelder: bool, aarsag: &str, out: &Out) -> Result<u8, Failure> {
    let hints = erasing::hold(app, nr, gaelder, aarsag, &Aktoer::system(TERMINAL)).await;
    let hints = hints.map_err(|denial| match denial {
        HoldDenial::Aarsag => Failure::usage(format!("--aarsag skal være fra 1 til {LONGEST_AARSAG} tegn.")),
        denial => Failure::new(denial.text(nr)),
    })?;
    let now = if gaelder { "intet om personen slettes, før det er ophævet" } else { "ophævet" };
    out.out(format!("sletningsstop på {nr}: {now}")).await?;
    if let Some(said) = told_of_aarsag(hints) {
        out.error(format!("--aarsag: {said}")).await?;
    }
    Ok(DONE)
}
