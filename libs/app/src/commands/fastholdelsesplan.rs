//! The employee asks for a fastholdelsesplan (§ 7 b).

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::FastholdelsesplanAnmodet;
use forloeb::words::Rolle;

use super::form::{Field, Form};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;

request! {
    /// The employee asks for a fastholdelsesplan.
    Fastholdelsesplan {
        /// The day they ask; today unless said.
        dato: Option<NaiveDate>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Fastholdelsesplan>();

impl Command for Fastholdelsesplan {
    const NAME: &'static str = "fastholdelsesplan";
    const SUMMARY: &'static str =
        "The employee asks for a fastholdelsesplan (§ 7 b); until it is answered, once more is no other.";
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Du har bedt om en fastholdelsesplan. Din leder kan se det og skal svare dig.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[("dato", Example::Text("2026-02-06"))];
}

impl OnForloeb for Fastholdelsesplan {
    const ACCESS: Intent = Intent::ForOneself;
    const OWN_ROUTE: Option<&'static str> = Some("/api/v1/mig/fastholdelsesplan");

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let dato = self.dato.unwrap_or(at.today);
        Ok(Act::AnmodFastholdelsesplan(FastholdelsesplanAnmodet { forloeb: f.id, dato }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        let open = f.is_aabent(at.today) && f.has_begun(at.today);
        if at.caller.rolle != Rolle::Medarbejder || !open || f.sagt.awaits_fastholdelsessvar() {
            return Vec::new();
        }
        vec![
            Form::new(Self::NAME, "Bed om en fastholdelsesplan", "Jeg vil gerne have en plan", vec![Field::fixed("dato", at.today)])
                .help(
                    "Venter du ikke at være tilbage inden 8 uger fra første sygedag, kan du bede om, at du og din arbejdsplads \
                     laver en skriftlig plan sammen. Arbejdspladsen kan sige nej, hvis den ikke finder planen nødvendig, og \
                     skal så sige hvorfor her (sygedagpengeloven § 7 b).",
                ),
        ]
    }
}
