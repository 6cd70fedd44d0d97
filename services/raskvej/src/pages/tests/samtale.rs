//! The talk on the pages: the employee answers in two presses, the leader says yes in one, and everybody reads what was agreed.

use ::forloeb::words::Rolle;
use axum::http::StatusCode;
use serde_json::json;

use super::arbejdsplads::{Arbejdsplads, LEDER, Visit};
use crate::access::User;
use crate::commands::{Call, Refusal, fast_track};

/// The value of a hidden field of the form that is sent to this address.
fn hidden<'a>(page: &'a str, form: &str, name: &str) -> &'a str {
    let (_, form) = page.split_once(&format!("id=\"f-{form}\"")).unwrap_or_else(|| panic!("no form {form}: {page}"));
    let after =
        form.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("no {name} in {form}"));
    after.split('"').next().unwrap()
}

/// Tuesday 10 February at ten, in the leader's office.
async fn invite(sted: &Arbejdsplads, more: &str) {
    let leder = sted.acting_as(Rolle::Leder).await;
    let typed = format!("tidspunkt=2026-02-10T10:00&sted=Lederens+kontor&art=indkaldt{more}");
    let answer = leder.send_shown(&format!("/forloeb/{}/samtale-indkaldelse", sted.forloeb), &typed).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.tekst);
}

/// Presses the button of the form on the employee's page.
async fn press(sted: &Arbejdsplads, who: &Visit<'_>, form: &str, typed: &str) -> String {
    let page = who.fetch("/mig").await.tekst;
    let (svar, version) = (hidden(&page, form, "svar"), hidden(&page, form, "version"));
    let body = format!("svar={svar}&version={version}{typed}");
    let answer = who.send(&format!("/forloeb/{}/samtale-svar", sted.forloeb), &body).await;
    assert_eq!((answer.status, answer.sted()), (StatusCode::SEE_OTHER, "/mig?ok=samtale-svar"), "{}", answer.tekst);
    who.fetch("/mig?ok=samtale-svar").await.tekst
}

#[tokio::test]
async fn the_employee_says_that_they_come_with_one_button_on_their_page() {
    let sted = Arbejdsplads::open().await;
    invite(&sted, "").await;
    let own = sted.acting_as(Rolle::Medarbejder).await;
    let page = own.fetch("/mig").await.tekst;
    let (top, rest) = page.split_once("id=\"planlagt\"").unwrap();
    assert!(top.contains("Du er indkaldt til en samtale 10. februar 2026 kl. 10.00"), "{top}");
    for button in ["Jeg kommer</button>", "Send forslaget</button>", "Send, at du ikke kan komme</button>"] {
        assert!(top.contains(button) && !rest.contains(button), "{button}");
    }
    let page = press(&sted, &own, "samtale-svar-kommer", "").await;
    assert!(page.contains("Dit svar er gemt, og din leder kan se det."), "{page}");
    assert!(
        page.contains("Du har svaret, at du kommer.</strong> <span class=\"meta\">6. februar 2026 kl. 10.00"),
        "{page}"
    );
    let page = press(&sted, &own, "samtale-svar-kommer-ikke", "&bemaerkning=Ring+hellere").await;
    assert!(
        page.contains("Du har svaret, at du ikke kan komme.") && page.contains("Ring hellere"),
        "it may be changed"
    );
    let leder = sted.acting_as(Rolle::Leder).await;
    let page = leder.fetch(&format!("/forloeb/{}", sted.forloeb)).await.tekst;
    let (first, _) = page.split_once("class=\"goer").unwrap();
    for said in [
        "Medarbejderen kan ikke komme.",
        "Samtalen holdes så vidt muligt i telefonen",
        "Ring hellere",
        "Aftal en samtale i telefonen",
    ] {
        assert!(first.contains(said), "{said}: {first}");
    }
    let list = leder.fetch("/").await.tekst;
    assert!(list.contains("Medarbejderen kan ikke komme til samtalen: aftal en i telefonen"), "{list}");
    assert!(!list.contains("Ring hellere"), "a list has no words of hers");
}

/// What § 7 a wants to know of the talk is asked with what is meant, and what may not be asked: in the words of the card that
/// stands below the form.
#[tokio::test]
async fn every_field_of_the_talk_says_what_is_meant_and_what_may_not_be_asked() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let page = leder.fetch(&format!("/forloeb/{}?vis=samtale", sted.forloeb)).await.tekst;
    let (_, rest) = page.split_once("class=\"goer-form\" id=\"f-samtale\"").expect("the form is open");
    let (form, card) = rest.split_once("</form>").unwrap();
    for (field, help) in [
        ("dato", "Dagen, samtalen var eller var aftalt."),
        ("udfald", "Spørg ikke, hvad medarbejderen fejler."),
        (
            "forventet_varighed",
            "Spørg ikke om risikoen for at blive syg, nu eller senere (helbredsoplysningsloven § 2, stk. 4).",
        ),
        ("delvis_mulig", "Spørg ikke om behandling, medicin og læge (helbredsoplysningsloven § 2)."),
    ] {
        let (_, rest) =
            form.split_once(&format!("id=\"f-samtale-{field}-hjaelp\">")).unwrap_or_else(|| panic!("{field}: {form}"));
        assert!(rest.split_once("</p>").unwrap().0.ends_with(help), "{field}: {rest}");
        assert!(form.contains(&format!("aria-describedby=\"f-samtale-{field}-hjaelp\"")), "{field} is described by it");
    }
    assert!(
        card.contains("Risikoen for at blive syg, nu eller senere") && card.contains("Kilderne er sidst læst"),
        "{card}"
    );
}

/// The talk is recorded: the page that comes leads straight to its minutes, and once these are written nowhere any more.
#[tokio::test]
async fn a_talk_that_was_held_leads_to_its_minutes() {
    let sted = Arbejdsplads::open().await;
    let (leder, path) = (sted.acting_as(Rolle::Leder).await, format!("/forloeb/{}", sted.forloeb));
    let before = leder.fetch(&format!("{path}?ok=samtale")).await.tekst;
    assert!(!before.contains("Skriv referat af mødet"), "nothing was held: {before}");
    let answer = leder.send(&format!("{path}/samtale"), "dato=2026-02-05&udfald=holdt").await;
    assert_eq!(answer.sted(), format!("{path}?ok=samtale"), "{}", answer.tekst);
    let page = leder.fetch(answer.sted()).await.tekst;
    let (_, link) = page.split_once("Samtalen er registreret. <a href=\"").expect("the way to the minutes");
    let (address, rest) = link.split_once('"').unwrap();
    assert!(rest.starts_with(">Skriv referat af mødet</a>"), "{rest}");
    let (asked, form) = address.split_once('#').unwrap();
    let page = leder.fetch(asked).await.tekst;
    assert!(page.contains(&format!("class=\"goer-form\" id=\"{form}\"")), "{form} is open: {page}");
    let til = form.strip_prefix("f-referat-").unwrap();
    let answer = leder.send(&format!("{path}/referat"), &format!("til={til}&tekst=Tre+korte+dage")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.tekst);
    let page = leder.fetch(&format!("{path}?ok=samtale")).await.tekst;
    assert!(!page.contains("Skriv referat af mødet"), "it is written");
}

#[tokio::test]
async fn the_leader_says_yes_to_another_time_with_one_click() {
    let sted = Arbejdsplads::open().await;
    invite(&sted, "&deltagere=Tillidsrepr%C3%A6sentanten&formaal=Dine+vagter").await;
    let own = sted.acting_as(Rolle::Medarbejder).await;
    let typed = "&forslag=2026-02-11T13:30&sted=Biblioteket&deltagere=Min+s%C3%B8ster";
    let page = press(&sted, &own, "samtale-svar-anden-tid", typed).await;
    assert!(page.contains("11. februar 2026 kl. 13.30") && page.contains("Til din leder har svaret"), "{page}");
    let leder = sted.acting_as(Rolle::Leder).await;
    let list = leder.fetch("/").await.tekst;
    assert!(list.contains("Svar medarbejderen, som foreslår en anden tid til samtalen"), "{list}");
    let path = format!("/forloeb/{}", sted.forloeb);
    let page = leder.fetch(&path).await.tekst;
    assert!(page.contains("Forslaget er: 11. februar 2026 kl. 13.30, sted: Biblioteket."), "{page}");
    let svar = hidden(&page, "samtale-anden-tid", "svar").to_owned();
    let answer = leder.send(&format!("{path}/samtale-anden-tid"), &format!("svar={svar}")).await;
    assert_eq!(
        (answer.status, answer.sted()),
        (StatusCode::SEE_OTHER, format!("{path}?ok=samtale-anden-tid").as_str())
    );
    let page = own.fetch("/mig").await.tekst;
    assert!(
        page.contains("til en samtale 11. februar 2026 kl. 13.30") && page.contains("Din leder har sagt ja"),
        "{page}"
    );
    assert!(page.contains("Sted: Biblioteket") && page.contains("Min søster"), "{page}");
    let f = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap();
    assert_eq!(f.indkaldt.as_ref().unwrap().what.imoedekommer, Some(svar.parse().unwrap()));
    // The letters, as they were sent: the newest first, and the first as it was.
    let letters = own.fetch(&format!("{path}/indkaldelse")).await.tekst;
    let (newest, first) = letters.split_once("Gælder ikke længere").unwrap();
    assert!(newest.contains("11. februar 2026 kl. 13.30. Stedet er Biblioteket."), "{letters}");
    assert!(
        first.contains("Du indkaldes til en samtale 10. februar 2026 kl. 10.00. Stedet er Lederens kontor."),
        "{letters}"
    );
    assert!(first.contains("Vi vil især tale om: Dine vagter.") && first.contains("Kære Åse Ærlig"), "{letters}");
    // One of them alone, so that a printer prints no other.
    let alone = letters.split("href=\"?brev=").nth(2).unwrap().split('"').next().unwrap();
    let alone = own.fetch(&format!("{path}/indkaldelse?brev={alone}")).await.tekst;
    assert!(alone.contains("Stedet er Lederens kontor.") && !alone.contains("Stedet er Biblioteket."), "{alone}");
    assert!(alone.contains(&format!("href=\"{path}/indkaldelse\">Alle brevene</a>")), "{alone}");
    let auditor = sted.acting_as(Rolle::Revisor).await.fetch(&format!("{path}/indkaldelse")).await.tekst;
    assert!(auditor.contains("Teksten vises ikke for din rolle.") && !auditor.contains("Biblioteket"), "{auditor}");
}

#[tokio::test]
async fn an_answer_that_says_nothing_is_shown_again_with_what_is_missing() {
    let sted = Arbejdsplads::open().await;
    invite(&sted, "").await;
    let own = sted.acting_as(Rolle::Medarbejder).await;
    let path = format!("/forloeb/{}/samtale-svar", sted.forloeb);
    let answer = own.send(&path, "svar=anden_tid&bemaerkning=Helst+om+eftermiddagen").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.tekst.contains("Hvornår passer det bedre? Svaret skal være det tidspunkt, der passer bedre"),
        "{}",
        answer.tekst
    );
    assert!(answer.tekst.contains("Helst om eftermiddagen"), "nothing is lost");
}

/// Minutes with a task for the leader and one for the employee: both see them at once, and each has their own to settle.
#[tokio::test]
async fn minutes_are_on_the_employees_page_at_once_and_what_was_agreed_is_settled() {
    let sted = Arbejdsplads::open().await;
    let (leder, own) = (sted.acting_as(Rolle::Leder).await, sted.acting_as(Rolle::Medarbejder).await);
    let path = format!("/forloeb/{}", sted.forloeb);
    let held = leder.send(&format!("{path}/samtale"), "dato=29.1.2026&udfald=holdt").await;
    assert_eq!(held.status, StatusCode::SEE_OTHER, "{}", held.tekst);
    let f = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap();
    let til = f.moeder()[0].position;
    let typed = format!(
        "til={til}&tekst=Vi+begynder+med+korte+dage&aftaler.01.tekst=Ny+vagtplan&aftaler.01.senest=10.2.2026&\
         aftaler.01.hvem=leder&aftaler.02.tekst=Ring+p%C3%A5+fredag&aftaler.02.senest=13.2.2026&aftaler.02.hvem=medarbejder&\
         aftaler.03.tekst="
    );
    let wrong = typed.replace("aftaler.02.senest=13.2.2026&", "aftaler.02.senest=&");
    let refused = leder.send(&format!("{path}/referat"), &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.tekst.contains(&format!("href=\"#f-referat-{til}-aftaler.02.senest\"")), "{}", refused.tekst);
    let answer = leder.send(&format!("{path}/referat"), &typed).await;
    assert_eq!(
        (answer.status, answer.sted()),
        (StatusCode::SEE_OTHER, format!("{path}?ok=referat").as_str()),
        "{}",
        answer.tekst
    );
    for page in [own.fetch("/mig").await.tekst, leder.fetch(&path).await.tekst] {
        for said in [
            "Vi begynder med korte dage",
            "Ny vagtplan",
            "Ring på fredag",
            "Referat: Sygefraværssamtalen torsdag den 29. januar 2026",
        ] {
            assert!(page.contains(said), "{said}: {page}");
        }
    }
    let list = leder.fetch("/").await.tekst;
    assert!(list.contains("Gør det, der er aftalt, senest tirsdag den 10. februar 2026"), "{list}");
    assert!(!list.contains("Ny vagtplan"), "a list has no words of an agreement");
    let page = own.fetch("/mig").await.tekst;
    assert!(
        page.contains("id=\"f-aftale-2\"") && !page.contains("id=\"f-aftale-1\""),
        "the employee settles their own"
    );
    let not_theirs = own.send(&format!("{path}/aftale"), "nr=1&udfald=gjort&dato=6.2.2026").await;
    assert_ne!(not_theirs.status, StatusCode::SEE_OTHER);
    let done = own.send(&format!("{path}/aftale"), "nr=2&udfald=gjort&dato=6.2.2026").await;
    assert_eq!((done.status, done.sted()), (StatusCode::SEE_OTHER, "/mig?ok=aftale"), "{}", done.tekst);
    let page = leder.fetch(&path).await.tekst;
    assert!(page.contains("Aftale 2 blev gjort fredag den 6. februar 2026."), "{page}");
    // Written again: it says why, and the old one can still be read.
    let again = format!(
        "til={til}&tekst=Vi+begynder+mandag&aftaler.01.tekst=Ny+vagtplan&aftaler.01.senest=12.2.2026&aftaler.01.hvem=leder&aftaler.01.nr=1"
    );
    let refused = leder.send(&format!("{path}/referat"), &again).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "why?");
    let answer = leder.send(&format!("{path}/referat"), &format!("{again}&begrundelse=Dagen+var+forkert")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.tekst);
    let page = own.fetch("/mig").await.tekst;
    assert!(page.contains("Skrevet om, fordi: Dagen var forkert") && page.contains("Tidligere udgaver"), "{page}");
    assert!(page.contains("Vi begynder med korte dage"), "{page}");
}

/// Agreed on Thursday 29 January: the leader by Tuesday 10 February, the employee by Friday the 13th. On the 6th the leader
/// agrees on Monday the 16th instead, and that HR does it.
#[tokio::test]
async fn what_was_agreed_gets_another_day_and_another_who_does_it_with_a_reason() {
    let sted = Arbejdsplads::open().await;
    let (leder, own) = (sted.acting_as(Rolle::Leder).await, sted.acting_as(Rolle::Medarbejder).await);
    let path = format!("/forloeb/{}", sted.forloeb);
    leder.send(&format!("{path}/samtale"), "dato=29.1.2026&udfald=holdt").await;
    let til = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap().moeder()[0].position;
    let typed = format!(
        "til={til}&tekst=Korte+dage&aftaler.01.tekst=Ny+vagtplan&aftaler.01.senest=10.2.2026&aftaler.01.hvem=leder&\
         aftaler.02.tekst=Ring&aftaler.02.senest=13.2.2026&aftaler.02.hvem=medarbejder"
    );
    leder.send(&format!("{path}/referat"), &typed).await;
    let page = leder.fetch(&path).await.tekst;
    assert!(page.contains("id=\"f-aftale-aendring-1\"") && page.contains("id=\"f-aftale-aendring-2\""), "{page}");
    assert!(!own.fetch("/mig").await.tekst.contains("f-aftale-aendring"), "it is agreed with the leader");
    let send = async |typed: &str| leder.send(&format!("{path}/aftale-aendring"), typed).await;
    for (wrong, said) in [
        ("nr=1&senest=16.2.2026&hvem=hr&begrundelse=", "Hvorfor?"),
        ("nr=1&senest=5.2.2026&hvem=hr&begrundelse=Travlt", "skal være i dag eller senere"),
        ("nr=1&senest=10.2.2026&hvem=leder&begrundelse=Travlt", "skal være en anden dag"),
        ("nr=1&senest=16.2.2026&hvem=koordinator&begrundelse=Travlt", "koordinator"),
    ] {
        let refused = send(wrong).await;
        assert!(refused.status.is_client_error() && refused.tekst.contains(said), "{said}: {}", refused.tekst);
    }
    let answer = send("nr=1&senest=16.2.2026&hvem=hr&begrundelse=Vagtplanen+kommer+senere").await;
    assert_eq!(answer.sted(), format!("{path}?ok=aftale-aendring"), "{}", answer.tekst);
    let f = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap();
    let agreed: Vec<_> = f.aftaler().iter().map(|a| (a.nr, a.senest.to_string(), a.hvem.code())).collect();
    let other = |nr, senest: &str, hvem| (nr, senest.to_owned(), hvem);
    assert_eq!(agreed, [other(2, "2026-02-13", "medarbejder"), other(1, "2026-02-16", "hr")]);
    for page in [leder.fetch(&path).await.tekst, own.fetch("/mig").await.tekst] {
        for said in [
            "Det gør HR, senest ",
            "Aftale 1: senest mandag den 16. februar 2026 (før tirsdag den 10. februar 2026), det gør HR (før lederen).",
            "Vagtplanen kommer senere",
        ] {
            assert!(page.contains(said), "{said}: {page}");
        }
    }
    // What is settled has no day any more.
    let settled = own.send(&format!("{path}/aftale"), "nr=2&udfald=gjort&dato=6.2.2026").await;
    assert!(settled.status.is_redirection(), "{}", settled.tekst);
    let refused = send("nr=2&senest=16.2.2026&begrundelse=Travlt").await;
    assert!(refused.status.is_client_error(), "{} {}", refused.status, refused.tekst);
    assert!(!leder.fetch(&path).await.tekst.contains("id=\"f-aftale-aendring-2\""));
}

/// Asked for on Friday 6 February, so the kommune's talk is expected by the 20th.
#[tokio::test]
async fn the_employee_says_yes_to_fast_track_and_the_leader_sees_on_which_day() {
    let sted = Arbejdsplads::open().await;
    let (leder, own) = (sted.acting_as(Rolle::Leder).await, sted.acting_as(Rolle::Medarbejder).await);
    let (hr, kontakt) = (sted.acting_as(Rolle::Hr).await, sted.acting_as(Rolle::Kontaktperson).await);
    let (path, said) =
        (format!("/forloeb/{}", sted.forloeb), "Medarbejderen sagde ja til fast track fredag den 6. februar 2026.");
    let asked = "beslutning=anmodet&af=arbejdsgiver&dato=6.2.2026&begrundelse=";
    leder.send(&format!("{path}/fast-track"), asked).await;
    for visit in [&leder, &hr] {
        let page = visit.fetch(&path).await.tekst;
        let not_yet = "Medarbejderen har ikke svaret på fast track, som I bad om fredag den 6. februar 2026.";
        assert!(page.contains(not_yet) && !page.contains(said), "{page}");
    }
    let (sheet, requested) =
        (format!("{path}/anmeldelse-ark"), "Anmodet af arbejdsgiveren fredag den 6. februar 2026.");
    let ark = hr.fetch(&sheet).await.tekst;
    assert!(ark.contains(&format!("{requested} Medarbejderen har ikke svaret.")), "{ark}");
    let page = own.fetch("/mig").await.tekst;
    let (_, card) = page.split_once("aria-labelledby=\"fast-track\"").expect("what was asked for");
    let card = card.split_once("</section>").unwrap().0;
    for told in [
        "ventes senest fredag den 20. februar 2026",
        "Hvilke opgaver på arbejdet er påvirket?",
        "du har 2 bankdage",
        "Du må gerne sige nej",
        "Det er i orden</button>",
        "Nej tak</button>",
    ] {
        assert!(card.contains(told), "{told}: {card}");
    }
    assert!(!page.contains("Bed om fast track"), "it is asked for already: {page}");
    // Nobody says yes for the employee.
    let (given, caller) = (
        json!({ "beslutning": "anmodet", "af": "medarbejder", "dato": "2026-02-06" }),
        User::new(Rolle::Leder, Some(LEDER.to_owned())),
    );
    let call = Call { caller: &caller, forloeb: Some(sted.forloeb), given: &given, if_version: None, once: None };
    let refused = fast_track::ENTRY.run(&sted.app, call).await.err();
    assert!(matches!(refused, Some(Refusal::Decided(_))), "{refused:?}");
    let version = hidden(&page, "fast-track", "version");
    let yes = format!("beslutning=anmodet&af=medarbejder&dato=2026-02-06&version={version}");
    let answer = own.send(&format!("{path}/fast-track"), &yes).await;
    assert_eq!((answer.status, answer.sted()), (StatusCode::SEE_OTHER, "/mig?ok=fast-track"), "{}", answer.tekst);
    let f = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap();
    assert!(f.fast_track.len() == 1 && f.fast_track_yes().is_some(), "a yes, and no request of its own");
    let page = own.fetch("/mig").await.tekst;
    assert!(page.contains("Du har sagt, at det er i orden.") && !page.contains("Det er i orden</button>"), "{page}");
    assert!(page.contains("Nej tak</button>"), "a yes may become a no: {page}");
    for visit in [&leder, &hr] {
        let page = visit.fetch(&path).await.tekst;
        // At the top, among the facts, and in the history.
        assert!(page.matches(said).count() == 3 && !page.contains("har ikke svaret på fast track"), "{page}");
    }
    assert!(!kontakt.fetch(&path).await.tekst.contains(said), "who rings is not told");
    let ark = hr.fetch(&sheet).await.tekst;
    assert!(ark.contains(&format!("{requested} Medarbejderen sagde ja fredag den 6. februar 2026.")), "{ark}");
}

/// Away since 5 January, so 8 February is the last day for fast track.
#[tokio::test]
async fn over_eight_weeks_leads_to_fast_track_and_the_employee_may_say_no() {
    let sted = Arbejdsplads::open().await;
    let (leder, own) = (sted.acting_as(Rolle::Leder).await, sted.acting_as(Rolle::Medarbejder).await);
    let path = format!("/forloeb/{}", sted.forloeb);
    let typed = "dato=29.1.2026&udfald=holdt&forventet_varighed=over_8_uger";
    let answer = leder.send(&format!("{path}/samtale"), typed).await;
    assert_eq!(answer.sted(), format!("{path}?ok=samtale&vis=fast-track#f-fast-track"), "{}", answer.tekst);
    let page = leder.fetch(&format!("{path}?ok=samtale&vis=fast-track")).await.tekst;
    for said in [
        "Samtalen er registreret.",
        "Tre spørgsmål, kommunen stiller",
        "Hvilke opgaver på arbejdet er påvirket?",
        "Læg en plan for at vende tilbage",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let answer = leder
        .send(&format!("{path}/fast-track"), "beslutning=anmodet&af=arbejdsgiver&dato=6.2.2026&begrundelse=")
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.tekst);
    let page = own.fetch("/mig").await.tekst;
    assert!(page.contains("Din arbejdsplads har bedt kommunen om en tidlig opfølgning."), "{page}");
    let answer = own.send(&format!("{path}/fast-track"), "beslutning=fravalgt&af=medarbejder&dato=2026-02-06").await;
    assert_eq!((answer.status, answer.sted()), (StatusCode::SEE_OTHER, "/mig?ok=fast-track"), "{}", answer.tekst);
    let again = leder
        .send(&format!("{path}/fast-track"), "beslutning=anmodet&af=arbejdsgiver&dato=6.2.2026&begrundelse=")
        .await;
    assert_eq!(again.status, StatusCode::CONFLICT, "after a no the employer cannot ask");
    let ark = sted.acting_as(Rolle::Hr).await.fetch(&format!("{path}/anmeldelse-ark")).await.tekst;
    assert!(ark.contains("Medarbejderen sagde nej fredag den 6. februar 2026."), "{ark}");
    assert_eq!(sted.app.forloeb(sted.forloeb).await.unwrap().unwrap().fast_track.len(), 2);
}
