//! What became of something that was agreed: it was done, or is not to be done any more.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::AftaleAfgjort;
use forloeb::samtale::Aftale;
use forloeb::words::{Aftaleejer, Aftaleudfald, Rolle};

use super::form::{Field, Form, Kind};
use super::typed::{Typed, find};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;

request! {
    /// What became of an agreement.
    #[schema(as = AftaleAfgoerelse)] AftaleRequest {
        /// Number of the agreement; it stands in the address.
        #[schema(ignore)]
        nr: u64,
        /// What became of it.
        udfald: Aftaleudfald,
        /// Day.
        dato: NaiveDate,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<AftaleRequest>();

impl Command for AftaleRequest {
    const NAME: &'static str = "aftale";
    const PATH: &'static str = "aftale/{nr}";
    const SUMMARY: &'static str = "What became of something that was agreed.";
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Det er registreret, hvad der blev af aftalen.";
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("udfald", Example::Text("gjort")), ("dato", Example::Text("2026-02-13"))];
}

impl OnForloeb for AftaleRequest {
    const ACCESS: Intent = Intent::Aftale;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { nr, udfald, dato } = self;
        let nr = u32::try_from(nr).map_err(|_| Refusal::NotFound)?;
        if f.aftale(nr).is_some_and(|aftale| !keeps(at.caller.rolle, aftale.hvem)) {
            return Err(Refusal::NotAllowed(Intent::Aftale));
        }
        Ok(Act::AfgoerAftale(AftaleAfgjort { forloeb: f.id, nr, udfald, dato }))
    }

    /// One for each that stands open, and that the caller keeps or sees to.
    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        let open = |a: &&Aftale<'_>| a.afgjort.is_none() && keeps(at.caller.rolle, a.hvem);
        f.aftaler().iter().filter(open).map(|a| form(at, a)).collect()
    }

    fn form_name(typed: &Typed) -> String {
        find(typed, "nr").map_or_else(|| Self::NAME.to_owned(), |nr| format!("{}-{nr}", Self::NAME))
    }
}

fn form(at: &CommandContext<'_>, aftale: &Aftale<'_>) -> Form {
    let udfald = [("gjort", "Det er gjort"), ("bortfaldet", "Det skal ikke gøres mere")];
    let fields = vec![
        Field { kind: Kind::HiddenNumber, ..Field::fixed("nr", aftale.nr) },
        Field::choice("udfald", "Hvad blev der af aftalen?", &udfald).holding("gjort"),
        Field::day("dato", "Dato", at.today),
    ];
    Form::new(AftaleRequest::NAME, "Registrér, hvad der blev af aftalen", "Gem", fields).named(format!(
        "{}-{}",
        AftaleRequest::NAME,
        aftale.nr
    ))
}

/// Leader and HR see to all that was agreed; everybody else to what they are to do themselves.
#[must_use]
pub const fn keeps(rolle: Rolle, hvem: Aftaleejer) -> bool {
    match rolle {
        Rolle::Leder | Rolle::Hr => true,
        Rolle::Medarbejder => matches!(hvem, Aftaleejer::Medarbejder),
        Rolle::Koordinator => matches!(hvem, Aftaleejer::Koordinator),
        Rolle::Kontaktperson => matches!(hvem, Aftaleejer::Kontaktperson),
        Rolle::Revisor | Rolle::Drift | Rolle::System => false,
    }
}
