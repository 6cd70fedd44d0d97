//! Who gets a reminder: from the role in its key to an actual mailbox, on the day it leaves.
//!
//! The key says who the role was on the planned day. What counts is who can act today: somebody without an address,
//! who has left, or who is away in full is passed over for who acts for them, then for their leader, and so on up, and in
//! the end for HR.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::haendelse::Noegle;
use forloeb::ord::Modtagerrolle;

use crate::noegler::{Fortrolig, Noegler, Personoplysninger};
use crate::visninger::Visninger;

/// Leaders of leaders that are asked before HR is.
const LED: usize = 8;

/// A mailbox, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modtager {
    /// Employee number; none: HR's shared mailbox.
    pub nr: Option<String>,
    /// The address.
    pub adresse: Fortrolig<String>,
}

impl Modtager {
    /// What tells mailboxes apart; personal like the address.
    #[must_use]
    pub fn postkasse(&self) -> Fortrolig<String> {
        Fortrolig::ny(self.adresse.vis().to_lowercase())
    }
}

/// Looks recipients up.
#[derive(Clone, Copy)]
pub struct Opslag<'a> {
    /// The projections.
    pub vis: &'a Visninger,
    /// The keys that open addresses.
    pub noegler: &'a Noegler,
    /// HR's shared mailbox.
    pub hr_mail: Option<&'a str>,
    /// Today in Denmark.
    pub idag: NaiveDate,
}

impl Opslag<'_> {
    /// Who gets it today; none: nobody can, not even HR.
    #[must_use]
    pub fn modtager(&self, f: &Forloeb, noegle: &Noegle) -> Option<Modtager> {
        // Of a forløb that is over, the leader it ended with: a new one is not shown it.
        let leder = f.leder(self.idag);
        if noegle.indbydelse().is_some() {
            // An appointment is of those who meet, or have it in the calendar: nobody else has it in their stead. Only
            // what stood in HR's calendar is nobody's.
            let Some(nr) = noegle.nr.as_deref() else { return self.hr() };
            return self.postkasse(nr).filter(|_| nr == f.medarbejder_nr || self.er_ansat(nr));
        }
        match noegle.modtager {
            Modtagerrolle::Medarbejder => self.postkasse(&f.medarbejder_nr),
            Modtagerrolle::Hr => self.hr(),
            Modtagerrolle::Leder => self.opad(f, leder),
            Modtagerrolle::LedersLeder => self.opad(f, leder.and_then(|nr| self.leder_for(nr))),
            Modtagerrolle::Kontaktperson => self.en(f, f.kontaktperson()).or_else(|| self.opad(f, leder)),
            Modtagerrolle::Koordinator => self.en(f, f.koordinator()).or_else(|| self.opad(f, leder)),
        }
    }

    fn hr(&self) -> Option<Modtager> {
        Some(Modtager { nr: None, adresse: Fortrolig::ny(self.hr_mail?.to_owned()) })
    }

    fn leder_for(&self, nr: &str) -> Option<&str> {
        self.vis.stamdata(nr)?.leder_nr.as_deref()
    }

    /// The first who can act, from `foerste` up through the leaders, each before the next one with who acts for them;
    /// then HR.
    fn opad(&self, f: &Forloeb, foerste: Option<&str>) -> Option<Modtager> {
        std::iter::successors(foerste, |nr| self.leder_for(nr))
            .take(LED)
            .find_map(|nr| self.leder_eller_stedfortraeder(f, nr))
            .or_else(|| self.hr())
    }

    /// A leader for whom somebody stands in today is away, whatever else is known of them.
    fn leder_eller_stedfortraeder(&self, f: &Forloeb, leder: &str) -> Option<Modtager> {
        let Some(stedfortraedere) = self.vis.stedfortraedere(leder) else { return self.en(f, Some(leder)) };
        let i_dag = stedfortraedere.paa(self.idag);
        let selv = || self.en(f, Some(leder)).filter(|_| i_dag.is_none());
        self.en(f, i_dag).or_else(selv).or_else(|| self.en(f, stedfortraedere.fast()))
    }

    /// This one, if they can act: at work, with a mailbox, and not the one it is about, by another employment either.
    fn en(&self, f: &Forloeb, nr: Option<&str>) -> Option<Modtager> {
        nr.filter(|nr| !self.vis.er_samme_person(nr, &f.medarbejder_nr) && self.vis.er_paa_arbejde(nr))
            .and_then(|nr| self.postkasse(nr))
    }

    fn er_ansat(&self, nr: &str) -> bool {
        self.vis.stamdata(nr).is_some_and(|s| s.fratraadt.is_none_or(|dag| dag >= self.idag))
    }

    /// The mailbox payroll has for an employee, if it is one that mail can be sent to.
    fn postkasse(&self, nr: &str) -> Option<Modtager> {
        let (person, fortroligt) = self.vis.fortroligt(nr)?;
        let oplysninger: Personoplysninger = self.noegler.luk_op(person, fortroligt).ok()?;
        let adresse = oplysninger.email;
        adresse.vis().parse::<lettre::Address>().ok()?;
        Some(Modtager { nr: Some(nr.to_owned()), adresse })
    }
}
