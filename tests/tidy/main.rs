//! What is said about the tree in CONTRIBUTING.md, checked: `cargo test -p tidy`. A rule is a module with one function
//! from the tree to its faults. What a rule still lets pass stands in `allowed/`, in lists that may only shrink.

mod adr;
mod allowed;
mod alone;
mod circles;
mod clock;
mod documents;
mod events;
mod json;
mod layers;
mod length;
mod locks;
mod money;
mod numbers;
mod opening;
mod rust;
mod tree;

use std::fmt::Write as _;

use tree::Tree;

/// Something that is not as it should be, and what would be right.
pub(crate) struct Fault {
    path: String,
    line: usize,
    what: String,
}

impl Fault {
    pub(crate) fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into() }
    }
}

#[track_caller]
fn none(faults: &[Fault]) {
    let mut all = String::new();
    for Fault { path, line, what } in faults {
        let _ = writeln!(all, "{path}:{line}: {what}");
    }
    assert!(faults.is_empty(), "{} faults\n{all}", faults.len());
}

#[test]
fn a_crate_sees_only_those_below_it() {
    none(&layers::faults(&Tree::read()));
}

#[test]
fn a_file_is_one_subject_of_500_lines_at_most() {
    none(&allowed::less("length", length::faults(&Tree::read())));
}

#[test]
fn nothing_is_made_as_untyped_json() {
    none(&allowed::less("json", json::faults(&Tree::read())));
}

#[test]
fn one_file_reads_the_clock() {
    none(&clock::faults(&Tree::read()));
}

#[test]
fn an_amount_is_a_type_and_written_in_one_way() {
    none(&money::faults(&Tree::read()));
}

#[test]
fn a_file_opens_by_saying_what_it_is_for() {
    none(&opening::faults(&Tree::read()));
}

#[test]
fn what_is_done_under_each_lock_is_said() {
    none(&locks::faults(&Tree::read()));
}

#[test]
fn the_project_stands_alone() {
    none(&alone::faults(&Tree::read()));
}

#[test]
fn numbers_are_written_in_the_language_of_the_document() {
    none(&numbers::faults(&Tree::read()));
}

#[test]
fn what_documents_name_exists() {
    none(&documents::faults(&Tree::read()));
}

#[test]
fn decisions_have_one_form() {
    none(&adr::faults(&Tree::read()));
}

#[test]
fn a_match_over_events_names_them_all() {
    none(&allowed::less("events", events::faults(&Tree::read())));
}

#[test]
fn rooms_do_not_import_each_other_in_circles() {
    none(&allowed::less("circles", circles::faults(&Tree::read())));
}

#[test]
fn an_alert_asks_for_what_is_told() {
    none(&documents::alarms(&Tree::read()));
}
