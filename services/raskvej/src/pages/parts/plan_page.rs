//! The page of a TTA plan around its forms: the version that is read, how it stands, and what else is known of the plan.

use forloeb::words::Rolle;
use forloeb::{Ansaettelse, Forloeb, Haendelse};
use uuid::Uuid;

use super::datoer::{long, tidspunkt};
use super::fault::PageError;
use super::followed_up::followed_up;
use super::plan::{OwnWords, Reading, own_words, unopened};
use super::plan_changes::changes;
use super::plan_seen::Seen;
use super::reader_view::ReaderView;
use crate::sealed::{Beslutningsgrund, EgneOrd, Konklusion};
use crate::views::plan::{EgneOrdView, PlanView, show_plan};
use texts::virkning::virkning_name;

/// Another version.
pub(crate) struct Edition {
    pub(crate) version: u32,
    pub(crate) made: String,
}

/// An evaluation of the plan.
pub(crate) struct Evaluated {
    pub(crate) when: String,
    pub(crate) konklusion: Option<String>,
    /// What was tried, and what it has done.
    pub(crate) tried: Vec<String>,
}

/// No plan is needed for a while.
pub(crate) struct NotNeeded {
    pub(crate) says: String,
    pub(crate) begrundelse: Option<String>,
}

/// Everything around the forms.
pub(crate) struct Around {
    pub(crate) title: String,
    pub(crate) h1: String,
    pub(crate) id: Uuid,
    pub(crate) home: String,
    /// The version that is shown, where there is one.
    pub(crate) plan: Option<Reading>,
    /// The version that counts, where another is shown, and what is different in it.
    pub(crate) newest: Option<(u32, Vec<String>)>,
    pub(crate) editions: Vec<Edition>,
    /// What is different from the version before the one that is shown.
    pub(crate) changes: Option<(u32, Vec<String>)>,
    /// What colleagues may be told, where it stands in another version than the one that is shown.
    pub(crate) told: Option<(u32, String)>,
    pub(crate) not_needed: Option<NotNeeded>,
    /// The employee's own words, where there is no version that they stand in.
    pub(crate) egne_ord: Option<OwnWords>,
    pub(crate) evaluated: Vec<Evaluated>,
    pub(crate) seen: Vec<Seen>,
    /// The reader is the employee.
    pub(crate) own: bool,
}

impl Around {
    pub(crate) fn new(
        k: &ReaderView<'_>,
        a: &Ansaettelse,
        f: &Forloeb,
        shown: Option<u32>,
        seen: Vec<Seen>,
    ) -> Result<Self, PageError> {
        let newest = f.plan().map(|p| p.what.version);
        let version = shown.or(newest);
        let title = match shown {
            Some(v) => format!("TTA-plan, version {v}, medarbejder {}", f.medarbejder_nr),
            None => format!("TTA-plan, medarbejder {}", f.medarbejder_nr),
        };
        let own = k.user().rolle == Rolle::Medarbejder;
        let view = |version| show_plan(&k.state.service.app, k.user(), f, version);
        let plan = version.map(view).transpose()?;
        let since = match (newest.filter(|newest| Some(*newest) != version), &plan) {
            (Some(newest), Some(plan)) => Some((newest, changes(k, plan, &view(newest)?))),
            _ => None,
        };
        let before = f.planer.iter().rev().map(|p| p.what.version).find(|v| Some(*v) < version);
        let changes = match (before, &plan) {
            (Some(before), Some(plan)) => Some((before, changes(k, &view(before)?, plan))),
            _ => None,
        };
        let told = f.approved_besked();
        let told = told.filter(|told| Some(*told) != version).map(view).transpose()?.and_then(text_of_besked);
        Ok(Self {
            title,
            h1: if own {
                "Din plan for at vende tilbage".to_owned()
            } else {
                format!("TTA-plan for {}", k.name(&f.medarbejder_nr))
            },
            id: f.id,
            home: if own { "/mig".to_owned() } else { format!("/forloeb/{}", f.id) },
            plan: plan.map(|plan| Reading::af(k, plan)),
            newest: since,
            editions: (f.planer.iter().rev())
                .filter(|p| Some(p.what.version) != version)
                .map(|p| Edition { version: p.what.version, made: tidspunkt(p.time) })
                .collect(),
            changes,
            told,
            not_needed: not_needed(k, f),
            egne_ord: if version.is_none() { newest_words(k, f) } else { None },
            evaluated: evaluated(k, a, f),
            seen,
            own,
        })
    }
}

fn text_of_besked(plan: PlanView) -> Option<(u32, String)> {
    Some((plan.version, plan.besked_til_kolleger?.tekst?))
}

fn not_needed(k: &ReaderView<'_>, f: &Forloeb) -> Option<NotNeeded> {
    let fact = f.plan_undtaget()?;
    let til = long(fact.what.til);
    let says = if fact.what.til < k.today {
        format!("Der var ikke brug for en plan til og med {til}. Nu er det tid til at se på det igen.")
    } else {
        format!("Der er ikke brug for en plan lige nu. I ser på det igen {til}; til da minder Raskvej ikke om den.")
    };
    let begrundelse = k.tekst(&f.medarbejder_nr, &fact.what.begrundelse);
    let begrundelse = begrundelse.map(|opened| match opened {
        Ok(Beslutningsgrund(tekst)) => tekst,
        Err(error) => format!("({error})"),
    });
    Some(NotNeeded { says, begrundelse })
}

/// The employee's own words that were written last.
fn newest_words(k: &ReaderView<'_>, f: &Forloeb) -> Option<OwnWords> {
    let fact = f.tta.egne_ord.last()?;
    let opened = k.tekst(&f.medarbejder_nr, &fact.what.confidential)?;
    let (tidspunkt, af) = (fact.time, fact.what.af);
    Some(own_words(match opened {
        Ok(EgneOrd { ord, maal, netvaerk }) => EgneOrdView { af, tidspunkt, ord, maal, netvaerk },
        Err(error) => {
            EgneOrdView { af, tidspunkt, ord: Some(unopened(error).to_owned()), maal: None, netvaerk: Vec::new() }
        }
    }))
}

/// The evaluations that count, and the follow-ups that found out how something works: each the newest first.
fn evaluated(k: &ReaderView<'_>, a: &Ansaettelse, f: &Forloeb) -> Vec<Evaluated> {
    let counts = |position| f.evalueringer.iter().any(|e| e.position == position);
    let all = a.records().iter().rev().filter(|record| counts(record.position)).filter_map(|record| {
        let Haendelse::TtaEvalueret(h) = &record.haendelse else { return None };
        let opened = h.confidential.as_ref().and_then(|sealed| k.tekst::<Konklusion>(a.nr(), sealed));
        let words = opened.map(|opened| {
            opened.unwrap_or_else(|error| Konklusion { konklusion: Some(format!("({error})")), tried: Vec::new() })
        });
        let words = words.unwrap_or_default();
        let with = |(tried, virkning): (&String, _)| format!("{tried}: {}", virkning_name(virkning));
        let tried = words.tried.iter().zip(h.virkninger.iter().copied()).map(with).collect();
        Some(Evaluated { when: long(h.dato), konklusion: words.konklusion, tried })
    });
    let after = followed_up(k, f).into_iter().map(|one| {
        let konklusion = Some("fulgt op".to_owned());
        Evaluated { when: one.when, konklusion, tried: one.lines }
    });
    after.chain(all).collect()
}
