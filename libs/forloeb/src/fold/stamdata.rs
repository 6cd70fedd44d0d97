//! Master data with dates: what payroll says of which days.
//!
//! Payroll tells everything it knows each time, and means what is new in it. So a change is of fields: it holds from its
//! own day, else from the day we learnt it, and leaves what other changes said of other fields. A new leader from today
//! does not call off the fewer hours from next month; hours that are said to hold since last month do not take the
//! leader of today back there.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate, Weekday};

use crate::events::haendelse::{Stamdata, StamdataRegistreret};
use crate::rules::calendar::Calendar;
use crate::rules::politik::Sted;
use crate::words::Ugedag;

/// Days of which payroll says the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Stamdataperiode {
    /// The first day on which it holds; it holds until the next period begins.
    pub fra: NaiveDate,
    /// What payroll says of them.
    pub stamdata: Arc<Stamdata>,
}

/// What payroll says of an employment, by day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stamdataperioder {
    /// By first day; the first one holds from the beginning.
    perioder: Vec<Stamdataperiode>,
    /// What was told last, and from which day on, where it was said.
    told: Option<(Arc<Stamdata>, Option<NaiveDate>)>,
}

impl Stamdataperioder {
    /// These, by first day: enough to take in what is told on their days.
    #[must_use]
    pub const fn resume(perioder: Vec<Stamdataperiode>) -> Self {
        Self { perioder, told: None }
    }

    /// Takes what was told on a day.
    pub fn apply(&mut self, h: &StamdataRegistreret, dag: NaiveDate) {
        let told = Arc::new((*h.stamdata).clone());
        let before = self.told.replace((told.clone(), h.gaelder_fra));
        let Some(on_day) = self.on(dag).cloned() else {
            self.perioder.push(Stamdataperiode { fra: NaiveDate::MIN, stamdata: told });
            return;
        };
        self.ends(&told);
        if *on_day == *told && before.is_some_and(|before| before == (told.clone(), h.gaelder_fra)) {
            return;
        }
        // Who is employed again after another employment was over is so from the day that says so, whenever it was told.
        let again = told.ansat.filter(|_| on_day.is_over_before(told.ansat));
        let fra = again.or(h.gaelder_fra).unwrap_or(dag);
        // A day that has passed, and nothing else that is new: the news is the day.
        let against = if fra < dag && *on_day != *told { on_day } else { self.on(fra).cloned().unwrap_or(on_day) };
        self.change(&against, &told, fra, fra.max(dag));
        self.ends(&told);
    }

    /// When the employment ends is never a matter of when it was told. One that had ended before it began keeps its own end.
    fn ends(&mut self, told: &Stamdata) {
        let own = |p: &&mut Stamdataperiode| !p.stamdata.is_over_before(told.ansat);
        for periode in self.perioder.iter_mut().filter(own).filter(|p| p.stamdata.fratraadt != told.fratraadt) {
            Arc::make_mut(&mut periode.stamdata).fratraadt = told.fratraadt;
        }
        self.perioder.dedup_by(|next, before| next.stamdata == before.stamdata);
    }

    /// The fields that `to` has otherwise than `from`, on every day from `fra` on: until a day after `until` on which the
    /// field changes by itself.
    fn change(&mut self, from: &Stamdata, to: &Stamdata, fra: NaiveDate, until: NaiveDate) {
        let place = self.perioder.partition_point(|p| p.fra <= fra);
        if place > 0 && self.perioder[place - 1].fra < fra {
            let split = Stamdataperiode { fra, stamdata: self.perioder[place - 1].stamdata.clone() };
            self.perioder.insert(place, split);
        }
        let first = self.perioder.partition_point(|p| p.fra < fra);
        let perioder = &mut self.perioder[first..];
        macro_rules! fields {
            ($($field:ident)+) => {{
                // Named one by one: a new field is to be thought of.
                let Stamdata { $($field,)+ fratraadt: _ } = to;
                $(if from.$field != *$field {
                    let mut last = perioder.first().map(|p| p.stamdata.$field.clone());
                    for p in perioder.iter_mut() {
                        let own = Some(&p.stamdata.$field) != last.as_ref();
                        if p.fra > until && own {
                            break;
                        }
                        last = Some(p.stamdata.$field.clone());
                        if p.stamdata.$field != *$field {
                            Arc::make_mut(&mut p.stamdata).$field = $field.clone();
                        }
                    }
                })+
            }};
        }
        fields!(enhed enhed_navn leder_nr tr_nr amr_nr ansat timer_pr_uge bopaelskommune paragraf_56 paragraf_56_fra
            paragraf_56_til fleksjob nyuddannet er_leder arbejdsdage loen_under_sygdom ansaettelsesform distrikt);
        self.perioder.dedup_by(|next, before| next.stamdata == before.stamdata);
    }

    /// These from a day on, and on the days before it what payroll told under the employee number before. It is one
    /// employment: it began when that one did, and ends when this one does.
    #[must_use]
    pub(crate) fn after(self, before: &Self, fra: NaiveDate) -> Self {
        let Some(first) = self.on(fra).cloned() else { return self };
        let (ansat, fratraadt) = (before.perioder.last().and_then(|p| p.stamdata.ansat), first.fratraadt);
        let mut perioder: Vec<Stamdataperiode> = before.perioder.iter().filter(|p| p.fra < fra).cloned().collect();
        for periode in perioder.iter_mut().filter(|p| !p.stamdata.is_over_before(ansat)) {
            Arc::make_mut(&mut periode.stamdata).fratraadt = fratraadt;
        }
        let own = self.perioder.into_iter().filter(|p| p.fra > fra);
        for mut periode in [Stamdataperiode { fra, stamdata: first.clone() }].into_iter().chain(own) {
            // Who left since, and is employed again, is so from the day that payroll says.
            if !first.is_over_before(periode.stamdata.ansat) {
                let stamdata = Arc::make_mut(&mut periode.stamdata);
                stamdata.ansat = ansat.or(stamdata.ansat);
            }
            perioder.push(periode);
        }
        Self { perioder, told: self.told }
    }

    /// What holds on a day; none where payroll never told anything.
    #[must_use]
    pub fn on(&self, dag: NaiveDate) -> Option<&Arc<Stamdata>> {
        let in_force = self.perioder.iter().rev().find(|p| p.fra <= dag).or(self.perioder.first());
        in_force.map(|p| &p.stamdata)
    }

    /// It is nothing new: what was told last is told once more, or it holds already.
    pub(crate) fn knows(&self, h: &StamdataRegistreret, dag: NaiveDate) -> bool {
        let again = self.told.as_ref().is_some_and(|(told, fra)| **told == *h.stamdata && *fra == h.gaelder_fra);
        let fra = h.gaelder_fra.unwrap_or(dag);
        again || [fra, fra.max(dag)].into_iter().all(|dag| self.on(dag).is_some_and(|s| **s == *h.stamdata))
    }

    /// By first day; the first one holds from the beginning.
    #[must_use]
    pub fn all(&self) -> &[Stamdataperiode] {
        &self.perioder
    }

    /// What holds on a day and after it, by first day; the first one from the beginning.
    #[must_use]
    pub fn since(&self, dag: NaiveDate) -> Vec<Stamdataperiode> {
        let first = self.perioder.partition_point(|p| p.fra <= dag).saturating_sub(1);
        let mut since = self.perioder[first..].to_vec();
        if let Some(first) = since.first_mut() {
            first.fra = NaiveDate::MIN;
        }
        since
    }
}

impl Stamdata {
    /// Where the employee works.
    #[must_use]
    pub fn sted(&self) -> Sted<'_> {
        Sted { enhed: &self.enhed, distrikt: self.distrikt.as_deref() }
    }

    /// The employee would have been at work on this day. Without a roster: Mondays to Fridays that are no public holidays.
    /// Where the roster has a Saturday or Sunday, work goes on on public holidays too: homes and hospitals do not close.
    #[must_use]
    pub fn works_on(&self, dag: NaiveDate, calendar: &Calendar) -> bool {
        let roster = self.arbejdsdage.as_deref().filter(|dage| !dage.is_empty());
        let has = |weekday| match roster {
            Some(dage) => dage.contains(&ugedag(weekday)),
            None => !matches!(weekday, Weekday::Sat | Weekday::Sun),
        };
        has(dag.weekday()) && (has(Weekday::Sat) || has(Weekday::Sun) || !calendar.is_helligdag(dag))
    }
}

pub(crate) const fn ugedag(weekday: Weekday) -> Ugedag {
    match weekday {
        Weekday::Mon => Ugedag::Man,
        Weekday::Tue => Ugedag::Tir,
        Weekday::Wed => Ugedag::Ons,
        Weekday::Thu => Ugedag::Tor,
        Weekday::Fri => Ugedag::Fre,
        Weekday::Sat => Ugedag::Loer,
        Weekday::Sun => Ugedag::Soen,
    }
}
