//! Who sees what.

use ::forloeb::Aktoer;
use ::forloeb::haendelse::StamdataRegistreret;
use ::forloeb::kommando::Kommando;
use ::forloeb::ord::Rolle;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use super::arbejdsplads::{ANDEN_LEDER, Arbejdsplads, LEDER, NAVN, SYG};
use crate::ur::Ur;

const ROLLER: [Rolle; 7] = [
    Rolle::Leder,
    Rolle::Hr,
    Rolle::Revisor,
    Rolle::Kontaktperson,
    Rolle::Koordinator,
    Rolle::Medarbejder,
    Rolle::Drift,
];

/// Whoever can do something about it is told why no reminder comes.
#[tokio::test]
async fn hr_ser_at_paamindelser_venter_paa_maskinens_ur() {
    let tid = |tekst: &str| tekst.parse().unwrap();
    let sted = Arbejdsplads::paa(Ur::efterlignet(tid("2026-02-06T09:00:00Z")), true).await;
    let venter = async |rolle, sti| sted.som(rolle).await.hent(sti).await.tekst.contains("Påmindelser venter");
    sted.kerne.health().await;
    assert!(!venter(Rolle::Hr, "/hr").await);
    sted.kerne.ur.spring(tid("2036-02-06T09:00:00Z"));
    sted.kerne.health().await;
    let side = sted.som(Rolle::Hr).await.hent("/hr").await.tekst;
    assert!(
        side.contains("Maskinens ur viser 6. februar 2036 kl. 10:00. Det er langt efter 6. februar 2026 kl. 10:00")
    );
    assert!(venter(Rolle::Hr, "/hr/breve").await && !venter(Rolle::Leder, "/").await);
    sted.kerne.confirm_clock("2036-02-06".parse().unwrap()).unwrap();
    assert!(!venter(Rolle::Hr, "/hr").await);
}

/// What each role gets of each page, in the order of [`ROLLER`].
#[tokio::test]
async fn hver_rolle_faar_sine_sider_og_ikke_andres() {
    let sted = Arbejdsplads::aabn().await;
    let f = sted.forloeb;
    let sider: [(String, [u16; 7]); 21] = [
        ("/".into(), [200, 200, 303, 200, 200, 303, 200]),
        (format!("/forloeb/{f}"), [200, 200, 200, 200, 404, 303, 404]),
        (format!("/forloeb/{f}/refusion"), [200, 200, 200, 403, 404, 200, 404]),
        (format!("/forloeb/{f}/anmeldelse-ark"), [403, 200, 403, 403, 403, 403, 403]),
        (format!("/forloeb/{f}/plan"), [200, 200, 200, 403, 404, 200, 404]),
        (format!("/forloeb/{f}/plan/1"), [404, 404, 404, 403, 404, 404, 404]),
        (format!("/forloeb/{}", sted.fremmed), [404, 200, 200, 200, 404, 404, 404]),
        ("/forloeb/ny".into(), [200, 200, 403, 403, 403, 403, 403]),
        ("/forloeb/ikke-et-id".into(), [404; 7]),
        ("/signaler".into(), [200, 200, 403, 403, 403, 403, 403]),
        ("/stedfortraeder".into(), [200, 200, 403, 403, 403, 403, 403]),
        ("/hr".into(), [403, 200, 403, 403, 403, 403, 403]),
        ("/hr/refusion".into(), [403, 200, 403, 403, 403, 403, 403]),
        ("/hr/statistik".into(), [403, 200, 403, 403, 403, 403, 403]),
        ("/hr/regler".into(), [403, 200, 403, 403, 403, 403, 403]),
        ("/hr/breve".into(), [403, 200, 403, 403, 403, 403, 403]),
        ("/revision".into(), [403, 403, 200, 403, 403, 403, 403]),
        ("/revision/log".into(), [403, 403, 200, 403, 403, 403, 403]),
        (format!("/revision/forloeb/{f}"), [403, 403, 200, 403, 403, 403, 403]),
        ("/mig".into(), [403, 403, 403, 403, 403, 200, 403]),
        ("/demo/post".into(), [200; 7]),
    ];
    for (n, rolle) in ROLLER.into_iter().enumerate() {
        let besoeg = sted.som(rolle).await;
        for (sti, ventet) in &sider {
            let svar = besoeg.hent(sti).await;
            assert_eq!(svar.status.as_u16(), ventet[n], "{rolle} {sti}");
            if !svar.status.is_redirection() {
                en_ordentlig_side(&svar.tekst, sti);
            }
            assert!(!svar.tekst.contains("<b>"), "{rolle} {sti}: what people are called is text, not HTML");
            assert_eq!(svar.hoveder[header::CACHE_CONTROL], "no-store", "{sti}");
            assert_eq!(svar.hoveder[header::REFERRER_POLICY], "no-referrer", "{sti}");
            let csp = svar.hoveder[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(csp.starts_with("default-src 'none'") && !csp.contains("unsafe"), "{sti}");
            if matches!(rolle, Rolle::Revisor | Rolle::Drift) {
                for navn in ["Ærlig", "Madsen", "Nielsen", "Olsen"] {
                    assert!(!svar.tekst.contains(navn), "{rolle} sees {navn} on {sti}");
                }
            }
        }
    }
}

fn en_ordentlig_side(html: &str, sti: &str) {
    for (del, gange) in [("<h1", 1), ("<main", 1), ("<title>", 1), ("lang=\"da\"", 1), ("class=\"spring\"", 1)] {
        assert_eq!(html.matches(del).count(), gange, "{del} on {sti}");
    }
    assert!(html.contains(" – Raskvej</title>"), "{sti}");
    assert!(!html.contains("style=\""), "{sti}");
    let scripts = html.matches("<script").count();
    assert_eq!(scripts, html.matches("<script src=\"/aktiver/").count(), "no script in a page itself: {sti}");
    assert_eq!(scripts, usize::from(sti.ends_with("/anmeldelse-ark") && html.contains("id=\"kopieret\"")), "{sti}");
    let mut ids: Vec<_> = html.split(" id=\"").skip(1).filter_map(|r| r.split('"').next()).collect();
    ids.sort_unstable();
    if let Some(par) = ids.windows(2).find(|p| p[0] == p[1]) {
        panic!("{sti}: id {} twice", par[0]);
    }
}

#[tokio::test]
async fn uden_login_kommer_man_til_log_ind_og_derfra_til_siden() {
    let sted = Arbejdsplads::aabn().await;
    let sti = format!("/forloeb/{}", sted.forloeb);
    let svar = sted.send("GET", &sti, "", "").await;
    assert_eq!((svar.status, svar.sted()), (StatusCode::SEE_OTHER, format!("/log-ind?videre={sti}").as_str()));
    let side = sted.send("GET", svar.sted(), "", "").await;
    assert!(side.tekst.contains(&format!("name=\"videre\" value=\"{sti}\"")));
    let ind = sted.send("POST", "/log-ind", &format!("person=0&videre={sti}"), "").await;
    assert_eq!(ind.sted(), sti);
    let fremmed = sted.send("POST", "/log-ind", "person=0&videre=//ondt.example", "").await;
    assert_eq!(fremmed.sted(), "/");
}

/// A session that is open when somebody leaves is of no use the day after, and they cannot log in again.
#[tokio::test]
async fn den_der_er_fratraadt_er_ude() {
    let sted = Arbejdsplads::aabn().await;
    let leder = sted.som(Rolle::Leder).await;
    assert_eq!(leder.hent("/").await.status, StatusCode::OK);
    let mut stamdata = sted.kerne.vis().stamdata(LEDER).unwrap().clone();
    stamdata.fratraadt = Some("2026-02-05".parse().unwrap());
    let person = sted.kerne.vis().person(LEDER).unwrap();
    let h = StamdataRegistreret { stamdata: Box::new(stamdata), fortroligt: None, person };
    let kommando = Kommando::RegistrerStamdata(Box::new(h));
    sted.kerne.udfoer(LEDER, &kommando, &Aktoer::system("import"), None).await.unwrap();
    assert_eq!(leder.hent(&format!("/forloeb/{}", sted.forloeb)).await.status, StatusCode::SEE_OTHER);
    assert_eq!(sted.send("POST", "/log-ind", "person=0", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn efter_log_ud_er_cookien_intet_vaerd() {
    let sted = Arbejdsplads::aabn().await;
    let leder = sted.som(Rolle::Leder).await;
    assert_eq!(leder.hent("/").await.status, StatusCode::OK);
    leder.send("/log-ud", "").await;
    assert_eq!(leder.hent("/").await.sted(), "/log-ind");
}

#[tokio::test]
async fn med_https_er_cookien_sikker_og_der_logges_ind_med_en_noegle() {
    let sted = Arbejdsplads::aabn_som(false).await;
    let token = crate::adgang::nyt_token().unwrap();
    let udstedt = crate::visninger::TokenUdstedt {
        hash: crate::adgang::aftryk(&token),
        rolle: Rolle::Leder,
        nr: Some("10001".into()),
    };
    sted.kerne.registrer_token(&udstedt, &::forloeb::Aktoer::system("test")).await.unwrap();
    let forkert = sted.send("POST", "/log-ind", "token=rv_forkert", "").await;
    assert_eq!(forkert.status, StatusCode::UNPROCESSABLE_ENTITY);
    let svar = sted.send("POST", "/log-ind", &format!("token={token}"), "").await;
    let cookie = svar.hoveder[header::SET_COOKIE].to_str().unwrap();
    for del in ["raskvej_session=", "HttpOnly", "SameSite=Lax", "Path=/", "Secure"] {
        assert!(cookie.contains(del), "{cookie}");
    }
    let side = sted.send("GET", "/", "", cookie.split(';').next().unwrap()).await;
    assert!(side.tekst.contains("Maria Madsen, leder") && !side.tekst.contains("En dag frem"));
    assert_eq!(sted.send("GET", "/demo/post", "", cookie).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn en_formular_fra_et_andet_sted_afvises() {
    let sted = Arbejdsplads::aabn().await;
    let hr = sted.som(Rolle::Hr).await;
    for (navn, vaerdi) in [("sec-fetch-site", "cross-site"), ("origin", "https://ondt.example")] {
        let anmodning = Request::post(format!("/forloeb/{}/raskmelding", sted.forloeb))
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::COOKIE, &hr.cookie)
            .header(navn, vaerdi)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("sidste_fravaersdag=2026-02-05"))
            .unwrap();
        let svar = sted.svar(anmodning).await;
        assert_eq!(svar.status, StatusCode::FORBIDDEN, "{navn}");
        assert!(svar.tekst.contains("sendt fra et andet sted"));
    }
    assert!(sted.kerne.forloeb(sted.forloeb).await.unwrap().unwrap().sidste.is_none());
}

#[tokio::test]
async fn kontaktpersonen_ser_kun_det_kontakten_kraever() {
    let sted = Arbejdsplads::aabn().await;
    let tr = sted.som(Rolle::Kontaktperson).await;
    let side = tr.hent(&format!("/forloeb/{}", sted.forloeb)).await.tekst;
    assert!(side.contains("Registrér første kontakt") && side.contains("Første kontakt"));
    for skjult in ["Refusion", "Historik", "TTA-plan", "Påmindelser", "Raskmelding", "Årsag"] {
        assert!(!side.contains(skjult), "{skjult}");
    }
}

#[tokio::test]
async fn arbejdslisten_siger_hvad_der_skal_goeres_foerst() {
    let sted = Arbejdsplads::aabn().await;
    let leder = sted.som(Rolle::Leder).await.hent("/").await.tekst;
    let nu = &leder[leder.find("Gør nu").unwrap()..leder.find("Åbne forløb, du kan se").unwrap()];
    let samtale = nu.find("Hold sygefraværssamtalen nu; målet var fredag den 30. januar 2026").unwrap();
    let anmeldelse = nu.find("Anmeld fraværet senest fredag den 6. februar 2026").unwrap();
    assert!(samtale < anmeldelse, "what is overdue first");
    assert!(nu.contains(&format!("/forloeb/{}?vis=samtale#f-samtale", sted.forloeb)));
    let hr = sted.som(Rolle::Hr).await.hent("/").await.tekst;
    assert!(
        hr.contains("Raskmeldt, men der er refusion at hente: anmeld fraværet"),
        "10011 was away 32 days and nothing was notified"
    );
    let anden = sted.som_nr(7).await.hent("/").await.tekst;
    assert!(!anden.contains("Ærlig"), "{ANDEN_LEDER} has other employees");
    assert!(!anden.contains(SYG));
}

#[tokio::test]
async fn revisor_ser_det_som_det_var_kendt() {
    let sted = Arbejdsplads::aabn().await;
    let revisor = sted.som(Rolle::Revisor).await;
    let foer = revisor.hent("/revision?kendt=2026-02-06T09:00").await.tekst;
    assert!(foer.contains("Da var der ingen åbne forløb registreret."), "everything was imported at 10 o'clock");
    let efter = revisor.hent("/revision?kendt=2026-02-06T10:00").await.tekst;
    assert!(efter.contains("2 forløb."));
    let f = revisor.hent(&format!("/revision/forloeb/{}", sted.forloeb)).await.tekst;
    assert!(f.contains("Sygemelding fra mandag den 5. januar 2026") && f.contains("fandtes ikke → "));
    // A day that nobody means is refused, and one to come shows what is known now.
    for umulig in ["engang", "%2B262142-12-31", "9999-12-31", "31.12.9999", "1.1.0001", "9999-12-31T23:59:59Z"] {
        let svar = revisor.hent(&format!("/revision?kendt={umulig}")).await;
        assert_eq!(svar.status, StatusCode::UNPROCESSABLE_ENTITY, "{umulig}");
        assert!(svar.tekst.contains("Skriv et tidspunkt som 2026-02-01T12:00"), "{umulig}");
    }
    let senere = revisor.hent("/revision?kendt=2199-12-31").await;
    assert_eq!(senere.status, StatusCode::OK);
    assert!(
        senere.tekst.contains("2 forløb.") && senere.tekst.contains("6. februar 2026 kl. 10.00"),
        "{}",
        senere.tekst
    );
    let log = revisor.hent("/revision/log").await.tekst;
    assert!(log.contains("FravaerRegistreret") && log.contains(&sted.kerne.log.head().hash.to_string()));
}

#[tokio::test]
async fn ukendte_adresser_faar_en_side_og_api_et_problem() {
    let sted = Arbejdsplads::aabn().await;
    let side = sted.send("GET", "/findes/ikke", "", "").await;
    assert_eq!(side.status, StatusCode::NOT_FOUND);
    assert!(side.tekst.contains("Siden findes ikke") && side.tekst.contains("Log ind"));
    let api = sted.send("GET", "/api/v1/findes-ikke", "", "").await;
    assert_eq!(api.hoveder[header::CONTENT_TYPE], "application/problem+json");
    let css = side.tekst.split("href=\"").find(|d| d.starts_with("/aktiver/")).unwrap().split('"').next().unwrap();
    let stil = sted.send("GET", css, "", "").await;
    assert!(stil.hoveder[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    assert_eq!(sted.send("GET", "/aktiver/000000000000/raskvej.css", "", "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn navnet_vises_escapet_for_dem_der_maa_se_det() {
    let sted = Arbejdsplads::aabn().await;
    let side = sted.som(Rolle::Leder).await.hent(&format!("/forloeb/{}", sted.forloeb)).await.tekst;
    assert!(side.contains("Åse Ærlig &#60;b&#62;") && !side.contains(NAVN));
    let titel = side.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
    assert!(!titel.contains("Ærlig"), "the browser's history holds no names: {titel}");
}

/// Bo was away for 32 days, Åse is, since 5 January, and Ole since the 19th; nobody else had 15 days in twelve months.
#[tokio::test]
async fn hyppigt_fravaer_vises_for_dem_man_leder() {
    let sted = Arbejdsplads::aabn().await;
    let egne = sted.som(Rolle::Leder).await.hent("/signaler").await.tekst;
    assert!(egne.contains("Bo Berg") && egne.contains("Ærlig") && !egne.contains("Ole Olsen"), "{egne}");
    assert!(
        egne.contains("32 fraværsdage i perioder, der begyndte fra") && egne.contains("5.1.2026–5.2.2026 (32 dage)"),
        "{egne}"
    );
    assert!(!egne.contains("Ida Iversen"), "nothing to say of her");
    let hr = sted.som(Rolle::Hr).await;
    let valg = hr.hent("/signaler").await.tekst;
    assert!(valg.contains("href=\"/signaler?enhed=E102\"") && !valg.contains("Bo Berg"));
    let enhed = hr.hent("/signaler?enhed=E102").await.tekst;
    assert!(enhed.contains("Ole Olsen") && !enhed.contains("Bo Berg"), "{enhed}");
    let andens = sted.som(Rolle::Leder).await.hent("/signaler?enhed=E102").await.tekst;
    assert!(!andens.contains("Ole Olsen"), "a unit is for HR");
}
