//! Every kind of mail as it is sent, of invented cases: what HR can read before anybody gets it. Nothing is sent from here.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::PageState;
use super::frame::{Frame, PageError};
use super::reader_view::ReaderView;
use super::session::LoggedIn;
use crate::access::Intent;
use crate::mail_command;
use crate::mailtekster::{OwnText, TextFile};
use crate::paamindelser::examples::Example;
use crate::sentences::frist_name;

/// The mails about one thing.
struct Group {
    about: &'static str,
    anchor: String,
    mails: Vec<Example>,
}

/// One of the texts that can be the workplace's own.
struct Row {
    /// Where it stands in a mail.
    place: &'static str,
    /// What it is called in the file.
    name: &'static str,
    /// What stands in the file, where that could be sent.
    written: Option<String>,
    /// What is wrong with it there.
    faults: Vec<String>,
}

/// The workplace's own texts: where they are edited, and which there are.
struct Own {
    /// The file; none: no file is set.
    path: Option<String>,
    /// Something is wrong in it, so all mails have the standard text.
    unused: bool,
    /// What is wrong that is of none of the texts.
    others: Vec<String>,
    rows: Vec<Row>,
}

impl Own {
    fn of(file: &TextFile) -> Self {
        let faults = |of: Option<OwnText>| {
            file.faults.iter().filter(|fault| fault.text == of).map(ToString::to_string).collect::<Vec<_>>()
        };
        let row = |text: OwnText| Row {
            place: match text {
                OwnText::Beginning => "I stedet for den første linje",
                OwnText::Ending => "Til sidst",
                OwnText::Of(art) => frist_name(art),
            },
            name: text.name(),
            written: file.written(text).map(str::to_owned),
            faults: faults(Some(text)),
        };
        Self {
            path: file.path.as_ref().map(|path| path.display().to_string()),
            unused: !file.faults.is_empty(),
            others: faults(None),
            rows: OwnText::all().map(row).collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "letters_examples.html")]
struct Page {
    frame: Frame,
    groups: Vec<Group>,
    count: usize,
    /// Settings are missing, so no mail leaves as it stands here.
    incomplete: bool,
    own: Own,
}

pub(super) async fn page(State(state): State<PageState>, logged_in: LoggedIn) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Mails)?;
    let mut all = state.service.paamindelser.examples().map_err(PageError::internal)?;
    all.push(mail_command::example());
    let count = all.len();
    let mut groups: Vec<Group> = Vec::new();
    for mail in all {
        match groups.last_mut().filter(|group| group.about == mail.about) {
            Some(group) => group.mails.push(mail),
            None => groups.push(Group { about: mail.about, anchor: format!("m{}", groups.len()), mails: vec![mail] }),
        }
    }
    let k = ReaderView::new(&state, &logged_in);
    let incomplete = !state.service.paamindelser.missing().is_empty();
    let own = Own::of(state.service.paamindelser.own_texts());
    let frame = k.frame("Mails, som de sendes");
    Ok(k.list(&Page { frame, groups, count, incomplete, own }))
}
