//! Payroll's rows about an absence that people have corrected since. The day is 20 November 2026.

use chrono::NaiveDate;
use forloeb::kommando::{Handling, Kommando, Rettelse};
use forloeb::{Aktoer, Haendelse};

use crate::import::{Rapport, fravaer};
use crate::ordrer::proeve::Proeve;
use crate::sealed::{Rettelsesgrund, seal};

const HOVED: &str = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n";

fn dag(tekst: &str) -> NaiveDate {
    tekst.parse().unwrap()
}

/// Payroll tells of absence 1 of 1009; how many lines were new, changed and known.
async fn loen(p: &Proeve, resten: &str) -> (u64, u64, u64) {
    let csv = format!("{HOVED}1;1009;{resten}\n");
    let rapport = fravaer(&p.kerne, csv.as_bytes(), &Aktoer::system("import"), &|_, _| {}).await.unwrap();
    let Rapport { oprettet, aendret, uaendret, fejl, .. } = rapport;
    assert_eq!(fejl, []);
    (oprettet, aendret, uaendret)
}

async fn goer(p: &Proeve, handling: impl FnOnce(forloeb::haendelse::Forseglet) -> Handling) {
    let id = crate::visninger::registrering_af("1");
    let person = p.kerne.vis().person("1009").unwrap();
    let handling = handling(seal(&p.kerne.noegler, person, &Rettelsesgrund("prøve".to_owned())).unwrap());
    let kommando = Kommando::Forloeb { id, hvis_version: None, handling };
    p.kerne.udfoer("1009", &kommando, &Aktoer::system("prøve"), None).await.unwrap();
}

async fn ret(p: &Proeve, rettelse: Rettelse) {
    goer(p, |begrundelse| Handling::Ret { rettelse, begrundelse }).await;
}

/// First day, last day and percent as they stand.
async fn staar(p: &Proeve) -> (NaiveDate, Option<NaiveDate>, u8) {
    let f = p.kerne.forloeb(crate::visninger::registrering_af("1")).await.unwrap().unwrap();
    (f.foerste, f.sidste, f.perioder[0].omfang_pct)
}

#[tokio::test]
async fn loennen_skriver_kun_det_den_selv_siger_noget_nyt_om() {
    let p = Proeve::lille().await;
    assert_eq!(loen(&p, "sygdom;01-10-2026;10-10-2026;100").await, (1, 0, 0));
    ret(&p, Rettelse::FoersteFravaersdag(dag("2026-10-02"))).await;
    // Two days more, and what payroll has always said of the first day.
    assert_eq!(loen(&p, "sygdom;01-10-2026;12-10-2026;100").await, (0, 1, 0));
    assert_eq!(staar(&p).await, (dag("2026-10-02"), Some(dag("2026-10-12")), 100));
    let hoved = p.kerne.log.head();
    assert_eq!(loen(&p, "sygdom;01-10-2026;12-10-2026;100").await, (0, 0, 1));
    assert_eq!(p.kerne.log.head(), hoved, "the same file again");
    ret(&p, Rettelse::SidsteFravaersdag(Some(dag("2026-10-11")))).await;
    assert_eq!(loen(&p, "sygdom;01-10-2026;12-10-2026;50").await, (0, 1, 0));
    assert_eq!(staar(&p).await, (dag("2026-10-02"), Some(dag("2026-10-11")), 50));
    // And what payroll does say anew goes in.
    assert_eq!(loen(&p, "sygdom;05-10-2026;12-10-2026;50").await, (0, 1, 0));
    assert_eq!(staar(&p).await, (dag("2026-10-05"), Some(dag("2026-10-11")), 50));
    let p = Proeve::i(p.luk().await).await;
    let hoved = p.kerne.log.head();
    assert_eq!(loen(&p, "sygdom;05-10-2026;12-10-2026;50").await, (0, 0, 1));
    assert_eq!((staar(&p).await.1, p.kerne.log.head()), (Some(dag("2026-10-11")), hoved), "after a start too");
}

#[tokio::test]
async fn en_annulleret_rettelse_kommer_ikke_igen_med_den_samme_fil() {
    let p = Proeve::lille().await;
    loen(&p, "sygdom;01-10-2026;10-10-2026;100").await;
    loen(&p, "sygdom;01-10-2026;12-10-2026;100").await;
    let position = p.kerne.hele("1009").await.unwrap().poster().iter().rev().find_map(|post| match &post.haendelse {
        Haendelse::FravaerRettet(_) => Some(post.position),
        _ => None,
    });
    goer(&p, |begrundelse| Handling::Annuller { haendelse: position, begrundelse }).await;
    assert_eq!(staar(&p).await, (dag("2026-10-01"), Some(dag("2026-10-10")), 100));
    let hoved = p.kerne.log.head();
    assert_eq!(loen(&p, "sygdom;01-10-2026;12-10-2026;100").await, (0, 0, 1));
    assert_eq!((staar(&p).await.1, p.kerne.log.head()), (Some(dag("2026-10-10")), hoved));
    // Half time is news; the last day is what it was when the correction was annulled.
    assert_eq!(loen(&p, "sygdom;01-10-2026;12-10-2026;50").await, (0, 1, 0));
    assert_eq!(staar(&p).await, (dag("2026-10-01"), Some(dag("2026-10-10")), 50));
}

#[tokio::test]
async fn siger_loennen_det_folk_har_rettet_til_er_det_det_naeste_sammenlignes_med() {
    let p = Proeve::lille().await;
    loen(&p, "sygdom;01-10-2026;10-10-2026;100").await;
    ret(&p, Rettelse::SidsteFravaersdag(Some(dag("2026-10-12")))).await;
    assert_eq!(loen(&p, "sygdom;01-10-2026;12-10-2026;100").await, (0, 0, 1), "known already");
    ret(&p, Rettelse::SidsteFravaersdag(Some(dag("2026-10-11")))).await;
    assert_eq!(loen(&p, "sygdom;01-10-2026;12-10-2026;100").await, (0, 0, 1));
    assert_eq!(staar(&p).await.1, Some(dag("2026-10-11")));
}
