//! Views of the overview that somebody has given a name, so that they find them again.
//!
//! A view is an address, and has no name of an employee in it. They are kept in a small file of the data folder, as other small
//! things are that belong to nobody's case: sessions end every day, and the log is for what happened to somebody. When the file
//! is lost, the views are to be named again, and nothing else is.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use app::bounds;
use app::durable;
use serde::{Deserialize, Serialize};

use super::fault::PageError;
use super::session::LoggedIn;
use super::state::PageState;

/// The file in the data folder.
const FILE: &str = "gemte-visninger.json";
/// More than the file ever has: what is larger is not ours.
const LARGEST: usize = 8 << 20;
/// Most views of one person.
pub(crate) const MOST: usize = 20;
/// Most people with views.
const MOST_PEOPLE: usize = 2_000;
/// Most characters of a name.
pub(crate) const LONGEST_NAME: usize = 60;
/// Longest address.
pub(crate) const LONGEST_ADDRESS: usize = 600;
/// One is written at a time: the file is read and written anew.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A view with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedView {
    #[serde(rename = "navn")]
    pub(crate) name: String,
    #[serde(rename = "adresse")]
    pub(crate) address: String,
}

type All = BTreeMap<String, Vec<SavedView>>;

/// Under whose name they are kept: everybody in a role who has no number of their own shares them. After it the names of the
/// numbers that somebody has moved from.
fn whose(state: &PageState, logged_in: &LoggedIn) -> Vec<String> {
    let user = &logged_in.user;
    let like = |nr: &str| state.service.app.projections().numbers_like(nr);
    let numbers = user.nr.as_deref().map_or_else(|| vec![String::new()], like);
    numbers.iter().map(|nr| format!("{}/{nr}", user.rolle)).collect()
}

fn read(folder: &Path) -> All {
    let bytes = bounds::read(&folder.join(FILE), LARGEST);
    bytes.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// Somebody's views, in the order they were kept. Where the file cannot be read it is as if there were none.
pub(crate) async fn of(state: &PageState, logged_in: &LoggedIn) -> Vec<SavedView> {
    let (folder, whose) = (state.service.app.folder.clone(), whose(state, logged_in));
    let find = move || {
        let mut all = read(&folder);
        whose.iter().find_map(|whose| all.remove(whose))
    };
    let found = tokio::task::spawn_blocking(find).await;
    found.ok().flatten().unwrap_or_default()
}

/// Keeps a view; one of the same name is replaced. `address` none: it is forgotten.
///
/// # Errors
/// The file cannot be written.
pub(crate) async fn keep(
    state: &PageState,
    logged_in: &LoggedIn,
    name: String,
    address: Option<String>,
) -> Result<(), PageError> {
    let (folder, whose) = (state.service.app.folder.clone(), whose(state, logged_in));
    let kept = tokio::task::spawn_blocking(move || put(&folder, &whose, name, address)).await;
    kept.map_err(PageError::internal)?.map_err(PageError::internal)
}

fn put(folder: &Path, whose: &[String], name: String, address: Option<String>) -> io::Result<()> {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let mut all = read(folder);
    let has = whose.iter().find_map(|whose| all.remove(whose)).unwrap_or_default();
    let mut views: Vec<_> = has.into_iter().filter(|view| view.name != name).collect();
    views.extend(address.map(|address| SavedView { name, address }));
    let surplus = views.len().saturating_sub(MOST);
    views.drain(..surplus);
    if !views.is_empty() && all.len() < MOST_PEOPLE {
        all.extend(whose.first().map(|whose| (whose.clone(), views)));
    }
    durable::replace(&folder.join(FILE), &serde_json::to_vec(&all)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_have_names_belong_to_somebody_and_are_there_when_the_service_starts_again() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), b"{").unwrap();
        let (hr, other) = ("hr/9002".to_owned(), "hr/9003".to_owned());
        let keep = |whose: &String, name: &str, address: Option<&str>| {
            put(folder.path(), std::slice::from_ref(whose), name.to_owned(), address.map(str::to_owned)).unwrap();
        };
        keep(&hr, "Ledige", Some("/hr?tildelt=ingen"));
        keep(&other, "Ledige", Some("/hr"));
        keep(&hr, "Ledige", Some("/hr?tildelt=ingen&sort=navn"));
        let names = || read(folder.path()).get(&hr).map(Vec::len);
        assert_eq!(read(folder.path())[&hr][0].address, "/hr?tildelt=ingen&sort=navn", "the newer of one name");
        assert_eq!((names(), read(folder.path())[&other][0].address.as_str()), (Some(1), "/hr"));
        (0..30).for_each(|n| keep(&hr, &format!("nr. {n}"), Some("/hr")));
        assert_eq!(names(), Some(MOST), "the oldest are forgotten");
        (0..30).for_each(|n| keep(&hr, &format!("nr. {n}"), None));
        assert_eq!(names(), None);
    }
}
