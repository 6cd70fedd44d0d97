//! What one caller, or one bad file, can make grow has a bound, and the answer says which.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use forloeb::Aktoer;
use forloeb::words::Rolle;
use serde_json::Value;
use tower::ServiceExt;

use crate::http;
use crate::import::LARGEST_FILE;
use crate::pages::test_state;
use crate::projections::TokenUdstedt;
use crate::terminal::trial::{Trial, file};
use crate::token::{fingerprint, new_token};

/// The API of an empty folder.
struct Api {
    p: Trial,
    router: Router,
}

impl Api {
    async fn open() -> Self {
        let p = Trial::empty().await;
        let router = http::router(test_state(&p.app));
        Self { p, router }
    }

    async fn token(&self, rolle: Rolle, nr: Option<&str>) -> String {
        let token = new_token().unwrap();
        let issued = TokenUdstedt::new(fingerprint(&token), rolle, nr.map(str::to_owned));
        self.p.app.registrer_token(&issued, &Aktoer::system("prøve")).await.unwrap();
        token
    }

    async fn send(&self, method: &str, token: &str, path: &str, body: impl Into<Body>) -> (StatusCode, String) {
        let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"));
        let answer = self.router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), 1 << 20).await.expect("no answer is a megabyte");
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }
}

fn header(name: &str) -> String {
    String::from_utf8(file(name)).unwrap().lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_and_of_a_stranger_nothing_is_read() {
    let api = Api::open().await;
    let (hr, drift) = (api.token(Rolle::Hr, None).await, api.token(Rolle::Drift, None).await);
    let large = || vec![b'\n'; LARGEST_FILE + 1];
    for path in ["/api/v1/import/medarbejdere", "/api/v1/import/fravaer"] {
        let (status, answer) = api.send("POST", &hr, path, large()).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(answer.contains("for_stor") && answer.contains("64 MB"), "{answer}");
        assert_eq!(api.send("POST", "ukendt", path, large()).await.0, StatusCode::UNAUTHORIZED);
        assert_eq!(api.send("POST", &drift, path, large()).await.0, StatusCode::FORBIDDEN);
    }
    api.p.close().await;
}

#[tokio::test]
async fn of_bad_lines_the_first_hundred_are_told_and_all_are_counted() {
    let api = Api::open().await;
    let hr = api.token(Rolle::Hr, None).await;
    let csv = format!("{}\n{}", header("medarbejdere.csv"), "x\n".repeat(20_000));
    let (status, answer) = api.send("POST", &hr, "/api/v1/import/medarbejdere", csv.clone()).await;
    let report: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!((status, report["fejl_i_alt"].as_u64()), (StatusCode::OK, Some(20_000)));
    let lines: Vec<_> = report["fejl"].as_array().unwrap().iter().map(|f| f["linje"].as_u64().unwrap()).collect();
    assert_eq!(lines, (2..=101).collect::<Vec<_>>());
    assert!(answer.len() < 20_000, "{}", answer.len());

    let said = api.p.import(csv.as_bytes(), b"").await;
    assert_eq!((said.code, said.error.len()), (1, 101));
    assert_eq!(said.error[100], "medarbejdere: vist er de første 100 af 20.000 fejl.");
    assert_eq!(said.out, ["medarbejdere: 0 oprettet, 0 ændret, 0 uændret, 20000 afvist"]);
    api.p.close().await;
}

#[tokio::test]
async fn one_medarbejder_has_so_many_lines_in_a_file() {
    let api = Api::open().await;
    api.p.import(&file("medarbejdere.csv"), b"").await;
    // All of one day: the first goes in, the others are in its way.
    let head = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct";
    let lines: String = (0..1100).map(|n| format!("{n};1005;sygdom;05-01-2026;06-01-2026;100\n")).collect();
    let said = api.p.import(b"", format!("{head}\n{lines}").as_bytes()).await;
    assert_eq!(said.out, ["fravær: 1 oprettet, 0 ændret, 0 uændret, 1099 afvist"]);
    api.p.close().await;
}

#[tokio::test]
async fn a_body_of_a_command_has_a_bound_in_bytes_depth_and_values() {
    let api = Api::open().await;
    let hr = api.token(Rolle::Hr, None).await;
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let wide = format!("{{\"a\":[{}0]}}", "{\"\":0},".repeat(60_000));
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(512 << 10));
    let text = format!("{{\"medarbejder_nr\":\"{}\"}}", "x".repeat(500 << 10));
    let names: String = (0..9000).map(|n| format!("\"x{n}\":1,")).collect();
    let names = format!("{{{names}\"foerste_fravaersdag\":1}}");
    for (body, status, code) in [
        (deep, StatusCode::BAD_REQUEST, "ugyldig_json"),
        (wide, StatusCode::PAYLOAD_TOO_LARGE, "for_stor"),
        (long, StatusCode::PAYLOAD_TOO_LARGE, "for_stor"),
        (text, StatusCode::UNPROCESSABLE_ENTITY, "ugyldige_felter"),
        (names, StatusCode::UNPROCESSABLE_ENTITY, "ugyldige_felter"),
    ] {
        let (found, answer) = api.send("POST", &hr, "/api/v1/forloeb", body).await;
        assert_eq!(found, status, "{answer}");
        assert!(answer.contains(code) && answer.len() < 100_000, "{} bytes, not {code}", answer.len());
    }
    api.p.close().await;
}

#[tokio::test]
async fn an_address_has_so_many_parameters() {
    let api = Api::open().await;
    let hr = api.token(Rolle::Hr, None).await;
    let with = |count: usize| format!("/api/v1/forloeb?{}", vec!["enhed=E1"; count].join("&"));
    assert_eq!(api.send("GET", &hr, &with(100), "").await.0, StatusCode::OK);
    let (status, answer) = api.send("GET", &hr, &with(101), "").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(answer.contains("100 parametre"), "{answer}");
    api.p.close().await;
}

/// It is large, and anybody may ask for it: all who do share the bytes that were written at the start.
#[tokio::test]
async fn the_document_is_written_once_and_shared() {
    let api = Api::open().await;
    let bytes = async || {
        let request = Request::get("/api/openapi.json").body(Body::empty()).unwrap();
        let answer = api.router.clone().oneshot(request).await.unwrap();
        to_bytes(answer.into_body(), 8 << 20).await.unwrap()
    };
    let (one, other) = (bytes().await, bytes().await);
    assert!(one.len() > 100_000);
    assert_eq!((one.as_ptr(), one.len()), (other.as_ptr(), other.len()), "the same bytes, and not a copy");
}
