//! The page of one employee: where they work, and every forløb of theirs that the reader may see, open and over.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Months;
use forloeb::Forloeb;
use forloeb::calendar::{Dage, plus_dage};
use forloeb::dagsvaerk::{self, Absence, Cause, Timer};
use forloeb::words::Aarsag;

use super::PageState;
use super::datoer::{dato_in_digits, long};
use super::frame::{Frame, PageError, html};
use super::frist::situation;
use super::parts::facts::Facts;
use super::parts::people::{case_path, person_path};
use super::parts::places::{number, place};
use super::reader_view::ReaderView;
use super::session::LoggedIn;
use crate::access::Intent;
use crate::lookups::Shown;
use crate::problem::Problem;
use crate::projections::Loan;
use crate::reference::reference;
use crate::sentences::{count, decimal};
use crate::views::person::PersonView;
use app::opslag::Content;

struct Row {
    path: String,
    foerste: String,
    sidste: String,
    dage: i64,
    enhed: String,
    leder: String,
    reference: String,
    status: String,
    aaben: bool,
}

#[derive(Template)]
#[template(path = "person.html")]
struct Page {
    frame: Frame,
    h1: String,
    /// What stands for them in an address.
    place: String,
    facts: Vec<Facts>,
    may_sygemelde: bool,
    rows: Vec<Row>,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(asked): Path<String>,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Find)?;
    let nr = number(&ReaderView::new(&state, &logged_in), &asked);
    let person = PersonView::of(&state.service.app, &logged_in.user, &nr).ok_or_else(Problem::not_found)?;
    if person.medarbejder_nr != nr {
        // By the number they had before they moved inside the workplace.
        let k = ReaderView::new(&state, &logged_in);
        return Ok(Redirect::to(&person_path(&k, &person.medarbejder_nr)).into_response());
    }
    let loan = state.service.app.loan(&nr).await?;
    let k = ReaderView::new(&state, &logged_in);
    let rows = person.forloeb.iter().filter_map(|line| loan.forloeb(line.id)).map(|f| row(&k, f)).collect();
    let new = |name, value: String| Facts { name, value, path: None };
    let leder = person.leder_nr.as_deref().map_or_else(|| "Ingen leder registreret".to_owned(), |nr| k.name(nr));
    let mut facts = vec![
        new("Medarbejdernummer", person.medarbejder_nr.clone()),
        new("Enhed", format!("{} ({})", person.enhed_name, person.enhed)),
        new("Leder", leder),
    ];
    facts.extend(person.andre_ansaettelser.iter().map(|other| Facts {
        name: "Også ansat som",
        value: format!("medarbejder {other}"),
        path: Some(person_path(&k, other)),
    }));
    if !person.tidligere_numre.is_empty() {
        facts.push(new("Tidligere medarbejdernummer", person.tidligere_numre.join(", ")));
    }
    if k.user().may_do(Intent::Statistics).is_ok() {
        let last = k.projections().stamdata(&nr).and_then(|s| s.fratraadt);
        facts.extend(last.map(|last| new("Ansat til og med", long(last))));
        facts.push(new("Fravær de seneste 12 måneder", absence(&k, &loan)));
    }
    let title = format!("Medarbejder {nr}");
    let may_sygemelde = k.user().may_sygemelde(&nr, &k.projections()).is_ok();
    let page = Page {
        frame: k.frame(title.clone()),
        h1: person.name.unwrap_or(title),
        facts,
        may_sygemelde,
        rows,
        place: place(&k, &nr).unwrap_or_default(),
    };
    Ok(Shown::of([nr]).with_content(Content::Person).in_answer(html(StatusCode::OK, &page)))
}

/// As statistics count it: part days that are no forløb too, in the units that the reader has. A child's illness is not the
/// employee's own.
fn absence(k: &ReaderView<'_>, loan: &Loan) -> String {
    let a_year_ago = k.today.checked_sub_months(Months::new(12)).unwrap_or(k.today);
    let dage = Dage { fra: plus_dage(a_year_ago, 1), til: k.today };
    let mut sum = Absence::default();
    for (place, counted) in dagsvaerk::count(loan.ansaettelse(), dage, k.today, loan.book()) {
        let own = counted.fravaer.into_iter().filter(|(cause, _)| *cause != Cause::Aarsag(Aarsag::BarnSyg));
        for (_, absence) in own.filter(|_| k.user().scope.reaches(&place.enhed)) {
            sum.dage += absence.dage;
            sum.timer += absence.timer;
        }
    }
    let days = count(sum.dage, "arbejdsdag", "arbejdsdage");
    if sum.dage > 0 && sum.timer == Timer::default() {
        return format!("{days}; timerne kendes ikke");
    }
    let full = loan.book().in_force(k.today).parameters.fuld_uge_timer;
    format!("{days}, {} dagsværk", decimal(sum.timer.dagsvaerk_hundredths(full).unsigned_abs()))
}

fn row(k: &ReaderView<'_>, f: &Forloeb) -> Row {
    let end = f.slutdag(k.today);
    let now = f.stamdata_on(end.unwrap_or(k.today));
    Row {
        path: case_path(k, f.id),
        foerste: dato_in_digits(f.foerste),
        sidste: end.map_or_else(|| "–".to_owned(), dato_in_digits),
        dage: f.dag_number(end.unwrap_or(k.today)).max(0),
        enhed: now.enhed_navn.clone(),
        leder: f.leder(k.today).map_or_else(|| "Leder mangler".to_owned(), |nr| k.name(nr)),
        reference: reference(f.id),
        status: situation(f, k.today),
        aaben: f.is_aabent(k.today),
    }
}
