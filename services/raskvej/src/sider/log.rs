//! The whole log for the auditor: position, time, role, type and hash, a page at a time.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::DateTime;

use super::Stat;
use super::datoer::tidspunkt;
use super::kig::Kig;
use super::ramme::{Ramme, Sidefejl, html};
use super::session::{Inde, Soeg};
use crate::problem::Problem;
use crate::tekster::{rollenavn, tal};
use crate::visninger::Meta;

const PR_SIDE: usize = 50;

struct Raekke {
    position: u64,
    tid: String,
    hvem: String,
    slags: String,
    stroem: String,
    hash: String,
}

#[derive(Template)]
#[template(path = "log.html")]
struct Side {
    ramme: Ramme,
    antal: String,
    fra: u64,
    raekker: Vec<Raekke>,
    forrige: Option<u64>,
    naeste: Option<u64>,
    sidste: u64,
}

pub(super) async fn side(State(stat): State<Stat>, inde: Inde, soeg: Soeg) -> Result<Response, Sidefejl> {
    if !inde.bruger.er_revisor() {
        return Err(Problem::maa_ikke().into());
    }
    let hoved = stat.t.kerne.log.head().position;
    let pr_side = PR_SIDE as u64;
    let fra = soeg.tekst("fra").and_then(|f| f.parse().ok()).unwrap_or(1).clamp(1, hoved.max(1));
    let laest = stat.t.kerne.log.read(fra - 1, PR_SIDE).await?;
    let raekker: Vec<_> = laest
        .into_iter()
        .map(|r| {
            let meta: Option<Meta> = serde_json::from_slice(&r.meta).ok();
            let hvem = meta.map(|m| match m.aktoer.rolle {
                Some(rolle) => rollenavn(rolle).to_owned(),
                None => m.aktoer.nr.unwrap_or_else(|| "Raskvej".to_owned()),
            });
            Raekke {
                position: r.position,
                tid: DateTime::from_timestamp_micros(r.time).map(tidspunkt).unwrap_or_default(),
                hvem: hvem.unwrap_or_default(),
                slags: r.kind,
                stroem: r.stream.to_string(),
                hash: r.hash.map(|hash| hash.to_string()).unwrap_or_default(),
            }
        })
        .collect();
    let vis = stat.t.kerne.vis();
    let side = Side {
        ramme: Kig::ny(&stat, &inde, &vis).ramme("Hele loggen"),
        antal: tal(hoved),
        fra,
        raekker,
        forrige: (fra > 1).then(|| fra.saturating_sub(pr_side).max(1)),
        naeste: (fra + pr_side <= hoved).then_some(fra + pr_side),
        sidste: (hoved.saturating_sub(1) / pr_side) * pr_side + 1,
    };
    Ok(html(StatusCode::OK, &side))
}
