//! What everybody shares while the history is made.

use chrono::{DateTime, NaiveDate, Utc};
use eventlog::Append;
use forloeb::haendelse::Noegle;
use forloeb::ord::Modtagerrolle;
use forloeb::{Forloeb, Nu, Regelbog};

use super::verden::Verden;
use crate::noegler::Noegler;
use crate::ur::klokken;

/// Numbers of payroll begin here.
const FOERSTE_FRAVAER: u32 = 500_000;
/// Leaders of leaders that are asked before HR is.
const LED: usize = 8;

/// The stage of all lives.
pub(super) struct Scene<'a> {
    pub(super) verden: &'a Verden,
    pub(super) bog: &'a Regelbog,
    pub(super) noegler: &'a Noegler,
    /// Away in full, by place: somebody else gets their mail.
    pub(super) vaek: Vec<bool>,
    /// Latest number of payroll.
    fravaer_nr: u32,
    /// Commands that the domain refused.
    pub(super) afviste: u64,
    /// Commits on their way to the log.
    pub(super) ud: Vec<Append>,
    position: u64,
}

impl<'a> Scene<'a> {
    pub(super) fn ny(verden: &'a Verden, bog: &'a Regelbog, noegler: &'a Noegler) -> Self {
        Self {
            verden,
            bog,
            noegler,
            vaek: vec![false; verden.antal()],
            fravaer_nr: FOERSTE_FRAVAER,
            afviste: 0,
            ud: Vec::new(),
            position: 0,
        }
    }

    /// Takes up the positions of a commit in every district; the first of them in the first district.
    pub(super) fn optag(&mut self, haendelser: u64) -> u64 {
        let foerste = self.position + 1;
        self.position += haendelser * u64::from(self.verden.distrikter);
        foerste
    }

    /// A number of payroll; the ones after it are the other districts'.
    pub(super) fn naeste_fravaer_nr(&mut self) -> u32 {
        self.fravaer_nr += self.verden.distrikter;
        self.fravaer_nr
    }

    /// Position of the last event.
    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    /// When what is due on a day leaves: that morning, or the next one there is.
    pub(super) fn naeste_udsendelse(&self, dag: NaiveDate, nu: Nu) -> DateTime<Utc> {
        let morgen = |dag| klokken(dag, self.bog.gaeldende(dag).udsendelse.klokken);
        let kalender = self.bog.kalender();
        let foerste = morgen(kalender.wd_plus(dag.max(nu.dag)));
        if foerste > nu.tid { foerste } else { morgen(kalender.forskyd(nu.dag, 1)) }
    }

    /// Who gets a reminder today: the one it is for if they are at work, else their leader and so on up, else HR.
    pub(super) fn modtager(&self, f: &Forloeb, noegle: &Noegle, dag: NaiveDate) -> Option<String> {
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
