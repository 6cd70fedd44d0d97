//! A service is asked over a real socket: one that is right, and ones that would rather not be found out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::http::{StatusCode, Uri};
use forloeb::words::Rolle;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::http;
use crate::pages::test_state;
use crate::terminal::seal_tests::{asked, copied, said, sealed};
use crate::terminal::token::Wanted;
use crate::terminal::trial::{Answer, Trial};
use crate::terminal::verify::{Check, What};
use crate::terminal::{REFUSED, TerminalRequest};

async fn token(p: &Trial, rolle: Rolle) -> String {
    p.bed(TerminalRequest::Token(Wanted::called("prøve", rolle))).await.out.remove(0)
}

async fn key(p: &Trial) -> PublicKey {
    p.app.seal().await.unwrap().public_key()
}

/// The address of a service that answers like this.
async fn served(routes: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    address
}

fn check(address: &str, token: &str, noted: Option<&PublicKey>, seals: &[&PathBuf]) -> Check {
    let running = Running::new(WebAddress::read(address).unwrap(), None, Some(token.to_owned())).unwrap();
    let seals = seals.iter().map(|seal| (*seal).clone()).collect();
    Check { key: noted.cloned(), seals, ..Check::new(What::Service(running)) }
}

fn refused(answer: &Answer, why: &str) {
    let line = answer.error.last().cloned().unwrap_or_default();
    assert!(answer.code == REFUSED && answer.out.is_empty() && line.contains(why), "{why}: {answer:?}");
}

#[tokio::test]
async fn a_service_proves_that_it_goes_on_from_every_seal() {
    let at = tempfile::tempdir().unwrap();
    let p = Trial::small().await;
    let (hr, revisor) = (token(&p, Rolle::Hr).await, token(&p, Rolle::Revisor).await);
    let (first, second) = (sealed(&p, at.path(), "1").await, sealed(&p, at.path(), "2").await);
    let address = served(http::router(test_state(&p.app))).await;
    let key = key(&p).await;
    for grown in [false, true] {
        if grown {
            token(&p, Rolle::Hr).await;
        }
        let head = p.app.log.head();
        for noted in [None, Some(&key)] {
            let answer = said(&check(&address, &revisor, noted, &[&second, &first])).await;
            assert_eq!((answer.code, answer.out.len()), (DONE, 3), "{answer:?}");
            assert_eq!(answer.out[0], format!("i orden: {} hændelser, hoved {}", head.position, head.hash));
            let line = format!("segl {}: loggen fortsætter det (", first.display());
            assert!(answer.out[1].starts_with(&line), "{answer:?}");
            assert!(answer.error.iter().any(|line| line.contains("20. november 2026 kl. 8.00")), "{answer:?}");
            assert_eq!(answer.error.iter().any(|line| line.contains(&key.hex())), noted.is_none(), "{answer:?}");
        }
    }
    let answer = said(&check(&format!("{address}/"), &revisor, None, &[])).await;
    assert!(answer.code == DONE && answer.error[1].starts_with("Kun underskriften er efterprøvet."), "{answer:?}");
    for (token, why) in [(hr.as_str(), "skal være en revisors (403)"), ("ukendt", "kender ikke adgangsnøglen")] {
        refused(&said(&check(&address, token, None, &[&first])).await, why);
    }
}

type Script = BTreeMap<String, (u16, String)>;

/// What a service with this log says to who holds it against logs of these sizes.
async fn script(p: &Trial, sizes: &[u64]) -> Script {
    let token = token(p, Rolle::Revisor).await;
    let now = p.app.log.commit_tree().await.unwrap().commits;
    let mut paths = vec!["segl".to_owned(), "checkpoint".to_owned()];
    paths.extend(sizes.iter().chain([&now]).map(|size| format!("konsistens?fra={size}&til={now}")));
    let mut script = Script::new();
    for path in paths {
        let path = format!("/api/v1/revision/{path}");
        let answer = asked(p, &token, &path).await;
        script.insert(path, answer);
    }
    script
}

async fn told(script: &Script, noted: Option<&PublicKey>, seals: &[&PathBuf]) -> Answer {
    let script = Arc::new(script.clone());
    let routes = Router::new().fallback(move |uri: Uri| {
        let answer = script.get(&uri.to_string()).cloned().unwrap_or((404, String::new()));
        async move { (StatusCode::from_u16(answer.0).unwrap(), answer.1) }
    });
    said(&check(&served(routes).await, "en-revisors", noted, seals)).await
}

fn size_of(seal: &Path) -> u64 {
    Note::in_file(seal).unwrap().claims().commits
}

/// Two histories that share a beginning, under the same key: what one says does not pass with a seal of the other, whichever
/// answers are mixed.
#[tokio::test]
async fn forged_answers_do_not_pass() {
    let at = tempfile::tempdir().unwrap();
    let p = Trial::small().await;
    let shared = sealed(&p, at.path(), "fælles").await;
    let (q_folder, short_folder) = (copied(p.path()), copied(p.path()));
    sealed(&p, at.path(), "imellem").await;
    let seal = sealed(&p, at.path(), "vores").await;
    sealed(&p, at.path(), "senere").await;
    let sizes = [size_of(&shared), size_of(&seal)];
    let right = script(&p, &sizes).await;
    let key = key(&p).await;
    let q = Trial::i(q_folder).await;
    for name in ["a", "b", "c"] {
        sealed(&q, at.path(), name).await;
    }
    let other = script(&q, &sizes).await;
    let short = script(&Trial::i(short_folder).await, &sizes[..1]).await;
    let strangers = Trial::small().await;
    let stranger = script(&strangers, &[]).await;
    let seals = [&shared, &seal];
    assert_eq!(told(&right, Some(&key), &seals).await.code, DONE);
    assert_eq!(told(&other, Some(&key), &[&shared]).await.code, DONE, "it is whole by itself");

    let path = |what: &str| format!("/api/v1/revision/{what}");
    let now = right.keys().find_map(|path| path.split_once("til=")).unwrap().1.to_owned();
    let proof = path(&format!("konsistens?fra={}&til={now}", sizes[1]));
    let (segl, checkpoint) = (path("segl"), path("checkpoint"));
    let with = |what: &str, status: u16, body: &str| {
        let mut script = right.clone();
        script.insert(what.to_owned(), (status, body.to_owned()));
        script
    };
    let body = |script: &Script, what: &str| script[what].1.clone();
    let noted = Some(&key);
    refused(&told(&stranger, noted, &seals).await, "forsegler med en anden nøgle end den, der blev opgivet");
    refused(&told(&stranger, None, &seals).await, "underskrevet med en anden nøgle");
    refused(&told(&other, noted, &seals).await, "Historien er skrevet om. Det seneste segl, den fortsætter, er");
    refused(&told(&short, noted, &seals).await, "Dens slutning er væk.");
    let key_line = body(&stranger, &segl).split_once("\"noegle\"").unwrap().1.to_owned();
    let half = body(&right, &segl).split_once("\"noegle\"").unwrap().0.to_owned();
    for (script, why) in [
        (with(&segl, 200, &format!("{half}\"noegle\"{key_line}")), "forsegler med en anden nøgle"),
        (
            with(&segl, 200, &body(&right, &segl).replace("haendelser ", "haendelser 1")),
            "er ikke underskrevet med nøglen",
        ),
        (with(&checkpoint, 200, &body(&stranger, &checkpoint)), "checkpoint: det er underskrevet med en anden nøgle"),
        (with(&checkpoint, 200, &body(&right, &checkpoint).replacen(&now, "9", 1)), "Tjenestens checkpoint: "),
        (with(&checkpoint, 200, &body(&short, &checkpoint)), "modsiger sig selv"),
        (with(&segl, 200, &body(&other, &segl)), "modsiger sig selv"),
        (with(&checkpoint, 200, "noget andet"), "Tjenestens checkpoint: det er ikke et segl"),
        (with(&segl, 200, "<html>"), "revision/segl kan ikke læses"),
        (with(&proof, 200, "{\"sti\":[\"intet\"]}"), "revision/konsistens kan ikke læses"),
        (with(&proof, 200, "{\"sti\":[]}"), "Historien er skrevet om."),
        (
            with(&proof, 200, &body(&right, &proof).replacen('[', &format!("[\"{}\",", "0".repeat(64)), 1)),
            "er skrevet om.",
        ),
        (with(&proof, 500, ""), "Tjenesten svarede 500 på /api/v1/revision/konsistens."),
        (with(&proof, 302, ""), "Tjenesten svarede 302"),
        (with(&segl, 200, &" ".repeat(mail::https::LARGEST + 1)), "svaret er på over 512 KB"),
    ] {
        refused(&told(&script, noted, &seals).await, why);
    }
    // The other log is as long: its proof is of the same sizes.
    refused(&told(&with(&proof, 200, &body(&other, &proof)), noted, &seals).await, "Historien er skrevet om.");
}

/// One connection, which gets what the test sends.
async fn raw(send: impl AsyncFnOnce(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let listener = listener.into_std().unwrap();
        runtime.block_on(async {
            let (mut connection, _) = TcpListener::from_std(listener).unwrap().accept().await.unwrap();
            let _ = connection.read(&mut [0; 4096]).await;
            send(connection).await;
        });
    });
    address
}

#[tokio::test]
async fn an_answer_without_an_end_cut_off_or_never_begun_is_no_answer() {
    let endless = raw(async |mut connection: TcpStream| {
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while connection.write_all(&[b' '; 65536]).await.is_ok() {}
    })
    .await;
    let cut = raw(async |mut connection: TcpStream| {
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{").await;
    })
    .await;
    let silent = raw(async |mut connection: TcpStream| {
        // Until the one who asks has gone away.
        let _ = connection.read(&mut [0; 1]).await;
    })
    .await;
    for (address, why) in [(endless, "svaret er på over 512 KB"), (cut, "intet svar"), (silent, "intet svar")] {
        let mut check = check(&address, "en-revisors", None, &[]);
        if let (What::Service(running), "intet svar") = (&mut check.what, why) {
            running.patience = Duration::from_millis(500);
        }
        refused(&said(&check).await, why);
    }
}

#[test]
fn a_token_comes_from_a_file_or_the_environment_and_is_not_printed() {
    let at = tempfile::tempdir().unwrap();
    let file = at.path().join("fil");
    std::fs::write(&file, "kodeord\n").unwrap();
    let new = |file: Option<&Path>, variable: Option<&str>| {
        Running::new(WebAddress::read("https://a.example").unwrap(), file, variable.map(str::to_owned))
    };
    for running in [new(Some(&file), Some("et andet")), new(None, Some("kodeord"))] {
        let running = running.unwrap();
        assert_eq!(running.token.show(), "kodeord");
        assert!(!format!("{running:?}").contains("kodeord"));
    }
    let missing = at.path().join("intet");
    for (file, variable) in [(None, None), (None, Some("")), (None, Some("to ord")), (Some(missing.as_path()), None)] {
        assert_eq!(new(file, variable).unwrap_err().code(), crate::terminal::WRONG_USAGE);
    }
}
