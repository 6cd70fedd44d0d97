//! Retention: who is past the periods of keeping. HR sees who and why first, is asked once more, and finds the certificate
//! afterwards.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::Aktoer;

use super::PageState;
use super::datoer::{long, tidspunkt};
use super::frame::{Frame, PageError};
use super::parts::confirmation::remark_code;
use super::parts::mistakes::Mistakes;
use super::parts::names::with_capital;
use super::parts::places::{number, place};
use super::parts::untold;
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn, Search, find};
use crate::access::Intent;
use crate::certificates::reference;
use crate::erasing::{LONGEST_AARSAG, certificate as certificate_text};
use crate::lookups::Shown;
use crate::problem::Problem;
use crate::retention::{self, AT_MOST, Seen, Wanted};
use crate::sentences::{rolle_name, sletningsgrund};
use app::core::Sletningsstop;
use app::erase::ErasedPerson;
use app::retention::{Due, Opbevaring};

struct Period {
    what: String,
    aar: u32,
    kilde: String,
    how_sure: &'static str,
    kontrol: String,
}

struct Row {
    who: String,
    numbers: String,
    nr: String,
    /// What stands for them in an address.
    place: String,
    til: String,
    fra: String,
    what: &'static str,
    kilde: String,
    stop: Option<String>,
    refusion: bool,
}

struct HeldRow {
    who: String,
    nr: String,
    place: String,
    why: String,
    when: String,
    by: String,
}

struct ErasedRow {
    reference: String,
    numbers: String,
    place: String,
    when: String,
    grund: &'static str,
}

#[derive(Template)]
#[template(path = "opbevaring.html")]
struct Page {
    frame: Frame,
    periods: Vec<Period>,
    /// Why the mail that tells of erasures has not left.
    untold: Option<String>,
    /// The one who is about to be erased.
    ask: Option<Row>,
    rows: Vec<Row>,
    more: bool,
    held: Vec<HeldRow>,
    more_held: bool,
    erased: Vec<ErasedRow>,
    more_erased: bool,
    at_most: usize,
    longest: usize,
    error: Mistakes,
    /// What was typed of a hold that was not set: whom and why.
    typed: (String, String),
}

fn period(kind: &Opbevaring) -> Period {
    Period {
        what: kind.formaal.clone(),
        aar: kind.aar,
        kilde: kind.kilde.clone(),
        how_sure: kind.sikkerhed.name(),
        kontrol: kind.kontrol.clone(),
    }
}

fn row(k: &ReaderView<'_>, due: &Due) -> Row {
    let nr = due.medarbejder_nr.first().cloned().unwrap_or_default();
    Row {
        who: k.row(&nr),
        numbers: due.medarbejder_nr.join(", "),
        place: place(k, &nr).unwrap_or_default(),
        nr,
        til: long(due.opbevares_til),
        fra: long(due.regnet_fra),
        what: due.art.name(),
        kilde: due.kilde.clone(),
        stop: due.sletningsstop.clone(),
        refusion: due.refusion,
    }
}

fn held_row(k: &ReaderView<'_>, hold: &Sletningsstop) -> HeldRow {
    let Aktoer { rolle, nr, .. } = &hold.aktoer;
    let by = match (rolle.map(rolle_name), nr) {
        (Some(rolle), Some(nr)) => format!("{}, {rolle}", k.name(nr)),
        (Some(rolle), None) => with_capital(rolle).to_owned(),
        (None, _) => "Terminalen på serveren".to_owned(),
    };
    HeldRow {
        who: k.row(&hold.medarbejder_nr),
        nr: hold.medarbejder_nr.clone(),
        place: place(k, &hold.medarbejder_nr).unwrap_or_default(),
        why: hold.aarsag.clone(),
        when: tidspunkt(hold.time),
        by,
    }
}

fn erased_row(k: &ReaderView<'_>, erased: &ErasedPerson) -> ErasedRow {
    ErasedRow {
        reference: reference(erased.person),
        numbers: erased.numbers.join(", "),
        place: erased.numbers.first().and_then(|nr| place(k, nr)).unwrap_or_default(),
        when: tidspunkt(erased.time),
        grund: sletningsgrund(erased.grund),
    }
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    let (to_be_lifted, to_be_erased) = {
        let k = ReaderView::new(&state, &logged_in);
        let asked = |name| search.tekst(name).map(|text| number(&k, text));
        (asked("ophaev").unwrap_or_default(), asked("slet"))
    };
    show(&state, &logged_in, to_be_erased.as_deref(), Mistakes::default(), (to_be_lifted, String::new())).await
}

async fn show(
    state: &PageState,
    logged_in: &LoggedIn,
    to_be_erased: Option<&str>,
    error: Mistakes,
    typed: (String, String),
) -> Result<Response, PageError> {
    let app = &state.service.app;
    let seen = retention::seen(app, &logged_in.user, Wanted::Each, AT_MOST).await?;
    let Seen { periods, due, held, next_held, erased, next_erased } = seen;
    let ask = match to_be_erased {
        Some(nr) => Some(retention::due(app, &logged_in.user, nr).await?),
        None => None,
    };
    let k = ReaderView::new(state, logged_in);
    let title = error.in_title("Opbevaring og sletning");
    let page = Page {
        frame: k.frame(if ask.is_some() { "Slet for altid?" } else { &title }),
        periods: periods.iter().map(period).collect(),
        untold: untold::of_erasures(app),
        ask: ask.as_ref().map(|due| row(&k, due)),
        rows: due.all.iter().map(|due| row(&k, due)).collect(),
        more: due.next.is_some(),
        held: held.iter().map(|hold| held_row(&k, hold)).collect(),
        more_held: next_held.is_some(),
        erased: erased.iter().map(|erased| erased_row(&k, erased)).collect(),
        more_erased: next_erased.is_some(),
        at_most: AT_MOST,
        longest: LONGEST_AARSAG,
        error,
        typed,
    };
    let mut answer = k.list(&page);
    *answer.status_mut() = page.error.status();
    Ok(answer)
}

/// Erases one, or sets or lifts a hold, and comes back to the list.
pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Form(fields): Form,
) -> Result<Response, PageError> {
    let (app, user) = (&state.service.app, &logged_in.user);
    if !user.may_ever(Intent::Erasure) {
        return Err(Problem::takes(Intent::Erasure).into());
    }
    let nr = find(&fields, "medarbejder_nr").unwrap_or_default();
    let aarsag = find(&fields, "aarsag").unwrap_or_default();
    let (code, remark) = match find(&fields, "hvad") {
        Some("slet") => {
            let refusion = find(&fields, "ogsaa_refusion") == Some("ja");
            let confirmed = find(&fields, "bekraeft") == Some("ja");
            if let Err(problem) = retention::erase(app, user, nr, confirmed, refusion).await {
                // What speaks against it, an open forløb or refusion, tells of the person.
                let about = (problem.status_code() == StatusCode::CONFLICT).then(|| nr.to_owned());
                return Ok(Shown::of(about).in_answer(PageError::from(problem)));
            }
            ("slettet", "")
        }
        Some(what @ ("stop" | "ophaev")) => match retention::hold(app, user, nr, what == "stop", aarsag).await {
            Ok(hints) if what == "stop" => ("sletningsstop", remark_code(hints)),
            Ok(hints) => ("sletningsstop-ophaevet", remark_code(hints)),
            Err(problem) => {
                let wrong = match problem.status {
                    404 => Mistakes::at_field("medarbejder_nr", "Der er ingen med det nummer, som du har adgang til."),
                    422 => Mistakes::at_field("aarsag", format!("Skriv hvorfor, med højst {LONGEST_AARSAG} tegn.")),
                    _ => return Err(problem.into()),
                };
                return show(&state, &logged_in, None, wrong, (nr.to_owned(), aarsag.to_owned())).await;
            }
        },
        _ => return Err(Problem::not_found().into()),
    };
    Ok(Redirect::to(&format!("/hr/opbevaring?ok={code}{remark}")).into_response())
}

/// The certificate of an erasure, as text to be kept.
pub(super) async fn certificate(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    let nr = number(&ReaderView::new(&state, &logged_in), search.tekst("medarbejder_nr").unwrap_or_default());
    let erasure = retention::certificate(&state.service.app, &logged_in.user, &nr).await?;
    let name = format!("inline; filename=\"attest-{}.txt\"", reference(erasure.person));
    let heads = [(header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((StatusCode::OK, heads, certificate_text(&erasure)).into_response())
}
