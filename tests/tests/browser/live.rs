//! A list that stands open says when there may be something new on it, and leaves alone what somebody types.

use serde_json::json;

use crate::chromium::{DESKTOP, PHONE};
use crate::every_page::is_well;
use crate::place::{Place, log_in_as};

const NEW: &str = "Der kan være nyt, siden du hentede siden.";

#[tokio::test]
async fn a_list_says_when_there_may_be_something_new() {
    let place = Place::open();
    let browser = place.browser().await;
    log_in_as(&browser, "hr").await;
    let hr = place.service.token("hr", Some("9002"));
    for (window, nr) in [(DESKTOP, "1013"), (PHONE, "2012")] {
        browser.window(window).await;
        browser.go("/hr").await;
        browser.fill("#soeg", "Ærl").await;
        assert!(!browser.text().await.contains(NEW), "nothing has happened");
        let sick = json!({ "medarbejder_nr": nr, "foerste_fravaersdag": "2026-11-17" });
        let answer = place.service.post(&hr, "/api/v1/forloeb", &sick);
        assert_eq!(answer.status, 201, "{}", answer.tekst());
        browser.says(NEW).await;
        let typed = browser.find("#soeg").await.value().await.unwrap();
        assert_eq!(typed.as_deref(), Some("Ærl"), "what is typed stays");
        is_well(&browser).await;
        browser.window(window).await;
        browser.press("[data-foelg] a", "Vis det").await;
        assert!(!browser.text().await.contains(NEW));
    }
    browser.quit().await;
}
