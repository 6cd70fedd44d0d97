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
use crate::paamindelser::examples::Example;

/// The mails about one thing.
struct Group {
    about: &'static str,
    anchor: String,
    mails: Vec<Example>,
}

#[derive(Template)]
#[template(path = "letters_examples.html")]
struct Page {
    frame: Frame,
    groups: Vec<Group>,
    count: usize,
    /// Settings are missing, so no mail leaves as it stands here.
    incomplete: bool,
    /// Why the workplace's own words are not in them.
    without_own_words: Option<String>,
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
    let without_own_words = state.service.paamindelser.without_own_words().map(str::to_owned);
    let frame = k.frame("Mails, som de sendes");
    Ok(k.list(&Page { frame, groups, count, incomplete, without_own_words }))
}
