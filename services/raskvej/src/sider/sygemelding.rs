//! Reporting somebody sick: the leader chooses among their own, HR types the number.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::ord::Rolle;

use super::Stat;
use super::formular::{Fejllinje, Felt, Formular, Slags};
use super::kig::Kig;
use super::parts::submission::{krop, ny_noegle};
use super::ramme::{Ramme, Sidefejl, html};
use super::session::{Inde, Par, Soeg, find};
use crate::http::kommandoer::{Opret, sygemeld};
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

fn formular(k: &Kig<'_>) -> Formular {
    let aarsager =
        [("sygdom", "Sygdom"), ("arbejdsskade", "Arbejdsskade"), ("graviditet", "Graviditetsbetinget fravær")];
    let varighed = [("under_8_uger", "Under 8 uger"), ("over_8_uger", "Over 8 uger"), ("ukendt", "Ved det ikke endnu")];
    let mut felter = vec![
        Felt::ny("foerste_fravaersdag", "Første fraværsdag", Slags::Dato)
            .med(k.idag)
            .hjaelp("Den første hele dag, medarbejderen er væk."),
        Felt::valg("aarsag", "Årsag", &aarsager).med("sygdom").hjaelp("Skriv eller spørg aldrig om diagnose."),
        Felt::ny("omfang_pct", "Fravær i procent", Slags::Tal).med(100).hjaelp("100 er helt fraværende."),
        Felt::valg("forventet_varighed", "Hvor længe ventes fraværet at vare?", &varighed).frivillig(),
    ];
    let nr = Felt::ny("medarbejder_nr", "Medarbejdernummer", Slags::Tekst);
    felter.insert(0, nr);
    Formular::ny("sygemelding", "Ny sygemelding", "Registrér sygemeldingen", felter)
}

fn tegn(k: &Kig<'_>, valgt: &str, afvist: Option<(&Par, &Problem)>) -> Result<Response, Sidefejl> {
    let mut formular = formular(k);
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
    maa(&inde)?;
    let json = {
        let vis = stat.t.kerne.vis();
        formular(&Kig::ny(&stat, &inde, &vis)).json(&par)
    };
    let krop = krop("sygemelding", &par, json);
    let svar = match krop.laes::<Opret>() {
        Ok(o) => sygemeld(&stat.t.kerne, &inde.bruger, &o, Some(&krop)).await,
        Err(problem) => Err(problem),
    };
    match svar {
        Ok((id, _)) => Ok(Redirect::to(&format!("/forloeb/{id}?ok=sygemelding")).into_response()),
        Err(problem) if matches!(problem.status, 409 | 422 | 503) => {
            let vis = stat.t.kerne.vis();
            let nr = find(&par, "medarbejder_nr").unwrap_or_default();
            tegn(&Kig::ny(&stat, &inde, &vis), nr, Some((&par, &problem)))
        }
        Err(problem) => Err(problem.into()),
    }
}
