//! `simulate`: a synthetic workplace on a fast clock, whose leaders see to their frister with different diligence, and
//! what came of it. Nothing is written anywhere. Who moves inside the workplace gets another employee number, and their
//! forløb goes on under it.
//!
//! The workplace, its absences and the reminder morning are those of `invented`, and every decision is the
//! domain's. What is assumed about people stands in `flid.rs` and nowhere else. The same arguments give the same
//! report, whatever day it is.

mod flid;
mod measurement;
mod report;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod watch;

use crate::Omfang;
use chrono::NaiveDate;
use forloeb::Regelbog;
use thiserror::Error;

use crate::invented::outlet::Outlet;
use crate::invented::scene::Scene;
use crate::invented::seal::Seal;
use crate::invented::world::World;
use crate::invented::{SyntheticError, play_through};
use flid::Staff;
use measurement::Measurement;
pub use report::Report;

/// What is to be lived through.
#[derive(Debug, Clone)]
pub struct Choices {
    /// Number of employees, at least eight.
    pub medarbejdere: u32,
    /// Years.
    pub aar: u32,
    /// Seed.
    pub seed: u64,
    /// Last day.
    pub til: NaiveDate,
}

impl Choices {
    fn omfang(&self) -> Omfang {
        Omfang { medarbejdere: self.medarbejdere, aar: self.aar, seed: self.seed, til: self.til }
    }
}

/// Why there is nothing to report.
#[derive(Debug, Error)]
pub enum SimulationError {
    /// The first day lies before what any rule set covers.
    #[error("simuleringen kan tidligst begynde {0}, hvor det første regelsæt gælder fra")]
    BeforeReglerne(NaiveDate),
    /// The years could not be lived through.
    #[error(transparent)]
    Synthetic(#[from] SyntheticError),
}

/// Lives through it. `fremdrift` is told days so far and in all.
///
/// # Errors
/// See [`SimulationError`].
pub fn simulation(choices: &Choices, book: &Regelbog, progress: &dyn Fn(u64, u64)) -> Result<Report, SimulationError> {
    let omfang = choices.omfang();
    if omfang.fra() < book.earliest_dag() {
        return Err(SimulationError::BeforeReglerne(book.earliest_dag()));
    }
    let world = World::new(&omfang, 1, Seal::Nothing).map_err(SyntheticError::from)?;
    let staff = Staff::new(choices.seed);
    let mut measurement = Measurement::new(&staff, book);
    let refused_ones = live(choices.seed, &world, &staff, book, &mut measurement, progress)?;
    Ok(measurement.report(choices, refused_ones))
}

/// Lives through it with somebody who takes what happens, and is told what still goes on when it ends; how many
/// commands the domain refused.
fn live(
    seed: u64,
    world: &World,
    staff: &Staff,
    book: &Regelbog,
    out: &mut dyn Outlet,
    progress: &dyn Fn(u64, u64),
) -> Result<u64, SyntheticError> {
    let mut scene = Scene::new(world, book, Seal::Nothing, staff, out);
    scene.moves = true;
    let (_, life) = play_through(&mut scene, seed, progress)?;
    for one in &life {
        let forloeb = one.a.forloeb(book);
        let assessed: Vec<_> = forloeb.iter().map(|f| (f, forloeb::frister::assess(f, world.til, book))).collect();
        scene.out.past(&assessed, world.til);
    }
    Ok(scene.refused_ones)
}
