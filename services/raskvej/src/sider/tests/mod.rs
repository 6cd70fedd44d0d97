//! Every page as every role, over the router: what is shown, what is not, and what a refused form keeps.

mod accepted;
mod arbejdsplads;
mod breve;
mod commands;
mod formularer;
mod lister;
mod personnummer;
mod refusion;
mod roller;
mod rooms;
mod sealed;
mod stedfortraeder;

pub(crate) use arbejdsplads::tilstand as proevetilstand;
