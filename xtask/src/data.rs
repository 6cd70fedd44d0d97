//! A synthetic workplace: people, units and absences that look like a municipality's and belong to nobody.
//!
//! The same arguments give the same bytes on every machine.

mod file;
mod fravaer;

use chance::Random;
pub(crate) use fravaer::Fravaer;
pub(crate) use synthetic::Omfang;
use synthetic::{Medarbejder, staff};

/// The whole workplace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arbejdsplads {
    /// By number.
    pub medarbejdere: Vec<Medarbejder>,
    /// By first day.
    pub fravaer: Vec<Fravaer>,
}

impl Arbejdsplads {
    /// Makes one.
    pub(crate) fn dan(omfang: &Omfang) -> Self {
        let mut t = Random::new(omfang.seed);
        let medarbejdere = staff(omfang, &mut t);
        let fravaer = fravaer::dan(&medarbejdere, omfang.fra(), omfang.til, &mut t);
        Self { medarbejdere, fravaer }
    }
}

#[cfg(test)]
mod tests;
