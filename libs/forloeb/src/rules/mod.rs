//! What decides a date or an amount: rule sets, the workplace's policies, rates, the calendar. Numbers of the law are
//! data here, and nothing else is known: no event, no forløb.

pub mod kalender;
pub mod politik;
mod regeltjek;
pub mod regler;
