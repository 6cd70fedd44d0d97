//! Others are answered while somebody does their worst: `/readyz` is asked all the while.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use systemtests::Service;

/// What 99 of a hundred answers are faster than, whatever somebody else does.
pub(crate) const SLOW: Duration = Duration::from_secs(1);

/// How long answers took.
pub(crate) struct Times(Vec<Duration>);

impl Times {
    /// No longer than this took 99 of a hundred.
    pub(crate) fn nearly_all(&self) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        sorted[(sorted.len() - 1) * 99 / 100]
    }
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let longest = self.0.iter().max().copied().unwrap_or_default();
        write!(f, "/readyz {} times, p99 {:?}, at most {longest:?}", self.0.len(), self.nearly_all())
    }
}

/// Says that it is over when it goes, also where a test fails.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Does something, and asks `/readyz` all the while, each time to be answered with 200.
pub(crate) fn meanwhile<T>(t: &Service, act: impl FnOnce() -> T) -> (T, Times) {
    let over = AtomicBool::new(false);
    std::thread::scope(|threads| {
        let asks = threads.spawn(|| {
            let mut times = Vec::new();
            loop {
                let began = Instant::now();
                t.get("", "/readyz").with_status(200);
                times.push(began.elapsed());
                if over.load(Ordering::Relaxed) {
                    return Times(times);
                }
            }
        });
        let end = Ends(&over);
        let done = act();
        drop(end);
        (done, asks.join().unwrap())
    })
}
