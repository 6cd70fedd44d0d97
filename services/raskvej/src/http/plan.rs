//! TTA plans over HTTP. Dates, hours and codes are open; every word of the plan is sealed.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use forloeb::Forloeb;
use forloeb::haendelse::{TtaEvalueret, TtaPlanLagt};
use forloeb::kommando::Handling;
use forloeb::ord::{Princip, Samtykke, Stoette, Ugedag};
use forloeb::tta::{Plan, Plantrin};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::kommandoer::{efter, forsegl, udfoer};
use super::problem::Problem;
use super::visning::{PrincipVisning, principper};
use super::{Id, IdOgVersion, Kalder, Krop, Tilstand, med_etag};
use crate::adgang::{Bruger, Oenske};
use crate::anmodning;
use crate::kerne::{Kerne, Udfoert};
use crate::sealed::{Konklusion, OpenError, PlanTekster, TrinTekster};
use crate::visninger::Visninger;

anmodning! {
    /// A plan for coming back.
    PlanAnmodning {
        /// Employee number of the one who coordinates (principle 6).
        koordinator: Option<String>,
        /// The steps (principle 2).
        #[schema(required = false)]
        trin: Vec<TrinAnmodning>,
        /// Consent to contact with the health system (principle 7).
        sundhedsvaesen: Option<Samtykke>,
        /// The message to colleagues (principle 3), never the cause.
        besked_til_kolleger: Option<BeskedAnmodning>,
        /// Days on which the plan is evaluated.
        #[schema(required = false)]
        evalueringer: Vec<NaiveDate>,
        /// Support options that were considered.
        #[schema(required = false)]
        stoette: Vec<Stoette>,
        /// Other items, each with the principle it serves.
        #[schema(required = false)]
        tiltag: Vec<TiltagAnmodning>,
        /// Needed where the words of the newest version cannot be opened, and were not erased: a new version is without
        /// them.
        erstat_ulaeselig: Option<bool>,
    }
}

anmodning! {
    /// A step back.
    TrinAnmodning {
        /// First day.
        fra: NaiveDate,
        /// Last day.
        til: Option<NaiveDate>,
        /// Hours a week at work.
        timer_pr_uge: f64,
        /// Days at work.
        #[schema(required = false)]
        dage: Vec<Ugedag>,
        /// Tasks that are done.
        #[schema(required = false)]
        opgaver_ind: Vec<String>,
        /// Tasks that are not done.
        #[schema(required = false)]
        opgaver_ud: Vec<String>,
        /// Considerations in terms of function.
        #[schema(required = false)]
        hensyn: Vec<String>,
        /// Principles it serves besides tilpasning.
        #[schema(required = false)]
        principper: Vec<Princip>,
    }
}

anmodning! {
    /// The message to colleagues.
    BeskedAnmodning {
        /// The text.
        tekst: String,
        /// The employee has approved it.
        godkendt_af_medarbejder: bool,
    }
}

anmodning! {
    /// An item of a plan.
    TiltagAnmodning {
        /// What.
        tekst: String,
        /// Which principle it serves.
        princip: Princip,
    }
}

impl PlanAnmodning {
    /// Nobody coordinates, nothing is to be done.
    #[must_use]
    pub fn er_tom(&self) -> bool {
        self.koordinator.is_none() && self.trin.is_empty() && self.tiltag.is_empty()
    }

    /// The open and the sealed part.
    #[must_use]
    pub fn del(self) -> (Plan, PlanTekster) {
        let mut tekster = PlanTekster {
            besked: self.besked_til_kolleger.as_ref().map(|b| b.tekst.clone()),
            ..PlanTekster::default()
        };
        let plan = Plan {
            koordinator: self.koordinator,
            trin: self
                .trin
                .into_iter()
                .map(|t| {
                    tekster.trin.push(TrinTekster { ind: t.opgaver_ind, ud: t.opgaver_ud, hensyn: t.hensyn });
                    Plantrin {
                        fra: t.fra,
                        til: t.til,
                        timer_pr_uge: t.timer_pr_uge,
                        dage: t.dage,
                        principper: t.principper,
                    }
                })
                .collect(),
            sundhedsvaesen: self.sundhedsvaesen,
            besked_godkendt: self.besked_til_kolleger.map(|b| b.godkendt_af_medarbejder),
            evalueringer: self.evalueringer,
            stoette: self.stoette,
            tiltag: self
                .tiltag
                .into_iter()
                .map(|t| {
                    tekster.tiltag.push(t.tekst);
                    t.princip
                })
                .collect(),
        };
        (plan, tekster)
    }
}

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

/// Makes a new version of the TTA plan; earlier versions stay as they are.
#[utoipa::path(post, path = "/api/v1/forloeb/{id}/tta-plan", tag = "tta", request_body = PlanAnmodning,
    params(("id" = String, Path, description = "Forløbets id")),
    responses((status = 200, body = PlanSvar), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub async fn laeg(
    State(t): State<Tilstand>,
    Kalder(bruger): Kalder,
    Id(id): Id,
    krop: Krop,
) -> Result<Response, Problem> {
    let (svar, _) = laeg_plan(&t.kerne, &bruger, id, krop.laes()?, Some(&krop)).await?;
    Ok(med_etag(svar.forloeb_version, Json(svar)))
}

/// Makes a new version of the plan, for the API and the pages.
///
/// # Errors
/// As the fields, the access, the rules or the log say.
pub async fn laeg_plan(
    kerne: &Kerne,
    bruger: &Bruger,
    id: Uuid,
    anmodning: PlanAnmodning,
    krop: Option<&Krop>,
) -> Result<(PlanSvar, Uuid), Problem> {
    let _laan = kerne.laan_forloeb(id).await?;
    let adgang = bruger.maa_aendre(id, Oenske::TtaPlan, &kerne.vis(), kerne.ur.idag())?;
    let nr = adgang.forloeb().medarbejder_nr.clone();
    let idempotens = krop.and_then(|k| k.idempotens(bruger));
    if let Some(gentaget) = kerne.gentaget(idempotens).await? {
        return plansvar(kerne, &nr, id, gentaget).await;
    }
    if let Some(koordinator) = &anmodning.koordinator
        && kerne.vis().stamdata(koordinator).is_none()
    {
        return Err(Problem::felt("koordinator", "ingen medarbejder har dette nummer"));
    }
    if anmodning.er_tom() {
        return Err(Problem::felt(
            "trin",
            "planen er tom: den skal have mindst en koordinator, et trin eller et tiltag",
        ));
    }
    if anmodning.erstat_ulaeselig != Some(true) && efterlader_ord(kerne, adgang.forloeb()) {
        return Err(Problem::felt(
            "erstat_ulaeselig",
            "skal være true: teksten i den nyeste version kan ikke åbnes, og en ny version vil mangle den",
        ));
    }
    let (plan, tekster) = anmodning.del();
    let fortroligt = forsegl(kerne, &nr, &tekster)?;
    let handling = Handling::LaegPlan { plan, fortroligt };
    let udfoert = udfoer(kerne, &adgang, krop.map(|k| (k, bruger)), handling).await?;
    plansvar(kerne, &nr, id, udfoert).await
}

/// The newest version has words that cannot be opened here, and may be somewhere else.
fn efterlader_ord(kerne: &Kerne, f: &Forloeb) -> bool {
    let fejl = f.plan().and_then(|p| aabn_tekster(kerne, &kerne.vis(), &f.medarbejder_nr, &p.hvad).err());
    fejl.is_some_and(OpenError::may_be_elsewhere)
}

/// The plan as a command left it.
async fn plansvar(kerne: &Kerne, nr: &str, id: Uuid, udfoert: Udfoert) -> Result<(PlanSvar, Uuid), Problem> {
    let efter = efter(kerne, nr, udfoert).await?;
    let f = efter.find(id)?;
    let lagt = f.plan().ok_or_else(Problem::findes_ikke)?;
    let svar = PlanSvar {
        version: lagt.hvad.version,
        principper: principper(&lagt.hvad.plan, !f.kontakter.is_empty()),
        forloeb_version: f.version,
    };
    Ok((svar, f.id))
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

/// One version of the plan. The auditor sees its dates and codes, and not its words.
#[utoipa::path(get, path = "/api/v1/forloeb/{id}/tta-plan/{version}", tag = "tta",
    params(("id" = String, Path, description = "Forløbets id"), ("version" = u32, Path)),
    responses((status = 200, body = PlanVisning), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn hent(
    State(t): State<Tilstand>,
    Kalder(bruger): Kalder,
    IdOgVersion(id, version): IdOgVersion,
) -> Result<Json<PlanVisning>, Problem> {
    let _laan = t.kerne.laan_forloeb(id).await?;
    Ok(Json(vis_plan(&t.kerne, &bruger, id, version)?))
}

/// A version of the plan as a reader may see it.
///
/// # Errors
/// It does not exist for them.
pub fn vis_plan(kerne: &Kerne, bruger: &Bruger, id: Uuid, version: u32) -> Result<PlanVisning, Problem> {
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
) -> Result<PlanVisning, Problem> {
    let f = bruger.find(id, vis, kerne.ur.idag())?;
    if !bruger.ser_hele_forloebet() {
        return Err(Problem::findes_ikke());
    }
    let fundet = f.planer.iter().find(|p| p.hvad.version == version).ok_or_else(Problem::findes_ikke)?;
    let laest = bruger.ser_navne().then(|| aabn_tekster(kerne, vis, &f.medarbejder_nr, &fundet.hvad)).transpose();
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

/// The words of a version, which are those of its steps and its items, each of them.
fn aabn_tekster(kerne: &Kerne, vis: &Visninger, nr: &str, lagt: &TtaPlanLagt) -> Result<PlanTekster, OpenError> {
    let tekster: PlanTekster = vis.luk_op(&kerne.noegler, nr, &lagt.fortroligt)?;
    let passer = tekster.trin.len() == lagt.plan.trin.len() && tekster.tiltag.len() == lagt.plan.tiltag.len();
    if passer { Ok(tekster) } else { Err(OpenError::OtherKind) }
}

anmodning! {
    /// An evaluation of the plan.
    Evaluering {
        /// Day.
        dato: NaiveDate,
        /// What was concluded.
        konklusion: Option<String>,
    }
}

/// Records that the plan was evaluated.
#[utoipa::path(post, path = "/api/v1/forloeb/{id}/tta-evaluering", tag = "tta", request_body = Evaluering,
    params(("id" = String, Path, description = "Forløbets id")),
    responses((status = 200, body = PlanSvar), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub async fn evaluer(
    State(t): State<Tilstand>,
    Kalder(bruger): Kalder,
    Id(id): Id,
    krop: Krop,
) -> Result<Response, Problem> {
    let kerne = &t.kerne;
    let _laan = kerne.laan_forloeb(id).await?;
    let adgang = bruger.maa_aendre(id, Oenske::TtaPlan, &kerne.vis(), kerne.ur.idag())?;
    let Evaluering { dato, konklusion } = krop.laes()?;
    let nr = &adgang.forloeb().medarbejder_nr;
    let fortroligt = konklusion.map(|k| forsegl(kerne, nr, &Konklusion(k))).transpose()?;
    let handling = Handling::EvaluerPlan(TtaEvalueret { forloeb: id, dato, fortroligt });
    let udfoert = udfoer(kerne, &adgang, Some((&krop, &bruger)), handling).await?;
    let (svar, _) = plansvar(kerne, nr, id, udfoert).await?;
    Ok(med_etag(svar.forloeb_version, Json(svar)))
}
