//! Employees in the addresses of pages: by their place, which names nobody.
//!
//! An address stays behind in the history of a browser, with a proxy, and where somebody pastes it. An employee number is known to
//! payroll and to colleagues, and would say there about whom a page was.

use app::places::PersonPlace;
use openidconnect::url::form_urlencoded::Serializer;

use super::reader_view::ReaderView;
use super::session::Search;
use crate::projections::ANSAETTELSE;

/// The parameters of lists that name an employee.
const NAMES: [&str; 4] = ["medarbejder", "medarbejder_nr", "modtager_nr", "laest_af"];
/// The one of them that may name a token instead.
const READ_BY: &str = "laest_af";
/// The parameter that names a stream of the log, which is that of an employee or another.
const STREAM: &str = "stroem";

/// What stands for an employee in an address; none: nobody has this number, or nobody whom the reader reaches. Of two numbers it says
/// whether they are one person's, and a number is answered the same whoever has it.
pub(crate) fn place(k: &ReaderView<'_>, nr: &str) -> Option<String> {
    let projections = k.projections();
    let reaches = k.user().reaches(nr, &projections);
    PersonPlace::of(nr, &projections).filter(|_| reaches).map(|place| place.cursor())
}

/// The employee number that an address means: by its place, or as somebody typed it. A place that nobody has is no number.
pub(crate) fn number(k: &ReaderView<'_>, text: &str) -> String {
    match PersonPlace::from_cursor(text) {
        Some(place) => place.number(&k.projections()).unwrap_or_default(),
        None => text.to_owned(),
    }
}

/// What an address asks of a list, with numbers where places stand.
pub(crate) fn with_numbers(k: &ReaderView<'_>, Search(pairs): Search) -> Search {
    let read = |(name, value): (String, String)| {
        let value = if NAMES.contains(&name.as_str()) { number(k, value.trim()) } else { value };
        (name, value)
    };
    Search(pairs.into_iter().map(read).collect())
}

/// The same for an address: whoever is named by a number has a place, and what has none is left out.
pub(crate) fn with_places(k: &ReaderView<'_>, pairs: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    pairs.iter().filter_map(|(name, value)| in_address(k, name, value)).collect()
}

/// The address of a list with what somebody sent in its form. None: it names somebody who has no place, and is answered as it was sent.
pub(crate) fn address(
    k: &ReaderView<'_>,
    path: &str,
    fields: &[(String, String)],
    asks: &[&'static str],
) -> Option<String> {
    let typed = |name: &&'static str| {
        let value = fields.iter().find(|(one, _)| one == name)?.1.trim();
        (!value.is_empty()).then_some((*name, value))
    };
    let mut said = Serializer::new(String::new());
    for (name, value) in asks.iter().filter_map(typed) {
        let (name, value) = in_address(k, name, value)?;
        said.append_pair(name, &value);
    }
    let said = said.finish();
    Some(if said.is_empty() { path.to_owned() } else { format!("{path}?{said}") })
}

fn in_address(k: &ReaderView<'_>, name: &'static str, value: &str) -> Option<(&'static str, String)> {
    if name == READ_BY {
        let is_token = || k.projections().tokens().any(|(_, token)| token.navn.as_deref() == Some(value));
        let said = place(k, value).or_else(|| is_token().then(|| value.to_owned()));
        return said.map(|said| (name, said));
    }
    if NAMES.contains(&name) {
        return place(k, value).map(|place| (name, place));
    }
    match value.strip_prefix(ANSAETTELSE).filter(|_| name == STREAM) {
        Some(nr) => place(k, nr).map(|place| ("medarbejder", place)),
        None => Some((name, value.to_owned())),
    }
}
