//! The end of a session: said beforehand, put off by who is there, and nothing that was written is lost when it came all the same.

use serde_json::{Value, json};
use systemtests::Service;

use crate::chromium::Browser;
use crate::every_page::is_well;
use crate::place::{Place, log_in};

const LEDER: &str = "Lone Ærø";

/// So many seconds are left, for the script that says so.
async fn seconds_left(browser: &Browser, seconds: u32) {
    browser.ask("document.querySelector('[data-session]').dataset.session = arguments[0]", vec![json!(seconds)]).await;
}

/// As if nobody had used a page since New Year: every session has ended by itself.
fn time_passes(service: &mut Service) {
    service.stop();
    let store = sled::open(service.folder().join("sessioner")).unwrap();
    let mut met = 0;
    for (key, bytes) in store.iter().map(Result::unwrap).collect::<Vec<_>>() {
        let mut session: Value = serde_json::from_slice(&bytes).unwrap();
        session["brugt"] = json!("2026-01-01T08:00:00Z");
        store.insert(key, serde_json::to_vec(&session).unwrap()).unwrap();
        met += 1;
    }
    assert!(met > 0, "somebody is logged in");
    store.flush().unwrap();
    drop(store);
    service.start_again_there();
}

#[tokio::test]
async fn it_is_said_before_a_session_ends_and_who_is_there_stays() {
    let place = Place::open();
    let browser = place.browser().await;
    log_in(&browser, LEDER).await;
    browser.go("/forloeb/ny").await;
    browser.says("Hver side, du åbner, forlænger det").await;
    browser.fill("#soeg", "Ærl").await;
    seconds_left(&browser, 300).await;
    browser.saying("[data-session]", "Du bliver logget ud kl.").await;
    is_well(&browser).await;
    browser.tab_to("Bliv logget ind").await;
    browser.keys(" ").await;
    browser.saying("[data-session]", "Du er logget ind til kl.").await;
    let left = browser.ask("return Number(document.querySelector('[data-session]').dataset.session)", Vec::new()).await;
    assert!(left.as_f64().is_some_and(|left| left > 28_000.0), "{left}");
    let here = browser.ask("return document.activeElement.className", Vec::new()).await;
    assert!(here.as_str().is_some_and(|class| class.starts_with("session")), "the focus is where it was: {here}");
    let typed = browser.find("#soeg").await.value().await.unwrap();
    assert_eq!(typed.as_deref(), Some("Ærl"), "what is typed stays");
    seconds_left(&browser, 0).await;
    browser.saying("[data-session]", "Du er logget ud.").await;
    browser.quit().await;
}

#[tokio::test]
async fn what_was_written_when_the_session_ended_is_sent_after_logging_in_again() {
    let mut place = Place::open();
    let browser = place.browser().await;
    log_in(&browser, LEDER).await;
    let path = format!("/forloeb/{}?vis=foerste-kontakt", place.forloeb("1006"));
    browser.go(&path).await;
    browser.press_within("#f-foerste-kontakt label", "Telefon").await;
    browser.fill("#f-foerste-kontakt-dato", "2026-11-17").await;
    time_passes(&mut place.service);
    browser.press("#f-foerste-kontakt button", "Gem kontakten").await;
    browser.says("Du var logget ud, da du sendte formularen. Den er gemt i en halv time.").await;
    assert!(!browser.path().await.contains("2026-11-17"), "nothing of it is in an address");
    is_well(&browser).await;
    browser.press("button.person", LEDER).await;
    browser.says("Det, du skrev, er ikke gemt endnu").await;
    browser.says("2026-11-17").await;
    is_well(&browser).await;
    browser.press("main button", "Send").await;
    browser.says("Gemt.").await;
    browser.quit().await;
}
