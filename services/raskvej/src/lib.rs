//! The service around the application: routes, pages, the terminal, the socket, the demonstration.
//!
//! One direction: http, pages or terminal → command → the application decides and appends → projections → pages, API,
//! reminders. Nothing here knows a rule of the law; nothing here writes but through [`app::core::App`].

mod answers;
pub mod ask;
pub mod bundle_file;
pub mod cli;
pub mod clock_choice;
pub mod connections;
pub mod control_socket;
pub mod demo;
pub mod demo_folder;
mod eftersyn;
mod erasing;
mod happening;
pub mod http;
pub mod insight;
pub mod login;
mod lookups;
pub mod mail_command;
pub mod master_key;
mod measurements;
mod otherwise;
pub mod pages;
mod picked;
pub mod problem;
mod proven;
mod request_id;
mod retention;
pub mod seal_command;
pub mod serve;
pub mod service_setup;
pub mod sessions;
pub mod settings;
pub mod settings_command;
pub mod setup_command;
mod skabeloner;
pub mod start;
pub mod startup;
pub mod state;
mod stopping;
pub mod terminal;
#[cfg(test)]
mod tests;
pub mod uploads;
pub mod wrong_tries;

pub(crate) use app::{
    access, bounds, bundle, checkpoint, clock, clock_guard, commands, core, cpr, dates, durable, erasures, fejlede,
    forsvundne, fulgte, import, keys, lists, mailtekster, owner, politik, projections, reference, regel_files, seal,
    sealed, token, views, what_if,
};
pub(crate) use mail::{aftaler, certificates, checkpoints, once, paamindelser, signalbreve, transport};
pub(crate) use pages::parts::points::with_points;
pub(crate) use synthetic::{generate, simulation};
pub(crate) use texts::{danish, explanation, money, politik_text, regel_page, rettigheder, sentences};

/// The version of the program, as people are told it.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
