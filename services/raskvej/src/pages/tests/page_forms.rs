//! What forms do: commands, refusals that keep what was typed, and forms sent twice.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::{Answer, Arbejdsplads};

/// The value of a hidden field of the first form that has it.
fn hidden<'a>(html: &'a str, name: &str) -> &'a str {
    let after = html.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("no {name}"));
    after.split('"').next().unwrap()
}

fn guard(page: &Answer) -> String {
    format!("version={}&noegle={}", hidden(&page.tekst, "version"), hidden(&page.tekst, "noegle"))
}

const KONTAKT: &str = "dato=16.1.2026&form=telefon&kontaktperson_rolle=leder&taget_af=arbejdsplads";

#[tokio::test]
async fn a_kontakt_is_registered_once_though_the_form_is_sent_twice() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let path = format!("/forloeb/{}", sted.forloeb);
    let body = format!("{KONTAKT}&{}&arbejdsrelateret=nej", guard(&leder.fetch(&path).await));
    for _ in 0..2 {
        let answer = leder.send(&format!("{path}/foerste-kontakt"), &body).await;
        assert_eq!(
            (answer.status, answer.sted()),
            (StatusCode::SEE_OTHER, format!("{path}?ok=foerste-kontakt").as_str())
        );
    }
    assert_eq!(sted.app.forloeb(sted.forloeb).await.unwrap().unwrap().kontakter.len(), 1);
    let page = leder.fetch(&format!("{path}?ok=foerste-kontakt")).await.tekst;
    assert!(page.contains("Kontakten er registreret."));
    assert!(
        page.contains("Første kontakt fredag den 16. januar 2026 i telefonen, taget af arbejdspladsen ved lederen.")
    );
    assert!(page.contains("leder (Maria Madsen)"));
}

/// Back, another day in the same form, and send: what was registered is the first, and nobody says otherwise.
#[tokio::test]
async fn a_form_from_the_back_button_with_other_content_is_another() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let path = format!("/forloeb/{}", sted.forloeb);
    let guard = guard(&leder.fetch(&path).await);
    let first = leder.send(&format!("{path}/foerste-kontakt"), &format!("{KONTAKT}&{guard}")).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    let rettet = format!("{}&{guard}", KONTAKT.replace("16.1.2026", "15.1.2026"));
    let answer = leder.send(&format!("{path}/foerste-kontakt"), &rettet).await;
    assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED);
    assert!(answer.tekst.contains("Nogen har ændret forløbet, mens du skrev."));
    assert!(answer.tekst.contains("name=\"dato\" value=\"2026-01-15\""), "what was typed is still there");
    assert_eq!(sted.app.forloeb(sted.forloeb).await.unwrap().unwrap().kontakter.len(), 1);
    let again = format!("{}&{}", KONTAKT.replace("16.1.2026", "15.1.2026"), self::guard(&answer));
    assert_eq!(leder.send(&format!("{path}/foerste-kontakt"), &again).await.status, StatusCode::SEE_OTHER);
    assert_eq!(sted.app.forloeb(sted.forloeb).await.unwrap().unwrap().kontakter.len(), 2);
}

/// What the first did took the form off the page: what was typed in the second is not lost with it.
#[tokio::test]
async fn if_the_form_is_gone_what_was_typed_in_it_is_shown() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let path = format!("/forloeb/{}", sted.forloeb);
    let guard = guard(&leder.fetch(&path).await);
    let rask = |dag: &str| format!("sidste_fravaersdag={dag}&{guard}");
    let first = leder.send(&format!("{path}/raskmelding"), &rask("2026-02-05")).await;
    assert_eq!(first.sted(), format!("{path}?ok=raskmelding"));
    let answer = leder.send(&format!("{path}/raskmelding"), &rask("2026-02-04")).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.tekst.contains("Det kan ikke registreres på forløbet, som det er nu."));
    assert!(answer.tekst.contains("Ikke gemt, sidste fravaersdag: 2026-02-04"), "{}", answer.tekst);
    assert_eq!(sted.app.forloeb(sted.forloeb).await.unwrap().unwrap().sidste, Some("2026-02-05".parse().unwrap()));
    let again = leder.send(&format!("{path}/raskmelding"), &rask("2026-02-05")).await;
    assert_eq!(again.sted(), format!("{path}?ok=raskmelding"), "the first again is the first");
}

/// Forms that no version guards: the second is carried out like any other.
#[tokio::test]
async fn a_sygemelding_of_another_from_the_back_button_is_registered_too() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let key = hidden(&leder.fetch("/forloeb/ny").await.tekst, "noegle").to_owned();
    let send = async |nr: &str| {
        let body =
            format!("medarbejder_nr={nr}&foerste_fravaersdag=2026-02-06&aarsag=sygdom&omfang_pct=100&noegle={key}");
        let answer = leder.send("/forloeb/ny", &body).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.tekst);
        answer.sted().to_owned()
    };
    let (foerste, other) = (send("10003").await, send("10002").await);
    assert_ne!(foerste, other);
    assert_eq!(send("10003").await, foerste, "sent twice it is one");
    for nr in ["10003", "10002"] {
        assert_eq!(sted.app.forloeb_for(nr).await.unwrap().len(), 1, "{nr}");
    }
}

#[tokio::test]
async fn a_refused_form_is_shown_again_with_its_errors_and_what_was_typed() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let path = format!("/forloeb/{}", sted.forloeb);
    let body = format!("dato=2026-02-07&udfald=holdt&delvis_mulig=ja&{}", guard(&leder.fetch(&path).await));
    let answer = leder.send(&format!("{path}/samtale"), &body).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for del in [
        "<title>Fejl: ",
        "href=\"#f-samtale-dato\"",
        "Dato for samtalen: ligger i fremtiden; kan senest være 6. februar 2026.",
        "id=\"f-samtale-dato\" name=\"dato\" value=\"2026-02-07\"",
        "aria-invalid=\"true\" aria-describedby=\"f-samtale-dato-hjaelp f-samtale-dato-fejl\"",
        "value=\"holdt\" checked",
        "id=\"f-samtale\"><form",
    ] {
        assert!(answer.tekst.contains(del), "{del}");
    }
    let without = leder.send(&format!("{path}/samtale"), "dato=i+g%C3%A5r").await;
    assert!(without.tekst.contains("Dato for samtalen: skal være en dato, fx 5.1.2026."));
    assert!(without.tekst.contains("Hvordan gik det? Svaret skal udfyldes."));
    assert!(without.tekst.contains("type=\"text\" id=\"f-samtale-dato\" name=\"dato\" value=\"i går\""));
    assert_eq!(sted.app.forloeb(sted.forloeb).await.unwrap().unwrap().samtaler.len(), 0);
}

#[tokio::test]
async fn if_somebody_changed_the_forloeb_meanwhile_what_was_typed_is_kept() {
    let sted = Arbejdsplads::open().await;
    let (leder, hr) = (sted.acting_as(Rolle::Leder).await, sted.acting_as(Rolle::Hr).await);
    let path = format!("/forloeb/{}", sted.forloeb);
    let (lederens, hrs) = (leder.fetch(&path).await, hr.fetch(&path).await);
    let anmeld = format!("trin=underskrevet&dato=2026-02-05&{}", guard(&hrs));
    assert_eq!(hr.send(&format!("{path}/anmeldelse"), &anmeld).await.status, StatusCode::SEE_OTHER);
    let body = format!("{KONTAKT}&{}", guard(&lederens));
    let answer = leder.send(&format!("{path}/foerste-kontakt"), &body).await;
    assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED);
    assert!(answer.tekst.contains("Nogen har ændret forløbet, mens du skrev."));
    assert!(answer.tekst.contains("Sket imens") && answer.tekst.contains("Anmeldelsen blev underskrevet"));
    assert!(answer.tekst.contains("name=\"dato\" value=\"2026-01-16\""));
    let again = format!("{KONTAKT}&{}", guard(&answer));
    assert_eq!(leder.send(&format!("{path}/foerste-kontakt"), &again).await.status, StatusCode::SEE_OTHER);
}

/// What cannot be undone asks first, and whoever does not answer has done nothing.
#[tokio::test]
async fn a_whole_forloeb_is_annulled_or_closed_by_whoever_says_that_they_are_sure() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let path = format!("/forloeb/{}", sted.forloeb);
    for (action, body) in
        [("annullering", "begrundelse=Forkert+medarbejder"), ("afslutning", "aarsag=ophoert&dato=2026-02-05")]
    {
        let asked = hr.send(&format!("{path}/{action}"), body).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{action}");
        assert!(asked.tekst.contains(&format!("href=\"#f-{action}-sikker\"")), "{action}: {}", asked.tekst);
    }
    assert!(hr.fetch(&path).await.tekst.contains("value=\"ja\""), "the question stands in the form");
    assert_eq!(sted.app.forloeb(sted.forloeb).await.unwrap().unwrap().sidste, None, "nothing is done");
    let done = hr.send(&format!("{path}/annullering"), "begrundelse=Forkert+medarbejder&sikker=ja").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.tekst);
}

#[tokio::test]
async fn rettelser_and_annulleringer_stand_in_the_history_beside_the_old() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let path = format!("/forloeb/{}", sted.forloeb);
    leder.send(&format!("{path}/foerste-kontakt"), KONTAKT).await;
    let position = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap().kontakter[0].position;
    let without = leder.send(&format!("{path}/annullering"), &format!("haendelse={position}")).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(without.tekst.contains(&format!("href=\"#f-annullering-{position}-begrundelse\"")));
    let body = format!("haendelse={position}&begrundelse=Forkert+medarbejder");
    assert_eq!(leder.send(&format!("{path}/annullering"), &body).await.status, StatusCode::SEE_OTHER);
    let ret = "felt=foerste_fravaersdag&ny_vaerdi=6.1.2026&begrundelse=Tastefejl";
    assert_eq!(leder.send(&format!("{path}/rettelse"), ret).await.status, StatusCode::SEE_OTHER);
    let page = leder.fetch(&path).await.tekst;
    for del in [
        "class=\"annulleret\"",
        "Annulleret: “Første kontakt fredag",
        "Forkert medarbejder",
        "Rettet: fravær fra tirsdag den 6. januar",
    ] {
        assert!(page.contains(del), "{del}");
    }
    let revisor = sted.acting_as(Rolle::Revisor).await.fetch(&path).await.tekst;
    assert!(revisor.contains("class=\"annulleret\"") && !revisor.contains("Forkert medarbejder"));
}

#[tokio::test]
async fn a_text_about_health_is_saved_and_said_without_a_word_of_it() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let path = format!("/forloeb/{}", sted.forloeb);
    for (text, remark) in [("Har+f%C3%A5et+en+depression", true), ("Aftalt+i+telefonen", false)] {
        let body = format!("felt=forventet_varighed&ny_vaerdi=over_8_uger&begrundelse={text}");
        let sent = leder.send(&format!("{path}/rettelse"), &body).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
        let back = sent.heads["location"].to_str().unwrap().to_owned();
        assert!(!back.contains("depression"), "{back}");
        let page = leder.fetch(&back).await.tekst;
        assert_eq!(page.contains("Læs teksten igen."), remark, "{back}");
    }
}

#[tokio::test]
async fn nobody_can_do_what_their_rolle_cannot() {
    let sted = Arbejdsplads::open().await;
    let path = format!("/forloeb/{}", sted.forloeb);
    for (rolle, command, status) in [
        (Rolle::Leder, "refusionsanmodning", 403),
        (Rolle::Leder, "tildeling", 403),
        (Rolle::Kontaktperson, "raskmelding", 403),
        (Rolle::Revisor, "raskmelding", 403),
        (Rolle::Medarbejder, "raskmelding", 403),
        (Rolle::Drift, "raskmelding", 404),
        (Rolle::Hr, "findes-ikke", 404),
        (Rolle::Hr, "refusionsanmodning", 409),
    ] {
        let answer =
            sted.acting_as(rolle).await.send(&format!("{path}/{command}"), "sidste_fravaersdag=2026-02-05").await;
        assert_eq!(answer.status.as_u16(), status, "{rolle} {command}");
    }
    let f = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap();
    assert!(f.sidste.is_none() && f.tildelt.is_none());
}

#[tokio::test]
async fn the_medarbejder_asks_for_fast_track() {
    let sted = Arbejdsplads::open().await;
    let mig = sted.acting_as(Rolle::Medarbejder).await;
    let page = mig.fetch("/mig").await;
    assert!(page.tekst.contains("Bed om fast track"));
    let body = format!("beslutning=anmodet&af=medarbejder&dato=2026-02-06&{}", guard(&page));
    let answer = mig.send(&format!("/forloeb/{}/fast-track", sted.forloeb), &body).await;
    assert_eq!(answer.sted(), "/mig?ok=fast-track");
    let after = mig.fetch("/mig").await.tekst;
    assert!(after.contains("Anmodet om fast track") && !after.contains("<button class=\"knap\">Bed om"));
}

#[tokio::test]
async fn the_medarbejder_chooses_a_kontaktperson() {
    let sted = Arbejdsplads::open().await;
    let mig = sted.acting_as(Rolle::Medarbejder).await;
    let page = mig.fetch("/mig").await;
    let choices = page.tekst.split("Vælg kontaktperson").nth(1).unwrap();
    assert!(choices.contains(">Bo Berg</option>") && choices.contains(">Mohammed Nielsen</option>"));
    assert!(
        !choices.contains("Ole Olsen") && !choices.contains("value=\"10010\""),
        "nobody else's team, and not herself"
    );
    let path = format!("/forloeb/{}/kontaktperson", sted.forloeb);
    let answer = mig.send(&path, &format!("kontaktperson_nr=10011&{}", guard(&page))).await;
    assert_eq!(answer.sted(), "/mig?ok=kontaktperson");
    let after = mig.fetch("/mig").await;
    assert!(after.tekst.contains("Din kontaktperson er Bo Berg.") && after.tekst.contains("value=\"10011\" selected"));
    assert!(after.tekst.contains("Medarbejderen har valgt Bo Berg som kontaktperson."));
    // TR has nothing to do with it any more.
    let tr = sted.acting_as(Rolle::Kontaktperson).await.fetch(&format!("/forloeb/{}", sted.forloeb)).await;
    assert_eq!(tr.status, StatusCode::NOT_FOUND);
    // A number is no way to find out who somebody is: unknown, left and of another team are one answer.
    for nr in ["20010", "4711", "30001"] {
        let answer = mig.send(&path, &format!("kontaktperson_nr={nr}&{}", guard(&mig.fetch("/mig").await))).await;
        assert!(
            answer.tekst.contains("Kontaktperson: skal være en kollega under samme leder"),
            "{nr}: {}",
            answer.tekst
        );
    }
    let answer = mig.send(&path, &format!("kontaktperson_nr=&{}", guard(&after))).await;
    assert_eq!(answer.sted(), "/mig?ok=kontaktperson");
    let f = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap();
    assert_eq!((f.chosen_kontaktperson.as_deref(), f.kontaktperson(f.foerste)), (None, f.stamdata.tr_nr.as_deref()));
}

#[tokio::test]
async fn the_leder_sygemelder_their_own() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let page = leder.fetch("/forloeb/ny").await;
    assert!(page.tekst.contains("Bo Berg (10011)") && !page.tekst.contains("Ole Olsen"));
    let body = "foerste_fravaersdag=2026-02-06&aarsag=sygdom&omfang_pct=50&medarbejder_nr=";
    let foreign = leder.send("/forloeb/ny", &format!("{body}20010")).await;
    assert_eq!(foreign.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(foreign.tekst.contains("href=\"#f-sygemelding-medarbejder_nr\""));
    let answer = leder.send("/forloeb/ny", &format!("{body}10011")).await;
    assert!(answer.sted().ends_with("?ok=sygemelding"), "{}", answer.tekst);
    assert_eq!(leder.fetch(answer.sted()).await.status, StatusCode::OK);
}

/// A plan made through the API, opened and saved: nothing is lost, and what is too much is refused and not left out.
#[tokio::test]
async fn a_plan_with_many_trin_and_long_texts_comes_back_as_it_was() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let path = format!("/forloeb/{}/plan", sted.forloeb);
    let trin =
        |count: usize| (0..count).map(|n| format!("&trin-{n}-fra=2026-02-16&trin-{n}-timer=5")).collect::<String>();
    let body = format!("koordinator=10002{}&trin-0-ind=Kontor%0A++kun+tre+timer%0ATelefon", trin(150));
    let stored = leder.send_shown(&path, &body).await;
    assert_eq!(stored.status, StatusCode::SEE_OTHER, "{}", stored.tekst);
    let page = leder.fetch(&path).await.tekst;
    assert!(page.contains("name=\"trin-149-fra\" value=\"2026-02-16\""));
    assert!(page.contains(">Kontor\n  kun tre timer\nTelefon</textarea>"));
    let plan = || async { sted.app.forloeb(sted.forloeb).await.unwrap().unwrap().plan().unwrap().what.plan.trin.len() };
    assert_eq!(plan().await, 150);
    let for_many = leder.send(&path, &format!("koordinator=10002{}", trin(201))).await;
    assert_eq!(for_many.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(for_many.tekst.contains("Trin: må højst have 200 punkter."), "{}", for_many.tekst);
    assert!(for_many.tekst.contains("name=\"trin-200-fra\" value=\"2026-02-16\""), "all of it is still there");
    assert_eq!(plan().await, 150);
}

#[tokio::test]
async fn a_plan_gets_versions_and_errors_stand_at_their_trin() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let path = format!("/forloeb/{}/plan", sted.forloeb);
    let body = "koordinator=10002&trin-0-fra=&trin-2-fra=2026-02-16&trin-2-timer=12,5&trin-2-dage=man&trin-2-dage=ons\
                &trin-2-ind=Kontor%0ATelefon&besked=Tilbage+p%C3%A5+nedsat+tid\
                &sundhedsvaesen=ikke_noedvendigt&evaluering=2.3.2026&evaluering=&stoette=delvis_raskmelding&tiltag-viden=Kursus";
    let wrong = leder.send(&path, &body.replace("12,5", "mange")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.tekst.contains("Trin 1, Timer om ugen: skal være et tal."), "{}", wrong.tekst);
    assert!(wrong.tekst.contains("name=\"trin-0-timer\" value=\"mange\"") && wrong.tekst.contains("Kontor\nTelefon"));
    let stored = leder.send_shown(&path, body).await;
    assert_eq!(stored.sted(), format!("{path}?ok=plan"));
    let new = leder.fetch(&path).await;
    assert!(new.tekst.contains("12,5 timer om ugen") && new.tekst.contains("Kontor; Telefon"));
    assert!(new.tekst.contains("name=\"trin-0-dage\" value=\"man\"") && !new.tekst.contains("id=\"trin-1\""));
    leder.send_shown(&path, &body.replace("12,5", "20")).await;
    assert!(leder.fetch(&format!("{path}/1")).await.tekst.contains("12,5 timer om ugen"));
    let evaluer = leder.send(&format!("{path}/evaluering"), "dato=2026-02-06&konklusion=Det+g%C3%A5r+godt").await;
    assert_eq!(evaluer.sted(), format!("{path}?ok=evaluering"));
    let mig = sted.acting_as(Rolle::Medarbejder).await.fetch("/mig").await.tekst;
    assert!(mig.contains("20 timer om ugen") && mig.contains("Tilbage på nedsat tid"));
    let revisor = sted.acting_as(Rolle::Revisor).await.fetch(&path).await.tekst;
    assert!(revisor.contains("20 timer om ugen") && !revisor.contains("Kontor") && !revisor.contains("nedsat tid"));
    let koordinator = sted.acting_as(Rolle::Koordinator).await;
    assert_eq!(koordinator.fetch(&path).await.status, StatusCode::OK);
    let page = koordinator.fetch(&format!("/forloeb/{}", sted.forloeb)).await.tekst;
    assert!(!page.contains("id=\"refusion\"") && page.contains("Dækket"));
}

#[tokio::test]
async fn the_overblik_is_filtered_in_the_address() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let all = hr.fetch("/hr").await.tekst;
    assert!(all.contains("2 forløb, viser 1–2."), "{all}");
    assert_eq!(all.matches("aria-sort=").count(), 1);
    let one = hr.fetch("/hr?enhed=E102&sort=-dag").await.tekst;
    assert!(
        one.contains("1 forløb, viser 1–1.") && one.contains("Ole Olsen") && one.contains("aria-sort=\"descending\"")
    );
    assert!(one.contains("Enhed: Botilbud E102") && one.contains("href=\"/hr?sort=-dag\""));
    let penge = hr.fetch("/hr?vis=penge").await.tekst;
    assert!(penge.contains("Bo Berg"), "{penge}");
    assert!(hr.fetch("/hr?enhed=%22%3E%3Cscript%3E").await.tekst.contains("Ingen forløb passer"));
    let statistics = hr.fetch("/hr/statistik").await.tekst;
    assert!(statistics.contains("vises ikke") && !statistics.contains("Botilbud E101"), "three people are too few");
}

#[tokio::test]
async fn the_clock_is_moved_from_the_bar() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let answer = hr.send("/demo/ur", "dage=1&tilbage=/hr?enhed=E101").await;
    assert_eq!(answer.sted(), "/hr?enhed=E101");
    let away = hr.send("/demo/ur", "dage=7&tilbage=//ondt.example").await;
    assert_eq!(away.sted(), "/");
}

/// Whoever moves the clock may go away: it goes on, and what falls due is sent and recorded. Meanwhile the pages say that
/// it is on its way, and a second press asks nothing more of it.
#[tokio::test]
async fn the_clock_goes_on_when_the_reader_is_gone() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let button = "action=\"/demo/ur\"";
    // On the one thread of this test nothing else runs while a future is polled: the clock is on its way at the second.
    let once = async |request: Pin<&mut dyn Future<Output = Answer>>| {
        let mut request = request;
        poll_fn(|cx| Poll::Ready(request.as_mut().poll(cx))).await
    };
    assert!(once(pin!(hr.send("/demo/ur", "dage=7&tilbage=/"))).await.is_pending(), "the reader goes away");
    let Poll::Ready(other_press) = once(pin!(hr.send("/demo/ur", "dage=7&tilbage=/"))).await else {
        panic!("it waits")
    };
    assert_eq!(other_press.sted(), "/");
    // A page without anybody on it waits for nothing.
    let Poll::Ready(page) = once(pin!(hr.fetch("/forloeb/ny"))).await else { panic!("the page waits for the clock") };
    assert!(page.tekst.contains("Uret er på vej frem.") && !page.tekst.contains(button), "{}", page.tekst);
    for _ in 0..6000 {
        if hr.fetch("/").await.tekst.contains(button) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(sted.app.clock.today().to_string(), "2026-02-13", "a week, and once");
    assert!(hr.fetch("/").await.tekst.contains(button));
}

#[tokio::test]
async fn frequent_fravaer_is_shown_to_leder_and_hr_with_the_days_counted() {
    let sted = Arbejdsplads::open().await;
    let path = format!("/forloeb/{}", sted.forloeb);
    let leder = sted.acting_as(Rolle::Leder).await.fetch(&path).await.tekst;
    // Sick from 5 January, 33 days by 6 February; the limit is 15 in twelve months.
    assert!(
        leder.contains("33 fraværsdage i perioder, der begyndte fra 7.2.2025 til 6.2.2026; grænsen er 15"),
        "{leder}"
    );
    assert!(leder.contains("5.1.2026–6.2.2026 (33 dage)"));
    let tr = sted.acting_as(Rolle::Kontaktperson).await.fetch(&path).await.tekst;
    assert!(!tr.contains("Hyppigt fravær") && !tr.contains("33 fraværsdage"));
}
