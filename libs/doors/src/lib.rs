//! What a stranger hands over at the door, read before anybody knows who it is: tokens, cookies, the way back, and tickets of
//! logins that are under way.
//!
//! Values in, values out: no clock, no chance, no folder. So that any bytes can be thrown at it, and it answers the same each
//! time (`tests/fuzz`).

pub mod address;
pub mod heads;
pub mod logout;
pub mod ticket;
