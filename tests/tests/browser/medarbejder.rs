//! The employee: what is planned, the plan, and who makes the contact; what they answer and report themself.

use crate::chromium::{Browser, DESKTOP, PHONE, Window};
use crate::every_page::is_well;
use crate::person::{Person, Way};
use crate::place::{Place, log_in_as};

#[tokio::test]
async fn the_employee_reads_what_is_planned_and_chooses_who_makes_the_contact() {
    let place = Place::open();
    let browser = place.browser().await;
    log_in_as(&browser, "medarbejder").await;
    // Rasmus Dahl, and then nobody in particular again.
    chooses(&browser, DESKTOP, "2005").await;
    chooses(&browser, PHONE, "").await;
    browser.quit().await;
}

async fn chooses(browser: &Browser, window: Window, nr: &str) {
    browser.window(window).await;
    browser.go("/mig").await;
    browser.says("Det næste, der sker").await;
    browser.says("Din plan for at vende tilbage").await;
    browser.press_within("main summary", "Vælg kontaktperson").await;
    browser.find(&format!("select[name=kontaktperson_nr] option[value='{nr}']")).await.click().await.unwrap();
    browser.press("main button", "Gem valget").await;
    browser.says("Gemt.").await;
    is_well(browser).await;
    browser.window(window).await;
    let chosen = browser.find("select[name=kontaktperson_nr]").await;
    assert_eq!(chosen.value().await.unwrap().unwrap_or_default(), nr, "it is shown again");
    browser.press("main a", "Se, hvem der ellers har set oplysninger om dig").await;
    is_well(browser).await;
}

#[tokio::test]
async fn the_employee_answers_and_reports_on_a_phone_without_a_script() {
    answers_and_reports(Way::Finger).await;
}

#[tokio::test]
async fn the_employee_answers_and_reports_by_keyboard() {
    answers_and_reports(Way::Keyboard).await;
}

/// Birgit Ågård says that she comes to a talk and agrees with the plan, is well again since Tuesday 17 November, and ill anew from
/// Friday the 20th.
async fn answers_and_reports(way: Way) {
    let place = Place::open();
    place.invite("2004");
    let browser = place.browser().await;
    let person = Person::at(&browser, way).await;
    browser.go("/log-ind").await;
    person.goes("button.person", "Birgit Ågård").await;
    person.goes("#f-samtale-svar-kommer button", "Jeg kommer").await;
    browser.says("Du har svaret, at du kommer.").await;
    person.goes("main a", "Se hele planen").await;
    person.chooses("main label", "Ja, jeg er enig i planen").await;
    person.goes("main button", "Send mit svar").await;
    browser.says("Dit svar er gemt.").await;
    person.goes("main a", "Tilbage til forløbet").await;
    person.chooses("#f-egen-raskmelding > summary", "Meld dig rask").await;
    person.goes("#f-egen-raskmelding button", "Meld mig rask").await;
    browser.says("Du er meldt rask").await;
    browser.says("den sidste dag var tirsdag den 17. november 2026").await;
    place.service.move_clock("2026-11-20T09:00:00+01:00");
    person.goes("main a", "Til mit forløb").await;
    person.goes("main a", "meld dig syg her").await;
    person.goes("main form button", "Meld mig syg").await;
    browser.says("Du er meldt syg fra fredag den 20. november 2026").await;
    is_well(&browser).await;
    browser.quit().await;
}
