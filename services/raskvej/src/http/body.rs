//! A command as it came in over HTTP: its body, and the headers that guard it.

use std::pin::Pin;

use axum::body::{Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::Value;
use uuid::Uuid;

use super::problem::Problem;
use super::{STOERSTE_KROP, Tilstand};
use crate::adgang::{self, Bruger};
use crate::commands::Call;
use crate::commands::request::{FieldType, WrongFields};

/// How much of a body that is too large is read before the connection is given up.
const LAESES_TIL_ENDE: usize = 16 << 20;

/// A command as it came in.
pub struct CommandBody {
    json: Value,
    /// Only if the forløb still has this version.
    if_version: Option<u64>,
    /// The caller's key, and what it was used for.
    key: Option<(String, Vec<u8>)>,
    /// Fingerprint of the token: HR's tokens have no employee number.
    token: String,
}

impl CommandBody {
    /// The command of a caller.
    #[must_use]
    pub fn call<'a>(&'a self, caller: &'a Bruger, forloeb: Option<Uuid>) -> Call<'a> {
        let once = self.key.as_ref().map(|(key, what)| crate::kerne::idempotens(&self.token, key, what));
        Call { caller, forloeb, given: &self.json, if_version: self.if_version, once }
    }

    /// The body as a request.
    ///
    /// # Errors
    /// Names every field that is wrong.
    pub fn read<T: FieldType>(&self) -> Result<T, WrongFields> {
        T::read(Some(&self.json))
    }
}

impl FromRequest<Tilstand> for CommandBody {
    type Rejection = Problem;

    async fn from_request(req: Request, _: &Tilstand) -> Result<Self, Problem> {
        let (metode, sti) = (req.method().clone(), req.uri().path().to_owned());
        let hoveder = req.headers().clone();
        let slags = hoveder.get(header::CONTENT_TYPE).and_then(|h| h.to_str().ok()).unwrap_or("application/json");
        let slags = slags.split(';').next().unwrap_or_default().trim();
        if !(slags.eq_ignore_ascii_case("application/json") || slags.ends_with("+json")) {
            let detail = "Send application/json.";
            return Err(Problem::ny(StatusCode::UNSUPPORTED_MEDIA_TYPE, "ikke_json", "Forkert indholdstype", detail));
        }
        let krop = hel_krop(req).await?;
        let tekst = std::str::from_utf8(&krop)
            .map_err(|e| Problem::ulaeselig("ugyldig_utf8", format!("Byte {} er ikke UTF-8.", e.valid_up_to())))?;
        let json: Value = serde_json::from_str(tekst).map_err(|e| {
            let hvor = format!("Kroppen er ikke JSON: linje {}, tegn {}.", e.line(), e.column());
            Problem::ulaeselig("ugyldig_json", hvor)
        })?;
        if !json.is_object() {
            return Err(Problem::ulaeselig("ikke_et_objekt", "Kroppen skal være et JSON-objekt: { … }."));
        }
        let key = match hoveder.get("idempotency-key").map(|h| h.to_str()) {
            None => None,
            Some(Ok(n)) if (1..=255).contains(&n.len()) => {
                let hvad = [metode.as_str().as_bytes(), b" ", sti.as_bytes(), b"\n", &krop].concat();
                Some((n.to_owned(), hvad))
            }
            Some(_) => {
                return Err(Problem::ulaeselig("ugyldig_noegle", "Idempotency-Key skal være 1 til 255 ASCII-tegn."));
            }
        };
        let token = hoveder.get(header::AUTHORIZATION).and_then(|h| h.to_str().ok()).unwrap_or_default();
        Ok(Self { json, if_version: hvis_version(&hoveder)?, key, token: adgang::aftryk(token) })
    }
}

/// The whole body. One that is too large is still read to its end, within reason: whoever is cut off while sending gets no
/// answer that says why.
async fn hel_krop(req: Request) -> Result<Bytes, Problem> {
    let mut krop = req.into_body();
    let (mut bytes, mut laest) = (Vec::new(), 0_usize);
    while laest <= LAESES_TIL_ENDE {
        let del = std::future::poll_fn(|cx| HttpBody::poll_frame(Pin::new(&mut krop), cx)).await;
        let Some(del) = del else { break };
        let del = del.map_err(|_| Problem::ulaeselig("afbrudt", "Kroppen kunne ikke læses til ende."))?;
        let Ok(data) = del.into_data() else { continue };
        laest = laest.saturating_add(data.len());
        if laest <= STOERSTE_KROP {
            bytes.extend_from_slice(&data);
        }
    }
    if laest > STOERSTE_KROP {
        let detail = "Kroppen er for stor.";
        return Err(Problem::ny(StatusCode::PAYLOAD_TOO_LARGE, "for_stor", "For meget på én gang", detail));
    }
    Ok(bytes.into())
}

fn hvis_version(hoveder: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(hoved) = hoveder.get(header::IF_MATCH) else { return Ok(None) };
    let tekst = hoved.to_str().unwrap_or_default().trim();
    if tekst == "*" {
        return Ok(None);
    }
    let tal = tekst.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(tekst);
    tal.parse().map(Some).map_err(|_| {
        let detail = "If-Match passer ikke til noget, vi har givet ud: brug ETag fra det seneste svar.";
        Problem::ny(StatusCode::PRECONDITION_FAILED, "anden_version", "Ukendt If-Match", detail)
    })
}
