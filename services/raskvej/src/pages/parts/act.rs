//! What a reader does now on the page of a forløb: the act that comes first, with its form, and the others.

use std::cmp::Reverse;

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::frister::{Assessment, Frist};
use forloeb::words::{Fristart, Friststatus, Modtagerrolle, Rolle};

use super::datoer::long;
use super::frist::{ANSWER_WISH, FristRow, UNANSWERED, WISH_FORM, task, wish_link};
use super::page_form::{FormField, PageForm};
use super::submission::WAY_BACK;
use crate::access::{Intent, User};
use crate::commands::form::Field;
use crate::commands::opfoelgning_retur;
use crate::commands::typed::Typed;

/// What the address of the page asks for.
#[derive(Clone, Copy)]
pub(crate) enum Asked<'a> {
    Nothing,
    /// A form, by its name.
    Form(&'a str),
    /// The same with what was typed in it, and room for more.
    Again(&'a str, &'a Typed),
    /// The same, with what was typed in it.
    Typed(&'a str, &'a Typed),
    /// What is to be done about a frist, as a mail asks; of what was agreed by its number, where the mail says it.
    Frist(Fristart, Option<u32>),
}

/// What comes first.
pub(crate) struct Act {
    pub(crate) what: String,
    /// Where the frist stands that it is for: what the badge says, and its code.
    pub(crate) badge: Option<(String, &'static str)>,
    pub(crate) page_form: PageForm,
}

/// What else there is to do now.
pub(crate) struct Other {
    pub(crate) what: String,
    pub(crate) path: String,
    pub(crate) status: String,
    pub(crate) code: &'static str,
}

/// A frist, and its row on the page.
type Row<'a> = (&'a Frist, &'a FristRow);

/// The form that comes first: what is asked for, else what is most urgent of what is the reader's, else the wish that they may
/// answer.
pub(crate) fn first<'a>(user: &User, rows: &[Row<'a>], asked: Asked<'a>, wish: bool) -> Option<&'a str> {
    let asked_for = match asked {
        Asked::Form(name) | Asked::Again(name, _) | Asked::Typed(name, _) => return Some(name),
        Asked::Frist(art, nr) => {
            let meant = meant(rows, art, nr).filter(|(_, row)| row.page_form.is_some());
            meant.min_by_key(|(frist, _)| (Reverse(is_own(user, frist)), frist.maaldag))
        }
        Asked::Nothing => None,
    };
    let row = asked_for.or_else(|| to_do(user, rows).into_iter().next());
    row.and_then(|(_, row)| row.page_form.as_deref()).or(wish.then_some(WISH_FORM))
}

/// The frister that a mail can be about.
fn meant<'a>(rows: &[Row<'a>], art: Fristart, nr: Option<u32>) -> impl DoubleEndedIterator<Item = Row<'a>> {
    rows.iter().copied().filter(move |(frist, _)| frist.art == art && (nr.is_none() || frist.aftale == nr))
}

/// It is the reader's to do.
fn is_own(user: &User, frist: &Frist) -> bool {
    modtager(user.rolle).is_some_and(|own| frist.ansvarlig.contains(&own))
}

/// What there is a form for, the reader's own first, and the most urgent of it. What cannot be reached any more is not to
/// be done, nor is what somebody else has agreed to do.
fn to_do<'a>(user: &User, rows: &[Row<'a>]) -> Vec<Row<'a>> {
    let lost = |frist: &Frist| (frist.art, frist.status) == (Fristart::FastTrack, Friststatus::Tabt);
    let of_others = |frist: &Frist| frist.aftale.is_some() && !is_own(user, frist);
    let all = rows.iter().copied();
    let all = all.filter(|(frist, row)| row.page_form.is_some() && !lost(frist) && !of_others(frist));
    let mut all: Vec<_> = all.collect();
    all.sort_by_key(|(frist, _)| (Reverse(is_own(user, frist)), frist.maaldag));
    all
}

const fn modtager(rolle: Rolle) -> Option<Modtagerrolle> {
    match rolle {
        Rolle::Leder => Some(Modtagerrolle::Leder),
        Rolle::Hr => Some(Modtagerrolle::Hr),
        Rolle::Kontaktperson => Some(Modtagerrolle::Kontaktperson),
        Rolle::Koordinator => Some(Modtagerrolle::Koordinator),
        Rolle::Medarbejder | Rolle::Revisor | Rolle::Drift | Rolle::System => None,
    }
}

impl Act {
    /// Somebody talks with the employee: what may be asked is beside it.
    pub(crate) fn is_talk(&self) -> bool {
        ["foerste-kontakt", "samtale", "otte-uger", "opfoelgning", opfoelgning_retur::FORM, "evaluering"]
            .contains(&&*self.page_form.form.name)
    }

    /// It is about fast track: what the kommune asks is beside it.
    pub(crate) fn is_fast_track(&self) -> bool {
        self.page_form.form.name == "fast-track"
    }

    /// The act of a form; where the form was opened from a list, one comes back there.
    pub(crate) fn new(
        f: &Forloeb,
        v: &Assessment,
        rows: &[Row<'_>],
        today: NaiveDate,
        mut page_form: PageForm,
        from_list: bool,
    ) -> Self {
        let name = page_form.form.name.clone();
        let for_it = rows.iter().filter(|(_, row)| row.page_form.as_ref() == Some(&name));
        let for_it = for_it.min_by_key(|(frist, _)| frist.maaldag);
        if from_list {
            page_form.fields.push(FormField::of(&name, Field::fixed(WAY_BACK.0, WAY_BACK.1)));
        }
        Self {
            what: for_it.map_or_else(|| page_form.form.title.to_owned(), |(frist, _)| task(f, v, frist, today)),
            badge: for_it.map(|(_, row)| (row.status.clone(), row.code)),
            page_form,
        }
    }
}

/// The other acts that are to be done now, each once; the wish that the reader may answer is behind what has a day.
pub(crate) fn others(
    user: &User,
    (f, v): (&Forloeb, &Assessment),
    rows: &[Row<'_>],
    today: NaiveDate,
    act: Option<&Act>,
    wish: bool,
) -> Vec<Other> {
    let is_open = act.is_some_and(|act| act.page_form.form.name == WISH_FORM);
    let wish = (wish && !is_open).then(|| {
        let (status, code) = UNANSWERED;
        Other { what: ANSWER_WISH.to_owned(), path: wish_link(f), status: status.to_owned(), code }
    });
    let mut met: Vec<&str> = act.iter().map(|act| &*act.page_form.form.name).collect();
    let all = to_do(user, rows).into_iter().filter(|(_, row)| {
        let Some(name) = row.page_form.as_deref() else { return false };
        let is_new = !met.contains(&name);
        met.push(name);
        is_new
    });
    all.filter_map(|(frist, row)| {
        let (what, path) = (task(f, v, frist, today), row.path.clone()?);
        Some(Other { what, path, status: row.status.clone(), code: row.code })
    })
    .chain(on_plan_page(user, (f, v), rows, today))
    .chain(wish)
    .collect()
}

/// Whether a plan is needed now, where there is none: that is done on the page of the plan.
fn on_plan_page(user: &User, (f, v): (&Forloeb, &Assessment), rows: &[Row<'_>], today: NaiveDate) -> Option<Other> {
    let asks = |frist: &Frist| frist.art == Fristart::TtaEvaluering && frist.status.outstanding();
    let may_plan = user.may_ever(Intent::TtaPlan) && f.plan().is_none() && f.is_aabent(today);
    let (frist, row) = rows.iter().find(|(frist, _)| may_plan && asks(frist))?;
    let (what, path) = (task(f, v, frist, today), format!("/forloeb/{}/plan", f.id));
    Some(Other { what, path, status: row.status.clone(), code: row.code })
}

/// What a reader is told above the act: of what a mail asked for, that it is done, or where it is done where there is no form for
/// it here; and where there is no act, what comes.
pub(crate) fn told(
    (f, v): (&Forloeb, &Assessment),
    rows: &[Row<'_>],
    asked: Asked<'_>,
    today: NaiveDate,
    nothing: bool,
) -> Option<String> {
    if let Asked::Frist(art, nr) = asked {
        let said = of_mail((f, v), rows, (art, nr), today);
        if said.is_some() {
            return said;
        }
    }
    if !nothing {
        return None;
    }
    let coming = rows.iter().filter(|(frist, _)| frist.status == Friststatus::Coming);
    let coming = coming
        .min_by_key(|(frist, _)| frist.aabner)
        .map(|(frist, row)| format!(" Det næste er {}, fra {}.", row.name.to_lowercase(), long(frist.aabner)));
    Some(format!("Der er ikke noget for dig at gøre lige nu.{}", coming.unwrap_or_default()))
}

/// Of what a mail asked for; none where the act says it.
fn of_mail(
    (f, v): (&Forloeb, &Assessment),
    rows: &[Row<'_>],
    (art, nr): (Fristart, Option<u32>),
    today: NaiveDate,
) -> Option<String> {
    let stands = meant(rows, art, nr).filter(|(frist, _)| frist.status.outstanding());
    // Of several contacts or agreements the one that there is something to do about.
    let stands = stands.max_by_key(|(_, row)| row.page_form.is_some());
    let Some((frist, row)) = stands.or_else(|| meant(rows, art, nr).next_back()) else {
        return Some("Det, mailen handlede om, er ikke længere en opgave for dig.".to_owned());
    };
    if !frist.status.outstanding() {
        let because = row.because.as_deref().unwrap_or_default();
        let (name, status) = (row.name, &row.status);
        return Some(format!("Det, mailen handlede om, er ikke længere en opgave. {name}: {status}. {because}"));
    }
    let what = task(f, v, frist, today);
    let said = match art {
        Fristart::Paragraf56Fornyelse => {
            "Aftalen fornys i lønsystemet. Har lønsystemet en senere slutdag, er det gjort.".to_owned()
        }
        _ if row.page_form.is_some() => return None,
        _ if frist.status == Friststatus::Coming => format!("Det kan registreres fra {}.", long(frist.aabner)),
        Fristart::Overtagelse => {
            let latest = long(frist.maaldag);
            return Some(format!("Den leder, der har fået forløbet, siger selv senest {latest}, om det overtages."));
        }
        Fristart::TtaEvaluering if f.plan().is_none() => "Det gør du på planens side.".to_owned(),
        Fristart::ForventetSlut if f.sidste.is_some() => {
            "Lønsystemet har allerede en sidste fraværsdag, så der er ikke noget at registrere.".to_owned()
        }
        _ => format!("Ansvarlig: {}.", row.ansvarlig),
    };
    Some(format!("{what}. {said}"))
}
