//! The auditor's pages: the state as it was known at a time, and one forløb step by step. Names are not opened.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use forloeb::frister::{Assessment, assess};
use forloeb::{Ansaettelse, Forloeb, Record};
use uuid::Uuid;

use super::PageState;
use super::datoer::{as_iso, dato_in_digits, tidspunkt};
use super::frame::{Frame, PageError, html};
use super::frist::{FristRow, badge, situation};
use super::history;
use super::parts::facts::{Facts, RefusionBox, facts, refusion};
use super::reader_view::{ReaderView, id};
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::clock::{dag_in_denmark, klokken, local};
use crate::dates;
use crate::lookups::Shown;
use crate::problem::Problem;
use crate::projections::Loan;
use crate::reference::Reference;
use crate::sentences::{figure, frist_name};
use app::health::Trouble;

struct Aabent {
    path: String,
    nr: String,
    enhed: String,
    foerste: String,
    dag: i64,
    frist: String,
    code: &'static str,
    status: &'static str,
}

#[derive(Template)]
#[template(path = "revision.html")]
struct Page {
    frame: Frame,
    count: String,
    hash: String,
    /// The key that signs the seals, in hexadecimal and as a signed note has it.
    key: String,
    note_key: String,
    /// The morning's seal has not arrived somewhere.
    seal_waits: Option<&'static str>,
    known_field: String,
    id_field: String,
    error: Option<&'static str>,
    known: Option<String>,
    aabne: Vec<Aabent>,
}

/// What an event changed: "Første kontakt: Åben → Opfyldt".
struct Change {
    frist: &'static str,
    before: &'static str,
    after: &'static str,
    code: &'static str,
}

struct Step {
    position: u64,
    time: String,
    who: String,
    what: String,
    changes: Vec<Change>,
}

#[derive(Template)]
#[template(path = "revision_forloeb.html")]
struct ForloebPage {
    frame: Frame,
    id: Uuid,
    known: Option<String>,
    known_field: String,
    error: Option<&'static str>,
    status: String,
    facts: Vec<Facts>,
    frister: Vec<FristRow>,
    penge: Option<RefusionBox>,
    trin: Vec<Step>,
    later: usize,
}

/// A time as it is typed: a date and a time of day in Denmark; a date alone is its end.
fn read_time(tekst: &str) -> Option<DateTime<Utc>> {
    if let Ok(time) = dates::time(tekst) {
        return Some(time.to_utc());
    }
    let forms = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
    if let Some(t) = forms.iter().find_map(|f| NaiveDateTime::parse_from_str(tekst, f).ok()) {
        return Some(klokken(dates::within(t.date()).ok()?, t.time()));
    }
    let dag = dates::day(&as_iso(tekst)).ok()?;
    Some(klokken(dag, chrono::NaiveTime::from_hms_opt(23, 59, 59)?))
}

const WRONG_TIME: &str = "Skriv et tidspunkt som 2026-02-01T12:00, eller en dato som 1.2.2026.";

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Log)?;
    let mut error = None;
    if let Some(tekst) = search.tekst("id") {
        let known = {
            let projections = state.service.app.projections();
            let by_reference = |reference: Reference| projections.card().find(|f| reference.is_of(f.id)).map(|f| f.id);
            let by_id = Uuid::try_parse(tekst).ok().and_then(|id| projections.forloeb_id(id));
            by_id.or_else(|| Reference::from_text(tekst).and_then(by_reference))
        };
        match known {
            Some(id) => return Ok(Redirect::to(&format!("/revision/forloeb/{id}")).into_response()),
            None => error = Some("Der er intet forløb med det id eller den reference."),
        }
    }
    // What is known at a later time nobody knows: it is shown as it is known now, and the page says which time that is.
    let now = state.service.app.clock.now();
    let time = search.tekst("kendt").map(read_time).map(|t| t.map(|t| t.min(now)));
    if time == Some(None) {
        error = Some(WRONG_TIME);
    }
    let time = time.flatten();
    let aabne = match time {
        Some(time) => aabne(&state, time).await?,
        None => Vec::new(),
    };
    let k = ReaderView::new(&state, &logged_in);
    let shown = Shown::of(aabne.iter().map(|a| a.nr.clone()));
    let app = &state.service.app;
    let log_head = app.log.head();
    let key = app.seal().await.map_err(|error| Problem::intern(&error))?.public_key();
    let seal_waits = app.health().await.contains(&Trouble::SealWaits);
    let page = Page {
        frame: k.frame(if error.is_some() { "Fejl: Revision" } else { "Revision" }),
        count: figure(log_head.position),
        hash: log_head.hash.to_string(),
        key: key.hex(),
        note_key: key.note_key(),
        seal_waits: seal_waits.then(|| Trouble::SealWaits.says()),
        known_field: felt(&search, now),
        id_field: search.tekst("id").unwrap_or_default().to_owned(),
        error,
        known: time.map(tidspunkt),
        aabne,
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(shown.in_answer(html(status, &page)))
}

fn felt(search: &Search, now: DateTime<Utc>) -> String {
    let time = search.tekst("kendt").and_then(read_time).unwrap_or(now).min(now);
    local(time).format("%Y-%m-%dT%H:%M").to_string()
}

/// The forløb that were open, as it was known then and on that day. Goes through the whole log.
async fn aabne(state: &PageState, time: DateTime<Utc>) -> Result<Vec<Aabent>, Problem> {
    let (book, dag) = (&state.service.app.book(), dag_in_denmark(time));
    let iso = local(time).format("%Y-%m-%dT%H:%M:%S").to_string();
    let mut found: Vec<(NaiveDate, Aabent)> = Vec::new();
    let mut walk = state.service.app.go_through();
    while let Some(a) = walk.next().await? {
        if a.records().first().is_none_or(|p| p.time > time) {
            continue;
        }
        for f in a.known(time).forloeb(book).into_iter().filter(|f| f.is_aabent(dag) && f.foerste <= dag) {
            let v = assess(&f, dag, book);
            let next = v.frister.iter().filter(|fr| fr.status.outstanding()).min_by_key(|fr| fr.maaldag);
            let aabent = Aabent {
                path: format!("/revision/forloeb/{}?kendt={iso}", f.id),
                nr: f.medarbejder_nr.clone(),
                enhed: f.stamdata_now(dag).enhed_navn.clone(),
                foerste: dato_in_digits(f.foerste),
                dag: f.dag_number(dag),
                frist: next
                    .map_or_else(String::new, |fr| format!("{} {}", frist_name(fr.art), dato_in_digits(fr.maaldag))),
                code: next.map_or("opfyldt", |fr| fr.status.code()),
                status: next.map_or("Alt er gjort", |fr| badge(fr.status)),
            };
            found.push((f.foerste, aabent));
        }
    }
    found.sort_by(|a, b| (a.0, &a.1.nr).cmp(&(b.0, &b.1.nr)));
    Ok(found.into_iter().map(|(_, a)| a).collect())
}

pub(super) async fn forloeb(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(tekst): Path<String>,
    search: Search,
) -> Result<Response, PageError> {
    if !logged_in.user.may_ever(Intent::Replay) {
        return Err(Problem::may_not().into());
    }
    let loan = state.service.app.loan_forloeb(id(&tekst)?).await?;
    let k = ReaderView::new(&state, &logged_in);
    let id = k.find(&loan, id(&tekst)?, Intent::Replay)?.id;
    let whole = loan.ansaettelse();
    let now = state.service.app.clock.now();
    let wanted = search.tekst("kendt").map(read_time).map(|t| t.map(|t| t.min(now)));
    let error = (wanted == Some(None)).then_some(WRONG_TIME);
    let time = wanted.flatten();
    let a = time.map_or_else(|| (**whole).clone(), |t| whole.known_of(id, t));
    let today = time.map_or(k.today, dag_in_denmark);
    let k = k.on(today);
    let f = a.forloeb(&state.service.app.book()).into_iter().find(|f| f.called(id));
    let v = f.as_ref().map(|f| assess(f, k.today, &state.service.app.book()));
    let known_parts = f.as_ref().zip(v.as_ref());
    let page = ForloebPage {
        frame: k.frame(format!("Revision af forløb {id}")),
        id,
        known: time.map(tidspunkt),
        known_field: felt(&search, state.service.app.clock.now()),
        error,
        status: f.as_ref().map_or_else(|| "Ikke kendt endnu".to_owned(), |f| situation(f, k.today)),
        facts: f.as_ref().map_or_else(Vec::new, |f| facts(&k, &loan, f)),
        frister: known_parts
            .map_or_else(Vec::new, |(f, v)| v.frister.iter().map(|fr| FristRow::new(&k, f, fr, &|_| false)).collect()),
        penge: known_parts.filter(|(_, v)| v.refusion.gives).map(|(f, v)| refusion(&k, f, v)),
        trin: trin(&k, &loan, &a, id),
        later: whole.records().len() - a.records().len(),
    };
    Ok(html(if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page))
}

/// Each event, and what it changed, both seen on the day it was learnt.
fn trin(k: &ReaderView<'_>, loan: &Loan, a: &Ansaettelse, id: Uuid) -> Vec<Step> {
    let book = &k.state.service.app.book();
    let at = |version: u64, dag: NaiveDate| {
        let f: Option<Forloeb> = a.at_version(version).forloeb(book).into_iter().find(|f| f.called(id));
        f.map(|f| assess(&f, dag, book))
    };
    let about = |p: &&Arc<Record>| p.haendelse.forloeb() == Some(id);
    let be_known_from = a.own_records().iter().find(about).map_or(0, |p| p.version);
    // Under the number before first: its versions are its own.
    let before = a.under_number_before().map_or_else(Vec::new, |before| trin(k, loan, before, id));
    let own = a
        .own_records()
        .iter()
        .filter(|p| match p.haendelse.forloeb() {
            Some(whose) => loan.forloeb(whose).is_some_and(|f| f.id == id),
            None => p.version > be_known_from, // master data that changed meanwhile
        })
        .map(|p| Step {
            position: p.position,
            time: tidspunkt(p.time),
            who: history::aktoer(k, &p.aktoer),
            what: history::sentence(&|nr| k.name(nr), a, p),
            changes: changes(at(p.version - 1, p.dag).as_ref(), at(p.version, p.dag).as_ref()),
        });
    before.into_iter().chain(own).collect()
}

fn changes(before: Option<&Assessment>, after: Option<&Assessment>) -> Vec<Change> {
    let Some(after) = after else { return Vec::new() };
    after
        .frister
        .iter()
        .filter_map(|fr| {
            let old = before.and_then(|v| v.frist(fr.art));
            let equal = old.is_some_and(|g| g.status == fr.status && g.lovdag == fr.lovdag);
            (!equal).then(|| Change {
                frist: frist_name(fr.art),
                before: old.map_or("fandtes ikke", |g| badge(g.status)),
                after: badge(fr.status),
                code: fr.status.code(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tidspunkt_is_danish_time_and_a_date_the_whole_day() {
        assert_eq!(read_time("2026-02-01T12:00").unwrap().to_rfc3339(), "2026-02-01T11:00:00+00:00");
        assert_eq!(read_time("1.7.2026").unwrap().to_rfc3339(), "2026-07-01T21:59:59+00:00");
        assert_eq!(read_time("i går"), None);
    }
}
