//! Tests that go through more than one room: the application as the terminal, the API and the reminders meet it.

mod faults;
mod health;
mod import;
mod import_corrected;
mod policy;
mod start;
