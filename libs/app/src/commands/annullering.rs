//! One event of a forløb, or the whole forløb, is annulled.

use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;

use super::form::{Field, Form, Kind};
use super::typed::{Typed, find};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::request;
use crate::sealed::{self, Annulleringsgrund};

request! {
    /// An annulment.
    Annullering {
        /// Position of the event; the whole forløb unless said.
        haendelse: Option<u64>,
        /// Why.
        begrundelse: String,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Annullering>();

impl Command for Annullering {
    const NAME: &'static str = "annullering";
    const SUMMARY: &'static str = "Annuls one event, or the whole forløb.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Annulleringsgrund];
    const TEXTS: &'static [&'static str] = &["begrundelse"];
    const SHOWN: Shown = Shown::Forloeb(Group::Rest);
    const DONE: &'static str = "Annulleringen er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("haendelse", Example::Whole(12)), ("begrundelse", Example::Text("Registreret på den forkerte medarbejder"))];
}

impl OnForloeb for Annullering {
    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { haendelse, begrundelse } = self;
        let begrundelse = at.seal(&f.medarbejder_nr, &Annulleringsgrund(begrundelse))?;
        Ok(Act::Annuller { haendelse, begrundelse })
    }

    /// The form that annuls the whole of it.
    fn forms(_at: &CommandContext<'_>, _f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        let fields = vec![Field::reason("Hvorfor annulleres forløbet?")];
        vec![
            Form::new(Self::NAME, "Annullér hele forløbet", "Annullér forløbet", fields)
                .help("Brug kun dette, når fraværet aldrig skulle have været registreret. Det kan ikke fortrydes.")
                .serious("Er du sikker?", "Ja, forløbet skulle aldrig have været registreret"),
        ]
    }

    fn form_name(typed: &Typed) -> String {
        find(typed, "haendelse").map_or_else(|| Self::NAME.to_owned(), |position| format!("annullering-{position}"))
    }

    fn form(at: &CommandContext<'_>, f: &Forloeb, v: &Assessment, name: &str) -> Option<Form> {
        match name.strip_prefix("annullering-") {
            Some(position) => position.parse().ok().map(of_one),
            None => super::entry::offered::<Self>(at, f, v).into_iter().next(),
        }
    }
}

/// The form that annuls one event, which stands beside it in the history.
#[must_use]
pub fn of_one(position: u64) -> Form {
    let haendelse = Field::new("haendelse", "", Kind::HiddenNumber).holding(position);
    let fields = vec![haendelse, Field::reason("Hvorfor annulleres det?")];
    Form::new(Annullering::NAME, "Annullér", "Annullér hændelsen", fields).named(format!("annullering-{position}"))
}
