//! The book of rules: every rule set, the workplace's policies laid over them, the calendar and the rates.

use std::sync::Arc;

use chrono::NaiveDate;
use thiserror::Error;

use crate::rules::calendar::{Calendar, plus_dage};
use crate::rules::politik::{LaidDown, Politik, Sted};
use crate::rules::satser::{Sats, Satser, Tillaeg};
use crate::rules::set::Regelsaet;
use crate::rules::steder::Steder;

/// Every rule set, the calendar and the rates: what decides a date or an amount.
#[derive(Debug, Clone)]
pub struct Regelbog {
    set: Vec<Arc<Regelsaet>>,
    /// The workplace's policies, in the order they were laid down.
    politikker: Vec<LaidDown>,
    /// Rule sets with a policy for everybody laid over them.
    composed: Vec<Arc<Regelsaet>>,
    /// What holds in some units or districts only.
    steder: Steder,
    calendar: Calendar,
    satser: Satser,
}

/// The rule sets that come with the product, each for days of its own: name of the file and text.
pub const BUILT_IN: &[(&str, &str)] = &[("standard.toml", include_str!("../../regler/standard.toml"))];
/// The calendar's exceptions that come with the product.
pub const CALENDAR: (&str, &str) = ("kalender.toml", include_str!("../../regler/kalender.toml"));
/// The rates that come with the product.
pub const SATSER: (&str, &str) = ("satser.toml", include_str!("../../regler/satser.toml"));

/// A rule file that cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{file}: {error}")]
pub struct RegelError {
    /// Name of the file.
    pub file: String,
    /// Line, field and what would be right.
    pub error: String,
}

impl Regelbog {
    /// The rule sets, calendar and rates that come with the product.
    ///
    /// # Panics
    /// Never in a build whose tests have run: the files are part of the build, and a test reads them.
    #[must_use]
    pub fn built_in() -> Self {
        Self::read(BUILT_IN, CALENDAR.1, SATSER.1).expect("the built-in rule files are read by a test")
    }

    /// Reads rule sets (name of the file and text), the calendar's exceptions and the rates.
    ///
    /// # Errors
    /// Names the file, the line and the field.
    pub fn read(set: &[(&str, &str)], calendar: &str, satser: &str) -> Result<Self, RegelError> {
        let error = |file: &str| {
            let file = file.to_owned();
            move |error: String| RegelError { file, error }
        };
        let calendar = Calendar::read(calendar).map_err(error(CALENDAR.0))?;
        let mut parsed: Vec<(&str, Arc<Regelsaet>)> = Vec::new();
        for (file, text) in set {
            let spans = Regelsaet::read(text, &calendar).map_err(error(file))?;
            parsed.extend(spans.into_iter().map(|set| (*file, Arc::new(set))));
        }
        parsed.sort_by_key(|(_, r)| r.gaelder_fra);
        for pair in parsed.windows(2) {
            let [(_, before), (file, after)] = pair else { continue };
            if before.gaelder_til.is_none_or(|til| til >= after.gaelder_fra) {
                let end = before.gaelder_til.map_or_else(|| "uden slut".to_owned(), |til| format!("til {til}"));
                return Err(error(file)(format!(
                    "'gaelder_fra' = {}: regelsættet '{}' gælder {end}; sæt 'gaelder_til' i det ene",
                    after.gaelder_fra, before.name
                )));
            }
        }
        let satser = Satser::read(satser)?;
        let set = parsed.into_iter().map(|(_, r)| r).collect();
        Ok(Self { set, politikker: Vec::new(), composed: Vec::new(), steder: Steder::default(), calendar, satser })
    }

    /// The same book with these rates: one of a year takes the place of that year's.
    ///
    /// # Errors
    /// Names the line and the field.
    pub fn with_satser(&self, text: &str) -> Result<Self, RegelError> {
        Ok(Self { satser: self.satser.with(Satser::read(text)?), ..self.clone() })
    }

    /// The same book with the policies of the workplace laid over it, in the order they were laid down: each from its day on
    /// until the next for the same people, or until it is withdrawn. Then the rules hold without it: what it took the place of
    /// does not come back. A forløb keeps the rules of its first absence day: a policy is for those that begin later.
    #[must_use]
    pub fn with_politik(&self, politikker: &[LaidDown]) -> Self {
        let mut composed = Vec::new();
        for (laid, end) in general(politikker) {
            for set in &self.set {
                let gaelder_fra = set.gaelder_fra.max(laid.fra);
                let last = end.and_then(|end| end.pred_opt());
                let gaelder_til = set.gaelder_til.into_iter().chain(last).min();
                if gaelder_til.is_none_or(|til| gaelder_fra <= til) {
                    let put = laid.politik.over(set, &self.calendar);
                    composed.push(Arc::new(Regelsaet { gaelder_fra, gaelder_til, ..put }));
                }
            }
        }
        Self { politikker: politikker.to_vec(), composed, steder: Steder::new(politikker), ..self.clone() }
    }

    /// The same book with one more policy, unless it is there already.
    #[must_use]
    pub fn and_politik(&self, new: LaidDown) -> Self {
        if self.politikker.iter().any(|laid| laid.nr == new.nr) {
            return self.clone();
        }
        self.with_politik(&[&self.politikker[..], &[new]].concat())
    }

    /// The same book where a policy is withdrawn for absences that begin on a day or later, unless it was before.
    #[must_use]
    pub fn without_politik(&self, nr: u64, fra: NaiveDate) -> Self {
        let mut politikker = self.politikker.clone();
        for laid in politikker.iter_mut().filter(|laid| laid.nr == nr) {
            laid.withdrawn = laid.withdrawn.or(Some(fra));
        }
        if politikker == self.politikker { self.clone() } else { self.with_politik(&politikker) }
    }

    /// The same book as if a policy had been laid down from a day on, and none for the same people after it.
    #[must_use]
    pub fn as_if_politik(&self, fra: NaiveDate, politik: Politik) -> Self {
        let others = self.politikker.iter().filter_map(|laid| {
            let other = if laid.fra < fra { Some(laid.politik.clone()) } else { laid.politik.beside(&politik) };
            Some(LaidDown { politik: other?, ..laid.clone() })
        });
        let others: Vec<_> = others.collect();
        self.with_politik(&[&others[..], &[LaidDown::new(u64::MAX, fra, politik)]].concat())
    }

    /// First absence day for which a policy holds nowhere any more, because others have taken its place or it was withdrawn;
    /// none while no such day is known. A policy that never came to hold ends on its own first day.
    #[must_use]
    pub fn end_of_politik(&self, nr: u64) -> Option<NaiveDate> {
        let laid = self.politikker.iter().find(|laid| laid.nr == nr)?;
        if !laid.comes_to_hold() {
            return Some(laid.fra);
        }
        if laid.politik.is_general() {
            return general(&self.politikker).into_iter().find(|(one, _)| one.nr == nr).and_then(|(_, end)| end);
        }
        let taken = self.steder.taken_over(laid);
        laid.withdrawn.into_iter().chain(taken).min()
    }

    /// The statutory rule sets, by their first day.
    #[must_use]
    pub fn set(&self) -> &[Arc<Regelsaet>] {
        &self.set
    }

    /// The weekly rates, by the day from which they hold.
    #[must_use]
    pub fn satser(&self) -> &[Sats] {
        &self.satser.sats
    }

    /// What is paid beyond the refusion, by the day from which it holds.
    #[must_use]
    pub fn tillaeg(&self) -> &[Tillaeg] {
        &self.satser.tillaeg
    }

    /// The same book with statutory rule sets, as one file gives them, in the place of all that overlap them.
    #[must_use]
    pub fn with_sets(&self, new_ones: impl IntoIterator<Item = Regelsaet>) -> Self {
        let set = new_ones.into_iter().fold(self.set.clone(), replaced);
        Self { set, ..self.clone() }.with_politik(&self.politikker)
    }

    /// The rule set for a forløb whose first absence day is `f`, with the policy that is for everybody.
    #[must_use]
    pub fn for_dag(&self, f: NaiveDate) -> Option<&Arc<Regelsaet>> {
        let in_force = |r: &&Arc<Regelsaet>| r.gaelder_fra <= f && r.gaelder_til.is_none_or(|til| f <= til);
        self.composed.iter().rev().find(in_force).or_else(|| self.set.iter().rev().find(in_force))
    }

    /// The rule set in force on `dag`, or the newest one there is.
    #[must_use]
    pub fn in_force(&self, dag: NaiveDate) -> &Arc<Regelsaet> {
        self.for_dag(dag).or(self.set.last()).expect("laes is given at least one rule set")
    }

    /// The rule set in force on `dag` for who works there: the policy for everybody, over it that of the district, and over
    /// both that of the unit.
    #[must_use]
    pub fn in_force_at(&self, dag: NaiveDate, sted: Sted<'_>) -> Arc<Regelsaet> {
        self.steder.over(self.in_force(dag), dag, sted, &self.calendar)
    }

    /// First absence day that any rule set covers.
    #[must_use]
    pub fn earliest_dag(&self) -> NaiveDate {
        self.set.first().map_or(NaiveDate::MIN, |r| r.gaelder_fra)
    }

    /// The calendar of working days that every date is moved by.
    #[must_use]
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The rate for a day, and whether it is the day's own year's (`false`: the nearest known is used, say so).
    #[must_use]
    pub fn sats(&self, dag: NaiveDate) -> Option<(&Sats, bool)> {
        self.satser.on(dag)
    }

    /// The first day after this one of which the rate, or what is paid beyond it, may be another.
    pub(crate) fn satser_change_after(&self, dag: NaiveDate) -> Option<NaiveDate> {
        self.satser.changes_after(dag)
    }

    /// What is paid beyond the refusion of a day, in percent of it (§ 54 b); none before there was any.
    #[must_use]
    pub fn tillaeg_on(&self, dag: NaiveDate) -> Option<&Tillaeg> {
        self.satser.tillaeg.iter().rev().find(|t| t.fra <= dag)
    }
}

/// The policies for everybody that come to hold, by their first day, each with the first absence day for which it does not
/// hold any more.
fn general(politikker: &[LaidDown]) -> Vec<(&LaidDown, Option<NaiveDate>)> {
    let mut by_day: Vec<_> =
        politikker.iter().filter(|laid| laid.politik.is_general() && laid.comes_to_hold()).collect();
    by_day.sort_by_key(|laid| laid.fra); // stable: of two from the same day the one that was laid last
    let next = by_day.iter().skip(1).map(|laid| Some(laid.fra)).chain([None]);
    let end = |(laid, next): (&&LaidDown, Option<NaiveDate>)| (laid.withdrawn.into_iter().chain(next)).min();
    let ends: Vec<_> = by_day.iter().zip(next).map(end).collect();
    by_day.into_iter().zip(ends).collect()
}

/// These rule sets, with another in the place of all that overlap it.
fn replaced(set: Vec<Arc<Regelsaet>>, new_one: Regelsaet) -> Vec<Arc<Regelsaet>> {
    let before = |r: &Regelsaet| Regelsaet { gaelder_til: new_one.gaelder_fra.pred_opt(), ..r.clone() };
    let after = |r: &Regelsaet, til: NaiveDate| Regelsaet { gaelder_fra: plus_dage(til, 1), ..r.clone() };
    let mut out = Vec::with_capacity(set.len() + 2);
    for r in set {
        let overlaps = r.gaelder_til.is_none_or(|til| til >= new_one.gaelder_fra)
            && new_one.gaelder_til.is_none_or(|til| til >= r.gaelder_fra);
        if !overlaps {
            out.push(r);
            continue;
        }
        if r.gaelder_fra < new_one.gaelder_fra {
            out.push(Arc::new(before(&r)));
        }
        if let Some(til) = new_one.gaelder_til
            && r.gaelder_til.is_none_or(|end| end > til)
        {
            out.push(Arc::new(after(&r, til)));
        }
    }
    out.push(Arc::new(new_one));
    out.sort_by_key(|r| r.gaelder_fra);
    out
}
