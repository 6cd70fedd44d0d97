//! The employee chose the colleague who may ring them, should they fall ill: for whenever that is, where the workplace has
//! such choices. It is the employee's own, and nobody gives it for them.

use forloeb::command::DomainCommand;
use forloeb::haendelse::OmsorgskollegaValgt;

use super::form::{Field, Form};
use super::{After, Answer, Command, CommandContext, Entry, Example, Left, OnEmployment, Refusal, Shown};
use crate::access::{Intent, User};
use crate::projections::Projections;
use crate::request;

request! {
    /// Whom the employee lets ring them, should they fall ill.
    Omsorgskollega {
        /// Employee number; nobody any more unless said.
        kollega_nr: Option<String>,
    }
}

pub static ENTRY: Entry = Entry::on_employment::<Omsorgskollega>();

impl Command for Omsorgskollega {
    const NAME: &'static str = "omsorgskollega";
    const SUMMARY: &'static str = "The employee chose the colleague who may ring them, should they fall ill.";
    const ANSWER: Answer = Answer::Omsorgskollega;
    const SHOWN: Shown = Shown::Page("/mig");
    const DONE: &'static str = "Dit valg er gemt.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[("kollega_nr", Example::Text("1003"))];
}

impl OnEmployment for Omsorgskollega {
    const ROUTE: &'static str = "/api/v1/mig/omsorgskollega";
    const ACCESS: Intent = Intent::ForOneself;

    fn employment<'a>(&'a self, caller: &'a User) -> &'a str {
        caller.nr.as_deref().unwrap_or_default()
    }

    fn may(&self, caller: &User, projections: &Projections) -> Result<(), Refusal> {
        Ok(caller.may_do_for_oneself(projections)?)
    }

    fn decide(self, at: &CommandContext<'_>) -> Result<DomainCommand, Refusal> {
        let Self { kollega_nr } = self;
        if !at.projections().has_omsorgskolleger() {
            let said = "kan ikke vælges: arbejdspladsen bruger ikke omsorgskolleger";
            return Err(Refusal::field("kollega_nr", said));
        }
        let own = at.caller.nr.as_deref().unwrap_or_default();
        if let Some(nr) = &kollega_nr {
            if nr == own {
                return Err(Refusal::field("kollega_nr", "kan ikke være dig selv"));
            }
            // Numbers are not for trying out: for everybody who is not near the answer is one.
            if !at.projections().own_kolleger(own).contains(nr.as_str()) {
                let said =
                    "skal være en kollega under samme leder, tillidsrepræsentanten eller arbejdsmiljørepræsentanten";
                return Err(Refusal::field("kollega_nr", said));
            }
        }
        Ok(DomainCommand::ChooseOmsorgskollega(OmsorgskollegaValgt { kollega_nr }))
    }

    fn left(after: After) -> Result<Left, Refusal> {
        Ok(Left::Employment(after))
    }
}

/// The form of an employee who has chosen this one, or nobody.
#[must_use]
pub fn form(at: &CommandContext<'_>, nr: &str, chosen: Option<&str>) -> Form {
    let near: Vec<String> = at.projections().own_kolleger(nr).into_iter().map(str::to_owned).collect();
    let field = Field::person("kollega_nr", "Kollega", "Ingen valgt", at.people(near));
    Form::new(
        Omsorgskollega::NAME,
        "Hvem må ringe til dig, hvis du bliver syg?",
        "Gem valget",
        vec![field.holding(chosen.unwrap_or_default())],
    )
    .help(
        "Kollegaen tager den første kontakt og får mail, når den nærmer sig. Mens du er syg, kan kollegaen se, hvor længe du har \
         været væk, dit telefonnummer, din mail og dine ønsker til kontakten, men aldrig hvorfor. Indtil du bliver syg, ser kollegaen \
         ingenting og får ikke at vide, at du har valgt. Du kan ændre valget når som helst; gør du det, mens du er syg, gælder det \
         nye med det samme.",
    )
}
