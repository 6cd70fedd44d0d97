//! The refusion ledger, its sums by unit, and the data sheet of the anmeldelse.

use ::forloeb::Oere;
use ::forloeb::words::{LoenUnderSygdom, Rolle};
use axum::extract::State;
use axum::http::{StatusCode, header};
use eventlog::StreamId;

use super::arbejdsplads::{Arbejdsplads, LEDER, SYG, state};
use crate::access::User;
use crate::http::{Caller, Id, list, regnskab};

/// Day 33 without a receipt: Wednesday 4, Thursday 5, Friday 6 and Monday 9 February are at risk, 939 kr. each.
#[tokio::test]
async fn the_regnskab_shows_each_day_and_how_the_figure_is_reckoned() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let forloeb = leder.fetch(&format!("/forloeb/{}", sted.forloeb)).await.tekst;
    let path = format!("/forloeb/{}/refusion", sted.forloeb);
    assert!(forloeb.contains(&format!("href=\"{path}\"")) && !forloeb.contains("anmeldelse-ark"));
    let page = leder.fetch(&path).await.tekst;
    for del in [
        "Åse Ærlig &#60;b&#62;: refusion dag for dag",
        "Kan mistes, hvis fristen overskrides",
        "højst ca. 4.153\u{a0}kr.",
        "onsdag den 4. februar 2026 til fredag den 6. februar 2026: 3 hverdage × 5.085\u{a0}kr. / 5 × 37 af 37 timer × \
         100 % + 2,1 % i tillæg = 3.115,07\u{a0}kr. (Regnet ud af bekendtgørelse nr. 1342 af 2025",
        "Arbejdsgiveren betaler selv de første 30 dage (sygedagpengeloven § 30).",
        "Mangler kvittering",
    ] {
        assert!(page.contains(del), "{del}: {page}");
    }
    let title = page.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
    assert!(!title.contains("Ærlig"), "the browser's history holds no names: {title}");
}

/// The figures of a table as they stand there, though some lead to what they are of.
fn without_links(page: &str) -> String {
    let mut pieces = page.split("<a href=\"/hr?");
    let first = pieces.next().unwrap_or_default().to_owned();
    let rest = pieces.map(|piece| piece.split_once("\">").unwrap().1.replacen("</a>", "", 1));
    first + &rest.collect::<String>()
}

/// Receipted in time; of the three days that have passed, two are claimed.
#[tokio::test]
async fn the_sums_per_enhed_follow_what_happens() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    assert!(hr.fetch("/hr").await.tekst.contains("href=\"/hr/refusion\""));
    let row = |kr: [u32; 5]| -> String {
        let names = ["Kan søges", "Søgt", "Kan mistes", "Mistet, anmeldt for sent", "Mistet, søgt for sent"];
        let cell = |(name, kr): (&str, u32)| {
            let kr = crate::sentences::figure(kr.into());
            format!("<td class=\"tal\" data-navn=\"{name}\">{kr}\u{a0}kr.</td>")
        };
        names.into_iter().zip(kr).map(cell).collect()
    };
    // E101: four days of one, two of 10011 who is back at work. E102: 18 to 23 February, four working days.
    let before = without_links(&hr.fetch("/hr/refusion").await.tekst);
    for kr in [[0, 0, 6230, 0, 0], [0, 0, 4153, 0, 0], [0, 0, 10_383, 0, 0]] {
        assert!(before.contains(&row(kr)), "{kr:?}: {before}");
    }
    let path = format!("/forloeb/{}", sted.forloeb);
    let kvittering = hr
        .send(
            &format!("{path}/anmeldelse"),
            "trin=kvitteret&dato=2026-02-06&underskrevet_dato=2026-02-06&kvittering=NR-1",
        )
        .await;
    assert_eq!(kvittering.status, StatusCode::SEE_OTHER);
    let krav = hr.send(&format!("{path}/refusionsanmodning"), "fra=2026-02-04&til=2026-02-05&beloeb=1878").await;
    assert_eq!(krav.status, StatusCode::SEE_OTHER);
    let after = without_links(&hr.fetch("/hr/refusion?enhed=E101").await.tekst);
    assert!(after.contains("Refusion i Botilbud E101") && !after.contains("Olsen"));
    assert!(after.contains(&format!("href=\"{path}/refusion\"")), "a figure opens to its days");
    for kr in [[1038, 2077, 0, 0, 0], [0, 0, 2077, 0, 0], [1038, 2077, 2077, 0, 0]] {
        assert!(after.contains(&row(kr)), "{kr:?}: {after}");
    }
    let page = hr.fetch(&format!("{path}/refusion")).await.tekst;
    assert!(page.contains("Uden huller og overlap.") && page.contains("</strong>: 1.878\u{a0}kr.</p>"));
    assert!(
        page.contains("fredag den 6. februar 2026. Den ældste dag kan søges til og med dagen om 89 dage (6. maj 2026)")
    );
}

/// Friday 20 February: nobody sent the anmeldelse by 9 February. 10011 came back after Thursday 5 February and lost the
/// 4th and the 5th; 10010 is still away and lost 4 to 19 February, twelve working days; both in E101. A day
/// is 5.085 kr. / 5 and 2,1 % = 1.038,357 kr.: 12.460,28 and 2.076,71, in whole kroner
/// 12.460 and 2.077. What is lost stays
/// lost when 10010 comes back, on every page and in the API, until a year after the last day.
#[tokio::test]
async fn what_is_lost_is_lost_also_when_the_sick_one_is_back() {
    let sted = Arbejdsplads::open().await;
    let (hr, leder) = (sted.acting_as(Rolle::Hr).await, sted.acting_as(Rolle::Leder).await);
    let fetch = async |who: User| {
        let overblik = list::overblik(State(state(&sted.app)), Caller(who)).await.0;
        overblik.penge.map_or_else(Default::default, |penge| (penge.mistet, penge.mistet_siden.to_string()))
    };
    let acting_as = |rolle, nr: &str| User::new(rolle, Some(nr.to_owned()));
    let all_says = async |kr: u32, since: &str| {
        let (page, enheder) = (hr.fetch("/hr").await.tekst, hr.fetch("/hr/refusion").await.tekst);
        let tekst = format!("{}\u{a0}kr.", crate::sentences::figure(kr.into()));
        assert!(page.contains(&format!("<strong>{tekst}</strong> er mistet")), "{kr}: {page}");
        let cell = format!("<td class=\"tal\" data-navn=\"Mistet, anmeldt for sent\">{tekst}</td>");
        let footer = enheder.split("<tfoot>").nth(1).unwrap_or_default();
        assert!(footer.contains(&cell) || (kr == 0 && enheder.contains("I alt")), "{kr}: {enheder}");
        assert!(enheder.contains(since) && page.contains(since), "the period is told");
    };
    sted.app.clock.move_to("2026-02-20T09:00:00Z".parse().unwrap());
    // 20010 fell ill on 19 January: its first refusion day is 18 February, and nothing is lost before 24 February.
    all_says(14_537, "torsdag den 20. februar 2025").await;
    let before = (Oere::new(1_453_700), "2025-02-20".to_owned());
    assert_eq!(fetch(acting_as(Rolle::Hr, "9")).await, before);
    assert_eq!(fetch(acting_as(Rolle::Leder, "10001")).await, before, "both are hers");
    assert_eq!(fetch(acting_as(Rolle::Leder, "20001")).await.0, Oere::ZERO, "and nobody else's");
    let path = format!("/forloeb/{}", sted.forloeb);
    let rask = leder.send(&format!("{path}/raskmelding"), "sidste_fravaersdag=2026-02-19").await;
    assert_eq!(rask.status, StatusCode::SEE_OTHER);
    all_says(14_537, "torsdag den 20. februar 2025").await;
    assert_eq!(fetch(acting_as(Rolle::Hr, "9")).await, before);
    assert_eq!(fetch(acting_as(Rolle::Leder, "10001")).await, before);
    let enhed = hr.fetch("/hr/refusion?enhed=E101").await.tekst;
    assert!(enhed.contains(&format!("href=\"{path}/refusion\"")), "the figure opens to its days: {enhed}");
    assert_eq!(sted.app.compare(&Default::default()).await.unwrap().1.len(), 0);

    // 20010 is never ended; it is not part of what this is about.
    hr.send(&format!("/forloeb/{}/annullering", sted.foreign), "begrundelse=Fejl&sikker=ja").await;
    for (today, oere) in
        [("2027-02-05", 1_453_700), ("2027-02-06", 1_246_000), ("2027-02-19", 1_246_000), ("2027-02-20", 0)]
    {
        sted.app.clock.move_to(format!("{today}T09:00:00Z").parse().unwrap());
        assert_eq!(fetch(acting_as(Rolle::Hr, "9")).await.0, Oere::new(oere), "{today}");
        assert_eq!(fetch(acting_as(Rolle::Leder, "10001")).await.0, Oere::new(oere), "{today}");
        assert_eq!(sted.app.compare(&Default::default()).await.unwrap().1.len(), 0, "{today}");
    }
}

/// Receipted in time, and nobody claims until Sunday 10 May: 4 to 9 February, four working days, are lost by § 59. The
/// form offers what the rules take, and the page says what is lost.
#[tokio::test]
async fn the_form_proposes_only_days_that_can_be_claimed() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let path = format!("/forloeb/{}", sted.forloeb);
    hr.send(
        &format!("{path}/anmeldelse"),
        "trin=kvitteret&dato=2026-02-06&underskrevet_dato=2026-02-06&kvittering=NR-1",
    )
    .await;
    sted.app.clock.move_to("2026-05-10T09:00:00Z".parse().unwrap());
    let page = hr.fetch(&path).await.tekst;
    for del in [
        "<th scope=\"row\">Næste dag, der kan søges for</th><td>tirsdag den 10. februar 2026</td>",
        "<td>onsdag den 4. februar 2026 til mandag den 9. februar 2026 (6 dage)</td>",
        "højst ca. 4.153\u{a0}kr.",
        "6 dage er mistet, fordi der ikke blev søgt i tide, og kan ikke søges mere.",
    ] {
        assert!(page.contains(del), "{del}: {page}");
    }
    let felt = |name: &str| -> String {
        let fra = page.find(&format!("name=\"{name}\"")).and_then(|n| page[..n].rfind("<input")).unwrap();
        let input = page[fra..].split('>').next().unwrap();
        input.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let page_form = page.find("action=\"").map(|_| (felt("fra"), felt("til"))).unwrap();
    assert_eq!(page_form, ("2026-02-10".to_owned(), "2026-03-11".to_owned()), "thirty days");
    let krav = hr.send(&format!("{path}/refusionsanmodning"), "fra=2026-02-10&til=2026-03-11").await;
    assert_eq!(krav.status, StatusCode::SEE_OTHER, "what is offered is taken: {}", krav.tekst);
}

#[tokio::test]
async fn the_api_gives_each_figure_with_its_led() {
    let sted = Arbejdsplads::open().await;
    let acting_as = |rolle, nr: &str| Caller(User::new(rolle, Some(nr.to_owned())));
    let fetch = |who| regnskab::refusion(State(state(&sted.app)), who, Id(sted.forloeb));
    let answer = fetch(acting_as(Rolle::Leder, "10001")).await.unwrap();
    assert!(answer.headers().contains_key(header::ETAG));
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    let json: serde_json::Value = serde_json::from_slice(&body).unwrap();
    let fare = &json["summer"]["i_fare"];
    assert_eq!((&fare["kr"], &fare["aarets_sats"]), (&4153.into(), &true.into()));
    assert_eq!(fare["beloeb_oere"], 415_300);
    let led = &fare["led"][0];
    let expected = serde_json::json!({
        "fra": "2026-02-04", "til": "2026-02-06", "hverdage": 3, "sats_aar": 2026, "kr_pr_uge": 5085,
        "pr_uge_oere": 508_500, "beloeb_oere": 311_507,
        "sats_kilde": "Regnet ud af bekendtgørelse nr. 1342 af 2025 § 1 (8.898.750 kr. / 1.750)", "aarets_sats": true,
        "tillaeg_pct": 2.1, "timer_pr_uge": 37.0, "fuld_uge_timer": 37.0, "omfang_pct": 100, "beloeb": 3115.07,
    });
    assert_eq!(*led, expected);
    assert_eq!(json["dage"][1]["stand"], "mangler_kvittering");
    assert_eq!(json["dage"][0]["dage"], 30);
    assert_eq!(fetch(acting_as(Rolle::Kontaktperson, "10002")).await.unwrap_err().status, 403);
    assert_eq!(fetch(acting_as(Rolle::Leder, "20001")).await.unwrap_err().status, 404);
}

#[tokio::test]
async fn the_ark_has_the_fields_and_every_opslag_is_noted() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let path = format!("/forloeb/{}/anmeldelse-ark", sted.forloeb);
    let page = hr.fetch(&path).await.tekst;
    assert!(page.contains("3 felter mangler"), "the employer's numbers, the duration, fast track");
    let parts = [
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
        "Der er ingen samtale registreret.",
        "Spørg lederen, hvad der blev sagt ved samtalen",
        "Der er ikke taget stilling.",
        "I har ikke taget stilling. Kommunen: følger op inden udgangen af ottende uge.",
        "hvilke funktioner i arbejdet er påvirket?",
        "hvor længe ventes det at vare?",
        "hvilke tilpasninger er prøvet?",
        "Kommer, når anmeldelsen er underskrevet og sendt.",
        "/kopier.js\" defer",
    ];
    let mut rest = page.as_str();
    for del in parts {
        let sted = rest.find(del).unwrap_or_else(|| panic!("{del} is missing, or not in its place: {page}"));
        rest = &rest[sted + del.len()..];
    }
    let file = hr.fetch(&format!("{path}.csv")).await;
    assert!(file.heads[header::CONTENT_DISPOSITION].to_str().unwrap().ends_with(".csv\""));
    assert_eq!(file.heads[header::CACHE_CONTROL], "no-store");
    assert!(file.tekst.starts_with("\u{feff}Felt;Værdi;Bemærkning\r\n"));
    assert!(file.tekst.contains("\r\nCPR-nummer;10010;\r\n"), "{}", file.tekst);
    for rolle in [Rolle::Leder, Rolle::Revisor, Rolle::Kontaktperson, Rolle::Medarbejder, Rolle::Drift] {
        for path in [path.clone(), format!("{path}.csv")] {
            assert_eq!(sted.acting_as(rolle).await.fetch(&path).await.status, StatusCode::FORBIDDEN, "{rolle}");
        }
    }
    let stream = StreamId::new(format!("opslag/{SYG}")).unwrap();
    let opslag = sted.app.log.read_stream(&stream, 0, 10).await.unwrap();
    let formaal: Vec<_> = (opslag.iter())
        .map(|r| {
            assert!(String::from_utf8_lossy(&r.meta).contains("\"hr\""));
            serde_json::from_slice::<serde_json::Value>(&r.body).unwrap()["formaal"].clone()
        })
        .collect();
    assert_eq!(formaal, ["anmeldelse_ark", "anmeldelse_ark_fil"], "those who were refused saw nothing");
    let mig = sted.acting_as(Rolle::Medarbejder).await.fetch("/mig").await.tekst;
    let (first, last) = ("HR så navn og CPR-nummer for at anmelde", "HR hentede en fil med navn og CPR-nummer");
    assert!(mig.find(last).unwrap() < mig.find(first).unwrap(), "the employee sees it, the newest first: {mig}");
    assert_eq!(sted.app.compare(&Default::default()).await.unwrap().1.len(), 0, "a look-up changes no projection");
}

/// Prepared on Wednesday 4 February: on Friday the 6th two working days have passed.
#[tokio::test]
async fn a_prepared_anmeldelse_that_is_not_signed_is_a_task_of_hr() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let path = format!("/forloeb/{}", sted.forloeb);
    let task = "Underskriv anmeldelsen i NemRefusion; den har været klargjort i 2 arbejdsdage";
    assert!(!hr.fetch("/").await.tekst.contains(task));
    hr.send(&format!("{path}/anmeldelse"), "trin=klar&dato=2026-02-04").await;
    let list = hr.fetch("/").await.tekst;
    assert!(list.contains(task) && list.contains(&format!("href=\"{path}/anmeldelse-ark\"")), "{list}");
    assert!(!sted.acting_as(Rolle::Leder).await.fetch("/").await.tekst.contains(task), "it is HR's");
    let ark = hr.fetch(&format!("{path}/anmeldelse-ark")).await.tekst;
    assert!(ark.contains("klargjort i 2 arbejdsdage og er ikke underskrevet") && !ark.contains("Markér som klargjort"));
    hr.send(&format!("{path}/anmeldelse"), "trin=underskrevet&dato=2026-02-06").await;
    assert!(!hr.fetch("/").await.tekst.contains(task));
}

/// Whether the § 56 agreement covers an absence is a task of the leader's and HR's until somebody says, and on HR's page.
#[tokio::test]
async fn an_unanswered_paragraf_56_is_a_task_until_somebody_says() {
    let sted = Arbejdsplads::open().await;
    sted.told("40001", "Karen Krogh", |s| s.paragraf_56 = true).await;
    let forloeb = sted.away("40001", "2026-02-02").await;
    let (hr, leder) = (sted.acting_as(Rolle::Hr).await, sted.acting_as(Rolle::Leder).await);
    let task = "Svar på, om fraværet er dækket af § 56-aftalen";
    let link = format!("href=\"/forloeb/{forloeb}?vis=paragraf-56#f-paragraf-56\"");
    for visit in [&hr, &leder] {
        let page = visit.fetch("/").await.tekst;
        assert_eq!((page.matches(task).count(), page.matches(&link).count()), (1, 1), "{page}");
    }
    let page = hr.fetch("/hr").await.tekst;
    assert!(page.contains("om § 56-aftalen dækker dette fravær") && page.contains(&link), "{page}");
    // The contact person sees nothing of it.
    let kontaktperson = sted.acting_as(Rolle::Kontaktperson).await;
    assert!(!kontaktperson.fetch("/").await.tekst.contains("§ 56"));
    let answer = leder.send(&format!("/forloeb/{forloeb}/paragraf-56"), "gaelder=nej").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    for (visit, path) in [(&hr, "/"), (&leder, "/"), (&hr, "/hr")] {
        assert!(!visit.fetch(path).await.tekst.contains("§ 56-aftalen"), "{path}");
    }
}

/// Who gets no wages while ill: no kroner, and why, and what is to be done all the same.
#[tokio::test]
async fn without_loen_the_pages_say_why_there_is_no_refusion() {
    let sted = Arbejdsplads::open().await;
    sted.told("40002", "Villy Vikar", |s| s.loen_under_sygdom = Some(LoenUnderSygdom::Nej)).await;
    let forloeb = sted.away("40002", "2026-01-05").await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let why = "Ingen, 0 kr.: arbejdsgiveren betaler ikke løn under sygdommen (§ 54).";
    let page = hr.fetch(&format!("/forloeb/{forloeb}")).await.tekst;
    assert!(page.contains(why) && page.contains("(§ 40 stk. 3)") && !page.contains("Mistes, hvis"), "{page}");
    let page = hr.fetch(&format!("/forloeb/{forloeb}/refusion")).await.tekst;
    assert!(page.contains(why) && page.contains("Uden løn") && page.contains("Ingen refusion"), "{page}");
    let ark = hr.fetch(&format!("/forloeb/{forloeb}/anmeldelse-ark")).await.tekst;
    assert!(ark.contains("Markér som klargjort"), "the anmeldelse is still to be sent: {ark}");
}

/// What the domain knows of a § 56 agreement that nobody has answered for, of a signature and of a late one, is in the JSON.
#[tokio::test]
async fn the_api_has_each_reading_the_signature_and_the_last_days() {
    let sted = Arbejdsplads::open().await;
    sted.told("40001", "Karen Krogh", |s| s.paragraf_56 = true).await;
    let forloeb = sted.away("40001", "2026-01-05").await;
    let json = async |id| {
        let hr = Caller(User::new(Rolle::Hr, None));
        let answer = regnskab::refusion(State(state(&sted.app)), hr, Id(id)).await.unwrap();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()
    };
    let both = json(forloeb).await;
    assert_eq!((&both["foerste_refusionsdag"], &both["foerstedagsret"]), (&"2026-01-05".into(), &"paragraf_56".into()));
    assert_eq!(both["ellers"]["foerste_refusionsdag"], "2026-02-04");
    assert!(both["ellers"]["i_fare"]["kr"].as_i64().unwrap() < both["summer"]["i_fare"]["kr"].as_i64().unwrap());
    let hr = sted.acting_as(Rolle::Hr).await;
    let path = format!("/forloeb/{}/anmeldelse", sted.forloeb);
    assert_eq!(hr.send(&path, "trin=underskrevet&dato=2026-02-05").await.status, StatusCode::SEE_OTHER);
    assert_eq!(json(sted.forloeb).await["afventer_kvittering"], "2026-02-05");
    let kvittering = "trin=kvitteret&dato=2026-02-06&kvittering=NR-1";
    assert_eq!(hr.send(&path, kvittering).await.status, StatusCode::SEE_OTHER);
    let krav = format!("/forloeb/{}/refusionsanmodning", sted.forloeb);
    let signed = "fra=2026-02-04&til=2026-02-04&underskrevet_dato=2026-02-05";
    assert_eq!(hr.send(&krav, signed).await.status, StatusCode::SEE_OTHER);
    let claimed = json(sted.forloeb).await;
    assert_eq!(
        (&claimed["anmeldt"], &claimed["afventer_kvittering"]),
        (&"2026-02-05".into(), &serde_json::Value::Null)
    );
    assert_eq!(claimed["krav"][0]["underskrevet_dato"], "2026-02-05");
    let page = hr.fetch(&format!("/forloeb/{}", sted.forloeb)).await.tekst;
    assert!(page.contains("underskrevet torsdag den 5. februar 2026"), "{page}");
    sted.told("40002", "Villy Vikar", |s| s.loen_under_sygdom = Some(LoenUnderSygdom::Nej)).await;
    let without = json(sted.away("40002", "2026-01-05").await).await;
    assert_eq!((&without["gives"], &without["loen_under_sygdom"]), (&false.into(), &"nej".into()));
}

/// Reported sick for 10 % of 37 hours: it is done, and HR is told that it is no partial sickness.
#[tokio::test]
async fn a_sygemelding_of_few_hours_is_done_and_warned_of() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    for (nr, pct, warned) in [("10003", "10", true), (LEDER, "11", false)] {
        let body = format!("medarbejder_nr={nr}&foerste_fravaersdag=2026-02-05&aarsag=sygdom&omfang_pct={pct}");
        let answer = hr.send("/forloeb/ny", &body).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.tekst);
        let page = hr.fetch(answer.sted()).await.tekst;
        assert_eq!(page.contains("ikke er delvis sygdom i refusionens forstand"), warned, "{pct} {page}");
    }
}

/// What the talk came to, and what is asked of who was employed a month before: Friday 6 February is their sixth day away.
#[tokio::test]
async fn the_ark_has_the_talk_and_what_is_asked_of_who_is_new() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let talk = "dato=2026-01-29&udfald=holdt_telefon&forventet_varighed=over_8_uger&delvis_mulig=ja";
    let path = format!("/forloeb/{}", sted.forloeb);
    assert_eq!(hr.send(&format!("{path}/samtale"), talk).await.status, StatusCode::SEE_OTHER);
    let page = hr.fetch(&format!("{path}/anmeldelse-ark")).await.tekst;
    for part in ["value=\"29-01-2026\"", "Holdt i telefonen.", "delvist tilbage?", "går til handlekommunen"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("samme rækkefølge") && !page.contains("Aftalt løn"), "{page}");
    sted.told("40003", "Nina Ny", |s| s.ansat = Some("2026-01-05".parse().unwrap())).await;
    let new = sted.away("40003", "2026-02-01").await;
    let page = hr.fetch(&format!("/forloeb/{new}/anmeldelse-ark")).await.tekst;
    for part in ["ansat under 8 uger", "Arbejdet de seneste 8 uger før fraværet", "Aftalt løn"] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

/// Payroll has Odder, 0727. Somebody who had moved was notified in Aarhus, and the sheet, the next step and the history say so.
#[tokio::test]
async fn the_kommune_that_was_written_with_the_anmeldelse_counts() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let path = format!("/forloeb/{}", sted.forloeb);
    let ark = format!("{path}/anmeldelse-ark");
    let before = hr.fetch(&ark).await.tekst;
    assert!(before.contains("value=\"0727\"") && !before.contains("Skrevet ved anmeldelsen"), "{before}");
    for (kommune, differs) in [("727", false), ("0751", true)] {
        let body = format!("trin=underskrevet&dato=2026-02-05&kommune={kommune}");
        let sent = hr.send(&format!("{path}/anmeldelse"), &body).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.tekst);
        let page = hr.fetch(&ark).await.tekst;
        assert!(page.contains(&format!("value=\"{kommune}\"")), "{page}");
        assert_eq!(page.contains("Skrevet ved anmeldelsen; lønsystemet siger 0727."), differs, "{page}");
    }
    let page = hr.fetch(&path).await.tekst;
    let said = "Anmeldelsen blev underskrevet torsdag den 5. februar 2026, handlekommune 0751.";
    assert!(page.contains(said) && page.contains("name=\"kommune\" value=\"0751\""), "{page}");
}
