//! Tests that go through more than one room: the application as the terminal, the API and the reminders meet it.

mod adgang;
mod any_bytes;
mod bounds;
mod canaries;
mod doors;
mod errors;
mod faults;
mod feed;
mod flytning;
mod free_text;
mod health;
mod import;
mod import_corrected;
mod import_forms;
mod import_hele;
mod import_medarbejdere;
mod import_trial;
mod long_work;
mod lookups;
mod personer;
mod policy;
mod retention;
mod start;
mod tokens;
mod uenighed;
