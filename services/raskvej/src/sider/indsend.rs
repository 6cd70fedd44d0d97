//! What a form of a forløb sends: a command by the name of its route, then back to the page.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::Forloeb;
use forloeb::frister::vurder;
use forloeb::ord::Rolle;

use super::forloeb::tegn;
use super::formular::Formular;
use super::kig::{Kig, id};
use super::parts::submission::{Afvist, krop};
use super::ramme::Sidefejl;
use super::session::{Inde, Par, find};
use super::{Stat, formularer, mig};
use crate::adgang::Oenske;
use crate::http::kommandoer::efter_navn;
use crate::problem::Problem;

pub(super) async fn kommando(
    State(stat): State<Stat>,
    inde: Inde,
    Path((tekst, kommando)): Path<(String, String)>,
    Form(felter): Form<Par>,
) -> Result<Response, Sidefejl> {
    let id = id(&tekst)?;
    let _laan = stat.t.kerne.laan_forloeb(id).await.map_err(Problem::from)?;
    let navn = navn(&kommando, &felter);
    // The same form sent twice: what it did may have taken the form off the page, and that is no refusal.
    let noegle = krop(&navn, &felter, serde_json::Value::Null).idempotens(&inde.bruger);
    if stat.t.kerne.er_udfoert(noegle).await.map_err(|e| Problem::from(&e))? {
        return Ok(hjem(&stat, &inde, id, &kommando));
    }
    let formular = {
        let vis = stat.t.kerne.vis();
        let k = Kig::ny(&stat, &inde, &vis);
        let f = k.find(id)?;
        formular(&k, &f, &navn).ok_or_else(|| ikke_her(&k, &f, &kommando))
    };
    let formular = match formular {
        Ok(formular) => formular,
        // What was typed is shown with the page as it is now: nobody has to write it again.
        Err(problem) if problem.status == 409 => {
            return afvis(&stat, &inde, id, &Afvist { formular: navn, indsendt: felter, problem }).await;
        }
        Err(problem) => return Err(problem.into()),
    };
    let krop = krop(&navn, &felter, formular.json(&felter));
    match efter_navn(&stat.t, &inde.bruger, id, &kommando, &krop).await {
        Ok(svar) => {
            let advarsel = kommando == "delvis" && har_advarsel(svar).await;
            let kode = if advarsel { "delvis-lidt" } else { kommando.as_str() };
            Ok(hjem(&stat, &inde, id, kode))
        }
        Err(problem) if matches!(problem.status, 409 | 412 | 422 | 503) => {
            afvis(&stat, &inde, id, &Afvist { formular: navn, indsendt: felter, problem }).await
        }
        Err(problem) => Err(problem.into()),
    }
}

/// Back to the page, with a word that it was done.
fn hjem(stat: &Stat, inde: &Inde, id: uuid::Uuid, kode: &str) -> Response {
    let hjem = if inde.bruger.rolle == Rolle::Medarbejder { "/mig".to_owned() } else { format!("/forloeb/{id}") };
    // A command can take the forløb out of the caller's sight: a change of leader, an annulment.
    let ses = inde.bruger.find(id, &stat.t.kerne.vis(), stat.t.kerne.ur.idag()).is_ok();
    Redirect::to(&format!("{}?ok={kode}", if ses { hjem.as_str() } else { "/" })).into_response()
}

async fn afvis(stat: &Stat, inde: &Inde, id: uuid::Uuid, afvist: &Afvist) -> Result<Response, Sidefejl> {
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

/// Corrections and annulments have several forms each.
fn navn(kommando: &str, felter: &Par) -> String {
    match (kommando, find(felter, "felt"), find(felter, "haendelse")) {
        ("rettelse", Some(felt), _) => format!("rettelse-{felt}"),
        ("annullering", _, Some(position)) => format!("annullering-{position}"),
        _ => kommando.to_owned(),
    }
}

fn formular(k: &Kig<'_>, f: &Forloeb, navn: &str) -> Option<Formular> {
    if k.bruger().rolle == Rolle::Medarbejder {
        return mig::formularer(k, f).into_iter().find(|x| x.navn == navn);
    }
    if let Some(position) = navn.strip_prefix("annullering-").and_then(|p| p.parse().ok()) {
        return Some(formularer::annuller_en(position));
    }
    let v = vurder(f, k.idag, &k.stat.t.kerne.bog());
    formularer::alle(k, f, &v).into_iter().flat_map(|g| g.formularer).find(|x| x.navn == navn)
}

/// The form is not on the page any more, or never was for this reader.
fn ikke_her(k: &Kig<'_>, f: &Forloeb, kommando: &str) -> Problem {
    let oenske = match kommando {
        "foerste-kontakt" => Oenske::FoersteKontakt,
        "kontaktperson" => Oenske::Kontaktperson,
        "lederskifte" => Oenske::Lederskifte,
        "fast-track" => Oenske::FastTrack,
        "refusionsanmodning" | "tildeling" => Oenske::Refusion,
        "samtale-indkaldelse"
        | "samtale"
        | "anmeldelse"
        | "otte-uger"
        | "arbejdsskade"
        | "delvis"
        | "raskmelding"
        | "rettelse"
        | "annullering"
        | "afslutning" => Oenske::Forloeb,
        _ => return Problem::findes_ikke(),
    };
    if let Err(afslag) = k.bruger().maa_aendre(f.id, oenske, k.vis, k.idag) {
        return afslag.into();
    }
    let detail = "Det kan ikke registreres på forløbet, som det er nu. Se herunder, hvordan det står.";
    Problem::ny(StatusCode::CONFLICT, "passer_ikke", "Passer ikke længere", detail)
}

async fn har_advarsel(svar: Response) -> bool {
    let krop = axum::body::to_bytes(svar.into_body(), 1 << 20).await.unwrap_or_default();
    let json: serde_json::Value = serde_json::from_slice(&krop).unwrap_or_default();
    json["advarsler"].as_array().is_some_and(|a| !a.is_empty())
}
