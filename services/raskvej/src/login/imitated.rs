//! A provider of tests, on this machine: it says what it is told to, right or wrong.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::url::Url;
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

use super::{LoginSettings, settings};

/// The start of an Ed25519 key in PKCS 8; the 32 bytes of its seed follow.
const PKCS8: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// What it says, as a test may change it.
pub(crate) struct Says {
    /// The key it signs with, and those it tells of.
    pub(crate) signs_with: u8,
    pub(crate) tells_of: Vec<u8>,
    /// The head of its tokens; the signature is none where the algorithm is not its own.
    pub(crate) algorithm: &'static str,
    /// Claims over those that are right.
    pub(crate) claims: Value,
    pub(crate) now: DateTime<Utc>,
    /// What it says of itself, over what is right.
    pub(crate) of_itself: Value,
    pub(crate) status: StatusCode,
    pub(crate) padding: usize,
    nonce: String,
    challenge: String,
    used: Vec<String>,
}

/// The provider.
pub(crate) struct Imitated {
    pub(crate) issuer: String,
    says: Mutex<Says>,
    /// How often its keys were asked for.
    pub(crate) keys_asked: AtomicUsize,
    /// How often it was asked who it is.
    pub(crate) asked: AtomicUsize,
}

fn key(seed: u8) -> CoreEdDsaPrivateSigningKey {
    let pem = STANDARD.encode([PKCS8.as_slice(), &[seed; 32]].concat());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{pem}\n-----END PRIVATE KEY-----\n");
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(format!("k{seed}")))).unwrap()
}

fn over(base: Value, other: &Value) -> Value {
    let Value::Object(mut base) = base else { panic!("an object") };
    for (name, value) in other.as_object().unwrap() {
        if value.is_null() {
            base.remove(name)
        } else {
            base.insert(name.clone(), value.clone())
        };
    }
    Value::Object(base)
}

impl Imitated {
    /// Starts it; it ends with the runtime of its test.
    pub(crate) async fn start(now: DateTime<Utc>) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let says = Says {
            signs_with: 1,
            tells_of: vec![1],
            algorithm: "EdDSA",
            claims: json!({}),
            now,
            of_itself: json!({}),
            status: StatusCode::OK,
            padding: 0,
            nonce: String::new(),
            challenge: String::new(),
            used: Vec::new(),
        };
        let (says, keys_asked, asked) = (Mutex::new(says), AtomicUsize::default(), AtomicUsize::default());
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let provider = Arc::new(Self { issuer, says, keys_asked, asked });
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(of_itself))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        provider
    }

    pub(crate) fn says(&self) -> MutexGuard<'_, Says> {
        self.says.lock().unwrap()
    }

    /// The settings that name it, with this code.
    pub(crate) fn settings(&self, code: &str, more: &str) -> LoginSettings {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("login.toml");
        let text = format!(
            "[[udbyder]]\nkode = '{code}'\nnavn = 'Kommunens login'\nissuer = '{}'\nklient_id = 'raskvej'\n\
             hemmelighed_variabel = 'S'\nmedarbejdernummer = 'nr'\nroller = 'roles'\n{more}\n\
             [udbyder.rolle]\nl = 'leder'\nh = 'hr'\nm = 'medarbejder'\n",
            self.issuer
        );
        std::fs::write(&file, text).unwrap();
        settings::read(&file, |_| Some("hemmelig".to_owned())).unwrap().remove(0)
    }

    /// Somebody logs in where a browser was sent to; what comes back in the address.
    pub(crate) fn logs_in(&self, address: &str) -> (String, String) {
        let address = Url::parse(address).unwrap();
        let find = |name: &str| address.query_pairs().find(|(n, _)| n == name).unwrap().1.into_owned();
        assert_eq!((find("code_challenge_method"), find("response_type")), ("S256".to_owned(), "code".to_owned()));
        let mut says = self.says();
        (says.nonce, says.challenge) = (find("nonce"), find("code_challenge"));
        (format!("code-{}", find("state")), find("state"))
    }
}

impl Imitated {
    /// A logout token of somebody, with claims over those that are right.
    pub(crate) fn ends(&self, name: &str, claims: &Value) -> String {
        let says = self.says();
        let seconds = says.now.timestamp();
        let right = json!({
            "iss": self.issuer,
            "aud": "raskvej",
            "sub": "s1",
            "iat": seconds,
            "exp": seconds + 120,
            "jti": name,
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        });
        signed(&says, &over(right, claims))
    }
}

/// Claims as a token, signed or not as it is told to.
fn signed(says: &Says, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = json!({"alg": says.algorithm, "kid": format!("k{}", says.signs_with)});
    let text = format!("{}.{}", part(&head), part(claims));
    let own = says.algorithm == "EdDSA";
    let sign = || key(says.signs_with).sign(&CoreJwsSigningAlgorithm::EdDsa, text.as_bytes()).unwrap();
    let signature = if own { URL_SAFE_NO_PAD.encode(sign()) } else { String::new() };
    format!("{text}.{signature}")
}

async fn of_itself(State(provider): State<Arc<Imitated>>) -> Response {
    provider.asked.fetch_add(1, Ordering::Relaxed);
    let says = provider.says();
    let issuer = &provider.issuer;
    let body = over(
        json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"),
            "end_session_endpoint": format!("{issuer}/end"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["EdDSA"],
            "padding": "x".repeat(says.padding),
        }),
        &says.of_itself,
    );
    let onward = [(header::LOCATION, format!("{issuer}/jwks"))];
    (says.status, onward, Json(body)).into_response()
}

async fn keys(State(provider): State<Arc<Imitated>>) -> Json<Value> {
    provider.keys_asked.fetch_add(1, Ordering::Relaxed);
    let keys: Vec<_> = provider.says().tells_of.iter().map(|seed| key(*seed).as_verification_key()).collect();
    Json(json!({ "keys": keys }))
}

async fn token(
    State(provider): State<Arc<Imitated>>,
    heads: HeaderMap,
    Form(form): Form<Vec<(String, String)>>,
) -> Response {
    let find = |name: &str| form.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default();
    let mut says = provider.says();
    let basic = STANDARD.encode("raskvej:hemmelig");
    let code = find("code");
    let proven = URL_SAFE_NO_PAD.encode(Sha256::digest(find("code_verifier"))) == says.challenge;
    let known = heads[header::AUTHORIZATION] == format!("Basic {basic}");
    if !known || !proven || says.used.contains(&code) {
        let error = if known { "invalid_grant" } else { "invalid_client" };
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    }
    says.used.push(code);
    let seconds = says.now.timestamp();
    let claims = over(
        json!({
            "iss": provider.issuer,
            "aud": "raskvej",
            "sub": "s1",
            "nr": "10001",
            "roles": ["l"],
            "nonce": says.nonce,
            "iat": seconds,
            "exp": seconds + 300,
        }),
        &says.claims,
    );
    let body = json!({"access_token": "a", "token_type": "Bearer", "id_token": signed(&says, &claims)});
    Json(body).into_response()
}
