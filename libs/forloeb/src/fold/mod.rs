//! From events to forløb. A forløb is computed, never typed: registrations arrive late, out of order and corrected.

mod adds_only;
pub(crate) mod annullerede;
pub mod ansaettelse;
pub mod derive;
pub(crate) mod effect;
pub mod forloeb;
pub(crate) mod forrige;
pub mod laengde;
pub mod noteret;
pub mod omsorgskollega;
pub mod rare;
mod registrering;
pub mod sagt;
pub mod samtale;
pub mod signalbrev;
pub mod stamdata;
pub mod stedfortraeder;
pub(crate) mod tta;
pub mod uenighed;
pub(crate) mod word;
