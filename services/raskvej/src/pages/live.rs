//! Tells a page that something may be new on it, as it happens: server-sent events with a position of the log, and nothing
//! else. A page is told once, and says so to whoever reads it; they load it again when they want to.
//!
//! It goes on in the reader's session without being a use of it: a page that is left open keeps nobody logged in.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use tokio::sync::{mpsc, watch};
use tokio::time::MissedTickBehavior;
use tokio_stream::wrappers::ReceiverStream;
use tower_sessions::Session;
use tower_sessions::session::Id;

use super::PageState;
use super::parts::session::{session_name, user_of};
use super::session::Search;
use crate::access::User;
use crate::projections::ANSAETTELSE;

/// How often it is looked whether the session still goes on, and how often something is sent so that nothing on the way
/// closes the connection.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// How long one page is followed before its browser asks anew.
const AT_MOST: Duration = Duration::from_mins(10);
/// What happens in this time is looked at together.
const TOGETHER: Duration = Duration::from_millis(250);
/// Events that are looked at; of more it is told that something may be new.
const MOST: u64 = 2000;

/// Follows the log for a page that was made at `fra`.
///
/// Who may not, and who is one too many, gets 204: then a browser does not ask again.
pub(super) async fn follow(
    State(state): State<PageState>,
    Extension(session): Extension<Session>,
    search: Search,
) -> Response {
    let nothing = StatusCode::NO_CONTENT.into_response();
    let Some((id, name)) = session.id().zip(session_name(&session)) else { return nothing };
    if reader(&state, &id).is_none() {
        return nothing;
    }
    let Some(place) = state.live.place(&name) else { return nothing };
    let now = state.service.app.positions().borrow().0;
    let fra = search.tekst("fra").and_then(|fra| fra.parse().ok()).unwrap_or(now);
    let (to_page, events) = mpsc::channel::<Result<Event, Infallible>>(1);
    tokio::spawn(async move {
        let _place = place;
        let told = tokio::select! {
            told = tokio::time::timeout(AT_MOST, waits(&state, &id, fra)) => told.ok().flatten(),
            () = to_page.closed() => None,
        };
        if let Some(event) = told {
            let _ = to_page.send(Ok(event)).await; // or the page was left
        }
    });
    let heads = [(header::CACHE_CONTROL, "no-store"), (HeaderName::from_static("x-accel-buffering"), "no")];
    let events = Sse::new(ReceiverStream::new(events)).keep_alive(KeepAlive::new().interval(LOOK_EVERY));
    (heads, events).into_response()
}

/// Who reads, as long as their session goes on.
fn reader(state: &PageState, id: &Id) -> Option<User> {
    user_of(state, &state.sessions.standing(id)?)
}

/// Waits until there is something to tell; nothing when the service stops.
async fn waits(state: &PageState, id: &Id, fra: u64) -> Option<Event> {
    let mut positions = state.service.app.positions();
    let mut look = tokio::time::interval(LOOK_EVERY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut at = fra;
    loop {
        let (reached, follows) = *positions.borrow_and_update();
        let Some(user) = reader(state, id) else { return Some(Event::default().event("slut").data("ude")) };
        if reached > at && concerns(state, &user, at, reached).await? {
            return Some(Event::default().event("nyt").data(reached.to_string()));
        }
        at = at.max(reached);
        if !follows {
            return None;
        }
        tokio::select! {
            changed = positions.changed() => {
                changed.ok()?;
                tokio::time::sleep(TOGETHER).await;
            }
            _ = look.tick() => {}
            () = stops(state.settings.stopped.clone()) => return None,
        }
    }
}

/// Something that happened after a position is about somebody whom the reader finds; nothing where the log cannot be read.
async fn concerns(state: &PageState, user: &User, after: u64, reached: u64) -> Option<bool> {
    if reached - after > MOST {
        return Some(true);
    }
    let events = state.service.app.log.read(after, usize::try_from(reached - after).ok()?).await.ok()?;
    let numbers: BTreeSet<&str> = events.iter().filter_map(|r| r.stream.as_str().strip_prefix(ANSAETTELSE)).collect();
    let projections = state.service.app.projections();
    Some(numbers.into_iter().any(|nr| user.nr.as_deref() == Some(nr) || projections.finds(user, nr)))
}

/// Waits until the service is told to stop.
async fn stops(mut stopped: watch::Receiver<bool>) {
    // Where nobody can tell it any more, nobody will.
    if stopped.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}
