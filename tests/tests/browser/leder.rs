//! A leader with four minutes: from the work list to a contact or a talk that is recorded.

use serde_json::Value;
use thirtyfour::prelude::*;

use crate::chromium::{Browser, DESKTOP, PHONE};
use crate::every_page::is_well;
use crate::finger::Finger;
use crate::letters;
use crate::place::{Place, log_in};

const TASK: &str = "Kontakt medarbejderen";
const TALK: &str = "Hold sygefraværssamtalen";

/// Of the element: whether it can be seen without scrolling.
const ON_SCREEN: &str = "const r = arguments[0].getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight";

pub(crate) async fn is_on_screen(browser: &Browser, element: &WebElement) -> bool {
    browser.ask(ON_SCREEN, vec![element.to_json().unwrap()]).await == Value::Bool(true)
}

/// It can be seen where the page opened: nobody has scrolled, and no page has.
async fn is_in_sight(browser: &Browser, css: &str, text: &str) {
    let element = browser.saying(css, text).await;
    assert!(is_on_screen(browser, &element).await, "{css} with {text:?} is out of sight on {}", browser.path().await);
    assert_eq!(browser.ask("return scrollY", Vec::new()).await, 0, "{}", browser.path().await);
}

#[tokio::test]
async fn a_contact_is_recorded_by_keyboard_alone() {
    let place = Place::open();
    let browser = place.browser().await;
    by_keyboard(&browser).await;
    browser.quit().await;
}

#[tokio::test]
async fn a_talk_is_recorded_with_three_taps_on_a_phone() {
    let place = Place::open();
    let browser = place.browser().await;
    with_three_taps(&browser).await;
    browser.quit().await;
}

async fn by_keyboard(browser: &Browser) {
    browser.window(DESKTOP).await;
    browser.go("/log-ind").await;
    browser.tab_to("Lone Ærø").await;
    browser.enter().await;
    browser.says("Ring eller giv besked").await;
    browser.tab_to(TASK).await;
    browser.enter().await;
    assert!(browser.path().await.ends_with("?vis=foerste-kontakt#f-foerste-kontakt"), "{}", browser.path().await);
    is_well(browser).await;
    // The form is where one is: the way through it begins there.
    browser.tab_to("Telefon").await;
    browser.keys(" ").await;
    browser.tab_to("Gem kontakten").await;
    browser.enter().await;
    browser.says("Gemt.").await;
    // Back on the list, with what was registered, and of whom.
    assert!(browser.path().await.starts_with("/?ok=foerste-kontakt&sag="), "{}", browser.path().await);
    browser.press(".besked a", "Mads Østergaard").await;
    let contact = browser.saying(".tidspunkt", "Første kontakt").await;
    assert!(contact.text().await.unwrap().contains("Opfyldt"));
    is_well(browser).await;
}

async fn with_three_taps(browser: &Browser) {
    browser.window(PHONE).await;
    log_in(browser, "Lone Ærø").await;
    browser.window(PHONE).await;
    let task = browser.saying(".opgaver a", TALK).await;
    assert!(is_on_screen(browser, &task).await, "the most urgent is what one sees");
    browser.onward(task.click()).await;
    let first = browser.find("#f-samtale input[type=date]").await;
    assert!(is_on_screen(browser, &first).await, "the form is what one sees");
    for answer in ["Holdt ved et møde", "Holdt i telefonen", "deltog ikke", "Ikke mulig", "Undtaget"] {
        is_in_sight(browser, "#f-samtale label", answer).await;
    }
    browser.saying("#f-samtale label", "Holdt").await.click().await.unwrap();
    browser.press("#f-samtale button", "").await;
    let done = browser.saying(".besked", "Gemt. Samtalen er registreret. Bo Åkjær").await;
    assert!(is_on_screen(browser, &done).await, "what was done is what one sees");
}

/// Mads Østergaard is away since 1 November, and the reminder of the first contact left on Monday 16 November.
#[tokio::test]
async fn from_a_mail_a_contact_is_recorded_with_three_taps_and_no_scrolling() {
    let place = Place::open();
    let browser = place.browser().await;
    browser.window(PHONE).await;
    log_in(&browser, "Lone Ærø").await;
    let link = letters::link(&browser, "leder", "første kontakt\n").await;
    assert!(link.ends_with("?frist=foerste-kontakt"), "{link}");
    logging_in_leads_to_the_same(&browser, &link).await;
    let mut finger = Finger::on(&browser);
    finger.opens(&link).await;
    the_act_is_in_sight(&browser).await;
    finger.taps("#f-foerste-kontakt label", "Telefon").await;
    is_in_sight(&browser, "#f-foerste-kontakt button", "Gem kontakten").await;
    finger.presses("#f-foerste-kontakt button", "Gem kontakten").await;
    is_in_sight(&browser, ".besked", "Gemt. Kontakten er registreret.").await;
    is_in_sight(&browser, "h1", "Mads Østergaard").await;
    assert_eq!(finger.taps, 3);
    // The mail is still there. What it asked for is not.
    browser.go(&link).await;
    browser.says("Det, mailen handlede om, er ikke længere en opgave. Første kontakt: Opfyldt").await;
    is_well(&browser).await;
    browser.quit().await;
}

/// Who is not logged in comes to the same, by way of logging in.
async fn logging_in_leads_to_the_same(browser: &Browser, link: &str) {
    browser.press("button", "Log ud").await;
    browser.go(link).await;
    browser.press("button.person", "Lone Ærø").await;
    assert_eq!(browser.path().await, link);
    the_act_is_in_sight(browser).await;
}

/// Whose it is, how to ring them, what is asked and how it is answered: all on the first screen.
async fn the_act_is_in_sight(browser: &Browser) {
    for (css, text) in [
        ("h1", "Mads Østergaard"),
        ("a[href^='tel:+451000']", "Ring 10 00"),
        ("#goer", "Kontakt medarbejderen"),
        ("#f-foerste-kontakt label", "Telefon"),
        ("#f-foerste-kontakt button", "Gem kontakten"),
    ] {
        is_in_sight(browser, css, text).await;
    }
}

/// Of the field that a message leads to: its label, what is wrong with it and itself are in sight, and nothing covers them.
const IN_SIGHT_TOGETHER: &str = "\
    const field = document.querySelector(arguments[0]), head = document.querySelector('.hoved').getBoundingClientRect();
    const all = [field, field.closest('.felt').querySelector('label'), field.closest('.felt').querySelector('.feltfejl')];
    return all.map(e => e.getBoundingClientRect()).every(r => r.top >= head.bottom && r.bottom <= innerHeight)";

#[tokio::test]
async fn a_message_leads_to_its_field_and_whose_it_is_stays_in_sight() {
    let place = Place::open();
    let browser = place.browser().await;
    browser.window(PHONE).await;
    log_in(&browser, "Lone Ærø").await;
    browser.go(&format!("/forloeb/{}?vis=samtale", place.forloeb("1008"))).await;
    browser.saying("#f-samtale label", "Holdt").await.click().await.unwrap();
    // A talk of next year.
    browser.fill("#f-samtale [name=dato]", "2027-01-04").await;
    browser.press("#f-samtale button", "Gem samtalen").await;
    browser.press_within(".fejlboks a", "").await;
    let felt = vec![Value::from("#f-samtale [name=dato]")];
    assert_eq!(browser.ask(IN_SIGHT_TOGETHER, felt).await, true, "{}", browser.path().await);
    assert!(browser.find("#f-samtale [value=holdt]").await.is_selected().await.unwrap(), "what was chosen is kept");
    is_well(&browser).await;
    browser.window(PHONE).await;
    for path in ["", "/plan", "/refusion"] {
        browser.go(&format!("/forloeb/{}{path}", place.forloeb("1008"))).await;
        browser.ask("scrollTo(0, document.documentElement.scrollHeight)", Vec::new()).await;
        let name = browser.saying("h1", "Bo Åkjær").await;
        assert!(is_on_screen(&browser, &name).await, "{path}: the name stays in sight");
    }
    browser.quit().await;
}

/// A version of a plan is never changed: what it will say is read first, and one goes back with everything that was typed.
#[tokio::test]
async fn a_plan_is_read_before_it_is_saved() {
    let place = Place::open();
    let browser = place.browser().await;
    log_in(&browser, "Lone Ærø").await;
    for scripts in [true, false] {
        browser.pages_run_scripts(scripts).await;
        browser.go(&format!("/forloeb/{}/plan", place.forloeb("1008"))).await;
        browser.fill("#aftalt", "Tre korte dage").await;
        browser.press("#planen .knapper button", "Se planen, før den gemmes").await;
        browser.saying("h1", "Sådan bliver version").await;
        browser.says("Tre korte dage").await;
        is_well(&browser).await;
        browser.press("main form button", "Ret").await;
        let typed = browser.ask("return document.querySelector('#aftalt').value", Vec::new()).await;
        assert_eq!(typed, "Tre korte dage");
        browser.press("#planen .knapper button", "Se planen, før den gemmes").await;
        browser.press("main form button", "Gem version").await;
        browser.says("Planen er gemt som en ny version.").await;
    }
    browser.pages_run_scripts(true).await;
    browser.quit().await;
}

#[tokio::test]
async fn on_paper_nothing_is_folded() {
    let place = Place::open();
    let browser = place.browser().await;
    log_in(&browser, "Lone Ærø").await;
    browser.go(&format!("/forloeb/{}", place.forloeb("1008"))).await;
    let shown = "return ['.fakta', '.linje', '#paamindelser table', '.historik'] \
                 .filter(css => document.querySelector(css).checkVisibility()).length";
    assert_eq!(browser.ask(shown, Vec::new()).await, 0, "on a screen it is folded");
    browser.on_paper(true).await;
    assert_eq!(browser.ask(shown, Vec::new()).await, 4);
    browser.on_paper(false).await;
    browser.quit().await;
}
