//! The refusion ledger of a forløb as it is read: every figure with the days, the rate and the rule behind it.

use chrono::NaiveDate;
use forloeb::oere::{decimal_kroner, whole_kroner};
use forloeb::refusion::Refusion;
use forloeb::regnskab::{Dagsstand, KravCheck, KravError, Regnskab, Span};
use forloeb::skoen::{Led, Skoen};
use forloeb::{Forloeb, Oere, Procent};
use serde::Serialize;
use texts::regnskab::dagsregel;
use utoipa::ToSchema;
use uuid::Uuid;

use super::forloeb::{DageView, LoesningView, SkoenView};
use super::refusion::{KravView, OtherwiseView};

/// The refusion ledger of a forløb today.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegnskabVisning)]
pub struct RegnskabView {
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
    /// What the employer pays instead of wages, so that there is none: `sygedagpenge` or `nej`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loen_under_sygdom: Option<&'static str>,
    /// A § 56 agreement may cover it, and nobody has said: all the rest holds if it does, and this if it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ellers: Option<OtherwiseView>,
    /// The day on which the anmeldelse that was receipted was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anmeldt: Option<NaiveDate>,
    /// The day on which one was signed that is neither receipted nor rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub afventer_kvittering: Option<NaiveDate>,
    /// The last day on which refusion can be claimed with a dispensation; only where days are lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispensation_senest: Option<NaiveDate>,
    /// For information: the earliest day on which sygedagpenge, and with them refusion, can stop (§ 24), as far as this
    /// employer knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ophoer_tidligst: Option<NaiveDate>,
    /// Every day from the first absence day on, in order.
    pub dage: Vec<SpanView>,
    /// The sums.
    #[serde(rename = "summer")]
    pub sums: SumsView,
    /// What can be claimed next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub naeste_krav: Option<NextKravView>,
    /// The claims, checked.
    pub krav: Vec<KravCheckView>,
}

/// Days with one state, for one reason.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SpaendVisning)]
pub struct SpanView {
    /// The days.
    #[serde(flatten)]
    pub dage: DageView,
    /// `arbejdsgiverperiode`, `mistet_for_sent_anmeldt`, `mistet_for_sent_anmodet`, `anmodet`, `kan_anmodes`,
    /// `mangler_kvittering`, `kommende`, `afbrudt`, `for_faa_timer` or `uden_loen`.
    pub stand: &'static str,
    /// The rule, in a sentence.
    pub regel: String,
    /// Law or policy behind it, as the rule set has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kilde: Option<String>,
    /// The event that made it so.
    #[serde(rename = "ved")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<LoesningView>,
    /// Lost at once if the anmeldelse is not receipted in time.
    pub i_fare: bool,
    /// What the days are worth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skoen: Option<ExplainedView>,
}

/// An estimate with its terms.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ForklaretVisning)]
pub struct ExplainedView {
    /// The estimate.
    #[serde(flatten)]
    pub skoen: SkoenView,
    /// Its terms: they are added up exactly, and rounded once.
    pub led: Vec<LedView>,
}

/// One term: weekdays × weekly rate / 5 × min(1, weekly hours / full week) × extent × (1 + tillæg).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedVisning)]
pub struct LedView {
    /// First day.
    pub fra: NaiveDate,
    /// Last day.
    pub til: NaiveDate,
    /// Mondays to Fridays among them that are no public holidays (§ 53 a).
    pub hverdage: u32,
    /// Year of the weekly rate.
    pub sats_aar: i32,
    /// Kroner a week.
    #[serde(rename = "kr_pr_uge", with = "whole_kroner")]
    #[schema(value_type = u32, deprecated)]
    pub per_uge: Oere,
    /// Øre a week.
    #[serde(rename = "pr_uge_oere")]
    #[schema(value_type = i64)]
    pub per_uge_oere: Oere,
    /// Where the rate is from.
    pub sats_kilde: String,
    /// It is the days' own year's; otherwise the newest known was used.
    pub aarets_sats: bool,
    /// What is paid beyond the rate, in percent (§ 54 b).
    pub tillaeg_pct: Procent,
    /// Weekly hours.
    pub timer_pr_uge: f64,
    /// Hours of a full week.
    pub fuld_uge_timer: f64,
    /// Absence in percent of the working time.
    pub omfang_pct: Procent,
    /// The term in kroner, rounded to øre.
    #[serde(serialize_with = "decimal_kroner::serialize")]
    #[schema(value_type = f64, deprecated)]
    pub beloeb: Oere,
    /// The term in øre.
    #[schema(value_type = i64)]
    pub beloeb_oere: Oere,
}

/// The sums of the ledger; one that is not there has no days.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SummerVisning)]
pub struct SumsView {
    /// Can be claimed today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kan_anmodes: Option<ExplainedView>,
    /// Claimed, by the estimate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anmodet: Option<ExplainedView>,
    /// Lost, or lost so far, because the anmeldelse was late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mistet_for_sent_anmeldt: Option<ExplainedView>,
    /// Lost, because nobody claimed in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mistet_for_sent_anmodet: Option<ExplainedView>,
    /// Waits for the receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mangler_kvittering: Option<ExplainedView>,
    /// Lost at once if the anmeldelse is not receipted in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub i_fare: Option<ExplainedView>,
    /// What a further working day costs after that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pr_dag: Option<ExplainedView>,
}

/// The next claim that can be made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NaesteKravVisning)]
pub struct NextKravView {
    /// Its days, from the oldest unclaimed one on.
    #[serde(flatten)]
    pub dage: DageView,
    /// Last day on which the oldest of them can be claimed.
    #[serde(rename = "senest")]
    pub latest: NaiveDate,
}

/// A claim, checked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KravtjekVisning)]
pub struct KravCheckView {
    /// The claim.
    #[serde(flatten)]
    pub krav: KravView,
    /// What its days are worth by the estimate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skoen: Option<ExplainedView>,
    /// What is wrong with it as things stand now.
    #[serde(rename = "fejl")]
    pub error: Vec<KravErrorView>,
}

/// What is wrong with a claim.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KravfejlVisning)]
pub struct KravErrorView {
    /// `hul`, `overlap` or `uden_ret`.
    #[serde(rename = "fejl")]
    pub error: &'static str,
    /// Which days.
    #[serde(flatten)]
    pub dage: DageView,
}

impl RegnskabView {
    /// The ledger of a forløb on a day, and the earliest day on which it can stop.
    #[must_use]
    pub fn af(
        f: &Forloeb,
        r: &Refusion,
        g: &Regnskab<'_, '_>,
        (today, ophoer_tidligst): (NaiveDate, Option<NaiveDate>),
    ) -> Self {
        let sum = |stand| ExplainedView::af(g.led(|s| s.stand == stand));
        Self {
            id: f.id,
            version: f.version,
            dato: today,
            regelsaet: f.regler.name.to_string(),
            gives: r.gives,
            foerstedagsret: r.foerstedagsret.map(forloeb::refusion::Foerstedagsret::code),
            foerste_refusionsdag: r.foerste_refusionsdag,
            lovdag: r.lovdag,
            loen_under_sygdom: r.without_loen.map(forloeb::words::LoenUnderSygdom::code),
            ellers: OtherwiseView::of(r),
            anmeldt: r.anmeldt,
            afventer_kvittering: r.awaits_kvittering,
            dispensation_senest: r.dispensation_latest,
            ophoer_tidligst,
            dage: g.span.iter().map(|s| SpanView::af(f, s)).collect(),
            sums: SumsView {
                kan_anmodes: sum(Dagsstand::CanAnmodes),
                anmodet: sum(Dagsstand::Anmodet),
                mistet_for_sent_anmeldt: sum(Dagsstand::AnmeldtTooLate),
                mistet_for_sent_anmodet: sum(Dagsstand::AnmodetTooLate),
                mangler_kvittering: sum(Dagsstand::MissingKvittering),
                i_fare: ExplainedView::af(g.led(|s| s.i_fare)),
                pr_dag: ExplainedView::af(&g.per_arbejdsdag),
            },
            naeste_krav: g.next.map(|n| NextKravView { dage: n.dage.into(), latest: n.latest }),
            krav: g.krav.iter().map(KravCheckView::af).collect(),
        }
    }
}

impl SpanView {
    fn af(f: &Forloeb, s: &Span<'_>) -> Self {
        Self {
            dage: s.dage.into(),
            stand: s.stand.code(),
            regel: dagsregel(s.stand, &f.regler),
            kilde: s.kilde.as_deref().map(str::to_owned),
            at: s.at.as_ref().map(LoesningView::af),
            i_fare: s.i_fare,
            skoen: ExplainedView::af(&s.led),
        }
    }
}

impl ExplainedView {
    fn af<'t, 'b: 't>(led: impl IntoIterator<Item = &'t Led<'b>>) -> Option<Self> {
        let led: Vec<_> = led.into_iter().collect();
        let skoen = Skoen::af(led.iter().copied())?;
        Some(Self { skoen: skoen.into(), led: led.into_iter().map(LedView::af).collect() })
    }
}

impl LedView {
    fn af(t: &Led<'_>) -> Self {
        Self {
            fra: t.dage.fra,
            til: t.dage.til,
            hverdage: t.hverdage,
            sats_aar: t.sats.aar(),
            per_uge: t.sats.per_uge,
            per_uge_oere: t.sats.per_uge,
            sats_kilde: t.sats.kilde.clone(),
            aarets_sats: t.own_sats,
            tillaeg_pct: t.tillaeg.map_or(Procent::whole(0), |t| t.pct),
            timer_pr_uge: t.timer_pr_uge,
            fuld_uge_timer: t.fuld_uge_timer,
            omfang_pct: t.omfang_pct,
            beloeb: t.beloeb(),
            beloeb_oere: t.beloeb(),
        }
    }
}

impl KravCheckView {
    fn af(k: &KravCheck<'_, '_>) -> Self {
        let error = k.error.iter().map(|error| match *error {
            KravError::Gap(dage) => KravErrorView { error: "hul", dage: dage.into() },
            KravError::Overlap(dage) => KravErrorView { error: "overlap", dage: dage.into() },
            KravError::WithoutRet(dage) => KravErrorView { error: "uden_ret", dage: dage.into() },
        });
        Self { krav: KravView::af(k.krav), skoen: ExplainedView::af(&k.led), error: error.collect() }
    }
}
