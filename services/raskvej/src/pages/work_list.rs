//! The work list: what somebody has to do, by what one does, what can still be saved first.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use forloeb::Regelbog;
use forloeb::words::Rolle;
use uuid::Uuid;

use super::PageState;
use super::datoer::dato_in_digits;
use super::frame::{Frame, PageError};
use super::parts::board::{Line, Lines};
use super::parts::memory::{ITEMS, List};
use super::parts::minutes::minutes_to_write;
use super::parts::page_size::{PARAMETER, PageSize};
use super::parts::rows::Kind;
use super::parts::task_line::{Task, line, path};
use super::parts::work::{Doing, Savable, What, Work};
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::commands::referat::ReferatRequest;
use crate::commands::{self, Command};
use crate::lists::{self, Foremost, Ordered};
use crate::projections::aktuelle::Aktuel;
use crate::reference::Reference;
use crate::sentences::waiting_grund;
use crate::views::signaler::{begun, of as signaler};

/// Tasks of one group on a page of it, where nobody chooses.
const STANDARD: usize = 50;
/// Tasks of a group where all groups are shown.
const FOREMOST: usize = 10;

/// Whose tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// The reader's.
    Own,
    /// Of the forløb that are assigned to them.
    Assigned,
    /// Of the forløb that are assigned to nobody.
    Nobodys,
    /// Others', who have not done them yet.
    Others,
}

impl Whose {
    const ALL: [Self; 4] = [Self::Own, Self::Assigned, Self::Nobodys, Self::Others];

    /// Its code in an address.
    const fn code(self) -> &'static str {
        match self {
            Self::Own => "",
            Self::Assigned => "mine",
            Self::Nobodys => "ledige",
            Self::Others => "venter",
        }
    }

    const fn title(self, hr: bool) -> &'static str {
        match self {
            Self::Own if hr => "Alle",
            Self::Own => "Mine opgaver",
            Self::Assigned => "Mine",
            Self::Nobodys => "Ikke tildelt",
            Self::Others => "Venter på andre",
        }
    }

    /// A task stands under it.
    fn has(self, work: &Work, line: Line<'_>, nr: Option<&str>) -> bool {
        let tildelt = line.ansvar.tildelt.as_deref();
        work.waits == (self == Self::Others)
            && match self {
                Self::Own | Self::Others => true,
                Self::Assigned => nr.is_some() && tildelt == nr,
                Self::Nobodys => tildelt.is_none(),
            }
    }
}

/// What was just registered: the words, and the forløb with whose it is, where the reader still sees it.
struct Done {
    said: &'static str,
    of: Option<(String, String)>,
    /// The way on to what comes of it.
    onward: Option<(String, &'static str)>,
}

/// A link with a count: it leads to as many as it says.
struct Counted {
    title: &'static str,
    count: usize,
    path: String,
    here: bool,
}

struct TaskGroup {
    code: &'static str,
    title: &'static str,
    tasks: Vec<Task>,
    count: usize,
    /// So many cost money with every day.
    losing: usize,
    /// Number of the first that is shown.
    fra: usize,
    previous: Option<String>,
    next: Option<String>,
    /// All of the group, where only the foremost are shown.
    all: Option<String>,
    /// Where HR does several of it at once, and what that is called.
    in_rows: Option<(String, &'static str)>,
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
    /// What was just registered, and of whom.
    done: Option<Done>,
    /// Whose tasks: with how many there are of each.
    whose: Vec<Counted>,
    /// What one does: with how many there are of each.
    doing: Vec<Counted>,
    /// Only one kind of what is done is shown.
    filtered: bool,
    /// The same tasks, of every kind.
    unfiltered: String,
    groups: Vec<TaskGroup>,
    per_page: Vec<(usize, String, bool)>,
    count: usize,
    empty: &'static str,
    waits: bool,
    forloeb: Vec<ForloebLine>,
    /// How many of a leader's own people have a signal of frequent absence.
    frequent: usize,
    hr: bool,
    /// The reader follows up, and has a list of what is over.
    follows_up: bool,
    /// Why no mail leaves at all, or none to HR.
    no_mail: Option<String>,
    drift: bool,
    /// Nothing that the reader may see has the reference in the address.
    not_found: bool,
}

/// By what tasks are put in order: how much there is to save, its day, whose it is.
type ListOrder<'a> = (Savable, i64, &'a str, Uuid, What);

/// The tasks of what is shown, counted and put in order.
struct Selection<'a> {
    whose: Whose,
    doing: Option<Doing>,
    size: PageSize,
    /// By whose and by what is done.
    counts: [[usize; Doing::ALL.len()]; Whose::ALL.len()],
    losing: [usize; Doing::ALL.len()],
    groups: Vec<Ordered<ListOrder<'a>, (&'a Aktuel, Work)>>,
}

/// The tasks of each of [`Doing::ALL`] as they are met.
type Met<'a> = Vec<Foremost<ListOrder<'a>, (&'a Aktuel, Work)>>;

impl<'a> Selection<'a> {
    /// Of these forløb, as somebody with this number sees them.
    fn of(
        lines: impl Iterator<Item = Line<'a>>,
        nr: Option<&str>,
        whose: Whose,
        doing: Option<Doing>,
        size: PageSize,
    ) -> Self {
        let most = |one: &Doing| match doing {
            None => FOREMOST,
            Some(doing) if doing == *one => ITEMS,
            Some(_) => 0,
        };
        let mut met: Met<'a> = Doing::ALL.iter().map(|one| Foremost::of(most(one))).collect();
        let mut selection = Self {
            whose,
            doing,
            size,
            counts: [[0; Doing::ALL.len()]; Whose::ALL.len()],
            losing: [0; Doing::ALL.len()],
            groups: Vec::new(),
        };
        for line in lines {
            line.works().for_each(|work| selection.take(&mut met, work, line, nr));
        }
        selection.groups = met.into_iter().map(Foremost::in_order).collect();
        selection
    }

    fn take(&mut self, met: &mut Met<'a>, work: Work, line: Line<'a>, nr: Option<&str>) {
        let row = line.row;
        let group = work.doing.place();
        for (n, whose) in Whose::ALL.iter().enumerate().filter(|(_, whose)| whose.has(&work, line, nr)) {
            self.counts[n][group] += 1;
            if *whose == self.whose {
                self.losing[group] += usize::from(work.savable == Savable::Losing);
                // What was lost most recently has most left to save; everything else by its day.
                let day = days(work.dag);
                let day = if work.savable == Savable::Losing { -day } else { day };
                let place = (work.savable, day, &*row.nr, row.id, work.what);
                met[group].take(place, (&*row.aktuel, work));
            }
        }
    }

    /// How urgent the first task of a group is: what can be saved, by its day. What cannot any more comes last.
    fn urgency(&self, n: usize) -> (bool, Option<(Savable, i64)>) {
        let first = self.groups[n].rows().next().map(|((savable, day, ..), _)| (*savable, *day));
        (Doing::ALL[n] == Doing::Lost, first)
    }

    fn counts(&self) -> [usize; Doing::ALL.len()] {
        let at = Whose::ALL.iter().position(|whose| *whose == self.whose).unwrap_or_default();
        self.counts[at]
    }
}

/// That mails do not leave, and why.
fn without_mail(grund: &str) -> String {
    let which = if grund == "ingen_hr_mail" { "Mails til HR bliver ikke sendt" } else { "Mails bliver ikke sendt" };
    format!("{which}. {}", waiting_grund(grund))
}

fn days(dag: NaiveDate) -> i64 {
    (dag - NaiveDate::default()).num_days()
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
    let frequent = frequent(&state, &logged_in).await?;
    let k = ReaderView::new(&state, &logged_in);
    let (book, lines) = (state.service.app.book(), state.board.lines(&state.service, k.user()));
    let hr = logged_in.user.is_hr();
    let named = |code: &str| Whose::ALL.into_iter().find(|whose| whose.code() == code);
    let whose = search.tekst("vis").and_then(named).filter(|whose| hr || *whose == Whose::Others);
    let whose = whose.unwrap_or(Whose::Own);
    let doing = search.tekst("goer").and_then(|code| Doing::ALL.into_iter().find(|doing| doing.code() == code));
    let size = PageSize::of(&search, STANDARD);
    let selection = Selection::of(lines.all(), k.user().nr.as_deref(), whose, doing, size);
    let none = lines.all().next().is_none();
    let asked_page = search.tekst("side").and_then(|s| s.parse().ok()).unwrap_or(1_usize).max(1);
    let counts = selection.counts();
    let shown = (0..Doing::ALL.len()).filter(|n| counts[*n] > 0 && doing.is_none_or(|doing| doing == Doing::ALL[*n]));
    let mut shown: Vec<usize> = shown.collect();
    // Who has few tasks begins with the most urgent, and so does HR's money, which comes before everything else.
    let money = |n: &usize| matches!(Doing::ALL[*n], Doing::Claim | Doing::Sign | Doing::Receipt);
    let of_hr = if hr { shown.iter().take_while(|n| money(n)).count() } else { shown.len() };
    shown[..of_hr].sort_by_key(|n| selection.urgency(*n));
    remember(&k, &selection, &shown, asked_page);
    let mut frame = k.frame("Arbejdsliste");
    let of = search.tekst("sag").and_then(|id| Uuid::try_parse(id).ok());
    let of = of.and_then(|id| lines.all().find(|line| line.row.id == id)).map(|line| &*line.row.aktuel);
    let onward = of.and_then(|aktuel| onward(&k, aktuel, &book));
    let of = of.map(|aktuel| (format!("/forloeb/{}", aktuel.forloeb.id), k.row(&aktuel.forloeb.medarbejder_nr)));
    let page = Page {
        done: frame.confirmation.take().map(|said| Done { said, of, onward }),
        frame,
        whose: tabs(&selection, hr),
        doing: choices(&selection),
        filtered: doing.is_some(),
        unfiltered: address(whose, None, 1, size),
        groups: with_anchors(shown.into_iter().map(|n| task_group(&k, &selection, n, asked_page, &book)).collect()),
        per_page: per_page(&selection),
        count: counts.iter().sum(),
        empty: empty(logged_in.user.rolle, whose, none),
        waits: whose == Whose::Others,
        forloeb: if hr || whose != Whose::Own || doing.is_some() { Vec::new() } else { overview(&k, &lines) },
        frequent: if whose == Whose::Own && doing.is_none() { frequent } else { 0 },
        hr,
        follows_up: matches!(logged_in.user.rolle, Rolle::Leder | Rolle::Koordinator),
        no_mail: hr.then(|| state.service.paamindelser.withheld()).flatten().map(without_mail),
        not_found: asked.is_some(),
        drift: logged_in.user.rolle == Rolle::Drift,
    };
    Ok(k.list(&page))
}

/// The way to the minutes of what was just recorded, from the list that the form was opened from.
fn onward(k: &ReaderView<'_>, aktuel: &Aktuel, book: &Regelbog) -> Option<(String, &'static str)> {
    let (_, minutes) = commands::on_forloeb(ReferatRequest::NAME)?;
    let case = aktuel.case(k.today, book);
    let offered = |name: &str| minutes.form(&k.at(), &case.forloeb, &case.assessment, name).is_some();
    minutes_to_write(k, &aktuel.forloeb, offered)
}

/// How many of those whom a leader follows up on have a signal; nobody else has it on their list.
async fn frequent(state: &PageState, logged_in: &LoggedIn) -> Result<usize, PageError> {
    let (app, user) = (&state.service.app, &logged_in.user);
    if user.rolle != Rolle::Leder || user.may_do(Intent::Follow).is_err() {
        return Ok(0);
    }
    let today = app.projections().today();
    let loans = app.loan_many(&begun(app, user, None)).await?;
    Ok(loans.iter().filter(|loan| !signaler(app, user, loan, today).is_empty()).count())
}

/// The one forløb with a reference that the reader may see.
fn find(state: &PageState, logged_in: &LoggedIn, reference: &str) -> Option<Uuid> {
    let filter = lists::Filter { reference: Some(Reference::from_text(reference)?), ..lists::Filter::default() };
    let order = lists::SortOrder::Foerste { down: true };
    let found = filter.page(&logged_in.user, &state.service.app.projections(), order, None, 1);
    found.ids().next()
}

/// What is shown is where one comes back to from each of its forløb, and goes on from.
fn remember(k: &ReaderView<'_>, selection: &Selection<'_>, shown: &[usize], page: usize) {
    let mut met = BTreeSet::new();
    let all = shown.iter().flat_map(|n| selection.groups[*n].rows());
    let all = all.filter(|(_, (aktuel, _))| met.insert(aktuel.forloeb.id));
    let items = all.map(|(_, (aktuel, work))| (aktuel.forloeb.id, path(k, aktuel, work.what))).collect();
    let address = address(selection.whose, selection.doing, page, selection.size);
    k.state.memory.listed(
        &k.logged_in.session,
        List { title: "arbejdslisten", address, items },
        k.state.sessions.now(),
    );
}

/// The address of the list, of these tasks.
fn address(whose: Whose, doing: Option<Doing>, page: usize, size: PageSize) -> String {
    let (page, rows) = (page.to_string(), size.in_address());
    let pairs = [
        ("vis", Some(whose.code()).filter(|code| !code.is_empty())),
        ("goer", doing.map(Doing::code)),
        (PARAMETER, rows.as_deref()),
        ("side", Some(page.as_str()).filter(|page| *page != "1")),
    ];
    let pairs: Vec<String> = pairs.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?))).collect();
    if pairs.is_empty() { "/".to_owned() } else { format!("/?{}", pairs.join("&")) }
}

fn tabs(selection: &Selection<'_>, hr: bool) -> Vec<Counted> {
    let all = Whose::ALL.iter().zip(&selection.counts);
    let theirs = all.filter(|(whose, _)| hr || matches!(whose, Whose::Own | Whose::Others));
    let tab = |(whose, counts): (&Whose, &[usize; Doing::ALL.len()])| Counted {
        title: whose.title(hr),
        count: counts.iter().sum(),
        path: address(*whose, None, 1, selection.size),
        here: *whose == selection.whose,
    };
    theirs.map(tab).collect()
}

fn choices(selection: &Selection<'_>) -> Vec<Counted> {
    let all = Doing::ALL.iter().zip(selection.counts()).filter(|(_, count)| *count > 0);
    let choice = |(doing, count): (&Doing, usize)| Counted {
        title: doing.title(),
        count,
        path: address(selection.whose, Some(*doing), 1, selection.size),
        here: selection.doing == Some(*doing),
    };
    all.map(choice).collect()
}

/// How many tasks a page has can be chosen where one kind of them is shown.
fn per_page(selection: &Selection<'_>) -> Vec<(usize, String, bool)> {
    let at = selection.doing.and_then(|doing| Doing::ALL.iter().position(|one| *one == doing));
    let count = at.map_or(0, |at| selection.groups[at].count());
    selection.size.choices(count, |size| address(selection.whose, selection.doing, 1, size))
}

fn task_group(k: &ReaderView<'_>, selection: &Selection<'_>, n: usize, page: usize, book: &Regelbog) -> TaskGroup {
    let (group, doing) = (&selection.groups[n], Doing::ALL[n]);
    let (whose, count) = (selection.whose, group.count());
    let whole = selection.doing.is_some();
    // Past the last page comes the last page; of very many the foremost can be gone through.
    let size = selection.size;
    let last = size.last(count.min(ITEMS));
    let page = if whole { page.min(last) } else { 1 };
    let (skipped, most) = ((page - 1) * size.rows, if whole { size.rows } else { FOREMOST });
    let rows = group.rows().skip(skipped).take(most);
    let tasks = rows.filter_map(|(_, (aktuel, work))| line(k, aktuel, work, book)).collect();
    TaskGroup {
        code: doing.code(),
        title: doing.title(),
        tasks,
        count,
        losing: if doing == Doing::Lost { 0 } else { selection.losing[n] },
        fra: skipped + 1,
        previous: (whole && page > 1).then(|| address(whose, Some(doing), page - 1, size)),
        next: (whole && page < last).then(|| address(whose, Some(doing), page + 1, size)),
        all: (!whole && count > FOREMOST).then(|| address(whose, Some(doing), 1, size)),
        in_rows: rows_of(k, whose, doing),
    }
}

/// The rows of a group, narrowed as the list is.
fn rows_of(k: &ReaderView<'_>, whose: Whose, doing: Doing) -> Option<(String, &'static str)> {
    let kind = Kind::of(doing).filter(|_| k.user().is_hr() && whose != Whose::Others)?;
    let own = if whose == Whose::Assigned { Some(k.user().nr.as_deref()?) } else { None };
    Some(kind.link(if whose == Whose::Nobodys { Some("ingen") } else { own }))
}

fn with_anchors(mut groups: Vec<TaskGroup>) -> Vec<TaskGroup> {
    let mut met = BTreeSet::new();
    for task in groups.iter_mut().flat_map(|group| &mut group.tasks) {
        task.anchor = task.anchor.filter(|id| met.insert(*id));
    }
    groups
}

const fn empty(rolle: Rolle, whose: Whose, none: bool) -> &'static str {
    match (rolle, whose) {
        (Rolle::Drift, _) => "Drift har ikke adgang til forløb. Hvordan tjenesten har det, kan du se her.",
        (_, Whose::Others) => "Du venter ikke på andre. Her kommer det til at stå, som andre skal gøre.",
        (_, Whose::Assigned) => "Ingen af de forløb, der er tildelt dig, har en opgave nu.",
        (_, Whose::Nobodys) => "Alle forløb med en opgave er tildelt nogen.",
        (Rolle::Leder, _) if none => {
            "Ingen af dine medarbejdere har et åbent forløb. Du får mail, når der er noget at gøre."
        }
        (Rolle::Kontaktperson, _) if none => {
            "Du er ikke kontaktperson på noget åbent forløb. Bliver du valgt, får du mail, og forløbet står her."
        }
        (Rolle::Koordinator, _) if none => {
            "Du er ikke koordinator på nogen plan. Bliver du det, får du mail, og planen står her."
        }
        (Rolle::Hr, _) if none => {
            "Der er ingen åbne forløb. De kommer med lønsystemets fravær, eller når nogen registrerer en sygemelding."
        }
        _ if none => "Der er ingen åbne forløb.",
        _ => "Alt er gjort. Du får mail, når der er noget at gøre igen.",
    }
}

fn overview(k: &ReaderView<'_>, lines: &Lines<'_>) -> Vec<ForloebLine> {
    let aabne = lines.all().filter(|line| line.row.card.is_aabent());
    let mut all: Vec<_> = aabne.map(|line| &line.row.aktuel.forloeb).collect();
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
