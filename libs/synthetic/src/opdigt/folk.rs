//! Who acts: what people do by themselves in an absence, and what they do once they were reminded.

use chance::Tilfaeldig;
use chrono::NaiveDate;
use forloeb::frister::Vurdering;
use forloeb::ord::Fristart;
use forloeb::paamindelser::Planlagt;
use forloeb::{Forloeb, Nu};

use super::gerning::{Forloebet, Hvad};

/// The people of the workplace.
pub(crate) trait Folk {
    /// What they see to by themselves in an absence of so many days, drawn at its beginning.
    fn opfoelgning(&self, fravaer: &mut Forloebet<'_, '_>, dage: u64);

    /// The same of the anmeldelse and the claims, where there is money to be had.
    fn penge(&self, fravaer: &mut Forloebet<'_, '_>, dage: u64);

    /// What somebody does, and on which day, because of a reminder; only if the frist still is to be seen to by then.
    fn paamindet(&self, laest: &Laest<'_>, t: &mut Tilfaeldig) -> Vec<(NaiveDate, Fristart, Hvad)>;
}

/// A reminder that reached somebody.
pub(crate) struct Laest<'a> {
    /// As it stood that morning.
    pub(crate) f: &'a Forloeb,
    pub(crate) v: &'a Vurdering,
    pub(crate) planlagt: &'a Planlagt,
    /// Employee number; none: HR.
    pub(crate) laeser: Option<&'a str>,
    pub(crate) nu: Nu,
}
