//! What it costs a person, counted on a phone: the leader's five minutes after a talk, and the employee's answer to an invitation.

use crate::chromium::{Browser, PHONE};
use crate::every_page::is_well;
use crate::finger::Finger;
use crate::letters;
use crate::place::{Place, log_in};

/// A page that shows the plan before it is saved has a button that saves it.
const IS_SHOWN_FIRST: &str = "\
    return [...document.querySelectorAll('main form button')].some(b => b.textContent.trim().startsWith('Gem version'))";

/// The talk: the task, how it went, and the button; three taps.
async fn records_the_talk(finger: &mut Finger<'_>, forloeb: &str) {
    finger.presses(&format!(".opgaver a[href^='/forloeb/{forloeb}']"), "Hold sygefraværssamtalen").await;
    finger.taps("#f-samtale label", "Holdt ved et møde").await;
    finger.presses("#f-samtale button", "Gem samtalen").await;
}

/// The minutes: the way to them from the list, the button, and whose they are, to go on with the case; three taps. A text and two
/// agreements; seven fields.
async fn writes_the_minutes(browser: &Browser, finger: &mut Finger<'_>) {
    finger.presses(".besked a", "Skriv referat af mødet").await;
    finger.types("form[action$='/referat'] [name=tekst]", "Vi talte om de første uger og om vagterne.").await;
    for (row, what, latest, who) in [
        ("01", "taler med kollegerne om vagtplanen", "2026-11-27", "leder"),
        ("02", "siger til, når en vagt er for lang", "2026-12-04", "medarbejder"),
    ] {
        let field = |name: &str| format!("form[action$='/referat'] [name='aftaler.{row}.{name}']");
        finger.types(&field("tekst"), what).await;
        finger.chooses(&field("senest"), latest).await;
        finger.chooses(&field("hvem"), who).await;
    }
    finger.presses("form[action$='/referat'] button.knap", "Gem").await;
    browser.says("Referatet er gemt.").await;
    // Where there is more to do with it, one is back on the list.
    if !browser.path().await.starts_with("/forloeb/") {
        finger.presses(".besked a", "Bo Åkjær").await;
    }
}

/// The plan: its fold, the way there, two more steps, and the button; five taps, and one more where the plan is shown before it
/// is saved. What was agreed, and of each step from when and how many hours; seven fields.
async fn makes_a_plan(browser: &Browser, finger: &mut Finger<'_>) {
    finger.taps("#plan > summary", "TTA-plan").await;
    finger.presses("#plan a", "Læg en plan").await;
    finger.types("#aftalt", "Vi begynder med to korte vagter og lægger mere til hver anden uge.").await;
    for (n, (fra, timer)) in [("2026-11-23", "12"), ("2026-12-07", "20"), ("2026-12-21", "30")].into_iter().enumerate()
    {
        if n > 0 {
            finger.presses("#planen button", "Tilføj et trin").await;
        }
        finger.chooses(&format!("#trin-{n}-fra"), fra).await;
        finger.types(&format!("#trin-{n}-timer"), timer).await;
    }
    finger.presses("#planen button.knap", "").await;
    if browser.ask(IS_SHOWN_FIRST, Vec::new()).await == true {
        finger.presses("main form button", "Gem version").await;
    }
}

/// Bo Åkjær is away since 18 October, and the talk is late. Counted by hand on the pages it is eleven taps and fourteen fields; a
/// page that shows the plan first costs one tap more.
#[tokio::test]
async fn a_talk_its_minutes_and_a_plan_take_a_leader_28_taps_and_fields_at_most() {
    let place = Place::open();
    let browser = place.browser().await;
    browser.window(PHONE).await;
    log_in(&browser, "Lone Ærø").await;
    let mut finger = Finger::on(&browser);
    records_the_talk(&mut finger, place.forloeb("1008")).await;
    browser.says("Samtalen er registreret.").await;
    writes_the_minutes(&browser, &mut finger).await;
    browser.says("taler med kollegerne om vagtplanen").await;
    browser.says("siger til, når en vagt er for lang").await;
    makes_a_plan(&browser, &mut finger).await;
    browser.says("Version 1 (gælder nu)").await;
    let steps = browser.ask("return document.querySelectorAll('#udgave ~ .trin > li').length", Vec::new()).await;
    assert_eq!(steps, 3, "{}", browser.text().await);
    println!("a talk, its minutes and a plan: {}", finger.told());
    assert!(finger.taps + finger.fields <= 28, "{}", finger.told());
    is_well(&browser).await;
    browser.quit().await;
}

/// Birgit Ågård is invited to Tuesday 24 November at ten. From the mail: logging in, and to say that one comes.
#[tokio::test]
async fn an_invitation_is_answered_from_its_mail_with_two_taps_after_logging_in() {
    let place = Place::open();
    place.invite("2004");
    let browser = place.browser().await;
    browser.window(PHONE).await;
    log_in(&browser, "Birgit Ågård").await;
    let link = letters::link(&browser, "medarbejder", "Du er inviteret til et møde").await;
    browser.press("button", "Log ud").await;

    let mut finger = Finger::on(&browser);
    finger.opens(&link).await;
    finger.presses("button.person", "Birgit Ågård").await;
    assert_eq!(browser.path().await, link, "logging in leads to what the mail was about");
    let before = finger.taps;
    finger.presses("#f-samtale-svar-kommer button", "Jeg kommer").await;
    browser.says("Du har svaret, at du kommer.").await;
    println!("an answer to an invitation: {}", finger.told());
    assert!(finger.taps - before <= 2, "{}", finger.told());
    assert_eq!(finger.fields, 0);
    is_well(&browser).await;
    // The leader reads it.
    log_in(&browser, "Henrik Øllgaard").await;
    browser.go(&format!("/forloeb/{}", place.forloeb("2004"))).await;
    browser.says("Medarbejderen kommer.").await;
    browser.quit().await;
}
