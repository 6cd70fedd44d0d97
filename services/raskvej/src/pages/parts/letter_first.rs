//! The letter by which somebody is invited to the talk, before it leaves: read as it will be sent, with who gets a mail, and when.
//! Nobody calls it back.

use askama::Template;
use uuid::Uuid;

use super::fault::PageError;
use super::frame::Frame;
use super::mails_to_come::{Leaving, mails};
use super::reader_view::ReaderView;
use super::session::Pairs;
use super::shown_first::hidden;
use crate::commands::WouldBe;
use crate::commands::typed::Typed;
use crate::problem::Problem;
use crate::sealed::Indkaldelse;

/// The page of a letter that has not left.
#[derive(Template)]
#[template(path = "indkaldelse_bekraeft.html")]
pub(crate) struct LetterPage {
    frame: Frame,
    id: Uuid,
    who: String,
    letter: String,
    /// An invitation left before, and holds no more after this one.
    replaces: bool,
    /// When the mail leaves that leaves as soon as it can; none: not before the talk.
    leaves: Option<String>,
    /// What the text should not say.
    remark: Option<&'static str>,
    mails: Vec<String>,
    /// All that was typed, as it is sent on.
    hidden: Pairs,
}

impl LetterPage {
    /// Of the forløb as it would be with what was typed.
    pub(crate) fn new(k: &ReaderView<'_>, would_be: &WouldBe, typed: &Typed) -> Result<Self, PageError> {
        let (f, after) = (would_be.before()?, would_be.after()?);
        let invited = after.open_indkaldelse().ok_or_else(Problem::not_found)?;
        let words = k.tekst::<Indkaldelse>(&f.medarbejder_nr, &invited.what.confidential);
        let Indkaldelse { brev, .. } = words.ok_or_else(Problem::may_not)?.map_err(PageError::internal)?;
        let (leaving, talk) = (Leaving::of(&k.state.service.app), invited.what.tidspunkt.to_utc());
        Ok(Self {
            frame: k.frame("Brevet, før det sendes"),
            id: f.id,
            who: k.name(&f.medarbejder_nr),
            letter: brev.ok_or_else(Problem::not_found)?,
            replaces: f.open_indkaldelse().is_some(),
            leaves: leaving.is_before(talk).then(|| leaving.said()),
            remark: would_be.hints().said(),
            mails: mails(k, f, after),
            hidden: hidden(typed, f.version)?,
        })
    }
}
