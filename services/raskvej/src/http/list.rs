//! Lists of forløb, and counts.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use forloeb::frister::assess;
use forloeb::words::{Fristart, Friststatus};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use super::{AppState, Caller, Search, with_next};
use crate::access::User;
use crate::core::App;
use crate::lists::{Filter, Key, SortOrder, Whose};
use crate::lookups::Shown;
use crate::reference::Reference;
use crate::views::forloeb::ForloebView;
use crate::views::overview::{Overblik, tally};
use app::opslag::Content;

const PATH: &str = "/api/v1/forloeb";
const PARAMETERS: &[&str] = &[
    "status",
    "enhed",
    "leder_nr",
    "medarbejder_nr",
    "frist",
    "frist_status",
    "tildelt",
    "reference",
    "sort",
    "limit",
    "cursor",
];
const SORT_ORDERS: &[&str] =
    &["frist", "foerste_fravaersdag", "-foerste_fravaersdag", "medarbejder_nr", "enhed", "-enhed"];
/// Most rows of one answer.
pub(super) const AT_MOST: usize = 500;

/// A page of forløb.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Side)]
pub struct Page {
    /// The forløb.
    pub forloeb: Vec<ForloebView>,
    /// Cursor of the next page.
    #[serde(rename = "naeste")]
    pub next: Option<String>,
    /// How many fit the filter in all.
    #[serde(rename = "antal")]
    pub count: usize,
}

/// Forløb, most urgent first; filters and a cursor.
#[utoipa::path(operation_id = "liste", get, path = "/api/v1/forloeb", tag = "forloeb",
    params(("status" = Option<String>, Query, description = "aaben (standard), afsluttet eller alle"),
        ("enhed" = Option<String>, Query), ("leder_nr" = Option<String>, Query),
        ("medarbejder_nr" = Option<String>, Query), ("frist" = Option<Fristart>, Query),
        ("frist_status" = Option<Friststatus>, Query), ("tildelt" = Option<String>, Query),
        ("reference" = Option<String>, Query, description = "den korte reference fra en mail; så er alle standard"),
        ("sort" = Option<String>, Query, description = "frist (standard), foerste_fravaersdag, \
            -foerste_fravaersdag, medarbejder_nr, enhed, -enhed"),
        ("limit" = Option<usize>, Query, description = "1 til 500; 100 som standard"),
        ("cursor" = Option<String>, Query, description = "naeste fra forrige svar")),
    responses((status = 200, body = Page, headers(("Link" = Option<String>, description = "Adressen på resten, hvis der er mere"))),
        (status = 401, body = Problem), (status = 422, body = Problem)))]
pub async fn list(State(state): State<AppState>, Caller(user): Caller, search: Search) -> Result<Response, Problem> {
    search.known_ones(PARAMETERS)?;
    let status = search.read("status", read_status, "skal være aaben, afsluttet eller alle")?;
    let status = status.unwrap_or_else(|| search.tekst("reference").is_none().then_some(true));
    let codes = |all: &[&str]| format!("skal være en af: {}", all.join(", "));
    let arter: Vec<_> = Fristart::ALL.iter().map(|a| a.code()).collect();
    let statuses: Vec<_> = Friststatus::ALL.iter().map(|a| a.code()).collect();
    let filter = Filter {
        aabne: status,
        enhed: search.tekst("enhed").map(str::to_owned),
        leder_nr: search.tekst("leder_nr").map(Whose::of),
        medarbejder_nr: search.tekst("medarbejder_nr").map(str::to_owned),
        frist: search.read("frist", Fristart::from_code, &codes(&arter))?,
        frist_status: search.read("frist_status", Friststatus::from_code, &codes(&statuses))?,
        tildelt: search.tekst("tildelt").map(Whose::of),
        reference: search.read("reference", Reference::from_text, "skal være de 8 tegn fra en mail, fx 4c1f09ab")?,
    };
    let sort =
        search.read("sort", SortOrder::from_code, &codes(SORT_ORDERS))?.unwrap_or(SortOrder::Frist).seen_by(&user);
    let bound = |s: &str| s.parse().ok().filter(|n| (1..=AT_MOST).contains(n));
    let limit = search.read("limit", bound, "skal være et helt tal fra 1 til 500")?.unwrap_or(100);
    let cursor = |s: &str| Key::from_cursor(s, sort);
    let after = search.read("cursor", cursor, "skal være naeste fra et tidligere svar")?;
    let page = answer(&state.app, &user, &filter, sort, after.as_ref(), limit).await?;
    let next = page.next.as_ref().map(|next| search.onward(PATH, "cursor", next));
    let shown = Shown::of(page.forloeb.iter().map(|f| f.medarbejder_nr.clone())).with_content(Content::Cases);
    Ok(with_next(next, shown.in_answer(Json(page))))
}

/// One page.
///
/// # Errors
/// The log cannot be read: forløb that are at rest are read from it.
pub async fn answer(
    app: &App,
    user: &User,
    filter: &Filter,
    sort: SortOrder,
    after: Option<&Key>,
    limit: usize,
) -> Result<Page, Problem> {
    let (page, today) = {
        let projections = app.projections();
        (filter.page(user, &projections, sort, after, limit), projections.today())
    };
    let mut forloeb = Vec::new();
    for id in page.ids() {
        // One that is gone meanwhile was joined into another.
        if let Some(f) = app.forloeb(id).await? {
            forloeb.push(ForloebView::af(&f, &assess(&f, today, &app.book()), today).til(&f, user, &app.projections()));
        }
    }
    let next = page.sidste().filter(|_| page.is_several()).map(Key::cursor);
    Ok(Page { forloeb, next, count: page.count() })
}

fn read_status(tekst: &str) -> Option<Option<bool>> {
    match tekst {
        "aaben" => Some(Some(true)),
        "afsluttet" => Some(Some(false)),
        "alle" => Some(None),
        _ => None,
    }
}

/// Counts of open forløb by frist and status, and kroner at risk.
#[utoipa::path(get, path = "/api/v1/overblik", tag = "forloeb",
    responses((status = 200, body = Overblik), (status = 401, body = Problem)))]
pub async fn overblik(State(state): State<AppState>, Caller(user): Caller) -> Json<Overblik> {
    Json(tally(&user, &state.app.projections()))
}
