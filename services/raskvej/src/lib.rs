//! The service around the application: routes, pages, the terminal, the socket, the demonstration.
//!
//! One direction: http, pages or terminal → command → the application decides and appends → projections → pages, API,
//! reminders. Nothing here knows a rule of the law; nothing here writes but through [`app::kerne::Kerne`].

pub mod cli;
pub mod demo;
pub mod http;
pub mod indstillinger;
pub mod opstart;
pub mod ordrer;
pub mod problem;
pub mod serve;
pub mod sider;
pub mod sokkel;
pub mod start;
pub mod state;
#[cfg(test)]
mod tests;

pub(crate) use app::{
    adgang, bundle, clock_guard, commands, dates, durable, fejlede, hvad_hvis, import, kerne, lister, noegler, owner,
    politik, regelfiler, sealed, segl, ur, views, visninger,
};
pub(crate) use mail::{paamindelser, post};
pub(crate) use synthetic::{generer, simuler};
pub(crate) use texts::{dansk, forklaring, regelside, tekster};
