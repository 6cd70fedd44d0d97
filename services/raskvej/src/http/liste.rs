//! Lists of forløb, and counts.

use axum::Json;
use axum::extract::State;
use forloeb::frister::vurder;
use forloeb::ord::{Fristart, Friststatus};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use super::{Kalder, Soeg, Tilstand};
use crate::adgang::Bruger;
use crate::kerne::Kerne;
use crate::lister::{Filter, Noegle, Sortering, Whose};
use crate::views::forloeb::ForloebVisning;
use crate::views::overview::{Overblik, taelle};

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
        leder_nr: soeg.tekst("leder_nr").map(Whose::of),
        medarbejder_nr: soeg.tekst("medarbejder_nr").map(str::to_owned),
        frist: soeg.laes("frist", Fristart::fra_kode, &koder(&arter))?,
        frist_status: soeg.laes("frist_status", Friststatus::fra_kode, &koder(&statusser))?,
        tildelt: soeg.tekst("tildelt").map(Whose::of),
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

/// Counts of open forløb by frist and status, and kroner at risk.
#[utoipa::path(get, path = "/api/v1/overblik", tag = "forloeb",
    responses((status = 200, body = Overblik), (status = 401, body = Problem)))]
pub async fn overblik(State(t): State<Tilstand>, Kalder(bruger): Kalder) -> Json<Overblik> {
    Json(taelle(&bruger, &t.kerne.vis()))
}
