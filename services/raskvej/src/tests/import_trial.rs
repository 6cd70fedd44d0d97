//! An import on trial writes nothing and tells what it would have; and the report as a file.

use app::stored::TokenUdstedt;
use app::token::{fingerprint, new_token};
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use forloeb::Aktoer;
use forloeb::words::Rolle;
use tower::ServiceExt;

use crate::http;
use crate::pages::test_state;
use crate::terminal::TerminalRequest;
use crate::terminal::import::{Asked, PROFILE};
use crate::terminal::trial::{Answer, Trial, file};

async fn asked(p: &Trial, asked: Asked, files: &[(&str, &[u8])]) -> Answer {
    let files = files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
    p.bed_with(TerminalRequest::Import(asked), files).await
}

fn on_trial() -> Asked {
    Asked { proeve: true, ..Asked::default() }
}

#[tokio::test]
async fn a_trial_tells_what_would_become_of_both_files_and_leaves_the_folder_as_it_was() {
    let p = Trial::empty().await;
    let (people, absences) = (file("medarbejdere.csv"), file("fravaer.csv"));
    let files: [(&str, &[u8]); 2] = [("medarbejdere", &people), ("fravaer", &absences)];
    let keys = || std::fs::read(p.path().join("noegler")).ok();
    let (head, before) = (p.app.log.head(), keys());
    let tried = asked(&p, on_trial(), &files).await;
    assert_eq!((p.app.log.head(), keys()), (head, before), "nothing is written, no key either");
    assert_eq!(p.app.projections().numbers().count(), 0);
    assert_eq!(tried.error, ["Prøve: intet er skrevet."]);
    let carried_out = asked(&p, Asked::default(), &files).await;
    assert_eq!((tried.code, tried.out), (carried_out.code, carried_out.out));
    assert_ne!(p.app.log.head(), head);
    // Again, with something to change and something to refuse.
    let changed = String::from_utf8(absences.clone())
        .unwrap()
        .replace("9021;1006;sygdom;28-10-2026;;", "9021;1006;sygdom;28-10-2026;19-11-2026;");
    let more = format!("{changed}1;7777;sygdom;05-01-2026;;100;\n2;1006;sygdom;28-10-2026;;100;\n");
    let head = p.app.log.head();
    let tried = asked(&p, on_trial(), &[("fravaer", more.as_bytes())]).await;
    assert_eq!(p.app.log.head(), head);
    let carried_out = asked(&p, Asked::default(), &[("fravaer", more.as_bytes())]).await;
    assert_eq!((tried.code, &tried.out, &tried.error[..2]), (1, &carried_out.out, &carried_out.error[..]));
    assert_eq!(carried_out.out, ["fravær: 0 oprettet, 1 ændret, 20 uændret, 2 afvist"]);
}

#[tokio::test]
async fn the_report_is_a_file_line_by_line_also_where_lines_are_refused() {
    let p = Trial::small().await;
    let csv = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct;=x\n\
               1;7777;sygdom;05-01-2026;;100;\n2;1001;sygdom;05-01-2026;09-01-2026;1;\n";
    let answer = asked(&p, Asked { rapport: true, ..Asked::default() }, &[("fravaer", csv.as_bytes())]).await;
    assert_eq!(answer.code, 1);
    let report = String::from_utf8(answer.data).unwrap();
    let lines: Vec<&str> = report.trim_start_matches('\u{feff}').split("\r\n").collect();
    assert_eq!(lines[0], "fil;linje;felt;art;tekst");
    let begins: Vec<bool> =
        ["fravaer;1;'=x;advarsel;", "fravaer;2;medarbejder_nr;fejl;", "fravaer;3;omfang_pct;advarsel;er 1 procent"]
            .iter()
            .zip(&lines[1..])
            .map(|(expected, line)| line.starts_with(expected))
            .collect();
    assert_eq!((begins, lines.len()), (vec![true; 3], 6), "{report}");
}

#[tokio::test]
async fn a_profile_is_a_name_or_a_file_and_what_is_wrong_with_it_is_told() {
    let p = Trial::small().await;
    let profile =
        "navn = \"Vores\"\n[fravaer.kolonner]\nfravaer_nr = \"Nr\"\n[fravaer.standard]\nomfang_pct = \"100\"\n";
    let csv = b"Nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag\n1;1001;sygdom;05-01-2026;09-01-2026\n";
    let answer = asked(&p, Asked::default(), &[("fravaer", csv), (PROFILE, profile.as_bytes())]).await;
    assert_eq!(answer.out, ["fravær: 1 oprettet, 0 ændret, 0 uændret, 0 afvist"]);
    let wrong = profile.replace("fravaer_nr =", "nummer =");
    let answer = asked(&p, Asked::default(), &[("fravaer", csv), (PROFILE, wrong.as_bytes())]).await;
    assert_eq!(answer.code, 1);
    assert!(answer.error[0].starts_with("--profil: linje 3: [fravaer]: kolonnen findes ikke"), "{:?}", answer.error);
    let named = Asked { profil: Some("findes-ikke".to_owned()), ..Asked::default() };
    let answer = asked(&p, named, &[("fravaer", csv)]).await;
    assert!(answer.code == 1 && answer.error[0].contains("opus-lignende og sd-lignende"), "{:?}", answer.error);
}

#[tokio::test]
async fn the_api_tries_reads_workbooks_and_refuses_what_is_no_file_of_payroll() {
    let p = Trial::empty().await;
    let router = http::router(test_state(&p.app));
    let token = new_token().unwrap();
    let issued = TokenUdstedt::new(fingerprint(&token), Rolle::Hr, None);
    p.app.registrer_token(&issued, &Aktoer::system("prøve")).await.unwrap();
    let send = async |path: &str, kind: &str, bytes: Vec<u8>| {
        let path = format!("/api/v1/import/{path}");
        let request =
            Request::post(path).header("authorization", format!("Bearer {token}")).header("content-type", kind);
        let answer = router.clone().oneshot(request.body(Body::from(bytes)).unwrap()).await.unwrap();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    };
    let sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let head = p.app.log.head();
    let (status, tried) = send("medarbejdere?proeve=ja", sheet, file("medarbejdere.xlsx")).await;
    assert_eq!((status, p.app.log.head()), (StatusCode::OK, head));
    assert_eq!(tried, r#"{"oprettet":13,"aendret":0,"uaendret":0,"fejl":[]}"#);
    assert_eq!(send("medarbejdere", sheet, file("medarbejdere.xlsx")).await, (StatusCode::OK, tried));
    assert_eq!(send("fravaer", "text/csv; charset=utf-8", file("fravaer.utf-16.csv")).await.0, StatusCode::OK);
    let (status, said) = send("fravaer", "application/json", b"{}".to_vec()).await;
    assert!(status == StatusCode::UNSUPPORTED_MEDIA_TYPE && said.contains("ikke_en_loenfil"), "{said}");
    for (query, felt) in
        [("proeve=maaske", "proeve"), ("profil=../x", "profil"), ("profil=ukendt", "profil"), ("x=1", "x")]
    {
        let (status, said) = send(&format!("fravaer?{query}"), "text/csv", Vec::new()).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && said.contains(&format!("\"felt\":\"{felt}\"")), "{said}");
    }
    let (status, said) = send("fravaer?profil=opus-lignende", "text/csv", file("fravaer.csv")).await;
    assert!(status == StatusCode::OK && said.contains("»Løbenummer«"), "{said}");
}
