//! Who acts: what people do by themselves in an absence, and what they do once they were reminded.

use chance::Random;
use chrono::NaiveDate;
use forloeb::frister::Assessment;
use forloeb::paamindelser::Planlagt;
use forloeb::words::Fristart;
use forloeb::{Forloeb, Now};

use super::deed::{Forloebet, What};

/// The people of the workplace.
pub(crate) trait People {
    /// What they see to by themselves in an absence of so many days, drawn at its beginning.
    fn opfoelgning(&self, fravaer: &mut Forloebet<'_, '_>, dage: u64);

    /// The same of the anmeldelse and the claims, where there is money to be had.
    fn penge(&self, fravaer: &mut Forloebet<'_, '_>, dage: u64);

    /// Times in a thousand that a leader, or HR where there is none, goes on by themselves from what was said and done.
    fn keeps(&self, leder: Option<u32>) -> u64;

    /// What somebody does, and on which day, because of a reminder; only if the frist still is to be seen to by then.
    fn paamindet(&self, read: &ReadPaamindelse<'_>, t: &mut Random) -> Vec<(NaiveDate, Fristart, What)>;
}

/// A reminder that reached somebody.
pub(crate) struct ReadPaamindelse<'a> {
    /// As it stood that morning.
    pub(crate) f: &'a Forloeb,
    pub(crate) v: &'a Assessment,
    pub(crate) planlagt: &'a Planlagt,
    /// Employee number; none: HR.
    pub(crate) reader: Option<&'a str>,
    pub(crate) now: Now,
}
