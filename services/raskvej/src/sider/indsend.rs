//! What a form of a forløb sends: a command by the name of its route, then back to the page.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use eventlog::{Hash, Idempotency};
use forloeb::Forloeb;
use forloeb::frister::vurder;
use forloeb::ord::Rolle;
use serde_json::Value;
use uuid::Uuid;

use super::forloeb::{Afvist, tegn};
use super::formular::{Fejllinje, vises_igen};
use super::kig::{Kig, id};
use super::ramme::Sidefejl;
use super::session::{Inde, Par, find};
use super::{Stat, mig};
use crate::adgang::Bruger;
use crate::commands::typed::Typed;
use crate::commands::{self, Call, OnPage};
use crate::http::problem::Problem;
use crate::noegler::tilfaeldige;

/// What was done, by the code in the address.
pub(super) fn besked(kode: &str) -> Option<&'static str> {
    match kode {
        "uret" => Some("Uret er flyttet."),
        kode => commands::confirmation(kode),
    }
}

/// A key for the forms of one page, so that a form sent twice is one command.
pub(super) fn ny_noegle() -> Result<String, Problem> {
    let mut bytes = [0; 16];
    tilfaeldige(&mut bytes).map_err(|e| Problem::intern(&e))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The key of a form, by its name.
///
/// What was typed is part of it: the page sent twice is one command, and the page from Back with something else in it is
/// another, which is decided like any other.
pub(super) fn once(form: &str, caller: &Bruger, typed: &Typed) -> Option<Idempotency> {
    let key = find(typed, "noegle").filter(|n| n.len() <= 64)?;
    let what = fingerprint(typed).to_string();
    let who = format!("{}/{}", caller.rolle, caller.nr.as_deref().unwrap_or_default());
    Some(crate::kerne::idempotens(&who, &format!("{key}-{form}-{what}"), what.as_bytes()))
}

/// The command as a form sent it, with what guards it.
pub(super) fn call<'a>(
    form: &str,
    caller: &'a Bruger,
    forloeb: Option<Uuid>,
    typed: &Typed,
    given: &'a Value,
) -> Call<'a> {
    let if_version = find(typed, "version").and_then(|v| v.parse().ok());
    Call { caller, forloeb, given, if_version, once: once(form, caller, typed) }
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

pub(super) async fn kommando(
    State(stat): State<Stat>,
    inde: Inde,
    Path((tekst, kommando)): Path<(String, String)>,
    Form(felter): Form<Par>,
) -> Result<Response, Sidefejl> {
    let id = id(&tekst)?;
    let kerne = &stat.t.kerne;
    let _laan = kerne.laan_forloeb(id).await.map_err(Problem::from)?;
    let (entry, on_page) = commands::on_forloeb(&kommando).ok_or_else(Problem::findes_ikke)?;
    let navn = on_page.form_name(&felter);
    // The same form sent twice: what it did may have taken the form off the page, and that is no refusal.
    if kerne.er_udfoert(once(&navn, &inde.bruger, &felter)).await.map_err(|e| Problem::from(&e))? {
        return Ok(hjem(&stat, &inde, id, entry.code(None)));
    }
    let formular = {
        let vis = kerne.vis();
        let k = Kig::ny(&stat, &inde, &vis);
        let f = k.find(id)?;
        let v = vurder(&f, k.idag, &kerne.bog());
        on_page.form(&k.at(), &f, &v, &navn).ok_or_else(|| ikke_her(&k, &f, on_page))
    };
    let formular = match formular {
        Ok(formular) => formular,
        // What was typed is shown with the page as it is now: nobody has to write it again.
        Err(problem) if problem.status == 409 => {
            return afvis(&stat, &inde, id, &Afvist { formular: navn, indsendt: felter, problem }).await;
        }
        Err(problem) => return Err(problem.into()),
    };
    let given = formular.given(&felter);
    match entry.run(kerne, call(&navn, &inde.bruger, Some(id), &felter, &given)).await {
        Ok(outcome) => Ok(hjem(&stat, &inde, id, entry.code(Some(&outcome)))),
        Err(refusal) => {
            let problem = vises_igen(refusal)?;
            afvis(&stat, &inde, id, &Afvist { formular: navn, indsendt: felter, problem }).await
        }
    }
}

/// Back to the page, with a word that it was done.
fn hjem(stat: &Stat, inde: &Inde, id: Uuid, kode: &str) -> Response {
    let hjem = if inde.bruger.rolle == Rolle::Medarbejder { "/mig".to_owned() } else { format!("/forloeb/{id}") };
    // A command can take the forløb out of the caller's sight: a change of leader, an annulment.
    let ses = inde.bruger.find(id, &stat.t.kerne.vis(), stat.t.kerne.ur.idag()).is_ok();
    Redirect::to(&format!("{}?ok={kode}", if ses { hjem.as_str() } else { "/" })).into_response()
}

async fn afvis(stat: &Stat, inde: &Inde, id: Uuid, afvist: &Afvist) -> Result<Response, Sidefejl> {
    let hele = super::forloeb::hele(stat, inde, id).await?;
    let opslag = mig::opslag(stat, inde).await?;
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(stat, inde, &vis);
    let f = k.find(id)?;
    if inde.bruger.rolle == Rolle::Medarbejder {
        return mig::tegn(&k, opslag, Some(afvist));
    }
    tegn(&k, &f, &hele, None, Some(afvist))
}

/// The form is not on the page any more, or never was for this reader.
fn ikke_her(k: &Kig<'_>, f: &Forloeb, on_page: &OnPage) -> Problem {
    if let Err(afslag) = k.bruger().maa_aendre(f.id, on_page.access, k.vis, k.idag) {
        return afslag.into();
    }
    let detail = "Det kan ikke registreres på forløbet, som det er nu. Se herunder, hvordan det står.";
    Problem::ny(StatusCode::CONFLICT, "passer_ikke", "Passer ikke længere", detail)
}

/// What was refused, and what was typed in a form that is not on the page any more.
pub(super) fn uden_formular(afvist: &Afvist) -> Vec<Fejllinje> {
    let skrevet = (afvist.indsendt.iter())
        .filter(|(navn, vaerdi)| !["version", "noegle"].contains(&navn.as_str()) && !vaerdi.trim().is_empty())
        .map(|(navn, vaerdi)| format!("Ikke gemt, {}: {vaerdi}", navn.replace('_', " ")));
    let linje = |tekst| Fejllinje { felt: None, tekst };
    [super::formular::forklaring(&afvist.problem)].into_iter().chain(skrevet).map(linje).collect()
}
