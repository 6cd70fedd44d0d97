//! `token create`

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use eventlog::Hash;
use forloeb::Aktoer;
use forloeb::afvisning::Regel;
use forloeb::ord::Rolle;

use super::{Afslag, GJORT, Ud};
use crate::kerne::Kerne;
use crate::noegler::tilfaeldige;
use crate::tekster;
use crate::visninger::TokenUdstedt;

/// What every token begins with, so that one that was left somewhere is recognised.
const FORAN: &str = "rv_";

pub(super) async fn opret(kerne: &Arc<Kerne>, rolle: Rolle, nr: Option<String>, ud: &Ud) -> Result<u8, Afslag> {
    match &nr {
        None if rolle.er_person() => {
            return Err(Afslag::brug(format!("Rollen {rolle} kræver --medarbejder.")));
        }
        Some(nr) => {
            let vis = kerne.vis();
            if vis.stamdata(nr).is_none() {
                return Err(Afslag::ny(tekster::regel(&Regel::UkendtAnsaettelse)));
            }
            if vis.er_slettet(nr) {
                return Err(Afslag::ny(tekster::regel(&Regel::PersonSlettet)));
            }
        }
        None => {}
    }
    let mut bytes = [0; 32];
    tilfaeldige(&mut bytes)?;
    let token = format!("{FORAN}{}", URL_SAFE_NO_PAD.encode(bytes));
    let udstedt = TokenUdstedt { hash: Hash::of(token.as_bytes()).to_string(), rolle, nr };
    kerne.registrer_token(&udstedt, &Aktoer::system("terminal")).await?;
    ud.ud(token).await?;
    Ok(GJORT)
}
