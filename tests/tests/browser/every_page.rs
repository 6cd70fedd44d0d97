//! Every page, in every role that has it: as axe reads it, light and dark, wide and narrow.

use std::time::Instant;

use serde_json::Value;
use systemtests::pages::{LEADS_ON, PAGES, Page};

use crate::axe::{self, Rules};
use crate::chromium::{Browser, Colours, DESKTOP, NARROW, PHONE};
use crate::place::{Place, log_in_as, number, upload};

/// What sticks out to the right of a narrow window, so that one has to scroll sideways.
const STICKS_OUT: &str = "\
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    const scrolls = e => e && (['auto', 'scroll', 'hidden'].includes(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
    const all = [...document.querySelectorAll('body *')];
    const out = all.filter(e => e.getBoundingClientRect().right > wide + 1 && !scrolls(e.parentElement));
    return ['the page', ...out.map(e => e.outerHTML.slice(0, 150))].slice(0, 5);";

/// What sticks out of the window, a line each.
pub(crate) async fn sticks_out(browser: &Browser) -> Vec<String> {
    let out = browser.ask(STICKS_OUT, Vec::new()).await;
    out.as_array().unwrap().iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What is wrong with the page as it stands, whoever reads it and on whatever.
pub(crate) async fn faults(browser: &Browser) -> Vec<String> {
    faults_of(browser, &[200, 409, 422]).await
}

/// The same of a page that is answered with one of these.
pub(crate) async fn faults_of(browser: &Browser, expected: &[u16]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut found =
        |how: &str, lines: Vec<String>| faults.extend(lines.into_iter().map(|line| format!("{how}: {line}")));
    let status = browser.ask("return performance.getEntriesByType('navigation')[0].responseStatus", Vec::new()).await;
    if !expected.iter().any(|one| status == *one) {
        found("answered", vec![status.to_string()]);
    }
    found("light", axe::violations(browser, Rules::All).await);
    browser.colours(Colours::Dark).await;
    found("dark", axe::violations(browser, Rules::Contrast).await);
    browser.colours(Colours::Light).await;
    browser.window(NARROW).await;
    found("narrow", axe::violations(browser, Rules::Narrow).await);
    found("wider than 320 pixels", sticks_out(browser).await);
    browser.window(PHONE).await;
    browser.ask("document.documentElement.style.fontSize = '200%'", Vec::new()).await;
    found("wider than a phone, with text twice as large", sticks_out(browser).await);
    browser.ask("document.documentElement.style.fontSize = ''", Vec::new()).await;
    browser.window(DESKTOP).await;
    // Of an error that was expected the console says that it is one.
    let told = |line: &String| expected.iter().any(|one| line.contains(&format!("responded with a status of {one}")));
    found("", browser.complaints().await.into_iter().filter(|line| !told(line)).collect());
    faults
}

/// Panics where something is wrong with the page as it stands.
pub(crate) async fn is_well(browser: &Browser) {
    let faults = faults(browser).await;
    assert!(faults.is_empty(), "{}: {faults:#?}", browser.path().await);
}

/// What stands for something in an address, and what is there in its place.
type There = Vec<(&'static str, String)>;

fn address(page: &Page, there: &There) -> String {
    there.iter().fold(page.at.to_owned(), |at, (name, value)| at.replace(name, value))
}

/// What is there for who is logged in, in this role.
async fn what_is_there(browser: &Browser, role: &str, place: &Place) -> There {
    if role.is_empty() {
        return Vec::new();
    }
    let (id, nr) = (place.forloeb_of(role), number(role).to_owned());
    let mut there: There =
        vec![("{id}", id.to_owned()), ("{forloeb}", id.to_owned()), ("{version}", "1".to_owned()), ("{nr}", nr)];
    if PAGES.iter().any(|page| page.route == "/find" && page.roles.contains(&role)) {
        browser.go("/find").await;
        browser.fill("#q", "so").await;
        browser.press("main search button", "Søg").await;
        there.push(("{soegning}", browser.path().await.trim_start_matches("/find/").to_owned()));
    }
    if role == "hr" {
        let csv = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n\
                   801;1013;sygdom;16-11-2026;;100\n802;7777;sygdom;16-11-2026;;100\n803;1012;sygdom;2026;;1\n";
        upload(browser, "fravaer", &place.file("fravaer.csv", csv)).await;
        browser.says("Læs filen ind").await;
        there.push(("{indlaesning}", browser.path().await.trim_start_matches("/hr/indlaesning/").to_owned()));
        browser.go("/hr/regler").await;
        let link = browser.find("a[href^='/hr/regler/tilbagetraekning?politik=']").await.attr("href").await.unwrap();
        there.push(("{politik}", link.unwrap().split_once('=').unwrap().1.to_owned()));
    }
    there
}

#[tokio::test]
async fn every_page_in_every_role_is_without_faults() {
    let place = Place::open().with_decisions();
    let browser = place.browser().await;
    let mut roles: Vec<&str> = PAGES.iter().flat_map(|page| page.roles.iter().copied()).collect();
    roles.push("");
    roles.sort_unstable();
    roles.dedup();
    let (mut wrong, mut count, start) = (Vec::new(), 0, Instant::now());
    for role in roles {
        if !role.is_empty() {
            log_in_as(&browser, role).await;
        }
        let there = what_is_there(&browser, role, &place).await;
        for page in PAGES.iter().filter(|page| page.roles.contains(&role) || page.roles.is_empty() && role.is_empty()) {
            let path = address(page, &there);
            browser.go(&path).await;
            let at = browser.path().await;
            let mut faults = faults(&browser).await;
            let expected = LEADS_ON.iter().find(|(from, who, _)| *from == page.route && *who == role).map(|led| led.2);
            if at != expected.unwrap_or(&path) {
                faults.push(format!("led to {at}"));
            }
            // What a script does can be done without it.
            // What is said before a session ends is on every page, and tried by itself.
            let scripts = "return document.querySelectorAll('script:not([src$=\"/session.js\"])').length";
            if browser.ask(scripts, Vec::new()).await != 0 {
                browser.pages_run_scripts(false).await;
                browser.go(&path).await;
                faults.extend(self::faults(&browser).await.into_iter().map(|fault| format!("without script, {fault}")));
                browser.pages_run_scripts(true).await;
            }
            count += 1;
            wrong.extend(faults.into_iter().map(|fault| format!("{role} {}: {fault}", page.route)));
        }
    }
    println!("{count} pages in {:.0} s", start.elapsed().as_secs_f64());
    browser.quit().await;
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}
