//! The work on a forløb is assigned to somebody in HR, or to nobody.

use std::collections::BTreeSet;

use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::ForloebTildelt;

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, Near, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;

request! {
    /// Who takes it on.
    Tildeling {
        /// Employee number; nobody unless said.
        til: Option<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Tildeling>();

/// Only HR says who in HR works on it, and may take it on.
const NEAR: Near =
    Near {
        who: |_, _| BTreeSet::new(), oneself: true, said: "skal være en, der er ansat og kan tage sig af forløbet"
    };

impl Command for Tildeling {
    const NAME: &'static str = "tildeling";
    const SUMMARY: &'static str = "Assigns the work on it to somebody, or to nobody.";
    const SHOWN: Shown = Shown::Forloeb(Group::Rest);
    const DONE: &'static str = "Tildelingen er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[("til", Example::Text("1003"))];
}

impl OnForloeb for Tildeling {
    const ACCESS: Intent = Intent::Tildeling;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { til } = self;
        if let Some(nr) = &til {
            at.fit(("til", nr), f, at.today, NEAR)?;
        }
        Ok(Act::Tildel(ForloebTildelt { forloeb: f.id, til }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        let field = Field::new("til", "Medarbejdernummer", Kind::Text)
            .optional()
            .holding(at.projections().current_nr(f.tildelt.as_deref().unwrap_or_default()))
            .help("Lad feltet være tomt, hvis ingen i HR har opgaven.");
        vec![Form::new(Self::NAME, "Tildel forløbet til en i HR", "Gem tildelingen", vec![field])]
    }
}

/// One press gives it to who had the forløb before.
#[must_use]
pub fn to_the_same(nr: &str) -> Form {
    Form::new(
        Tildeling::NAME,
        "Giv forløbet til den samme",
        "Giv forløbet til den samme",
        vec![Field::fixed("til", nr)],
    )
    .named(format!("{}-forrige", Tildeling::NAME))
}
