//! HR's lists, whose rows are kept from one page to the next, on Friday 6 February 2026 and after.

use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, LEDER, Visit};

/// Everything the overview has of a forløb, and the tasks.
const LISTS: [&str; 4] = [
    "/hr/overblik.csv?vis=alle&sort=nr&kol=nr&kol=enhed&kol=distrikt&kol=leder&kol=foerste&kol=dag&kol=frist&kol=fare&kol=kan-soeges&kol=mistet&kol=tildelt&kol=status",
    "/hr/overblik.csv?sort=navn&kol=nr",
    "/hr/overblik.csv?sort=-leder&kol=nr&kol=leder",
    "/",
];

/// What is kept says the same as what is worked out anew.
async fn agree(hr: &Visit<'_>, when: &str) -> String {
    let mut all = String::new();
    for list in LISTS {
        let (kept, anew) = (hr.fetch(list).await, hr.fetch_anew(list).await);
        assert_eq!((kept.status, anew.status), (StatusCode::OK, StatusCode::OK), "{list}");
        assert_eq!(kept.tekst, anew.tekst, "{when}: {list}");
        all += &kept.tekst;
    }
    all
}

/// Whatever happens between two pages: a command, a correction, what payroll says of somebody else, a day that passes.
#[tokio::test]
async fn rows_that_are_kept_are_those_worked_out_anew() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let (a, b) = (sted.forloeb, sted.foreign);
    let mut before = agree(&hr, "at first").await;
    let mut changed = async |when: &str| {
        let now = agree(&hr, when).await;
        assert_ne!(now, before, "{when}: it shows");
        before = now;
    };
    let told = |path: String, body: &'static str| {
        let hr = &hr;
        async move {
            let answer = hr.send(&path, body).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.tekst);
        }
    };
    told(format!("/forloeb/{a}/anmeldelse"), "trin=underskrevet&dato=2026-02-05").await;
    changed("signed").await;
    told(
        format!("/forloeb/{b}/foerste-kontakt"),
        "dato=2026-02-02&form=telefon&kontaktperson_rolle=leder&taget_af=arbejdsplads",
    )
    .await;
    changed("contacted").await;
    let given = hr.send("/hr/tildeling", &format!("noegle=n1&id={a}&til=20001")).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.tekst);
    changed("assigned").await;
    sted.told("20001", "Lone Lund", |s| s.fratraadt = Some("2026-02-05".parse().unwrap())).await;
    changed("the other leader has left").await;
    sted.told("20001", "Lone Lunde", |s| s.fratraadt = None).await;
    changed("she is back, with another name").await;
    sted.told("10003", "Ida Iversen", |s| s.distrikt = Some("NORD".into())).await;
    sted.away("10003", "2026-01-20").await;
    changed("one more is away").await;
    sted.told("10003", "Ida Iversen", |s| (s.distrikt, s.leder_nr) = (Some("SYD".into()), None)).await;
    changed("who has another district, and no leader").await;
    told(format!("/forloeb/{b}/annullering"), "begrundelse=Fejl&sikker=ja").await;
    changed("one was a mistake").await;
    told(format!("/forloeb/{a}/raskmelding"), "sidste_fravaersdag=2026-02-05").await;
    changed("one is back").await;
    sted.a_week_later().await;
    changed("a week later").await;
    sted.told(LEDER, "Maria Madsen", |s| s.leder_nr = Some("30001".into())).await;
    agree(&hr, "what payroll says again").await;
}
