//! Who finds whom, on Friday 6 February 2026.

use forloeb::command::{Act, DomainCommand};
use forloeb::haendelse::KontaktpersonValgt;
use forloeb::words::{Rolle, Sletningsgrund};

use super::*;
use crate::reference::reference;
use crate::workplace::{TR, Workplace, details, standing_still};

const LEDER: &str = "00010001";
const OTHER: &str = "20001";

async fn place() -> Workplace {
    let place = Workplace::empty(standing_still("2026-02-06T09:00:00Z")).await;
    for (nr, name, leder, enhed) in [
        (LEDER, "Maria Madsen", Some("30001"), "E101"),
        (TR, "Mohammed Nielsen", Some(LEDER), "E101"),
        ("10010", "Åse Ærlig", Some(LEDER), "E101"),
        ("10011", "Bo Ærlig", Some(LEDER), "E101"),
        (OTHER, "Lone Lund", Some("30001"), "E102"),
        ("20010", "Søren Ærlig", Some(OTHER), "E102"),
        ("30001", "Direktør Dahl", None, "E100"),
    ] {
        ansaet(&place, nr, name, leder, enhed).await;
    }
    place
}

async fn ansaet(place: &Workplace, nr: &str, name: &str, leder: Option<&str>, enhed: &str) {
    let told = |s: &mut forloeb::haendelse::Stamdata| {
        (s.enhed, s.leder_nr) = (enhed.to_owned(), leder.map(str::to_owned));
    };
    place.ansat(nr, &details(nr, name, "a@b.example"), told).await;
}

async fn found(place: &Workplace, user: &User, text: &str) -> Found {
    place.app.find(user, &Asked::read(text).unwrap(), false).await.unwrap()
}

async fn numbers(place: &Workplace, user: &User, text: &str) -> Vec<String> {
    found(place, user, text).await.numbers
}

fn user(rolle: Rolle, nr: &str) -> User {
    User::new(rolle, Some(nr.to_owned()))
}

#[test]
fn too_little_is_no_search() {
    for text in ["", "  ", "å", "- -", "a-", &"x".repeat(101)] {
        assert_eq!(Asked::read(text).is_some(), text == "å", "{text}: å is two letters where there is none");
    }
    assert!(Asked::read("Bo").unwrap().is_name() && !Asked::read("10001").unwrap().is_name());
    assert!(!Asked::read("deadbeef").unwrap().is_name(), "it may be a reference");
}

/// HR finds all but themself, a leader their own people, and whoever has a part in one case that one.
#[tokio::test]
async fn everybody_finds_whom_they_may_see_and_nobody_else() {
    let place = place().await;
    place.away("10010", "2026-01-05").await;
    place.away("20010", "2026-01-19").await;
    let hr = User::new(Rolle::Hr, None);
    assert_eq!(
        numbers(&place, &hr, "aerlig").await,
        ["20010", "10010", "10011"],
        "those who are away, then the others"
    );
    let hr_here = hr.clone().narrowed_to(["E102".to_owned()]);
    assert_eq!(numbers(&place, &hr_here, "ærlig").await, ["20010"]);
    let own = user(Rolle::Hr, "10011");
    assert_eq!(numbers(&place, &own, "Ærl").await, ["20010", "10010"], "nobody handles their own case");
    assert_eq!(numbers(&place, &user(Rolle::Leder, LEDER), "ærlig").await, ["10010", "10011"]);
    for text in ["Ærlig Sø", "Ærlig Soer", "Aerlig Sor"] {
        assert_eq!(numbers(&place, &user(Rolle::Leder, OTHER), text).await, ["20010"], "{text}");
    }
    assert_eq!(numbers(&place, &user(Rolle::Leder, "30001"), "lund").await, [OTHER]);
    assert_eq!(numbers(&place, &user(Rolle::Leder, "30001"), "ærlig").await.len(), 3, "the leader's leader");
    // TR is to contact them as long as the employee has chosen nobody.
    let tr = user(Rolle::Kontaktperson, TR);
    assert_eq!(numbers(&place, &tr, "ærlig").await, ["20010", "10010"]);
    let forloeb = place.forloeb("10010").await.id;
    let chosen = KontaktpersonValgt { forloeb, kontaktperson_nr: Some("10011".to_owned()) };
    place.act("10010", Act::ChooseKontaktperson(chosen)).await;
    assert_eq!(numbers(&place, &tr, "ærlig").await, ["20010"]);
    assert_eq!(numbers(&place, &user(Rolle::Kontaktperson, "10011"), "ærlig").await, ["10010"]);
    for nobody in [user(Rolle::Medarbejder, "10010"), User::new(Rolle::Drift, None)] {
        assert_eq!(numbers(&place, &nobody, "madsen").await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_number_and_a_reference_name_one() {
    let place = place().await;
    let id = place.away("10010", "2026-01-05").await;
    let foreign = place.away("20010", "2026-01-19").await;
    let (hr, leder) = (User::new(Rolle::Hr, None), user(Rolle::Leder, OTHER));
    let of_number = found(&place, &hr, "10001").await;
    assert_eq!((of_number.exact.as_deref(), of_number.count), (Some(LEDER), 1), "without the zeros");
    assert_eq!(found(&place, &hr, LEDER).await.exact.as_deref(), Some(LEDER));
    assert_eq!(found(&place, &leder, LEDER).await, Found::default(), "not theirs");
    assert_eq!(found(&place, &hr, &reference(id)).await.forloeb, Some(id));
    assert_eq!(found(&place, &leder, &reference(id)).await.forloeb, None);
    assert_eq!(found(&place, &leder, &reference(foreign).to_uppercase()).await.forloeb, Some(foreign));
}

/// An auditor is shown no names: by name they find whole words, when they have said what for.
#[tokio::test]
async fn an_auditor_finds_by_number_and_by_a_name_they_know() {
    let place = place().await;
    let revisor = User::new(Rolle::Revisor, None);
    let search = async |text: &str, has_formaal| {
        place.app.find(&revisor, &Asked::read(text).unwrap(), has_formaal).await.unwrap().numbers
    };
    assert_eq!(search("Åse Ærlig", false).await, Vec::<String>::new());
    assert_eq!(search("Aase Aerlig", true).await, ["10010"]);
    assert_eq!(search("Aase Aer", true).await, Vec::<String>::new(), "the beginning of a name tells of others");
    assert_eq!(search("10010", false).await, ["10010"]);
}

/// What payroll says anew is found at once; who was erased by nobody, and after a restart neither.
#[tokio::test]
async fn a_new_name_is_found_at_once_and_an_erased_person_by_nobody() {
    let mut place = place().await;
    let (hr, revisor) = (User::new(Rolle::Hr, None), User::new(Rolle::Revisor, None));
    assert_eq!(numbers(&place, &hr, "ærlig").await.len(), 3);
    ansaet(&place, "10011", "Bo Berg", Some(LEDER), "E101").await;
    assert_eq!([numbers(&place, &hr, "ærlig").await.len(), numbers(&place, &hr, "berg").await.len()], [2, 1]);
    let id = place.absence("10010", "2025-01-06", Some("2025-01-31")).await;
    let erase = DomainCommand::ErasePerson { grund: Sletningsgrund::Andet, aarsag: "fratrådt".to_owned() };
    place.perform("10010", &erase).await;
    place.app.erase_keys().await.unwrap();
    for _ in 0..2 {
        for user in [&hr, &revisor] {
            for text in ["ærlig", "åse", "10010", &reference(id)] {
                let found = found(&place, user, text).await;
                assert!(!found.numbers.contains(&"10010".to_owned()) && found.forloeb.is_none(), "{text}");
            }
        }
        assert_eq!(numbers(&place, &hr, "ærlig").await, ["20010"]);
        place.restart(crate::workplace::Stop::Sound, standing_still("2026-02-06T10:00:00Z")).await;
    }
}

/// Projections that were built anew know nobody's name until it is asked for.
#[tokio::test]
async fn people_are_found_when_the_projections_were_built_anew() {
    let place = place().await;
    let hr = User::new(Rolle::Hr, None);
    assert_eq!(numbers(&place, &hr, "lone").await, [OTHER]);
    place.app.rebuild(&crate::core::Progress::default()).await.unwrap();
    ansaet(&place, OTHER, "Line Lund", Some("30001"), "E102").await;
    assert_eq!(
        [numbers(&place, &hr, "lone").await, numbers(&place, &hr, "line").await],
        [vec![], vec![OTHER.to_owned()]]
    );
}
