//! One absence told by hand and by payroll, in either order: joined as one, and where they differ a person decides. Every
//! date is counted by hand on a calendar: 2 November 2026 is a Monday.

use std::collections::BTreeSet;

use forloeb::Procent;
use forloeb::command::{Act, DomainCommand, Rettelse, Valg};
use forloeb::haendelse::*;
use forloeb::refusal::{BrokenRegel, DomainRefusal, Mistake};
use forloeb::uenighed::{Statement, Uenighed, Uenighedsfelt, Vaelg};
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, felt, seal};

const NIGHT: &str = "2026-11-20";

fn line(foerste: &str, sidste: Option<&str>) -> Imported {
    let (foerste, sidste) = (dag(foerste), sidste.map(dag));
    let (aarsag, omfang_pct) = (Aarsag::Sygdom, Procent::FULL);
    Imported { aarsag, foerste, sidste, omfang_pct, paragraf_56: None, raskmeldt: false }
}

/// Payroll's file has this row, as the import tells it. Whether anything changed.
fn row(case: &mut Story, nr: &str, line: Imported) -> Result<bool, DomainRefusal> {
    let known = case.a.registreringer(case.book()).into_iter().find(|r| r.row(nr).is_some());
    let command = match known {
        None => {
            let DomainCommand::RegistrerFravaer(h) = case.registrering("2026-11-02", None, 100, Kilde::Import) else {
                unreachable!("a registration was made")
            };
            let Imported { aarsag, foerste, sidste, omfang_pct, paragraf_56, raskmeldt } = line;
            let fravaer_nr = Some(nr.to_owned());
            DomainCommand::RegistrerFravaer(FravaerRegistreret {
                fravaer_nr,
                aarsag,
                foerste,
                sidste,
                omfang_pct,
                paragraf_56,
                raskmeldt,
                ..h
            })
        }
        Some(r) if r.fravaer_nr.as_deref() != Some(nr) || r.row(nr) == Some(&line) => {
            DomainCommand::KnytFravaer(FravaerKnyttet { registrering: r.id, fravaer_nr: nr.to_owned(), line })
        }
        Some(r) => DomainCommand::ChangeFravaer { registrering: r.id, line },
    };
    case.attempt(&command).map(|events| !events.is_empty())
}

fn tells(case: &mut Story, nr: &str, foerste: &str, sidste: Option<&str>) -> bool {
    row(case, nr, line(foerste, sidste)).unwrap_or_else(|error| panic!("{nr}: {error:?}"))
}

/// What is open, as field, what payroll says and what the person says.
fn open(case: &Story) -> Vec<(Uenighedsfelt, String, String)> {
    let text = |said: Statement| match said {
        Statement::Dag(dag) => dag.map_or_else(String::new, |dag| dag.to_string()),
        Statement::Aarsag(aarsag) => aarsag.code().to_owned(),
        Statement::Omfang(omfang) => omfang.decimal().to_string(),
    };
    let one = |u: &Uenighed| (u.felt, text(u.loen), text(u.person));
    case.list().iter().flat_map(|f| f.uenigheder.iter().map(one).collect::<Vec<_>>()).collect()
}

fn uenighed(felt: Uenighedsfelt, loen: &str, person: &str) -> (Uenighedsfelt, String, String) {
    (felt, loen.to_owned(), person.to_owned())
}

/// First and last days of every forløb.
fn forloeb(case: &Story) -> Vec<(String, String)> {
    let text = |f: &forloeb::Forloeb| (f.foerste.to_string(), f.sidste.map(|s| s.to_string()).unwrap_or_default());
    case.list().iter().map(text).collect()
}

fn pair(foerste: &str, sidste: &str) -> (String, String) {
    (foerste.to_owned(), sidste.to_owned())
}

fn valg(case: &Story, vaelg: Vaelg) -> Valg {
    let u = case.forloeb().uenigheder[0].clone();
    Valg { registrering: u.registrering, felt: u.felt, position: u.position, vaelg, begrundelse: seal() }
}

/// A person reports sick from a day on, with a cause and an extent.
fn reports(case: &mut Story, foerste: &str, aarsag: Aarsag, pct: u8) {
    let DomainCommand::RegistrerFravaer(h) = case.registrering(foerste, None, pct, Kilde::Person) else {
        unreachable!("a registration was made")
    };
    case.perform(&DomainCommand::RegistrerFravaer(FravaerRegistreret { aarsag, ..h }));
}

/// What is open of a cause or an extent.
fn of_values(case: &Story) -> Vec<(Uenighedsfelt, String, String)> {
    open(case).into_iter().filter(|(felt, ..)| matches!(felt, Uenighedsfelt::Aarsag | Uenighedsfelt::Omfang)).collect()
}

/// Decides the first of these.
fn decide_of(case: &mut Story, felt: Uenighedsfelt, vaelg: Vaelg) {
    let u = case.forloeb().uenigheder.into_iter().find(|u| u.felt == felt).expect("it is open");
    let (registrering, position, begrundelse) = (u.registrering, u.position, seal());
    case.act(Act::AfgoerUenighed(Valg { registrering, felt, position, vaelg, begrundelse }));
}

/// The extent on a day, in percent.
fn omfang(case: &Story, day: &str) -> f64 {
    case.forloeb().omfang(dag(day)).expect("it is a day of the absence").decimal()
}

fn decide(case: &mut Story, vaelg: Vaelg) {
    let act = Act::AfgoerUenighed(valg(case, vaelg));
    case.act(act);
}

use Uenighedsfelt::{Foerste, Sidste};

#[test]
fn the_same_days_are_one_forloeb_in_whichever_order() {
    let mut by_hand = Story::sygemeldt("2026-11-02");
    assert!(tells(by_hand.it("2026-11-03"), "a1", "2026-11-02", None));
    let mut by_payroll = Story::ansat();
    tells(by_payroll.it("2026-11-02"), "a1", "2026-11-02", None);
    by_payroll.it("2026-11-03").sygemeld("2026-11-02");
    for case in [&mut by_hand, &mut by_payroll] {
        assert_eq!(forloeb(case), [pair("2026-11-02", "")]);
        assert_eq!(open(case), []);
        let version = case.a.version();
        assert!(!tells(case, "a1", "2026-11-02", None), "the same file again");
        assert_eq!(case.a.version(), version);
    }
}

/// The leader says Wednesday, payroll Monday.
#[test]
fn another_first_day_is_kept_and_decided() {
    for vaelg in Vaelg::ALL {
        let mut by_hand = Story::sygemeldt("2026-11-04");
        tells(by_hand.it("2026-11-05"), "a1", "2026-11-02", None);
        assert_eq!(forloeb(&by_hand), [pair("2026-11-04", "")], "what is in force stays");
        let mut by_payroll = Story::ansat();
        tells(by_payroll.it("2026-11-02"), "a1", "2026-11-02", None);
        by_payroll.it("2026-11-05").sygemeld("2026-11-04");
        assert_eq!(forloeb(&by_payroll), [pair("2026-11-02", "")], "what is in force stays");
        for case in [&mut by_hand, &mut by_payroll] {
            assert_eq!(open(case), [uenighed(Foerste, "2026-11-02", "2026-11-04")]);
            assert_eq!(case.forloeb().uenigheder[0].siden, dag("2026-11-05"));
            let before = valg(case, *vaelg);
            decide(case, *vaelg);
            let chosen = if *vaelg == Vaelg::Loen { "2026-11-02" } else { "2026-11-04" };
            assert_eq!(forloeb(case), [pair(chosen, "")]);
            assert_eq!(open(case), []);
            let day = case.today;
            let refused = case.refused(Act::AfgoerUenighed(before));
            assert_eq!(refused, BrokenRegel::UenighedAfgjort { dag: day }.into(), "somebody else was first");
            assert!(!tells(case, "a1", "2026-11-02", None), "the same file again");
            assert_eq!((forloeb(case), open(case)), (vec![pair(chosen, "")], vec![]));
        }
    }
}

/// Payroll's row has no end; the leader says that the employee is back.
#[test]
fn a_raskmelding_stands_against_every_nightly_file() {
    let mut case = Story::ansat();
    tells(case.it("2026-11-02"), "a1", "2026-11-02", None);
    case.it("2026-11-09").raskmeldt("2026-11-06");
    assert_eq!(open(&case), [], "payroll has not spoken since: its silence contradicts nobody");
    assert!(tells(case.it("2026-11-10"), "a1", "2026-11-02", None), "that it stays with it is recorded");
    assert_eq!(open(&case), [uenighed(Sidste, "", "2026-11-06")]);
    let (version, id) = (case.a.version(), case.forloeb().uenigheder[0].id());
    for night in ["2026-11-11", "2026-11-12", "2026-11-13"] {
        assert!(!tells(case.it(night), "a1", "2026-11-02", None));
    }
    assert_eq!((case.a.version(), case.forloeb().uenigheder[0].id()), (version, id), "no new one each night");
    assert_eq!(forloeb(&case), [pair("2026-11-02", "2026-11-06")], "nor is it opened");
    // Payroll comes to say the same: nobody has to decide.
    tells(case.it("2026-11-16"), "a1", "2026-11-02", Some("2026-11-06"));
    assert_eq!((forloeb(&case), open(&case)), (vec![pair("2026-11-02", "2026-11-06")], vec![]));
}

#[test]
fn payroll_does_not_overrule_a_raskmelding_until_somebody_says_so() {
    let mut case = Story::ansat();
    tells(case.it("2026-11-02"), "a1", "2026-11-02", None);
    case.it("2026-11-09").raskmeldt("2026-11-06");
    tells(case.it("2026-11-10"), "a1", "2026-11-02", Some("2026-11-13"));
    assert_eq!(forloeb(&case), [pair("2026-11-02", "2026-11-06")]);
    assert_eq!(open(&case), [uenighed(Sidste, "2026-11-13", "2026-11-06")]);
    let mut person = case.clone();
    decide(person.it("2026-11-11"), Vaelg::Person);
    assert_eq!((forloeb(&person), open(&person)), (vec![pair("2026-11-02", "2026-11-06")], vec![]));
    // Payroll says something else again: another question.
    tells(person.it("2026-11-12"), "a1", "2026-11-02", Some("2026-11-10"));
    assert_eq!(open(&person), [uenighed(Sidste, "2026-11-10", "2026-11-06")]);
    assert_eq!(forloeb(&person), [pair("2026-11-02", "2026-11-06")]);
    // Payroll was right: from then on what it says goes in.
    decide(case.it("2026-11-11"), Vaelg::Loen);
    assert_eq!((forloeb(&case), open(&case)), (vec![pair("2026-11-02", "2026-11-13")], vec![]));
    tells(case.it("2026-11-16"), "a1", "2026-11-02", Some("2026-11-18"));
    assert_eq!((forloeb(&case), open(&case)), (vec![pair("2026-11-02", "2026-11-18")], vec![]));
    // The end of its row is no raskmelding: the next row goes on over the weekend.
    tells(case.it("2026-11-18"), "a1", "2026-11-02", Some("2026-11-13"));
    tells(&mut case, "a2", "2026-11-16", Some("2026-11-18"));
    assert_eq!(forloeb(&case), [pair("2026-11-02", "2026-11-18")]);
}

/// The other way round: payroll's end does not close what a leader has reported, and has not ended.
#[test]
fn the_end_of_a_row_does_not_end_what_a_person_reported() {
    let mut case = Story::sygemeldt("2026-11-02");
    tells(case.it("2026-11-09"), "a1", "2026-11-02", Some("2026-11-06"));
    assert_eq!(forloeb(&case), [pair("2026-11-02", "")]);
    assert_eq!(open(&case), [uenighed(Sidste, "2026-11-06", "")]);
    let mut goes_on = case.clone();
    decide(&mut goes_on, Vaelg::Person);
    // Rows of working days: each ends later, and it was decided that the absence goes on.
    for (nr, (fra, til)) in [("a2", ("2026-11-09", "2026-11-13")), ("a3", ("2026-11-16", "2026-11-20"))] {
        tells(goes_on.it(til), nr, fra, Some(til));
        assert_eq!((forloeb(&goes_on), open(&goes_on)), (vec![pair("2026-11-02", "")], vec![]), "{nr}");
    }
    // A raskmelding in payroll's row is another matter.
    let raskmeldt = Imported { raskmeldt: true, ..line("2026-11-16", Some("2026-11-18")) };
    assert_eq!(row(&mut goes_on, "a3", raskmeldt), Ok(true));
    assert_eq!(open(&goes_on), [uenighed(Sidste, "2026-11-18", "")]);
    decide(&mut case, Vaelg::Loen);
    assert_eq!((forloeb(&case), open(&case)), (vec![pair("2026-11-02", "2026-11-06")], vec![]));
    tells(case.it("2026-11-13"), "a2", "2026-11-09", Some("2026-11-13"));
    assert_eq!(forloeb(&case), [pair("2026-11-02", "2026-11-13")], "the row after the weekend belongs to it");
}

/// Eight weeks of rows about what the leader reported on the first day.
#[test]
fn many_rows_are_joined_with_one_registration() {
    let mut case = Story::sygemeldt("2026-09-07");
    for week in 0..8_i64 {
        let day = |n: i64| forloeb::calendar::plus_dage(dag("2026-09-07"), 7 * week + n).to_string();
        tells(case.it(&day(4)), &format!("a{week}"), &day(0), Some(&day(4)));
        assert_eq!(forloeb(&case), [pair("2026-09-07", "")]);
        assert_eq!(open(&case), [uenighed(Sidste, &day(4), "")], "one, and not one a week");
    }
    case.it("2026-11-02").raskmeldt("2026-10-30");
    assert_eq!((forloeb(&case), open(&case)), (vec![pair("2026-09-07", "2026-10-30")], vec![]));
    // The eighth row lies within another of payroll's: that is for payroll to put right.
    let refused = row(&mut case, "b1", line("2026-10-28", Some("2026-10-30")));
    assert!(matches!(refused, Err(DomainRefusal::BrokenRegel(BrokenRegel::Overlaps { .. }))), "{refused:?}");
}

/// Payroll's row ended on Friday; on Monday the leader reports that the employee is still away; then the row grows.
#[test]
fn a_row_that_grows_into_a_registration_by_hand_is_not_refused() {
    let mut case = Story::ansat();
    tells(case.it("2026-11-06"), "a1", "2026-11-02", Some("2026-11-06"));
    case.it("2026-11-09").sygemeld("2026-11-09");
    assert_eq!((forloeb(&case), open(&case)), (vec![pair("2026-11-02", "")], vec![]), "payroll's row is of last week");
    assert!(tells(case.it("2026-11-10"), "a1", "2026-11-02", Some("2026-11-13")));
    assert_eq!(forloeb(&case), [pair("2026-11-02", "")]);
    assert_eq!(open(&case), [uenighed(Sidste, "2026-11-13", "")]);
    assert!(!tells(&mut case, "a1", "2026-11-02", Some("2026-11-13")));
    case.it("2026-11-16").raskmeldt("2026-11-13");
    assert_eq!((forloeb(&case), open(&case)), (vec![pair("2026-11-02", "2026-11-13")], vec![]));
}

/// Who corrects with a reason has decided against what payroll said till then, and not against what it says later.
#[test]
fn a_rettelse_settles_what_was_said_before_it() {
    let mut case = Story::ansat();
    tells(case.it("2026-11-02"), "a1", "2026-11-02", None);
    case.it("2026-11-04").ret(Rettelse::FoersteFravaersdag(dag("2026-11-03")));
    tells(case.it("2026-11-05"), "a1", "2026-11-02", None);
    assert_eq!((forloeb(&case), open(&case)), (vec![pair("2026-11-03", "")], vec![]));
    tells(case.it("2026-11-06"), "a1", "2026-11-04", None);
    assert_eq!(forloeb(&case), [pair("2026-11-03", "")]);
    assert_eq!(open(&case), [uenighed(Foerste, "2026-11-04", "2026-11-03")]);
}

#[test]
fn what_has_moved_since_it_was_looked_at_is_not_decided() {
    let mut case = Story::sygemeldt("2026-11-04");
    tells(case.it("2026-11-05"), "a1", "2026-11-02", None);
    let before = valg(&case, Vaelg::Loen);
    tells(case.it("2026-11-06"), "a1", "2026-11-03", None);
    assert_eq!(case.refused(Act::AfgoerUenighed(before.clone())), BrokenRegel::UenighedMoved.into());
    tells(case.it("2026-11-06"), "a1", "2026-11-04", None);
    assert_eq!(case.refused(Act::AfgoerUenighed(before)), BrokenRegel::NoUenighed.into());
}

#[test]
fn another_authority_and_a_second_report_by_hand_are_not_joined() {
    let mut case = Story::sygemeldt("2026-11-02");
    let graviditet = Imported { aarsag: Aarsag::Graviditet, ..line("2026-11-04", None) };
    let refused = row(case.it("2026-11-05"), "a1", graviditet);
    assert!(matches!(refused, Err(DomainRefusal::BrokenRegel(BrokenRegel::Overlaps { .. }))), "{refused:?}");
    let again = case.registrering("2026-11-03", None, 100, Kilde::Person);
    let refused = case.attempt(&again);
    assert!(matches!(refused, Err(DomainRefusal::BrokenRegel(BrokenRegel::Overlaps { .. }))), "{refused:?}");
}

/// How an employment ended is not for a row of payroll to question.
#[test]
fn a_death_is_not_questioned() {
    let mut case = Story::ansat();
    tells(case.it("2026-11-02"), "a1", "2026-11-02", None);
    let h = ForloebAfsluttet { forloeb: Uuid::nil(), aarsag: Slutaarsag::Doed, dato: dag("2026-11-05") };
    case.it("2026-11-06").act(Act::Afslut(h));
    tells(case.it("2026-11-07"), "a1", "2026-11-02", Some("2026-11-13"));
    assert_eq!((forloeb(&case), open(&case)), (vec![pair("2026-11-02", "2026-11-05")], vec![]));
}

/// The same statements in any order leave the same questions, and the same forløb once they are decided.
#[test]
fn any_order_of_the_same_statements_ends_the_same() {
    let days = ["2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05"];
    let ends = [None, Some("2026-11-06"), Some("2026-11-09"), Some("2026-11-11")];
    let all = days.iter().flat_map(|hand| days.iter().map(move |payroll| (*hand, *payroll)));
    let all = all.flat_map(|days| ends.iter().map(move |end| (days, *end)));
    for ((by_hand, by_payroll, end), vaelg) in
        all.flat_map(|((hand, payroll), end)| Vaelg::ALL.iter().map(move |vaelg| ((hand, payroll, end), *vaelg)))
    {
        let at = format!("{by_hand} {by_payroll} {end:?} {vaelg}");
        let mut results = BTreeSet::new();
        for first in [false, true] {
            let mut case = Story::ansat();
            case.it(NIGHT);
            if first {
                case.sygemeld(by_hand);
            }
            tells(&mut case, "a1", by_payroll, end);
            if !first {
                case.sygemeld(by_hand);
            }
            // The night after, and once more: the second time nothing changes.
            tells(&mut case, "a1", by_payroll, end);
            assert!(!tells(&mut case, "a1", by_payroll, end), "{at}");
            let questions = format!("{:?}", open(&case));
            while !open(&case).is_empty() {
                decide(&mut case, vaelg);
            }
            assert!(!tells(&mut case, "a1", by_payroll, end), "{at}: what was decided stays");
            results.insert((questions, forloeb(&case)));
        }
        assert_eq!(results.len(), 1, "{at}: {results:?}");
    }
}

/// The leader says sygdom on Monday 5 October 2026, and payroll the same night arbejdsskade: to be told to EASY by the 19th,
/// F+14, and worked towards on Friday the 16th, for F+13 is a Sunday.
#[test]
fn another_cause_is_kept_and_decided_and_easy_is_guarded_meanwhile() {
    let injury = Imported { aarsag: Aarsag::Arbejdsskade, ..line("2026-10-05", None) };
    for payroll_first in [false, true] {
        let mut case = Story::ansat();
        case.it("2026-10-05");
        if payroll_first {
            row(&mut case, "a1", injury).unwrap();
        }
        reports(&mut case, "2026-10-05", Aarsag::Sygdom, 100);
        if !payroll_first {
            row(&mut case, "a1", injury).unwrap();
        }
        assert_eq!(forloeb(&case), [pair("2026-10-05", "")]);
        assert_eq!(open(&case), [uenighed(Uenighedsfelt::Aarsag, "arbejdsskade", "sygdom")]);
        let stands = if payroll_first { Aarsag::Arbejdsskade } else { Aarsag::Sygdom };
        let f = case.forloeb();
        assert_eq!(
            (f.aarsag, f.stands(&f.uenigheder[0])),
            (stands, Statement::Aarsag(stands)),
            "what is in force stays"
        );
        let easy = case.frist(Fristart::Easy);
        assert_eq!((easy.maaldag, easy.lovdag), (dag("2026-10-16"), dag("2026-10-19")));
        let version = case.a.version();
        assert_eq!(row(case.it("2026-10-06"), "a1", injury), Ok(false), "the same file again");
        assert_eq!(case.a.version(), version);
        for vaelg in Vaelg::ALL {
            let mut decided = case.clone();
            decide(decided.it("2026-10-07"), *vaelg);
            let by_payroll = *vaelg == Vaelg::Loen;
            let cause = if by_payroll { Aarsag::Arbejdsskade } else { Aarsag::Sygdom };
            assert_eq!((decided.forloeb().aarsag, open(&decided)), (cause, vec![]), "{vaelg}");
            assert_eq!(decided.assessment().frist(Fristart::Easy).is_some(), by_payroll, "{vaelg}");
            assert_eq!(row(decided.it("2026-10-08"), "a1", injury), Ok(false), "what was decided stays");
            assert_eq!(open(&decided), []);
        }
    }
}

/// Payroll's second row of the absence, from Monday 12 October, says half of the time.
#[test]
fn an_extent_of_a_later_row_is_decided_from_its_day_on() {
    let row_of = |foerste: &str, sidste: &str, pct: u8| Imported {
        omfang_pct: Procent::whole(pct),
        ..line(foerste, Some(sidste))
    };
    for payroll_first in [false, true] {
        let mut case = Story::ansat();
        case.it("2026-10-09");
        let first = row_of("2026-10-05", "2026-10-09", 100);
        if payroll_first {
            row(&mut case, "a1", first).unwrap();
        }
        reports(&mut case, "2026-10-05", Aarsag::Sygdom, 100);
        if !payroll_first {
            row(&mut case, "a1", first).unwrap();
        }
        row(case.it("2026-10-16"), "a2", row_of("2026-10-12", "2026-10-16", 50)).unwrap();
        assert_eq!(of_values(&case), [uenighed(Uenighedsfelt::Omfang, "50", "100")], "{payroll_first}");
        for (vaelg, pct) in [(Vaelg::Loen, 50.0), (Vaelg::Person, 100.0)] {
            let mut decided = case.clone();
            decide_of(&mut decided, Uenighedsfelt::Omfang, vaelg);
            assert_eq!((omfang(&decided, "2026-10-09"), omfang(&decided, "2026-10-12")), (100.0, pct), "{vaelg}");
            // The next row says the same, and nobody is asked again.
            row(decided.it("2026-10-23"), "a3", row_of("2026-10-19", "2026-10-23", 50)).unwrap();
            assert_eq!((omfang(&decided, "2026-10-19"), of_values(&decided)), (pct, vec![]), "{payroll_first} {vaelg}");
            let version = decided.a.version();
            row(&mut decided, "a3", row_of("2026-10-19", "2026-10-23", 50)).unwrap();
            assert_eq!(decided.a.version(), version, "the same file again");
        }
    }
}

/// Partly back from Monday 12 October, as the leader says; payroll's next row has the whole time.
#[test]
fn an_extent_that_people_recorded_is_theirs_until_payroll_is_right() {
    let mut case = Story::ansat();
    reports(case.it("2026-10-05"), "2026-10-05", Aarsag::Sygdom, 100);
    tells(case.it("2026-10-09"), "a1", "2026-10-05", Some("2026-10-09"));
    let half = DelvisRegistreret {
        forloeb: Uuid::nil(),
        fra: dag("2026-10-12"),
        omfang_pct: Procent::whole(50),
        begrundelse: None,
    };
    case.it("2026-10-13").act(Act::Delvis(half));
    assert_eq!(of_values(&case), [], "payroll has not spoken of those days");
    tells(case.it("2026-10-16"), "a2", "2026-10-12", Some("2026-10-16"));
    assert_eq!(of_values(&case), [uenighed(Uenighedsfelt::Omfang, "100", "50")]);
    for (vaelg, pct) in [(Vaelg::Loen, 100.0), (Vaelg::Person, 50.0)] {
        let mut decided = case.clone();
        decide_of(&mut decided, Uenighedsfelt::Omfang, vaelg);
        assert_eq!((omfang(&decided, "2026-10-12"), of_values(&decided)), (pct, vec![]), "{vaelg}");
    }
}

/// Payroll comes to call it a child's sickness: that would be no forløb, and is annulled instead.
#[test]
fn nobody_decides_that_it_was_no_absence_of_theirs() {
    let mut case = Story::sygemeldt("2026-11-02");
    tells(case.it("2026-11-03"), "a1", "2026-11-02", None);
    let child = Imported { aarsag: Aarsag::BarnSyg, ..line("2026-11-02", None) };
    row(case.it("2026-11-04"), "a1", child).unwrap();
    assert_eq!(open(&case), [uenighed(Uenighedsfelt::Aarsag, "barn_syg", "sygdom")]);
    let refused = case.refused(Act::AfgoerUenighed(valg(&case, Vaelg::Loen)));
    assert_eq!(refused, felt("vaelg", Mistake::NeverForloeb));
    decide(&mut case, Vaelg::Person);
    assert_eq!((case.forloeb().aarsag, open(&case)), (Aarsag::Sygdom, vec![]));
}

/// The same of causes and extents, with what payroll says after it was decided: other values than before.
#[test]
fn any_order_of_the_same_causes_and_extents_ends_the_same() {
    let values = [Aarsag::Sygdom, Aarsag::Arbejdsskade].map(|aarsag| [(aarsag, 100), (aarsag, 50)]).concat();
    let both = values.iter().flat_map(|hand| values.iter().map(move |payroll| (*hand, *payroll)));
    let first = "2026-11-02";
    let told = |(aarsag, pct): (Aarsag, u8)| Imported { aarsag, omfang_pct: Procent::whole(pct), ..line(first, None) };
    for (hand, payroll) in both {
        for (vaelg, then) in Vaelg::ALL.iter().flat_map(|vaelg| values.iter().map(move |then| (*vaelg, *then))) {
            let at = format!("{hand:?} {payroll:?} {vaelg} {then:?}");
            let mut results = BTreeSet::new();
            for by_hand_first in [false, true] {
                let mut case = Story::ansat();
                case.it(NIGHT);
                if by_hand_first {
                    reports(&mut case, first, hand.0, hand.1);
                }
                row(&mut case, "a1", told(payroll)).unwrap();
                if !by_hand_first {
                    reports(&mut case, first, hand.0, hand.1);
                }
                assert_eq!(row(&mut case, "a1", told(payroll)), Ok(false), "{at}");
                let easy = |case: &Story| case.assessment().frist(Fristart::Easy).map(|frist| frist.lovdag);
                let undecided = format!("{:?} {:?}", open(&case), easy(&case));
                while let Some((felt, ..)) = open(&case).first().cloned() {
                    decide_of(&mut case, felt, vaelg);
                }
                let decided = format!("{} {} {:?}", case.forloeb().aarsag, omfang(&case, first), easy(&case));
                row(&mut case, "a1", told(then)).unwrap();
                let after = format!("{} {} {:?}", case.forloeb().aarsag, omfang(&case, first), open(&case));
                results.insert((undecided, decided, after));
            }
            assert_eq!(results.len(), 1, "{at}: {results:#?}");
        }
    }
}
