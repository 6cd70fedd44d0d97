//! `rebuild`

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use forloeb::Oere;
use forloeb::words::Friststatus;
use serde::Serialize;
use uuid::Uuid;

use super::{DONE, Failure, Format, Out, REFUSED, as_json};
use crate::core::{App, Progress, Upgrade};
use crate::money::kroner;
use crate::projections::{Amount, Change, Said};
use crate::sentences;

/// How often it is told how far the work is.
const TELLS_EVERY: Duration = Duration::from_millis(200);

/// What a comparison came to.
#[derive(Serialize)]
struct Compared<'a> {
    #[serde(rename = "ens")]
    equal: bool,
    haendelser: u64,
    #[serde(rename = "forskelle")]
    differences: &'a BTreeSet<String>,
}

/// A forløb that is shown otherwise than before.
#[derive(Serialize)]
struct Otherwise<'a> {
    forloeb: Uuid,
    #[serde(rename = "anderledes")]
    otherwise: &'a [String],
}

/// Tells how far work is until it is done.
async fn with_bar<T>(progress: &Progress, out: &Out, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            () = tokio::time::sleep(TELLS_EVERY) => {
                let (now, i_alt) = progress.read();
                out.progress(now, i_alt);
            }
        }
    }
}

pub(super) async fn rebuild(app: &Arc<App>, compare: bool, format: Format, out: &Out) -> Result<u8, Failure> {
    let progress = Progress::default();
    if !compare {
        let position = with_bar(&progress, out, app.rebuild(&progress)).await?;
        out.out(format!("visningerne er bygget på ny af {} hændelser", position)).await?;
        return Ok(DONE);
    }
    let (position, differences) = with_bar(&progress, out, app.compare(&progress)).await?;
    match format {
        Format::Json => {
            let equal = differences.is_empty();
            out.out(as_json(&Compared { equal, haendelser: position, differences: &differences })?).await?;
        }
        Format::Text => {
            for difference in &differences {
                out.out(difference).await?;
            }
        }
    }
    if differences.is_empty() {
        if format == Format::Text {
            out.out(format!("ens: ingen forskelle efter {position} hændelser")).await?;
        }
        upgrade(app, format, out).await?;
        return Ok(DONE);
    }
    out.error(sentences::count(differences.len() as u64, "forskel", "forskelle")).await?;
    Ok(REFUSED)
}

/// What the program or the rules before had shown otherwise: what changed and after which source, then case by case. That
/// is no fault.
async fn upgrade(app: &Arc<App>, format: Format, out: &Out) -> Result<(), Failure> {
    let Upgrade { position, today, changes, with_amounts } = match app.upgrade().await? {
        Ok(None) => return Ok(()),
        Ok(Some(upgrade)) => upgrade,
        Err(error) => {
            let line = format!("det, der blev vist før, kan der ikke sammenlignes med: checkpointet {error}");
            return if format == Format::Json { out.error(line).await } else { out.out(line).await };
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
    if format == Format::Json {
        for (forloeb, otherwise) in &cases {
            out.out(as_json(&Otherwise { forloeb: *forloeb, otherwise })?).await?;
        }
        return Ok(());
    }
    out.out(format!(
        "siden det forrige program eller de forrige regler: {count} anderledes den {today} efter {position} hændelser"
    ))
    .await?;
    if !with_amounts {
        out.out("kroner og det, der venter, er ikke sammenlignet: det forrige program gemte dem ikke").await?;
    }
    for line in sums(&changes) {
        out.out(line).await?;
    }
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
        Said::Beloeb(amount, was, is) => {
            let what = amount_name(*amount);
            (format!("{what} {} → {}", beloeb(*was), beloeb(*is)), format!("{what}: et andet beløb"))
        }
        Said::Waiting(was, is) => {
            let more = if is > was { "mere" } else { "mindre" };
            (format!("opgaver, der venter: {was} → {is}"), format!("der venter {more}"))
        }
        Said::Maaldag(was, is) => (
            format!("den første opgave er til {} → {}", day(*was), day(*is)),
            "den første opgave er til en anden dag".to_owned(),
        ),
        Said::Lovdag(was, is) => {
            (format!("næste lovdag {} → {}", day(*was), day(*is)), "næste lovdag er en anden".to_owned())
        }
    }
}

/// What each amount comes to for all forløb that show it otherwise, before and now.
fn sums(changes: &[Change]) -> Vec<String> {
    let mut all: BTreeMap<Amount, (Oere, Oere)> = BTreeMap::new();
    for change in changes {
        let Said::Beloeb(amount, was, is) = &change.said else { continue };
        let (before, now) = all.entry(*amount).or_default();
        *before += was.unwrap_or_default();
        *now += is.unwrap_or_default();
    }
    let line = |(amount, (was, is)): (Amount, (Oere, Oere))| {
        format!("{} i alt for dem, der er ændret: {} → {}", amount_name(amount), kroner(was), kroner(is))
    };
    all.into_iter().map(line).collect()
}

const fn amount_name(amount: Amount) -> &'static str {
    match amount {
        Amount::IFare => "i fare",
        Amount::Mistet => "mistet, fordi anmeldelsen kom for sent",
        Amount::ForSentAnmodet => "mistet, fordi anmodningen kom for sent",
        Amount::CanAnmodes => "kan anmodes om",
    }
}

fn beloeb(amount: Option<Oere>) -> String {
    amount.map_or_else(|| "intet".to_owned(), kroner)
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

#[cfg(test)]
mod tests {
    use super::super::Message;
    use super::*;

    /// Ten of thirty events are read, and the rest waits until that has been told.
    #[tokio::test]
    async fn the_bar_tells_how_far_the_work_is_while_it_goes_on() {
        let (out, mut told) = Out::channel();
        let progress = Progress::default();
        let (go_on, waits) = tokio::sync::oneshot::channel();
        let work = async {
            progress.begin(30);
            progress.onward(10);
            waits.await.unwrap();
            "færdig"
        };
        let reader = async {
            let first = told.recv().await;
            go_on.send(()).unwrap();
            first
        };
        let (done, first) = tokio::join!(with_bar(&progress, &out, work), reader);
        assert_eq!((done, first), ("færdig", Some(Message::Progress { now: 10, i_alt: 30 })));
    }

    #[tokio::test]
    async fn work_that_is_quick_tells_nothing_on_its_way() {
        let (out, mut told) = Out::channel();
        assert_eq!(with_bar(&Progress::default(), &out, async { 7 }).await, 7);
        drop(out);
        assert_eq!(told.recv().await, None);
    }
}
