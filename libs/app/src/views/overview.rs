//! Counts of what is open, by frist and status, and the kroner at risk.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use forloeb::ord::{Fristart, Friststatus};
use serde::Serialize;
use utoipa::ToSchema;

use crate::adgang::Bruger;
use crate::visninger::Visninger;
use crate::visninger::aktuelle::Optalt;
use crate::visninger::udledt::tabt_siden;

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
