//! An auditor: from what one looks for to a case as it was known on a date, through its steps, to the proof.

use crate::chromium::{Browser, DESKTOP, PHONE, Window};
use crate::every_page::is_well;
use crate::place::{Place, log_in_as};

#[tokio::test]
async fn a_case_is_found_as_it_was_known_on_a_date() {
    let place = Place::open();
    let browser = place.browser().await;
    log_in_as(&browser, "revisor").await;
    browser.fill("#slaar-op", "Stikprøve i november").await;
    browser.press("button", "Gem formålet").await;
    browser.says("Du slår op for: Stikprøve i november").await;
    for window in [DESKTOP, PHONE] {
        to_a_case(&browser, window).await;
        by_the_list(&browser, window).await;
    }
    through_its_steps(&browser).await;
    browser.pages_run_scripts(false).await;
    to_a_case(&browser, PHONE).await;
    through_its_steps(&browser).await;
    browser.quit().await;
}

/// Three steps, when it has been said what for: the number, the time, and off.
async fn to_a_case(browser: &Browser, window: Window) {
    browser.window(window).await;
    browser.go("/revision").await;
    browser.fill("#nr-eller-ref", "2004").await;
    browser.fill("#kendt-sag", "2026-11-10T12:00").await;
    browser.press("section[aria-labelledby=find] button", "Find").await;
    browser.says("Som det var kendt 10. november 2026 kl. 12.00").await;
    let text = browser.text().await;
    assert!(!text.contains("Birgit"), "no names: {text}");
    is_well(browser).await;
}

/// The same from everything that was open: the time, off, and the case.
async fn by_the_list(browser: &Browser, window: Window) {
    browser.window(window).await;
    browser.go("/revision").await;
    browser.fill("#kendt", "2026-11-10T12:00").await;
    browser.press("section[aria-labelledby=dengang] button", "Vis").await;
    browser.says("Åbne forløb, som de var kendt 10. november 2026 kl. 12.00").await;
    is_well(browser).await;
    browser.window(window).await;
    browser.press("section[aria-labelledby=aabne] th a", "2004").await;
    browser.says("Som det var kendt 10. november 2026 kl. 12.00").await;
}

/// Step by step, by links and by the slider, to the proof of one.
async fn through_its_steps(browser: &Browser) {
    browser.press("nav[aria-label=Trin] a", "Første trin").await;
    browser.says("Nu vises trin 1,").await;
    browser.press("nav[aria-label=Trin] a", "Næste trin").await;
    browser.says("Nu vises trin 2,").await;
    browser.fill("#skyder", "1").await;
    browser.press("button", "Gå til trinet").await;
    browser.says("Nu vises trin 1,").await;
    browser.press("a", "Bevis").await;
    browser.says("Beviset passer.").await;
    is_well(browser).await;
}
