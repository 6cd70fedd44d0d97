//! Refusion in kroner by unit: of what is going on, and what was lost of what ended lately, so that it costs that and not all
//! there ever was.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::Oere;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::User;
use crate::projections::aktuelle::Aktuel;
use crate::projections::card::Ansvar;
use crate::projections::derived::{SkoenBeloeb, Tabt, tabt_since};
use crate::projections::{CardEntry, Projections};

/// The sums: can be claimed, claimed, can be lost, lost by a late anmeldelse, lost by a late claim.
pub const SUMS: usize = 5;

/// Sums of some forløb.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub count: usize,
    /// Of each kind.
    pub sums: [Oere; SUMS],
    /// An estimate among them could not use its own year's rate.
    pub foreign_satser: bool,
}

impl Sum {
    fn af(aktuel: &Aktuel) -> Self {
        let d = &aktuel.dagen;
        Self::of_parts([d.kan_anmodes, d.anmodet, d.i_fare, d.mistet, d.for_sent_anmodet])
    }

    /// Over, and nothing can be had any more: only what it lost is left to tell.
    fn of_tabt(t: &Tabt) -> Self {
        Self::of_parts([None, None, None, t.mistet, t.for_sent_anmodet])
    }

    fn of_parts(parts: [Option<SkoenBeloeb>; SUMS]) -> Self {
        let sums = parts.map(|del| del.map_or(Oere::ZERO, |k| k.beloeb));
        let foreign_satser = parts.iter().flatten().any(|k| !k.own_sats);
        Self { count: 1, sums, foreign_satser }
    }

    /// Adds those of others.
    pub fn plus(&mut self, other: Self) {
        self.count += other.count;
        self.sums.iter_mut().zip(other.sums).for_each(|(sum, more)| *sum += more);
        self.foreign_satser |= other.foreign_satser;
    }
}

/// One forløb as the sums see it.
#[derive(Debug)]
pub struct Point {
    /// Whose it is.
    pub ansvar: Arc<Ansvar>,
    /// What there is of it.
    pub sum: Sum,
    /// Its first day, its id and whose it is, where it is to have a row of its own.
    pub row: Option<(NaiveDate, Uuid, String)>,
}

/// Every forløb with something in it, of one unit or of all. A unit's have rows of their own.
#[must_use]
pub fn points(user: &User, projections: &Projections, chosen: Option<&str>) -> Vec<Point> {
    let will = |ansvar: &Ansvar| chosen.is_none_or(|enhed| ansvar.enhed == enhed);
    let running = projections.running_for(user, will).map(|a| (projections.card_entry_of(a), Sum::af(a)));
    let tabte = projections.tabte_for(user, will).map(|(o, t)| (o, Sum::of_tabt(t)));
    let point = |(o, sum): (CardEntry<'_>, Sum)| {
        let own = chosen.is_some() && sum.sums.iter().any(|sum| *sum != Oere::ZERO);
        Point { ansvar: o.ansvar.clone(), sum, row: own.then(|| (o.card.foerste, o.id, o.nr.to_owned())) }
    };
    running.chain(tabte).map(point).collect()
}

/// The sums of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = EnhedRefusion)]
pub struct EnhedView {
    /// Its code.
    pub enhed: String,
    /// Its name.
    pub enhed_navn: String,
    /// How many forløb.
    #[serde(rename = "antal")]
    pub count: usize,
    /// Øre that can be claimed.
    #[schema(value_type = i64)]
    pub kan_anmodes_oere: Oere,
    /// Øre that were claimed.
    #[schema(value_type = i64)]
    pub anmodet_oere: Oere,
    /// Øre that are lost at once where the anmeldelse is not receipted in time.
    #[schema(value_type = i64)]
    pub i_fare_oere: Oere,
    /// Øre that were lost by a late anmeldelse.
    #[schema(value_type = i64)]
    pub mistet_oere: Oere,
    /// Øre that were lost by a late claim.
    #[schema(value_type = i64)]
    pub for_sent_anmodet_oere: Oere,
    /// Every estimate uses its own year's rate.
    pub aarets_sats: bool,
}

/// Refusion by unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = EnhederRefusion)]
pub struct EnhederView {
    /// By code.
    pub enheder: Vec<EnhedView>,
    /// The first last day of absence whose loss is still in it, where nothing can be had any more.
    pub mistet_siden: NaiveDate,
}

impl EnhederView {
    /// What somebody may see of all units.
    #[must_use]
    pub fn of(user: &User, projections: &Projections) -> Self {
        let mut all: BTreeMap<(String, String), Sum> = BTreeMap::new();
        for Point { ansvar, sum, .. } in points(user, projections, None) {
            all.entry((ansvar.enhed.clone(), ansvar.enhed_navn.clone())).or_default().plus(sum);
        }
        let enhed = |((enhed, enhed_navn), Sum { count, sums, foreign_satser }): ((String, String), Sum)| {
            let [kan_anmodes_oere, anmodet_oere, i_fare_oere, mistet_oere, for_sent_anmodet_oere] = sums;
            let aarets_sats = !foreign_satser;
            EnhedView {
                enhed,
                enhed_navn,
                count,
                kan_anmodes_oere,
                anmodet_oere,
                i_fare_oere,
                mistet_oere,
                for_sent_anmodet_oere,
                aarets_sats,
            }
        };
        Self { enheder: all.into_iter().map(enhed).collect(), mistet_siden: tabt_since(projections.today()) }
    }
}
