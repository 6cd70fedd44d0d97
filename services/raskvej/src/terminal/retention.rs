//! `retention`: who is past the periods of keeping, what is done about it, and who is not to be erased.

use std::sync::Arc;

use app::retention::Due;
use app::stored::SletningsstopSat;
use forloeb::Aktoer;
use forloeb::refusal::BrokenRegel;
use forloeb::words::Sletningsgrund;
use serde::{Deserialize, Serialize};

use super::erase::{Reason, carry_out, certificate};
use super::{Also, DONE, Failure, Out, REFUSED};
use crate::core::App;
use crate::sentences;

/// Longest reason of a hold.
const LONGEST_AARSAG: usize = 500;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Tell who is past their periods.
    List,
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
        What::List => list(app, out).await,
        What::CarryOut => erase_due(app, out).await,
        What::Hold { medarbejder, gaelder, aarsag } => hold(app, &medarbejder, gaelder, &aarsag, out).await,
    }
}

async fn list(app: &Arc<App>, out: &Out) -> Result<u8, Failure> {
    let due = app.past_retention().await?;
    for due in &due {
        out.out(line(due)).await?;
    }
    let persons = sentences::count(due.len() as u64, "person", "personer");
    let next = if due.is_empty() { "" } else { " Slet dem med --udfoer." };
    out.error(format!("{persons} er opbevaret længere, end fristerne siger.{next}")).await?;
    Ok(DONE)
}

fn line(due: &Due) -> String {
    let numbers = due.medarbejder_nr.join(", ");
    let stop = due.sletningsstop.as_ref().map(|why| format!("; sletningsstop: {why}")).unwrap_or_default();
    let refusion = if due.refusion { "; der er refusion, som kan anmodes om endnu" } else { "" };
    format!("{numbers}  opbevaret til {}{stop}{refusion}  ({})", sentences::dato(due.opbevares_til), due.kilde)
}

/// One after the other, each with its certificate; what speaks against one stops none of the others.
async fn erase_due(app: &Arc<App>, out: &Out) -> Result<u8, Failure> {
    let (mut erased, mut left) = (0, 0);
    for due in app.past_retention().await? {
        let Some(nr) = due.medarbejder_nr.first() else { continue };
        if due.sletningsstop.is_some() {
            out.error(line(&due)).await?;
            left += 1;
            continue;
        }
        let words = format!("opbevaret til {}", due.opbevares_til);
        let reason = Reason { grund: Sletningsgrund::OpbevaringUdloebet, words };
        match carry_out(app, nr, &reason, Also::default(), "opbevaring").await {
            Ok((erasure, lines)) => {
                for line in lines {
                    out.out(line).await?;
                }
                out.out(certificate(&erasure, &reason, "raskvej retention")).await?;
                erased += 1;
            }
            Err(denial) => {
                out.error(format!("{}: {denial}", due.medarbejder_nr.join(", "))).await?;
                left += 1;
            }
        }
    }
    let (persons, others) = (sentences::count(erased, "person", "personer"), sentences::figure(left));
    out.out(format!("slettet: {persons}; ikke slettet: {others}")).await?;
    Ok(if left == 0 { DONE } else { REFUSED })
}

async fn hold(app: &Arc<App>, nr: &str, gaelder: bool, aarsag: &str, out: &Out) -> Result<u8, Failure> {
    let aarsag = aarsag.trim();
    if aarsag.is_empty() || aarsag.chars().count() > LONGEST_AARSAG {
        return Err(Failure::usage(format!("--aarsag skal være fra 1 til {LONGEST_AARSAG} tegn.")));
    }
    if app.projections().stamdata(nr).is_none() {
        return Err(Failure::new(sentences::regel(&BrokenRegel::UnknownAnsaettelse)));
    }
    if app.projections().is_erased(nr) {
        return Err(Failure::new(sentences::regel(&BrokenRegel::PersonSlettet)));
    }
    if app.hold(nr).await.map_err(crate::core::OpenFolderError::from)?.is_some() == gaelder {
        let is = if gaelder { "er allerede" } else { "er ikke" };
        return Err(Failure::new(format!("Der {is} sletningsstop på {nr}.")));
    }
    let told = SletningsstopSat { gaelder, aarsag: aarsag.to_owned() };
    app.set_hold(nr, &told, &Aktoer::system("terminal")).await?;
    let now = if gaelder { "intet om personen slettes, før det er ophævet" } else { "ophævet" };
    out.out(format!("sletningsstop på {nr}: {now}")).await?;
    Ok(DONE)
}
