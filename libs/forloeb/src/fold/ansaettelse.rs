//! The state of one ansættelse: its events in order, and the forløb that follow from them.
//!
//! A forløb is computed, never typed. Registrations arrive late, out of order and corrected, and one of them can join
//! two forløb into one; so nothing derived is stored, and `as known on a date` is the same fold over fewer events.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

pub use crate::events::aktoer::Aktoer;
pub use crate::events::carried::Record;

use crate::events::haendelse::{AnsaettelseFortsat, Carried, Forsvundet, Haendelse, Stamdata, StamdataRegistreret};
use crate::fold::derive;
use crate::fold::forloeb::Forloeb;
use crate::fold::stamdata::Stamdataperioder;
use crate::fold::stedfortraeder::Stedfortraedere;
use crate::rules::Regelbog;
use crate::rules::calendar::Dage;

impl Before {
    fn af(h: &AnsaettelseFortsat, all: Vec<Carried>) -> Self {
        let mut ansaettelse = Ansaettelse::new(&h.fra_nr);
        for Carried(record) in all {
            ansaettelse.apply(record);
        }
        Self { ansaettelse, fra: h.fra, til: h.til }
    }
}

/// One employment: everything that was ever recorded about it.
#[derive(Debug, Clone)]
pub struct Ansaettelse {
    nr: String,
    // Shared: what was recorded never changes, and a decision is tried on a copy of the whole employment.
    records: Vec<Arc<Record>>,
    /// Its events from before the number began anew: another number has gone on with them.
    earlier: Vec<Arc<Record>>,
    erased: bool,
    /// Under the employee number before, if there was one: its events are in front of the own ones.
    before: Option<Arc<Before>>,
    /// What has been carried so far, where more is to follow.
    arriving: Vec<Carried>,
    /// The first day under the employee number that goes on with it.
    flyttet: Option<NaiveDate>,
}

/// The employment under the employee number before.
#[derive(Debug)]
pub(crate) struct Before {
    pub(crate) ansaettelse: Ansaettelse,
    /// The first day under the number after.
    pub(crate) fra: NaiveDate,
    /// The last day under the number before.
    pub(crate) til: NaiveDate,
}

impl Ansaettelse {
    /// An employment of which nothing is known yet.
    #[must_use]
    pub fn new(nr: &str) -> Self {
        let (records, earlier, arriving) = (Vec::new(), Vec::new(), Vec::new());
        Self { nr: nr.to_owned(), records, earlier, erased: false, before: None, arriving, flyttet: None }
    }

    /// Takes the next event of the stream.
    pub fn apply(&mut self, record: Record) {
        self.take(Arc::new(record));
    }

    fn take(&mut self, record: Arc<Record>) {
        if let Haendelse::PersonSlettet(_) = record.haendelse {
            self.erased = true;
        } else if let Haendelse::MedarbejderFlyttet(h) = &record.haendelse {
            self.flyttet = Some(h.fra);
        } else if let Haendelse::StamdataRegistreret(_) = record.haendelse
            && self.flyttet.is_some()
        {
            self.begin_anew();
        } else if let Haendelse::AnsaettelseFortsat(h) = &record.haendelse
            && self.before.is_none()
        {
            self.arriving.extend(h.before.iter().cloned());
            if h.flere {
                return self.records.push(record);
            }
            let before = Before::af(h, std::mem::take(&mut self.arriving));
            // Who waits for a version of this stream has not seen them before it.
            let carried = before.ansaettelse.records.iter();
            let carried = carried.map(|r| Arc::new(Record { version: record.version, ..Record::clone(r) }));
            self.records = carried.chain(std::mem::take(&mut self.records)).collect();
            self.before = Some(Arc::new(before));
        }
        self.records.push(record);
    }

    /// Payroll has an employment under a number that somebody has moved from. What was recorded of the one before went with
    /// them, so this is like a new number; where it takes the place of the one they moved to, it all comes back with a move.
    fn begin_anew(&mut self) {
        let carried = self.carried();
        self.earlier.extend(self.records.drain(..).skip(carried));
        (self.before, self.flyttet) = (None, None);
    }

    /// How many of its events were recorded under the number before: they stand first.
    pub(crate) fn carried(&self) -> usize {
        self.before.as_ref().map_or(0, |before| before.ansaettelse.records.len())
    }

    /// Its events of its own stream, in order, since the number last began anew.
    #[must_use]
    pub fn own_records(&self) -> &[Arc<Record>] {
        &self.records[self.carried()..]
    }

    /// Every event of its stream, in order.
    pub fn stream(&self) -> impl Iterator<Item = &Arc<Record>> {
        self.earlier.iter().chain(self.own_records())
    }

    /// Its employee number and those before it, the newest first, each once: who came back to one has had it twice.
    #[must_use]
    pub fn numbers(&self) -> Vec<&str> {
        let mut numbers = Vec::new();
        for nr in std::iter::successors(Some(self), |a| a.under_number_before()).map(Self::nr) {
            if !numbers.contains(&nr) {
                numbers.push(nr);
            }
        }
        numbers
    }

    /// As it was recorded under the number before, if there was one.
    #[must_use]
    pub fn under_number_before(&self) -> Option<&Self> {
        self.before().map(|before| &before.ansaettelse)
    }

    /// The same with the events under the numbers before as their streams have them: what was carried lacks what no decision
    /// needs.
    #[must_use]
    pub fn completed(self, streams: &[Self]) -> Self {
        let whole = streams.iter().flat_map(Self::stream).map(|record| (record.position, record)).collect();
        self.complete(&whole)
    }

    fn complete(mut self, whole: &HashMap<u64, &Arc<Record>>) -> Self {
        let Some(before) = self.before.take() else { return self };
        let (fra, til, ansaettelse) = (before.fra, before.til, before.ansaettelse.clone());
        let carried = ansaettelse.records.len();
        for record in &mut self.records[..carried] {
            if let Some(whole) = whole.get(&record.position) {
                *record = Arc::new(Record { version: record.version, ..Record::clone(whole) });
            }
        }
        let mut ansaettelse = ansaettelse.complete(whole);
        let inner = ansaettelse.carried();
        for record in &mut ansaettelse.records[inner..] {
            if let Some(whole) = whole.get(&record.position) {
                *record = Arc::clone(whole);
            }
        }
        self.before = Some(Arc::new(Before { ansaettelse, fra, til }));
        self
    }

    /// As it was known up to and including an instant; where a forløb was known under the number before then, as it was known
    /// there.
    #[must_use]
    pub fn known_of(&self, id: Uuid, til: DateTime<Utc>) -> Self {
        let known = self.known(til);
        match self.under_number_before() {
            Some(before) if known.before.is_none() || known.is_flyttet() => {
                let earlier = before.known_of(id, til);
                let about = |a: &Self| a.records.iter().any(|record| record.haendelse.forloeb() == Some(id));
                if about(&earlier) { earlier } else { known }
            }
            _ => known,
        }
    }

    /// The employment under the number before, if there was one.
    pub(crate) fn before(&self) -> Option<&Before> {
        self.before.as_deref()
    }

    /// Another employee number goes on with it: nothing follows from it here any more.
    #[must_use]
    pub const fn is_flyttet(&self) -> bool {
        self.flyttet.is_some()
    }

    /// The first day under the employee number that goes on with it.
    pub(crate) const fn flyttet_fra(&self) -> Option<NaiveDate> {
        self.flyttet
    }

    /// How much of the employment under the number before has come, where more is to follow.
    #[must_use]
    pub const fn arrived(&self) -> usize {
        self.arriving.len()
    }

    /// The employee number before, and the first day under this one, where a forløb went on over the change.
    #[must_use]
    pub fn flyttet_under(&self, f: &Forloeb) -> Option<(&str, NaiveDate)> {
        let before = self.before()?;
        let own = f.medarbejder_nr == self.nr;
        let under = own && f.foerste < before.fra && f.sidste.is_none_or(|sidste| sidste >= before.fra);
        under.then_some((before.ansaettelse.nr(), before.fra))
    }

    /// Everything of it, to be carried to the employee number after.
    #[must_use]
    pub fn to_carry(&self) -> Vec<Carried> {
        self.own_records().iter().map(|record| Carried::from(&**record)).collect()
    }

    /// Employee number of the one who is meant.
    #[must_use]
    pub fn nr(&self) -> &str {
        &self.nr
    }

    /// Version of the stream.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.records.last().map_or(0, |p| p.version)
    }

    /// The events after a version, in order.
    pub(crate) fn records_after(&self, version: u64) -> &[Arc<Record>] {
        let own = self.own_records();
        &own[own.partition_point(|p| p.version <= version)..]
    }

    /// Every event in order, annulled ones too.
    #[must_use]
    pub fn records(&self) -> &[Arc<Record>] {
        &self.records
    }

    /// The person's key was destroyed.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.erased
    }

    /// What payroll has told, from the first time on.
    fn told(&self) -> impl DoubleEndedIterator<Item = &StamdataRegistreret> {
        self.records.iter().filter_map(|p| {
            let Haendelse::StamdataRegistreret(h) = &p.haendelse else { return None };
            Some(h)
        })
    }

    /// What payroll last told, with whose key and from which day on.
    pub(crate) fn last_told(&self) -> Option<&StamdataRegistreret> {
        self.told().next_back()
    }

    /// What payroll last told, if anything.
    #[must_use]
    pub fn stamdata(&self) -> Option<&Stamdata> {
        self.told().next_back().map(|h| &*h.stamdata)
    }

    /// What payroll tells under this employee number of which days.
    #[must_use]
    pub fn own_stamdataperioder(&self) -> Stamdataperioder {
        let mut all = Stamdataperioder::default();
        for record in self.own_records() {
            if let Haendelse::StamdataRegistreret(h) = &record.haendelse {
                all.apply(h, record.dag);
            }
        }
        all
    }

    /// What payroll tells of which days, under the number before of the days before.
    #[must_use]
    pub fn stamdataperioder(&self) -> Stamdataperioder {
        let own = self.own_stamdataperioder();
        match self.before() {
            Some(before) => own.after(&before.ansaettelse.stamdataperioder(), before.fra),
            None => own,
        }
    }

    /// What payroll says of a day, if it ever told anything.
    #[must_use]
    pub fn stamdata_on(&self, dag: NaiveDate) -> Option<Arc<Stamdata>> {
        self.stamdataperioder().on(dag).cloned()
    }

    /// The day on which payroll last told anything.
    pub(crate) fn told_on(&self) -> Option<NaiveDate> {
        let told = self.records.iter().rev().find(|p| matches!(p.haendelse, Haendelse::StamdataRegistreret(_)));
        told.map(|p| p.dag)
    }

    /// Whose key seals the personal data.
    #[must_use]
    pub fn person(&self) -> Option<Uuid> {
        self.told().next_back().map(|h| h.person)
    }

    /// Who acts for this leader; for one who was erased nobody does.
    #[must_use]
    pub fn stedfortraedere(&self) -> Stedfortraedere {
        let mut all = Stedfortraedere::default();
        for record in self.records.iter().filter(|_| !self.erased) {
            if let Haendelse::StedfortraederUdpeget(h) = &record.haendelse {
                all.apply(h, record.dag);
            }
        }
        all
    }

    /// Everybody whose key ever sealed something of this employment: more than one where a personnummer was corrected.
    pub fn personer(&self) -> impl Iterator<Item = Uuid> {
        self.told().map(|h| h.person)
    }

    /// The employment as it was known up to and including an instant.
    #[must_use]
    pub fn known(&self, til: DateTime<Utc>) -> Self {
        self.excerpt(|p| p.time <= til)
    }

    /// The employment as it was at a version of its stream.
    #[must_use]
    pub fn at_version(&self, version: u64) -> Self {
        self.excerpt(|p| p.version <= version)
    }

    /// The employment as far as these of its events tell.
    pub(crate) fn excerpt(&self, with: impl Fn(&Record) -> bool) -> Self {
        let mut excerpt = Self::new(&self.nr);
        // What was carried comes with the event that carried it.
        for record in self.stream().filter(|p| with(p)) {
            excerpt.take(record.clone());
        }
        excerpt
    }

    /// The forløb of this employment by first absence day; annulled ones last.
    #[must_use]
    pub fn forloeb(&self, book: &Regelbog) -> Vec<Forloeb> {
        derive::forloeb(self, book).into_iter().map(Arc::unwrap_or_clone).collect()
    }

    /// The same, each to be shared.
    #[must_use]
    pub fn forloeb_to_share(&self, book: &Regelbog) -> Vec<Arc<Forloeb>> {
        derive::forloeb(self, book)
    }

    /// The same, where `before` are those of its events up to this version, by the same rules. What nothing was recorded
    /// of since is shared with them.
    #[must_use]
    pub fn forloeb_after(&self, version: u64, before: &[Arc<Forloeb>], book: &Regelbog) -> Vec<Arc<Forloeb>> {
        derive::forloeb_after(self, version, before, book)
    }

    /// The ids under which something was done before days off joined what followed them into this forløb: each with the days
    /// off that it was joined over. The registrations that nobody did anything about have no name that anybody knows.
    #[must_use]
    pub fn joined(&self, f: &Forloeb, book: &Regelbog) -> Vec<(Uuid, Dage)> {
        derive::joined(self, f, book)
    }

    /// Part days that are no forløb: nothing came after them, and nobody has done anything about them.
    #[must_use]
    pub fn part_days(&self, book: &Regelbog) -> Vec<derive::Registrering> {
        derive::part_days(self, book)
    }

    /// Every registration, by first day, those that no longer count too.
    #[must_use]
    pub fn every_registrering(&self, book: &Regelbog) -> Vec<derive::Registrering> {
        derive::every_registrering(self, book)
    }

    /// Nobody but payroll has told anything of a forløb of this employment.
    #[must_use]
    pub fn only_payroll_told(&self, f: &Forloeb) -> bool {
        derive::only_payroll_told(self, f)
    }

    /// What became of the employee since a whole file of payroll had them no more, if one ever had not.
    #[must_use]
    pub fn forsvundet(&self) -> Option<Forsvundet> {
        let mut told_since = false;
        for record in self.own_records().iter().rev() {
            if let Haendelse::MedarbejderForsvundet(h) = &record.haendelse {
                // Who ended, and of whom payroll tells again, is employed again.
                let over = h.stand == Forsvundet::KommetIgen || (h.stand == Forsvundet::Afsluttet && told_since);
                return Some(h.stand).filter(|_| !over);
            }
            told_since |= matches!(record.haendelse, Haendelse::StamdataRegistreret(_));
        }
        None
    }

    /// The registrations that count, by first day; `barn_syg` among them.
    #[must_use]
    pub fn registreringer(&self, book: &Regelbog) -> Vec<derive::Registrering> {
        derive::registreringer(self, book)
    }
}
