//! The employee's own page: what has happened, what is planned, and the plan, in plain words.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use forloeb::frister::vurder;
use forloeb::ord::{Fristart, Friststatus, Rolle};
use forloeb::{Aktoer, Forloeb};

use super::Stat;
use super::datoer::{begge, lang, tidspunkt};
use super::formular::{Fejllinje, Formular};
use super::formularer;
use super::historik::{self, Linje};
use super::kig::Kig;
use super::parts::names::stort;
use super::parts::plan::Laesning;
use super::parts::submission::{Afvist, ny_noegle, uden_formular};
use super::ramme::{Ramme, Sidefejl, html};
use super::session::Inde;
use crate::problem::Problem;
use crate::tekster::rollenavn;
use crate::visninger::OpslagNoteret;

struct Step {
    hvad: &'static str,
    hvornaar: String,
    hvem: &'static str,
}

struct Mit {
    id: uuid::Uuid,
    version: u64,
    overskrift: String,
    leder: String,
    indkaldt: Option<String>,
    planlagt: Vec<Step>,
    historik: Vec<Linje>,
    plan: Option<Laesning>,
    kontaktperson: Option<String>,
    /// What an employee registers: whom they would rather hear from, and that they ask for fast track.
    formularer: Vec<Formular>,
}

#[derive(Template)]
#[template(path = "mig.html")]
struct Side {
    ramme: Ramme,
    noegle: String,
    fejl: Vec<Fejllinje>,
    aabent: Option<Mit>,
    tidligere: Vec<String>,
    opslag: Vec<String>,
}

/// Who has opened what is sealed about the reader, the newest first, each in a sentence.
pub(super) async fn opslag(stat: &Stat, inde: &Inde) -> Result<Vec<String>, Sidefejl> {
    let nr = inde.bruger.nr.as_deref().filter(|_| inde.bruger.rolle == Rolle::Medarbejder).unwrap_or_default();
    let alle = stat.t.kerne.opslag(nr).await?;
    let linje = |(tid, aktoer, noteret): (_, Aktoer, OpslagNoteret)| {
        let hvem = aktoer.rolle.map_or("Raskvej", |rolle| stort(rollenavn(rolle)));
        format!("{}: {hvem} {}.", tidspunkt(tid), noteret.formaal.navn())
    };
    Ok(alle.into_iter().map(linje).collect())
}

pub(super) async fn side(State(stat): State<Stat>, inde: Inde) -> Result<Response, Sidefejl> {
    let opslag = opslag(&stat, &inde).await?;
    let _laan = stat.t.kerne.laan(inde.bruger.nr.as_deref().unwrap_or_default()).await?;
    let vis = stat.t.kerne.vis();
    tegn(&Kig::ny(&stat, &inde, &vis), opslag, None)
}

/// The page, with the form that was refused.
pub(super) fn tegn(k: &Kig<'_>, opslag: Vec<String>, afvist: Option<&Afvist>) -> Result<Response, Sidefejl> {
    let nr = k.bruger().nr.as_deref().filter(|_| k.bruger().rolle == Rolle::Medarbejder);
    let nr = nr.ok_or_else(Problem::maa_ikke)?;
    let mut fejl = Vec::new();
    let egne = k.vis.forloeb_for(nr)?;
    let egne: Vec<Arc<Forloeb>> = egne.into_iter().filter(|f| k.find(f.id).is_ok()).collect();
    let mut aabent = egne.iter().rev().find(|f| f.er_aabent(k.idag)).map(|f| mit(k, f)).transpose()?;
    let mut formularer = aabent.iter_mut().flat_map(|m| &mut m.formularer);
    if let Some(afvist) = afvist
        && let Some(formular) = formularer.find(|x| x.form.name == afvist.formular)
    {
        fejl = formular.afvist(&afvist.indsendt, &afvist.problem);
    }
    if let Some(afvist) = afvist.filter(|_| fejl.is_empty()) {
        fejl = uden_formular(afvist);
    }
    let side = Side {
        ramme: k.ramme(if fejl.is_empty() { "Mit forløb" } else { "Fejl: Mit forløb" }),
        noegle: ny_noegle()?,
        fejl,
        aabent,
        tidligere: (egne.iter().rev().filter(|f| !f.er_aabent(k.idag)))
            .map(|f| {
                let slut = f.slutdag(k.idag).map(lang).unwrap_or_default();
                format!("Fra {} til {slut}", lang(f.foerste))
            })
            .collect(),
        opslag,
    };
    Ok(html(afvist.map_or(StatusCode::OK, |a| a.problem.statuskode()), &side))
}

fn mit(k: &Kig<'_>, f: &Forloeb) -> Result<Mit, Problem> {
    let v = vurder(f, k.idag, &k.stat.t.kerne.bog());
    let a = k.vis.ansaettelse(&f.medarbejder_nr)?;
    let udestaar = |art| v.frist(art).filter(|fr| fr.status.udestaar() && fr.status != Friststatus::Tabt);
    let planlagt = [
        (Fristart::FoersteKontakt, "En kollega eller din leder kontakter dig", "din kontaktperson eller leder"),
        (Fristart::Samtale, "Du og din leder holder en samtale om, hvordan du kommer godt tilbage", "din leder"),
        (Fristart::OtteUger, "I følger op på, hvordan det går", "din leder"),
        (Fristart::TtaEvaluering, "I ser på, om planen passer til dig", "koordinatoren"),
    ];
    Ok(Mit {
        id: f.id,
        version: f.version,
        overskrift: format!("Du har været væk siden {} (dag {})", lang(f.foerste), f.dagnummer(k.idag)),
        leder: f.leder(k.idag).map_or_else(|| "HR".to_owned(), |nr| k.navn(nr)),
        indkaldt: f.indkaldt.as_ref().filter(|_| f.samtaler.is_empty()).map(|i| tidspunkt(i.hvad.to_utc())),
        planlagt: (planlagt.into_iter())
            .filter_map(|(art, hvad, hvem)| {
                let fr = udestaar(art)?;
                let hvornaar = if fr.maaldag < k.idag {
                    "snarest".to_owned()
                } else {
                    format!("senest {}", begge(fr.maaldag, k.idag))
                };
                Some(Step { hvad, hvornaar, hvem })
            })
            .collect(),
        historik: a.map_or_else(Vec::new, |a| {
            historik::linjer(k, a, f, false).into_iter().filter(|l| !l.paamindelse).collect()
        }),
        plan: f.plan().and_then(|p| Laesning::ny(k, f, p.hvad.version).ok()),
        kontaktperson: f.kontaktperson().filter(|nr| k.vis.er_ansat(nr)).map(|nr| k.navn(nr)),
        formularer: formularer::alle(k, f, &v).into_iter().flat_map(|g| g.formularer).collect(),
    })
}
