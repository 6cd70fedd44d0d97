//! The employee chose who is to make contact.

use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::KontaktpersonValgt;

use super::form::{Field, Form};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
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
            let (oneself, near) = {
                let projections = at.projections();
                (projections.is_same_person(nr, &f.medarbejder_nr), projections.kolleger(f).contains(nr.as_str()))
            };
            if oneself {
                return Err(Refusal::field("kontaktperson_nr", "kan ikke være medarbejderen selv"));
            }
            // Numbers are not for trying out: who chooses for themself or their own gets one answer for all others.
            if !near && !(at.caller.is_hr() && at.caller.reaches(nr, &at.projections())) {
                let said =
                    "skal være en kollega under samme leder, tillidsrepræsentanten eller arbejdsmiljørepræsentanten";
                return Err(Refusal::field("kontaktperson_nr", said));
            }
            at.employed("kontaktperson_nr", nr, at.today)?;
        }
        Ok(Act::ChooseKontaktperson(KontaktpersonValgt { forloeb: f.id, kontaktperson_nr }))
    }

    /// The colleagues under the same leader, and the representatives.
    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        if !f.is_aabent(at.today) {
            return Vec::new();
        }
        let chosen = f.chosen_kontaktperson.as_deref().unwrap_or_default();
        let nobody = "Ingen valgt: tillidsrepræsentant, arbejdsmiljørepræsentant eller leder";
        let near: Vec<String> = at.projections().kolleger(f).into_iter().map(str::to_owned).collect();
        let people = at.people(near);
        let field = Field::person("kontaktperson_nr", "Kontaktperson", nobody, people).holding(chosen);
        vec![Form::new(Self::NAME, "Vælg kontaktperson", "Gem valget", vec![field]).help(
            "Kontaktpersonen tager den første kontakt og kan se, hvor længe fraværet har varet, men ikke hvorfor.",
        )]
    }
}
