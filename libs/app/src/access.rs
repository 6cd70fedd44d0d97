//! Who may see and do what. This is the one place that decides it.
//!
//! What somebody may not see does not exist for them (404); what they see and may not do is refused (403). A handler
//! that changes a forløb needs a [`WriteAccess`], and only this module makes one: a forgotten check does not compile.
//!
//! Here it is found out what somebody is to a case; what that lets them do stands in [`table`] and nowhere else. Every
//! reading of one case passes [`User::find`], and every list [`Projections::seen_by`].

mod belongs;
pub mod document;
pub mod explain;
mod formaal;
mod frister;
mod happening;
mod scope;
pub mod table;
mod terms;
mod visible;

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::words::{Rolle, Slutaarsag};
use forloeb::{Aktoer, Forloeb, Haendelse, Record};
use uuid::Uuid;

use crate::projections::card::Ansvar;
use crate::projections::{Loan, Projections};
use crate::token::{ByToken, fingerprint};
use belongs::Belongs;
pub use belongs::Visibility;
pub use explain::Explanation;
pub use scope::{HrEnheder, Scope};
pub use table::{Intent, Relation, State};
pub use visible::Sight;

/// Somebody who is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// In which role.
    pub rolle: Rolle,
    /// Employee number; always there for a person's role.
    pub nr: Option<String>,
    /// Which units the role reaches.
    pub scope: Scope,
    /// The token they came with, if it was one.
    pub token: Option<ByToken>,
}

/// Proof that somebody may change a forløb.
#[derive(Debug)]
pub struct WriteAccess {
    forloeb: Arc<Forloeb>,
    aktoer: Aktoer,
}

impl WriteAccess {
    #[must_use]
    pub fn forloeb(&self) -> &Forloeb {
        &self.forloeb
    }

    /// Who acts.
    #[must_use]
    pub const fn aktoer(&self) -> &Aktoer {
        &self.aktoer
    }
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// It does not exist, or not for this caller.
    NotFound,
    /// The caller's role may not do this.
    NotAllowed(Intent),
    /// It concerns the whole workplace, and the caller's role reaches some units only.
    WholeWorkplace,
}

/// Leave to read a forløb, and what gave it.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'l> {
    forloeb: &'l Arc<Forloeb>,
    /// What the reader is to it.
    pub relation: Relation,
    /// How it stands.
    pub state: State,
    /// What they read.
    pub intent: Intent,
}

impl<'l> Grant<'l> {
    /// The forløb.
    #[must_use]
    pub const fn forloeb(self) -> &'l Arc<Forloeb> {
        self.forloeb
    }
}

impl User {
    /// Somebody in a role, and who they are where the role is a person's.
    #[must_use]
    pub const fn new(rolle: Rolle, nr: Option<String>) -> Self {
        Self { rolle, nr, scope: Scope::All, token: None }
    }

    /// The same, in these units only.
    #[must_use]
    pub fn narrowed_to(self, enheder: impl IntoIterator<Item = String>) -> Self {
        let narrower: BTreeSet<String> = enheder.into_iter().filter(|enhed| self.scope.reaches(enhed)).collect();
        Self { scope: Scope::Enheder(narrower), ..self }
    }

    /// The role reaches an employment by its unit. What is one's own is never out of reach.
    #[must_use]
    pub fn reaches(&self, nr: &str, projections: &Projections) -> bool {
        self.scope.is_all()
            || projections.stamdata(projections.current_nr(nr)).is_some_and(|s| self.scope.reaches(&s.enhed))
    }

    /// The caller as it is recorded with what they do.
    #[must_use]
    pub fn aktoer(&self) -> Aktoer {
        let token = self.token.as_ref();
        Aktoer {
            navn: token.and_then(|by| by.navn.clone()),
            token: token.map(ByToken::id),
            ..Aktoer::new(self.rolle, self.nr.clone())
        }
    }

    /// Who comes with a token, while it works and whoever it belongs to is here.
    #[must_use]
    pub fn by_token(secret: &str, projections: &Projections, machine_day: NaiveDate) -> Option<Self> {
        let hash = fingerprint(secret);
        let token = projections.token(&hash)?;
        let by = ByToken { hash, navn: token.navn.clone() };
        let user = Self { token: Some(by), ..Self::new(token.rolle, token.nr.clone()) };
        Some(user.under_current_nr(projections))
            .filter(|user| user.is_here(projections, projections.today()) && user.token_holds(projections, machine_day))
    }

    /// The same person under the number they have now, where they have moved inside the workplace since they got the one they
    /// came with.
    #[must_use]
    pub fn under_current_nr(self, projections: &Projections) -> Self {
        Self { nr: self.nr.map(|nr| projections.current_nr(&nr).to_owned()), ..self }
    }

    /// The token somebody came with still works; nothing where they came by another way.
    #[must_use]
    pub fn token_holds(&self, projections: &Projections, machine_day: NaiveDate) -> bool {
        let holds = |by: &ByToken| projections.token(&by.hash).is_some_and(|token| token.holds(machine_day));
        self.token.as_ref().is_none_or(holds)
    }

    /// Is this one, whom payroll or somebody here may have named by a number they had before.
    fn is(&self, nr: Option<&str>, projections: &Projections) -> bool {
        self.nr.as_deref().zip(nr).is_some_and(|(own, nr)| projections.is_same_nr(own, nr))
    }

    /// Is this leader, or may act for them today.
    fn is_or_stands_for(&self, leder_nr: Option<&str>, projections: &Projections) -> bool {
        let Some((leder_nr, nr)) = leder_nr.zip(self.nr.as_deref()) else { return false };
        let is_named = || projections.stedfortraedere(leder_nr).is_some_and(|s| projections.is_named(s, nr));
        projections.is_same_nr(leder_nr, nr) || is_named()
    }

    /// What the caller is, in their role, to a case of somebody else.
    fn relation_to_others(&self, ansvar: Belongs<'_>, projections: &Projections) -> Relation {
        if !self.scope.reaches(ansvar.enhed) {
            return Relation::OtherUnit;
        }
        match self.rolle {
            Rolle::Hr | Rolle::Revisor => Relation::Unit,
            Rolle::Leder => {
                let leders_leder = ansvar.leder.and_then(|l| projections.leder_for(l));
                let stands_in = || [ansvar.leder, leders_leder].iter().any(|l| self.is_or_stands_for(*l, projections));
                if self.is(ansvar.leder, projections) {
                    Relation::Leads
                } else if self.is(leders_leder, projections) {
                    Relation::LeadsLeder
                } else if stands_in() {
                    Relation::StandsIn
                } else {
                    Relation::Nothing
                }
            }
            Rolle::Kontaktperson => {
                match (self.is(ansvar.kontaktperson, projections), self.is(ansvar.amr, projections)) {
                    (true, true) => Relation::KontaktpersonAndAmr,
                    (true, false) => Relation::Kontaktperson,
                    (false, true) => Relation::Amr,
                    (false, false) => Relation::Nothing,
                }
            }
            Rolle::Koordinator if self.is(ansvar.koordinator, projections) => Relation::Koordinator,
            _ => Relation::Nothing,
        }
    }

    /// What the caller is to a case, in their role. Whoever's own it is is nothing else to it, whichever role they come
    /// in and through whichever of their employments.
    fn relation_to(&self, nr: &str, ansvar: Belongs<'_>, projections: &Projections) -> Relation {
        match self.nr.as_deref() {
            Some(own) if own == nr => Relation::Own,
            Some(own) if projections.is_same_person(own, nr) => Relation::OwnElsewhere,
            _ => self.relation_to_others(ansvar, projections),
        }
    }

    /// What the caller is to a case of which this is known, and how it stands.
    #[must_use]
    pub fn stands_to(&self, s: Visibility<'_>, projections: &Projections) -> (Relation, State) {
        let Visibility { medarbejder_nr, enhed, leder, kontaktperson, koordinator, amr, aabent, annulleret } = s;
        let ansvar = Belongs { enhed, leder, kontaktperson, koordinator, amr };
        let state = State::of(projections.is_erased(medarbejder_nr), annulleret, aabent);
        (self.relation_to(medarbejder_nr, ansvar, projections), state)
    }

    /// What the caller is to an employee, apart from any case. Who has moved is the one they are now.
    fn relation_to_employee(&self, nr: &str, projections: &Projections) -> Option<Relation> {
        let nr = projections.current_nr(nr);
        let s = projections.stamdata(nr)?;
        let (enhed, leder) = (s.enhed.as_str(), s.leder_nr.as_deref());
        let belongs = Belongs { enhed, leder, kontaktperson: None, koordinator: None, amr: None };
        Some(self.relation_to(nr, belongs, projections))
    }

    /// May do this to an employee, apart from any case. For an unknown employee and for somebody else's the answer is
    /// the same.
    fn may_to_employee(&self, intent: Intent, nr: &str, projections: &Projections) -> Result<(), Denial> {
        if !self.may_ever(intent) {
            return Err(Denial::NotAllowed(intent));
        }
        let relation = self.relation_to_employee(nr, projections).ok_or(Denial::NotFound)?;
        if table::allows(self.rolle, relation, State::NoForloeb, intent) { Ok(()) } else { Err(Denial::NotFound) }
    }

    /// May say who acts for a leader.
    ///
    /// # Errors
    /// Not in this role, or not for this leader.
    pub fn may_udpege(&self, leder_nr: &str, projections: &Projections) -> Result<(), Denial> {
        self.may_to_employee(Intent::Udpegning, leder_nr, projections)
    }

    /// May report an employee sick.
    ///
    /// # Errors
    /// Not in this role, or not this employee.
    pub fn may_sygemelde(&self, medarbejder_nr: &str, projections: &Projections) -> Result<(), Denial> {
        self.may_to_employee(Intent::Sygemelding, medarbejder_nr, projections)
    }

    /// May act for themself apart from any forløb: report themself sick, and choose who may ring.
    ///
    /// # Errors
    /// Not in this role, or payroll knows of no such employee.
    pub fn may_do_for_oneself(&self, projections: &Projections) -> Result<(), Denial> {
        self.may_to_employee(Intent::ForOneself, self.nr.as_deref().unwrap_or_default(), projections)
    }

    /// May find an employee, and read what payroll says of where they work, whether they ever had a forløb or not.
    #[must_use]
    pub fn knows_of(&self, nr: &str, projections: &Projections) -> bool {
        self.may_to_employee(Intent::Find, nr, projections).is_ok()
    }

    /// May do what is about no single employee.
    ///
    /// # Errors
    /// Not in this role, or the role reaches some units only.
    pub const fn may_do(&self, intent: Intent) -> Result<(), Denial> {
        let here = if self.scope.is_all() { Relation::AllUnits } else { Relation::SomeUnits };
        if table::allows(self.rolle, here, State::NoForloeb, intent) {
            Ok(())
        } else if table::allows(self.rolle, Relation::AllUnits, State::NoForloeb, intent) {
            Err(Denial::WholeWorkplace)
        } else {
            Err(Denial::NotAllowed(intent))
        }
    }

    /// May do this to something, in their role.
    #[must_use]
    pub const fn may_ever(&self, intent: Intent) -> bool {
        table::ever_allows(self.rolle, intent)
    }

    /// Still employed, where it is a person. The employee's own view outlives the employment, and nothing outlives an
    /// erasure.
    #[must_use]
    pub fn is_here(&self, projections: &Projections, today: NaiveDate) -> bool {
        let Some(nr) = self.nr.as_deref() else { return true };
        let erased = projections.is_erased(nr);
        let fratraadt = projections.stamdata(nr).and_then(|s| s.fratraadt).is_some_and(|f| f < today);
        !erased && (!fratraadt || self.rolle == Rolle::Medarbejder)
    }

    /// What the caller is to a forløb, and how it stands.
    #[must_use]
    pub fn stands(&self, f: &Forloeb, projections: &Projections, today: NaiveDate) -> (Relation, State) {
        let visibility = Visibility {
            medarbejder_nr: &f.medarbejder_nr,
            enhed: &f.stamdata_now(today).enhed,
            leder: f.leder(today),
            kontaktperson: projections.kontaktperson(f, today),
            koordinator: f.koordinator(),
            amr: f.amr(today),
            aabent: f.is_aabent(today),
            annulleret: f.end_at.as_ref().is_some_and(|end| end.what == Slutaarsag::Annulleret),
        };
        self.stands_to(visibility, projections)
    }

    /// May see a forløb.
    #[must_use]
    pub fn sees(&self, f: &Forloeb, projections: &Projections, today: NaiveDate) -> bool {
        let (relation, state) = self.stands(f, projections, today);
        table::allows(self.rolle, relation, state, Intent::See)
    }

    /// May see a forløb of which this is known.
    #[must_use]
    pub fn sees_by(&self, s: Visibility<'_>, projections: &Projections) -> bool {
        let (relation, state) = self.stands_to(s, projections);
        table::allows(self.rolle, relation, state, Intent::See)
    }

    /// Their number, where they see what they and those directly under them lead, or those they may act for, and nothing
    /// else.
    #[must_use]
    pub fn leder_nr(&self) -> Option<&str> {
        self.nr.as_deref().filter(|_| self.rolle == Rolle::Leder)
    }

    /// May see some forløb that is these people's.
    #[must_use]
    pub fn may_see_some_of(&self, ansvar: &Ansvar, projections: &Projections) -> bool {
        let others = self.relation_to_others(Belongs::of(ansvar, projections), projections);
        let relations = [others, Relation::Own, Relation::OwnElsewhere];
        let sees = |relation, state| table::allows(self.rolle, relation, state, Intent::See);
        relations.iter().any(|relation| State::ALL.iter().any(|state| sees(*relation, *state)))
    }

    /// The states of a case of these people's, and not the caller's own, that they see: a bit for each.
    pub(crate) fn states_seen_of_others(&self, ansvar: &Ansvar, projections: &Projections) -> u8 {
        let relation = self.relation_to_others(Belongs::of(ansvar, projections), projections);
        let seen = State::ALL.iter().filter(|state| table::allows(self.rolle, relation, **state, Intent::See));
        seen.fold(0, |all, state| all | 1 << *state as u8)
    }

    /// Sees every forløb there is, but for what may be their own.
    #[must_use]
    pub fn sees_all_others(&self) -> bool {
        let sees = |state| table::allows(self.rolle, Relation::Unit, state, Intent::See);
        let in_any_state = State::ALL.iter().all(|state| *state == State::NoForloeb || sees(*state));
        self.scope.is_all() && in_any_state
    }

    /// Sees every forløb that goes on, so that what is counted and put in order for all is theirs too.
    #[must_use]
    pub fn sees_all(&self, projections: &Projections) -> bool {
        self.sees_all_others() && !self.nr.as_deref().is_some_and(|nr| projections.something_goes_on_for(nr))
    }

    /// May see the names and free text of a forløb: not the auditor, who replays without keys.
    #[must_use]
    pub const fn sees_names(&self) -> bool {
        self.may_ever(Intent::Names)
    }

    /// May see the whole of a forløb: the contact person only sees what the first contact needs.
    #[must_use]
    pub const fn sees_whole_forloeb(&self) -> bool {
        self.may_ever(Intent::Whole)
    }

    /// May see signals of frequent absence: who follows up on it.
    #[must_use]
    pub const fn sees_signaler(&self) -> bool {
        self.may_ever(Intent::Signaler)
    }

    /// May see the money of a forløb they see: not who makes the first contact, and not who coordinates the plan.
    #[must_use]
    pub const fn sees_penge(&self) -> bool {
        self.may_ever(Intent::Penge)
    }

    /// May see that this happened, in a forløb whose history they may see.
    #[must_use]
    pub fn sees_event(&self, event: &Haendelse) -> bool {
        happening::of_event(event).all(|intent| self.may_ever(intent))
    }

    /// May annul this. What an employee has said of themself is theirs: they say it anew, or HR annuls it; a leader, of whom it
    /// may have been, does not.
    #[must_use]
    pub fn may_annul(&self, record: &Record) -> bool {
        self.is_hr() || record.aktoer.rolle != Some(Rolle::Medarbejder)
    }

    /// Leave to do this with a forløb of what is lent, also by an id that was joined into it. Every reading of one case
    /// passes here, with who reads it, what they are to it, and what they read.
    ///
    /// # Errors
    /// It does not exist for them, or they may not do this.
    pub fn find<'l>(
        &self,
        loan: &'l Loan,
        id: Uuid,
        intent: Intent,
        projections: &Projections,
        today: NaiveDate,
    ) -> Result<Grant<'l>, Denial> {
        let forloeb = loan.forloeb(id).ok_or(Denial::NotFound)?;
        let (relation, state) = self.may_with(forloeb, intent, projections, today)?;
        Ok(Grant { forloeb, relation, state, intent })
    }

    /// Leave to change a forløb of what is lent.
    ///
    /// # Errors
    /// It does not exist for them, or their role may not do this.
    pub fn may_change(
        &self,
        loan: &Loan,
        id: Uuid,
        intent: Intent,
        projections: &Projections,
        today: NaiveDate,
    ) -> Result<WriteAccess, Denial> {
        let forloeb = self.find(loan, id, intent, projections, today)?.forloeb().clone();
        Ok(WriteAccess { forloeb, aktoer: self.aktoer() })
    }

    /// Could do this with a forløb, and by which relation: what a page offers. It is asked again of who does.
    ///
    /// # Errors
    /// It does not exist for them, or they may not do this.
    pub fn may_with(
        &self,
        forloeb: &Forloeb,
        intent: Intent,
        projections: &Projections,
        today: NaiveDate,
    ) -> Result<(Relation, State), Denial> {
        let (relation, state) = self.stands(forloeb, projections, today);
        if !table::allows(self.rolle, relation, state, Intent::See) {
            return Err(Denial::NotFound);
        }
        if table::allows(self.rolle, relation, state, intent) {
            Ok((relation, state))
        } else {
            Err(Denial::NotAllowed(intent))
        }
    }

    /// May import, see HR's dashboard and correct across units.
    #[must_use]
    pub const fn is_hr(&self) -> bool {
        matches!(self.rolle, Rolle::Hr)
    }

    /// Is another system, which reads the feed of events and may nothing else.
    #[must_use]
    pub const fn is_system(&self) -> bool {
        matches!(self.rolle, Rolle::System)
    }
}
