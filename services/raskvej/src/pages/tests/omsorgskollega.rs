//! The employee chooses ahead who may ring them, on their own page.

use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::Arbejdsplads;

const PATH: &str = "/mig/omsorgskollega";
const TITLE: &str = "Hvem må ringe til dig, hvis du bliver syg?";

/// The key of the forms of a page.
fn key(html: &str) -> &str {
    html.split("name=\"noegle\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap()
}

/// The part of the page that is about it.
fn section(html: &str) -> &str {
    html.split(TITLE).nth(1).and_then(|rest| rest.split("</section>").next()).unwrap_or_default()
}

/// A workplace that has not turned it on: no form, no word, and who asks all the same is told why not.
#[tokio::test]
async fn without_the_setting_there_is_nothing_to_choose() {
    let sted = Arbejdsplads::open().await;
    let mig = sted.acting_as(Rolle::Medarbejder).await;
    let page = mig.fetch("/mig").await.tekst;
    assert!(!page.contains(TITLE) && !page.contains("omsorgskollega"));
    let answer = mig.send(PATH, &format!("kollega_nr=10011&noegle={}", key(&page))).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.tekst.contains("arbejdspladsen bruger ikke omsorgskolleger"), "{}", answer.tekst);
}

/// Chosen while ill it counts at once, and stands when she is back; a colleague who comes under another leader is not asked.
#[tokio::test]
async fn the_medarbejder_chooses_ahead() {
    let sted = Arbejdsplads::open().await;
    sted.app.allow_omsorgskolleger(true);
    let mig = sted.acting_as(Rolle::Medarbejder).await;
    let page = mig.fetch("/mig").await.tekst;
    let own = section(&page);
    assert!(own.contains("Du har ikke valgt nogen.") && own.contains(">Bo Berg</option>"), "{own}");
    assert!(own.contains("ser kollegaen ingenting og får ikke at vide, at du har valgt"));
    assert!(!own.contains("Ole Olsen") && !own.contains("value=\"10010\""), "nobody else's team, and not herself");
    for nr in ["20010", "4711", "30001", "10010"] {
        let answer = mig.send(PATH, &format!("kollega_nr={nr}&noegle={}", key(&mig.fetch("/mig").await.tekst))).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{nr}");
        assert!(answer.tekst.contains("<title>Fejl: Mit forløb") && answer.tekst.contains("Kollega: "), "{nr}");
    }
    let answer = mig.send(PATH, &format!("kollega_nr=10011&noegle={}", key(&page))).await;
    assert_eq!(answer.sted(), "/mig?ok=omsorgskollega", "{}", answer.tekst);
    let after = mig.fetch(answer.sted()).await.tekst;
    assert!(after.contains("Dit valg er gemt.") && section(&after).contains("Du har valgt Bo Berg."));
    assert!(section(&after).contains("value=\"10011\" selected") && after.contains("Din kontaktperson er Bo Berg."));
    let said = "Medarbejderen har valgt Bo Berg som omsorgskollega";
    assert!(after.contains(said), "it stands in the history");
    let case = format!("/forloeb/{}", sted.forloeb);
    let tr = sted.acting_as(Rolle::Kontaktperson).await;
    assert_eq!(tr.fetch(&case).await.status, StatusCode::NOT_FOUND, "TR has nothing to do with it");
    assert!(sted.acting_as(Rolle::Leder).await.fetch(&case).await.tekst.contains(said));

    // Bo comes under another leader: TR is asked, and she reads why.
    sted.told("10011", "Bo Berg", |s| s.leder_nr = Some("20001".to_owned())).await;
    let now = mig.fetch("/mig").await.tekst;
    assert!(section(&now).contains("Du har valgt Bo Berg, men valget gælder ikke lige nu"), "{}", section(&now));
    assert!(now.contains("Din kontaktperson er Mohammed Nielsen.") && tr.fetch(&case).await.status == StatusCode::OK);

    // Back at work she chooses again: it is for the next time, and nobody reads of it in what is over.
    let body = format!("sidste_fravaersdag=2026-02-03&version={}&noegle={}", version(&now), key(&now));
    let back = mig.send(&format!("{case}/egen-raskmelding"), &body).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.tekst);
    let page = mig.fetch("/mig").await.tekst;
    let answer = mig.send(PATH, &format!("kollega_nr=10003&noegle={}", key(&page))).await;
    assert_eq!(answer.sted(), "/mig?ok=omsorgskollega", "{}", answer.tekst);
    assert!(section(&mig.fetch("/mig").await.tekst).contains("Du har valgt Ida Iversen."));
    for rolle in [Rolle::Leder, Rolle::Hr, Rolle::Medarbejder] {
        let visit = sted.acting_as(rolle).await;
        let page = visit.fetch(if rolle == Rolle::Medarbejder { "/mig/tidslinje" } else { &case }).await;
        assert_eq!(page.status, StatusCode::OK, "{rolle}");
        assert!(!page.tekst.contains("Ida Iversen som omsorgskollega"), "{rolle}");
    }
    let answer = mig.send(PATH, &format!("kollega_nr=&noegle={}", key(&mig.fetch("/mig").await.tekst))).await;
    assert_eq!(answer.sted(), "/mig?ok=omsorgskollega");
    assert!(section(&mig.fetch("/mig").await.tekst).contains("Du har ikke valgt nogen."));
}

fn version(html: &str) -> &str {
    html.split("name=\"version\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap()
}
