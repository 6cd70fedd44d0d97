//! What an employee would be told by mail, and no mail has told them: for who cannot be reached by one, and is told on paper.
//!
//! A mail leaves on its morning, and is recorded as withheld where there is nobody to send it to. Paper has no morning: what still
//! stands is told for as long as it stands, whatever became of the mail, and until somebody says that they have given the letter.

use chrono::NaiveDate;

use crate::deadlines::frister::Assessment;
use crate::events::haendelse::{Key, ReferatSkrevet, Udfald};
use crate::fold::forloeb::{Afgjort, Fact, Forloeb};
use crate::fold::samtale::{Aftale, Moede};
use crate::reminders::indbydelser::{self, Indbydelse, code_of_samtale, indbydelse, is_gone};
use crate::reminders::nyheder::{Nyhed, is_past, leder_fra, leder_known_at_first, was_sent};
use crate::reminders::paamindelser::{forfaldne, planlagte};
use crate::rules::Regelbog;
use crate::words::{Brevart, Fristart, Modtagerrolle, Slutaarsag};

/// Begins the code of another leader; after it comes their number.
const LEDER: &str = "leder-";

/// One thing to tell.
#[derive(Debug, Clone, Copy)]
pub enum ToTell<'f> {
    /// A meeting with them, or that one will not be held.
    Moede(Indbydelse),
    /// Something they have agreed to do, and have not done.
    Aftale(Aftale<'f>),
    /// The newest version of the plan waits for their answer.
    Plan,
    /// Minutes of a meeting with them.
    Referat {
        /// Of which.
        moede: Moede,
        /// They were told of others, and these stand in their place.
        changed: bool,
    },
    /// Another leads than the one they know of.
    Leder {
        /// Employee number of the one they know of.
        before: Option<&'f str>,
        /// Employee number of the one who leads.
        now: &'f str,
    },
    /// Their leader was reminded of a talk with them: a copy, which asks for nothing.
    Reminded,
}

impl ToTell<'_> {
    /// What stands for it in a letter that was given. What takes its place, another version or another time, has another code.
    #[must_use]
    pub fn code(&self, f: &Forloeb, assessment: &Assessment) -> String {
        match self {
            Self::Moede(Indbydelse { art, when, aflyst: true, .. }) => format!("moede-{art}-{}-aflyst", when.dag()),
            // An evaluation is whatever evaluation its day has; a talk is another when it is arranged anew.
            Self::Moede(Indbydelse { art: Fristart::Samtale, known: Some(known), .. }) => code_of_samtale(*known),
            Self::Moede(Indbydelse { art, when, .. }) => format!("moede-{art}-{}", when.dag()),
            Self::Aftale(aftale) => format!("aftale-{}-{}", aftale.nr, aftale.referat.position),
            Self::Plan => format!("plan-{}", f.plan().map_or(0, |newest| newest.what.version)),
            Self::Referat { moede, .. } => {
                let newest = f.referater_in_force().find(|r| r.what.til == moede.position);
                format!("referat-{}", newest.map_or(moede.position, |r| r.position))
            }
            Self::Leder { now, .. } => format!("{LEDER}{now}"),
            Self::Reminded => {
                let lovdag = assessment.frist(Fristart::Samtale).map(|frist| frist.lovdag.to_string());
                format!("paamindet-{}", lovdag.unwrap_or_default())
            }
        }
    }
}

/// The codes of what a letter tells that is given on a day: everything, or that they are invited.
pub(crate) fn told_by(
    art: Brevart,
    f: &Forloeb,
    assessment: &Assessment,
    today: NaiveDate,
    book: &Regelbog,
) -> Vec<String> {
    let is_in_it = |one: &ToTell<'_>| match art {
        Brevart::Besked => true,
        Brevart::Indkaldelse => {
            matches!(one, ToTell::Moede(Indbydelse { art: Fristart::Samtale, aflyst: false, .. }))
        }
    };
    let all = to_tell(f, assessment, today, book);
    all.iter().filter(|one| is_in_it(one)).map(|one| one.code(f, assessment)).collect()
}

/// Everything that stands to be told to the employee on a day, meetings first.
#[must_use]
pub fn to_tell<'f>(f: &'f Forloeb, assessment: &Assessment, today: NaiveDate, book: &Regelbog) -> Vec<ToTell<'f>> {
    let annulled = f.end_at.as_ref().is_some_and(|end| end.what == Slutaarsag::Annulleret);
    if f.erased || annulled || is_gone(f, today) {
        return Vec::new();
    }
    let appointments = indbydelser::planlagte(f, assessment, today);
    let theirs = appointments.iter().filter(|p| is_theirs(&p.key) && p.key.generation >= today);
    let mut all: Vec<ToTell<'f>> = theirs.filter_map(|p| indbydelse(f, &p.key)).map(ToTell::Moede).collect();
    let invited = all.iter().any(|one| matches!(one, ToTell::Moede(Indbydelse { art: Fristart::Samtale, .. })));
    all.extend(agreed(f, assessment));
    all.extend((f.is_aabent(today) && awaits_answer(f)).then_some(ToTell::Plan));
    all.extend(minutes(f, today, book));
    if f.is_aabent(today) {
        all.extend(leder(f, assessment, today));
        // Who is invited to it hears of the talk by that.
        all.extend((!invited && is_reminded(f, assessment, today, book)).then_some(ToTell::Reminded));
    }
    // Of who leads a letter may have told before the last that they were told of.
    all.retain(|one| matches!(one, ToTell::Leder { .. }) || !f.noteret.is_told(&one.code(f, assessment)));
    all
}

fn is_theirs(key: &Key) -> bool {
    key.modtager == Modtagerrolle::Medarbejder
}

/// What they are to do themself, for as long as it is to be done.
fn agreed<'f>(f: &'f Forloeb, assessment: &Assessment) -> impl Iterator<Item = ToTell<'f>> {
    let open = assessment
        .frister
        .iter()
        .filter(|frist| frist.status.outstanding() && frist.ansvarlig.contains(&Modtagerrolle::Medarbejder));
    open.filter_map(|frist| f.aftale(frist.aftale?)).map(ToTell::Aftale)
}

/// The newest version of the plan has no answer, and no mail has told of it.
fn awaits_answer(f: &Forloeb) -> bool {
    f.plan().filter(|_| f.plan_undtaget().is_none()).is_some_and(|newest| {
        let told = was_sent(f, Nyhed::Plan, &newest.position.to_string());
        !told && f.plansvar(newest.what.version).is_none()
    })
}

/// The minutes that count, of meetings that were held. Who is back is at work and is told there, but for what is news.
fn minutes<'f>(f: &'f Forloeb, today: NaiveDate, book: &Regelbog) -> Vec<ToTell<'f>> {
    let was_told = |position: u64| {
        let which = position.to_string();
        was_sent(f, Nyhed::Referat, &which) || was_sent(f, Nyhed::ChangedReferat, &which)
    };
    let moeder = f.moeder();
    let untold = f.referater_in_force().filter(|r| !was_told(r.position));
    let stands = untold.filter(|r| f.is_aabent(today) || !is_past(r.dag, today, book));
    let one = |r: &Fact<ReferatSkrevet>| {
        let moede = *moeder.iter().find(|moede| moede.position == r.what.til)?;
        let earlier = f.referater.iter().filter(|e| e.what.til == r.what.til && e.position < r.position);
        let changed = earlier.map(|e| e.position).any(was_told);
        Some(ToTell::Referat { moede, changed })
    };
    stands.filter_map(one).collect()
}

/// Who leads, where it is another than the one they know of: who led when the absence became known, or of whom a mail or a letter told
/// them last. Who is asked whether they take it may still say no.
fn leder<'f>(f: &'f Forloeb, assessment: &Assessment, today: NaiveDate) -> Option<ToTell<'f>> {
    let now = f.leder(today)?;
    let asked = f.sagt.asked_to_take().is_some_and(|asked| asked.what.leder_nr == now);
    let in_time = || assessment.frist(Fristart::Overtagelse).is_some_and(|frist| today <= frist.lovdag);
    if asked && in_time() {
        return None;
    }
    let sent =
        |(key, a): &(&Key, &Afgjort)| key.nyhed() == Some(Nyhed::Leder) && matches!(a.udfald, Udfald::Sendt { .. });
    let newest = f.afgjorte.iter().filter(sent).max_by_key(|(_, a)| a.time);
    let mailed = newest.and_then(|(key, a)| Some((a.time, f.leder_on(leder_fra(key)?))));
    let in_letters = f.noteret.breve.iter().filter_map(|brev| {
        let nr = brev.what.om.iter().find_map(|code| code.strip_prefix(LEDER))?;
        Some((brev.time, Some(nr)))
    });
    let told = mailed.into_iter().chain(in_letters).max_by_key(|(time, _)| *time).map(|(_, leder)| leder);
    let before = told.unwrap_or_else(|| leder_known_at_first(f).and_then(|l| l.leder_nr.as_deref()));
    (before != Some(now)).then_some(ToTell::Leder { before, now })
}

/// The leader was reminded that the talk is late, and the copy of it has not left.
fn is_reminded(f: &Forloeb, assessment: &Assessment, today: NaiveDate, book: &Regelbog) -> bool {
    let Some(samtale) = assessment.frist(Fristart::Samtale).filter(|frist| frist.status.outstanding()) else {
        return false;
    };
    let is_copy = |key: &Key| {
        let is_news = key.nyhed().is_some() || key.indbydelse().is_some();
        is_theirs(key) && !is_news && key.frist == Fristart::Samtale && key.generation == samtale.lovdag
    };
    let refused = |(key, a): (&Key, &Afgjort)| is_copy(key) && matches!(a.udfald, Udfald::Fejlet { .. });
    f.afgjorte.iter().any(refused)
        || forfaldne(&planlagte(f, assessment, today, book), today).0.iter().any(|p| is_copy(&p.key))
}
