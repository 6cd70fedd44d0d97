//! The employer decides whether it wishes that the kommune follows up, § 13 f.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::KommunensOpfoelgningBesluttet;
use forloeb::words::{Fristart, KommunensRolle, Oenske};

use super::form::{Field, Form};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::request;
use crate::sealed::{self, Beslutningsgrund};
use texts::sentences;

request! {
    /// Whether the employer wishes that the kommune follows up.
    KommunensOpfoelgning {
        /// Decision.
        beslutning: Oenske,
        /// Day.
        dato: NaiveDate,
        /// Why.
        begrundelse: Option<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<KommunensOpfoelgning>();

impl Command for KommunensOpfoelgning {
    const NAME: &'static str = "kommunens-opfoelgning";
    const SUMMARY: &'static str = "The employer decides whether it wishes that the kommune follows up.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Beslutningsgrund];
    const TEXTS: &'static [&'static str] = &["begrundelse"];
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Beslutningen om kommunens opfølgning er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("beslutning", Example::Text("oensket")),
        ("dato", Example::Text("2026-02-06")),
        ("begrundelse", Example::Text("Vi vil gerne have kommunen med i en plan")),
    ];
}

impl OnForloeb for KommunensOpfoelgning {
    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { beslutning, dato, begrundelse } = self;
        let begrundelse = begrundelse.map(|b| at.seal(&f.medarbejder_nr, &Beslutningsgrund(b))).transpose()?;
        let h = KommunensOpfoelgningBesluttet { forloeb: f.id, beslutning, dato, begrundelse };
        Ok(Act::KommunensOpfoelgning(h))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, v: &Assessment) -> Vec<Form> {
        let rolle = v.frist(Fristart::OtteUger).and_then(|fr| fr.kommunens_rolle);
        let decided = !f.kommunens_opfoelgning.is_empty();
        let Some(rolle) = rolle.filter(|rolle| decided || *rolle != KommunensRolle::FollowsUp) else {
            return Vec::new();
        };
        let beslutning = [("oensket", "Vi ønsker, at kommunen følger op"), ("ikke_oensket", "Vi ønsker det ikke")];
        let fields = vec![
            Field::choice("beslutning", "Ønsker I kommunens opfølgning?", &beslutning),
            Field::day("dato", "Dato", at.today),
            Field::reason("Begrundelse").optional().help("Skriv ikke om helbred."),
        ];
        let help = format!("Kommunen: {}.", sentences::kommunens_rolle(rolle));
        vec![Form::new(Self::NAME, "Kommunens opfølgning", "Gem beslutningen", fields).help(&help)]
    }
}
