//! Reading one forløb.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use eventlog::{Recorded, StreamId};
use forloeb::frister::vurder;
use forloeb::{Forloeb, Haendelse};

use super::problem::Problem;
use super::visning::{self, ForloebVisning, FristVisning, HaendelseVisning, PaamindelseVisning};
use super::{Id, Kalder, Soeg, Tilstand, med_etag};
use crate::adgang::Bruger;
use crate::dates;
use crate::forklaring;
use crate::visninger::{ANSAETTELSE, aaben_del, laes_post};
use app::stored::{self, Unreadable};

/// Events read at once.
const AD_GANGEN: usize = 1000;

/// A forløb as it stands today. An id that was joined into another answers with that one.
#[utoipa::path(get, path = "/api/v1/forloeb/{id}", tag = "forloeb",
    params(("id" = String, Path, description = "Forløbets id")),
    responses((status = 200, body = ForloebVisning), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn forloeb(State(t): State<Tilstand>, Kalder(bruger): Kalder, Id(id): Id) -> Result<Response, Problem> {
    let _laan = t.kerne.laan_forloeb(id).await?;
    let idag = t.kerne.ur.idag();
    let (f, visning) = {
        let vis = t.kerne.vis();
        let f = bruger.find(id, &vis, idag)?;
        let visning = ForloebVisning::af(&f, &vurder(&f, idag, &t.kerne.bog()), idag).til(&bruger);
        (f, visning)
    };
    let mut svar = med_etag(visning.version, Json(visning));
    if f.id != id
        && let Ok(sted) = HeaderValue::try_from(format!("/api/v1/forloeb/{}", f.id))
    {
        svar.headers_mut().insert(header::CONTENT_LOCATION, sted);
    }
    Ok(svar)
}

/// The frister of a forløb.
#[utoipa::path(get, path = "/api/v1/forloeb/{id}/frister", tag = "forloeb",
    params(("id" = String, Path, description = "Forløbets id")),
    responses((status = 200, body = Vec<FristVisning>), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn frister(
    State(t): State<Tilstand>,
    Kalder(bruger): Kalder,
    Id(id): Id,
) -> Result<Json<Vec<FristVisning>>, Problem> {
    let _laan = t.kerne.laan_forloeb(id).await?;
    let idag = t.kerne.ur.idag();
    let f = bruger.find(id, &t.kerne.vis(), idag)?;
    let v = vurder(&f, idag, &t.kerne.bog());
    let mut frister = ForloebVisning::af(&f, &v, idag).til(&bruger).frister;
    for frist in &mut frister {
        let den = v.frister.iter().find(|fr| fr.art == frist.frist && fr.lovdag == frist.lovdag);
        frist.forklaring = den.map(|fr| forklaring::frist(&f, fr)).unwrap_or_default();
    }
    Ok(Json(frister))
}

/// The reminders of a forløb: planned, sent, withheld and why.
#[utoipa::path(get, path = "/api/v1/forloeb/{id}/paamindelser", tag = "forloeb",
    params(("id" = String, Path, description = "Forløbets id")),
    responses((status = 200, body = Vec<PaamindelseVisning>), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub async fn paamindelser(
    State(t): State<Tilstand>,
    Kalder(bruger): Kalder,
    Id(id): Id,
) -> Result<Json<Vec<PaamindelseVisning>>, Problem> {
    let _laan = t.kerne.laan_forloeb(id).await?;
    let idag = t.kerne.ur.idag();
    let nr = hele_forloebet(&bruger, bruger.find(id, &t.kerne.vis(), idag)?)?.medarbejder_nr.clone();
    let hele = t.kerne.hele(&nr).await?;
    let f = hele.forloeb(&t.kerne.bog()).into_iter().find(|f| f.hedder(id)).ok_or_else(Problem::findes_ikke)?;
    let v = vurder(&f, idag, &t.kerne.bog());
    Ok(Json(visning::paamindelser(&f, &v, idag, &t.kerne.bog())))
}

/// What happened, in order; with `kendt` only what was known at that time.
#[utoipa::path(get, path = "/api/v1/forloeb/{id}/historik", tag = "forloeb",
    params(("id" = String, Path, description = "Forløbets id"),
        ("kendt" = Option<String>, Query, description = "Tidspunkt, RFC 3339")),
    responses((status = 200, body = Vec<HaendelseVisning>), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn historik(
    State(t): State<Tilstand>,
    Kalder(bruger): Kalder,
    Id(id): Id,
    soeg: Soeg,
) -> Result<Response, Problem> {
    soeg.kendte(&["kendt"])?;
    let kendt = soeg.tekst("kendt").map(dates::time).transpose().map_err(|fejl| Problem::felt("kendt", fejl))?;
    let _laan = t.kerne.laan_forloeb(id).await?;
    let idag = t.kerne.ur.idag();
    let f = hele_forloebet(&bruger, bruger.find(id, &t.kerne.vis(), idag)?)?;
    let stream = StreamId::new(format!("{ANSAETTELSE}{}", f.medarbejder_nr)).map_err(|e| Problem::intern(&e))?;
    let (mut liste, mut fra) = (Vec::new(), 0);
    loop {
        let haendelser = t.kerne.log.read_stream_with_hashes(&stream, fra, AD_GANGEN).await;
        let haendelser = haendelser.map_err(|e| Problem::from(&e))?;
        let Some(sidste) = haendelser.last() else { break };
        fra = sidste.version;
        for r in &haendelser {
            let tid = stored::tid(r).map_err(Unreadable::from)?;
            let post = laes_post(r, tid).map_err(Unreadable::from)?;
            // Who stands in for somebody as a leader is no part of their own absence.
            let om_dem_selv = !matches!(post.haendelse, Haendelse::StedfortraederUdpeget(_));
            let hoerer_til = om_dem_selv && post.haendelse.forloeb().is_none_or(|id| f.hedder(id));
            if hoerer_til && kendt.is_none_or(|k| tid <= k) {
                liste.push(vis_haendelse(r, tid)?);
            }
        }
    }
    Ok(Json(liste).into_response())
}

/// Only for those who see all of it.
fn hele_forloebet(bruger: &Bruger, f: Arc<Forloeb>) -> Result<Arc<Forloeb>, Problem> {
    if bruger.ser_hele_forloebet() { Ok(f) } else { Err(Problem::findes_ikke()) }
}

/// A stored event as it is shown.
pub(super) fn vis_haendelse(r: &Recorded, tid: DateTime<Utc>) -> Result<HaendelseVisning, Problem> {
    let hash = r.hash.ok_or_else(|| Problem::intern(&"the event was read without its hash"))?;
    Ok(HaendelseVisning {
        position: r.position,
        version: r.version,
        tidspunkt: tid,
        aktoer: stored::aktoer(r).map_err(Unreadable::from)?,
        slags: r.kind.clone(),
        data: aaben_del(r)?.into(),
        hash: hash.to_string(),
    })
}
