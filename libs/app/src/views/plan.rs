//! A TTA plan as it is read. Dates, hours and codes are open; every word of the plan is sealed.

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::Forloeb;
use forloeb::tta::{Plan, Plantrin};
use forloeb::words::{Part, Plansvar, Princip, Samtykke, Stoette, Ugedag};
use serde::Serialize;
use utoipa::ToSchema;

use super::forloeb::{PrincipView, principper};
use crate::access::{Intent, User};
use crate::commands::Refusal;
use crate::commands::tta_plan::{self, PlanRequest, words};
use crate::core::App;
use crate::sealed::{EgneOrd, OpenError, Planbemaerkning, Planmodtager, TrinTexts};

/// What the newest version of the plan covers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanSvar)]
pub struct PlanAnswer {
    /// The newest version; not there while there is only a draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// When the draft was saved, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kladde_gemt: Option<DateTime<Utc>>,
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
    /// The newest plan of a forløb, for a caller who sees its draft or does not.
    #[must_use]
    pub fn af(f: &Forloeb, sees_kladde: bool) -> Self {
        let (newest, none) = (f.plan(), Plan::default());
        Self {
            version: newest.map(|plan| plan.what.version),
            kladde_gemt: f.tta.kladde.as_ref().filter(|_| sees_kladde).map(|kladde| kladde.time),
            principper: principper(
                newest.map_or(&none, |plan| &plan.what.plan),
                f.beside_plan(newest.map(|plan| plan.what.version)),
            ),
            forloeb_version: f.version,
            warnings: Vec::new(),
        }
    }
}

/// A version of a plan.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanVisning)]
pub struct PlanView {
    /// Version.
    pub version: u32,
    /// The newest version: it is the one that counts.
    pub gaeldende: u32,
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
    /// What employee and leader agreed, in plain words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aftalt: Option<String>,
    /// What the employee wants of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub egne_ord: Option<EgneOrdView>,
    /// The steps.
    pub trin: Vec<TrinView>,
    /// Considerations that hold beside the steps.
    pub skaanehensyn: Vec<SkaanehensynView>,
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
    /// What the employee says of it; not there while they have said nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub svar: Option<PlansvarView>,
    /// With whom it was shared.
    pub delt: Vec<DelingView>,
}

/// What the employee wants of the plan.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EgneOrdVisning)]
pub struct EgneOrdView {
    /// Who wrote it down: the employee, or somebody at work on their behalf.
    pub af: Part,
    /// When.
    pub tidspunkt: DateTime<Utc>,
    /// How the employee sees it.
    pub ord: Option<String>,
    /// What the employee aims at.
    pub maal: Option<String>,
    /// Whom the employee wishes to have with them.
    pub netvaerk: Vec<String>,
}

/// A consideration.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SkaanehensynVisning)]
pub struct SkaanehensynView {
    /// What.
    pub tekst: Option<String>,
    /// The last day on which it holds.
    pub til: Option<NaiveDate>,
    /// It holds for good.
    pub varig: bool,
}

/// What the employee says of a version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlansvarVisning)]
pub struct PlansvarView {
    /// Whether they agree.
    pub svar: Plansvar,
    /// In their words.
    pub bemaerkning: Option<String>,
    /// When.
    pub tidspunkt: DateTime<Utc>,
}

/// That a version was shared.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DelingVisning)]
pub struct DelingView {
    /// With whom.
    pub med: Option<String>,
    /// When.
    pub dato: NaiveDate,
}

/// The hours of a day of the week.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SkemadagVisning)]
pub struct SkemadagView {
    /// The day.
    pub dag: Ugedag,
    /// Hours at work.
    pub timer: f64,
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
    /// Hours by day of the week, where they were said.
    pub skema: Vec<SkemadagView>,
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
    /// The employee has said so, and not only whoever wrote the plan.
    pub selv_svaret: bool,
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
    let found = f.planversion(version).ok_or(Refusal::NotFound)?;
    let nr = &f.medarbejder_nr;
    let mut unopened = None;
    let texts = open(user, &mut unopened, || words(app, nr, &found.what)).unwrap_or_default();
    let egne_ord = f.egne_ord_of(version).map(|fact| {
        let words = open(user, &mut unopened, || app.unlock::<EgneOrd>(nr, &fact.what.confidential));
        let EgneOrd { ord, maal, netvaerk } = words.unwrap_or_default();
        EgneOrdView { af: fact.what.af, tidspunkt: fact.time, ord, maal, netvaerk }
    });
    let svar = f.plansvar(version).map(|fact| {
        let sealed = fact.what.bemaerkning.as_ref();
        let words = sealed.and_then(|b| open(user, &mut unopened, || app.unlock::<Planbemaerkning>(nr, b)));
        PlansvarView { svar: fact.what.svar, bemaerkning: words.map(|Planbemaerkning(b)| b), tidspunkt: fact.time }
    });
    let delt = f.tta.delinger.iter().filter(|fact| fact.what.version == version).map(|fact| {
        let words = open(user, &mut unopened, || app.unlock::<Planmodtager>(nr, &fact.what.confidential));
        DelingView { med: words.map(|Planmodtager(med)| med), dato: fact.what.dato }
    });
    let delt = delt.collect();
    let plan = &found.what.plan;
    Ok(PlanView {
        version,
        gaeldende: f.plan().map_or(version, |newest| newest.what.version),
        kan_ikke_aabnes: unopened.is_some(),
        kan_ikke_aabnes_fordi: unopened.map(OpenError::code),
        unopened,
        tidspunkt: found.time,
        koordinator: plan.koordinator.clone(),
        aftalt: texts.aftalt,
        egne_ord,
        trin: trin_views(plan, texts.trin),
        skaanehensyn: (plan.skaanehensyn.iter().enumerate())
            .map(|(n, hensyn)| SkaanehensynView {
                tekst: texts.skaanehensyn.get(n).cloned(),
                til: hensyn.til,
                varig: hensyn.til.is_none(),
            })
            .collect(),
        sundhedsvaesen: plan.sundhedsvaesen,
        besked_til_kolleger: f.besked_godkendt(version).map(|godkendt| BeskedView {
            tekst: texts.besked,
            godkendt_af_medarbejder: godkendt,
            selv_svaret: f.tta.beskedsvar.iter().any(|svar| svar.what.version == version),
        }),
        evalueringer: plan.evalueringer.clone(),
        stoette: plan.stoette.clone(),
        tiltag: (plan.tiltag.iter().enumerate())
            .map(|(n, princip)| TiltagView { tekst: texts.tiltag.get(n).cloned(), princip: *princip })
            .collect(),
        principper: principper(plan, f.beside_plan(Some(version))),
        svar,
        delt,
    })
}

/// What is sealed, for a reader who sees names; why it cannot be opened is kept, the first of several.
fn open<T>(user: &User, unopened: &mut Option<OpenError>, opened: impl FnOnce() -> Result<T, OpenError>) -> Option<T> {
    let opened = user.sees_names().then(opened)?;
    opened.inspect_err(|error| *unopened = unopened.or(Some(*error))).ok()
}

fn trin_views(plan: &Plan, texts: Vec<TrinTexts>) -> Vec<TrinView> {
    let mut texts = texts.into_iter();
    let one = |t: &Plantrin| {
        let words = texts.next().unwrap_or_default();
        TrinView {
            fra: t.fra,
            til: t.til,
            timer_pr_uge: t.timer_pr_uge,
            skema: t.skema.iter().map(|d| SkemadagView { dag: d.dag, timer: d.timer }).collect(),
            dage: t.dage.clone(),
            opgaver_ind: words.input,
            opgaver_ud: words.out,
            hensyn: words.hensyn,
            principper: t.principper.clone(),
        }
    };
    plan.trin.iter().map(one).collect()
}

/// A plan that is not made yet, for those who write it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KladdeVisning)]
pub struct KladdeView {
    /// When it was saved.
    pub tidspunkt: DateTime<Utc>,
    /// What it says, as the command is given it.
    pub plan: PlanRequest,
}

/// The draft of a forløb whose plan the caller may make.
///
/// # Errors
/// There is none, or it cannot be opened: the reason is the answer's.
pub fn show_kladde(app: &App, f: &Forloeb) -> Result<KladdeView, KladdeError> {
    let saved = f.tta.kladde.as_ref().ok_or(KladdeError::None)?;
    let plan = tta_plan::kladde(app, f).ok_or(KladdeError::None)?.map_err(KladdeError::Unopened)?;
    Ok(KladdeView { tidspunkt: saved.time, plan })
}

/// Why a draft is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KladdeError {
    /// There is none.
    None,
    /// It cannot be opened.
    Unopened(OpenError),
}
