//! HR decides that the leader is the right one, though the employee said otherwise. Another leader is a change of leader.

use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::LederBeholdt;

use super::form::{Field, Form};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;
use crate::sealed::{self, Beslutningsgrund};

request! {
    /// The leader stays.
    LederenBeholdt {
        /// Why; the employee reads it.
        begrundelse: String,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<LederenBeholdt>();

impl Command for LederenBeholdt {
    const NAME: &'static str = "leder-beholdt";
    const SUMMARY: &'static str = "Decides that the leader is the right one, where the employee said otherwise.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Beslutningsgrund];
    const TEXTS: &'static [&'static str] = &["begrundelse"];
    const SHOWN: Shown = Shown::Forloeb(Group::Rest);
    const DONE: &'static str = "Det er afgjort, at lederen er den rigtige. Medarbejderen kan læse hvorfor.";
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("begrundelse", Example::Text("Flytningen til det nye team sker først i marts"))];
}

impl OnForloeb for LederenBeholdt {
    const ACCESS: Intent = Intent::KeepLeder;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let begrundelse = at.seal(&f.medarbejder_nr, &Beslutningsgrund(self.begrundelse))?;
        Ok(Act::BeholdLeder(LederBeholdt { forloeb: f.id, begrundelse }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        if !f.disputes_leder(at.today) {
            return Vec::new();
        }
        let field =
            Field::reason("Hvorfor er lederen den rigtige?").help("Medarbejderen læser det. Skriv ikke om helbred.");
        vec![Form::new(Self::NAME, "Medarbejderen siger: det er ikke min leder", "Lederen er den rigtige", vec![field]).help(
            "Er det en anden, så brug Lederskifte nedenfor; så er det også afgjort. Indtil da får HR lederens påmindelser.",
        )]
    }
}
