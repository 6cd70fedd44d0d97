//! What happens in one absence, from the first day to the last claim: drawn at its beginning, done when its time comes.
//!
//! Only what people and payroll *try* is drawn here. Whether it leads to an event is decided by the domain, as in life.

use crate::dage_between;
use chance::Random;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc, Weekday};
use forloeb::haendelse::Forsvundet;
use forloeb::uenighed::Vaelg;
use forloeb::words::{Aarsag, Anmeldelsestrin, Fristart, Kilde, Opfoelgningsart, Varighed};
use forloeb::{Procent, Regelbog};

use super::apart::Oneself;
use super::follow::unasked;
use super::people::People;
use super::sagt::Sagt;
use app::clock::klokken;

/// Something that is to happen to one employee.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    /// Payroll tells what it knows of the employment.
    Stamdata,
    /// The next absence begins, and is drawn.
    Syg,
    /// An absence comes in.
    Registrer(Registrering),
    /// Payroll changes a registration.
    Loenret(Registrering),
    /// A file that holds everything lacks a registration.
    Gone(u32),
    /// What becomes of one that is gone; with the last day of absence, where it ended.
    Found(u32, Forsvundet, Option<NaiveDate>),
    /// Payroll tells of a registration in another row than before.
    Renumber(u32),
    /// A file of everybody lacks the employee, or has them again.
    Employee(Forsvundet),
    /// The employee says something for themself.
    Oneself(Oneself),
    /// The mail of the week about frequent absence leaves, or does not.
    Signalbrev,
    /// Somebody does something with the forløb of a registration.
    OnForloeb(u32, What),
    /// Somebody looks at a frist of the forløb of a registration, and does this if it still is to be done.
    Loes(u32, Fristart, What),
}

impl Deed {
    /// It is about the employment and about no absence of it: it stays with the number, and no forløb is kept for it.
    pub(super) const fn is_of_the_employment(&self) -> bool {
        matches!(self, Self::Stamdata | Self::Syg | Self::Employee(_) | Self::Oneself(_) | Self::Signalbrev)
    }
}

/// A span of absence, with the number it has among those of its employee.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Registrering {
    pub(crate) nr: u32,
    pub(crate) aarsag: Aarsag,
    pub(crate) foerste: NaiveDate,
    pub(crate) sidste: Option<NaiveDate>,
    pub(crate) omfang_pct: Procent,
    pub(crate) kilde: Kilde,
    pub(crate) forventet: Option<Varighed>,
}

/// What is done with a forløb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Kontakt,
    Indkald,
    Samtale,
    /// The talk was recorded on the wrong forløb.
    UndoSamtale,
    Anmeld(Anmeldelsestrin),
    Krav,
    /// As `Krav`, by somebody who knows that what is too old is lost.
    KravThatReached,
    FastTrack,
    OtteUger,
    Easy,
    Plan {
        evaluering: NaiveDate,
    },
    Evaluer,
    Delvis(u8),
    Rask(NaiveDate),
    RetFoerste(NaiveDate),
    RetSidste(NaiveDate),
    RetVarighed(Varighed),
    Annuller,
    SkiftLeder,
    Tildel,
    Afslut(NaiveDate),
    /// Holiday during the illness.
    Ferie(NaiveDate, NaiveDate),
    /// It is of the illness of the § 56 agreement, or is not.
    Paragraf56(bool),
    /// Days that were lost are given back.
    Dispenser,
    /// A follow-up after the eight weeks, or after the return.
    Opfoelgning(Opfoelgningsart),
    /// Payroll and a person disagree on a day: somebody says who is right.
    Afgoer(Vaelg),
    /// Something is said or agreed beside the days of the law.
    Sagt(Sagt),
}

/// What an absence is drawn from.
pub(crate) struct Frame<'a> {
    pub(crate) book: &'a Regelbog,
    pub(crate) people: &'a dyn People,
    /// Who leads the employee by then.
    pub(crate) leder: Option<u32>,
    /// About when it begins.
    pub(crate) dag: NaiveDate,
    /// Last day of the employment, where it ends.
    pub(crate) fratraadt: Option<NaiveDate>,
    pub(crate) woman: bool,
    /// Refusion may run from the first day.
    pub(crate) foerstedagsret: bool,
    /// There is an agreement under § 56.
    pub(crate) paragraf_56: bool,
    /// Payroll has a row for each week that is worked, and none for the weekend.
    pub(crate) rows_of_weeks: bool,
    /// The first number of a registration that is free; [`ROWS`] of them are.
    pub(crate) nr: u32,
}

/// Registrations that one absence may come in, at most.
pub(crate) const ROWS: u32 = 64;

/// Everything that is to happen, with its time, in no order; and the last day of absence.
pub(crate) struct Fravaer {
    pub(crate) deeds: Vec<(DateTime<Utc>, Deed)>,
    pub(crate) aarsag: Aarsag,
    pub(crate) foerste: NaiveDate,
    pub(crate) end: NaiveDate,
    /// The employment ends first: the cause, and the day it would have lasted to.
    pub(crate) goes_on: Option<(Aarsag, NaiveDate)>,
}

impl Frame<'_> {
    /// Draws one absence, and aside what is said in it; none when the employment is over by then.
    pub(crate) fn fravaer(&self, t: &mut Random, aside: &mut Random) -> Option<Fravaer> {
        // People fall ill on days they work, mostly.
        let foerste = match self.dag.weekday() {
            Weekday::Sat if t.per_mille(800) => self.dag + Days::new(2),
            Weekday::Sun if t.per_mille(800) => self.dag + Days::new(1),
            _ => self.dag,
        };
        let (aarsag, dage) = self.kind(t);
        self.lasting((t, aside), aarsag, foerste, foerste + Days::new(dage - 1))
    }

    /// Draws the absence that somebody brings along from an employment that ended the day before.
    pub(crate) fn brought_along(
        &self,
        t: &mut Random,
        aside: &mut Random,
        (aarsag, til): (Aarsag, NaiveDate),
    ) -> Option<Fravaer> {
        self.lasting((t, aside), aarsag, self.dag, til)
    }

    fn lasting(
        &self,
        (t, aside): (&mut Random, &mut Random),
        aarsag: Aarsag,
        foerste: NaiveDate,
        planlagt: NaiveDate,
    ) -> Option<Fravaer> {
        let end = self.fratraadt.map_or(planlagt, |f| f.min(planlagt));
        if end < foerste {
            return None;
        }
        let fratraeder = end < planlagt;
        let forloebet = Forloebet { frame: self, t, aside, aarsag, foerste, end, fratraeder, out: Vec::new() };
        let goes_on = fratraeder.then_some((aarsag, planlagt));
        Some(Fravaer { deeds: forloebet.draw(), aarsag, foerste, end, goes_on })
    }

    fn kind(&self, t: &mut Random) -> (Aarsag, u64) {
        match t.under(1000) {
            0..110 => (Aarsag::BarnSyg, t.between(1, 2)),
            110..118 => (Aarsag::Arbejdsskade, t.between(2, 40)),
            118..126 if self.woman => (Aarsag::Graviditet, t.between(10, 110)),
            126..166 => (Aarsag::Sygdom, t.between(6, 29)),
            166..175 => (Aarsag::Sygdom, t.between(30, 75)),
            175..178 => (Aarsag::Sygdom, t.between(76, 300)),
            _ => (Aarsag::Sygdom, t.af(&[1, 1, 1, 2, 2, 2, 3, 3, 4, 5])),
        }
    }
}

/// One absence on its way to becoming a list.
pub(crate) struct Forloebet<'a, 'b> {
    pub(crate) frame: &'a Frame<'a>,
    pub(crate) t: &'b mut Random,
    /// What is said is drawn from this.
    aside: &'b mut Random,
    aarsag: Aarsag,
    pub(super) foerste: NaiveDate,
    pub(super) end: NaiveDate,
    /// The employment ends before the absence would.
    fratraeder: bool,
    out: Vec<(DateTime<Utc>, Deed)>,
}

impl Forloebet<'_, '_> {
    fn dage(&self) -> u64 {
        dage_between(self.foerste, self.end) + 1
    }

    pub(crate) const fn aarsag(&self) -> Aarsag {
        self.aarsag
    }

    pub(crate) fn plus(&self, dage: u64) -> NaiveDate {
        self.foerste + Days::new(dage)
    }

    /// Payroll's file comes early every morning.
    pub(super) fn loen(&mut self, dag: NaiveDate, deed: Deed) {
        let time = klokken(dag, time_of_day(5, 30, self.t.under(20 * 60)));
        self.out.push((time, deed));
    }

    /// People do things in office hours of working days.
    pub(crate) fn people(&mut self, dag: NaiveDate, what: What) {
        let time = working_hours(self.frame.book, dag, self.t);
        self.out.push((time, Deed::OnForloeb(self.frame.nr, what)));
    }

    /// HR decides about what payroll no longer has.
    pub(super) fn hr(&mut self, dag: NaiveDate, deed: Deed) {
        let time = working_hours(self.frame.book, dag, self.t);
        self.out.push((time, deed));
    }

    /// As [`Self::people`], if the frist still is to be seen to by then.
    pub(crate) fn loes(&mut self, dag: NaiveDate, art: Fristart, what: What) {
        let time = working_hours(self.frame.book, dag, self.t);
        self.out.push((time, Deed::Loes(self.frame.nr, art, what)));
    }

    /// Of a number of days, one between both.
    pub(crate) fn between(&mut self, fra: u64, til: u64) -> NaiveDate {
        let dage = self.t.between(fra, til);
        self.plus(dage)
    }

    fn draw(mut self) -> Vec<(DateTime<Utc>, Deed)> {
        let dage = self.dage();
        let closed = self.aarsag == Aarsag::BarnSyg || (dage <= 5 && !self.fratraeder && self.t.per_mille(650));
        if closed {
            self.after_homecoming();
        } else {
            self.under_way(dage);
        }
        if self.frame.foerstedagsret || self.aarsag == Aarsag::Graviditet || dage > 30 {
            self.frame.people.penge(&mut self, dage);
        }
        self.out
    }

    /// Payroll learns of it when it is over.
    fn after_homecoming(&mut self) {
        let (nr, aarsag, foerste) = (self.frame.nr, self.aarsag, self.foerste);
        let r = Registrering {
            nr,
            aarsag,
            foerste,
            sidste: Some(self.end),
            omfang_pct: Procent::FULL,
            kilde: Kilde::Import,
            forventet: None,
        };
        let known = self.end + Days::new(self.t.between(1, 4));
        let rows = if self.frame.rows_of_weeks { self.weeks(r) } else { vec![r] };
        for row in rows {
            self.loen(known, Deed::Registrer(row));
            self.vanish(row, known);
        }
        if !self.frame.rows_of_weeks && self.t.per_mille(15) && self.foerste < self.end {
            // Payroll had the last day wrong.
            let rettet = Registrering { sidste: self.end.pred_opt(), ..r };
            let dag = known + Days::new(self.t.between(1, 10));
            self.loen(dag, Deed::Loenret(rettet));
        }
    }

    /// It is known while it goes on.
    fn under_way(&mut self, dage: u64) {
        let kilde =
            if self.aarsag != Aarsag::Arbejdsskade && self.t.per_mille(700) { Kilde::Import } else { Kilde::Person };
        let forventet = (kilde == Kilde::Person && dage > 5 && self.t.per_mille(400)).then(|| self.forventning(dage));
        let (nr, aarsag, foerste) = (self.frame.nr, self.aarsag, self.foerste);
        let r = Registrering { nr, aarsag, foerste, sidste: None, omfang_pct: Procent::FULL, kilde, forventet };
        let known = if self.t.per_mille(60) { self.between(1, 4).min(self.end.max(foerste)) } else { foerste };
        let rows_of_weeks = self.frame.rows_of_weeks && kilde == Kilde::Import;
        match kilde {
            Kilde::Import if rows_of_weeks => {
                for row in self.weeks(r) {
                    let known = known.max(row.foerste);
                    self.loen(known, Deed::Registrer(row));
                    self.vanish(row, known);
                }
            }
            Kilde::Import => {
                self.loen(known, Deed::Registrer(r));
                self.vanish(r, known);
            }
            Kilde::Person => {
                let time = klokken(known, time_of_day(6, 30, self.t.under(3600)));
                self.out.push((time, Deed::Registrer(r)));
                self.also_in_payroll(r);
            }
        }
        self.rettelser(dage);
        self.law(dage);
        self.frame.people.opfoelgning(self, dage);
        if !rows_of_weeks {
            self.end(r, dage);
        }
        std::mem::swap(&mut self.t, &mut self.aside);
        unasked(self, dage);
        std::mem::swap(&mut self.t, &mut self.aside);
    }

    /// The rows of an absence, from Monday to Friday, or as much of a week as there is.
    fn weeks(&self, r: Registrering) -> Vec<Registrering> {
        let mut rows = Vec::new();
        let mut fra = self.foerste;
        while fra <= self.end && rows.len() < ROWS as usize {
            let sidste = fra.week(Weekday::Mon).first_day() + Days::new(4);
            let til = if fra > sidste { self.end.min(sidste + Days::new(2)) } else { self.end.min(sidste) };
            let nr = r.nr + u32::try_from(rows.len()).unwrap_or(0);
            rows.push(Registrering { nr, foerste: fra, sidste: Some(til), ..r });
            fra = fra.week(Weekday::Mon).first_day() + Days::new(7);
        }
        rows
    }

    /// What the law asks of some absences, and gives in some: an answer about § 56, a holiday, days that come back.
    fn law(&mut self, dage: u64) {
        if self.frame.paragraf_56 && self.t.per_mille(800) {
            let (dag, gaelder) = (self.between(1, 9), self.t.per_mille(600));
            self.people(dag, What::Paragraf56(gaelder));
        }
        if dage > 40 && self.t.per_mille(150) {
            let (fra, dage) = (self.between(20, dage - 15), self.t.between(4, 11));
            self.people(fra, What::Ferie(fra, fra + Days::new(dage)));
        }
        if dage > 50 && self.t.per_mille(600) {
            let dag = self.between(50, 80);
            self.people(dag, What::Dispenser);
        }
    }

    fn forventning(&mut self, dage: u64) -> Varighed {
        match self.t.under(10) {
            0..3 => Varighed::Unknown,
            3..9 if dage > 56 => Varighed::OverOtteUger,
            _ => Varighed::UnderOtteUger,
        }
    }

    fn rettelser(&mut self, dage: u64) {
        if dage > 3 && self.t.per_mille(20) {
            let (dag, new) = (self.between(2, 6), self.plus(1));
            self.people(dag, What::RetFoerste(new));
        }
        if self.t.per_mille(8) {
            let dag = self.between(0, 4);
            self.people(dag, What::Annuller);
        }
        if dage > 20 && self.t.per_mille(60) {
            let dag = self.between(15, 20);
            self.people(dag, What::SkiftLeder);
        }
        if dage > 25 && self.t.per_mille(350) {
            let dag = self.between(21, 25);
            self.people(dag, What::Tildel);
        }
        if dage > 40 && self.t.per_mille(150) {
            let (dag, varighed) = (self.between(30, 40), self.forventning(dage));
            self.people(dag, What::RetVarighed(varighed));
        }
    }

    /// Back step by step.
    pub(crate) fn gradual(&mut self, dage: u64) {
        let trin: &[u8] = if dage > 90 { &[80, 60, 40, 20] } else { &[60, 40] };
        let count = u64::try_from(trin.len()).unwrap_or(1);
        let (fra, step) = (dage / 2, dage / 2 / (count + 1));
        for (n, pct) in (0..).zip(trin) {
            self.people(self.plus(fra + n * step), What::Delvis(*pct));
        }
    }

    fn end(&mut self, r: Registrering, dage: u64) {
        if self.fratraeder {
            if self.t.per_mille(700) {
                self.people(self.end + Days::new(1), What::Afslut(self.end));
            }
            return; // the rest were forgotten
        }
        let rask = self.end;
        if dage > 20 && self.t.per_mille(60) {
            self.people(rask, What::Afslut(rask)); // on to something else than the job as it was
            return;
        }
        if r.kilde == Kilde::Import && self.t.per_mille(800) {
            if dage > 20 && self.t.per_mille(120) {
                // Payroll has the partial absence as a line of its own, from the day after.
                let fra = self.plus(dage * 2 / 3);
                self.loen(fra, Deed::Loenret(Registrering { sidste: fra.pred_opt(), ..r }));
                let delvis = Registrering { nr: r.nr + 1, foerste: fra, omfang_pct: Procent::whole(50), ..r };
                self.out.push((klokken(fra, time_of_day(5, 55, 0)), Deed::Registrer(delvis)));
                self.loen(rask + Days::new(1), Deed::Loenret(Registrering { sidste: Some(rask), ..delvis }));
                return;
            }
            let known = rask + Days::new(self.t.between(1, 3));
            self.loen(known, Deed::Loenret(Registrering { sidste: Some(rask), ..r }));
        } else {
            let known = rask + Days::new(self.t.under(2));
            self.people(known, What::Rask(rask));
            if self.t.per_mille(20) && self.foerste < rask {
                let dag = known + Days::new(3);
                self.people(dag, What::RetSidste(rask - Days::new(1)));
            }
        }
    }
}

/// A time of day, and some seconds after it.
fn time_of_day(time: u32, minute: u32, seconds: u64) -> NaiveTime {
    let seconds = i64::try_from(seconds).unwrap_or(0);
    let start = NaiveTime::from_hms_opt(time, minute, 0).unwrap_or(NaiveTime::MIN);
    start.overflowing_add_signed(chrono::TimeDelta::seconds(seconds)).0
}

/// A moment in the office hours of a day, or of the next working day.
pub(crate) fn working_hours(book: &Regelbog, dag: NaiveDate, t: &mut Random) -> DateTime<Utc> {
    klokken(book.calendar().wd_plus(dag), time_of_day(8, 5, t.under(7 * 3600)))
}

/// When payroll's file of a day is read.
pub(crate) fn loen_file(dag: NaiveDate) -> DateTime<Utc> {
    klokken(dag, time_of_day(5, 15, 0))
}
