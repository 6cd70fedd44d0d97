//! The whole log on every core: each part of it is read and worked on by a thread of its own, and what comes of it is
//! taken in by whoever asked, in no order.

use eventlog::{Head, Recorded, StreamId, Streams};
use tokio::sync::mpsc;

use super::Unreadable;
use crate::failure::Internal;

/// What was worked out and waits to be taken in.
const AHEAD: usize = 4;

/// As many parts as the log is to be read in.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Works on every stream of these parts and takes in what comes of some streams at a time, with how many events they
/// have. How many streams were left out.
///
/// # Errors
/// The log cannot be read, or the work on it failed. Then what was taken in is not all.
pub(crate) async fn fold<T: Send + 'static>(
    parts: Vec<Streams>,
    work: impl Fn(&[(StreamId, Vec<Recorded>)]) -> Result<T, Unreadable> + Clone + Send + 'static,
    mut take: impl FnMut(T, u64),
) -> Result<u64, Unreadable> {
    let (send, mut done) = mpsc::channel::<(T, u64)>(AHEAD);
    let mut workers = tokio::task::JoinSet::new();
    for mut part in parts {
        let (send, work) = (send.clone(), work.clone());
        workers.spawn(async move {
            loop {
                let work = work.clone();
                // It computes for long, so it is done on the thread that read the log, which serves no requests.
                let work = move |streams: Vec<(StreamId, Vec<Recorded>)>| {
                    let events = streams.iter().map(|(_, events)| events.len() as u64).sum();
                    work(&streams).map(|done| (done, events))
                };
                let Some(done) = part.work_on_next(work).await? else { break };
                if send.send(done?).await.is_err() {
                    break; // another part failed, and nobody takes in any more
                }
            }
            Ok::<_, Unreadable>(part.left_out())
        });
    }
    drop(send);
    let mut left_out = 0;
    loop {
        tokio::select! {
            Some((what, events)) = done.recv() => take(what, events),
            Some(worker) = workers.join_next() => {
                // A part whose thread panicked is missing from what came, and nothing else tells it.
                left_out += worker.map_err(|_| Unreadable::from(Internal::panicked("en del af loggen blev ikke læst")))??;
            }
            else => return Ok(left_out),
        }
    }
}

/// Where the parts of a log end.
pub(crate) fn head(parts: &[Streams]) -> Head {
    parts.first().map_or(Head::EMPTY, Streams::head)
}

#[cfg(test)]
mod tests {
    use eventlog::{Append, Journal, NewEvent, Options};

    use super::*;
    use crate::failure::Causes;

    async fn log(folder: &std::path::Path) -> Journal {
        let log = Journal::open(folder, Options::default()).unwrap().log;
        for n in 0..40 {
            let event = NewEvent { kind: "Noget".to_owned(), form: 1, body: b"{}".to_vec() };
            let stream = StreamId::new(format!("noget/{}", n % 10)).unwrap();
            let append =
                Append { stream, expected: n / 10, time: 0, meta: Vec::new(), events: vec![event], idempotency: None };
            log.append(append).await.unwrap();
        }
        log
    }

    #[tokio::test]
    async fn every_stream_is_worked_on_once() {
        let folder = tempfile::tempdir().unwrap();
        let log = log(folder.path()).await;
        let (mut streams, mut events) = (0, 0);
        let work = |some: &[(StreamId, Vec<Recorded>)]| Ok(some.len());
        let left_out = fold(log.streams(3), work, |count, of_events| {
            streams += count;
            events += of_events;
        });
        assert_eq!(left_out.await.unwrap(), 0);
        assert_eq!((streams, events), (10, 40));
        log.close().await;
    }

    /// What was taken in would not be all: that is an error, and what the panic said stays unsaid.
    #[tokio::test]
    async fn a_part_that_panics_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let log = log(folder.path()).await;
        let work = |_: &[(StreamId, Vec<Recorded>)]| -> Result<(), Unreadable> { panic!("Karen Blixen") };
        let error = fold(log.streams(2), work, |(), _| {}).await.unwrap_err();
        assert!(!Causes(&error).to_string().contains("Karen"));
        assert!(matches!(error, Unreadable::Internal(_)), "{error:?}");
        log.close().await;
    }
}
