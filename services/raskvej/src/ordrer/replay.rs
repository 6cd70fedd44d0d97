//! `replay`: the history in order, or the state as it was known at a time. The open part only: no key is used.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use eventlog::{ReadError, ReadOnlyReason, Recorded};
use forloeb::frister::{Vurdering, vurder};
use forloeb::{Aktoer, Forloeb};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Afslag, Format, GJORT, Ud};
use crate::http::visning::ForloebVisning;
use crate::kerne::Kerne;
use crate::tekster;
use crate::ur::{dag_i_danmark, lokal};
use crate::visninger::ANSAETTELSE;
use app::failure::Internal;
use app::stored::{Unreadable, aaben_del, aktoer, laes_post, tid};

/// Events read at a time.
const AD_GANGEN: usize = 1024;
pub(super) async fn replay(
    kerne: &Arc<Kerne>,
    forloeb: Option<Uuid>,
    til: Option<DateTime<Utc>>,
    format: Format,
    ud: &Ud,
) -> Result<u8, Afslag> {
    match (forloeb, til) {
        (None, None) => hele_loggen(kerne, format, ud).await?,
        (Some(id), None) => et_forloeb(kerne, id, format, ud).await?,
        (Some(id), Some(til)) => {
            let dag = dag_i_danmark(til);
            let f = kendt(kerne, &hvis(kerne, id)?, til).await?.into_iter().find(|f| f.hedder(id));
            let f = f.ok_or_else(|| Afslag::ny("Forløbet var ikke kendt på det tidspunkt."))?;
            let v = vurder(&f, dag, &kerne.bog());
            match format {
                Format::Json => ud.ud(forloeb_json(&f, &v, dag)?).await?,
                Format::Text => {
                    for linje in forloeb_tekst(&f, &v, dag) {
                        ud.ud(linje).await?;
                    }
                }
            }
        }
        (None, Some(til)) => aabne(kerne, til, format, ud).await?,
    }
    let skade = kerne.log.health().read_only.into_iter().find(|grund| matches!(grund, ReadOnlyReason::Damaged(_)));
    match skade {
        Some(skade) => Err(Afslag::ny(format!("Det viste er ikke hele historikken: {skade}"))),
        None => Ok(GJORT),
    }
}

async fn hele_loggen(kerne: &Kerne, format: Format, ud: &Ud) -> Result<(), Afslag> {
    let (slut, mut efter, mut antal) = (kerne.log.head().position, 0, AD_GANGEN);
    while efter < slut {
        let haendelser = match kerne.log.read(efter, antal).await {
            Err(ReadError::Damaged(_)) if antal > 1 => {
                antal /= 2; // those before the damage are told first
                continue;
            }
            svar => svar
                .map_err(|fejl| Afslag::ny(format!("Hændelserne fra position {} kan ikke læses: {fejl}", efter + 1)))?,
        };
        let Some(sidste) = haendelser.last() else { break };
        efter = sidste.position;
        for r in haendelser.iter().take_while(|r| r.position <= slut) {
            ud.ud(en(r, format)?).await?;
        }
    }
    Ok(())
}

async fn et_forloeb(kerne: &Kerne, id: Uuid, format: Format, ud: &Ud) -> Result<(), Afslag> {
    let nr = hvis(kerne, id)?;
    // An absence that never becomes a forløb has a history too.
    let f = kerne.forloeb(id).await?;
    let om = |h: Uuid| h == id || f.as_ref().is_some_and(|f| f.hedder(h));
    let stroem = eventlog::StreamId::new(format!("{ANSAETTELSE}{nr}")).map_err(|e| Afslag::ny(e.to_string()))?;
    let (mut fra, mut antal) = (0, AD_GANGEN);
    loop {
        let haendelser = match kerne.log.read_stream_with_hashes(&stroem, fra, antal).await {
            Err(ReadError::Damaged(_)) if antal > 1 => {
                antal /= 2;
                continue;
            }
            svar => svar.map_err(|fejl| {
                Afslag::ny(format!("Ansættelsens hændelser fra version {} kan ikke læses: {fejl}", fra + 1))
            })?,
        };
        let Some(sidste) = haendelser.last() else { return Ok(()) };
        fra = sidste.version;
        for r in &haendelser {
            let post = laes_post(r, tid(r)?)?;
            if post.haendelse.forloeb().is_some_and(om) {
                ud.ud(en(r, format)?).await?;
            }
        }
    }
}

async fn aabne(kerne: &Kerne, til: DateTime<Utc>, format: Format, ud: &Ud) -> Result<(), Afslag> {
    let dag = dag_i_danmark(til);
    let mut gennemgang = kerne.gennemgaa();
    while let Some(ansaettelse) = gennemgang.naeste().await? {
        for f in ansaettelse.kendt(til).forloeb(&kerne.bog()).iter().filter(|f| f.er_aabent(dag)) {
            let v = vurder(f, dag, &kerne.bog());
            ud.ud(match format {
                Format::Json => forloeb_json(f, &v, dag)?,
                Format::Text => kort(f, dag),
            })
            .await?;
        }
    }
    Ok(())
}

fn hvis(kerne: &Kerne, id: Uuid) -> Result<String, Afslag> {
    let nr = kerne.vis().hvis(id).map(str::to_owned);
    nr.ok_or_else(|| Afslag::ny("Forløbet findes ikke."))
}

/// The forløb of an employment as they were known.
async fn kendt(kerne: &Kerne, nr: &str, til: DateTime<Utc>) -> Result<Vec<Forloeb>, Afslag> {
    Ok(kerne.hele(nr).await?.kendt(til).forloeb(&kerne.bog()))
}

/// One event, as it is told to somebody without keys.
///
/// # Errors
/// What is stored cannot be read.
pub fn haendelse_json(r: &Recorded) -> Result<String, Unreadable> {
    let line = Linje {
        aktoer: aktoer(r)?,
        data: aaben_del(r)?,
        hash: r.hash.map(|hash| hash.to_string()),
        position: r.position,
        stroem: r.stream.as_str(),
        tidspunkt: tid(r)?.to_rfc3339_opts(SecondsFormat::Micros, true),
        kind: &r.kind,
        version: r.version,
    };
    serde_json::to_string(&line).map_err(|fejl| Internal::new("hændelsen kan ikke skrives som JSON", fejl).into())
}

/// A line of the history.
#[derive(Serialize)]
struct Linje<'a> {
    aktoer: Aktoer,
    data: Map<String, Value>,
    hash: Option<String>,
    position: u64,
    stroem: &'a str,
    tidspunkt: String,
    #[serde(rename = "type")]
    kind: &'a str,
    version: u64,
}

fn en(r: &Recorded, format: Format) -> Result<String, Unreadable> {
    Ok(match format {
        Format::Json => haendelse_json(r)?,
        Format::Text => {
            let tid = lokal(tid(r)?).format("%d-%m-%Y %H:%M:%S");
            let hvem = hvem(&aktoer(r)?);
            let data = Value::from(aaben_del(r)?);
            format!("{:>8}  {tid}  {} v{}  {}  af {hvem}  {data}", r.position, r.stream, r.version, r.kind)
        }
    })
}

fn hvem(a: &Aktoer) -> String {
    let dele = [a.rolle.map(|r| tekster::rollenavn(r).to_owned()), a.nr.clone()];
    dele.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// As the API shows it.
fn forloeb_json(f: &Forloeb, v: &Vurdering, dag: NaiveDate) -> Result<String, Afslag> {
    serde_json::to_string(&ForloebVisning::af(f, v, dag)).map_err(|e| Afslag::ny(e.to_string()))
}

fn kort(f: &Forloeb, dag: NaiveDate) -> String {
    let leder = f.leder(dag).unwrap_or("ingen");
    let nr = &f.medarbejder_nr;
    format!(
        "{}  medarbejder {nr}  enhed {}  leder {leder}  fra {}  dag {}",
        f.id,
        f.stamdata.enhed,
        f.foerste,
        f.dagnummer(dag)
    )
}

fn forloeb_tekst(f: &Forloeb, v: &Vurdering, dag: NaiveDate) -> Vec<String> {
    let mut linjer = vec![kort(f, dag)];
    let slut = f.sidste.map(|s| format!(", sidste fraværsdag {}", tekster::dato(s))).unwrap_or_default();
    linjer.push(format!(
        "{}, {}, {} %{slut}",
        if f.er_aabent(dag) { "åbent" } else { "afsluttet" },
        tekster::aarsagsnavn(f.aarsag),
        f.omfang(dag).or_else(|| f.perioder.last().map(|p| p.omfang_pct)).unwrap_or(100),
    ));
    for fr in &v.frister {
        let loest = fr.loest_af.as_ref().map(|l| format!(" ({})", l.navn)).unwrap_or_default();
        let (navn, status) = (tekster::fristnavn(fr.art), tekster::statusnavn(fr.status));
        linjer.push(format!("  {navn:<24} måldag {}  lovdag {}  {status}{loest}", fr.maaldag, fr.lovdag));
    }
    let r = &v.refusion;
    linjer.push(format!("  refusion fra {}, anmeldes senest {}", r.foerste_refusionsdag, r.lovdag));
    if let Some(m) = r.mistet {
        let kr = r.mistet_skoen.map(|s| format!(", skønnet {} kr.", s.kr)).unwrap_or_default();
        linjer.push(format!("  mistet {} til {}{kr}", m.fra, m.til));
    }
    linjer
}
