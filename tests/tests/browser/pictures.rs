//! The pictures of the README: pages of the demonstration on its fixed day. `cargo xtask pictures` takes them.

use std::path::Path;

use crate::chromium::{Browser, PHONE, Window};
use crate::place::{Place, log_in};

async fn take(browser: &Browser, folder: &Path, name: &str, window: Window) {
    browser.window(window).await;
    std::fs::write(folder.join(format!("{name}.png")), browser.picture().await).unwrap();
}

#[tokio::test]
#[ignore = "writes pictures: cargo xtask pictures"]
async fn of_the_readme() {
    let Some(folder) = std::env::var_os("RASKVEJ_PICTURES") else { return };
    let folder = Path::new(&folder);
    let place = Place::open();
    let browser = place.browser().await;
    let desktop = Window(1200, 900);
    log_in(&browser, "Lone Ærø").await;
    take(&browser, folder, "arbejdsliste", desktop).await;
    take(&browser, folder, "arbejdsliste-telefon", PHONE).await;
    // Mads Østergaard: what a mail about the first contact leads to.
    browser.go(&format!("/forloeb/{}?frist=foerste-kontakt", place.forloeb("1006"))).await;
    take(&browser, folder, "forloeb-telefon", PHONE).await;
    // Bo Åkjær: day 31, the talk is late, and the anmeldelse is ready to be signed.
    browser.go(&format!("/forloeb/{}", place.forloeb("1008"))).await;
    take(&browser, folder, "forloeb", Window(1200, 1500)).await;
    log_in(&browser, "Jørgen Holm").await;
    browser.go("/hr").await;
    take(&browser, folder, "hr", desktop).await;
    browser.go("/demo/post").await;
    take(&browser, folder, "post", desktop).await;
    log_in(&browser, "Birgit Ågård").await;
    take(&browser, folder, "mig-telefon", PHONE).await;
    log_in(&browser, "kan se alt").await;
    browser.go(&format!("/revision/forloeb/{}?kendt=2026-11-10T12:00", place.forloeb("2004"))).await;
    take(&browser, folder, "revision", Window(1200, 1500)).await;
    browser.quit().await;
}
