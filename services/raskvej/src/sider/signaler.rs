//! Signals of frequent absence, with the days that were counted: of one employee on the page of a forløb, and of all whom
//! a leader leads, or of a unit for HR.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use forloeb::regler::Signalslags;
use forloeb::signaler::{Signal, signaler};

use super::Stat;
use super::datoer::kort;
use super::kig::Kig;
use super::ramme::{Ramme, Sidefejl, html};
use super::session::{Inde, Soeg};
use crate::adgang::Bruger;
use crate::dansk::dansk;
use crate::http::problem::Problem;
use crate::tekster::antal;
use crate::visninger::Visninger;

/// One signal as people read it.
pub(super) struct Signalpunkt {
    /// What there is of it, and from how many on that is a signal.
    pub(super) tekst: String,
    /// The periods that were counted, oldest first.
    pub(super) perioder: Vec<String>,
    /// Policy.
    pub(super) kilde: String,
}

/// Those of an employee, for who may see them. A new leader is not told of what was over before, and what is counted is
/// what is shown.
pub(super) fn alle(k: &Kig<'_>, nr: &str) -> Vec<Signalpunkt> {
    let bruger = k.bruger();
    let Ok(mut synlige) = k.vis.forloeb_for(nr) else { return Vec::new() };
    if !bruger.maa_se_signaler() {
        return Vec::new();
    }
    synlige.retain(|f| bruger.find(f.id, k.vis, k.idag).is_ok());
    let nyuddannet = k.vis.stamdata(nr).is_some_and(|s| s.nyuddannet);
    let bog = k.stat.t.kerne.bog();
    signaler(&synlige, nyuddannet, k.idag, bog.gaeldende(k.idag)).into_iter().map(punkt).collect()
}

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
    let _laan = stat.t.kerne.laan_mange(&numre).await.map_err(Problem::from)?;
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
    let enhed = |(kode, navn): (&str, &str)| Enhed {
        sti: format!("/signaler?enhed={}", super::hr::sikker(kode)),
        navn: navn.to_owned(),
    };
    enheder.into_iter().map(enhed).collect()
}

fn medarbejder(k: &Kig<'_>, nr: &str) -> Option<Medarbejder> {
    let signaler = alle(k, nr);
    let nyeste = k.vis.forloeb_for(nr).ok()?.into_iter().filter(|f| k.find(f.id).is_ok()).max_by_key(|f| f.foerste)?;
    let sti = format!("/forloeb/{}", nyeste.id);
    (!signaler.is_empty()).then(|| Medarbejder { navn: k.navn(nr), sti, signaler })
}

fn punkt(s: Signal) -> Signalpunkt {
    let (en, flere) = match s.slags {
        Signalslags::Perioder => ("fraværsperiode", "fraværsperioder"),
        Signalslags::Dage => ("fraværsdag i en periode", "fraværsdage i perioder"),
    };
    let periode = |d: forloeb::refusion::Dage| match d.antal() {
        1 => kort(d.fra),
        n => format!("{}–{} ({})", kort(d.fra), kort(d.til), antal(n.unsigned_abs(), "dag", "dage")),
    };
    Signalpunkt {
        tekst: format!(
            "{}, der begyndte fra {} til {}; grænsen er {}",
            antal(s.antal.into(), en, flere),
            kort(s.vindue.fra),
            kort(s.vindue.til),
            s.graense
        ),
        perioder: s.perioder.into_iter().map(|(_, d)| periode(d)).collect(),
        kilde: s.kilde.to_string(),
    }
}
