//! Raskvej, the one binary: `raskvej demo | serve | import | token | replay | verify | export | backup | restore |
//! rebuild | erase`.
mod kerne;
mod noegler;
mod ur;
mod visninger;
fn main() {}
