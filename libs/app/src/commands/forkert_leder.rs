//! The employee says that the leader who has their forløb is not theirs. HR decides, and until then HR is told what the
//! leader is told.

use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::LederBestridt;
use forloeb::words::Rolle;

use super::form::{Field, Form};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;
use crate::sealed::{self, Beslutningsgrund};

request! {
    /// The leader is not the employee's.
    ForkertLeder {
        /// Who is, or what else there is to know.
        begrundelse: Option<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<ForkertLeder>();

impl Command for ForkertLeder {
    const NAME: &'static str = "forkert-leder";
    const SUMMARY: &'static str = "The employee says that the leader is not theirs; HR decides.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Beslutningsgrund];
    const TEXTS: &'static [&'static str] = &["begrundelse"];
    const SHOWN: Shown = Shown::Forloeb(Group::Rest);
    const DONE: &'static str = "Det er sagt til HR, som afgør det. Svaret kommer her på siden.";
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("begrundelse", Example::Text("Jeg flyttede til et andet team i januar"))];
}

impl OnForloeb for ForkertLeder {
    const ACCESS: Intent = Intent::ForOneself;
    const OWN_ROUTE: Option<&'static str> = Some("/api/v1/mig/forkert-leder");

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { begrundelse } = self;
        let begrundelse = begrundelse.map(|text| at.seal(&f.medarbejder_nr, &Beslutningsgrund(text))).transpose()?;
        let leder_nr = f.leder(at.today).map(str::to_owned);
        Ok(Act::BestridLeder(LederBestridt { forloeb: f.id, leder_nr, begrundelse }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        if at.caller.rolle != Rolle::Medarbejder || !f.is_aabent(at.today) || f.disputes_leder(at.today) {
            return Vec::new();
        }
        let field = Field::reason("Hvem er din leder, eller hvad skal HR vide?")
            .optional()
            .help("Kun HR og den leder, der står her, kan læse det. Skriv ikke om helbred.");
        vec![Form::new(Self::NAME, "Det er ikke min leder", "Sig det til HR", vec![field]).help(
            "Er den leder, der står på dit forløb, ikke din, så afgør HR det. Indtil da får HR også de påmindelser, lederen får.",
        )]
    }
}
