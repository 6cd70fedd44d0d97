//! A forløb step by step: each event, what it changed, and where it stands in the log.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::frister::{Assessment, Frist, assess};
use forloeb::{Ansaettelse, Forloeb, Haendelse};
use uuid::Uuid;

use super::datoer::{dato_in_digits, tidspunkt};
use super::facts::{facts, refusion};
use super::fault::PageError;
use super::frist::situation;
use super::history;
use super::reader_view::ReaderView;
use crate::core::App;
use crate::happening::reminders_in_words;
use crate::projections::Loan;
use crate::proven;
use crate::sentences::frist_name;
use texts::standing::{is_still_in_time, name, together};

/// Events of a stream that are read at once.
const AT_A_TIME: usize = 1000;
/// Facts that say what day it is, which no event changes.
const OF_THE_DAY: [&str; 2] = ["I dag", "Varighed"];

/// What an event changed: "Første kontakt: Åben → Opfyldt".
pub(crate) struct Change {
    pub(crate) what: &'static str,
    pub(crate) before: String,
    pub(crate) after: String,
    /// Code of a status, for the badge's colour; none of anything else.
    pub(crate) code: Option<&'static str>,
}

/// One event.
pub(crate) struct Step {
    pub(crate) position: u64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) time: String,
    pub(crate) who: String,
    pub(crate) what: String,
    /// What became of reminders, one by one: sent, withheld and why.
    pub(crate) reminders: Vec<String>,
    pub(crate) changes: Vec<Change>,
    /// Chain hash of its commit.
    pub(crate) hash: String,
    /// Number of the moment at which it became known, from 1.
    pub(crate) moment: usize,
}

/// A forløb as it was at one version, seen on one day.
struct Seen {
    f: Forloeb,
    v: Assessment,
}

/// The events of a forløb in the order of the log, the ones under the employee number before first. `a` is read from the log
/// whole: what a loan has lacks the reminders that were withheld.
pub(crate) fn steps(k: &ReaderView<'_>, loan: &Loan, a: &Ansaettelse, id: Uuid) -> Vec<Step> {
    let mut all = of_one_number(k, loan, a, id);
    let mut moments: Vec<DateTime<Utc>> = all.iter().map(|step| step.at).collect();
    moments.sort_unstable();
    moments.dedup();
    for step in &mut all {
        step.moment = moments.partition_point(|at| *at < step.at) + 1;
    }
    all
}

fn of_one_number(k: &ReaderView<'_>, loan: &Loan, a: &Ansaettelse, id: Uuid) -> Vec<Step> {
    let book = &k.state.service.app.book();
    let at = |version: u64, dag: NaiveDate| {
        let f: Option<Forloeb> = a.at_version(version).forloeb(book).into_iter().find(|f| f.called(id));
        f.map(|f| Seen { v: assess(&f, dag, book), f })
    };
    // Under the number before first: its versions are its own.
    let before = a.under_number_before().map_or_else(Vec::new, |before| of_one_number(k, loan, before, id));
    let own = proven::of_one_number(loan, a, id).map(|p| {
        let reminders =
            if let Haendelse::PaamindelserAfgjort(h) = &p.haendelse { reminders_in_words(h) } else { Vec::new() };
        // What became of a reminder changes no frist.
        let changes = if p.haendelse.is_about_paamindelser() {
            Vec::new()
        } else {
            changes(k, loan, p.dag, at(p.version - 1, p.dag).as_ref(), at(p.version, p.dag).as_ref())
        };
        Step {
            position: p.position,
            at: p.time,
            time: tidspunkt(p.time),
            who: history::aktoer(k, &p.aktoer),
            what: if reminders.is_empty() { history::sentence(&|nr| k.name(nr), a, p) } else { String::new() },
            reminders,
            changes,
            hash: String::new(),
            moment: 0,
        }
    });
    before.into_iter().chain(own).collect()
}

/// The same frist as it stood before: of several of a kind the one of the same agreement, or from the same day.
fn as_before<'s>(before: &'s Seen, frist: &Frist) -> Option<&'s Frist> {
    let same = |one: &&Frist| one.art == frist.art && one.aftale == frist.aftale;
    let several = before.v.frister.iter().filter(same).count() > 1;
    before.v.frister.iter().filter(same).find(|one| !several || one.lovdag == frist.lovdag)
}

fn changes(
    k: &ReaderView<'_>,
    loan: &Loan,
    dag: NaiveDate,
    before: Option<&Seen>,
    after: Option<&Seen>,
) -> Vec<Change> {
    let Some(after) = after else { return Vec::new() };
    let mut changes = Vec::new();
    if let Some(before) = before {
        let told = |seen: &Seen| {
            let k = ReaderView::new(k.state, k.logged_in).on(dag);
            let mut told = vec![("Status", situation(&seen.f, dag))];
            told.extend(facts(&k, loan, &seen.f).into_iter().map(|fact| (fact.name, fact.value)));
            if seen.v.refusion.gives {
                told.extend(refusion(&k, &seen.f, &seen.v).facts.into_iter().map(|fact| (fact.name, fact.value)));
            }
            told.retain(|(name, _)| !OF_THE_DAY.contains(name));
            told
        };
        changes.extend(differences(&told(before), &told(after)));
    }
    changes
        .extend(after.v.frister.iter().filter_map(|fr| frist_change(before.and_then(|b| as_before(b, fr)), fr, dag)));
    changes
}

/// Facts with another value, or that are there only after, or only before.
fn differences(before: &[(&'static str, String)], after: &[(&'static str, String)]) -> Vec<Change> {
    let value = |told: &[(&'static str, String)], name| {
        let all: Vec<&str> = told.iter().filter(|(one, _)| *one == name).map(|(_, value)| value.as_str()).collect();
        all.join("; ")
    };
    let mut names: Vec<&'static str> = Vec::new();
    for (name, _) in after.iter().chain(before) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let or_none = |value: String| if value.is_empty() { "ikke nævnt".to_owned() } else { value };
    let change = |what| {
        let (before, after) = (value(before, what), value(after, what));
        (before != after).then(|| Change { what, before: or_none(before), after: or_none(after), code: None })
    };
    names.into_iter().filter_map(change).collect()
}

fn frist_change(old: Option<&Frist>, new: &Frist, dag: NaiveDate) -> Option<Change> {
    let same_status = old.is_some_and(|old| old.status == new.status);
    let same_day = old.is_some_and(|old| old.lovdag == new.lovdag);
    let stands = |fr: &Frist| {
        let in_time = is_still_in_time(fr.status, fr.lovdag, dag);
        if in_time { together(fr.status) } else { name(fr.status) }
    };
    let on = |fr: &Frist| format!("{}, sidste dag {}", stands(fr), dato_in_digits(fr.lovdag));
    // The day is said where it is what changed.
    let said = |fr: &Frist| if same_day || !same_status { stands(fr).to_owned() } else { on(fr) };
    (!same_status || !same_day).then(|| Change {
        what: frist_name(new.art),
        before: old.map_or_else(|| "fandtes ikke".to_owned(), &said),
        after: said(new),
        code: Some(new.status.code()),
    })
}

/// The chain hash of the commit of each event of an employment, by position.
///
/// # Errors
/// The log cannot be read.
pub(crate) async fn hashes(app: &App, a: &Ansaettelse) -> Result<BTreeMap<u64, String>, PageError> {
    let mut hashes = BTreeMap::new();
    for stream in proven::streams(a)? {
        let mut from = 0;
        loop {
            let read = app.log.read_stream_with_hashes(&stream, from, AT_A_TIME).await?;
            let Some(last) = read.last() else { break };
            from = last.version;
            hashes.extend(read.iter().filter_map(|r| Some((r.position, r.hash?.to_string()))));
        }
    }
    Ok(hashes)
}
