//! A forløb that is given to another leader, and a cause at work that the AMR may know of: on Friday 6 February 2026.

use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, LEDER, NAME, OTHER_LEDER, SYG, TR, Visit};

/// What somebody is asked on a page, and how they answer it there.
async fn sends(browser: &Visit<'_>, path: &str, body: &str) {
    let answer = browser.send(path, body).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.tekst);
}

/// HR gives Åse's forløb to the other leader, who finds it among what is to be decided with what is on its way, and says no: the
/// leader who had it has it again, and is asked.
#[tokio::test]
async fn who_is_given_a_forloeb_says_whether_they_take_it() {
    let sted = Arbejdsplads::open().await;
    let case = format!("/forloeb/{}", sted.forloeb);
    let hr = sted.acting_as(Rolle::Hr).await;
    let page = hr.fetch(&case).await.tekst;
    assert!(page.contains("Den nye leder bliver spurgt") && page.contains("På vej:"), "{page}");
    sends(&hr, &format!("{case}/lederskifte"), &format!("leder_nr={OTHER_LEDER}&fra=2026-02-06")).await;
    let new = sted.as_nr(7).await;
    let list = new.fetch("/").await.tekst;
    assert!(list.contains("Sig, om du overtager forløbet"), "{list}");
    let page = new.fetch(&case).await.tekst;
    assert!(page.contains("Du har fået forløbet af en anden leder") && page.contains("Anmeldelse senest"), "{page}");
    let without = new.send(&format!("{case}/overtagelse"), "svar=siger_nej").await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    sends(&new, &format!("{case}/overtagelse"), "svar=siger_nej&begrundelse=Medarbejderen+kommer+f%C3%B8rst+i+marts")
        .await;
    let before = sted.acting_as(Rolle::Leder).await;
    let list = before.fetch("/").await.tekst;
    assert!(list.contains("Den nye leder sagde nej: sig, om du beholder forløbet, senest"), "{list}");
    let list = hr.fetch("/").await.tekst;
    assert!(list.contains("ølg op hos lederen: den nye leder sagde nej: sig, om du beholder forløbet"), "{list}");
    let page = before.fetch(&case).await.tekst;
    let (_, form) = page.split_once("id=\"f-overtagelse\"").unwrap();
    let (help, _) = form.split_once("<input").unwrap();
    assert!(help.contains("Begrundelsen er: Medarbejderen kommer først i marts. Forløbet er dit igen."), "{help}");
    assert!(!page.contains("siger_nej") || page.contains("value=\"siger_nej\""), "{page}");
    assert!(page.contains("Den, du gav forløbet, siger nej") && page.contains("kommer først i marts"), "{page}");
    sends(&before, &format!("{case}/overtagelse"), "svar=overtager").await;
    assert!(!before.fetch(&case).await.tekst.contains("siger nej, går"));
    assert_eq!(new.fetch(&case).await.status, StatusCode::NOT_FOUND, "it is no longer theirs");
}

/// Two leaders say no to it: nobody leads it, and HR reads that they were asked.
#[tokio::test]
async fn hr_finds_a_leader_where_all_who_were_asked_said_no() {
    let sted = Arbejdsplads::open().await;
    let case = format!("/forloeb/{}", sted.forloeb);
    let hr = sted.acting_as(Rolle::Hr).await;
    sends(&hr, &format!("{case}/lederskifte"), &format!("leder_nr={OTHER_LEDER}&fra=2026-02-06")).await;
    let no = "svar=siger_nej&begrundelse=Ikke+vores";
    sends(&sted.as_nr(7).await, &format!("{case}/overtagelse"), no).await;
    sends(&sted.acting_as(Rolle::Leder).await, &format!("{case}/overtagelse"), no).await;
    let list = hr.fetch("/").await.tekst;
    assert!(list.contains("de ledere, der er spurgt, har sagt nej til det"), "{list}");
}

/// Whatever resolved a frist, people read what it was, and no name of the program.
#[test]
fn no_event_is_called_by_its_name_in_the_program() {
    for (name, _) in ::forloeb::Haendelse::FORMS {
        let said = crate::pages::history::event_in_short(name);
        assert!(said != *name && said.contains(' '), "{name}: {said}");
    }
}

/// The employee says that there was too much to do, and that the AMR may know: the AMR has a task, sees the class and no more,
/// and records what is done. The employee reads it, and the AMR does not see the forløb any more.
#[tokio::test]
async fn the_amr_does_something_about_a_cause_by_the_employees_yes() {
    let sted = Arbejdsplads::open().await;
    let case = format!("/forloeb/{}", sted.forloeb);
    sted.told(SYG, NAME, |s| (s.tr_nr, s.amr_nr) = (Some("10003".to_owned()), Some(TR.to_owned()))).await;
    let amr = sted.acting_as(Rolle::Kontaktperson).await;
    assert_eq!(amr.fetch(&case).await.status, StatusCode::NOT_FOUND);
    let own = sted.acting_as(Rolle::Medarbejder).await;
    let mine = own.fetch("/mig").await.tekst;
    assert!(mine.contains("Var noget på arbejdet en årsag?"), "{mine}");
    sends(&own, &format!("{case}/arbejdsaarsag"), "dato=2026-02-05&aarsag=arbejdspres&amr_maa_vide=ja").await;
    assert!(own.fetch("/mig").await.tekst.contains("Det er ikke besluttet endnu, hvad der gøres."));
    let list = amr.fetch("/").await.tekst;
    assert!(list.contains("Beslut, hvad der gøres, så det ikke sker igen"), "{list}");
    let page = amr.fetch(&case).await.tekst;
    assert!(page.contains("Årsagen er arbejdspres") && !page.contains("Registrér første kontakt"), "{page}");
    assert!(!page.contains("Telefon") && !page.contains("Anmeldelse"), "{page}");
    sends(&amr, &format!("{case}/foranstaltning"), "tekst=To+p%C3%A5+aftenvagten&dato=2026-02-06").await;
    assert_eq!(amr.fetch(&case).await.status, StatusCode::NOT_FOUND, "there is nothing more to do");
    assert!(own.fetch("/mig").await.tekst.contains("To på aftenvagten"));
    let leder = sted.acting_as(Rolle::Leder).await.fetch(&case).await.tekst;
    assert!(leder.contains("Årsag på arbejdet") && leder.contains("To på aftenvagten"), "{leder}");
}

/// Away since Monday 5 January: an injury at work is to be notified by Monday the 19th, fourteen days on. It is said that it may
/// be one: the leader and HR are led to put the cause of the absence right, and then it is a task.
#[tokio::test]
async fn a_cause_that_may_be_an_injury_at_work_leads_to_the_cause_of_the_absence() {
    let sted = Arbejdsplads::open().await;
    let case = format!("/forloeb/{}", sted.forloeb);
    sted.told(SYG, NAME, |s| (s.tr_nr, s.amr_nr) = (Some("10003".to_owned()), Some(TR.to_owned()))).await;
    let (own, leder) = (sted.acting_as(Rolle::Medarbejder).await, sted.acting_as(Rolle::Leder).await);
    let (hr, amr) = (sted.acting_as(Rolle::Hr).await, sted.acting_as(Rolle::Kontaktperson).await);
    let wrong =
        own.send(&format!("{case}/arbejdsaarsag"), "aarsag=ulykke&amr_maa_vide=ja&arbejdsskade=m%C3%A5ske").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.tekst.contains("id=\"f-arbejdsaarsag-arbejdsskade-fejl\""), "{}", wrong.tekst);
    sends(&own, &format!("{case}/arbejdsaarsag"), "aarsag=ulykke&amr_maa_vide=ja&arbejdsskade=ved_ikke").await;
    let page = leder.fetch(&case).await.tekst;
    assert!(page.contains("det vides ikke, om det er en arbejdsskade") && !page.contains("id=\"skaden\""), "{page}");
    sends(&own, &format!("{case}/arbejdsaarsag"), "aarsag=ulykke&amr_maa_vide=ja&arbejdsskade=ja").await;
    let mine = own.fetch("/mig").await.tekst;
    assert!(
        mine.contains("en ulykke. Arbejdsmiljørepræsentanten (AMR) må vide det. Det kan være en arbejdsskade."),
        "{mine}"
    );
    let page = amr.fetch(&case).await.tekst;
    assert!(
        page.contains("Årsagen er en ulykke. Det kan være en arbejdsskade.") && !page.contains("id=\"skaden\""),
        "{page}"
    );
    for visit in [&leder, &hr] {
        let page = visit.fetch(&case).await.tekst;
        assert!(page.contains("AMR må vide det. Det kan være en arbejdsskade."), "the history: {page}");
        let (_, told) = page.split_once("id=\"skaden\"").expect("what to do");
        let told = told.split_once("</section>").unwrap().0;
        let source = "Fristen for anmeldelsen var mandag den 19. januar 2026. Arbejdsskade: anmeldes i EASY senest 14 dage efter \
                      første fraværsdag ud over skadesdagen (Arbejdstilsynet).";
        assert!(told.contains(source), "{told}");
        assert!(told.contains(&format!("href=\"{case}?vis=rettelse-aarsag#f-rettelse-aarsag\"")), "{told}");
    }
    let form = leder.fetch(&format!("{case}?vis=rettelse-aarsag")).await.tekst;
    assert!(form.contains("class=\"goer-form\" id=\"f-rettelse-aarsag\""), "{form}");
    sends(&leder, &format!("{case}/rettelse"), "felt=aarsag&ny_vaerdi=arbejdsskade&begrundelse=Det+var+en+ulykke")
        .await;
    let page = leder.fetch(&case).await.tekst;
    assert!(!page.contains("id=\"skaden\"") && page.contains("id=\"f-arbejdsskade\""), "now it is a task: {page}");
}

/// The cells of a unit, or of the others together, on HR's page of causes at work.
async fn cells(sted: &Arbejdsplads, aar: i32, row: &str) -> Vec<String> {
    let page = sted.acting_as(Rolle::Hr).await.fetch(&format!("/hr/arbejdsmiljoe?aar={aar}")).await.tekst;
    let row = page.split(&format!("<th scope=\"row\">{row}</th>")).nth(1).unwrap_or_default();
    let cells = row.split("</tr>").next().unwrap_or_default().split("<td class=\"tal\">").skip(1);
    cells.map(|cell| cell.split('<').next().unwrap_or_default().to_owned()).collect()
}

/// In E101 five say that there was too much to do and two that they were threatened, of absences that began in January 2026, one of
/// them over since the 9th; in five of the seven something is done. In E102 three and in E103 two say violence, and nothing is done.
/// One more in E101 says so of an absence that began in 2025.
#[tokio::test]
async fn med_gets_numbers_of_causes_at_work_and_never_of_few() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let of = |enhed: &'static str, people: std::ops::Range<u32>, aarsag: &'static str| {
        people.map(move |n| (format!("500{n:02}"), enhed, aarsag))
    };
    let all = of("E101", 0..5, "arbejdspres").chain(of("E101", 5..7, "trusler"));
    let all = all.chain(of("E102", 7..10, "vold")).chain(of("E103", 10..12, "vold")).chain(of("E101", 12..13, "vold"));
    for (n, (nr, enhed, aarsag)) in all.enumerate() {
        sted.ansaet(&nr, &format!("Person {nr}"), LEDER, enhed).await;
        let id = match n {
            0 => sted.absence(&nr, "2026-01-05", "2026-01-09").await,
            12 => sted.away(&nr, "2025-12-29").await,
            _ => sted.away(&nr, "2026-01-05").await,
        };
        sends(&hr, &format!("/forloeb/{id}/arbejdsaarsag"), &format!("aarsag={aarsag}&amr_maa_vide=nej")).await;
        if n < 5 {
            sends(&hr, &format!("/forloeb/{id}/foranstaltning"), "tekst=En+mere+p%C3%A5+vagten").await;
        }
    }
    let [none, hidden] = ["0", "skjult"];
    let own = ["7", none, hidden, none, hidden, none, none, none, hidden, hidden, none];
    assert_eq!(cells(&sted, 2026, "Botilbud E101").await, own, "two were threatened, and in two nothing is done");
    let others = ["5", "5", none, none, none, none, none, none, none, none, none];
    assert_eq!(cells(&sted, 2026, "Andre enheder samlet").await, others);
    assert!(cells(&sted, 2026, "Botilbud E102").await.is_empty(), "three people");
    assert!(cells(&sted, 2025, "Botilbud E101").await.is_empty(), "one person");
    let page = hr.fetch("/hr/arbejdsmiljoe").await.tekst;
    assert!(page.contains("Talt op fredag den 6. februar 2026") && !page.contains("Person 5"), "{page}");
}

/// Back on Wednesday the 4th, and left after Thursday the 5th: what helped is not asked any more, and the page says why.
#[tokio::test]
async fn a_cause_is_no_task_any_more_when_the_employee_has_left_since_the_return() {
    let sted = Arbejdsplads::open().await;
    let case = format!("/forloeb/{}", sted.forloeb);
    let (own, hr) = (sted.acting_as(Rolle::Medarbejder).await, sted.acting_as(Rolle::Hr).await);
    sends(&own, &format!("{case}/arbejdsaarsag"), "dato=2026-02-03&aarsag=arbejdspres&amr_maa_vide=nej").await;
    let leder = sted.acting_as(Rolle::Leder).await;
    sends(&leder, &format!("{case}/raskmelding"), "sidste_fravaersdag=2026-02-03").await;
    let left = "Medarbejderen fratrådte torsdag den 5. februar 2026.";
    let page = hr.fetch(&case).await.tekst;
    assert!(page.contains("Forebyggelse") && !page.contains(left), "{page}");
    sted.told(SYG, NAME, |s| s.fratraadt = Some("2026-02-05".parse().unwrap())).await;
    let page = hr.fetch(&case).await.tekst;
    assert!(page.contains(left), "{page}");
}
