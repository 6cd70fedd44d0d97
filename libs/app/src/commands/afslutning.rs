//! A forløb ends another way than by raskmelding.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::ForloebAfsluttet;
use forloeb::words::Slutaarsag;

use super::form::{Field, Form};
use super::request::{Wrong, WrongField};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::request;

request! {
    /// How it ended.
    Afslutning {
        /// fratraadt, doed or andet.
        aarsag: Slutaarsag,
        /// Last day.
        dato: NaiveDate,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Afslutning>();

impl Command for Afslutning {
    const NAME: &'static str = "afslutning";
    const SUMMARY: &'static str = "Closes it another way than by raskmelding.";
    const SHOWN: Shown = Shown::Forloeb(Group::Rest);
    const DONE: &'static str = "Forløbet er afsluttet.";
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("aarsag", Example::Text("andet")), ("dato", Example::Text("2026-02-09"))];
}

impl OnForloeb for Afslutning {
    fn decide(self, _at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { aarsag, dato } = self;
        if matches!(aarsag, Slutaarsag::Raskmeldt | Slutaarsag::Annulleret) {
            let wrong = Wrong::NotOneOf(vec!["fratraadt", "doed", "andet"]);
            return Err(vec![WrongField { path: "aarsag".to_owned(), wrong }].into());
        }
        Ok(Act::Afslut(ForloebAfsluttet { forloeb: f.id, aarsag, dato }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        if !f.is_aabent(at.today) {
            return Vec::new();
        }
        let aarsager = [("fratraadt", "Fratrådt"), ("doed", "Død"), ("andet", "Andet")];
        let fields = vec![
            Field::choice("aarsag", "Hvorfor slutter forløbet?", &aarsager),
            Field::day("dato", "Sidste dag", at.today),
        ];
        vec![
            Form::new(Self::NAME, "Afslut uden raskmelding", "Afslut forløbet", fields)
                .serious("Er du sikker?", "Ja, forløbet skal slutte uden raskmelding"),
        ]
    }
}
