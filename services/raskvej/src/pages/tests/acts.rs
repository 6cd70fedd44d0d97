//! The page of a forløb from what there is to do: what comes first, what it is called, and where one comes to afterwards.

use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, LEDER};

const KONTAKT: &str = "dato=16.1.2026&form=telefon&kontaktperson_rolle=leder&taget_af=arbejdsplads";

/// Away since Friday 9 January: four weeks are Friday 6 February, which is today, and the target was the day before.
#[tokio::test]
async fn what_can_still_be_done_in_time_is_not_overdue() {
    let sted = Arbejdsplads::open().await;
    sted.ansaet("40001", "Ny Nielsen", LEDER, "E101").await;
    let id = sted.away("40001", "2026-01-09").await;
    let leder = sted.acting_as(Rolle::Leder).await;
    for path in [format!("/forloeb/{id}?vis=samtale"), "/?goer=samtale".to_owned()] {
        let page = leder.fetch(&path).await.tekst;
        assert!(
            page.contains("Hold sygefraværssamtalen nu; sidste dag er fredag den 6. februar 2026"),
            "{path} {page}"
        );
        assert!(page.contains("b-forfalder\">Sidste dag i dag</span>"), "{path}");
    }
    // Of 10010, away since 5 January, the last day was Monday 2 February.
    let page = leder.fetch(&format!("/forloeb/{}?vis=samtale", sted.forloeb)).await.tekst;
    assert!(page.contains("Hold sygefraværssamtalen nu; målet var fredag den 30. januar 2026"), "{page}");
    assert!(page.contains("b-overskredet\">Overskredet</span>"));
}

/// Day 33 of the absence since 5 January lies between four weeks (2 February) and five (9 February).
#[tokio::test]
async fn today_has_its_place_on_the_line() {
    let sted = Arbejdsplads::open().await;
    let page = sted.acting_as(Rolle::Leder).await.fetch(&format!("/forloeb/{}", sted.forloeb)).await.tekst;
    let (_, line) = page.split_once("<ol class=\"tidslinje\">").unwrap();
    let line = line.split_once("</ol>").unwrap().0;
    let said: Vec<&str> = line.split("<strong>").skip(1).map(|rest| rest.split("</p>").next().unwrap()).collect();
    let is = |when: &str, dag: &str| format!("{when}</strong> <span class=\"meta\">{dag}</span>");
    let expected = [
        is("14 dage", "18.1.2026"),
        is("4 uger", "2.2.2026"),
        is("I dag", "dag 33"),
        is("5 uger", "9.2.2026"),
        is("8 uger", "1.3.2026"),
    ];
    assert_eq!(said, expected);
    assert_eq!(line.matches("aria-current=\"date\"").count(), 1);
}

#[tokio::test]
async fn a_mail_leads_to_its_act_and_says_when_it_is_done() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let path = format!("/forloeb/{}", sted.forloeb);
    let first =
        |page: &str| page.split_once("class=\"goer-form\" id=\"").unwrap().1.split('"').next().unwrap().to_owned();
    for (asked, form) in [
        ("", "f-foerste-kontakt"),
        ("?frist=samtale", "f-samtale"),
        ("?frist=fast-track", "f-fast-track"),
        ("?frist=engang", "f-foerste-kontakt"),
        ("?vis=raskmelding", "f-raskmelding"),
        ("?vis=findes-ikke", "f-foerste-kontakt"),
    ] {
        let page = leder.fetch(&format!("{path}{asked}")).await.tekst;
        assert_eq!(first(&page), form, "{asked}");
        assert_eq!(page.matches(&format!("id=\"{form}\"")).count(), 1, "it stands nowhere else");
        let talks = ["f-foerste-kontakt", "f-samtale"].contains(&form);
        assert_eq!(page.contains("Det må du spørge om, og det må du ikke"), talks, "{form}");
    }
    assert_eq!(leder.send(&format!("{path}/foerste-kontakt"), KONTAKT).await.status, StatusCode::SEE_OTHER);
    let page = leder.fetch(&format!("{path}?frist=foerste-kontakt")).await.tekst;
    assert!(page.contains("Det, mailen handlede om, er ikke længere en opgave. Første kontakt: Opfyldt."), "{page}");
    assert_eq!(first(&page), "f-samtale", "what is next");
}

#[tokio::test]
async fn who_opened_a_form_from_a_list_comes_back_to_it() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let (id, path) = (sted.forloeb, format!("/forloeb/{}", sted.forloeb));
    assert!(
        !leder.fetch(&format!("{path}?vis=samtale")).await.tekst.contains("name=\"kom_fra\""),
        "no list was shown yet"
    );
    leder.fetch("/?goer=samtale").await;
    assert!(leder.fetch(&format!("{path}?vis=samtale")).await.tekst.contains("name=\"kom_fra\" value=\"liste\""));
    assert!(!leder.fetch(&format!("{path}?frist=samtale")).await.tekst.contains("name=\"kom_fra\""), "from a mail");
    // What is wrong is shown with the page, and the way back is kept.
    let refused = leder.send(&format!("{path}/samtale"), "kom_fra=liste&dato=2026-02-07&udfald=holdt").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.tekst.contains("name=\"kom_fra\" value=\"liste\""));
    let sent = leder.send(&format!("{path}/samtale"), "kom_fra=liste&dato=2026-02-05&udfald=holdt").await;
    assert_eq!(sent.sted(), format!("/?goer=samtale&ok=samtale&sag={id}#r-{id}"));
    let list = leder.fetch(&format!("/?goer=samtale&ok=samtale&sag={id}")).await.tekst;
    assert!(list.contains(&format!("Samtalen er registreret. <a href=\"/forloeb/{id}\">Åse Ærlig")), "{list}");
    // What comes of it is one press away: the minutes.
    let (_, way) = list.split_once("Åse Ærlig &#60;b&#62;</a>. <a href=\"").unwrap_or_else(|| panic!("{list}"));
    let (address, said) = way.split_once("\">").unwrap();
    assert!(said.starts_with("Skriv referat af mødet</a>"), "{said}");
    let (asked, form) = address.split_once('#').unwrap();
    let open = leder.fetch(asked).await.tekst;
    assert!(open.contains(&format!("class=\"goer-form\" id=\"{form}\"")), "{form}: {open}");
    let til = form.strip_prefix("f-referat-").unwrap();
    let written = leder.send(&format!("{path}/referat"), &format!("til={til}&tekst=Korte+dage")).await;
    assert_eq!(written.status, StatusCode::SEE_OTHER, "{}", written.tekst);
    let list = leder.fetch(&format!("/?goer=samtale&ok=samtale&sag={id}")).await.tekst;
    assert!(!list.contains("Skriv referat af mødet"), "it is written: {list}");
    let strange = leder.fetch("/?ok=samtale&sag=00000000-0000-0000-0000-000000000001").await.tekst;
    assert!(strange.contains("Samtalen er registreret.</p>"), "of whom one may not see, or nobody, it says no name");
}
