//! An invented workplace through the years, on a fast clock. What people try is drawn; the domain decides.
//!
//! ```text
//! verden (who, where, under whom) ─▶ folk (what is tried, and when) ─▶ gerning ─▶ forloeb::beslut ─▶ udgang
//!                                      ▲ a reminder that was sent ─────────────────────┘
//! ```
//!
//! Two uses share it: `generer` has people who do what they do whether reminded or not, and writes a log; `simuler` has
//! leaders of different diligence who are reminded, and counts.

pub(crate) mod folk;
pub(crate) mod gerning;
mod handling;
pub(crate) mod liv;
pub(crate) mod paamindelse;
pub(crate) mod scene;
pub(crate) mod segl;
pub(crate) mod udgang;
pub(crate) mod verden;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use chance::Tilfaeldig;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use eventlog::StreamIdError;
use thiserror::Error;

use app::noegler::NoegleFejl;
use app::ur::{dag_i_danmark, klokken};
use liv::Liv;
use scene::Scene;

/// Why the years could not be lived through.
#[derive(Debug, Error)]
pub enum OpdigtFejl {
    /// A key could not be made or used.
    #[error(transparent)]
    Noegler(#[from] NoegleFejl),
    /// An event that cannot be written.
    #[error("en hændelse kan ikke skrives: {0}")]
    Form(#[from] serde_json::Error),
    /// A number that cannot name a stream.
    #[error(transparent)]
    Stroem(#[from] StreamIdError),
}

/// Everybody's life, one step of whoever is next at a time; the day of the last event, and the lives as they stand.
/// `fremdrift` is told days so far and in all.
///
/// # Errors
/// Something could not be sealed or taken.
pub(crate) fn gennemspil(
    s: &mut Scene<'_>,
    froe: u64,
    fremdrift: &dyn Fn(u64, u64),
) -> Result<(NaiveDate, Vec<Liv>), OpdigtFejl> {
    let verden = s.verden;
    // Another sequence than the one the people were drawn from.
    let mut froe = Tilfaeldig::ny(froe ^ 0x6869_7374_6f72_6965);
    let mut liv: Vec<Liv> = (0..verden.antal()).map(|plads| Liv::nyt(plads, s, froe.naeste())).collect();
    let mut koe: BinaryHeap<Reverse<(DateTime<Utc>, usize)>> =
        liv.iter().enumerate().filter_map(|(plads, l)| Some(Reverse((l.naeste()?, plads)))).collect();
    let slut = klokken(verden.til + chrono::Days::new(1), NaiveTime::MIN);
    let (mut sidste_dag, mut meldt) = (verden.fra, verden.fra);
    let i_alt = crate::dage_mellem(verden.fra, verden.til);
    while let Some(Reverse((tid, plads))) = koe.pop().filter(|Reverse((tid, _))| *tid < slut) {
        let foer = s.position();
        liv[plads].ske(s, tid)?;
        if !s.ud.videre(s.position()) {
            break;
        }
        if s.position() > foer {
            sidste_dag = dag_i_danmark(tid);
        }
        if let Some(naeste) = liv[plads].naeste() {
            koe.push(Reverse((naeste, plads)));
        }
        if sidste_dag > meldt {
            meldt = sidste_dag;
            fremdrift(crate::dage_mellem(verden.fra, meldt), i_alt);
        }
    }
    Ok((sidste_dag, liv))
}
