//! Signals of frequent absence: of all whom a leader leads, or of a unit for HR.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::Stat;
use super::kig::Kig;
use super::parts::address::sikker;
use super::parts::signals::{Signalpunkt, alle};
use super::ramme::{Ramme, Sidefejl, html};
use super::session::{Inde, Soeg};
use crate::adgang::Bruger;
use crate::dansk::dansk;
use crate::problem::Problem;
use crate::visninger::Visninger;

/// An employee with signals.
struct Medarbejder {
    navn: String,
    /// The newest forløb of theirs.
    sti: String,
    signaler: Vec<Signalpunkt>,
}

/// A unit to choose.
struct Enhed {
    sti: String,
    navn: String,
}

#[derive(Template)]
#[template(path = "signaler.html")]
struct Side {
    ramme: Ramme,
    /// The unit, or none: the reader's own people.
    enhed: Option<String>,
    /// For HR, as long as no unit is chosen.
    enheder: Vec<Enhed>,
    medarbejdere: Vec<Medarbejder>,
    /// Somebody was looked at.
    valgt: bool,
}

pub(super) async fn side(State(stat): State<Stat>, inde: Inde, soeg: Soeg) -> Result<Response, Sidefejl> {
    if !inde.bruger.maa_se_signaler() {
        return Err(Problem::maa_ikke().into());
    }
    let valgt = soeg.tekst("enhed").filter(|_| inde.bruger.er_hr());
    let numre = {
        let (vis, bog) = (stat.t.kerne.vis(), stat.t.kerne.bog());
        let vinduer = bog.gaeldende(vis.idag()).signaler.iter().map(|regel| regel.vindue_fra(vis.idag()));
        let siden = vinduer.min().unwrap_or(vis.idag());
        let begyndt = |nr: &&str| vis.kort_for(nr).any(|f| f.kort.foerste >= siden);
        folk(&inde.bruger, valgt, &vis).into_iter().filter(begyndt).map(str::to_owned).collect::<Vec<_>>()
    };
    let _laan = stat.t.kerne.laan_mange(&numre).await?;
    let vis = stat.t.kerne.vis();
    let k = Kig::ny(&stat, &inde, &vis);
    let mut medarbejdere: Vec<Medarbejder> = numre.iter().filter_map(|nr| medarbejder(&k, nr)).collect();
    medarbejdere.sort_by_cached_key(|m| dansk(&m.navn));
    let hr_vaelger = inde.bruger.er_hr() && valgt.is_none();
    let side = Side {
        ramme: k.ramme("Hyppigt fravær"),
        enheder: if hr_vaelger { enheder(&vis) } else { Vec::new() },
        enhed: valgt.map(str::to_owned),
        medarbejdere,
        valgt: !hr_vaelger,
    };
    Ok(html(StatusCode::OK, &side))
}

/// Those a leader leads directly, or stands in for who does; for HR those of a unit.
fn folk<'a>(bruger: &'a Bruger, enhed: Option<&str>, vis: &'a Visninger) -> BTreeSet<&'a str> {
    match (bruger.leder_nr(), enhed) {
        (Some(nr), _) => vis.ledte(nr),
        (None, Some(enhed)) => vis.numre().filter(|nr| vis.stamdata(nr).is_some_and(|s| s.enhed == enhed)).collect(),
        (None, None) => BTreeSet::new(),
    }
}

fn enheder(vis: &Visninger) -> Vec<Enhed> {
    let alle = vis.numre().filter_map(|nr| vis.stamdata(nr));
    let enheder: BTreeMap<&str, &str> = alle.map(|s| (s.enhed.as_str(), s.enhed_navn.as_str())).collect();
    let mut enheder: Vec<_> = enheder.into_iter().collect();
    enheder.sort_by_cached_key(|(kode, navn)| (dansk(navn), *kode));
    let enhed =
        |(kode, navn): (&str, &str)| Enhed { sti: format!("/signaler?enhed={}", sikker(kode)), navn: navn.to_owned() };
    enheder.into_iter().map(enhed).collect()
}

fn medarbejder(k: &Kig<'_>, nr: &str) -> Option<Medarbejder> {
    let signaler = alle(k, nr);
    let nyeste = k.vis.forloeb_for(nr).ok()?.into_iter().filter(|f| k.find(f.id).is_ok()).max_by_key(|f| f.foerste)?;
    let sti = format!("/forloeb/{}", nyeste.id);
    (!signaler.is_empty()).then(|| Medarbejder { navn: k.navn(nr), sti, signaler })
}
