//! The page of one forløb: whose it is, what to do now with the form for it, the line of frister; folded, all the rest.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::Forloeb;
use forloeb::frister::{Assessment, Frist, assess};
use forloeb::loft::mails_had;
use forloeb::words::{Fristart, Rolle};
use uuid::Uuid;

use super::datoer::{both, dato_in_digits, decimal};
use super::frame::{Frame, PageError, html};
use super::frist::{FristRow, WISH_FORM, situation};
use super::history::Line;
use super::page_form::{ErrorLine, PageForm};
use super::page_forms::FormGroup;
use super::parts::act::{self, Act, Asked, Other};
use super::parts::facts::{Facts, RefusionBox, facts, refusion, waits_for};
use super::parts::fast_track;
use super::parts::forrige::Before;
use super::parts::injury::Injury;
use super::parts::kontaktskridt::{NextStep, next_steps};
use super::parts::memory::InList;
use super::parts::minutes::minutes_to_write;
use super::parts::oensker::{Wishes, wishes};
use super::parts::on_paper::OnPaper;
use super::parts::own;
use super::parts::plan::Resume;
use super::parts::referater::Talks;
use super::parts::samtale::Talk;
use super::parts::signals::{self, SignalPoint};
use super::parts::submission::{RefusedForm, WAY_BACK, new_key, without_page_form};
use super::parts::telefon::Telefon;
use super::parts::tidslinje::{self, Mark};
use super::reader_view::{ReaderView, id};
use super::session::{LoggedIn, Search, find};
use super::{PageState, history, page_forms};
use crate::access::Intent;
use crate::commands::afventer::Afventer;
use crate::commands::delvis::Delvis;
use crate::commands::typed::Typed;
use crate::commands::{Command, tta_evaluering};
use crate::projections::Loan;
use crate::sentences;
use crate::views::paamindelser as view;
use app::mail_link;

struct Paamindelse {
    dag: String,
    frist: &'static str,
    til: &'static str,
    udfald: String,
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
    /// Whom it waits for, and until when; and whether the reader can say that it waits no more.
    venter: Option<(String, bool)>,
    /// That the hours recorded are others than those of the plan; and whether the reader can put that right.
    plan_timer: Option<(String, bool)>,
    /// What the employee has answered to the fast track that the employer asked for, while the kommune's talk is awaited.
    fast_track: Option<String>,
    /// Which day of the absence it is.
    dag: Option<i64>,
    telefon: Option<Telefon>,
    mail: Option<String>,
    /// What there is to print for who cannot be reached by mail.
    paper: Option<OnPaper>,
    oensker: Option<Wishes>,
    skridt: Vec<NextStep>,
    forrige: Option<Before>,
    /// A cause at work may be an injury at work.
    injury: Option<Injury>,
    id: Uuid,
    version: u64,
    key: String,
    error: Vec<ErrorLine>,
    meanwhile: Vec<Line>,
    facts: Vec<Facts>,
    signaler: Vec<SignalPoint>,
    /// What to do now, with its form.
    act: Option<Act>,
    /// What else there is to do now.
    others: Vec<Other>,
    /// What a mail asked for that is done, or what comes when there is nothing to do.
    told: Option<String>,
    /// The talk that is to be held.
    talk: Option<Talk>,
    /// Minutes, and what was agreed.
    talks: Talks,
    tidslinje: Vec<Mark>,
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

impl Page {
    /// How many reminders came to this.
    fn count(&self, code: &str) -> usize {
        self.paamindelser.iter().filter(|p| p.code == code).count()
    }

    fn form_titles(&self) -> String {
        let titles: Vec<_> = self.groups.iter().map(|group| group.title).collect();
        titles.join(", ")
    }
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
    let by_mail = search.tekst(mail_link::FRIST).and_then(mail_link::frist);
    if logged_in.user.rolle == Rolle::Medarbejder {
        return Ok(Redirect::to(&own_page(f, by_mail)).into_response());
    }
    if f.id.to_string() != tekst {
        return Ok(Redirect::to(&format!("/forloeb/{}", f.id)).into_response()); // joined into another
    }
    state.memory.saw(&logged_in.session, f.id, state.sessions.now());
    // As the log has it, with the reminders that commands withheld.
    let whole = state.service.app.whole(loan.nr()).await?;
    let asked = match by_mail {
        Some((art, nr)) => Asked::Frist(art, nr),
        None => search.tekst("vis").map_or(Asked::Nothing, Asked::Form),
    };
    render(&k, &loan, f, &whole, asked, None)
}

/// Where employees have their own; what a mail asks for may be about another forløb than the one that goes on.
fn own_page(f: &Forloeb, by_mail: Option<(Fristart, Option<u32>)>) -> String {
    let Some((_, aftale)) = by_mail else { return "/mig".to_owned() };
    let agreed = aftale.map_or_else(String::new, |nr| format!("#aftale-{nr}"));
    format!("/mig?{}={}{agreed}", own::FORLOEB, f.id)
}

/// The page of a forløb of what is lent, with the form that was asked for, or was refused, open.
pub(super) fn render(
    k: &ReaderView<'_>,
    loan: &Loan,
    f: &Forloeb,
    whole: &::forloeb::Ansaettelse,
    asked: Asked<'_>,
    refused: Option<&RefusedForm>,
) -> Result<Response, PageError> {
    let book = &k.state.service.app.book();
    let v = assess(f, k.today, book);
    let a = loan.ansaettelse();
    let everything = k.user().sees_whole_forloeb();
    let may = |intent| k.may(f, intent);

    let mut groups = page_forms::all(k, f, &v);
    let forrige = Before::of(k, loan, f, &groups);
    let injury = Injury::of(k, f, &groups);
    let offered = |name: &str| groups.iter().any(|group| group.page_forms.iter().any(|form| form.form.name == name));
    let onward = minutes_to_write(k, f, offered).filter(|_| refused.is_none());
    let venter = f.afventer_on(k.today).filter(|_| everything).map(|waits| (waits_for(waits), offered(Afventer::NAME)));
    let plan_timer = plan_timer(k, f).filter(|_| everything).map(|said| (said, offered(Delvis::NAME)));
    let mut talk = Talk::of(k, f, &mut groups);
    let mut talks = Talks::of(k, f, &v, &mut groups);
    let mut history = if everything { history::lines(k, a, f, may(Intent::Forloeb)) } else { Vec::new() };
    // What was agreed for a time holds after the return, too.
    let ends = v.frist(Fristart::Skaanehensyn).is_some_and(|fr| fr.status.outstanding() && k.today >= fr.aabner);
    let evaluates = f.plan().is_some() && (f.is_aabent(k.today) || ends) && may(Intent::TtaPlan);
    let mut evaluering = evaluates.then(|| PageForm::from(tta_evaluering::form(k.today)));
    let can = |name: &str| {
        let evaluates = evaluering.as_ref().is_some_and(|form| form.form.name == name);
        evaluates || talks.has(name) || groups.iter().any(|g| g.page_forms.iter().any(|f| f.form.name == name))
    };
    let seen = seen(k, f, &v);
    let frister: Vec<_> = seen.iter().map(|fr| FristRow::new(k, f, fr, &can)).collect();
    let rows: Vec<_> = seen.iter().copied().zip(&frister).collect();
    let wish = f.unanswered_wish(k.today).is_some() && can(WISH_FORM);
    let first = || act::first(k.user(), &rows, asked, wish);
    let first = refused.map_or_else(first, |refused| Some(refused.page_form.as_str()));
    let acts = !groups.is_empty() || evaluering.is_some();
    let tidslinje = tidslinje::line(f, k.today, &rows);
    // What was agreed and is refused is shown again beside it.
    let of_agreed = |name: &str| if refused.is_none() { talks.take(name) } else { None };
    let mut page_form = first.and_then(of_agreed);
    if page_form.is_none() {
        page_form = first.and_then(|name| take(name, &mut groups, &mut history, &mut evaluering));
    }
    match (asked, page_form.as_mut()) {
        (Asked::Again(_, typed), Some(form)) => form.more(typed),
        (Asked::Typed(_, typed), Some(form)) => form.fill(typed),
        _ => {}
    }
    let mut error = Vec::new();
    if let Some(refused) = refused {
        let own = talk.iter_mut().flat_map(|talk| &mut talk.page_forms).chain(talks.page_forms());
        let shown = page_form.as_mut().into_iter().chain(own).find(|form| form.form.name == refused.page_form);
        error = shown.map(|form| form.refused(&refused.submitted, &refused.problem)).unwrap_or_default();
        if error.is_empty() {
            error = without_page_form(refused);
        }
    }
    if page_form.is_none() {
        // What was asked for makes no sense any more, or never did for this reader.
        let urgent = act::first(k.user(), &rows, Asked::Nothing, wish);
        page_form = urgent.and_then(|name| take(name, &mut groups, &mut history, &mut evaluering));
        if page_form.is_none() && refused.is_none() {
            page_form = urgent.and_then(|name| talks.take(name));
        }
    }
    let in_list = k.state.memory.in_list(&k.logged_in.session, f.id);
    // Who opened the form from a list goes on there; who came by a mail, or walked in, stays with the case.
    let sent_from_list = |typed: &Typed| find(typed, WAY_BACK.0) == Some(WAY_BACK.1);
    let from_list = match (refused, asked) {
        (Some(refused), _) => sent_from_list(&refused.submitted),
        (None, Asked::Again(_, typed) | Asked::Typed(_, typed)) => sent_from_list(typed),
        (None, _) => in_list.is_some() && matches!(asked, Asked::Form(_)),
    };
    let act = page_form.map(|form| Act::new(f, &v, &rows, k.today, form, from_list));
    let others = act::others(k.user(), (f, &v), &rows, k.today, act.as_ref(), wish);
    let told = act::told((f, &v), &rows, asked, k.today, acts && act.is_none() && others.is_empty());
    let status = refused.map_or(StatusCode::OK, |a| a.problem.status_code());
    let h1 =
        if k.user().sees_names() { k.name(&f.medarbejder_nr) } else { format!("Medarbejder {}", f.medarbejder_nr) };
    let title = format!("Forløb {}, medarbejder {}", dato_in_digits(f.foerste), f.medarbejder_nr);
    let page = Page {
        frame: Frame { onward, ..k.frame(if error.is_empty() { title } else { format!("Fejl: {title}") }) },
        in_list,
        h1,
        status: situation(f, k.today),
        venter,
        plan_timer,
        fast_track: fast_track::awaited(f, &v, k.today).filter(|_| everything),
        aaben: f.is_aabent(k.today),
        dag: (f.is_aabent(k.today) && f.has_begun(k.today)).then(|| f.dag_number(k.today)),
        telefon: telefon(k, f),
        mail: mail(k, f),
        paper: OnPaper::of(k, f, &v),
        oensker: wishes(k, f),
        skridt: next_steps(k, f),
        forrige,
        injury,
        id: f.id,
        version: f.version,
        key: new_key()?,
        meanwhile: meanwhile(k, a, f, refused),
        error,
        facts: facts(k, loan, f),
        signaler: signals::all(k, loan),
        act,
        others,
        told,
        talk,
        talks,
        tidslinje,
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

/// The frister that this reader sees of it.
fn seen<'v>(k: &ReaderView<'_>, f: &Forloeb, v: &'v Assessment) -> Vec<&'v Frist> {
    let projections = k.projections();
    let sees = |fr: &&Frist| k.user().sees_frist_of(f, (fr.art, &*fr.ansvarlig), &projections, k.today);
    v.frister.iter().filter(sees).collect()
}

/// That the plan has other hours for this week than those that are recorded.
fn plan_timer(k: &ReaderView<'_>, f: &Forloeb) -> Option<String> {
    let (planned, recorded) = f.differs_from_plan(k.today).filter(|_| f.is_aabent(k.today))?;
    let hours = |hours: f64| decimal((hours * 10.0).round() / 10.0);
    Some(format!("Planen siger {} timer i denne uge, der er registreret {}.", hours(planned), hours(recorded)))
}

/// The form of this name, which then stands nowhere else on the page.
fn take(
    name: &str,
    groups: &mut Vec<FormGroup>,
    history: &mut [Line],
    evaluering: &mut Option<PageForm>,
) -> Option<PageForm> {
    for group in groups.iter_mut() {
        if let Some(at) = group.page_forms.iter().position(|form| form.form.name == name) {
            let form = group.page_forms.remove(at);
            groups.retain(|group| !group.page_forms.is_empty());
            return Some(form);
        }
    }
    let line = history.iter_mut().find(|line| line.page_form.as_ref().is_some_and(|form| form.form.name == name));
    match line {
        Some(line) => line.page_form.take(),
        None => evaluering.take_if(|form| form.form.name == name),
    }
}

/// The telephone of whom it is about, for who is to ring.
fn telefon(k: &ReaderView<'_>, f: &Forloeb) -> Option<Telefon> {
    let details = k.may(f, Intent::Telefon).then(|| k.details(&f.medarbejder_nr))??;
    Telefon::of(details.telefon.show())
}

/// The mail of whom it is about, likewise; none where payroll has none that mail can be sent to.
fn mail(k: &ReaderView<'_>, f: &Forloeb) -> Option<String> {
    let details = k.may(f, Intent::Telefon).then(|| k.details(&f.medarbejder_nr))??;
    let mail = details.email.show();
    let is_one = mail.contains('@') && !mail.chars().any(|c| c.is_whitespace() || c.is_control());
    is_one.then(|| mail.clone())
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
    if k.may(f, Intent::Ark) {
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
                ("sendt", _) => sentences::with_capital(sentences::sent_name(&p.trin, p.modtager_rolle)),
                ("aflyst", a) => format!("Ikke sendt: {}", a.unwrap_or_default()),
                ("udskudt", Some(grund)) if mails_had(&grund).is_some() => sentences::waiting_grund(&grund),
                ("udskudt", _) => "Udskudt".to_owned(),
                (_, a) => format!("Kunne ikke leveres ({})", a.unwrap_or_default()),
            };
            Paamindelse {
                dag: both(p.dag, k.today),
                frist: sentences::letter_name(p.frist, &p.trin),
                til: sentences::modtager_name(p.modtager_rolle),
                udfald,
                code: p.udfald,
            }
        })
        .collect()
}
