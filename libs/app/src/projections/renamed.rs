//! Whose name is new since names were last opened. The projections have no keys: they only say who it is.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use forloeb::haendelse::Ciphertext;
use uuid::Uuid;

use super::Projections;
use super::row::Row;

/// Employments by their number here.
#[derive(Debug, Default)]
enum Which {
    /// Everybody: nobody has asked yet.
    #[default]
    Everybody,
    These(BTreeSet<u32>),
}

/// Who is new, until somebody asks.
#[derive(Debug, Default)]
pub(super) struct New(Mutex<Which>);

impl New {
    /// Payroll told who an employment is, or the person was erased.
    pub(super) fn note(&mut self, idx: u32) {
        if let Which::These(new_ones) = self.0.get_mut().unwrap_or_else(PoisonError::into_inner) {
            new_ones.insert(idx);
        }
    }

    fn take(&self) -> Which {
        let mut new_ones = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *new_ones, Which::These(BTreeSet::new()))
    }
}

/// An employment whose name may be another than it was.
pub(crate) struct Renamed {
    /// Employee number.
    pub(crate) nr: Arc<str>,
    /// What payroll told of the person last, and whose keys may open it; none where it told nothing, or they were erased.
    pub(crate) sealed: Option<(Vec<Uuid>, Arc<Ciphertext>)>,
    /// The person was erased.
    pub(crate) erased: bool,
}

impl Renamed {
    fn of(row: &Row) -> Self {
        let sealed = row.confidential.clone().filter(|_| !row.erased);
        Self { nr: row.nr.clone(), sealed: sealed.map(|sealed| (row.personer().collect(), sealed)), erased: row.erased }
    }
}

impl Projections {
    /// Whose name is new since this was last asked; everybody, the first time. Who asks sees to it that all are opened.
    pub(crate) fn take_renamed(&self) -> Vec<Renamed> {
        match self.renamed.take() {
            Which::Everybody => self.rows.iter().map(Renamed::of).collect(),
            Which::These(new_ones) => new_ones.into_iter().map(|idx| Renamed::of(&self.rows[idx as usize])).collect(),
        }
    }
}
