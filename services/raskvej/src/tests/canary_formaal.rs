//! What for somebody reads, said at every place where it can be said: in a header of the API, on the pages of an auditor, and of
//! an insight. Where it then stands is looked for with the other canaries; no address has it.

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use doors::address::percent_encode;
use serde_json::json;
use uuid::Uuid;

use super::canaries::{FORM, Service, formaal_in};
use super::canary_words::FORMAAL as SAID;
use crate::lookups::FORMAAL;

/// The answer, when its head was looked at: an address, a cookie or a warning has no word of it.
async fn looked_at(answer: Response) -> (StatusCode, String) {
    let heads = answer.headers().iter().map(|(name, value)| [name.as_str().as_bytes(), value.as_bytes()].concat());
    let heads = heads.collect::<Vec<_>>().concat();
    assert!(formaal_in(&heads).is_empty(), "{}", String::from_utf8_lossy(&heads));
    let (status, bytes) = (answer.status(), to_bytes(answer.into_body(), 1 << 24).await.unwrap());
    (status, String::from_utf8_lossy(&bytes).into_owned())
}

/// The session that an answer begins, or goes on with under another name.
fn cookie(answer: &Response) -> String {
    let set = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

impl Service {
    /// Each purpose is said, and found where who searches look-ups finds it.
    pub(super) async fn formaal(&self, id: Uuid) {
        let [(_, in_header), (_, on_page), (_, of_insight)] = SAID;
        let path = format!("/api/v1/forloeb/{id}");
        let read = Request::get(&path).header(header::AUTHORIZATION, format!("Bearer {}", self.auditor));
        let read = read.header(FORMAAL, in_header.as_bytes()).body(Body::empty()).unwrap();
        assert_eq!(looked_at(self.answer(read).await).await.0, StatusCode::OK);

        let sent = |path: &str, cookie: &str, body: String| {
            let request = Request::post(path).header(header::CONTENT_TYPE, FORM).header(header::COOKIE, cookie);
            request.body(Body::from(body)).unwrap()
        };
        let answer = self.answer(sent("/log-ind", "", format!("token={}", self.auditor))).await;
        let session = cookie(&answer);
        let page = format!("/revision/forloeb/{id}");
        let body = format!("formaal={}&tilbage={page}", percent_encode(on_page));
        let answer = self.answer(sent("/opslag/formaal", &session, body)).await;
        let session = cookie(&answer);
        assert_eq!(looked_at(answer).await.0, StatusCode::SEE_OTHER);
        let read = Request::get(&page).header(header::COOKIE, &session).body(Body::empty()).unwrap();
        let (status, shown) = looked_at(self.answer(read).await).await;
        assert!(status == StatusCode::OK && shown.contains(on_page), "{status} {shown}");

        let asked = json!({ "medarbejder_nr": "1005", "formaal": of_insight }).to_string();
        let (status, file) = self.api(Method::POST, &self.hr, "/api/v1/indsigt", "application/json", asked).await;
        assert_eq!((status, formaal_in(file.as_bytes()).len() >= SAID.len()), (StatusCode::OK, true), "{file}");
        let (_, found) = self.get(&self.hr, "/api/v1/opslag?medarbejder_nr=1005").await;
        for (what, said) in SAID {
            assert!(found.contains(said), "{what}: {found}");
        }
    }
}
