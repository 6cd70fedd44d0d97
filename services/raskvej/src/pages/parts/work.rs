//! What there is to do in the forløb that somebody sees: by what one does, and whether it is theirs or they wait for it.
//!
//! Nothing stands here that makes no sense: nobody is to contact, or hold a talk with, somebody who is back or has died.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::Regelbog;
use forloeb::anmeldelse::unsigned;
use forloeb::calendar::plus_dage;
use forloeb::refusion::asks_paragraf_56;
use forloeb::words::{Aftaleejer, Anmeldelsestrin, Fristart, Friststatus, Modtagerrolle, Plansvar, Rolle, Slutaarsag};

use crate::access::{Intent, User};
use crate::clock::dag_in_denmark;
use crate::commands::aftale::keeps;
use crate::core::App;
use crate::paamindelser::Paamindelser;
use crate::paamindelser::modtager::Addresses;
use crate::projections::Projections;
use crate::projections::aktuelle::{Aktuel, Few};
use crate::projections::card::Ansvar;
use crate::projections::derived::undelivered;

/// Days after its target from which a task that costs no money is old.
const OLD: i64 = 56;

/// What one does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Doing {
    /// Ring, or tell somebody in another way.
    Call,
    /// Hold a talk, follow up, evaluate.
    Talk,
    /// Notify the kommune, or the injury, and sign.
    Sign,
    /// Find the receipt.
    Receipt,
    /// Claim refusion.
    Claim,
    /// Decide.
    Decide,
    /// Find somebody who leads.
    FindLeder,
    /// Have the leader do what is theirs.
    Remind,
    /// Nothing of it can be saved any more, or it is long ago.
    Lost,
}

impl Doing {
    /// In the order they are shown.
    pub(crate) const ALL: [Self; 9] = [
        Self::Claim,
        Self::Sign,
        Self::Receipt,
        Self::FindLeder,
        Self::Call,
        Self::Talk,
        Self::Decide,
        Self::Remind,
        Self::Lost,
    ];

    /// Its place in [`Self::ALL`].
    pub(crate) fn place(self) -> usize {
        Self::ALL.iter().position(|one| *one == self).unwrap_or_default()
    }

    /// Its code in an address.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Call => "ring",
            Self::Talk => "samtale",
            Self::Sign => "anmeld",
            Self::Receipt => "kvittering",
            Self::Claim => "refusion",
            Self::Decide => "tag-stilling",
            Self::FindLeder => "leder",
            Self::Remind => "hos-lederen",
            Self::Lost => "tabt",
        }
    }

    /// What people are told it is.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Call => "Ring eller giv besked",
            Self::Talk => "Hold en samtale eller følg op",
            Self::Sign => "Anmeld og underskriv",
            Self::Receipt => "Find kvitteringen",
            Self::Claim => "Søg refusion",
            Self::Decide => "Tag stilling",
            Self::FindLeder => "Find en leder",
            Self::Remind => "Følg op hos lederen",
            Self::Lost => "Tabt eller for længe siden",
        }
    }

    /// What is done about a frist of this kind.
    fn of(art: Fristart, aktuel: &Aktuel) -> Self {
        match art {
            Fristart::FoersteKontakt | Fristart::Kontakt | Fristart::ForventetSlut => Self::Call,
            Fristart::Samtale
            | Fristart::OtteUger
            | Fristart::TtaEvaluering
            | Fristart::VidereOpfoelgning
            | Fristart::OpfoelgningEfterRetur
            | Fristart::Forebyggelse
            | Fristart::Skaanehensyn
            | Fristart::Aftale => Self::Talk,
            Fristart::Anmeldelse if is_signed(aktuel) => Self::Receipt,
            Fristart::Anmeldelse | Fristart::Easy => Self::Sign,
            Fristart::Refusionsanmodning => Self::Claim,
            Fristart::FastTrack | Fristart::Paragraf56Fornyelse | Fristart::ForkertLeder | Fristart::Overtagelse => {
                Self::Decide
            }
        }
    }
}

/// The anmeldelse is signed, and its receipt is awaited.
pub(crate) fn is_signed(aktuel: &Aktuel) -> bool {
    aktuel.forloeb.anmeldelser.last().is_some_and(|a| a.what.trin == Anmeldelsestrin::Underskrevet)
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    Frist(Fristart),
    FindLeder,
    Undelivered,
    /// The anmeldelse is prepared, and nobody signs it.
    Unsigned,
    /// There is a § 56 agreement, and nobody has said whether it covers the absence.
    Paragraf56,
    /// The employee is invited to a talk, and no mail can tell them in time.
    Untold,
    /// Payroll and a person say different days.
    Uenighed,
    /// The employee would rather have another time for the talk, or does not come.
    Svar,
    /// The employee does not agree with the newest version of the plan.
    PlanUenig,
    /// What was agreed, by its number.
    Aftale(u32),
    /// The employee asked for a fastholdelsesplan, and nobody has answered.
    Fastholdelsesplan,
}

/// How much there still is to save, in the order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Savable {
    /// All of it, and it is money on its last day: so HR's list begins. A leader's few tasks stand by their days.
    Money,
    /// All of it.
    InTime,
    /// Some is lost, and more with every day.
    Losing,
    /// All of it, and there is time.
    Later,
    /// All of it, and no day is set for it.
    WithoutDay,
}

/// A task.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Work {
    pub(crate) what: What,
    pub(crate) doing: Doing,
    pub(crate) savable: Savable,
    /// By when, or since when.
    pub(crate) dag: NaiveDate,
    /// Somebody else is to do it; the reader only waits.
    pub(crate) waits: bool,
}

/// A forløb that the reader may see, with what is looked up about those it belongs to.
pub(crate) struct Seen {
    pub(crate) aktuel: Arc<Aktuel>,
    pub(crate) ansvar: Arc<Ansvar>,
    /// Somebody leads it: see [`is_led`].
    pub(crate) has_leder: bool,
    /// Somebody is to make the first contact, who is at work.
    pub(crate) has_kontaktperson: bool,
    /// The reader is who makes the first contact: in the same role others see other cases, as AMR.
    pub(crate) is_kontaktperson: bool,
}

/// Who does the tasks, on which day.
pub(crate) struct Doer<'a> {
    pub(crate) user: &'a User,
    pub(crate) today: NaiveDate,
    /// The leaders whose tasks are theirs: themself, and those they act for.
    pub(crate) mine: BTreeSet<String>,
    pub(crate) paamindelser: &'a Paamindelser,
}

/// Somebody leads the forløb of an employee, by whichever number they are named: they are employed, and it is not their own,
/// which nobody works on.
pub(crate) fn is_led(projections: &Projections, leder: Option<&str>, nr: &str) -> bool {
    leder.is_some_and(|leder| projections.is_ansat(leder) && !projections.is_same_person(leder, nr))
}

/// Everything that goes on and that somebody may see, and what is over of which somebody has to answer the employee, or in HR to
/// decide who is right, in no order. HR, who sees very many, has a [`super::board`].
pub(crate) fn visible(app: &App, user: &User) -> Vec<Seen> {
    let projections = app.projections();
    let seen = |aktuel: &Arc<Aktuel>| {
        let (ansvar, own) = (projections.ansvar_now(&aktuel.card), aktuel.forloeb.medarbejder_nr.as_str());
        let contacts = |nr: &str| projections.is_at_work(nr) && !projections.is_same_person(nr, own);
        let is_reader = |nr: &str| user.nr.as_deref().is_some_and(|reader| projections.is_same_person(reader, nr));
        Seen {
            has_leder: is_led(&projections, ansvar.leder.as_deref(), own),
            has_kontaktperson: projections.kontaktperson_of(&ansvar).is_some_and(contacts),
            is_kontaktperson: projections.kontaktperson_of(&ansvar).is_some_and(is_reader),
            aktuel: aktuel.clone(),
            ansvar,
        }
    };
    let decides = user.may_ever(Intent::Uenighed);
    let undecided = decides.then(|| projections.few_for(user, Few::Undecided).filter(|aktuel| !aktuel.dagen.running));
    let unanswered = user.may_ever(Intent::Forloeb).then(|| projections.few_for(user, Few::Unanswered));
    // What is undecided as well stands there once.
    let only_unanswered =
        |aktuel: &&Arc<Aktuel>| !aktuel.dagen.running && (!decides || aktuel.forloeb.uenigheder.is_empty());
    let unanswered = unanswered.into_iter().flatten().filter(only_unanswered);
    let over = undecided.into_iter().flatten().chain(unanswered);
    projections.running_for(user, |_| true).chain(over).map(seen).collect()
}

impl<'a> Doer<'a> {
    /// Somebody today: their own tasks, and those of the leaders they act for.
    pub(crate) fn new(app: &App, user: &'a User, paamindelser: &'a Paamindelser) -> Self {
        let today = app.projections().today();
        let Some(nr) = user.leder_nr() else { return Self { user, today, mine: BTreeSet::new(), paamindelser } };
        let addresses = Addresses { app, hr_mail: None, today, opened: None };
        let others: Vec<String> = app.projections().stands_in_for(nr).map(str::to_owned).collect();
        let for_others = others.into_iter().filter(|leder| addresses.handler_for(leder).as_deref() == Some(nr));
        Self { user, today, mine: for_others.chain([nr.to_owned()]).collect(), paamindelser }
    }
}

/// What there is to do in a forløb, for somebody or for whom they wait for.
pub(crate) fn tasks(by: &Doer<'_>, seen: &Seen, book: &Regelbog) -> impl Iterator<Item = Work> {
    let (aktuel, hr) = (&*seen.aktuel, by.user.is_hr());
    let is_put_aside = aktuel.forloeb.afventer_on(by.today).is_some();
    let others = other_tasks(by, seen, book);
    let is_unsigned = others.iter().any(|work| work.what == What::Unsigned);
    let frister = aktuel.card.statuses.all().filter(move |(art, status)| {
        makes_sense(aktuel, *art, *status)
            && (by.user.sees_frist(*art) || is_the_amrs(by, seen, *art))
            // Each agreement is a task of its own.
            && *art != Fristart::Aftale
            // The same thing once: that it is to be signed says more.
            && !(is_unsigned && *art == Fristart::Anmeldelse)
    });
    let of_frist = move |(art, status): (Fristart, Friststatus)| {
        let dag = aktuel.dagen.maaldage[art as usize].unwrap_or(NaiveDate::MAX);
        let for_hr = aktuel.dagen.is_ansvarlig(art, Modtagerrolle::Hr);
        let is_old = dag < plus_dage(by.today, -OLD) && !aktuel.dagen.is_penge(art) && art != Fristart::Easy;
        let doing = match Doing::of(art, aktuel) {
            _ if is_old || (art, status) == (Fristart::FastTrack, Friststatus::Tabt) => Doing::Lost,
            _ if hr && !for_hr && seen.has_leder => Doing::Remind,
            doing => doing,
        };
        let savable = match status {
            Friststatus::Tabt => Savable::Losing,
            Friststatus::Overskredet | Friststatus::Forfalder
                if hr && aktuel.dagen.is_penge(art) && dag <= by.today =>
            {
                Savable::Money
            }
            Friststatus::Overskredet | Friststatus::Forfalder => Savable::InTime,
            _ if dag <= by.today => Savable::InTime,
            _ => Savable::Later,
        };
        // What was put aside until a day waits until then, but for money.
        let waits = !is_mine(by, seen, art, status) || (is_put_aside && !aktuel.dagen.is_penge(art));
        // What is theirs is called by what it is, also where HR only waits for it.
        let doing = if waits && doing == Doing::Remind { Doing::of(art, aktuel) } else { doing };
        Work { what: What::Frist(art), doing, savable, dag, waits }
    };
    frister.map(of_frist).chain(others)
}

/// It stands out, and what it asks for can still be done: of somebody who has died only what they earned is to be claimed,
/// and of somebody who is back what stays after an absence.
fn makes_sense(aktuel: &Aktuel, art: Fristart, status: Friststatus) -> bool {
    let is_doed = aktuel.forloeb.end_at.as_ref().is_some_and(|end| end.what == Slutaarsag::Doed);
    let stays = if is_doed { aktuel.dagen.is_penge(art) } else { aktuel.dagen.stays(art) };
    aktuel.dagen.running && status.outstanding() && status != Friststatus::Coming && (stays || aktuel.card.is_aabent())
}

/// Whose a frist is: the one who acts; HR also has what others did not reach.
fn is_mine(by: &Doer<'_>, seen: &Seen, art: Fristart, status: Friststatus) -> bool {
    let aktuel = &seen.aktuel;
    let (has, for_sent) = (|m| aktuel.dagen.is_ansvarlig(art, m), status == Friststatus::Overskredet);
    match by.user.rolle {
        // A no sends it back and forth: HR sees to it that somebody has it. What a leader would do is HR's where nobody leads.
        Rolle::Hr => {
            let no = art == Fristart::Overtagelse && aktuel.forloeb.sagt.no().is_some();
            let is_leders = !seen.has_leder && has(Modtagerrolle::Leder);
            has(Modtagerrolle::Hr) || for_sent || no || is_leders
        }
        Rolle::Leder => {
            let no_kontaktperson = !seen.has_kontaktperson || !has(Modtagerrolle::Kontaktperson);
            has(Modtagerrolle::Leder) && (no_kontaktperson || for_sent) && leads(seen, by)
        }
        Rolle::Kontaktperson => has(Modtagerrolle::Kontaktperson) || is_the_amrs(by, seen, art),
        Rolle::Koordinator => has(Modtagerrolle::Koordinator),
        Rolle::Medarbejder | Rolle::Revisor | Rolle::Drift | Rolle::System => false,
    }
}

/// What the employee lets the AMR know of, and it is the AMR who asks.
fn is_the_amrs(by: &Doer<'_>, seen: &Seen, art: Fristart) -> bool {
    let is_amr = || by.user.nr.is_some() && by.user.nr == seen.ansvar.amr;
    art == Fristart::Forebyggelse && by.user.rolle == Rolle::Kontaktperson && is_amr()
}

/// They lead it, or act for who does.
fn leads(seen: &Seen, by: &Doer<'_>) -> bool {
    seen.ansvar.leder.as_deref().is_some_and(|leder| by.mine.contains(leder))
}

/// What who leads it does is theirs to do: they lead it, or act for who does. Where nobody leads it, it is HR's.
fn acts_as_leder(seen: &Seen, by: &Doer<'_>) -> bool {
    leads(seen, by) || (by.user.is_hr() && !seen.has_leder)
}

/// HR is to find somebody who leads it.
fn find_leder(aktuel: &Aktuel, today: NaiveDate) -> Option<Work> {
    let is_asked = aktuel.dagen.running && aktuel.card.is_aabent();
    let (what, doing, savable) = (What::FindLeder, Doing::FindLeder, Savable::InTime);
    is_asked.then_some(Work { what, doing, savable, dag: today, waits: false })
}

/// What is to be done besides the frister.
fn other_tasks(by: &Doer<'_>, seen: &Seen, book: &Regelbog) -> Vec<Work> {
    let aktuel = &seen.aktuel;
    let work = |what, doing| move |dag| Work { what, doing, savable: Savable::InTime, dag, waits: false };
    let uenighed = aktuel.forloeb.uenigheder.first().map(|u| u.siden).filter(|_| by.user.is_hr());
    let uenighed = uenighed.map(work(What::Uenighed, Doing::Decide));
    let wish = wish(by, seen);
    if !aktuel.dagen.running {
        return uenighed.into_iter().chain(wish).collect();
    }
    let mut all = of_the_talk(by, seen, book);
    all.extend(wish);
    all.extend(untold(by, seen).map(work(What::Untold, Doing::Call)));
    if asks_paragraf_56(&aktuel.forloeb) && (by.user.is_hr() || leads(seen, by)) {
        all.push(work(What::Paragraf56, Doing::Decide)(aktuel.card.foerste));
    }
    if !by.user.is_hr() {
        return all;
    }
    all.extend(find_leder(aktuel, by.today).filter(|_| !seen.has_leder));
    let case = aktuel.dagen.undelivered.then(|| aktuel.case(by.today, book));
    let not_delivered = case.and_then(|case| {
        let (key, afgjort) = undelivered(&case.forloeb, &case.assessment)?;
        let status = aktuel.card.statuses.status(key.frist)?;
        makes_sense(aktuel, key.frist, status).then_some(afgjort.dag)
    });
    all.extend(not_delivered.map(work(What::Undelivered, Doing::Call)));
    let outstanding = aktuel.card.statuses.status(Fristart::Anmeldelse).is_some_and(Friststatus::outstanding);
    let not_signed = unsigned(&aktuel.forloeb, by.today, book).filter(|_| outstanding).map(|u| u.ready);
    all.extend(not_signed.map(work(What::Unsigned, Doing::Sign)));
    all.extend(uenighed);
    all
}

/// The wish for a fastholdelsesplan, for who leads the forløb; others who may answer wait for them. The law sets no day for the
/// answer, so it stands behind everything that has one.
fn wish(by: &Doer<'_>, seen: &Seen) -> Option<Work> {
    let dag = seen.aktuel.dagen.wished.filter(|_| by.user.may_ever(Intent::Forloeb))?;
    let (what, doing, savable) = (What::Fastholdelsesplan, Doing::Decide, Savable::WithoutDay);
    Some(Work { what, doing, savable, dag, waits: !acts_as_leder(seen, by) })
}

/// What the employee answered to the invitation and somebody has to do something about, and what was agreed and is due.
fn of_the_talk(by: &Doer<'_>, seen: &Seen, book: &Regelbog) -> Vec<Work> {
    let (aktuel, rolle) = (&seen.aktuel, by.user.rolle);
    let f = &aktuel.forloeb;
    let is_leders = acts_as_leder(seen, by);
    let answer = f.svar_to_act_on().filter(|_| aktuel.card.is_aabent() && is_leders);
    let answer = answer.map(|svar| Work {
        what: What::Svar,
        doing: Doing::Decide,
        savable: Savable::InTime,
        dag: svar.dag,
        waits: false,
    });
    // By the number that whoever coordinates has now: the plan may name the one before.
    let is_koordinator = || by.user.nr.is_some() && by.user.nr == seen.ansvar.koordinator;
    let coordinates = || rolle == Rolle::Koordinator && is_koordinator();
    let newest = f.plan().and_then(|plan| f.plansvar(plan.what.version));
    let uenig = newest.filter(|svar| svar.what.svar == Plansvar::Uenig);
    let uenig = uenig.filter(|_| is_leders || coordinates()).map(|svar| Work {
        what: What::PlanUenig,
        doing: Doing::Talk,
        savable: Savable::InTime,
        dag: svar.dag,
        waits: false,
    });
    let stands_out = aktuel.card.statuses.status(Fristart::Aftale).is_some_and(Friststatus::outstanding);
    let regel = f.regler.frist(Fristart::Aftale, None).filter(|_| stands_out);
    let opens = |senest| regel.is_some_and(|regel| regel.aabner.compute(senest, book.calendar()) <= by.today);
    let may_keep = |hvem| keeps(rolle, hvem) && (rolle != Rolle::Kontaktperson || seen.is_kontaktperson);
    let aftaler = f.aftaler().into_iter().filter(|a| a.afgjort.is_none() && opens(a.senest) && may_keep(a.hvem));
    let aftaler = aftaler.map(|a| {
        let own = match a.hvem {
            Aftaleejer::Leder => is_leders,
            Aftaleejer::Hr => by.user.is_hr(),
            Aftaleejer::Koordinator => rolle == Rolle::Koordinator,
            Aftaleejer::Kontaktperson => rolle == Rolle::Kontaktperson,
            Aftaleejer::Medarbejder => false,
        };
        let savable = if a.senest <= by.today { Savable::InTime } else { Savable::Later };
        Work { what: What::Aftale(a.nr), doing: Doing::Talk, savable, dag: a.senest, waits: !own }
    });
    answer.into_iter().chain(uenig).chain(aftaler).collect()
}

/// The day of a talk that the leader must tell the employee of in another way.
fn untold(by: &Doer<'_>, seen: &Seen) -> Option<NaiveDate> {
    let time = by.paamindelser.talk_that_mail_cannot_tell_of(&seen.aktuel.forloeb);
    let time = time.filter(|_| acts_as_leder(seen, by))?;
    Some(dag_in_denmark(time))
}
