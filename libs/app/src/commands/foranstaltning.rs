//! What is done about a cause at work, and from when one looks whether it helped.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::ForanstaltningRegistreret;

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;
use crate::sealed;
use texts::sentences::{arbejdsaarsag_name, arbejdsskade_name, long_dato, with_capital};

request! {
    /// Something is done about a cause at work.
    Foranstaltning {
        /// The day it was decided; today unless said.
        dato: Option<NaiveDate>,
        /// What is done.
        tekst: String,
        /// From when one looks whether it helped; none: nothing more is to be done.
        opfoelgning: Option<NaiveDate>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Foranstaltning>();

impl Command for Foranstaltning {
    const NAME: &'static str = "foranstaltning";
    const SUMMARY: &'static str = "What is done about a cause at work, and from when one looks whether it helped.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Foranstaltning];
    const TEXTS: &'static [&'static str] = &["tekst"];
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Det, der gøres, er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("dato", Example::Text("2026-02-09")),
        ("tekst", Example::Text("To på aftenvagten til og med april")),
        ("opfoelgning", Example::Text("2026-03-16")),
    ];
}

impl OnForloeb for Foranstaltning {
    const ACCESS: Intent = Intent::Forebyggelse;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { dato, tekst, opfoelgning } = self;
        let confidential = at.seal(&f.medarbejder_nr, &sealed::Foranstaltning(tekst))?;
        let dato = dato.unwrap_or(at.today);
        Ok(Act::Forebyg(ForanstaltningRegistreret { forloeb: f.id, dato, opfoelgning, confidential }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        let Some(said) = f.sagt.cause() else { return Vec::new() };
        let before = match f.sagt.foranstaltning().map(|done| (done.what.dato, done.what.opfoelgning)) {
            Some((dag, Some(opfoelgning))) => {
                format!("Sidst registreret {}; det ses efter fra {}. ", long_dato(dag), long_dato(opfoelgning))
            }
            Some((dag, None)) => format!("Sidst registreret {}. ", long_dato(dag)),
            None => String::new(),
        };
        let injury = said.what.arbejdsskade.map(|svar| format!("{}. ", with_capital(arbejdsskade_name(svar))));
        let injury = injury.unwrap_or_default();
        let help = format!(
            "Årsagen er {}. {injury}{before}Skriv, hvad I ændrer på arbejdet. Skriv ikke om helbred: medarbejderen kan læse det.",
            arbejdsaarsag_name(said.what.aarsag)
        );
        let fields = vec![
            Field::new("tekst", "Hvad gør I?", Kind::Long),
            Field::day("dato", "Besluttet", at.today).aside("Besluttet"),
            Field::new("opfoelgning", "Hvornår ser I efter, om det hjalp?", Kind::Date)
                .optional()
                .help("Lad feltet stå tomt, når der ikke skal gøres mere."),
        ];
        vec![Form::new(Self::NAME, "Hvad gøres der, så det ikke sker igen?", "Gem", fields).help(&help)]
    }
}
