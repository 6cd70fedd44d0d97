//! HR: payroll's file from its choice to the report, and a receipt.

use crate::chromium::{Browser, DESKTOP, PHONE, Window};
use crate::every_page::is_well;
use crate::place::{Place, log_in_as, upload};

const HEAD: &str = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n";

#[tokio::test]
async fn a_file_of_payroll_is_tried_taken_in_and_reported() {
    let place = Place::open();
    let browser = place.browser().await;
    log_in_as(&browser, "hr").await;
    file(&browser, &place, DESKTOP, "901;1013;sygdom;16-11-2026;;100\n").await;
    // The same on a phone, and without a script.
    browser.pages_run_scripts(false).await;
    file(&browser, &place, PHONE, "902;2012;sygdom;17-11-2026;;100\n").await;
    browser.pages_run_scripts(true).await;
    nothing_of_a_file(&browser, &place).await;
    browser.quit().await;
}

/// One line that is new, and one of somebody who does not work here.
async fn file(browser: &Browser, place: &Place, window: Window, line: &str) {
    browser.window(window).await;
    let file = place.file("fravaer.csv", &format!("{HEAD}{line}999;7777;sygdom;16-11-2026;;100\n"));
    upload(browser, "fravaer", &file).await;
    browser.says("1 nye").await;
    browser.says("1 afviste").await;
    is_well(browser).await;
    browser.window(window).await;
    browser.press("main form button", "Læs filen ind").await;
    browser.settles().await;
    browser.says("Filen er læst ind.").await;
    browser.says("Medarbejdernummeret er ukendt.").await;
    is_well(browser).await;
}

async fn nothing_of_a_file(browser: &Browser, place: &Place) {
    browser.window(DESKTOP).await;
    upload(browser, "fravaer", &place.file("fejl.csv", &format!("{HEAD}999;7777;sygdom;16-11-2026;;100\n"))).await;
    browser.says("Ingen linjer kan læses ind.").await;
    is_well(browser).await;
    upload(browser, "fravaer", &place.file("forkert.csv", "Dette er ikke en fil fra lønsystemet\n")).await;
    is_well(browser).await;
}

/// Fatima Hassan's anmeldelse was signed three days ago, and the receipt is not registered.
#[tokio::test]
async fn a_receipt_is_recorded_and_what_was_typed_survives_a_mistake() {
    let place = Place::open();
    let browser = place.browser().await;
    log_in_as(&browser, "hr").await;
    browser.window(PHONE).await;
    browser.press(".opgaver a", "Find kvitteringen").await;
    browser.saying("#f-anmeldelse label", "Kvitteret").await.click().await.unwrap();
    browser.fill("#f-anmeldelse [name=underskrevet_dato]", "2026-11-15").await;
    browser.press("#f-anmeldelse button", "Gem trinnet").await;
    // The number is missing: said where it is, with what was chosen still there.
    browser.says("Der er noget, der skal rettes").await;
    assert!(browser.find("#f-anmeldelse [value=kvitteret]").await.is_selected().await.unwrap());
    is_well(&browser).await;
    browser.window(PHONE).await;
    browser.fill("#f-anmeldelse [name=kvittering]", "NR-2026-1009").await;
    browser.press("#f-anmeldelse button", "Gem trinnet").await;
    browser.says("Gemt.").await;
    is_well(&browser).await;
    browser.quit().await;
}
