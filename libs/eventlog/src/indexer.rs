//! The thread that brings acknowledged commits into the index, behind the answers, and writes down the head.

use std::{
    sync::{
        Arc,
        atomic::Ordering::{Relaxed, Release},
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use tracing::warn;

use crate::{
    Head, head_file,
    index::{IndexError, Marker},
    overlay::Placed,
    shared::{LookupError, Shared, hold, write},
};

/// Commits brought into the index at once; sled is much faster with many.
const BATCH: usize = 8192;
/// How long a smaller batch is waited for.
const WAIT: Duration = Duration::from_millis(100);
/// How often the head is written down.
const HEAD_EVERY: Duration = Duration::from_secs(1);

pub(crate) struct Indexer {
    shared: Arc<Shared>,
    groups: Receiver<Vec<Placed>>,
    written: Head,
    written_at: Instant,
}

impl Indexer {
    pub(crate) fn new(shared: Arc<Shared>, groups: Receiver<Vec<Placed>>) -> Indexer {
        let written = shared.head();
        Indexer { shared, groups, written, written_at: Instant::now() }
    }

    /// Ends when the writer has ended, and closes the log.
    pub(crate) fn run(mut self) {
        // Those who wait for an answer come first. A thread of its own has a priority of its own on Linux; where it may
        // not be lowered, nothing is lost but speed.
        let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), 10);
        let mut open = true;
        while open {
            let mut batch = Vec::new();
            open = self.collect(&mut batch);
            for part in batch.chunks(BATCH) {
                self.apply(part);
            }
            if !open || self.written_at.elapsed() >= HEAD_EVERY {
                self.write_head();
            }
        }
        self.close();
    }

    /// Fills the batch, and says whether the writer may send more.
    fn collect(&mut self, batch: &mut Vec<Placed>) -> bool {
        let until = Instant::now() + WAIT;
        loop {
            match self.groups.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(group) => batch.extend(group),
                Err(RecvTimeoutError::Disconnected) => return false,
                Err(RecvTimeoutError::Timeout) if batch.is_empty() && self.written == self.shared.head() => {
                    // Nothing to do until something is written.
                    match self.groups.recv() {
                        Ok(group) => batch.extend(group),
                        Err(_) => return false,
                    }
                    return true;
                }
                Err(RecvTimeoutError::Timeout) => return true,
            }
            if batch.len() >= BATCH {
                return true;
            }
        }
    }

    fn apply(&self, batch: &[Placed]) {
        // After a failure nothing may follow: the index would have a hole.
        if self.shared.index_broken.load(Relaxed) {
            return;
        }
        match self.shared.with_index(|index| index.apply(batch)) {
            Ok(()) => {
                write(&self.shared.overlay).remove(batch);
                self.shared.index_lag.fetch_sub(batch.len(), Release);
            }
            // Marked as broken, and what it lacks stays in memory.
            Err(LookupError::Index(_) | LookupError::Journal(_) | LookupError::Closed) => {}
        }
    }

    fn write_head(&mut self) {
        self.written_at = Instant::now();
        let head = self.shared.head();
        // A damaged log keeps what is known of its end.
        if head == self.written || self.shared.fault.is_some() {
            return;
        }
        match head_file::write(&self.shared.disk, &self.shared.folder.head, head) {
            Ok(()) => self.written = head,
            // The journal does not depend on it.
            Err(error) => warn!(%error, "the head could not be written"),
        }
    }

    fn close(self) {
        let index = write(&self.shared.index).take();
        let broken = self.shared.index_broken.load(Relaxed);
        let closed = index.map(|index| index.close());
        match closed {
            Some(Ok(())) if !broken => {
                if let Err(error) = Marker(&self.shared.folder.index_open).clear() {
                    warn!(%error, "the mark of the open index could not be removed");
                }
            }
            Some(Err(IndexError(what))) => warn!(what, "the index could not be closed"),
            _ => {}
        }
        if broken && let Err(error) = std::fs::remove_dir_all(&self.shared.folder.index) {
            warn!(%error, "the broken index could not be removed");
        }
        drop(hold(&self.shared.lock).take());
        self.shared.state.send_modify(|state| state.closed = true);
    }
}
