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
use super::formular::{Fejllinje, Felt, Formular, Slags};
use super::kig::Kig;
use super::parts::submission::{krop, ny_noegle};
use super::ramme::{Ramme, Sidefejl, html};
use super::session::{Inde, Par, Soeg, find};
use crate::dansk::dansk;
use crate::http::stedfortraeder::{Udpegning, gennemfoer};
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
    let json = {
        let vis = stat.t.kerne.vis();
        let k = Kig::ny(&stat, &inde, &vis);
        k.bruger().maa_udpege(leder_nr, &vis)?;
        let navn = find(&par, "formular").unwrap_or_default();
        let mut alle = formularer(&k, leder_nr).into_iter().chain([fjern()]);
        let formular = alle.find(|x| x.navn == navn).ok_or_else(Problem::findes_ikke)?;
        let mut json = formular.json(&par);
        json["leder_nr"] = leder_nr.into();
        json
    };
    let ingen_valgt = find(&par, "formular") == Some("periode") && json["stedfortraeder_nr"].is_null();
    let krop = krop("stedfortraeder", &par, json);
    let svar = match krop.laes::<Udpegning>() {
        // Nobody named is what takes days away again, and that has a button of its own.
        Ok(_) if ingen_valgt => Err(Problem::felt("stedfortraeder_nr", "skal udfyldes")),
        Ok(udpegning) => gennemfoer(&stat.t.kerne, &inde.bruger, &udpegning, &krop).await,
        Err(problem) => Err(problem),
    };
    match svar {
        Ok(_) if inde.bruger.leder_nr() == Some(leder_nr) => {
            Ok(Redirect::to("/stedfortraeder?ok=stedfortraeder").into_response())
        }
        Ok(_) => Ok(Redirect::to(&format!("/stedfortraeder?leder_nr={leder_nr}&ok=stedfortraeder")).into_response()),
        Err(problem) if matches!(problem.status, 409 | 422 | 503) => {
            let vis = stat.t.kerne.vis();
            let afvist = Afvist { par: &par, problem: &problem };
            tegn(&Kig::ny(&stat, &inde, &vis), Some(leder_nr), Some(&afvist))
        }
        Err(problem) => Err(problem.into()),
    }
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
        if let Some(formular) = v.formularer.iter_mut().find(|x| x.navn == navn) {
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
        formularer: formularer(k, leder_nr),
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

/// Takes a period away.
fn fjern() -> Formular {
    let felter = vec![Felt::ny("fra", "", Slags::Skjult), Felt::ny("til", "", Slags::Skjult)];
    Formular::med_navn("fjern".to_owned(), "stedfortraeder", "Fjern", "Fjern", felter)
}

fn formularer(k: &Kig<'_>, leder_nr: &str) -> Vec<Formular> {
    let fast = k.vis.stedfortraedere(leder_nr).and_then(|s| s.fast());
    let mut numre = k.vis.kan_traede_til(leder_nr);
    numre.extend(fast); // whom HR named may be somebody else
    let folk = k.folk(numre);
    let periode = vec![
        Felt::ny("fra", "Første dag væk", Slags::Dato),
        Felt::ny("til", "Sidste dag væk", Slags::Dato),
        Felt::person("stedfortraeder_nr", "Stedfortræder i de dage", "Vælg stedfortræder", folk.clone()),
    ];
    let altid = Felt::person("stedfortraeder_nr", "Fast stedfortræder", "Ingen", folk).med(fast.unwrap_or_default());
    let formular =
        |navn: &str, titel, felter| Formular::med_navn(navn.to_owned(), "stedfortraeder", titel, "Gem", felter);
    vec![
        formular("periode", "Væk i nogle dage", periode).hjaelp(
            "I de dage får stedfortræderen alle lederens påmindelser. Skal ingen træde til, så vælg lederens egen leder.",
        ),
        formular("fast", "Når lederen uventet ikke er der", vec![altid])
            .hjaelp("Den faste stedfortræder får påmindelserne, når lederen selv er sygemeldt eller ikke kan få mail."),
    ]
}
