//! Who acts for a leader who is not there: a leader's own, and for HR every leader's.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::ord::Rolle;
use forloeb::stedfortraeder::Stedfortraederperiode;

use super::Stat;
use super::datoer::lang;
use super::formular::{Fejllinje, Formular, vises_igen};
use super::kig::Kig;
use super::parts::submission::{call, ny_noegle};
use super::ramme::{Ramme, Sidefejl, html};
use super::session::{Inde, Par, Soeg, find};
use crate::commands::form::Field;
use crate::commands::request::FieldType;
use crate::commands::stedfortraeder::{ENTRY, Udpegning, forms, removal};
use crate::commands::{Command, Refusal};
use crate::dansk::dansk;
use crate::problem::Problem;

/// One leader's substitutes in a line of HR's list.
struct Linje {
    leder: String,
    nr: String,
    fast: String,
    perioder: Vec<String>,
}

/// Days on which somebody stands in, and what takes them away again.
struct Periode {
    tekst: String,
    fra: String,
    til: String,
}

/// The leader the forms are for.
struct Valgt {
    nr: String,
    navn: String,
    fast: Option<String>,
    perioder: Vec<Periode>,
    formularer: Vec<Formular>,
}

#[derive(Template)]
#[template(path = "stedfortraeder.html")]
struct Side {
    ramme: Ramme,
    noegle: String,
    fejl: Vec<Fejllinje>,
    hr: bool,
    valgt: Option<Valgt>,
    ukendt: bool,
    linjer: Vec<Linje>,
    /// The leaders the reader may act for.
    dine: Vec<String>,
    /// Number and name of the leaders under the reader, whose substitutes the reader may name.
    under: Vec<(String, String)>,
}

/// A form that was sent and refused.
struct Afvist<'a> {
    par: &'a Par,
    problem: &'a Problem,
}

pub(super) async fn side(State(stat): State<Stat>, inde: Inde, soeg: Soeg) -> Result<Response, Sidefejl> {
    let vis = stat.t.kerne.vis();
    tegn(&Kig::ny(&stat, &inde, &vis), soeg.tekst("leder_nr"), None)
}

pub(super) async fn indsend(State(stat): State<Stat>, inde: Inde, Form(par): Form<Par>) -> Result<Response, Sidefejl> {
    let leder_nr = find(&par, "leder_nr").unwrap_or_default();
    let navn = find(&par, "formular").unwrap_or_default();
    let given = {
        let vis = stat.t.kerne.vis();
        let k = Kig::ny(&stat, &inde, &vis);
        k.bruger().maa_udpege(leder_nr, &vis)?;
        let mut alle = forms(&k.at(), leder_nr).into_iter().chain([removal()]);
        let mut form = alle.find(|x| x.name == navn).ok_or_else(Problem::findes_ikke)?;
        form.fields.push(Field::fixed("leder_nr", leder_nr));
        form.given(&par)
    };
    let refusal = if navn == "periode" && find(&par, "stedfortraeder_nr").is_none() {
        // Nobody named is what takes days away again, and that has a button of its own. What else is wrong is said first.
        let udpegning = Udpegning::read(Some(&given)).map_err(Refusal::from);
        udpegning.err().unwrap_or_else(|| Refusal::field("stedfortraeder_nr", "skal udfyldes"))
    } else {
        match ENTRY.run(&stat.t.kerne, call(Udpegning::NAME, &inde.bruger, None, &par, &given)).await {
            Ok(_) if inde.bruger.leder_nr() == Some(leder_nr) => {
                return Ok(Redirect::to("/stedfortraeder?ok=stedfortraeder").into_response());
            }
            Ok(_) => {
                let til = format!("/stedfortraeder?leder_nr={leder_nr}&ok=stedfortraeder");
                return Ok(Redirect::to(&til).into_response());
            }
            Err(refusal) => refusal,
        }
    };
    let problem = vises_igen(refusal)?;
    let vis = stat.t.kerne.vis();
    let afvist = Afvist { par: &par, problem: &problem };
    tegn(&Kig::ny(&stat, &inde, &vis), Some(leder_nr), Some(&afvist))
}

fn tegn(k: &Kig<'_>, leder_nr: Option<&str>, afvist: Option<&Afvist<'_>>) -> Result<Response, Sidefejl> {
    let bruger = k.bruger();
    if !matches!(bruger.rolle, Rolle::Hr | Rolle::Leder) {
        return Err(Problem::maa_ikke().into());
    }
    // A leader's own, unless it is for one of the leaders under them.
    let leder_nr = leder_nr.or(bruger.leder_nr());
    let findes = leder_nr.filter(|nr| bruger.maa_udpege(nr, k.vis).is_ok());
    let mut valgt = findes.map(|nr| valgt(k, nr));
    let mut fejl = Vec::new();
    if let (Some(a), Some(v)) = (afvist, &mut valgt) {
        let navn = find(a.par, "formular").unwrap_or_default();
        if let Some(formular) = v.formularer.iter_mut().find(|x| x.form.name == navn) {
            fejl = formular.afvist(a.par, a.problem);
        }
    }
    let nr = bruger.nr.as_deref().unwrap_or_default();
    let dine = k.folk(k.vis.staar_ind_for(nr)).into_iter().map(|(_, navn)| navn).collect();
    let leder = |nr: &&str| k.vis.underordnede(nr).next().is_some() && k.vis.er_ansat(nr);
    let under = if bruger.er_hr() { Vec::new() } else { k.folk(k.vis.underordnede(nr).filter(leder)) };
    let titel = if bruger.er_hr() { "Stedfortrædere" } else { "Stedfortræder" };
    let side = Side {
        ramme: k.ramme(if fejl.is_empty() { titel.to_owned() } else { format!("Fejl: {titel}") }),
        noegle: ny_noegle()?,
        fejl,
        hr: bruger.er_hr(),
        ukendt: leder_nr.is_some() && valgt.is_none(),
        valgt,
        linjer: if bruger.er_hr() { linjer(k) } else { Vec::new() },
        dine,
        under,
    };
    Ok(html(afvist.map_or(StatusCode::OK, |a| a.problem.statuskode()), &side))
}

fn perioder(k: &Kig<'_>, leder_nr: &str) -> Vec<Periode> {
    let perioder = k.vis.stedfortraedere(leder_nr).into_iter().flat_map(|s| s.perioder(k.idag));
    let periode = |p: &Stedfortraederperiode| Periode {
        tekst: format!("{} fra {} til {}", k.navn(&p.nr), lang(p.fra), lang(p.til)),
        fra: p.fra.to_string(),
        til: p.til.to_string(),
    };
    perioder.map(periode).collect()
}

fn valgt(k: &Kig<'_>, leder_nr: &str) -> Valgt {
    Valgt {
        nr: leder_nr.to_owned(),
        navn: k.navn(leder_nr),
        fast: k.vis.stedfortraedere(leder_nr).and_then(|s| s.fast()).map(|nr| k.navn(nr)),
        perioder: perioder(k, leder_nr),
        formularer: forms(&k.at(), leder_nr).into_iter().map(Formular::from).collect(),
    }
}

fn linjer(k: &Kig<'_>) -> Vec<Linje> {
    let linje = |(nr, s): (&str, &forloeb::stedfortraeder::Stedfortraedere)| Linje {
        leder: k.navn(nr),
        nr: nr.to_owned(),
        fast: s.fast().map_or_else(|| "ingen".to_owned(), |nr| k.navn(nr)),
        perioder: perioder(k, nr).into_iter().map(|p| p.tekst).collect(),
    };
    let mut linjer: Vec<Linje> = k.vis.med_stedfortraeder().map(linje).collect();
    linjer.sort_by_cached_key(|l| dansk(&l.leder));
    linjer
}
