//! The page of one forløb: facts, the line of frister, refusion, plan, reminders, history, and the forms.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::Forloeb;
use forloeb::frister::{Assessment, assess};
use forloeb::words::Rolle;
use uuid::Uuid;

use super::datoer::{both, dato_in_digits};
use super::frame::{Frame, PageError, html};
use super::frist::{self, FristRow, situation};
use super::history::Line;
use super::page_form::ErrorLine;
use super::page_forms::FormGroup;
use super::parts::facts::{Facts, RefusionBox, facts, refusion};
use super::parts::memory::InList;
use super::parts::plan::Resume;
use super::parts::signals::{self, SignalPoint};
use super::parts::submission::{RefusedForm, new_key, without_page_form};
use super::reader_view::{ReaderView, id};
use super::session::{LoggedIn, Search, find};
use super::{PageState, history, page_forms};
use crate::access::Intent;
use crate::projections::Loan;
use crate::sentences;
use crate::views::forloeb as view;

struct Paamindelse {
    dag: String,
    frist: &'static str,
    til: &'static str,
    udfald: String,
    code: &'static str,
}

/// What the reader can do now, and where.
struct Next {
    what: String,
    path: String,
    status: &'static str,
    code: &'static str,
}

#[derive(Template)]
#[template(path = "forloeb.html")]
struct Page {
    frame: Frame,
    /// Where it stands in the list that was shown last.
    in_list: Option<InList>,
    h1: String,
    status: String,
    aaben: bool,
    id: Uuid,
    version: u64,
    key: String,
    error: Vec<ErrorLine>,
    meanwhile: Vec<Line>,
    facts: Vec<Facts>,
    signaler: Vec<SignalPoint>,
    next: Option<Next>,
    frister: Vec<FristRow>,
    /// The reader sees the whole of it, not only what the first contact needs.
    everything: bool,
    penge: Option<RefusionBox>,
    plan: Option<Resume>,
    may_plan: bool,
    paamindelser: Vec<Paamindelse>,
    history: Vec<Line>,
    groups: Vec<FormGroup>,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(tekst): Path<String>,
    search: Search,
) -> Result<Response, PageError> {
    let loan = state.service.app.loan_forloeb(id(&tekst)?).await?;
    let k = ReaderView::new(&state, &logged_in);
    let f = k.find(&loan, id(&tekst)?, Intent::See)?;
    if logged_in.user.rolle == Rolle::Medarbejder {
        return Ok(Redirect::to("/mig").into_response());
    }
    if f.id.to_string() != tekst {
        return Ok(Redirect::to(&format!("/forloeb/{}", f.id)).into_response()); // joined into another
    }
    state.memory.saw(&logged_in.session, f.id, state.sessions.now());
    // As the log has it, with the reminders that commands withheld.
    let whole = state.service.app.whole(loan.nr()).await?;
    render(&k, &loan, f, &whole, search.tekst("vis"), None)
}

/// The page of a forløb of what is lent, with the form that was asked for, or was refused, open.
pub(super) fn render(
    k: &ReaderView<'_>,
    loan: &Loan,
    f: &Forloeb,
    whole: &::forloeb::Ansaettelse,
    aaben: Option<&str>,
    refused: Option<&RefusedForm>,
) -> Result<Response, PageError> {
    let book = &k.state.service.app.book();
    let v = assess(f, k.today, book);
    let a = loan.ansaettelse();
    let everything = k.user().sees_whole_forloeb();
    let may = |intent| k.may(f, intent);

    let mut groups = page_forms::all(k, f, &v);
    let mut history = if everything { history::lines(k, a, f, may(Intent::Forloeb)) } else { Vec::new() };
    let mut error = Vec::new();
    let all = groups.iter_mut().flat_map(|g| &mut g.page_forms);
    let all = all.chain(history.iter_mut().filter_map(|l| l.page_form.as_mut()));
    for page_form in all {
        page_form.aaben |= aaben.is_some_and(|a| page_form.form.name == a);
        if let Some(refused) = refused.filter(|a| a.page_form == page_form.form.name) {
            error = page_form.refused(&refused.submitted, &refused.problem);
        }
    }
    if let Some(refused) = refused.filter(|_| error.is_empty()) {
        error = without_page_form(refused);
    }
    let status = refused.map_or(StatusCode::OK, |a| a.problem.status_code());
    let can = |name: &str| groups.iter().any(|g| g.page_forms.iter().any(|f| f.form.name == name));
    let seen = || v.frister.iter().filter(|fr| k.user().sees_frist(fr.art));
    let frister: Vec<_> = seen().map(|fr| FristRow::new(k, f, fr, &can)).collect();
    // The oldest of what there is a form for: on a phone the line of frister is a long way down.
    let with_form = seen().zip(&frister).filter(|(_, row)| row.page_form.is_some());
    let next = with_form.min_by_key(|(fr, _)| fr.maaldag).map(|(fr, row)| Next {
        what: frist::task(f, &v, fr),
        path: frist::link(f, fr.art),
        status: row.status,
        code: row.code,
    });
    let h1 =
        if k.user().sees_names() { k.name(&f.medarbejder_nr) } else { format!("Medarbejder {}", f.medarbejder_nr) };
    let title = format!("Forløb {}, medarbejder {}", dato_in_digits(f.foerste), f.medarbejder_nr);
    let page = Page {
        frame: k.frame(if error.is_empty() { title } else { format!("Fejl: {title}") }),
        in_list: k.state.memory.in_list(&k.logged_in.session, f.id),
        h1,
        status: situation(f, k.today),
        aaben: f.is_aabent(k.today),
        id: f.id,
        version: f.version,
        key: new_key()?,
        meanwhile: meanwhile(k, a, f, refused),
        error,
        facts: facts(k, loan, f),
        signaler: signals::all(k, loan),
        next,
        frister,
        everything,
        penge: (everything && k.user().sees_penge() && (v.refusion.gives || v.refusion.without_loen.is_some()))
            .then(|| with_links(k, f, &v)),
        plan: f.plan().filter(|_| everything).map(|p| Resume::new(f, p)),
        may_plan: may(Intent::TtaPlan) && f.is_aabent(k.today),
        paamindelser: if everything { paamindelser(k, f, whole) } else { Vec::new() },
        history,
        groups,
    };
    Ok(html(status, &page))
}

/// What happened since the page was made that the refused form came from.
fn meanwhile(k: &ReaderView<'_>, a: &forloeb::Ansaettelse, f: &Forloeb, refused: Option<&RefusedForm>) -> Vec<Line> {
    let Some(refused) = refused.filter(|a| a.problem.code == "anden_version") else { return Vec::new() };
    let set = find(&refused.submitted, "version").and_then(|v| v.parse().ok()).unwrap_or(u64::MAX);
    history::lines(k, a, f, false).into_iter().filter(|l| l.version > set).collect()
}

/// [`refusion`], with the way to the ledger and, for HR, to the data sheet of the anmeldelse.
fn with_links(k: &ReaderView<'_>, f: &Forloeb, v: &Assessment) -> RefusionBox {
    let mut more = vec![(format!("/forloeb/{}/refusion", f.id), "Se refusionen dag for dag, og hvordan den er regnet")];
    if k.user().is_hr() {
        more.push((format!("/forloeb/{}/anmeldelse-ark", f.id), "Dataark til anmeldelsen i NemRefusion"));
    }
    RefusionBox { more, ..refusion(k, f, v) }
}

fn paamindelser(k: &ReaderView<'_>, f: &Forloeb, whole: &::forloeb::Ansaettelse) -> Vec<Paamindelse> {
    let book = &k.state.service.app.book();
    let all = whole.forloeb(book).into_iter().find(|h| h.id == f.id);
    let all = all.map(|h| view::paamindelser(&h, &assess(&h, k.today, book), k.today, book)).unwrap_or_default();
    all.into_iter()
        .filter(|p| k.user().sees_frist(p.frist))
        .map(|p| {
            let aarsag = p.aarsag.as_deref().map(|a| {
                forloeb::words::Aflysning::from_code(a)
                    .map_or_else(|| a.to_owned(), |a| sentences::aflysning_name(a).to_owned())
            });
            let udfald = match (p.udfald, aarsag) {
                ("planlagt", _) => "Planlagt".to_owned(),
                ("sendt", _) => "Sendt".to_owned(),
                ("aflyst", a) => format!("Ikke sendt: {}", a.unwrap_or_default()),
                ("udskudt", _) => "Udskudt".to_owned(),
                (_, a) => format!("Kunne ikke leveres ({})", a.unwrap_or_default()),
            };
            Paamindelse {
                dag: both(p.dag, k.today),
                frist: if p.trin.starts_with("kalender-") { "Kalenderaftale" } else { sentences::frist_name(p.frist) },
                til: sentences::modtager_name(p.modtager_rolle),
                udfald,
                code: p.udfald,
            }
        })
        .collect()
}
