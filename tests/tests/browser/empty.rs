//! A workplace on its first day: nobody is employed yet, and whoever comes first sees pages that say why they are empty.

use systemtests::pages::PAGES;

use crate::axe::{self, Rules};
use crate::chromium::{Browser, NARROW};
use crate::every_page::sticks_out;
use crate::place::empty;

/// Who comes first: who has a role and no number of their own.
const ROLES: [&str; 3] = ["hr", "revisor", "drift"];

pub(crate) async fn logs_in(browser: &Browser, token: &str) {
    browser.go("/log-ind").await;
    browser.fill("#token", token).await;
    browser.press("main button", "Log ind").await;
}

#[tokio::test]
async fn every_page_of_an_empty_workplace_is_without_faults_and_says_why_it_is_empty() {
    let folder = tempfile::tempdir().unwrap();
    let service = empty(folder.path());
    let browser = Browser::start(service.address()).await;
    let mut wrong = Vec::new();
    for role in ROLES {
        logs_in(&browser, &service.token(role, None)).await;
        // What has an address of its own does not exist yet, and the demonstration's pages are not here.
        let there = |at: &str| !at.contains('{') && !at.starts_with("/demo/") && at != "/stil";
        for page in PAGES.iter().filter(|page| page.roles.contains(&role) && there(page.at)) {
            browser.go(page.at).await;
            let mut faults = axe::violations(&browser, Rules::All).await;
            browser.window(NARROW).await;
            faults.extend(sticks_out(&browser).await);
            browser.window(crate::chromium::DESKTOP).await;
            faults.extend(browser.complaints().await);
            // A sentence that only says that there is nothing is no help: it says what will come, or what to do.
            let short = "return [...document.querySelectorAll('.tom')].map(e => e.textContent.trim()).filter(t => t.length < 45)";
            let short = browser.ask(short, Vec::new()).await;
            faults.extend(short.as_array().unwrap().iter().map(|said| format!("says no more than {said}")));
            wrong.extend(faults.into_iter().map(|fault| format!("{role} {}: {fault}", page.at)));
        }
    }
    browser.quit().await;
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}
