//! What the employee wants of the TTA plan, in their own words: written by the employee, or by somebody at work on their
//! behalf, which is said wherever it is shown.

use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::haendelse::TtaEgneOrdSkrevet;
use forloeb::words::{Part, Rolle};

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;
use crate::sealed::{self, EgneOrd};

request! {
    /// What the employee wants of the plan. It takes the place of what was written before.
    #[schema(as = EgneOrdAnmodning)] EgneOrdRequest {
        /// How the employee sees it.
        ord: Option<String>,
        /// What the employee aims at.
        maal: Option<String>,
        /// Whom the employee wishes to have with them: a colleague, the representative, somebody from outside.
        #[schema(required = false)]
        netvaerk: Vec<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<EgneOrdRequest>();

impl Command for EgneOrdRequest {
    const NAME: &'static str = "tta-plan-egne-ord";
    const SUMMARY: &'static str = "Writes what the employee wants of the plan: by the employee, or on their behalf.";
    const TAG: &'static str = "tta";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::EgneOrd];
    const TEXTS: &'static [&'static str] = &["ord", "maal", "netvaerk"];
    const SHOWN: Shown = Shown::Page("/forloeb/{id}/plan");
    const DONE: &'static str = "Ordene er gemt og står ved planen.";
    const CODE: &'static str = "egne-ord";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("ord", Example::Text("Jeg vil gerne begynde stille")),
        ("maal", Example::Text("Fuld tid til sommer")),
        ("netvaerk", Example::List(&[Example::Text("Tillidsrepræsentanten")])),
    ];
}

impl OnForloeb for EgneOrdRequest {
    const ACCESS: Intent = Intent::EgneOrd;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { ord, maal, netvaerk } = self;
        if ord.is_none() && maal.is_none() && netvaerk.is_empty() {
            return Err(Refusal::field("ord", "skal udfyldes, eller et mål, eller hvem der gerne må være med"));
        }
        let af = if at.caller.rolle == Rolle::Medarbejder { Part::Medarbejder } else { Part::Arbejdsgiver };
        let confidential = at.seal(&f.medarbejder_nr, &EgneOrd { ord, maal, netvaerk })?;
        Ok(Act::WriteEgneOrd(TtaEgneOrdSkrevet { forloeb: f.id, af, confidential }))
    }
}

/// The form, with what was written last. `own`: it is the employee's.
#[must_use]
pub fn form(own: bool, last: EgneOrd) -> Form {
    let labels = if own {
        ["Hvordan ser du selv på det?", "Hvad er dit mål?", "Hvem vil du gerne have med?"]
    } else {
        ["Hvordan ser medarbejderen på det?", "Hvad er medarbejderens mål?", "Hvem vil medarbejderen gerne have med?"]
    };
    let [ord, maal, netvaerk] = labels;
    let fields = vec![
        Field::new("ord", ord, Kind::Long).optional().holding(last.ord.unwrap_or_default()),
        Field::new("maal", maal, Kind::Long).optional().holding(last.maal.unwrap_or_default()),
        Field::new("netvaerk", netvaerk, Kind::Lines).optional().holding(last.netvaerk.join("\n")).help(
            "Fx en kollega, tillidsrepræsentanten eller en ven. Én på hver linje. De inviteres kun, hvis det ønskes.",
        ),
    ];
    let title = if own { "Dine egne ord og mål" } else { "Medarbejderens egne ord og mål" };
    let help = if own {
        "Det, du skriver, står ved planen for dem, der laver den sammen med dig. Du behøver ikke skrive om helbred."
    } else {
        "Skriv det kun, hvis medarbejderen har bedt om det. Det står ved planen, at du har skrevet det for medarbejderen."
    };
    Form::new("plan/egne-ord", title, "Gem ordene", fields).named("egne-ord").help(help)
}
