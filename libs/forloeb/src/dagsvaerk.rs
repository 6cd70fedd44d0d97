//! Absence as Denmark's statistics count it: by the day on which it lies, in hours, and in dagsværk.
//!
//! A day counts where the employee would have worked: with the unit, the district, the hours and the roster of that day, so
//! that a change of today moves no day long past. Part of a day counts as the part it is, also where it is no forløb.

use std::collections::BTreeMap;
use std::ops::{Add, AddAssign};

use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use crate::events::haendelse::Stamdata;
use crate::fold::ansaettelse::Ansaettelse;
use crate::fold::derive::{Registrering, perioder};
use crate::fold::forloeb::Forloeb;
use crate::procent::Procent;
use crate::refusion::beskaeftigelse::{FULL_DAYS, SHARES};
use crate::refusion::ret::{Paragraf56, paragraf_56};
use crate::refusion::skoen::hundredths;
use crate::rules::Regelbog;
use crate::rules::calendar::{Dage, plus_dage};
use crate::words::{Aarsag, Slutaarsag};

/// How many of the smallest part an hour is: hundredths of hours, hundredths of per cent, and shares of a week.
const HOUR: i128 = 100 * 10_000 * SHARES as i128;

/// Hours, exact: they are added up over thousands of people, and rounded once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timer(i128);

impl Timer {
    /// The hours of one working day of a week with these hours, of which somebody is away this part.
    fn af(timer_pr_uge: f64, days: i64, part: Procent) -> Self {
        let share = i128::from(SHARES / days.clamp(1, 7));
        Self(i128::from(hundredths(timer_pr_uge)) * share * i128::from(part.hundredths()))
    }

    /// In hundredths of an hour, half a hundredth up.
    #[must_use]
    pub fn hundredths(self) -> i64 {
        rounded(self.0 * 100, HOUR)
    }

    /// In hundredths of a dagsværk, half a hundredth up; `fuld_uge_timer` are the hours of a full week.
    #[must_use]
    pub fn dagsvaerk_hundredths(self, fuld_uge_timer: f64) -> i64 {
        let full = i128::from(hundredths(fuld_uge_timer).max(1));
        rounded(self.0 * 100 * 100 * i128::from(FULL_DAYS), HOUR * full)
    }
}

impl Add for Timer {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Timer {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// Half up; hours are never negative.
fn rounded(numerator: i128, denominator: i128) -> i64 {
    i64::try_from((2 * numerator + denominator) / (2 * denominator)).unwrap_or(i64::MAX)
}

/// The hours of a dagsværk in hundredths, where a full week has so many hours.
#[must_use]
pub fn full_day_hundredths(fuld_uge_timer: f64) -> u64 {
    (hundredths(fuld_uge_timer) / FULL_DAYS).unsigned_abs()
}

/// What an absence is counted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// By its cause.
    Aarsag(Aarsag),
    /// Of the illness that a § 56 agreement was made for, whatever payroll codes it as.
    Paragraf56,
}

impl Cause {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Aarsag(aarsag) => aarsag.code(),
            Self::Paragraf56 => "paragraf_56",
        }
    }
}

/// Where hours are counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// First day of the month.
    pub month: NaiveDate,
    /// Code of the district, where the unit had one on the day.
    pub distrikt: Option<String>,
    /// Code of the unit on the day.
    pub enhed: String,
}

/// Days and hours of absence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Absence {
    /// Days on which the employee would have worked and was away, wholly or in part.
    pub dage: u64,
    /// The hours away.
    pub timer: Timer,
}

/// What is counted of one place in one month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// Absence by what it is counted as.
    pub fravaer: BTreeMap<Cause, Absence>,
    /// The hours that would have been worked without any absence.
    pub possible: Timer,
    /// Weekly hours in hundredths, added up over the days of the employment: divided by a full week and the days of the
    /// period, the full-time employees there were on average.
    pub weekly: u64,
}

impl Counted {
    /// Full-time employees on average over so many days, in hundredths, half a hundredth up.
    #[must_use]
    pub fn full_time_hundredths(&self, days: i64, fuld_uge_timer: f64) -> i64 {
        let full = i128::from(hundredths(fuld_uge_timer).max(1)) * i128::from(days.max(1));
        rounded(i128::from(self.weekly) * 100, full)
    }

    /// Together with what was counted of somebody else.
    pub fn take(&mut self, other: &Self) {
        for (cause, absence) in &other.fravaer {
            let own = self.fravaer.entry(*cause).or_default();
            own.dage += absence.dage;
            own.timer += absence.timer;
        }
        self.possible += other.possible;
        self.weekly += other.weekly;
    }
}

/// What is counted of one employment on some days, none after today: days to come are no absence yet. Whoever moved inside the
/// workplace is counted under the number they moved to, and each day where they worked on it.
#[must_use]
pub fn count(ansaettelse: &Ansaettelse, dage: Dage, today: NaiveDate, book: &Regelbog) -> BTreeMap<Place, Counted> {
    let mut out: BTreeMap<Place, Counted> = BTreeMap::new();
    let perioder = perioder(ansaettelse, book);
    if ansaettelse.is_flyttet() || perioder.all().is_empty() {
        return out;
    }
    let known = Known::af(ansaettelse, book);
    let mut dag = dage.fra;
    while dag <= dage.til.min(today) {
        if let Some(stamdata) = perioder.on(dag).filter(|s| s.employs(dag)) {
            let place = Place {
                month: dag.with_day(1).unwrap_or(dag),
                distrikt: stamdata.distrikt.clone(),
                enhed: stamdata.enhed.clone(),
            };
            known.count(dag, stamdata, book, out.entry(place).or_default());
        }
        dag = plus_dage(dag, 1);
    }
    out
}

/// What is known of an employment's absence.
struct Known {
    /// The registrations that count, by first day.
    registreringer: Vec<Registrering>,
    forloeb: Vec<Forloeb>,
}

impl Known {
    fn af(ansaettelse: &Ansaettelse, book: &Regelbog) -> Self {
        let mut forloeb = ansaettelse.forloeb(book);
        forloeb.retain(|f| f.end_at.as_ref().is_none_or(|end| end.what != Slutaarsag::Annulleret));
        Self { registreringer: ansaettelse.registreringer(book), forloeb }
    }

    fn forloeb(&self, registrering: Uuid) -> Option<&Forloeb> {
        self.forloeb.iter().find(|f| f.called(registrering))
    }

    fn count(&self, dag: NaiveDate, stamdata: &Stamdata, book: &Regelbog, counted: &mut Counted) {
        counted.weekly += hundredths(stamdata.timer_pr_uge).unsigned_abs();
        if !stamdata.works_on(dag, book.calendar()) {
            return;
        }
        let hours = |part| Timer::af(stamdata.timer_pr_uge, stamdata.days_a_week(), part);
        counted.possible += hours(Procent::FULL);
        // Own absence first: of a day on which a child was ill too, only the rest is the child's.
        let mut left = Procent::FULL;
        for own in [true, false] {
            let on_day = self.registreringer.iter().filter(|r| (r.aarsag != Aarsag::BarnSyg) == own && r.covers(dag));
            for r in on_day {
                let Some((cause, part)) = self.absent(r, dag) else { continue };
                let part = part.min(left);
                if part > Procent::from_hundredths(0) {
                    left = Procent::from_hundredths(left.hundredths() - part.hundredths());
                    let absence = counted.fravaer.entry(cause).or_default();
                    absence.dage += 1;
                    absence.timer += hours(part);
                }
            }
        }
    }

    /// What a registration is on a day, and how much of it. Holiday taken during an illness is holiday.
    fn absent(&self, r: &Registrering, dag: NaiveDate) -> Option<(Cause, Procent)> {
        let f = self.forloeb(r.id);
        if f.is_some_and(|f| f.afbrydelser.iter().any(|a| (a.what.fra..=a.what.til).contains(&dag))) {
            return None;
        }
        let of_aftale = f.map_or(r.paragraf_56 == Some(true), |f| paragraf_56(f) == Paragraf56::Yes);
        let cause = if of_aftale { Cause::Paragraf56 } else { Cause::Aarsag(r.aarsag) };
        Some((cause, f.and_then(|f| f.omfang(dag)).unwrap_or(r.omfang_pct)))
    }
}
