//! The employee approves the message to colleagues of a version of the TTA plan, or does not.

use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::haendelse::TtaBeskedBesvaret;

use super::form::{Field, Form};
use super::{Answer, Command, CommandContext, Entry, Example, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;

request! {
    /// What the employee says of the message to colleagues.
    #[schema(as = BeskedsvarAnmodning)] BeskedsvarRequest {
        /// The version that it stands in; it stands in the route.
        #[schema(ignore)]
        version: u64,
        /// It may be told.
        godkendt: bool,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<BeskedsvarRequest>();

impl Command for BeskedsvarRequest {
    const NAME: &'static str = "tta-plan-besked";
    const PATH: &'static str = "tta-plan/{version}/besked";
    const SUMMARY: &'static str = "The employee approves the message to colleagues of a version, or does not.";
    const TAG: &'static str = "tta";
    const ANSWER: Answer = Answer::Plan;
    const SHOWN: Shown = Shown::Page("/forloeb/{id}/plan");
    const DONE: &'static str = "Dit svar om beskeden til kollegerne er gemt.";
    const CODE: &'static str = "beskedsvar";
    const EXAMPLE: &'static [(&'static str, Example)] = &[("godkendt", Example::Yes(true))];
}

impl OnForloeb for BeskedsvarRequest {
    const ACCESS: Intent = Intent::PlanSvar;

    fn decide(self, _at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let version = super::tta_plan::version(self.version)?;
        Ok(Act::BesvarBesked(TtaBeskedBesvaret { forloeb: f.id, version, godkendt: self.godkendt }))
    }
}

/// The form, about the message of the version that is shown.
#[must_use]
pub fn form(version: u32, besked: &str) -> Form {
    let godkendt = [("ja", "Ja, det må de få at vide"), ("nej", "Nej, det må de ikke")];
    let mut answer = Field::choice("godkendt", "Må kollegerne få det at vide?", &godkendt);
    answer.kind = super::form::Kind::YesNo;
    let fields = vec![Field::fixed("planversion", version), answer];
    Form::new("plan/besked", "Beskeden til dine kolleger", "Send mit svar", fields).named("beskedsvar").help(format!(
        "Der står: “{besked}”. Kun en tekst, du har godkendt, vises som det, der må fortælles. Du kan ændre dit svar."
    ))
}
