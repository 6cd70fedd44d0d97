//! Refusion of a forløb as it is read, and its claims.

use chrono::NaiveDate;
use forloeb::oere::decimal_kroner;
use forloeb::refusion::Refusion;
use forloeb::{Forloeb, Oere};
use serde::Serialize;
use utoipa::ToSchema;

use super::forloeb::{DageView, SkoenView};

/// Refusion as it stands today.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RefusionVisning)]
pub struct RefusionView {
    /// There is refusion to get.
    pub gives: bool,
    /// Why from the first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foerstedagsret: Option<&'static str>,
    /// Last day the employer pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sidste_arbejdsgiverdag: Option<NaiveDate>,
    /// First day of refusion.
    pub foerste_refusionsdag: NaiveDate,
    /// Last legal day of the anmeldelse.
    pub lovdag: NaiveDate,
    /// What the employer pays instead of wages, so that there is none: `sygedagpenge` or `nej`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loen_under_sygdom: Option<&'static str>,
    /// The kommune is to be told: of refusion, or, without wages, for the employee's sake.
    pub skal_anmeldes: bool,
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
    /// Lost, or lost so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mistet: Option<DageView>,
    /// Estimate of what is lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mistet_skoen: Option<SkoenView>,
    /// First day on which a receipt comes too late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tab_begynder: Option<NaiveDate>,
    /// What is lost at once on that day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub i_fare: Option<SkoenView>,
    /// What a further working day then costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pr_dag: Option<SkoenView>,
    /// Oldest refusion day that is neither claimed nor lost by a late anmeldelse. It may have become too old to be
    /// claimed; the next claim begins on `kan_anmodes_fra`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aeldste_udaekkede: Option<NaiveDate>,
    /// First day of the next claim: never one that § 59 has taken. None before the receipt, and when every day is
    /// claimed or lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kan_anmodes_fra: Option<NaiveDate>,
    /// Lost, because nobody claimed them in time.
    pub for_sent_anmodet: Vec<DageView>,
    /// Claims.
    pub krav: Vec<KravView>,
}

/// Refusion by the other reading of a § 56 agreement: that it does not cover the absence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EllersVisning)]
pub struct OtherwiseView {
    /// There is refusion to get.
    pub gives: bool,
    /// First day of refusion.
    pub foerste_refusionsdag: NaiveDate,
    /// Last legal day of the anmeldelse.
    pub lovdag: NaiveDate,
    /// Lost, or lost so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mistet: Option<DageView>,
    /// Estimate of what is lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mistet_skoen: Option<SkoenView>,
    /// What is lost at once when the anmeldelse is late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub i_fare: Option<SkoenView>,
}

impl OtherwiseView {
    /// The other reading, where there is one.
    #[must_use]
    pub fn of(r: &Refusion) -> Option<Self> {
        let other = r.otherwise.as_deref()?;
        Some(Self {
            gives: other.gives,
            foerste_refusionsdag: other.foerste_refusionsdag,
            lovdag: other.lovdag,
            mistet: other.mistet.map(Into::into),
            mistet_skoen: other.mistet_skoen.map(Into::into),
            i_fare: other.i_fare.map(Into::into),
        })
    }
}

/// A claim.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KravVisning)]
pub struct KravView {
    /// Position of the event.
    pub haendelse: u64,
    /// First day.
    pub fra: NaiveDate,
    /// Last day.
    pub til: NaiveDate,
    /// Amount in kroner.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "decimal_kroner::serialize")]
    #[schema(value_type = Option<f64>, deprecated)]
    pub beloeb: Option<Oere>,
    /// Amount in øre.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    pub beloeb_oere: Option<Oere>,
    /// The day on which it was signed, by which it is judged; where nobody said, that on which it was recorded.
    pub underskrevet_dato: NaiveDate,
}

impl RefusionView {
    pub(super) fn af(r: &Refusion, f: &Forloeb) -> Self {
        Self {
            gives: r.gives,
            foerstedagsret: r.foerstedagsret.map(forloeb::refusion::Foerstedagsret::code),
            sidste_arbejdsgiverdag: r.sidste_arbejdsgiverdag,
            foerste_refusionsdag: r.foerste_refusionsdag,
            lovdag: r.lovdag,
            loen_under_sygdom: r.without_loen.map(forloeb::words::LoenUnderSygdom::code),
            skal_anmeldes: r.asks_for_anmeldelse,
            ellers: OtherwiseView::of(r),
            anmeldt: r.anmeldt,
            afventer_kvittering: r.awaits_kvittering,
            dispensation_senest: r.dispensation_latest,
            mistet: r.mistet.map(Into::into),
            mistet_skoen: r.mistet_skoen.map(Into::into),
            tab_begynder: r.tab_begynder,
            i_fare: r.i_fare.map(Into::into),
            pr_dag: r.per_arbejdsdag.map(Into::into),
            aeldste_udaekkede: r.aeldste_udaekkede,
            kan_anmodes_fra: r.kan_anmodes_fra,
            for_sent_anmodet: r.for_sent_anmodet.iter().copied().map(Into::into).collect(),
            krav: f.krav.iter().map(KravView::af).collect(),
        }
    }
}

impl KravView {
    /// As it was recorded.
    #[must_use]
    pub fn af(k: &forloeb::forloeb::Fact<forloeb::haendelse::RefusionAnmodet>) -> Self {
        Self {
            haendelse: k.position,
            fra: k.what.fra,
            til: k.what.til,
            beloeb: k.what.beloeb_oere,
            beloeb_oere: k.what.beloeb_oere,
            underskrevet_dato: k.signed(),
        }
    }
}
