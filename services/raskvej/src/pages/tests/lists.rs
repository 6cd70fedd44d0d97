//! Lists: whoever has tasks can reach all of them, and names stand in Danish order.

use std::collections::BTreeSet;

use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, LEDER};

/// The addresses of the tasks of a group.
fn tasks(page: &str, form_group: &str) -> Vec<String> {
    let Some(rest) = page.split(&format!("<h2 id=\"g-{form_group}\">")).nth(1) else { return Vec::new() };
    let list = rest.split("</ul>").next().unwrap();
    list.split("<a href=\"").skip(1).map(|a| a.split('"').next().unwrap().to_owned()).collect()
}

/// 70 employees who have been away since 5 January: the talk of each was due on Friday 30 January.
#[tokio::test]
async fn a_leder_can_page_through_all_their_tasks() {
    let sted = Arbejdsplads::open().await;
    for n in 0..70 {
        let nr = format!("4{n:04}");
        sted.ansaet(&nr, "Ny Nielsen", LEDER, "E101").await;
        sted.away(&nr, "2026-01-05").await;
    }
    let leder = sted.acting_as(Rolle::Leder).await;
    let foerste = leder.fetch("/").await.tekst;
    assert!(!foerste.contains("href=\"/hr"), "a leader may not see the dashboard");
    let count: usize =
        foerste.split("<h2 id=\"g-nu\">").nth(1).unwrap().split(['(', ')']).nth(1).unwrap().parse().unwrap();
    assert!(count >= 71, "{count}");
    assert!(foerste.contains(&format!("Viser 1–60 af {count}.")) && foerste.contains("href=\"/?nu=2#g-nu\""));
    let (mut all, mut pages) = (tasks(&foerste, "nu"), 1);
    assert_eq!(all.len(), 60);
    let mut page = foerste;
    while page.contains(&format!("href=\"/?nu={}#g-nu\"", pages + 1)) {
        pages += 1;
        let answer = leder.fetch(&format!("/?nu={pages}")).await;
        assert_eq!(answer.status, StatusCode::OK);
        page = answer.tekst;
        all.extend(tasks(&page, "nu"));
        assert!(pages < 10, "no end of pages");
    }
    assert_eq!((all.len(), pages), (count, count.div_ceil(60)));
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), count, "each task once");
    let sidste = leder.fetch("/?nu=18446744073709551615").await.tekst;
    assert_eq!(tasks(&sidste, "nu"), tasks(&page, "nu"), "after the last page comes the last page");
    for value in ["0", "-1", "x", "99999999999999999999999"] {
        let page = leder.fetch(&format!("/?nu={value}")).await.tekst;
        assert_eq!(tasks(&page, "nu"), all[..60], "{value}");
    }
}

/// Where each of some texts stands for the first time after a mark.
fn stands_in_ordering(page: &str, after: &str, texts: &[&str]) {
    let (_, page) = page.split_once(after).unwrap_or_else(|| panic!("no {after}"));
    let locations: Vec<_> = texts.iter().map(|t| page.find(t).unwrap_or_else(|| panic!("no {t}: {page}"))).collect();
    assert!(locations.is_sorted(), "{after}: {locations:?} of {texts:?}");
}

#[tokio::test]
async fn ledere_and_enheder_are_in_danish_order_by_name() {
    let sted = Arbejdsplads::open().await;
    // By number, and by code of letters, they would stand the other way round.
    for (nr, name, enhed) in [
        ("50001", "Åse Å", "Aalborg"),
        ("51001", "Aage Aa", "Åbro"),
        ("52001", "Øjvind Ø", "Ørsted"),
        ("53001", "Ægir Æ", "Ærø"),
        ("54001", "zenia z", "zonen"),
    ] {
        sted.ansaet(nr, name, "30001", enhed).await;
        let under = format!("{}9", &nr[..4]);
        sted.ansaet(&under, "Per Post", nr, enhed).await;
        sted.away(&under, "2026-01-05").await;
    }
    let hr = sted.acting_as(Rolle::Hr).await;
    let ledere = ["Lone Lund", "Maria Madsen", "zenia z", "Ægir Æ", "Øjvind Ø", "Aage Aa", "Åse Å"];
    let enheder = ["E101", "E102", "zonen", "Ærø", "Ørsted", "Åbro", "Aalborg"].map(|e| format!("Botilbud {e}"));
    let enheder: Vec<&str> = enheder.iter().map(String::as_str).collect();
    let backwards = |all: &[&'static str]| all.iter().rev().copied().collect::<Vec<_>>();
    stands_in_ordering(
        &hr.fetch("/hr?sort=leder").await.tekst,
        "<tbody>\n<tr><th scope=\"row\"><a href=\"/forloeb/",
        &ledere,
    );
    let down = hr.fetch("/hr?sort=-leder").await.tekst;
    stands_in_ordering(&down, "data-navn=\"Enhed\"", &backwards(&ledere));
    stands_in_ordering(&hr.fetch("/hr?sort=enhed").await.tekst, "data-navn=\"Dag\"", &enheder[1..]);
    let page = hr.fetch("/hr").await.tekst;
    stands_in_ordering(&page, "id=\"filter-leder\"", &ledere);
    stands_in_ordering(&page, "id=\"filter-enhed\"", &enheder);
    stands_in_ordering(&hr.fetch("/hr/refusion").await.tekst, "<tbody>", &enheder);
    stands_in_ordering(&hr.fetch("/signaler").await.tekst, "<h1>", &enheder);
}
