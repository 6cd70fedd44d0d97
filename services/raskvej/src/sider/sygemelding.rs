//! Reporting somebody sick: the leader chooses among their own, HR types the number.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::ord::Rolle;

use super::Stat;
use super::formular::{Fejllinje, Formular, vises_igen};
use super::kig::Kig;
use super::parts::submission::{call, ny_noegle};
use super::ramme::{Ramme, Sidefejl, html};
use super::session::{Inde, Par, Soeg, find};
use crate::commands::sygemelding::{ENTRY, Opret, form};
use crate::commands::{Command, Left, Outcome};
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "sygemelding.html")]
struct Side {
    ramme: Ramme,
    noegle: String,
    fejl: Vec<Fejllinje>,
    /// The leader's own employees: number, name, chosen.
    egne: Option<Vec<(String, String, bool)>>,
    egne_fejl: Option<String>,
    formular: Formular,
}

fn maa(inde: &Inde) -> Result<(), Sidefejl> {
    if matches!(inde.bruger.rolle, Rolle::Hr | Rolle::Leder) { Ok(()) } else { Err(Problem::maa_ikke().into()) }
}

fn tegn(k: &Kig<'_>, valgt: &str, afvist: Option<(&Par, &Problem)>) -> Result<Response, Sidefejl> {
    let mut formular = Formular::from(form(k.idag));
    let fejl = afvist.map_or_else(Vec::new, |(par, problem)| formular.afvist(par, problem));
    let egne = (k.bruger().rolle == Rolle::Leder).then(|| {
        let nr = k.bruger().nr.as_deref().unwrap_or_default();
        let andre = k.vis.ledte(nr).into_iter().filter(|x| !k.vis.er_samme_person(x, nr) && k.vis.er_ansat(x));
        let med_valg = |(nr, navn): (String, String)| {
            let er_valgt = nr == valgt;
            (nr, navn, er_valgt)
        };
        k.folk(andre).into_iter().map(med_valg).collect()
    });
    let mut egne_fejl = None;
    if egne.is_some() {
        egne_fejl = formular.felter.remove(0).fejl;
    }
    let side = Side {
        ramme: k.ramme(if fejl.is_empty() { "Ny sygemelding" } else { "Fejl: Ny sygemelding" }),
        noegle: ny_noegle()?,
        fejl,
        egne,
        egne_fejl,
        formular,
    };
    Ok(html(afvist.map_or(StatusCode::OK, |(_, p)| p.statuskode()), &side))
}

pub(super) async fn side(State(stat): State<Stat>, inde: Inde, soeg: Soeg) -> Result<Response, Sidefejl> {
    maa(&inde)?;
    let vis = stat.t.kerne.vis();
    tegn(&Kig::ny(&stat, &inde, &vis), soeg.tekst("medarbejder_nr").unwrap_or_default(), None)
}

pub(super) async fn indsend(State(stat): State<Stat>, inde: Inde, Form(par): Form<Par>) -> Result<Response, Sidefejl> {
    let kerne = &stat.t.kerne;
    let given = form(kerne.ur.idag()).given(&par);
    match ENTRY.run(kerne, call(Opret::NAME, &inde.bruger, None, &par, &given)).await {
        Ok(Outcome { left: Left::Forloeb { id, .. }, .. }) => {
            Ok(Redirect::to(&format!("/forloeb/{id}?ok={}", ENTRY.code(None))).into_response())
        }
        Ok(_) => Ok(Redirect::to("/").into_response()),
        Err(refusal) => {
            let problem = vises_igen(refusal)?;
            let vis = kerne.vis();
            let nr = find(&par, "medarbejder_nr").unwrap_or_default();
            tegn(&Kig::ny(&stat, &inde, &vis), nr, Some((&par, &problem)))
        }
    }
}
