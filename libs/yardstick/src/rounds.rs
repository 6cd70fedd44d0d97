//! Clients that each wait for their answer; medians over rounds; the table.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What clients did in a round.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Calls that were answered.
    pub calls: u64,
    /// From the start to the last answer.
    pub elapsed: Duration,
}

impl Load {
    /// Calls a second.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "nothing here comes near 2^52")]
    pub fn rate(&self) -> f64 {
        self.calls as f64 / self.elapsed.as_secs_f64()
    }
}

/// Runs `number` clients, each making one call (client, count so far) after the other, until the time is up.
pub async fn clients<F, R>(number: usize, time: Duration, call: F) -> Load
where
    F: Fn(usize, u64) -> R + Send + Sync + 'static,
    R: Future<Output = ()> + Send,
{
    let call = Arc::new(call);
    let start = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for client in 0..number {
        let call = Arc::clone(&call);
        tasks.spawn(async move {
            let mut calls = 0;
            while start.elapsed() < time {
                call(client, calls).await;
                calls += 1;
            }
            calls
        });
    }
    let calls = tasks.join_all().await.into_iter().sum();
    Load { calls, elapsed: start.elapsed() }
}

/// The value below which this share of them lies; none of nothing.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
#[expect(clippy::cast_precision_loss, reason = "nothing here comes near 2^52")]
pub fn percentile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1))).copied()
}

/// The value in the middle; none of nothing.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    percentile(values, 0.5)
}

/// The median of the ratios of rounds: what drifts from round to round is in both.
#[must_use]
pub fn median_ratio(ours: &[f64], theirs: &[f64]) -> Option<f64> {
    median(&ours.iter().zip(theirs).map(|(a, b)| a / b).collect::<Vec<_>>())
}

/// A ratio and what it should at least be.
#[derive(Debug, Clone, Copy)]
pub struct Goal {
    /// Measured; none where it could not be.
    pub ratio: Option<f64>,
    /// At least; none: it is only for comparison.
    pub goal: Option<f64>,
}

impl std::fmt::Display for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.ratio, self.goal) {
            (None, _) => f.write_str("not measured"),
            (Some(ratio), None) => write!(f, "{ratio:.2}"),
            (Some(ratio), Some(goal)) => {
                let held = if ratio >= goal { "held" } else { "MISSED" };
                write!(f, "{ratio:.2} (≥ {goal}: {held})")
            }
        }
    }
}

/// Prints a table as it can stand in a document.
pub fn table(head: &[&str], rows: &[Vec<String>]) {
    println!("| {} |", head.join(" | "));
    println!("|{}", "---|".repeat(head.len()));
    for row in rows {
        println!("| {} |", row.join(" | "));
    }
}
