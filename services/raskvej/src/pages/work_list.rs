//! The work list: what somebody has to do, most urgent first.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use forloeb::Regelbog;
use forloeb::anmeldelse::unsigned;
use forloeb::frister::Frist;
use forloeb::refusion::asks_paragraf_56;
use forloeb::words::{Anmeldelsestrin, Fristart, Friststatus, Modtagerrolle, Rolle, Slutaarsag};
use uuid::Uuid;

use super::PageState;
use super::datoer::{both, dato_in_digits};
use super::frame::{Frame, PageError};
use super::frist::{badge, link, task};
use super::history::without_capital;
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::clock::dag_in_denmark;
use crate::lists::{self, Foremost};
use crate::paamindelser::modtager::Addresses;
use crate::projections::Case;
use crate::projections::aktuelle::Aktuel;
use crate::projections::card::Ansvar;
use crate::projections::derived::undelivered;
use crate::reference::Reference;

/// Lines of a group on one page of it.
const AT_MOST: usize = 60;
/// The groups, each with the parameter that says which page of it is shown.
const GROUPS: [(&str, &str); 3] = [("nu", "Gør nu"), ("snart", "De næste 5 arbejdsdage"), ("senere", "Senere")];

struct Task {
    what: String,
    who: String,
    enhed: String,
    when: String,
    code: &'static str,
    status: &'static str,
    path: String,
}

struct TaskGroup {
    name: &'static str,
    title: &'static str,
    tasks: Vec<Task>,
    count: usize,
    /// Number of the first that is shown.
    fra: usize,
    previous: Option<String>,
    next: Option<String>,
}

struct ForloebLine {
    path: String,
    who: String,
    enhed: String,
    leder: String,
    foerste: String,
    dag: i64,
}

#[derive(Template)]
#[template(path = "work_list.html")]
struct Page {
    frame: Frame,
    groups: Vec<TaskGroup>,
    count: usize,
    empty: &'static str,
    forloeb: Vec<ForloebLine>,
    hr: bool,
    drift: bool,
    /// Nothing that the reader may see has it.
    not_found: bool,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    match logged_in.user.rolle {
        Rolle::Medarbejder => return Ok(Redirect::to("/mig").into_response()),
        Rolle::Revisor => return Ok(Redirect::to("/revision").into_response()),
        _ => {}
    }
    let asked = search.tekst("reference").map(|tekst| find(&state, &logged_in, tekst));
    if let Some(Some(id)) = asked {
        return Ok(Redirect::to(&format!("/forloeb/{id}")).into_response());
    }
    let k = ReaderView::new(&state, &logged_in);
    let (book, visible, mine) = (state.service.app.book(), visible(&k), mine(&k));
    let over = undecided_and_over(&k);
    let chosen_ones = GROUPS.map(|(name, _)| search.tekst(name).and_then(|s| s.parse().ok()).unwrap_or(1_usize).max(1));
    let mut groups = chosen_ones.map(Selection::to_page);
    for seen in &visible {
        let aktuel = &*seen.aktuel;
        for (art, status) in aktuel.card.statuses.all().filter(|(art, status)| is_mine(&k, &mine, seen, *art, *status))
        {
            let maaldag = aktuel.dagen.maaldage[art as usize].unwrap_or(NaiveDate::MAX);
            let first = match (status, art) {
                (Friststatus::Tabt, Fristart::FastTrack) => 9,
                (Friststatus::Tabt, _) => 0,
                _ => 1,
            };
            groups[place(art, status, maaldag, k.today)].take(first, maaldag, aktuel, What::Frist(art));
        }
        if let Some(dag) = untold(&k, seen, &mine) {
            groups[0].take(0, dag, aktuel, What::Untold);
        }
        if asks_paragraf_56(&aktuel.forloeb) && (logged_in.user.is_hr() || leads(seen, &mine)) {
            groups[0].take(1, aktuel.card.foerste, aktuel, What::Paragraf56);
        }
        if logged_in.user.is_hr() {
            for (what, dag) in hr_tasks(&k, seen, &book) {
                groups[0].take(0, dag, aktuel, what);
            }
        }
    }
    let hr = logged_in.user.is_hr();
    for aktuel in &over {
        let siden = aktuel.forloeb.uenigheder.first().map_or(k.today, |u| u.siden);
        groups[0].take(0, siden, aktuel, What::Uenighed);
    }
    let count = groups.iter().map(|selection| selection.tasks.count()).sum();
    let page = Page {
        frame: k.frame("Arbejdsliste"),
        count,
        groups: (0..groups.len())
            .filter(|n| groups[*n].tasks.count() > 0)
            .map(|n| task_group(&k, &groups, n, &book))
            .collect(),
        empty: empty(logged_in.user.rolle, visible.is_empty()),
        forloeb: if hr { Vec::new() } else { overview(&k, &visible) },
        hr,
        not_found: asked.is_some(),
        drift: logged_in.user.rolle == Rolle::Drift,
    };
    Ok(k.list(&page))
}

/// The one forløb with a reference that the reader may see.
fn find(state: &PageState, logged_in: &LoggedIn, reference: &str) -> Option<Uuid> {
    let filter = lists::Filter { reference: Some(Reference::from_text(reference)?), ..lists::Filter::default() };
    let order = lists::SortOrder::Foerste { down: true };
    let found = filter.page(&logged_in.user, &state.service.app.projections(), order, None, 1);
    found.ids().next()
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Frist(Fristart),
    FindLeder,
    Undelivered,
    /// The anmeldelse is prepared, and nobody signs it.
    Unsigned,
    /// There is a § 56 agreement, and nobody has said whether it covers the absence.
    Paragraf56,
    /// The employee is invited to a talk, and no mail can tell them in time.
    Untold,
    /// Payroll and a person say different days.
    Uenighed,
}

/// By what tasks are put in order: what comes first, its day, whose it is.
type ListOrder<'a> = (u8, NaiveDate, &'a str, Uuid, What);

/// The most urgent tasks of a group, through a page of it.
struct Selection<'a> {
    page: usize,
    tasks: Foremost<ListOrder<'a>, &'a Aktuel>,
}

impl<'a> Selection<'a> {
    const fn to_page(page: usize) -> Self {
        Self { page, tasks: Foremost::of(AT_MOST.saturating_mul(page)) }
    }

    /// The page that is shown: the last one, where the address asks for more than there are.
    fn shown_page(&self) -> usize {
        self.page.min(self.tasks.count().div_ceil(AT_MOST)).max(1)
    }

    fn take(&mut self, first: u8, dag: NaiveDate, aktuel: &'a Aktuel, what: What) {
        let ordering = (first, dag, aktuel.forloeb.medarbejder_nr.as_str(), aktuel.forloeb.id, what);
        self.tasks.take(ordering, aktuel);
    }
}

fn task_group(k: &ReaderView<'_>, groups: &[Selection<'_>; GROUPS.len()], nr: usize, book: &Regelbog) -> TaskGroup {
    let selection = &groups[nr];
    let (page, skipped) = (selection.shown_page(), (selection.shown_page() - 1) * AT_MOST);
    let tasks = selection.tasks.rows().skip(skipped).take(AT_MOST).filter_map(|((_, dag, _, _, what), aktuel)| {
        let case = aktuel.case(k.today, book);
        match what {
            What::Frist(art) => Some(line(k, &case, case.assessment.frist(*art)?)),
            _ => Some(hr_task(k, &case, *what, *dag, book)),
        }
    });
    TaskGroup {
        name: GROUPS[nr].0,
        title: GROUPS[nr].1,
        tasks: tasks.collect(),
        count: selection.tasks.count(),
        fra: skipped + 1,
        previous: (page > 1).then(|| address(groups, nr, page - 1)),
        next: (selection.tasks.count() > page * AT_MOST).then(|| address(groups, nr, page + 1)),
    }
}

/// The address of the list with another page of one group; the other groups stay where they are.
fn address(groups: &[Selection<'_>; GROUPS.len()], nr: usize, page: usize) -> String {
    let pages = groups.iter().enumerate().map(|(n, selection)| if n == nr { page } else { selection.shown_page() });
    let pairs = GROUPS.iter().zip(pages).filter(|(_, page)| *page > 1);
    let pairs: Vec<String> = pairs.map(|((name, _), page)| format!("{name}={page}")).collect();
    format!("/?{}#g-{}", pairs.join("&"), GROUPS[nr].0)
}

const fn empty(rolle: Rolle, none: bool) -> &'static str {
    match (rolle, none) {
        (Rolle::Drift, _) => "Drift har ikke adgang til forløb.",
        (Rolle::Leder, true) => {
            "Ingen af dine medarbejdere har et åbent forløb. Du får mail, når der er noget at gøre."
        }
        (Rolle::Kontaktperson, true) => "Du er ikke kontaktperson på noget åbent forløb.",
        (Rolle::Koordinator, true) => "Du er ikke koordinator på nogen plan.",
        (_, true) => "Der er ingen åbne forløb.",
        (_, false) => "Alt er gjort. Du får mail, når der er noget at gøre igen.",
    }
}

/// A forløb that the reader may see, with what is looked up about those it belongs to.
struct Seen {
    aktuel: Arc<Aktuel>,
    ansvar: Arc<Ansvar>,
    /// Somebody leads it, who is employed.
    has_leder: bool,
    /// Somebody is to make the first contact, who is at work.
    has_kontaktperson: bool,
}

/// Everything that goes on and that the reader may see, in no order.
fn visible(k: &ReaderView<'_>) -> Vec<Seen> {
    let projections = k.projections();
    let is_here = |nr: &str| projections.is_ansat(nr);
    let seen = |aktuel: &Arc<Aktuel>| {
        let ansvar = projections.ansvar(&aktuel.card);
        Seen {
            has_leder: ansvar.leder.as_deref().is_some_and(is_here),
            has_kontaktperson: ansvar.kontaktperson.as_deref().is_some_and(|nr| projections.is_at_work(nr)),
            aktuel: aktuel.clone(),
            ansvar: ansvar.clone(),
        }
    };
    projections.running_for(k.user(), |_| true).map(seen).collect()
}

/// What is over and has nothing left to do but that somebody in HR decides who is right.
fn undecided_and_over(k: &ReaderView<'_>) -> Vec<Arc<Aktuel>> {
    if !k.user().may_ever(Intent::Uenighed) {
        return Vec::new();
    }
    k.projections().undecided_for(k.user()).filter(|aktuel| !aktuel.dagen.running).cloned().collect()
}

/// The leaders whose tasks are the reader's today: themself, and those they act for.
fn mine(k: &ReaderView<'_>) -> BTreeSet<String> {
    let Some(nr) = k.user().leder_nr() else { return BTreeSet::new() };
    let addresses = Addresses { app: &k.state.service.app, hr_mail: None, today: k.today };
    let others: Vec<String> = k.projections().stands_in_for(nr).map(str::to_owned).collect();
    let for_others = others.into_iter().filter(|leder| addresses.handler_for(leder).as_deref() == Some(nr));
    for_others.chain([nr.to_owned()]).collect()
}

/// Whose a frist is: the one who acts; HR also has what others did not reach.
fn is_mine(k: &ReaderView<'_>, mine: &BTreeSet<String>, seen: &Seen, art: Fristart, status: Friststatus) -> bool {
    if !status.outstanding() || status == Friststatus::Coming || !k.user().sees_frist(art) {
        return false;
    }
    let aktuel = &seen.aktuel;
    // Nobody is to contact who has died; what was earned is still to be claimed.
    if !aktuel.dagen.is_penge(art) && aktuel.forloeb.end_at.as_ref().is_some_and(|end| end.what == Slutaarsag::Doed) {
        return false;
    }
    let (has, for_sent) = (|m| aktuel.dagen.is_ansvarlig(art, m), status == Friststatus::Overskredet);
    match k.user().rolle {
        Rolle::Hr => has(Modtagerrolle::Hr) || for_sent,
        Rolle::Leder => {
            let no_kontaktperson = !seen.has_kontaktperson || !has(Modtagerrolle::Kontaktperson);
            has(Modtagerrolle::Leder)
                && (no_kontaktperson || for_sent)
                && leads(seen, mine)
                && (aktuel.dagen.is_penge(art) || aktuel.card.is_aabent())
        }
        Rolle::Kontaktperson => has(Modtagerrolle::Kontaktperson),
        Rolle::Koordinator => has(Modtagerrolle::Koordinator),
        Rolle::Medarbejder | Rolle::Revisor | Rolle::Drift | Rolle::System => false,
    }
}

fn place(art: Fristart, status: Friststatus, maaldag: NaiveDate, today: NaiveDate) -> usize {
    match status {
        // Nothing can be done about it any more; it only has to be known.
        Friststatus::Tabt if art == Fristart::FastTrack => 2,
        Friststatus::Tabt | Friststatus::Overskredet => 0,
        _ if maaldag <= today => 0,
        Friststatus::Forfalder => 1,
        _ => 2,
    }
}

fn line(k: &ReaderView<'_>, case: &Case, frist: &Frist) -> Task {
    let (f, v) = (&case.forloeb, &case.assessment);
    let hr = k.user().is_hr();
    let what = match task(f, v, frist) {
        what if hr && !f.is_aabent(k.today) => {
            format!("Raskmeldt, men der er refusion at hente: {}", without_capital(&what))
        }
        what if hr && !frist.ansvarlig.contains(&Modtagerrolle::Hr) => {
            format!("Følg op hos lederen: {}", without_capital(&what))
        }
        what => what,
    };
    let underskrevet = f.anmeldelser.last().is_some_and(|a| a.what.trin == Anmeldelsestrin::Underskrevet);
    let status = match frist.art {
        Fristart::Anmeldelse if underskrevet => "Ikke kvitteret",
        _ => badge(frist.status),
    };
    Task {
        what,
        who: k.row(&f.medarbejder_nr),
        enhed: f.stamdata_now(k.today).enhed_navn.clone(),
        when: both(frist.maaldag, k.today),
        code: frist.status.code(),
        status,
        path: link(f, frist.art),
    }
}

/// The reader leads it, or acts for who does.
fn leads(seen: &Seen, mine: &BTreeSet<String>) -> bool {
    seen.ansvar.leder.as_deref().is_some_and(|leder| mine.contains(leder))
}

/// The day of a talk that the leader must tell the employee of in another way.
fn untold(k: &ReaderView<'_>, seen: &Seen, mine: &BTreeSet<String>) -> Option<NaiveDate> {
    let paamindelser = &k.state.service.paamindelser;
    let time = paamindelser.talk_that_mail_cannot_tell_of(&seen.aktuel.forloeb).filter(|_| leads(seen, mine))?;
    Some(dag_in_denmark(time))
}

/// What only HR can put right, besides the frister, and since when.
fn hr_tasks(k: &ReaderView<'_>, seen: &Seen, book: &Regelbog) -> impl Iterator<Item = (What, NaiveDate)> + use<> {
    let aktuel = &seen.aktuel;
    let find_leder = (aktuel.card.is_aabent() && !seen.has_leder).then_some((What::FindLeder, k.today));
    let undelivered = aktuel.dagen.undelivered.then(|| aktuel.case(k.today, book)).and_then(|case| {
        undelivered(&case.forloeb, &case.assessment).map(|(_, afgjort)| (What::Undelivered, afgjort.dag))
    });
    let outstanding = aktuel.card.statuses.status(Fristart::Anmeldelse).is_some_and(Friststatus::outstanding);
    let not_underskrevet = unsigned(&aktuel.forloeb, k.today, book).filter(|_| outstanding);
    let not_underskrevet = not_underskrevet.map(|u| (What::Unsigned, u.ready));
    let uenighed = aktuel.forloeb.uenigheder.first().map(|u| (What::Uenighed, u.siden));
    find_leder.into_iter().chain(undelivered).chain(not_underskrevet).chain(uenighed)
}

fn hr_task(k: &ReaderView<'_>, case: &Case, what: What, dag: NaiveDate, book: &Regelbog) -> Task {
    let f = &case.forloeb;
    let found = undelivered(f, &case.assessment).filter(|_| what == What::Undelivered);
    let (what, status, path) = match found {
        _ if what == What::Untold => (
            "Giv selv medarbejderen besked om samtalen: indkaldelsen kan ikke nå frem med mail".to_owned(),
            "Ikke indkaldt",
            format!("/forloeb/{}", f.id),
        ),
        _ if what == What::Paragraf56 => (
            "Svar på, om fraværet er dækket af § 56-aftalen; det afgør, fra hvornår der er refusion".to_owned(),
            "Ikke besvaret",
            format!("/forloeb/{}?vis=paragraf-56#f-paragraf-56", f.id),
        ),
        _ if what == What::Uenighed => (
            "Afgør, hvem der har ret: lønsystemet og arbejdspladsen er uenige om en dag".to_owned(),
            "Uenighed",
            "/hr/uenigheder".to_owned(),
        ),
        _ if what == What::Unsigned => {
            let dage = unsigned(f, k.today, book).map_or(0, |u| u.arbejdsdage);
            let dage = crate::sentences::count(dage.into(), "arbejdsdag", "arbejdsdage");
            let what = format!("Underskriv anmeldelsen i NemRefusion; den har været klargjort i {dage}");
            (what, "Ikke underskrevet", format!("/forloeb/{}/anmeldelse-ark", f.id))
        }
        Some((n, _)) => {
            let til = crate::sentences::modtager_name(n.modtager);
            let what = format!("Giv besked på anden vis: en påmindelse til {til} kunne ikke leveres");
            (what, "Mail ikke leveret", "/hr/breve".to_owned())
        }
        None => (
            "Find en leder til forløbet; der er ingen, der får påmindelserne".to_owned(),
            "Leder mangler",
            format!("/forloeb/{}?vis=lederskifte#f-lederskifte", f.id),
        ),
    };
    Task {
        what,
        who: k.row(&f.medarbejder_nr),
        enhed: f.stamdata_now(k.today).enhed_navn.clone(),
        when: both(dag, k.today),
        code: "overskredet",
        status,
        path,
    }
}

fn overview(k: &ReaderView<'_>, visible: &[Seen]) -> Vec<ForloebLine> {
    let mut all: Vec<_> =
        (visible.iter().map(|seen| &seen.aktuel)).filter(|a| a.card.is_aabent()).map(|a| &a.forloeb).collect();
    all.sort_by_key(|f| (f.foerste, f.id));
    all.into_iter()
        .map(|f| ForloebLine {
            path: format!("/forloeb/{}", f.id),
            who: k.row(&f.medarbejder_nr),
            enhed: f.stamdata_now(k.today).enhed_navn.clone(),
            leder: f.leder(k.today).map_or_else(|| "ingen".to_owned(), |nr| k.name(nr)),
            foerste: dato_in_digits(f.foerste),
            dag: f.dag_number(k.today),
        })
        .collect()
}
