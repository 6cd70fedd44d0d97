//! `replay`: the history in order, or the state as it was known at a time. The open part only: no key is used.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use eventlog::{ReadError, ReadOnlyReason, Recorded};
use forloeb::frister::{Assessment, assess};
use forloeb::{Aktoer, Forloeb};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{DONE, Failure, Format, Out};
use crate::clock::{dag_in_denmark, local};
use crate::core::App;
use crate::money::kroner;
use crate::projections::ANSAETTELSE;
use crate::sentences;
use crate::views::forloeb::ForloebView;
use app::failure::Internal;
use app::stored::{Unreadable, aktoer, open_part, read_record, time};
use texts::standing::is_still_in_time;

/// Events read at a time.
const AT_A_TIME: usize = 1024;
pub(super) async fn replay(
    app: &Arc<App>,
    forloeb: Option<Uuid>,
    til: Option<DateTime<Utc>>,
    format: Format,
    out: &Out,
) -> Result<u8, Failure> {
    match (forloeb, til) {
        (None, None) => whole_log(app, format, out).await?,
        (Some(id), None) => one_forloeb(app, id, format, out).await?,
        (Some(id), Some(til)) => {
            let dag = dag_in_denmark(til);
            let f = known(app, &whose(app, id)?, til).await?.into_iter().find(|f| f.called(id));
            let f = f.ok_or_else(|| Failure::new("Forløbet var ikke kendt på det tidspunkt."))?;
            let v = assess(&f, dag, &app.book());
            match format {
                Format::Json => out.out(forloeb_json(&f, &v, dag)?).await?,
                Format::Text => {
                    for line in forloeb_text(&f, &v, dag) {
                        out.out(line).await?;
                    }
                }
            }
        }
        (None, Some(til)) => aabne(app, til, format, out).await?,
    }
    let damage = app.log.health().read_only.into_iter().find(|grund| matches!(grund, ReadOnlyReason::Damaged(_)));
    match damage {
        Some(damage) => Err(Failure::new(format!("Det viste er ikke hele historikken: {damage}"))),
        None => Ok(DONE),
    }
}

async fn whole_log(app: &App, format: Format, out: &Out) -> Result<(), Failure> {
    let (end, mut after, mut count) = (app.log.head().position, 0, AT_A_TIME);
    while after < end {
        let haendelser = match app.log.read(after, count).await {
            Err(ReadError::Damaged(_)) if count > 1 => {
                count /= 2; // those before the damage are told first
                continue;
            }
            answer => answer.map_err(|error| {
                Failure::new(format!("Hændelserne fra position {} kan ikke læses: {error}", after + 1))
            })?,
        };
        let Some(sidste) = haendelser.last() else { break };
        after = sidste.position;
        for r in haendelser.iter().take_while(|r| r.position <= end) {
            out.out(one(r, format)?).await?;
        }
    }
    Ok(())
}

async fn one_forloeb(app: &App, id: Uuid, format: Format, out: &Out) -> Result<(), Failure> {
    let nr = whose(app, id)?;
    // An absence that never becomes a forløb has a history too.
    let f = app.forloeb(id).await?;
    let about = |h: Uuid| h == id || f.as_ref().is_some_and(|f| f.called(h));
    let stream = eventlog::StreamId::new(format!("{ANSAETTELSE}{nr}")).map_err(|e| Failure::new(e.to_string()))?;
    let (mut fra, mut count) = (0, AT_A_TIME);
    loop {
        let haendelser = match app.log.read_stream_with_hashes(&stream, fra, count).await {
            Err(ReadError::Damaged(_)) if count > 1 => {
                count /= 2;
                continue;
            }
            answer => answer.map_err(|error| {
                Failure::new(format!("Ansættelsens hændelser fra version {} kan ikke læses: {error}", fra + 1))
            })?,
        };
        let Some(sidste) = haendelser.last() else { return Ok(()) };
        fra = sidste.version;
        for r in &haendelser {
            let post = read_record(r, time(r)?)?;
            if post.haendelse.forloeb().is_some_and(about) {
                out.out(one(r, format)?).await?;
            }
        }
    }
}

async fn aabne(app: &App, til: DateTime<Utc>, format: Format, out: &Out) -> Result<(), Failure> {
    let dag = dag_in_denmark(til);
    let mut walk = app.go_through();
    while let Some(ansaettelse) = walk.next().await? {
        for f in ansaettelse.known(til).forloeb(&app.book()).iter().filter(|f| f.is_aabent(dag)) {
            let v = assess(f, dag, &app.book());
            out.out(match format {
                Format::Json => forloeb_json(f, &v, dag)?,
                Format::Text => one_line(f, dag),
            })
            .await?;
        }
    }
    Ok(())
}

fn whose(app: &App, id: Uuid) -> Result<String, Failure> {
    let nr = app.projections().whose(id).map(str::to_owned);
    nr.ok_or_else(|| Failure::new("Forløbet findes ikke."))
}

/// The forløb of an employment as they were known.
async fn known(app: &App, nr: &str, til: DateTime<Utc>) -> Result<Vec<Forloeb>, Failure> {
    Ok(app.whole(nr).await?.known(til).forloeb(&app.book()))
}

/// One event, as it is told to somebody without keys.
///
/// # Errors
/// What is stored cannot be read.
pub fn haendelse_json(r: &Recorded) -> Result<String, Unreadable> {
    let line = Line {
        aktoer: aktoer(r)?,
        data: open_part(r)?,
        hash: r.hash.map(|hash| hash.to_string()),
        position: r.position,
        stream: r.stream.as_str(),
        tidspunkt: time(r)?.to_rfc3339_opts(SecondsFormat::Micros, true),
        kind: &r.kind,
        version: r.version,
    };
    serde_json::to_string(&line).map_err(|error| Internal::new("hændelsen kan ikke skrives som JSON", error).into())
}

/// A line of the history.
#[derive(Serialize)]
struct Line<'a> {
    aktoer: Aktoer,
    data: Map<String, Value>,
    hash: Option<String>,
    position: u64,
    #[serde(rename = "stroem")]
    stream: &'a str,
    tidspunkt: String,
    #[serde(rename = "type")]
    kind: &'a str,
    version: u64,
}

fn one(r: &Recorded, format: Format) -> Result<String, Unreadable> {
    Ok(match format {
        Format::Json => haendelse_json(r)?,
        Format::Text => {
            let time = local(time(r)?).format("%d-%m-%Y %H:%M:%S");
            let who = who(&aktoer(r)?);
            let data = Value::from(open_part(r)?);
            format!("{:>8}  {time}  {} v{}  {}  af {who}  {data}", r.position, r.stream, r.version, r.kind)
        }
    })
}

fn who(a: &Aktoer) -> String {
    let token = a.token.as_ref().map(|id| format!("(nøgle {id})"));
    let parts = [a.rolle.map(|r| sentences::rolle_name(r).to_owned()), a.nr.clone(), a.navn.clone(), token];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// As the API shows it.
fn forloeb_json(f: &Forloeb, v: &Assessment, dag: NaiveDate) -> Result<String, Failure> {
    serde_json::to_string(&ForloebView::af(f, v, dag)).map_err(|e| Failure::new(e.to_string()))
}

fn one_line(f: &Forloeb, dag: NaiveDate) -> String {
    let leder = f.leder(dag).unwrap_or("ingen");
    let nr = &f.medarbejder_nr;
    format!(
        "{}  medarbejder {nr}  enhed {}  leder {leder}  fra {}  dag {}",
        f.id,
        f.stamdata_now(dag).enhed,
        f.foerste,
        f.dag_number(dag)
    )
}

fn forloeb_text(f: &Forloeb, v: &Assessment, dag: NaiveDate) -> Vec<String> {
    let mut lines = vec![one_line(f, dag)];
    let end = f.sidste.map(|s| format!(", sidste fraværsdag {}", sentences::dato(s))).unwrap_or_default();
    lines.push(format!(
        "{}, {}, {} %{end}",
        if f.is_aabent(dag) { "åbent" } else { "afsluttet" },
        sentences::aarsag_name(f.aarsag),
        sentences::percent(f.omfang_or_last(dag)),
    ));
    for fr in &v.frister {
        let loest = fr.loest_af.as_ref().map(|l| format!(" ({})", l.name)).unwrap_or_default();
        let (name, in_time) = (sentences::frist_name(fr.art), is_still_in_time(fr.status, fr.lovdag, dag));
        let status = if in_time { "efter måldagen" } else { sentences::status_name(fr.status) };
        lines.push(format!("  {name:<24} måldag {}  lovdag {}  {status}{loest}", fr.maaldag, fr.lovdag));
    }
    let r = &v.refusion;
    lines.push(format!("  refusion fra {}, anmeldes senest {}", r.foerste_refusionsdag, r.lovdag));
    if let Some(m) = r.mistet {
        let kr = r.mistet_skoen.map(|s| format!(", skønnet {}", kroner(s.beloeb))).unwrap_or_default();
        lines.push(format!("  mistet {} til {}{kr}", m.fra, m.til));
    }
    lines
}
