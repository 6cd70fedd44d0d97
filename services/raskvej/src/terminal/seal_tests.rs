//! Seals: what somebody kept is held against folder, bundle and running service, by both programs.

use std::path::{Path, PathBuf};
use std::process::Command;

use axum::body::Body;
use axum::http::Request;
use eventlog::{Hash, merkle};
use forloeb::words::Rolle;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

use super::token::Wanted;
use super::trial::{Answer, Trial};
use super::verify::{Check, What};
use super::*;
use crate::checkpoint::{Note, PublicKey};
use crate::http;
use crate::pages::test_state;

/// What the program says.
pub(super) async fn said(check: &Check) -> Answer {
    let (out, mut messages) = Out::channel();
    let belong = async {
        let mut answer = Answer::default();
        while let Some(message) = messages.recv().await {
            let _ = answer.take(message);
        }
        answer
    };
    let work = async {
        end(verify::in_order(check, &out).await, &out).await;
        drop(out);
    };
    tokio::join!(work, belong).1
}

fn folder(path: &Path, seals: &[&PathBuf]) -> Check {
    Check { seals: seals.iter().map(|seal| (*seal).clone()).collect(), ..Check::new(What::Folder(path.to_owned())) }
}

fn bundle(path: &Path, seals: &[&PathBuf]) -> Check {
    Check { what: What::Bundle(path.to_owned()), ..folder(path, seals) }
}

/// Writes something into the log, and gives its seal.
pub(super) async fn sealed(p: &Trial, at: &Path, name: &str) -> PathBuf {
    assert_eq!(p.bed(TerminalRequest::Token(Wanted::called("prøve", Rolle::Hr))).await.code, DONE);
    kept(p, at, name).await
}

pub(super) async fn kept(p: &Trial, at: &Path, name: &str) -> PathBuf {
    let answer = p.bed(TerminalRequest::Seal { only_key: false, into_file: true }).await;
    assert_eq!((answer.code, answer.out), (DONE, vec![]));
    stored(at, name, &answer.data)
}

pub(super) fn stored(at: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = at.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

pub(super) async fn exported(p: &Trial, at: &Path, name: &str, forloeb: Option<Uuid>) -> PathBuf {
    let answer = p.bed(TerminalRequest::Export { forloeb, earlier: Vec::new() }).await;
    assert_eq!(answer.code, DONE, "{:?}", answer.error);
    stored(at, name, &answer.data)
}

/// One forløb, to be held against these.
async fn with_seals(p: &Trial, id: Uuid, seals: &[&PathBuf]) -> Answer {
    let seals: Vec<PathBuf> = seals.iter().map(|seal| (*seal).clone()).collect();
    p.bed(TerminalRequest::Export { forloeb: Some(id), earlier: export::Kept::of(&seals).unwrap() }).await
}

/// The same folder, twice.
pub(super) fn copied(from: &Path) -> TempDir {
    let to = tempfile::tempdir().unwrap();
    let copy = Command::new("cp").arg("-a").arg(from.join(".")).arg(to.path()).status().unwrap();
    assert!(copy.success());
    to
}

/// What the other program says, and whether it finds all in order.
pub(super) fn python(arguments: &[&str]) -> (bool, String) {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify_bundle.py");
    let answer = Command::new("python3").arg(program).args(arguments).output().expect("python3 is there");
    (answer.status.success(), String::from_utf8(answer.stdout).unwrap())
}

#[tokio::test]
async fn a_log_goes_on_from_every_seal_that_was_kept() {
    let at = tempfile::tempdir().unwrap();
    let p = Trial::small().await;
    let (first, second) = (sealed(&p, at.path(), "1").await, sealed(&p, at.path(), "2").await);
    // An older program kept the seal of a bundle; it is read as it stands there.
    let old = exported(&p, at.path(), "bundt-før", None).await;
    let third = sealed(&p, at.path(), "3").await;
    let now = exported(&p, at.path(), "bundt", None).await;
    let seals = [&third, &old, &first, &second];
    let shown = p.bed(TerminalRequest::Seal { only_key: false, into_file: false }).await;
    assert_eq!(
        format!("{}\n", shown.out.join("\n")),
        std::fs::read_to_string(&third).unwrap(),
        "shown as it is written"
    );
    let keys = p.bed(TerminalRequest::Seal { only_key: true, into_file: false }).await.out;
    assert_eq!(
        keys.iter().map(|key| PublicKey::read(key).unwrap().hex()).collect::<Vec<_>>(),
        [keys[0].clone(), keys[0].clone()]
    );
    // Also while the service has the folder open.
    for check in [folder(p.path(), &seals), bundle(&now, &seals)] {
        let noted = Check { key: PublicKey::read(&keys[1]), ..check.clone() };
        for (check, warned) in [(check, true), (noted, false)] {
            let answer = said(&check).await;
            assert_eq!(answer.code, DONE, "{answer:?}");
            let lines: Vec<&String> = answer.out.iter().filter(|line| line.starts_with("segl ")).collect();
            assert_eq!(lines.len(), 4, "{answer:?}");
            assert!(lines[0].starts_with(&format!("segl {}: loggen fortsætter det (", first.display())), "{lines:?}");
            assert_eq!(answer.error.iter().any(|line| line.contains("loggens egen nøgle")), warned, "{answer:?}");
        }
    }
    // A bundle about one forløb shows the log as it was sealed with it, and no earlier.
    let id = p.app.forloeb_for("1005").await.unwrap()[0].id;
    let one = exported(&p, at.path(), "et", Some(id)).await;
    assert_eq!(said(&bundle(&one, &[&third])).await.code, DONE);
    let answer = said(&bundle(&one, &[&first])).await;
    assert!(answer.code == REFUSED && answer.error.last().unwrap().contains("et bundt om ét forløb"), "{answer:?}");
    let answer = with_seals(&p, id, &[&third, &first, &old]).await;
    assert_eq!(answer.code, DONE, "{answer:?}");
    let one = stored(at.path(), "et-med-segl", &answer.data);
    assert_eq!(said(&bundle(&one, &[&first, &old, &third])).await.out.len(), 1 + 3);
    assert_eq!(said(&bundle(&one, &[&second])).await.code, DONE, "the bundle in between is of the same size");
    // A key that is another's, and what is no seal.
    let other = Trial::empty().await;
    let theirs = kept(&other, at.path(), "andres").await;
    let nothing = stored(at.path(), "intet", b"Dagens seddel\n");
    for (seal, why) in [(&theirs, "underskrevet med en anden nøgle"), (&nothing, "ingen linje begynder med raskvej/")]
    {
        let answer = said(&folder(p.path(), &[seal])).await;
        let line = answer.error.last().unwrap();
        let named = line.starts_with(&format!("{}: ", seal.display()));
        assert!(answer.code == REFUSED && named && line.contains(why), "{answer:?}");
    }
    let their_key = p.bed(TerminalRequest::Seal { only_key: true, into_file: false }).await.out.remove(0);
    let answer = said(&Check { key: PublicKey::read(&their_key), ..folder(other.path(), &[]) }).await;
    assert!(
        answer.code == REFUSED && answer.error.last().unwrap().contains("en anden nøgle end den, der blev opgivet"),
        "{answer:?}"
    );
}

/// Two histories that share a beginning: each is whole by itself, and each is found by the other's seal.
#[tokio::test]
async fn two_histories_are_found_by_either_ones_seal() {
    let at = tempfile::tempdir().unwrap();
    let p = Trial::small().await;
    let shared = sealed(&p, at.path(), "fælles").await;
    let one = p.close().await;
    let other = copied(one.path());
    let mut seen = Vec::new();
    for (folder, name) in [(one, "a"), (other, "b")] {
        let p = Trial::i(folder).await;
        let seal = sealed(&p, at.path(), &format!("segl-{name}")).await;
        sealed(&p, at.path(), "senere").await;
        let bundle = exported(&p, at.path(), &format!("bundt-{name}"), None).await;
        seen.push((p.close().await, seal, bundle));
    }
    for (mine, theirs) in [(0, 1), (1, 0)] {
        let ((path, own, own_bundle), (_, their_seal, their_bundle)) = (&seen[mine], &seen[theirs]);
        assert_eq!(said(&folder(path.path(), &[&shared, own])).await.code, DONE);
        assert_eq!(said(&bundle(own_bundle, &[&shared, own, own_bundle])).await.code, DONE);
        for seal in [their_seal, their_bundle] {
            for check in [folder(path.path(), &[&shared, own, seal]), bundle(own_bundle, &[&shared, seal])] {
                let answer = said(&check).await;
                assert_eq!((answer.code, answer.out), (REFUSED, vec![]));
                let line = answer.error.last().unwrap();
                assert!(line.contains(&format!("fortsætter ikke {}: ", seal.display())), "{line}");
                assert!(line.contains("Historien er skrevet om. Det seneste segl, den fortsætter, er "), "{line}");
            }
        }
    }
}

/// An older copy in the place of the folder is right in itself.
#[tokio::test]
async fn an_older_copy_is_found_by_a_newer_seal() {
    let at = tempfile::tempdir().unwrap();
    let p = Trial::small().await;
    let early = sealed(&p, at.path(), "1").await;
    let folder_now = p.close().await;
    let older = copied(folder_now.path());
    let p = Trial::i(folder_now).await;
    let late = sealed(&p, at.path(), "2").await;
    assert_eq!(said(&folder(older.path(), &[&early])).await.code, DONE);
    let answer = said(&folder(older.path(), &[&late, &early])).await;
    let line = answer.error.last().unwrap();
    assert!(
        answer.code == REFUSED && line.contains("Dens slutning er væk. Det seneste segl, den fortsætter, er "),
        "{line}"
    );
}

pub(super) async fn asked(p: &Trial, token: &str, path: &str) -> (u16, String) {
    let request = Request::get(path).header("Authorization", format!("Bearer {token}")).body(Body::empty()).unwrap();
    let answer = http::router(test_state(&p.app)).oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_running_service_proves_that_it_goes_on_from_a_checkpoint() {
    let p = Trial::small().await;
    let token = async |rolle| p.bed(TerminalRequest::Token(Wanted::called("prøve", rolle))).await.out.remove(0);
    let (revisor, hr) = (token(Rolle::Revisor).await, token(Rolle::Hr).await);
    let key = p.app.seal().await.unwrap().public_key();
    let checkpoint = async || {
        let (status, note) = asked(&p, &revisor, "/api/v1/revision/checkpoint").await;
        assert_eq!(status, 200, "{note}");
        Note::read(&note).unwrap().opened_by(&key).unwrap().clone()
    };
    let mut noted = vec![checkpoint().await];
    for _ in 0..5 {
        token(Rolle::Hr).await;
        noted.push(checkpoint().await);
    }
    let now = noted.last().unwrap();
    for old in &noted {
        let path = format!("/api/v1/revision/konsistens?fra={}&til={}", old.commits, now.commits);
        let (status, proof) = asked(&p, &revisor, &path).await;
        assert_eq!(status, 200, "{proof}");
        let proof: Value = serde_json::from_str(&proof).unwrap();
        assert_eq!((&proof["fra"], &proof["til"]), (&old.commits.into(), &now.commits.into()));
        let path: Vec<Hash> =
            proof["sti"].as_array().unwrap().iter().map(|hash| hash.as_str().unwrap().parse().unwrap()).collect();
        assert!(merkle::extends((old.commits, old.root), (now.commits, now.root), &path));
    }
    let without_end = asked(&p, &revisor, "/api/v1/revision/konsistens?fra=0").await;
    assert_eq!((without_end.0, without_end.1.contains("\"sti\":[]")), (200, true));
    let more = format!("/api/v1/revision/konsistens?fra=0&til={}", now.commits + 1);
    for (path, felt) in [
        ("/api/v1/revision/konsistens", "fra"),
        ("/api/v1/revision/konsistens?fra=-1", "fra"),
        ("/api/v1/revision/konsistens?fra=2&til=1", "fra"),
        ("/api/v1/revision/konsistens?fra=1&til=18446744073709551616", "til"),
        (more.as_str(), "til"),
    ] {
        let (status, body) = asked(&p, &revisor, path).await;
        assert!(status == 422 && body.contains(&format!("\"felt\":\"{felt}\"")), "{path}: {body}");
    }
    for path in ["/api/v1/revision/checkpoint", "/api/v1/revision/konsistens?fra=1"] {
        assert_eq!(asked(&p, &hr, path).await.0, 403);
    }
}

#[tokio::test]
#[ignore = "needs Python"]
async fn the_other_program_says_the_same_of_seals() {
    let at = tempfile::tempdir().unwrap();
    let p = Trial::small().await;
    let early = sealed(&p, at.path(), "1").await;
    let folder_early = copied(p.path());
    let late = sealed(&p, at.path(), "2").await;
    let now = exported(&p, at.path(), "bundt", None).await;
    let id = p.app.forloeb_for("1005").await.unwrap()[0].id;
    let one = exported(&p, at.path(), "et", Some(id)).await;
    let keys = p.bed(TerminalRequest::Seal { only_key: true, into_file: false }).await.out;
    // Another history from the same beginning.
    let q = Trial::i(folder_early).await;
    let other = sealed(&q, at.path(), "andet").await;
    let other_bundle = exported(&q, at.path(), "bundt-andet", None).await;
    let refused = with_seals(&p, id, &[&early, &other]).await;
    assert!(
        refused.code == REFUSED && refused.error[0].starts_with("Loggen fortsætter ikke seglet af "),
        "{refused:?}"
    );
    let held = stored(at.path(), "et-med-segl", &with_seals(&p, id, &[&early, &late]).await.data);
    // Somebody puts another root beside the proof.
    let text = std::fs::read_to_string(&held).unwrap();
    let root = text.split_once("\"rod\":\"").unwrap().1.get(..64).unwrap();
    let forged = text.replacen(root, &"0".repeat(64), 1);
    let end = forged.rfind("{\"sha256\"").unwrap();
    let forged = format!("{}{{\"sha256\":\"{}\"}}\n", &forged[..end], Hash::of(&forged.as_bytes()[..end]));
    let forged = stored(at.path(), "et-med-falsk-segl", forged.as_bytes());
    let answer = said(&bundle(&forged, &[])).await;
    assert!(answer.code == REFUSED && answer.error[0].contains("linje 1: beviset for et tidligere segl"), "{answer:?}");
    let path = |path: &PathBuf| path.to_str().unwrap().to_owned();
    for (arguments, right) in [
        (vec!["--seal".to_owned(), path(&early), "--seal".to_owned(), path(&late), path(&now)], true),
        (vec!["--noegle".to_owned(), keys[0].clone(), "--seal".to_owned(), path(&early), path(&now)], true),
        (vec!["--noegle".to_owned(), keys[1].clone(), "--seal".to_owned(), path(&now), path(&now)], true),
        (vec!["--seal".to_owned(), path(&late), path(&one)], true),
        (vec!["--seal".to_owned(), path(&early), path(&one)], false),
        (vec!["--seal".to_owned(), path(&early), "--seal".to_owned(), path(&late), path(&held)], true),
        (vec!["--seal".to_owned(), path(&other), path(&held)], false),
        (vec![path(&forged)], false),
        (vec!["--seal".to_owned(), path(&other), path(&now)], false),
        (vec!["--seal".to_owned(), path(&other_bundle), path(&now)], false),
        (vec!["--seal".to_owned(), path(&now), path(&other_bundle)], false),
        (vec!["--seal".to_owned(), path(&late), path(&other_bundle)], false),
        (vec!["--seal".to_owned(), path(&early), path(&other_bundle)], true),
    ] {
        let (sound, says) = python(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(sound, right, "{arguments:?}: {says}");
    }
}
