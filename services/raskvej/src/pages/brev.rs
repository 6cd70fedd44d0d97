//! The letter to print for an employee whom no mail reaches: everything that stands to be told to them, in the words of the mails.

use app::free_text::Hints;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::Forloeb;
use forloeb::frister::assess;
use forloeb::indbydelser::Indbydelse;
use forloeb::samtale::Aftale;
use forloeb::to_tell::ToTell;
use forloeb::words::{Brevart, Fristart, Rolle};
use uuid::Uuid;

use super::PageState;
use super::frame::{Frame, PageError, html};
use super::page_form::ErrorLine;
use super::parts::letters_given::{LettersGiven, give};
use super::parts::on_paper::why;
use super::parts::samtale::letters_path;
use super::parts::submission::new_key;
use super::reader_view::{ReaderView, id};
use super::session::{Form, LoggedIn, Pairs};
use crate::access::Intent;
use crate::paamindelser::paper::People;
use crate::problem::Problem;
use crate::sealed::Referat;

#[derive(Template)]
#[template(path = "brev.html")]
struct Page {
    frame: Frame,
    error: Vec<ErrorLine>,
    id: Uuid,
    version: u64,
    key: String,
    /// Where one comes from.
    back: String,
    /// Why no mail reaches the employee, where none does.
    unreached: Option<&'static str>,
    letter: Option<String>,
    /// Where the invitation is that goes with it.
    invitation: Option<String>,
    /// What the employee was given before.
    given: LettersGiven,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(tekst): Path<String>,
) -> Result<Response, PageError> {
    show(&state, &logged_in, &tekst, None).await
}

/// Records that the letter was given, and shows the page as it is then.
pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(tekst): Path<String>,
    Form(pairs): Form,
) -> Result<Response, PageError> {
    let id = id(&tekst)?;
    match give(&state, &logged_in, (id, Brevart::Besked), &pairs).await? {
        None => Ok(Redirect::to(&format!("/forloeb/{id}/brev?ok=brev")).into_response()),
        Some(problem) => show(&state, &logged_in, &tekst, Some((&pairs, &problem))).await,
    }
}

async fn show(
    state: &PageState,
    logged_in: &LoggedIn,
    tekst: &str,
    refused: Option<(&Pairs, &Problem)>,
) -> Result<Response, PageError> {
    let loan = state.service.app.loan_forloeb(id(tekst)?).await?;
    let k = ReaderView::new(state, logged_in);
    let f = k.find(&loan, id(tekst)?, Intent::Whole)?;
    if f.id.to_string() != tekst {
        return Ok(Redirect::to(&format!("/forloeb/{}/brev", f.id)).into_response()); // joined into another
    }
    let v = assess(f, k.today, &state.service.app.book());
    let mails = &state.service.paamindelser;
    let is_invitation =
        |one: &ToTell<'_>| matches!(one, ToTell::Moede(Indbydelse { art: Fristart::Samtale, aflyst: false, .. }));
    let invited = mails.to_tell(f, &v).iter().any(is_invitation);
    let name = k.user().sees_names().then(|| k.name(&f.medarbejder_nr));
    let leder = f.leder(k.today).map(|nr| k.name(nr));
    let kontaktperson = k.kontaktperson(f).filter(|_| f.is_aabent(k.today));
    let people = People { name: name.as_deref(), leder: leder.as_deref(), kontaktperson: kontaktperson.as_deref() };
    let letter = mails.on_paper(f, &v, people, |aftale| agreed(&k, f, aftale));
    let unreached = if f.erased { None } else { mails.unreached(&f.medarbejder_nr).map(why) };
    let back =
        if logged_in.user.rolle == Rolle::Medarbejder { "/mig".to_owned() } else { format!("/forloeb/{}", f.id) };
    let invitation = invited.then(|| letters_path(f.id));
    let mut given = LettersGiven::of(&k, &loan, f, Brevart::Besked, letter.is_some());
    let error = refused.map_or_else(Vec::new, |(pairs, problem)| given.refused(pairs, problem));
    let title = "Brev til medarbejderen";
    let page = Page {
        frame: k.frame(if error.is_empty() { title.to_owned() } else { format!("Fejl: {title}") }),
        error,
        id: f.id,
        version: f.version,
        key: new_key()?,
        back,
        unreached,
        letter,
        invitation,
        given,
    };
    Ok(html(refused.map_or(StatusCode::OK, |(_, problem)| problem.status_code()), &page))
}

/// The words of something that was agreed. Where they seem to hold what no letter is to say, they stay where they are.
fn agreed(k: &ReaderView<'_>, f: &Forloeb, aftale: &Aftale<'_>) -> Option<String> {
    let words = k.tekst::<Referat>(&f.medarbejder_nr, &aftale.referat.what.confidential)?.ok()?;
    let said = words.aftaler.get(aftale.place)?;
    let hints = Hints::of(said);
    (!hints.cpr && !hints.health).then(|| said.clone())
}
