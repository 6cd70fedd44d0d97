//! What a form sends: the command with what guards it, and what is kept of one that was refused.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::fault::Sidefejl;
use super::formular::{Fejllinje, forklaring};
use super::session::{Par, find};
use crate::http::Krop;
use crate::noegler::tilfaeldige;
use crate::problem::Problem;

/// A form that was refused: the page is shown again with it.
pub(crate) struct Afvist {
    pub(crate) formular: String,
    pub(crate) indsendt: Vec<(String, String)>,
    pub(crate) problem: Problem,
}

/// A key for the forms of one page, so that a form sent twice is one command.
pub(crate) fn ny_noegle() -> Result<String, Sidefejl> {
    let mut bytes = [0; 16];
    tilfaeldige(&mut bytes).map_err(Sidefejl::internal)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The command as a form sent it, with what guards it.
///
/// What was typed is part of its key: the page sent twice is one command, and the page from Back with something else in it
/// is another, which is decided like any other.
pub(crate) fn krop(navn: &str, felter: &Par, json: serde_json::Value) -> Krop {
    let version = find(felter, "version").and_then(|v| v.parse().ok());
    let noegle = find(felter, "noegle").filter(|n| n.len() <= 64);
    Krop::af_formular(json, version, noegle.map(|n| format!("{n}-{navn}-{}", indhold(felter))))
}

/// A fingerprint of what was typed.
fn indhold(felter: &Par) -> eventlog::Hash {
    let mut bytes = Vec::new();
    for tekst in felter.iter().filter(|(navn, _)| navn != "noegle").flat_map(|(navn, vaerdi)| [navn, vaerdi]) {
        bytes.extend_from_slice(&(tekst.len() as u64).to_be_bytes());
        bytes.extend_from_slice(tekst.as_bytes());
    }
    eventlog::Hash::of(&bytes)
}

/// What was refused, and what was typed in a form that is not on the page any more.
pub(crate) fn uden_formular(afvist: &Afvist) -> Vec<Fejllinje> {
    let skrevet = (afvist.indsendt.iter())
        .filter(|(navn, vaerdi)| !["version", "noegle"].contains(&navn.as_str()) && !vaerdi.trim().is_empty())
        .map(|(navn, vaerdi)| format!("Ikke gemt, {}: {vaerdi}", navn.replace('_', " ")));
    let linje = |tekst| Fejllinje { felt: None, tekst };
    [forklaring(&afvist.problem)].into_iter().chain(skrevet).map(linje).collect()
}
