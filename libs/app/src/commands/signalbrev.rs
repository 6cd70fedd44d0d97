//! Whether a leader wants a mail a week about signals of frequent absence.

use forloeb::command::DomainCommand;
use forloeb::haendelse::SignalbrevOensket;

use super::form::{Field, Form, Kind};
use super::{After, Answer, Command, CommandContext, Entry, Example, Left, OnEmployment, Refusal, Shown};
use crate::access::{Intent, User};
use crate::projections::Projections;
use crate::request;

request! {
    /// Whether the leader wants a mail a week.
    Signalbrevsoenske {
        /// Yes; else no more.
        ugentligt: bool,
    }
}

pub static ENTRY: Entry = Entry::on_employment::<Signalbrevsoenske>();

impl Command for Signalbrevsoenske {
    const NAME: &'static str = "signalbrev";
    const SUMMARY: &'static str = "Whether the leader who asks wants a mail a week when there is news of frequent absence among their people. Nobody gets it\nwho has not asked.";
    const ANSWER: Answer = Answer::Signalbrev;
    const SHOWN: Shown = Shown::Page("/signaler");
    const DONE: &'static str = "Det er gemt, om du vil have en mail om ugen.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[("ugentligt", Example::Yes(true))];
}

impl OnEmployment for Signalbrevsoenske {
    const ROUTE: &'static str = "/api/v1/signalbrev";
    const ACCESS: Intent = Intent::Signalbrev;

    fn employment<'a>(&'a self, caller: &'a User) -> &'a str {
        caller.leder_nr().unwrap_or_default()
    }

    fn may(&self, caller: &User, projections: &Projections) -> Result<(), Refusal> {
        caller.may_do(Intent::Signalbrev)?;
        let nr = caller.leder_nr().filter(|nr| projections.version(nr) > 0).ok_or(Refusal::NotFound)?;
        // Who only stands in for a leader has no people whom the mail could be about.
        let said = "kan kun ønskes af den, som lønsystemet kender som leder";
        projections.leads(nr).then_some(()).ok_or_else(|| Refusal::field("ugentligt", said))
    }

    fn decide(self, _at: &CommandContext<'_>) -> Result<DomainCommand, Refusal> {
        Ok(DomainCommand::OenskSignalbrev(SignalbrevOensket { ugentligt: self.ugentligt }))
    }

    fn left(after: After) -> Result<Left, Refusal> {
        Ok(Left::Employment(after))
    }
}

/// The form, with what the leader said last.
#[must_use]
pub fn form(ugentligt: bool) -> Form {
    let field = Field::new("ugentligt", "Vil du have en mail om ugen?", Kind::YesNo).holding(if ugentligt {
        "ja"
    } else {
        "nej"
    });
    Form::new(Signalbrevsoenske::NAME, "En mail om ugen", "Gem", vec![field]).help(
        "Den kommer om morgenen på ugens første arbejdsdag, når der er nyt siden den sidste, og siger kun, hvor mange \
         medarbejdere der er et signal om. Mens du er væk, kommer den ikke, heller ikke til din stedfortræder.",
    )
}
