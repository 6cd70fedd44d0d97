//! What a form sends: the command with what guards it, and what is kept of one that was refused.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use eventlog::{Hash, Idempotency};
use serde_json::Value;
use uuid::Uuid;

use super::fault::PageError;
use super::page_form::{ErrorLine, explanation};
use crate::access::User;
use crate::commands::Call;
use crate::commands::typed::{Typed, find};
use crate::keys::fill_random;
use crate::problem::Problem;

/// A field of a form that was opened from a list, which is where one comes back to.
pub(crate) const WAY_BACK: (&str, &str) = ("kom_fra", "liste");

/// The button that asks for room for one more of the people that a form takes; nothing is sent by it.
pub(crate) const MORE: (&str, &str) = ("goer", "flere");

/// A form that was refused: the page is shown again with it.
pub(crate) struct RefusedForm {
    pub(crate) page_form: String,
    pub(crate) submitted: Vec<(String, String)>,
    pub(crate) problem: Problem,
}

/// A key for the forms of one page, so that a form sent twice is one command.
pub(crate) fn new_key() -> Result<String, PageError> {
    let mut bytes = [0; 16];
    fill_random(&mut bytes).map_err(PageError::internal)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The key of a form, by its name.
///
/// What was typed is part of it: the page sent twice is one command, and the page from Back with something else in it is
/// another, which is decided like any other.
pub(crate) fn once(form: &str, caller: &User, typed: &Typed) -> Option<Idempotency> {
    let key = find(typed, "noegle").filter(|n| n.len() <= 64)?;
    let what = fingerprint(typed).to_string();
    let who = format!("{}/{}", caller.rolle, caller.nr.as_deref().unwrap_or_default());
    Some(crate::core::idempotency(&who, &format!("{key}-{form}-{what}"), what.as_bytes()))
}

/// The command as a form sent it, with what guards it.
pub(crate) fn call<'a>(
    form: &str,
    caller: &'a User,
    forloeb: Option<Uuid>,
    typed: &Typed,
    given: &'a Value,
) -> Call<'a> {
    let if_version = find(typed, "version").and_then(|v| v.parse().ok());
    Call { caller, forloeb, given, if_version, once: once(form, caller, typed) }
}

/// What stands for all that a form sends but its key: another word in it, and it is another. A browser may write line breaks
/// in two ways.
pub(crate) fn mark(typed: &Typed) -> String {
    let same: Vec<_> = typed.iter().map(|(name, value)| (name.clone(), value.replace("\r\n", "\n"))).collect();
    fingerprint(&same).to_string()
}

/// A fingerprint of what was typed.
fn fingerprint(typed: &Typed) -> Hash {
    let mut bytes = Vec::new();
    for text in typed.iter().filter(|(name, _)| name != "noegle").flat_map(|(name, value)| [name, value]) {
        bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    Hash::of(&bytes)
}

/// What was refused, and what was typed in a form that is not on the page any more.
pub(crate) fn without_page_form(refused: &RefusedForm) -> Vec<ErrorLine> {
    let written = (refused.submitted.iter())
        .filter(|(name, value)| {
            !["version", "noegle", WAY_BACK.0, MORE.0].contains(&name.as_str()) && !value.trim().is_empty()
        })
        .map(|(name, value)| format!("Ikke gemt, {}: {value}", name.replace('_', " ")));
    let line = |tekst| ErrorLine { felt: None, tekst };
    [explanation(&refused.problem)].into_iter().chain(written).map(line).collect()
}
