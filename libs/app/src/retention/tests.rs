//! Who is past which period, on days worked out by hand.

use chrono::NaiveDate;

use super::*;
use crate::erase::{Also, ErasureDenial, Reason};
use crate::stored::SletningsstopSat;
use crate::workplace::{Workplace, day, details, standing_still};
use forloeb::Aktoer;
use forloeb::words::{Rolle, Sletningsgrund};

#[test]
fn the_periods_that_come_with_the_product_are_whole_and_a_file_that_is_not_is_refused() {
    let kinds = read(BUILT_IN).unwrap();
    assert!(kinds.iter().all(|kind| !kind.kilde.is_empty() && !kind.formaal.is_empty() && !kind.kontrol.is_empty()));
    // A file of before says nothing of how sure it is: it is what the workplace has decided.
    let without = |text: &str| !text.starts_with("sikkerhed =") && !text.starts_with("kontrol =");
    let before: String = BUILT_IN.lines().filter(|line| without(line)).map(|line| format!("{line}\n")).collect();
    assert!(read(&before).unwrap().iter().all(|kind| kind.sikkerhed == Sikkerhed::Beslutning));
    assert!(read(&BUILT_IN.replace("aar = 30", "aar = 0")).unwrap_err().contains("1 til 100"));
    assert!(read(&BUILT_IN.replacen("\"forloeb\"", "\"refusion\"", 1)).unwrap_err().contains("én gang"));
    assert!(read(&BUILT_IN.replace("kilde", "kilder")).is_err());
}

/// 1005 left on 31 March 2019, after an absence through 15 January 2019; 1006 left on 31 March 2019 with none; 1007 is employed.
async fn workplace(today: &str) -> Workplace {
    let sted = Workplace::empty(standing_still(today)).await;
    for nr in ["1005", "1006", "1007"] {
        let left = (nr != "1007").then(|| day("2019-03-31"));
        sted.ansat(nr, &details(nr, "Åse Ærlig", ""), |s| s.fratraadt = left).await;
    }
    sted.absence("1005", "2019-01-02", Some("2019-01-15")).await;
    sted
}

async fn due(sted: &Workplace) -> Vec<(String, NaiveDate)> {
    let due = sted.app.past_retention(|_, _| true, None, usize::MAX).await.unwrap().all;
    due.into_iter().map(|due| (due.medarbejder_nr.join(" "), due.opbevares_til)).collect()
}

#[tokio::test]
async fn who_is_past_the_last_period_is_due_the_day_after() {
    let sted = workplace("2024-03-31T10:00:00Z").await;
    assert!(due(&sted).await.is_empty(), "the last day");
    let sted = workplace("2024-04-01T10:00:00Z").await;
    let both = ["1005", "1006"].map(|nr| (nr.to_owned(), day("2024-03-31")));
    assert_eq!(due(&sted).await, both);
    // The workplace's own periods, in its folder of rules.
    let own = sted.path().join(regel_files::FOLDER);
    std::fs::create_dir_all(&own).unwrap();
    std::fs::write(own.join(regel_files::OPBEVARING), BUILT_IN.replacen("aar = 5", "aar = 6", 1)).unwrap();
    assert!(due(&sted).await.is_empty());
    std::fs::write(own.join(regel_files::OPBEVARING), "aar = 5").unwrap();
    assert!(sted.app.past_retention(|_, _| true, None, 1).await.is_err());
}

#[tokio::test]
async fn a_hold_is_told_until_it_is_lifted() {
    let sted = workplace("2024-04-01T10:00:00Z").await;
    let told = |gaelder| SletningsstopSat { gaelder, aarsag: "retssag".to_owned() };
    for gaelder in [true, false] {
        sted.app.set_hold("1006", &told(gaelder), &Aktoer::system("terminal")).await.unwrap();
        let due = sted.app.past_retention(|_, _| true, None, usize::MAX).await.unwrap().all;
        let holds: Vec<_> = due.iter().map(|due| due.sletningsstop.as_deref()).collect();
        assert_eq!(holds, [None, gaelder.then_some("retssag")]);
        let obstacles = sted.app.obstacles(&["1006".to_owned()]).await.unwrap();
        assert_eq!(obstacles.iter().any(|(what, _)| *what == Obstacle::Hold), gaelder);
    }
}

#[tokio::test]
async fn who_asks_is_told_of_their_own_and_of_no_more_than_they_want() {
    let sted = workplace("2024-04-01T10:00:00Z").await;
    let past = sted.app.past_retention(|nr, _| nr != "1005", None, 10).await.unwrap();
    assert_eq!((past.all.len(), past.next, past.all[0].medarbejder_nr[0].as_str()), (1, None, "1006"));
    let past = sted.app.past_retention(|_, _| true, None, 1).await.unwrap();
    assert_eq!((past.all.len(), past.next.map(|(left, _)| left)), (1, Some(day("2019-03-31"))));
    // The other of the two, and nobody after them.
    let rest = sted.app.past_retention(|_, _| true, past.next, 1).await.unwrap();
    assert_eq!((rest.all.len(), rest.next), (1, None));
    assert_ne!(rest.all[0].medarbejder_nr, past.all[0].medarbejder_nr);
    for (nr, is) in [("1005", true), ("1006", true), ("1007", false), ("4711", false)] {
        assert_eq!(sted.app.past_retention_of(nr).await.unwrap().is_some(), is, "{nr}");
    }
    let due = sted.app.past_retention_of("1005").await.unwrap().unwrap();
    assert_eq!((due.regnet_fra, due.art), (day("2019-03-31"), Opbevaringsart::Ansaettelse));
}

#[tokio::test]
async fn what_was_erased_is_told_again_from_the_log() {
    let sted = workplace("2024-04-01T10:00:00Z").await;
    let reason = Reason { grund: Sletningsgrund::OpbevaringUdloebet, words: "opbevaret til 2024-03-31".to_owned() };
    let hr = Aktoer::new(Rolle::Hr, Some("9001".to_owned()));
    assert_eq!(sted.app.erasure("1005").await.unwrap(), None);
    assert!(sted.app.all_erased().await.unwrap().is_empty());
    let (erasure, shared) = sted.app.erase("1005", &reason, Also::default(), &hr).await.unwrap();
    assert_eq!((erasure.numbers.as_slice(), shared.len()), (&["1005".to_owned()][..], 0));
    assert_eq!(sted.app.erasure("1005").await.unwrap(), Some(erasure.clone()));
    let all = sted.app.all_erased().await.unwrap();
    assert_eq!((all.len(), all[0].person, all[0].grund), (1, erasure.person, Sletningsgrund::OpbevaringUdloebet));
    let again = sted.app.erase("1005", &reason, Also::default(), &hr).await;
    assert!(matches!(again, Err(ErasureDenial::Already)));
    let employed = sted.app.erase("1007", &reason, Also::default(), &hr).await;
    assert!(matches!(employed, Err(ErasureDenial::Obstacles(met)) if met == [(Obstacle::Employed, "1007".to_owned())]));
}
