//! The day turns beside everything else.

use std::collections::BTreeMap;

use chance::Random;
use forloeb::calendar::plus_dage;
use uuid::Uuid;

use super::super::card::{Ansvar, Card};
use super::super::derived::Dagen;
use super::super::{Projections, aktuelle::Counts};
use super::Location;

/// What lists and counts are made of.
type Seen = (Counts, BTreeMap<Uuid, (Card<Ansvar>, Option<Dagen>)>);

fn seen(projections: &Projections) -> Seen {
    let dagen = |nr: &str, id| projections.aktuelle_for(nr).find(|a| a.forloeb.id == id).map(|a| a.dagen);
    let card = projections.card().map(|f| (f.id, (f.card.with(|_| Ansvar::clone(f.ansvar)), dagen(f.nr, f.id))));
    (projections.counts().clone(), card.collect())
}

/// What is taken in while a new day is judged is as if the day had been that one all along.
#[tokio::test]
async fn what_comes_in_while_a_day_is_judged_is_not_lost() {
    for seed in 0..8 {
        let mut sted = Location::new_one().await;
        let mut t = Random::new(seed);
        for _ in 0..30 {
            sted.random_haendelse(&mut t).await;
        }
        let haendelser = sted.app.log.read(0, 1000).await.unwrap();
        let (book, tomorrow) = (sted.app.book(), plus_dage(sted.today(), 1));
        let mut all_along = Projections::empty(book.clone(), tomorrow);
        all_along.take(&haendelser).unwrap();
        for before in 0..=haendelser.len() {
            let (early, late) = haendelser.split_at(before);
            let mut turned = Projections::empty(book.clone(), sted.today());
            turned.take(early).unwrap();
            let morning = turned.evening().judge(tomorrow);
            turned.take(late).unwrap();
            turned.turn(morning);
            assert_eq!(turned.today(), tomorrow);
            assert_eq!(seen(&turned), seen(&all_along), "seed {seed}, {before} events before");
        }
    }
}
