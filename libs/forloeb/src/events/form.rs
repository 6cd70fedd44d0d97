//! Stored forms: old events are never rewritten, they are lifted to the newest form when they are read.
//!
//! `migrations/` at the top of the project tells why each form changed, and keeps one stored record of every form
//! ever written; a test reads them all.

use serde_json::{Map, Value};
use thiserror::Error;

use crate::events::afgoerelse::{Form1, WhatDecides, WhatDecides1};
use crate::events::haendelse::{Haendelse, PaamindelserAfgjort};

/// What reading treats apart, for its amount.
const PAAMINDELSER_AFGJORT: &str = "PaamindelserAfgjort";

/// A stored event that cannot be read.
#[derive(Debug, Error)]
pub enum FormError {
    /// The name is not known to this version of the program.
    #[error("ukendt hændelse {name} form {form}: skrevet af en nyere version?")]
    Unknown {
        /// Name of the event.
        name: String,
        /// Number of the stored form.
        form: u16,
    },
    /// The body does not fit the form. Holds no content of the event.
    #[error("hændelsen {name} form {form} kan ikke læses (linje {line}, tegn {character})")]
    Invalid {
        /// Name of the event.
        name: String,
        /// Number of the stored form.
        form: u16,
        /// Line of the stored body, from 1.
        line: usize,
        /// Character in that line, from 1.
        character: usize,
    },
}

/// Reads an event of any form ever stored.
///
/// # Errors
/// [`FormError`], which names the event and never its content.
pub fn read(name: &str, form: u16, body: &[u8]) -> Result<Haendelse, FormError> {
    let invalid = |e: &serde_json::Error| invalid(name, form, e);
    let unknown = || FormError::Unknown { name: name.to_owned(), form };
    let newest = Haendelse::FORMS.iter().find(|(n, _)| *n == name).ok_or_else(unknown)?.1;
    if form == 0 || form > newest {
        return Err(unknown());
    }
    if form == newest {
        return Haendelse::from_newest(name, body).ok_or_else(unknown)?.map_err(|e| invalid(&e));
    }
    // Most of what is ever recorded, so it is lifted as it is read: `migrations/0002-tilbageholdte-paamindelser`.
    if name == PAAMINDELSER_AFGJORT {
        let Form1 { forloeb, afgoerelser } = serde_json::from_slice(body).map_err(|e| invalid(&e))?;
        return Ok(PaamindelserAfgjort::new(forloeb, afgoerelser).into());
    }
    let mut fields: Map<String, Value> = serde_json::from_slice(body).map_err(|e| invalid(&e))?;
    for fra in form..newest {
        lift(name, fra, &mut fields);
    }
    let body = serde_json::to_vec(&fields).map_err(|e| invalid(&e))?;
    Haendelse::from_newest(name, &body).ok_or_else(unknown)?.map_err(|e| invalid(&e))
}

/// As [`read`], but of reminders that were withheld and may come back nothing: no decision needs them.
///
/// # Errors
/// As [`read`].
pub fn read_what_decides(name: &str, form: u16, body: &[u8]) -> Result<Haendelse, FormError> {
    let invalid = |e: serde_json::Error| invalid(name, form, &e);
    let (forloeb, afgoerelser) = match (name, form) {
        (PAAMINDELSER_AFGJORT, 2) => {
            let WhatDecides { forloeb, afgoerelser } = serde_json::from_slice(body).map_err(invalid)?;
            (forloeb, afgoerelser)
        }
        (PAAMINDELSER_AFGJORT, 1) => {
            let WhatDecides1 { forloeb, afgoerelser } = serde_json::from_slice(body).map_err(invalid)?;
            (forloeb, afgoerelser)
        }
        _ => return read(name, form, body),
    };
    Ok(PaamindelserAfgjort { forloeb, afgoerelser, tilbageholdt: Vec::new() }.into())
}

fn invalid(name: &str, form: u16, e: &serde_json::Error) -> FormError {
    FormError::Invalid { name: name.to_owned(), form, line: e.line(), character: e.column() }
}

/// One step, from form `fra` to `fra + 1`. What cannot be lifted is left as it is, and then fails as it is read.
fn lift(name: &str, fra: u16, fields: &mut Map<String, Value>) {
    if let ("SamtaleRegistreret", 1) = (name, fra) {
        samtale_2(fields);
    }
}

/// `migrations/0001-samtale-udfald`: two yes/no fields became one outcome.
fn samtale_2(fields: &mut Map<String, Value>) {
    let holdt = fields.remove("holdt").and_then(|v| v.as_bool());
    let telefonisk = fields.remove("telefonisk").and_then(|v| v.as_bool()).unwrap_or(false);
    let udfald = match holdt {
        Some(true) if telefonisk => "holdt_telefon",
        Some(true) => "holdt",
        Some(false) => "deltog_ikke",
        None => return,
    };
    fields.insert("udfald".to_owned(), Value::from(udfald));
}
