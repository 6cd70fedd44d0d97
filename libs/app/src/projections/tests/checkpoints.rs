//! A checkpoint that is not whole, or not of this log and day, is not used.

use forloeb::calendar::plus_dage;
use forloeb::haendelse::{PersonSlettet, StamdataRegistreret};

use super::super::checkpoint::{CheckpointError, FOLDER};
use chance::Random;

use super::{Location, verify};
use crate::clock::klokken;
use crate::core::Start;
use crate::workplace::Stop;

/// With a checkpoint of a few events, and some events after it.
pub(super) async fn with_checkpoint() -> Location {
    let (mut t, mut sted) = (Random::new(2), Location::new_one().await);
    for _ in 0..30 {
        sted.random_haendelse(&mut t).await;
    }
    sted.app.store().await;
    for _ in 0..10 {
        sted.random_haendelse(&mut t).await;
    }
    sted
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_with_a_byte_flipped_or_missing_is_not_used() {
    let mut sted = with_checkpoint().await;
    let file = sted.path().join(FOLDER).join("checkpoint");
    let whole = std::fs::read(&file).unwrap();
    let mut locations: Vec<usize> = (0..whole.len()).step_by(whole.len() / 30).collect();
    locations.extend([0, 8, 40, 80, whole.len() - 1]);
    let mut tried = 0;
    for location_in_file in locations {
        for cut in [false, true] {
            let mut bytes = whole.clone();
            if cut {
                bytes.truncate(location_in_file);
            } else {
                bytes[location_in_file] ^= 1 << (tried % 8);
            }
            std::fs::write(&file, bytes).unwrap();
            sted.restart(Stop::Crash).await;
            assert!(matches!(sted.app.start, Start::Rebuilt(Some(_))), "byte {location_in_file}, cut {cut}");
            tried += 1;
        }
    }
    verify(&sted, "after a damaged checkpoint").await;
    std::fs::write(&file, whole).unwrap();
    sted.restart(Stop::Crash).await;
    assert!(matches!(sted.app.start, Start::Checkpoint { .. }), "{:?}", sted.app.start);
    assert!(tried > 60);
}

/// Payroll tells on one day of a leader from the third day on: who starts from that day's checkpoint on the fifth sees the new one.
#[tokio::test(flavor = "multi_thread")]
async fn what_begins_between_a_checkpoint_and_the_start_from_it_holds_at_once() {
    let mut sted = with_checkpoint().await;
    let (mut new, person) = {
        let projections = sted.app.projections();
        let before = projections.stamdata("10").expect("payroll told of it");
        (before.clone(), projections.person("10").expect("whose it is"))
    };
    new.leder_nr = Some("70".to_owned());
    let (stamdata, gaelder_fra) = (Box::new(new), Some(plus_dage(sted.today(), 2)));
    sted.write("10", StamdataRegistreret { stamdata, confidential: None, person, gaelder_fra }).await;
    sted.app.store().await;
    let leads = |sted: &Location| {
        let projections = sted.app.projections();
        (projections.leder_for("10") == Some("70"), projections.subordinates("70").any(|nr| nr == "10"))
    };
    assert_eq!(leads(&sted), (false, false));
    sted.time = klokken(plus_dage(sted.today(), 4), chrono::NaiveTime::from_hms_opt(9, 0, 0).unwrap());
    sted.restart(Stop::Crash).await;
    assert!(matches!(sted.app.start, Start::Checkpoint { .. }), "{:?}", sted.app.start);
    assert_eq!(leads(&sted), (true, true));
    verify(&sted, "from the checkpoint of an earlier day").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_of_another_log_or_a_later_day_is_not_used() {
    let mut sted = with_checkpoint().await;
    let other = with_checkpoint().await;
    let file = |s: &Location| s.path().join(FOLDER).join("checkpoint");
    // As long a log, of other events.
    let mut t = Random::new(99);
    let mut third = Location::new_one().await;
    for _ in 0..40 {
        third.random_haendelse(&mut t).await;
    }
    third.app.store().await;
    std::fs::copy(file(&third), file(&sted)).unwrap();
    sted.restart(Stop::Crash).await;
    assert!(matches!(sted.app.start, Start::Rebuilt(Some(CheckpointError::OtherLog))), "{:?}", sted.app.start);
    // A log with the very same events has the very same hashes.
    std::fs::copy(file(&other), file(&sted)).unwrap();
    sted.restart(Stop::Crash).await;
    assert!(matches!(sted.app.start, Start::Checkpoint { .. }), "{:?}", sted.app.start);
    verify(&sted, "from an older checkpoint").await;
    sted.forward(30);
    drop(sted.app.projections()); // the day turns when somebody looks
    sted.write("10", PersonSlettet { aarsag: "prøve".to_owned(), grund: None }).await;
    sted.app.store().await;
    sted.time = "2026-01-05T08:00:00Z".parse().unwrap();
    sted.restart(Stop::Crash).await;
    assert!(matches!(sted.app.start, Start::Rebuilt(Some(CheckpointError::Future))), "{:?}", sted.app.start);
    verify(&sted, "on a day before the checkpoint's").await;
}
