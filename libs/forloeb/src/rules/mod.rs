//! What decides a date or an amount: rule sets, the workplace's policies, rates, the calendar. Numbers of the law are
//! data here, and nothing else is known: no event, no forløb.

mod book;
pub mod calendar;
mod check;
mod dated;
mod fastsat;
pub mod politik;
mod satser;
mod set;
mod steder;
#[cfg(test)]
mod tests;

pub use book::{BUILT_IN, CALENDAR, RegelError, Regelbog, SATSER};
pub use check::Finding;
pub use dated::as_if;
pub use satser::{Sats, Tillaeg};
pub use set::{
    Adjust, Condition, CountedFrom, Formula, Fristregel, Paamindelsesregel, ParameterSource, Parameters, Regelsaet,
    Sammenlaegning, SignalKind, Signalregel, Udsendelse,
};
