//! A clock that jumps: set wrong and right again, or a machine that slept.

use super::fixture::{Fixture, time};

/// First absent on Monday 5 January 2026, so day 14 is the 18th, a Sunday: the contact person is reminded on Wednesday the
/// 14th. The clock falls back to Tuesday and somebody else's absence comes in; then it is Wednesday again.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_back_and_forth_sends_nothing_twice() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-14T12:00").await;
    let foerste = ["2026-01-14 tr Husk: første kontakt 16. januar"];
    assert_eq!(p.lines(), foerste);

    p.app.clock.jump(time("2026-01-13T12:00"));
    p.works.tick().await.unwrap();
    assert_eq!(p.lines(), foerste);
    p.away("10011", "2026-01-05").await;
    p.works.tick().await.unwrap();
    assert_eq!(p.lines(), foerste, "not due on that Tuesday");

    p.app.clock.jump(time("2026-01-14T12:00"));
    for _ in 0..2 {
        p.works.tick().await.unwrap();
        assert_eq!(p.lines(), [foerste[0], foerste[0]], "one about each of the two");
    }
}

/// A year too far for a moment: nothing that was sent then is sent again, and the right time goes on as if nothing was.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_far_ahead_does_not_hold_back_the_paamindelser() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.app.clock.jump(time("2036-01-07T12:00"));
    p.works.tick().await.unwrap();
    p.app.clock.jump(time("2026-01-05T09:30"));
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-14T12:00").await;
    assert_eq!(p.lines(), ["2026-01-14 tr Husk: første kontakt 16. januar"]);
}

/// Asleep from Wednesday the 14th to Wednesday the 21st. What is still true is said once, in one mail to each: the contact
/// person's of the 16th and the leader's of the 19th, for nobody has called yet; that the talk is open since the 16th; and
/// HR's of the 21st.
#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_has_slept_says_once_what_still_holds() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-14T12:00").await;
    p.transport.empty();
    p.app.clock.jump(time("2026-01-21T12:00"));
    for _ in 0..2 {
        p.works.tick().await.unwrap();
        assert_eq!(
            p.lines(),
            [
                "2026-01-21 hr-postkasse Overskredet: første kontakt 18. januar",
                "2026-01-21 leder 2 frister: 1 overskredet, nærmeste 30. januar",
                "2026-01-21 tr Overskredet: første kontakt 18. januar",
            ]
        );
    }
}
