//! What people do beside all the rest: whom they let ring them, which mails a leader wants, a plan that somebody begins, what a
//! plan considers beside its steps, and the talk about frequent absence.
//!
//! All of it is drawn from a chance of its own, so that neither the absences nor what is said in them change with it.

use chrono::{Days, NaiveDate};
use forloeb::command::DomainCommand;
use forloeb::haendelse::{OmsorgskollegaValgt, SignalbrevOensket};
use forloeb::tta::Skaanehensyn;
use forloeb::words::{Aarsag, Rolle, Ugedag};
use forloeb::{Aktoer, Now};

use super::SyntheticError;
use super::deed::{Deed, What, working_hours};
use super::life::Life;
use super::sagt::Sagt;
use super::scene::Scene;
use super::signalbrev::frequent;
use super::world::World;
use app::commands::tta_plan::{PlanRequest, TrinRequest};
use app::sealed::PlanKladde;

/// Times in a thousand that an employee chooses a colleague who may ring them, and that they take it back.
const CHOOSES: (u64, u64) = (200, 250);
/// Times in a thousand that a leader wants the mail of the week about frequent absence, and that they have enough of it.
const WANTS_LETTERS: (u64, u64) = (350, 200);
/// Times in a thousand that somebody begins a plan, in an absence of more than so many days, between two of them.
const BEGINS_PLAN: (u64, u64, (u64, u64)) = (300, 34, (24, 33));
/// Times in a thousand that a plan considers something until a day, that it does until another one too, and that something stays for
/// good; and how many days after the plan is looked at the first of them ends.
const CONSIDERED: (u64, u64, u64, (u64, u64)) = (500, 300, 300, (10, 45));
/// Such considerations, in terms of function.
const SKAANEHENSYN: [&str; 4] = [
    "ingen tunge løft alene",
    "en kollega tager telefonen før klokken ti",
    "pause efter hver anden time",
    "ingen aftenvagter i weekenden",
];
/// Days after the last one of absence until the talk about how often somebody is away: payroll's row is there by then.
const TALKS_AFTER: (u64, u64) = (5, 12);

/// What somebody says for themself, whether they are ill or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Oneself {
    /// Who may ring them, should they fall ill; none: nobody any more.
    Omsorgskollega(Option<u32>),
    /// Whether they want the mail of the week, as a leader.
    Signalbrev(bool),
}

impl Life {
    /// Draws what the employee says for themself in the years to come.
    pub(super) fn put_oneself(&mut self, s: &Scene<'_>) {
        let (m, foerste) = (s.world.medarbejder(self.place), s.world.foerste_dag(self.place));
        let (yes, no, shares) = if m.leder {
            (Oneself::Signalbrev(true), Oneself::Signalbrev(false), WANTS_LETTERS)
        } else {
            let near = kolleger(s.world, self.place);
            if near.is_empty() {
                return;
            }
            let kollega = Some(self.apart.af(&near));
            (Oneself::Omsorgskollega(kollega), Oneself::Omsorgskollega(None), CHOOSES)
        };
        if !self.apart.per_mille(shares.0) {
            return;
        }
        let said = foerste + Days::new(self.apart.between(2, 400));
        self.put_at(s, said, Deed::Oneself(yes));
        if self.apart.per_mille(shares.1) {
            let dag = said + Days::new(self.apart.between(60, 400));
            self.put_at(s, dag, Deed::Oneself(no));
        }
    }

    /// The employee says it.
    pub(super) fn say_oneself(&mut self, s: &mut Scene<'_>, what: Oneself, now: Now) -> Result<(), SyntheticError> {
        let nr = s.world.medarbejder(self.place).nr.to_string();
        let (command, rolle) = match what {
            Oneself::Omsorgskollega(kollega) => {
                let kollega_nr = kollega.map(|nr| nr.to_string());
                (DomainCommand::ChooseOmsorgskollega(OmsorgskollegaValgt { kollega_nr }), Rolle::Medarbejder)
            }
            Oneself::Signalbrev(ugentligt) => {
                (DomainCommand::OenskSignalbrev(SignalbrevOensket { ugentligt }), Rolle::Leder)
            }
        };
        std::mem::swap(&mut self.t, &mut self.apart);
        let done = self.execute(s, &command, &Aktoer::new(rolle, Some(nr)), now);
        std::mem::swap(&mut self.t, &mut self.apart);
        if done? && what == Oneself::Signalbrev(true) {
            self.put_mail_of_the_week(s, now.dag);
        }
        Ok(())
    }

    /// Draws what an absence leads to beside the days of the law: a plan that is begun, and the talk about how often somebody is
    /// away, where it is time for one.
    pub(super) fn put_apart(&mut self, s: &Scene<'_>, nr: u32, (aarsag, foerste, end): (Aarsag, NaiveDate, NaiveDate)) {
        let (share, longer_than, (fra, til)) = BEGINS_PLAN;
        if crate::dage_between(foerste, end) + 1 > longer_than && self.apart.per_mille(share) {
            let dag = foerste + Days::new(self.apart.between(fra, til));
            self.put_at(s, dag, Deed::OnForloeb(nr, What::Sagt(Sagt::Kladde)));
        }
        self.begun.push((foerste, aarsag));
        if !self.is_often_away(s, foerste) {
            return;
        }
        // Half of those who keep to everything else.
        let keeps = s.people.keeps(s.world.leder(self.place, foerste)) / 2;
        if self.apart.per_mille(keeps) {
            let dag = end + Days::new(self.apart.between(TALKS_AFTER.0, TALKS_AFTER.1));
            self.put_at(s, dag, Deed::OnForloeb(nr, What::Sagt(Sagt::HyppigtFravaer)));
            self.talk_about_it = Some(dag);
        }
    }

    /// What a plan considers beside its steps, and in which words: until which days, or for good.
    pub(super) fn skaanehensyn(&mut self, evaluering: NaiveDate) -> (Vec<Skaanehensyn>, Vec<String>) {
        let (some, another, good, (fra, til)) = CONSIDERED;
        let mut ends = Vec::new();
        if self.apart.per_mille(some) {
            let end = evaluering + Days::new(self.apart.between(fra, til));
            ends.push(Some(end));
            if self.apart.per_mille(another) {
                ends.push(Some(end + Days::new(self.apart.between(fra, til))));
            }
            if self.apart.per_mille(good) {
                ends.push(None);
            }
        }
        let words = ends.iter().map(|_| self.apart.af(&SKAANEHENSYN).to_owned()).collect();
        (ends.into_iter().map(|til| Skaanehensyn { til }).collect(), words)
    }

    /// There are as many absences as the workplace calls frequent, and nobody has talked about it within the same months.
    fn is_often_away(&mut self, s: &Scene<'_>, dag: NaiveDate) -> bool {
        let Some(regel) = frequent(s.book, dag) else { return false };
        let (fra, counts) = (regel.window_from(dag), |aarsag: &Aarsag| regel.medregn.contains(aarsag));
        self.begun.retain(|(foerste, _)| *foerste >= fra);
        let this_one = self.begun.last().is_some_and(|(_, aarsag)| counts(aarsag));
        let count = self.begun.iter().filter(|(_, aarsag)| counts(aarsag)).count();
        let often = u32::try_from(count).is_ok_and(|count| count >= regel.count);
        this_one && often && self.talk_about_it.is_none_or(|talk| talk < fra)
    }

    /// Puts down what happens in the office hours of a day.
    pub(super) fn put_at(&mut self, s: &Scene<'_>, dag: NaiveDate, deed: Deed) {
        let time = working_hours(s.book, dag, &mut self.apart);
        self.put((time, deed));
    }
}

/// The colleagues in the unit of an employee: everybody but themself and who leads.
pub(super) fn kolleger(world: &World, place: usize) -> Vec<u32> {
    let own = world.medarbejder(place);
    // A unit's leader comes first in it, and its TR next.
    let leder = World::place(&own.tr_nr.to_string()).and_then(|tr| tr.checked_sub(1)).unwrap_or(0);
    let unit = (leder..world.count()).map(|place| world.medarbejder(place)).take_while(|m| m.enhed == own.enhed);
    unit.filter(|m| !m.leder && m.nr != own.nr).map(|m| m.nr).collect()
}

/// A plan that somebody has begun, as its command is given it: a first step with a third of the hours, and nothing yet of who
/// coordinates it or of how it is looked at.
pub(super) fn kladde(fra: NaiveDate, timer: f64) -> Result<PlanKladde, SyntheticError> {
    let trin = TrinRequest {
        fra: Some(fra),
        til: None,
        timer_pr_uge: Some((timer / 3.0).round()),
        skema: Vec::new(),
        dage: vec![Ugedag::Tir, Ugedag::Tor],
        opgaver_ind: Vec::new(),
        opgaver_ud: Vec::new(),
        hensyn: Vec::new(),
        principper: Vec::new(),
    };
    let begun = PlanRequest {
        aftalt: Some("Vi begynder med to korte dage om ugen".to_owned()),
        koordinator: None,
        trin: vec![trin],
        skaanehensyn: Vec::new(),
        sundhedsvaesen: None,
        besked_til_kolleger: None,
        evalueringer: Vec::new(),
        stoette: Vec::new(),
        tiltag: Vec::new(),
        kladde: Some(true),
        erstat_ulaeselig: None,
    };
    Ok(PlanKladde { plan: serde_json::to_value(&begun)? })
}
