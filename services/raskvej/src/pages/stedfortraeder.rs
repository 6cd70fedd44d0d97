//! Who acts for a leader who is not there: a leader's own, and for HR every leader's.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::stedfortraeder::Stedfortraederperiode;
use forloeb::words::Rolle;

use super::Stat;
use super::datoer::long;
use super::frame::{Frame, PageError, html};
use super::look::Look;
use super::page_form::{ErrorLine, PageForm, be_shown_again};
use super::parts::submission::{call, new_key};
use super::session::{Form, LoggedIn, Par, Search, find};
use crate::commands::form::Field;
use crate::commands::request::FieldType;
use crate::commands::stedfortraeder::{ENTRY, Udpegning, forms, removal};
use crate::commands::{Command, Refusal};
use crate::danish::danish;
use crate::problem::Problem;

/// One leader's substitutes in a line of HR's list.
struct Line {
    leder: String,
    nr: String,
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
    /// Number and name of the leaders under the reader, whose substitutes the reader may name.
    under: Vec<(String, String)>,
}

/// A form that was sent and refused.
struct Afvist<'a> {
    par: &'a Par,
    problem: &'a Problem,
}

pub(super) async fn page(State(stat): State<Stat>, inside: LoggedIn, search: Search) -> Result<Response, PageError> {
    let show = stat.t.app.show();
    character(&Look::new(&stat, &inside, &show), search.tekst("leder_nr"), None)
}

pub(super) async fn submit(State(stat): State<Stat>, inside: LoggedIn, Form(par): Form) -> Result<Response, PageError> {
    let leder_nr = find(&par, "leder_nr").unwrap_or_default();
    let name = find(&par, "formular").unwrap_or_default();
    let given = {
        let show = stat.t.app.show();
        let k = Look::new(&stat, &inside, &show);
        k.user().may_udpege(leder_nr, &show)?;
        let mut all = forms(&k.at(), leder_nr).into_iter().chain([removal()]);
        let mut form = all.find(|x| x.name == name).ok_or_else(Problem::not_found)?;
        form.fields.push(Field::fixed("leder_nr", leder_nr));
        form.given(&par)
    };
    let refusal = if name == "periode" && find(&par, "stedfortraeder_nr").is_none() {
        // Nobody named is what takes days away again, and that has a button of its own. What else is wrong is said first.
        let udpegning = Udpegning::read(Some(&given)).map_err(Refusal::from);
        udpegning.err().unwrap_or_else(|| Refusal::field("stedfortraeder_nr", "skal udfyldes"))
    } else {
        match ENTRY.run(&stat.t.app, call(Udpegning::NAME, &inside.user, None, &par, &given)).await {
            Ok(_) if inside.user.leder_nr() == Some(leder_nr) => {
                return Ok(Redirect::to("/stedfortraeder?ok=stedfortraeder").into_response());
            }
            Ok(_) => {
                let til = format!("/stedfortraeder?leder_nr={leder_nr}&ok=stedfortraeder");
                return Ok(Redirect::to(&til).into_response());
            }
            Err(refusal) => refusal,
        }
    };
    let problem = be_shown_again(refusal)?;
    let show = stat.t.app.show();
    let refused = Afvist { par: &par, problem: &problem };
    character(&Look::new(&stat, &inside, &show), Some(leder_nr), Some(&refused))
}

fn character(k: &Look<'_>, leder_nr: Option<&str>, refused: Option<&Afvist<'_>>) -> Result<Response, PageError> {
    let user = k.user();
    if !matches!(user.rolle, Rolle::Hr | Rolle::Leder) {
        return Err(Problem::may_not().into());
    }
    // A leader's own, unless it is for one of the leaders under them.
    let leder_nr = leder_nr.or(user.leder_nr());
    let exists = leder_nr.filter(|nr| user.may_udpege(nr, k.show).is_ok());
    let mut chosen = exists.map(|nr| chosen(k, nr));
    let mut error = Vec::new();
    if let (Some(a), Some(v)) = (refused, &mut chosen) {
        let name = find(a.par, "formular").unwrap_or_default();
        if let Some(page_form) = v.page_forms.iter_mut().find(|x| x.form.name == name) {
            error = page_form.refused(a.par, a.problem);
        }
    }
    let nr = user.nr.as_deref().unwrap_or_default();
    let yours = k.people(k.show.stands_in_for(nr)).into_iter().map(|(_, name)| name).collect();
    let leder = |nr: &&str| k.show.subordinates(nr).next().is_some() && k.show.is_ansat(nr);
    let under = if user.is_hr() { Vec::new() } else { k.people(k.show.subordinates(nr).filter(leder)) };
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
        under,
    };
    Ok(html(refused.map_or(StatusCode::OK, |a| a.problem.status_code()), &page))
}

fn perioder(k: &Look<'_>, leder_nr: &str) -> Vec<Periode> {
    let perioder = k.show.stedfortraedere(leder_nr).into_iter().flat_map(|s| s.perioder(k.today));
    let periode = |p: &Stedfortraederperiode| Periode {
        tekst: format!("{} fra {} til {}", k.name(&p.nr), long(p.fra), long(p.til)),
        fra: p.fra.to_string(),
        til: p.til.to_string(),
    };
    perioder.map(periode).collect()
}

fn chosen(k: &Look<'_>, leder_nr: &str) -> Chosen {
    Chosen {
        nr: leder_nr.to_owned(),
        name: k.name(leder_nr),
        fast: k.show.stedfortraedere(leder_nr).and_then(|s| s.fast()).map(|nr| k.name(nr)),
        perioder: perioder(k, leder_nr),
        page_forms: forms(&k.at(), leder_nr).into_iter().map(PageForm::from).collect(),
    }
}

fn lines(k: &Look<'_>) -> Vec<Line> {
    let line = |(nr, s): (&str, &forloeb::stedfortraeder::Stedfortraedere)| Line {
        leder: k.name(nr),
        nr: nr.to_owned(),
        fast: s.fast().map_or_else(|| "ingen".to_owned(), |nr| k.name(nr)),
        perioder: perioder(k, nr).into_iter().map(|p| p.tekst).collect(),
    };
    let mut lines: Vec<Line> = k.show.with_stedfortraeder().map(line).collect();
    lines.sort_by_cached_key(|l| danish(&l.leder));
    lines
}
