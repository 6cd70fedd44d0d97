//! A TTA plan as it is read. Dates, hours and codes are open; every word of the plan is sealed.

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::Forloeb;
use forloeb::ord::{Princip, Samtykke, Stoette, Ugedag};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::forloeb::{PrincipVisning, principper};
use crate::adgang::Bruger;
use crate::commands::Refusal;
use crate::commands::tta_plan::words;
use crate::kerne::Kerne;
use crate::sealed::{OpenError, PlanTekster};
use crate::visninger::Visninger;

/// What a new version of the plan covers.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanSvar {
    /// Version of the plan.
    pub version: u32,
    /// Which principles it covers.
    pub principper: Vec<PrincipVisning>,
    /// Version of the forløb, also the `ETag`.
    pub forloeb_version: u64,
}

impl PlanSvar {
    /// The newest plan of a forløb.
    /// None where there is no plan.
    #[must_use]
    pub fn af(f: &Forloeb) -> Option<Self> {
        let newest = f.plan()?;
        Some(Self {
            version: newest.hvad.version,
            principper: principper(&newest.hvad.plan, !f.kontakter.is_empty()),
            forloeb_version: f.version,
        })
    }
}

/// A version of a plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanVisning {
    /// Version.
    pub version: u32,
    /// When it was made.
    pub tidspunkt: DateTime<Utc>,
    /// The reader may see its words, and they cannot be opened: that they are not here does not mean that there are none.
    pub kan_ikke_aabnes: bool,
    /// Why: `slettet`, `noegle_mangler`, `beskadiget`, `nyere_form` or `noget_andet`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kan_ikke_aabnes_fordi: Option<&'static str>,
    /// The same, for the pages.
    #[serde(skip)]
    pub uaabnet: Option<OpenError>,
    /// Who coordinates.
    pub koordinator: Option<String>,
    /// The steps.
    pub trin: Vec<TrinVisning>,
    /// Consent to contact with the health system.
    pub sundhedsvaesen: Option<Samtykke>,
    /// The message to colleagues.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub besked_til_kolleger: Option<BeskedVisning>,
    /// Days on which it is evaluated.
    pub evalueringer: Vec<NaiveDate>,
    /// Support options that were considered.
    pub stoette: Vec<Stoette>,
    /// Other items.
    pub tiltag: Vec<TiltagVisning>,
    /// Which principles it covers.
    pub principper: Vec<PrincipVisning>,
}

/// A step of a plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrinVisning {
    /// First day.
    pub fra: NaiveDate,
    /// Last day.
    pub til: Option<NaiveDate>,
    /// Hours a week at work.
    pub timer_pr_uge: f64,
    /// Days at work.
    pub dage: Vec<Ugedag>,
    /// Tasks that are done.
    pub opgaver_ind: Vec<String>,
    /// Tasks that are not done.
    pub opgaver_ud: Vec<String>,
    /// Considerations.
    pub hensyn: Vec<String>,
    /// Principles it serves besides tilpasning.
    pub principper: Vec<Princip>,
}

/// The message to colleagues.
#[derive(Debug, Serialize, ToSchema)]
pub struct BeskedVisning {
    /// The text; not there where the reader may not see it, or it was erased.
    pub tekst: Option<String>,
    /// The employee has approved it.
    pub godkendt_af_medarbejder: bool,
}

/// An item of a plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct TiltagVisning {
    /// What.
    pub tekst: Option<String>,
    /// Which principle it serves.
    pub princip: Princip,
}

/// A version of the plan as a reader may see it.
///
/// # Errors
/// It does not exist for them.
pub fn vis_plan(kerne: &Kerne, bruger: &Bruger, id: Uuid, version: u32) -> Result<PlanVisning, Refusal> {
    vis_plan_i(kerne, &kerne.vis(), bruger, id, version)
}

/// As [`vis_plan`], for a reader who already holds the projections.
///
/// # Errors
/// It does not exist for them.
pub fn vis_plan_i(
    kerne: &Kerne,
    vis: &Visninger,
    bruger: &Bruger,
    id: Uuid,
    version: u32,
) -> Result<PlanVisning, Refusal> {
    let f = bruger.find(id, vis, kerne.ur.idag())?;
    if !bruger.ser_hele_forloebet() {
        return Err(Refusal::NotFound);
    }
    let fundet = f.planer.iter().find(|p| p.hvad.version == version).ok_or(Refusal::NotFound)?;
    let laest = bruger.ser_navne().then(|| words(&kerne.noegler, vis, &f.medarbejder_nr, &fundet.hvad)).transpose();
    let (tekster, uaabnet) = match laest {
        Ok(tekster) => (tekster.unwrap_or_default(), None),
        Err(fejl) => (PlanTekster::default(), Some(fejl)),
    };
    let plan = &fundet.hvad.plan;
    let trin = plan.trin.iter().enumerate().map(|(n, t)| {
        let ord = tekster.trin.get(n);
        TrinVisning {
            fra: t.fra,
            til: t.til,
            timer_pr_uge: t.timer_pr_uge,
            dage: t.dage.clone(),
            opgaver_ind: ord.map(|o| o.ind.clone()).unwrap_or_default(),
            opgaver_ud: ord.map(|o| o.ud.clone()).unwrap_or_default(),
            hensyn: ord.map(|o| o.hensyn.clone()).unwrap_or_default(),
            principper: t.principper.clone(),
        }
    });
    Ok(PlanVisning {
        version,
        kan_ikke_aabnes: uaabnet.is_some(),
        kan_ikke_aabnes_fordi: uaabnet.map(OpenError::code),
        uaabnet,
        tidspunkt: fundet.tid,
        koordinator: plan.koordinator.clone(),
        trin: trin.collect(),
        sundhedsvaesen: plan.sundhedsvaesen,
        besked_til_kolleger: plan
            .besked_godkendt
            .map(|godkendt| BeskedVisning { tekst: tekster.besked.clone(), godkendt_af_medarbejder: godkendt }),
        evalueringer: plan.evalueringer.clone(),
        stoette: plan.stoette.clone(),
        tiltag: (plan.tiltag.iter().enumerate())
            .map(|(n, princip)| TiltagVisning { tekst: tekster.tiltag.get(n).cloned(), princip: *princip })
            .collect(),
        principper: principper(plan, !f.kontakter.is_empty()),
    })
}
