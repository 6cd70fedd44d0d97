//! The employee: what is planned, the plan, and who makes the contact.

use crate::chromium::{Browser, DESKTOP, PHONE, Window};
use crate::every_page::is_well;
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
