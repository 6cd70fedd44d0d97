//! The refusion ledger, its sums by unit, and the data sheet of the anmeldelse.

use ::forloeb::ord::Rolle;
use axum::extract::State;
use axum::http::{StatusCode, header};
use eventlog::StreamId;

use super::arbejdsplads::{Arbejdsplads, SYG, tilstand};
use crate::adgang::Bruger;
use crate::http::{Id, Kalder, liste, regnskab};

/// Day 33 without a receipt: Wednesday 4, Thursday 5, Friday 6 and Monday 9 February are at risk, 939 kr. each.
#[tokio::test]
async fn regnskabet_viser_hver_dag_og_hvordan_tallet_er_regnet() {
    let sted = Arbejdsplads::aabn().await;
    let leder = sted.som(Rolle::Leder).await;
    let forloeb = leder.hent(&format!("/forloeb/{}", sted.forloeb)).await.tekst;
    let sti = format!("/forloeb/{}/refusion", sted.forloeb);
    assert!(forloeb.contains(&format!("href=\"{sti}\"")) && !forloeb.contains("anmeldelse-ark"));
    let side = leder.hent(&sti).await.tekst;
    for del in [
        "Åse Ærlig &#60;b&#62;: refusion dag for dag",
        "Kan mistes, hvis fristen overskrides",
        "ca. 3.756\u{a0}kr.",
        "Regnet med satsen for 2024, fordi årets sats ikke er indtastet.",
        "onsdag den 4. februar 2026 til fredag den 6. februar 2026: 3 hverdage × 4.695\u{a0}kr. / 5 × 37 af 37 timer × \
         100 % = 2.817,00\u{a0}kr. (Sygedagpengesats 2024, den nyeste kendte)",
        "Arbejdsgiveren betaler selv de første 30 dage (sygedagpengeloven § 30).",
        "Mangler kvittering",
    ] {
        assert!(side.contains(del), "{del}: {side}");
    }
    let titel = side.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
    assert!(!titel.contains("Ærlig"), "the browser's history holds no names: {titel}");
}

/// Receipted in time; of the three days that have passed, two are claimed.
#[tokio::test]
async fn summerne_pr_enhed_foelger_det_der_sker() {
    let sted = Arbejdsplads::aabn().await;
    let hr = sted.som(Rolle::Hr).await;
    assert!(hr.hent("/hr").await.tekst.contains("href=\"/hr/refusion\""));
    let raekke = |kr: [u32; 5]| -> String {
        let navne = ["Kan søges", "Søgt", "Kan mistes", "Mistet, anmeldt for sent", "Mistet, søgt for sent"];
        let celle = |(navn, kr): (&str, u32)| {
            let kr = crate::tekster::tal(kr.into());
            format!("<td class=\"tal\" data-navn=\"{navn}\">{kr}\u{a0}kr.</td>")
        };
        navne.into_iter().zip(kr).map(celle).collect()
    };
    // E101: four days of one, two of 10011 who is back at work. E102: 18 to 23 February, four working days.
    let foer = hr.hent("/hr/refusion").await.tekst;
    for kr in [[0, 0, 6 * 939, 0, 0], [0, 0, 4 * 939, 0, 0], [0, 0, 10 * 939, 0, 0]] {
        assert!(foer.contains(&raekke(kr)), "{kr:?}: {foer}");
    }
    let sti = format!("/forloeb/{}", sted.forloeb);
    let kvittering = hr.send(&format!("{sti}/anmeldelse"), "trin=kvitteret&dato=2026-02-06").await;
    assert_eq!(kvittering.status, StatusCode::SEE_OTHER);
    let krav = hr.send(&format!("{sti}/refusionsanmodning"), "fra=2026-02-04&til=2026-02-05&beloeb=1878").await;
    assert_eq!(krav.status, StatusCode::SEE_OTHER);
    let efter = hr.hent("/hr/refusion?enhed=E101").await.tekst;
    assert!(efter.contains("Refusion i Botilbud E101") && !efter.contains("Olsen"));
    assert!(efter.contains(&format!("href=\"{sti}/refusion\"")), "a figure opens to its days");
    for kr in [[939, 2 * 939, 0, 0, 0], [0, 0, 2 * 939, 0, 0], [939, 2 * 939, 2 * 939, 0, 0]] {
        assert!(efter.contains(&raekke(kr)), "{kr:?}: {efter}");
    }
    let side = hr.hent(&format!("{sti}/refusion")).await.tekst;
    assert!(side.contains("Uden huller og overlap.") && side.contains("1.878,00\u{a0}kr."));
    assert!(
        side.contains("fredag den 6. februar 2026. Den ældste dag kan søges til og med dagen om 89 dage (6. maj 2026)")
    );
}

/// Friday 20 February: nobody sent the anmeldelse by 9 February. 10011 came back after Thursday 5 February and lost the
/// 4th and the 5th; 10010 is still away and lost 4 to 19 February, twelve working days; both in E101. What is lost stays
/// lost when 10010 comes back, on every page and in the API, until a year after the last day.
#[tokio::test]
async fn det_mistede_er_mistet_ogsaa_naar_den_syge_er_tilbage() {
    let sted = Arbejdsplads::aabn().await;
    let (hr, leder) = (sted.som(Rolle::Hr).await, sted.som(Rolle::Leder).await);
    let hent = async |hvem: Bruger| {
        let overblik = liste::overblik(State(tilstand(&sted.kerne)), Kalder(hvem)).await.0;
        (overblik.mistet_kr, overblik.mistet_siden.to_string())
    };
    let som = |rolle, nr: &str| Bruger { rolle, nr: Some(nr.to_owned()) };
    let alle_siger = async |kr: u32, siden: &str| {
        let (side, enheder) = (hr.hent("/hr").await.tekst, hr.hent("/hr/refusion").await.tekst);
        let tekst = format!("{}\u{a0}kr.", crate::tekster::tal(kr.into()));
        assert!(side.contains(&format!("<strong>{tekst}</strong> er mistet")), "{kr}: {side}");
        let celle = format!("<td class=\"tal\" data-navn=\"Mistet, anmeldt for sent\">{tekst}</td>");
        let foden = enheder.split("<tfoot>").nth(1).unwrap_or_default();
        assert!(foden.contains(&celle) || (kr == 0 && enheder.contains("I alt")), "{kr}: {enheder}");
        assert!(enheder.contains(siden) && side.contains(siden), "the period is told");
    };
    sted.kerne.ur.flyt("2026-02-20T09:00:00Z".parse().unwrap());
    // 20010 fell ill on 19 January: its first refusion day is 18 February, and nothing is lost before 24 February.
    alle_siger(14 * 939, "torsdag den 20. februar 2025").await;
    let foer = (14 * 939, "2025-02-20".to_owned());
    assert_eq!(hent(som(Rolle::Hr, "9")).await, foer);
    assert_eq!(hent(som(Rolle::Leder, "10001")).await, foer, "both are hers");
    assert_eq!(hent(som(Rolle::Leder, "20001")).await.0, 0, "and nobody else's");
    let sti = format!("/forloeb/{}", sted.forloeb);
    let rask = leder.send(&format!("{sti}/raskmelding"), "sidste_fravaersdag=2026-02-19").await;
    assert_eq!(rask.status, StatusCode::SEE_OTHER);
    alle_siger(14 * 939, "torsdag den 20. februar 2025").await;
    assert_eq!(hent(som(Rolle::Hr, "9")).await, foer);
    assert_eq!(hent(som(Rolle::Leder, "10001")).await, foer);
    let enhed = hr.hent("/hr/refusion?enhed=E101").await.tekst;
    assert!(enhed.contains(&format!("href=\"{sti}/refusion\"")), "the figure opens to its days: {enhed}");
    assert_eq!(sted.kerne.sammenlign().await.unwrap().1.len(), 0);

    // 20010 is never ended; it is not part of what this is about.
    hr.send(&format!("/forloeb/{}/annullering", sted.fremmed), "begrundelse=Fejl").await;
    for (idag, kr) in [("2027-02-05", 14), ("2027-02-06", 12), ("2027-02-19", 12), ("2027-02-20", 0)] {
        sted.kerne.ur.flyt(format!("{idag}T09:00:00Z").parse().unwrap());
        assert_eq!(hent(som(Rolle::Hr, "9")).await.0, kr * 939, "{idag}");
        assert_eq!(hent(som(Rolle::Leder, "10001")).await.0, kr * 939, "{idag}");
        assert_eq!(sted.kerne.sammenlign().await.unwrap().1.len(), 0, "{idag}");
    }
}

/// Receipted in time, and nobody claims until Sunday 10 May: 4 to 9 February, four working days, are lost by § 59. The
/// form offers what the rules take, and the page says what is lost.
#[tokio::test]
async fn formularen_foreslaar_kun_dage_der_kan_soeges() {
    let sted = Arbejdsplads::aabn().await;
    let hr = sted.som(Rolle::Hr).await;
    let sti = format!("/forloeb/{}", sted.forloeb);
    hr.send(&format!("{sti}/anmeldelse"), "trin=kvitteret&dato=2026-02-06").await;
    sted.kerne.ur.flyt("2026-05-10T09:00:00Z".parse().unwrap());
    let side = hr.hent(&sti).await.tekst;
    for del in [
        "<th scope=\"row\">Næste dag, der kan søges for</th><td>tirsdag den 10. februar 2026</td>",
        "<td>onsdag den 4. februar 2026 til mandag den 9. februar 2026 (6 dage)</td>",
        "ca. 3.756\u{a0}kr.",
        "6 dage er mistet, fordi der ikke blev søgt i tide, og kan ikke søges mere.",
    ] {
        assert!(side.contains(del), "{del}: {side}");
    }
    let felt = |navn: &str| -> String {
        let fra = side.find(&format!("name=\"{navn}\"")).and_then(|n| side[..n].rfind("<input")).unwrap();
        let input = side[fra..].split('>').next().unwrap();
        input.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let formular = side.find("action=\"").map(|_| (felt("fra"), felt("til"))).unwrap();
    assert_eq!(formular, ("2026-02-10".to_owned(), "2026-03-11".to_owned()), "thirty days");
    let krav = hr.send(&format!("{sti}/refusionsanmodning"), "fra=2026-02-10&til=2026-03-11").await;
    assert_eq!(krav.status, StatusCode::SEE_OTHER, "what is offered is taken: {}", krav.tekst);
}

#[tokio::test]
async fn api_giver_hvert_tal_med_sine_led() {
    let sted = Arbejdsplads::aabn().await;
    let som = |rolle, nr: &str| Kalder(Bruger { rolle, nr: Some(nr.to_owned()) });
    let hent = |hvem| regnskab::refusion(State(tilstand(&sted.kerne)), hvem, Id(sted.forloeb));
    let svar = hent(som(Rolle::Leder, "10001")).await.unwrap();
    assert!(svar.headers().contains_key(header::ETAG));
    let krop = axum::body::to_bytes(svar.into_body(), 1 << 20).await.unwrap();
    let json: serde_json::Value = serde_json::from_slice(&krop).unwrap();
    let fare = &json["summer"]["i_fare"];
    assert_eq!((&fare["kr"], &fare["aarets_sats"]), (&3756.into(), &false.into()));
    let led = &fare["led"][0];
    let ventet = serde_json::json!({
        "fra": "2026-02-04", "til": "2026-02-06", "hverdage": 3, "sats_aar": 2024, "kr_pr_uge": 4695,
        "sats_kilde": "Sygedagpengesats 2024", "aarets_sats": false, "timer_pr_uge": 37.0, "fuld_uge_timer": 37.0,
        "omfang_pct": 100, "beloeb": 2817.0,
    });
    assert_eq!(*led, ventet);
    assert_eq!(json["dage"][1]["stand"], "mangler_kvittering");
    assert_eq!(json["dage"][0]["dage"], 30);
    assert_eq!(hent(som(Rolle::Kontaktperson, "10002")).await.unwrap_err().status, 403);
    assert_eq!(hent(som(Rolle::Leder, "20001")).await.unwrap_err().status, 404);
}

#[tokio::test]
async fn arket_har_felterne_i_raekkefoelge_og_hvert_opslag_noteres() {
    let sted = Arbejdsplads::aabn().await;
    let hr = sted.som(Rolle::Hr).await;
    let sti = format!("/forloeb/{}/anmeldelse-ark", sted.forloeb);
    let side = hr.hent(&sti).await.tekst;
    assert!(side.contains("3 felter mangler"), "the employer's numbers, the duration, fast track");
    let dele = [
        "Arbejdsgiver (CVR-nummer og P-nummer)",
        "value=\"10010\"",
        "value=\"Åse Ærlig &#60;b&#62;\"",
        "value=\"01-03-2015\"",
        "value=\"37\"",
        "value=\"sygdom\"",
        "value=\"05-01-2026\"",
        "value=\"Fuldt fravær\"",
        "Lad feltet stå tomt i NemRefusion.",
        "value=\"04-02-2026\"",
        "value=\"Ja\"",
        "value=\"0727\"",
        "Spørg lederen, hvad der blev sagt ved samtalen",
        "Der er ikke taget stilling.",
        "Kommer, når anmeldelsen er underskrevet og sendt.",
        "/kopier.js\" defer",
    ];
    let mut resten = side.as_str();
    for del in dele {
        let sted = resten.find(del).unwrap_or_else(|| panic!("{del} is missing, or not in its place: {side}"));
        resten = &resten[sted + del.len()..];
    }
    let fil = hr.hent(&format!("{sti}.csv")).await;
    assert!(fil.hoveder[header::CONTENT_DISPOSITION].to_str().unwrap().ends_with(".csv\""));
    assert_eq!(fil.hoveder[header::CACHE_CONTROL], "no-store");
    assert!(fil.tekst.starts_with("\u{feff}Felt;Værdi;Bemærkning\r\n"));
    assert!(fil.tekst.contains("\r\nCPR-nummer;10010;\r\n"), "{}", fil.tekst);
    for rolle in [Rolle::Leder, Rolle::Revisor, Rolle::Kontaktperson, Rolle::Medarbejder, Rolle::Drift] {
        for sti in [sti.clone(), format!("{sti}.csv")] {
            assert_eq!(sted.som(rolle).await.hent(&sti).await.status, StatusCode::FORBIDDEN, "{rolle}");
        }
    }
    let stream = StreamId::new(format!("opslag/{SYG}")).unwrap();
    let opslag = sted.kerne.log.read_stream(&stream, 0, 10).await.unwrap();
    let formaal: Vec<_> = (opslag.iter())
        .map(|r| {
            assert!(String::from_utf8_lossy(&r.meta).contains("\"hr\""));
            serde_json::from_slice::<serde_json::Value>(&r.body).unwrap()["formaal"].clone()
        })
        .collect();
    assert_eq!(formaal, ["anmeldelse_ark", "anmeldelse_ark_fil"], "those who were refused saw nothing");
    let mig = sted.som(Rolle::Medarbejder).await.hent("/mig").await.tekst;
    let (foerst, sidst) = ("HR så navn og CPR-nummer for at anmelde", "HR hentede en fil med navn og CPR-nummer");
    assert!(mig.find(sidst).unwrap() < mig.find(foerst).unwrap(), "the employee sees it, the newest first: {mig}");
    assert_eq!(sted.kerne.sammenlign().await.unwrap().1.len(), 0, "a look-up changes no projection");
}

/// Prepared on Wednesday 4 February: on Friday the 6th two working days have passed.
#[tokio::test]
async fn en_klargjort_anmeldelse_der_ikke_underskrives_er_en_opgave_hos_hr() {
    let sted = Arbejdsplads::aabn().await;
    let hr = sted.som(Rolle::Hr).await;
    let sti = format!("/forloeb/{}", sted.forloeb);
    let opgave = "Underskriv anmeldelsen i NemRefusion; den har været klargjort i 2 arbejdsdage";
    assert!(!hr.hent("/").await.tekst.contains(opgave));
    hr.send(&format!("{sti}/anmeldelse"), "trin=klar&dato=2026-02-04").await;
    let liste = hr.hent("/").await.tekst;
    assert!(liste.contains(opgave) && liste.contains(&format!("href=\"{sti}/anmeldelse-ark\"")), "{liste}");
    assert!(!sted.som(Rolle::Leder).await.hent("/").await.tekst.contains(opgave), "it is HR's");
    let ark = hr.hent(&format!("{sti}/anmeldelse-ark")).await.tekst;
    assert!(ark.contains("klargjort i 2 arbejdsdage og er ikke underskrevet") && !ark.contains("Markér som klargjort"));
    hr.send(&format!("{sti}/anmeldelse"), "trin=underskrevet&dato=2026-02-06").await;
    assert!(!hr.hent("/").await.tekst.contains(opgave));
}
