//! Every page as every role, over the router: what is shown, what is not, and what a refused form keeps.

mod accepted;
mod acts;
mod arbejdsplads;
mod bounds;
mod commands;
mod find;
mod flytning;
mod forsvundne;
mod held;
mod indlaesning;
mod kept;
mod letters;
mod lists;
mod live;
mod login;
mod lookups;
mod mistakes;
mod opbevaring;
mod overview;
mod page_forms;
mod personnummer;
mod plan;
mod politik;
mod refusion;
mod regler;
mod revision;
mod roller;
mod rooms;
mod rows;
mod sealed;
mod session_cost;
mod stedfortraeder;
mod uenigheder;

pub(crate) use arbejdsplads::state as test_state;
