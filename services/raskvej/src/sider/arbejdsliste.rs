//! The work list: what somebody has to do, most urgent first.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::frister::Frist;
use forloeb::haendelse::Udfald;
use forloeb::ord::{Anmeldelsestrin, Fristart, Friststatus, Modtagerrolle, Rolle};

use super::Stat;
use super::datoer::{begge, kort};
use super::frist::{badge, link, opgave};
use super::historik::lille;
use super::kig::Kig;
use super::ramme::{Ramme, Sidefejl, html};
use super::session::Inde;
use crate::visninger::Sag;

/// Lines of a group that are shown; the rest is on the dashboard.
const HOEJST: usize = 60;

struct Opgave {
    orden: (u8, NaiveDate, String),
    hvad: String,
    hvem: String,
    enhed: String,
    hvornaar: String,
    kode: &'static str,
    status: &'static str,
    sti: String,
}

struct Gruppe {
    titel: &'static str,
    opgaver: Vec<Opgave>,
    flere: usize,
}

struct Forloebslinje {
    sti: String,
    hvem: String,
    enhed: String,
    leder: String,
    foerste: String,
    dag: i64,
}

#[derive(Template)]
#[template(path = "arbejdsliste.html")]
struct Side {
    ramme: Ramme,
    grupper: Vec<Gruppe>,
    antal: usize,
    tom: &'static str,
    forloeb: Vec<Forloebslinje>,
    hr: bool,
    drift: bool,
}

pub(super) async fn side(State(stat): State<Stat>, inde: Inde) -> Result<Response, Sidefejl> {
    match inde.bruger.rolle {
        Rolle::Medarbejder => return Ok(Redirect::to("/mig").into_response()),
        Rolle::Revisor => return Ok(Redirect::to("/revision").into_response()),
        _ => {}
    }
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(&stat, &inde, &vis);
    let sager: Vec<Sag> = vis.i_gang(k.idag).filter(|s| inde.bruger.ser(&s.forloeb, &vis, k.idag)).collect();
    let mut grupper = [("Gør nu", Vec::new()), ("De næste 5 arbejdsdage", Vec::new()), ("Senere", Vec::new())];
    for sag in &sager {
        for frist in sag.vurdering.frister.iter().filter(|fr| er_min(&k, &sag.forloeb, fr)) {
            grupper[plads(frist, k.idag)].1.push(linje(&k, sag, frist));
        }
        if inde.bruger.er_hr() {
            grupper[0].1.extend(hr_opgaver(&k, sag));
        }
    }
    let hr = inde.bruger.er_hr();
    let antal = grupper.iter().map(|(_, o)| o.len()).sum();
    let side = Side {
        ramme: k.ramme("Arbejdsliste"),
        grupper: grupper.into_iter().filter(|(_, o)| !o.is_empty()).map(|(t, o)| gruppe(t, o)).collect(),
        antal,
        tom: tom(inde.bruger.rolle, sager.is_empty()),
        forloeb: if hr { Vec::new() } else { oversigt(&k, &sager) },
        hr,
        drift: inde.bruger.rolle == Rolle::Drift,
    };
    Ok(html(StatusCode::OK, &side))
}

fn gruppe(titel: &'static str, mut opgaver: Vec<Opgave>) -> Gruppe {
    opgaver.sort_by(|a, b| a.orden.cmp(&b.orden));
    let flere = opgaver.len().saturating_sub(HOEJST);
    opgaver.truncate(HOEJST);
    Gruppe { titel, opgaver, flere }
}

const fn tom(rolle: Rolle, ingen: bool) -> &'static str {
    match (rolle, ingen) {
        (Rolle::Drift, _) => "Drift har ikke adgang til forløb.",
        (Rolle::Leder, true) => {
            "Ingen af dine medarbejdere har et åbent forløb. Du får mail, når der er noget at gøre."
        }
        (Rolle::Kontaktperson, true) => "Du er ikke kontaktperson på noget åbent forløb.",
        (Rolle::Koordinator, true) => "Du er ikke koordinator på nogen plan.",
        (_, true) => "Der er ingen åbne forløb.",
        (_, false) => "Alt er gjort. Du får mail, når der er noget at gøre igen.",
    }
}

/// Whose a frist is: the one who acts; HR also has what others did not reach.
fn er_min(k: &Kig<'_>, f: &Forloeb, frist: &Frist) -> bool {
    if !frist.status.udestaar() || frist.status == Friststatus::Kommende {
        return false;
    }
    let har = |m| frist.ansvarlig.contains(&m);
    match k.bruger().rolle {
        Rolle::Hr => har(Modtagerrolle::Hr) || frist.status == Friststatus::Overskredet,
        Rolle::Leder => {
            let ingen_kontaktperson = f.kontaktperson().is_none() || !har(Modtagerrolle::Kontaktperson);
            let for_sent = frist.status == Friststatus::Overskredet;
            har(Modtagerrolle::Leder)
                && (ingen_kontaktperson || for_sent)
                && k.bruger().nr.as_deref() == f.leder(k.idag)
                && (frist.penge || f.er_aabent(k.idag))
        }
        Rolle::Kontaktperson => har(Modtagerrolle::Kontaktperson),
        Rolle::Koordinator => har(Modtagerrolle::Koordinator),
        Rolle::Medarbejder | Rolle::Revisor | Rolle::Drift => false,
    }
}

fn plads(frist: &Frist, idag: NaiveDate) -> usize {
    match frist.status {
        // Nothing can be done about it any more; it only has to be known.
        Friststatus::Tabt if frist.art == Fristart::FastTrack => 2,
        Friststatus::Tabt | Friststatus::Overskredet => 0,
        _ if frist.maaldag <= idag => 0,
        Friststatus::Forfalder => 1,
        _ => 2,
    }
}

fn linje(k: &Kig<'_>, sag: &Sag, frist: &Frist) -> Opgave {
    let (f, v) = (&sag.forloeb, &sag.vurdering);
    let foerst = match frist.status {
        Friststatus::Tabt if frist.art == Fristart::FastTrack => 9,
        Friststatus::Tabt => 0,
        _ => 1,
    };
    let hr = k.bruger().er_hr();
    let hvad = match opgave(f, v, frist) {
        hvad if hr && !f.er_aabent(k.idag) => format!("Raskmeldt, men der er refusion at hente: {}", lille(&hvad)),
        hvad if hr && !frist.ansvarlig.contains(&Modtagerrolle::Hr) => format!("Følg op hos lederen: {}", lille(&hvad)),
        hvad => hvad,
    };
    let underskrevet = f.anmeldelser.last().is_some_and(|a| a.hvad.trin == Anmeldelsestrin::Underskrevet);
    let status = match frist.art {
        Fristart::Anmeldelse if underskrevet => "Ikke kvitteret",
        _ => badge(frist.status),
    };
    Opgave {
        orden: (foerst, frist.maaldag, f.medarbejder_nr.clone()),
        hvad,
        hvem: k.navn(&f.medarbejder_nr),
        enhed: f.stamdata.enhed_navn.clone(),
        hvornaar: begge(frist.maaldag, k.idag),
        kode: frist.status.kode(),
        status,
        sti: link(f, frist.art),
    }
}

/// What only HR can put right, besides the frister.
fn hr_opgaver(k: &Kig<'_>, sag: &Sag) -> Vec<Opgave> {
    let (f, v) = (&sag.forloeb, &sag.vurdering);
    let ny = |hvad: String, status, dag: NaiveDate, sti: String| Opgave {
        orden: (0, dag, f.medarbejder_nr.clone()),
        hvad,
        hvem: k.navn(&f.medarbejder_nr),
        enhed: f.stamdata.enhed_navn.clone(),
        hvornaar: begge(dag, k.idag),
        kode: "overskredet",
        status,
        sti,
    };
    let mut opgaver = Vec::new();
    let leder = f.leder(k.idag).and_then(|nr| k.vis.stamdata(nr));
    let har_leder = leder.is_some_and(|s| s.fratraadt.is_none_or(|d| d >= k.idag));
    if f.er_aabent(k.idag) && !har_leder {
        let hvad = "Find en leder til forløbet; der er ingen, der får påmindelserne".to_owned();
        let sti = format!("/forloeb/{}?vis=lederskifte#f-lederskifte", f.id);
        opgaver.push(ny(hvad, "Leder mangler", k.idag, sti));
    }
    let fejlet = f.afgjorte.iter().find(|(n, a)| {
        matches!(a.udfald, Udfald::Fejlet { .. }) && v.frist(n.frist).is_some_and(|fr| fr.status.udestaar())
    });
    if let Some((n, a)) = fejlet {
        let til = crate::tekster::modtagernavn(n.modtager);
        let hvad = format!("Giv besked på anden vis: en påmindelse til {til} kunne ikke leveres");
        opgaver.push(ny(hvad, "Mail ikke leveret", a.dag, format!("/forloeb/{}#paamindelser", f.id)));
    }
    opgaver
}

fn oversigt(k: &Kig<'_>, sager: &[Sag]) -> Vec<Forloebslinje> {
    let mut alle: Vec<_> = sager.iter().filter(|s| s.forloeb.er_aabent(k.idag)).collect();
    alle.sort_by_key(|s| (s.forloeb.foerste, s.forloeb.id));
    alle.into_iter()
        .map(|s| Forloebslinje {
            sti: format!("/forloeb/{}", s.forloeb.id),
            hvem: k.navn(&s.forloeb.medarbejder_nr),
            enhed: s.forloeb.stamdata.enhed_navn.clone(),
            leder: s.forloeb.leder(k.idag).map_or_else(|| "ingen".to_owned(), |nr| k.navn(nr)),
            foerste: kort(s.forloeb.foerste),
            dag: s.forloeb.dagnummer(k.idag),
        })
        .collect()
}
