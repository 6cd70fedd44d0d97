//! The way into the log: many appends on their way at once, in the order they were made.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use eventlog::{Append, AppendError, Appended, Journal, Options};
use tokio::sync::mpsc;

use super::GenererFejl;

/// Appends on their way at once; they share the syncs of the disk.
const UNDERVEJS: usize = 4096;

type Svar<'a> = Pin<Box<dyn Future<Output = Result<Appended, AppendError>> + Send + 'a>>;

/// A log with room for all of them in its queue: only then is every append queued the moment it is made, and so in order.
pub(super) fn indstillinger() -> Options {
    Options { queue: 2 * UNDERVEJS, group_commits: UNDERVEJS, ..Options::default() }
}

/// Writes everything that comes, until nothing more comes; the number of events.
///
/// # Errors
/// The log refused something, or had it in another order.
pub(super) async fn skriv(log: &Journal, mut modtager: mpsc::Receiver<Vec<Append>>) -> Result<u64, GenererFejl> {
    let mut i_gang: VecDeque<Svar<'_>> = VecDeque::with_capacity(UNDERVEJS);
    let mut position = log.head().position;
    while let Some(bunke) = modtager.recv().await {
        for append in bunke {
            if i_gang.len() == UNDERVEJS
                && let Some(aeldste) = i_gang.pop_front()
            {
                position = naeste(position, aeldste.await?)?;
            }
            let mut svar: Svar<'_> = Box::pin(log.append(append));
            match poll_fn(|cx| Poll::Ready(svar.as_mut().poll(cx))).await {
                Poll::Pending => i_gang.push_back(svar),
                // Answered at once, also when those before it have an answer that nobody has looked at yet.
                Poll::Ready(svar) => i_gang.push_back(Box::pin(std::future::ready(svar))),
            }
        }
    }
    for svar in i_gang {
        position = naeste(position, svar.await?)?;
    }
    Ok(position)
}

/// The events name positions: an append anywhere but behind the one before it would make them lie.
fn naeste(position: u64, skrevet: Appended) -> Result<u64, GenererFejl> {
    if skrevet.first == position + 1 { Ok(skrevet.last) } else { Err(GenererFejl::Orden(skrevet.first)) }
}
