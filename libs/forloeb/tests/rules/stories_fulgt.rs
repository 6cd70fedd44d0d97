//! Dated stories about reminders that were followed by what they asked for. Every date is counted by hand.
//!
//! Ill from Monday 5 January 2026: the first contact is due on Friday the 16th, and by the rules on Sunday the 18th. It is reminded
//! of on Wednesday the 14th, on the 16th, on Monday the 19th (one arbejdsdag after the 18th) and on Wednesday the 21st.

use chrono::NaiveDate;
use forloeb::calendar::Dage;
use forloeb::command::Act;
use forloeb::fulgt::sendte_paamindelser;
use forloeb::haendelse::SlutForventet;
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, kontakt, seal};

/// The days on which the first contact was reminded of, and whether it was followed, as it is known on `today`.
fn fulgt(case: &Story, today: &str) -> Vec<(NaiveDate, bool)> {
    let all = Dage::between(dag("2026-01-01"), dag("2027-01-31")).expect("the days of a year");
    let sendte = sendte_paamindelser(&case.a, all, dag(today), case.book());
    let contact = sendte.into_iter().filter(|s| s.frist == Fristart::FoersteKontakt);
    contact.map(|s| (s.dag, s.fulgt)).collect()
}

fn days(all: &[(&str, bool)]) -> Vec<(NaiveDate, bool)> {
    all.iter().map(|(day, fulgt)| (dag(day), *fulgt)).collect()
}

/// Tuesday the 20th is the second arbejdsdag after Friday the 16th, and the fourth after Wednesday the 14th.
#[test]
fn a_weekend_counts_not() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.let_time_pass("2026-01-20").kontakt();
    let told = days(&[("2026-01-14", false), ("2026-01-16", true), ("2026-01-19", true)]);
    assert_eq!(fulgt(&case, "2026-02-06"), told);
}

/// Wednesday the 21st is the third arbejdsdag after the 16th, the second after the 19th, and the day of the last reminder.
#[test]
fn a_day_too_late_is_too_late() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.let_time_pass("2026-01-21").kontakt();
    let told = days(&[("2026-01-14", false), ("2026-01-16", false), ("2026-01-19", true), ("2026-01-21", true)]);
    assert_eq!(fulgt(&case, "2026-02-06"), told);
}

/// Ill from Thursday 10 December 2026: the contact is due on Wednesday the 23rd. The 24th is no arbejdsdag, the 25th and 26th are
/// holidays and the 27th is a Sunday, so the two are Monday the 28th and Tuesday the 29th.
#[test]
fn christmas_counts_not() {
    let on = |day: &str| {
        let mut case = Story::sygemeldt("2026-12-10");
        case.let_time_pass(day).kontakt();
        fulgt(&case, "2027-01-31").into_iter().find(|(sent, _)| *sent == dag("2026-12-23")).unwrap().1
    };
    assert!(on("2026-12-23") && on("2026-12-28") && on("2026-12-29"));
    assert!(!on("2026-12-30"));
}

/// Held on Tuesday the 13th and told on the 15th: the reminder of the 14th came after it. On the 16th nothing is sent.
#[test]
fn what_was_done_before_follows_from_nothing() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.let_time_pass("2026-01-15").act(Act::FoersteKontakt(kontakt(dag("2026-01-13"))));
    case.let_time_pass("2026-01-30");
    assert_eq!(fulgt(&case, "2026-02-06"), days(&[("2026-01-14", false)]));
}

/// Held on Friday the 16th and told three weeks later: it is the day on which it was done that counts.
#[test]
fn what_is_told_late_counts_by_its_own_day() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.let_time_pass("2026-01-20").it("2026-02-06").act(Act::FoersteKontakt(kontakt(dag("2026-01-16"))));
    let told = days(&[("2026-01-14", true), ("2026-01-16", true), ("2026-01-19", false)]);
    assert_eq!(fulgt(&case, "2026-02-06"), told);
}

/// A contact that was a mistake is none, and a forløb that was a mistake has none.
#[test]
fn what_was_annulled_does_not_count() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.let_time_pass("2026-01-16").kontakt();
    assert_eq!(fulgt(&case, "2026-02-06"), days(&[("2026-01-14", true), ("2026-01-16", true)]));
    let position = case.forloeb().kontakter[0].position;
    case.act(Act::Annuller { haendelse: Some(position), begrundelse: seal() });
    assert_eq!(fulgt(&case, "2026-02-06"), days(&[("2026-01-14", false), ("2026-01-16", false)]));
    case.act(Act::Annuller { haendelse: None, begrundelse: seal() });
    assert_eq!(fulgt(&case, "2026-02-06"), []);
}

/// That of the 16th is known once Tuesday the 20th is over.
#[test]
fn what_can_still_be_followed_is_not_counted() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.let_time_pass("2026-01-16").kontakt();
    assert_eq!(fulgt(&case, "2026-01-20"), days(&[("2026-01-14", true)]));
    assert_eq!(fulgt(&case, "2026-01-21"), days(&[("2026-01-14", true), ("2026-01-16", true)]));
}

/// The talk is late after Monday 2 February 2026: on Tuesday the 3rd leader, HR and employee each get a mail, and that is one
/// reminder. The anmeldelse is asked for by other mails, and holding the talk does not follow those.
#[test]
fn what_several_get_is_one_and_another_act_is_none() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.let_time_pass("2026-02-03").samtale(Samtaleudfald::Holdt);
    let day = Dage::between(dag("2026-01-27"), dag("2026-02-03")).unwrap();
    let sendte = sendte_paamindelser(&case.a, day, dag("2026-03-02"), case.book());
    let talk: Vec<_> = sendte.iter().filter(|s| s.frist == Fristart::Samtale && s.dag == dag("2026-02-03")).collect();
    assert_eq!(talk.iter().map(|s| s.fulgt).collect::<Vec<_>>(), [true]);
    let anmeldelse: Vec<_> = sendte.iter().filter(|s| s.frist == Fristart::Anmeldelse).collect();
    assert!(!anmeldelse.is_empty() && anmeldelse.iter().all(|s| !s.fulgt), "{sendte:?}");
}

/// The days on which somebody was asked how long it takes, and whether that was followed.
fn asked(case: &Story) -> Vec<(NaiveDate, bool)> {
    let all = Dage::between(dag("2026-01-01"), dag("2026-12-31")).expect("the days of a year");
    let sendte = sendte_paamindelser(&case.a, all, dag("2026-03-31"), case.book());
    sendte.into_iter().filter(|s| s.frist == Fristart::ForventetSlut).map(|s| (s.dag, s.fulgt)).collect()
}

/// Nobody is in touch, and five weeks on, on Monday 9 February, it opens: the leader is asked on Tuesday the 10th. A contact on
/// Thursday the 12th, two arbejdsdage later, is what was asked for. Where a day was named, Sunday 8 February, the leader is asked on
/// Monday the 9th and HR on Friday the 13th: a contact on the 10th does not say what is expected now.
#[test]
fn a_contact_is_what_is_asked_for_where_no_day_was_named() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.let_time_pass("2026-02-12").kontakt().let_time_pass("2026-02-27");
    assert_eq!(asked(&case), days(&[("2026-02-10", true)]));
    let mut late = Story::sygemeldt("2026-01-05");
    late.let_time_pass("2026-02-13").kontakt().let_time_pass("2026-02-27");
    assert_eq!(asked(&late), days(&[("2026-02-10", false)]), "the third arbejdsdag");
    let mut named = Story::sygemeldt("2026-01-05");
    let (dato, sidste) = (dag("2026-01-07"), Some(dag("2026-02-08")));
    named.it("2026-01-07").act(Act::ExpectSlut(SlutForventet { forloeb: Uuid::nil(), dato, sidste }));
    named.let_time_pass("2026-02-10").kontakt().let_time_pass("2026-02-27");
    assert_eq!(asked(&named), days(&[("2026-02-09", false), ("2026-02-13", false)]));
}
