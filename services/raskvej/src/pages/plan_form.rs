//! The page of the TTA plan. Its form begins with what was agreed and one step; a button gives one row more, keeps a draft, or
//! shows what the new version will say, and from there one button makes it and one goes back. Every one of them has what was
//! typed. Beside the form stand the small ones about a version that was made.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::Forloeb;
use forloeb::words::Rolle;
use serde_json::Value;
use uuid::Uuid;

use super::PageState;
use super::datoer::tidspunkt;
use super::frame::{Frame, PageError, html};
use super::page_form::{ErrorLine, PageForm, shown_again};
use super::parts::confirmation::remark_code;
use super::parts::forrige;
use super::parts::plan::advice;
use super::parts::plan_confirm::ConfirmPage;
use super::parts::plan_errors::PlanErrors;
use super::parts::plan_facts::Fact;
use super::parts::plan_fields::{More, PlanFields, as_given, content, fields};
use super::parts::plan_page::Around;
use super::parts::plan_seen;
use super::parts::shown_first::Sent;
use super::parts::submission::{call, new_key};
use super::reader_view::{ReaderView, id};
use super::session::{Form, LoggedIn, Pairs, Search, find};
use crate::access::Intent;
use crate::commands::tta_plan::PlanRequest;
use crate::commands::{
    About, Entry, OnForloeb, Refusal, tta_besked, tta_egne_ord, tta_evaluering, tta_plan, tta_plan_delt,
    tta_plan_ikke_noedvendig, tta_plan_svar,
};
use crate::problem::Problem;
use crate::projections::Loan;
use crate::sealed::EgneOrd;
use crate::views::plan::show_plan;

/// The name of the field with the version that a small form is about: `version` is the forløb's.
const PLANVERSION: &str = "planversion";

/// The form of a plan.
struct PlanForm {
    /// The version of the forløb that whoever fills it in has seen.
    version: u64,
    key: String,
    x: PlanFields,
    errors: PlanErrors,
    /// Number, name, chosen.
    people: Vec<(String, String, bool)>,
    /// Anybody within reach can be chosen by number.
    any_number: bool,
    /// When the draft that stands in it was saved.
    kladde: Option<String>,
    /// What stands in it was agreed in the forløb before.
    forrige: bool,
    kontakt: bool,
    /// What is asked of each support option.
    facts: Vec<Fact>,
    /// The newest version cannot be opened: a new one, filled in with what is left of it, would lose the rest. What can
    /// be done about it instead.
    advice: Option<&'static str>,
}

impl PlanForm {
    /// The form with the draft in it, else with the newest version; none for those who may not.
    fn filled_in(k: &ReaderView<'_>, f: &Forloeb, before: Option<&Forloeb>) -> Result<Option<Self>, PageError> {
        if !may(k, f) {
            return Ok(None);
        }
        if let Some(given) = before.map(|before| of_before(k, before)).transpose()?.flatten() {
            return Ok(Some(Self { forrige: true, ..Self::new(k, f, &under_current_nr(k, given), More::Nothing)? }));
        }
        let app = &k.state.service.app;
        let newest = f.plan().map(|p| show_plan(app, k.user(), f, p.what.version)).transpose()?;
        let unopened = newest.as_ref().and_then(|p| p.unopened);
        let (given, draft) = match (tta_plan::kladde(app, f), newest) {
            (Some(Ok(kladde)), _) => (fields(&kladde), true),
            (_, Some(newest)) => (fields(&as_given(newest)), false),
            _ => (first(k), false),
        };
        let saved = f.tta.kladde.as_ref().filter(|_| draft).map(|kladde| tidspunkt(kladde.time));
        let advice = unopened.and_then(advice);
        let given = under_current_nr(k, given);
        Ok(Some(Self { advice, kladde: saved, ..Self::new(k, f, &given, More::Nothing)? }))
    }

    /// The form with these fields.
    fn new(k: &ReaderView<'_>, f: &Forloeb, pairs: &Pairs, more: More) -> Result<Self, PageError> {
        let x = PlanFields::typed(pairs, more);
        let near = k.projections().can_coordinate(f);
        let near = k.people(near);
        let mut people: Vec<_> = near.into_iter().map(|(nr, name)| (nr == x.koordinator, nr, name)).collect();
        if !x.koordinator.is_empty() && !people.iter().any(|p| p.0) {
            people.push((true, x.koordinator.clone(), k.name(&x.koordinator)));
        }
        Ok(Self {
            version: find(pairs, "version").and_then(|v| v.parse().ok()).unwrap_or(f.version),
            key: new_key()?,
            errors: PlanErrors::default(),
            people: people.into_iter().map(|(chosen, nr, name)| (nr, name, chosen)).collect(),
            any_number: k.user().is_hr(),
            kladde: None,
            forrige: false,
            kontakt: !f.kontakter.is_empty(),
            facts: x.stoette.iter().map(|s| Fact::of(s.0, s.1, s.2, k.today)).collect(),
            advice: None,
            x,
        })
    }

    fn refused(&mut self, f: &Forloeb, problem: &Problem) {
        self.errors = PlanErrors::of(problem, &mut self.x);
        // Who is told that somebody else has changed it has it before them now.
        if problem.status_code() == StatusCode::PRECONDITION_FAILED {
            self.version = f.version;
        }
    }
}

fn may(k: &ReaderView<'_>, f: &Forloeb) -> bool {
    f.is_aabent(k.today) && k.may(f, Intent::TtaPlan)
}

/// Of a plan that is not made yet: the reader as coordinator.
fn first(k: &ReaderView<'_>) -> Pairs {
    match (k.user().rolle, &k.user().nr) {
        (Rolle::Koordinator | Rolle::Leder, Some(nr)) => vec![("koordinator".to_owned(), nr.clone())],
        _ => Pairs::new(),
    }
}

/// The same, where whoever coordinates has the number they have now: by one they had before nobody can be chosen.
fn under_current_nr(k: &ReaderView<'_>, mut given: Pairs) -> Pairs {
    for (_, nr) in given.iter_mut().filter(|(name, _)| name == "koordinator") {
        let now = k.projections().current_nr(nr).to_owned();
        *nr = now;
    }
    given
}

/// The plan of the forløb before, without the days that have gone and what the employee said yes to then; none where it cannot
/// be opened.
fn of_before(k: &ReaderView<'_>, before: &Forloeb) -> Result<Option<Pairs>, PageError> {
    let Some(plan) = before.plan() else { return Ok(None) };
    let plan = show_plan(&k.state.service.app, k.user(), before, plan.what.version)?;
    Ok(plan.unopened.is_none().then(|| fields(&as_given(plan).anew(k.today))))
}

pub(super) async fn store(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(tekst): Path<String>,
    Form(pairs): Form,
) -> Result<Response, PageError> {
    let id = id(&tekst)?;
    let sent = Sent::of(pairs);
    let code = match sent.pressed.as_deref() {
        Some("kladde") => "kladde",
        _ if sent.is_confirmed() => tta_plan::ENTRY.code(None),
        None | Some("se" | "gem") => return show(&state, &logged_in, id, &sent.fields).await,
        Some(pressed) => return look(&state, &logged_in, id, &sent.fields, pressed).await,
    };
    let pairs = sent.fields;
    let mut given = content(&pairs);
    given["kladde"] = (code == "kladde").into();
    let page_form = |k: &ReaderView<'_>, f: &Forloeb, problem: &Problem| again(k, f, &pairs, problem);
    send(&state, &logged_in, id, (&tta_plan::ENTRY, code), (&pairs, &given), page_form).await
}

/// The form with what was typed, and what is wrong with it.
fn again(k: &ReaderView<'_>, f: &Forloeb, pairs: &Pairs, problem: &Problem) -> Result<Again, PageError> {
    let mut page_form = PlanForm::new(k, f, pairs, More::Nothing)?;
    page_form.refused(f, problem);
    Ok(Again::plan(page_form))
}

/// What the version will say. What would be refused is refused now, and nothing is saved.
async fn show(state: &PageState, logged_in: &LoggedIn, id: Uuid, pairs: &Pairs) -> Result<Response, PageError> {
    let given = content(pairs);
    let call = call(tta_plan::ENTRY.code(None), &logged_in.user, Some(id), pairs, &given);
    match PlanRequest::would(&state.service.app, call).await {
        Ok(would_be) => {
            let k = ReaderView::new(state, logged_in);
            Ok(html(StatusCode::OK, &ConfirmPage::new(&k, &would_be, pairs)?))
        }
        Err(refusal) => {
            let page_form = |k: &ReaderView<'_>, f: &Forloeb, problem: &Problem| again(k, f, pairs, problem);
            refuse(state, logged_in, id, &tta_plan::ENTRY, refusal, page_form).await
        }
    }
}

/// Nothing is saved: the form again, with what was typed, and with a row more where that was pressed.
async fn look(
    state: &PageState,
    logged_in: &LoggedIn,
    id: Uuid,
    pairs: &Pairs,
    pressed: &str,
) -> Result<Response, PageError> {
    let loan = state.service.app.loan_forloeb(id).await?;
    let k = ReaderView::new(state, logged_in);
    let f = k.find(&loan, id, Intent::TtaPlan)?;
    if !may(&k, f) {
        return Err(Problem::may_not().into());
    }
    let page_form = PlanForm::new(&k, f, pairs, More::of(pressed))?;
    Ok(html(StatusCode::OK, &page_of(&k, &loan, f, None, Again::plan(page_form)).await?))
}

/// A small form about the plan, by the last part of its address.
pub(super) async fn act(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path((tekst, handling)): Path<(String, String)>,
    Form(pairs): Form,
) -> Result<Response, PageError> {
    let id = id(&tekst)?;
    let today = state.service.app.clock.today();
    let version = find(&pairs, PLANVERSION).and_then(|v| v.parse().ok()).unwrap_or(0);
    let own = logged_in.user.rolle == Rolle::Medarbejder;
    let (entry, form): (&'static Entry, _) = match &*handling {
        "evaluering" => (&tta_evaluering::ENTRY, tta_evaluering::form(today)),
        "egne-ord" => (&tta_egne_ord::ENTRY, tta_egne_ord::form(own, EgneOrd::default())),
        "svar" => (&tta_plan_svar::ENTRY, tta_plan_svar::form(version)),
        "besked" => (&tta_besked::ENTRY, tta_besked::form(version, "")),
        "delt" => (&tta_plan_delt::ENTRY, tta_plan_delt::form(version, today)),
        "ikke-noedvendig" => (&tta_plan_ikke_noedvendig::ENTRY, tta_plan_ikke_noedvendig::form()),
        _ => return Err(Problem::not_found().into()),
    };
    let mut given = if handling == "evaluering" { tta_evaluering::given(&form, &pairs) } else { form.given(&pairs) };
    if let Some(fields) = given.as_object_mut()
        && fields.remove(PLANVERSION).is_some()
    {
        fields.insert("version".to_owned(), version.into());
    }
    let name = form.name.clone();
    let page_form = |k: &ReaderView<'_>, f: &Forloeb, problem: &Problem| {
        let mut small = small_forms(k, f, None);
        let form = small.iter_mut().find(|page_form| page_form.form.name == name);
        let form = form.ok_or_else(|| PageError::from(problem.clone()))?;
        let error = form.refused(&pairs, problem);
        Ok(Again { plan: PlanForm::filled_in(k, f, None)?, small: Some(small), error })
    };
    send(&state, &logged_in, id, (entry, entry.code(None)), (&pairs, &given), page_form).await
}

/// What is shown again of a page.
#[derive(Default)]
struct Again {
    plan: Option<PlanForm>,
    /// The small forms; none: as they are before anybody types.
    small: Option<Vec<PageForm>>,
    error: Vec<ErrorLine>,
}

impl Again {
    /// The form of the plan, with what is wrong in it.
    fn plan(mut plan: PlanForm) -> Self {
        let error = std::mem::take(&mut plan.errors.lines);
        Self { plan: Some(plan), error, small: None }
    }
}

/// Carries a form out; refused, the page is shown again with it.
async fn send(
    state: &PageState,
    logged_in: &LoggedIn,
    id: Uuid,
    (entry, code): (&Entry, &str),
    (pairs, given): (&Pairs, &Value),
    page_form: impl FnOnce(&ReaderView<'_>, &Forloeb, &Problem) -> Result<Again, PageError>,
) -> Result<Response, PageError> {
    let refusal = match entry.run(&state.service.app, call(code, &logged_in.user, Some(id), pairs, given)).await {
        Ok(outcome) => {
            let remark = remark_code(outcome.hints());
            // A draft is the same command, and has a word of its own.
            let said = if code == entry.code(None) { entry.code(Some(&outcome)) } else { code };
            return Ok(Redirect::to(&format!("/forloeb/{id}/plan?ok={said}{remark}")).into_response());
        }
        Err(refusal) => refusal,
    };
    refuse(state, logged_in, id, entry, refusal, page_form).await
}

/// What was refused: the page again, with what was typed.
async fn refuse(
    state: &PageState,
    logged_in: &LoggedIn,
    id: Uuid,
    entry: &Entry,
    refusal: Refusal,
    page_form: impl FnOnce(&ReaderView<'_>, &Forloeb, &Problem) -> Result<Again, PageError>,
) -> Result<Response, PageError> {
    let problem = shown_again(refusal)?;
    let loan = state.service.app.loan_forloeb(id).await?;
    let k = ReaderView::new(state, logged_in);
    let f = k.find(&loan, id, Intent::Plan)?;
    let About::Forloeb(on_page) = &entry.about else { return Err(problem.into()) };
    if !k.may(f, on_page.access) {
        return Err(Problem::may_not().into());
    }
    let forms = page_form(&k, f, &problem)?;
    Ok(html(problem.status_code(), &page_of(&k, &loan, f, None, forms).await?))
}

/// The small forms that this reader has, about the version that counts: none beside an earlier one.
fn small_forms(k: &ReaderView<'_>, f: &Forloeb, shown: Option<u32>) -> Vec<PageForm> {
    let version = f.plan().map(|plan| plan.what.version);
    if shown.is_some() && shown != version {
        return Vec::new();
    }
    let open = f.is_aabent(k.today);
    let mut forms = Vec::new();
    if let Some(version) = version.filter(|_| k.may(f, Intent::PlanSvar)) {
        forms.push(tta_plan_svar::form(version));
        // Nobody says yes to a text that they do not have before them.
        forms.extend(besked(k, f, version).map(|text| tta_besked::form(version, &text)));
    }
    if k.may(f, Intent::EgneOrd) {
        let last = f.tta.egne_ord.last().and_then(|fact| k.tekst(&f.medarbejder_nr, &fact.what.confidential));
        let own = k.user().rolle == Rolle::Medarbejder;
        forms.push(tta_egne_ord::form(own, last.and_then(Result::ok).unwrap_or_default()));
    }
    if let Some(version) = version.filter(|_| k.may(f, Intent::TtaPlan)) {
        forms.push(tta_evaluering::form(k.today));
        forms.push(tta_plan_delt::form(version, k.today));
    }
    if open && k.may(f, Intent::TtaPlan) {
        forms.push(tta_plan_ikke_noedvendig::form());
    }
    forms.into_iter().map(PageForm::from).collect()
}

/// The message to colleagues of a version, where there is one that can be read.
fn besked(k: &ReaderView<'_>, f: &Forloeb, version: u32) -> Option<String> {
    show_plan(&k.state.service.app, k.user(), f, version).ok()?.besked_til_kolleger?.tekst
}

#[derive(Template)]
#[template(path = "plan.html")]
struct PlanPage {
    frame: Frame,
    around: Around,
    error: Vec<ErrorLine>,
    page_form: Option<PlanForm>,
    small: Vec<PageForm>,
    version: u64,
    key: String,
}

/// The whole page.
async fn page_of(
    k: &ReaderView<'_>,
    loan: &Loan,
    f: &Forloeb,
    shown: Option<u32>,
    again: Again,
) -> Result<PlanPage, PageError> {
    let seen = plan_seen::seen(k.state, f).await?;
    let around = Around::new(k, loan.ansaettelse(), f, shown, seen)?;
    let Again { plan: page_form, small, error } = again;
    let small = small.unwrap_or_else(|| small_forms(k, f, shown));
    let title = if error.is_empty() { around.title.clone() } else { format!("Fejl: {}", around.title) };
    Ok(PlanPage { frame: k.frame(title), around, error, page_form, small, version: f.version, key: new_key()? })
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(tekst): Path<String>,
    search: Search,
) -> Result<Response, PageError> {
    read(&state, &logged_in, &tekst, None, search.tekst(forrige::FORRIGE).is_some()).await
}

pub(super) async fn version(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path((tekst, version)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let version = version.parse().map_err(|_| Problem::not_found())?;
    read(&state, &logged_in, &tekst, Some(version), false).await
}

async fn read(
    state: &PageState,
    logged_in: &LoggedIn,
    tekst: &str,
    shown: Option<u32>,
    goes_on: bool,
) -> Result<Response, PageError> {
    let loan = state.service.app.loan_forloeb(id(tekst)?).await.map_err(Problem::from)?;
    let k = ReaderView::new(state, logged_in);
    let f = k.find(&loan, id(tekst)?, Intent::Plan)?;
    let before = if goes_on { forrige::plan(&k, &loan, f) } else { None };
    let plan = if shown.is_none() { PlanForm::filled_in(&k, f, before.map(AsRef::as_ref))? } else { None };
    Ok(html(StatusCode::OK, &page_of(&k, &loan, f, shown, Again { plan, ..Again::default() }).await?))
}
