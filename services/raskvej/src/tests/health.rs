//! What `/readyz`, the metrics and the log lines say of a service in trouble.

use std::os::unix::fs::FileExt;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use eventlog::{Damage, Fault, ReadError};
use metrics_exporter_prometheus::PrometheusBuilder;
use tower::ServiceExt;

use crate::clock::Clock;
use crate::core::{App, CommandError, OpenFolderError};
use crate::http;
use crate::http::problem::Problem;
use crate::pages::test_state;
use crate::terminal::TerminalRequest;
use crate::terminal::token::Wanted;
use crate::terminal::trial::Trial;
use app::health::Trouble;

async fn body_of_readyz(app: &Arc<App>) -> (StatusCode, String) {
    let request = Request::get("/readyz").body(Body::empty()).unwrap();
    let answer = http::router(test_state(app)).oneshot(request).await.unwrap();
    let status = answer.status();
    let body = axum::body::to_bytes(answer.into_body(), 1 << 16).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// Status and `kode`; an empty one where it is ready.
async fn readyz(app: &Arc<App>) -> (StatusCode, String) {
    let (status, body) = body_of_readyz(app).await;
    let code = serde_json::from_str::<serde_json::Value>(&body).ok().map(|v| v["kode"].as_str().unwrap().to_owned());
    (status, code.unwrap_or_default())
}

fn not_ready(code: &str) -> (StatusCode, String) {
    (StatusCode::SERVICE_UNAVAILABLE, code.to_owned())
}

/// Changes one byte in the middle of the only segment.
fn damage(app: &App) {
    let [segment] = &app.log.backup_files()[..] else { panic!("one segment") };
    let file = std::fs::File::options().read(true).write(true).open(app.folder.join(&segment.name)).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, segment.len / 2).unwrap();
    file.write_all_at(&[byte[0] ^ 1], segment.len / 2).unwrap();
}

#[tokio::test]
async fn damage_that_reading_finds_is_told_by_readyz_and_metrics() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    let _recorder = metrics::set_default_local_recorder(&recorder);
    let p = Trial::i(Trial::small().await.close().await).await;
    damage(&p.app);
    assert_eq!(readyz(&p.app).await.0, StatusCode::OK, "nobody has met it");
    let shown = metrics.render();
    assert!(shown.contains("raskvej_klar 1"), "{shown}");
    assert!(shown.contains("raskvej_tilstand{tilstand=\"beskadiget\"} 0"), "{shown}");

    p.app.log.read(0, 1000).await.unwrap_err();
    for _ in 0..3 {
        assert_eq!(readyz(&p.app).await, not_ready("beskadiget"));
    }
    let shown = metrics.render();
    assert!(shown.contains("raskvej_klar 0"), "{shown}");
    for trouble in Trouble::ALL {
        let value = u8::from(trouble == Trouble::Damaged);
        let line = format!("raskvej_tilstand{{tilstand=\"{}\"}} {value}\n", trouble.code());
        assert!(shown.contains(&line), "{line} is missing in {shown}");
    }
}

/// The record does not go back with the clock: it keeps the later time, with a mark of what the clock showed.
#[tokio::test]
async fn time_in_the_log_goes_forward_when_the_clock_is_set_back() {
    let folder = Trial::small().await.close().await;
    let p = Trial::on(folder, Clock::imitated("2026-11-20T07:00:00Z".parse().unwrap())).await;
    let token = || TerminalRequest::Token(Wanted::called("prøve", forloeb::words::Rolle::Revisor));
    let revisor = p.bed(token()).await.out.remove(0);
    for (shows, marked) in [("2026-11-19T07:00:00Z", true), ("2026-11-20T07:01:00Z", false)] {
        p.app.clock.jump(shows.parse().unwrap());
        let path = format!("/api/v1/revision/haendelser?fra={}", p.app.log.head().position + 1);
        p.bed(token()).await;
        let request = Request::get(path).header("Authorization", format!("Bearer {revisor}"));
        let answer = http::router(test_state(&p.app)).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let body = axum::body::to_bytes(answer.into_body(), 1 << 16).await.unwrap();
        let event: serde_json::Value =
            serde_json::from_slice(body.split(|byte| *byte == b'\n').next().unwrap()).unwrap();
        let (time, mark) = (event["tidspunkt"].as_str().unwrap(), event.get("uret_viste"));
        assert_eq!(mark.and_then(|mark| mark.as_str()), marked.then_some(shows), "{event}");
        assert_eq!(time, if marked { "2026-11-20T07:00:00Z" } else { shows });
        assert_eq!(body_of_readyz(&p.app).await.1.contains("ur_tilbage"), marked);
    }
    let folder = p.close().await;
    assert_eq!(eventlog::verify(folder.path(), &mut |_, _| {}).unwrap().set_back, (0, 0));
}

/// Commands are taken all the same, so it is ready: only the reminders wait.
#[tokio::test]
async fn a_clock_in_doubt_is_told_in_a_second_line() {
    let folder = Trial::small().await.close().await;
    let p = Trial::on(folder, Clock::imitated("2036-11-20T07:00:00Z".parse().unwrap())).await;
    assert_eq!(body_of_readyz(&p.app).await, (StatusCode::OK, "klar\npåmindelser venter: ur_frem\n".to_owned()));
    p.app.clock.jump("2026-11-19T07:00:00Z".parse().unwrap());
    assert_eq!(body_of_readyz(&p.app).await, (StatusCode::OK, "klar\npåmindelser venter: ur_tilbage\n".to_owned()));
    p.app.clock.jump("2026-11-20T08:00:00Z".parse().unwrap());
    assert_eq!(body_of_readyz(&p.app).await, (StatusCode::OK, "klar\n".to_owned()));
}

/// A mail that tells HR of an erasure and has not left takes no commands away, and is told all the same.
#[tokio::test]
async fn a_mail_about_an_erasure_that_waits_is_told_in_a_second_line() {
    let p = Trial::empty().await;
    p.app.untold.note("mail", Some("forbindelse".to_owned()));
    let told = "klar\nmailen om sletninger venter: sletningsmail_venter\n";
    assert_eq!(body_of_readyz(&p.app).await, (StatusCode::OK, told.to_owned()));
    p.app.untold.note("mail", None);
    assert_eq!(body_of_readyz(&p.app).await, (StatusCode::OK, "klar\n".to_owned()));
}

#[tokio::test]
async fn a_log_that_is_closed_is_not_ready() {
    let p = Trial::empty().await;
    assert_eq!(readyz(&p.app).await.0, StatusCode::OK);
    let app = p.app.clone();
    p.close().await;
    assert_eq!(readyz(&app).await, not_ready("visninger_stoppet"));
}

/// What it says of a read is what `/readyz` says of the log, and nobody is asked to try again in a moment.
#[test]
fn what_is_damaged_is_said_to_be_damaged() {
    let fault = Fault { segment: "seg".into(), offset: 1, position: 2, what: Damage::Checksum };
    let read = || OpenFolderError::Read(ReadError::Damaged(fault.clone()));
    for problem in [Problem::from(read()), Problem::from(CommandError::from(read()))] {
        assert_eq!((problem.status, problem.code.as_str()), (503, Trouble::Damaged.code()));
        assert!(!problem.detail.contains("prøv igen"), "{}", problem.detail);
    }
    assert_eq!(Problem::from(OpenFolderError::Read(ReadError::Closed)).status, 500);
}
