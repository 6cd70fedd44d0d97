//! A step of a mulighedserklæring (§ 36 a): when it was asked for, when the talk on it was, when it was received. What
//! stands in it is never recorded.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::MulighedserklaeringRegistreret;
use forloeb::words::{Mulighedstrin, Rolle};

use super::form::{Field, Form};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::request;

request! {
    /// A step of a mulighedserklæring.
    Mulighedserklaering {
        /// How far it has come.
        trin: Mulighedstrin,
        /// The day it happened.
        dato: NaiveDate,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Mulighedserklaering>();

impl Command for Mulighedserklaering {
    const NAME: &'static str = "mulighedserklaering";
    const SUMMARY: &'static str = "A step of a mulighedserklæring (§ 36 a): its day, and nothing that stands in it.";
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Dagen er registreret. Gem selve erklæringen et andet sted; den hører ikke til her.";
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("trin", Example::Text("anmodet")), ("dato", Example::Text("2026-02-06"))];
}

impl OnForloeb for Mulighedserklaering {
    fn decide(self, _at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { trin, dato } = self;
        Ok(Act::Mulighedserklaering(MulighedserklaeringRegistreret { forloeb: f.id, trin, dato }))
    }

    /// The next step stands first.
    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        if !f.is_aabent(at.today) || !f.has_begun(at.today) || at.caller.rolle == Rolle::Medarbejder {
            return Vec::new();
        }
        let next = match f.sagt.mulighedserklaeringer.last().map(|step| step.what.trin) {
            None | Some(Mulighedstrin::Modtaget) => Mulighedstrin::Anmodet,
            Some(Mulighedstrin::Anmodet) => Mulighedstrin::Samtale,
            Some(Mulighedstrin::Samtale) => Mulighedstrin::Modtaget,
        };
        let choices = [
            ("anmodet", "Jeg har bedt om den"),
            ("samtale", "Vi har holdt samtalen om den"),
            ("modtaget", "Vi har fået den fra lægen"),
        ];
        let fields = vec![
            Field::choice("trin", "Hvad er der sket?", &choices).holding(next.code()),
            Field::day("dato", "Dato", at.today),
        ];
        vec![Form::new(Self::NAME, "Mulighedserklæring", "Gem dagen", fields).help(
            "I udfylder første del sammen i en samtale, lægen anden del, og arbejdspladsen betaler (§ 36 a). Her står kun dagene, aldrig indholdet.",
        )]
    }
}
