//! A leader with four minutes: from the work list to a contact or a talk that is recorded.

use serde_json::Value;
use thirtyfour::prelude::*;

use crate::chromium::{Browser, DESKTOP, PHONE};
use crate::every_page::is_well;
use crate::place::{Place, log_in};

const TASK: &str = "Kontakt medarbejderen";
const TALK: &str = "Hold sygefraværssamtalen";

/// Of the element: whether it can be seen without scrolling.
const ON_SCREEN: &str = "const r = arguments[0].getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight";

async fn is_on_screen(browser: &Browser, element: &WebElement) -> bool {
    browser.ask(ON_SCREEN, vec![element.to_json().unwrap()]).await == Value::Bool(true)
}

#[tokio::test]
async fn a_contact_is_recorded_by_keyboard_alone() {
    let place = Place::open();
    let browser = place.browser().await;
    by_keyboard(&browser).await;
    browser.quit().await;
}

#[tokio::test]
async fn a_talk_is_recorded_with_three_taps_on_a_phone() {
    let place = Place::open();
    let browser = place.browser().await;
    with_three_taps(&browser).await;
    browser.quit().await;
}

async fn by_keyboard(browser: &Browser) {
    browser.window(DESKTOP).await;
    browser.go("/log-ind").await;
    browser.tab_to("Lone Ærø").await;
    browser.enter().await;
    browser.says("Ring eller giv besked").await;
    browser.tab_to(TASK).await;
    browser.enter().await;
    assert!(browser.path().await.ends_with("?vis=foerste-kontakt#f-foerste-kontakt"), "{}", browser.path().await);
    is_well(browser).await;
    // The form is where one is: the way through it begins there.
    browser.tab_to("Telefon").await;
    browser.keys(" ").await;
    browser.tab_to("Gem kontakten").await;
    browser.enter().await;
    browser.says("Gemt.").await;
    let contact = browser.saying(".linje-punkt", "Første kontakt").await;
    assert!(contact.text().await.unwrap().contains("Opfyldt"));
    is_well(browser).await;
}

async fn with_three_taps(browser: &Browser) {
    browser.window(PHONE).await;
    log_in(browser, "Lone Ærø").await;
    browser.window(PHONE).await;
    let task = browser.saying(".opgaver a", TALK).await;
    assert!(is_on_screen(browser, &task).await, "the most urgent is what one sees");
    browser.onward(task.click()).await;
    let first = browser.find("#f-samtale input[type=date]").await;
    assert!(is_on_screen(browser, &first).await, "the form is what one sees");
    browser.saying("#f-samtale label", "Holdt").await.click().await.unwrap();
    browser.press("#f-samtale button", "").await;
    browser.says("Gemt.").await;
}
