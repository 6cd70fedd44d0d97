//! The application: what is done with the domain and the log, whoever asks for it.
//!
//! One direction: a command → [`core`] decides with the domain and appends → [`projections`] → whoever reads. Nothing here
//! knows a rule of the law, and nothing writes but through [`core::App`]. There is no HTTP, no page and no mail here.

pub mod access;
pub mod bounds;
pub mod bundle;
pub mod checkpoint;
pub mod clock;
pub mod clock_guard;
pub mod commands;
pub mod core;
pub mod cpr;
pub mod dates;
pub mod durable;
pub mod erase;
pub mod erasures;
pub mod errors;
pub mod failure;
pub mod fejlede;
pub mod find;
pub mod forsvundne;
pub mod free_text;
pub mod fulgte;
pub mod health;
pub mod held;
pub mod import;
pub mod keys;
pub mod lists;
pub mod mail_link;
pub mod mailtekster;
pub mod opslag;
pub mod owner;
pub mod places;
pub mod politik;
pub mod projections;
pub mod reference;
pub mod regel_files;
pub mod retention;
pub mod room;
pub mod seal;
pub mod sealed;
pub mod stored;
pub mod token;
pub mod views;
pub mod what_if;
#[cfg(any(test, feature = "testing"))]
pub mod workplace;
