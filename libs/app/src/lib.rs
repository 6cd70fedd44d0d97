//! The application: what is done with the domain and the log, whoever asks for it.
//!
//! One direction: a command → [`kerne`] decides with the domain and appends → [`visninger`] → whoever reads. Nothing here
//! knows a rule of the law, and nothing writes but through [`kerne::Kerne`]. There is no HTTP, no page and no mail here.

pub mod adgang;
pub mod bundle;
pub mod clock_guard;
pub mod commands;
pub mod dates;
pub mod durable;
pub mod errors;
pub mod failure;
pub mod fejlede;
pub mod health;
pub mod hvad_hvis;
pub mod import;
pub mod kerne;
pub mod lister;
pub mod noegler;
pub mod owner;
pub mod politik;
pub mod regelfiler;
pub mod sealed;
pub mod segl;
pub mod stored;
pub mod ur;
pub mod views;
pub mod visninger;
