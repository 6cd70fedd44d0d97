//! What `/readyz`, the metrics and the log lines say of a service in trouble.

use std::os::unix::fs::FileExt;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use eventlog::{Damage, Fault, ReadError};
use metrics_exporter_prometheus::PrometheusBuilder;
use tower::ServiceExt;

use super::*;
use crate::http;
use crate::kerne::{AabnFejl, KommandoFejl};
use crate::ordrer::proeve::Proeve;
use crate::sider::proevetilstand;
use crate::ur::Ur;

async fn body_of_readyz(kerne: &Arc<Kerne>) -> (StatusCode, String) {
    let request = Request::get("/readyz").body(Body::empty()).unwrap();
    let answer = http::router(proevetilstand(kerne)).oneshot(request).await.unwrap();
    let status = answer.status();
    let body = axum::body::to_bytes(answer.into_body(), 1 << 16).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// Status and `kode`; an empty one where it is ready.
async fn readyz(kerne: &Arc<Kerne>) -> (StatusCode, String) {
    let (status, body) = body_of_readyz(kerne).await;
    let kode = serde_json::from_str::<serde_json::Value>(&body).ok().map(|v| v["kode"].as_str().unwrap().to_owned());
    (status, kode.unwrap_or_default())
}

fn not_ready(kode: &str) -> (StatusCode, String) {
    (StatusCode::SERVICE_UNAVAILABLE, kode.to_owned())
}

/// Changes one byte in the middle of the only segment.
fn damage(kerne: &Kerne) {
    let [segment] = &kerne.log.backup_files()[..] else { panic!("one segment") };
    let file = std::fs::File::options().read(true).write(true).open(kerne.mappe.join(&segment.name)).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, segment.len / 2).unwrap();
    file.write_all_at(&[byte[0] ^ 1], segment.len / 2).unwrap();
}

#[tokio::test]
async fn damage_that_reading_finds_is_told_by_readyz_and_metrics() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    let _recorder = metrics::set_default_local_recorder(&recorder);
    let p = Proeve::i(Proeve::lille().await.luk().await).await;
    damage(&p.kerne);
    assert_eq!(readyz(&p.kerne).await.0, StatusCode::OK, "nobody has met it");
    let shown = metrics.render();
    assert!(shown.contains("raskvej_klar 1"), "{shown}");
    assert!(shown.contains("raskvej_tilstand{tilstand=\"beskadiget\"} 0"), "{shown}");

    p.kerne.log.read(0, 1000).await.unwrap_err();
    for _ in 0..3 {
        assert_eq!(readyz(&p.kerne).await, not_ready("beskadiget"));
    }
    let shown = metrics.render();
    assert!(shown.contains("raskvej_klar 0"), "{shown}");
    for trouble in Trouble::ALL {
        let value = u8::from(trouble == Trouble::Damaged);
        let line = format!("raskvej_tilstand{{tilstand=\"{}\"}} {value}\n", trouble.code());
        assert!(shown.contains(&line), "{line} is missing in {shown}");
    }
}

/// Commands are taken all the same, so it is ready: only the reminders wait.
#[tokio::test]
async fn a_clock_in_doubt_is_told_in_a_second_line() {
    let folder = Proeve::lille().await.luk().await;
    let p = Proeve::paa(folder, Ur::efterlignet("2036-11-20T07:00:00Z".parse().unwrap())).await;
    assert_eq!(body_of_readyz(&p.kerne).await, (StatusCode::OK, "klar\npåmindelser venter: ur_frem\n".to_owned()));
    p.kerne.ur.spring("2026-11-19T07:00:00Z".parse().unwrap());
    assert_eq!(body_of_readyz(&p.kerne).await, (StatusCode::OK, "klar\npåmindelser venter: ur_tilbage\n".to_owned()));
    p.kerne.ur.spring("2026-11-20T08:00:00Z".parse().unwrap());
    assert_eq!(body_of_readyz(&p.kerne).await, (StatusCode::OK, "klar\n".to_owned()));
}

/// A line is written for what is new and for what is over, however often somebody asks.
#[test]
fn what_lasts_is_logged_once() {
    let (changes, none) = (Changes::default(), BTreeSet::new());
    let (full, both) = (BTreeSet::from([Trouble::DiskFull]), BTreeSet::from([Trouble::DiskFull, Trouble::NotPacked]));
    let packed = BTreeSet::from([Trouble::NotPacked]);
    assert_eq!(changes.since_last(&none), (none.clone(), none.clone()));
    assert_eq!(changes.since_last(&full), (full.clone(), none.clone()));
    assert_eq!(changes.since_last(&full), (none.clone(), none.clone()));
    assert_eq!(changes.since_last(&both), (packed.clone(), none.clone()));
    assert_eq!(changes.since_last(&packed), (none.clone(), full));
    assert_eq!(changes.since_last(&none), (none, packed));
}

#[tokio::test]
async fn a_log_that_is_closed_is_not_ready() {
    let p = Proeve::tom().await;
    assert_eq!(readyz(&p.kerne).await.0, StatusCode::OK);
    let kerne = p.kerne.clone();
    p.luk().await;
    assert_eq!(readyz(&kerne).await, not_ready("visninger_stoppet"));
}

/// What it says of a read is what `/readyz` says of the log, and nobody is asked to try again in a moment.
#[test]
fn what_is_damaged_is_said_to_be_damaged() {
    let fault = Fault { segment: "seg".into(), offset: 1, position: 2, what: Damage::Checksum };
    let read = || AabnFejl::Laes(ReadError::Damaged(fault.clone()));
    for problem in [Problem::from(read()), Problem::from(KommandoFejl::from(read()))] {
        assert_eq!((problem.status, problem.kode.as_str()), (503, Trouble::Damaged.code()));
        assert!(!problem.detail.contains("prøv igen"), "{}", problem.detail);
    }
    assert_eq!(Problem::from(AabnFejl::Laes(ReadError::Closed)).status, 500);
}

#[test]
fn every_reason_to_refuse_has_its_code() {
    let fault = Fault { segment: "seg".into(), offset: 1, position: 2, what: Damage::Checksum };
    let refused = |trouble| Health {
        read_only: vec![ReadOnlyReason::Refused { trouble, what: "x".into() }],
        ..Health::default()
    };
    let read_only = |reason| Health { read_only: vec![reason], ..Health::default() };
    let reasons = [
        (Health { poisoned: Some("write: I/O error".into()), ..Health::default() }, true, "skrivefejl"),
        (Health::default(), false, "visninger_stoppet"),
        (Health { closed: true, ..Health::default() }, true, "lukker"),
        (read_only(ReadOnlyReason::Damaged(fault)), true, "beskadiget"),
        (read_only(ReadOnlyReason::IndexBroken), true, "register_i_stykker"),
        (read_only(ReadOnlyReason::NotPacked { what: "x".into() }), true, "kan_ikke_pakkes"),
        (read_only(ReadOnlyReason::DiskFull { free: 1, needed: 2 }), true, "disk_fuld"),
        (refused(eventlog::Trouble::NoRoom), true, "disk_fuld"),
        (refused(eventlog::Trouble::NoDescriptors), true, "for_mange_filer"),
        (refused(eventlog::Trouble::ReadOnly), true, "disk_skrivebeskyttet"),
        (refused(eventlog::Trouble::Device), true, "disk_skrivebeskyttet"),
    ];
    for (health, follows, code) in reasons {
        let [(trouble, _)] = found(health, follows, None)[..] else { panic!("{code}") };
        assert!(trouble.refuses_commands());
        let problem = trouble.problem();
        assert_eq!((problem.status, problem.kode.as_str()), (503, code));
    }
    let packing = found(Health { not_packed: Some("no room".into()), ..Health::default() }, true, None);
    assert!(matches!(packing[..], [(Trouble::PackingFails, _)]) && !Trouble::PackingFails.refuses_commands());
    assert_eq!(found(Health::default(), true, None), []);
}
