//! A wish that nobody has answered keeps a forløb among what goes on, also when the absence is over.

use forloeb::command::Act;
use forloeb::haendelse::{FastholdelsesplanAnmodet, FastholdelsesplanBesvaret, Raskmeldt};
use forloeb::words::{Fastholdelsessvar, Rolle};
use uuid::Uuid;

use super::super::aktuelle::Few;
use crate::access::User;
use crate::workplace::{Stop, Workplace, day, details, standing_still};

const NOW: &str = "2026-02-06T09:00:00Z";

/// Ids of what HR and the leader see of the wishes, and whether the forløb of 10010 is in memory.
fn found(place: &Workplace) -> (Vec<Uuid>, Vec<Uuid>, bool) {
    let projections = place.app.projections();
    let seen = |user: User| projections.few_for(&user, Few::Unanswered).map(|a| a.forloeb.id).collect();
    let (hr, leder) = (User::new(Rolle::Hr, None), User::new(Rolle::Leder, Some("10001".to_owned())));
    (seen(hr), seen(leder), projections.aktuelle_for("10010").next().is_some())
}

/// Ill from 5 January, asked on the 12th, back after the 20th: without the wish it would be at rest. It is kept over a start, from
/// the checkpoint and from the log, until the answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_wish_is_kept_after_the_return_until_it_is_answered() {
    let mut place = Workplace::empty(standing_still(NOW)).await;
    for (nr, leder) in [("10001", None), ("10010", Some("10001"))] {
        place.ansat(nr, &details(nr, "Navn", "a@b.example"), |s| s.leder_nr = leder.map(str::to_owned)).await;
    }
    let id = place.away("10010", "2026-01-05").await;
    let (forloeb, dato) = (Uuid::nil(), day("2026-01-12"));
    place.act("10010", Act::AnmodFastholdelsesplan(FastholdelsesplanAnmodet { forloeb, dato })).await;
    assert_eq!(found(&place), (vec![id], vec![id], true));
    let sidste_fravaersdag = day("2026-01-20");
    place.act("10010", Act::Raskmeld(Raskmeldt { forloeb, sidste_fravaersdag })).await;
    assert_eq!(place.app.projections().running().count(), 0);
    for how in [Stop::Sound, Stop::Crash] {
        assert_eq!(found(&place), (vec![id], vec![id], true), "{how:?}");
        place.restart(how, standing_still(NOW)).await;
    }
    assert_eq!(found(&place), (vec![id], vec![id], true));
    let (svar, dato) = (Fastholdelsessvar::Udarbejdes, day("2026-02-06"));
    let answer = FastholdelsesplanBesvaret { forloeb, svar, dato, begrundelse: None };
    place.act("10010", Act::BesvarFastholdelsesplan(answer)).await;
    assert_eq!(found(&place), (Vec::new(), Vec::new(), false), "at rest");
}
