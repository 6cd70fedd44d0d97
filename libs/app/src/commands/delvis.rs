//! Another extent of absence from a day on.

use chrono::NaiveDate;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::DelvisRegistreret;
use forloeb::{Forloeb, Procent};

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown, Warned, Warning};
use crate::request;

request! {
    /// Another extent.
    Delvis {
        /// From this day.
        fra: NaiveDate,
        /// Absence in percent.
        omfang_pct: Procent,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Delvis>();

impl Command for Delvis {
    const NAME: &'static str = "delvis";
    const SUMMARY: &'static str = "Another extent of absence from a day on.";
    const SHOWN: Shown = Shown::Forloeb(Group::Absence);
    const DONE: &'static str = "Omfanget er registreret.";
    const DONE_WITH_WARNING: &'static [Warned] = &[Warned {
        about: "lidt",
        code: "delvis-lidt",
        said: "Omfanget er registreret. Fraværet er så lille, at det regnes som fuldt raskmeldt i refusionens forstand.",
    }];
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("fra", Example::Text("2026-02-09")), ("omfang_pct", Example::Whole(50))];
}

impl OnForloeb for Delvis {
    fn decide(self, _at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { fra, omfang_pct } = self;
        Ok(Act::Delvis(DelvisRegistreret { forloeb: f.id, fra, omfang_pct, begrundelse: None }))
    }

    fn warnings(&self, f: &Forloeb) -> Vec<Warning> {
        Warning::of_few_hours(f, self.fra, self.omfang_pct).into_iter().collect()
    }

    fn forms(at: &CommandContext<'_>, _f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        let fields = vec![
            Field::day("fra", "Fra og med", at.today),
            Field::new("omfang_pct", "Fravær i procent", Kind::Number).help("100 er helt fraværende, 50 er halv tid."),
        ];
        vec![Form::new(Self::NAME, "Delvist fravær", "Gem omfanget", fields)]
    }
}
