//! A TTA plan as it is read. Dates, hours and codes are open; every word of the plan is sealed.

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::Forloeb;
use forloeb::words::{Princip, Samtykke, Stoette, Ugedag};
use serde::Serialize;
use utoipa::ToSchema;

use super::forloeb::{PrincipView, principper};
use crate::access::{Intent, User};
use crate::commands::Refusal;
use crate::commands::tta_plan::words;
use crate::core::App;
use crate::sealed::{OpenError, PlanTekster};

/// What a new version of the plan covers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanSvar)]
pub struct PlanAnswer {
    /// Version of the plan.
    pub version: u32,
    /// Which principles it covers.
    pub principper: Vec<PrincipView>,
    /// Version of the forløb, also the `ETag`.
    pub forloeb_version: u64,
    /// What the caller should know, though it was done.
    #[serde(rename = "advarsler")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

impl PlanAnswer {
    /// The newest plan of a forløb.
    /// None where there is no plan.
    #[must_use]
    pub fn af(f: &Forloeb) -> Option<Self> {
        let newest = f.plan()?;
        Some(Self {
            version: newest.what.version,
            principper: principper(&newest.what.plan, !f.kontakter.is_empty()),
            forloeb_version: f.version,
            warnings: Vec::new(),
        })
    }
}

/// A version of a plan.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanVisning)]
pub struct PlanView {
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
    pub unopened: Option<OpenError>,
    /// Who coordinates.
    pub koordinator: Option<String>,
    /// The steps.
    pub trin: Vec<TrinView>,
    /// Consent to contact with the health system.
    pub sundhedsvaesen: Option<Samtykke>,
    /// The message to colleagues.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub besked_til_kolleger: Option<BeskedView>,
    /// Days on which it is evaluated.
    pub evalueringer: Vec<NaiveDate>,
    /// Support options that were considered.
    pub stoette: Vec<Stoette>,
    /// Other items.
    pub tiltag: Vec<TiltagView>,
    /// Which principles it covers.
    pub principper: Vec<PrincipView>,
}

/// A step of a plan.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrinVisning)]
pub struct TrinView {
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
#[schema(as = BeskedVisning)]
pub struct BeskedView {
    /// The text; not there where the reader may not see it, or it was erased.
    pub tekst: Option<String>,
    /// The employee has approved it.
    pub godkendt_af_medarbejder: bool,
}

/// An item of a plan.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TiltagVisning)]
pub struct TiltagView {
    /// What.
    pub tekst: Option<String>,
    /// Which principle it serves.
    pub princip: Princip,
}

/// A version of the plan of a forløb that a reader may see, as that reader may see it.
///
/// # Errors
/// It does not exist for them.
pub fn show_plan(app: &App, user: &User, f: &Forloeb, version: u32) -> Result<PlanView, Refusal> {
    if !user.may_ever(Intent::Plan) {
        return Err(Refusal::NotFound);
    }
    let found = f.planer.iter().find(|p| p.what.version == version).ok_or(Refusal::NotFound)?;
    let parsed = user.sees_names().then(|| words(app, &f.medarbejder_nr, &found.what)).transpose();
    let (texts, unopened) = match parsed {
        Ok(texts) => (texts.unwrap_or_default(), None),
        Err(error) => (PlanTekster::default(), Some(error)),
    };
    let plan = &found.what.plan;
    let trin = plan.trin.iter().enumerate().map(|(n, t)| {
        let words = texts.trin.get(n);
        TrinView {
            fra: t.fra,
            til: t.til,
            timer_pr_uge: t.timer_pr_uge,
            dage: t.dage.clone(),
            opgaver_ind: words.map(|o| o.input.clone()).unwrap_or_default(),
            opgaver_ud: words.map(|o| o.out.clone()).unwrap_or_default(),
            hensyn: words.map(|o| o.hensyn.clone()).unwrap_or_default(),
            principper: t.principper.clone(),
        }
    });
    Ok(PlanView {
        version,
        kan_ikke_aabnes: unopened.is_some(),
        kan_ikke_aabnes_fordi: unopened.map(OpenError::code),
        unopened,
        tidspunkt: found.time,
        koordinator: plan.koordinator.clone(),
        trin: trin.collect(),
        sundhedsvaesen: plan.sundhedsvaesen,
        besked_til_kolleger: plan
            .besked_godkendt
            .map(|godkendt| BeskedView { tekst: texts.besked.clone(), godkendt_af_medarbejder: godkendt }),
        evalueringer: plan.evalueringer.clone(),
        stoette: plan.stoette.clone(),
        tiltag: (plan.tiltag.iter().enumerate())
            .map(|(n, princip)| TiltagView { tekst: texts.tiltag.get(n).cloned(), princip: *princip })
            .collect(),
        principper: principper(plan, !f.kontakter.is_empty()),
    })
}
