//! What a provider sends when somebody's login has ended there: a logout token of OpenID Connect Back-Channel Logout 1.0, read
//! before anybody knows who sent it. Whose signature it is, the provider's keys say; what is here needs none.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

/// What the token says has happened.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Longest token that is looked at, in bytes.
const LONGEST: usize = 8 * 1024;
/// Longest name in it, in bytes: of a person, of a session, of the token.
const LONGEST_NAME: usize = 255;

/// Its head.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Head {
    /// How it is signed.
    #[serde(rename = "alg")]
    pub algorithm: String,
    /// By which key, in the provider's words.
    #[serde(rename = "kid", default)]
    pub key: Option<String>,
    /// What has to be understood besides. We understand nothing besides.
    #[serde(rename = "crit", default)]
    besides: Option<Value>,
}

/// For whom it is: one, or a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// What it says.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Claims {
    #[serde(rename = "iss")]
    issuer: String,
    #[serde(rename = "aud")]
    audience: Audience,
    #[serde(rename = "iat")]
    issued: f64,
    #[serde(rename = "exp", default)]
    end: Option<f64>,
    #[serde(rename = "jti")]
    name: String,
    #[serde(rename = "sub", default)]
    subject: Option<String>,
    #[serde(rename = "sid", default)]
    session: Option<String>,
    events: Map<String, Value>,
    #[serde(default)]
    nonce: Option<Value>,
}

/// A token as it was sent; that it can be read says nothing about who wrote it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// Its head.
    pub head: Head,
    /// The bytes that are signed.
    pub signed: Vec<u8>,
    /// Their signature.
    pub signature: Vec<u8>,
    claims: Claims,
}

/// Whose login has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The provider's name of them; none where it only names the session.
    pub subject: Option<String>,
    /// The provider's name of the session; none where all of theirs have ended.
    pub session: Option<String>,
    /// The token's own name: it holds once.
    pub name: String,
}

/// What does not hold of a token, without a word of what stood there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is no token, or something that has to be in it is not.
    Unreadable,
    /// From another provider.
    Issuer,
    /// For another client.
    Audience,
    /// Made too long ago or later than now, or over.
    Time,
    /// It does not say that a login ended, or is of another kind: with a nonce it would be an ID token.
    Kind,
    /// It names nobody.
    Nobody,
}

impl Fault {
    /// For a log line, in Danish.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unreadable => "det kan ikke læses",
            Self::Issuer => "fra en anden udsteder",
            Self::Audience => "til en anden klient",
            Self::Time => "udløbet, eller udstedt på et andet tidspunkt",
            Self::Kind => "det er ikke et logout-token",
            Self::Nobody => "det nævner ingen",
        }
    }
}

/// When a token holds.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// Now.
    pub now: DateTime<Utc>,
    /// How far the clocks of provider and machine may be apart.
    pub skew: TimeDelta,
    /// How old one may be.
    pub oldest: TimeDelta,
}

impl Sent {
    /// Reads what was sent. Takes time in proportion to its length, and looks at none that is long.
    ///
    /// # Errors
    /// It is no token, or something that has to be in it is not.
    pub fn read(text: &str) -> Result<Self, Fault> {
        let parts: Vec<&str> = text.splitn(4, '.').collect();
        let [head, claims, signature] = parts.as_slice() else { return Err(Fault::Unreadable) };
        if text.len() > LONGEST {
            return Err(Fault::Unreadable);
        }
        let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Fault::Unreadable);
        // As text: what no name asks for is skipped without a look at its letters, and JSON is text all through.
        let text_of = |part: &str| String::from_utf8(bytes(part)?).map_err(|_| Fault::Unreadable);
        let read: Head = serde_json::from_str(&text_of(head)?).map_err(|_| Fault::Unreadable)?;
        let told: Claims = serde_json::from_str(&text_of(claims)?).map_err(|_| Fault::Unreadable)?;
        let names = [Some(&told.name), told.subject.as_ref(), told.session.as_ref()];
        let fits = |name: &&String| (1..=LONGEST_NAME).contains(&name.len());
        if read.besides.is_some() || !names.iter().flatten().all(fits) {
            return Err(Fault::Unreadable);
        }
        let signed = format!("{head}.{claims}").into_bytes();
        Ok(Self { head: read, signed, signature: bytes(signature)?, claims: told })
    }

    /// Whose login has ended, where this is from the provider, for us, and of now. That it is signed is for the caller to see.
    ///
    /// # Errors
    /// The first that does not hold.
    pub fn ended(&self, issuer: &str, client: &str, times: Times) -> Result<Ended, Fault> {
        let told = &self.claims;
        if told.issuer != issuer {
            return Err(Fault::Issuer);
        }
        let for_us = match &told.audience {
            Audience::One(one) => one == client,
            Audience::Several(all) => !all.is_empty() && all.iter().all(|one| one == client),
        };
        if !for_us {
            return Err(Fault::Audience);
        }
        if told.nonce.is_some() || !told.events.get(EVENT).is_some_and(Value::is_object) {
            return Err(Fault::Kind);
        }
        let Times { now, skew, oldest } = times;
        let made = moment(told.issued).filter(|made| *made <= now + skew && *made >= now - oldest - skew);
        // Providers of the drafts say nothing of an end; how old it may be ends it all the same.
        let over = told.end.is_some_and(|end| moment(end).is_none_or(|end| end <= now - skew));
        if made.is_none() || over {
            return Err(Fault::Time);
        }
        if told.subject.is_none() && told.session.is_none() {
            return Err(Fault::Nobody);
        }
        Ok(Ended { subject: told.subject.clone(), session: told.session.clone(), name: told.name.clone() })
    }
}

/// A time as tokens have it: seconds since 1970, whole or not.
fn moment(seconds: f64) -> Option<DateTime<Utc>> {
    // Whatever does not fit is a time of no token: a cast takes it to the nearest end, which is none.
    #[expect(clippy::cast_possible_truncation, reason = "times far from now are refused by whoever compares")]
    DateTime::from_timestamp(seconds.floor() as i64, 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ISSUER: &str = "https://login.example";

    fn now() -> DateTime<Utc> {
        "2026-11-29T12:00:00Z".parse().unwrap()
    }

    fn times() -> Times {
        Times { now: now(), skew: TimeDelta::seconds(60), oldest: TimeDelta::minutes(10) }
    }

    fn right() -> Value {
        json!({"iss": ISSUER, "aud": "raskvej", "iat": now().timestamp(), "exp": now().timestamp() + 120, "jti": "a1",
            "sub": "hanne", "sid": "s1", "events": {EVENT: {}}})
    }

    fn written(head: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.{}", part(head), part(claims), URL_SAFE_NO_PAD.encode("underskrift"))
    }

    /// What a token comes to that is right but for this.
    fn told(other: &Value) -> Result<Ended, Fault> {
        let mut claims = right();
        for (name, value) in other.as_object().unwrap() {
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
            } else {
                claims[name] = value.clone();
            }
        }
        Sent::read(&written(&json!({"alg": "RS256", "kid": "k"}), &claims))?.ended(ISSUER, "raskvej", times())
    }

    #[test]
    fn a_token_that_holds_says_whose_login_ended() {
        let name = || "a1".to_owned();
        let (person, named) = (Some("hanne".to_owned()), Some("s1".to_owned()));
        let both = Ended { subject: person.clone(), session: named.clone(), name: name() };
        assert_eq!(told(&json!({})), Ok(both.clone()));
        assert_eq!(told(&json!({"aud": ["raskvej"]})), Ok(both.clone()));
        assert_eq!(told(&json!({"exp": null})), Ok(both.clone()));
        assert_eq!(told(&json!({"iat": 1_795_953_600.5})), Ok(both));
        let all_of_theirs = Ended { subject: person, session: None, name: name() };
        assert_eq!(told(&json!({"sid": null})), Ok(all_of_theirs));
        assert_eq!(told(&json!({"sub": null})), Ok(Ended { subject: None, session: named, name: name() }));
    }

    #[test]
    fn a_token_that_does_not_hold_says_nothing() {
        let at = |seconds: i64| now().timestamp() + seconds;
        for (other, fault) in [
            (json!({"iss": "https://en-anden.example"}), Fault::Issuer),
            (json!({"aud": "en-anden"}), Fault::Audience),
            (json!({"aud": ["raskvej", "en-anden"]}), Fault::Audience),
            (json!({"aud": []}), Fault::Audience),
            (json!({"iat": at(61)}), Fault::Time),
            (json!({"iat": at(-661)}), Fault::Time),
            (json!({"iat": 1e300}), Fault::Time),
            (json!({"exp": at(-60)}), Fault::Time),
            (json!({"nonce": "n"}), Fault::Kind),
            (json!({"events": {}}), Fault::Kind),
            (json!({"events": {EVENT: "noget"}}), Fault::Kind),
            (json!({"sub": null, "sid": null}), Fault::Nobody),
            (json!({"jti": null}), Fault::Unreadable),
            (json!({"jti": ""}), Fault::Unreadable),
            (json!({"sub": "x".repeat(256)}), Fault::Unreadable),
            (json!({"iat": null}), Fault::Unreadable),
            (json!({"events": null}), Fault::Unreadable),
        ] {
            assert_eq!(told(&other), Err(fault), "{other}");
        }
        for text in ["", "a.b", "a.b.c.d", "e30.e30.e30", &written(&json!({"alg": "RS256", "crit": ["x"]}), &right())] {
            assert_eq!(Sent::read(text), Err(Fault::Unreadable), "{text}");
        }
        let long = written(&json!({"alg": "RS256", "kid": "k".repeat(LONGEST)}), &right());
        assert_eq!(Sent::read(&long), Err(Fault::Unreadable), "too long to be looked at");
    }

    /// A token of these claims, letter by letter.
    fn sent(claims: &[u8]) -> String {
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        format!("{}.{}.{}", part(br#"{"alg":"RS256"}"#), part(claims), part(b"underskrift"))
    }

    /// JSON has no largest number. One that we cannot hold is in the way only where we ask for it.
    #[test]
    fn a_number_too_large_is_passed_over_where_nobody_asks_for_it() {
        let with = |large: &str| right().to_string().replacen('{', &format!("{{{large},"), 1);
        assert!(
            Sent::read(&sent(with(r#""more":1E999"#).as_bytes())).unwrap().ended(ISSUER, "raskvej", times()).is_ok()
        );
        let mut claims = right();
        claims.as_object_mut().unwrap().remove("exp");
        let text = claims.to_string().replacen('{', r#"{"exp":1E999,"#, 1);
        assert_eq!(Sent::read(&sent(text.as_bytes())), Err(Fault::Unreadable));
    }

    #[test]
    fn what_is_no_json_is_no_token_wherever_it_stands() {
        let mut claims = right();
        claims["note"] = "!".into();
        let named = claims.to_string();
        assert!(Sent::read(&sent(named.as_bytes())).is_ok());
        let mut bytes = named.into_bytes();
        let at = bytes.iter().position(|byte| *byte == b'!').unwrap();
        bytes[at] = 0xc9;
        assert_eq!(Sent::read(&sent(&bytes)), Err(Fault::Unreadable));
    }

    #[test]
    fn what_is_signed_is_what_was_sent() {
        let text = written(&json!({"alg": "RS256", "kid": "k"}), &right());
        let sent = Sent::read(&text).unwrap();
        assert_eq!(sent.signed, text.rsplit_once('.').unwrap().0.as_bytes());
        assert_eq!((sent.signature.as_slice(), sent.head.key.as_deref()), (b"underskrift".as_slice(), Some("k")));
    }
}
