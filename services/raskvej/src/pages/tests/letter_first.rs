//! The letter of an invitation is read before it leaves, and it leaves as it was read.

use ::forloeb::words::Rolle;
use app::workplace::standing_still;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, shown_fields};

/// Tuesday 10 February 2026 at ten.
const TYPED: &str = "tidspunkt=2026-02-10T10:00&sted=Lederens+kontor&art=indkaldt&formaal=Dine+vagter\
                     &deltagere=Tillidsrepr%C3%A6sentanten&deltager_nr=10011";

const LETTER: [&str; 4] = [
    "Kære Åse Ærlig",
    "Du indkaldes til en samtale 10. februar 2026 kl. 10.00. Stedet er Lederens kontor.",
    "Vi vil især tale om: Dine vagter.",
    "Foruden dig og mig deltager Tillidsrepræsentanten, Bo Berg.",
];

fn path(sted: &Arbejdsplads) -> String {
    format!("/forloeb/{}/samtale-indkaldelse", sted.forloeb)
}

async fn is_invited(sted: &Arbejdsplads) -> bool {
    sted.app.forloeb(sted.forloeb).await.unwrap().unwrap().indkaldt.is_some()
}

#[tokio::test]
async fn the_letter_and_who_gets_a_mail_are_read_before_anything_leaves() {
    let sted = Arbejdsplads::open().await;
    let (leder, path) = (sted.acting_as(Rolle::Leder).await, path(&sted));
    let shown = leder.send(&path, TYPED).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.tekst);
    for said in LETTER.into_iter().chain([
        "Brevet til Åse Ærlig",
        "Intet er sendt endnu.",
        "Sender du nu, går mailen af sted nu, og brevet gemmes",
        "<li>Lederen, medarbejderen og Bo Berg får samtalen tirsdag den 10. februar 2026 i kalenderen med en mail, der sendes \
         nu.</li>",
    ]) {
        assert!(shown.tekst.contains(said), "{said}: {}", shown.tekst);
    }
    assert!(!shown.tekst.contains("gælder så ikke længere") && !is_invited(&sted).await, "{}", shown.tekst);
    let sent = leder.send(&path, &format!("{}&goer=gem", shown_fields(&shown.tekst))).await;
    let done = format!("/forloeb/{}?ok=samtale-indkaldelse", sted.forloeb);
    assert_eq!(sent.sted(), done, "{}", sent.tekst);
    let letters = leder.fetch(&format!("/forloeb/{}/indkaldelse", sted.forloeb)).await.tekst;
    for said in LETTER {
        assert!(letters.contains(said), "it left as it was read: {said}: {letters}");
    }
    // Twice is once, and another one takes its place.
    assert_eq!(leder.send(&path, &format!("{}&goer=gem", shown_fields(&shown.tekst))).await.sted(), done);
    let another = leder.send(&path, &TYPED.replace("T10:00", "T11:00")).await.tekst;
    assert!(another.contains("Den indkaldelse, der er sendt før, gælder så ikke længere."), "{another}");
}

/// Mail leaves on working days from 7 to 17. On Friday 6 February 2026 at 20 the next that can is on Monday the 9th at 7, and on
/// Monday at 6.30 it is on the same day. A talk on Monday at 6.45 has begun before that.
#[tokio::test]
async fn when_the_mail_leaves_is_said_as_it_will_be() {
    for (now, day) in [("2026-02-06T19:00:00Z", "mandag"), ("2026-02-09T05:30:00Z", "mandag")] {
        let sted = Arbejdsplads::on(standing_still(now), true).await;
        let leder = sted.acting_as(Rolle::Leder).await;
        let page = leder.send(&path(&sted), TYPED).await.tekst;
        for said in [
            format!("Sender du nu, går mailen af sted {day} den 9. februar 2026 kl. 7.00, og brevet gemmes"),
            format!("i kalenderen med en mail, der sendes {day} den 9. februar 2026 kl. 7.00.</li>"),
        ] {
            assert!(page.contains(&said), "{said}: {page}");
        }
        assert!(!page.contains("med det samme"), "{page}");
        let early = leder.send(&path(&sted), &TYPED.replace("2026-02-10T10:00", "2026-02-09T06:45")).await.tekst;
        for said in [
            "kan ingen mail nå frem før samtalen, så giv selv besked.",
            "<li>Lederen, medarbejderen og Bo Berg får ingen mail, for den kan ikke nå frem før samtalen: giv selv besked.</li>",
        ] {
            assert!(early.contains(said), "{said}: {early}");
        }
    }
}

/// At 7 on Monday mail leaves, and at 17 on Friday it does not any more.
#[tokio::test]
async fn the_hours_begin_and_end_on_the_hour() {
    for (now, leaves) in [
        ("2026-02-09T06:00:00Z", "nu"),
        ("2026-02-06T15:59:59Z", "nu"),
        ("2026-02-06T16:00:00Z", "mandag den 9. februar 2026 kl. 7.00"),
        ("2026-02-07T09:00:00Z", "mandag den 9. februar 2026 kl. 7.00"),
    ] {
        let sted = Arbejdsplads::on(standing_still(now), true).await;
        let page = sted.acting_as(Rolle::Leder).await.send(&path(&sted), TYPED).await.tekst;
        assert!(page.contains(&format!("Sender du nu, går mailen af sted {leaves}, og brevet")), "{now}: {page}");
    }
}

#[tokio::test]
async fn what_was_not_read_does_not_leave_and_back_in_the_form_everything_is_there() {
    let sted = Arbejdsplads::open().await;
    let (leder, path) = (sted.acting_as(Rolle::Leder).await, path(&sted));
    let at_once = leder.send(&path, &format!("{TYPED}&goer=gem")).await;
    assert!(
        at_once.status == StatusCode::OK && at_once.tekst.contains("Send indkaldelsen</button>"),
        "{}",
        at_once.tekst
    );
    let fields = shown_fields(&at_once.tekst);
    let other = leder.send(&path, &format!("{}&goer=gem", fields.replace("Lederens", "HR"))).await;
    assert!(other.status == StatusCode::OK && other.tekst.contains("Stedet er HR kontor."), "{}", other.tekst);
    let back = leder.send(&path, &format!("{fields}&goer=ret")).await;
    assert_eq!(back.status, StatusCode::OK);
    let (_, form) = back.tekst.split_once("id=\"f-samtale-indkaldelse\"").unwrap();
    let form = form.split_once("</form>").unwrap().0;
    for kept in [
        "value=\"2026-02-10T10:00\"",
        "name=\"sted\" value=\"Lederens kontor\"",
        "value=\"indkaldt\" checked",
        ">Dine vagter</textarea>",
        ">Tillidsrepræsentanten</textarea>",
        "<option value=\"10011\" selected>",
    ] {
        assert!(form.contains(kept), "{kept}: {form}");
    }
    // What is wrong is said on the page of the forløb, as of any form; what should not stand in a letter before it leaves.
    let wrong = leder.send(&path, &TYPED.replace("Lederens+kontor", "")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.tekst.contains("href=\"#f-samtale-indkaldelse-sted\""), "{}", wrong.tekst);
    let remark = leder.send(&path, &TYPED.replace("Dine+vagter", "Stress")).await.tekst;
    assert!(remark.contains("Teksten ser ud til at nævne en sygdom"), "{remark}");
    assert!(!is_invited(&sted).await);
}

#[tokio::test]
async fn nobody_comes_to_the_form_by_the_way_back_who_may_not() {
    let sted = Arbejdsplads::open().await;
    for (rolle, expected) in [
        (Rolle::Medarbejder, StatusCode::FORBIDDEN),
        (Rolle::Kontaktperson, StatusCode::FORBIDDEN),
        (Rolle::Koordinator, StatusCode::NOT_FOUND),
    ] {
        let visit = sted.acting_as(rolle).await;
        for pressed in ["", "&goer=ret", "&goer=gem"] {
            let answer = visit.send(&path(&sted), &format!("{TYPED}{pressed}")).await;
            assert_eq!(answer.status, expected, "{rolle}{pressed}: {}", answer.tekst);
        }
    }
    assert!(!is_invited(&sted).await);
}
