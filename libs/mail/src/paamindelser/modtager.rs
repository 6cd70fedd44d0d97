//! Who gets a reminder: from the role in its key to an actual mailbox, on the day it leaves.
//!
//! The key says who the role was on the planned day. What counts is who can act today, and may open the case: somebody without an
//! address, who has left, or who is away in full is passed over for who acts for them, then for their leader, and in the end for HR.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::haendelse::Udfald;
use forloeb::nyheder::Nyhed;
use forloeb::paamindelser::Planlagt;
use forloeb::words::{Fristart, Modtagerrolle, Rolle};

use app::access::User;
use app::core::App;
use app::keys::Confidential;
use app::projections::Postkasse;

/// Leaders that are asked before HR is: one, and their own. Nobody above them is let in to the case.
const LED: usize = 2;

/// A mailbox, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modtager {
    /// Employee number; none: HR's shared mailbox.
    pub nr: Option<String>,
    pub address: Confidential<String>,
}

impl Modtager {
    /// What tells mailboxes apart; personal like the address.
    #[must_use]
    pub fn mailbox(&self) -> Confidential<String> {
        Confidential::new(self.address.show().to_lowercase())
    }
}

/// Whose mailbox took nothing, so that a step is for somebody else: that one is passed over.
fn refusing<'f>(f: &'f Forloeb, planlagt: &Planlagt) -> Option<&'f str> {
    match planlagt.instead_of(f) {
        Some(Udfald::Fejlet { til, .. }) => til.as_deref(),
        _ => None,
    }
}

/// Why no mail reaches somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreached {
    /// Payroll has no address that mail can be sent to.
    WithoutAddress,
    /// There is no such mailbox.
    Gone,
    /// The mailbox took nothing for a working day.
    Full,
}

/// Looks recipients up. Each look is short, and addresses are opened when the projections are let go.
#[derive(Clone, Copy)]
pub struct Addresses<'a> {
    pub app: &'a App,
    /// HR's shared mailbox.
    pub hr_mail: Option<&'a str>,
    /// Today in Denmark.
    pub today: NaiveDate,
    /// The mailboxes that were opened already, where many are looked up at once.
    pub opened: Option<&'a Opened>,
}

/// Mailboxes that were opened for one list. It is dropped with the list: nobody's address stays in memory.
#[derive(Default)]
pub struct Opened(Mutex<HashMap<String, Option<Modtager>>>);

impl Addresses<'_> {
    /// Who gets it today; none: nobody can, not even HR.
    #[must_use]
    pub fn modtager(&self, f: &Forloeb, planlagt: &Planlagt) -> Option<Modtager> {
        let key = &planlagt.key;
        // Of a forløb that is over, the leader it ended with: a new one is not shown it.
        let leder = f.leder(self.today);
        if key.indbydelse().is_some() {
            // An appointment is of those who meet, or have it in the calendar: nobody else has it in their stead. Only
            // what stood in HR's calendar is nobody's.
            let Some(nr) = key.nr.as_deref() else { return self.hr() };
            return self.mailbox(nr).filter(|_| self.app.projections().is_ansat(nr));
        }
        match key.nyhed() {
            Some(Nyhed::Oensker) => return self.who_reads_wishes(f, planlagt),
            // That somebody was chosen, what they are told of the plan, and that what they gave away was taken, is told to nobody else.
            Some(Nyhed::Koordinator | Nyhed::PlansvarKoordinator) => return self.koordinator(f, key.frist),
            Some(Nyhed::Overtagelse) => return self.one(f, f.sagt.yes().map(|(_, giver)| giver)),
            _ => {}
        }
        let refusing = refusing(f, planlagt);
        let but = |undtagen: Option<&str>| [undtagen, refusing].map(|nr| nr.map(str::to_owned));
        match key.modtager {
            Modtagerrolle::Medarbejder => {
                self.mailbox(&f.medarbejder_nr).filter(|_| self.app.projections().is_ansat(&f.medarbejder_nr))
            }
            // Who takes part gets invitations, and nothing in anybody's place.
            Modtagerrolle::Deltager => None,
            Modtagerrolle::Hr => self.hr(),
            Modtagerrolle::Leder => self.upwards(f, key.frist, leder, &but(None)),
            // What the leader did not do is not told to the leader again, who may act for their own.
            Modtagerrolle::LedersLeder => {
                let leders_leder = leder.and_then(|nr| self.leder_for(nr));
                self.upwards(f, key.frist, leders_leder.as_deref(), &but(leder))
            }
            role @ (Modtagerrolle::Kontaktperson | Modtagerrolle::Koordinator | Modtagerrolle::Amr) => {
                let (first, rolle) = match role {
                    Modtagerrolle::Kontaktperson => {
                        (self.app.projections().kontaktperson(f, self.today), Rolle::Kontaktperson)
                    }
                    Modtagerrolle::Amr => (f.amr(self.today), Rolle::Kontaktperson),
                    _ => (f.koordinator(), Rolle::Koordinator),
                };
                let is_refusing = |nr: &str| refusing.is_some_and(|one| self.app.projections().is_same_nr(one, nr));
                // Who makes the contact has no part in what is left when the employee is back.
                let first = first.filter(|nr| !is_refusing(nr) && self.is_let_in(f, key.frist, rolle, nr));
                self.one(f, first).or_else(|| self.upwards(f, key.frist, leder, &but(None)))
            }
        }
    }

    /// Only who makes the contact, or leads, reads how somebody wishes to be contacted: nobody above has it in their stead, nor has
    /// HR. Where who makes the contact cannot have it, it is whoever leads, unless the employee has said that this is not their leader.
    fn who_reads_wishes(&self, f: &Forloeb, planlagt: &Planlagt) -> Option<Modtager> {
        let refusing = refusing(f, planlagt);
        let takes = |nr: &String| refusing.is_none_or(|one| !self.app.projections().is_same_nr(one, nr));
        let contacts = || self.app.projections().kontaktperson(f, self.today).map(str::to_owned);
        let first = (planlagt.key.modtager == Modtagerrolle::Kontaktperson).then(contacts).flatten();
        let told = first.as_ref().filter(|nr| takes(nr)).and_then(|nr| self.one(f, Some(nr)));
        if told.is_some() || (first.is_some() && f.disputes_leder(self.today)) {
            return told;
        }
        let leads = f.leder(self.today).map(|nr| self.who_stands_in_for(nr)).unwrap_or_default();
        leads.into_iter().filter(takes).find_map(|nr| self.one(f, Some(&nr)))
    }

    /// Who coordinates the plan, while they may see it.
    fn koordinator(&self, f: &Forloeb, art: Fristart) -> Option<Modtager> {
        let nr = f.koordinator().filter(|nr| self.is_let_in(f, art, Rolle::Koordinator, nr));
        self.one(f, nr)
    }

    /// They may open the case in this role, and see there what the mail is about: whom a mail leads to a case, and who is let in
    /// there, is decided in one place.
    fn is_let_in(&self, f: &Forloeb, art: Fristart, rolle: Rolle, nr: &str) -> bool {
        let user = User::new(rolle, Some(nr.to_owned()));
        user.sees_frist_in(f, art, &self.app.projections(), self.today)
    }

    fn hr(&self) -> Option<Modtager> {
        Some(Modtager { nr: None, address: Confidential::new(self.hr_mail?.to_owned()) })
    }

    fn leder_for(&self, nr: &str) -> Option<String> {
        self.app.projections().leder_for(nr).map(str::to_owned)
    }

    /// The first who can act and is let in, from `foerste` up through the leaders, each before the next one with who acts for them;
    /// then HR.
    fn upwards(
        &self,
        f: &Forloeb,
        art: Fristart,
        foerste: Option<&str>,
        undtagen: &[Option<String>],
    ) -> Option<Modtager> {
        let others = |nr: &String| {
            let projections = self.app.projections();
            undtagen.iter().flatten().all(|u| !projections.is_same_person(nr, u))
        };
        std::iter::successors(foerste.map(str::to_owned), |nr| self.leder_for(nr))
            .take(LED)
            .flat_map(|leder| self.who_stands_in_for(&leder))
            .filter(|nr| others(nr) && self.is_let_in(f, art, Rolle::Leder, nr))
            .find_map(|nr| self.one(f, Some(&nr)))
            .or_else(|| self.hr())
    }

    /// A leader and who acts for them, in the order in which they are asked today. Who has somebody to stand in today
    /// is away, and so not at work.
    fn who_stands_in_for(&self, leder: &str) -> Vec<String> {
        let projections = self.app.projections();
        let stedfortraedere = projections.stedfortraedere(leder);
        let standing_in = stedfortraedere.and_then(|s| s.on(self.today));
        let fast = stedfortraedere.and_then(|s| s.fast());
        let all = standing_in.into_iter().chain([leder]).chain(fast);
        all.map(|nr| projections.current_nr(nr).to_owned()).collect()
    }

    /// Who does today what a leader is to do, as long as it is not about themself; none: somebody above, or HR.
    #[must_use]
    pub fn handler_for(&self, leder: &str) -> Option<String> {
        let can = |nr: &String| self.is_at_work(nr) && self.mailbox(nr).is_some();
        self.who_stands_in_for(leder).into_iter().find(can)
    }

    /// Their own mailbox, of somebody who is at work.
    #[must_use]
    pub fn own(&self, nr: &str) -> Option<Modtager> {
        self.is_at_work(nr).then(|| self.mailbox(nr)).flatten()
    }

    fn is_at_work(&self, nr: &str) -> bool {
        self.app.projections().is_at_work(nr)
    }

    /// This one, if they can act: at work, with a mailbox, and not the one it is about, by another employment either.
    fn one(&self, f: &Forloeb, nr: Option<&str>) -> Option<Modtager> {
        let can = |nr: &&str| {
            let projections = self.app.projections();
            !projections.is_same_person(nr, &f.medarbejder_nr) && projections.is_at_work(nr)
        };
        nr.filter(can).and_then(|nr| self.mailbox(nr))
    }

    /// The mailbox payroll has for an employee, if it is one that mail can be sent to, and there is one as far as is known. Who
    /// has moved has it under the number they have now.
    fn mailbox(&self, nr: &str) -> Option<Modtager> {
        let Some(Opened(opened)) = self.opened else { return self.open(nr) };
        let known = opened.lock().unwrap_or_else(PoisonError::into_inner).get(nr).cloned();
        known.unwrap_or_else(|| {
            let mailbox = self.open(nr);
            opened.lock().unwrap_or_else(PoisonError::into_inner).insert(nr.to_owned(), mailbox.clone());
            mailbox
        })
    }

    fn open(&self, nr: &str) -> Option<Modtager> {
        let nr = self.app.projections().current_nr(nr).to_owned();
        if self.app.projections().postkasse(&nr) == Postkasse::Gone {
            return None;
        }
        let address = self.address(&nr)?;
        Some(Modtager { nr: Some(nr), address })
    }

    /// The address payroll has for an employee, if it is one that mail can be sent to.
    fn address(&self, nr: &str) -> Option<Confidential<String>> {
        let address = self.app.details(nr)?.ok()?.email;
        address.show().parse::<lettre::Address>().ok()?;
        Some(address)
    }

    /// Why no mail reaches an employee; none: as far as is known it does.
    #[must_use]
    pub fn unreached(&self, nr: &str) -> Option<Unreached> {
        let nr = self.app.projections().current_nr(nr).to_owned();
        let postkasse = self.app.projections().postkasse(&nr);
        match postkasse {
            Postkasse::Gone => Some(Unreached::Gone),
            _ if self.address(&nr).is_none() => Some(Unreached::WithoutAddress),
            Postkasse::Full => Some(Unreached::Full),
            Postkasse::Open => None,
        }
    }
}
