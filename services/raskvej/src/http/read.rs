//! Reading one forløb.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use eventlog::Recorded;
use forloeb::Haendelse;
use forloeb::frister::assess;

use super::problem::Problem;
use super::view::{ForloebView, FristView, HaendelseView};
use super::{AppState, Caller, Id, Search, with_etag};
use crate::access::Intent;
use crate::dates;
use crate::explanation;
use crate::projections::{open_part, read_record};
use crate::proven::streams;
use crate::views::paamindelser::{self as view, PaamindelseView};
use app::stored::{self, Unreadable};

/// Events read at once.
const AT_A_TIME: usize = 1000;

/// A forløb as it stands today. An id that was joined into another answers with that one.
#[utoipa::path(get, path = "/api/v1/forloeb/{id}", tag = "forloeb",
    params(("id" = String, Path, description = "Forløbets id")),
    responses((status = 200, body = ForloebView), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn forloeb(State(state): State<AppState>, Caller(user): Caller, Id(id): Id) -> Result<Response, Problem> {
    let loan = state.app.loan_forloeb(id).await?;
    let today = state.app.clock.today();
    let f = user.find(&loan, id, Intent::See, &state.app.projections(), today)?.forloeb();
    let view = ForloebView::af(f, &loan.assessment(f, today), today).til(f, &user, &state.app.projections());
    let mut answer = with_etag(view.version, Json(view));
    if f.id != id
        && let Ok(sted) = HeaderValue::try_from(format!("/api/v1/forloeb/{}", f.id))
    {
        answer.headers_mut().insert(header::CONTENT_LOCATION, sted);
    }
    Ok(answer)
}

/// The frister of a forløb.
#[utoipa::path(get, path = "/api/v1/forloeb/{id}/frister", tag = "forloeb",
    params(("id" = String, Path, description = "Forløbets id")),
    responses((status = 200, body = Vec<FristView>), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn frister(
    State(state): State<AppState>,
    Caller(user): Caller,
    Id(id): Id,
) -> Result<Json<Vec<FristView>>, Problem> {
    let loan = state.app.loan_forloeb(id).await?;
    let today = state.app.clock.today();
    let f = user.find(&loan, id, Intent::See, &state.app.projections(), today)?.forloeb();
    let v = loan.assessment(f, today);
    let mut frister = ForloebView::af(f, &v, today).til(f, &user, &state.app.projections()).frister;
    for frist in &mut frister {
        let it = v.frister.iter().find(|fr| fr.art == frist.frist && fr.lovdag == frist.lovdag);
        frist.explanation = it.map(|fr| explanation::frist(f, fr)).unwrap_or_default();
    }
    Ok(Json(frister))
}

/// The reminders of a forløb: planned, sent, withheld and why.
#[utoipa::path(get, path = "/api/v1/forloeb/{id}/paamindelser", tag = "forloeb",
    params(("id" = String, Path, description = "Forløbets id")),
    responses((status = 200, body = Vec<PaamindelseView>), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub async fn paamindelser(
    State(state): State<AppState>,
    Caller(user): Caller,
    Id(id): Id,
) -> Result<Json<Vec<PaamindelseView>>, Problem> {
    let loan = state.app.loan_forloeb(id).await?;
    let today = state.app.clock.today();
    user.find(&loan, id, Intent::Whole, &state.app.projections(), today)?;
    let whole = state.app.whole(loan.nr()).await?;
    let f = whole.forloeb(&state.app.book()).into_iter().find(|f| f.called(id)).ok_or_else(Problem::not_found)?;
    let v = assess(&f, today, &state.app.book());
    let mut all = view::paamindelser(&f, &v, today, &state.app.book());
    all.retain(|p| user.sees_frist(p.frist));
    Ok(Json(all))
}

/// What happened, in order; with `kendt` only what was known at that time.
#[utoipa::path(operation_id = "historik", get, path = "/api/v1/forloeb/{id}/historik", tag = "forloeb",
    params(("id" = String, Path, description = "Forløbets id"),
        ("kendt" = Option<String>, Query, description = "Tidspunkt, RFC 3339")),
    responses((status = 200, body = Vec<HaendelseView>), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn history(
    State(state): State<AppState>,
    Caller(user): Caller,
    Id(id): Id,
    search: Search,
) -> Result<Response, Problem> {
    search.known_ones(&["kendt"])?;
    let known = search.tekst("kendt").map(dates::time).transpose().map_err(|error| Problem::felt("kendt", error))?;
    let loan = state.app.loan_forloeb(id).await?;
    let today = state.app.clock.today();
    let f = user.find(&loan, id, Intent::Whole, &state.app.projections(), today)?.forloeb();
    let chosen = loan.ansaettelse().omsorgsvalg_in(f);
    // What was recorded under a number they had before stands in the stream of that one.
    let mut list = Vec::new();
    for stream in streams(loan.ansaettelse())? {
        let mut fra = 0;
        loop {
            let haendelser = state.app.log.read_stream_with_hashes(&stream, fra, AT_A_TIME).await;
            let haendelser = haendelser.map_err(|e| Problem::from(&e))?;
            let Some(sidste) = haendelser.last() else { break };
            fra = sidste.version;
            for r in &haendelser {
                let time = stored::time(r).map_err(Unreadable::from)?;
                let post = read_record(r, time).map_err(Unreadable::from)?;
                // Who stands in for somebody as a leader, and what they want as one, is no part of their own absence, nor whom they
                // chose for another time.
                let of_another_time =
                    matches!(post.haendelse, Haendelse::OmsorgskollegaValgt(_)) && !chosen.contains(&r.position);
                let about_them_self = !post.haendelse.is_about_a_leder() && !of_another_time;
                let belongs_to = about_them_self
                    && user.sees_event(&post.haendelse)
                    && post.haendelse.forloeb().is_none_or(|id| f.called(id));
                if belongs_to && known.is_none_or(|k| time <= k) {
                    list.push(show_haendelse(r, time)?);
                }
            }
        }
    }
    list.sort_by_key(|one| one.position);
    Ok(Json(list).into_response())
}

/// A stored event as it is shown.
pub(super) fn show_haendelse(r: &Recorded, time: DateTime<Utc>) -> Result<HaendelseView, Problem> {
    let hash = r.hash.ok_or_else(|| Problem::intern(&"the event was read without its hash"))?;
    Ok(HaendelseView {
        position: r.position,
        version: r.version,
        tidspunkt: time,
        aktoer: stored::aktoer(r).map_err(Unreadable::from)?,
        kind: r.kind.clone(),
        data: open_part(r)?.into(),
        hash: hash.to_string(),
    })
}
