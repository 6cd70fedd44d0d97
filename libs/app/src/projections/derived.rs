//! What follows from the events of one employment on a day. Pure: live, rebuilt and compared it is the same function.

use std::sync::Arc;

use chrono::{Months, NaiveDate};
use forloeb::forloeb::Afgjort;
use forloeb::frister::{Assessment, assess};
use forloeb::haendelse::{Key, Stamdata, Udfald};
use forloeb::nyheder::{is_old, wait_for_medarbejder};
use forloeb::oere::whole_kroner;
use forloeb::paamindelser::{Waking, next_waking, planlagte};
use forloeb::refusion::Skoen;
use forloeb::regnskab::{Dagsstand, regnskab};
use forloeb::to_tell::to_tell;
use forloeb::words::{Fristart, Modtagerrolle, Slutaarsag};
use forloeb::{Ansaettelse, Forloeb, Haendelse, Oere, Regelbog};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::card::{Ansvar, Card};

/// What follows from one employment.
#[derive(Debug, Clone)]
pub struct Derived {
    /// Every registration, and which of the forløb it is part of.
    pub registreringer: Vec<(Uuid, Option<usize>)>,
    /// Every forløb.
    pub forloeb: Vec<DerivedForloeb>,
    /// When it is to be looked at.
    pub next: Waking,
    /// One of them ended because the employee died.
    pub is_doed: bool,
}

/// One forløb.
#[derive(Debug, Clone)]
pub struct DerivedForloeb {
    pub forloeb: Arc<Forloeb>,
    pub card: Card<Arc<Ansvar>>,
    /// What the day says of it, unless it is at rest.
    pub dagen: Option<Dagen>,
    /// What it lost, if it is over and nothing can be had any more.
    pub tabt: Option<Tabt>,
}

/// An estimate, and whether it could use its own year's rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkoenBeloeb {
    /// The amount; stored in the whole kroner that an estimate is rounded to.
    #[serde(with = "whole_kroner")]
    pub beloeb: Oere,
    /// With its own year's rate.
    pub own_sats: bool,
}

impl From<Skoen> for SkoenBeloeb {
    fn from(s: Skoen) -> Self {
        Self { beloeb: s.beloeb, own_sats: s.own_sats }
    }
}

/// What is lost is still told so many months after the forløb ended.
const TABT_MAANEDER: u32 = 12;

/// The first last day of absence whose loss is told on a day. Losses stay losses; but a sum needs a period, and what is
/// told costs what is kept.
#[must_use]
pub fn tabt_since(today: NaiveDate) -> NaiveDate {
    today.checked_sub_months(Months::new(TABT_MAANEDER)).unwrap_or(NaiveDate::MIN)
}

/// What a forløb lost that is over, and of which nothing can be had any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tabt {
    /// Its last day of absence.
    pub end: NaiveDate,
    /// Lost, because the anmeldelse was late.
    pub mistet: Option<SkoenBeloeb>,
    /// Lost, because nobody claimed in time.
    pub for_sent_anmodet: Option<SkoenBeloeb>,
}

impl Tabt {
    /// None where nothing was lost, or where it ended too long ago.
    fn af(f: &Forloeb, v: &Assessment, today: NaiveDate) -> Option<Self> {
        let end = f.slutdag(today).filter(|end| *end >= tabt_since(today))?;
        let r = &v.refusion;
        let for_sent_anmodet = r.for_sent_skoen.map(SkoenBeloeb::from);
        let tabt = Self { end, mistet: r.mistet_skoen.map(SkoenBeloeb::from), for_sent_anmodet };
        (tabt.mistet.is_some() || tabt.for_sent_anmodet.is_some()).then_some(tabt)
    }
}

/// What a day says of a forløb that is not at rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dagen {
    /// It is open, or over with something that is still to be done or to be had.
    pub running: bool,
    /// The target of each frist, in the order of [`Fristart::ALL`].
    pub maaldage: [Option<NaiveDate>; Fristart::ALL.len()],
    /// The last lawful day of each.
    pub lovdage: [Option<NaiveDate>; Fristart::ALL.len()],
    /// The frister about money, one bit each.
    penge: u32,
    /// The frister that stay when the absence is over, one bit each.
    stays: u32,
    /// Who acts on each frist, one bit for each role.
    ansvarlig: [u8; Fristart::ALL.len()],
    /// A reminder of a frist that stands out was refused for good, or news were that are new: of these also when it is over.
    pub undelivered: bool,
    /// Something for the employee was withheld, refused or put off, or waits: where no mail reaches them it is to be printed.
    pub on_paper: bool,
    /// The day on which the employee asked for a fastholdelsesplan, while somebody has to answer.
    pub wished: Option<NaiveDate>,
    /// Lost at once if the anmeldelse is not receipted in time.
    pub i_fare: Option<SkoenBeloeb>,
    /// Lost so far, because the anmeldelse was late.
    pub mistet: Option<SkoenBeloeb>,
    /// Can be claimed today.
    pub kan_anmodes: Option<SkoenBeloeb>,
    /// Claimed, by the estimate.
    pub anmodet: Option<SkoenBeloeb>,
    /// Lost, because nobody claimed in time.
    pub for_sent_anmodet: Option<SkoenBeloeb>,
}

impl Dagen {
    /// None for a forløb at rest: over, with nothing that time alone can change any more, and nothing to decide, to answer or to tell.
    fn af(f: &Forloeb, v: &Assessment, today: NaiveDate, book: &Regelbog) -> Option<Self> {
        let running = v.is_running(f, today);
        // What somebody has to decide, or to answer, is at rest for nobody.
        let wished = f.unanswered_wish(today).map(|asked| asked.what);
        let settled = || f.uenigheder.is_empty() && wished.is_none() && !is_to_be_told(f, v, today, book);
        if !running && f.slutdag(today).is_some_and(|end| end < today) && settled() {
            return None;
        }
        let (mut maaldage, mut ansvarlig) = ([None; Fristart::ALL.len()], [0; Fristart::ALL.len()]);
        let mut lovdage = maaldage;
        let (mut penge, mut stays) = (0, 0);
        for frist in v.by_art().into_iter().flatten() {
            ansvarlig[frist.art as usize] = frist.ansvarlig.iter().fold(0, |all, m| all | 1 << *m as u8);
            maaldage[frist.art as usize] = Some(frist.maaldag);
            lovdage[frist.art as usize] = Some(frist.lovdag);
            penge |= u32::from(frist.penge) << frist.art as u8;
            stays |= u32::from(frist.forbliver) << frist.art as u8;
        }
        let r = &v.refusion;
        // Most of what goes on waits for its receipt, and then there is nothing claimed and nothing to claim.
        let regnskab = (r.anmeldt.is_some() || !f.krav.is_empty()).then(|| regnskab(f, r, today, book));
        let sum = |stand| regnskab.as_ref().and_then(|g| g.sum(stand)).map(SkoenBeloeb::from);
        Some(Self {
            running,
            maaldage,
            lovdage,
            penge,
            stays,
            ansvarlig,
            undelivered: (running && undelivered(f, v).is_some()) || news_undelivered(f, today, book),
            on_paper: is_withheld(f) || (may_be_told(f) && wait_for_medarbejder(f, v, today, book)),
            wished,
            i_fare: r.i_fare.map(SkoenBeloeb::from),
            mistet: r.mistet_skoen.map(SkoenBeloeb::from),
            kan_anmodes: sum(Dagsstand::CanAnmodes),
            anmodet: sum(Dagsstand::Anmodet),
            for_sent_anmodet: sum(Dagsstand::AnmodetTooLate),
        })
    }

    /// Somebody in this role acts on a frist.
    #[must_use]
    pub const fn is_ansvarlig(&self, art: Fristart, rolle: Modtagerrolle) -> bool {
        self.ansvarlig[art as usize] >> rolle as u8 & 1 == 1
    }

    /// A frist is still to be met when the employee is back.
    #[must_use]
    pub const fn stays(&self, art: Fristart) -> bool {
        self.stays >> art as u8 & 1 == 1
    }

    /// A frist is about money.
    #[must_use]
    pub const fn is_penge(&self, art: Fristart) -> bool {
        self.penge >> art as u8 & 1 == 1
    }
}

/// Somebody is still to be told of a talk, a meeting or a plan when the absence is over: by mail, or the employee on paper.
fn is_to_be_told(f: &Forloeb, v: &Assessment, today: NaiveDate, book: &Regelbog) -> bool {
    if !may_be_told(f) {
        return false;
    }
    let waits = || planlagte(f, v, today, book).iter().any(|p| p.key.nyhed().is_some());
    let on_paper = || is_withheld(f) && !to_tell(f, v, today, book).is_empty();
    news_undelivered(f, today, book) || waits() || on_paper()
}

/// There was a talk, a meeting or a plan to tell of: most have had none.
const fn may_be_told(f: &Forloeb) -> bool {
    !(f.referater.is_empty() && f.planer.is_empty() && f.indkaldt.is_none())
}

/// Something for the employee was refused or put off.
fn is_withheld(f: &Forloeb) -> bool {
    let not_sent = |udfald: &Udfald| matches!(udfald, Udfald::Fejlet { .. } | Udfald::Udskudt { .. });
    f.afgjorte.iter().any(|(key, a)| key.modtager == Modtagerrolle::Medarbejder && not_sent(&a.udfald))
}

/// News that the mail server refused for good, for as long as they are new.
fn news_undelivered(f: &Forloeb, today: NaiveDate, book: &Regelbog) -> bool {
    let refused =
        |(n, a): (&Key, &Afgjort)| matches!(a.udfald, Udfald::Fejlet { .. }) && is_told_to_others(n, today, book);
    f.afgjorte.iter().any(refused)
}

/// They are new, and not the employee's, who reads them on their own page.
pub(crate) fn is_told_to_others(n: &Key, today: NaiveDate, book: &Regelbog) -> bool {
    n.nyhed().is_some_and(|nyhed| !nyhed.is_for_medarbejder()) && !is_old(n, today, book)
}

/// A reminder that the mail server refused for good, of a frist that stands out.
#[must_use]
pub fn undelivered<'f>(f: &'f Forloeb, v: &Assessment) -> Option<(&'f Key, &'f Afgjort)> {
    f.afgjorte.iter().find(|(n, a)| {
        let outstanding = || v.frist_of(n).is_some_and(|fr| fr.status.outstanding());
        matches!(a.udfald, Udfald::Fejlet { .. }) && n.nyhed().is_none() && outstanding()
    })
}

const _: () = assert!(Fristart::ALL.len() <= 32 && Modtagerrolle::ALL.len() <= 8);

impl DerivedForloeb {
    /// A forløb on a day.
    pub(super) fn af(
        forloeb: Arc<Forloeb>,
        v: &Assessment,
        (today, book): (NaiveDate, &Regelbog),
        last: Option<&Arc<Ansvar>>,
    ) -> Self {
        let card = Card::af(&forloeb, v, today, last);
        let dagen = Dagen::af(&forloeb, v, today, book);
        let tabt = if dagen.is_some_and(|d| d.running) { None } else { Tabt::af(&forloeb, v, today) };
        Self { forloeb, card, dagen, tabt }
    }
}

/// The frister and the refusion of some forløb of an employment that are not at rest, as they were reckoned on a day: whoever
/// asks next need not reckon them again.
#[derive(Debug)]
pub(super) struct Judged {
    today: NaiveDate,
    book: Arc<Regelbog>,
    all: Vec<(Uuid, Assessment)>,
}

impl Judged {
    /// Of no forløb yet.
    pub(super) fn new(today: NaiveDate, book: &Arc<Regelbog>) -> Self {
        Self { today, book: book.clone(), all: Vec::new() }
    }

    pub(super) fn add(&mut self, f: &Forloeb, assessment: Assessment) {
        self.all.push((f.id, assessment));
    }

    /// Of this forløb; nothing where it was reckoned on another day, by other rules, or not at all.
    pub(super) fn find(&self, f: &Forloeb, today: NaiveDate, book: &Arc<Regelbog>) -> Option<&Assessment> {
        let fits = self.today == today && Arc::ptr_eq(&self.book, book);
        self.all.iter().find(|(id, _)| fits && *id == f.id).map(|(_, assessment)| assessment)
    }
}

/// Derives it. `stamdata` is what payroll says now; forløb that are judged by it share it.
#[must_use]
pub fn derive(
    ansaettelse: &Ansaettelse,
    stamdata: Option<&Arc<Stamdata>>,
    today: NaiveDate,
    book: &Regelbog,
) -> Derived {
    let forloeb = ansaettelse.forloeb_to_share(book).into_iter().map(|mut f| {
        if let Some(common) = stamdata.filter(|s| ***s == *f.stamdata) {
            Arc::make_mut(&mut f).stamdata = Arc::clone(common);
        }
        f
    });
    on_day(ansaettelse, forloeb, today, book, |_, _| {})
}

/// The same of forløb that were derived before. `assessed` gets what was reckoned on the way of each that is not at rest.
pub(super) fn on_day(
    ansaettelse: &Ansaettelse,
    all: impl IntoIterator<Item = Arc<Forloeb>>,
    today: NaiveDate,
    book: &Regelbog,
    mut assessed: impl FnMut(&Arc<Forloeb>, Assessment),
) -> Derived {
    let all = all.into_iter();
    let (mut forloeb, mut next): (Vec<DerivedForloeb>, _) = (Vec::with_capacity(all.size_hint().0), Waking::default());
    let mut is_doed = false;
    for f in all {
        let v = assess(&f, today, book);
        next = next.and(next_waking(&f, &v, today, book));
        is_doed |= f.end_at.as_ref().is_some_and(|end| end.what == Slutaarsag::Doed);
        let one = DerivedForloeb::af(f, &v, (today, book), forloeb.last().map(|one| &one.card.ansvar));
        if one.dagen.is_some() {
            assessed(&one.forloeb, v);
        }
        forloeb.push(one);
    }
    // Of who has moved they belong to the number after.
    let registreringer = ansaettelse.records().iter().filter(|_| !ansaettelse.is_flyttet()).filter_map(|p| {
        let Haendelse::FravaerRegistreret(h) = &p.haendelse else { return None };
        Some(h.registrering)
    });
    let log_head = |id| forloeb.iter().position(|one| one.forloeb.called(id));
    Derived { registreringer: registreringer.map(|id| (id, log_head(id))).collect(), forloeb, next, is_doed }
}
