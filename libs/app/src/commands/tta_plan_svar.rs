//! The employee agrees with a version of the TTA plan, or does not.

use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::haendelse::TtaPlanBesvaret;
use forloeb::words::Plansvar;

use super::form::{Field, Form, Kind};
use super::{Answer, Command, CommandContext, Entry, Example, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;
use crate::sealed::{self, Planbemaerkning};

request! {
    /// What the employee says of a version of the plan.
    #[schema(as = PlansvarAnmodning)] PlansvarRequest {
        /// The version; it stands in the route.
        #[schema(ignore)]
        version: u64,
        /// Whether they agree with it.
        svar: Plansvar,
        /// In their own words.
        bemaerkning: Option<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<PlansvarRequest>();

impl Command for PlansvarRequest {
    const NAME: &'static str = "tta-plan-svar";
    const PATH: &'static str = "tta-plan/{version}/svar";
    const SUMMARY: &'static str = "The employee agrees with a version of the plan, or does not.";
    const TAG: &'static str = "tta";
    const ANSWER: Answer = Answer::Plan;
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Planbemaerkning];
    const TEXTS: &'static [&'static str] = &["bemaerkning"];
    const SHOWN: Shown = Shown::Page("/forloeb/{id}/plan");
    const DONE: &'static str = "Dit svar er gemt. Din leder kan se det.";
    const CODE: &'static str = "plansvar";
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("svar", Example::Text("uenig")), ("bemaerkning", Example::Text("Onsdag er for tidligt"))];
}

impl OnForloeb for PlansvarRequest {
    const ACCESS: Intent = Intent::PlanSvar;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { version, svar, bemaerkning } = self;
        let version = super::tta_plan::version(version)?;
        let bemaerkning = bemaerkning.map(|b| at.seal(&f.medarbejder_nr, &Planbemaerkning(b))).transpose()?;
        Ok(Act::BesvarPlan(TtaPlanBesvaret { forloeb: f.id, version, svar, bemaerkning }))
    }
}

/// The form, about the version that is shown.
#[must_use]
pub fn form(version: u32) -> Form {
    let svar = [("enig", "Ja, jeg er enig i planen"), ("uenig", "Nej, der er noget, jeg ikke er enig i")];
    let fields = vec![
        Field::fixed("planversion", version),
        Field::choice("svar", "Er du enig?", &svar),
        Field::new("bemaerkning", "Vil du skrive noget til svaret?", Kind::Long)
            .optional()
            .help("Din leder og koordinatoren kan læse det. Du behøver ikke skrive om helbred."),
    ];
    Form::new("plan/svar", "Dit svar på planen", "Send mit svar", fields)
        .named("plansvar")
        .help("Du kan svare igen, hvis du skifter mening: det seneste svar gælder.")
}
