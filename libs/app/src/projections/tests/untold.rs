//! What is still to be told to an employee whom no mail reaches keeps a forløb among what goes on, also when the absence is over.

use forloeb::command::{Act, NewReferat};
use forloeb::frister::assess;
use forloeb::haendelse::{Afgoerelse, Ciphertext, SamtaleRegistreret, Udfald};
use forloeb::nyheder::Nyhed;
use forloeb::paamindelser::planlagte;
use forloeb::words::{Aflysning, Rolle, Samtaleudfald};
use uuid::Uuid;

use super::super::aktuelle::Few;
use crate::access::User;
use crate::workplace::{Stop, Workplace, day, details, standing_still};

/// Ids of those of which HR is shown that something for the employee was not sent, and whether the forløb of 10010 is in memory.
fn found(place: &Workplace) -> (Vec<Uuid>, bool) {
    let projections = place.app.projections();
    let withheld = projections.few_for(&User::new(Rolle::Hr, None), Few::Withheld).map(|a| a.forloeb.id).collect();
    (withheld, projections.aktuelle_for("10010").next().is_some())
}

/// A talk of Tuesday 3 February, and its minutes.
async fn write_minutes(place: &Workplace) {
    let (forloeb, dato, udfald) = (Uuid::nil(), day("2026-02-03"), Samtaleudfald::Holdt);
    let held = SamtaleRegistreret { forloeb, dato, udfald, forventet_varighed: None, delvis_mulig: None };
    place.act("10010", Act::Samtale(held)).await;
    let til = place.forloeb("10010").await.moeder()[0].position;
    let confidential = Ciphertext("lukket".into());
    let new = NewReferat { til, aftaler: Vec::new(), has_reason: false, confidential };
    place.act("10010", Act::SkrivReferat(new)).await;
}

/// What became of the mail about the minutes.
async fn came_of_it(place: &Workplace, udfald: &Udfald) {
    let (f, today, book) = (place.forloeb("10010").await, place.app.clock.today(), place.app.book());
    let plan = planlagte(&f, &assess(&f, today, &book), today, &book);
    let news = plan.into_iter().find(|p| p.key.nyhed() == Some(Nyhed::Referat)).expect("news of the minutes");
    let udfald = udfald.clone();
    place.act("10010", Act::AfgoerPaamindelser(vec![Afgoerelse { key: news.key, dag: news.dag, udfald }])).await;
}

/// Ill from Monday 2 through Wednesday 4 February 2026, with a talk on Tuesday. Its minutes are written on Friday, when nothing else is
/// left to do, and no mail about them reaches the employee on Monday. They are news through the sixth working day after, Monday the
/// 16th: until then HR has them to print.
#[tokio::test(flavor = "multi_thread")]
async fn minutes_of_who_is_back_are_to_be_printed_while_they_are_news() {
    let refused = Udfald::Fejlet { grund: "smtp_550".to_owned(), til: Some("10010".to_owned()) };
    for udfald in [Udfald::Aflyst { aarsag: Aflysning::NoModtager }, refused] {
        let mut place = Workplace::empty(standing_still("2026-02-06T09:00:00Z")).await;
        for (nr, leder) in [("10001", None), ("10010", Some("10001"))] {
            place.ansat(nr, &details(nr, "Navn", ""), |s| s.leder_nr = leder.map(str::to_owned)).await;
        }
        let id = place.absence("10010", "2026-02-02", Some("2026-02-04")).await;
        assert_eq!(found(&place), (Vec::new(), false), "at rest");
        write_minutes(&place).await;
        assert_eq!(place.app.projections().running().count(), 0);
        assert_eq!(found(&place), (vec![id], true), "the mail leaves on Monday, and paper can be given today");

        place.restart(Stop::Sound, standing_still("2026-02-09T09:00:00Z")).await;
        came_of_it(&place, &udfald).await;
        assert_eq!(found(&place), (vec![id], true));
        for how in [Stop::Sound, Stop::Crash] {
            place.restart(how, standing_still("2026-02-16T09:00:00Z")).await;
            assert_eq!(found(&place), (vec![id], true), "{how:?}");
        }
        place.restart(Stop::Sound, standing_still("2026-02-17T09:00:00Z")).await;
        assert_eq!(found(&place), (Vec::new(), false), "at rest");
    }
}
