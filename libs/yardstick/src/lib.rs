//! What speed is held against, on the same machine in the same run: a plain program that appends and syncs, the same
//! with clients and hashes, SQLite, PostgreSQL, and a plain service on PostgreSQL. For benchmarks; nothing of the product depends on it.
//!
//! The machine drifts, so everything is measured in short rounds one after the other, and what counts is the median of
//! the rounds' ratios.

#![allow(clippy::print_stdout, reason = "benchmarks talk to the terminal")]

mod machine;
mod plain;
mod postgres;
mod relay;
mod rounds;
mod sqlite;
pub mod usual;

pub use machine::machine_line;
pub use plain::Plain;
pub use postgres::{Appender, Postgres};
pub use relay::Relay;
pub use rounds::{Goal, Load, clients, median, median_ratio, percentile, table};
pub use sqlite::Sqlite;
