//! Lists of forløb, and counts.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use forloeb::frister::vurder;
use forloeb::ord::{Fristart, Friststatus};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use super::visning::ForloebVisning;
use super::{Kalder, Soeg, Tilstand};
use crate::adgang::Bruger;
use crate::kerne::Kerne;
use crate::visninger::Visninger;
use crate::visninger::aktuelle::Optalt;
use crate::visninger::udledt::tabt_siden;
pub use app::lister::{Filter, Noegle, Sortering, Udsnit};

const PARAMETRE: &[&str] =
    &["status", "enhed", "leder_nr", "medarbejder_nr", "frist", "frist_status", "tildelt", "sort", "limit", "cursor"];
const SORTERINGER: &[&str] =
    &["frist", "foerste_fravaersdag", "-foerste_fravaersdag", "medarbejder_nr", "enhed", "-enhed"];
/// Most rows of one answer.
const HOEJST: usize = 500;

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
    let sort = soeg.laes("sort", Sortering::fra_kode, &koder(SORTERINGER))?.unwrap_or(Sortering::Frist);
    let graense = |s: &str| s.parse().ok().filter(|n| (1..=HOEJST).contains(n));
    let limit = soeg.laes("limit", graense, "skal være et helt tal fra 1 til 500")?.unwrap_or(100);
    let cursor = |s: &str| Noegle::fra_cursor(s, sort);
    let efter = soeg.laes("cursor", cursor, "skal være naeste fra et tidligere svar")?;
    Ok(Json(svar(&t.kerne, &bruger, &filter, sort, efter.as_ref(), limit).await?))
}

/// One page.
///
/// # Errors
/// The log cannot be read: forløb that are at rest are read from it.
pub async fn svar(
    kerne: &Kerne,
    bruger: &Bruger,
    filter: &Filter,
    sort: Sortering,
    efter: Option<&Noegle>,
    limit: usize,
) -> Result<Side, Problem> {
    let (side, idag) = {
        let vis = kerne.vis();
        (filter.side(bruger, &vis, sort, efter, limit), vis.idag())
    };
    let mut forloeb = Vec::new();
    for id in side.ids() {
        // One that is gone meanwhile was joined into another.
        if let Some(f) = kerne.forloeb(id).await? {
            forloeb.push(ForloebVisning::af(&f, &vurder(&f, idag, &kerne.bog()), idag).til(bruger));
        }
    }
    let naeste = side.sidste().filter(|_| side.er_flere()).map(Noegle::cursor);
    Ok(Side { forloeb, naeste, antal: side.antal() })
}

fn laes_status(tekst: &str) -> Option<Option<bool>> {
    match tekst {
        "aaben" => Some(Some(true)),
        "afsluttet" => Some(Some(false)),
        "alle" => Some(None),
        _ => None,
    }
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
    /// Kroner lost, because the anmeldelse or the claim was late: of what goes on, and of what ended on `mistet_siden`
    /// or later.
    pub mistet_kr: i64,
    /// The first last day of absence whose loss is still in `mistet_kr`, where nothing can be had any more.
    pub mistet_siden: NaiveDate,
    /// Every estimate uses its own year's rate.
    pub aarets_sats: bool,
}

/// Counts what a caller may see. For one who sees everything it is counted already.
#[must_use]
pub fn taelle(bruger: &Bruger, vis: &Visninger) -> Overblik {
    let mut egne = Optalt::default();
    let optalt = if bruger.ser_alle() {
        vis.optalt()
    } else {
        vis.i_gang_for(bruger, |_| true).for_each(|a| egne.tael(a, true));
        let tabte = vis.tabte_for(bruger, |_| true);
        tabte.for_each(|(_, t)| egne.tael_tab([t.mistet, t.for_sent_anmodet], true));
        &egne
    };
    let pr_status = |antal: &[usize; Friststatus::ALLE.len()]| -> BTreeMap<Friststatus, usize> {
        Friststatus::ALLE.iter().copied().zip(*antal).filter(|(_, n)| *n > 0).collect()
    };
    let frister = Fristart::ALLE.iter().map(|art| (*art, pr_status(&optalt.frister[*art as usize])));
    Overblik {
        dato: vis.idag(),
        aabne: optalt.aabne,
        afsluttede_med_penge: optalt.med_penge,
        frister: frister.filter(|(_, antal)| !antal.is_empty()).collect(),
        i_fare_kr: optalt.i_fare_kr,
        mistet_kr: optalt.mistet_kr,
        mistet_siden: tabt_siden(vis.idag()),
        aarets_sats: optalt.fremmede_satser == 0,
    }
}

/// Counts of open forløb by frist and status, and kroner at risk.
#[utoipa::path(get, path = "/api/v1/overblik", tag = "forloeb",
    responses((status = 200, body = Overblik), (status = 401, body = Problem)))]
pub async fn overblik(State(t): State<Tilstand>, Kalder(bruger): Kalder) -> Json<Overblik> {
    Json(taelle(&bruger, &t.kerne.vis()))
}
