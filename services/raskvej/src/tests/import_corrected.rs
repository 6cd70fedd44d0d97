//! Payroll's rows about an absence that people have corrected since. The day is 20 November 2026.

use chrono::NaiveDate;
use forloeb::command::{Act, DomainCommand, Rettelse};
use forloeb::{Aktoer, Haendelse};

use crate::import::{Report, fravaer};
use crate::sealed::{Rettelsesgrund, seal};
use crate::terminal::trial::Trial;

const HEAD: &str = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n";

fn dag(tekst: &str) -> NaiveDate {
    tekst.parse().unwrap()
}

/// Payroll tells of absence 1 of 1009; how many lines were new, changed and known.
async fn loen(p: &Trial, rest: &str) -> (u64, u64, u64) {
    let csv = format!("{HEAD}1;1009;{rest}\n");
    let report = fravaer(&p.app, csv.as_bytes(), &Aktoer::system("import"), &|_, _| {}).await.unwrap();
    let Report { created, changed, unchanged, error, .. } = report;
    assert_eq!(error, []);
    (created, changed, unchanged)
}

async fn perform(p: &Trial, act: impl FnOnce(forloeb::haendelse::Ciphertext) -> Act) {
    let id = crate::projections::registrering_of("1");
    let person = p.app.projections().person("1009").unwrap();
    let act = act(seal(&p.app.keys, person, &Rettelsesgrund("prøve".to_owned())).unwrap());
    let command = DomainCommand::Forloeb { id, if_version: None, act };
    p.app.execute("1009", &command, &Aktoer::system("prøve"), None).await.unwrap();
}

async fn ret(p: &Trial, rettelse: Rettelse) {
    perform(p, |begrundelse| Act::Rettelse { rettelse, begrundelse }).await;
}

/// First day, last day and percent as they stand.
async fn stands(p: &Trial) -> (NaiveDate, Option<NaiveDate>, u16) {
    let f = p.app.forloeb(crate::projections::registrering_of("1")).await.unwrap().unwrap();
    (f.foerste, f.sidste, f.perioder[0].omfang_pct.hundredths() / 100)
}

#[tokio::test]
async fn payroll_writes_only_what_it_says_something_new_about() {
    let p = Trial::small().await;
    assert_eq!(loen(&p, "sygdom;01-10-2026;10-10-2026;100").await, (1, 0, 0));
    ret(&p, Rettelse::FoersteFravaersdag(dag("2026-10-02"))).await;
    // Two days more, and what payroll has always said of the first day.
    assert_eq!(loen(&p, "sygdom;01-10-2026;12-10-2026;100").await, (0, 1, 0));
    assert_eq!(stands(&p).await, (dag("2026-10-02"), Some(dag("2026-10-12")), 100));
    let log_head = p.app.log.head();
    assert_eq!(loen(&p, "sygdom;01-10-2026;12-10-2026;100").await, (0, 0, 1));
    assert_eq!(p.app.log.head(), log_head, "the same file again");
    ret(&p, Rettelse::SidsteFravaersdag(Some(dag("2026-10-11")))).await;
    assert_eq!(loen(&p, "sygdom;01-10-2026;12-10-2026;50").await, (0, 1, 0));
    assert_eq!(stands(&p).await, (dag("2026-10-02"), Some(dag("2026-10-11")), 50));
    // What payroll says anew of a day that somebody has put right waits until somebody decides.
    assert_eq!(loen(&p, "sygdom;05-10-2026;12-10-2026;50").await, (0, 0, 1));
    assert_eq!(stands(&p).await, (dag("2026-10-02"), Some(dag("2026-10-11")), 50));
    let f = p.app.forloeb(crate::projections::registrering_of("1")).await.unwrap().unwrap();
    assert_eq!(f.uenigheder.len(), 1);
    let p = Trial::i(p.close().await).await;
    let log_head = p.app.log.head();
    assert_eq!(loen(&p, "sygdom;05-10-2026;12-10-2026;50").await, (0, 0, 1));
    assert_eq!((stands(&p).await.1, p.app.log.head()), (Some(dag("2026-10-11")), log_head), "after a start too");
}

#[tokio::test]
async fn an_annulled_rettelse_does_not_come_back_with_the_same_file() {
    let p = Trial::small().await;
    loen(&p, "sygdom;01-10-2026;10-10-2026;100").await;
    loen(&p, "sygdom;01-10-2026;12-10-2026;100").await;
    let position = p.app.whole("1009").await.unwrap().records().iter().rev().find_map(|post| match &post.haendelse {
        Haendelse::FravaerRettet(_) => Some(post.position),
        _ => None,
    });
    perform(&p, |begrundelse| Act::Annuller { haendelse: position, begrundelse }).await;
    assert_eq!(stands(&p).await, (dag("2026-10-01"), Some(dag("2026-10-10")), 100));
    let log_head = p.app.log.head();
    assert_eq!(loen(&p, "sygdom;01-10-2026;12-10-2026;100").await, (0, 0, 1));
    assert_eq!((stands(&p).await.1, p.app.log.head()), (Some(dag("2026-10-10")), log_head));
    // Half time is news; the last day is what it was when the correction was annulled.
    assert_eq!(loen(&p, "sygdom;01-10-2026;12-10-2026;50").await, (0, 1, 0));
    assert_eq!(stands(&p).await, (dag("2026-10-01"), Some(dag("2026-10-10")), 50));
}

#[tokio::test]
async fn what_payroll_says_as_people_corrected_it_is_what_the_next_is_compared_with() {
    let p = Trial::small().await;
    loen(&p, "sygdom;01-10-2026;10-10-2026;100").await;
    ret(&p, Rettelse::SidsteFravaersdag(Some(dag("2026-10-12")))).await;
    assert_eq!(loen(&p, "sygdom;01-10-2026;12-10-2026;100").await, (0, 0, 1), "known already");
    ret(&p, Rettelse::SidsteFravaersdag(Some(dag("2026-10-11")))).await;
    assert_eq!(loen(&p, "sygdom;01-10-2026;12-10-2026;100").await, (0, 0, 1));
    assert_eq!(stands(&p).await.1, Some(dag("2026-10-11")));
}
