//! A version of the TTA plan was shared with somebody outside Raskvej.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::haendelse::TtaPlanDelt;

use super::form::{Field, Form, Kind};
use super::{Answer, Command, CommandContext, Entry, Example, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;
use crate::sealed::{self, Planmodtager};

request! {
    /// A version of the plan was shared.
    #[schema(as = DelingAnmodning)] DelingRequest {
        /// The version; it stands in the route.
        #[schema(ignore)]
        version: u64,
        /// With whom.
        med: String,
        /// The day it happened.
        dato: NaiveDate,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<DelingRequest>();

impl Command for DelingRequest {
    const NAME: &'static str = "tta-plan-delt";
    const PATH: &'static str = "tta-plan/{version}/delt";
    const SUMMARY: &'static str = "Records that a version of the plan was shared with somebody.";
    const TAG: &'static str = "tta";
    const ANSWER: Answer = Answer::Plan;
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Planmodtager];
    const TEXTS: &'static [&'static str] = &["med"];
    const SHOWN: Shown = Shown::Page("/forloeb/{id}/plan");
    const DONE: &'static str = "Det er noteret, hvem der har fået planen.";
    const CODE: &'static str = "plan-delt";
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("med", Example::Text("Kommunens jobcenter")), ("dato", Example::Text("2026-02-16"))];
}

impl OnForloeb for DelingRequest {
    const ACCESS: Intent = Intent::TtaPlan;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { version, med, dato } = self;
        let version = super::tta_plan::version(version)?;
        let confidential = at.seal(&f.medarbejder_nr, &Planmodtager(med))?;
        Ok(Act::DelPlan(TtaPlanDelt { forloeb: f.id, version, dato, confidential }))
    }
}

/// The form, about the version that is shown.
#[must_use]
pub fn form(version: u32, today: NaiveDate) -> Form {
    let fields = vec![
        Field::fixed("planversion", version),
        Field::new("med", "Hvem har fået planen?", Kind::Text)
            .help("Fx kommunens jobcenter eller medarbejderens læge. Del kun med medarbejderens samtykke."),
        Field::day("dato", "Hvornår?", today),
    ];
    Form::new("plan/delt", "Notér, at planen er delt", "Gem", fields).named("plan-delt")
}
