//! What was agreed in a talk: whom a mail reminds of it, and where the mail leads, also when the employee is back.

use forloeb::command::{Act, NewAftale, NewReferat};
use forloeb::haendelse::{Ciphertext, SamtaleRegistreret, Udfald};
use forloeb::words::{Aftaleejer, Samtaleudfald};
use uuid::Uuid;

use super::fixture::{Fixture, dag};

/// Ill from Monday 5 January; in the talk of Thursday the 29th this was agreed.
async fn agreed(aftaler: &[(Aftaleejer, &str)]) -> Fixture {
    let p = Fixture::by_built_in_rules("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-29T12:00").await;
    let (udfald, forventet_varighed, delvis_mulig) = (Samtaleudfald::Holdt, None, None);
    let held =
        SamtaleRegistreret { forloeb: Uuid::nil(), dato: dag("2026-01-29"), udfald, forventet_varighed, delvis_mulig };
    p.act("10010", Act::Samtale(held)).await;
    let til = p.forloeb("10010").await.moeder()[0].position;
    let aftaler =
        aftaler.iter().map(|(hvem, senest)| NewAftale { nr: None, senest: dag(senest), hvem: *hvem }).collect();
    let confidential = Ciphertext("lukket".into());
    p.act("10010", Act::SkrivReferat(NewReferat { til, aftaler, has_reason: false, confidential })).await;
    p
}

/// Whom a mail reminded of each agreement, by its number.
async fn reminded(p: &Fixture) -> Vec<(u32, Option<String>)> {
    let mut all = Vec::new();
    for (key, udfald) in p.udfald("10010").await {
        if let (Some(nr), Udfald::Sendt { til, .. }) = (key.aftale(), udfald) {
            all.push((nr, til));
        }
    }
    all.sort_unstable();
    all
}

/// The TR makes the contact, and sees the case while it is open: what they keep by Thursday 5 February they are reminded of. Back after
/// Friday the 6th they may not open it any more, and what they were to do by Friday the 13th is told to the leader.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_contact_person_agreed_to_do_after_the_return_is_told_to_the_leder() {
    let p = agreed(&[(Aftaleejer::Kontaktperson, "2026-02-05"), (Aftaleejer::Kontaktperson, "2026-02-13")]).await;
    p.til("2026-02-06T12:00").await;
    p.raskmeld("10010", "2026-02-06").await;
    p.til("2026-02-13T12:00").await;
    assert_eq!(reminded(&p).await, [(1, Some("10002".to_owned())), (2, Some("10001".to_owned()))]);
}

/// Back after Friday 6 February; on Monday payroll tells that 20001 leads. What the leader has agreed to do by Friday the 13th is of
/// who led it, who has it as their own.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_after_the_return_goes_to_who_led_it_as_their_own() {
    let p = agreed(&[(Aftaleejer::Leder, "2026-02-13")]).await;
    p.til("2026-02-06T12:00").await;
    p.raskmeld("10010", "2026-02-06").await;
    p.til("2026-02-09T09:00").await;
    p.ansat("20001", "anden@kommune.test", |s| s.leder_nr = Some("10000".to_owned())).await;
    p.ansat("10010", "maria@kommune.test", |s| s.leder_nr = Some("20001".to_owned())).await;
    p.til("2026-02-13T12:00").await;
    assert_eq!(reminded(&p).await, [(1, Some("10001".to_owned()))]);
    let letters = p.transport.letters();
    assert!(letters.iter().all(|b| !b.envelope_to[0].starts_with("anden@")), "{:?}", p.lines());
    let letter = letters.iter().rev().find(|b| b.envelope_to[0].starts_with("leder@")).unwrap();
    assert!(letter.tekst.contains("?frist=aftalt-1"), "{}", letter.tekst);
    assert!(!letter.tekst.contains("i stedet for en anden"), "{}", letter.tekst);
}

/// Two of one day are two things to do, each with the way to its own form.
#[tokio::test(flavor = "multi_thread")]
async fn each_aftale_has_its_own_way() {
    let p = agreed(&[(Aftaleejer::Leder, "2026-02-05"), (Aftaleejer::Leder, "2026-02-05")]).await;
    let id = p.forloeb("10010").await.id;
    p.til("2026-02-05T12:00").await;
    assert_eq!(reminded(&p).await, [1, 2].map(|nr| (nr, Some("10001".to_owned()))));
    let letters = p.transport.letters();
    let letter = letters.iter().rev().find(|b| b.envelope_to[0].starts_with("leder@")).unwrap();
    let ways = [1, 2].map(|nr| format!("https://opfoelgning.test/forloeb/{id}?frist=aftalt-{nr}"));
    for way in &ways {
        assert_eq!(letter.tekst.lines().filter(|line| line.ends_with(way.as_str())).count(), 1, "{}", letter.tekst);
    }
}
