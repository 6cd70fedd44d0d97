//! Lists of forløb, and counts.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::frister::{Vurdering, vurder};
use forloeb::ord::{Fristart, Friststatus};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use super::visning::ForloebVisning;
use super::{Kalder, Soeg, Tilstand};
use crate::adgang::Bruger;
use crate::kerne::Kerne;
use crate::visninger::Visninger;

const PARAMETRE: &[&str] =
    &["status", "enhed", "leder_nr", "medarbejder_nr", "frist", "frist_status", "tildelt", "sort", "limit", "cursor"];
const SORTERINGER: &[&str] =
    &["frist", "foerste_fravaersdag", "-foerste_fravaersdag", "medarbejder_nr", "enhed", "-enhed"];
/// Most rows of one answer.
const HOEJST: usize = 500;

/// Which forløb.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Open, over, or both (none).
    pub aabne: Option<bool>,
    /// Unit.
    pub enhed: Option<String>,
    /// Leader.
    pub leder_nr: Option<String>,
    /// Employee.
    pub medarbejder_nr: Option<String>,
    /// Has this frist standing out, or with `frist_status` in that status.
    pub frist: Option<Fristart>,
    /// Has a frist in this status.
    pub frist_status: Option<Friststatus>,
    /// Assigned to.
    pub tildelt: Option<String>,
}

impl Filter {
    fn passer(&self, f: &Forloeb, v: &Vurdering, idag: NaiveDate) -> bool {
        let ens = |oensket: &Option<String>, har: Option<&str>| oensket.as_deref().is_none_or(|o| har == Some(o));
        let frist = match (self.frist, self.frist_status) {
            (None, None) => true,
            (art, status) => v.frister.iter().any(|fr| {
                art.is_none_or(|a| a == fr.art) && status.map_or_else(|| fr.status.udestaar(), |s| s == fr.status)
            }),
        };
        self.aabne.is_none_or(|a| a == f.er_aabent(idag))
            && ens(&self.enhed, Some(&f.stamdata.enhed))
            && ens(&self.leder_nr, f.leder(idag))
            && ens(&self.medarbejder_nr, Some(&f.medarbejder_nr))
            && ens(&self.tildelt, f.tildelt.as_deref())
            && frist
    }

    /// The forløb that fit and that the caller may see. For open ones the cost is what is open.
    #[must_use]
    pub fn find(
        &self,
        bruger: &Bruger,
        vis: &Visninger,
        kerne: &Kerne,
        idag: NaiveDate,
    ) -> Vec<(Arc<Forloeb>, Vurdering)> {
        let valgt = |f: &Arc<Forloeb>, v: &Vurdering| self.passer(f, v, idag) && bruger.ser(f, vis, idag);
        match (&self.medarbejder_nr, self.aabne) {
            (Some(nr), _) => (vis.forloeb_for(nr).iter())
                .map(|f| (f.clone(), vurder(f, idag, &kerne.bog)))
                .filter(|(f, v)| valgt(f, v))
                .collect(),
            (None, Some(true)) => {
                vis.i_gang(idag).map(|s| (s.forloeb, s.vurdering)).filter(|(f, v)| valgt(f, v)).collect()
            }
            (None, _) => (vis.alle())
                .filter(|f| bruger.ser(f, vis, idag))
                .map(|f| (f.clone(), vurder(&f, idag, &kerne.bog)))
                .filter(|(f, v)| valgt(f, v))
                .collect(),
        }
    }
}

/// A page of forløb.
#[derive(Debug, Serialize, ToSchema)]
pub struct Side {
    /// The forløb.
    pub forloeb: Vec<ForloebVisning>,
    /// Cursor of the next page.
    pub naeste: Option<String>,
    /// How many fit the filter in all.
    pub antal: usize,
}

/// Forløb, most urgent first; filters and a cursor.
#[utoipa::path(get, path = "/api/v1/forloeb", tag = "forloeb",
    params(("status" = Option<String>, Query, description = "aaben (standard), afsluttet eller alle"),
        ("enhed" = Option<String>, Query), ("leder_nr" = Option<String>, Query),
        ("medarbejder_nr" = Option<String>, Query), ("frist" = Option<Fristart>, Query),
        ("frist_status" = Option<Friststatus>, Query), ("tildelt" = Option<String>, Query),
        ("sort" = Option<String>, Query, description = "frist (standard), foerste_fravaersdag, \
            -foerste_fravaersdag, medarbejder_nr, enhed, -enhed"),
        ("limit" = Option<usize>, Query, description = "1 til 500; 100 som standard"),
        ("cursor" = Option<String>, Query, description = "naeste fra forrige svar")),
    responses((status = 200, body = Side), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub async fn liste(State(t): State<Tilstand>, Kalder(bruger): Kalder, soeg: Soeg) -> Result<Json<Side>, Problem> {
    soeg.kendte(PARAMETRE)?;
    let status = soeg.laes("status", laes_status, "skal være aaben, afsluttet eller alle")?.unwrap_or(Some(true));
    let koder = |alle: &[&str]| format!("skal være en af: {}", alle.join(", "));
    let arter: Vec<_> = Fristart::ALLE.iter().map(|a| a.kode()).collect();
    let statusser: Vec<_> = Friststatus::ALLE.iter().map(|a| a.kode()).collect();
    let filter = Filter {
        aabne: status,
        enhed: soeg.tekst("enhed").map(str::to_owned),
        leder_nr: soeg.tekst("leder_nr").map(str::to_owned),
        medarbejder_nr: soeg.tekst("medarbejder_nr").map(str::to_owned),
        frist: soeg.laes("frist", Fristart::fra_kode, &koder(&arter))?,
        frist_status: soeg.laes("frist_status", Friststatus::fra_kode, &koder(&statusser))?,
        tildelt: soeg.tekst("tildelt").map(str::to_owned),
    };
    let kendt = |s: &str| SORTERINGER.contains(&s).then(|| s.to_owned());
    let sort = soeg.laes("sort", kendt, &koder(SORTERINGER))?.unwrap_or_else(|| "frist".to_owned());
    let graense = |s: &str| s.parse().ok().filter(|n| (1..=HOEJST).contains(n));
    let limit = soeg.laes("limit", graense, "skal være et helt tal fra 1 til 500")?.unwrap_or(100);
    let efter = soeg.laes("cursor", laes_cursor, "skal være naeste fra et tidligere svar")?;

    let idag = t.kerne.ur.idag();
    let vis = t.kerne.vis();
    let mut fundet: Vec<_> = filter
        .find(&bruger, &vis, &t.kerne, idag)
        .into_iter()
        .map(|(f, v)| (sorteringsnoegle(&sort, &f, &v), f, v))
        .collect();
    let faldende = sort.starts_with('-');
    fundet.sort_by(|a, b| if faldende { b.0.cmp(&a.0) } else { a.0.cmp(&b.0) });
    let antal = fundet.len();
    let fra =
        efter.map_or(0, |e| fundet.partition_point(|(noegle, ..)| if faldende { *noegle >= e } else { *noegle <= e }));
    let side: Vec<_> = fundet.iter().skip(fra).take(limit).collect();
    let flere = fra + side.len() < antal;
    let naeste = side.last().filter(|_| flere).map(|(noegle, ..)| URL_SAFE_NO_PAD.encode(noegle));
    let forloeb = side.iter().map(|(_, f, v)| ForloebVisning::af(f, v, idag).til(&bruger)).collect();
    Ok(Json(Side { forloeb, naeste, antal }))
}

fn laes_status(tekst: &str) -> Option<Option<bool>> {
    match tekst {
        "aaben" => Some(Some(true)),
        "afsluttet" => Some(Some(false)),
        "alle" => Some(None),
        _ => None,
    }
}

fn laes_cursor(tekst: &str) -> Option<String> {
    let noegle = String::from_utf8(URL_SAFE_NO_PAD.decode(tekst).ok()?).ok()?;
    let id = noegle.rsplit_once('|').and_then(|(_, id)| uuid::Uuid::try_parse(id).ok());
    id.map(|_| noegle)
}

fn sorteringsnoegle(sort: &str, f: &Forloeb, v: &Vurdering) -> String {
    let foerst = match sort.trim_start_matches('-') {
        "foerste_fravaersdag" => f.foerste.to_string(),
        "medarbejder_nr" => f.medarbejder_nr.clone(),
        "enhed" => f.stamdata.enhed.clone(),
        _ => naeste_lovdag(v).map_or_else(|| "9".to_owned(), |d| d.to_string()),
    };
    format!("{foerst}|{}|{}", f.foerste, f.id)
}

/// The legal day of what is most urgent.
#[must_use]
pub fn naeste_lovdag(v: &Vurdering) -> Option<NaiveDate> {
    v.frister.iter().filter(|fr| fr.status.udestaar()).map(|fr| fr.lovdag).min()
}

/// Counts of what is open, within the caller's scope.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Overblik {
    /// Today.
    pub dato: NaiveDate,
    /// Open forløb.
    pub aabne: usize,
    /// Over, with money that can still be had.
    pub afsluttede_med_penge: usize,
    /// By frist and status: how many open forløb.
    #[schema(value_type = Object)]
    pub frister: BTreeMap<Fristart, BTreeMap<Friststatus, usize>>,
    /// Kroner that are lost at once where the anmeldelse is not receipted in time.
    pub i_fare_kr: i64,
    /// Kroner lost so far.
    pub mistet_kr: i64,
    /// Every estimate uses its own year's rate.
    pub aarets_sats: bool,
}

/// Counts what a caller may see.
#[must_use]
pub fn taelle(bruger: &Bruger, vis: &Visninger, idag: NaiveDate) -> Overblik {
    let mut o = Overblik { dato: idag, aarets_sats: true, ..Overblik::default() };
    for sag in vis.i_gang(idag).filter(|s| bruger.ser(&s.forloeb, vis, idag)) {
        let r = &sag.vurdering.refusion;
        for (sum, skoen) in [(&mut o.i_fare_kr, r.i_fare), (&mut o.mistet_kr, r.mistet_skoen)] {
            if let Some(skoen) = skoen {
                *sum += skoen.kr;
                o.aarets_sats &= skoen.egen_sats;
            }
        }
        if !sag.forloeb.er_aabent(idag) {
            o.afsluttede_med_penge += 1;
            continue;
        }
        o.aabne += 1;
        for frist in &sag.vurdering.frister {
            *o.frister.entry(frist.art).or_default().entry(frist.status).or_default() += 1;
        }
    }
    o
}

/// Counts of open forløb by frist and status, and kroner at risk.
#[utoipa::path(get, path = "/api/v1/overblik", tag = "forloeb",
    responses((status = 200, body = Overblik), (status = 401, body = Problem)))]
pub async fn overblik(State(t): State<Tilstand>, Kalder(bruger): Kalder) -> Json<Overblik> {
    Json(taelle(&bruger, &t.kerne.vis(), t.kerne.ur.idag()))
}
