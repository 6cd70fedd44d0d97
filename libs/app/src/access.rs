//! Who may see and do what. This is the one place that decides it.
//!
//! What somebody may not see does not exist for them (404); what they see and may not do is refused (403). A handler
//! that changes a forløb needs a [`WriteAccess`], and only this module makes one: a forgotten check does not compile.

mod visible;

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use forloeb::words::Rolle;
use forloeb::{Aktoer, Forloeb};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::keys::{KeyError, fill_random};
use crate::projections::card::Ansvar;
use crate::projections::{Loan, Projections};

/// Somebody who is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// In which role.
    pub rolle: Rolle,
    /// Employee number; always there for a person's role.
    pub nr: Option<String>,
}

/// What somebody wants to do with a forløb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// Record a first contact.
    FoersteKontakt,
    /// Say whom the employee chose to be contacted by.
    Kontaktperson,
    /// Ask for, or decide against, fast track.
    FastTrack,
    /// Make or evaluate a TTA plan.
    TtaPlan,
    /// Claim refusion.
    Refusion,
    /// Give it to another leader.
    Lederskifte,
    /// Say who in HR works on it.
    Tildeling,
    /// Have a reminder that was refused sent again.
    SendAgain,
    /// Anything else that follows the employee's course.
    Forloeb,
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
    NotAllowed,
}

/// What decides who sees a forløb.
#[derive(Debug, Clone, Copy)]
pub struct Visibility<'a> {
    /// Whose it is.
    pub medarbejder_nr: &'a str,
    /// Who leads it.
    pub leder: Option<&'a str>,
    /// Who makes the first contact.
    pub kontaktperson: Option<&'a str>,
    /// Who coordinates the plan.
    pub koordinator: Option<&'a str>,
    /// It is open.
    pub aabent: bool,
}

impl User {
    /// Somebody in a role, and who they are where the role is a person's.
    #[must_use]
    pub const fn new(rolle: Rolle, nr: Option<String>) -> Self {
        Self { rolle, nr }
    }

    /// The caller as it is recorded with what they do.
    #[must_use]
    pub fn aktoer(&self) -> Aktoer {
        Aktoer { rolle: Some(self.rolle), nr: self.nr.clone() }
    }

    fn is(&self, nr: Option<&str>) -> bool {
        self.nr.is_some() && self.nr.as_deref() == nr
    }

    /// Is this leader, or may act for them today.
    fn is_or_stands_for(&self, leder_nr: Option<&str>, projections: &Projections) -> bool {
        let Some((leder_nr, nr)) = leder_nr.zip(self.nr.as_deref()) else { return false };
        leder_nr == nr || projections.stedfortraedere(leder_nr).is_some_and(|s| s.is(nr, projections.today()))
    }

    /// Leads the employee, directly or as the leader's leader, or may act for who does.
    fn leder(&self, leder_nr: Option<&str>, projections: &Projections) -> bool {
        let leders_leder = leder_nr.and_then(|l| projections.stamdata(l)).and_then(|s| s.leder_nr.as_deref());
        self.is_or_stands_for(leder_nr, projections) || self.is_or_stands_for(leders_leder, projections)
    }

    /// The forløb is the caller's own, through another employment of theirs too.
    fn is_about(&self, medarbejder_nr: &str, projections: &Projections) -> bool {
        self.nr.as_deref().is_some_and(|nr| projections.is_same_person(nr, medarbejder_nr))
    }

    /// Is this leader, or the leader's leader, themself.
    fn is_leder_for(&self, leder_nr: Option<&str>, projections: &Projections) -> bool {
        self.is(leder_nr)
            || leder_nr.and_then(|l| projections.stamdata(l)).is_some_and(|s| self.is(s.leder_nr.as_deref()))
    }

    /// May say who acts for a leader: HR, the leader, and the leader's leader.
    ///
    /// # Errors
    /// Not in this role, or not for this leader.
    pub fn may_udpege(&self, leder_nr: &str, projections: &Projections) -> Result<(), Denial> {
        match self.rolle {
            Rolle::Hr if projections.stamdata(leder_nr).is_some() => Ok(()),
            Rolle::Leder if self.is_leder_for(Some(leder_nr), projections) => Ok(()),
            Rolle::Hr | Rolle::Leder => Err(Denial::NotFound),
            _ => Err(Denial::NotAllowed),
        }
    }

    /// Still employed, where it is known who they are. The employee's own view outlives the employment.
    #[must_use]
    pub fn is_here(&self, projections: &Projections, today: NaiveDate) -> bool {
        let Some(nr) = self.nr.as_deref() else { return true };
        let erased = projections.is_erased(nr);
        let fratraadt = projections.stamdata(nr).and_then(|s| s.fratraadt).is_some_and(|f| f < today);
        !erased && (!fratraadt || self.rolle == Rolle::Medarbejder)
    }

    /// May see a forløb.
    #[must_use]
    pub fn sees(&self, f: &Forloeb, projections: &Projections, today: NaiveDate) -> bool {
        let visibility = Visibility {
            medarbejder_nr: &f.medarbejder_nr,
            leder: f.leder(today),
            kontaktperson: f.kontaktperson(),
            koordinator: f.koordinator(),
            aabent: f.is_aabent(today),
        };
        self.sees_by(visibility, projections)
    }

    /// May see a forløb of which this is known.
    #[must_use]
    pub fn sees_by(&self, s: Visibility<'_>, projections: &Projections) -> bool {
        match self.rolle {
            Rolle::Hr | Rolle::Revisor => true,
            // Nobody leads, contacts or coordinates themself.
            Rolle::Leder => self.leder(s.leder, projections) && !self.is_about(s.medarbejder_nr, projections),
            Rolle::Kontaktperson => {
                s.aabent && self.is(s.kontaktperson) && !self.is_about(s.medarbejder_nr, projections)
            }
            Rolle::Koordinator => self.is(s.koordinator) && !self.is_about(s.medarbejder_nr, projections),
            Rolle::Medarbejder => self.is(Some(s.medarbejder_nr)),
            Rolle::Drift => false,
        }
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
        match self.rolle {
            Rolle::Hr | Rolle::Revisor | Rolle::Medarbejder => true,
            Rolle::Leder => self.leder(ansvar.leder.as_deref(), projections),
            Rolle::Kontaktperson => self.is(ansvar.kontaktperson.as_deref()),
            Rolle::Koordinator => self.is(ansvar.koordinator.as_deref()),
            Rolle::Drift => false,
        }
    }

    /// Sees every forløb there is.
    #[must_use]
    pub const fn sees_all(&self) -> bool {
        matches!(self.rolle, Rolle::Hr | Rolle::Revisor)
    }

    /// May see the names and free text of a forløb: not the auditor, who replays without keys.
    #[must_use]
    pub const fn sees_names(&self) -> bool {
        !matches!(self.rolle, Rolle::Revisor | Rolle::Drift)
    }

    /// May see the whole of a forløb: the contact person only sees what the first contact needs.
    #[must_use]
    pub const fn sees_whole_forloeb(&self) -> bool {
        !matches!(self.rolle, Rolle::Kontaktperson)
    }

    /// May see signals of frequent absence: who follows up on it.
    #[must_use]
    pub const fn sees_signaler(&self) -> bool {
        matches!(self.rolle, Rolle::Hr | Rolle::Leder)
    }

    /// May see the money of a forløb they see: not who makes the first contact, and not who coordinates the plan.
    #[must_use]
    pub const fn sees_penge(&self) -> bool {
        !matches!(self.rolle, Rolle::Kontaktperson | Rolle::Koordinator)
    }

    const fn may(&self, intent: Intent) -> bool {
        match self.rolle {
            Rolle::Hr => true,
            Rolle::Leder => !matches!(intent, Intent::Refusion | Intent::Tildeling | Intent::SendAgain),
            Rolle::Kontaktperson => matches!(intent, Intent::FoersteKontakt),
            Rolle::Koordinator => matches!(intent, Intent::TtaPlan),
            Rolle::Medarbejder => matches!(intent, Intent::FastTrack | Intent::Kontaktperson),
            Rolle::Revisor | Rolle::Drift => false,
        }
    }

    /// A forløb of what is lent that the caller may see, also by an id that was joined into it.
    ///
    /// # Errors
    /// It does not exist for them.
    pub fn find<'l>(
        &self,
        loan: &'l Loan,
        id: Uuid,
        projections: &Projections,
        today: NaiveDate,
    ) -> Result<&'l Arc<Forloeb>, Denial> {
        loan.forloeb(id).filter(|f| self.sees(f, projections, today)).ok_or(Denial::NotFound)
    }

    /// A forløb of what is lent of which the caller may see the money.
    ///
    /// # Errors
    /// It does not exist for them, or their role sees no money.
    pub fn find_penge<'l>(
        &self,
        loan: &'l Loan,
        id: Uuid,
        projections: &Projections,
        today: NaiveDate,
    ) -> Result<&'l Arc<Forloeb>, Denial> {
        let forloeb = self.find(loan, id, projections, today)?;
        if self.sees_penge() { Ok(forloeb) } else { Err(Denial::NotAllowed) }
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
        let forloeb = self.find(loan, id, projections, today)?;
        self.may_with(forloeb, intent, projections, today)?;
        Ok(WriteAccess { forloeb: forloeb.clone(), aktoer: self.aktoer() })
    }

    /// Could change a forløb: what a page offers. It is asked again of who does.
    ///
    /// # Errors
    /// It does not exist for them, or their role may not do this.
    pub fn may_with(
        &self,
        forloeb: &Forloeb,
        intent: Intent,
        projections: &Projections,
        today: NaiveDate,
    ) -> Result<(), Denial> {
        if !self.sees(forloeb, projections, today) {
            return Err(Denial::NotFound);
        }
        // Who acts for a leader for some days gives nothing away for good.
        let only_for_lederen = intent == Intent::Lederskifte && !self.is_hr();
        if !self.may(intent) || (only_for_lederen && !self.is_leder_for(forloeb.leder(today), projections)) {
            return Err(Denial::NotAllowed);
        }
        Ok(())
    }

    /// May report an employee sick. For an unknown employee and for somebody else's the answer is the same.
    ///
    /// # Errors
    /// Not in this role, or not this employee.
    pub fn may_sygemelde(&self, medarbejder_nr: &str, projections: &Projections) -> Result<(), Denial> {
        let stamdata = projections.stamdata(medarbejder_nr);
        match self.rolle {
            Rolle::Hr if stamdata.is_some() => Ok(()),
            Rolle::Leder
                if !self.is_about(medarbejder_nr, projections)
                    && stamdata.is_some_and(|s| self.leder(s.leder_nr.as_deref(), projections)) =>
            {
                Ok(())
            }
            Rolle::Hr | Rolle::Leder => Err(Denial::NotFound),
            _ => Err(Denial::NotAllowed),
        }
    }

    /// May import, see HR's dashboard and correct across units.
    #[must_use]
    pub const fn is_hr(&self) -> bool {
        matches!(self.rolle, Rolle::Hr)
    }

    /// May read the whole log.
    #[must_use]
    pub const fn is_revisor(&self) -> bool {
        matches!(self.rolle, Rolle::Revisor)
    }
}

/// A new bearer token. It is shown once; only its hash is kept.
///
/// # Errors
/// The operating system has no random numbers.
pub fn new_token() -> Result<String, KeyError> {
    let mut bytes = [0; 32];
    fill_random(&mut bytes)?;
    Ok(format!("rv_{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// The hash under which a token, or a session, is kept.
#[must_use]
pub fn fingerprint(token: &str) -> String {
    use std::fmt::Write;
    Sha256::digest(token.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, b| {
        let _ = write!(hex, "{b:02x}");
        hex
    })
}
