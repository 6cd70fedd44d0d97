//! The Danish a person reads, apart from the prose of pages and mails, which is in their templates.
//!
//! There is one way to write a date, a number and kroner, and one place for a name in the alphabet.

#![warn(missing_docs)]

pub mod arbejdsmiljoe;
pub mod brev;
mod broken_regel;
pub mod danish;
pub mod dates;
pub mod explanation;
pub mod faser;
pub mod indkaldelse;
pub mod money;
pub mod parameters;
pub mod politik_text;
pub mod regel_page;
pub mod regnskab;
pub mod rettigheder;
pub mod samtaleemner;
pub mod sentences;
pub mod standing;
pub mod stoetteordninger;
pub mod uenighed;
pub mod virkning;
