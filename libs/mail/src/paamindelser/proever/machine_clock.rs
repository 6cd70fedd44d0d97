//! A machine's clock that is wrong: nothing leaves on a day that is in doubt, and nothing that was due is given up.
//!
//! First absent on Monday 5 January 2026, so day 14 is the 18th, a Sunday: the contact person is reminded on Wednesday the
//! 14th.

use chrono::TimeDelta;

use super::opstilling::{Opstilling, dag, tid};
use app::clock_guard::{Doubt, NotConfirmed, stored};
use app::health::Trouble;

const FIRST: &str = "2026-01-14 tr Husk: første kontakt 16. januar";
const NONE: [&str; 0] = [];

impl Opstilling {
    /// What watches the service looks, and the worker, as they do all day.
    async fn looks(&self) {
        for _ in 0..2 {
            self.kerne.health().await;
            self.arbejder.tik().await.unwrap();
        }
    }

    async fn is_in_doubt(&self, trouble: Trouble) {
        assert!(self.kerne.health().await.contains(&trouble), "{:?}", self.kerne.clock.doubt());
    }

    async fn is_believed(&self) {
        let health = self.kerne.health().await;
        assert!(health.is_empty(), "{health:?} {:?}", self.kerne.clock.doubt());
    }

    async fn equals_a_rebuild(&self) {
        assert_eq!(self.kerne.sammenlign().await.unwrap().1, [].into());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_ten_years_ahead_sends_nothing_and_burns_nothing() {
    let mut p = Opstilling::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.start("2036-01-07T12:00").await;
    p.looks().await;
    assert_eq!((p.linjer().len(), p.udfald("10010").await.len()), (0, 0));
    p.is_in_doubt(Trouble::ClockAhead).await;
    p.equals_a_rebuild().await;

    p.start("2026-01-14T12:00").await;
    p.looks().await;
    assert_eq!(p.linjer(), [FIRST]);
    p.is_believed().await;
    p.equals_a_rebuild().await;
}

/// What somebody records on the wrong day has its time, and still it is not what the next start knows.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_recorded_in_doubt_does_not_make_the_clock_right() {
    let mut p = Opstilling::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    for _ in 0..2 {
        p.start("2036-01-07T12:00").await;
        p.looks().await;
        p.ansat("10011", "ib@ny.test", |s| s.timer_pr_uge = 30.0).await;
        p.is_in_doubt(Trouble::ClockAhead).await;
    }
    assert_eq!(p.linjer(), NONE);
    p.start("2026-01-14T12:00").await;
    p.looks().await;
    assert_eq!(p.linjer(), [FIRST]);
    p.equals_a_rebuild().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_under_a_running_service_and_is_put_right() {
    let mut p = Opstilling::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.start("2026-01-13T12:00").await;
    p.looks().await;
    p.kerne.ur.gaar(TimeDelta::hours(1));
    p.kerne.ur.spring(tid("2036-01-07T12:00"));
    p.looks().await;
    p.is_in_doubt(Trouble::ClockAhead).await;
    assert_eq!(p.kerne.vis().idag(), dag("2036-01-07"));
    p.ansat("10010", "maria@ny.test", |s| s.timer_pr_uge = 30.0).await;
    assert_eq!(p.linjer(), NONE);

    p.kerne.ur.spring(tid("2026-01-14T12:00"));
    p.looks().await;
    assert_eq!(p.linjer(), [FIRST], "on the right day");
    p.is_believed().await;
    assert_eq!(p.kerne.vis().idag(), dag("2026-01-14"));
    p.equals_a_rebuild().await;
}

/// From Monday 5 January to Monday 2 March nobody ran it: that is 56 days, and only somebody can know it.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_was_down_for_weeks_waits_for_somebodys_word() {
    let mut p = Opstilling::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.start("2026-03-02T12:00").await;
    p.looks().await;
    assert_eq!(p.linjer(), NONE);
    let doubt = Doubt { ahead: true, shows: tid("2026-03-02T12:00"), known: tid("2026-01-05T09:00") };
    assert_eq!(p.kerne.clock.doubt(), Some(doubt));
    assert!(
        doubt.text().contains("viser 2. marts 2026 kl. 12:00") && doubt.text().contains("5. januar 2026 kl. 09:00")
    );

    let refused = p.kerne.confirm_clock(dag("2026-03-03"));
    assert!(matches!(refused, Err(NotConfirmed::Another { .. })), "the clock does not show what was said");
    p.looks().await;
    assert_eq!(p.linjer(), NONE);
    p.kerne.confirm_clock(dag("2026-03-02")).unwrap();
    p.looks().await;
    assert!(!p.linjer().is_empty() && p.linjer().iter().all(|l| l.starts_with("2026-03-02")), "{:?}", p.linjer());
    let sent = p.linjer();
    p.start("2026-03-02T13:00").await;
    p.looks().await;
    assert_eq!(p.linjer(), sent, "the next start believes it too");
    p.is_believed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_setting_says_how_long_may_have_passed() {
    let mut p = Opstilling::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.start("2026-03-02T12:00").await;
    p.kerne.clock.limit(56);
    p.is_in_doubt(Trouble::ClockAhead).await; // 56 days and three hours
    p.kerne.clock.limit(57);
    p.looks().await;
    p.is_believed().await;
    assert!(!p.linjer().is_empty());
}

/// On Friday the 16th somebody is reported whose contact person was to be told on the 14th. The clock was set back to that
/// Wednesday: what is due then waits until the time that is known has come again.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_is_noticed_and_what_is_due_waits() {
    let mut p = Opstilling::ny("2026-01-05T09:00").await;
    p.start("2026-01-16T12:00").await;
    p.looks().await;
    p.kerne.ur.spring(tid("2026-01-14T12:00"));
    p.vaek("10010", "2026-01-05").await;
    p.looks().await;
    p.is_in_doubt(Trouble::ClockBehind).await;
    assert_eq!(p.linjer(), NONE);

    p.start("2026-01-14T13:00").await;
    p.looks().await;
    p.is_in_doubt(Trouble::ClockBehind).await;
    assert_eq!(p.linjer(), NONE, "and a start knows it");

    p.kerne.ur.spring(tid("2026-01-16T12:30"));
    p.looks().await;
    p.is_believed().await;
    assert!(!p.linjer().is_empty() && p.linjer().iter().all(|l| l.starts_with("2026-01-16")), "{:?}", p.linjer());
    p.equals_a_rebuild().await;
}

/// It had been two days ahead, and somebody says so: the projections are of the right day again, and what is due leaves.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_ahead_for_days_is_right_when_somebody_says_so() {
    let mut p = Opstilling::ny("2026-01-05T09:00").await;
    p.start("2026-01-16T12:00").await;
    p.looks().await;
    p.kerne.ur.spring(tid("2026-01-14T12:00"));
    p.vaek("10010", "2026-01-05").await;
    p.looks().await;
    p.is_in_doubt(Trouble::ClockBehind).await;
    p.kerne.confirm_clock(dag("2026-01-14")).unwrap();
    p.looks().await;
    assert_eq!(p.linjer(), [FIRST]);
    assert_eq!(p.kerne.vis().idag(), dag("2026-01-14"));
    p.is_believed().await;
    p.equals_a_rebuild().await;
}

/// Nobody looks up from a machine that slept, or from a clock that is put right by a little.
#[tokio::test(flavor = "multi_thread")]
async fn time_that_passed_is_not_a_jump() {
    let mut p = Opstilling::ny("2026-01-05T09:00").await;
    p.start("2026-01-05T10:00").await;
    p.is_believed().await;
    p.kerne.ur.gaar(TimeDelta::days(60));
    p.is_believed().await;
    p.kerne.ur.spring(p.kerne.ur.nu() - TimeDelta::minutes(4));
    p.is_believed().await;
    p.kerne.ur.spring(p.kerne.ur.nu() + TimeDelta::days(14));
    p.is_believed().await;
    p.kerne.ur.spring(p.kerne.ur.nu() + TimeDelta::days(14) + TimeDelta::seconds(1));
    p.is_in_doubt(Trouble::ClockAhead).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_known_time_is_in_the_folder_and_a_clock_that_is_moved_has_none() {
    let mut p = Opstilling::ny("2026-01-05T09:00").await;
    assert_eq!(p.kerne.clock.doubt(), None);
    p.kerne.health().await;
    assert_eq!(stored(p.mappe.path()), None, "a clock that stands still is moved on purpose");
    assert!(matches!(p.kerne.confirm_clock(dag("2026-01-05")), Err(NotConfirmed::Moved)));
    p.start("2026-01-05T10:00").await;
    p.kerne.health().await;
    assert_eq!(stored(p.mappe.path()), Some(tid("2026-01-05T10:00")));
    p.kerne.ur.gaar(TimeDelta::minutes(9));
    p.kerne.health().await;
    assert_eq!(stored(p.mappe.path()), Some(tid("2026-01-05T10:00")));
    p.kerne.ur.gaar(TimeDelta::minutes(1));
    p.kerne.health().await;
    assert_eq!(stored(p.mappe.path()), Some(tid("2026-01-05T10:10")));
    p.kerne.ur.gaar(TimeDelta::minutes(5));
    p.kerne.luk().await;
    assert_eq!(stored(p.mappe.path()), Some(tid("2026-01-05T10:15")), "and when it stops");
}
