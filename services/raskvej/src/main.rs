//! Raskvej, the one binary: `raskvej demo | serve | import | token | replay | verify | export | backup | restore |
//! rebuild | erase`.

fn main() {}
