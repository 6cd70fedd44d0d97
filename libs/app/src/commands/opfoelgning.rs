//! A follow-up beside the one at eight weeks: during a long absence, after the return, or about frequent absence.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::OpfoelgningRegistreret;
use forloeb::words::{Fristart, Opfoelgningsart, OtteUgerUdfald};

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::request;
use crate::sealed::{self, Aftale, Opfoelgningsaftaler};

request! {
    /// A follow-up.
    Opfoelgning {
        /// Which.
        art: Opfoelgningsart,
        /// Day.
        dato: NaiveDate,
        /// What came of it.
        udfald: OtteUgerUdfald,
        /// What was agreed.
        #[schema(required = false)]
        aftaler: Vec<AftaleRequest>,
        /// What was agreed, one agreement a text: as a form of the pages asks.
        #[schema(required = false)]
        aftalt: Vec<String>,
    }
}

request! {
    /// An agreement.
    #[schema(as = AftaleAnmodning)] AftaleRequest {
        /// What.
        text as "tekst": String,
        /// By when.
        latest as "senest": Option<NaiveDate>,
        /// Who does it.
        who as "hvem": Option<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Opfoelgning>();

impl Command for Opfoelgning {
    const NAME: &'static str = "opfoelgning";
    const SUMMARY: &'static str = "A follow-up during a long absence, after the return, or about frequent absence.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Opfoelgningsaftaler];
    const TEXTS: &'static [&'static str] = &["aftaler.hvem", "aftaler.tekst", "aftalt"];
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Opfølgningen er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("art", Example::Text("hyppigt_fravaer")),
        ("dato", Example::Text("2026-02-06")),
        ("udfald", Example::Text("holdt")),
        (
            "aftaler",
            Example::List(&[Example::Fields(&[
                ("tekst", Example::Text("Vagtplanen gennemgås")),
                ("senest", Example::Text("2026-03-02")),
                ("hvem", Example::Text("Lederen")),
            ])]),
        ),
        ("aftalt", Example::List(&[Example::Text("Vi taler sammen igen om en måned")])),
    ];
}

impl OnForloeb for Opfoelgning {
    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { art, dato, udfald, aftaler, aftalt } = self;
        let full = aftaler.into_iter().map(|AftaleRequest { text, latest, who }| Aftale { text, latest, who });
        let short = aftalt.into_iter().map(|text| Aftale { text, latest: None, who: None });
        let all: Vec<Aftale> = full.chain(short).collect();
        let confidential =
            (!all.is_empty()).then(|| at.seal(&f.medarbejder_nr, &Opfoelgningsaftaler(all))).transpose()?;
        Ok(Act::Opfoelgning(OpfoelgningRegistreret { forloeb: f.id, art, dato, udfald, confidential }))
    }

    fn forms(at: &CommandContext<'_>, _f: &Forloeb, v: &Assessment) -> Vec<Form> {
        let there_is = |art| v.frist(art).is_some();
        let mut arter = vec![("hyppigt_fravaer", "Samtale om hyppigt fravær")];
        if there_is(Fristart::VidereOpfoelgning) {
            arter.insert(0, ("videre", "Opfølgning under et langt fravær"));
        }
        if there_is(Fristart::OpfoelgningEfterRetur) {
            arter.insert(0, ("efter_retur", "Opfølgning efter tilbagevenden"));
        }
        let udfald = [("holdt", "Opfølgningen er holdt"), ("ikke_noedvendig", "Opfølgning er ikke nødvendig")];
        let only = if arter.len() == 1 { arter[0].0 } else { "" };
        let fields = vec![
            Field::choice("art", "Hvilken opfølgning?", &arter).holding(only),
            Field::day("dato", "Dato", at.today),
            Field::choice("udfald", "Hvad skete der?", &udfald),
            Field::new("aftalt", "Hvad aftalte I?", Kind::Lines)
                .optional()
                .help("Én aftale på hver linje. Skriv ikke om helbred."),
        ];
        vec![Form::new(Self::NAME, "Registrér anden opfølgning", "Gem opfølgningen", fields)]
    }
}
