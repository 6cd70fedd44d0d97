//! The employee chose who is to make contact.

use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::KontaktpersonValgt;

use super::form::{Field, Form};
use super::{Command, CommandContext, Entry, Example, Group, Near, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;

request! {
    /// Whom the employee chose to be contacted by.
    Kontaktperson {
        /// Employee number; TR, AMR or leader unless said.
        kontaktperson_nr: Option<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Kontaktperson>();

/// The colleagues under the same leader, and the representatives.
pub(super) const NEAR: Near = Near {
    who: |projections, f| projections.kolleger(f).into_iter().map(str::to_owned).collect(),
    oneself: false,
    said: "skal være en kollega under samme leder, tillidsrepræsentanten eller arbejdsmiljørepræsentanten",
};

impl Command for Kontaktperson {
    const NAME: &'static str = "kontaktperson";
    const SUMMARY: &'static str = "The employee chose who is to make contact.";
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Valget af kontaktperson er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[("kontaktperson_nr", Example::Text("1003"))];
}

impl OnForloeb for Kontaktperson {
    const ACCESS: Intent = Intent::Kontaktperson;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { kontaktperson_nr } = self;
        if let Some(nr) = &kontaktperson_nr {
            at.fit(("kontaktperson_nr", nr), f, at.today, NEAR)?;
        }
        Ok(Act::ChooseKontaktperson(KontaktpersonValgt { forloeb: f.id, kontaktperson_nr }))
    }

    /// The colleagues under the same leader, and the representatives.
    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        if !f.is_aabent(at.today) {
            return Vec::new();
        }
        let chosen = f.chosen_kontaktperson.as_deref().unwrap_or_default();
        let chosen = at.projections().current_nr(chosen).to_owned();
        let ahead = f.omsorgskollega(at.today).is_some() && at.projections().has_omsorgskolleger();
        let nobody = if ahead {
            "Ingen valgt her: omsorgskollegaen, som er valgt på forhånd"
        } else {
            "Ingen valgt: tillidsrepræsentant, arbejdsmiljørepræsentant eller leder"
        };
        let near: Vec<String> = at.projections().kolleger(f).into_iter().map(str::to_owned).collect();
        let people = at.people(near);
        let field = Field::person("kontaktperson_nr", "Kontaktperson", nobody, people).holding(chosen);
        vec![Form::new(Self::NAME, "Vælg kontaktperson", "Gem valget", vec![field]).help(
            "Kontaktpersonen tager den første kontakt og kan se, hvor længe fraværet har varet, men ikke hvorfor.",
        )]
    }
}
