//! The employee's own page: what has happened, what is planned, and the plan, in plain words.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use forloeb::frister::assess;
use forloeb::words::{Fristart, Friststatus, Rolle};
use forloeb::{Aktoer, Forloeb};

use super::PageState;
use super::datoer::{both, long, tidspunkt};
use super::frame::{Frame, PageError, html};
use super::history::{self, Line};
use super::page_form::{ErrorLine, PageForm};
use super::page_forms;
use super::parts::names::with_capital;
use super::parts::plan::Reading;
use super::parts::submission::{RefusedForm, new_key, without_page_form};
use super::reader_view::ReaderView;
use super::session::LoggedIn;
use crate::access::Intent;
use crate::lookups::{PlanShown, Shown};
use crate::problem::Problem;
use crate::projections::{Loan, OpslagNoteret};
use crate::sentences::rolle_name;

struct Step {
    what: &'static str,
    when: String,
    who: &'static str,
}

struct Mine {
    id: uuid::Uuid,
    version: u64,
    heading: String,
    leder: String,
    indkaldt: Option<String>,
    planlagt: Vec<Step>,
    history: Vec<Line>,
    plan: Option<Reading>,
    kontaktperson: Option<String>,
    /// What an employee registers: whom they would rather hear from, and that they ask for fast track.
    page_forms: Vec<PageForm>,
}

#[derive(Template)]
#[template(path = "mig.html")]
struct Page {
    frame: Frame,
    key: String,
    error: Vec<ErrorLine>,
    aabent: Option<Mine>,
    earlier: Vec<String>,
    opslag: Vec<String>,
}

/// Who has opened what is sealed about the reader, the newest first, each in a sentence.
pub(super) async fn opslag(state: &PageState, logged_in: &LoggedIn) -> Result<Vec<String>, PageError> {
    let nr = logged_in.user.nr.as_deref().filter(|_| logged_in.user.rolle == Rolle::Medarbejder).unwrap_or_default();
    let all = state.service.app.cpr_opslag(nr).await?;
    let line = |(time, aktoer, noted): (_, Aktoer, OpslagNoteret)| {
        let who = aktoer.rolle.map_or("Raskvej", |rolle| with_capital(rolle_name(rolle)));
        format!("{}: {who} {}.", tidspunkt(time), noted.formaal.name())
    };
    Ok(all.into_iter().map(line).collect())
}

pub(super) async fn page(State(state): State<PageState>, logged_in: LoggedIn) -> Result<Response, PageError> {
    let opslag = opslag(&state, &logged_in).await?;
    let loan = state.service.app.loan(logged_in.user.nr.as_deref().unwrap_or_default()).await?;
    render(&ReaderView::new(&state, &logged_in), &loan, opslag, None)
}

/// The page of the employee whose employment is lent, with the form that was refused.
pub(super) fn render(
    k: &ReaderView<'_>,
    loan: &Loan,
    opslag: Vec<String>,
    refused: Option<&RefusedForm>,
) -> Result<Response, PageError> {
    if k.user().may_do(Intent::Mine).is_err() || k.user().nr.is_none() {
        return Err(Problem::takes(Intent::Mine).into());
    }
    let mut error = Vec::new();
    let own = k.visible(loan);
    let mut aabent = own.iter().rev().find(|f| f.is_aabent(k.today)).map(|f| mine(k, loan, f));
    let mut page_forms = aabent.iter_mut().flat_map(|m| &mut m.page_forms);
    if let Some(refused) = refused
        && let Some(page_form) = page_forms.find(|x| x.form.name == refused.page_form)
    {
        error = page_form.refused(&refused.submitted, &refused.problem);
    }
    if let Some(refused) = refused.filter(|_| error.is_empty()) {
        error = without_page_form(refused);
    }
    let page = Page {
        frame: k.frame(if error.is_empty() { "Mit forløb" } else { "Fejl: Mit forløb" }),
        key: new_key()?,
        error,
        aabent,
        earlier: (own.iter().rev().filter(|f| !f.is_aabent(k.today)))
            .map(|f| {
                let end = f.slutdag(k.today).map(long).unwrap_or_default();
                format!("Fra {} til {end}", long(f.foerste))
            })
            .collect(),
        opslag,
    };
    let answer = html(refused.map_or(StatusCode::OK, |a| a.problem.status_code()), &page);
    let mut answer = Shown::of([loan.nr().to_owned()]).in_answer(answer);
    // Their plan stands on it: they have opened the version that counts.
    if let Some(m) = page.aabent.as_ref().filter(|m| m.plan.is_some()) {
        answer.extensions_mut().insert(PlanShown(m.id));
    }
    Ok(answer)
}

fn mine(k: &ReaderView<'_>, loan: &Loan, f: &Forloeb) -> Mine {
    let v = assess(f, k.today, &k.state.service.app.book());
    let history = history::lines(k, loan.ansaettelse(), f, false);
    let outstanding = |art| v.frist(art).filter(|fr| fr.status.outstanding() && fr.status != Friststatus::Tabt);
    let planlagt = [
        (Fristart::FoersteKontakt, "En kollega eller din leder kontakter dig", "din kontaktperson eller leder"),
        (Fristart::Samtale, "Du og din leder holder en samtale om, hvordan du kommer godt tilbage", "din leder"),
        (Fristart::OtteUger, "I følger op på, hvordan det går", "din leder"),
        (Fristart::TtaEvaluering, "I ser på, om planen passer til dig", "koordinatoren"),
    ];
    Mine {
        id: f.id,
        version: f.version,
        heading: if f.has_begun(k.today) {
            format!("Du har været væk siden {} (dag {})", long(f.foerste), f.dag_number(k.today))
        } else {
            format!("Dit fravær begynder {}", long(f.foerste))
        },
        leder: f.leder(k.today).map_or_else(|| "HR".to_owned(), |nr| k.name(nr)),
        indkaldt: f.indkaldt.as_ref().filter(|_| f.samtaler.is_empty()).map(|i| tidspunkt(i.what.to_utc())),
        planlagt: (planlagt.into_iter())
            .filter_map(|(art, what, who)| {
                let fr = outstanding(art)?;
                let when = if fr.maaldag < k.today {
                    "snarest".to_owned()
                } else {
                    format!("senest {}", both(fr.maaldag, k.today))
                };
                Some(Step { what, when, who })
            })
            .collect(),
        history: history.into_iter().filter(|l| !l.paamindelse).collect(),
        plan: f.plan().and_then(|p| Reading::new(k, f, p.what.version).ok()),
        kontaktperson: f.kontaktperson(k.today).filter(|nr| k.projections().is_ansat(nr)).map(|nr| k.name(nr)),
        page_forms: page_forms::all(k, f, &v).into_iter().flat_map(|g| g.page_forms).collect(),
    }
}
