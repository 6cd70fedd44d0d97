//! For the time being no TTA plan is needed.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::haendelse::TtaPlanUndtaget;

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;
use crate::sealed::{self, Beslutningsgrund};

request! {
    /// No plan is needed until a day. A new version of the plan ends it.
    #[schema(as = PlanIkkeNoedvendig)] NotNeeded {
        /// Why.
        begrundelse: String,
        /// The last day on which it holds: then it is looked at again, and the reminders come back.
        til: NaiveDate,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<NotNeeded>();

impl Command for NotNeeded {
    const NAME: &'static str = "tta-plan-ikke-noedvendig";
    const SUMMARY: &'static str = "No plan is needed until a day; then it is looked at again.";
    const TAG: &'static str = "tta";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Beslutningsgrund];
    const TEXTS: &'static [&'static str] = &["begrundelse"];
    const SHOWN: Shown = Shown::Page("/forloeb/{id}/plan");
    const DONE: &'static str = "Det er registreret, at der ikke er brug for en plan lige nu.";
    const CODE: &'static str = "plan-ikke-noedvendig";
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("begrundelse", Example::Text("Er tilbage på fuld tid om to uger")), ("til", Example::Text("2026-04-30"))];
}

impl OnForloeb for NotNeeded {
    const ACCESS: Intent = Intent::TtaPlan;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let begrundelse = at.seal(&f.medarbejder_nr, &Beslutningsgrund(self.begrundelse))?;
        Ok(Act::UndtagPlan(TtaPlanUndtaget { forloeb: f.id, til: self.til, begrundelse }))
    }
}

/// The form, which stands below the plan.
#[must_use]
pub fn form() -> Form {
    let fields = vec![
        Field::reason("Hvorfor er der ikke brug for en plan lige nu?"),
        Field::new("til", "Hvornår ser I på det igen?", Kind::Date)
            .help("Til og med den dag minder Raskvej ikke om planen. Derefter gør den."),
    ];
    Form::new("plan/ikke-noedvendig", "Der er ikke brug for en plan lige nu", "Gem", fields).named("ikke-noedvendig")
}
