//! The refusion ledger of a forløb over the API: every figure with the days, the rate and the rule behind it.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::frister::vurder;
use forloeb::refusion::Refusion;
use forloeb::regnskab::{Dagsstand, Kravfejl, Kravtjek, Regnskab, Spaend, regnskab};
use forloeb::skoen::{Led, Skoen};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::Problem;
use super::visning::{DageVisning, KravVisning, LoesningVisning, SkoenVisning};
use super::{Id, Kalder, Tilstand, med_etag};
use crate::tekster;

/// The refusion ledger of a forløb today.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegnskabVisning {
    /// The forløb.
    pub id: Uuid,
    /// Its version.
    pub version: u64,
    /// The day everything here holds for.
    pub dato: NaiveDate,
    /// Rule set.
    pub regelsaet: String,
    /// There is refusion to get.
    pub gives: bool,
    /// Why from the first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foerstedagsret: Option<&'static str>,
    /// First day of refusion.
    pub foerste_refusionsdag: NaiveDate,
    /// Last legal day of the anmeldelse.
    pub lovdag: NaiveDate,
    /// The day of the receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anmeldt: Option<NaiveDate>,
    /// Every day from the first absence day on, in order.
    pub dage: Vec<SpaendVisning>,
    /// The sums.
    pub summer: SummerVisning,
    /// What can be claimed next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub naeste_krav: Option<NaesteKravVisning>,
    /// The claims, checked.
    pub krav: Vec<KravtjekVisning>,
}

/// Days with one state, for one reason.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpaendVisning {
    /// The days.
    #[serde(flatten)]
    pub dage: DageVisning,
    /// `arbejdsgiverperiode`, `mistet_for_sent_anmeldt`, `mistet_for_sent_anmodet`, `anmodet`, `kan_anmodes`,
    /// `mangler_kvittering` or `kommende`.
    pub stand: &'static str,
    /// The rule, in a sentence.
    pub regel: String,
    /// Law or policy behind it, as the rule set has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kilde: Option<String>,
    /// The event that made it so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ved: Option<LoesningVisning>,
    /// Lost at once if the anmeldelse is not receipted in time.
    pub i_fare: bool,
    /// What the days are worth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skoen: Option<ForklaretVisning>,
}

/// An estimate with its terms.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForklaretVisning {
    /// The estimate.
    #[serde(flatten)]
    pub skoen: SkoenVisning,
    /// Its terms: they are added up exactly, and rounded once.
    pub led: Vec<LedVisning>,
}

/// One term: weekdays × weekly rate / 5 × min(1, weekly hours / full week) × extent.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedVisning {
    /// First day.
    pub fra: NaiveDate,
    /// Last day.
    pub til: NaiveDate,
    /// Mondays to Fridays among them.
    pub hverdage: u32,
    /// Year of the weekly rate.
    pub sats_aar: i32,
    /// Kroner a week.
    pub kr_pr_uge: u32,
    /// Where the rate is from.
    pub sats_kilde: String,
    /// It is the days' own year's; otherwise the newest known was used.
    pub aarets_sats: bool,
    /// Weekly hours.
    pub timer_pr_uge: f64,
    /// Hours of a full week.
    pub fuld_uge_timer: f64,
    /// Absence in percent of the working time.
    pub omfang_pct: u8,
    /// The term in kroner, rounded to øre.
    pub beloeb: f64,
}

/// The sums of the ledger; one that is not there has no days.
#[derive(Debug, Serialize, ToSchema)]
pub struct SummerVisning {
    /// Can be claimed today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kan_anmodes: Option<ForklaretVisning>,
    /// Claimed, by the estimate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anmodet: Option<ForklaretVisning>,
    /// Lost, or lost so far, because the anmeldelse was late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mistet_for_sent_anmeldt: Option<ForklaretVisning>,
    /// Lost, because nobody claimed in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mistet_for_sent_anmodet: Option<ForklaretVisning>,
    /// Waits for the receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mangler_kvittering: Option<ForklaretVisning>,
    /// Lost at once if the anmeldelse is not receipted in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub i_fare: Option<ForklaretVisning>,
    /// What a further working day costs after that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pr_dag: Option<ForklaretVisning>,
}

/// The next claim that can be made.
#[derive(Debug, Serialize, ToSchema)]
pub struct NaesteKravVisning {
    /// Its days, from the oldest unclaimed one on.
    #[serde(flatten)]
    pub dage: DageVisning,
    /// Last day on which the oldest of them can be claimed.
    pub senest: NaiveDate,
}

/// A claim, checked.
#[derive(Debug, Serialize, ToSchema)]
pub struct KravtjekVisning {
    /// The claim.
    #[serde(flatten)]
    pub krav: KravVisning,
    /// What its days are worth by the estimate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skoen: Option<ForklaretVisning>,
    /// What is wrong with it as things stand now.
    pub fejl: Vec<KravfejlVisning>,
}

/// What is wrong with a claim.
#[derive(Debug, Serialize, ToSchema)]
pub struct KravfejlVisning {
    /// `hul`, `overlap` or `uden_ret`.
    pub fejl: &'static str,
    /// Which days.
    #[serde(flatten)]
    pub dage: DageVisning,
}

/// The refusion ledger: the state of every day, sums in kroner with their terms, and the claims checked for gaps and
/// overlaps.
#[utoipa::path(get, path = "/api/v1/forloeb/{id}/refusion", tag = "forloeb",
    params(("id" = String, Path, description = "Forløbets id")),
    responses((status = 200, body = RegnskabVisning), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn refusion(State(t): State<Tilstand>, Kalder(bruger): Kalder, Id(id): Id) -> Result<Response, Problem> {
    let _laan = t.kerne.laan_forloeb(id).await?;
    let idag = t.kerne.ur.idag();
    let f = bruger.find_penge(id, &t.kerne.vis(), idag)?;
    let r = vurder(&f, idag, &t.kerne.bog()).refusion;
    let visning = RegnskabVisning::af(&f, &r, &regnskab(&f, &r, idag, &t.kerne.bog()), idag);
    Ok(med_etag(visning.version, Json(visning)))
}

impl RegnskabVisning {
    fn af(f: &Forloeb, r: &Refusion, g: &Regnskab<'_, '_>, idag: NaiveDate) -> Self {
        let sum = |stand| ForklaretVisning::af(g.led(|s| s.stand == stand));
        Self {
            id: f.id,
            version: f.version,
            dato: idag,
            regelsaet: f.regler.navn.to_string(),
            gives: r.gives,
            foerstedagsret: r.foerstedagsret.map(forloeb::refusion::Foerstedagsret::kode),
            foerste_refusionsdag: r.foerste_refusionsdag,
            lovdag: r.lovdag,
            anmeldt: r.anmeldt,
            dage: g.spaend.iter().map(|s| SpaendVisning::af(f, s)).collect(),
            summer: SummerVisning {
                kan_anmodes: sum(Dagsstand::KanAnmodes),
                anmodet: sum(Dagsstand::Anmodet),
                mistet_for_sent_anmeldt: sum(Dagsstand::ForSentAnmeldt),
                mistet_for_sent_anmodet: sum(Dagsstand::ForSentAnmodet),
                mangler_kvittering: sum(Dagsstand::ManglerKvittering),
                i_fare: ForklaretVisning::af(g.led(|s| s.i_fare)),
                pr_dag: ForklaretVisning::af(&g.pr_arbejdsdag),
            },
            naeste_krav: g.naeste.map(|n| NaesteKravVisning { dage: n.dage.into(), senest: n.senest }),
            krav: g.krav.iter().map(KravtjekVisning::af).collect(),
        }
    }
}

impl SpaendVisning {
    fn af(f: &Forloeb, s: &Spaend<'_>) -> Self {
        Self {
            dage: s.dage.into(),
            stand: s.stand.kode(),
            regel: tekster::dagsregel(s.stand, &f.regler),
            kilde: s.kilde.as_deref().map(str::to_owned),
            ved: s.ved.as_ref().map(LoesningVisning::af),
            i_fare: s.i_fare,
            skoen: ForklaretVisning::af(&s.led),
        }
    }
}

impl ForklaretVisning {
    fn af<'t, 'b: 't>(led: impl IntoIterator<Item = &'t Led<'b>>) -> Option<Self> {
        let led: Vec<_> = led.into_iter().collect();
        let skoen = Skoen::af(led.iter().copied())?;
        Some(Self { skoen: skoen.into(), led: led.into_iter().map(LedVisning::af).collect() })
    }
}

impl LedVisning {
    #[expect(clippy::cast_precision_loss, reason = "amounts are far below 2^52 øre")]
    fn af(t: &Led<'_>) -> Self {
        Self {
            fra: t.dage.fra,
            til: t.dage.til,
            hverdage: t.hverdage,
            sats_aar: t.sats.aar,
            kr_pr_uge: t.sats.kr_pr_uge,
            sats_kilde: t.sats.kilde.clone(),
            aarets_sats: t.egen_sats,
            timer_pr_uge: t.timer_pr_uge,
            fuld_uge_timer: t.fuld_uge_timer,
            omfang_pct: t.omfang_pct,
            beloeb: t.oere() as f64 / 100.0,
        }
    }
}

impl KravtjekVisning {
    fn af(k: &Kravtjek<'_, '_>) -> Self {
        let fejl = k.fejl.iter().map(|fejl| match *fejl {
            Kravfejl::Hul(dage) => KravfejlVisning { fejl: "hul", dage: dage.into() },
            Kravfejl::Overlap(dage) => KravfejlVisning { fejl: "overlap", dage: dage.into() },
            Kravfejl::UdenRet(dage) => KravfejlVisning { fejl: "uden_ret", dage: dage.into() },
        });
        Self { krav: KravVisning::af(k.krav), skoen: ForklaretVisning::af(&k.led), fejl: fejl.collect() }
    }
}
