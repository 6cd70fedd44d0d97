//! The coordinator: from the list to the plan, and an evaluation of it, on a phone and by keyboard.

use crate::every_page::is_well;
use crate::person::{Person, Way};
use crate::place::Place;

#[tokio::test]
async fn a_plan_is_opened_and_evaluated_on_a_phone_without_a_script() {
    evaluates(Way::Finger).await;
}

#[tokio::test]
async fn a_plan_is_opened_and_evaluated_by_keyboard() {
    evaluates(Way::Keyboard).await;
}

/// Mette Krogh coordinates the plan of Birgit Ågård, which is in its second version.
async fn evaluates(way: Way) {
    const AGREED: &str = "Vi fortsætter som aftalt";
    let place = Place::open();
    let browser = place.browser().await;
    let person = Person::at(&browser, way).await;
    browser.go("/log-ind").await;
    person.goes("button.person", "Mette Krogh").await;
    person.goes("main table a", "Birgit Ågård").await;
    is_well(&browser).await;
    let person = Person::at(&browser, way).await;
    person.chooses("#plan > summary", "af de 7 principper").await;
    person.goes("#plan a", "planen").await;
    browser.says("Version 2 (gælder nu)").await;
    person.chooses("#f-evaluering > summary", "Registrér en evaluering").await;
    person.writes("#f-evaluering textarea", "Hvad blev I enige om?", AGREED).await;
    person.goes("#f-evaluering button", "Gem evalueringen").await;
    browser.says("Evalueringen er registreret.").await;
    browser.says(&format!("onsdag den 18. november 2026: {AGREED}")).await;
    is_well(&browser).await;
    browser.quit().await;
}
