//! Logging in, by a button of the demonstration or by a token, and out.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::Stat;
use super::parts::address::egen_sti;
use super::parts::names::stort;
use super::parts::sessioner::nu;
use super::ramme::{Ramme, Sidefejl, html};
use super::session::{COOKIE, Par, Soeg, cookie, find};
use crate::adgang::{Bruger, aftryk};
use crate::tekster;

struct Knap {
    nr: usize,
    rolle: &'static str,
    tekst: String,
}

#[derive(Template)]
#[template(path = "log_ind.html")]
struct LogInd {
    ramme: Ramme,
    demo: bool,
    knapper: Vec<Knap>,
    videre: String,
    fejl: Option<&'static str>,
}

fn log_ind_side(stat: &Stat, videre: &str, fejl: Option<&'static str>) -> Response {
    let titel = if fejl.is_some() { "Fejl: Log ind" } else { "Log ind" };
    let knapper = stat.ind.demo_personer.iter().enumerate();
    let side = LogInd {
        ramme: Ramme::tom(titel),
        demo: stat.ind.demo,
        knapper: knapper
            .map(|(nr, p)| Knap { nr, rolle: stort(tekster::rollenavn(p.rolle)), tekst: p.tekst.clone() })
            .collect(),
        videre: videre.to_owned(),
        fejl,
    };
    html(if fejl.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &side)
}

pub(super) async fn side(State(stat): State<Stat>, soeg: Soeg) -> Response {
    log_ind_side(&stat, egen_sti(soeg.tekst("videre")), None)
}

pub(super) async fn log_ind(State(stat): State<Stat>, Form(felter): Form<Par>) -> Result<Response, Sidefejl> {
    let videre = egen_sti(find(&felter, "videre"));
    let bruger = if stat.ind.demo {
        let person = find(&felter, "person").and_then(|n| n.parse::<usize>().ok());
        let person = person.and_then(|n| stat.ind.demo_personer.get(n));
        person.map(|p| Bruger { rolle: p.rolle, nr: p.nr.clone() })
    } else {
        let vis = stat.t.kerne.vis();
        let hvem = find(&felter, "token").and_then(|t| vis.token(&aftryk(t)));
        hvem.map(|(rolle, nr)| Bruger { rolle: *rolle, nr: nr.clone() })
    };
    let er_her = |b: &Bruger| {
        let vis = stat.t.kerne.vis();
        b.er_her(&vis, vis.idag())
    };
    let Some(bruger) = bruger.filter(er_her) else {
        let fejl = if stat.ind.demo {
            "Vælg, hvem du vil være."
        } else {
            "Adgangsnøglen kendes ikke. Sæt hele nøglen ind, eller bed driften om en ny."
        };
        return Ok(log_ind_side(&stat, videre, Some(fejl)));
    };
    let hemmelig = stat.sessioner.ny(&bruger, nu())?;
    let mut svar = Redirect::to(videre).into_response();
    saet_cookie(&stat, &mut svar, &hemmelig, "")?;
    Ok(svar)
}

fn saet_cookie(stat: &Stat, svar: &mut Response, vaerdi: &str, ekstra: &str) -> Result<(), Sidefejl> {
    let sikker = if stat.ind.base_url.starts_with("https:") { "; Secure" } else { "" };
    let tekst = format!("{COOKIE}={vaerdi}; HttpOnly; SameSite=Lax; Path=/{sikker}{ekstra}");
    let hoved = HeaderValue::try_from(tekst).map_err(Sidefejl::internal)?;
    svar.headers_mut().insert(header::SET_COOKIE, hoved);
    Ok(())
}

pub(super) async fn log_ud(State(stat): State<Stat>, hoveder: HeaderMap) -> Result<Response, Sidefejl> {
    if let Some(hemmelig) = cookie(&hoveder) {
        stat.sessioner.slut(hemmelig);
    }
    let mut svar = Redirect::to("/log-ind").into_response();
    saet_cookie(&stat, &mut svar, "", "; Max-Age=0")?;
    Ok(svar)
}
