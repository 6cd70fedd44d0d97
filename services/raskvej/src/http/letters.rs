//! The reminders that a mail server refused for good: what HR can look at, and have sent again.

use crate::access::Intent;
use crate::fejlede::{FejletView, all_fejlede};
use std::cmp::Reverse;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::problem::Problem;
use super::{AT_MOST, AppState, Caller, Search, with_next};
use crate::lookups::Shown;

const PATH: &str = "/api/v1/paamindelser/fejlede";

/// The reminders that the mail server refused for good, of deadlines that still stand out, the newest first.
#[utoipa::path(get, path = "/api/v1/paamindelser/fejlede", tag = "forloeb",
    params(("limit" = Option<usize>, Query, description = "1 til 500; 500 som standard"),
        ("cursor" = Option<String>, Query, description = "Fra Link i forrige svar")),
    responses((status = 200, body = Vec<FejletView>, headers(("Link" = Option<String>, description = "Adressen på resten, hvis der er mere"))),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn fejlede(State(state): State<AppState>, Caller(user): Caller, search: Search) -> Result<Response, Problem> {
    user.may_do(Intent::Mails)?;
    search.known_ones(&["limit", "cursor"])?;
    let (limit, after) = (search.limit(AT_MOST)?, search.cursor(read_cursor)?);
    let mut all = all_fejlede(&state.app, &user);
    if let Some(after) = after {
        all.retain(|one| one.place() > after);
    }
    let more = all.len() > limit;
    all.truncate(limit);
    let next = all.last().filter(|_| more).map(|last| format!("{}_{}", last.tidspunkt.timestamp_micros(), last.id));
    let link = next.map(|next| search.onward(PATH, "cursor", &next));
    let shown = {
        let projections = state.app.projections();
        Shown::of(all.iter().filter_map(|f| projections.whose(f.forloeb)).map(str::to_owned))
    };
    Ok(with_next(link, shown.in_answer(Json(all))))
}

fn read_cursor(text: &str) -> Option<(Reverse<DateTime<Utc>>, Uuid)> {
    let (micros, id) = text.split_once('_')?;
    Some((Reverse(DateTime::from_timestamp_micros(micros.parse().ok()?)?), Uuid::try_parse(id).ok()?))
}
