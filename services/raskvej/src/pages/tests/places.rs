//! Employees in the addresses of lists: by a place that names nobody, however somebody typed who is meant.

use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, LEDER, SYG};

#[tokio::test]
async fn a_form_that_names_somebody_leads_to_an_address_that_does_not() {
    let sted = Arbejdsplads::open().await;
    let (hr, revisor) = (sted.acting_as(Rolle::Hr).await, sted.acting_as(Rolle::Revisor).await);
    let (syg, leder) = (sted.place(SYG), sted.place(LEDER));
    for (visit, path, typed, shown, nr) in [
        (
            &hr,
            "/hr/breve/alle",
            format!("medarbejder={SYG}&udfald=sendt"),
            format!("medarbejder={syg}&udfald=sendt"),
            SYG,
        ),
        (&hr, "/hr/breve/alle", format!("modtager_nr=+{LEDER}&dag="), format!("modtager_nr={leder}"), LEDER),
        (
            &hr,
            "/opslag",
            format!("medarbejder_nr={SYG}&laest_af={LEDER}&rolle="),
            format!("medarbejder_nr={syg}&laest_af={leder}"),
            SYG,
        ),
        (&revisor, "/revision/log", format!("medarbejder={SYG}&stroem="), format!("medarbejder={syg}"), SYG),
        (&revisor, "/revision/log", format!("stroem=ansaettelse/{SYG}"), format!("medarbejder={syg}"), SYG),
        (&hr, "/stedfortraeder", format!("formular=find&leder_nr={LEDER}"), format!("leder_nr={leder}"), LEDER),
    ] {
        let sent = visit.send(path, &typed).await;
        assert_eq!((sent.status, sent.sted()), (StatusCode::SEE_OTHER, &*format!("{path}?{shown}")), "{}", sent.tekst);
        let page = visit.fetch(sent.sted()).await;
        assert_eq!(page.status, StatusCode::OK, "{path} {typed}");
        // The field has what was typed, and not what stands in the address.
        assert!(page.tekst.contains(&format!("value=\"{nr}\"")), "{path} {typed}: {}", page.tekst);
    }
}

/// What is nobody's number may be anything that somebody typed: it is in no address, neither that one comes to nor one that is led to.
#[tokio::test]
async fn what_names_nobody_is_answered_where_it_was_sent() {
    let sted = Arbejdsplads::open().await;
    let (hr, revisor) = (sted.acting_as(Rolle::Hr).await, sted.acting_as(Rolle::Revisor).await);
    for (visit, path, field) in [
        (&hr, "/hr/breve/alle", "medarbejder"),
        (&hr, "/hr/breve/alle", "modtager_nr"),
        (&hr, "/opslag", "medarbejder_nr"),
        (&hr, "/opslag", "laest_af"),
        (&revisor, "/revision/log", "medarbejder"),
        (&hr, "/stedfortraeder", "formular=find&leder_nr"),
    ] {
        let sent = visit.send(path, &format!("{field}=0101994321&dag=6.2.2026")).await;
        assert!([200, 422].contains(&sent.status.as_u16()) && sent.sted().is_empty(), "{path} {field}");
        for address in sent.tekst.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(!address.contains("0101994321"), "{path} {field}: {address}");
        }
    }
    // The name of a token is nobody's.
    let token = crate::token::fingerprint(&crate::token::new_token().unwrap());
    let mut issued = crate::projections::TokenUdstedt::new(token, Rolle::Hr, None);
    issued.navn = Some("Lønkontoret".to_owned());
    sted.app.registrer_token(&issued, &::forloeb::Aktoer::system("test")).await.unwrap();
    let sent = hr.send("/opslag", "laest_af=L%C3%B8nkontoret").await;
    assert_eq!(sent.sted(), "/opslag?laest_af=L%C3%B8nkontoret");
}

/// Who works for E102 gets no place of somebody in E101: it would say whose two numbers are one person's.
#[tokio::test]
async fn who_is_out_of_reach_has_no_place() {
    let clock = app::workplace::standing_still("2026-02-06T09:00:00Z");
    let sted = Arbejdsplads::with_hr(clock, false, Vec::new(), "20001=E102").await;
    let token = crate::token::new_token().unwrap();
    let issued =
        crate::projections::TokenUdstedt::new(crate::token::fingerprint(&token), Rolle::Hr, Some("20001".to_owned()));
    sted.app.registrer_token(&issued, &::forloeb::Aktoer::system("test")).await.unwrap();
    let inside = sted.send("POST", "/log-ind", &format!("token={token}"), "").await;
    let cookie = inside.cookies("");
    for (nr, status) in [("20010", StatusCode::SEE_OTHER), (SYG, StatusCode::OK), ("4711", StatusCode::OK)] {
        let sent = sted.send("POST", "/hr/breve/alle", &format!("medarbejder={nr}"), &cookie).await;
        assert_eq!(sent.status, status, "{nr}: {}", sent.tekst);
    }
}
