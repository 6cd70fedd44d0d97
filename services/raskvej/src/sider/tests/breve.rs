//! What the mail server refused: shown to HR without an address, and sent again once.

use ::forloeb::haendelse::{Afgoerelse, Udfald};
use ::forloeb::kommando::{Handling, Kommando};
use ::forloeb::ord::{Fristart, Rolle};
use ::forloeb::paamindelser::planlagte;
use ::forloeb::{Aktoer, frister::vurder};
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, SYG, tilstand};
use crate::fejlede::alle_fejlede;

#[tokio::test]
async fn en_afvist_mail_staar_paa_listen_indtil_den_sendes_igen() {
    let sted = Arbejdsplads::aabn().await;
    let hr = sted.som(Rolle::Hr).await;
    assert!(hr.hent("/hr/breve").await.tekst.contains("Mailserveren har ikke afvist nogen påmindelser."));

    let f = sted.kerne.forloeb(sted.forloeb).await.unwrap().unwrap();
    let idag = sted.kerne.ur.idag();
    let plan = planlagte(&f, &vurder(&f, idag, &sted.kerne.bog()), idag, &sted.kerne.bog());
    let p = plan.iter().find(|p| p.noegle.frist == Fristart::Anmeldelse && p.dag <= idag).unwrap();
    let udfald = Udfald::Fejlet { grund: "smtp_550".into() };
    let afgoerelser = vec![Afgoerelse { noegle: p.noegle.clone(), dag: p.dag, udfald }];
    let handling = Handling::AfgoerPaamindelser(afgoerelser);
    let kommando = Kommando::Forloeb { id: f.id, hvis_version: None, handling };
    sted.kerne.udfoer(SYG, &kommando, &Aktoer::system("paamindelser"), None).await.unwrap();

    let side = hr.hent("/hr/breve").await.tekst;
    for del in ["Mailserveren kender ikke postkassen (smtp_550)", "Anmeldelse", "Send igen"] {
        assert!(side.contains(del), "{del}");
    }
    assert!(!side.contains('@'), "no address");
    assert!(hr.hent("/").await.tekst.contains("href=\"/hr/breve\""));
    let id = side.split("name=\"paamindelse\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let noegle = side.split("name=\"noegle\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let krop = format!("forloeb={}&paamindelse={id}&noegle={noegle}", f.id);
    let leder = sted.som(Rolle::Leder).await;
    assert_eq!(leder.send("/hr/breve", &krop).await.status, StatusCode::FORBIDDEN);
    for _ in 0..2 {
        let svar = hr.send("/hr/breve", &krop).await;
        assert_eq!((svar.status, svar.sted()), (StatusCode::SEE_OTHER, "/hr/breve?ok=send-igen"));
    }
    let side = hr.hent("/hr/breve?ok=send-igen").await.tekst;
    assert!(side.contains("Mailserveren har ikke afvist nogen påmindelser.") && side.contains("sendes igen kl. 8"));
    let efter = sted.kerne.forloeb(sted.forloeb).await.unwrap().unwrap();
    assert_eq!(efter.version, f.version, "nobody's form is out of date because of it");
    let plan = planlagte(&efter, &vurder(&efter, idag, &sted.kerne.bog()), idag, &sted.kerne.bog());
    assert!(plan.contains(p), "it is due again");
    let historik = hr.hent(&format!("/forloeb/{}", f.id)).await.tekst;
    assert!(historik.contains("Påmindelse om anmeldelse til") && historik.contains("skal sendes igen."));
    // Not refused any more: a new order is refused.
    let igen = format!("forloeb={}&paamindelse={id}&noegle=en-anden-side", f.id);
    assert_eq!(hr.send("/hr/breve", &igen).await.status, StatusCode::CONFLICT);
    let bruger = crate::adgang::Bruger { rolle: Rolle::Hr, nr: None };
    assert!(alle_fejlede(&sted.kerne, &bruger).is_empty());
}

/// Friday 6 February 2026 at ten, and no mail server: what is due waits, and the page says how much, what, and why.
#[tokio::test]
async fn det_der_venter_staar_paa_siden_med_grunden() {
    let sted = Arbejdsplads::aabn().await;
    let hr = sted.som(Rolle::Hr).await;
    let side = hr.hent("/hr/breve").await.tekst;
    let venter = tilstand(&sted.kerne).paamindelser.ventende().await.unwrap().ventende;
    assert!(!venter.is_empty() && venter.iter().all(|v| v.grund == "ingen_mailserver"), "{venter:?}");
    let grund = format!("<li>{}: Der er ikke sat nogen mailserver op (RASKVEJ_SMTP_URL)</li>", venter.len());
    assert!(side.contains(&grund), "{side}");
    assert!(side.contains("RASKVEJ_SMTP_URL er ikke sat:") && side.contains("mails venter, til der er en mailserver"));
    assert!(!side.contains("leveret") && !side.contains("Ingen påmindelser venter.") && !side.contains('@'));
    assert_eq!(side.matches("Der er ikke sat nogen mailserver op").count(), venter.len() + 1, "each line says why");
}
