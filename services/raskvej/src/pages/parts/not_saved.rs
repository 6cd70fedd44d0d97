//! What was typed in a row whose forløb is no task any more, because somebody else did it meanwhile: nobody has to
//! remember it.

use chrono::NaiveDate;
use uuid::Uuid;

use super::datoer::{as_iso, dato_in_digits};
use super::page_form::{ErrorLine, explanation};
use super::people::{PersonLine, seen};
use super::reader_view::ReaderView;
use super::rows::{Kind, RefusedRow, TICK};
use super::session::find;
use crate::commands::typed::Typed;

/// What is said where the row was not sent, so that nothing was refused.
const GONE: &str = "Forløbet er ikke på listen mere. En anden har gjort det, eller forløbet er ændret, mens du skrev.";

/// One row of them.
pub(crate) struct NotSaved {
    /// What it is found by on the page.
    pub(crate) anchor: String,
    /// Whose forløb it is, for who still may see it.
    pub(crate) person: Option<PersonLine>,
    /// Why it was not saved.
    pub(crate) reason: String,
    /// Label and value of what was typed.
    pub(crate) typed: Vec<(&'static str, String)>,
}

impl NotSaved {
    /// A row that was sent and refused.
    pub(crate) fn refused(k: &ReaderView<'_>, id: Uuid, row: &RefusedRow) -> Self {
        let problem = &row.refused.problem;
        // What was wrong with a field is nothing to mend where there is nothing to do.
        let reason = if problem.status_code().is_server_error() { explanation(problem) } else { GONE.to_owned() };
        Self::new(k, id, row.kind, &row.typed, reason)
    }

    /// A row in which something was typed, and that was not filled in.
    pub(crate) fn left(k: &ReaderView<'_>, id: Uuid, kind: Kind, typed: &Typed) -> Self {
        Self::new(k, id, kind, typed, GONE.to_owned())
    }

    fn new(k: &ReaderView<'_>, id: Uuid, kind: Kind, row: &Typed, reason: String) -> Self {
        let shown = |value: &str| {
            let dato = as_iso(value).parse::<NaiveDate>();
            dato.map_or_else(|_| value.to_owned(), dato_in_digits)
        };
        let mut typed: Vec<_> =
            kind.fields().iter().filter_map(|(name, label)| Some((*label, shown(find(row, name)?)))).collect();
        if find(row, TICK).is_some() {
            typed.insert(0, ("Søgt", "kryds".to_owned()));
        }
        let person = seen(k, &[id]).pop();
        Self { anchor: format!("ikke-gemt-{id}"), person, reason, typed }
    }

    /// The line of the summary.
    pub(crate) fn line(&self) -> ErrorLine {
        let who = self.person.as_ref().map_or("Et forløb, du ikke kan se mere", |person| &person.who);
        ErrorLine { felt: Some(self.anchor.clone()), tekst: format!("{who}: {}", self.reason) }
    }
}
