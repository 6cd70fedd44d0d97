//! What is put aside until a day, when somebody is expected back or nobody can say, and who has how many: on Friday 6 February
//! 2026 and after.

use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::Arbejdsplads;

const TALK: &str = "Hold sygefraværssamtalen";
const ANMELD: &str = "Anmeld fraværet";

/// The talk of the forløb from 5 January was to be held by 30 January, and the anmeldelse is due on Monday 9 February: put
/// aside until Thursday the 12th the talk waits, and the money does not. On the 13th it is back among what there is to do.
#[tokio::test]
async fn what_was_put_aside_waits_until_its_day_and_money_does_not() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let now = leder.fetch("/").await.tekst;
    assert!(now.contains(TALK) && now.contains(ANMELD), "{now}");
    let path = format!("/forloeb/{}/afventer", sted.forloeb);
    let put_aside = leder.send(&path, "grund=kommunen&til=2026-02-12").await;
    assert_eq!(put_aside.status, StatusCode::SEE_OTHER, "{}", put_aside.tekst);
    let now = leder.fetch("/").await.tekst;
    assert!(!now.contains(TALK) && now.contains(ANMELD), "{now}");
    let waiting = leder.fetch("/?vis=venter").await.tekst;
    assert!(
        waiting.contains("Venter på kommunen til og med torsdag den 12. februar 2026: hold sygefraværssamtalen"),
        "{waiting}"
    );
    let page = leder.fetch(&format!("/forloeb/{}", sted.forloeb)).await.tekst;
    assert!(page.contains("Venter på kommunen til og med torsdag den 12. februar 2026."), "{page}");
    assert!(page.contains("Det venter ikke mere"), "{page}");
    sted.a_week_later().await;
    let now = leder.fetch("/").await.tekst;
    assert!(now.contains(TALK), "{now}");
}

/// What waits no more is back at once.
#[tokio::test]
async fn what_waits_no_more_is_done_now() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let path = format!("/forloeb/{}/afventer", sted.forloeb);
    let wrong = leder.send(&path, "grund=kommunen&til=2026-05-12").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.tekst);
    assert!(wrong.tekst.contains("9. maj 2026"), "92 days on: {}", wrong.tekst);
    for (body, waits) in [("grund=lederen&til=2026-02-20", true), ("", false)] {
        let answer = leder.send(&path, body).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{body}: {}", answer.tekst);
        assert_eq!(leder.fetch("/").await.tekst.contains(TALK), !waits, "{body}");
    }
}

/// Nobody could name a day on Friday 6 February 2026: that is said in a sentence of its own, beside the form.
#[tokio::test]
async fn that_nobody_could_name_a_day_is_said_with_its_date() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let path = format!("/forloeb/{}", sted.forloeb);
    let said = leder.send(&format!("{path}/forventet-slut"), "dato=2026-02-06&forventet_sidste=").await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.tekst);
    let page = leder.fetch(&path).await.tekst;
    assert!(page.contains("Fredag den 6. februar 2026 kunne ingen sige det. Når dagen er gået"), "{page}");
}

/// Expected back after Sunday 8 February, and still away on Friday the 13th: the leader is to ask.
#[tokio::test]
async fn who_was_expected_back_is_asked_about() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let path = format!("/forloeb/{}/forventet-slut", sted.forloeb);
    let said = leder.send(&path, "dato=2026-02-06&forventet_sidste=2026-02-08").await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.tekst);
    assert!(!leder.fetch("/").await.tekst.contains("Hør, om medarbejderen er tilbage"));
    let page = leder.fetch(&format!("/forloeb/{}", sted.forloeb)).await.tekst;
    assert!(page.contains("søndag den 8. februar 2026 (sagt fredag den 6. februar 2026)"), "{page}");
    sted.a_week_later().await;
    let now = leder.fetch("/").await.tekst;
    assert!(now.contains("Hør, om medarbejderen er tilbage"), "{now}");
    let back = leder.send(&format!("/forloeb/{}/raskmelding", sted.forloeb), "sidste_fravaersdag=2026-02-09").await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.tekst);
    assert!(!leder.fetch("/").await.tekst.contains("Hør, om medarbejderen er tilbage"));
}

/// Nobody has said a day, and nobody has been in touch since Monday 5 January: from Monday 9 February the leader is asked, by the
/// rules by Friday the 13th, which is today. No page says that a day has passed, and a contact on the 12th is enough.
#[tokio::test]
async fn where_nobody_has_named_a_day_the_page_says_from_which_it_is_counted() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    assert!(!leder.fetch("/").await.tekst.contains("Hør, hvordan det går"));
    sted.a_week_later().await;
    let now = leder.fetch("/").await.tekst;
    assert!(now.contains("Hør, hvordan det går, nu; sidste dag er fredag den 13. februar 2026"), "{now}");
    let case = format!("/forloeb/{}", sted.forloeb);
    let page = leder.fetch(&case).await.tekst;
    for line in [
        "Ingen har nævnt en ventet sidste fraværsdag, og der er ikke registreret kontakt efter F.",
        "Der regnes fra D: F + 35 dage = mandag den 9. februar 2026.",
        "Måldag: D + 1 arbejdsdag = tirsdag den 10. februar 2026.",
    ] {
        assert!(page.contains(line), "{line}: {page}");
    }
    assert!(!page.contains("Hør, om medarbejderen er tilbage"), "{page}");
    let contact = "dato=2026-02-12&form=telefon&kontaktperson_rolle=leder&taget_af=arbejdsplads";
    let told = leder.send(&format!("{case}/foerste-kontakt"), contact).await;
    assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.tekst);
    assert!(!leder.fetch("/").await.tekst.contains("Hør, hvordan det går"));
    assert!(!leder.fetch(&case).await.tekst.contains("Hør, hvordan det går"));
}

/// Lone has three open ones, one more than the norm of two; of one nobody has said anything, and the one that ended on the 5th
/// is none.
#[tokio::test]
async fn hr_sees_who_has_how_many() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let none = hr.fetch("/hr/fordeling").await;
    assert!(none.tekst.contains("Ingen åbne forløb er tildelt nogen."), "{}", none.tekst);
    let third = sted.away("10003", "2026-02-02").await;
    sted.away("10002", "2026-02-03").await;
    let ids = [sted.forloeb, sted.foreign, third].map(|id| format!("id={id}")).join("&");
    let given = hr.send("/hr/tildeling", &format!("noegle=n1&{ids}&til=20001")).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.tekst);
    let page = hr.fetch("/hr/fordeling").await.tekst;
    let row = page.split("<tr>").find(|row| row.contains("Lone Lund")).unwrap_or_else(|| panic!("{page}"));
    for cell in ["data-navn=\"Åbne\">3<", "data-navn=\"Over normen\">1<", "data-navn=\"Venter på andre\">0<"] {
        assert!(row.contains(cell), "{cell}: {row}");
    }
    assert!(page.contains("1 er ikke tildelt nogen"), "{page}");
    assert!(row.contains("/hr?tildelt=20001#forloeb"), "{row}");
    let list = hr.fetch("/hr?tildelt=20001").await.tekst;
    assert!(list.contains("3 forløb"), "{list}");
}

/// What stands open in the log for ever is no place for a CPR number.
#[tokio::test]
async fn a_cpr_number_is_no_receipt() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let path = format!("/forloeb/{}/anmeldelse", sted.forloeb);
    let receipt = |nr: &str| format!("trin=kvitteret&dato=2026-02-06&underskrevet_dato=2026-02-05&kvittering={nr}");
    for nr in ["110383-1000", "1103831000"] {
        let refused = leder.send(&path, &receipt(nr)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.tekst);
        assert!(refused.tekst.contains("ligner et CPR-nummer"), "{}", refused.tekst);
    }
    assert_eq!(leder.send(&path, &receipt("NR-2026-1000")).await.status, StatusCode::SEE_OTHER);
}

/// Of the follow-up at eight weeks on Friday 20 February; Saturday the 21st is no day on which a mail leaves.
#[tokio::test]
async fn a_leader_orders_a_reminder_and_calls_it_off() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let (page, path) = (format!("/forloeb/{}", sted.forloeb), format!("/forloeb/{}/paamindelse", sted.forloeb));
    let saturday = leder.send(&path, "frist=otte_uger&dag=2026-02-21").await;
    assert_eq!(saturday.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", saturday.tekst);
    assert!(saturday.tekst.contains("skal være en arbejdsdag, fx 23. februar 2026"), "{}", saturday.tekst);
    let ordered = leder.send(&path, "frist=otte_uger&dag=2026-02-20").await;
    assert_eq!(ordered.status, StatusCode::SEE_OTHER, "{}", ordered.tekst);
    let shown = leder.fetch(&page).await.tekst;
    let said = "Lederen mindes om “Otteugersopfølgning” fredag den 20. februar 2026.";
    assert!(shown.contains(said) && shown.contains("Afbestil den"), "{shown}");
    let called_off = leder.send(&path, "frist=otte_uger").await;
    assert_eq!(called_off.status, StatusCode::SEE_OTHER, "{}", called_off.tekst);
    assert!(!leder.fetch(&page).await.tekst.contains(said));
}
