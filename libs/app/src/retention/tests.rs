//! Who is past which period, on days worked out by hand.

use chrono::NaiveDate;

use super::*;
use crate::stored::SletningsstopSat;
use crate::workplace::{Workplace, day, details, standing_still};
use forloeb::Aktoer;

#[test]
fn the_periods_that_come_with_the_product_are_whole_and_a_file_that_is_not_is_refused() {
    let kinds = read(BUILT_IN).unwrap();
    assert!(kinds.iter().all(|kind| !kind.kilde.is_empty() && !kind.formaal.is_empty()));
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
    let due = sted.app.past_retention().await.unwrap();
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
    std::fs::write(own.join(FILE), BUILT_IN.replacen("aar = 5", "aar = 6", 1)).unwrap();
    assert!(due(&sted).await.is_empty());
    std::fs::write(own.join(FILE), "aar = 5").unwrap();
    assert!(sted.app.past_retention().await.is_err());
}

#[tokio::test]
async fn a_hold_is_told_until_it_is_lifted() {
    let sted = workplace("2024-04-01T10:00:00Z").await;
    let told = |gaelder| SletningsstopSat { gaelder, aarsag: "retssag".to_owned() };
    for gaelder in [true, false] {
        sted.app.set_hold("1006", &told(gaelder), &Aktoer::system("terminal")).await.unwrap();
        let due = sted.app.past_retention().await.unwrap();
        let holds: Vec<_> = due.iter().map(|due| due.sletningsstop.as_deref()).collect();
        assert_eq!(holds, [None, gaelder.then_some("retssag")]);
        let obstacles = sted.app.obstacles(&["1006".to_owned()]).await.unwrap();
        assert_eq!(obstacles.iter().any(|(what, _)| *what == Obstacle::Hold), gaelder);
    }
}
