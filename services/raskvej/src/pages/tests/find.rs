//! Searching for people: what is found, where it stands, and what is remembered of it.

use ::forloeb::words::Rolle;
use app::opslag::Content;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, LEDER, OTHER_LEDER, SYG};
use crate::reference::reference;

/// The names of those who were searched for are in no address: the search has a number.
#[tokio::test]
async fn a_search_is_shown_again_at_an_address_that_says_nothing_of_it() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let first = hr.send("/find", "q=aase+AE").await;
    assert_eq!((first.status, first.sted()), (StatusCode::SEE_OTHER, "/find/1"));
    let second = hr.send("/find", "q=berg").await;
    assert_eq!(second.sted(), "/find/2");
    let page = hr.fetch("/find/1").await.tekst;
    assert!(page.contains("Åse Ærlig") && page.contains("1 medarbejder.") && !page.contains("Bo Berg"), "{page}");
    assert!(page.contains(&format!("href=\"/person/{}\"", sted.place(SYG))) && page.contains(", dag 33"), "{page}");
    assert!(hr.fetch("/find/2").await.tekst.contains("Bo Berg"), "going back and reloading shows each again");
    assert!(hr.fetch("/find/1").await.tekst.contains("value=\"aase AE\""));
    // Another session, and one that has logged in anew, know nothing of it.
    for other in [sted.acting_as(Rolle::Hr).await, sted.acting_as(Rolle::Leder).await] {
        let page = other.fetch("/find/1").await.tekst;
        assert!(page.contains("ikke gemt længere") && !page.contains("aase"), "{page}");
    }
    hr.send("/log-ud", "").await;
    assert!(!sted.acting_as(Rolle::Hr).await.fetch("/find/1").await.tekst.contains("aase"));
}

#[tokio::test]
async fn a_number_or_a_reference_leads_there_and_a_name_never() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let goes = async |q: &str| hr.send("/find", &format!("q={q}")).await.sted().to_owned();
    // No address has the number that was searched for; whoever comes with one finds the page all the same.
    let path = format!("/person/{}", sted.place(SYG));
    assert!(!path.contains(SYG), "{path}");
    assert_eq!((goes(SYG).await, goes(&format!("00{SYG}")).await), (path.clone(), path.clone()));
    let by_number = hr.fetch(&format!("/person/{SYG}")).await.tekst;
    assert!(by_number.contains("Åse Ærlig") && hr.fetch(&path).await.tekst.contains("Åse Ærlig"), "{by_number}");
    assert_eq!(goes(&reference(sted.forloeb)).await, format!("/forloeb/{}", sted.forloeb));
    assert_eq!(goes("lund").await, "/find/4", "it may be another of that name");
    let leder = sted.acting_as(Rolle::Leder).await;
    let none = leder.send("/find", "q=20010").await;
    assert!(leder.fetch(none.sted()).await.tekst.contains("Ingen, som du kan se, passer til det."));
    let unknown = leder.send("/find", "q=99999").await;
    let same = |page: String| page.replace("20010", "…").replace("99999", "…").replace("/find/1", "/find/2");
    assert_eq!(same(leder.fetch(none.sted()).await.tekst), same(leder.fetch(unknown.sted()).await.tekst));
    let short = leder.send("/find", "q=x").await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.tekst.contains("Skriv mindst to bogstaver") && short.tekst.contains("value=\"x\""));
}

/// The field is on every page of whoever may search, once, and on no other's.
#[tokio::test]
async fn the_field_is_on_every_page_of_those_who_may_search() {
    let sted = Arbejdsplads::open().await;
    let f = sted.forloeb;
    for (rolle, path) in [
        (Rolle::Hr, "/".to_owned()),
        (Rolle::Hr, format!("/forloeb/{f}")),
        (Rolle::Hr, "/find".to_owned()),
        (Rolle::Leder, format!("/forloeb/{f}/plan")),
        (Rolle::Leder, "/forloeb/findes-ikke".to_owned()),
        (Rolle::Revisor, "/revision".to_owned()),
        (Rolle::Kontaktperson, "/".to_owned()),
        (Rolle::Koordinator, "/find".to_owned()),
    ] {
        let page = sted.acting_as(rolle).await.fetch(&path).await.tekst;
        assert_eq!(page.matches("name=\"q\"").count(), 1, "{rolle} {path}");
    }
    for (rolle, path) in [(Rolle::Medarbejder, "/mig"), (Rolle::Drift, "/")] {
        let visit = sted.acting_as(rolle).await;
        assert!(!visit.fetch(path).await.tekst.contains("name=\"q\""), "{rolle}");
        for path in ["/find", "/find/1", &format!("/person/{SYG}")] {
            assert_eq!(visit.fetch(path).await.status, StatusCode::FORBIDDEN, "{rolle} {path}");
        }
        assert_eq!(visit.send("/find", "q=madsen").await.status, StatusCode::FORBIDDEN);
    }
}

/// An auditor is shown numbers, and finds by a name only what they have said a purpose for.
#[tokio::test]
async fn an_auditor_says_what_for_before_they_find_by_name() {
    let sted = Arbejdsplads::open().await;
    let mut revisor = sted.acting_as(Rolle::Revisor).await;
    let before = revisor.send("/find", "q=lone+lund").await;
    let page = revisor.fetch(before.sted()).await.tekst;
    assert!(page.contains("skal du først skrive, hvad du slår op for") && !page.contains(OTHER_LEDER), "{page}");
    let said = revisor.send("/opslag/formaal", "formaal=stikpr%C3%B8ve&tilbage=/find").await;
    revisor.cookie = said.cookies(&revisor.cookie);
    let page = revisor.fetch(before.sted()).await.tekst;
    assert!(page.contains(&format!("medarbejder {OTHER_LEDER}")) && !page.contains("Lone Lund"), "{page}");
    assert_eq!(revisor.fetch(&format!("/person/{SYG}")).await.status, StatusCode::OK);
}

/// Who was found, and whose page was opened, can be seen by them; the search of a name is no look-up of who it did not find.
#[tokio::test]
async fn whoever_is_found_or_opened_is_looked_up() {
    let sted = Arbejdsplads::open().await;
    let today = sted.app.clock.today();
    let about = async |nr: &str| sted.app.opslag.about(nr, today, today, 100).await.unwrap().all;
    let leder = sted.acting_as(Rolle::Leder).await;
    let to = leder.send("/find", "q=berg").await.sted().to_owned();
    assert!(about("10011").await.is_empty(), "nothing was shown yet");
    leder.fetch(&to).await;
    let lists = about("10011").await;
    assert_eq!((lists.len(), lists[0].content, lists[0].reader.nr.as_deref()), (1, Content::Search, Some(LEDER)));
    assert!(about(SYG).await.is_empty());
    leder.fetch(&format!("/person/{SYG}")).await;
    assert_eq!(about(SYG).await[0].content, Content::Person);
    assert!(!about(SYG).await.iter().any(|o| format!("{o:?}").contains("berg")));
}

/// A person's page has what is open and what is over, and the list of what was seen leads back.
#[tokio::test]
async fn a_person_has_all_forloeb_and_what_was_seen_last_is_at_hand() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    assert!(hr.fetch("/find").await.tekst.contains("Her kommer de forløb til at stå"));
    let page = hr.fetch("/person/10011").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.tekst.contains("Bo Berg") && page.tekst.contains("Slut:") && page.tekst.contains("Botilbud E101"));
    let (_, rows) = page.tekst.split_once("<tbody>\n<tr><th scope=\"row\"><a").unwrap();
    assert_eq!(rows.matches("href=\"/forloeb/").count(), 1, "{rows}");
    hr.fetch(&format!("/forloeb/{}", sted.foreign)).await;
    hr.fetch(&format!("/forloeb/{}", sted.forloeb)).await;
    let seen = hr.fetch("/find").await.tekst;
    let place = |name: &str| seen.find(name).unwrap_or_else(|| panic!("{name}: {seen}"));
    assert!(place("Åse Ærlig") < place("Ole Olsen"), "the last first");
    let over = hr.fetch("/hr/afsluttede").await.tekst;
    assert!(over.contains("Bo Berg") && over.contains("1 forløb, viser 1–1.") && !over.contains("Ole Olsen"), "{over}");
    for (query, count) in
        [("enhed=E101", 1), ("enhed=E102", 0), ("leder=10001", 1), ("fra=2026-02-06", 0), ("til=05-02-2026", 1)]
    {
        let page = hr.fetch(&format!("/hr/afsluttede?{query}")).await.tekst;
        assert_eq!(page.contains("Bo Berg"), count == 1, "{query}");
    }
    let wrong = hr.fetch("/hr/afsluttede?fra=2026-02-07&til=2026-02-06").await.tekst;
    assert!(wrong.contains("href=\"#til\">Den sidste dag skal ikke ligge før den første."));
}

/// Eight more are over, and a page looks at six here: at 5 February, 25, 24, 23 and 22 January, and at both of the 21st, which is
/// not left half-way. The one of the 20th is on the list that follows.
#[tokio::test]
async fn what_is_over_is_listed_from_the_latest_on_however_much_there_was_before() {
    let sted = Arbejdsplads::open().await;
    let days = ["20", "21", "21", "22", "23", "24", "25"];
    for (n, day) in days.iter().enumerate() {
        let nr = format!("4000{n}");
        sted.ansaet(&nr, &format!("Person {n}"), "10001", "E101").await;
        sted.absence(&nr, "2026-01-05", &format!("2026-01-{day}")).await;
    }
    let hr = sted.acting_as(Rolle::Hr).await;
    let page = hr.fetch("/hr/afsluttede").await.tekst;
    assert!(page.contains("7 forløb, viser 1–7.") && !page.contains("Person 0"), "{page}");
    assert!(page.contains("Listen og tallene går tilbage til onsdag den 21. januar 2026."), "{page}");
    let (_, rest) = page.split_once("href=\"/hr/afsluttede?til=").unwrap();
    let before = format!("/hr/afsluttede?til={}", rest.split('"').next().unwrap().replace("&#38;", "&"));
    let page = hr.fetch(&before).await.tekst;
    assert!(
        page.contains("1 forløb, viser 1–1.") && page.contains("Person 0") && !page.contains("går tilbage"),
        "{page}"
    );
    // A day that is asked for is found however many have ended since.
    assert!(hr.fetch("/hr/afsluttede?fra=2026-01-20&til=2026-01-20").await.tekst.contains("Person 0"));
}
