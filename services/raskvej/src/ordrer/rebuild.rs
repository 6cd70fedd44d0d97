//! `rebuild`

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{Datelike, NaiveDate};

use super::{AFVIST, Afslag, GJORT, Ud};
use crate::kerne::Kerne;
use crate::tekster;
use crate::visninger::Visninger;

/// Projections and index at one position.
struct Stand {
    position: u64,
    idag: NaiveDate,
    linjer: BTreeMap<String, String>,
    forfald: BTreeMap<String, Vec<u8>>,
}

pub(super) async fn rebuild(kerne: &Arc<Kerne>, compare: bool, ud: &Ud) -> Result<u8, Afslag> {
    if !compare {
        let position = kerne.genopbyg().await?;
        ud.ud(format!("visningerne er bygget på ny af {} hændelser", position)).await?;
        return Ok(GJORT);
    }
    let levende = stand(kerne).await?;
    let nye = kerne.byg_paa_ny(levende.position).await?;
    let forskelle = forskelle(kerne, &levende, &nye);
    for forskel in &forskelle {
        ud.ud(forskel).await?;
    }
    if forskelle.is_empty() {
        ud.ud(format!("ens: ingen forskelle efter {} hændelser", levende.position)).await?;
        return Ok(GJORT);
    }
    ud.fejl(tekster::antal(forskelle.len() as u64, "forskel", "forskelle")).await?;
    Ok(AFVIST)
}

/// The live state; waits until the index has what the projections have.
async fn stand(kerne: &Kerne) -> Result<Stand, Afslag> {
    loop {
        {
            let vis = kerne.vis();
            let fejl = |e: sled::Error| Afslag::ny(format!("Indekset over forfaldsdage: {e}"));
            if kerne.forfald.position().map_err(fejl)? == vis.position() {
                let idag = kerne.ur.idag();
                let forfald = kerne.forfald.alle().map_err(fejl)?.into_iter().collect();
                return Ok(Stand { position: vis.position(), idag, linjer: vis.linjer(idag), forfald });
            }
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Every difference by its key, never by what it says.
fn forskelle(kerne: &Kerne, levende: &Stand, nye: &Visninger) -> Vec<String> {
    let linjer = nye.linjer(levende.idag);
    let noegler: BTreeSet<&String> = linjer.keys().chain(levende.linjer.keys()).collect();
    let mut ud: Vec<String> = noegler
        .into_iter()
        .filter_map(|n| forskel(levende.linjer.get(n), linjer.get(n)).map(|hvad| format!("{n}: {hvad}")))
        .collect();
    let ventet: BTreeMap<String, NaiveDate> = kerne.forfald_forventet(nye).into_iter().collect();
    let numre: BTreeSet<&String> = ventet.keys().chain(levende.forfald.keys()).collect();
    ud.extend(numre.into_iter().filter_map(|nr| {
        let har = levende.forfald.get(nr).map(|dag| dagtal(dag));
        forfaldsforskel(har, ventet.get(nr).copied(), nye.ansaettelse(nr).is_some())
            .map(|hvad| format!("forfald {nr}: {hvad}"))
    }));
    ud
}

fn forskel(levende: Option<&String>, ny: Option<&String>) -> Option<&'static str> {
    match (levende, ny) {
        (Some(a), Some(b)) if a == b => None,
        (Some(_), Some(_)) => Some("er anderledes"),
        (None, _) => Some("mangler"),
        (_, None) => Some("er for meget"),
    }
}

/// A row of the index may come too early (a date that passed can make a reminder pointless, and the look at it finds
/// that out); it may never come too late, or not at all.
fn forfaldsforskel(har: Option<i32>, ventet: Option<NaiveDate>, kendt: bool) -> Option<&'static str> {
    match (har, ventet) {
        (None, Some(_)) => Some("mangler"),
        (Some(har), Some(ventet)) if har > ventet.num_days_from_ce() => Some("kommer for sent"),
        (Some(_), None) if !kendt => Some("er for meget"),
        _ => None,
    }
}

fn dagtal(bytes: &[u8]) -> i32 {
    bytes.try_into().map_or(i32::MAX, i32::from_be_bytes)
}
