//! The employee says that they are back at work.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::calendar::plus_dage;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::Raskmeldt;
use forloeb::words::Rolle;

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;

request! {
    /// The employee is back at work.
    EgenRaskmelding {
        /// Last day of absence.
        sidste_fravaersdag: NaiveDate,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<EgenRaskmelding>();

impl Command for EgenRaskmelding {
    const NAME: &'static str = "egen-raskmelding";
    const SUMMARY: &'static str =
        "The employee is back at work; where that was told already with the same day, nothing happens.";
    const SHOWN: Shown = Shown::Forloeb(Group::Absence);
    const DONE: &'static str = "Du er meldt rask. Velkommen tilbage.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[("sidste_fravaersdag", Example::Text("2026-02-05"))];
}

impl OnForloeb for EgenRaskmelding {
    const ACCESS: Intent = Intent::ForOneself;
    const OWN_ROUTE: Option<&'static str> = Some("/api/v1/mig/raskmelding");

    fn decide(self, _at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { sidste_fravaersdag } = self;
        Ok(Act::ReportOneselfBack(Raskmeldt { forloeb: f.id, sidste_fravaersdag }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        if at.caller.rolle != Rolle::Medarbejder || !f.is_aabent(at.today) || !f.has_begun(at.today) {
            return Vec::new();
        }
        let last = plus_dage(at.today, -1).max(f.foerste);
        let field = Field::new("sidste_fravaersdag", "Sidste dag, du er væk", Kind::Date)
            .holding(last)
            .help("Er du på arbejde igen i dag, er det i går.");
        vec![
            Form::new(Self::NAME, "Meld dig rask", "Meld mig rask", vec![field])
                .help("Det, I har aftalt om din tilbagevenden, gælder stadig. De møder om fraværet, der ikke er holdt, bliver aflyst. Bliver du syg igen, melder du dig bare syg på ny."),
        ]
    }
}
