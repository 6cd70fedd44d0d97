//! The pages as people have them: Debian's Chromium, driven over WebDriver, on the demonstration's invented workplace.
//!
//! One browser at a time, and no wait that decides by itself: whatever is waited for has two minutes.

#![allow(clippy::unwrap_used)] // in a test a panic is the answer

mod axe;
mod chromium;
mod counted;
mod empty;
mod errors;
mod every_page;
mod finger;
mod hr;
mod keyboard;
mod kontaktperson;
mod koordinator;
mod leder;
mod letters;
mod live;
mod medarbejder;
mod paper;
mod person;
mod pictures;
mod place;
mod revisor;
mod session;
mod wishes;
