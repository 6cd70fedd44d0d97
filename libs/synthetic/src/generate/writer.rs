//! The way into the log: many appends on their way at once, in the order they were made.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use eventlog::{Append, AppendError, Appended, Journal, Options};
use tokio::sync::mpsc;

use super::GenerateError;

/// Appends on their way at once; they share the syncs of the disk.
const UNDER_WAY: usize = 4096;

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Appended, AppendError>> + Send + 'a>>;

/// A log with room for all of them in its queue: only then is every append queued the moment it is made, and so in order.
pub(super) fn settings() -> Options {
    Options { queue: 2 * UNDER_WAY, group_commits: UNDER_WAY, ..Options::default() }
}

/// Writes everything that comes, until nothing more comes; the number of events.
///
/// # Errors
/// The log refused something, or had it in another order.
pub(super) async fn write(log: &Journal, mut modtager: mpsc::Receiver<Vec<Append>>) -> Result<u64, GenerateError> {
    let mut running: VecDeque<Answer<'_>> = VecDeque::with_capacity(UNDER_WAY);
    let mut position = log.head().position;
    while let Some(pile) = modtager.recv().await {
        for append in pile {
            if running.len() == UNDER_WAY
                && let Some(oldest) = running.pop_front()
            {
                position = next(position, oldest.await?)?;
            }
            let mut answer: Answer<'_> = Box::pin(log.append(append));
            match poll_fn(|cx| Poll::Ready(answer.as_mut().poll(cx))).await {
                Poll::Pending => running.push_back(answer),
                // Answered at once, also when those before it have an answer that nobody has looked at yet.
                Poll::Ready(answer) => running.push_back(Box::pin(std::future::ready(answer))),
            }
        }
    }
    for answer in running {
        position = next(position, answer.await?)?;
    }
    Ok(position)
}

/// The events name positions: an append anywhere but behind the one before it would make them lie.
fn next(position: u64, written: Appended) -> Result<u64, GenerateError> {
    if written.first == position + 1 { Ok(written.last) } else { Err(GenerateError::ListOrder(written.first)) }
}
