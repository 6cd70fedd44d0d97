//! A forløb as it stands: what is known of one maximal run of absence of one employment.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use uuid::Uuid;

use crate::events::haendelse::{
    AnmeldelseRegistreret, ArbejdsskadeAnmeldt, FastTrackBesluttet, FoersteKontaktHoldt, Noegle, OtteUgerRegistreret,
    RefusionAnmodet, SamtaleRegistreret, Stamdata, TtaPlanLagt, Udfald,
};
use crate::ord::{Aarsag, Anmeldelsestrin, Slutaarsag, Varighed};
use crate::rules::Regelsaet;

/// A fact together with where it stands in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Faktum<T> {
    /// Position of the event.
    pub position: u64,
    /// Name of the event.
    pub navn: &'static str,
    /// When we learnt it.
    pub tid: DateTime<Utc>,
    /// The day in Denmark on which we learnt it.
    pub dag: NaiveDate,
    /// What was recorded, or the part of it that matters.
    pub hvad: T,
}

impl<T> Faktum<T> {
    /// It resolved something on a day in the world.
    pub(crate) fn loeser(&self, dato: NaiveDate) -> Loesning {
        Loesning { position: Some(self.position), navn: self.navn, dato: Some(dato) }
    }
}

/// What resolved a frist, or decided the state of a day of refusion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loesning {
    /// Position of the event in the log; none where a date or a rule did it.
    pub position: Option<u64>,
    /// Name of the event, or of the rule.
    pub navn: &'static str,
    /// The day in the world.
    pub dato: Option<NaiveDate>,
}

/// A span of days with one extent of absence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Periode {
    /// First day, itself included.
    pub fra: NaiveDate,
    /// Last day; none while it goes on.
    pub til: Option<NaiveDate>,
    /// Absence in percent of the working time.
    pub omfang_pct: u8,
}

/// Whether a forløb goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Situation {
    /// Still absent on the day that was asked about.
    Aabent,
    /// Over, on the day that was asked about.
    Slut {
        /// How it ended.
        aarsag: Slutaarsag,
        /// Last day of absence.
        sidste: NaiveDate,
    },
}

/// Who leads, from when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lederperiode {
    /// The first day on which it holds.
    pub fra: NaiveDate,
    /// Employee number; none: nobody.
    pub leder_nr: Option<String>,
}

/// An outcome of a planned reminder.
#[derive(Debug, Clone, PartialEq)]
pub struct Afgjort {
    /// The planned day.
    pub dag: NaiveDate,
    /// What became of it.
    pub udfald: Udfald,
    /// When it was recorded.
    pub tid: DateTime<Utc>,
}

/// One forløb: a maximal run of absence of one employment, with everything that is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Forloeb {
    /// Id: that of the registration that was recorded first.
    pub id: Uuid,
    /// Ids that were joined into this one.
    pub alias: Vec<Uuid>,
    /// Employee number of the one who is meant.
    pub medarbejder_nr: String,
    /// Version for `If-Match`: that of the newest event about it, outcomes of reminders apart.
    pub version: u64,
    /// The day we first knew of it.
    pub kendt: NaiveDate,
    /// The rule set of its first absence day.
    pub regler: Arc<Regelsaet>,
    /// What payroll says now.
    pub stamdata: Arc<Stamdata>,
    /// Why, as of its first registration.
    pub aarsag: Aarsag,
    /// F, the first whole day of absence.
    pub foerste: NaiveDate,
    /// Last day of absence, once known.
    pub sidste: Option<NaiveDate>,
    /// The extents, by date.
    pub perioder: Vec<Periode>,
    /// What it was closed by; position and name of the event.
    pub slut_ved: Option<Faktum<Slutaarsag>>,
    /// How long it was last expected to last.
    pub forventet: Varighed,
    /// Every expectation, with the day we learnt it.
    pub forventninger: Vec<(NaiveDate, Varighed)>,
    /// The person was erased: nothing personal is left, and nobody is reminded.
    pub slettet: bool,
    /// The forløb before, if this one may be a relapse.
    pub tilbagefald_af: Option<Uuid>,
    /// Who leads from when, by day. Most forløb of an employment share one list.
    pub ledere: Arc<[Lederperiode]>,
    /// The colleague the employee chose to be contacted by.
    pub valgt_kontaktperson: Option<String>,
    /// Who in HR has taken it on.
    pub tildelt: Option<String>,
    /// Contacts, in the order they were recorded; the first resolves the first frist.
    pub kontakter: Vec<Faktum<FoersteKontaktHoldt>>,
    /// The newest invitation to the talk.
    pub indkaldt: Option<Faktum<DateTime<FixedOffset>>>,
    /// Talks of § 7 a, held or not, in the order they were recorded.
    pub samtaler: Vec<Faktum<SamtaleRegistreret>>,
    /// Steps of the anmeldelse.
    pub anmeldelser: Vec<Faktum<AnmeldelseRegistreret>>,
    /// Claims by first day.
    pub krav: Vec<Faktum<RefusionAnmodet>>,
    /// Decisions on fast track.
    pub fast_track: Vec<Faktum<FastTrackBesluttet>>,
    /// Eight-week follow-ups.
    pub otte_uger: Vec<Faktum<OtteUgerRegistreret>>,
    /// Notifications of the injury in EASY.
    pub easy: Vec<Faktum<ArbejdsskadeAnmeldt>>,
    /// Versions of the TTA plan.
    pub planer: Vec<Faktum<TtaPlanLagt>>,
    /// Evaluations of the plan.
    pub evalueringer: Vec<Faktum<NaiveDate>>,
    /// Outcomes of reminders.
    pub afgjorte: BTreeMap<Noegle, Afgjort>,
}

impl Forloeb {
    /// Whether it goes on, on a day. A last day that lies ahead is known, and still ahead: it is open until that day.
    /// The end of the employment ends it the day after `fratraadt`.
    #[must_use]
    pub fn situation(&self, idag: NaiveDate) -> Situation {
        let fratraadt = self.stamdata.fratraadt.filter(|f| *f < idag && self.sidste.is_none_or(|s| s > *f));
        match (&self.slut_ved, self.sidste, fratraadt) {
            (Some(slut), _, _) if slut.hvad == Slutaarsag::Annulleret => {
                Situation::Slut { aarsag: Slutaarsag::Annulleret, sidste: self.sidste.unwrap_or(self.foerste) }
            }
            (_, _, Some(dag)) => Situation::Slut { aarsag: Slutaarsag::Fratraadt, sidste: dag.max(self.foerste) },
            (slut, Some(sidste), None) if sidste <= idag => {
                Situation::Slut { aarsag: slut.as_ref().map_or(Slutaarsag::Raskmeldt, |s| s.hvad), sidste }
            }
            (_, _, None) => Situation::Aabent,
        }
    }

    /// Still absent on this day.
    #[must_use]
    pub fn er_aabent(&self, idag: NaiveDate) -> bool {
        self.situation(idag) == Situation::Aabent
    }

    /// Last day of absence if it is over.
    #[must_use]
    pub fn slutdag(&self, idag: NaiveDate) -> Option<NaiveDate> {
        match self.situation(idag) {
            Situation::Aabent => None,
            Situation::Slut { sidste, .. } => Some(sidste),
        }
    }

    /// Last day of absence as far as it is known: the day it ended, or a day ahead on which it will.
    #[must_use]
    pub fn kendt_slut(&self, idag: NaiveDate) -> Option<NaiveDate> {
        self.slutdag(idag).or(self.sidste)
    }

    /// The expectation as it was known at the end of a day.
    #[must_use]
    pub fn forventet_paa(&self, dag: NaiveDate) -> Varighed {
        self.forventninger.iter().rev().find(|(fra, _)| *fra <= dag).map_or(Varighed::Ukendt, |(_, v)| *v)
    }

    /// Day number: F is day 1.
    #[must_use]
    pub fn dagnummer(&self, idag: NaiveDate) -> i64 {
        (idag - self.foerste).num_days() + 1
    }

    /// Who leads on a day.
    #[must_use]
    pub fn leder_paa(&self, dag: NaiveDate) -> Option<&str> {
        let gaeldende = self.ledere.iter().rev().find(|l| l.fra <= dag).or(self.ledere.first());
        gaeldende.and_then(|l| l.leder_nr.as_deref())
    }

    /// It is known to be led by this leader on that day and on every day after.
    #[must_use]
    pub(crate) fn ledes_af_fra(&self, leder_nr: &str, fra: NaiveDate) -> bool {
        let senere = self.ledere.iter().filter(|l| l.fra > fra).map(|l| l.leder_nr.as_deref());
        senere.chain([self.leder_paa(fra)]).all(|nr| nr == Some(leder_nr))
    }

    /// Who leads it: today's leader while it is open, afterwards the one who led when it ended, so that a new leader
    /// is not shown what was over before.
    #[must_use]
    pub fn leder(&self, idag: NaiveDate) -> Option<&str> {
        self.leder_paa(self.slutdag(idag).map_or(idag, |s| s.min(idag)))
    }

    /// The colleague who makes the first contact: the one the employee chose, else TR, else AMR, never the employee;
    /// none: the leader does it.
    #[must_use]
    pub fn kontaktperson(&self) -> Option<&str> {
        let Stamdata { tr_nr, amr_nr, .. } = &*self.stamdata;
        let muligheder = [&self.valgt_kontaktperson, tr_nr, amr_nr];
        muligheder.into_iter().flatten().map(String::as_str).find(|nr| *nr != self.medarbejder_nr)
    }

    /// The receipt that counts: the newest `kvitteret` that was not rejected afterwards.
    #[must_use]
    pub fn kvittering(&self) -> Option<&Faktum<AnmeldelseRegistreret>> {
        self.anmeldelser
            .iter()
            .rev()
            .find(|a| matches!(a.hvad.trin, Anmeldelsestrin::Kvitteret | Anmeldelsestrin::Afvist))
            .filter(|a| a.hvad.trin == Anmeldelsestrin::Kvitteret)
    }

    /// The newest plan.
    #[must_use]
    pub fn plan(&self) -> Option<&Faktum<TtaPlanLagt>> {
        self.planer.last()
    }

    /// Who coordinates the newest plan.
    #[must_use]
    pub fn koordinator(&self) -> Option<&str> {
        self.plan().and_then(|p| p.hvad.plan.koordinator.as_deref())
    }

    /// Absence in percent on a day; none outside the forløb.
    #[must_use]
    pub fn omfang(&self, dag: NaiveDate) -> Option<u8> {
        let periode = self.perioder.iter().rev().find(|p| p.fra <= dag)?;
        periode.til.is_none_or(|til| dag <= til).then_some(periode.omfang_pct)
    }

    /// The id, or one that was joined into it.
    #[must_use]
    pub fn hedder(&self, id: Uuid) -> bool {
        self.id == id || self.alias.contains(&id)
    }
}
