//! One task in words: what is to be done, of whom, by when, and where one does it.

use forloeb::anmeldelse::unsigned;
use forloeb::forloeb::Situation;
use forloeb::frister::Frist;
use forloeb::words::{Fristart, Modtagerrolle, Samtalesvar, Slutaarsag};
use forloeb::{Forloeb, Regelbog};
use uuid::Uuid;

use super::datoer::{both, long};
use super::frist::{ANSWER_WISH, UNANSWERED, label, link, task, wish_link};
use super::history::without_capital;
use super::reader_view::ReaderView;
use super::work::{What, Work, is_led, is_signed};
use crate::projections::Case;
use crate::projections::aktuelle::Aktuel;
use crate::projections::derived::undelivered;

/// A line of the work list.
pub(crate) struct Task {
    /// By which one comes back to it: of several tasks of one forløb the first has it.
    pub(crate) anchor: Option<Uuid>,
    pub(crate) what: String,
    pub(crate) who: String,
    pub(crate) enhed: String,
    pub(crate) when: String,
    pub(crate) code: &'static str,
    pub(crate) status: String,
    pub(crate) path: String,
}

/// Where a task is done.
pub(crate) fn path(k: &ReaderView<'_>, aktuel: &Aktuel, what: What) -> String {
    let f = &aktuel.forloeb;
    match what {
        What::Frist(art) => link(k, f, art),
        What::Untold | What::Svar => format!("/forloeb/{}#samtalen", f.id),
        What::PlanUenig => format!("/forloeb/{}/plan", f.id),
        What::Aftale(nr) => format!("/forloeb/{}?vis=aftale-{nr}#f-aftale-{nr}", f.id),
        What::Paragraf56 => format!("/forloeb/{}?vis=paragraf-56#f-paragraf-56", f.id),
        What::Uenighed => "/hr/uenigheder".to_owned(),
        What::Unsigned => format!("/forloeb/{}/anmeldelse-ark", f.id),
        What::Undelivered => "/hr/breve".to_owned(),
        What::Fastholdelsesplan => wish_link(f),
        What::FindLeder => format!("/forloeb/{}?vis=lederskifte#f-lederskifte", f.id),
    }
}

/// What there is to do, as the reader is told; none where the frist it is about is gone.
pub(crate) fn line(k: &ReaderView<'_>, aktuel: &Aktuel, work: &Work, book: &Regelbog) -> Option<Task> {
    let case = aktuel.case(k.today, book);
    let (what, status, code) = match work.what {
        What::Frist(art) => of_frist(k, aktuel, &case, case.assessment.frist(art)?, work),
        What::Aftale(nr) => of_aftale(k, &case, nr, work)?,
        What::Fastholdelsesplan => {
            let (status, code) = UNANSWERED;
            let mut what = ANSWER_WISH.to_owned();
            if work.waits {
                what = format!("Venter på lederen: {}", without_capital(&what));
            }
            (what, status.to_owned(), code)
        }
        other => {
            let (what, status) = of_other(k, &case, other, book);
            (what, status.to_owned(), "overskredet")
        }
    };
    let f = &case.forloeb;
    Some(Task {
        anchor: Some(f.id),
        what,
        who: k.row(&f.medarbejder_nr),
        enhed: f.stamdata_now(k.today).enhed_navn.clone(),
        when: both(work.dag, k.today),
        code,
        status,
        path: path(k, aktuel, work.what),
    })
}

fn of_frist(
    k: &ReaderView<'_>,
    aktuel: &Aktuel,
    case: &Case,
    frist: &Frist,
    work: &Work,
) -> (String, String, &'static str) {
    let (f, v) = (&case.forloeb, &case.assessment);
    let hr = k.user().is_hr();
    let what = match (task(f, v, frist, k.today), f.afventer_on(k.today)) {
        (what, Some((grund, til))) if work.waits => {
            let whom = crate::sentences::ventegrund_name(grund);
            format!("Venter på {whom} til og med {}: {}", long(til), without_capital(&what))
        }
        (what, None) if work.waits => {
            let who: Vec<_> = frist.ansvarlig.iter().map(|m| crate::sentences::modtager_name(*m)).collect();
            format!("Venter på {}: {}", who.join(" og "), without_capital(&what))
        }
        (what, _) if hr && !f.is_aabent(k.today) => {
            let raskmeldt = matches!(f.situation(k.today), Situation::End { aarsag: Slutaarsag::Raskmeldt, .. });
            let over = if raskmeldt { "Raskmeldt" } else { "Afsluttet" };
            format!("{over}, men der er noget tilbage: {}", without_capital(&what))
        }
        (what, _) if hr && !frist.ansvarlig.contains(&Modtagerrolle::Hr) && leads(k, f) => {
            format!("Følg op hos lederen: {}", without_capital(&what))
        }
        (what, _) => what,
    };
    let (status, code) = label(frist, k.today);
    let status = match frist.art {
        Fristart::Anmeldelse if is_signed(aktuel) => "Ikke kvitteret".to_owned(),
        _ => status,
    };
    (what, status, code)
}

/// Somebody leads it, who can be asked.
fn leads(k: &ReaderView<'_>, f: &Forloeb) -> bool {
    is_led(&k.projections(), f.leder(k.today), &f.medarbejder_nr)
}

/// What was agreed, without its words: a list is no place for them.
fn of_aftale(k: &ReaderView<'_>, case: &Case, nr: u32, work: &Work) -> Option<(String, String, &'static str)> {
    let frist = case.assessment.frister.iter().find(|frist| frist.aftale == Some(nr))?;
    let (status, code) = label(frist, k.today);
    let what = task(&case.forloeb, &case.assessment, frist, k.today);
    let what = if work.waits {
        let hvem = case.forloeb.aftale(nr)?.hvem;
        format!("Venter på {}: {}", crate::sentences::aftaleejer_name(hvem), without_capital(&what))
    } else {
        what
    };
    Some((what, status, code))
}

/// What only somebody can put right who is told so, and how it stands.
fn of_other(k: &ReaderView<'_>, case: &Case, what: What, book: &Regelbog) -> (String, &'static str) {
    let f = &case.forloeb;
    match what {
        What::Untold => (
            "Giv selv medarbejderen besked om samtalen: indkaldelsen kan ikke nå frem med mail".to_owned(),
            "Ikke indkaldt",
        ),
        What::Paragraf56 => (
            "Svar på, om fraværet er dækket af § 56-aftalen; det afgør, fra hvornår der er refusion".to_owned(),
            "Ikke besvaret",
        ),
        What::Uenighed => {
            ("Afgør, hvem der har ret: lønsystemet og arbejdspladsen er uenige om et fravær".to_owned(), "Uenighed")
        }
        What::Unsigned => {
            let dage = unsigned(f, k.today, book).map_or(0, |u| u.arbejdsdage);
            let dage = crate::sentences::count(dage.into(), "arbejdsdag", "arbejdsdage");
            (format!("Underskriv anmeldelsen i NemRefusion; den har været klargjort i {dage}"), "Ikke underskrevet")
        }
        What::Undelivered => {
            let found = undelivered(f, &case.assessment);
            let til = found.map_or("modtageren", |(key, _)| crate::sentences::modtager_name(key.modtager));
            (format!("Giv besked på anden vis: en påmindelse til {til} kunne ikke leveres"), "Mail ikke leveret")
        }
        What::Svar => match f.svar_to_act_on().map(|svar| svar.what.svar) {
            Some(Samtalesvar::KommerIkke) => {
                ("Medarbejderen kan ikke komme til samtalen: aftal en i telefonen".to_owned(), "Kommer ikke")
            }
            Some(Samtalesvar::AndenTid | Samtalesvar::Kommer) | None => {
                ("Svar medarbejderen, som foreslår en anden tid til samtalen".to_owned(), "Anden tid foreslået")
            }
        },
        What::PlanUenig => {
            ("Tal med medarbejderen, som ikke er enig i planen, og læg en ny version".to_owned(), "Ikke enig i planen")
        }
        What::FindLeder if f.sagt.no().is_some_and(|no| no.what.leder_nr.is_none()) => {
            ("Find en leder til forløbet; de ledere, der er spurgt, har sagt nej til det".to_owned(), "Leder mangler")
        }
        What::FindLeder | What::Frist(_) | What::Aftale(_) | What::Fastholdelsesplan => {
            ("Find en leder til forløbet; der er ingen, der får påmindelserne".to_owned(), "Leder mangler")
        }
    }
}
