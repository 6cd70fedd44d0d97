//! A policy of the workplace that is withdrawn, and one that nobody wrote as a text. Every date is counted by hand.

use forloeb::Regelbog;
use forloeb::politik::{EXAMPLES, LaidDown, Maaldag, Med, Politik, PolitikFastsat, Sted};
use forloeb::regler::{CountedFrom, Paamindelsesregel};
use forloeb::words::{Fristart, Medorgan, Modtagerrolle};

use crate::story::{Story, dag};

fn read(tekst: &str) -> Politik {
    let book = Regelbog::built_in();
    let politik = Politik::read(tekst, book.set().iter().map(AsRef::as_ref), book.calendar());
    politik.unwrap_or_else(|error| panic!("{error}"))
}

/// The day of the first contact, day 1 being the first absence day.
fn contact(book: &Regelbog, f: &str) -> i64 {
    book.in_force(dag(f)).frist(Fristart::FoersteKontakt, None).map_or(0, |r| r.lovdag.dage + 1)
}

/// The law has none; the standard aims at day 14.
#[test]
fn what_began_before_keeps_a_policy_that_was_withdrawn() {
    let mut case = Story::ansat();
    case.politik("2027-01-01", "navn = \"vores\"\nkontaktmodel = [1, 5, 14]\n");
    case.it("2027-05-31").sygemeld("2027-05-31").withdraw(1, "2027-06-01").it("2027-06-02");
    assert_eq!(case.frist(Fristart::FoersteKontakt).lovdag, dag("2027-05-31"), "ill from the day before");
    assert_eq!([contact(case.book(), "2027-05-31"), contact(case.book(), "2027-06-01")], [1, 14]);
    assert_eq!(case.book().end_of_politik(1), Some(dag("2027-06-01")));
    // The first day that was said stands.
    case.withdraw(1, "2027-09-01");
    assert_eq!(contact(case.book(), "2027-06-01"), 14);
}

/// From January day 1, from March day 2. What March took the place of is gone; what never came to hold took no place.
#[test]
fn what_was_replaced_does_not_come_back_unless_the_next_never_held() {
    let mut case = Story::ansat();
    case.politik("2027-01-01", "navn = \"a\"\nkontaktmodel = [1]\n");
    case.politik("2027-03-01", "navn = \"b\"\nkontaktmodel = [2]\n");
    let days = |case: &Story| ["2027-02-28", "2027-03-01", "2027-04-01"].map(|f| contact(case.book(), f));
    assert_eq!(days(&case), [1, 2, 2]);
    assert_eq!([1, 2].map(|nr| case.book().end_of_politik(nr)), [Some(dag("2027-03-01")), None]);
    let mut later = case.clone();
    assert_eq!(days(later.withdraw(2, "2027-04-01")), [1, 2, 14]);
    assert_eq!(days(case.withdraw(2, "2027-03-01")), [1, 1, 1]);
    assert_eq!([1, 2].map(|nr| case.book().end_of_politik(nr)), [None, Some(dag("2027-03-01"))]);
}

/// One for E101 and E102, and then another for E101 alone: that one is withdrawn, and E101 has the rules for everybody.
#[test]
fn a_policy_of_units_ends_where_another_has_all_of_them() {
    let of = |name: &str, codes: &str, day: u32| {
        read(&format!("navn = \"{name}\"\nenhed = [{codes}]\nkontaktmodel = [{day}]\n"))
    };
    let both = LaidDown::new(5, dag("2027-01-01"), of("begge", "\"E101\", \"E102\"", 3));
    let one = LaidDown::new(9, dag("2027-02-01"), of("en", "\"E101\"", 4));
    let book = Regelbog::built_in().with_politik(&[both, one]);
    let contact = |book: &Regelbog, enhed: &str, f: &str| {
        let set = book.in_force_at(dag(f), Sted { enhed, distrikt: None });
        set.frist(Fristart::FoersteKontakt, None).map_or(0, |r| r.lovdag.dage + 1)
    };
    let march = |book: &Regelbog| ["E101", "E102", "E103"].map(|enhed| contact(book, enhed, "2027-03-01"));
    assert_eq!(march(&book), [4, 3, 14]);
    assert_eq!(book.end_of_politik(5), None, "E102 still has it");
    let withdrawn = book.without_politik(9, dag("2027-03-01"));
    assert_eq!(march(&withdrawn), [14, 3, 14]);
    assert_eq!(contact(&withdrawn, "E101", "2027-02-28"), 4);
    let other = LaidDown::new(11, dag("2027-04-01"), of("to", "\"E102\"", 6));
    assert_eq!(book.and_politik(other).end_of_politik(5), Some(dag("2027-04-01")));
}

/// The same one laid down again is the newest, also while the service runs.
#[test]
fn a_policy_is_known_by_its_number() {
    let (a, b) = (read("navn = \"a\"\nkontaktmodel = [1]\n"), read("navn = \"b\"\nkontaktmodel = [2]\n"));
    let fra = dag("2027-01-01");
    let laid = [LaidDown::new(1, fra, a.clone()), LaidDown::new(2, fra, b), LaidDown::new(3, fra, a)];
    let one_by_one = laid.iter().cloned().fold(Regelbog::built_in(), |book, laid| book.and_politik(laid));
    assert_eq!(
        [contact(&one_by_one, "2027-01-01"), contact(&Regelbog::built_in().with_politik(&laid), "2027-01-01")],
        [1, 1]
    );
    assert_eq!(contact(&one_by_one.and_politik(laid[1].clone()), "2027-01-01"), 1, "one that is there already");
}

/// What is stored of a policy that was filled in reads as that policy, whatever is in it.
#[test]
fn what_is_written_of_a_policy_reads_as_the_same() {
    let reminder = Paamindelsesregel {
        frist: Fristart::Samtale,
        gaelder_fra: None,
        gaelder_til: None,
        trin: "t-5".to_owned(),
        fra: CountedFrom::Maaldag,
        dage: 0,
        adjust: None,
        arbejdsdage: -5,
        gentag_arbejdsdage: Some(5),
        til: vec![Modtagerrolle::Leder, Modtagerrolle::Hr],
        sidste_chance: false,
    };
    let whole = Politik {
        name: "Vores \"egen\" politik\nmed æ, ø og å".into(),
        enhed: Some(vec!["E101".to_owned(), "Ø \\ 2".to_owned()]),
        distrikt: Some(vec!["Nord".to_owned()]),
        kontaktmodel: vec![1, 5, 14],
        intern_anmeldelse_dag: Some(20),
        hoejst_mails_om_ugen: Some(3),
        uden_paamindelser: vec![Fristart::OtteUger],
        maaldage: vec![Maaldag { frist: Fristart::Samtale, dag: 20 }, Maaldag { frist: Fristart::OtteUger, dag: 50 }],
        paamindelser: vec![reminder.clone(), Paamindelsesregel { trin: "igen".to_owned(), dage: 3, ..reminder }],
        signaler: Some(Vec::new()),
        ..Politik::default()
    };
    let signals = Regelbog::built_in().in_force(dag("2027-01-01")).signaler.clone();
    let others = EXAMPLES.map(|(_, tekst)| read(tekst));
    for politik in [&whole, &Politik { signaler: Some(signals), ..whole.clone() }].into_iter().chain(&others) {
        let stored = PolitikFastsat::new(dag("2027-01-01"), politik.as_toml().unwrap());
        assert_eq!(&Politik::read_stored(&stored).unwrap(), politik, "{}", stored.politik);
    }
}

#[test]
fn what_med_said_has_a_day_where_it_was_talked_over_and_none_where_not() {
    let day = dag("2026-11-20");
    assert!(Med::said(Medorgan::HovedMed, Some(day)).is_some() && Med::said(Medorgan::Nowhere, None).is_some());
    assert!(Med::said(Medorgan::HovedMed, None).is_none() && Med::said(Medorgan::Nowhere, Some(day)).is_none());
}
