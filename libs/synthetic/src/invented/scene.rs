//! What everybody shares while the history is made.

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::haendelse::Key;
use forloeb::words::{Aarsag, Modtagerrolle};
use forloeb::{Forloeb, Now, Regelbog};

use super::outlet::Outlet;
use super::people::People;
use super::seal::Seal;
use super::signalbrev::OftenAway;
use super::world::World;
use app::clock::klokken;

/// Numbers of payroll begin here.
const FOERSTE_FRAVAER: u32 = 500_000;
/// Leaders of leaders that are asked before HR is.
const LED: usize = 8;

/// The stage of all lives.
pub(crate) struct Scene<'a> {
    pub(crate) world: &'a World,
    pub(crate) book: &'a Regelbog,
    pub(crate) seal: Seal<'a>,
    /// Who acts, and when.
    pub(crate) people: &'a dyn People,
    /// Where what is decided goes.
    pub(crate) out: &'a mut dyn Outlet,
    /// Away in full, by place: somebody else gets their mail.
    pub(crate) away: Vec<bool>,
    /// A move goes on under the number after at once. Else that is left to the service that opens the log.
    pub(crate) moves: bool,
    /// The place where somebody has just begun who moved from another one.
    pub(crate) arrived: Option<usize>,
    /// Ill when another employment here ended, by place: the cause, and until when.
    pub(crate) brought_along: Vec<Option<(Aarsag, NaiveDate)>>,
    /// What may count as frequent absence, by place.
    pub(crate) often: Vec<OftenAway>,
    /// Latest number of payroll.
    fravaer_nr: u32,
    /// Commands that the domain refused.
    pub(crate) refused_ones: u64,
    position: u64,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(
        world: &'a World,
        book: &'a Regelbog,
        seal: Seal<'a>,
        people: &'a dyn People,
        out: &'a mut dyn Outlet,
    ) -> Self {
        Self {
            world,
            book,
            seal,
            people,
            out,
            away: vec![false; world.count()],
            moves: false,
            arrived: None,
            brought_along: vec![None; world.count()],
            often: std::iter::repeat_with(OftenAway::default).take(world.count()).collect(),
            fravaer_nr: FOERSTE_FRAVAER,
            refused_ones: 0,
            position: 0,
        }
    }

    /// Takes up the positions of a commit in every district; the first of them in the first district.
    pub(crate) fn take_up(&mut self, haendelser: u64) -> u64 {
        let foerste = self.position + 1;
        self.position += haendelser * u64::from(self.world.distrikter);
        foerste
    }

    /// A number of payroll; the ones after it are the other districts'.
    pub(crate) fn next_fravaer_nr(&mut self) -> u32 {
        self.fravaer_nr += self.world.distrikter;
        self.fravaer_nr
    }

    /// Position of the last event.
    pub(crate) const fn position(&self) -> u64 {
        self.position
    }

    /// When what is due on a day leaves: that morning, or the next one there is.
    pub(crate) fn next_udsendelse(&self, dag: NaiveDate, now: Now) -> DateTime<Utc> {
        let morning = |dag| klokken(dag, self.book.in_force(dag).udsendelse.klokken);
        let calendar = self.book.calendar();
        let foerste = morning(calendar.wd_plus(dag.max(now.dag)));
        if foerste > now.time { foerste } else { morning(calendar.shift(now.dag, 1)) }
    }

    /// Who gets a reminder today: the one it is for if they are at work, else their leader and so on up, else HR.
    pub(crate) fn modtager(&self, f: &Forloeb, key: &Key, dag: NaiveDate) -> Option<String> {
        let leder = f.leder(dag).and_then(World::place);
        let place = match key.modtager {
            Modtagerrolle::Medarbejder => return Some(f.medarbejder_nr.clone()),
            Modtagerrolle::Hr | Modtagerrolle::Deltager => None,
            Modtagerrolle::Leder => self.upwards(f, leder, dag),
            Modtagerrolle::LedersLeder => self.upwards(f, leder.and_then(|l| self.lederen(l, dag)), dag),
            Modtagerrolle::Kontaktperson => self.self_or(f, f.kontaktperson(dag), leder, dag),
            Modtagerrolle::Koordinator => self.self_or(f, f.koordinator(), leder, dag),
            Modtagerrolle::Amr => self.self_or(f, f.amr(dag), leder, dag),
        };
        place.map(|p| self.world.medarbejder(p).nr.to_string())
    }

    fn lederen(&self, place: usize, dag: NaiveDate) -> Option<usize> {
        World::place(&self.world.leder(place, dag)?.to_string())
    }

    fn self_or(&self, f: &Forloeb, nr: Option<&str>, leder: Option<usize>, dag: NaiveDate) -> Option<usize> {
        nr.and_then(World::place).filter(|p| self.can(f, *p, dag)).or_else(|| self.upwards(f, leder, dag))
    }

    fn upwards(&self, f: &Forloeb, foerste: Option<usize>, dag: NaiveDate) -> Option<usize> {
        std::iter::successors(foerste, |p| self.lederen(*p, dag)).take(LED).find(|p| self.can(f, *p, dag))
    }

    fn can(&self, f: &Forloeb, place: usize, dag: NaiveDate) -> bool {
        self.world.is_ansat(place, dag)
            && !self.away[place]
            && self.world.medarbejder(place).nr.to_string() != f.medarbejder_nr
    }
}
