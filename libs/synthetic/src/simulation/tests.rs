//! What must never happen in a simulation, and what diligence gives.

use chance::Random;
use forloeb::words::{Aarsag, Fristart};

use super::flid::Flid;
use super::watch::Watch;
use super::*;
use crate::invented::deed::{Deed, Frame};
use app::clock::dag_in_denmark;

fn choices(seed: u64) -> Choices {
    Choices { medarbejdere: 60, aar: 3, seed, til: "2025-12-31".parse().unwrap() }
}

/// Two hundred years of small workplaces, over Christmas and Easter, leap days and the end of store bededag.
#[test]
#[ignore = "slow: two hundred years"]
fn in_two_hundred_years_it_never_happens() {
    let book = Regelbog::built_in();
    let (mut aar, mut set, mut flytninger) = (0, [0; 4], 0);
    for seed in 0..25 {
        let choices = Choices { medarbejdere: 14, aar: 8, seed, til: "2028-06-30".parse().unwrap() };
        let world = World::new(&choices.omfang(), 1, Seal::Nothing).unwrap();
        let mut watch = Watch::new(&book);
        live(seed, &world, &Staff::new(seed), &book, &mut watch, &|_, _| {}).unwrap();
        aar += choices.aar;
        flytninger += watch.flytninger;
        let here = [watch.paamindelser, watch.forloeb, watch.overskredne, watch.rettede];
        set = std::array::from_fn(|n| set[n] + here[n]);
    }
    let [paamindelser, forloeb, overskredne, rettede] = set;
    println!(
        "{aar} years: {forloeb} forløb, {paamindelser} reminders, {overskredne} frister passed, {rettede} corrected, \
         {flytninger} moves"
    );
    assert!(aar >= 200 && set.iter().all(|n| *n > 20), "{set:?}: too little happened to be worth watching");
}

#[test]
fn the_same_options_give_the_same_and_another_seed_something_else() {
    let book = Regelbog::built_in();
    let one = simulation(&choices(1), &book, &|_, _| {}).unwrap();
    assert_eq!(one, simulation(&choices(1), &book, &|_, _| {}).unwrap());
    assert_ne!(one, simulation(&choices(2), &book, &|_, _| {}).unwrap());
    let tekst = one.to_string();
    assert!(tekst.contains("60 medarbejdere i 3 år") && tekst.contains("Anmeldelse"), "{tekst}");
    assert!(serde_json::to_value(&one).unwrap()["frister"].as_array().is_some_and(|f| !f.is_empty()));
}

/// Of four hundred people some move to another unit and get another number, and some of them are ill on that day.
#[test]
fn who_moves_goes_on_under_the_number_after_and_is_reminded_once() {
    let book = Regelbog::built_in();
    let (mut flytninger, mut flyttede) = (0, 0);
    for seed in 0..2 {
        let choices = Choices { medarbejdere: 400, ..choices(seed) };
        let world = World::new(&choices.omfang(), 1, Seal::Nothing).unwrap();
        let mut watch = Watch::new(&book);
        live(seed, &world, &Staff::new(seed), &book, &mut watch, &|_, _| {}).unwrap();
        (flytninger, flyttede) = (flytninger + watch.flytninger, flyttede + watch.flyttede);
    }
    println!("{flytninger} moves, over which {flyttede} forløb went on");
    assert!(flytninger > 20 && flyttede > 0, "{flytninger} moves, over which {flyttede} forløb went on");
    let many = Choices { medarbejdere: 400, ..choices(1) };
    let report = simulation(&many, &book, &|_, _| {}).unwrap();
    assert!(report.flytninger > 0 && report.to_string().contains("flyttede inden for arbejdspladsen"), "{report}");
}

/// Who leads decides what is reached: that is what the simulation is for.
#[test]
fn omhyggelig_ledere_achieve_more_than_forsoemmelig_ones() {
    let book = Regelbog::built_in();
    let many = Choices { medarbejdere: 400, ..choices(3) };
    let report = simulation(&many, &book, &|_, _| {}).unwrap();
    let share = |flid| {
        let n = report.frister[&(Fristart::Samtale, Some(flid))];
        n.til_tiden * 100 / (n.til_tiden + n.for_sent + n.never).max(1)
    };
    let (good, bad) = (share(Flid::Omhyggelig), share(Flid::Forsoemmelig));
    assert!(good > bad + 20, "{good} % of the talks in time, and {bad} %");
}

/// Ill from Monday 5 January 2026 to 22 August. The eight weeks are over on 1 March; every eighth week after that the list asks for a
/// follow-up, and two weeks after the last day for one about the return. No mail does: only who looks by themselves sees to it, in
/// the week before, or on the Monday after where that is a weekend.
#[test]
fn who_looks_at_the_list_sees_to_what_no_mail_asks_for() {
    let (book, staff) = (Regelbog::built_in(), Staff::new(3));
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let held = |flid: Flid| -> Vec<(Fristart, NaiveDate)> {
        let leder = (1..).find(|nr| staff.flid(*nr) == flid);
        let frame = Frame {
            book: &book,
            people: &staff,
            leder,
            dag: day("2026-01-05"),
            fratraadt: None,
            woman: false,
            foerstedagsret: false,
            paragraf_56: false,
            rows_of_weeks: false,
            nr: 0,
        };
        let mut all = Vec::new();
        for seed in 0..100 {
            let (mut t, mut aside) = (Random::new(seed), Random::new(seed + 1000));
            let until = (Aarsag::Sygdom, day("2026-08-22"));
            let fravaer = frame.brought_along(&mut t, &mut aside, until).unwrap();
            for (time, deed) in fravaer.deeds {
                if let Deed::Loes(_, art, _) = deed {
                    all.push((art, dag_in_denmark(time)));
                }
            }
        }
        all.retain(|(art, _)| matches!(art, Fristart::VidereOpfoelgning | Fristart::OpfoelgningEfterRetur));
        all
    };
    // 930 in a thousand, of a hundred absences.
    let good = held(Flid::Omhyggelig);
    for (art, due) in [
        (Fristart::VidereOpfoelgning, "2026-04-26"),
        (Fristart::VidereOpfoelgning, "2026-06-21"),
        (Fristart::VidereOpfoelgning, "2026-08-16"),
        (Fristart::OpfoelgningEfterRetur, "2026-09-05"),
    ] {
        let in_time = |dag: NaiveDate| (-2..=7).contains(&(day(due) - dag).num_days());
        let count = good.iter().filter(|(one, dag)| *one == art && in_time(*dag)).count();
        assert!((80..=100).contains(&count), "{art} by {due}: {count} of 100");
    }
    // 150 in a thousand, of 400 times; and nobody.
    let reminded = held(Flid::Paamindet).len();
    assert!((30..=100).contains(&reminded), "{reminded} of 400");
    assert!(held(Flid::Forsoemmelig).is_empty());
}
