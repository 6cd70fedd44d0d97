//! Who acts for a leader who is not there: a leader's own, and for HR every leader's.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::stedfortraeder::{Stedfortraedere, Stedfortraederperiode};

use super::PageState;
use super::datoer::long;
use super::frame::{Frame, PageError, html};
use super::page_form::{ErrorLine, PageForm, shown_again};
use super::parts::places::{number, place};
use super::parts::submission::{call, new_key};
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn, Pairs, Search, find};
use crate::access::Intent;
use crate::commands::form::Field;
use crate::commands::request::FieldType;
use crate::commands::stedfortraeder::{ENTRY, Udpegning, forms, removal};
use crate::commands::{Command, Refusal};
use crate::danish::danish;
use crate::problem::Problem;

/// The form by which HR finds a leader.
const FIND: &str = "find";

/// One leader's substitutes in a line of HR's list.
struct Line {
    leder: String,
    path: String,
    fast: String,
    perioder: Vec<String>,
}

/// Days on which somebody stands in, and what takes them away again.
struct Periode {
    tekst: String,
    fra: String,
    til: String,
}

/// The leader the forms are for.
struct Chosen {
    nr: String,
    name: String,
    fast: Option<String>,
    perioder: Vec<Periode>,
    page_forms: Vec<PageForm>,
}

#[derive(Template)]
#[template(path = "stedfortraeder.html")]
struct Page {
    frame: Frame,
    key: String,
    error: Vec<ErrorLine>,
    hr: bool,
    chosen: Option<Chosen>,
    unknown: bool,
    lines: Vec<Line>,
    /// The leaders the reader may act for.
    yours: Vec<String>,
    /// Address and name of the leaders under the reader, whose substitutes the reader may name.
    under: Vec<(String, String)>,
}

/// A form that was sent and refused.
struct RefusedForm<'a> {
    pairs: &'a Pairs,
    problem: &'a Problem,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    let k = ReaderView::new(&state, &logged_in);
    let leder_nr = search.tekst("leder_nr").map(|text| number(&k, text));
    render(&k, leder_nr.as_deref(), None)
}

pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Form(pairs): Form,
) -> Result<Response, PageError> {
    let leder_nr = find(&pairs, "leder_nr").unwrap_or_default();
    let name = find(&pairs, "formular").unwrap_or_default();
    let k = ReaderView::new(&state, &logged_in);
    if name == FIND {
        // Who is nobody's leader is told so on the page that answers.
        let found = Some(leder_nr.trim()).filter(|nr| k.user().may_udpege(nr, &k.projections()).is_ok());
        return match found.and_then(|nr| path_of(&k, nr)) {
            Some(path) => Ok(Redirect::to(&path).into_response()),
            None => render(&k, Some(leder_nr), None),
        };
    }
    let given = {
        k.user().may_udpege(leder_nr, &k.projections())?;
        let mut all = forms(&k.at(), leder_nr).into_iter().chain([removal()]);
        let mut form = all.find(|x| x.name == name).ok_or_else(Problem::not_found)?;
        form.fields.push(Field::fixed("leder_nr", leder_nr));
        form.given(&pairs)
    };
    let refusal = if name == "periode" && find(&pairs, "stedfortraeder_nr").is_none() {
        // Nobody named is what takes days away again, and that has a button of its own. What else is wrong is said first.
        let udpegning = Udpegning::read(Some(&given)).map_err(Refusal::from);
        udpegning.err().unwrap_or_else(|| Refusal::field("stedfortraeder_nr", "skal udfyldes"))
    } else {
        match ENTRY.run(&state.service.app, call(Udpegning::NAME, &logged_in.user, None, &pairs, &given)).await {
            Ok(_) if logged_in.user.leder_nr() == Some(leder_nr) => {
                return Ok(Redirect::to("/stedfortraeder?ok=stedfortraeder").into_response());
            }
            Ok(_) => {
                let til = path_of(&k, leder_nr).unwrap_or_else(|| "/stedfortraeder?".to_owned());
                return Ok(Redirect::to(&format!("{til}&ok=stedfortraeder")).into_response());
            }
            Err(refusal) => refusal,
        }
    };
    let problem = shown_again(refusal)?;
    let refused = RefusedForm { pairs: &pairs, problem: &problem };
    render(&k, Some(leder_nr), Some(&refused))
}

fn render(
    k: &ReaderView<'_>,
    leder_nr: Option<&str>,
    refused: Option<&RefusedForm<'_>>,
) -> Result<Response, PageError> {
    let user = k.user();
    if !user.may_ever(Intent::Udpegning) {
        return Err(Problem::takes(Intent::Udpegning).into());
    }
    // A leader's own, unless it is for one of the leaders under them.
    let leder_nr = leder_nr.or(user.leder_nr());
    let exists = leder_nr.filter(|nr| user.may_udpege(nr, &k.projections()).is_ok());
    let mut chosen = exists.map(|nr| chosen(k, nr));
    let mut error = Vec::new();
    if let (Some(a), Some(v)) = (refused, &mut chosen) {
        let name = find(a.pairs, "formular").unwrap_or_default();
        if let Some(page_form) = v.page_forms.iter_mut().find(|x| x.form.name == name) {
            error = page_form.refused(a.pairs, a.problem);
        }
    }
    let nr = user.nr.as_deref().unwrap_or_default();
    let (yours, under): (Vec<_>, Vec<_>) = {
        let projections = k.projections();
        let leder = |nr: &&str| projections.subordinates(nr).next().is_some() && projections.is_ansat(nr);
        let under = projections.subordinates(nr).filter(leder).filter(|_| !user.is_hr());
        (projections.stands_in_for(nr).map(str::to_owned).collect(), under.map(str::to_owned).collect())
    };
    let (yours, under) = (k.people(yours).into_iter().map(|(_, name)| name).collect(), k.people(under));
    let with_path = |(nr, name): (String, String)| Some((path_of(k, &nr)?, name));
    let title = if user.is_hr() { "Stedfortrædere" } else { "Stedfortræder" };
    let page = Page {
        frame: k.frame(if error.is_empty() { title.to_owned() } else { format!("Fejl: {title}") }),
        key: new_key()?,
        error,
        hr: user.is_hr(),
        unknown: leder_nr.is_some() && chosen.is_none(),
        chosen,
        lines: if user.is_hr() { lines(k) } else { Vec::new() },
        yours,
        under: under.into_iter().filter_map(with_path).collect(),
    };
    Ok(html(refused.map_or(StatusCode::OK, |a| a.problem.status_code()), &page))
}

/// Where the forms of a leader are.
fn path_of(k: &ReaderView<'_>, leder_nr: &str) -> Option<String> {
    place(k, leder_nr).map(|place| format!("/stedfortraeder?leder_nr={place}"))
}

fn perioder(k: &ReaderView<'_>, named: &Stedfortraedere) -> Vec<Periode> {
    let periode = |p: &Stedfortraederperiode| Periode {
        tekst: format!("{} fra {} til {}", k.name(&p.nr), long(p.fra), long(p.til)),
        fra: p.fra.to_string(),
        til: p.til.to_string(),
    };
    named.perioder(k.today).map(periode).collect()
}

fn chosen(k: &ReaderView<'_>, leder_nr: &str) -> Chosen {
    let named = k.projections().stedfortraedere(leder_nr).cloned().unwrap_or_default();
    Chosen {
        nr: leder_nr.to_owned(),
        name: k.name(leder_nr),
        fast: named.fast().map(|nr| k.name(nr)),
        perioder: perioder(k, &named),
        page_forms: forms(&k.at(), leder_nr).into_iter().map(PageForm::from).collect(),
    }
}

fn lines(k: &ReaderView<'_>) -> Vec<Line> {
    let line = |(nr, named): (String, Stedfortraedere)| Line {
        leder: k.name(&nr),
        path: path_of(k, &nr).unwrap_or_default(),
        fast: named.fast().map_or_else(|| "ingen".to_owned(), |nr| k.name(nr)),
        perioder: perioder(k, &named).into_iter().map(|p| p.tekst).collect(),
    };
    let ledere: Vec<_> = {
        let projections = k.projections();
        let within = projections.with_stedfortraeder().filter(|(nr, _)| k.user().reaches(nr, &projections));
        within.map(|(nr, named)| (nr.to_owned(), named.clone())).collect()
    };
    let mut lines: Vec<Line> = ledere.into_iter().map(line).collect();
    lines.sort_by_cached_key(|l| danish(&l.leder));
    lines
}
