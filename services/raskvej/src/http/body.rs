//! A command as it came in over HTTP: its body, and the headers that guard it.

use std::pin::Pin;

use axum::body::HttpBody;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::Value;
use uuid::Uuid;

use super::prefer::wants_little;
use super::problem::Problem;
use super::{AppState, LARGEST_BODY};
use crate::access::User;
use crate::bounds::size;
use crate::commands::Call;
use crate::commands::request::{FieldType, WrongField, WrongFields};
use crate::token;

/// How much of a body that is too large is read before the connection is given up.
const MOST_READ: usize = 16 << 20;
/// Most lists, objects and members of a body. A plan with every field full has some 4,000.
const MOST_VALUES: usize = 20_000;
/// As deep as `serde_json` reads.
const DEEPEST: usize = 128;

/// A command as it came in.
pub struct CommandBody {
    json: Value,
    /// Only if the forløb still has this version.
    if_version: Option<u64>,
    /// The caller's key, and what it was used for.
    key: Option<(String, Vec<u8>)>,
    /// Fingerprint of the token: HR's tokens have no employee number.
    token: String,
    /// The caller needs no more than that it was done.
    pub(super) minimal: bool,
}

impl CommandBody {
    /// The command of a caller.
    #[must_use]
    pub fn call<'a>(&'a self, caller: &'a User, forloeb: Option<Uuid>) -> Call<'a> {
        let once = self.key.as_ref().map(|(key, what)| crate::core::idempotency(&self.token, key, what));
        Call { caller, forloeb, given: &self.json, if_version: self.if_version, once }
    }

    /// The same with numbers that stand in the path: each is a field of the request, which the body does not have.
    ///
    /// # Errors
    /// The body says it as well.
    pub fn with(mut self, numbers: Vec<(String, u64)>) -> Result<Self, WrongFields> {
        let Some(fields) = self.json.as_object_mut() else { return Ok(self) };
        for (name, number) in numbers {
            if fields.contains_key(&name) {
                return Err(vec![WrongField::said(&name, "står i adressen og kan ikke også stå i kroppen")]);
            }
            fields.insert(name, number.into());
        }
        Ok(self)
    }

    /// The employee whom it names.
    pub(super) fn medarbejder_nr(&self) -> Option<&str> {
        self.json.get("medarbejder_nr")?.as_str()
    }

    /// One of the commands that it asks for, about this forløb: the caller's key makes each of them one.
    #[must_use]
    pub fn call_of_row<'a, T>(&self, caller: &'a User, forloeb: Uuid, given: T) -> Call<'a, T> {
        let once = (self.key.as_ref())
            .map(|(key, what)| crate::core::idempotency(&self.token, &format!("{key}/{forloeb}"), what));
        Call { caller, forloeb: Some(forloeb), given, if_version: None, once }
    }

    /// The body as a request.
    ///
    /// # Errors
    /// Names every field that is wrong.
    pub fn read<T: FieldType>(&self) -> Result<T, WrongFields> {
        T::read(Some(&self.json))
    }
}

impl FromRequest<AppState> for CommandBody {
    type Rejection = Problem;

    async fn from_request(req: Request, _: &AppState) -> Result<Self, Problem> {
        let (method, path) = (req.method().clone(), req.uri().path().to_owned());
        let heads = req.headers().clone();
        let kind = heads.get(header::CONTENT_TYPE).and_then(|h| h.to_str().ok()).unwrap_or("application/json");
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !(kind.eq_ignore_ascii_case("application/json") || kind.ends_with("+json")) {
            let detail = "Send application/json.";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "ikke_json", "Forkert indholdstype", detail));
        }
        let body = whole_body(req, LARGEST_BODY).await?;
        let tekst = std::str::from_utf8(&body)
            .map_err(|e| Problem::unreadable("ugyldig_utf8", format!("Byte {} er ikke UTF-8.", e.valid_up_to())))?;
        if has_too_many_values(tekst) {
            return Err(too_large(format!("Kroppen har over {MOST_VALUES} værdier.")));
        }
        let json: Value = serde_json::from_str(tekst).map_err(|e| {
            let whereabouts = format!("Kroppen er ikke JSON: linje {}, tegn {}.", e.line(), e.column());
            Problem::unreadable("ugyldig_json", whereabouts)
        })?;
        if !json.is_object() {
            return Err(Problem::unreadable("ikke_et_objekt", "Kroppen skal være et JSON-objekt: { … }."));
        }
        let key = match heads.get("idempotency-key").map(|h| h.to_str()) {
            None => None,
            Some(Ok(n)) if (1..=255).contains(&n.len()) => {
                let what = [method.as_str().as_bytes(), b" ", path.as_bytes(), b"\n", &body].concat();
                Some((n.to_owned(), what))
            }
            Some(_) => {
                return Err(Problem::unreadable("ugyldig_noegle", "Idempotency-Key skal være 1 til 255 ASCII-tegn."));
            }
        };
        let token = heads.get(header::AUTHORIZATION).and_then(|h| h.to_str().ok()).unwrap_or_default();
        let minimal = wants_little(&heads);
        Ok(Self { json, if_version: if_version(&heads)?, key, token: token::fingerprint(token), minimal })
    }
}

/// The whole body. One that is too large is still read to its end, within reason: whoever is cut off while sending gets no
/// answer that says why.
pub(crate) async fn whole_body(req: Request, largest: usize) -> Result<Vec<u8>, Problem> {
    let mut body = req.into_body();
    let promised = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let to_the_end = largest + MOST_READ;
    let (mut bytes, mut parsed) = (Vec::with_capacity(promised.min(largest)), 0_usize);
    while parsed <= to_the_end && promised <= to_the_end {
        let del = std::future::poll_fn(|cx| HttpBody::poll_frame(Pin::new(&mut body), cx)).await;
        let Some(del) = del else { break };
        let del = del.map_err(|_| Problem::unreadable("afbrudt", "Kroppen kunne ikke læses til ende."))?;
        let Ok(data) = del.into_data() else { continue };
        parsed = parsed.saturating_add(data.len());
        if parsed <= largest {
            bytes.extend_from_slice(&data);
        } else {
            bytes = Vec::new();
        }
    }
    if parsed.max(promised) > largest {
        return Err(too_large(format!("Kroppen er på over {}. Del den op.", size(largest))));
    }
    Ok(bytes)
}

fn too_large(detail: String) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "for_stor", "For meget på én gang", detail)
}

/// More lists, objects and members than any command has. Each takes a hundred times the room it takes in the body. What is
/// nested too deep is not read on, here or there.
fn has_too_many_values(json: &str) -> bool {
    let (mut within, mut escaped, mut count, mut depth) = (false, false, 0, 0_usize);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if within => escaped = true,
            b'"' => within = !within,
            _ if within => {}
            b',' => count += 1,
            b'[' | b'{' => (count, depth) = (count + 1, depth + 1),
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if count > MOST_VALUES || depth > DEEPEST {
            return depth <= DEEPEST;
        }
    }
    false
}

fn if_version(heads: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(log_head) = heads.get(header::IF_MATCH) else { return Ok(None) };
    let tekst = log_head.to_str().unwrap_or_default().trim();
    if tekst == "*" {
        return Ok(None);
    }
    let figure = tekst.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(tekst);
    figure.parse().map(Some).map_err(|_| {
        let detail = "If-Match passer ikke til noget, vi har givet ud: brug ETag fra det seneste svar.";
        Problem::new(StatusCode::PRECONDITION_FAILED, "anden_version", "Ukendt If-Match", detail)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_and_signs_in_texts_are_not() {
        let list = |values: usize| format!("{{\"a\":[{}0]}}", "0,".repeat(values - 2));
        assert!(!has_too_many_values(&list(MOST_VALUES)) && has_too_many_values(&list(MOST_VALUES + 1)));
        let deep = "{\"a\":".repeat(MOST_VALUES + 1);
        assert!(!has_too_many_values(&deep) && serde_json::from_str::<Value>(&deep).is_err(), "refused for its depth");
        let text = r#"{"a":"[,{\"[,{"}"#.replace("[,{", &"[,{".repeat(MOST_VALUES));
        assert!(serde_json::from_str::<Value>(&text).is_ok() && !has_too_many_values(&text));
    }
}
