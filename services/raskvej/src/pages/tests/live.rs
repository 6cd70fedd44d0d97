//! A page that follows the log is told once, of what the reader may find, as long as their session goes on; and being told is
//! no use of the session.

use std::time::Duration;

use ::forloeb::words::Rolle;
use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode, header};
use chrono::TimeDelta;
use hyper::body::Body as _;
use tower::ServiceExt;

use super::arbejdsplads::{Arbejdsplads, SYG, Visit};

/// Nothing takes this long.
const PATIENCE: Duration = Duration::from_mins(2);

async fn follow(sted: &Arbejdsplads, visit: &Visit<'_>, fra: u64) -> (StatusCode, Body) {
    let request = Request::get(format!("/nyt?fra={fra}")).header(header::COOKIE, &visit.cookie);
    let answer = sted.pages.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    (answer.status(), answer.into_body())
}

/// What comes next; nothing at the end.
async fn next(body: &mut Body) -> Option<Bytes> {
    let frame = std::future::poll_fn(|cx| std::pin::Pin::new(&mut *body).poll_frame(cx));
    let frame = tokio::time::timeout(PATIENCE, frame).await.expect("something comes, or the end")?;
    frame.unwrap().into_data().ok()
}

/// Where the page that was fetched says that it was made.
fn position(page: &str) -> u64 {
    page.split_once("data-foelg=\"").unwrap().1.split('"').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_list_is_told_once_that_something_may_be_new() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let fra = position(&leder.fetch("/").await.tekst);
    let (status, mut body) = follow(&sted, &leder, fra).await;
    assert_eq!(status, StatusCode::OK);
    sted.told(SYG, "Åse Ærlig", |s| s.timer_pr_uge = 20.0).await;
    let told = String::from_utf8(next(&mut body).await.unwrap().to_vec()).unwrap();
    assert_eq!(told, format!("event: nyt\ndata: {}\n\n", sted.app.log.head().position), "a position, and no more");
    assert_eq!(next(&mut body).await, None, "it is told once");
    // Who comes with an older page is told at once; what is about others is not theirs.
    let (_, mut body) = follow(&sted, &leder, fra).await;
    assert!(next(&mut body).await.is_some());
    let now = position(&leder.fetch("/").await.tekst);
    sted.told("20010", "Ole Olsen", |s| (s.enhed, s.leder_nr) = ("E102".into(), Some("20001".into()))).await;
    let (_, mut mine) = follow(&sted, &leder, now).await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let (_, mut all) = follow(&sted, &hr, now).await;
    assert!(next(&mut all).await.is_some());
    sted.told(SYG, "Åse Ærlig", |s| s.timer_pr_uge = 25.0).await;
    let told = String::from_utf8(next(&mut mine).await.unwrap().to_vec()).unwrap();
    assert!(told.contains(&sted.app.log.head().position.to_string()), "not before it was about one of theirs: {told}");
}

#[tokio::test]
async fn nobody_follows_without_a_session_or_with_too_many_pages() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let fra = sted.app.log.head().position;
    let stranger = sted.send("GET", "/nyt", "", "").await;
    assert_eq!((stranger.status, &*stranger.tekst), (StatusCode::NO_CONTENT, ""));
    let mut open = Vec::new();
    for _ in 0..3 {
        let (status, body) = follow(&sted, &leder, fra).await;
        assert_eq!(status, StatusCode::OK);
        open.push(body);
    }
    assert_eq!(follow(&sted, &leder, fra).await.0, StatusCode::NO_CONTENT, "a browser needs connections for the rest");
    // Following is no use of the session: after eight hours without a page it has ended.
    let now = sted.session_clock.now();
    assert!(sted.session_clock.move_to(now + TimeDelta::hours(7)));
    drop(open);
    let given_back = async {
        while follow(&sted, &leder, fra).await.0 != StatusCode::OK {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, given_back).await.expect("a page that is left gives its place back");
    assert!(sted.session_clock.move_to(now + TimeDelta::hours(9)));
    assert_eq!(follow(&sted, &leder, fra).await.0, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_page_is_told_when_its_session_has_ended() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let (_, mut body) = follow(&sted, &leder, sted.app.log.head().position).await;
    leder.send("/log-ud", "").await;
    // It is looked at when something happens, and now and then.
    sted.told(SYG, "Åse Ærlig", |s| s.timer_pr_uge = 20.0).await;
    let told = String::from_utf8(next(&mut body).await.unwrap().to_vec()).unwrap();
    assert_eq!(told, "event: slut\ndata: ude\n\n");
    assert_eq!(next(&mut body).await, None);
}
