//! HR gives what the overview shows a name, or forgets one.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use openidconnect::url::form_urlencoded::parse;

use super::PageState;
use super::frame::PageError;
use super::parts::overview::{PATH, address};
use super::parts::saved_views::{LONGEST_ADDRESS, LONGEST_NAME, keep};
use super::session::{Form, LoggedIn, Search, find};
use crate::access::Intent;
use crate::problem::Problem;

pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Form(fields): Form,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Overview)?;
    if let Some(name) = find(&fields, "glem") {
        keep(&state, &logged_in, name.to_owned(), None).await?;
        return Ok(Redirect::to(PATH).into_response());
    }
    let here = view(find(&fields, "adresse").unwrap_or_default());
    let name: String = find(&fields, "navn").unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        let said = format!("skal udfyldes med højst {LONGEST_NAME} tegn, og visningen er ikke gemt");
        return Err(Problem::felt("Navnet på visningen", said).into());
    }
    if here.len() > LONGEST_ADDRESS {
        return Err(Problem::felt("Visningen", "har for mange filtre til at blive gemt").into());
    }
    keep(&state, &logged_in, name, Some(here.clone())).await?;
    Ok(Redirect::to(&format!("{here}{}ok=visning", if here.contains('?') { '&' } else { '?' })).into_response())
}

/// The address as the overview says it: what it does not know is no part of a view.
fn view(typed: &str) -> String {
    let query = typed.split_once('?').map_or("", |(_, query)| query);
    let pairs =
        parse(query.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).take(100).collect();
    address(PATH, &Search(pairs), &[("side", ""), ("valgte", "")])
}
