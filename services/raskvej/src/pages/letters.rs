//! Mails that did not get through: what the mail server refused for good, and can be sent again by who says so twice; the
//! mailboxes that take no mail; and what is due and waits, and why. The mail that tells HR of erasures is among them.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::PageState;
use super::datoer::{dato_in_digits, tidspunkt};
use super::frame::{Frame, PageError};
use super::parts::on_paper::why;
use super::parts::submission::{call, new_key};
use super::parts::untold;
use super::reader_view::{ReaderView, id};
use super::session::{Form, LoggedIn, Search, find};
use crate::access::Intent;
use crate::commands::send_again;
use crate::commands::typed::given;
use crate::danish::danish;
use crate::fejlede::{FejletView, all_fejlede};
use crate::paamindelser::paper::title;
use crate::paamindelser::ventende::WaitingList;
use crate::problem::Problem;
use crate::projections::Postkasse;
use crate::projections::aktuelle::Few;
use crate::reference::reference;
use crate::sentences::{delivery_error, letter_name, modtager_name, waiting_grund, without_setting};

/// Lines that are shown.
const AT_MOST: usize = 200;

struct Letter {
    id: String,
    forloeb: String,
    reference: String,
    who: String,
    frist: &'static str,
    til: &'static str,
    dag: String,
    refused: String,
    why: String,
    kan_sendes_igen: bool,
}

/// A reminder that is due and has not left.
struct Waiting {
    forloeb: String,
    reference: String,
    who: String,
    frist: &'static str,
    til: &'static str,
    dag: String,
    why: String,
}

/// An employee whom no mail reaches, and for whom there is a letter to print.
struct ToPrint {
    forloeb: String,
    reference: String,
    who: String,
    what: String,
    why: &'static str,
}

/// A mailbox that takes no mail.
struct Closed {
    who: String,
    why: &'static str,
}

/// Asks before a mail is sent again.
#[derive(Template)]
#[template(path = "letters_again.html")]
struct Again {
    frame: Frame,
    letter: Letter,
    key: String,
}

#[derive(Template)]
#[template(path = "letters.html")]
struct Page {
    frame: Frame,
    closed: Vec<Closed>,
    to_print: Vec<ToPrint>,
    /// Not all of them are shown.
    several_to_print: bool,
    /// Settings that are missing, and what follows.
    missing: Vec<(&'static str, &'static str)>,
    /// Why the mail that tells of erasures has not left.
    untold: Option<String>,
    /// Something is wrong in the file with the workplace's own texts.
    unused_texts: bool,
    letters: Vec<Letter>,
    more: usize,
    /// How many wait, by reason.
    grunde: Vec<(String, usize)>,
    waiting: Vec<Waiting>,
    /// Not all that wait are shown.
    several_waiting: bool,
}

fn letter(k: &ReaderView<'_>, f: &FejletView) -> Letter {
    Letter {
        id: f.id.to_string(),
        forloeb: f.forloeb.to_string(),
        reference: reference(f.forloeb),
        who: who(k, f.forloeb),
        frist: letter_name(f.frist, &f.trin),
        til: modtager_name(f.modtager_rolle),
        dag: dato_in_digits(f.dag),
        refused: tidspunkt(f.tidspunkt),
        why: delivery_error(&f.aarsag),
        kan_sendes_igen: f.kan_sendes_igen,
    }
}

fn who(k: &ReaderView<'_>, forloeb: Uuid) -> String {
    let nr = k.projections().whose(forloeb).map(str::to_owned);
    nr.map(|nr| k.row(&nr)).unwrap_or_default()
}

/// The employees of whom the reader sees the forløb, to whom something was not sent, whom no mail reaches, and who have something
/// to be told. That their mail was withheld before is looked up first: of all there are it would take an address each.
/// And whether there are more than are shown.
fn to_print(k: &ReaderView<'_>) -> (Vec<ToPrint>, bool) {
    let (mails, book) = (&k.state.service.paamindelser, k.state.service.app.book());
    let found: Vec<_> = k.projections().few_for(k.user(), Few::Withheld).cloned().collect();
    let mut all = Vec::new();
    for aktuel in found {
        let case = aktuel.case(k.today, &book);
        let f = &case.forloeb;
        let titles: Vec<String> = mails.to_tell(f, &case.assessment).iter().map(title).collect();
        let unreached = if titles.is_empty() { None } else { mails.unreached(&f.medarbejder_nr) };
        all.extend(unreached.map(|unreached| ToPrint {
            forloeb: f.id.to_string(),
            reference: reference(f.id),
            who: k.row(&f.medarbejder_nr),
            what: titles.join("; "),
            why: why(unreached),
        }));
        if all.len() > AT_MOST {
            break;
        }
    }
    let more = all.len() > AT_MOST;
    all.truncate(AT_MOST);
    all.sort_by_cached_key(|one| (danish(&one.who), one.forloeb.clone()));
    (all, more)
}

/// The mailboxes of those the reader finds that take no mail.
fn closed(k: &ReaderView<'_>) -> Vec<Closed> {
    let closed: Vec<(String, Postkasse)> = {
        let projections = k.projections();
        let found = projections.closed_postkasser().filter(|(nr, _)| projections.finds(k.user(), nr));
        found.take(AT_MOST).map(|(nr, postkasse)| (nr.to_owned(), postkasse)).collect()
    };
    let mut closed: Vec<Closed> = closed
        .into_iter()
        .map(|(nr, postkasse)| Closed {
            who: format!("{} ({nr})", k.name(&nr)),
            why: match postkasse {
                Postkasse::Gone => "Mailserveren siger, at postkassen ikke findes. Påmindelserne går til en anden i stedet.",
                Postkasse::Full => "Postkassen tog ikke imod mail i en hel arbejdsdag. Tager den heller ikke imod næste gang, går mailen til HR.",
                Postkasse::Open => "Postkassen tager imod.",
            },
        })
        .collect();
    closed.sort_by_cached_key(|closed| danish(&closed.who));
    closed
}

pub(super) async fn page(State(state): State<PageState>, logged_in: LoggedIn) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Mails)?;
    let WaitingList { mut ventende, more: several_ventende } =
        state.service.paamindelser.ventende().await.map_err(PageError::internal)?;
    {
        let projections = state.service.app.projections();
        ventende.retain(|v| projections.sees_forloeb(&logged_in.user, v.forloeb));
    }
    let fejlede = all_fejlede(&state.service.app, &logged_in.user);
    let k = ReaderView::new(&state, &logged_in);
    let mut grunde: BTreeMap<&str, usize> = BTreeMap::new();
    ventende.iter().for_each(|v| *grunde.entry(&v.grund).or_default() += 1);
    let waiting = ventende.iter().take(AT_MOST).map(|v| Waiting {
        forloeb: v.forloeb.to_string(),
        reference: reference(v.forloeb),
        who: who(&k, v.forloeb),
        frist: letter_name(v.frist, &v.trin),
        til: modtager_name(v.modtager),
        dag: dato_in_digits(v.dag),
        why: waiting_grund(&v.grund),
    });
    let (to_print, several_to_print) = to_print(&k);
    let page = Page {
        frame: k.frame("Mails, der ikke er kommet frem"),
        missing: state.service.paamindelser.missing().iter().map(|name| (*name, without_setting(name))).collect(),
        untold: untold::of_erasures(&state.service.app),
        unused_texts: !state.service.paamindelser.own_texts().faults.is_empty(),
        grunde: grunde.into_iter().map(|(grund, count)| (waiting_grund(grund), count)).collect(),
        waiting: waiting.collect(),
        several_waiting: several_ventende || ventende.len() > AT_MOST,
        letters: fejlede.iter().take(AT_MOST).map(|f| letter(&k, f)).collect(),
        more: fejlede.len().saturating_sub(AT_MOST),
        closed: closed(&k),
        to_print,
        several_to_print,
    };
    Ok(k.list(&page))
}

/// Asks whether one is to be sent again. One that is not on the list any more leads back to it.
pub(super) async fn again(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Mails)?;
    let asked = search.tekst("paamindelse").and_then(|tekst| Uuid::try_parse(tekst).ok());
    let fejlede = all_fejlede(&state.service.app, &logged_in.user);
    let Some(found) = fejlede.iter().find(|f| f.kan_sendes_igen && Some(f.id) == asked) else {
        return Ok(Redirect::to("/hr/breve").into_response());
    };
    let k = ReaderView::new(&state, &logged_in);
    let page = Again { frame: k.frame("Skal mailen sendes igen?"), letter: letter(&k, found), key: new_key()? };
    Ok(k.list(&page))
}

/// Sends one again, and comes back to the list.
pub(super) async fn send_again(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Form(fields): Form,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Mails)?;
    let forloeb = id(find(&fields, "forloeb").unwrap_or_default())?;
    let paamindelse = id(find(&fields, "paamindelse").unwrap_or_default())?;
    // One page has a form for each mail: the key of the page and the mail together are the key of the command.
    let (form, given) =
        (format!("send-igen-{}", paamindelse.simple()), given([("paamindelse", paamindelse.to_string().into())]));
    let call = call(&form, &logged_in.user, Some(forloeb), &fields, &given);
    // The same button pressed twice: the first time took it off the list, and that is no refusal.
    if !state.service.app.is_executed(call.once).await? {
        send_again::ENTRY.run(&state.service.app, call).await.map_err(Problem::from)?;
    }
    Ok(Redirect::to("/hr/breve?ok=send-igen").into_response())
}
