//! The rules page of HR: the policies of the workplace, a new one, and what it would change.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::hvad_hvis::Vindue;
use forloeb::kalender::plus_dage;
use forloeb::politik::EKSEMPLER;
use serde::Deserialize;

use super::Stat;
use super::datoer::{kroner, lang, som_iso, tidspunkt};
use super::kig::Kig;
use super::ramme::{Ramme, Sidefejl, html};
use super::session::{Inde, Soeg};
use crate::dates;
use crate::hvad_hvis::{Enhed, afspil, andre_regler};
use crate::politik::{Fastsat, PolitikFejl, alle};
use crate::problem::Problem;
use crate::tekster::{antal, dato, fristnavn, tal};

/// How far back what-if looks: the last year, whose forløb mostly have come to their end.
const DAGE_TILBAGE: i64 = 365;

struct Fastlagt {
    fra: String,
    tid: String,
    tekst: String,
}

struct Eksempel {
    navn: &'static str,
    tekst: &'static str,
}

/// One unit's row, or the sum.
struct Raekke {
    enhed: String,
    anderledes: String,
    flyttede: String,
    paamindelser: String,
    refusion: String,
}

struct Svar {
    set: String,
    enheder: Vec<Raekke>,
    ialt: Raekke,
    frister: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "regler.html")]
struct Side {
    ramme: Ramme,
    saet: Vec<String>,
    fastlagte: Vec<Fastlagt>,
    eksempler: Vec<Eksempel>,
    tekst: String,
    fra: String,
    tidligst: String,
    fejl: Option<String>,
    svar: Option<Svar>,
}

/// What the form sends.
#[derive(Debug, Deserialize)]
pub(super) struct Indsendt {
    #[serde(default)]
    politik: String,
    #[serde(default)]
    fra: String,
    /// `proev` or `fastsaet`.
    #[serde(default)]
    hvad: String,
}

pub(super) async fn side(State(stat): State<Stat>, inde: Inde, soeg: Soeg) -> Result<Response, Sidefejl> {
    kun_hr(&inde)?;
    let eksempel = soeg.tekst("eksempel");
    let tekst = EKSEMPLER.iter().find(|(navn, _)| Some(*navn) == eksempel).map_or("", |(_, t)| *t);
    vis(&stat, &inde, StatusCode::OK, Udfyldt { tekst: tekst.to_owned(), ..Udfyldt::default() }).await
}

pub(super) async fn indsend(
    State(stat): State<Stat>,
    inde: Inde,
    Form(sendt): Form<Indsendt>,
) -> Result<Response, Sidefejl> {
    kun_hr(&inde)?;
    let Indsendt { politik: tekst, fra, hvad } = sendt;
    let udfyldt = Udfyldt { tekst, fra, ..Udfyldt::default() };
    if hvad == "proev" {
        return proev(&stat, &inde, udfyldt).await;
    }
    let forkert = |udfyldt: Udfyldt, fejl: String| Udfyldt { fejl: Some(fejl), ..udfyldt };
    let dag = match dates::day(&som_iso(&udfyldt.fra)) {
        Ok(dag) => dag,
        Err(fejl) => {
            let udfyldt = forkert(udfyldt, format!("Gælder fra: {fejl}."));
            return vis(&stat, &inde, StatusCode::UNPROCESSABLE_ENTITY, udfyldt).await;
        }
    };
    match stat.t.kerne.fastsaet_politik(dag, &udfyldt.tekst, &inde.bruger.aktoer()).await {
        Ok(_) => Ok(Redirect::to("/hr/regler?ok=politik").into_response()),
        Err(PolitikFejl::Kommando(fejl)) => Err(Problem::from(fejl).into()),
        Err(fejl) => {
            let tekst = fejl.to_string();
            vis(&stat, &inde, StatusCode::UNPROCESSABLE_ENTITY, forkert(udfyldt, tekst)).await
        }
    }
}

fn kun_hr(inde: &Inde) -> Result<(), Sidefejl> {
    if inde.bruger.er_hr() { Ok(()) } else { Err(Problem::maa_ikke().into()) }
}

/// What the page shows besides what is in force.
#[derive(Default)]
struct Udfyldt {
    tekst: String,
    fra: String,
    fejl: Option<String>,
    svar: Option<Svar>,
}

async fn proev(stat: &Stat, inde: &Inde, udfyldt: Udfyldt) -> Result<Response, Sidefejl> {
    let (bog, idag) = (stat.t.kerne.bog(), stat.t.kerne.ur.idag());
    let ny = match andre_regler(&bog, &udfyldt.tekst) {
        Ok(ny) => ny,
        Err(fejl) => {
            let udfyldt = Udfyldt { fejl: Some(fejl), ..udfyldt };
            return vis(stat, inde, StatusCode::UNPROCESSABLE_ENTITY, udfyldt).await;
        }
    };
    let vindue = Vindue { fra: plus_dage(idag, -DAGE_TILBAGE), til: idag, idag };
    let fundet = afspil(&stat.t.kerne.log, &bog, &ny.into(), vindue, |_, _| {}).await?;
    let frister = fundet.ialt.frister.iter().map(|(art, f)| {
        let tekst = format!(
            "{} flyttet, {} nye, {} væk; påmindelser {} → {}",
            tal(f.flyttede),
            tal(f.nye),
            tal(f.vaek),
            tal(f.paamindelser),
            tal(f.nye_paamindelser)
        );
        (fristnavn(*art), tekst)
    });
    let forloeb = antal(fundet.forloeb as u64, "forløb", "forløb");
    let svar = Svar {
        set: format!(
            "{forloeb}, der begyndte fra {} til {}: {} ville være anderledes.",
            lang(vindue.fra),
            lang(vindue.til),
            tal(fundet.anderledes as u64)
        ),
        frister: frister.collect(),
        ialt: raekke(&fundet.ialt),
        enheder: fundet.enheder.iter().map(raekke).collect(),
    };
    vis(stat, inde, StatusCode::OK, Udfyldt { svar: Some(svar), ..udfyldt }).await
}

fn raekke(e: &Enhed) -> Raekke {
    let sum = |hvad: fn(&crate::hvad_hvis::Frister) -> u64| e.frister.values().map(hvad).sum::<u64>();
    let (nu, ny) = (sum(|f| f.paamindelser), sum(|f| f.nye_paamindelser));
    let refusion = match e.nyt_tab.kr - e.tab.kr {
        0 if e.nyt_tab.dage == e.tab.dage => "uændret".to_owned(),
        kr => format!("{} dage, {}", e.nyt_tab.dage - e.tab.dage, kroner(kr)),
    };
    Raekke {
        enhed: e.navn.clone(),
        anderledes: tal(e.anderledes),
        flyttede: tal(sum(|f| f.flyttede + f.nye + f.vaek)),
        paamindelser: format!("{} → {}", tal(nu), tal(ny)),
        refusion,
    }
}

async fn vis(stat: &Stat, inde: &Inde, status: StatusCode, udfyldt: Udfyldt) -> Result<Response, Sidefejl> {
    let fastsatte = alle(&stat.t.kerne.log).await?;
    let bog = stat.t.kerne.bog();
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(stat, inde, &vis);
    let tidligst = plus_dage(k.idag, 1).to_string();
    let Udfyldt { tekst, fra, fejl, svar } = udfyldt;
    let fastlagt = |f: Fastsat| Fastlagt { fra: lang(f.fra), tid: tidspunkt(f.tid), tekst: f.tekst };
    let side = Side {
        saet: bog.saet().iter().map(|s| format!("{}, for fravær fra {}", s.navn, dato(s.gaelder_fra))).collect(),
        fastlagte: fastsatte.into_iter().rev().map(fastlagt).collect(),
        eksempler: EKSEMPLER.map(|(navn, tekst)| Eksempel { navn, tekst }).into(),
        fra: if fra.is_empty() { tidligst.clone() } else { fra },
        ramme: k.ramme("Regler og politik"),
        tekst,
        tidligst,
        fejl,
        svar,
    };
    Ok(html(status, &side))
}
