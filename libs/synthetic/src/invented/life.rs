//! One employee through the years: what is to happen, and the events it led to as far as they still matter.

use std::collections::BTreeMap;
use std::sync::Arc;

use chance::Random;
use chrono::{DateTime, Days, NaiveDate, Utc};
use forloeb::command::DomainCommand;
use forloeb::frister::assess;
use forloeb::haendelse::{Forsvundet, FravaerRegistreret, Haendelse, StamdataRegistreret};
use forloeb::paamindelser::next_dag;
use forloeb::words::{Aarsag, Fristart, Kilde, Rolle};
use forloeb::{Aktoer, Ansaettelse, Now, Procent, Record, decide};
use uuid::Uuid;

use super::SyntheticError;
use super::deed::{Deed, Frame, Fravaer, ROWS, Registrering, loen_file, working_hours};
use super::outlet::Commit;
use super::people::ReadPaamindelse;
use super::scene::Scene;
use app::clock::{dag_in_denmark, klokken};
use app::projections::registrering_of;

/// Times in a thousand that a file of everybody lacks an employee who is there, once in the years.
const GONE_PER_MILLE: u64 = 20;
/// A row of payroll goes on from one before it over days off only: never over so many.
const GOES_ON_WITHIN: Days = Days::new(14);

/// A registration that something is still to happen to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    /// Its number among those of the employee.
    pub(super) nr: u32,
    pub(crate) id: Uuid,
    /// Payroll's number that its id follows from, where it came from there.
    pub(crate) fravaer_nr: Option<u32>,
    /// Payroll's number of today, also where the row was joined with what people had registered.
    pub(crate) number: Option<u32>,
}

/// One employee.
pub(crate) struct Life {
    pub(crate) place: usize,
    pub(crate) t: Random,
    /// What is said and agreed is drawn from this, so that it moves nothing of what is drawn from the other.
    pub(super) aside: Random,
    /// What is done beside all the rest is drawn from this, so that it moves nothing of what is drawn from both others.
    pub(super) apart: Random,
    /// The absences that began lately, with their causes.
    pub(super) begun: Vec<(NaiveDate, Aarsag)>,
    /// The day of the last talk about frequent absence that was put down.
    pub(super) talk_about_it: Option<NaiveDate>,
    /// Days between two absences, on average: few people have most of the absence.
    interval: u64,
    version: u64,
    /// Master data, the numbers of agreements, and the events of forløb that are not finished, or that a row to come may go on
    /// from. Otherwise the domain derives every forløb by itself, so it decides the same on this part as on the whole.
    pub(crate) a: Ansaettelse,
    /// There are forløb in it.
    pub(super) has_forloeb: bool,
    /// The last day of those, when nothing goes on any more and nothing is to happen to them.
    pub(super) at_rest: Option<NaiveDate>,
    /// What is to happen, the last first.
    pub(super) agenda: Vec<(DateTime<Utc>, Deed)>,
    pub(super) registreringer: Vec<Known>,
    pub(super) next_nr: u32,
    /// The last day of the absence that was drawn last.
    pub(super) away_until: Option<NaiveDate>,
    /// Of each event of those forløb, by position, how many events it was recorded with.
    commits: BTreeMap<u64, u64>,
    /// When the reminder worker next has something for this employee.
    pub(super) tick: Option<DateTime<Utc>>,
}

impl Life {
    pub(crate) fn new_one(place: usize, s: &Scene<'_>, seed: u64) -> Self {
        let mut t = Random::new(seed);
        let foerste = s.world.foerste_dag(place);
        let interval = t.af(&[45, 65, 85, 95, 115, 150, 250]);
        let mut life = Self {
            place,
            interval,
            version: 0,
            a: Ansaettelse::new(&s.world.medarbejder(place).nr.to_string()),
            has_forloeb: false,
            at_rest: None,
            agenda: Vec::new(),
            registreringer: Vec::new(),
            next_nr: 0,
            away_until: None,
            commits: BTreeMap::new(),
            tick: None,
            t,
            aside: Random::new(seed ^ 0x7361_6774),
            apart: Random::new(seed ^ 0x6170_6172),
            begun: Vec::new(),
            talk_about_it: None,
        };
        life.put((loen_file(foerste), Deed::Stamdata));
        let dage = life.t.under(2 * interval);
        life.put_fravaer(foerste, dage + 1);
        if life.t.per_mille(GONE_PER_MILLE) {
            let gone = foerste + Days::new(life.t.between(20, 700));
            let then = if life.t.per_mille(600) { Forsvundet::KommetIgen } else { Forsvundet::Beholdt };
            life.put((loen_file(gone), Deed::Employee(Forsvundet::Meldt)));
            let dag = gone + Days::new(life.t.between(1, 9));
            let time = working_hours(s.book, dag, &mut life.t);
            life.put((time, Deed::Employee(then)));
        }
        life.put_oneself(s);
        life
    }

    /// When something next happens.
    pub(crate) fn next(&self) -> Option<DateTime<Utc>> {
        let deed = self.agenda.last().map(|(time, _)| *time);
        match (deed, self.tick) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// Lets it happen.
    pub(crate) fn happen(&mut self, s: &mut Scene<'_>, time: DateTime<Utc>) -> Result<(), SyntheticError> {
        let now = Now { time, dag: dag_in_denmark(time) };
        self.forget_what_is_over(s, now.dag);
        if self.tick == Some(time) {
            self.paamind(s, now)?;
            return self.afterwards(s, now);
        }
        let Some((_, deed)) = self.agenda.pop() else { return Ok(()) };
        match deed {
            Deed::Stamdata => self.stamdata(s, now)?,
            Deed::Syg => self.become_syg(s, now.dag),
            Deed::Registrer(r) => self.registrer(s, &r, now)?,
            Deed::Loenret(r) => self.loenret(s, &r, now)?,
            Deed::Gone(nr) => self.vanished(s, nr, (Forsvundet::Meldt, None), now)?,
            Deed::Found(nr, stand, sidste) => self.vanished(s, nr, (stand, sidste), now)?,
            Deed::Renumber(nr) => self.renumber(s, nr, now)?,
            Deed::Employee(stand) => self.employee(s, stand, now)?,
            Deed::Oneself(what) => self.say_oneself(s, what, now)?,
            Deed::Signalbrev => self.send_mail_of_the_week(s, now)?,
            Deed::OnForloeb(nr, what) => self.on_forloeb(s, nr, what, now)?,
            Deed::Loes(nr, art, what) => {
                if self.id(nr).is_some_and(|id| self.outstanding(s, id, art, now)) {
                    self.on_forloeb(s, nr, what, now)?;
                }
            }
        }
        self.afterwards(s, now)
    }

    /// What is over, and nothing can go on from any more, is told and forgotten.
    pub(super) fn forget_what_is_over(&mut self, s: &mut Scene<'_>, dag: NaiveDate) {
        if self.at_rest.is_some_and(|sidste| dag > sidste + GOES_ON_WITHIN) {
            self.forget(s, dag);
        }
    }

    pub(super) fn put(&mut self, (time, deed): (DateTime<Utc>, Deed)) {
        let place = self.agenda.partition_point(|(other, _)| *other > time);
        self.agenda.insert(place, (time, deed));
    }

    pub(super) fn put_fravaer(&mut self, dag: NaiveDate, after_dage: u64) {
        let dag = dag + Days::new(after_dage);
        self.put((klokken(dag, chrono::NaiveTime::MIN), Deed::Syg));
    }

    pub(super) fn known(&self, nr: u32) -> Option<&Known> {
        self.registreringer.iter().find(|k| k.nr == nr)
    }

    pub(super) fn known_mut(&mut self, nr: u32) -> Option<&mut Known> {
        self.registreringer.iter_mut().find(|k| k.nr == nr)
    }

    pub(super) fn id(&self, nr: u32) -> Option<Uuid> {
        self.known(nr).map(|k| k.id)
    }

    /// Somebody still has to see to a frist of a forløb.
    fn outstanding(&self, s: &Scene<'_>, forloeb: Uuid, art: Fristart, now: Now) -> bool {
        let forloeb = self.a.forloeb(s.book).into_iter().find(|f| f.called(forloeb));
        forloeb.is_some_and(|f| assess(&f, now.dag, s.book).frist(art).is_some_and(|fr| fr.status.outstanding()))
    }

    /// A reminder was read: what comes of it.
    pub(crate) fn read(&mut self, s: &Scene<'_>, read: &ReadPaamindelse<'_>) {
        let Some(nr) = self.registreringer.iter().find(|k| read.f.called(k.id)).map(|k| k.nr) else { return };
        for (dag, art, what) in s.people.paamindet(read, &mut self.t) {
            let time = working_hours(s.book, dag, &mut self.t);
            // Not before it was read.
            self.put((time.max(read.now.time), Deed::Loes(nr, art, what)));
        }
    }

    fn frame<'s>(&self, s: &Scene<'s>, dag: NaiveDate) -> Frame<'s> {
        let m = s.world.medarbejder(self.place);
        // Where a move goes on under the number after, an absence does not end with the number before.
        let last = s.world.moves_to(self.place).filter(|_| s.moves).map_or(m, |after| s.world.medarbejder(after));
        let nyansat = (dag - m.ansat).num_days() < i64::from(s.book.in_force(dag).parameters.nyansat_dage);
        Frame {
            book: s.book,
            people: s.people,
            leder: s.world.leder(self.place, dag),
            dag,
            fratraadt: last.fratraadt,
            woman: m.is_woman(),
            foerstedagsret: nyansat || m.fleksjob || self.a.stamdata().is_some_and(|s| s.paragraf_56),
            paragraf_56: self.a.stamdata().is_some_and(|s| s.paragraf_56),
            rows_of_weeks: s.world.has_rows_of_weeks(self.place),
            nr: self.next_nr,
        }
    }

    fn become_syg(&mut self, s: &mut Scene<'_>, dag: NaiveDate) {
        let frame = self.frame(s, dag);
        let Some(fravaer) = frame.fravaer(&mut self.t, &mut self.aside) else { return };
        let end = fravaer.end;
        self.live_through(s, fravaer);
        let gap = self.gap();
        if s.world.medarbejder(self.place).fratraadt.is_none_or(|f| end < f) {
            self.put_fravaer(end, gap);
        }
    }

    /// Days from one absence to the next. Now and then somebody is back for a single day only, which makes two forløb.
    pub(super) fn gap(&mut self) -> u64 {
        if self.t.per_mille(40) { 2 } else { 3 + self.t.under(2 * self.interval - 6) }
    }

    /// What happens in an absence is put down; one that stays_after the employment goes on in the next one, where there is one.
    fn live_through(&mut self, s: &mut Scene<'_>, fravaer: Fravaer) {
        self.put_apart(s, self.next_nr, (fravaer.aarsag, fravaer.foerste, fravaer.end));
        self.next_nr += ROWS;
        self.away_until = Some(fravaer.end);
        if let (Some(next), Some(goes_on)) = (s.world.moves_to(self.place), fravaer.goes_on) {
            s.brought_along[next] = Some(goes_on);
        }
        fravaer.deeds.into_iter().for_each(|g| self.put(g));
    }

    fn stamdata(&mut self, s: &mut Scene<'_>, now: Now) -> Result<(), SyntheticError> {
        let person = s.world.person(self.place);
        let foerste = self.version == 0;
        let confidential = foerste.then(|| s.seal.seal(person, &s.world.details(self.place))).transpose()?;
        let stamdata = Box::new(s.world.stamdata(self.place, now.dag));
        let command = DomainCommand::RegistrerStamdata(Box::new(StamdataRegistreret {
            stamdata,
            confidential,
            person,
            gaelder_fra: None,
        }));
        self.execute(s, &command, &Aktoer::system("import"), now)?;
        s.arrived = Some(self.place).filter(|_| foerste && s.moves);
        if let Some(goes_on) = s.brought_along[self.place].take()
            && let Some(fravaer) = self.frame(s, now.dag).brought_along(&mut self.t, &mut self.aside, goes_on)
        {
            self.live_through(s, fravaer);
        }
        if let Some(dag) = s.world.next_change(self.place, now.dag) {
            self.put((loen_file(dag), Deed::Stamdata));
        }
        Ok(())
    }

    fn registrer(&mut self, s: &mut Scene<'_>, r: &Registrering, now: Now) -> Result<(), SyntheticError> {
        let (registrering, fravaer_nr, aktoer) = match r.kilde {
            Kilde::Import => {
                let number = s.next_fravaer_nr();
                (registrering_of(&number.to_string()), Some(number), Aktoer::system("import"))
            }
            Kilde::Person => {
                let mut random = [0; 10];
                self.t.fill(&mut random);
                let ms = u64::try_from(now.time.timestamp_millis()).unwrap_or_default();
                let id = uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid();
                (id, None, self.leder_or_hr(s, now.dag))
            }
        };
        let h = FravaerRegistreret {
            registrering,
            fravaer_nr: fravaer_nr.map(|nr| nr.to_string()),
            aarsag: r.aarsag,
            foerste: r.foerste,
            sidste: r.sidste,
            omfang_pct: r.omfang_pct,
            forventet_varighed: r.forventet,
            kilde: r.kilde,
            paragraf_56: None,
            raskmeldt: false,
        };
        self.registreringer.push(Known { nr: r.nr, id: registrering, fravaer_nr, number: fravaer_nr });
        if !self.execute(s, &DomainCommand::RegistrerFravaer(h), &aktoer, now)? {
            self.registreringer.pop();
            return Ok(());
        }
        self.joined(r.nr);
        self.counts_from_now(s, r, now.dag);
        Ok(())
    }

    /// What came in was joined with what was there: it is called by that from now on.
    fn joined(&mut self, nr: u32) {
        let Some(own) = self.known(nr).map(|known| known.id) else { return };
        let is_own = |record: &Arc<Record>| record.haendelse.forloeb() == Some(own);
        if self.a.records().iter().any(is_own) {
            return;
        }
        let with = self.a.records().iter().rev().find_map(|record| {
            if let Haendelse::FravaerKnyttet(h) = &record.haendelse {
                Some(h.registrering)
            } else if let Haendelse::SygemeldingKnyttet(h) = &record.haendelse {
                Some(h.registrering)
            } else {
                None
            }
        });
        let there = with.and_then(|id| self.registreringer.iter().find(|known| known.id == id));
        let there = there.map(|known| (known.id, known.fravaer_nr, known.number));
        if let (Some((id, fravaer_nr, before)), Some(known)) = (there, self.known_mut(nr)) {
            (known.id, known.fravaer_nr, known.number) = (id, fravaer_nr, known.number.or(before));
        }
    }

    /// The leader; where there is none, HR.
    pub(crate) fn leder_or_hr(&self, s: &Scene<'_>, dag: NaiveDate) -> Aktoer {
        match s.world.leder(self.place, dag) {
            Some(nr) => Aktoer::new(Rolle::Leder, Some(nr.to_string())),
            None => Aktoer::new(Rolle::Hr, None),
        }
    }

    /// Decides a command as the service does, and writes what it led to. Whether it led to anything.
    pub(crate) fn execute(
        &mut self,
        s: &mut Scene<'_>,
        command: &DomainCommand,
        aktoer: &Aktoer,
        now: Now,
    ) -> Result<bool, SyntheticError> {
        match decide(&self.a, command, now, s.book) {
            Ok(haendelser) if haendelser.is_empty() => Ok(false),
            Ok(haendelser) => self.write(s, haendelser, aktoer, now).map(|()| true),
            Err(_) => {
                s.refused_ones += 1;
                Ok(false)
            }
        }
    }

    fn write(
        &mut self,
        s: &mut Scene<'_>,
        haendelser: Vec<Haendelse>,
        aktoer: &Aktoer,
        now: Now,
    ) -> Result<(), SyntheticError> {
        let count = haendelser.len() as u64;
        // A file and the reminder worker have no keys; every form and every call of the API has one.
        let key = aktoer.rolle.map(|_| {
            let mut key = [0; 16];
            self.t.fill(&mut key);
            uuid::Builder::from_random_bytes(key).into_uuid()
        });
        let foerste = s.take_up(count);
        s.out.take(&Commit {
            world: s.world,
            place: self.place,
            known_ones: &self.registreringer,
            position: foerste,
            version: self.version,
            haendelser: &haendelser,
            aktoer,
            key,
            now,
            commits: &self.commits,
        })?;
        for (position, haendelse) in (foerste..).zip(haendelser) {
            self.version += 1;
            if haendelse.forloeb().is_some() && !matches!(haendelse, Haendelse::PaamindelserAfgjort(_)) {
                self.commits.insert(position, count);
            }
            let (version, aktoer) = (self.version, aktoer.clone());
            self.remember(Record { position, version, time: now.time, dag: now.dag, aktoer, haendelse });
        }
        Ok(())
    }

    /// Keeps what later decisions need: not what was withheld, and nothing sealed.
    fn remember(&mut self, mut post: Record) {
        self.has_forloeb |= post.haendelse.forloeb().is_some();
        if let Haendelse::StamdataRegistreret(h) = &mut post.haendelse {
            h.confidential = None;
        }
        if let Haendelse::PaamindelserAfgjort(h) = &mut post.haendelse {
            h.tilbageholdt.clear();
            h.afgoerelser.retain(|a| a.udfald.is_final());
            if h.afgoerelser.is_empty() {
                return;
            }
        }
        self.a.apply(post);
    }

    /// When is the next reminder, is the employee away, and can anything be forgotten?
    pub(super) fn afterwards(&mut self, s: &mut Scene<'_>, now: Now) -> Result<(), SyntheticError> {
        if !self.has_forloeb {
            return Ok(());
        }
        let forloeb = self.a.forloeb(s.book);
        let assessments: Vec<_> = forloeb.iter().map(|f| (f, assess(f, now.dag, s.book))).collect();
        let dag = assessments.iter().filter_map(|(f, v)| next_dag(f, v, now.dag, s.book)).min();
        self.tick = dag.map(|dag| s.next_udsendelse(dag, now));
        s.away[self.place] = forloeb.iter().any(|f| f.is_aabent(now.dag) && f.omfang(now.dag) == Some(Procent::FULL));
        let running = dag.is_some() || assessments.iter().any(|(f, v)| v.is_running(f, now.dag));
        let expected = self.agenda.iter().any(|(_, deed)| !deed.is_of_the_employment());
        let sidste = assessments.iter().filter_map(|(f, _)| f.sidste).max();
        self.at_rest = Some(sidste.unwrap_or(now.dag)).filter(|_| !running && !expected);
        Ok(())
    }

    /// Tells of what is over, and forgets it.
    pub(crate) fn forget(&mut self, s: &mut Scene<'_>, dag: NaiveDate) {
        if self.at_rest.take().is_none() {
            return;
        }
        let forloeb = self.a.forloeb(s.book);
        let assessments: Vec<_> = forloeb.iter().map(|f| (f, assess(f, dag, s.book))).collect();
        s.out.past(&assessments, dag);
        let mut only_stamdata = Ansaettelse::new(self.a.nr());
        for record in self.a.own_records() {
            let mut record = Record::clone(record);
            if let Haendelse::AnsaettelseFortsat(h) = &mut record.haendelse {
                h.before.retain(|carried| stays_after(&carried.0.haendelse));
            }
            if let Haendelse::ReferatSkrevet(h) = &mut record.haendelse {
                h.confidential.0.clear();
            }
            if stays_after(&record.haendelse) {
                only_stamdata.apply(record);
            }
        }
        self.a = only_stamdata;
        self.registreringer.clear();
        self.commits.clear();
        self.has_forloeb = false;
    }
}

/// It says something that what comes after the forløb depends on: something of the employment, what somebody says for
/// themself, what a leader was told last, or the numbers that agreements have had in it.
const fn stays_after(haendelse: &Haendelse) -> bool {
    matches!(
        haendelse,
        Haendelse::StamdataRegistreret(_)
            | Haendelse::MedarbejderForsvundet(_)
            | Haendelse::AnsaettelseFortsat(_)
            | Haendelse::OmsorgskollegaValgt(_)
            | Haendelse::SignalbrevOensket(_)
            | Haendelse::SignalbrevAfgjort(_)
            | Haendelse::ReferatSkrevet(_)
    )
}
