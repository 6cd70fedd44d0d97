//! What is wrong with what was typed in a small form: a line in the box at the top that leads to its field, and the same
//! beside the field.

use axum::http::StatusCode;

use super::history::without_capital;
use super::page_form::ErrorLine;

/// Everything wrong with a form, in the order of its fields.
#[derive(Default)]
pub(crate) struct Mistakes(Vec<ErrorLine>);

impl Mistakes {
    /// One, about a field by its id.
    pub(crate) fn at_field(felt: &str, tekst: impl Into<String>) -> Self {
        Self(vec![ErrorLine { felt: Some(felt.to_owned()), tekst: tekst.into() }])
    }

    /// One that is about no field.
    pub(crate) fn of_form(tekst: impl Into<String>) -> Self {
        Self(vec![ErrorLine { felt: None, tekst: tekst.into() }])
    }

    /// These and those.
    pub(crate) fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// Takes a value that was read of a field with this label, or what is wrong with it.
    pub(crate) fn take<T>(&mut self, felt: &str, label: &str, read: Result<T, &str>) -> Option<T> {
        let tekst = match read {
            Ok(value) => return Some(value),
            Err(wrong) => named(label, wrong),
        };
        self.0.push(ErrorLine { felt: Some(felt.to_owned()), tekst });
        None
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is said of a field.
    pub(crate) fn at(&self, felt: &str) -> Option<&str> {
        self.0.iter().find(|line| line.felt.as_deref() == Some(felt)).map(|line| &*line.tekst)
    }

    /// The class by which a field is seen to be wrong.
    pub(crate) fn class(&self, felt: &str) -> &'static str {
        if self.at(felt).is_some() { " har-fejl" } else { "" }
    }

    /// What `aria-describedby` of a field names: its help, where it has one, and what is wrong with it.
    pub(crate) fn described(&self, felt: &str, help: &str) -> String {
        let wrong = self.at(felt).map(|_| format!("{felt}-fejl"));
        Some(help.to_owned()).filter(|help| !help.is_empty()).into_iter().chain(wrong).collect::<Vec<_>>().join(" ")
    }

    /// The title of the page: who hears it read aloud hears first that something is wrong.
    pub(crate) fn in_title(&self, title: &str) -> String {
        if self.is_empty() { title.to_owned() } else { format!("Fejl: {title}") }
    }

    /// What the page answers with.
    pub(crate) fn status(&self) -> StatusCode {
        if self.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
    }
}

/// What is wrong with a field, by its label: two that are wrong in the same way can be told apart.
pub(crate) fn named(label: &str, wrong: &str) -> String {
    format!("{label}: {}", without_capital(wrong))
}

impl<T: Into<String>> From<(&'static str, T)> for Mistakes {
    fn from((felt, tekst): (&'static str, T)) -> Self {
        Self::at_field(felt, tekst)
    }
}

impl From<Vec<ErrorLine>> for Mistakes {
    fn from(lines: Vec<ErrorLine>) -> Self {
        Self(lines)
    }
}

impl<'a> IntoIterator for &'a Mistakes {
    type Item = &'a ErrorLine;
    type IntoIter = std::slice::Iter<'a, ErrorLine>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
