//! `token create`

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use eventlog::Hash;
use forloeb::Aktoer;
use forloeb::refusal::BrokenRegel;
use forloeb::words::Rolle;

use super::{DONE, Failure, Out};
use crate::core::App;
use crate::keys::fill_random;
use crate::projections::TokenUdstedt;
use crate::sentences;

/// What every token begins with, so that one that was left somewhere is recognised.
const PREFIX: &str = "rv_";

pub(super) async fn create(app: &Arc<App>, rolle: Rolle, nr: Option<String>, out: &Out) -> Result<u8, Failure> {
    match &nr {
        None if rolle.is_person() => {
            return Err(Failure::usage(format!("Rollen {rolle} kræver --medarbejder.")));
        }
        Some(nr) => {
            let projections = app.projections();
            if projections.stamdata(nr).is_none() {
                return Err(Failure::new(sentences::regel(&BrokenRegel::UnknownAnsaettelse)));
            }
            if projections.is_erased(nr) {
                return Err(Failure::new(sentences::regel(&BrokenRegel::PersonSlettet)));
            }
        }
        None => {}
    }
    let mut bytes = [0; 32];
    fill_random(&mut bytes)?;
    let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
    let issued = TokenUdstedt { hash: Hash::of(token.as_bytes()).to_string(), rolle, nr };
    app.registrer_token(&issued, &Aktoer::system("terminal")).await?;
    out.out(token).await?;
    Ok(DONE)
}
