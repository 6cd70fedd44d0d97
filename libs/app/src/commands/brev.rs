//! A letter on paper was given or sent to the employee: it is recorded, and what it told is not told once more.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::haendelse::BrevGivet;
use forloeb::words::Brevart;

use super::form::{Field, Form};
use super::{Command, CommandContext, Entry, Example, OnForloeb, Refusal, Shown};
use crate::request;

request! {
    /// A letter on paper that the employee was given or sent.
    BrevRequest {
        /// Which letter.
        art: Brevart,
        /// The day it was given or sent; today unless said.
        dato: Option<NaiveDate>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<BrevRequest>();

impl Command for BrevRequest {
    const NAME: &'static str = "brev";
    const SUMMARY: &'static str =
        "A letter on paper was given or sent to the employee: what it told is not told them on paper again.";
    const SHOWN: Shown = Shown::Page("/forloeb/{id}/brev");
    const DONE: &'static str = "Det er noteret, at medarbejderen har fået brevet.";
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("art", Example::Text("besked")), ("dato", Example::Text("2026-02-06"))];
}

impl OnForloeb for BrevRequest {
    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { art, dato } = self;
        // What it told is found by the decision, of the forløb as it is then.
        Ok(Act::GiveBrev(BrevGivet { forloeb: f.id, dato: dato.unwrap_or(at.today), art, om: Vec::new() }))
    }
}

/// The form beside a letter, on the page where it is printed: that is also where it is sent to.
#[must_use]
pub fn form(art: Brevart, today: NaiveDate) -> Form {
    let page = match art {
        Brevart::Besked => "brev",
        Brevart::Indkaldelse => "indkaldelse",
    };
    let fields = vec![Field::fixed("art", art), Field::day("dato", "Hvornår?", today)];
    Form::new(page, "Har medarbejderen fået brevet?", "Jeg har givet eller sendt brevet", fields).help(
        "Så står det i historikken og på medarbejderens egen side, og det, brevet fortæller, skal ikke printes igen.",
    )
}
