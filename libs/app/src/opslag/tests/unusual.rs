//! What somebody ought to look at.

use super::*;

#[test]
fn unusual_ones_are_at_night_without_a_purpose_or_very_many() {
    let mut unusual = Unusual::default();
    let day = "2026-11-02T12:00:00+01:00";
    unusual.see(reads(day, Content::Forloeb, &["10010"]), |_| true);
    unusual.see(reads("2026-11-02T04:59:00+01:00", Content::Forloeb, &["10011"]), |_| true);
    unusual.see(reads("2026-11-02T05:00:00+01:00", Content::Forloeb, &["10012"]), |_| true);
    unusual.see(reads("2026-11-02T22:59:00+01:00", Content::Forloeb, &["10012"]), |_| true);
    unusual.see(Opslag { formaal: Formaal::Unsaid, ..reads(day, Content::Forloeb, &["10013"]) }, |_| true);
    let said = Formaal::Said { tekst: "stikprøve".to_owned() };
    unusual.see(Opslag { formaal: said, ..reads(day, Content::History, &["10014"]) }, |_| true);
    unusual.see(
        Opslag { formaal: Formaal::Own, ..reads("2026-11-02T03:00:00+01:00", Content::Forloeb, &["10001"]) },
        |_| true,
    );
    let found: Vec<_> =
        unusual.found().into_iter().map(|(o, why)| (o.about[0].clone(), why.into_iter().collect())).collect();
    let expected: [(String, Vec<Reason>); 3] = [
        ("10014".to_owned(), vec![Reason::WithoutRelation]),
        ("10013".to_owned(), vec![Reason::WithoutFormaal]),
        ("10011".to_owned(), vec![Reason::AtNight]),
    ];
    assert_eq!(found, expected);

    let mut unusual = Unusual::default();
    for n in 0..=MANY {
        // A list is not opening one by one.
        unusual.see(reads(day, Content::List, &["1", "2", "3"]), |_| true);
        unusual.see(reads(day, Content::Forloeb, &[&n.to_string()]), |_| true);
    }
    unusual.see(reads("2026-11-03T12:00:00+01:00", Content::Forloeb, &["77"]), |_| true);
    let found = unusual.found();
    assert_eq!(found.len(), 1, "the {MANY}th is usual, the one after it not, and the next day begins anew");
    assert_eq!((&*found[0].0.about[0], found[0].1.iter().collect::<Vec<_>>()), ("40", vec![&Reason::Many]));
}

/// More than five hundred are not listed: the oldest goes, and it is said that there was one.
#[test]
fn of_very_many_unusual_ones_the_newest_are_listed_and_it_is_said() {
    let mut unusual = Unusual::default();
    let at = |n: u32| format!("2026-11-02T{:02}:{:02}:00+01:00", 8 + n / 60, n % 60);
    let unsaid = |n| Opslag { formaal: Formaal::Unsaid, ..reads(&at(n), Content::List, &[&n.to_string()]) };
    (0..500).for_each(|n| unusual.see(unsaid(n), |_| true));
    assert!(!unusual.is_cut());
    unusual.see(unsaid(500), |_| true);
    assert!(unusual.is_cut());
    let found = unusual.found();
    let about = |nth: usize| &*found[nth].0.about[0];
    assert_eq!((found.len(), about(0), about(499)), (500, "500", "1"));
}

/// HR of one unit: 600 look-ups of people in other units are later than the one of somebody in theirs, which is listed, and nothing is cut.
#[test]
fn what_may_not_be_shown_takes_no_place() {
    let mut unusual = Unusual::default();
    let mine = |about: &[String]| about.iter().any(|nr| nr == "10010");
    let unsaid = |at: &str, nr: &str| Opslag { formaal: Formaal::Unsaid, ..reads(at, Content::Forloeb, &[nr]) };
    unusual.see(unsaid("2026-11-02T09:00:00+01:00", "10010"), mine);
    (0..600).for_each(|n| unusual.see(unsaid("2026-11-02T10:00:00+01:00", &format!("2{n:04}")), mine));
    assert!(!unusual.is_cut());
    let found = unusual.found();
    assert_eq!((found.len(), found[0].0.about.as_slice()), (1, &["10010".to_owned()][..]));
}

/// What is unusual among these, the newest last.
fn unusual_of(all: &[Opslag]) -> Vec<(Content, Vec<Reason>)> {
    let mut unusual = Unusual::default();
    all.iter().for_each(|opslag| unusual.see(opslag.clone(), |_| true));
    let found = unusual.found().into_iter().rev();
    found.map(|(opslag, why)| (opslag.content, why.into_iter().collect())).collect()
}

/// One more than many, as whole forløb on one list, on several, or as a file; the rows of a page are not, and what is opened one by
/// one is counted apart.
#[test]
fn whole_forloeb_of_many_at_once_are_unusual() {
    let day = "2026-11-02T12:00:00+01:00";
    let numbers: Vec<String> = (0..=MANY).map(|n| n.to_string()).collect();
    let all: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let (but_one, last) = all.split_at(MANY);
    let many = |content| vec![(content, vec![Reason::Many])];
    let none: [(Content, Vec<Reason>); 0] = [];
    for content in [Content::Cases, Content::ListFile, Content::Log, Content::Bundle] {
        assert_eq!(unusual_of(&[reads(day, content, &all)]), many(content));
    }
    for content in [Content::List, Content::Search, Content::Report, Content::Opslag] {
        assert_eq!(unusual_of(&[reads(day, content, &all)]), none);
    }
    let first = || reads(day, Content::Cases, but_one);
    assert_eq!(unusual_of(&[first(), first(), reads(day, Content::Forloeb, &["77"])]), none);
    assert_eq!(unusual_of(&[first(), reads(day, Content::ListFile, last)]), many(Content::ListFile));
    assert_eq!(unusual_of(&[first(), reads("2026-11-03T12:00:00+01:00", Content::Cases, last)]), none);
    // An office is the same with another token of its name, and another office is another reader.
    let second = |navn, token| office(navn, token, reads(day, Content::Cases, last));
    let first = || office("Løn", "a1", first());
    assert_eq!(unusual_of(&[first(), second("Løn", "b2")]), many(Content::Cases));
    assert_eq!(unusual_of(&[first(), second("Personale", "c3")]), none);
}
