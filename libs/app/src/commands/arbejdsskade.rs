//! The injury at work was notified in EASY.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::ArbejdsskadeAnmeldt;
use forloeb::words::Aarsag;

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown, is_number};
use crate::request;

request! {
    /// The injury at work was notified in EASY.
    Arbejdsskade {
        /// Day.
        dato: NaiveDate,
        /// Case number of EASY.
        sagsnummer: Option<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Arbejdsskade>();

impl Command for Arbejdsskade {
    const NAME: &'static str = "arbejdsskade";
    const SUMMARY: &'static str = "The injury at work was notified in EASY.";
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Anmeldelsen i EASY er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("dato", Example::Text("2026-01-12")), ("sagsnummer", Example::Text("26-12345"))];
}

impl OnForloeb for Arbejdsskade {
    fn decide(self, _at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { dato, sagsnummer } = self;
        is_number("sagsnummer", "skal være sagens nummer: højst 60 bogstaver, tal og -/.", sagsnummer.as_deref())?;
        Ok(Act::AnmeldArbejdsskade(ArbejdsskadeAnmeldt { forloeb: f.id, dato, sagsnummer }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        if f.aarsag != Aarsag::Arbejdsskade || !f.easy.is_empty() {
            return Vec::new();
        }
        let fields = vec![
            Field::day("dato", "Dato for anmeldelsen", at.today),
            Field::new("sagsnummer", "Sagens nummer i EASY", Kind::Text).optional(),
        ];
        vec![
            Form::new(Self::NAME, "Arbejdsskaden er anmeldt i EASY", "Gem anmeldelsen", fields)
                .help("Skriv ikke, hvad der skete, eller hvad skaden er. Det hører til i EASY."),
        ]
    }
}
