//! The forløb before: what was agreed in it is worth asking about again, soon after.

use std::sync::Arc;

use chrono::Months;

use crate::fold::forloeb::{Forloeb, Later};

/// Months after which nobody takes up again what was agreed.
const MONTHS: u32 = 6;

/// Of the forløb of an employment the one before this, where it ended within half a year before it began.
#[must_use]
pub fn forrige<'a>(all: &'a [Arc<Forloeb>], f: &Forloeb) -> Option<&'a Arc<Forloeb>> {
    let before = all.iter().find(|before| matches!(before.later, Later::Forloeb { id, .. } if id == f.id))?;
    let until = before.sidste?.checked_add_months(Months::new(MONTHS))?;
    (f.foerste <= until).then_some(before)
}
