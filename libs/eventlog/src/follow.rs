//! Follows the log: every event once, in order.

use std::sync::Arc;

use tokio::sync::watch;

use crate::{
    Head, Position, ReadError, Recorded,
    shared::{Shared, State},
};

/// Most events of one answer.
const BATCH: usize = 1024;

/// Gets every event after a position, once, in order, and waits at the end for more.
#[derive(Debug)]
pub struct Follower {
    shared: Arc<Shared>,
    head: watch::Receiver<Head>,
    state: watch::Receiver<State>,
    after: Position,
}

impl Follower {
    pub(crate) fn new(shared: Arc<Shared>, after: Position) -> Follower {
        let (head, state) = (shared.head.subscribe(), shared.state.subscribe());
        Follower { shared, head, state, after }
    }

    /// Position of the last event given out.
    pub fn position(&self) -> Position {
        self.after
    }

    /// The next events, at least one and at most 1024; waits until there are any. Dropping the future loses nothing.
    ///
    /// # Errors
    /// [`ReadError::Closed`] when the log is closed and every event was given out; else the events cannot be read, and
    /// the next call tries the same again.
    pub async fn next(&mut self) -> Result<Vec<Recorded>, ReadError> {
        loop {
            let closed = self.state.borrow_and_update().closed;
            if self.head.borrow_and_update().position > self.after {
                let events = self.shared.read(self.after, BATCH).await?;
                if let Some(last) = events.last() {
                    self.after = last.position;
                    return Ok(events);
                }
            }
            if closed {
                return Err(ReadError::Closed);
            }
            // The senders live in `shared`, so neither side can be gone.
            tokio::select! {
                _ = self.head.changed() => {}
                _ = self.state.changed() => {}
            }
        }
    }
}
