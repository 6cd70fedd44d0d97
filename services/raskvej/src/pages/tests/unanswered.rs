//! A wish for a fastholdelsesplan is a task until it is answered: for who leads, and where nobody does for HR. It is Friday 6
//! February 2026.

use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, LEDER, Visit};

const WISH: &str = ">Svar på ønsket om en fastholdelsesplan</a>";
const WAITS: &str = ">Venter på lederen: svar på ønsket om en fastholdelsesplan</a>";

/// The employee asks.
async fn asked(sted: &Arbejdsplads, dato: &str) {
    let mig = sted.acting_as(Rolle::Medarbejder).await;
    sent(&mig, &format!("/forloeb/{}/fastholdelsesplan", sted.forloeb), &format!("dato={dato}")).await;
}

async fn sent(who: &Visit<'_>, path: &str, body: &str) {
    let answer = who.send(path, body).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.tekst);
}

async fn page(who: &Visit<'_>, path: &str) -> String {
    let answer = who.fetch(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    answer.tekst
}

/// Fast track is to be decided by today, and the answer has no day: it stands behind, and is counted with it. It leads straight to
/// its form, and HR waits for the leader. Once it is answered nobody has it any more.
#[tokio::test]
async fn who_leads_has_the_wish_as_a_task_until_it_is_answered() {
    let sted = Arbejdsplads::open().await;
    asked(&sted, "2026-02-04").await;
    let (leder, hr) = (sted.acting_as(Rolle::Leder).await, sted.acting_as(Rolle::Hr).await);
    let case = format!("/forloeb/{}", sted.forloeb);
    let form = format!("<a href=\"{case}?vis=fastholdelsessvar#f-fastholdelsessvar\"{WISH}");
    assert!(page(&leder, "/").await.contains(&form));
    let decide = page(&leder, "/?goer=tag-stilling").await;
    assert!(decide.find("Tag stilling til fast track").unwrap() < decide.find(WISH).unwrap(), "{decide}");
    assert!(decide.contains("Tag stilling <span class=\"antal\">(2)</span>"), "{decide}");
    assert_eq!(decide.matches("class=\"opgave-tekst\"").count(), 2);
    assert!(decide.contains("Ikke besvaret</span>"), "{decide}");

    let on_case = page(&leder, &case).await;
    let (_, also) = on_case.split_once("id=\"ogsaa\"").unwrap();
    let also = also.split_once("</ul>").unwrap().0;
    assert!(also.rsplit("<li>").next().unwrap().contains(&form), "the last of them: {also}");
    let opened = page(&leder, &format!("{case}?vis=fastholdelsessvar")).await;
    assert!(opened.contains("class=\"goer-form\" id=\"f-fastholdelsessvar\"") && !opened.contains(&form), "{opened}");

    let (own, others) = (page(&hr, "/").await, page(&hr, "/?vis=venter").await);
    assert!(!own.contains(WISH) && !own.contains(WAITS), "{own}");
    assert!(others.contains(WAITS), "{others}");
    sent(&leder, &format!("{case}/fastholdelsessvar"), "svar=udarbejdes&dato=2026-02-06").await;
    for (who, path) in [(&leder, "/"), (&leder, case.as_str()), (&hr, "/"), (&hr, "/?vis=venter")] {
        let now = page(who, path).await;
        assert!(!now.contains(WISH) && !now.contains(WAITS), "{path}: {now}");
    }
}

/// Back after 20 January, with nothing else to do in the forløb: the wish stands. The leader leaves, and HR has it.
#[tokio::test]
async fn a_wish_stands_after_the_return_and_is_hrs_where_nobody_leads() {
    let sted = Arbejdsplads::open().await;
    asked(&sted, "2026-01-12").await;
    let (leder, hr) = (sted.acting_as(Rolle::Leder).await, sted.acting_as(Rolle::Hr).await);
    let case = format!("/forloeb/{}", sted.forloeb);
    sent(&leder, &format!("{case}/raskmelding"), "sidste_fravaersdag=2026-01-20").await;
    assert!(page(&leder, "/").await.contains(WISH));
    assert!(page(&leder, &case).await.contains("id=\"f-fastholdelsessvar\""));
    assert!(page(&hr, "/?vis=venter").await.contains(WAITS));
    let left = |s: &mut ::forloeb::haendelse::Stamdata| {
        (s.leder_nr, s.fratraadt) = (Some("30001".into()), Some("2026-02-05".parse().unwrap()));
    };
    sted.told(LEDER, "Maria Madsen", left).await;
    let (own, others) = (page(&hr, "/").await, page(&hr, "/?vis=venter").await);
    assert!(own.contains(WISH) && !others.contains(WAITS), "{own} {others}");
    assert_eq!(own, hr.fetch_anew("/").await.tekst, "what is kept and what is worked out anew");
    let decide = page(&hr, "/?goer=tag-stilling").await;
    let tasks = decide.matches("class=\"opgave-tekst\"").count();
    assert!(decide.contains(WISH), "{decide}");
    assert!(decide.contains(&format!("Tag stilling <span class=\"antal\">({tasks})</span>")), "{decide}");
}
