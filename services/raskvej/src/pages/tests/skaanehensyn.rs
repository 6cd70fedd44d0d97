//! A consideration of the plan that ends on Friday 13 February 2026, seen on Friday the 6th: the 12th, the 11th and Tuesday the 10th
//! are the arbejdsdage before it.

use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, Visit};

const TASK: &str = "Tal om det skånehensyn, der slutter, senest tirsdag den 10. februar 2026";

async fn sends(browser: &Visit<'_>, path: &str, body: &str) {
    let answer = browser.send(path, body).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.tekst);
}

/// Leader and coordinator have it as a task, and the employee reads of it. It stays when the employee is back: the mail leads to the
/// evaluation of the plan, and with that it is done.
#[tokio::test]
async fn who_is_back_is_talked_with_before_it_ends() {
    let sted = Arbejdsplads::open().await;
    let case = format!("/forloeb/{}", sted.forloeb);
    let leder = sted.acting_as(Rolle::Leder).await;
    let agreed = "aftalt=Korte+dage&koordinator=10002&skaane-0-tekst=Ingen+l%C3%B8ft&skaane-0-til=13.2.2026";
    let answer = leder.send_shown(&format!("{case}/plan"), agreed).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.tekst);
    for rolle in [Rolle::Leder, Rolle::Koordinator] {
        let list = sted.acting_as(rolle).await.fetch("/").await.tekst;
        assert!(list.contains(TASK), "{list}");
    }
    let own = sted.acting_as(Rolle::Medarbejder).await.fetch("/mig").await.tekst;
    assert!(own.contains("I taler om et skånehensyn, der slutter"), "{own}");
    sends(&leder, &format!("{case}/raskmelding"), "sidste_fravaersdag=2026-02-05").await;
    let list = leder.fetch("/").await.tekst;
    assert!(list.contains(TASK), "{list}");
    let by_mail = format!("{case}?frist=hensyn");
    let page = leder.fetch(&by_mail).await.tekst;
    assert!(page.contains(TASK) && page.contains("id=\"f-evaluering\""), "{page}");
    assert!(page.contains("Måldag: S − 3 arbejdsdage = tirsdag den 10. februar 2026."), "{page}");
    sends(&leder, &format!("{case}/plan/evaluering"), "dato=2026-02-06&konklusion=Det+holder+op").await;
    let list = leder.fetch("/").await.tekst;
    assert!(!list.contains(TASK), "{list}");
    let page = leder.fetch(&by_mail).await.tekst;
    assert!(page.contains("er ikke længere en opgave. Skånehensyn, der slutter"), "{page}");
    assert!(!page.contains("id=\"f-evaluering\""), "there is nothing more to talk about");
}
