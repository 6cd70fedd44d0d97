//! Who sees what.

use ::forloeb::Aktoer;
use ::forloeb::command::DomainCommand;
use ::forloeb::haendelse::StamdataRegistreret;
use ::forloeb::words::Rolle;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use super::arbejdsplads::{Arbejdsplads, LEDER, NAME, OTHER_LEDER, ROLLER, SYG};
use crate::clock::Clock;

/// Whoever can do something about it is told why no reminder comes.
#[tokio::test]
async fn hr_sees_that_paamindelser_wait_for_the_machines_clock() {
    let time = |tekst: &str| tekst.parse().unwrap();
    let sted = Arbejdsplads::on(Clock::imitated(time("2026-02-06T09:00:00Z")), true).await;
    let waiting =
        async |rolle, path| sted.acting_as(rolle).await.fetch(path).await.tekst.contains("Påmindelser venter");
    sted.app.health().await;
    assert!(!waiting(Rolle::Hr, "/hr").await);
    sted.app.clock.jump(time("2036-02-06T09:00:00Z"));
    sted.app.health().await;
    let page = sted.acting_as(Rolle::Hr).await.fetch("/hr").await.tekst;
    assert!(
        page.contains("Maskinens ur viser 6. februar 2036 kl. 10.00. Det er langt efter 6. februar 2026 kl. 10.00")
    );
    assert!(waiting(Rolle::Hr, "/hr/breve").await && !waiting(Rolle::Leder, "/").await);
    sted.app.confirm_clock("2036-02-06".parse().unwrap()).await.unwrap();
    assert!(!waiting(Rolle::Hr, "/hr").await);
}

/// What each role gets of each page, in the order of [`ROLLER`].
#[tokio::test]
async fn each_rolle_gets_its_pages_and_not_those_of_others() {
    let sted = Arbejdsplads::open().await;
    let f = sted.forloeb;
    let pages: [(String, [u16; 7]); 39] = [
        ("/".into(), [200, 200, 303, 200, 200, 303, 200]),
        (format!("/forloeb/{f}"), [200, 200, 200, 200, 404, 303, 404]),
        (format!("/forloeb/{f}/refusion"), [200, 200, 200, 403, 404, 200, 404]),
        (format!("/forloeb/{f}/anmeldelse-ark"), [403, 200, 403, 403, 403, 403, 403]),
        (format!("/forloeb/{f}/plan"), [200, 200, 200, 403, 404, 200, 404]),
        (format!("/forloeb/{f}/brev"), [200, 200, 200, 403, 404, 200, 404]),
        (format!("/forloeb/{f}/plan/1"), [404, 404, 404, 403, 404, 404, 404]),
        (format!("/forloeb/{}", sted.foreign), [404, 200, 200, 200, 404, 404, 404]),
        ("/forloeb/ny".into(), [200, 200, 403, 403, 403, 403, 403]),
        ("/forloeb/ikke-et-id".into(), [404; 7]),
        ("/afsluttede".into(), [200, 303, 303, 200, 200, 303, 200]),
        ("/signaler".into(), [200, 200, 403, 403, 403, 403, 403]),
        ("/stedfortraeder".into(), [200, 200, 403, 403, 403, 403, 403]),
        ("/hr".into(), [403, 200, 403, 403, 403, 403, 403]),
        ("/hr/refusion".into(), [403, 200, 403, 403, 403, 403, 403]),
        ("/hr/fordeling".into(), [403, 200, 403, 403, 403, 403, 403]),
        ("/hr/statistik".into(), [403, 200, 403, 403, 403, 403, 403]),
        ("/hr/arbejdsmiljoe".into(), [403, 200, 403, 403, 403, 403, 403]),
        ("/hr/statistik/paamindelser".into(), [403, 200, 403, 403, 403, 403, 403]),
        ("/hr/planer".into(), [403, 200, 403, 403, 403, 403, 403]),
        ("/hr/regler".into(), [403, 200, 403, 403, 403, 403, 403]),
        ("/hr/regler/ny".into(), [403, 200, 403, 403, 403, 403, 403]),
        ("/hr/regler/tilbagetraekning".into(), [403, 303, 403, 403, 403, 403, 403]),
        ("/politik".into(), [200; 7]),
        ("/hr/breve".into(), [403, 200, 403, 403, 403, 403, 403]),
        ("/hr/breve/eksempler".into(), [403, 200, 403, 403, 403, 403, 403]),
        ("/hr/forsvundne".into(), [403, 200, 403, 403, 403, 403, 403]),
        ("/hr/indlaesning".into(), [403, 200, 403, 403, 403, 403, 403]),
        ("/hr/opbevaring".into(), [403, 200, 403, 403, 403, 403, 403]),
        ("/hr/indsigt".into(), [403, 200, 403, 403, 403, 403, 403]),
        ("/revision".into(), [403, 403, 200, 403, 403, 403, 403]),
        ("/revision/log".into(), [403, 403, 200, 403, 403, 403, 403]),
        (format!("/revision/forloeb/{f}"), [403, 403, 200, 403, 403, 403, 403]),
        ("/mig".into(), [403, 403, 403, 403, 403, 200, 403]),
        ("/mig/sygemelding".into(), [403, 403, 403, 403, 403, 200, 403]),
        ("/mig/kvittering".into(), [403, 403, 403, 403, 403, 200, 403]),
        ("/mig/rettigheder".into(), [403, 403, 403, 403, 403, 200, 403]),
        ("/mig/tidslinje".into(), [403, 403, 403, 403, 403, 200, 403]),
        ("/demo/post".into(), [200; 7]),
    ];
    for (n, rolle) in ROLLER.into_iter().enumerate() {
        let visit = sted.acting_as(rolle).await;
        for (path, expected) in &pages {
            let answer = visit.fetch(path).await;
            assert_eq!(answer.status.as_u16(), expected[n], "{rolle} {path}");
            if !answer.status.is_redirection() {
                one_proper_page(&answer.tekst, path);
            }
            assert!(!answer.tekst.contains("<b>"), "{rolle} {path}: what people are called is text, not HTML");
            assert_eq!(answer.heads[header::CACHE_CONTROL], "no-store", "{path}");
            assert_eq!(answer.heads[header::REFERRER_POLICY], "no-referrer", "{path}");
            let csp = answer.heads[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(csp.starts_with("default-src 'none'") && !csp.contains("unsafe"), "{path}");
            if matches!(rolle, Rolle::Revisor | Rolle::Drift) {
                for name in ["Ærlig", "Madsen", "Nielsen", "Olsen"] {
                    assert!(!answer.tekst.contains(name), "{rolle} sees {name} on {path}");
                }
            }
        }
    }
}

fn one_proper_page(html: &str, path: &str) {
    for (del, times) in [("<h1", 1), ("<main", 1), ("<title>", 1), ("lang=\"da\"", 1), ("class=\"spring\"", 1)] {
        assert_eq!(html.matches(del).count(), times, "{del} on {path}");
    }
    assert!(html.contains(" – Raskvej</title>"), "{path}");
    assert!(!html.contains("style=\""), "{path}");
    let scripts = html.matches("<script").count();
    assert_eq!(scripts, html.matches("<script src=\"/aktiver/").count(), "no script in a page itself: {path}");
    let copies = path.ends_with("/anmeldelse-ark") && html.contains("id=\"kopieret\"");
    assert_eq!(
        scripts,
        [copies, html.contains("data-foelg="), html.contains("data-session=")].iter().filter(|there| **there).count(),
        "{path}"
    );
    let mut ids: Vec<_> = html.split(" id=\"").skip(1).filter_map(|r| r.split('"').next()).collect();
    ids.sort_unstable();
    if let Some(pairs) = ids.windows(2).find(|p| p[0] == p[1]) {
        panic!("{path}: id {} twice", pairs[0]);
    }
}

#[tokio::test]
async fn without_a_login_one_comes_to_log_in_and_from_there_to_the_page() {
    let sted = Arbejdsplads::open().await;
    let path = format!("/forloeb/{}", sted.forloeb);
    let answer = sted.send("GET", &path, "", "").await;
    assert_eq!((answer.status, answer.sted()), (StatusCode::SEE_OTHER, format!("/log-ind?videre={path}").as_str()));
    let page = sted.send("GET", answer.sted(), "", "").await;
    assert!(page.tekst.contains(&format!("name=\"videre\" value=\"{path}\"")));
    let input = sted.send("POST", "/log-ind", &format!("person=0&videre={path}"), "").await;
    assert_eq!(input.sted(), path);
    let foreign = sted.send("POST", "/log-ind", "person=0&videre=//ondt.example", "").await;
    assert_eq!(foreign.sted(), "/");
}

/// A session that is open when somebody leaves is of no use the day after, and they cannot log in again.
#[tokio::test]
async fn who_has_left_is_out() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    assert_eq!(leder.fetch("/").await.status, StatusCode::OK);
    let mut stamdata = sted.app.projections().stamdata(LEDER).unwrap().clone();
    stamdata.fratraadt = Some("2026-02-05".parse().unwrap());
    let person = sted.app.projections().person(LEDER).unwrap();
    let h = StamdataRegistreret { stamdata: Box::new(stamdata), confidential: None, person, gaelder_fra: None };
    let command = DomainCommand::RegistrerStamdata(Box::new(h));
    sted.app.execute(LEDER, &command, &Aktoer::system("import"), None).await.unwrap();
    assert_eq!(leder.fetch(&format!("/forloeb/{}", sted.forloeb)).await.status, StatusCode::SEE_OTHER);
    assert_eq!(sted.send("POST", "/log-ind", "person=0", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn after_logging_out_the_cookie_is_worth_nothing() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    assert_eq!(leder.fetch("/").await.status, StatusCode::OK);
    let told = "Du er logget ud.";
    assert!(
        !leder.fetch("/log-ind?ud=ja").await.tekst.contains(told),
        "who is logged in is not told that they are not"
    );
    let out = leder.send("/log-ud", "").await;
    assert_eq!(out.sted(), "/log-ind?ud=ja");
    assert!(sted.send("GET", out.sted(), "", "").await.tekst.contains(told));
    assert_eq!(leder.fetch("/").await.sted(), "/log-ind");
    assert!(!leder.fetch("/log-ind").await.tekst.contains(told), "who never was logged in is told nothing");
}

/// The day is 6 February 2026, ten in the morning: eight hours without a page, twelve at most.
#[tokio::test]
async fn a_page_says_until_when_one_is_logged_in() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let page = leder.fetch("/").await.tekst;
    let foot = "Du er logget ind til kl. 18.00. Hver side, du åbner, forlænger det, dog højst til kl. 22.00.";
    assert!(page.contains(foot) && page.contains("data-session=\"28800\" data-til=\"18.00\">"), "{page}");
    let now = sted.session_clock.now();
    assert!(sted.session_clock.move_to(now + chrono::TimeDelta::hours(7)));
    let page = leder.fetch("/").await.tekst;
    assert!(
        page.contains("Du er logget ind til kl. 22.00.")
            && page.contains("data-session=\"18000\" data-til=\"22.00\" data-sidste>"),
        "{page}"
    );
    let outside = sted.send("GET", "/log-ind", "", "").await.tekst;
    let version = format!("Raskvej {} – opfølgning", env!("CARGO_PKG_VERSION"));
    assert!(!outside.contains("data-session") && outside.contains(&version), "{outside}");
}

#[tokio::test]
async fn with_https_the_cookie_is_secure_and_one_logs_in_with_a_key() {
    let sted = Arbejdsplads::open_as(false).await;
    let token = crate::token::new_token().unwrap();
    let issued =
        crate::projections::TokenUdstedt::new(crate::token::fingerprint(&token), Rolle::Leder, Some("10001".into()));
    sted.app.registrer_token(&issued, &::forloeb::Aktoer::system("test")).await.unwrap();
    let wrong = sted.send("POST", "/log-ind", "token=rv_forkert", "").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = sted.send("POST", "/log-ind", &format!("token={token}"), "").await;
    let cookie = answer.heads[header::SET_COOKIE].to_str().unwrap();
    for del in ["raskvej_session=", "HttpOnly", "SameSite=Lax", "Path=/", "Secure"] {
        assert!(cookie.contains(del), "{cookie}");
    }
    let page = sted.send("GET", "/", "", cookie.split(';').next().unwrap()).await;
    assert!(page.tekst.contains("Maria Madsen, leder") && !page.tekst.contains("En dag frem"));
    assert_eq!(page.heads[header::STRICT_TRANSPORT_SECURITY], "max-age=31536000");
    assert!(page.heads["permissions-policy"].to_str().unwrap().contains("camera=()"));
    let wrong = sted.send("DELETE", "/find", "", cookie.split(';').next().unwrap()).await;
    assert_eq!((wrong.status, wrong.heads.contains_key(header::ALLOW)), (StatusCode::METHOD_NOT_ALLOWED, true));
    assert_eq!(sted.send("GET", "/demo/post", "", cookie).await.status, StatusCode::NOT_FOUND);
}

/// Whoever meets a closed door is told as whom they stand there, and whom to ask.
#[tokio::test]
async fn a_role_that_has_no_way_in_is_named_with_whom_to_ask() {
    let sted = Arbejdsplads::open().await;
    let refused = sted.acting_as(Rolle::Leder).await.fetch("/hr/opbevaring").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    for part in ["Det kræver rollen HR.", "Du er logget ind som leder.", "href=\"mailto:hr@arbejdsplads.example\""] {
        assert!(refused.tekst.contains(part), "{part}: {}", refused.tekst);
    }
    let told = async |rolle, path: &str| sted.acting_as(rolle).await.fetch(path).await.tekst;
    assert!(told(Rolle::Drift, "/forloeb/ny").await.contains("Det kræver rollen leder eller HR."));
    assert!(told(Rolle::Leder, "/mig").await.contains("Det kræver rollen medarbejder."));
    // Of a forløb that is seen and not one's to do this with, it is said which role does; of a hidden one nothing is.
    let ark = format!("/forloeb/{}/anmeldelse-ark", sted.forloeb);
    let seen = told(Rolle::Leder, &ark).await;
    assert!(seen.contains("Det kræver rollen HR.") && seen.contains(&format!("/adgang/{}", sted.forloeb)), "{seen}");
    let hidden = told(Rolle::Leder, &format!("/forloeb/{}", sted.foreign)).await;
    assert!(hidden.contains("Siden findes ikke") && !hidden.contains("kræver rollen"), "{hidden}");
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://ondt.example"), ("origin", "null")] {
        let request = Request::post(format!("/forloeb/{}/raskmelding", sted.forloeb))
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::COOKIE, &hr.cookie)
            .header(name, value)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("sidste_fravaersdag=2026-02-05"))
            .unwrap();
        let answer = sted.answer(request).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}");
        assert!(answer.tekst.contains("sendt fra et andet sted"));
    }
    assert!(sted.app.forloeb(sted.forloeb).await.unwrap().unwrap().sidste.is_none());
}

#[tokio::test]
async fn the_kontaktperson_sees_only_what_the_kontakt_needs() {
    let sted = Arbejdsplads::open().await;
    let tr = sted.acting_as(Rolle::Kontaktperson).await;
    let page = tr.fetch(&format!("/forloeb/{}", sted.forloeb)).await.tekst;
    assert!(
        page.contains("Kontakt medarbejderen") && page.contains("Gem kontakten") && page.contains("Første kontakt")
    );
    for hidden in ["Refusion", "Historik", "TTA-plan", "Påmindelser", "Raskmelding", "Årsag"] {
        assert!(!page.contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn the_work_list_says_what_is_to_be_done_first() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await.fetch("/").await.tekst;
    let now = &leder[leder.find("<h1>").unwrap()..leder.find("Åbne forløb, du kan se").unwrap()];
    let samtale = now.find("Hold sygefraværssamtalen nu; målet var fredag den 30. januar 2026").unwrap();
    let anmeldelse = now.find("Anmeld fraværet senest fredag den 6. februar 2026").unwrap();
    assert!(samtale < anmeldelse, "a talk that is late comes before what there still is a week for");
    assert!(now.contains(&format!("/forloeb/{}?vis=samtale#f-samtale", sted.forloeb)));
    let hr = sted.acting_as(Rolle::Hr).await.fetch("/").await.tekst;
    assert!(
        hr.contains("Raskmeldt, men der er noget tilbage: anmeld fraværet"),
        "10011 was away 32 days and nothing was notified"
    );
    let other = sted.as_nr(7).await.fetch("/").await.tekst;
    assert!(!other.contains("Ærlig"), "{OTHER_LEDER} has other employees");
    assert!(!other.contains(SYG));
}

#[tokio::test]
async fn the_revisor_sees_it_as_it_was_known() {
    let sted = Arbejdsplads::open().await;
    let revisor = sted.acting_as(Rolle::Revisor).await;
    let before = revisor.fetch("/revision?kendt=2026-02-06T09:00").await.tekst;
    assert!(before.contains("Da var der ingen åbne forløb registreret."), "everything was imported at 10 o'clock");
    let after = revisor.fetch("/revision?kendt=2026-02-06T10:00").await.tekst;
    assert!(after.contains("2 forløb."));
    let f = revisor.fetch(&format!("/revision/forloeb/{}", sted.forloeb)).await.tekst;
    assert!(f.contains("Sygemelding fra mandag den 5. januar 2026") && f.contains("fandtes ikke → "));
    // A day that nobody means is refused, and one to come shows what is known now.
    for impossible in ["engang", "%2B262142-12-31", "9999-12-31", "31.12.9999", "1.1.0001", "9999-12-31T23:59:59Z"] {
        let answer = revisor.fetch(&format!("/revision?kendt={impossible}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{impossible}");
        assert!(answer.tekst.contains("Skriv et tidspunkt som 2026-02-01T12:00"), "{impossible}");
    }
    let later = revisor.fetch("/revision?kendt=2199-12-31").await;
    assert_eq!(later.status, StatusCode::OK);
    assert!(later.tekst.contains("2 forløb.") && later.tekst.contains("6. februar 2026 kl. 10.00"), "{}", later.tekst);
    let log = revisor.fetch("/revision/log").await.tekst;
    assert!(log.contains("FravaerRegistreret") && log.contains(&sted.app.log.head().hash.to_string()));
}

#[tokio::test]
async fn unknown_addresses_get_a_page_and_the_api_a_problem() {
    let sted = Arbejdsplads::open().await;
    let page = sted.send("GET", "/findes/ikke", "", "").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.tekst.contains("Siden findes ikke") && page.tekst.contains("Log ind"));
    let api = sted.send("GET", "/api/v1/findes-ikke", "", "").await;
    assert_eq!(api.heads[header::CONTENT_TYPE], "application/problem+json");
    let css = page.tekst.split("href=\"").find(|d| d.starts_with("/aktiver/")).unwrap().split('"').next().unwrap();
    let style = sted.send("GET", css, "", "").await;
    assert!(style.heads[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    assert_eq!(sted.send("GET", "/aktiver/000000000000/raskvej.css", "", "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_name_is_shown_escaped_to_those_who_may_see_it() {
    let sted = Arbejdsplads::open().await;
    let page = sted.acting_as(Rolle::Leder).await.fetch(&format!("/forloeb/{}", sted.forloeb)).await.tekst;
    assert!(page.contains("Åse Ærlig &#60;b&#62;") && !page.contains(NAME));
    let title = page.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
    assert!(!title.contains("Ærlig"), "the browser's history holds no names: {title}");
}

/// Bo was away for 32 days, Åse is, since 5 January, and Ole since the 19th; nobody else had 15 days in twelve months.
#[tokio::test]
async fn frequent_fravaer_is_shown_for_those_one_leads() {
    let sted = Arbejdsplads::open().await;
    let own = sted.acting_as(Rolle::Leder).await.fetch("/signaler").await.tekst;
    assert!(own.contains("Bo Berg") && own.contains("Ærlig") && !own.contains("Ole Olsen"), "{own}");
    assert!(
        own.contains("32 fraværsdage i perioder, der begyndte fra") && own.contains("5.1.2026–5.2.2026 (32 dage)"),
        "{own}"
    );
    assert!(!own.contains("Ida Iversen"), "nothing to say of her");
    let hr = sted.acting_as(Rolle::Hr).await;
    let choices = hr.fetch("/signaler").await.tekst;
    assert!(choices.contains("href=\"/signaler?enhed=E102\"") && !choices.contains("Bo Berg"));
    let enhed = hr.fetch("/signaler?enhed=E102").await.tekst;
    assert!(enhed.contains("Ole Olsen") && !enhed.contains("Bo Berg"), "{enhed}");
    let others = sted.acting_as(Rolle::Leder).await.fetch("/signaler?enhed=E102").await.tekst;
    assert!(!others.contains("Ole Olsen"), "a unit is for HR");
}

/// Whoever asks for the heads alone is shown nothing: no look-up is recorded, and no other event.
#[tokio::test]
async fn the_heads_of_a_page_write_nothing() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let before = sted.app.log.head().position;
    let path = format!("/forloeb/{}", sted.forloeb);
    for page in ["/", "/hr", "/hr/statistik", "/signaler", "/stedfortraeder", "/hr/regler", "/hr/breve", "/hr/refusion"]
    {
        assert_eq!(sted.send("HEAD", page, "", &hr.cookie).await.status, StatusCode::OK, "{page}");
    }
    for end in ["", "/anmeldelse-ark", "/anmeldelse-ark.csv", "/refusion", "/plan"] {
        let answer = sted.send("HEAD", &format!("{path}{end}"), "", &hr.cookie).await;
        assert_eq!((answer.status, answer.tekst.as_str()), (StatusCode::OK, ""), "{end}");
    }
    assert_eq!(sted.app.log.head().position, before);
    let leder = sted.acting_as(Rolle::Leder).await;
    let refused = sted.send("HEAD", &format!("{path}/anmeldelse-ark"), "", &leder.cookie).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(hr.fetch(&format!("{path}/anmeldelse-ark")).await.status, StatusCode::OK);
    assert_eq!(sted.app.log.head().position, before + 1, "a look at it is recorded");
}

/// Who is not logged in has little to say, and the rest of it is not kept.
#[tokio::test]
async fn what_a_stranger_can_send_is_small() {
    let sted = Arbejdsplads::open().await;
    for (length, status) in [(15_000, StatusCode::UNPROCESSABLE_ENTITY), (17_000, StatusCode::PAYLOAD_TOO_LARGE)] {
        let body = format!("person=99&videre=/{}", "x".repeat(length));
        assert_eq!(sted.send("POST", "/log-ind", &body, "").await.status, status);
    }
}

/// A session is worth no more than the token that began it, and another system has no pages.
#[tokio::test]
async fn a_session_ends_with_its_token_and_a_system_gets_none() {
    let sted = Arbejdsplads::open_as(false).await;
    let by = ::forloeb::Aktoer::system("test");
    let mut cookies = Vec::new();
    for rolle in [Rolle::Hr, Rolle::System] {
        let token = crate::token::new_token().unwrap();
        let hash = crate::token::fingerprint(&token);
        let issued = crate::projections::TokenUdstedt::new(hash.clone(), rolle, None);
        sted.app.registrer_token(&issued, &by).await.unwrap();
        let answer = sted.send("POST", "/log-ind", &format!("token={token}"), "").await;
        if rolle == Rolle::System {
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            continue;
        }
        let cookie = answer.heads[header::SET_COOKIE].to_str().unwrap();
        cookies.push((cookie.split(';').next().unwrap().to_owned(), hash));
    }
    let (cookie, hash) = &cookies[0];
    assert_eq!(sted.send("GET", "/hr", "", cookie).await.status, StatusCode::OK);
    sted.app.tilbagekald_token(hash, &by).await.unwrap();
    assert_eq!(sted.send("GET", "/hr", "", cookie).await.sted(), "/log-ind?videre=/hr");
}
