//! Who may see and do what. This is the one place that decides it.
//!
//! What somebody may not see does not exist for them (404); what they see and may not do is refused (403). A handler
//! that changes a forløb needs a [`Skriveadgang`], and only this module makes one: a forgotten check does not compile.

mod visible;

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use forloeb::ord::Rolle;
use forloeb::{Aktoer, Forloeb};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::noegler::{NoegleFejl, tilfaeldige};
use crate::visninger::kort::Ansvar;
use crate::visninger::{IkkeLaant, Laan, Visninger};

/// Somebody who is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bruger {
    /// In which role.
    pub rolle: Rolle,
    /// Employee number; always there for a person's role.
    pub nr: Option<String>,
}

/// What somebody wants to do with a forløb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oenske {
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
    SendIgen,
    /// Anything else that follows the employee's course.
    Forloeb,
}

/// Proof that somebody may change a forløb.
#[derive(Debug)]
pub struct Skriveadgang {
    forloeb: Arc<Forloeb>,
    aktoer: Aktoer,
}

impl Skriveadgang {
    /// The forløb.
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
pub enum Afslag {
    /// It does not exist, or not for this caller.
    FindesIkke,
    /// The caller's role may not do this.
    MaaIkke,
    /// The forløb is not in memory: whoever asks has to borrow it first.
    IkkeLaant,
}

/// What decides who sees a forløb.
#[derive(Debug, Clone, Copy)]
pub struct Synlighed<'a> {
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

impl Bruger {
    /// The caller as it is recorded with what they do.
    #[must_use]
    pub fn aktoer(&self) -> Aktoer {
        Aktoer { rolle: Some(self.rolle), nr: self.nr.clone() }
    }

    fn er(&self, nr: Option<&str>) -> bool {
        self.nr.is_some() && self.nr.as_deref() == nr
    }

    /// Is this leader, or may act for them today.
    fn er_eller_staar_for(&self, leder_nr: Option<&str>, vis: &Visninger) -> bool {
        let Some((leder_nr, nr)) = leder_nr.zip(self.nr.as_deref()) else { return false };
        leder_nr == nr || vis.stedfortraedere(leder_nr).is_some_and(|s| s.er(nr, vis.idag()))
    }

    /// Leads the employee, directly or as the leader's leader, or may act for who does.
    fn leder(&self, leder_nr: Option<&str>, vis: &Visninger) -> bool {
        let leders_leder = leder_nr.and_then(|l| vis.stamdata(l)).and_then(|s| s.leder_nr.as_deref());
        self.er_eller_staar_for(leder_nr, vis) || self.er_eller_staar_for(leders_leder, vis)
    }

    /// The forløb is the caller's own, through another employment of theirs too.
    fn er_om(&self, medarbejder_nr: &str, vis: &Visninger) -> bool {
        self.nr.as_deref().is_some_and(|nr| vis.er_samme_person(nr, medarbejder_nr))
    }

    /// Is this leader, or the leader's leader, themself.
    fn er_leder_for(&self, leder_nr: Option<&str>, vis: &Visninger) -> bool {
        self.er(leder_nr) || leder_nr.and_then(|l| vis.stamdata(l)).is_some_and(|s| self.er(s.leder_nr.as_deref()))
    }

    /// May say who acts for a leader: HR, the leader, and the leader's leader.
    ///
    /// # Errors
    /// Not in this role, or not for this leader.
    pub fn maa_udpege(&self, leder_nr: &str, vis: &Visninger) -> Result<(), Afslag> {
        match self.rolle {
            Rolle::Hr if vis.stamdata(leder_nr).is_some() => Ok(()),
            Rolle::Leder if self.er_leder_for(Some(leder_nr), vis) => Ok(()),
            Rolle::Hr | Rolle::Leder => Err(Afslag::FindesIkke),
            _ => Err(Afslag::MaaIkke),
        }
    }

    /// Still employed, where the role is one of somebody at work. The employee's own view outlives the employment.
    #[must_use]
    pub fn er_her(&self, vis: &Visninger, idag: NaiveDate) -> bool {
        let Some(nr) = self.nr.as_deref().filter(|_| self.rolle.er_person()) else { return true };
        let slettet = vis.er_slettet(nr);
        let fratraadt = vis.stamdata(nr).and_then(|s| s.fratraadt).is_some_and(|f| f < idag);
        !slettet && (!fratraadt || self.rolle == Rolle::Medarbejder)
    }

    /// May see a forløb.
    #[must_use]
    pub fn ser(&self, f: &Forloeb, vis: &Visninger, idag: NaiveDate) -> bool {
        let synlighed = Synlighed {
            medarbejder_nr: &f.medarbejder_nr,
            leder: f.leder(idag),
            kontaktperson: f.kontaktperson(),
            koordinator: f.koordinator(),
            aabent: f.er_aabent(idag),
        };
        self.ser_det(synlighed, vis)
    }

    /// May see a forløb of which this is known.
    #[must_use]
    pub fn ser_det(&self, s: Synlighed<'_>, vis: &Visninger) -> bool {
        match self.rolle {
            Rolle::Hr | Rolle::Revisor => true,
            // Nobody leads, contacts or coordinates themself.
            Rolle::Leder => self.leder(s.leder, vis) && !self.er_om(s.medarbejder_nr, vis),
            Rolle::Kontaktperson => s.aabent && self.er(s.kontaktperson) && !self.er_om(s.medarbejder_nr, vis),
            Rolle::Koordinator => self.er(s.koordinator) && !self.er_om(s.medarbejder_nr, vis),
            Rolle::Medarbejder => self.er(Some(s.medarbejder_nr)),
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
    pub fn kan_se(&self, ansvar: &Ansvar, vis: &Visninger) -> bool {
        match self.rolle {
            Rolle::Hr | Rolle::Revisor | Rolle::Medarbejder => true,
            Rolle::Leder => self.leder(ansvar.leder.as_deref(), vis),
            Rolle::Kontaktperson => self.er(ansvar.kontaktperson.as_deref()),
            Rolle::Koordinator => self.er(ansvar.koordinator.as_deref()),
            Rolle::Drift => false,
        }
    }

    /// Sees every forløb there is.
    #[must_use]
    pub const fn ser_alle(&self) -> bool {
        matches!(self.rolle, Rolle::Hr | Rolle::Revisor)
    }

    /// May see the names and free text of a forløb: not the auditor, who replays without keys.
    #[must_use]
    pub const fn ser_navne(&self) -> bool {
        !matches!(self.rolle, Rolle::Revisor | Rolle::Drift)
    }

    /// May see the whole of a forløb: the contact person only sees what the first contact needs.
    #[must_use]
    pub const fn ser_hele_forloebet(&self) -> bool {
        !matches!(self.rolle, Rolle::Kontaktperson)
    }

    /// May see signals of frequent absence: who follows up on it.
    #[must_use]
    pub const fn maa_se_signaler(&self) -> bool {
        matches!(self.rolle, Rolle::Hr | Rolle::Leder)
    }

    /// May see the money of a forløb they see: not who makes the first contact, and not who coordinates the plan.
    #[must_use]
    pub const fn ser_penge(&self) -> bool {
        !matches!(self.rolle, Rolle::Kontaktperson | Rolle::Koordinator)
    }

    const fn maa(&self, oenske: Oenske) -> bool {
        match self.rolle {
            Rolle::Hr => true,
            Rolle::Leder => !matches!(oenske, Oenske::Refusion | Oenske::Tildeling | Oenske::SendIgen),
            Rolle::Kontaktperson => matches!(oenske, Oenske::FoersteKontakt),
            Rolle::Koordinator => matches!(oenske, Oenske::TtaPlan),
            Rolle::Medarbejder => matches!(oenske, Oenske::FastTrack | Oenske::Kontaktperson),
            Rolle::Revisor | Rolle::Drift => false,
        }
    }

    /// A forløb of what is lent that the caller may see, also by an id that was joined into it.
    ///
    /// # Errors
    /// It does not exist for them.
    pub fn find_lent<'l>(
        &self,
        laan: &'l Laan,
        id: Uuid,
        vis: &Visninger,
        idag: NaiveDate,
    ) -> Result<&'l Arc<Forloeb>, Afslag> {
        laan.forloeb(id).filter(|f| self.ser(f, vis, idag)).ok_or(Afslag::FindesIkke)
    }

    /// Leave to change a forløb of what is lent.
    ///
    /// # Errors
    /// It does not exist for them, or their role may not do this.
    pub fn maa_aendre_lent(
        &self,
        laan: &Laan,
        id: Uuid,
        oenske: Oenske,
        vis: &Visninger,
        idag: NaiveDate,
    ) -> Result<Skriveadgang, Afslag> {
        self.leave(self.find_lent(laan, id, vis, idag)?.clone(), oenske, vis, idag)
    }

    /// A forløb the caller may see.
    ///
    /// # Errors
    /// It does not exist for them, or was not borrowed.
    pub fn find(&self, id: Uuid, vis: &Visninger, idag: NaiveDate) -> Result<Arc<Forloeb>, Afslag> {
        let fundet = vis.find(id).map_err(|IkkeLaant| Afslag::IkkeLaant)?;
        fundet.filter(|f| self.ser(f, vis, idag)).ok_or(Afslag::FindesIkke)
    }

    /// A forløb of which the caller may see the money.
    ///
    /// # Errors
    /// It does not exist for them, or their role sees no money.
    pub fn find_penge(&self, id: Uuid, vis: &Visninger, idag: NaiveDate) -> Result<Arc<Forloeb>, Afslag> {
        let forloeb = self.find(id, vis, idag)?;
        if self.ser_penge() { Ok(forloeb) } else { Err(Afslag::MaaIkke) }
    }

    /// Leave to change a forløb.
    ///
    /// # Errors
    /// It does not exist for them, or their role may not do this.
    pub fn maa_aendre(
        &self,
        id: Uuid,
        oenske: Oenske,
        vis: &Visninger,
        idag: NaiveDate,
    ) -> Result<Skriveadgang, Afslag> {
        self.leave(self.find(id, vis, idag)?, oenske, vis, idag)
    }

    fn leave(
        &self,
        forloeb: Arc<Forloeb>,
        oenske: Oenske,
        vis: &Visninger,
        idag: NaiveDate,
    ) -> Result<Skriveadgang, Afslag> {
        // Who acts for a leader for some days gives nothing away for good.
        let kun_for_lederen = oenske == Oenske::Lederskifte && !self.er_hr();
        if !self.maa(oenske) || (kun_for_lederen && !self.er_leder_for(forloeb.leder(idag), vis)) {
            return Err(Afslag::MaaIkke);
        }
        Ok(Skriveadgang { forloeb, aktoer: self.aktoer() })
    }

    /// May report an employee sick. For an unknown employee and for somebody else's the answer is the same.
    ///
    /// # Errors
    /// Not in this role, or not this employee.
    pub fn maa_sygemelde(&self, medarbejder_nr: &str, vis: &Visninger) -> Result<(), Afslag> {
        let stamdata = vis.stamdata(medarbejder_nr);
        match self.rolle {
            Rolle::Hr if stamdata.is_some() => Ok(()),
            Rolle::Leder
                if !self.er_om(medarbejder_nr, vis)
                    && stamdata.is_some_and(|s| self.leder(s.leder_nr.as_deref(), vis)) =>
            {
                Ok(())
            }
            Rolle::Hr | Rolle::Leder => Err(Afslag::FindesIkke),
            _ => Err(Afslag::MaaIkke),
        }
    }

    /// May import, see HR's dashboard and correct across units.
    #[must_use]
    pub const fn er_hr(&self) -> bool {
        matches!(self.rolle, Rolle::Hr)
    }

    /// May read the whole log.
    #[must_use]
    pub const fn er_revisor(&self) -> bool {
        matches!(self.rolle, Rolle::Revisor)
    }
}

/// A new bearer token. It is shown once; only its hash is kept.
///
/// # Errors
/// The operating system has no random numbers.
pub fn nyt_token() -> Result<String, NoegleFejl> {
    let mut bytes = [0; 32];
    tilfaeldige(&mut bytes)?;
    Ok(format!("rv_{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// The hash under which a token, or a session, is kept.
#[must_use]
pub fn aftryk(token: &str) -> String {
    use std::fmt::Write;
    Sha256::digest(token.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, b| {
        let _ = write!(hex, "{b:02x}");
        hex
    })
}
