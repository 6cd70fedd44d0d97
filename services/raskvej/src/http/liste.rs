//! Lists of forløb, and counts.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use forloeb::frister::vurder;
use forloeb::ord::{Fristart, Friststatus};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::Problem;
use super::visning::ForloebVisning;
use super::{Kalder, Soeg, Tilstand};
use crate::adgang::Bruger;
use crate::dates;
use crate::kerne::Kerne;
use crate::visninger::aktuelle::{Optalt, Orden};
use crate::visninger::kort::Ansvar;
use crate::visninger::udledt::tabt_siden;
use crate::visninger::{Opslag, Visninger};

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
    /// The card says all that is asked for here: no forløb is looked up to be left out.
    fn passer(&self, f: &Opslag<'_>) -> bool {
        let frist = match (self.frist, self.frist_status) {
            (None, None) => true,
            (art, oensket) => f.kort.statusser.alle().any(|(a, status)| {
                art.is_none_or(|art| art == a) && oensket.map_or_else(|| status.udestaar(), |s| s == status)
            }),
        };
        self.aabne.is_none_or(|a| a == f.kort.er_aabent())
            && ens(self.medarbejder_nr.as_deref(), Some(f.nr))
            && self.passer_ansvar(f.ansvar)
            && frist
    }

    fn passer_ansvar(&self, ansvar: &Ansvar) -> bool {
        ens(self.enhed.as_deref(), Some(&ansvar.enhed))
            && ens(self.leder_nr.as_deref(), ansvar.leder.as_deref())
            && ens(self.tildelt.as_deref(), ansvar.tildelt.as_deref())
    }

    /// Every open forløb fits.
    fn er_alle_aabne(&self) -> bool {
        let Self { aabne, enhed, leder_nr, medarbejder_nr, frist, frist_status, tildelt } = self;
        *aabne == Some(true)
            && [enhed, leder_nr, medarbejder_nr, tildelt].iter().all(|f| f.is_none())
            && frist.is_none()
            && frist_status.is_none()
    }

    /// The ids of one page of what fits and what the caller may see, and how many there are in all. The open ones that
    /// one who sees all of them asks for in the usual order cost the page; else the cost is what is open, or all there
    /// ever was.
    #[must_use]
    pub fn side(
        &self,
        bruger: &Bruger,
        vis: &Visninger,
        sort: Sortering,
        efter: Option<&Noegle>,
        antal: usize,
    ) -> Udsnit {
        if self.er_alle_aabne() && bruger.ser_alle() && sort == Sortering::Frist {
            let efter = efter.map(|n| n.orden);
            let mut raekker: Vec<_> = vis.aabne(efter).take(antal + 1).map(|(orden, _)| orden).collect();
            let flere = raekker.len() > antal;
            raekker.truncate(antal);
            let raekker = raekker.into_iter().map(|orden| Noegle { tekst: None, orden }).collect();
            return Udsnit { raekker, flere, antal: vis.optalt().aabne };
        }
        let valgt = |f: &Opslag<'_>| self.passer(f) && vis.ses_af(bruger, f.nr, f.kort);
        match (&self.medarbejder_nr, self.aabne) {
            (Some(nr), _) => vaelg(vis.kort_for(nr).filter(valgt), sort, efter, antal),
            (None, Some(true)) => {
                let hos = vis.i_gang_for(bruger, |ansvar| self.passer_ansvar(ansvar));
                let aabne = hos.filter(|a| a.kort.er_aabent()).map(|a| vis.opslag_af(a));
                vaelg(aabne.filter(|f| self.passer(f)), sort, efter, antal)
            }
            (None, _) => vaelg(vis.kort().filter(valgt), sort, efter, antal),
        }
    }
}

fn ens(oensket: Option<&str>, har: Option<&str>) -> bool {
    oensket.is_none() || oensket == har
}

/// In what order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sortering {
    /// By the legal day of what is most urgent.
    Frist,
    /// By F.
    Foerste {
        /// The newest first.
        ned: bool,
    },
    /// By employee number.
    MedarbejderNr,
    /// By unit.
    Enhed {
        /// The last first.
        ned: bool,
    },
}

impl Sortering {
    fn fra_kode(kode: &str) -> Option<Self> {
        Some(match kode {
            "frist" => Self::Frist,
            "foerste_fravaersdag" => Self::Foerste { ned: false },
            "-foerste_fravaersdag" => Self::Foerste { ned: true },
            "medarbejder_nr" => Self::MedarbejderNr,
            "enhed" => Self::Enhed { ned: false },
            "-enhed" => Self::Enhed { ned: true },
            _ => return None,
        })
    }

    const fn er_faldende(self) -> bool {
        matches!(self, Self::Foerste { ned: true } | Self::Enhed { ned: true })
    }

    fn noegle(self, f: &Opslag<'_>) -> Noegle {
        let orden = Orden::af(f.kort, f.id);
        match self {
            Self::Frist => Noegle { tekst: None, orden },
            Self::Foerste { .. } => Noegle { tekst: None, orden: Orden { lovdag: f.kort.foerste, ..orden } },
            Self::MedarbejderNr => {
                Noegle { tekst: Some(f.nr.to_owned()), orden: Orden { lovdag: NaiveDate::MIN, ..orden } }
            }
            Self::Enhed { .. } => {
                Noegle { tekst: Some(f.ansvar.enhed.clone()), orden: Orden { lovdag: NaiveDate::MIN, ..orden } }
            }
        }
    }
}

/// The place of a forløb in a list: what is sorted by, then F, then the id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Noegle {
    tekst: Option<String>,
    orden: Orden,
}

/// In a cursor: nothing stands out.
const UDEN_DAG: &str = "9";

impl Noegle {
    /// The place after which the next page begins, as the caller gives it back.
    fn cursor(&self) -> String {
        let Orden { lovdag, foerste, id } = self.orden;
        let foerst = match &self.tekst {
            Some(tekst) => tekst.clone(),
            None if lovdag == NaiveDate::MAX => UDEN_DAG.to_owned(),
            None => lovdag.to_string(),
        };
        URL_SAFE_NO_PAD.encode(format!("{foerst}|{foerste}|{id}"))
    }

    fn fra_cursor(cursor: &str, sort: Sortering) -> Option<Self> {
        let tekst = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let (resten, id) = tekst.rsplit_once('|')?;
        let (foerst, foerste) = resten.rsplit_once('|')?;
        let (foerste, id) = (dates::day(foerste).ok()?, Uuid::try_parse(id).ok()?);
        let (tekst, lovdag) = match sort {
            Sortering::MedarbejderNr | Sortering::Enhed { .. } => (Some(foerst.to_owned()), NaiveDate::MIN),
            _ if foerst == UDEN_DAG => (None, NaiveDate::MAX),
            _ => (None, dates::day(foerst).ok()?),
        };
        Some(Self { tekst, orden: Orden { lovdag, foerste, id } })
    }
}

/// One page of a list.
#[derive(Debug)]
pub struct Udsnit {
    /// Its rows, in order.
    raekker: Vec<Noegle>,
    /// There are more after it.
    flere: bool,
    /// How many fit in all.
    antal: usize,
}

impl Udsnit {
    /// The forløb of the page, in order.
    pub fn ids(&self) -> impl Iterator<Item = Uuid> {
        self.raekker.iter().map(|n| n.orden.id)
    }

    /// Where the page ends.
    #[must_use]
    pub fn sidste(&self) -> Option<&Noegle> {
        self.raekker.last()
    }

    /// There are more after it.
    #[must_use]
    pub const fn er_flere(&self) -> bool {
        self.flere
    }
}

/// The first `hoejst` after a place. Only they are ever kept.
fn vaelg<'a>(alle: impl Iterator<Item = Opslag<'a>>, sort: Sortering, efter: Option<&Noegle>, hoejst: usize) -> Udsnit {
    let ned = sort.er_faldende();
    let (mut antal, mut efter_antal, mut raekker) = (0, 0, BTreeSet::new());
    for f in alle {
        antal += 1;
        let noegle = sort.noegle(&f);
        if efter.is_some_and(|e| if ned { noegle >= *e } else { noegle <= *e }) {
            continue;
        }
        efter_antal += 1;
        raekker.insert(noegle);
        if raekker.len() > hoejst {
            if ned {
                raekker.pop_first()
            } else {
                raekker.pop_last()
            };
        }
    }
    let flere = efter_antal > raekker.len();
    let raekker = if ned { raekker.into_iter().rev().collect() } else { raekker.into_iter().collect() };
    Udsnit { raekker, flere, antal }
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
    let mut forloeb = Vec::with_capacity(side.raekker.len());
    for id in side.ids() {
        // One that is gone meanwhile was joined into another.
        if let Some(f) = kerne.forloeb(id).await? {
            forloeb.push(ForloebVisning::af(&f, &vurder(&f, idag, &kerne.bog()), idag).til(bruger));
        }
    }
    let naeste = side.sidste().filter(|_| side.er_flere()).map(Noegle::cursor);
    Ok(Side { forloeb, naeste, antal: side.antal })
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
