//! With the keyboard alone: past the menu, to what is wrong, and from there to the field.

use crate::chromium::{Browser, DESKTOP, PHONE};
use crate::place::{Place, log_in_as};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";

/// What has the focus: its id, or its class where it has none.
async fn focus(browser: &Browser) -> String {
    let script = "const e = document.activeElement; return e.id || e.className || e.tagName";
    browser.ask(script, Vec::new()).await.as_str().unwrap_or_default().to_owned()
}

/// Whether what has the focus is in the content of the page.
async fn is_in_the_content(browser: &Browser) -> bool {
    browser.ask("return document.activeElement.closest('main') !== null", Vec::new()).await == true
}

#[tokio::test]
async fn the_first_step_leads_past_the_menu() {
    let place = Place::open();
    let browser = place.browser().await;
    for role in ["leder", "hr", "revisor", "medarbejder"] {
        log_in_as(&browser, role).await;
        for window in [DESKTOP, PHONE] {
            browser.window(window).await;
            browser.go("/politik").await;
            browser.keys(TAB).await;
            assert_eq!(focus(&browser).await, "spring", "{role}");
            browser.keys(ENTER).await;
            browser.keys(TAB).await;
            assert!(is_in_the_content(&browser).await, "{role}: {}", focus(&browser).await);
            let out_of_order = "return [...document.querySelectorAll('[tabindex]')].filter(e => e.tabIndex > 0).length";
            assert_eq!(browser.ask(out_of_order, Vec::new()).await, 0, "the order is that of the page");
        }
    }
    browser.quit().await;
}

#[tokio::test]
async fn a_refused_form_has_the_focus_where_it_says_why() {
    let place = Place::open();
    let browser = place.browser().await;
    log_in_as(&browser, "hr").await;
    browser.window(DESKTOP).await;
    for (path, typed, field, button) in [
        ("/find", "x", "q", "Søg"),
        ("/hr/indsigt", "99999", "medarbejder_nr", "Hent som tekst"),
        ("/opslag", "99999", "medarbejder_nr", "Vis opslag"),
    ] {
        browser.go(path).await;
        browser.fill(&format!("#{field}"), typed).await;
        if path == "/hr/indsigt" {
            browser.fill("#formaal", "bad om indsigt").await;
        }
        browser.press("main form button", button).await;
        assert!(focus(&browser).await.contains("fejl"), "{path}: {}", focus(&browser).await);
        // One step is the first line, and the line leads to its field.
        browser.keys(TAB).await;
        browser.keys(ENTER).await;
        assert_eq!(focus(&browser).await, field, "{path}");
        let said = format!(
            "return document.activeElement.getAttribute('aria-describedby').split(' ').includes('{field}-fejl')"
        );
        assert_eq!(browser.ask(&said, Vec::new()).await, true, "{path}: the field says what is wrong with it");
    }
    browser.quit().await;
}
