//! What everybody shares while the history is made.

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::haendelse::Noegle;
use forloeb::ord::Modtagerrolle;
use forloeb::{Forloeb, Nu, Regelbog};

use super::folk::Folk;
use super::segl::Segl;
use super::udgang::Udgang;
use super::verden::Verden;
use app::ur::klokken;

/// Numbers of payroll begin here.
const FOERSTE_FRAVAER: u32 = 500_000;
/// Leaders of leaders that are asked before HR is.
const LED: usize = 8;

/// The stage of all lives.
pub(crate) struct Scene<'a> {
    pub(crate) verden: &'a Verden,
    pub(crate) bog: &'a Regelbog,
    pub(crate) segl: Segl<'a>,
    /// Who acts, and when.
    pub(crate) folk: &'a dyn Folk,
    /// Where what is decided goes.
    pub(crate) ud: &'a mut dyn Udgang,
    /// Away in full, by place: somebody else gets their mail.
    pub(crate) vaek: Vec<bool>,
    /// Latest number of payroll.
    fravaer_nr: u32,
    /// Commands that the domain refused.
    pub(crate) afviste: u64,
    position: u64,
}

impl<'a> Scene<'a> {
    pub(crate) fn ny(
        verden: &'a Verden,
        bog: &'a Regelbog,
        segl: Segl<'a>,
        folk: &'a dyn Folk,
        ud: &'a mut dyn Udgang,
    ) -> Self {
        Self {
            verden,
            bog,
            segl,
            folk,
            ud,
            vaek: vec![false; verden.antal()],
            fravaer_nr: FOERSTE_FRAVAER,
            afviste: 0,
            position: 0,
        }
    }

    /// Takes up the positions of a commit in every district; the first of them in the first district.
    pub(crate) fn optag(&mut self, haendelser: u64) -> u64 {
        let foerste = self.position + 1;
        self.position += haendelser * u64::from(self.verden.distrikter);
        foerste
    }

    /// A number of payroll; the ones after it are the other districts'.
    pub(crate) fn naeste_fravaer_nr(&mut self) -> u32 {
        self.fravaer_nr += self.verden.distrikter;
        self.fravaer_nr
    }

    /// Position of the last event.
    pub(crate) const fn position(&self) -> u64 {
        self.position
    }

    /// When what is due on a day leaves: that morning, or the next one there is.
    pub(crate) fn naeste_udsendelse(&self, dag: NaiveDate, nu: Nu) -> DateTime<Utc> {
        let morgen = |dag| klokken(dag, self.bog.gaeldende(dag).udsendelse.klokken);
        let kalender = self.bog.kalender();
        let foerste = morgen(kalender.wd_plus(dag.max(nu.dag)));
        if foerste > nu.tid { foerste } else { morgen(kalender.forskyd(nu.dag, 1)) }
    }

    /// Who gets a reminder today: the one it is for if they are at work, else their leader and so on up, else HR.
    pub(crate) fn modtager(&self, f: &Forloeb, noegle: &Noegle, dag: NaiveDate) -> Option<String> {
        let leder = f.leder(dag).and_then(Verden::plads);
        let plads = match noegle.modtager {
            Modtagerrolle::Medarbejder => return Some(f.medarbejder_nr.clone()),
            Modtagerrolle::Hr => None,
            Modtagerrolle::Leder => self.opad(f, leder, dag),
            Modtagerrolle::LedersLeder => self.opad(f, leder.and_then(|l| self.lederen(l, dag)), dag),
            Modtagerrolle::Kontaktperson => self.selv_eller(f, f.kontaktperson(), leder, dag),
            Modtagerrolle::Koordinator => self.selv_eller(f, f.koordinator(), leder, dag),
        };
        plads.map(|p| self.verden.medarbejder(p).nr.to_string())
    }

    fn lederen(&self, plads: usize, dag: NaiveDate) -> Option<usize> {
        Verden::plads(&self.verden.leder(plads, dag)?.to_string())
    }

    fn selv_eller(&self, f: &Forloeb, nr: Option<&str>, leder: Option<usize>, dag: NaiveDate) -> Option<usize> {
        nr.and_then(Verden::plads).filter(|p| self.kan(f, *p, dag)).or_else(|| self.opad(f, leder, dag))
    }

    fn opad(&self, f: &Forloeb, foerste: Option<usize>, dag: NaiveDate) -> Option<usize> {
        std::iter::successors(foerste, |p| self.lederen(*p, dag)).take(LED).find(|p| self.kan(f, *p, dag))
    }

    fn kan(&self, f: &Forloeb, plads: usize, dag: NaiveDate) -> bool {
        self.verden.er_ansat(plads, dag)
            && !self.vaek[plads]
            && self.verden.medarbejder(plads).nr.to_string() != f.medarbejder_nr
    }
}
