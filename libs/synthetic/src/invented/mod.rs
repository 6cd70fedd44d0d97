//! An invented workplace through the years, on a fast clock. What people try is drawn; the domain decides.
//!
//! ```text
//! verden (who, where, under whom) ─▶ folk (what is tried, and when) ─▶ gerning ─▶ forloeb::beslut ─▶ udgang
//!                                      ▲ a reminder that was sent ─────────────────────┘
//! ```
//!
//! Two uses share it: `generate` has people who do what they do whether reminded or not, and writes a log; `simulation` has
//! leaders of different diligence who are reminded, and counts.

mod act;
mod apart;
pub(crate) mod deed;
mod flytning;
mod follow;
pub(crate) mod life;
pub(crate) mod outlet;
pub(crate) mod paamindelse;
mod payroll;
pub(crate) mod people;
pub(crate) mod sagt;
pub(crate) mod scene;
pub(crate) mod seal;
pub(crate) mod signalbrev;
pub(crate) mod world;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use chance::Random;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use eventlog::StreamIdError;
use thiserror::Error;

use app::clock::{dag_in_denmark, klokken};
use app::keys::KeyError;
use life::Life;
use scene::Scene;

/// Why the years could not be lived through.
#[derive(Debug, Error)]
pub enum SyntheticError {
    /// A key could not be made or used.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// An event that cannot be written.
    #[error("en hændelse kan ikke skrives: {0}")]
    Form(#[from] serde_json::Error),
    /// A number that cannot name a stream.
    #[error(transparent)]
    Stream(#[from] StreamIdError),
}

/// Everybody's life, one step of whoever is next at a time; the day of the last event, and the lives as they stand.
/// `fremdrift` is told days so far and in all.
///
/// # Errors
/// Something could not be sealed or taken.
pub(crate) fn play_through(
    s: &mut Scene<'_>,
    seed: u64,
    progress: &dyn Fn(u64, u64),
) -> Result<(NaiveDate, Vec<Life>), SyntheticError> {
    let world = s.world;
    // Another sequence than the one the people were drawn from.
    let mut seed = Random::new(seed ^ 0x6869_7374_6f72_6965);
    let mut life: Vec<Life> = (0..world.count()).map(|place| Life::new_one(place, s, seed.draw())).collect();
    let mut queue: BinaryHeap<Reverse<(DateTime<Utc>, usize)>> =
        life.iter().enumerate().filter_map(|(place, l)| Some(Reverse((l.next()?, place)))).collect();
    let end = klokken(world.til + chrono::Days::new(1), NaiveTime::MIN);
    let (mut sidste_dag, mut meldt) = (world.fra, world.fra);
    let i_alt = crate::dage_between(world.fra, world.til);
    while let Some(Reverse((time, place))) = queue.pop().filter(|Reverse((time, _))| *time < end) {
        let before = s.position();
        life[place].happen(s, time)?;
        if let Some(from) = s.arrived.take().and_then(|to| world.moves_from(to))
            && let Ok([before, after]) = life.get_disjoint_mut([from, place])
        {
            after.go_on(before, s, time)?;
        }
        if !s.out.onward(s.position()) {
            break;
        }
        if s.position() > before {
            sidste_dag = dag_in_denmark(time);
        }
        if let Some(next) = life[place].next() {
            queue.push(Reverse((next, place)));
        }
        if sidste_dag > meldt {
            meldt = sidste_dag;
            progress(crate::dage_between(world.fra, meldt), i_alt);
        }
    }
    for one in &mut life {
        one.forget(s, sidste_dag);
    }
    Ok((sidste_dag, life))
}
