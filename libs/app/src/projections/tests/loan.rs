//! A loan does not change, and what was derived for it is not derived again.

use forloeb::calendar::plus_dage;
use forloeb::frister::assess;
use forloeb::haendelse::ForloebTildelt;
use forloeb::haendelse::PersonSlettet;
use std::borrow::Cow;
use std::sync::Arc;
use uuid::Uuid;

use super::super::{CardEntry, LoanAnswer};
use super::checkpoints::with_checkpoint;

#[tokio::test(flavor = "multi_thread")]
async fn a_loan_stays_as_it_was_and_the_next_one_follows_the_log() {
    let sted = with_checkpoint().await;
    let (id, nr) = {
        let projections = sted.app.projections();
        let mut end = projections.card().filter(|f| f.card.end.is_some_and(|s| s < sted.today()));
        let rests = |f: &CardEntry<'_>| projections.aktuelle_for(f.nr).all(|a| a.forloeb.id != f.id);
        let rests = end.find(rests).expect("one of them is at rest");
        (rests.id, rests.nr.to_owned())
    };
    let is_in_memory = || matches!(sted.app.projections().loan(&nr), LoanAnswer::Lent(_));
    assert!(!is_in_memory());
    let loan = sted.app.loan(&nr).await.unwrap();
    let before = loan.forloeb(id).unwrap().tildelt.clone();
    sted.write(&nr, ForloebTildelt { forloeb: id, til: Some("77".to_owned()) }).await;
    assert_eq!(loan.forloeb(id).unwrap().tildelt, before, "it is as it was when it was borrowed");
    let now = sted.app.loan(&nr).await.unwrap();
    assert_eq!(now.forloeb(id).unwrap().tildelt.as_deref(), Some("77"));
    let derived = sted.app.forloeb(id).await.unwrap().unwrap();
    assert!(Arc::ptr_eq(now.forloeb(id).unwrap(), &derived), "nobody derives it again");
    let (f, today, tomorrow) = (now.forloeb(id).unwrap(), sted.today(), plus_dage(sted.today(), 1));
    let known = now.assessment(f, today);
    assert!(matches!(&known, Cow::Owned(_)), "what is at rest is reckoned again by the few who ask");
    assert_eq!(*known, assess(f, today, now.book()));
    assert_eq!(*now.assessment(f, tomorrow), assess(f, tomorrow, now.book()), "of another day it is not known");
    assert_eq!(now.ansaettelse().version(), sted.app.projections().version(&nr));
    assert_eq!(now.at_version(loan.ansaettelse().version()).all(), loan.all(), "and it can be had as it was");
    let (open, whose) = {
        let projections = sted.app.projections();
        // Of another person: what is lent below would keep the first one in memory as well.
        let open = projections.running().find(|a| a.forloeb.medarbejder_nr != nr).expect("one goes on");
        (open.forloeb.id, open.forloeb.medarbejder_nr.clone())
    };
    let _held = sted.app.loan(&whose).await.unwrap();
    sted.write(&whose, ForloebTildelt { forloeb: open, til: Some("77".to_owned()) }).await;
    let theirs = sted.app.loan(&whose).await.unwrap();
    let going_on = theirs.forloeb(open).unwrap();
    let known = theirs.assessment(going_on, today);
    assert!(matches!(&known, Cow::Borrowed(_)), "nobody reckons it again");
    assert_eq!(*known, assess(going_on, today, theirs.book()));
    drop((loan, now, derived));
    sted.write("13", PersonSlettet { aarsag: "prøve".to_owned(), grund: None }).await;
    assert!(!is_in_memory(), "given back, it is forgotten");
    assert_eq!(sted.app.forloeb(Uuid::nil()).await.unwrap().map(|f| f.id), None, "what does not exist is no error");
}
