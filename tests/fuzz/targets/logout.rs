//! Logout tokens: what a provider, or anybody who says that they are one, sends to the back channel. Any text is read, and any
//! head and claims as somebody would have put them together. What comes out is what stands there, and nobody is logged out by
//! a token from another provider, for another client, of another time or kind. The first byte says which of them the rest is.
#![no_main]

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta};
use doors::logout::{Sent, Times};
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ISSUER: &str = "https://login.example";
const CLIENT: &str = "raskvej";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// 29 November 2026 at 12:00, UTC. A token is of the ten minutes before, and clocks may be a minute apart.
const NOW: i64 = 1_795_953_600;
const HEAD: &[u8] = br#"{"alg":"RS256","kid":"k"}"#;

fn times() -> Times {
    let now = DateTime::from_timestamp(NOW, 0).expect("a time");
    Times { now, skew: TimeDelta::seconds(60), oldest: TimeDelta::minutes(10) }
}

fn sent(text: &str) {
    let Ok(sent) = Sent::read(text) else { return };
    let (signed, signature) = text.rsplit_once('.').expect("it was read");
    assert_eq!(sent.signed, signed.as_bytes(), "what is signed is what was sent");
    assert_eq!(URL_SAFE_NO_PAD.encode(&sent.signature), signature, "a signature is written in one way");
    let Ok(ended) = sent.ended(ISSUER, CLIENT, times()) else { return };
    let claims = signed.split_once('.').expect("it was read").1;
    let claims = URL_SAFE_NO_PAD.decode(claims).expect("it was read");
    // Each claim as it stands there: one that nobody asks for may be what no number of ours holds, as 1E999 is JSON.
    let claims: BTreeMap<String, &RawValue> = serde_json::from_slice(&claims).expect("it was read");
    let one = |name: &str| claims.get(name).map(|claim| serde_json::from_str(claim.get()).expect("it was read"));
    let told: BTreeMap<&str, Value> = ["iss", "aud", "events", "nonce", "iat", "exp", "jti", "sub", "sid"]
        .map(|name| (name, one(name).unwrap_or_default()))
        .into();
    assert_eq!(told["iss"], ISSUER);
    let ours = |audience: &Value| audience == CLIENT;
    assert!(ours(&told["aud"]) || told["aud"].as_array().is_some_and(|all| !all.is_empty() && all.iter().all(ours)));
    assert!(told["events"][EVENT].is_object() && told["nonce"].is_null());
    let at = |name: &str| told[name].as_f64().map(f64::floor);
    assert!(at("iat").is_some_and(|made| made >= (NOW - 660) as f64 && made <= (NOW + 60) as f64));
    assert!(at("exp").is_none_or(|end| end > (NOW - 60) as f64));
    assert_eq!(told["jti"], ended.name.as_str());
    assert_eq!((told["sub"].as_str(), told["sid"].as_str()), (ended.subject.as_deref(), ended.session.as_deref()));
    assert!(ended.subject.is_some() || ended.session.is_some(), "it names nobody");
}

/// A head and claims, put together as a provider does.
fn token(head: &[u8], claims: &[u8]) -> String {
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    format!("{}.{}.{}", part(head), part(claims), part(b"underskrift"))
}

fn real() -> Vec<(&'static str, Vec<u8>)> {
    let right = json!({"iss": ISSUER, "aud": CLIENT, "iat": NOW, "exp": NOW + 120, "jti": "a1", "sub": "hanne", "sid": "s1",
        "events": {EVENT: {}}});
    let with = |name: &str, value: Value| {
        let mut claims = right.clone();
        claims[name] = value;
        claims.to_string().into_bytes()
    };
    let plain = with("jti", "a1".into());
    let put = |claims: &[u8]| [&[1], HEAD, b"\n", claims].concat();
    vec![
        ("sent", [&[0], token(HEAD, &plain).as_bytes()].concat()),
        ("right", put(&plain)),
        ("several", put(&with("aud", json!([CLIENT])))),
        ("fraction", put(&with("iat", json!(NOW as f64 - 0.5)))),
        ("all", put(&with("sid", Value::Null))),
        ("large", [&put(&plain[..plain.len() - 1])[..], br#","more":1E999}"#].concat()),
        ("login", put(&with("nonce", "n".into()))),
        ("besides", [&[1], br#"{"alg":"ES256","crit":["x"]}"#.as_slice(), b"\n", &plain].concat()),
    ]
}

fuzz_target!(
    init: fuzz::seeds(real()),
    |bytes: &[u8]| {
        let Some((first, rest)) = bytes.split_first() else { return };
        if first % 2 == 0 {
            sent(&String::from_utf8_lossy(rest));
        } else {
            let middle = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            let (head, claims) = rest.split_at(middle);
            sent(&token(head, claims.get(1..).unwrap_or_default()));
        }
    }
);
