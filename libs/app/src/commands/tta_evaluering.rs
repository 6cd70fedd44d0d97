//! The TTA plan was evaluated.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::haendelse::TtaEvalueret;

use super::form::{Field, Form, Kind};
use super::{Answer, Command, CommandContext, Entry, Example, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;
use crate::sealed::{self, Konklusion};

request! {
    /// An evaluation of the plan.
    Evaluering {
        /// Day.
        dato: NaiveDate,
        /// What was concluded.
        konklusion: Option<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Evaluering>();

impl Command for Evaluering {
    const NAME: &'static str = "tta-evaluering";
    const OPERATION: Option<&'static str> = Some("evaluer");
    const SUMMARY: &'static str = "Records that the plan was evaluated.";
    const TAG: &'static str = "tta";
    const ANSWER: Answer = Answer::Plan;
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Konklusion];
    const TEXTS: &'static [&'static str] = &["konklusion"];
    const SHOWN: Shown = Shown::Page("/forloeb/{id}/plan");
    const DONE: &'static str = "Evalueringen er registreret.";
    const CODE: &'static str = "evaluering";
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("dato", Example::Text("2026-02-09")), ("konklusion", Example::Text("Vi går en time op om ugen"))];
}

impl OnForloeb for Evaluering {
    const ACCESS: Intent = Intent::TtaPlan;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { dato, konklusion } = self;
        let confidential = konklusion.map(|k| at.seal(&f.medarbejder_nr, &Konklusion(k))).transpose()?;
        Ok(Act::EvaluerPlan(TtaEvalueret { forloeb: f.id, dato, confidential }))
    }
}

/// The form, which stands above the plan.
#[must_use]
pub fn form(today: NaiveDate) -> Form {
    let fields = vec![
        Field::day("dato", "Dato for evalueringen", today),
        Field::new("konklusion", "Hvad blev I enige om?", Kind::Long)
            .optional()
            .help("Skriv ikke om helbred. Teksten gemmes krypteret."),
    ];
    Form::new("plan/evaluering", "Registrér en evaluering", "Gem evalueringen", fields).named("evaluering")
}
