//! Counts of what is open, by frist and status, and the kroner at risk.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use forloeb::Oere;
use forloeb::oere::whole_kroner;
use forloeb::words::{Fristart, Friststatus};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::User;
use crate::projections::Projections;
use crate::projections::aktuelle::Counts;
use crate::projections::derived::tabt_since;

/// Counts of what is open, within the caller's scope.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Overblik {
    /// Today.
    pub dato: NaiveDate,
    /// Open forløb.
    pub aabne: usize,
    /// By frist and status: how many open forløb. The frister that the caller may see.
    #[schema(value_type = Object)]
    pub frister: BTreeMap<Fristart, BTreeMap<Friststatus, usize>>,
    /// The money, for those who may see it.
    #[serde(flatten)]
    pub penge: Option<PengeOverblik>,
}

/// The money of what is open, and of what is over, within the caller's scope.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PengeOverblik {
    /// Over, with money that can still be had.
    #[schema(required = false)]
    pub afsluttede_med_penge: usize,
    /// Kroner that are lost at once where the anmeldelse is not receipted in time.
    #[serde(rename = "i_fare_kr", with = "whole_kroner")]
    #[schema(value_type = i64, required = false, deprecated)]
    pub i_fare: Oere,
    /// Øre that are lost at once where the anmeldelse is not receipted in time.
    #[schema(value_type = i64, required = false)]
    pub i_fare_oere: Oere,
    /// Kroner lost, because the anmeldelse or the claim was late: of what goes on, and of what ended on `mistet_siden`
    /// or later.
    #[serde(rename = "mistet_kr", with = "whole_kroner")]
    #[schema(value_type = i64, required = false, deprecated)]
    pub mistet: Oere,
    /// Øre lost, as `mistet_kr` has it in kroner.
    #[schema(value_type = i64, required = false)]
    pub mistet_oere: Oere,
    /// The first last day of absence whose loss is still in `mistet_kr`, where nothing can be had any more.
    #[schema(required = false)]
    pub mistet_siden: NaiveDate,
    /// Every estimate uses its own year's rate.
    #[schema(required = false)]
    pub aarets_sats: bool,
}

/// Counts what a caller may see. For one who sees everything it is counted already.
#[must_use]
pub fn tally(user: &User, projections: &Projections) -> Overblik {
    let mut own = Counts::default();
    let counts = if user.sees_all(projections) {
        projections.counts()
    } else {
        projections.running_for(user, |_| true).for_each(|a| own.tally(a, true));
        let tabte = projections.tabte_for(user, |_| true);
        tabte.for_each(|(_, t)| own.tally_tab([t.mistet, t.for_sent_anmodet], true));
        &own
    };
    let per_status = |count: &[usize; Friststatus::ALL.len()]| -> BTreeMap<Friststatus, usize> {
        Friststatus::ALL.iter().copied().zip(*count).filter(|(_, n)| *n > 0).collect()
    };
    let counted = Fristart::ALL.iter().map(|art| (*art, &counts.frister[*art as usize]));
    let seen = counted.filter(|(art, count)| count.iter().any(|n| *n > 0) && user.sees_frist(*art));
    Overblik {
        dato: projections.today(),
        aabne: counts.aabne,
        frister: seen.map(|(art, count)| (art, per_status(count))).collect(),
        penge: user.sees_penge().then(|| PengeOverblik {
            afsluttede_med_penge: counts.with_penge,
            i_fare: counts.i_fare,
            i_fare_oere: counts.i_fare,
            mistet: counts.mistet,
            mistet_oere: counts.mistet,
            mistet_siden: tabt_since(projections.today()),
            aarets_sats: counts.foreign_satser == 0,
        }),
    }
}
