//! A consideration of the plan that ends when the employee is back. Every day is counted by hand.

use forloeb::command::Act;
use forloeb::haendelse::Ciphertext;
use forloeb::tta::{Plan, Skaanehensyn};

use super::fixture::{Fixture, dag};
use super::pristine;

/// Ill from Monday 12 January 2026 through Friday the 16th; something is considered until Friday 13 February. The 12th, the 11th and
/// Tuesday the 10th are the arbejdsdage before it, Monday the 16th, the 17th and Wednesday the 18th those after it. Neither mail says
/// what it is, or for whom.
#[tokio::test(flavor = "multi_thread")]
async fn one_that_ends_is_told_of_after_the_return() {
    let p = Fixture::new("2026-01-12T09:00").await;
    let id = p.away("10010", "2026-01-12").await;
    p.til("2026-01-13T12:00").await;
    let plan = Plan { skaanehensyn: vec![Skaanehensyn { til: Some(dag("2026-02-13")) }], ..Plan::default() };
    p.act("10010", Act::PutPlan { plan, aftalt: true, confidential: Ciphertext("lukket".into()) }).await;
    p.til("2026-01-16T12:00").await;
    p.raskmeld("10010", "2026-01-16").await;
    p.til("2026-02-27T12:00").await;
    let mut lines = p.lines();
    lines.retain(|line| line.contains("hensyn"));
    let expected = [
        "2026-02-10 leder Husk: opfølgning på en aftale om hensyn 10. februar",
        "2026-02-18 hr-postkasse Overskredet: opfølgning på en aftale om hensyn 13. februar",
    ];
    assert_eq!(lines, expected);
    let letters = p.transport.letters();
    let about: Vec<_> = letters.iter().filter(|b| b.subject.contains("hensyn")).collect();
    about.iter().for_each(|b| pristine(b, id));
    let asks = "En aftale om hensyn slutter. Tal med medarbejderen om, hvad der skal gælde bagefter, og registrer evalueringen.";
    assert!(about[0].tekst.contains(asks), "{}", about[0].tekst);
    assert!(about[0].tekst.contains("?frist=hensyn"), "{}", about[0].tekst);
    assert!(about[1].tekst.contains("Det er en andens opgave"), "{}", about[1].tekst);
}
