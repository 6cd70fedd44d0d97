//! The bundle of the whole log or of one case as a file that leaves over HTTP: piece by piece, and to a few at a time.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::{Semaphore, mpsc};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use uuid::Uuid;

use crate::core::App;
use crate::lookups::Shown;
use crate::problem::Problem;
use crate::reference::reference;
use crate::terminal::{DONE, Message, Out, TerminalRequest, execute};
use app::failure::Internal;
use app::opslag::Content;

/// Bundles that are fetched at a time, from the page and by the API together: each reads the log from one end to the other.
const AT_A_TIME: usize = 2;
/// Pieces of a bundle that wait for the reader.
const UNDER_WAY: usize = 4;

/// Room for those who fetch a bundle.
#[derive(Clone, Debug)]
pub struct BundleRoom(Arc<Semaphore>);

impl Default for BundleRoom {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_A_TIME)))
    }
}

impl BundleRoom {
    /// The bundle of the whole log. Everybody in it is told that it was taken, and what for.
    pub(crate) async fn whole_log(&self, app: &Arc<App>) -> Result<Response, Problem> {
        let everybody: Vec<String> = app.projections().numbers().map(str::to_owned).collect();
        let shown = Shown::of(everybody).with_content(Content::Bundle);
        Ok(shown.in_answer(self.bundle(app, None, "raskvej-log.bundt").await?))
    }

    /// The bundle of one case, for somebody who may have it.
    pub(crate) async fn of_forloeb(&self, app: &Arc<App>, id: Uuid) -> Result<Response, Problem> {
        self.bundle(app, Some(id), &format!("raskvej-{}.bundt", reference(id))).await
    }

    /// A bundle, piece by piece as it is read: a log is larger than memory.
    async fn bundle(&self, app: &Arc<App>, forloeb: Option<Uuid>, name: &str) -> Result<Response, Problem> {
        let Ok(room) = self.0.clone().try_acquire_owned() else {
            let detail = "Der bliver allerede hentet bundter. Vent et øjeblik, og hent det igen.";
            return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "travlt", "Travlt", detail));
        };
        let mut pieces = export(app.clone(), forloeb);
        // Only what has begun well is a file: else it is an answer that says so.
        let first = pieces.recv().await.transpose().map_err(|error| Problem::internal(&error))?;
        let first = first.ok_or_else(|| Problem::internal(&Internal::new("bundtet er tomt", "intet blev skrevet")))?;
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
}

/// An answer that is kept as a file of this name.
pub(crate) fn file(name: &str, kind: &'static str, body: Body) -> Response {
    let heads = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (heads, body).into_response()
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
