//! The employee is back at work.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::calendar::plus_dage;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::Raskmeldt;

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::request;

request! {
    /// Back at work.
    Raskmelding {
        /// Last day of absence.
        sidste_fravaersdag: NaiveDate,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Raskmelding>();

impl Command for Raskmelding {
    const NAME: &'static str = "raskmelding";
    const SUMMARY: &'static str = "Back at work.";
    const SHOWN: Shown = Shown::Forloeb(Group::Absence);
    const DONE: &'static str = "Raskmeldingen er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[("sidste_fravaersdag", Example::Text("2026-02-09"))];
}

impl OnForloeb for Raskmelding {
    fn decide(self, _at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { sidste_fravaersdag } = self;
        Ok(Act::Raskmeld(Raskmeldt { forloeb: f.id, sidste_fravaersdag }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        if !f.is_aabent(at.today) {
            return Vec::new();
        }
        // Most are reported back on the morning of their first day at work; nobody before they were away.
        let last = plus_dage(at.today, -1).max(f.foerste);
        let field = Field::new("sidste_fravaersdag", "Sidste fraværsdag", Kind::Date).holding(last);
        vec![
            Form::new(Self::NAME, "Raskmelding", "Registrér raskmelding", vec![field])
                .help("Frister, der ikke er nået, bortfalder. Det, der handler om refusion, fortsætter."),
        ]
    }
}
