//! What a form or an address of a page can make grow has a bound.

use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::Arbejdsplads;

#[tokio::test]
async fn a_form_has_so_many_fields_and_so_many_bytes() {
    let a = Arbejdsplads::open().await;
    let fields = |count: usize| vec!["a"; count].join("&");
    // Also of who is not logged in.
    for body in [fields(4001), "x".repeat((512 << 10) + 1)] {
        let answer = a.send("POST", "/log-ind", &body, "").await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(answer.tekst.contains("Der er skrevet for meget"), "{}", answer.tekst);
    }
    assert_ne!(a.send("POST", "/log-ind", &fields(4000), "").await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_plan_with_thousands_of_rows_is_refused_and_not_shown_again_whole() {
    let a = Arbejdsplads::open().await;
    let leder = a.acting_as(Rolle::Leder).await;
    let path = format!("/forloeb/{}/plan", a.forloeb);
    let rows: Vec<String> = (0..3900).map(|nr| format!("trin-{nr}-fra=2026-02-09")).collect();
    let answer = leder.send(&path, &rows.join("&")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.tekst.len() < 2 << 20, "{} bytes", answer.tekst.len());
}

#[tokio::test]
async fn an_address_with_thousands_of_parameters_is_read_as_one_without() {
    let a = Arbejdsplads::open().await;
    let hr = a.acting_as(Rolle::Hr).await;
    let answer = hr.fetch(&format!("/hr?{}", vec!["enhed=E102"; 5000].join("&"))).await;
    assert_eq!(answer.status, StatusCode::OK);
    let shown = |text: &str| text.matches("/forloeb/").count();
    assert_eq!(shown(&answer.tekst), shown(&hr.fetch("/hr").await.tekst), "without the filter");
    assert_ne!(shown(&answer.tekst), shown(&hr.fetch("/hr?enhed=E102").await.tekst));
}
