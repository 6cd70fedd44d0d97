//! Stored forms: old events are never rewritten, they are lifted to the newest form when they are read.
//!
//! `migrations/` at the top of the project tells why each form changed, and keeps one stored record of every form
//! ever written; a test reads them all.

use serde_json::{Map, Value};
use thiserror::Error;

use crate::events::afgoerelse::{DetDerAfgoer, DetDerAfgoer1, Form1};
use crate::events::haendelse::{Haendelse, PaamindelserAfgjort};

/// What reading treats apart, for its amount.
const PAAMINDELSER_AFGJORT: &str = "PaamindelserAfgjort";

/// A stored event that cannot be read.
#[derive(Debug, Error)]
pub enum FormFejl {
    /// The name is not known to this version of the program.
    #[error("ukendt hændelse {navn} form {form}: skrevet af en nyere version?")]
    Ukendt {
        /// Name of the event.
        navn: String,
        /// Number of the stored form.
        form: u16,
    },
    /// The body does not fit the form. Holds no content of the event.
    #[error("hændelsen {navn} form {form} kan ikke læses (linje {linje}, tegn {tegn})")]
    Ugyldig {
        /// Name of the event.
        navn: String,
        /// Number of the stored form.
        form: u16,
        /// Line of the stored body, from 1.
        linje: usize,
        /// Character in that line, from 1.
        tegn: usize,
    },
}

/// Reads an event of any form ever stored.
///
/// # Errors
/// [`FormFejl`], which names the event and never its content.
pub fn laes(navn: &str, form: u16, krop: &[u8]) -> Result<Haendelse, FormFejl> {
    let ugyldig = |e: &serde_json::Error| ugyldig(navn, form, e);
    let ukendt = || FormFejl::Ukendt { navn: navn.to_owned(), form };
    let nyeste = Haendelse::FORMER.iter().find(|(n, _)| *n == navn).ok_or_else(ukendt)?.1;
    if form == 0 || form > nyeste {
        return Err(ukendt());
    }
    if form == nyeste {
        return Haendelse::fra_nyeste(navn, krop).ok_or_else(ukendt)?.map_err(|e| ugyldig(&e));
    }
    // Most of what is ever recorded, so it is lifted as it is read: `migrations/0002-tilbageholdte-paamindelser`.
    if navn == PAAMINDELSER_AFGJORT {
        let Form1 { forloeb, afgoerelser } = serde_json::from_slice(krop).map_err(|e| ugyldig(&e))?;
        return Ok(PaamindelserAfgjort::ny(forloeb, afgoerelser).into());
    }
    let mut felter: Map<String, Value> = serde_json::from_slice(krop).map_err(|e| ugyldig(&e))?;
    for fra in form..nyeste {
        loeft(navn, fra, &mut felter);
    }
    let krop = serde_json::to_vec(&felter).map_err(|e| ugyldig(&e))?;
    Haendelse::fra_nyeste(navn, &krop).ok_or_else(ukendt)?.map_err(|e| ugyldig(&e))
}

/// As [`laes`], but of reminders that were withheld and may come back nothing: no decision needs them.
///
/// # Errors
/// As [`laes`].
pub fn laes_det_der_afgoer(navn: &str, form: u16, krop: &[u8]) -> Result<Haendelse, FormFejl> {
    let ugyldig = |e: serde_json::Error| ugyldig(navn, form, &e);
    let (forloeb, afgoerelser) = match (navn, form) {
        (PAAMINDELSER_AFGJORT, 2) => {
            let DetDerAfgoer { forloeb, afgoerelser } = serde_json::from_slice(krop).map_err(ugyldig)?;
            (forloeb, afgoerelser)
        }
        (PAAMINDELSER_AFGJORT, 1) => {
            let DetDerAfgoer1 { forloeb, afgoerelser } = serde_json::from_slice(krop).map_err(ugyldig)?;
            (forloeb, afgoerelser)
        }
        _ => return laes(navn, form, krop),
    };
    Ok(PaamindelserAfgjort { forloeb, afgoerelser, tilbageholdt: Vec::new() }.into())
}

fn ugyldig(navn: &str, form: u16, e: &serde_json::Error) -> FormFejl {
    FormFejl::Ugyldig { navn: navn.to_owned(), form, linje: e.line(), tegn: e.column() }
}

/// One step, from form `fra` to `fra + 1`. What cannot be lifted is left as it is, and then fails as it is read.
fn loeft(navn: &str, fra: u16, felter: &mut Map<String, Value>) {
    if let ("SamtaleRegistreret", 1) = (navn, fra) {
        samtale_2(felter);
    }
}

/// `migrations/0001-samtale-udfald`: two yes/no fields became one outcome.
fn samtale_2(felter: &mut Map<String, Value>) {
    let holdt = felter.remove("holdt").and_then(|v| v.as_bool());
    let telefonisk = felter.remove("telefonisk").and_then(|v| v.as_bool()).unwrap_or(false);
    let udfald = match holdt {
        Some(true) if telefonisk => "holdt_telefon",
        Some(true) => "holdt",
        Some(false) => "deltog_ikke",
        None => return,
    };
    felter.insert("udfald".to_owned(), Value::from(udfald));
}
