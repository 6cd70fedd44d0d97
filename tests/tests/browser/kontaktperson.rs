//! The contact person: from the link in a mail to a contact that is recorded, on a phone and by keyboard.

use crate::every_page::is_well;
use crate::letters;
use crate::person::{Person, Way};
use crate::place::{Place, log_in};

#[tokio::test]
async fn a_first_contact_is_recorded_from_its_mail_on_a_phone_without_a_script() {
    records_the_contact(Way::Finger).await;
}

#[tokio::test]
async fn a_first_contact_is_recorded_from_its_mail_by_keyboard() {
    records_the_contact(Way::Keyboard).await;
}

/// Peter Storm is TR, and nobody has chosen another. On this Wednesday the mail is about contacts that are due on Friday.
async fn records_the_contact(way: Way) {
    let place = Place::open();
    let browser = place.browser().await;
    log_in(&browser, "Peter Storm").await;
    let link = letters::link(&browser, "kontaktperson", "Tag kontakt til medarbejderen, og registrer kontakten.").await;
    assert!(link.ends_with("?frist=foerste-kontakt"), "{link}");
    browser.press("button", "Log ud").await;
    let person = Person::at(&browser, way).await;
    browser.go(&link).await;
    person.goes("button.person", "Peter Storm").await;
    assert_eq!(browser.path().await, link, "logging in leads to what the mail was about");
    person.chooses("#f-foerste-kontakt label", "Telefon").await;
    person.goes("#f-foerste-kontakt button", "Gem kontakten").await;
    browser.says("Kontakten er registreret.").await;
    is_well(&browser).await;
    // What the mail asked for is done, and said to be.
    browser.go(&link).await;
    browser.says("Det, mailen handlede om, er ikke længere en opgave. Første kontakt: Opfyldt").await;
    is_well(&browser).await;
    browser.quit().await;
}
