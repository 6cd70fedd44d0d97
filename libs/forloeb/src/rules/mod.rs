//! What decides a date or an amount: rule sets, the workplace's policies, rates, the calendar. Numbers of the law are
//! data here, and nothing else is known: no event, no forløb.

mod bog;
pub mod kalender;
pub mod politik;
mod saet;
#[cfg(test)]
mod tests;
mod tjek;

pub use bog::{INDBYGGEDE, RegelFejl, Regelbog, Sats};
pub use saet::{
    Betingelse, Formel, Fra, Fristregel, Paamindelsesregel, Parametre, Regelsaet, Signalregel, Signalslags, Tilpas,
    Udsendelse,
};
