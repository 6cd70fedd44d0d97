//! `rebuild`

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::words::Friststatus;
use uuid::Uuid;

use super::{DONE, Failure, Out, REFUSED};
use crate::core::{App, Progress, Upgrade};
use crate::projections::{Change, Said};
use crate::sentences;

pub(super) async fn rebuild(app: &Arc<App>, compare: bool, out: &Out) -> Result<u8, Failure> {
    if !compare {
        let position = app.rebuild(&Progress::default()).await?;
        out.out(format!("visningerne er bygget på ny af {} hændelser", position)).await?;
        return Ok(DONE);
    }
    let (position, differences) = app.compare().await?;
    for difference in &differences {
        out.out(difference).await?;
    }
    if differences.is_empty() {
        out.out(format!("ens: ingen forskelle efter {position} hændelser")).await?;
        upgrade(app, out).await?;
        return Ok(DONE);
    }
    out.error(sentences::count(differences.len() as u64, "forskel", "forskelle")).await?;
    Ok(REFUSED)
}

/// What the program or the rules before had shown otherwise: what changed and after which source, then case by case. That
/// is no fault.
async fn upgrade(app: &Arc<App>, out: &Out) -> Result<(), Failure> {
    let Upgrade { position, today, changes } = match app.upgrade().await? {
        Ok(None) => return Ok(()),
        Ok(Some(upgrade)) => upgrade,
        Err(error) => {
            return out
                .out(format!("det, der blev vist før, kan der ikke sammenlignes med: checkpointet {error}"))
                .await;
        }
    };
    let mut cases: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    let mut why: BTreeMap<String, usize> = BTreeMap::new();
    for Change { forloeb, said } in &changes {
        let (line, reason) = sentence(said);
        *why.entry(reason).or_default() += 1;
        let lines = cases.entry(*forloeb).or_default();
        if !asks_nothing(said) {
            lines.push(line);
        }
    }
    let count = sentences::count(cases.len() as u64, "forløb vises", "forløb vises");
    cases.retain(|_, lines| !lines.is_empty());
    out.out(format!(
        "siden det forrige program eller de forrige regler: {count} anderledes den {today} efter {position} hændelser"
    ))
    .await?;
    for (reason, count) in why {
        out.out(format!("{count} × {reason}")).await?;
    }
    for (id, lines) in cases {
        out.out(format!("forloeb {id}: {}", lines.join("; "))).await?;
    }
    Ok(())
}

/// A new frist that nobody is to do anything about: counted, and not told case by case.
const fn asks_nothing(said: &Said) -> bool {
    matches!(said, Said::Frist(_, None, Some(Friststatus::Bortfaldet | Friststatus::Undtaget | Friststatus::Coming), _))
}

/// What is otherwise about one case, and how it is counted, with why.
fn sentence(said: &Said) -> (String, String) {
    let joined = "F: rækker, der kun skilles af fridage, er ét forløb, og et skift af myndighed deler det";
    match said {
        Said::Joined(into) => (format!("er nu en del af {into}"), format!("lagt sammen med et andet. {joined}")),
        Said::Parted(from) => (format!("er skilt fra {from}"), format!("skilt fra et andet. {joined}")),
        Said::Gone => one("er ikke længere et forløb"),
        Said::New => one("er nu et forløb"),
        Said::Foerste(was, is) => {
            (format!("F {was} → {is}"), "F er en anden dag: første hele fraværsdag, og fridage imellem".to_owned())
        }
        Said::Sidste(was, is) => {
            (format!("sidste fraværsdag {} → {}", day(*was), day(*is)), "sidste fraværsdag er en anden".to_owned())
        }
        Said::Frist(art, was, is, kilde) => {
            let line = format!("{art} {} → {}", status(*was), status(*is));
            let reason = if kilde.is_empty() { line.clone() } else { format!("{line}. Kilde: {kilde}") };
            (line, reason)
        }
        Said::Lovdag(was, is) => {
            (format!("næste lovdag {} → {}", day(*was), day(*is)), "næste lovdag er en anden".to_owned())
        }
    }
}

fn one(text: &str) -> (String, String) {
    (text.to_owned(), text.to_owned())
}

fn day(dag: Option<NaiveDate>) -> String {
    dag.map_or_else(|| "ingen".to_owned(), |dag| dag.to_string())
}

fn status(status: Option<Friststatus>) -> &'static str {
    status.map_or("ingen", Friststatus::code)
}
