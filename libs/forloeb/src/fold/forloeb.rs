//! A forløb as it stands: what is known of one maximal run of absence of one employment.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::events::haendelse::{
    AfbrydelseRegistreret, AftaleAfgjort, AnmeldelseRegistreret, ArbejdsskadeAnmeldt, ArbejdsskadeUndtaget,
    DispensationRegistreret, FastTrackBesluttet, FoersteKontaktHoldt, Key, KommunensOpfoelgningBesluttet,
    OpfoelgningRegistreret, OtteUgerRegistreret, ReferatSkrevet, RefusionAnmodet, SamtaleBesvaret, SamtaleIndkaldt,
    SamtaleRegistreret, Stamdata, TtaPlanLagt, Udfald,
};
use crate::fold::laengde::ExpectedSlut;
use crate::fold::noteret::Noteret;
use crate::fold::omsorgskollega::Omsorgskollega;
use crate::fold::rare::Rare;
use crate::fold::sagt::{Overtagelse, Sagt};
use crate::fold::stamdata::Stamdataperiode;
use crate::fold::tta::AboutPlan;
use crate::fold::uenighed::Uenighed;
use crate::procent::Procent;
use crate::rules::Regelsaet;
use crate::rules::calendar::Dage;
use crate::words::{Aarsag, Anmeldelsestrin, Slutaarsag, Varighed, Ventegrund};

/// A fact together with where it stands in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact<T> {
    /// Position of the event.
    pub position: u64,
    /// Name of the event.
    pub name: &'static str,
    /// When we learnt it.
    pub time: DateTime<Utc>,
    /// The day in Denmark on which we learnt it.
    pub dag: NaiveDate,
    /// What was recorded, or the part of it that matters.
    pub what: T,
}

impl Fact<RefusionAnmodet> {
    /// The day on which the claim was signed, by which it is judged; where nobody said, that on which it was recorded.
    #[must_use]
    pub fn signed(&self) -> NaiveDate {
        self.what.underskrevet_dato.unwrap_or(self.dag)
    }
}

impl<T> Fact<T> {
    /// It resolved something on a day in the world.
    pub(crate) fn resolution(&self, dato: NaiveDate) -> Loesning {
        Loesning { position: Some(self.position), name: self.name, dato: Some(dato) }
    }
}

/// What resolved a frist, or decided the state of a day of refusion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loesning {
    /// Position of the event in the log; none where a date or a rule did it.
    pub position: Option<u64>,
    /// Name of the event, or of the rule.
    pub name: &'static str,
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
    pub omfang_pct: Procent,
}

/// Whether a forløb goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Situation {
    /// Still absent on the day that was asked about.
    Aabent,
    /// Over, on the day that was asked about.
    End {
        /// How it ended.
        aarsag: Slutaarsag,
        /// Last day of absence.
        sidste: NaiveDate,
    },
}

/// What came after a forløb in its employment, of what counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Later {
    /// Nothing: it is the newest.
    Nothing,
    /// Another forløb.
    Forloeb {
        /// Its id.
        id: Uuid,
        /// Its first day.
        foerste: NaiveDate,
        /// Its last day, once known.
        sidste: Option<NaiveDate>,
    },
    /// It does not count itself: it is annulled.
    Annulled,
}

/// Who leads, from when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lederperiode {
    /// The first day on which it holds.
    pub fra: NaiveDate,
    /// The day on which it was decided; of payroll's leaders the day from which it holds.
    pub decided: NaiveDate,
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
    pub time: DateTime<Utc>,
    /// It was recorded of a forløb that has been joined into this one.
    pub joined: bool,
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
    pub known: NaiveDate,
    /// Payroll's files brought it, or it began before the employment was known: whoever leads it is not reminded of what had
    /// passed by then.
    pub imported: bool,
    /// The rule set of its first absence day.
    pub regler: Arc<Regelsaet>,
    /// What payroll says of the last day; while it goes on, of the day on which it last told anything. Of a certain day:
    /// [`Self::stamdata_on`], of today or the last day: [`Self::stamdata_now`].
    pub stamdata: Arc<Stamdata>,
    /// What payroll says of which days, where that differs; all forløb of an employment share it.
    pub masterdata: Arc<[Stamdataperiode]>,
    /// Why, as of its first registration.
    pub aarsag: Aarsag,
    /// F, the first whole day of absence.
    pub foerste: NaiveDate,
    /// The first day that payroll, or a person, calls an injury at work, where any is.
    pub arbejdsskade_fra: Option<NaiveDate>,
    /// Last day of absence, once known.
    pub sidste: Option<NaiveDate>,
    /// The extents, by date, without a gap: days off between two registrations have the extent of the days before them.
    /// Where the employee went home ill, that part of a day is the first, before F.
    pub perioder: Vec<Periode>,
    /// The days off between its registrations, by date: what they were joined over.
    pub fridage: Vec<Dage>,
    /// Where payroll and people disagree on its first or last day, and nobody has decided.
    pub uenigheder: Vec<Uenighed>,
    /// What it was closed by; position and name of the event.
    pub end_at: Option<Fact<Slutaarsag>>,
    /// How long it was last expected to last.
    pub forventet: Varighed,
    /// Every expectation, with the day we learnt it.
    pub forventninger: Vec<(NaiveDate, Varighed)>,
    /// The person was erased: nothing personal is left, and nobody is reminded.
    pub erased: bool,
    /// What came after it in the employment.
    pub later: Later,
    /// The forløb before, if this one may be a relapse.
    pub tilbagefald_of: Option<Uuid>,
    /// Who leads from when, by day. Most forløb of an employment share one list.
    pub ledere: Arc<[Lederperiode]>,
    /// The colleague the employee chose to be contacted by.
    pub chosen_kontaktperson: Option<String>,
    /// Who in HR has taken it on.
    pub tildelt: Option<String>,
    /// Contacts, in the order they were recorded; the first resolves the first frist.
    pub kontakter: Vec<Fact<FoersteKontaktHoldt>>,
    /// The newest invitation to the talk.
    pub indkaldt: Option<Box<Fact<SamtaleIndkaldt>>>,
    /// The employee's newest answer to an invitation; [`Self::samtalesvar`] is that to the newest one.
    pub svar: Option<Box<Fact<SamtaleBesvaret>>>,
    /// Talks of § 7 a, held or not, in the order they were recorded.
    pub samtaler: Vec<Fact<SamtaleRegistreret>>,
    /// Minutes, in the order they were written; those that count: [`Self::referater_in_force`].
    pub referater: Vec<Fact<ReferatSkrevet>>,
    /// What became of agreements, in the order it was recorded.
    pub aftaler_afgjort: Vec<Fact<AftaleAfgjort>>,
    /// Steps of the anmeldelse.
    pub anmeldelser: Vec<Fact<AnmeldelseRegistreret>>,
    /// Claims by first day.
    pub krav: Vec<Fact<RefusionAnmodet>>,
    /// The newest dispensation from a late anmeldelse or a late claim.
    pub dispensation: Option<Box<Fact<DispensationRegistreret>>>,
    /// Whether it is of the illness that a § 56 agreement was made for; none: nobody has said.
    pub paragraf_56: Option<bool>,
    /// Holiday and time off taken during it, in the order they were recorded.
    pub afbrydelser: Vec<Fact<AfbrydelseRegistreret>>,
    /// Decisions on fast track.
    pub fast_track: Vec<Fact<FastTrackBesluttet>>,
    /// Eight-week follow-ups.
    pub otte_uger: Vec<Fact<OtteUgerRegistreret>>,
    /// Notifications of the injury in EASY.
    pub easy: Vec<Fact<ArbejdsskadeAnmeldt>>,
    /// Decisions that the injury need not be notified.
    pub easy_undtaget: Vec<Fact<ArbejdsskadeUndtaget>>,
    /// Decisions on the kommune's follow-up.
    pub kommunens_opfoelgning: Vec<Fact<KommunensOpfoelgningBesluttet>>,
    /// Follow-ups beside the one at eight weeks.
    pub opfoelgninger: Vec<Fact<OpfoelgningRegistreret>>,
    /// What was said when somebody last asked until when it is expected to go on.
    pub slut_forventet: Option<Fact<ExpectedSlut>>,
    /// Whom it waits for, and until when.
    pub afventer: Option<(Ventegrund, NaiveDate)>,
    /// What the workplace noted for itself.
    pub noteret: Rare<Noteret>,
    /// What the employee said of themself, and what was answered.
    pub sagt: Rare<Sagt>,
    /// Versions of the TTA plan.
    pub planer: Vec<Fact<TtaPlanLagt>>,
    /// Evaluations of the plan.
    pub evalueringer: Vec<Fact<NaiveDate>>,
    /// What else is recorded about the plan.
    pub tta: Rare<AboutPlan>,
    /// Outcomes of reminders.
    pub afgjorte: BTreeMap<Key, Afgjort>,
}

impl Forloeb {
    /// Whether it goes on, on a day. A last day that lies ahead is known, and still ahead: it is open until that day.
    /// The end of the employment ends it the day after `fratraadt`.
    #[must_use]
    pub fn situation(&self, today: NaiveDate) -> Situation {
        let fratraadt = self.stamdata.fratraadt.filter(|f| *f < today && self.sidste.is_none_or(|s| s > *f));
        match (&self.end_at, self.sidste, fratraadt) {
            (Some(end), _, _) if end.what == Slutaarsag::Annulleret => {
                Situation::End { aarsag: Slutaarsag::Annulleret, sidste: self.sidste.unwrap_or(self.foerste) }
            }
            (_, _, Some(dag)) => Situation::End { aarsag: Slutaarsag::Fratraadt, sidste: dag.max(self.foerste) },
            (end, Some(sidste), None) if sidste <= today => {
                Situation::End { aarsag: end.as_ref().map_or(Slutaarsag::Raskmeldt, |s| s.what), sidste }
            }
            (_, _, None) => Situation::Aabent,
        }
    }

    /// Still absent on this day.
    #[must_use]
    pub fn is_aabent(&self, today: NaiveDate) -> bool {
        self.situation(today) == Situation::Aabent
    }

    /// Last day of absence if it is over.
    #[must_use]
    pub fn slutdag(&self, today: NaiveDate) -> Option<NaiveDate> {
        match self.situation(today) {
            Situation::Aabent => None,
            Situation::End { sidste, .. } => Some(sidste),
        }
    }

    /// Last day of absence as somebody has told it: the day it ended, or a day ahead on which it will.
    #[must_use]
    pub fn told_end(&self, today: NaiveDate) -> Option<NaiveDate> {
        self.slutdag(today).or(self.sidste)
    }

    /// The day with which it is over at the latest, as far as anything is known of that: the last day of absence, or of the
    /// employment, whichever comes first. Of no day after it is there refusion.
    #[must_use]
    pub fn known_end(&self, today: NaiveDate) -> Option<NaiveDate> {
        self.slutdag(today).or_else(|| self.sidste.into_iter().chain(self.leaves()).min())
    }

    /// The last day of the employment, where it ends, or will, while the employee is away.
    #[must_use]
    pub fn leaves(&self) -> Option<NaiveDate> {
        let by_payroll = self.stamdata.fratraadt.filter(|dag| self.sidste.is_none_or(|sidste| sidste > *dag));
        let by_people =
            || self.sidste.filter(|_| self.end_at.as_ref().is_some_and(|end| end.what == Slutaarsag::Fratraadt));
        by_payroll.map(|dag| dag.max(self.foerste)).or_else(by_people)
    }

    /// The expectation as it was known at the end of a day.
    #[must_use]
    pub fn forventet_on(&self, dag: NaiveDate) -> Varighed {
        self.forventninger.iter().rev().find(|(fra, _)| *fra <= dag).map_or(Varighed::Unknown, |(_, v)| *v)
    }

    /// Calendar days of absence up to a day, that day included while it goes on.
    #[must_use]
    pub fn dage_until(&self, today: NaiveDate) -> i64 {
        self.dag_number(self.slutdag(today).map_or(today, |sidste| sidste.min(today)))
    }

    /// Day number: F is day 1, and every day before it is 0.
    #[must_use]
    pub fn dag_number(&self, today: NaiveDate) -> i64 {
        ((today - self.foerste).num_days() + 1).max(0)
    }

    /// What payroll says of a day.
    #[must_use]
    pub fn stamdata_on(&self, dag: NaiveDate) -> &Stamdata {
        let in_force = self.masterdata.iter().rev().find(|p| p.fra <= dag).or(self.masterdata.first());
        in_force.map_or(&self.stamdata, |p| &p.stamdata)
    }

    /// What payroll says of today; once it is over, of the last day.
    #[must_use]
    pub fn stamdata_now(&self, today: NaiveDate) -> &Stamdata {
        self.stamdata_on(self.slutdag(today).map_or(today, |s| s.min(today)))
    }

    /// The first day of absence has come.
    #[must_use]
    pub fn has_begun(&self, today: NaiveDate) -> bool {
        self.foerste <= today
    }

    /// Who leads on a day.
    #[must_use]
    pub fn leder_on(&self, dag: NaiveDate) -> Option<&str> {
        let in_force = self.ledere.iter().rev().find(|l| l.fra <= dag).or(self.ledere.first());
        in_force.and_then(|l| l.leder_nr.as_deref())
    }

    /// It is known to be led by this leader on that day and on every day after.
    #[must_use]
    pub(crate) fn led_of_from(&self, leder_nr: &str, fra: NaiveDate) -> bool {
        let later = self.ledere.iter().filter(|l| l.fra > fra).map(|l| l.leder_nr.as_deref());
        later.chain([self.leder_on(fra)]).all(|nr| nr == Some(leder_nr))
    }

    /// Who leads it: today's leader while it is open, afterwards the one who led when it ended, so that a new leader
    /// is not shown what was over before.
    #[must_use]
    pub fn leder(&self, today: NaiveDate) -> Option<&str> {
        self.leder_on(self.slutdag(today).map_or(today, |s| s.min(today)))
    }

    /// The employee has said that the leader is not theirs; nobody has decided, and it still is the same leader.
    #[must_use]
    pub fn disputes_leder(&self, today: NaiveDate) -> bool {
        let same = |told: &Fact<Option<String>>| told.what.as_deref() == self.leder(today);
        self.sagt.beholdt.is_none() && self.sagt.bestridt.as_ref().is_some_and(same)
    }

    /// Whom it waits for on a day, and until when: that day is the last one of waiting.
    #[must_use]
    pub fn afventer_on(&self, today: NaiveDate) -> Option<(Ventegrund, NaiveDate)> {
        self.afventer.filter(|(_, til)| today <= *til && self.is_aabent(today))
    }

    /// The colleague who makes the first contact: the one the employee chose, else the omsorgskollega, else TR, else AMR, never
    /// the employee; none: the leader does it. TR and AMR as they are on that day, or were on the last one.
    #[must_use]
    pub fn kontaktperson(&self, dag: NaiveDate) -> Option<&str> {
        self.kontaktperson_where(dag, |_| true)
    }

    /// The same, where it is known whether the omsorgskollega can be asked: of colleagues nothing stands here.
    #[must_use]
    pub fn kontaktperson_where(&self, dag: NaiveDate, can: impl FnOnce(Omsorgskollega<'_>) -> bool) -> Option<&str> {
        let Stamdata { tr_nr, amr_nr, .. } = self.stamdata_now(dag);
        let ahead = self.omsorgskollega(dag).filter(|o| can(*o)).map(|o| o.nr);
        let alternatives = [self.chosen_kontaktperson.as_deref(), ahead, tr_nr.as_deref(), amr_nr.as_deref()];
        alternatives.into_iter().flatten().find(|nr| *nr != self.medarbejder_nr)
    }

    /// The colleague whom the employee chose ahead, where they chose nobody in this forløb.
    #[must_use]
    pub fn omsorgskollega(&self, dag: NaiveDate) -> Option<Omsorgskollega<'_>> {
        let nr = self.sagt.omsorgskollega.as_deref().filter(|nr| *nr != self.medarbejder_nr)?;
        let Stamdata { tr_nr, amr_nr, .. } = self.stamdata_now(dag);
        let repraesentant = [tr_nr, amr_nr].into_iter().flatten().any(|one| one == nr);
        self.chosen_kontaktperson.is_none().then_some(Omsorgskollega { nr, repraesentant })
    }

    /// The AMR who may know that something at work was a cause, while there is something to do about it: the employee has said
    /// so, and it is not the employee. As they are on that day, or were on the last one.
    #[must_use]
    pub fn amr(&self, dag: NaiveDate) -> Option<&str> {
        let is_done = || self.sagt.foranstaltning().is_some_and(|done| done.what.opfoelgning.is_none());
        self.sagt.cause().filter(|said| said.what.amr && !is_done())?;
        self.stamdata_now(dag).amr_nr.as_deref().filter(|nr| *nr != self.medarbejder_nr)
    }

    /// Who is to say whether they take it: who leads it, from the day they do.
    #[must_use]
    pub fn asked_to_take(&self, today: NaiveDate) -> Option<&Fact<Overtagelse>> {
        let asked = self.sagt.asked_to_take()?;
        (asked.what.fra <= today && self.leder(today) == Some(&*asked.what.leder_nr)).then_some(asked)
    }

    /// The receipt that counts: the newest `kvitteret` that was not rejected afterwards.
    #[must_use]
    pub fn kvittering(&self) -> Option<&Fact<AnmeldelseRegistreret>> {
        self.anmeldelser
            .iter()
            .rev()
            .find(|a| matches!(a.what.trin, Anmeldelsestrin::Kvitteret | Anmeldelsestrin::Afvist))
            .filter(|a| a.what.trin == Anmeldelsestrin::Kvitteret)
    }

    /// The day on which the anmeldelse that was receipted was signed: it counts from there (BEK 510/2024 § 1 stk. 5),
    /// and the receipt only proves it. A receipt of which nobody ever said when that was counts from its own day.
    #[must_use]
    pub fn signed(&self) -> Option<NaiveDate> {
        let kvittering = self.kvittering()?;
        let before = self.anmeldelser.iter().take_while(|a| a.position < kvittering.position);
        let signed = kvittering.what.underskrevet_dato.or_else(|| last_signing(before));
        Some(signed.map_or(kvittering.what.dato, |signed| signed.min(kvittering.what.dato)))
    }

    /// The day on which an anmeldelse was signed that is neither receipted nor rejected.
    #[must_use]
    pub fn awaits_kvittering(&self) -> Option<NaiveDate> {
        if self.kvittering().is_some() { None } else { last_signing(self.anmeldelser.iter()) }
    }

    /// Code of the kommune that it was sent to, where somebody said so last.
    #[must_use]
    pub fn anmeldt_kommune(&self) -> Option<&str> {
        self.anmeldelser.iter().rev().find_map(|a| a.what.kommune.as_deref())
    }

    /// The newest plan.
    #[must_use]
    pub fn plan(&self) -> Option<&Fact<TtaPlanLagt>> {
        self.planer.last()
    }

    /// Who coordinates the newest plan.
    #[must_use]
    pub fn koordinator(&self) -> Option<&str> {
        self.plan().and_then(|p| p.what.plan.koordinator.as_deref())
    }

    /// Absence in percent on a day; none outside the forløb.
    #[must_use]
    pub fn omfang(&self, dag: NaiveDate) -> Option<Procent> {
        let periode = self.perioder.iter().rev().find(|p| p.fra <= dag)?;
        periode.til.is_none_or(|til| dag <= til).then_some(periode.omfang_pct)
    }

    /// Absence in percent on a day; after the last day that is known of it, as on that day.
    #[must_use]
    pub fn omfang_or_last(&self, dag: NaiveDate) -> Procent {
        self.omfang(dag).or(self.perioder.last().map(|p| p.omfang_pct)).unwrap_or(Procent::FULL)
    }

    /// No forløb of the employment that counts began later.
    #[must_use]
    pub fn is_newest(&self) -> bool {
        self.later == Later::Nothing
    }

    /// The id, or one that was joined into it.
    #[must_use]
    pub fn called(&self, id: Uuid) -> bool {
        self.id == id || self.alias.contains(&id)
    }
}

/// The newest signing that no rejection came after.
fn last_signing<'a>(steps: impl Iterator<Item = &'a Fact<AnmeldelseRegistreret>>) -> Option<NaiveDate> {
    steps.fold(None, |signed, step| match step.what.trin {
        Anmeldelsestrin::Underskrevet => Some(step.what.dato),
        Anmeldelsestrin::Afvist => None,
        Anmeldelsestrin::Klar | Anmeldelsestrin::Kvitteret => signed,
    })
}

// Each forløb that goes on is in memory: what most have nothing of is behind a pointer (`Rare`, `Box`).
const _: () = assert!(size_of::<Forloeb>() <= 880);
