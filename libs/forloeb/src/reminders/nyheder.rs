//! News: what one has said or done in a forløb and another waits for, told once, in the mail of the next working day.
//!
//! They are derived like reminders, with keys of the same kind, and outcomes in the same log. A reminder comes again until
//! something is done; news are told once, and not at all where nobody has to hear of them any more.

use chrono::NaiveDate;

use crate::events::haendelse::{Key, Udfald};
use crate::fold::forloeb::{Afgjort, Fact, Forloeb};
use crate::reminders::indbydelser::is_gone;
use crate::reminders::paamindelser::Planlagt;
use crate::rules::Regelbog;
use crate::rules::calendar::plus_dage;
use crate::words::{Fristart, Modtagerrolle, Slutaarsag};

/// Begins the name of a step that is news. After it come what it is, and the position of the event; of a leader the first day.
const TRIN: &str = "nyt-";
/// Days after the one on which a mail with it was to leave, on which it still is news.
const FRESH_DAGE: i64 = 5;

code_words! {
    /// What is told.
    Nyhed {
        /// To the employee: a version of the plan that they have not answered.
        Plan = "plan",
        /// To the employee: minutes of a talk or a meeting.
        Referat = "referat",
        /// To the employee: another leader leads the forløb.
        Leder = "leder",
        /// To the leader: the employee has answered the newest version of the plan.
        Plansvar = "plansvar",
        /// To the leader: the employee wants another time for the talk, or does not come.
        Samtalesvar = "samtalesvar",
        /// To the leader: the employee asks for a fastholdelsesplan, and nobody has answered.
        Fastholdelsesplan = "fastholdelsesplan",
        /// To the leader: how the employee wishes to be contacted.
        Oensker = "oensker",
    }
}

impl Nyhed {
    /// Who is told.
    #[must_use]
    pub const fn til(self) -> Modtagerrolle {
        match self {
            Self::Plan | Self::Referat | Self::Leder => Modtagerrolle::Medarbejder,
            Self::Plansvar | Self::Samtalesvar | Self::Fastholdelsesplan | Self::Oensker => Modtagerrolle::Leder,
        }
    }

    /// The frist that it is nearest to: who does not see that one does not see that this was told.
    const fn frist(self) -> Fristart {
        match self {
            Self::Plan | Self::Plansvar => Fristart::TtaEvaluering,
            Self::Referat | Self::Samtalesvar => Fristart::Samtale,
            Self::Leder => Fristart::Overtagelse,
            Self::Fastholdelsesplan => Fristart::VidereOpfoelgning,
            Self::Oensker => Fristart::FoersteKontakt,
        }
    }
}

impl Key {
    /// What is told; none: it is a reminder, or an invitation.
    #[must_use]
    pub fn nyhed(&self) -> Option<Nyhed> {
        nyhed_of(&self.trin)
    }
}

/// What a step of this name tells; none: it is a reminder, or an invitation.
#[must_use]
pub fn nyhed_of(trin: &str) -> Option<Nyhed> {
    Nyhed::from_code(trin.strip_prefix(TRIN)?.split_once('-')?.0)
}

/// What there is to tell, while it is new: each once.
pub(crate) fn planlagte(f: &Forloeb, today: NaiveDate, book: &Regelbog) -> Vec<Planlagt> {
    if is_gone(f, today) || f.end_at.as_ref().is_some_and(|end| end.what == Slutaarsag::Annulleret) {
        return Vec::new();
    }
    let mut plan = Vec::new();
    let mut tell = |nyhed: Nyhed, which: String, known: NaiveDate| {
        let dag = book.calendar().shift(known, 1);
        let trin = format!("{TRIN}{nyhed}-{which}");
        let sent = |(key, a): (&Key, &Afgjort)| key.trin == trin && matches!(a.udfald, Udfald::Sendt { .. });
        // Who leads may be another by now, and then it was told to the one before.
        if plus_dage(dag, FRESH_DAGE) < today || f.afgjorte.iter().any(sent) {
            return;
        }
        let modtager = nyhed.til();
        let to_leder = modtager == Modtagerrolle::Leder;
        let nr = if to_leder { f.leder_on(dag) } else { Some(f.medarbejder_nr.as_str()) };
        let key = Key { frist: nyhed.frist(), trin, modtager, nr: nr.map(str::to_owned), generation: known };
        plan.push(Planlagt { dag, key, sidste_chance: false });
    };
    // Minutes of the last talk may be written when the employee is back.
    if let Some(newest) = f.referater_in_force().last() {
        tell(Nyhed::Referat, newest.position.to_string(), newest.dag);
    }
    if !f.is_aabent(today) {
        return plan;
    }
    if let Some(newest) = f.plan().filter(|_| f.plan_undtaget().is_none()) {
        match f.plansvar(newest.what.version) {
            None => tell(Nyhed::Plan, newest.position.to_string(), newest.dag),
            Some(svar) => tell(Nyhed::Plansvar, svar.position.to_string(), svar.dag),
        }
    }
    if let Some(svar) = f.svar_to_act_on() {
        tell(Nyhed::Samtalesvar, svar.position.to_string(), svar.dag);
    }
    if let Some(asked) = f.sagt.fastholdelsesplan.as_ref().filter(|_| f.sagt.fastholdelsessvar.is_none()) {
        tell(Nyhed::Fastholdelsesplan, asked.position.to_string(), asked.dag);
    }
    let wishes = |said: &&Fact<Option<_>>| said.what.is_some();
    if let Some(said) = f.sagt.oensker.as_ref().filter(wishes) {
        tell(Nyhed::Oensker, said.position.to_string(), said.dag);
    }
    // Who is asked whether they take it may say no: it is told when they have it.
    if let Some(fra) = another_leder(f, today).filter(|fra| f.asked_to_take(today.max(*fra)).is_none()) {
        let answered = f.sagt.overtagelsessvar.as_ref().map(|svar| svar.dag);
        tell(Nyhed::Leder, fra.to_string(), answered.map_or(fra, |dag| dag.max(fra)));
    }
    plan
}

/// Since when, or from when next, another leads than the employee knows of: the first leader, and then whoever they were told of.
fn another_leder(f: &Forloeb, today: NaiveDate) -> Option<NaiveDate> {
    let told = f
        .afgjorte
        .iter()
        .filter(|(key, a)| key.nyhed() == Some(Nyhed::Leder) && matches!(a.udfald, Udfald::Sendt { .. }));
    let knows = f.leder_on(told.map(|(key, _)| key.generation).max().unwrap_or(f.foerste));
    let another = |fra: &NaiveDate| f.leder_on(*fra).is_some_and(|nr| Some(nr) != knows);
    let since = f.ledere.iter().map(|l| l.fra).filter(|fra| *fra > f.foerste && *fra <= today).max();
    since.filter(another).or_else(|| f.ledere.iter().map(|l| l.fra).filter(|fra| *fra > today).find(another))
}

/// It was news, and is not any more.
#[must_use]
pub fn is_old(key: &Key, today: NaiveDate, book: &Regelbog) -> bool {
    key.nyhed().is_some() && plus_dage(book.calendar().shift(key.generation, 1), FRESH_DAGE) < today
}
