//! The forms on the page of a forløb, under their headings.

use forloeb::Forloeb;
use forloeb::frister::Assessment;

use super::page_form::PageForm;
use super::reader_view::ReaderView;
use crate::commands;

/// Forms under one heading.
pub(crate) struct FormGroup {
    pub(crate) title: &'static str,
    pub(crate) page_forms: Vec<PageForm>,
}

/// Every form for this reader.
pub(crate) fn all(k: &ReaderView<'_>, f: &Forloeb, v: &Assessment) -> Vec<FormGroup> {
    let form_group = |(group, forms): (commands::Group, Vec<_>)| FormGroup {
        title: group.title(),
        page_forms: forms.into_iter().map(PageForm::from).collect(),
    };
    commands::forms(&k.at(), f, v).into_iter().map(form_group).collect()
}
