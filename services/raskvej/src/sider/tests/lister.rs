//! Lists: whoever has tasks can reach all of them, and names stand in Danish order.

use std::collections::BTreeSet;

use ::forloeb::ord::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, LEDER, ansaet, sygemeld};

/// The addresses of the tasks of a group.
fn opgaver(side: &str, gruppe: &str) -> Vec<String> {
    let Some(resten) = side.split(&format!("<h2 id=\"g-{gruppe}\">")).nth(1) else { return Vec::new() };
    let liste = resten.split("</ul>").next().unwrap();
    liste.split("<a href=\"").skip(1).map(|a| a.split('"').next().unwrap().to_owned()).collect()
}

/// 70 employees who have been away since 5 January: the talk of each was due on Friday 30 January.
#[tokio::test]
async fn en_leder_kan_blade_i_alle_sine_opgaver() {
    let sted = Arbejdsplads::aabn().await;
    for n in 0..70 {
        let nr = format!("4{n:04}");
        ansaet(&sted.kerne, &nr, "Ny Nielsen", Some(LEDER), "E101").await;
        sygemeld(&sted.kerne, &nr, "2026-01-05", None).await;
    }
    let leder = sted.som(Rolle::Leder).await;
    let foerste = leder.hent("/").await.tekst;
    assert!(!foerste.contains("href=\"/hr"), "a leader may not see the dashboard");
    let antal: usize =
        foerste.split("<h2 id=\"g-nu\">").nth(1).unwrap().split(['(', ')']).nth(1).unwrap().parse().unwrap();
    assert!(antal >= 71, "{antal}");
    assert!(foerste.contains(&format!("Viser 1–60 af {antal}.")) && foerste.contains("href=\"/?nu=2#g-nu\""));
    let (mut alle, mut sider) = (opgaver(&foerste, "nu"), 1);
    assert_eq!(alle.len(), 60);
    let mut side = foerste;
    while side.contains(&format!("href=\"/?nu={}#g-nu\"", sider + 1)) {
        sider += 1;
        let svar = leder.hent(&format!("/?nu={sider}")).await;
        assert_eq!(svar.status, StatusCode::OK);
        side = svar.tekst;
        alle.extend(opgaver(&side, "nu"));
        assert!(sider < 10, "no end of pages");
    }
    assert_eq!((alle.len(), sider), (antal, antal.div_ceil(60)));
    assert_eq!(alle.iter().collect::<BTreeSet<_>>().len(), antal, "each task once");
    let sidste = leder.hent("/?nu=18446744073709551615").await.tekst;
    assert_eq!(opgaver(&sidste, "nu"), opgaver(&side, "nu"), "after the last page comes the last page");
    for vaerdi in ["0", "-1", "x", "99999999999999999999999"] {
        let side = leder.hent(&format!("/?nu={vaerdi}")).await.tekst;
        assert_eq!(opgaver(&side, "nu"), alle[..60], "{vaerdi}");
    }
}

/// Where each of some texts stands for the first time after a mark.
fn staar_i_orden(side: &str, efter: &str, tekster: &[&str]) {
    let (_, side) = side.split_once(efter).unwrap_or_else(|| panic!("no {efter}"));
    let steder: Vec<_> = tekster.iter().map(|t| side.find(t).unwrap_or_else(|| panic!("no {t}: {side}"))).collect();
    assert!(steder.is_sorted(), "{efter}: {steder:?} of {tekster:?}");
}

#[tokio::test]
async fn ledere_og_enheder_staar_i_dansk_orden_efter_navn() {
    let sted = Arbejdsplads::aabn().await;
    // By number, and by code of letters, they would stand the other way round.
    for (nr, navn, enhed) in [
        ("50001", "Åse Å", "Aalborg"),
        ("51001", "Aage Aa", "Åbro"),
        ("52001", "Øjvind Ø", "Ørsted"),
        ("53001", "Ægir Æ", "Ærø"),
        ("54001", "zenia z", "zonen"),
    ] {
        ansaet(&sted.kerne, nr, navn, Some("30001"), enhed).await;
        let under = format!("{}9", &nr[..4]);
        ansaet(&sted.kerne, &under, "Per Post", Some(nr), enhed).await;
        sygemeld(&sted.kerne, &under, "2026-01-05", None).await;
    }
    let hr = sted.som(Rolle::Hr).await;
    let ledere = ["Lone Lund", "Maria Madsen", "zenia z", "Ægir Æ", "Øjvind Ø", "Aage Aa", "Åse Å"];
    let enheder = ["E101", "E102", "zonen", "Ærø", "Ørsted", "Åbro", "Aalborg"].map(|e| format!("Botilbud {e}"));
    let enheder: Vec<&str> = enheder.iter().map(String::as_str).collect();
    let baglaens = |alle: &[&'static str]| alle.iter().rev().copied().collect::<Vec<_>>();
    staar_i_orden(
        &hr.hent("/hr?sort=leder").await.tekst,
        "<tbody>\n<tr><th scope=\"row\"><a href=\"/forloeb/",
        &ledere,
    );
    let ned = hr.hent("/hr?sort=-leder").await.tekst;
    staar_i_orden(&ned, "data-navn=\"Enhed\"", &baglaens(&ledere));
    staar_i_orden(&hr.hent("/hr?sort=enhed").await.tekst, "data-navn=\"Dag\"", &enheder[1..]);
    let side = hr.hent("/hr").await.tekst;
    staar_i_orden(&side, "id=\"filter-leder\"", &ledere);
    staar_i_orden(&side, "id=\"filter-enhed\"", &enheder);
    staar_i_orden(&hr.hent("/hr/refusion").await.tekst, "<tbody>", &enheder);
    staar_i_orden(&hr.hent("/signaler").await.tekst, "<h1>", &enheder);
}
