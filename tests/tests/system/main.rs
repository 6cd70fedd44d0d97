//! The system from outside, one subject a file. One program, so that it is linked once and its tests run side by side.

#![allow(clippy::unwrap_used)] // in a test a panic is the answer

mod bad_input;
mod bounds;
mod demonstration;
mod five;
mod five_otherwise;
mod five_well;
mod folder_owner;
mod harness;
mod import;
mod log_lines;
mod login;
mod machine_clock;
mod mailbox;
mod meanwhile;
mod on_the_clock;
mod openapi;
mod readme;
mod schemathesis;
mod setup;
mod small;
mod stedfortraeder;
mod stop_with_mail;
mod strangers;
mod systemd_unit;
mod terminal;
mod upload;
mod weight;
mod witness;
mod written_before;
