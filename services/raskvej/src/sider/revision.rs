//! The auditor's pages: the state as it was known at a time, and one forløb step by step. Names are not opened.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use forloeb::frister::{Vurdering, vurder};
use forloeb::{Ansaettelse, Forloeb};
use uuid::Uuid;

use super::Stat;
use super::datoer::{kort, som_iso, tidspunkt};
use super::frist::{Fristraekke, badge, situation};
use super::historik;
use super::kig::{Kig, id};
use super::parts::facts::{Fakta, Refusionsboks, fakta, refusion};
use super::ramme::{Ramme, Sidefejl, html};
use super::session::{Inde, Soeg};
use crate::dates;
use crate::problem::Problem;
use crate::tekster::{fristnavn, tal};
use crate::ur::{dag_i_danmark, klokken, lokal};

struct Aabent {
    sti: String,
    nr: String,
    enhed: String,
    foerste: String,
    dag: i64,
    frist: String,
    kode: &'static str,
    status: &'static str,
}

#[derive(Template)]
#[template(path = "revision.html")]
struct Side {
    ramme: Ramme,
    antal: String,
    hash: String,
    kendt_felt: String,
    id_felt: String,
    fejl: Option<&'static str>,
    kendt: Option<String>,
    aabne: Vec<Aabent>,
}

/// What an event changed: "Første kontakt: Åben → Opfyldt".
struct Aendring {
    frist: &'static str,
    foer: &'static str,
    efter: &'static str,
    kode: &'static str,
}

struct Trin {
    position: u64,
    tid: String,
    hvem: String,
    hvad: String,
    aendringer: Vec<Aendring>,
}

#[derive(Template)]
#[template(path = "revision_forloeb.html")]
struct Forloebside {
    ramme: Ramme,
    id: Uuid,
    kendt: Option<String>,
    kendt_felt: String,
    fejl: Option<&'static str>,
    status: String,
    fakta: Vec<Fakta>,
    frister: Vec<Fristraekke>,
    penge: Option<Refusionsboks>,
    trin: Vec<Trin>,
    senere: usize,
}

/// A time as it is typed: a date and a time of day in Denmark; a date alone is its end.
fn laes_tid(tekst: &str) -> Option<DateTime<Utc>> {
    if let Ok(tid) = dates::time(tekst) {
        return Some(tid.to_utc());
    }
    let former = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
    if let Some(t) = former.iter().find_map(|f| NaiveDateTime::parse_from_str(tekst, f).ok()) {
        return Some(klokken(dates::within(t.date()).ok()?, t.time()));
    }
    let dag = dates::day(&som_iso(tekst)).ok()?;
    Some(klokken(dag, chrono::NaiveTime::from_hms_opt(23, 59, 59)?))
}

const FORKERT_TID: &str = "Skriv et tidspunkt som 2026-02-01T12:00, eller en dato som 1.2.2026.";

pub(super) async fn side(State(stat): State<Stat>, inde: Inde, soeg: Soeg) -> Result<Response, Sidefejl> {
    if !inde.bruger.er_revisor() {
        return Err(Problem::maa_ikke().into());
    }
    let mut fejl = None;
    if let Some(tekst) = soeg.tekst("id") {
        let id = Uuid::try_parse(tekst).ok();
        match id.and_then(|id| stat.t.kerne.vis().forloeb_id(id)) {
            Some(id) => return Ok(Redirect::to(&format!("/revision/forloeb/{id}")).into_response()),
            None => fejl = Some("Der er intet forløb med det id."),
        }
    }
    // What is known at a later time nobody knows: it is shown as it is known now, and the page says which time that is.
    let nu = stat.t.kerne.ur.nu();
    let tid = soeg.tekst("kendt").map(laes_tid).map(|t| t.map(|t| t.min(nu)));
    if tid == Some(None) {
        fejl = Some(FORKERT_TID);
    }
    let tid = tid.flatten();
    let aabne = match tid {
        Some(tid) => aabne(&stat, tid).await?,
        None => Vec::new(),
    };
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(&stat, &inde, &vis);
    let hoved = stat.t.kerne.log.head();
    let side = Side {
        ramme: k.ramme(if fejl.is_some() { "Fejl: Revision" } else { "Revision" }),
        antal: tal(hoved.position),
        hash: hoved.hash.to_string(),
        kendt_felt: felt(&soeg, nu),
        id_felt: soeg.tekst("id").unwrap_or_default().to_owned(),
        fejl,
        kendt: tid.map(tidspunkt),
        aabne,
    };
    Ok(html(if fejl.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &side))
}

fn felt(soeg: &Soeg, nu: DateTime<Utc>) -> String {
    let tid = soeg.tekst("kendt").and_then(laes_tid).unwrap_or(nu).min(nu);
    lokal(tid).format("%Y-%m-%dT%H:%M").to_string()
}

/// The forløb that were open, as it was known then and on that day. Goes through the whole log.
async fn aabne(stat: &Stat, tid: DateTime<Utc>) -> Result<Vec<Aabent>, Problem> {
    let (bog, dag) = (&stat.t.kerne.bog(), dag_i_danmark(tid));
    let iso = lokal(tid).format("%Y-%m-%dT%H:%M:%S").to_string();
    let mut fundet: Vec<(NaiveDate, Aabent)> = Vec::new();
    let mut gennemgang = stat.t.kerne.gennemgaa();
    while let Some(a) = gennemgang.naeste().await? {
        if a.poster().first().is_none_or(|p| p.tid > tid) {
            continue;
        }
        for f in a.kendt(tid).forloeb(bog).into_iter().filter(|f| f.er_aabent(dag) && f.foerste <= dag) {
            let v = vurder(&f, dag, bog);
            let naeste = v.frister.iter().filter(|fr| fr.status.udestaar()).min_by_key(|fr| fr.maaldag);
            let aabent = Aabent {
                sti: format!("/revision/forloeb/{}?kendt={iso}", f.id),
                nr: f.medarbejder_nr.clone(),
                enhed: f.stamdata.enhed_navn.clone(),
                foerste: kort(f.foerste),
                dag: f.dagnummer(dag),
                frist: naeste.map_or_else(String::new, |fr| format!("{} {}", fristnavn(fr.art), kort(fr.maaldag))),
                kode: naeste.map_or("opfyldt", |fr| fr.status.kode()),
                status: naeste.map_or("Alt er gjort", |fr| badge(fr.status)),
            };
            fundet.push((f.foerste, aabent));
        }
    }
    fundet.sort_by(|a, b| (a.0, &a.1.nr).cmp(&(b.0, &b.1.nr)));
    Ok(fundet.into_iter().map(|(_, a)| a).collect())
}

pub(super) async fn forloeb(
    State(stat): State<Stat>,
    inde: Inde,
    Path(tekst): Path<String>,
    soeg: Soeg,
) -> Result<Response, Sidefejl> {
    if !inde.bruger.er_revisor() {
        return Err(Problem::maa_ikke().into());
    }
    let _laan = stat.t.kerne.laan_forloeb(id(&tekst)?).await?;
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(&stat, &inde, &vis);
    let id = k.find(id(&tekst)?)?.id;
    let nr = vis.hvis(id).ok_or_else(Problem::findes_ikke)?;
    let hele = vis.ansaettelse(nr)?.ok_or_else(Problem::findes_ikke)?;
    let nu = stat.t.kerne.ur.nu();
    let oensket = soeg.tekst("kendt").map(laes_tid).map(|t| t.map(|t| t.min(nu)));
    let fejl = (oensket == Some(None)).then_some(FORKERT_TID);
    let tid = oensket.flatten();
    let a = tid.map_or_else(|| (**hele).clone(), |t| hele.kendt(t));
    let k = Kig { idag: tid.map_or(k.idag, dag_i_danmark), ..k };
    let f = a.forloeb(&stat.t.kerne.bog()).into_iter().find(|f| f.hedder(id));
    let v = f.as_ref().map(|f| vurder(f, k.idag, &stat.t.kerne.bog()));
    let kendt_dele = f.as_ref().zip(v.as_ref());
    let side = Forloebside {
        ramme: k.ramme(format!("Revision af forløb {id}")),
        id,
        kendt: tid.map(tidspunkt),
        kendt_felt: felt(&soeg, stat.t.kerne.ur.nu()),
        fejl,
        status: f.as_ref().map_or_else(|| "Ikke kendt endnu".to_owned(), |f| situation(f, k.idag)),
        fakta: f.as_ref().map_or_else(Vec::new, |f| fakta(&k, f)),
        frister: kendt_dele.map_or_else(Vec::new, |(f, v)| {
            v.frister.iter().map(|fr| Fristraekke::ny(&k, f, fr, &|_| false)).collect()
        }),
        penge: kendt_dele.filter(|(_, v)| v.refusion.gives).map(|(f, v)| refusion(&k, f, v)),
        trin: trin(&k, &a, id),
        senere: hele.poster().len() - a.poster().len(),
    };
    Ok(html(if fejl.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &side))
}

/// Each event, and what it changed, both seen on the day it was learnt.
fn trin(k: &Kig<'_>, a: &Ansaettelse, id: Uuid) -> Vec<Trin> {
    let bog = &k.stat.t.kerne.bog();
    let ved = |version: u64, dag: NaiveDate| {
        let f: Option<Forloeb> = a.ved_version(version).forloeb(bog).into_iter().find(|f| f.hedder(id));
        f.map(|f| vurder(&f, dag, bog))
    };
    let kendes_fra = a.poster().iter().find(|p| p.haendelse.forloeb() == Some(id)).map_or(0, |p| p.version);
    a.poster()
        .iter()
        .filter(|p| match p.haendelse.forloeb() {
            Some(hvis) => k.vis.forloeb_id(hvis) == Some(id),
            None => p.version > kendes_fra, // master data that changed meanwhile
        })
        .map(|p| Trin {
            position: p.position,
            tid: tidspunkt(p.tid),
            hvem: historik::aktoer(k, &p.aktoer),
            hvad: historik::saetning(k, a, p),
            aendringer: aendringer(ved(p.version - 1, p.dag).as_ref(), ved(p.version, p.dag).as_ref()),
        })
        .collect()
}

fn aendringer(foer: Option<&Vurdering>, efter: Option<&Vurdering>) -> Vec<Aendring> {
    let Some(efter) = efter else { return Vec::new() };
    efter
        .frister
        .iter()
        .filter_map(|fr| {
            let gammel = foer.and_then(|v| v.frist(fr.art));
            let ens = gammel.is_some_and(|g| g.status == fr.status && g.lovdag == fr.lovdag);
            (!ens).then(|| Aendring {
                frist: fristnavn(fr.art),
                foer: gammel.map_or("fandtes ikke", |g| badge(g.status)),
                efter: badge(fr.status),
                kode: fr.status.kode(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn et_tidspunkt_er_dansk_tid_og_en_dato_er_hele_dagen() {
        assert_eq!(laes_tid("2026-02-01T12:00").unwrap().to_rfc3339(), "2026-02-01T11:00:00+00:00");
        assert_eq!(laes_tid("1.7.2026").unwrap().to_rfc3339(), "2026-07-01T21:59:59+00:00");
        assert_eq!(laes_tid("i går"), None);
    }
}
