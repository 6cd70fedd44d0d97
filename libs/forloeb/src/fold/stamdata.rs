//! Master data with dates: what payroll says of which days.
//!
//! Payroll tells everything it knows each time, and means what is new in it. So a change is of fields: it holds from its
//! own day, else from the day we learnt it, and leaves what other changes said of other fields. A new leader from today
//! does not call off the fewer hours from next month; hours that are said to hold since last month do not take the
//! leader of today back there.
//!
//! Who is employed again under the same number has another employment from that day on: the one before keeps what it had,
//! its last day before all.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate, Weekday};

use crate::events::haendelse::{Stamdata, StamdataRegistreret};
use crate::rules::calendar::{Calendar, plus_dage};
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
        let again = self.told.replace((told.clone(), h.gaelder_fra));
        let again = again.is_some_and(|before| before == (told.clone(), h.gaelder_fra));
        match self.is_of(&told) {
            Employment::New(ansat) => {
                self.perioder.retain(|p| p.fra < ansat);
                self.perioder.push(Stamdataperiode { fra: ansat, stamdata: told });
            }
            Employment::Earlier => {
                let later = self.perioder.split_off(self.latest_employment());
                self.take(&told, h.gaelder_fra, dag, again);
                let begins = later.first().map_or(NaiveDate::MAX, |p| p.fra);
                self.perioder.retain(|p| p.fra < begins);
                self.perioder.extend(later);
            }
            Employment::Latest => self.take(&told, h.gaelder_fra, dag, again),
        }
    }

    /// Which employment is spoken of. One that began after the last day of the one before is another one; where it turns out
    /// that nobody had left, the two are one again.
    fn is_of(&mut self, told: &Stamdata) -> Employment {
        let latest = self.perioder.last().map(|p| p.stamdata.clone());
        let Some((ansat, latest)) = told.ansat.zip(latest) else { return Employment::Latest };
        if Some(ansat) > latest.ansat && latest.fratraadt.is_some_and(|fratraadt| ansat > fratraadt) {
            return Employment::New(ansat);
        }
        if self.latest_employment() > 0 && told.fratraadt.is_some() && told.fratraadt < latest.ansat {
            return Employment::Earlier;
        }
        while let Some(first) = Some(self.latest_employment()).filter(|first| *first > 0)
            && self.perioder[first - 1].stamdata.fratraadt.is_some_and(|fratraadt| ansat <= fratraadt)
        {
            let before = self.perioder[first - 1].stamdata.fratraadt;
            for periode in &mut self.perioder[first..] {
                let stamdata = Arc::make_mut(&mut periode.stamdata);
                (stamdata.ansat, stamdata.fratraadt) = (Some(ansat), before);
            }
        }
        Employment::Latest
    }

    /// A period is the first one of another employment than the one before it is of.
    fn begins_anew(&self, place: usize) -> bool {
        let Some([before, first]) = place.checked_sub(1).and_then(|before| self.perioder.get(before..=place)) else {
            return false;
        };
        let (before, ansat) = (&before.stamdata, first.stamdata.ansat);
        before.fratraadt.is_some() && ansat > before.fratraadt && ansat > before.ansat
    }

    /// Place of the first period of the employment that began last.
    fn latest_employment(&self) -> usize {
        (1..self.perioder.len()).rev().find(|place| self.begins_anew(*place)).unwrap_or(0)
    }

    /// The same, where one that begins at the latest on the first working day after the last day of the one before goes on
    /// with it: it began when that one did, and that one ends when it does.
    #[must_use]
    pub fn going_on(mut self, calendar: &Calendar) -> Self {
        let begins: Vec<usize> = (1..self.perioder.len()).filter(|place| self.begins_anew(*place)).collect();
        let goes_on = |place: &usize| {
            let (til, ansat) = (self.perioder[place - 1].stamdata.fratraadt, self.perioder[*place].stamdata.ansat);
            til.zip(ansat).is_some_and(|(til, ansat)| ansat <= calendar.wd_plus(plus_dage(til, 1)))
        };
        let joined: Vec<bool> = begins.iter().map(goes_on).collect();
        let first_of = |nr: usize| nr.checked_sub(1).map_or(0, |before| begins[before]);
        let after = |nr: usize| begins.get(nr + 1).copied().unwrap_or(self.perioder.len());
        let spans: Vec<[usize; 3]> = (0..begins.len()).map(|nr| [first_of(nr), begins[nr], after(nr)]).collect();
        for ([_, place, end], _) in spans.iter().zip(&joined).filter(|(_, joined)| **joined) {
            let ansat = self.perioder[place - 1].stamdata.ansat;
            self.perioder[*place..*end].iter_mut().for_each(|p| Arc::make_mut(&mut p.stamdata).ansat = ansat);
        }
        for ([first, place, _], _) in spans.iter().zip(&joined).rev().filter(|(_, joined)| **joined) {
            let til = self.perioder[*place].stamdata.fratraadt;
            self.perioder[*first..*place].iter_mut().for_each(|p| Arc::make_mut(&mut p.stamdata).fratraadt = til);
        }
        self
    }

    /// The last day of the employment that a day lies in, where another one came after it.
    pub(crate) fn employment_til(&self, dag: NaiveDate) -> Option<NaiveDate> {
        let after = self.perioder.partition_point(|p| p.fra <= dag).max(1);
        let begins = (after..self.perioder.len()).find(|place| self.begins_anew(*place))?;
        self.perioder[begins - 1].stamdata.fratraadt
    }

    /// Takes what was told on a day of the employment that began last.
    fn take(&mut self, told: &Arc<Stamdata>, gaelder_fra: Option<NaiveDate>, dag: NaiveDate, again: bool) {
        let Some(on_day) = self.on(dag).cloned() else {
            self.perioder.push(Stamdataperiode { fra: NaiveDate::MIN, stamdata: told.clone() });
            return;
        };
        // When the employment ends is never a matter of when it was told.
        let first = self.latest_employment();
        for periode in self.perioder[first..].iter_mut().filter(|p| p.stamdata.fratraadt != told.fratraadt) {
            Arc::make_mut(&mut periode.stamdata).fratraadt = told.fratraadt;
        }
        if *on_day == **told && again {
            return;
        }
        let fra = gaelder_fra.unwrap_or(dag);
        // A day that has passed, and nothing else that is new: the news is the day.
        let against = if fra < dag && *on_day != **told { on_day } else { self.on(fra).cloned().unwrap_or(on_day) };
        self.change(&against, told, fra, fra.max(dag));
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
        let goes_on = before.latest_employment().min(perioder.len());
        perioder[goes_on..].iter_mut().for_each(|p| Arc::make_mut(&mut p.stamdata).fratraadt = fratraadt);
        let places = 1..self.perioder.len();
        let anew = places.filter(|place| self.begins_anew(*place)).map(|place| self.perioder[place].fra);
        let anew = anew.filter(|begins| *begins > fra).min();
        let own = self.perioder.into_iter().filter(|p| p.fra > fra);
        for mut periode in [Stamdataperiode { fra, stamdata: first }].into_iter().chain(own) {
            if anew.is_none_or(|begins| periode.fra < begins) {
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

/// Which employment under a number payroll speaks of.
enum Employment {
    /// One that it had not told of, from this day on.
    New(NaiveDate),
    /// The one before the one that began last.
    Earlier,
    /// The one that began last.
    Latest,
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
