//! The end: what is begun is finished, all of it side by side, until one deadline that all of it shares.
//!
//! An operator gives a stop thirty seconds (`TimeoutStopSec` of the unit), and what is still there then is killed. A kill loses
//! nothing either, but whoever waits for an answer gets none: so the time is for those.

use std::future::Future;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::time::{Instant, timeout_at};

/// How long what is under way may take in all. The end of the log after it has ten seconds at most, and a checkpoint takes one or
/// two; [`LAST_THREADS`] is the last of the thirty.
pub(crate) const UNDER_WAY: Duration = Duration::from_secs(15);
/// How long threads that block may take when all else is over: one may wait for a folder that never answers.
const LAST_THREADS: Duration = Duration::from_secs(3);

/// What is under way when the service is told to stop.
pub(crate) struct UnderWay<R, F, T> {
    /// Requests that are being answered.
    pub(crate) requests: R,
    /// Payroll's files that a page sent: one that is cut short is taken in again by whoever sends it again.
    pub(crate) files: F,
    /// The tasks in the background. A mail that is being handed over is among them: what has left should be recorded, and
    /// what is cut off leaves again as the same mail.
    pub(crate) tasks: T,
}

impl<R: Future, F: Future, T: Future> UnderWay<R, F, T> {
    /// Waits for all of it at the same time, and for none of it longer than so; what was cut off.
    pub(crate) async fn finish(self, within: Duration) -> Vec<&'static str> {
        let end = Instant::now() + within;
        let late = tokio::join!(
            by(end, "forespørgsler", self.requests),
            by(end, "lønsystemets filer", self.files),
            by(end, "opgaver i baggrunden", self.tasks)
        );
        let cut_off: Vec<_> = [late.0, late.1, late.2].into_iter().flatten().collect();
        if !cut_off.is_empty() {
            tracing::warn!(what = cut_off.join(", "), "blev ikke færdig, før tjenesten stoppede");
        }
        cut_off
    }
}

async fn by(end: Instant, name: &'static str, future: impl Future) -> Option<&'static str> {
    timeout_at(end, future).await.is_err().then_some(name)
}

/// SIGTERM or Ctrl-C.
pub(crate) async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut term) => tokio::select! {
            _ = term.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        },
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

/// Ends the runtime. Dropping it would wait for every thread that blocks, for as long as that takes.
pub(crate) fn end(runtime: Runtime) {
    runtime.shutdown_timeout(LAST_THREADS);
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::time::Instant as Began;

    use super::*;

    /// Three that never end take as long as one: one after the other they would take three times as long.
    #[tokio::test]
    async fn what_is_under_way_has_one_deadline_together() {
        let within = Duration::from_millis(300);
        let began = Began::now();
        let all = UnderWay { requests: pending::<()>(), files: pending::<()>(), tasks: pending::<()>() };
        assert_eq!(all.finish(within).await, ["forespørgsler", "lønsystemets filer", "opgaver i baggrunden"]);
        assert!(began.elapsed() >= within && began.elapsed() < 2 * within, "{:?}", began.elapsed());
        let one = UnderWay { requests: ready(()), files: pending::<()>(), tasks: ready(()) };
        assert_eq!(one.finish(within).await, ["lønsystemets filer"]);
    }

    /// A thread that waits for a folder that never answers does not keep the process.
    #[test]
    fn a_thread_that_blocks_is_not_waited_for() {
        let runtime = Runtime::new().unwrap();
        let (never, waits) = std::sync::mpsc::channel::<()>();
        runtime.spawn_blocking(move || waits.recv());
        let began = Began::now();
        end(runtime);
        assert!(began.elapsed() < LAST_THREADS + Duration::from_secs(10), "{:?}", began.elapsed());
        drop(never);
    }

    /// The unit gives what is waited for, and some seconds for the end of the log.
    #[test]
    fn the_unit_gives_thirty_seconds_and_they_are_enough() {
        let unit = include_str!("../../../deploy/raskvej.service");
        assert!(unit.lines().any(|line| line == "TimeoutStopSec=30"));
        assert!(UNDER_WAY + LAST_THREADS <= Duration::from_secs(18), "the rest is for the end of the log");
    }
}
