//! A forløb gets another leader from a day on.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::LederSkiftet;

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, Near, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;

request! {
    /// Another leader.
    Lederskifte {
        /// Employee number of the leader.
        leder_nr: String,
        /// From this day.
        fra: NaiveDate,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Lederskifte>();

const NEAR: Near = Near {
    who: |projections, f| projections.can_lead(f),
    oneself: true,
    said: "skal være lederens egen leder, en leder ved siden af, en leder under lederen eller lederens stedfortræder",
};

impl Command for Lederskifte {
    const NAME: &'static str = "lederskifte";
    const SUMMARY: &'static str = "Another leader from a day on.";
    const SHOWN: Shown = Shown::Forloeb(Group::Rest);
    const DONE: &'static str = "Lederskiftet er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("leder_nr", Example::Text("1003")), ("fra", Example::Text("2026-02-09"))];
}

impl OnForloeb for Lederskifte {
    const ACCESS: Intent = Intent::Lederskifte;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { leder_nr, fra } = self;
        at.fit(("leder_nr", &leder_nr), f, fra.max(at.today), NEAR)?;
        Ok(Act::SkiftLeder(LederSkiftet { forloeb: f.id, leder_nr, fra }))
    }

    /// HR types the number, because it may be anybody; others choose among those it can be.
    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        let nr = if at.caller.is_hr() {
            Field::new("leder_nr", "Den nye leders medarbejdernummer", Kind::Text)
        } else {
            let near = at.projections().can_lead(f);
            Field::person("leder_nr", "Den nye leder", "Vælg leder", at.people(near))
        };
        let fields = vec![nr, Field::day("fra", "Fra og med", at.today)];
        vec![Form::new(Self::NAME, "Skift leder", "Gem lederskiftet", fields)]
    }
}
