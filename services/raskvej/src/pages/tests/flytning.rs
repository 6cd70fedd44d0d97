//! Somebody who moved inside the workplace: what the page says, and who sees it then. The day is Friday 6 February 2026.

use ::forloeb::Aktoer;
use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, LEDER, OTHER_LEDER, TR, Visit};
use crate::import::{fravaer, medarbejdere};

const HEAD: &str = "medarbejder_nr;cpr;navn;email;telefon;stilling;enhed;enhed_navn;leder_nr;tr_nr;amr_nr;ansat_dato;fratraadt_dato;timer_pr_uge;bopaelskommune;paragraf_56;fleksjob;nyuddannet;rolle\n";

fn line(nr: &str, leder: &str, ansat: &str, fratraadt: &str) -> String {
    format!(
        "{nr};6509710026;Else Enevoldsen;else@b.example;;Pædagog;E101;Botilbud E101;{leder};;;{ansat};{fratraadt};37;0727;nej;nej;nej;medarbejder\n"
    )
}

/// Away since Monday 5 January under 5001, which ends on Sunday 1 February; from Monday the 2nd the number is 5002.
#[tokio::test]
async fn the_page_says_it_and_the_new_leader_has_it() {
    let sted = Arbejdsplads::open().await;
    let import = Aktoer::system("import");
    let first = format!("{HEAD}{}", line("5001", LEDER, "01-03-2015", ""));
    medarbejdere(&sted.app, first, &import, &|_, _| {}).await.unwrap();
    let head = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n";
    let away = format!("{head}f1;5001;sygdom;05-01-2026;01-02-2026;100\n");
    fravaer(&sted.app, away, &import, &|_, _| {}).await.unwrap();
    let id = sted.app.loan("5001").await.unwrap().all()[0].id;
    let (hr, old) = (sted.acting_as(Rolle::Hr).await, sted.acting_as(Rolle::Leder).await);
    let new = sted.as_nr(7).await;
    let path = format!("/forloeb/{id}");
    assert_eq!(new.fetch(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(old.fetch(&path).await.status, StatusCode::OK);

    let moved = [line("5001", LEDER, "01-03-2015", "01-02-2026"), line("5002", OTHER_LEDER, "02-02-2026", "")];
    medarbejdere(&sted.app, format!("{HEAD}{}", moved.concat()), &import, &|_, _| {}).await.unwrap();
    let away = format!("{head}f1;5001;sygdom;05-01-2026;01-02-2026;100\nf2;5002;sygdom;02-02-2026;;100\n");
    let report = fravaer(&sted.app, away, &import, &|_, _| {}).await.unwrap();
    assert_eq!((report.created, report.unchanged, report.error.len()), (1, 1, 0), "{report:?}");

    let page = hr.fetch(&path).await.tekst;
    for part in [
        "Flyttet i arbejdspladsen",
        "Fra medarbejdernummer 5001, mandag den 2. februar 2026",
        "Dag 33",
        "5. januar 2026",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(page.contains("Flyttet hertil fra medarbejdernummer 5001"), "in the history");
    assert_eq!(new.fetch(&path).await.status, StatusCode::OK);
    assert!(new.fetch("/").await.tekst.contains(&path));
    assert_eq!(old.fetch(&path).await.status, StatusCode::NOT_FOUND, "it is another leader's now");

    // Looked up by the number before, they are found as the one they are now.
    let goes = async |visit: &Visit<'_>, path: &str| visit.fetch(path).await.sted().to_owned();
    let now = format!("/person/{}", sted.place("5002"));
    assert_eq!(goes(&hr, "/person/5001").await, now);
    assert_eq!(goes(&hr, &format!("/person/{}", sted.place("5001"))).await, now);
    assert_eq!(hr.send("/find", "q=5001").await.sted(), now);
    assert_eq!(hr.send("/find", "q=5002").await.sted(), now);
    assert_eq!(goes(&new, "/person/5001").await, now);
    assert_eq!(old.fetch("/person/5001").await.status, StatusCode::NOT_FOUND, "within rights");
    let person = hr.fetch("/person/5002").await.tekst;
    assert!(person.contains("Tidligere medarbejdernummer") && person.contains("5001"), "{person}");
    assert!(!person.contains("Også ansat som"), "it is one job");
    // Monday 5 January to Friday 6 February 2026: five weeks of five days.
    assert!(
        person.contains("Fravær de seneste 12 måneder") && person.contains("25 arbejdsdage, 25 dagsværk"),
        "{person}"
    );
    assert!(!new.fetch("/person/5002").await.tekst.contains("dagsværk"), "figures of a person are for HR");

    let by_hand = "medarbejder_nr=5001&foerste_fravaersdag=2026-01-20&aarsag=sygdom&omfang_pct=100&noegle=n0";
    assert_ne!(hr.send("/forloeb/ny", by_hand).await.status, StatusCode::SEE_OTHER);
}

/// Mohammed coordinates the plan that the employee does not agree with, and has the forløb in HR's lists. From today his number is
/// 50002: he has the same to do, and every form that has him in it can be sent as it stands.
#[tokio::test]
async fn who_coordinates_has_what_they_had_under_the_next_number() {
    const TASK: &str = "Tal med medarbejderen, som ikke er enig i planen, og læg en ny version";
    let sted = Arbejdsplads::open().await;
    let case = format!("/forloeb/{}", sted.forloeb);
    let (leder, hr) = (sted.acting_as(Rolle::Leder).await, sted.acting_as(Rolle::Hr).await);
    let own = sted.acting_as(Rolle::Medarbejder).await;
    let agreed = format!("aftalt=Korte+dage&koordinator={TR}");
    assert_eq!(leder.send_shown(&format!("{case}/plan"), &agreed).await.status, StatusCode::SEE_OTHER);
    for (who, path, body) in [
        (&own, "plan/svar", "planversion=1&svar=uenig&bemaerkning=Onsdag+er+for+tidligt".to_owned()),
        (&hr, "tildeling", format!("til={TR}")),
        (&own, "kontaktperson", format!("kontaktperson_nr={TR}")),
    ] {
        let answer = who.send(&format!("{case}/{path}"), &body).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.tekst);
    }
    let koordinator = sted.acting_as(Rolle::Koordinator).await;
    assert!(koordinator.fetch("/").await.tekst.contains(TASK));
    sted.moves(TR, "50002", "Mohammed Nielsen").await;

    let list = koordinator.fetch("/").await.tekst;
    assert!(list.contains(TASK), "{list}");
    let page = hr.fetch(&case).await.tekst;
    assert!(page.contains("name=\"til\" value=\"50002\""), "{page}");
    let chosen = "<option value=\"50002\" selected>Mohammed Nielsen</option>";
    assert!(page.contains(chosen), "whom the employee chose: {page}");
    let form = leder.fetch(&format!("{case}/plan")).await.tekst;
    assert!(form.contains(chosen) && form.matches(">Mohammed Nielsen</option>").count() == 1, "{form}");
    let shown = leder.send(&format!("{case}/plan"), "aftalt=Lange+dage&koordinator=50002").await.tekst;
    assert!(shown.contains("Sådan bliver version 2") && !shown.contains("i stedet for Mohammed"), "{shown}");
    assert!(!shown.contains("ikke koordinator mere"), "{shown}");
    for nr in [TR, "50002"] {
        let list = hr.fetch(&format!("/hr?tildelt={nr}")).await.tekst;
        assert!(list.contains(&format!("href=\"{case}\"")), "{nr}: {list}");
        let mails = hr.fetch(&format!("/hr/raekker/ring?tildelt={nr}")).await.tekst;
        assert!(mails.contains("Ærlig"), "{nr}: {mails}");
    }
}
