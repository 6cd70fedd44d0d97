//! Payroll's files on a page: HR chooses one, sees what it would do, and says that it is to be done.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::PageState;
use super::datoer::tidspunkt;
use super::frame::{Frame, PageError, html};
use super::history::aktoer;
use super::parts::mistakes::Mistakes;
use super::parts::report_view::{Told, summed, told};
use super::parts::upload_form::{self, OMFANG, Unusable, UploadForm};
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn, Search, find};
use super::submission::new_key;
use crate::access::Intent;
use crate::bounds::size;
use crate::import::latest::{self, TakenIn};
use crate::import::{LARGEST_FILE, Profile, REPORT_HEADER};
use crate::lookups::Shown;
use crate::problem::Problem;
use crate::sentences::figure;
use crate::skabeloner::{self, ALL, Column};
use crate::uploads::{Arrived, Kind, MINUTES, NotTakenIn, Stand, Upload, busy};
use app::opslag::Content;

/// Where the page is.
const HERE: &str = "/hr/indlaesning";
/// Files that were taken in that are shown.
const SHOWN: usize = 20;
/// Seconds after which a page of something that is under way asks again.
const AGAIN_AFTER: u32 = 3;

/// A line of the list of files.
struct Row {
    id: String,
    what: &'static str,
    time: String,
    who: String,
    stand: String,
    counts: String,
}

/// A choice of a form: code, text, whether it is chosen.
type Choice = (String, String, bool);

#[derive(Template)]
#[template(path = "indlaesning.html")]
struct Page {
    frame: Frame,
    error: Mistakes,
    kinds: Vec<Choice>,
    profiles: Vec<Choice>,
    omfang: Vec<Choice>,
    fra: String,
    many: bool,
    largest: String,
    rows: Vec<Row>,
    latest: Vec<Latest>,
    skabeloner: &'static [(Kind, Vec<Column>)],
}

/// A file that was taken in, from whichever door.
struct Latest {
    what: &'static str,
    time: String,
    who: String,
    counts: Vec<String>,
}

/// Lines so far.
struct Progress {
    text: String,
    /// Percent, once the lines have been counted.
    percent: Option<u64>,
}

#[derive(Template)]
#[template(path = "indlaesning_fil.html")]
struct FilePage {
    frame: Frame,
    id: String,
    what: &'static str,
    how: String,
    /// Seconds until the page asks again by itself.
    again_after: Option<u32>,
    error: Option<String>,
    progress: Option<Progress>,
    told: Option<Told>,
    /// Until when it can be taken in, by whom it is shown to.
    until: Option<String>,
    /// Somebody else has sent it, and can take it in.
    others: bool,
    /// What is said first.
    said: String,
    /// It is over, and what is told was done.
    done: bool,
}

pub(super) async fn page(State(state): State<PageState>, logged_in: LoggedIn) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Import)?;
    show(&state, &logged_in, &UploadForm::default(), None).await
}

async fn show(
    state: &PageState,
    logged_in: &LoggedIn,
    form: &UploadForm,
    wrong: Option<Unusable>,
) -> Result<Response, PageError> {
    let folder = state.service.app.folder.clone();
    let read = move || (Profile::names(&folder), latest::latest(&folder));
    let (names, latest) = tokio::task::spawn_blocking(read).await.unwrap_or_default();
    let k = ReaderView::new(state, logged_in);
    let choice = |code: &str, text: &str, chosen: &str| (code.to_owned(), text.to_owned(), code == chosen);
    let own = choice("", "Raskvejs egne kolonner (ingen profil)", &form.profile);
    let status = wrong.as_ref().map_or(StatusCode::OK, |wrong| wrong.status);
    let error = wrong.map(|wrong| match wrong.felt {
        Some(felt) => Mistakes::at_field(felt, wrong.said),
        None => Mistakes::of_form(wrong.said),
    });
    let error = error.unwrap_or_default();
    let page = Page {
        frame: k.frame(error.in_title("Indlæsning")),
        error,
        kinds: Kind::ALL.map(|kind| choice(kind.code(), kind.title(), &form.what)).into(),
        profiles: [own].into_iter().chain(names.iter().map(|name| choice(name, name, &form.profile))).collect(),
        omfang: OMFANG.map(|(code, text)| choice(code, text, form.omfang())).into(),
        fra: form.fra.clone(),
        many: form.mange == "ja",
        largest: size(LARGEST_FILE),
        rows: state.service.uploads.all(state.sessions.now()).iter().map(|upload| row(&k, upload)).collect(),
        latest: latest.iter().take(SHOWN).map(|one| taken_in(&k, one)).collect(),
        skabeloner: ALL.as_slice(),
    };
    Ok(html(status, &page))
}

fn taken_in(k: &ReaderView<'_>, one: &TakenIn) -> Latest {
    let kind = Kind::ALL.into_iter().find(|kind| kind.code() == one.file);
    Latest {
        what: kind.map_or("ukendt", Kind::name),
        time: tidspunkt(one.time),
        who: aktoer(k, &one.aktoer),
        counts: [one.created, one.changed, one.unchanged, one.refused].map(figure).into(),
    }
}

fn row(k: &ReaderView<'_>, upload: &Upload) -> Row {
    let (stand, counts) = match upload.stand() {
        Stand::Trying => ("Prøves nu", String::new()),
        Stand::Waiting { report, .. } => ("Prøvet, ikke læst ind endnu", summed(&report)),
        Stand::Gone { report } => ("Prøvet, ikke læst ind", summed(&report)),
        Stand::TakingIn => ("Læses ind nu", String::new()),
        Stand::Done { report } => ("Læst ind", summed(&report)),
        Stand::Failed { on_trial: true, .. } => ("Kunne ikke prøves", String::new()),
        Stand::Failed { on_trial: false, .. } => ("Gik i stå undervejs", String::new()),
    };
    Row {
        id: upload.id.clone(),
        what: upload.kind.name(),
        time: tidspunkt(upload.at),
        who: aktoer(k, &upload.by.aktoer()),
        stand: stand.to_owned(),
        counts,
    }
}

/// Takes a file from a browser, and begins to try it.
pub(super) async fn upload(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    request: Request,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Import)?;
    let uploads = &state.service.uploads;
    let Some(room) = uploads.room() else {
        let mut answer = show(&state, &logged_in, &UploadForm::default(), Some(no_room())).await?;
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
        return Ok(answer);
    };
    let form = match upload_form::take(request).await {
        Ok(form) => form,
        Err(wrong) => return show(&state, &logged_in, &UploadForm::default(), Some(wrong)).await,
    };
    let arrived = match arrived(&state, &form).await {
        Ok(arrived) => arrived,
        Err(wrong) => return show(&state, &logged_in, &form, Some(wrong)).await,
    };
    let id = new_key()?;
    uploads.try_out(&state.service.app, id.clone(), logged_in.user, arrived, state.sessions.now(), room);
    Ok(to(&id))
}

fn no_room() -> Unusable {
    Unusable::new(StatusCode::SERVICE_UNAVAILABLE, None, busy())
}

/// What was chosen, looked at.
async fn arrived(state: &PageState, form: &UploadForm) -> Result<Arrived, Unusable> {
    let wrong = |felt, said: &str| Unusable::new(StatusCode::UNPROCESSABLE_ENTITY, Some(felt), said);
    let kind = Kind::ALL.into_iter().find(|kind| kind.code() == form.what);
    let kind = kind.ok_or_else(|| wrong("hvad", "Vælg, om filen rummer medarbejdere eller fravær."))?;
    if form.file.is_empty() {
        return Err(wrong("fil", "Vælg den fil, der skal læses ind. En tom fil kan ikke bruges."));
    }
    let (folder, name) = (state.service.app.folder.clone(), form.profile.clone());
    let own = form.profile_file.clone();
    let read = move || match (own.is_empty(), name.as_str()) {
        (false, _) => {
            let text = std::str::from_utf8(&own).map_err(|_| "filen er ikke tekst i UTF-8".to_owned());
            let profile = text.and_then(Profile::read).map_err(|error| ("profilfil", error))?;
            Ok(Some(("vedhæftet profil".to_owned(), profile)))
        }
        (true, "") => Ok(None),
        (true, name) => {
            let profile = Profile::named(&folder, name).map_err(|error| ("profil", error))?;
            Ok(Some((format!("profil {name}"), profile)))
        }
    };
    let profile =
        tokio::task::spawn_blocking(read).await.unwrap_or_else(|_| Err(("profil", "kan ikke læses".to_owned())));
    let profile = profile.map_err(|(felt, error)| wrong(felt, &format!("Profilen kan ikke bruges: {error}.")))?;
    Ok(Arrived { kind, profile, whole: form.whole()?, file: form.file.clone() })
}

fn to(id: &str) -> Response {
    Redirect::to(&format!("{HERE}/{id}")).into_response()
}

/// The file of an address. One that is not known any more leads to the list.
fn known(state: &PageState, logged_in: &LoggedIn, id: &str) -> Result<Option<Arc<Upload>>, PageError> {
    logged_in.user.may_do(Intent::Import)?;
    Ok(state.service.uploads.find(id, state.sessions.now()))
}

fn unknown() -> Response {
    Redirect::to(HERE).into_response()
}

/// How it goes, what a file would do, or what it did.
pub(super) async fn file(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(id): Path<String>,
    search: Search,
) -> Result<Response, PageError> {
    let Some(upload) = known(&state, &logged_in, &id)? else { return Ok(unknown()) };
    let by_itself = search.tekst("selv") != Some("nej");
    Ok(show_file(&state, &logged_in, &upload, by_itself, None))
}

fn show_file(
    state: &PageState,
    logged_in: &LoggedIn,
    upload: &Upload,
    by_itself: bool,
    error: Option<(StatusCode, String)>,
) -> Response {
    let k = ReaderView::new(state, logged_in);
    let mine = upload.by == logged_in.user;
    let what = upload.kind.name();
    let progress = || {
        Some(match upload.progress() {
            None => Progress { text: "Filen bliver læst.".to_owned(), percent: None },
            Some((now, total)) => Progress {
                text: format!("{} af {} linjer.", figure(now), figure(total)),
                percent: Some(now.saturating_mul(100) / total),
            },
        })
    };
    let mut page = FilePage {
        frame: k.frame(""),
        id: upload.id.clone(),
        what,
        how: how(&k, upload),
        again_after: None,
        error: None,
        progress: None,
        told: None,
        until: None,
        others: false,
        said: String::new(),
        done: false,
    };
    let mut about = BTreeSet::new();
    let title = match upload.stand() {
        Stand::Trying => {
            page.progress = progress();
            "Filen prøves"
        }
        Stand::TakingIn => {
            page.progress = progress();
            page.said =
                "Du kan roligt lukke siden. Indlæsningen fortsætter, og resultatet står her bagefter.".to_owned();
            "Filen læses ind"
        }
        Stand::Waiting { report, until, .. } => {
            about = report.about();
            page.told = Some(told(&report, false));
            page.until = mine.then(|| tidspunkt(until));
            page.others = !mine;
            page.said = "Intet er skrevet endnu. Sådan ville det gå, hvis filen blev læst ind nu.".to_owned();
            "Det ville filen gøre"
        }
        Stand::Gone { report } => {
            about = report.about();
            page.told = Some(told(&report, false));
            page.said = format!(
                "Intet blev skrevet. Filen er her ikke længere; den opbevares højst {MINUTES} minutter. Vælg den igen for \
                 at læse den ind."
            );
            "Filen blev ikke læst ind"
        }
        Stand::Done { report } => {
            about = report.about();
            page.told = Some(told(&report, true));
            (page.said, page.done) = ("Filen er læst ind.".to_owned(), true);
            "Filen er læst ind"
        }
        Stand::Failed { problem, on_trial: true } => {
            page.error = Some(problem.detail);
            "Filen kunne ikke prøves"
        }
        Stand::Failed { problem, on_trial: false } => {
            page.error = Some(halted(&problem));
            "Indlæsningen gik i stå"
        }
    };
    page.again_after = (page.progress.is_some() && by_itself).then_some(AGAIN_AFTER);
    page.frame.title = if page.error.is_some() { format!("Fejl: {title}") } else { title.to_owned() };
    let status = error.as_ref().map_or(StatusCode::OK, |(status, _)| *status);
    page.error = error.map(|(_, said)| said).or(page.error);
    Shown::of(about).with_content(Content::Report).in_answer(html(status, &page))
}

/// What is said of a file that was not taken in to the end.
fn halted(problem: &Problem) -> String {
    let why = if problem.status == 500 { "Noget gik galt hos os." } else { problem.detail.as_str() };
    format!("{why} Det, der nåede at komme ind, er inde. Læs den samme fil ind igen: det, der er inde, ændres ikke.")
}

fn how(k: &ReaderView<'_>, upload: &Upload) -> String {
    let profile = upload.profile_name.as_ref().map(|name| format!(", {name}")).unwrap_or_default();
    let whole = if upload.whole.is_some() { ", med alt i sin periode" } else { "" };
    format!("Sendt {} af {}{profile}{whole}", tidspunkt(upload.at), aktoer(k, &upload.by.aktoer()))
}

/// Takes a file in that was tried, or lets it go.
pub(super) async fn decide(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Result<Response, PageError> {
    let Some(upload) = known(&state, &logged_in, &id)? else { return Ok(unknown()) };
    let (uploads, user) = (&state.service.uploads, &logged_in.user);
    if find(&fields, "hvad") != Some("indlaes") {
        uploads.drop(&upload, user);
        return Ok(unknown());
    }
    match uploads.take_in(&state.service.app, &upload, user, state.sessions.now()) {
        Ok(()) | Err(NotTakenIn::Gone) => Ok(to(&upload.id)),
        Err(NotTakenIn::Busy) => {
            let said = (StatusCode::SERVICE_UNAVAILABLE, format!("{} Filen er her stadig.", busy()));
            Ok(show_file(&state, &logged_in, &upload, false, Some(said)))
        }
        Err(NotTakenIn::SomebodyElses) => Err(Problem::may_not().into()),
    }
}

/// The report line by line, for a spreadsheet.
pub(super) async fn report(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let Some(upload) = known(&state, &logged_in, &id)? else { return Ok(unknown()) };
    let (Stand::Waiting { report, .. } | Stand::Gone { report } | Stand::Done { report }) = upload.stand() else {
        return Ok(to(&id));
    };
    let (kind, about) = (upload.kind.code(), report.about());
    let written = move || {
        let mut csv = REPORT_HEADER.as_bytes().to_vec();
        report.write_csv(kind, &mut csv).map(|()| csv)
    };
    let csv = tokio::task::spawn_blocking(written).await.map_err(PageError::internal)?.map_err(PageError::internal)?;
    let name = format!("attachment; filename=\"rapport-{kind}.csv\"");
    let heads: [(HeaderName, String); 2] =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok(Shown::of(about).with_content(Content::Report).in_answer((heads, csv)))
}

/// An empty file to begin with.
pub(super) async fn skabelon(logged_in: LoggedIn, Path(file): Path<String>) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Import)?;
    let (name, ending) = file.split_once('.').ok_or_else(Problem::not_found)?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.code() == name).ok_or_else(Problem::not_found)?;
    let (bytes, content) = match ending {
        "csv" => (skabeloner::csv(kind), "text/csv; charset=utf-8"),
        "xlsx" => {
            let made =
                tokio::task::spawn_blocking(move || skabeloner::xlsx(kind)).await.map_err(PageError::internal)?;
            let content = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            (made.map_err(PageError::internal)?, content)
        }
        _ => return Err(Problem::not_found().into()),
    };
    let name = format!("attachment; filename=\"{file}\"");
    Ok(([(header::CONTENT_TYPE, content.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}
