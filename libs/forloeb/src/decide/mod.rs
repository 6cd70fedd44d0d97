//! What can be asked for, and the decision: events, or a refusal as data.

mod act;
mod case;
pub mod command;
mod decision;
mod forsvundet;
mod fravaer;
mod laengde;
mod ledelse;
mod noteret;
mod on_forloeb;
mod plan;
pub mod refusal;
mod rettelse;
mod sagt;
mod samtale;
mod uenighed;

pub use decision::{Now, decide, decide_on};
