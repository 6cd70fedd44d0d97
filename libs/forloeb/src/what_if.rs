//! What if: the history of an employment under two books of rules, and what would differ.
//!
//! People are taken to have done what they did. What changes is when it was due, of what they would have been reminded,
//! and which refusion was lost.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};
use serde::Serialize;
use uuid::Uuid;

use crate::deadlines::frister::{Assessment, assess};
use crate::events::haendelse::{Haendelse, Key, Udfald};
use crate::fold::ansaettelse::{Ansaettelse, Record};
use crate::fold::forloeb::{Afgjort, Forloeb};
use crate::oere::{Oere, whole_kroner};
use crate::reminders::paamindelser::{brought_by_time, forfaldne, planlagte};
use crate::rules::Regelbog;
use crate::words::{Aflysning, Fristart, Friststatus};

/// The first absence days that are looked at, and the day on which they are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First day, itself included.
    pub fra: NaiveDate,
    /// Last day, itself included.
    pub til: NaiveDate,
    /// History is known up to the end of this day.
    pub today: NaiveDate,
}

/// A frist that would lie elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// What must have happened.
    pub art: Fristart,
    /// Target under the rules as they are; none where they know no such frist.
    pub maaldag: Option<NaiveDate>,
    /// Target under the other rules.
    pub new_maaldag: Option<NaiveDate>,
    /// Legal day under the rules as they are.
    pub lovdag: Option<NaiveDate>,
    /// Legal day under the other rules.
    pub new_lovdag: Option<NaiveDate>,
}

/// Refusion that is lost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = HvadHvisTab))]
pub struct Tab {
    /// Calendar days.
    pub dage: i64,
    /// The estimate.
    #[serde(rename = "kr", with = "whole_kroner")]
    #[cfg_attr(feature = "schema", schema(value_type = i64))]
    pub beloeb: Oere,
}

/// What would differ for one forløb.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The forløb, by the id it has under the rules as they are.
    pub id: Uuid,
    /// Code of its unit.
    pub enhed: String,
    /// F.
    pub foerste: NaiveDate,
    /// Frister that would lie elsewhere, would be new, or would not be.
    pub moved: Vec<Moved>,
    /// Reminders by frist: as they are, and as they would be. Only where the numbers differ or a day does.
    pub paamindelser: BTreeMap<Fristart, (u32, u32)>,
    /// Refusion lost as it is.
    pub tab: Tab,
    /// Refusion that would be lost.
    pub nyt_tab: Tab,
}

impl Difference {
    fn is_empty(&self) -> bool {
        self.moved.is_empty() && self.paamindelser.is_empty() && self.tab == self.nyt_tab
    }
}

/// Every forløb of an employment in the window that somebody may see, and those of them that would differ.
#[must_use]
pub fn compare(
    a: &Ansaettelse,
    book: &Regelbog,
    new_book: &Regelbog,
    window: Window,
    sees: impl Fn(&Forloeb) -> bool,
) -> (usize, Vec<Difference>) {
    let in_window = |f: &&Forloeb| (window.fra..=window.til).contains(&f.foerste) && !f.erased && sees(f);
    let (now, new_ones) = (a.forloeb(book), a.forloeb(new_book));
    let mut seen = 0;
    let mut differences = Vec::new();
    for f in now.iter().filter(in_window) {
        seen += 1;
        let Some(new) = new_ones.iter().find(|n| n.called(f.id)) else { continue };
        if Arc::ptr_eq(&f.regler, &new.regler) && f.perioder == new.perioder {
            continue; // the same rules and the same days: nothing can differ
        }
        let own = only(a, &[f, new]);
        let (before, after) =
            (UnderRegler::af(&own, f, book, window.today), UnderRegler::af(&own, new, new_book, window.today));
        let difference = Difference {
            id: f.id,
            enhed: f.stamdata_now(window.today).enhed.clone(),
            foerste: f.foerste,
            moved: moved(&before.assessment, &after.assessment),
            paamindelser: paamindelser(&before.sendte, &after.sendte),
            tab: before.tab,
            nyt_tab: after.tab,
        };
        if !difference.is_empty() {
            differences.push(difference);
        }
    }
    (seen, differences)
}

/// What one book of rules makes of a forløb.
struct UnderRegler {
    assessment: Assessment,
    sendte: BTreeMap<Key, NaiveDate>,
    tab: Tab,
}

impl UnderRegler {
    fn af(a: &Ansaettelse, f: &Forloeb, book: &Regelbog, today: NaiveDate) -> Self {
        let assessment = assess(f, today, book);
        let tab = Tab {
            dage: assessment.refusion.mistet.map_or(0, |d| d.count()),
            beloeb: assessment.refusion.mistet_skoen.map_or(Oere::ZERO, |s| s.beloeb),
        };
        // Most absences: told of once, when it was over, and without money. Nobody was ever reminded of anything.
        let only_meldt = a.records().iter().filter(|p| p.haendelse.forloeb().is_some()).count() == 1;
        let past =
            f.sidste.is_some_and(|s| s < f.known) && !assessment.frister.iter().any(|fr| fr.status.outstanding());
        let sendte = if only_meldt && past && !assessment.refusion.gives {
            BTreeMap::new()
        } else {
            sendte(a, f.id, book, today)
        };
        Self { sendte, assessment, tab }
    }
}

/// The events of these forløb, and what payroll told of the employment: the domain derives every forløb by itself. What
/// became of reminders is left out, for here it is worked out.
fn only(a: &Ansaettelse, forloeb: &[&Forloeb]) -> Ansaettelse {
    let with = |p: &Record| {
        !matches!(p.haendelse, Haendelse::PaamindelserAfgjort(_))
            && p.haendelse.forloeb().is_none_or(|id| forloeb.iter().any(|f| f.called(id)))
    };
    a.excerpt(with)
}

/// The reminders of a forløb, as they would have left morning by morning while its events came in.
fn sendte(a: &Ansaettelse, id: Uuid, book: &Regelbog, today: NaiveDate) -> BTreeMap<Key, NaiveDate> {
    let mut afgjorte: BTreeMap<Key, Afgjort> = BTreeMap::new();
    let mut dage: Vec<NaiveDate> = a.records().iter().map(|p| p.dag).collect();
    dage.dedup();
    for (n, dag) in dage.iter().enumerate() {
        // Mail leaves in the morning: what came in on a day counts from the next working day on.
        let sidste_morning = dage.get(n + 1).copied().unwrap_or(NaiveDate::MAX).min(today);
        let mut morning = book.calendar().shift(*dag, 1);
        if morning > sidste_morning {
            continue;
        }
        let known = a.excerpt(|p| p.dag <= *dag);
        let Some(mut f) = known.forloeb(book).into_iter().find(|f| f.called(id)) else { continue };
        f.afgjorte = std::mem::take(&mut afgjorte);
        while morning <= sidste_morning {
            let assessment = assess(&f, morning, book);
            let plan = planlagte(&f, &assessment, morning, book);
            let (send, overtaken) = forfaldne(&plan, morning);
            f.afgjorte.extend(send.into_iter().map(|p| (p.key, sendt(morning))));
            f.afgjorte.extend(overtaken.into_iter().map(|p| (p.key, overtaken_on(morning))));
            let planned = plan.iter().map(|p| p.dag).filter(|dag| *dag > morning);
            let Some(dag) = planned.chain(brought_by_time(&f, &assessment, morning, book)).min() else { break };
            morning = book.calendar().wd_plus(dag);
        }
        afgjorte = f.afgjorte;
    }
    let is_reminder = |key: &Key| key.indbydelse().is_none() && key.nyhed().is_none();
    let sendte = afgjorte.into_iter().filter(|(key, a)| is_reminder(key) && matches!(a.udfald, Udfald::Sendt { .. }));
    sendte.map(|(key, a)| (key, a.dag)).collect()
}

fn sendt(dag: NaiveDate) -> Afgjort {
    afgjort(dag, Udfald::Sendt { letter: String::new(), til: None })
}

fn overtaken_on(dag: NaiveDate) -> Afgjort {
    afgjort(dag, Udfald::Aflyst { aarsag: Aflysning::Overtaken })
}

fn afgjort(dag: NaiveDate, udfald: Udfald) -> Afgjort {
    Afgjort { dag, udfald, time: dag.and_time(NaiveTime::MIN).and_utc(), joined: false }
}

fn moved(before: &Assessment, after: &Assessment) -> Vec<Moved> {
    // What ended before it mattered is no frist of anybody.
    let dage = |v: &Assessment, art| {
        let of_art = v.frister.iter().filter(move |f| f.art == art && f.status != Friststatus::Bortfaldet);
        of_art.map(|f| (f.maaldag, f.lovdag)).collect::<Vec<_>>()
    };
    let mut out = Vec::new();
    for art in Fristart::ALL.iter().copied() {
        let (old_ones, new_ones) = (dage(before, art), dage(after, art));
        for n in 0..old_ones.len().max(new_ones.len()) {
            let (old, new) = (old_ones.get(n).copied(), new_ones.get(n).copied());
            if old != new {
                let (maaldag, lovdag) = old.unzip();
                let (new_maaldag, new_lovdag) = new.unzip();
                out.push(Moved { art, maaldag, new_maaldag, lovdag, new_lovdag });
            }
        }
    }
    out
}

fn paamindelser(before: &BTreeMap<Key, NaiveDate>, after: &BTreeMap<Key, NaiveDate>) -> BTreeMap<Fristart, (u32, u32)> {
    let mut out: BTreeMap<Fristart, (Vec<NaiveDate>, Vec<NaiveDate>)> = BTreeMap::new();
    for (key, dag) in before {
        out.entry(key.frist).or_default().0.push(*dag);
    }
    for (key, dag) in after {
        out.entry(key.frist).or_default().1.push(*dag);
    }
    let count = |dage: &[NaiveDate]| u32::try_from(dage.len()).unwrap_or(u32::MAX);
    let different = out.into_iter().map(|(art, (mut a, mut b))| {
        a.sort_unstable();
        b.sort_unstable();
        (art, a, b)
    });
    different.filter(|(_, a, b)| a != b).map(|(art, a, b)| (art, (count(&a), count(&b)))).collect()
}
