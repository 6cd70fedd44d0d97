//! Retention and insight as HR meets them over the API: told before it is done, and no more than their units.

use app::erase::{Also, ErasureDenial};
use app::workplace::{Workplace, day, details, standing_still};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use forloeb::Aktoer;
use forloeb::words::Rolle;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::access::HrEnheder;
use crate::clock::Clock;
use crate::erasing::erase_due;
use crate::http;
use crate::pages::test_state;
use crate::projections::TokenUdstedt;
use crate::token::{fingerprint, new_token};
use app::opslag::unusual::{Reason, Unusual};
use app::opslag::{Content, FOLDER, Formaal, Opslag};

/// 10001 is in HR, and 10002 for the unit E200 only. 1005 left E101 in 2019, 1006 left E200, 1007 left both under two
/// numbers, and 1008 is employed.
struct Place {
    sted: Workplace,
    hr: String,
    hr_of_unit: String,
}

async fn token(sted: &Workplace, rolle: Rolle, nr: &str) -> String {
    let token = new_token().unwrap();
    let issued = TokenUdstedt::new(fingerprint(&token), rolle, Some(nr.to_owned()));
    sted.app.registrer_token(&issued, &Aktoer::system("test")).await.unwrap();
    token
}

impl Place {
    async fn open() -> Self {
        let sted = Workplace::empty(standing_still("2026-02-10T08:00:00Z")).await;
        for (nr, person, enhed, left) in [
            ("10001", "10001", "E101", false),
            ("10002", "10002", "E200", false),
            ("1005", "1005", "E101", true),
            ("1006", "1006", "E200", true),
            ("1007", "1007", "E200", true),
            ("10079", "1007", "E101", true),
            ("1008", "1008", "E200", false),
        ] {
            sted.ansat(nr, &details(person, "Kanin Fugl", "kanin@arbejde.example"), |s| {
                enhed.clone_into(&mut s.enhed);
                s.fratraadt = left.then(|| day("2019-03-31"));
            })
            .await;
        }
        let hr = token(&sted, Rolle::Hr, "10001").await;
        let hr_of_unit = token(&sted, Rolle::Hr, "10002").await;
        Self { sted, hr, hr_of_unit }
    }

    async fn send(&self, token: &str, method: &str, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let state = test_state(&self.sted.app);
        self.sted.app.hr_enheder.get_or_init(|| HrEnheder::read("10002=E200").unwrap());
        let request =
            Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let answer = http::router(state).oneshot(request.body(body).unwrap()).await.unwrap();
        let status = answer.status();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 22).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8(bytes.to_vec()).unwrap().into()))
    }

    async fn due(&self, token: &str) -> Vec<String> {
        let (status, seen) = self.send(token, "GET", "/api/v1/opbevaring", None).await;
        assert_eq!(status, StatusCode::OK, "{seen}");
        let numbers = |due: &Value| {
            due["medarbejder_nr"]
                .as_array()
                .unwrap()
                .iter()
                .map(|nr| nr.as_str().unwrap())
                .collect::<Vec<_>>()
                .join(" ")
        };
        seen["udloebet"].as_array().unwrap().iter().map(numbers).collect()
    }

    async fn erase(&self, token: &str, body: Value) -> (StatusCode, Value) {
        self.send(token, "POST", "/api/v1/opbevaring/sletning", Some(body)).await
    }

    async fn looked_up(&self, nr: &str) -> Vec<Opslag> {
        let today = self.sted.app.clock.today();
        self.sted.app.opslag.about(nr, today, today, 100).await.unwrap().all
    }
}

#[tokio::test]
async fn who_is_due_is_told_before_anything_is_done_and_erased_when_told_twice() {
    let p = Place::open().await;
    assert_eq!(p.due(&p.hr).await, ["1005", "1006", "1007 10079"]);
    assert_eq!(p.looked_up("1005").await.len(), 1, "who was listed was looked up");
    let body = json!({"medarbejder_nr": "1007"});
    let (status, answer) = p.erase(&p.hr, body).await;
    assert_eq!((status, answer["kode"].as_str()), (StatusCode::CONFLICT, Some("skal_bekraeftes")), "{answer}");
    assert!(answer["detail"].as_str().unwrap().contains("2 ansættelser"), "{answer}");
    assert!(!p.sted.app.projections().is_erased("1007"));
    let (status, answer) = p.erase(&p.hr, json!({"medarbejder_nr": "1007", "bekraeft": true})).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let attest = answer["attest"].as_str().unwrap();
    assert!(attest.contains("1007, 10079") && attest.contains("HR, medarbejder 10001"), "{attest}");
    assert!(attest.contains("opbevaret til 2024-03-31") && !attest.contains("Kanin"), "{attest}");
    assert!(p.sted.app.projections().is_erased("10079"));
    assert_eq!(p.due(&p.hr).await, ["1005", "1006"]);
    // The certificate is there afterwards, the same.
    let (status, again) = p.send(&p.hr, "GET", "/api/v1/opbevaring/attest?medarbejder_nr=10079", None).await;
    assert_eq!((status, again["attest"].as_str()), (StatusCode::OK, Some(attest)));
    let (_, seen) = p.send(&p.hr, "GET", "/api/v1/opbevaring", None).await;
    assert_eq!(seen["slettet"][0]["person"], again["person"]);
    // Once is enough, and who is employed is nobody's to erase here.
    for nr in ["1007", "1008"] {
        let (status, answer) = p.erase(&p.hr, json!({"medarbejder_nr": nr, "bekraeft": true})).await;
        assert_eq!((status, answer["kode"].as_str()), (StatusCode::CONFLICT, Some("ikke_udloebet")), "{nr}");
    }
    assert!(!p.sted.app.projections().is_erased("1008"));
}

#[tokio::test]
async fn a_hold_stops_it_until_it_is_lifted() {
    let p = Place::open().await;
    let hold = async |gaelder: bool| {
        let body = json!({"medarbejder_nr": "1005", "gaelder": gaelder, "aarsag": "retssag"});
        p.send(&p.hr, "POST", "/api/v1/opbevaring/stop", Some(body)).await.0
    };
    // What the reason says stands open in the log for good: whoever writes of an illness is told, and not hindered.
    let of_illness = json!({"medarbejder_nr": "1008", "gaelder": true, "aarsag": "sag om en depression"});
    let (status, told) = p.send(&p.hr, "POST", "/api/v1/opbevaring/stop", Some(of_illness)).await;
    let said = told["advarsler"][0].as_str().unwrap();
    assert!(status == StatusCode::OK && said.contains("sygdom") && !said.contains("depression"), "{told}");
    assert_eq!([hold(true).await, hold(true).await], [StatusCode::OK, StatusCode::CONFLICT]);
    let (_, seen) = p.send(&p.hr, "GET", "/api/v1/opbevaring", None).await;
    assert_eq!(seen["udloebet"][0]["sletningsstop"], "retssag");
    // Each hold is listed until it is lifted, also of somebody who is employed and not due; and each HR sees their own.
    let held = async |token: &str| {
        let (_, seen) = p.send(token, "GET", "/api/v1/opbevaring", None).await;
        let numbers = |held: &Value| held["medarbejder_nr"].as_str().unwrap().to_owned();
        seen["sletningsstop"].as_array().unwrap().iter().map(numbers).collect::<Vec<_>>()
    };
    assert_eq!(
        (held(&p.hr).await, held(&p.hr_of_unit).await),
        (vec!["1005".into(), "1008".into()], vec!["1008".into()])
    );
    assert_eq!(seen["sletningsstop"][0]["aarsag"], "retssag");
    assert_eq!((&seen["sletningsstop"][0]["rolle"], &seen["sletningsstop"][0]["nr"]), (&json!("hr"), &json!("10001")));
    // What is built anew, and compared with the log, has them too.
    let progress = app::core::Progress::default();
    assert_eq!(p.sted.app.compare(&progress).await.unwrap().1, std::collections::BTreeSet::new());
    p.sted.app.rebuild(&progress).await.unwrap();
    assert_eq!(held(&p.hr).await, ["1005", "1008"]);
    let (status, answer) = p.erase(&p.hr, json!({"medarbejder_nr": "1005", "bekraeft": true})).await;
    assert_eq!((status, answer["kode"].as_str()), (StatusCode::CONFLICT, Some("noget_taler_imod")), "{answer}");
    assert_eq!(hold(false).await, StatusCode::OK);
    assert_eq!(held(&p.hr).await, ["1008"]);
    assert_eq!(p.erase(&p.hr, json!({"medarbejder_nr": "1005", "bekraeft": true})).await.0, StatusCode::OK);
}

#[tokio::test]
async fn hr_of_a_unit_meets_their_own_and_the_rest_is_as_if_it_were_not_there() {
    let p = Place::open().await;
    assert_eq!(p.due(&p.hr_of_unit).await, ["1006"], "1007 was employed elsewhere too");
    let unknown = p.erase(&p.hr_of_unit, json!({"medarbejder_nr": "4711", "bekraeft": true})).await;
    assert_eq!(unknown.0, StatusCode::NOT_FOUND);
    for nr in ["1005", "1007", "10079", "10002"] {
        assert_eq!(p.erase(&p.hr_of_unit, json!({"medarbejder_nr": nr, "bekraeft": true})).await, unknown, "{nr}");
        let body = json!({"medarbejder_nr": nr, "formaal": "bad om det"});
        assert_eq!(p.send(&p.hr_of_unit, "POST", "/api/v1/indsigt", Some(body)).await, unknown, "{nr}");
    }
    assert!(p.looked_up("1007").await.is_empty(), "who was told nothing has looked nobody up");
    assert_eq!(p.erase(&p.hr, json!({"medarbejder_nr": "1007", "bekraeft": true})).await.0, StatusCode::OK);
    let (_, seen) = p.send(&p.hr_of_unit, "GET", "/api/v1/opbevaring", None).await;
    assert_eq!(seen["slettet"], json!([]));
    let attest = "/api/v1/opbevaring/attest?medarbejder_nr=1007";
    assert_eq!(p.send(&p.hr_of_unit, "GET", attest, None).await, unknown);
}

#[tokio::test]
async fn an_insight_is_one_file_and_taking_it_is_a_look_up_with_a_purpose() {
    let p = Place::open().await;
    let take = async |body: Value| p.send(&p.hr, "POST", "/api/v1/indsigt", Some(body)).await;
    let (status, answer) = take(json!({"medarbejder_nr": "1007", "formaal": " "})).await;
    assert_eq!((status, answer["felter"][0]["felt"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("formaal")));
    let (status, insight) = take(json!({"medarbejder_nr": "1007", "formaal": "bad om det"})).await;
    assert_eq!(status, StatusCode::OK, "{insight}");
    let employments = insight["ansaettelser"].as_array().unwrap();
    assert_eq!(employments.len(), 2);
    for employment in employments {
        assert_eq!(employment["personoplysninger"]["navn"], "Kanin Fugl");
        assert_eq!(employment["opslag"][0]["formaal"], "bad om det", "it stands in itself");
    }
    let (status, text) = take(json!({"medarbejder_nr": "1007", "formaal": "bad om det", "format": "tekst"})).await;
    assert!(status == StatusCode::OK && text.as_str().unwrap().contains("Ansættelse 10079"), "{text}");
    let noted = p.looked_up("10079").await;
    assert_eq!(noted.len(), 2);
    assert_eq!((noted[0].content, noted[0].reader.nr.as_deref()), (Content::Insight, Some("10001")));
    assert_eq!(noted[0].formaal, Formaal::Said { tekst: "bad om det".to_owned() });
    let mut unusual = Unusual::default();
    let today = p.sted.app.clock.today();
    p.sted.app.opslag.each(today, today, |opslag| unusual.see(opslag, |_| true)).await.unwrap();
    let found = unusual.found();
    assert!(found.len() == 2 && found.iter().all(|(_, why)| why.iter().eq([&Reason::Everything])), "{found:?}");
}

#[tokio::test]
async fn what_cannot_be_noted_is_not_taken_out() {
    let p = Place::open().await;
    std::fs::write(p.sted.path().join(FOLDER), "in the way").unwrap();
    let body = json!({"medarbejder_nr": "1005", "formaal": "bad om det"});
    let (status, answer) = p.send(&p.hr, "POST", "/api/v1/indsigt", Some(body)).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!answer.to_string().contains("Kanin"), "{answer}");
}

/// On a clock that jumped somebody's time may look over who left last year. Nobody is erased by it until the date is confirmed.
#[tokio::test]
async fn nobody_is_erased_by_the_calendar_of_a_clock_in_doubt() {
    let sted = Workplace::empty(Clock::imitated("2020-02-10T08:00:00Z".parse().unwrap())).await;
    sted.ansat("1005", &details("1005", "Kanin Fugl", ""), |s| s.fratraadt = Some(day("2019-03-31"))).await;
    sted.app.health().await;
    sted.app.clock.jump("2036-02-10T08:00:00Z".parse().unwrap());
    let due = sted.app.past_retention_of("1005").await.unwrap().expect("by that clock");
    let erase = async || erase_due(&sted.app, &due, Also::default(), &Aktoer::system("opbevaring")).await;
    assert!(matches!(erase().await, Err(ErasureDenial::Clock)));
    assert!(!sted.app.projections().is_erased("1005"));
    sted.app.confirm_clock(day("2036-02-10")).await.unwrap();
    erase().await.unwrap();
    assert!(sted.app.projections().is_erased("1005"));
}
