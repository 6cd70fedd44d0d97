//! `simulate`: a synthetic workplace on a fast clock, whose leaders see to their frister with different diligence, and
//! what came of it. Nothing is written anywhere.
//!
//! The workplace, its absences and the reminder morning are those of `opdigt`, and every decision is the
//! domain's. What is assumed about people stands in `flid.rs` and nowhere else. The same arguments give the same
//! report, whatever day it is.

mod flid;
mod maaling;
mod rapport;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vagt;

use crate::Omfang;
use chrono::NaiveDate;
use forloeb::Regelbog;
use thiserror::Error;

use crate::opdigt::scene::Scene;
use crate::opdigt::segl::Segl;
use crate::opdigt::udgang::Udgang;
use crate::opdigt::verden::Verden;
use crate::opdigt::{OpdigtFejl, gennemspil};
use flid::Personale;
use maaling::Maaling;
pub use rapport::Rapport;

/// What is to be lived through.
#[derive(Debug, Clone)]
pub struct Valg {
    /// Number of employees, at least eight.
    pub medarbejdere: u32,
    /// Years.
    pub aar: u32,
    /// Seed.
    pub froe: u64,
    /// Last day.
    pub til: NaiveDate,
}

impl Valg {
    fn omfang(&self) -> Omfang {
        Omfang { medarbejdere: self.medarbejdere, aar: self.aar, froe: self.froe, til: self.til }
    }
}

/// Why there is nothing to report.
#[derive(Debug, Error)]
pub enum SimulerFejl {
    /// The first day lies before what any rule set covers.
    #[error("simuleringen kan tidligst begynde {0}, hvor det første regelsæt gælder fra")]
    FoerReglerne(NaiveDate),
    /// The years could not be lived through.
    #[error(transparent)]
    Opdigt(#[from] OpdigtFejl),
}

/// Lives through it. `fremdrift` is told days so far and in all.
///
/// # Errors
/// See [`SimulerFejl`].
pub fn simuler(valg: &Valg, bog: &Regelbog, fremdrift: &dyn Fn(u64, u64)) -> Result<Rapport, SimulerFejl> {
    let omfang = valg.omfang();
    if omfang.fra() < bog.tidligste_dag() {
        return Err(SimulerFejl::FoerReglerne(bog.tidligste_dag()));
    }
    let verden = Verden::ny(&omfang, 1, Segl::Intet).map_err(OpdigtFejl::from)?;
    let personale = Personale::ny(valg.froe);
    let mut maaling = Maaling::ny(&personale, bog);
    let afviste = lev(valg.froe, &verden, &personale, bog, &mut maaling, fremdrift)?;
    Ok(maaling.rapport(valg, afviste))
}

/// Lives through it with somebody who takes what happens, and is told what still goes on when it ends; how many
/// commands the domain refused.
fn lev(
    froe: u64,
    verden: &Verden,
    personale: &Personale,
    bog: &Regelbog,
    ud: &mut dyn Udgang,
    fremdrift: &dyn Fn(u64, u64),
) -> Result<u64, OpdigtFejl> {
    let mut scene = Scene::ny(verden, bog, Segl::Intet, personale, ud);
    let (_, liv) = gennemspil(&mut scene, froe, fremdrift)?;
    for et in &liv {
        let forloeb = et.a.forloeb(bog);
        let vurderede: Vec<_> = forloeb.iter().map(|f| (f, forloeb::frister::vurder(f, verden.til, bog))).collect();
        scene.ud.forbi(&vurderede, verden.til);
    }
    Ok(scene.afviste)
}
