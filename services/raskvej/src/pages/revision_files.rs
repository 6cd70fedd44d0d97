//! What an auditor takes away: the bundle of the whole log or of one case, and the seal of the log as it is now.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use uuid::Uuid;

use super::PageState;
use super::frame::PageError;
use super::reader_view::{ReaderView, id};
use super::session::LoggedIn;
use crate::access::Intent;
use crate::core::App;
use crate::lookups::Shown;
use crate::problem::Problem;
use crate::reference::reference;
use crate::terminal::{DONE, Message, Out, TerminalRequest, execute};
use app::failure::Internal;
use app::opslag::Content;

/// Pieces of a bundle that wait for the reader.
const UNDER_WAY: usize = 4;

/// The seal of the log as it is now, as `raskvej seal` writes it.
pub(super) async fn seal(State(state): State<PageState>, logged_in: LoggedIn) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Log)?;
    let app = &state.service.app;
    let seal = app.seal().await.map_err(|error| Problem::intern(&error))?;
    let tree = app.log.commit_tree().await?;
    let name = format!("raskvej-{}.segl", tree.commits);
    Ok(file(&name, "text/plain; charset=utf-8", Body::from(seal.checkpoint(&tree))))
}

/// The bundle of the whole log. Everybody in it is told that it was taken, and what for.
pub(super) async fn whole_log(State(state): State<PageState>, logged_in: LoggedIn) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Log)?;
    let everybody: Vec<String> = state.service.app.projections().numbers().map(str::to_owned).collect();
    let shown = Shown::of(everybody).with_content(Content::Bundle);
    Ok(shown.in_answer(bundle(&state, None, "raskvej-log.bundt").await?))
}

/// The bundle of one case.
pub(super) async fn of_forloeb(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(tekst): Path<String>,
) -> Result<Response, PageError> {
    if !logged_in.user.may_ever(Intent::Replay) {
        return Err(Problem::takes(Intent::Replay).into());
    }
    let loan = state.service.app.loan_forloeb(id(&tekst)?).await?;
    let id = ReaderView::new(&state, &logged_in).find(&loan, id(&tekst)?, Intent::Replay)?.id;
    bundle(&state, Some(id), &format!("raskvej-{}.bundt", reference(id))).await
}

fn file(name: &str, kind: &'static str, body: Body) -> Response {
    let heads = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (heads, body).into_response()
}

/// A bundle, piece by piece as it is read: a log is larger than memory.
async fn bundle(state: &PageState, forloeb: Option<Uuid>, name: &str) -> Result<Response, PageError> {
    let Ok(room) = state.bundles.clone().try_acquire_owned() else {
        let detail = "Der bliver allerede hentet bundter. Vent et øjeblik, og hent det igen.";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "travlt", "Travlt", detail).into());
    };
    let mut pieces = export(state.service.app.clone(), forloeb);
    // Only what has begun well is a file: else it is a page that says so.
    let first = pieces.recv().await.transpose().map_err(PageError::internal)?;
    let first = first.ok_or_else(|| PageError::internal(Internal::new("bundtet er tomt", "intet blev skrevet")))?;
    let (to_reader, body) = mpsc::channel::<io::Result<Bytes>>(UNDER_WAY);
    tokio::spawn(async move {
        let mut next = Some(Ok(first));
        while let Some(piece) = next {
            if to_reader.send(piece).await.is_err() {
                return; // the reader went away
            }
            next = pieces.recv().await;
        }
    });
    // The room is given back when the reader has the whole of it, or went away: pieces wait for a slow one.
    let body = ReceiverStream::new(body).map(move |piece| {
        let _room = &room;
        piece
    });
    Ok(file(name, "application/octet-stream", Body::from_stream(body)))
}

/// The pieces of a bundle. One that stops before its end ends with an error, so that the file is not taken for a whole one.
fn export(app: Arc<App>, forloeb: Option<Uuid>) -> mpsc::Receiver<io::Result<Bytes>> {
    let (out, mut messages) = Out::channel();
    tokio::spawn(async move {
        let request = TerminalRequest::Export { forloeb, earlier: Vec::new() };
        execute(&app, request, BTreeMap::new(), &out).await;
    });
    let (pieces, body) = mpsc::channel(UNDER_WAY);
    tokio::spawn(async move {
        let mut said = "bundtet blev afbrudt".to_owned();
        while let Some(message) = messages.recv().await {
            match message {
                Message::Data(bytes) => {
                    if pieces.send(Ok(Bytes::from(bytes))).await.is_err() {
                        return;
                    }
                }
                Message::Mistake(line) => said = line,
                Message::End(DONE) => return,
                Message::End(_) => break,
                Message::Out(_) | Message::Progress { .. } | Message::Whole => {}
            }
        }
        let _ = pieces.send(Err(io::Error::other(said))).await; // or the reader went away
    });
    body
}
