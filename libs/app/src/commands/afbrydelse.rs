//! Holiday, or time off, taken during the illness by agreement.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::AfbrydelseRegistreret;
use forloeb::words::Afbrydelsesaarsag;

use super::form::{Field, Form};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::request;

request! {
    /// Holiday, or time off, during the illness.
    Afbrydelse {
        /// First day.
        fra: NaiveDate,
        /// Last day.
        til: NaiveDate,
        /// What was taken.
        aarsag: Afbrydelsesaarsag,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Afbrydelse>();

impl Command for Afbrydelse {
    const NAME: &'static str = "afbrydelse";
    const SUMMARY: &'static str =
        "Holiday or time off during the illness: the period goes on, those days give no refusion.";
    const SHOWN: Shown = Shown::Forloeb(Group::Money);
    const DONE: &'static str = "Afbrydelsen er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("fra", Example::Text("2026-02-09")),
        ("til", Example::Text("2026-02-13")),
        ("aarsag", Example::Text("ferie")),
    ];
}

impl OnForloeb for Afbrydelse {
    fn decide(self, _at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { fra, til, aarsag } = self;
        Ok(Act::Afbryd(AfbrydelseRegistreret { forloeb: f.id, fra, til, aarsag }))
    }

    fn forms(at: &CommandContext<'_>, _f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        let aarsager = [("ferie", "Ferie"), ("afspadsering", "Afspadsering"), ("andet", "Andet")];
        let fields = vec![
            Field::day("fra", "Fra og med", at.today),
            Field::day("til", "Til og med", at.today),
            Field::choice("aarsag", "Hvad er det?", &aarsager),
        ];
        vec![
            Form::new(Self::NAME, "Registrér ferie eller afspadsering i fraværet", "Gem afbrydelsen", fields)
                .help("Sygeperioden fortsætter uden nye 30 dage. Der gives ingen refusion for dagene."),
        ]
    }
}
