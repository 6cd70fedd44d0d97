//! A version of the TTA plan before it is made: read as it will stand, with what is different in it, who may read it, and who is
//! told by mail. One button makes it, and one goes back to the form.

use askama::Template;
use forloeb::Forloeb;
use forloeb::words::Rolle;
use uuid::Uuid;

use super::datoer::decimal;
use super::fault::PageError;
use super::frame::Frame;
use super::mails_to_come::mails;
use super::plan::Reading;
use super::plan_changes::{changes, is_same};
use super::reader_view::ReaderView;
use super::session::Pairs;
use super::shown_first::hidden;
use crate::access::table::allows;
use crate::access::{Intent, Relation, State};
use crate::commands::typed::Typed;
use crate::commands::{Warning, WouldBe};
use crate::problem::Problem;
use crate::views::plan::show_plan;

/// The page of a version that is not made yet.
#[derive(Template)]
#[template(path = "plan_bekraeft.html")]
pub(crate) struct ConfirmPage {
    frame: Frame,
    id: Uuid,
    /// Whose plan it is.
    who: String,
    /// The plan, with the number that it will get.
    plan: Reading,
    /// What to look at once more.
    remarks: Vec<String>,
    /// What is different from the version that holds now.
    changes: Option<(u32, Vec<String>)>,
    readers: Vec<String>,
    mails: Vec<String>,
    /// All that was typed, as it is sent on.
    hidden: Pairs,
}

impl ConfirmPage {
    /// Of the forløb as it would be with what was typed.
    pub(crate) fn new(k: &ReaderView<'_>, would_be: &WouldBe, typed: &Typed) -> Result<Self, PageError> {
        let (f, after) = (would_be.before()?, would_be.after()?);
        let version = after.plan().ok_or_else(Problem::not_found)?.what.version;
        let view = |version| show_plan(&k.state.service.app, k.user(), after, version);
        let plan = view(version)?;
        let changes = match f.plan().map(|newest| newest.what.version) {
            Some(newest) => Some((newest, changes(k, &view(newest)?, &plan))),
            None => None,
        };
        Ok(Self {
            frame: k.frame(format!("Version {version} af TTA-planen, før den gemmes")),
            id: f.id,
            who: k.name(&f.medarbejder_nr),
            plan: Reading::af(k, plan),
            remarks: remarks(would_be),
            changes,
            readers: readers(k, f, after),
            mails: mails(k, f, after),
            hidden: hidden(typed, f.version)?,
        })
    }
}

/// What is said of it now, and not when it cannot be changed any more.
fn remarks(would_be: &WouldBe) -> Vec<String> {
    let of_hours = |warning: &Warning| {
        let Warning::MoreHoursThanEmployed { hours, employed } = warning else { return None };
        let (hours, employed) = (decimal(*hours), decimal(*employed));
        Some(format!(
            "Et trin har {hours} timer om ugen, og ansættelsen er på {employed}. Ret det, hvis det ikke er meningen."
        ))
    };
    let hours = would_be.warnings.iter().filter_map(of_hours);
    hours.chain(would_be.hints().said().map(str::to_owned)).collect()
}

/// Who may read the plan while the forløb is open, by the table that decides it.
fn readers(k: &ReaderView<'_>, f: &Forloeb, after: &Forloeb) -> Vec<String> {
    let named = |who: &str, nr: Option<&str>| nr.map_or_else(|| who.to_owned(), |nr| format!("{who}, {}", k.name(nr)));
    let koordinator = after.koordinator();
    let all = [
        (Rolle::Medarbejder, Relation::Own, named("Medarbejderen på sin egen side", None)),
        (Rolle::Leder, Relation::Leads, named("Lederen", after.leder(k.today))),
        (Rolle::Leder, Relation::LeadsLeder, named("Lederens leder", None)),
        (Rolle::Leder, Relation::StandsIn, named("Den, der er stedfortræder for en af dem", None)),
        (Rolle::Koordinator, Relation::Koordinator, named("Koordinatoren", koordinator)),
        (Rolle::Kontaktperson, Relation::Kontaktperson, named("Kontaktpersonen", None)),
        (Rolle::Kontaktperson, Relation::Amr, named("AMR", None)),
        (Rolle::Hr, Relation::Unit, named("HR", None)),
        (Rolle::Revisor, Relation::Unit, named("Revisor, uden navne og uden det, I har skrevet", None)),
    ];
    let may = |rolle, relation| allows(rolle, relation, State::Aabent, Intent::Plan);
    let is_one = |rolle| rolle != Rolle::Koordinator || koordinator.is_some();
    let readers = all.into_iter().filter(|(rolle, relation, _)| may(*rolle, *relation) && is_one(*rolle));
    let before = f.koordinator().filter(|nr| !is_same(k, Some(*nr), koordinator));
    let no_more = before.map(|nr| format!("{} er ikke koordinator mere og mister den adgang, det gav", k.name(nr)));
    readers.map(|(_, _, who)| who).chain(no_more).collect()
}
