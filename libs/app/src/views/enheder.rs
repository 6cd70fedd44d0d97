//! Refusion in kroner by unit: of what is going on, and what was lost of what ended lately, so that it costs that and not all
//! there ever was.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use forloeb::Oere;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Sight, User};
use crate::projections::Projections;
use crate::projections::aktuelle::Aktuel;
use crate::projections::card::Ansvar;
use crate::projections::derived::{SkoenBeloeb, Tabt, tabt_since};

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
    /// Of one forløb that goes on.
    #[must_use]
    pub fn of(aktuel: &Aktuel) -> Self {
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

    fn with(mut self, other: Self) -> Self {
        self.plus(other);
        self
    }

    /// Adds those of others.
    pub fn plus(&mut self, other: Self) {
        self.count += other.count;
        self.sums.iter_mut().zip(other.sums).for_each(|(sum, more)| *sum += more);
        self.foreign_satser |= other.foreign_satser;
    }
}

/// One forløb with something in it.
#[derive(Debug)]
pub struct Point {
    /// Its first day.
    pub foerste: NaiveDate,
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub nr: String,
    /// What there is of it.
    pub sum: Sum,
}

/// What there is by unit: code and name, in the order of the codes.
pub type PerEnhed = BTreeMap<(String, String), Sum>;

/// What there is by unit, of the forløb that somebody sees.
#[must_use]
pub fn per_enhed(user: &User, projections: &Projections) -> PerEnhed {
    let mut sight = Sight::new(user, projections);
    // Most forløb of a unit share whose they are: they are added up before anybody looks which unit it is.
    let mut groups: HashMap<u32, Sum> = HashMap::new();
    for group in projections.groups() {
        let seen = projections.running_in_group(group).filter(|aktuel| sight.sees_aktuel(aktuel));
        groups.extend(seen.map(|aktuel| Sum::of(aktuel)).reduce(Sum::with).map(|sum| (group, sum)));
    }
    with_tabte(user, projections, groups)
}

/// What there is by unit, of what goes on with whose it is, as it was added up by the groups that share that, and of what was
/// lost lately by those whom somebody sees.
#[must_use]
pub fn with_tabte(user: &User, projections: &Projections, groups: impl IntoIterator<Item = (u32, Sum)>) -> PerEnhed {
    let mut groups: HashMap<u32, Sum> = groups.into_iter().collect();
    for (o, t) in projections.tabte_for(user, |_| true) {
        groups.entry(o.card.ansvar).or_default().plus(Sum::of_tabt(t));
    }
    let mut all = PerEnhed::new();
    for (group, sum) in groups {
        let ansvar = projections.ansvar_of_group(group);
        all.entry((ansvar.enhed.clone(), ansvar.enhed_navn.clone())).or_default().plus(sum);
    }
    all
}

/// The forløb of a unit with something in them that somebody sees, and its name, where there is any.
#[must_use]
pub fn points_in(user: &User, projections: &Projections, enhed: &str) -> (Vec<Point>, Option<String>, Sum) {
    let will = |ansvar: &Ansvar| ansvar.enhed == enhed;
    let running = projections.running_for(user, will).map(|a| (projections.card_entry_of(a), Sum::of(a)));
    let tabte = projections.tabte_for(user, will).map(|(o, t)| (o, Sum::of_tabt(t)));
    let (mut points, mut name, mut total) = (Vec::new(), None, Sum::default());
    for (o, sum) in running.chain(tabte) {
        total.plus(sum);
        if sum.sums.iter().any(|sum| *sum != Oere::ZERO) {
            name.get_or_insert_with(|| o.ansvar.enhed_navn.clone());
            points.push(Point { foerste: o.card.foerste, id: o.id, nr: o.nr.to_owned(), sum });
        }
    }
    (points, name, total)
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
        let all = per_enhed(user, projections);
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
