//! A machine's clock that is wrong: nothing leaves on a day that is in doubt, and nothing that was due is given up.
//!
//! First absent on Monday 5 January 2026, so day 14 is the 18th, a Sunday: the contact person is reminded on Wednesday the
//! 14th.

use chrono::TimeDelta;

use super::fixture::{Fixture, dag, time};
use app::clock_guard::{Doubt, FILE, NotConfirmed, stored};
use app::health::Trouble;

const FIRST: &str = "2026-01-14 tr Husk: første kontakt 16. januar";
const NONE: [&str; 0] = [];

impl Fixture {
    /// What watches the service looks, and the worker, as they do all day.
    async fn looks(&self) {
        for _ in 0..2 {
            self.app.health().await;
            self.works.tick().await.unwrap();
        }
    }

    async fn is_in_doubt(&self, trouble: Trouble) {
        assert!(self.app.health().await.contains(&trouble), "{:?}", self.app.clock_guard.doubt());
    }

    async fn is_believed(&self) {
        let health = self.app.health().await;
        assert!(health.is_empty(), "{health:?} {:?}", self.app.clock_guard.doubt());
    }

    async fn equals_a_rebuild(&self) {
        assert_eq!(self.app.compare(&Default::default()).await.unwrap().1, [].into());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_ten_years_ahead_sends_nothing_and_burns_nothing() {
    let mut p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.start("2036-01-07T12:00").await;
    p.looks().await;
    assert_eq!((p.lines().len(), p.udfald("10010").await.len()), (0, 0));
    p.is_in_doubt(Trouble::ClockAhead).await;
    p.equals_a_rebuild().await;

    p.start("2026-01-14T12:00").await;
    p.looks().await;
    assert_eq!(p.lines(), [FIRST]);
    p.is_believed().await;
    p.equals_a_rebuild().await;
}

/// What somebody records on the wrong day has its time, and still it is not what the next start knows.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_recorded_in_doubt_does_not_make_the_clock_right() {
    let mut p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    for _ in 0..2 {
        p.start("2036-01-07T12:00").await;
        p.looks().await;
        p.ansat("10011", "ib@ny.test", |s| s.timer_pr_uge = 30.0).await;
        p.is_in_doubt(Trouble::ClockAhead).await;
    }
    assert_eq!(p.lines(), NONE);
    p.start("2026-01-14T12:00").await;
    p.looks().await;
    assert_eq!(p.lines(), [FIRST]);
    p.equals_a_rebuild().await;
}

/// The newest event says what the file did not get to say.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_was_killed_knows_its_last_minutes() {
    let mut p = Fixture::new("2026-01-05T09:00").await;
    p.start("2026-01-05T10:00").await;
    p.looks().await;
    p.app.clock.goes(TimeDelta::minutes(8));
    p.away("10010", "2026-01-05").await;
    p.start_after_a_crash("2026-01-05T10:01").await;
    p.is_in_doubt(Trouble::ClockBehind).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_under_a_running_service_and_is_put_right() {
    let mut p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.start("2026-01-13T12:00").await;
    p.looks().await;
    p.app.clock.goes(TimeDelta::hours(1));
    p.app.clock.jump(time("2036-01-07T12:00"));
    p.looks().await;
    p.is_in_doubt(Trouble::ClockAhead).await;
    assert_eq!(p.app.projections().today(), dag("2036-01-07"));
    p.ansat("10010", "maria@ny.test", |s| s.timer_pr_uge = 30.0).await;
    assert_eq!(p.lines(), NONE);

    p.app.clock.jump(time("2026-01-14T12:00"));
    p.looks().await;
    assert_eq!(p.lines(), [FIRST], "on the right day");
    p.is_believed().await;
    assert_eq!(p.app.projections().today(), dag("2026-01-14"));
    p.equals_a_rebuild().await;
}

/// From Monday 5 January to Monday 2 March nobody ran it: that is 56 days, and only somebody can know it.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_was_down_for_weeks_waits_for_somebodys_word() {
    let mut p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.start("2026-03-02T12:00").await;
    p.looks().await;
    assert_eq!(p.lines(), NONE);
    let doubt = Doubt { ahead: true, shows: time("2026-03-02T12:00"), known: time("2026-01-05T09:00") };
    assert_eq!(p.app.clock_guard.doubt(), Some(doubt));
    assert!(doubt.text().contains("viser 2. marts 2026 kl. 12.00") && doubt.text().contains("5. januar 2026 kl. 9.00"));

    let refused = p.app.confirm_clock(dag("2026-03-03")).await;
    assert!(matches!(refused, Err(NotConfirmed::Another { .. })), "the clock does not show what was said");
    p.looks().await;
    assert_eq!(p.lines(), NONE);
    p.app.confirm_clock(dag("2026-03-02")).await.unwrap();
    p.looks().await;
    assert!(!p.lines().is_empty() && p.lines().iter().all(|l| l.starts_with("2026-03-02")), "{:?}", p.lines());
    let sent = p.lines();
    p.start("2026-03-02T13:00").await;
    p.looks().await;
    assert_eq!(p.lines(), sent, "the next start believes it too");
    p.is_believed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_setting_says_how_long_may_have_passed() {
    let mut p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.start("2026-03-02T12:00").await;
    p.app.clock_guard.limit(56);
    p.is_in_doubt(Trouble::ClockAhead).await; // 56 days and three hours
    p.app.clock_guard.limit(57);
    p.looks().await;
    p.is_believed().await;
    assert!(!p.lines().is_empty());
}

/// On Friday the 16th somebody is reported whose contact person was to be told on the 14th. The clock was set back to that
/// Wednesday: what is due then waits until the time that is known has come again.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_is_noticed_and_what_is_due_waits() {
    let mut p = Fixture::new("2026-01-05T09:00").await;
    p.start("2026-01-16T12:00").await;
    p.looks().await;
    p.app.clock.jump(time("2026-01-14T12:00"));
    p.away("10010", "2026-01-05").await;
    p.looks().await;
    p.is_in_doubt(Trouble::ClockBehind).await;
    assert_eq!(p.lines(), NONE);

    p.start("2026-01-14T13:00").await;
    p.looks().await;
    p.is_in_doubt(Trouble::ClockBehind).await;
    assert_eq!(p.lines(), NONE, "and a start knows it");

    p.app.clock.jump(time("2026-01-16T12:30"));
    p.looks().await;
    p.is_believed().await;
    assert!(!p.lines().is_empty() && p.lines().iter().all(|l| l.starts_with("2026-01-16")), "{:?}", p.lines());
    p.equals_a_rebuild().await;
}

/// The clock was set back, something was recorded on it, and the file with the known time is not there, as in a backup. The
/// record kept the later time, and a start knows by that.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_is_noticed_by_a_start_that_has_only_the_record() {
    let mut p = Fixture::new("2026-01-05T09:00").await;
    p.start("2026-01-16T12:00").await;
    p.looks().await;
    p.ansat("10011", "ib@ny.test", |s| s.timer_pr_uge = 30.0).await;
    p.app.clock.jump(time("2026-01-14T12:00"));
    p.away("10010", "2026-01-05").await;
    std::fs::remove_file(p.path().join(FILE)).unwrap();
    p.start_after_a_crash("2026-01-14T13:00").await;
    p.looks().await;
    p.is_in_doubt(Trouble::ClockBehind).await;
    assert_eq!(p.lines(), NONE, "what is due waits");
}

/// It had been two days ahead, and somebody says so: the projections are of the right day again, and what is due leaves.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_ahead_for_days_is_right_when_somebody_says_so() {
    let mut p = Fixture::new("2026-01-05T09:00").await;
    p.start("2026-01-16T12:00").await;
    p.looks().await;
    p.app.clock.jump(time("2026-01-14T12:00"));
    p.away("10010", "2026-01-05").await;
    p.looks().await;
    p.is_in_doubt(Trouble::ClockBehind).await;
    p.app.confirm_clock(dag("2026-01-14")).await.unwrap();
    p.looks().await;
    assert_eq!(p.lines(), [FIRST]);
    assert_eq!(p.app.projections().today(), dag("2026-01-14"));
    p.is_believed().await;
    p.equals_a_rebuild().await;
}

/// Nobody looks up from a machine that slept, or from a clock that is put right by a little.
#[tokio::test(flavor = "multi_thread")]
async fn time_that_passed_is_not_a_jump() {
    let mut p = Fixture::new("2026-01-05T09:00").await;
    p.start("2026-01-05T10:00").await;
    p.is_believed().await;
    p.app.clock.goes(TimeDelta::days(60));
    p.is_believed().await;
    p.app.clock.jump(p.app.clock.now() - TimeDelta::minutes(4));
    p.is_believed().await;
    p.app.clock.jump(p.app.clock.now() + TimeDelta::days(14));
    p.is_believed().await;
    p.app.clock.jump(p.app.clock.now() + TimeDelta::days(14) + TimeDelta::seconds(1));
    p.is_in_doubt(Trouble::ClockAhead).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_known_time_is_in_the_folder_and_a_clock_that_is_moved_has_none() {
    let mut p = Fixture::new("2026-01-05T09:00").await;
    assert_eq!(p.app.clock_guard.doubt(), None);
    p.app.health().await;
    assert_eq!(stored(p.path()), None, "a clock that stands still is moved on purpose");
    assert!(matches!(p.app.confirm_clock(dag("2026-01-05")).await, Err(NotConfirmed::Moved)));
    p.start("2026-01-05T10:00").await;
    p.app.health().await;
    assert_eq!(stored(p.path()), Some(time("2026-01-05T10:00")));
    p.app.clock.goes(TimeDelta::minutes(9));
    p.app.health().await;
    assert_eq!(stored(p.path()), Some(time("2026-01-05T10:00")));
    p.app.clock.goes(TimeDelta::minutes(1));
    p.app.health().await;
    assert_eq!(stored(p.path()), Some(time("2026-01-05T10:10")));
    p.app.clock.goes(TimeDelta::minutes(5));
    p.app.close().await;
    assert_eq!(stored(p.path()), Some(time("2026-01-05T10:15")), "and when it stops");
}
