//! What a form of a forløb sends: a command by the name of its route, then back to the page.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::Forloeb;
use forloeb::frister::vurder;
use forloeb::ord::Rolle;
use uuid::Uuid;

use super::forloeb::tegn;
use super::formular::vises_igen;
use super::kig::{Kig, id};
use super::parts::submission::{Afvist, call, once};
use super::ramme::Sidefejl;
use super::session::{Inde, Par};
use super::{Stat, mig};
use crate::commands::{self, OnPage};
use crate::problem::Problem;

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
    if kerne.er_udfoert(once(&navn, &inde.bruger, &felter)).await? {
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
