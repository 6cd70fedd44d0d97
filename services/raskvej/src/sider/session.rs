//! Who is logged in on the pages: a random cookie, of which only the hash is kept.

use std::convert::Infallible;
use std::path::Path;

use askama::Template;
use axum::Form;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use forloeb::ord::Rolle;
use serde::{Deserialize, Serialize};
use sled::Db;

use super::ramme::{Ramme, Sidefejl, html};
use super::{Stat, kig};
use crate::adgang::{Bruger, aftryk};
pub(super) use crate::commands::typed::find;
use crate::http::problem::Problem;
use crate::noegler::tilfaeldige;
use crate::tekster;
use crate::ur::Ur;

const COOKIE: &str = "raskvej_session";
/// Hours without a page after which one has to log in again.
const TIMER: i64 = 8;
/// The last use is written down at most this often.
const NOTER_HVERT_SEKUND: i64 = 60;

#[derive(Serialize, Deserialize)]
struct Session {
    rolle: Rolle,
    nr: Option<String>,
    lavet: DateTime<Utc>,
    brugt: DateTime<Utc>,
}

/// The sessions, in a small store of their own: losing it means logging in again.
#[derive(Clone)]
pub(super) struct Sessioner(Db);

impl Sessioner {
    pub(super) fn aabn(mappe: &Path) -> sled::Result<Self> {
        let aabn = |mappe: &Path| {
            let mappe = mappe.to_owned();
            // sled 0.34 can panic on files that a crash or a hand has damaged.
            std::panic::catch_unwind(move || sled::Config::new().path(mappe).cache_capacity(1 << 20).open())
                .unwrap_or_else(|_| Err(sled::Error::Unsupported("beskadiget".to_owned())))
        };
        aabn(mappe)
            .or_else(|fejl| {
                tracing::warn!(%fejl, "sessionerne kan ikke læses; alle skal logge ind igen");
                std::fs::remove_dir_all(mappe).map_err(sled::Error::Io)?;
                aabn(mappe)
            })
            .map(Self)
    }

    /// Makes a session; what goes into the cookie.
    fn ny(&self, bruger: &Bruger, nu: DateTime<Utc>) -> Result<String, Problem> {
        self.ryd_op(nu);
        let mut bytes = [0; 32];
        tilfaeldige(&mut bytes).map_err(|e| Problem::intern(&e))?;
        let hemmelig = URL_SAFE_NO_PAD.encode(bytes);
        let session = Session { rolle: bruger.rolle, nr: bruger.nr.clone(), lavet: nu, brugt: nu };
        self.gem(&aftryk(&hemmelig), &session).map_err(|e| Problem::intern(&e))?;
        Ok(hemmelig)
    }

    fn gem(&self, noegle: &str, session: &Session) -> sled::Result<()> {
        let bytes = serde_json::to_vec(session).map_err(|e| sled::Error::Unsupported(e.to_string()))?;
        self.0.insert(noegle, bytes).map(drop)
    }

    /// Whose session it is, unless it was not used for too long.
    fn find(&self, hemmelig: &str, nu: DateTime<Utc>) -> Option<Bruger> {
        let noegle = aftryk(hemmelig);
        let mut session: Session = serde_json::from_slice(&self.0.get(&noegle).ok()??).ok()?;
        let siden = nu - session.brugt;
        if siden > TimeDelta::hours(TIMER) {
            let _ = self.0.remove(&noegle);
            return None;
        }
        if siden >= TimeDelta::seconds(NOTER_HVERT_SEKUND) {
            session.brugt = nu;
            if let Err(fejl) = self.gem(&noegle, &session) {
                tracing::warn!(%fejl, "sessionens seneste brug kan ikke noteres");
            }
        }
        Some(Bruger { rolle: session.rolle, nr: session.nr })
    }

    fn slut(&self, hemmelig: &str) {
        if let Err(fejl) = self.0.remove(aftryk(hemmelig)).and_then(|_| self.0.flush()) {
            tracing::warn!(%fejl, "sessionen kan ikke slettes");
        }
    }

    fn ryd_op(&self, nu: DateTime<Utc>) {
        for (noegle, bytes) in self.0.iter().flatten() {
            let brugt = serde_json::from_slice(&bytes).map(|s: Session| s.brugt);
            if !brugt.is_ok_and(|b| nu - b <= TimeDelta::hours(TIMER)) {
                let _ = self.0.remove(noegle);
            }
        }
    }
}

/// Sessions go by the machine's own clock: moving the demonstration's does not log anybody out.
fn nu() -> DateTime<Utc> {
    Ur::System.nu()
}

fn cookie(hoveder: &HeaderMap) -> Option<&str> {
    let alle = hoveder.get_all(header::COOKIE).iter().filter_map(|h| h.to_str().ok());
    alle.flat_map(|h| h.split(';')).find_map(|c| c.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// A page's reader: logged in, or sent to log in.
pub(super) struct Inde {
    pub(super) bruger: Bruger,
    /// Path and query of the page.
    pub(super) sti: String,
}

impl Inde {
    pub(super) fn af_hoveder(stat: &Stat, hoveder: &HeaderMap, uri: &Uri) -> Option<Self> {
        let bruger = stat.sessioner.find(cookie(hoveder)?, nu())?;
        let vis = stat.t.kerne.vis();
        let bruger = Some(bruger).filter(|b| b.er_her(&vis, vis.idag()))?;
        let sti = uri.path_and_query().map_or("/", |s| s.as_str()).to_owned();
        Some(Self { bruger, sti })
    }

    /// The confirmation that the address asks for.
    pub(super) fn besked(&self) -> Option<&'static str> {
        let (_, soeg) = self.sti.split_once('?')?;
        let kode = soeg.split('&').find_map(|p| p.strip_prefix("ok="))?;
        super::indsend::besked(kode)
    }
}

impl FromRequestParts<Stat> for Inde {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, stat: &Stat) -> Result<Self, Response> {
        Self::af_hoveder(stat, &parts.headers, &parts.uri).ok_or_else(|| {
            let videre = if parts.method == axum::http::Method::GET { parts.uri.path() } else { "/" };
            let soeg = if videre == "/" { String::new() } else { format!("?videre={videre}") };
            Redirect::to(&format!("/log-ind{soeg}")).into_response()
        })
    }
}

/// The parameters of an address, or the fields of a form, in order.
pub(super) type Par = Vec<(String, String)>;

/// The query; what cannot be read is nothing.
pub(super) struct Soeg(pub(super) Par);

impl<S: Send + Sync> FromRequestParts<S> for Soeg {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, stat: &S) -> Result<Self, Infallible> {
        let par = axum::extract::Query::<Par>::from_request_parts(parts, stat).await;
        Ok(Self(par.map(|q| q.0).unwrap_or_default()))
    }
}

impl Soeg {
    /// A parameter that is not empty.
    pub(super) fn tekst(&self, navn: &str) -> Option<&str> {
        find(&self.0, navn)
    }
}

/// A path of this service, and nothing that leads elsewhere.
pub(super) fn egen_sti(tekst: Option<&str>) -> &str {
    tekst
        .filter(|t| t.starts_with('/') && !t.starts_with("//") && !t.contains('\\'))
        .filter(|t| t.bytes().all(|b| b.is_ascii_graphic()))
        .unwrap_or("/")
}

struct Knap {
    nr: usize,
    rolle: &'static str,
    tekst: String,
}

#[derive(Template)]
#[template(path = "log_ind.html")]
struct LogInd {
    ramme: Ramme,
    demo: bool,
    knapper: Vec<Knap>,
    videre: String,
    fejl: Option<&'static str>,
}

fn log_ind_side(stat: &Stat, videre: &str, fejl: Option<&'static str>) -> Response {
    let titel = if fejl.is_some() { "Fejl: Log ind" } else { "Log ind" };
    let knapper = stat.ind.demo_personer.iter().enumerate();
    let side = LogInd {
        ramme: Ramme::tom(titel),
        demo: stat.ind.demo,
        knapper: knapper
            .map(|(nr, p)| Knap { nr, rolle: kig::stort(tekster::rollenavn(p.rolle)), tekst: p.tekst.clone() })
            .collect(),
        videre: videre.to_owned(),
        fejl,
    };
    html(if fejl.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &side)
}

pub(super) async fn vis_log_ind(State(stat): State<Stat>, soeg: Soeg) -> Response {
    log_ind_side(&stat, egen_sti(soeg.tekst("videre")), None)
}

pub(super) async fn log_ind(State(stat): State<Stat>, Form(felter): Form<Par>) -> Result<Response, Sidefejl> {
    let videre = egen_sti(find(&felter, "videre"));
    let bruger = if stat.ind.demo {
        let person = find(&felter, "person").and_then(|n| n.parse::<usize>().ok());
        let person = person.and_then(|n| stat.ind.demo_personer.get(n));
        person.map(|p| Bruger { rolle: p.rolle, nr: p.nr.clone() })
    } else {
        let vis = stat.t.kerne.vis();
        let hvem = find(&felter, "token").and_then(|t| vis.token(&aftryk(t)));
        hvem.map(|(rolle, nr)| Bruger { rolle: *rolle, nr: nr.clone() })
    };
    let er_her = |b: &Bruger| {
        let vis = stat.t.kerne.vis();
        b.er_her(&vis, vis.idag())
    };
    let Some(bruger) = bruger.filter(er_her) else {
        let fejl = if stat.ind.demo {
            "Vælg, hvem du vil være."
        } else {
            "Adgangsnøglen kendes ikke. Sæt hele nøglen ind, eller bed driften om en ny."
        };
        return Ok(log_ind_side(&stat, videre, Some(fejl)));
    };
    let hemmelig = stat.sessioner.ny(&bruger, nu())?;
    let mut svar = Redirect::to(videre).into_response();
    saet_cookie(&stat, &mut svar, &hemmelig, "")?;
    Ok(svar)
}

fn saet_cookie(stat: &Stat, svar: &mut Response, vaerdi: &str, ekstra: &str) -> Result<(), Problem> {
    let sikker = if stat.ind.base_url.starts_with("https:") { "; Secure" } else { "" };
    let tekst = format!("{COOKIE}={vaerdi}; HttpOnly; SameSite=Lax; Path=/{sikker}{ekstra}");
    let hoved = HeaderValue::try_from(tekst).map_err(|e| Problem::intern(&e))?;
    svar.headers_mut().insert(header::SET_COOKIE, hoved);
    Ok(())
}

pub(super) async fn log_ud(State(stat): State<Stat>, hoveder: HeaderMap) -> Result<Response, Sidefejl> {
    if let Some(hemmelig) = cookie(&hoveder) {
        stat.sessioner.slut(hemmelig);
    }
    let mut svar = Redirect::to("/log-ind").into_response();
    saet_cookie(&stat, &mut svar, "", "; Max-Age=0")?;
    Ok(svar)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn en_session_udloeber_naar_den_ikke_bruges_og_findes_kun_som_aftryk() {
        let mappe = tempfile::tempdir().unwrap();
        let sessioner = Sessioner::aabn(mappe.path()).unwrap();
        let start = "2026-01-05T08:00:00Z".parse().unwrap();
        let leder = Bruger { rolle: Rolle::Leder, nr: Some("10001".into()) };
        let hemmelig = sessioner.ny(&leder, start).unwrap();
        assert!(sessioner.0.get(&hemmelig).unwrap().is_none());
        assert_eq!(sessioner.find(&hemmelig, start + TimeDelta::hours(7)), Some(leder.clone()));
        assert_eq!(sessioner.find(&hemmelig, start + TimeDelta::hours(14)), Some(leder));
        assert_eq!(sessioner.find(&hemmelig, start + TimeDelta::hours(23)), None);
        assert_eq!(sessioner.find(&hemmelig, start + TimeDelta::hours(14)), None, "gone for good");
    }

    #[test]
    fn der_sendes_kun_videre_til_egne_sider() {
        for (tekst, sti) in [("/hr?enhed=E1", "/hr?enhed=E1"), ("//x.dk", "/"), ("https://x.dk", "/"), ("/\\x", "/")] {
            assert_eq!(egen_sti(Some(tekst)), sti);
        }
    }
}
