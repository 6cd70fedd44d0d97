//! Whether an absence is of the illness that the § 56 agreement was made for. Which illness is never said.

use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::Paragraf56Besvaret;
use forloeb::words::JaNej;

use super::form::{Field, Form};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::request;

request! {
    /// Whether the § 56 agreement covers this absence.
    Paragraf56 {
        /// It does, or it does not.
        gaelder: JaNej,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Paragraf56>();

impl Command for Paragraf56 {
    const NAME: &'static str = "paragraf-56";
    const SUMMARY: &'static str = "Says whether the § 56 agreement covers this absence.";
    const SHOWN: Shown = Shown::Forloeb(Group::Money);
    const DONE: &'static str = "Svaret om § 56 er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[("gaelder", Example::Text("ja"))];
}

impl OnForloeb for Paragraf56 {
    fn decide(self, _at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let gaelder = self.gaelder == JaNej::Ja;
        Ok(Act::BesvarParagraf56(Paragraf56Besvaret { forloeb: f.id, gaelder }))
    }

    /// Where there is an agreement on the first absence day, or somebody has said something already.
    fn forms(_at: &CommandContext<'_>, f: &Forloeb, v: &Assessment) -> Vec<Form> {
        if v.refusion.otherwise.is_none() && f.paragraf_56.is_none() {
            return Vec::new();
        }
        let choices = [("ja", "Ja, det er den sygdom, aftalen gælder"), ("nej", "Nej, det er noget andet")];
        let field = Field::choice("gaelder", "Er fraværet dækket af § 56-aftalen?", &choices);
        let field = match f.paragraf_56 {
            Some(gaelder) => field.holding(if gaelder { "ja" } else { "nej" }),
            None => field,
        };
        vec![
            Form::new(Self::NAME, "Svar på § 56", "Gem svaret", vec![field])
                .help("Aftalen dækker kun fravær på grund af den sygdom, den er indgået for. Skriv ikke hvilken."),
        ]
    }
}
