//! HR: payroll's file from its choice to the report, and a receipt.

use std::cell::Cell;
use std::time::Instant;

use thirtyfour::WebElement;

use crate::chromium::{Browser, DESKTOP, PHONE, Window};
use crate::every_page::is_well;
use crate::leder::is_on_screen;
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

/// What HR works with is on the first screen of a phone: figures and filters are folded, and open with one tap.
#[tokio::test]
async fn on_a_phone_the_overview_begins_with_its_list() {
    let place = Place::open();
    let browser = place.browser().await;
    log_in_as(&browser, "hr").await;
    browser.window(PHONE).await;
    browser.go("/hr").await;
    let first = browser.find("#valg tbody tr th a").await;
    assert!(is_on_screen(&browser, &first).await, "the first forløb is out of sight");
    let shown = "return ['.noegletal', '.taelling', '#filter-enhed', '#valg tbody tr'] \
                 .filter(css => document.querySelector(css).checkVisibility()).length";
    assert_eq!(browser.ask(shown, Vec::new()).await, 1, "figures and filters are folded");
    for summary in ["kan mistes", "Vælg og filtrér"] {
        browser.saying("summary", summary).await.click().await.unwrap();
    }
    assert_eq!(browser.ask(shown, Vec::new()).await, 4);
    is_well(&browser).await;
    browser.window(DESKTOP).await;
    browser.go("/hr").await;
    assert_eq!(browser.ask(shown, Vec::new()).await, 4, "on a wide screen nothing is folded");
    browser.quit().await;
}

/// A person at a browser, whose clicks are counted: on a link, a button, a tick, or into a field.
struct Hand<'a> {
    browser: &'a Browser,
    clicks: Cell<usize>,
}

impl<'a> Hand<'a> {
    const fn at(browser: &'a Browser) -> Self {
        Self { browser, clicks: Cell::new(0) }
    }

    fn counted(&self, element: WebElement) -> WebElement {
        self.clicks.set(self.clicks.get() + 1);
        element
    }

    /// Presses what says this, and is on the next page.
    async fn press(&self, css: &str, text: &str) {
        let element = self.counted(self.browser.saying(css, text).await);
        self.browser.onward(element.click()).await;
    }

    /// Scrolls to a field, clicks into it and types.
    async fn types(&self, css: &str, text: &str) {
        let field = self.counted(self.browser.find(css).await);
        field.scroll_into_view().await.unwrap();
        field.click().await.unwrap();
        field.send_keys(text).await.unwrap();
    }
}

const ROWS: &str = "/hr/raekker/kvittering";
const NUMBER: &str = "input[name^='kvittering.']";

/// One form for each costs 62 clicks: six for each receipt, and the way to the list and back.
#[tokio::test]
async fn ten_receipts_take_fifteen_clicks_at_most() {
    let place = Place::open().with_many();
    let browser = place.browser().await;
    log_in_as(&browser, "hr").await;
    let (hand, start) = (Hand::at(&browser), Instant::now());
    hand.press(&format!("a[href='{ROWS}']"), "Registrér flere kvitteringer på én gang").await;
    for n in 1..=10 {
        // The number of the one in the middle has a blank in it, as it is pasted from a mail.
        let number = if n == 5 { "NR 5".to_owned() } else { format!("NR-{n}") };
        hand.types(&format!("tbody tr:nth-child({n}) {NUMBER}"), &number).await;
    }
    hand.press("main form button", "Gem de rækker").await;
    // Nine are done; the one is where it was typed, and that is where one goes on.
    browser.says("9 kvitteringer er gemt.").await;
    is_well(&browser).await;
    let focus = "return [document.activeElement.value, document.activeElement.getAttribute('aria-invalid')]";
    assert_eq!(browser.ask(focus, Vec::new()).await, serde_json::json!(["NR 5", "true"]));
    let link = browser.saying(".fejlboks a", "Kvitteringens nummer").await.attr("href").await.unwrap().unwrap();
    assert_eq!(
        Some(link.trim_start_matches('#')),
        browser.find("[aria-invalid=true]").await.id().await.unwrap().as_deref()
    );
    browser.fill("[aria-invalid=true]", "").await;
    browser.keys("NR-5").await;
    hand.press("main form button", "Gem de rækker").await;
    browser.says("1 kvittering er gemt.").await;
    is_well(&browser).await;
    println!("ten receipts: {} clicks, {:.1} s", hand.clicks.get(), start.elapsed().as_secs_f64());
    assert!(hand.clicks.get() <= 15, "{} clicks", hand.clicks.get());
    browser.quit().await;
}

/// The same rows on a phone without a script, and with nothing but a keyboard.
#[tokio::test]
async fn rows_are_filled_in_without_a_script_and_by_keyboard() {
    let place = Place::open().with_many();
    let browser = place.browser().await;
    log_in_as(&browser, "hr").await;
    browser.window(PHONE).await;
    browser.pages_run_scripts(false).await;
    browser.go(ROWS).await;
    let hand = Hand::at(&browser);
    hand.types(&format!("tbody tr:nth-child(1) {NUMBER}"), "NR-1").await;
    hand.types("tbody tr:nth-child(2) input[name^='uden_kvittering.']", "NemRefusion viste intet nummer").await;
    hand.press("main form button", "Gem de rækker").await;
    browser.says("2 kvitteringer er gemt.").await;
    is_well(&browser).await;
    browser.pages_run_scripts(true).await;
    browser.window(DESKTOP).await;
    browser.go(ROWS).await;
    // The table is come to first, since it can be scrolled where it is narrow.
    browser.tab_to("Kvitteringens nummer").await;
    for n in 3..6 {
        browser.tab_to("Kvitteringens nummer").await;
        browser.keys(&format!("NR-{n}")).await;
    }
    browser.tab_to("Gem de rækker").await;
    browser.enter().await;
    browser.says("3 kvitteringer er gemt.").await;
    browser.quit().await;
}

#[tokio::test]
async fn fifty_are_given_to_somebody_with_four_clicks_and_given_back_with_one() {
    let place = Place::open().with_many();
    let browser = place.browser().await;
    log_in_as(&browser, "hr").await;
    browser.go("/hr").await;
    let hand = Hand::at(&browser);
    hand.press("main a", "Ikke tildelt nogen").await;
    hand.press("main a", "Vælg alle 50 viste").await;
    is_well(&browser).await;
    hand.types("#til", "jørgen holm").await;
    hand.press("main form button", "Tildel").await;
    browser.says("50 forløb er tildelt Jørgen Holm (9002).").await;
    assert!(hand.clicks.get() <= 4, "{} clicks", hand.clicks.get());
    is_well(&browser).await;
    hand.press("main form button", "Fortryd tildelingen").await;
    browser.says("50 forløb er givet tilbage, som det var.").await;
    // One that is missing something is shown again with what was chosen, on a phone without a script too.
    browser.window(PHONE).await;
    browser.pages_run_scripts(false).await;
    browser.go("/hr?tildelt=ingen&antal=25&valgte=alle").await;
    hand.press("main form button", "Tildel").await;
    browser.says("Vælg, hvem der skal have forløbene.").await;
    is_well(&browser).await;
    hand.press("main form button", "Tildel mig").await;
    browser.says("25 forløb er tildelt Jørgen Holm (9002).").await;
    browser.pages_run_scripts(true).await;
    browser.quit().await;
}

#[tokio::test]
async fn a_view_of_the_overview_is_named_and_found_again() {
    let place = Place::open();
    let browser = place.browser().await;
    log_in_as(&browser, "hr").await;
    browser.window(PHONE).await;
    browser.go("/hr?vis=alle&penge=kan-mistes&sort=-fare&kol=enhed&kol=distrikt&kol=fare&kol=tildelt").await;
    is_well(&browser).await;
    browser.window(PHONE).await;
    browser.saying("summary", "Gem eller glem en visning").await.click().await.unwrap();
    browser.find("#visning-navn").await.send_keys("Mest i fare").await.unwrap();
    browser.press("main form button", "Gem visningen").await;
    browser.says("Visningen har fået et navn.").await;
    browser.go("/hr").await;
    browser.press("main nav a", "Mest i fare").await;
    browser.says("Penge: Kan mistes").await;
    is_well(&browser).await;
    browser.quit().await;
}
