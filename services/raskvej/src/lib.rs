//! The service around the domain and the log: routes, pages, projections, reminders, mail, import, commands.
//!
//! One direction: http or import → command → [`kerne`] decides with the domain and appends → [`visninger`] → pages,
//! API, reminders. Nothing here knows a rule of the law; nothing here writes but through [`kerne::Kerne`].

pub mod adgang;
pub mod bundle;
pub mod cli;
pub mod clock_guard;
pub mod commands;
pub mod dansk;
pub mod dates;
pub mod demo;
pub mod durable;
pub mod forklaring;
pub mod generer;
pub mod health;
pub mod http;
pub mod hvad_hvis;
pub mod import;
pub mod indstillinger;
pub mod kerne;
pub mod noegler;
mod opdigt;
pub mod opstart;
pub mod ordrer;
pub mod owner;
pub mod paamindelser;
pub mod politik;
pub mod post;
pub mod regelfiler;
pub mod regelside;
pub mod segl;
pub mod serve;
pub mod sider;
pub mod simuler;
pub mod sokkel;
pub mod start;
pub mod tekster;
pub mod ur;
pub mod visninger;
