//! What is assumed about people: how diligent they are, and what a reminder makes them do.

use chance::Random;
use chrono::{Days, NaiveDate};
use forloeb::haendelse::Udfald;
use forloeb::regler::CountedFrom;
use forloeb::words::{Aarsag, Anmeldelsestrin, Fristart, Modtagerrolle, Opfoelgningsart};
use serde::Serialize;

use crate::invented::deed::{Forloebet, What};
use crate::invented::people::{People, ReadPaamindelse};
use crate::invented::sagt::Sagt;

/// How a person goes about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flid {
    /// Sees to it before anybody reminds them.
    Omhyggelig,
    /// Sees to it when reminded.
    Paamindet,
    /// Sees to it late, if a second reminder or the last chance comes.
    Travl,
    /// Seldom sees to it.
    Forsoemmelig,
}

/// What follows from it. Shares are times in a thousand, and of each frist and reminder for itself.
#[derive(Debug, Clone, Copy)]
struct Habits {
    /// Sees to a frist in the week before its first reminder.
    unasked: u64,
    /// Sees to it because of a first reminder.
    first: u64,
    /// Because of one that is not the first, says that it is the last chance, or comes after the target.
    since: u64,
    /// So many days after the reminder, from and to; 0 is the same day.
    after_dage: (u64, u64),
}

/// HR is one mailbox with its own habits. It answers for receipts and claims.
const HR: Habits = Habits { unasked: 800, first: 850, since: 950, after_dage: (0, 3) };
/// HR sends an anmeldelse that no leader has prepared: on a first reminder, and on a later one.
const HR_UNPREPARED: (u64, u64) = (100, 450);
/// HR claims every month without being reminded.
const HR_KRAV: u64 = 700;
/// A receipt turns out to be a rejection.
const REFUSED: u64 = 25;
/// A talk was recorded on the wrong forløb.
const REGRETTED: u64 = 40;
/// Of those who make plans at all, and of those who come back step by step.
const PLAN: u64 = 600;
const GRADUAL: u64 = 450;
/// Days before a first reminder in which somebody sees to it by themselves.
const UGEN_BEFORE: u64 = 7;

impl Flid {
    /// Every kind, the most diligent first.
    pub const ALL: [Self; 4] = [Self::Omhyggelig, Self::Paamindet, Self::Travl, Self::Forsoemmelig];

    /// Its word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Omhyggelig => "omhyggelig",
            Self::Paamindet => "påmindet",
            Self::Travl => "travl",
            Self::Forsoemmelig => "forsømmelig",
        }
    }

    const fn habits(self) -> Habits {
        match self {
            Self::Omhyggelig => Habits { unasked: 930, first: 950, since: 980, after_dage: (0, 1) },
            Self::Paamindet => Habits { unasked: 150, first: 750, since: 850, after_dage: (0, 3) },
            Self::Travl => Habits { unasked: 40, first: 80, since: 500, after_dage: (1, 5) },
            Self::Forsoemmelig => Habits { unasked: 0, first: 30, since: 90, after_dage: (2, 10) },
        }
    }
}

/// Everybody, each with the diligence they have throughout.
pub(super) struct Staff {
    seed: u64,
}

impl Staff {
    pub(super) const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The diligence of an employee number.
    pub(super) fn flid(&self, nr: u32) -> Flid {
        // Another sequence than any that people or days are drawn from.
        let mut t = Random::new(self.seed ^ 0x666c_6964 ^ (u64::from(nr) << 32));
        match t.under(100) {
            0..25 => Flid::Omhyggelig,
            25..65 => Flid::Paamindet,
            65..90 => Flid::Travl,
            _ => Flid::Forsoemmelig,
        }
    }

    fn habits(&self, nr: Option<&str>) -> Habits {
        nr.and_then(|nr| nr.parse().ok()).map_or(HR, |nr| self.flid(nr).habits())
    }

    /// A leader prepared the anmeldelse; HR sees it, mostly.
    fn hr_sender(fra: NaiveDate, t: &mut Random) -> Vec<(NaiveDate, What)> {
        if !t.per_mille(HR.unasked) {
            return Vec::new();
        }
        let sendt = fra + Days::new(t.between(1, 3));
        let answer = sendt + Days::new(t.between(1, 4));
        vec![(sendt, What::Anmeld(Anmeldelsestrin::Underskrevet)), (answer, What::Anmeld(Anmeldelsestrin::Kvitteret))]
    }

    fn anmeldelse(&self, read: &ReadPaamindelse<'_>, since: bool, t: &mut Random) -> Vec<(NaiveDate, What)> {
        let ready = read.f.anmeldelser.last().is_some_and(|a| a.what.trin != Anmeldelsestrin::Afvist);
        let habits = self.habits(read.reader);
        let perform = match (read.reader, ready) {
            (Some(_), true) => return Vec::new(), // their part is done
            (Some(_), false) | (None, true) => t.per_mille(if since { habits.since } else { habits.first }),
            (None, false) => t.per_mille(if since { HR_UNPREPARED.1 } else { HR_UNPREPARED.0 }),
        };
        if !perform {
            return Vec::new();
        }
        let dag = read.now.dag + Days::new(t.between(habits.after_dage.0, habits.after_dage.1));
        if read.reader.is_some() {
            let mut out = vec![(dag, What::Anmeld(Anmeldelsestrin::Klar))];
            out.extend(Self::hr_sender(dag, t));
            return out;
        }
        let answer = dag + Days::new(t.between(1, 4));
        vec![(dag, What::Anmeld(Anmeldelsestrin::Underskrevet)), (answer, What::Anmeld(Anmeldelsestrin::Kvitteret))]
    }
}

/// A day in the week before the first reminder of a frist, as the rule set has it.
fn before_paamindelsen(f: &mut Forloebet<'_, '_>, art: Fristart) -> Option<NaiveDate> {
    let (foerste, calendar) = (f.plus(0), f.frame.book.calendar());
    let regler = f.frame.book.in_force(foerste);
    let frist = regler.frist(art, None)?;
    let paamindelser = regler.paamindelser.iter().filter(|r| r.frist == art).map(|r| {
        let fra = match r.fra {
            CountedFrom::Aabner => frist.aabner,
            CountedFrom::Maaldag => frist.maaldag,
            CountedFrom::Lovdag => frist.lovdag,
        };
        r.dag(fra.compute(foerste, calendar), calendar)
    });
    let dag = paamindelser.min()? - Days::new(f.t.between(1, UGEN_BEFORE));
    Some(dag.max(foerste))
}

/// What resolves it, where a person on the leader's side can.
fn loesning(art: Fristart) -> Option<What> {
    match art {
        Fristart::FoersteKontakt | Fristart::Kontakt => Some(What::Kontakt),
        Fristart::Samtale => Some(What::Samtale),
        Fristart::FastTrack => Some(What::FastTrack),
        Fristart::OtteUger => Some(What::OtteUger),
        Fristart::TtaEvaluering | Fristart::Skaanehensyn => Some(What::Evaluer),
        Fristart::Easy => Some(What::Easy),
        Fristart::ForventetSlut => Some(What::Sagt(Sagt::ForventetSlut)),
        Fristart::Overtagelse => Some(What::Sagt(Sagt::SvarOvertagelse)),
        Fristart::Forebyggelse => Some(What::Sagt(Sagt::Forebyg)),
        Fristart::Aftale => Some(What::Sagt(Sagt::Aftale)),
        Fristart::VidereOpfoelgning => Some(What::Opfoelgning(Opfoelgningsart::Videre)),
        Fristart::OpfoelgningEfterRetur => Some(What::Opfoelgning(Opfoelgningsart::EfterRetur)),
        Fristart::ForkertLeder
        | Fristart::Anmeldelse
        | Fristart::Refusionsanmodning
        | Fristart::Paragraf56Fornyelse => None,
    }
}

/// The follow-ups that stand on the work list and no mail asks for: who looks there by themselves sees to them, in the week
/// before the day of each.
fn without_mail(f: &mut Forloebet<'_, '_>, dage: u64, unasked: u64) {
    let (foerste, end, book) = (f.plus(0), f.plus(dage - 1), f.frame.book);
    let (regler, calendar) = (book.in_force(foerste), book.calendar());
    let day = |art: Fristart, fra: NaiveDate| regler.frist(art, None).map(|frist| frist.lovdag.compute(fra, calendar));
    let art = Fristart::VidereOpfoelgning;
    let mut before = day(Fristart::OtteUger, foerste).unwrap_or(end);
    while let Some(due) = day(art, before).filter(|due| before < *due && *due <= end) {
        if f.t.per_mille(unasked) {
            let dag = due - Days::new(f.t.between(1, UGEN_BEFORE));
            f.loes(dag, art, What::Opfoelgning(Opfoelgningsart::Videre));
        }
        before = due;
    }
    let art = Fristart::OpfoelgningEfterRetur;
    let long = regler.frist(art, None).filter(|frist| dage >= u64::from(frist.mindst_dage));
    if let Some(due) = long.map(|frist| frist.lovdag.compute(end, calendar)).filter(|_| f.t.per_mille(unasked)) {
        let dag = (due - Days::new(f.t.between(1, UGEN_BEFORE))).max(end + Days::new(1));
        f.loes(dag, art, What::Opfoelgning(Opfoelgningsart::EfterRetur));
    }
}

impl People for Staff {
    fn opfoelgning(&self, f: &mut Forloebet<'_, '_>, dage: u64) {
        let habits = f.frame.leder.map_or(HR, |nr| self.flid(nr).habits());
        let end = f.plus(dage);
        for art in [Fristart::FoersteKontakt, Fristart::Samtale, Fristart::FastTrack, Fristart::OtteUger] {
            let (unasked, dag) = (f.t.per_mille(habits.unasked), before_paamindelsen(f, art));
            if let (true, Some(dag), Some(what)) = (unasked, dag.filter(|d| *d < end), loesning(art)) {
                f.loes(dag, art, what);
                if art == Fristart::Samtale {
                    f.people((dag - Days::new(4)).max(f.plus(0)), What::Indkald);
                    if f.t.per_mille(REGRETTED) {
                        f.people(dag + Days::new(1), What::UndoSamtale);
                    }
                }
            }
        }
        if f.aarsag() == Aarsag::Arbejdsskade && f.t.per_mille(habits.unasked) {
            let dag = f.between(1, 8);
            f.loes(dag, Fristart::Easy, What::Easy);
        }
        if dage > 45 && f.t.per_mille(habits.unasked * PLAN / 1000) {
            let put = f.t.between(28, 40);
            let evaluering = f.between(put + 14, put + 35);
            f.people(f.plus(put), What::Plan { evaluering });
            if f.t.per_mille(habits.unasked) {
                f.loes(evaluering - Days::new(5), Fristart::TtaEvaluering, What::Evaluer);
            }
        }
        if dage > 40 && f.t.per_mille(GRADUAL) {
            f.gradual(dage);
        }
        without_mail(f, dage, habits.unasked);
    }

    fn penge(&self, f: &mut Forloebet<'_, '_>, dage: u64) {
        let habits = f.frame.leder.map_or(HR, |nr| self.flid(nr).habits());
        let (unasked, ready) = (f.t.per_mille(habits.unasked), before_paamindelsen(f, Fristart::Anmeldelse));
        if let (true, Some(ready)) = (unasked, ready) {
            f.loes(ready, Fristart::Anmeldelse, What::Anmeld(Anmeldelsestrin::Klar));
            let sendt = Self::hr_sender(ready, f.t);
            if let Some((answer, _)) = sendt.last().filter(|_| f.t.per_mille(REFUSED)) {
                f.people(*answer + Days::new(2), What::Anmeld(Anmeldelsestrin::Afvist));
            }
            for (dag, what) in sendt {
                f.loes(dag, Fristart::Anmeldelse, what);
            }
        }
        if f.t.per_mille(HR_KRAV) {
            let mut krav = dage.min(f.t.between(45, 70));
            while krav < dage {
                f.loes(f.plus(krav), Fristart::Refusionsanmodning, What::KravThatReached);
                krav += f.t.between(28, 45);
            }
            let after = f.between(dage + 6, dage + 40);
            f.loes(after, Fristart::Refusionsanmodning, What::KravThatReached);
        }
    }

    fn keeps(&self, leder: Option<u32>) -> u64 {
        leder.map_or(HR, |nr| self.flid(nr).habits()).unasked
    }

    fn paamindet(&self, read: &ReadPaamindelse<'_>, t: &mut Random) -> Vec<(NaiveDate, Fristart, What)> {
        let (key, dag) = (&read.planlagt.key, read.now.dag);
        let art = key.frist;
        if key.modtager == Modtagerrolle::Medarbejder && art != Fristart::Aftale {
            return Vec::new(); // the neutral copy asks for nothing
        }
        let passed = read.v.frist(art).is_some_and(|fr| dag > fr.maaldag);
        let before = read.f.afgjorte.iter().any(|(n, a)| {
            let same = (n.frist, n.modtager, n.generation) == (art, key.modtager, key.generation);
            same && matches!(a.udfald, Udfald::Sendt { .. })
        });
        let since = before || passed || read.planlagt.sidste_chance;
        if art == Fristart::Anmeldelse {
            return self.anmeldelse(read, since, t).into_iter().map(|(dag, what)| (dag, art, what)).collect();
        }
        // HR cannot hold a talk, nor can a leader's leader: they get hold of the leader, who is as they are.
        // What HR agreed to do itself, it does.
        let unasked = loesning(art).is_none()
            || art == Fristart::Aftale
            || !matches!(key.modtager, Modtagerrolle::Hr | Modtagerrolle::LedersLeder);
        let habits = self.habits(if unasked { read.reader } else { read.f.leder(dag).or(read.reader) });
        if !t.per_mille(if since { habits.since } else { habits.first }) {
            return Vec::new();
        }
        let dag = dag + Days::new(t.between(habits.after_dage.0, habits.after_dage.1));
        let what = match art {
            Fristart::Refusionsanmodning => Some(What::KravThatReached),
            Fristart::ForkertLeder => Some(What::Sagt(Sagt::BeholdLeder)),
            art => loesning(art),
        };
        what.map(|what| (dag, art, what)).into_iter().collect()
    }
}
