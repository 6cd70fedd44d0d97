//! What a process prints, line by line, while it runs.

use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

#[derive(Debug, Default)]
struct AppState {
    lines: Vec<String>,
    closed: bool,
}

/// The lines a process has printed so far. A thread reads them, so the process never stands still on a full pipe.
#[derive(Clone, Debug, Default)]
pub struct Lines(Arc<(Mutex<AppState>, Condvar)>);

impl Lines {
    /// Begins to read; ends when the process closes its end.
    pub(crate) fn read(kilde: impl Read + Send + 'static) -> Self {
        let lines = Self::default();
        let writer = lines.clone();
        std::thread::spawn(move || {
            let mut kilde = BufReader::new(kilde);
            let mut raw = Vec::new();
            // A line that is not UTF-8 is still a line to look at.
            while matches!(kilde.read_until(b'\n', &mut raw), Ok(n) if n > 0) {
                let tekst = String::from_utf8_lossy(&raw).trim_end_matches(['\r', '\n']).to_owned();
                writer.lock().lines.push(tekst);
                writer.0.1.notify_all();
                raw.clear();
            }
            writer.lock().closed = true;
            writer.0.1.notify_all();
        });
        lines
    }

    /// Everything so far.
    #[must_use]
    pub fn all(&self) -> Vec<String> {
        self.lock().lines.clone()
    }

    /// Everything so far as one text.
    #[must_use]
    pub fn tekst(&self) -> String {
        self.lock().lines.join("\n")
    }

    /// Waits for a line that `find` knows; none when the process closed its end or `frist` passed first.
    pub fn wait_on<T>(&self, frist: Duration, mut find: impl FnMut(&str) -> Option<T>) -> Option<T> {
        let end = Instant::now() + frist;
        let mut set = 0;
        let mut state = self.lock();
        loop {
            if let Some(found) = state.lines[set..].iter().find_map(|line| find(line)) {
                return Some(found);
            }
            set = state.lines.len();
            let rest = end.saturating_duration_since(Instant::now());
            if state.closed || rest.is_zero() {
                return None;
            }
            state = self.0.1.wait_timeout(state, rest).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until the process has closed its end, so that nothing of what it printed is missing.
    pub(crate) fn wait_on_end(&self, frist: Duration) {
        let _no: Option<()> = self.wait_on(frist, |_| None);
    }

    fn lock(&self) -> MutexGuard<'_, AppState> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
