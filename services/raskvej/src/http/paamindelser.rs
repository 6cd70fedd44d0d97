//! Every mail there was, as HR's page has it: what became of each reminder, the latest first.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use forloeb::calendar::plus_dage;
use forloeb::haendelse::{Afgoerelse, Haendelse, Udfald};
use forloeb::words::{Fristart, Modtagerrolle};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::Problem;
use super::{AppState, Caller, Search, with_next};
use crate::access::Intent;
use crate::dates;
use crate::lookups::Shown;
use crate::picked::{Picked, Wanted, begins};
use crate::projections::ANSAETTELSE;
use crate::reference::reference;
use crate::views::paamindelser::told;
use app::stored::{Unreadable, read_record, time};

const PATH: &str = "/api/v1/paamindelser";
/// The event that tells of mails.
const KIND: &str = "PaamindelserAfgjort";
/// Most events of an answer, and as many where nobody says. One tells of some reminders of one forløb.
pub(super) const AT_MOST: usize = 500;
const OUTCOMES: [&str; 4] = ["sendt", "aflyst", "udskudt", "fejlet"];

/// What became of a reminder, or of an invitation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailVisning)]
pub struct MailView {
    /// Where in the log.
    pub position: u64,
    /// When it was recorded.
    pub tidspunkt: DateTime<Utc>,
    /// About which forløb.
    pub forloeb: Uuid,
    /// Its reference, as mails have it.
    pub reference: String,
    /// Whose absence it is.
    pub medarbejder_nr: String,
    /// For which frist.
    pub frist: Fristart,
    /// Step.
    pub trin: String,
    /// The day it was planned for.
    pub dag: NaiveDate,
    /// As what somebody got it, or was to.
    pub modtager_rolle: Modtagerrolle,
    /// Who got it, or was to, where it is a person.
    pub modtager_nr: Option<String>,
    /// `sendt`, `aflyst`, `udskudt` or `fejlet`.
    pub udfald: &'static str,
    /// Why; until when, where it was put off.
    pub aarsag: Option<String>,
}

/// What became of every reminder, the latest first. An answer may hold none and go on all the same: follow `Link`.
#[utoipa::path(operation_id = "alle_mails", get, path = "/api/v1/paamindelser", tag = "forloeb",
    params(("medarbejder_nr" = Option<String>, Query, description = "Kun om denne medarbejders fravær"),
        ("udfald" = Option<String>, Query, description = "sendt, aflyst, udskudt eller fejlet"),
        ("fra" = Option<NaiveDate>, Query, description = "Noteret fra og med denne dag"),
        ("til" = Option<NaiveDate>, Query, description = "Noteret til og med denne dag"),
        ("limit" = Option<usize>, Query, description = "Hændelser, 1 til 500; 500 som standard"),
        ("cursor" = Option<String>, Query, description = "Fra Link i forrige svar")),
    responses((status = 200, body = Vec<MailView>, headers(("Link" = Option<String>, description = "Adressen på resten, hvis der kan være mere"))),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn list(State(state): State<AppState>, Caller(user): Caller, search: Search) -> Result<Response, Problem> {
    user.may_do(Intent::Mails)?;
    search.known_ones(&["medarbejder_nr", "udfald", "fra", "til", "limit", "cursor"])?;
    let day = |name| search.tekst(name).map(dates::day).transpose().map_err(|error| Problem::felt(name, error));
    let (fra, til) = (day("fra")?, day("til")?);
    if fra.zip(til).is_some_and(|(fra, til)| til < fra) {
        return Err(Problem::felt("til", "skal ikke ligge før fra"));
    }
    let outcome = |code: &str| OUTCOMES.into_iter().find(|one| *one == code);
    let outcome = search.read("udfald", outcome, "skal være sendt, aflyst, udskudt eller fejlet")?;
    let (limit, before) = (search.limit(AT_MOST)?, search.cursor(|position| position.parse().ok())?);
    let wanted = Wanted {
        fra: fra.map(begins),
        til: til.map(|til| begins(plus_dage(til, 1))),
        ..Wanted::default().of_kinds(&[KIND])
    };
    let wanted = match search.tekst("medarbejder_nr") {
        Some(nr) => {
            wanted.of_employee(nr).map_err(|_| Problem::felt("medarbejder_nr", "skal være et medarbejdernummer"))?
        }
        None => wanted,
    };
    let read = |r: &eventlog::Recorded| Ok::<_, Unreadable>(read_record(r, time(r)?)?);
    let shows = |r: &eventlog::Recorded| {
        // What cannot be read is told below, where it is shown.
        let Ok(record) = read(r) else { return true };
        let sees = record.haendelse.forloeb().is_some_and(|id| state.app.projections().sees_forloeb(&user, id));
        sees && outcomes(&record.haendelse).any(|one| outcome.is_none_or(|code| code == told(&one.udfald).0))
    };
    let Picked { events, onward } =
        wanted.pick_latest(&state.app, before, limit, shows).await.map_err(|error| Problem::from(&error))?;
    let mut all = Vec::new();
    for r in &events {
        let record = read(r)?;
        let Some(forloeb) = record.haendelse.forloeb() else { continue };
        let nr = r.stream.as_str().strip_prefix(ANSAETTELSE).unwrap_or_default();
        for Afgoerelse { key, dag, udfald } in outcomes(&record.haendelse) {
            let (code, aarsag) = told(&udfald);
            if outcome.is_some_and(|wanted| wanted != code) {
                continue;
            }
            let got = match udfald {
                Udfald::Sendt { til, .. } | Udfald::Fejlet { til, .. } => til,
                Udfald::Aflyst { .. } | Udfald::Udskudt { .. } => None,
            };
            all.push(MailView {
                position: r.position,
                tidspunkt: record.time,
                forloeb,
                reference: reference(forloeb),
                medarbejder_nr: nr.to_owned(),
                frist: key.frist,
                trin: key.trin,
                dag,
                modtager_rolle: key.modtager,
                modtager_nr: got.or(key.nr),
                udfald: code,
                aarsag,
            });
        }
    }
    let next = onward.map(|onward| search.onward(PATH, "cursor", &onward.to_string()));
    let shown = Shown::of(all.iter().map(|one: &MailView| one.medarbejder_nr.clone()));
    Ok(with_next(next, shown.in_answer(Json(all))))
}

fn outcomes(h: &Haendelse) -> impl Iterator<Item = Afgoerelse> + '_ {
    let h = if let Haendelse::PaamindelserAfgjort(h) = h { Some(h) } else { None };
    h.into_iter().flat_map(|h| h.all())
}
