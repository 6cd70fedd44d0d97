//! A step of the anmeldelse to the bopælskommune.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::AnmeldelseRegistreret;
use forloeb::words::{Aarsag, Anmeldelsestrin};

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown, is_number};
use crate::request;

request! {
    /// A step of the anmeldelse.
    Anmeldelse {
        /// Step.
        trin: Anmeldelsestrin,
        /// Day.
        dato: NaiveDate,
        /// Receipt number.
        kvittering: Option<String>,
        /// Code of the kommune.
        kommune: Option<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Anmeldelse>();

impl Command for Anmeldelse {
    const NAME: &'static str = "anmeldelse";
    const SUMMARY: &'static str = "A step of the anmeldelse to the bopælskommune.";
    const SHOWN: Shown = Shown::Forloeb(Group::Money);
    const DONE: &'static str = "Anmeldelsen er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("trin", Example::Text("kvitteret")),
        ("dato", Example::Text("2026-02-06")),
        ("kvittering", Example::Text("NR-1004")),
        ("kommune", Example::Text("0727")),
    ];
}

impl OnForloeb for Anmeldelse {
    fn decide(self, _at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { trin, dato, kvittering, kommune } = self;
        is_number(
            "kvittering",
            "skal være kvitteringens nummer: højst 60 bogstaver, tal og -/.",
            kvittering.as_deref(),
        )?;
        if !kommune.as_deref().is_none_or(|k| matches!(k.len(), 3 | 4) && k.bytes().all(|b| b.is_ascii_digit())) {
            return Err(Refusal::field("kommune", "skal være kommunens kode på 3 eller 4 cifre, fx 0727"));
        }
        let forloeb = f.id;
        Ok(Act::Anmeld(AnmeldelseRegistreret { forloeb, trin, dato, kvittering, kommune }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, v: &Assessment) -> Vec<Form> {
        if !v.refusion.gives {
            return Vec::new();
        }
        let trin = [
            ("klar", "Klargjort"),
            ("underskrevet", "Underskrevet og sendt i NemRefusion"),
            ("kvitteret", "Kvitteret"),
            ("afvist", "Afvist"),
        ];
        let fields = vec![
            Field::choice("trin", "Hvor langt er anmeldelsen?", &trin),
            Field::day("dato", "Dato", at.today),
            Field::new("kvittering", "Kvitteringens nummer", Kind::Text).optional(),
            Field::new("kommune", "Bopælskommunens kode", Kind::Text)
                .optional()
                .holding(&f.stamdata_now(at.today).bopaelskommune)
                .help("3 eller 4 cifre, fx 0727."),
        ];
        let to = if f.aarsag == Aarsag::Graviditet { "Udbetaling Danmark" } else { "bopælskommunen" };
        vec![
            Form::new(Self::NAME, "Registrér anmeldelse", "Gem trinnet", fields)
                .help(format!("Anmeldelsen til {to} tæller først, når kvitteringen er registreret.")),
        ]
    }
}
