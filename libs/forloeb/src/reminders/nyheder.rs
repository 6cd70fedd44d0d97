//! News: what one has said or done in a forløb and another waits for, told once, in the mail of the next working day.
//!
//! They are derived like reminders, with keys of the same kind, and outcomes in the same log. A reminder comes again until
//! something is done; news are told once, and not at all where nobody has to hear of them any more.

use chrono::NaiveDate;

use crate::deadlines::frister::Assessment;
use crate::events::haendelse::{Key, Udfald};
use crate::fold::forloeb::{Afgjort, Fact, Forloeb, Lederperiode};
use crate::reminders::indbydelser::is_gone;
use crate::reminders::paamindelser::Planlagt;
use crate::rules::Regelbog;
use crate::rules::calendar::plus_dage;
use crate::words::{Aflysning, Fristart, Modtagerrolle, Slutaarsag};

/// Begins the name of a step that is news. After it come what it is, and the position of the event; of a leader the day on which
/// it became known, and the first one.
const TRIN: &str = "nyt-";
/// Working days after the one on which a mail with it was to leave, on which it still is news.
pub const FRESH_ARBEJDSDAGE: i32 = 5;

code_words! {
    /// What is told.
    Nyhed {
        /// To the employee: a version of the plan that they have not answered.
        Plan = "plan",
        /// To the employee: minutes of a talk or a meeting.
        Referat = "referat",
        /// To the employee: minutes that they were told of are others now, or a day in them is.
        ChangedReferat = "aendret",
        /// To the employee: another leader leads the forløb.
        Leder = "leder",
        /// To the leader: the employee has answered the newest version of the plan.
        Plansvar = "plansvar",
        /// To the leader: the employee wants another time for the talk, or does not come.
        Samtalesvar = "samtalesvar",
        /// To the leader: the employee asks for a fastholdelsesplan, and nobody has answered.
        Fastholdelsesplan = "fastholdelsesplan",
        /// To who makes the first contact, and after it to the leader: how the employee wishes to be contacted.
        Oensker = "oensker",
        /// To the leader who gave the forløb away: the other one takes it.
        Overtagelse = "overtagelse",
        /// To who coordinates the plan: the newest version chose them, and somebody else made it.
        Koordinator = "koordinator",
        /// To who coordinates the plan: the employee has answered the newest version.
        PlansvarKoordinator = "plansvar_koordinator",
        /// To the leader: the employee has said yes or no to fast track, or asks for it.
        FastTrack = "fast_track",
    }
}

impl Nyhed {
    /// It is told to the employee.
    #[must_use]
    pub const fn is_for_medarbejder(self) -> bool {
        matches!(self, Self::Plan | Self::Referat | Self::ChangedReferat | Self::Leder)
    }

    /// HR has it too while it is disputed who leads, and instead of a leader whose mailbox does not take it. How the employee
    /// wishes to be contacted is not HR's to read; that somebody was chosen, or took what one gave away, is nobody else's news; and
    /// of an answer to the plan HR has what the leader has.
    pub(crate) const fn is_for_hr(self) -> bool {
        matches!(self, Self::Plansvar | Self::Samtalesvar | Self::Fastholdelsesplan | Self::FastTrack)
    }

    /// The frist that it is nearest to: who does not see that one does not see that this was told.
    const fn frist(self) -> Fristart {
        match self {
            Self::Plan | Self::Plansvar | Self::Koordinator | Self::PlansvarKoordinator => Fristart::TtaEvaluering,
            Self::Referat | Self::ChangedReferat | Self::Samtalesvar => Fristart::Samtale,
            Self::Leder | Self::Overtagelse => Fristart::Overtagelse,
            Self::Fastholdelsesplan => Fristart::VidereOpfoelgning,
            Self::Oensker => Fristart::FoersteKontakt,
            Self::FastTrack => Fristart::FastTrack,
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

/// Whom news are about that are news only of another: who led, coordinated or gave it away before, and who does or has it now; and
/// of an answer to the plan who leads and has it as that, and who coordinates. None where there was nobody before, or where news are
/// about something else. Who has moved inside the workplace may be both, by two numbers.
#[must_use]
pub fn before_and_now<'f>(f: &'f Forloeb, key: &Key) -> Option<(&'f str, &'f str)> {
    match key.nyhed()? {
        Nyhed::Leder => {
            let fra = leder_fra(key)?;
            f.leder_on(plus_dage(fra, -1)).zip(f.leder_on(fra))
        }
        Nyhed::Koordinator => {
            let chosen = f.tta.chosen.as_ref()?;
            let before = f.planer.iter().rev().find(|plan| plan.position < chosen.position)?;
            Some((before.what.plan.koordinator.as_deref()?, chosen.what.as_str()))
        }
        Nyhed::Overtagelse => {
            let (_, giver) = f.sagt.yes()?;
            Some((giver, f.sagt.overtagelse.as_ref()?.what.leder_nr.as_str()))
        }
        Nyhed::PlansvarKoordinator => {
            f.leder(key.generation).filter(|_| f.is_aabent(key.generation)).zip(f.koordinator())
        }
        Nyhed::Plan
        | Nyhed::Referat
        | Nyhed::ChangedReferat
        | Nyhed::Plansvar
        | Nyhed::Samtalesvar
        | Nyhed::Fastholdelsesplan
        | Nyhed::FastTrack
        | Nyhed::Oensker => None,
    }
}

/// The first day of the leader that such a step tells of.
pub(super) fn leder_fra(key: &Key) -> Option<NaiveDate> {
    let days = key.own_trin().strip_prefix(TRIN)?.strip_prefix(Nyhed::Leder.code())?.strip_prefix('-')?;
    days.split_once('/')?.1.parse().ok()
}

/// What there is to tell, while it is new: each once.
pub(crate) fn planlagte(f: &Forloeb, assessment: &Assessment, today: NaiveDate, book: &Regelbog) -> Vec<Planlagt> {
    if is_gone(f, today) || f.end_at.as_ref().is_some_and(|end| end.what == Slutaarsag::Annulleret) {
        return Vec::new();
    }
    let mut telling = Telling { f, today, book, plan: Vec::new() };
    // Minutes of the last talk may be written when the employee is back. Those of a talk that was none are no news.
    let moeder = f.moeder();
    for referat in f.referater_in_force().filter(|r| moeder.iter().any(|moede| moede.position == r.what.til)) {
        let before = f.referater.iter().filter(|r| r.what.til == referat.what.til && r.position < referat.position);
        let was_told = before
            .map(|r| r.position.to_string())
            .any(|which| telling.was_sent(Nyhed::Referat, &which) || telling.was_sent(Nyhed::ChangedReferat, &which));
        telling.tell(if was_told { Nyhed::ChangedReferat } else { Nyhed::Referat }, referat);
    }
    // Who coordinates does so also when the employee is back, and has nothing to do while no plan is needed.
    if let Some(chosen) = f.tta.chosen.as_ref().filter(|_| f.plan_undtaget().is_none()) {
        telling.tell(Nyhed::Koordinator, chosen);
    }
    let newest = f.plan().filter(|_| f.plan_undtaget().is_none());
    let answered = newest.and_then(|newest| f.plansvar(newest.what.version));
    // The leader is told of the answer as that, while the absence goes on.
    let led = f.leder(today).filter(|_| f.is_aabent(today));
    if let Some(svar) = answered.filter(|_| f.koordinator().is_some_and(|nr| led != Some(nr))) {
        telling.tell(Nyhed::PlansvarKoordinator, svar);
    }
    if !f.is_aabent(today) {
        return telling.plan;
    }
    if let Some((svar, _)) = f.sagt.yes() {
        telling.tell(Nyhed::Overtagelse, svar);
    }
    match (answered, newest) {
        (Some(svar), _) => telling.tell(Nyhed::Plansvar, svar),
        (None, Some(newest)) => telling.tell(Nyhed::Plan, newest),
        (None, None) => {}
    }
    if let Some(yes) = f.fast_track_yes() {
        telling.tell(Nyhed::FastTrack, yes);
    } else if let Some(said) = f.fast_track_said() {
        telling.tell(Nyhed::FastTrack, said);
    }
    if let Some(svar) = f.svar_to_act_on() {
        telling.tell(Nyhed::Samtalesvar, svar);
    }
    if let Some(asked) = f.sagt.fastholdelsesplan.as_ref().filter(|_| f.sagt.fastholdelsessvar.is_none()) {
        telling.tell(Nyhed::Fastholdelsesplan, asked);
    }
    let wishes = |said: &&Fact<Option<_>>| said.what.is_some();
    if let Some(said) = f.sagt.oensker.as_ref().filter(wishes) {
        telling.tell(Nyhed::Oensker, said);
    }
    telling.another_leder(assessment);
    telling.plan
}

/// What is told of a forløb.
struct Telling<'a> {
    f: &'a Forloeb,
    today: NaiveDate,
    book: &'a Regelbog,
    plan: Vec<Planlagt>,
}

impl Telling<'_> {
    fn tell<T>(&mut self, nyhed: Nyhed, fact: &Fact<T>) {
        self.tell_of(nyhed, &fact.position.to_string(), fact.dag);
    }

    /// To whom it is for. Whose leader it is may not be decided: then HR hears what the leader does, of what HR may hear.
    fn tell_of(&mut self, nyhed: Nyhed, which: &str, known: NaiveDate) {
        let (f, dag) = (self.f, self.book.calendar().shift(known, 1));
        let to_one = match nyhed {
            Nyhed::Plan | Nyhed::Referat | Nyhed::ChangedReferat | Nyhed::Leder => {
                (Modtagerrolle::Medarbejder, Some(f.medarbejder_nr.as_str()))
            }
            Nyhed::Oensker if f.kontakter.is_empty() => {
                (Modtagerrolle::Kontaktperson, f.kontaktperson(dag).or(f.leder(dag)))
            }
            Nyhed::Koordinator | Nyhed::PlansvarKoordinator => (Modtagerrolle::Koordinator, f.koordinator()),
            Nyhed::Overtagelse => (Modtagerrolle::Leder, f.sagt.yes().map(|(_, giver)| giver)),
            Nyhed::Plansvar | Nyhed::Samtalesvar | Nyhed::Fastholdelsesplan | Nyhed::FastTrack | Nyhed::Oensker => {
                (Modtagerrolle::Leder, f.leder(dag))
            }
        };
        let disputed = nyhed.is_for_hr() && f.disputes_leder(self.today);
        for (modtager, nr) in [Some(to_one), disputed.then_some((Modtagerrolle::Hr, None))].into_iter().flatten() {
            let trin = trin(nyhed, which);
            let key = Key { frist: nyhed.frist(), trin, modtager, nr: nr.map(str::to_owned), generation: known };
            // Who leads may be another by now, and then it was told to the one before; or to somebody instead of the one who was to
            // have it. Whose mailbox took nothing may still be sent it again.
            let told = |(sent, a): (&Key, &Afgjort)| {
                let hr = |one: &Key| one.modtager == Modtagerrolle::Hr;
                let instead_of_this =
                    sent.trin != key.trin && !hr(sent) && (sent.modtager, &sent.nr) == (key.modtager, &key.nr);
                let same = sent.own_trin() == key.trin && hr(sent) == hr(&key) && !instead_of_this;
                same && matches!(a.udfald, Udfald::Sendt { .. })
            };
            if !is_old(&key, self.today, self.book) && !f.afgjorte.iter().any(told) {
                self.plan.push(Planlagt { dag, key, sidste_chance: false });
            }
        }
    }

    fn was_sent(&self, nyhed: Nyhed, which: &str) -> bool {
        was_sent(self.f, nyhed, which)
    }

    /// That another leads than the employee knows of: the one who led when the absence became known, and then whoever they were
    /// told of, or could have read of for as long as it was news. Who has it no longer on the morning on which it would be told is
    /// not told of. Who is asked whether they take it may say no: it is told when they have it, or when the days for their answer
    /// have passed.
    fn another_leder(&mut self, assessment: &Assessment) {
        let f = self.f;
        let mut knows = leder_known_at_first(f);
        let begins = |l: &Lederperiode| l.fra.max(l.decided);
        let mut changes: Vec<&Lederperiode> = f.ledere.iter().filter(|l| begins(l) > f.known).collect();
        changes.sort_by_key(|l| begins(l));
        let mut untold = None;
        for (n, change) in changes.iter().enumerate() {
            let known = self.leder_known(change, assessment);
            let which = format!("{known}/{}", change.fra);
            let is_told = self.was_sent(Nyhed::Leder, &which);
            let is_short =
                || changes.get(n + 1).is_some_and(|next| begins(next) <= self.book.calendar().shift(known, 1));
            if knows.is_some_and(|l| l.leder_nr == change.leder_nr) {
                untold = None;
            } else if is_told || (!is_short() && self.could_be_read(&which, known)) {
                (knows, untold) = (Some(*change), None);
            } else {
                untold = Some((*change, known, which));
            }
        }
        let Some((change, known, which)) = untold.filter(|(change, ..)| change.leder_nr.is_some()) else { return };
        // Something else may hold on that day already, as where payroll has yet another from then on.
        if f.leder_on(known.max(change.fra).max(self.today)) == change.leder_nr.as_deref() {
            self.tell_of(Nyhed::Leder, &which, known);
        }
    }

    /// It stood on the employee's page while it was new, or they have no mailbox and it stands there alone.
    fn could_be_read(&self, which: &str, known: NaiveDate) -> bool {
        let trin = trin(Nyhed::Leder, which);
        let withheld = |a: &Afgjort| matches!(a.udfald, Udfald::Aflyst { aarsag: Aflysning::NoModtager });
        is_past(known, self.today, self.book)
            || self.f.afgjorte.iter().any(|(key, a)| key.own_trin() == trin && withheld(a))
    }

    /// The day on which it is known who leads from a change on.
    fn leder_known(&self, change: &Lederperiode, assessment: &Assessment) -> NaiveDate {
        let since = change.fra.max(change.decided);
        let sagt = &self.f.sagt;
        let asked = sagt.overtagelse.as_ref().map(|asked| (Some(&*asked.what.leder_nr), asked.what.fra));
        if asked != Some((change.leder_nr.as_deref(), change.fra)) {
            return since;
        }
        let answered = sagt.overtagelsessvar.as_ref().filter(|_| sagt.asked_to_take().is_none()).map(|svar| svar.dag);
        let settled = answered.or_else(|| Some(assessment.frist(Fristart::Overtagelse)?.lovdag));
        settled.map_or(since, |dag| dag.max(since))
    }
}

/// The leader whom the employee knows of where nobody has told them of another: who led when the absence became known.
pub(super) fn leder_known_at_first(f: &Forloeb) -> Option<&Lederperiode> {
    f.ledere.iter().rev().find(|l| l.fra <= f.known && l.decided <= f.known).or(f.ledere.first())
}

/// A mail told of it.
pub(super) fn was_sent(f: &Forloeb, nyhed: Nyhed, which: &str) -> bool {
    let trin = trin(nyhed, which);
    f.afgjorte.iter().any(|(key, a)| key.own_trin() == trin && matches!(a.udfald, Udfald::Sendt { .. }))
}

fn trin(nyhed: Nyhed, which: &str) -> String {
    format!("{TRIN}{nyhed}-{which}")
}

/// Something waits that the employee has not been told. What was withheld for want of an address is among it: it leaves when there
/// is one, and can be given on paper until then.
#[must_use]
pub fn wait_for_medarbejder(f: &Forloeb, assessment: &Assessment, today: NaiveDate, book: &Regelbog) -> bool {
    let theirs = |p: &Planlagt| p.key.modtager == Modtagerrolle::Medarbejder && !f.afgjorte.contains_key(&p.key);
    planlagte(f, assessment, today, book).iter().any(theirs)
}

/// It was news, and is not any more.
#[must_use]
pub fn is_old(key: &Key, today: NaiveDate, book: &Regelbog) -> bool {
    key.nyhed().is_some() && is_past(key.generation, today, book)
}

/// A mail of what became known on this day is none any more.
pub(super) fn is_past(known: NaiveDate, today: NaiveDate, book: &Regelbog) -> bool {
    book.calendar().shift(known, 1 + FRESH_ARBEJDSDAGE) < today
}
