//! Only in the demonstration: the mails, and the clock that can be moved.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::haendelse::Udfald;

use super::datoer::{dato_in_digits, tidspunkt};
use super::frame::{Frame, PageError, html};
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn, find};
use super::{DemoLetter, PageState};
use crate::clock::{klokken, time_of_day};
use crate::sentences::{aflysning_name, letter_name, modtager_name};
use doors::address::own_path;

/// Reminders not sent that are shown.
const AT_MOST: usize = 100;

struct Letter {
    time: String,
    letter: DemoLetter,
}

struct Tilbageholdt {
    dag: String,
    frist: &'static str,
    til: &'static str,
    why: String,
}

#[derive(Template)]
#[template(path = "demo_post.html")]
struct Page {
    frame: Frame,
    letters: Vec<Letter>,
    tilbageholdt: Vec<Tilbageholdt>,
}

pub(super) async fn post(State(state): State<PageState>, logged_in: LoggedIn) -> Result<Response, PageError> {
    let letters =
        (state.settings.post)().into_iter().map(|letter| Letter { time: tidspunkt(letter.time), letter }).collect();
    // From the log: what a command withheld is not in the projections. The demonstration is small enough for that.
    let app = &state.service.app;
    let numbers: Vec<String> = app.projections().numbers().map(str::to_owned).collect();
    let mut afgjorte = Vec::new();
    for nr in numbers {
        let whole = app.whole(&nr).await?;
        afgjorte.extend(whole.forloeb(&app.book()).into_iter().flat_map(|f| f.afgjorte));
    }
    let k = ReaderView::new(&state, &logged_in);
    let mut not: Vec<_> = afgjorte
        .into_iter()
        .filter_map(|(n, a)| {
            let why = match &a.udfald {
                Udfald::Sendt { .. } => return None,
                Udfald::Aflyst { aarsag } => format!("Ikke sendt: {}", aflysning_name(*aarsag)),
                Udfald::Udskudt { til, .. } => format!("Udskudt til {}", tidspunkt(*til)),
                Udfald::Fejlet { grund, .. } => format!("Kunne ikke leveres ({grund})"),
            };
            let (frist, til) = (letter_name(n.frist, &n.trin), modtager_name(n.modtager));
            Some((a.time, Tilbageholdt { dag: dato_in_digits(a.dag), frist, til, why }))
        })
        .collect();
    not.sort_by_key(|(time, _)| std::cmp::Reverse(*time));
    not.truncate(AT_MOST);
    let tilbageholdt = not.into_iter().map(|(_, t)| t).collect();
    Ok(html(StatusCode::OK, &Page { frame: k.frame("Demo-post"), letters, tilbageholdt }))
}

/// How long a reader waits for the clock. What takes longer goes on by itself, and the pages show how far it is.
const WAIT: Duration = Duration::from_secs(5);

/// Moves the clock a day or a week forward; what falls due on the way is sent. While it is on its way nothing more is
/// asked of it.
pub(super) async fn clock(
    State(state): State<PageState>,
    _: LoggedIn,
    Form(pairs): Form,
) -> Result<Response, PageError> {
    let dage = match find(&pairs, "dage") {
        Some("7") => 7,
        _ => 1,
    };
    let now = state.service.app.clock.now();
    let dag = forloeb::calendar::plus_dage(state.service.app.clock.today(), dage);
    let til = klokken(dag, time_of_day(now));
    // On its own: a reader who goes away must not stop a mail between handing over and recording.
    if let Some(moving) = state.service.paamindelser.start_moving(til)
        && let Ok(moved) = tokio::time::timeout(WAIT, moving).await
    {
        moved.map_err(PageError::internal)?.map_err(PageError::internal)?;
    }
    let back = own_path(find(&pairs, "tilbage"));
    let back = back.split("ok=").next().unwrap_or("/").trim_end_matches(['?', '&']);
    Ok(Redirect::to(back).into_response())
}
