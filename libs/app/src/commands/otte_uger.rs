//! The eight-week follow-up.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::OtteUgerRegistreret;
use forloeb::words::OtteUgerUdfald;

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::request;
use crate::sealed::{self, OtteUgersOpfoelgning};

request! {
    /// The eight-week follow-up.
    OtteUger {
        /// Day.
        dato: NaiveDate,
        /// What came of it.
        udfald: OtteUgerUdfald,
        /// Why not; needed when it was not necessary.
        begrundelse: Option<String>,
        /// Who took part.
        #[schema(required = false)]
        deltagere: Vec<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<OtteUger>();

impl Command for OtteUger {
    const NAME: &'static str = "otte-uger";
    const SUMMARY: &'static str = "The eight-week follow-up.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::OtteUgersOpfoelgning];
    const TEXTS: &'static [&'static str] = &["begrundelse", "deltagere"];
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Opfølgningen er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("dato", Example::Text("2026-02-09")),
        ("udfald", Example::Text("ikke_noedvendig")),
        ("begrundelse", Example::Text("Medarbejderen er på vej tilbage efter planen")),
        ("deltagere", Example::List(&[Example::Text("Tillidsrepræsentanten")])),
    ];
}

impl OnForloeb for OtteUger {
    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { dato, udfald, begrundelse, deltagere } = self;
        if udfald == OtteUgerUdfald::IkkeNoedvendig && begrundelse.is_none() {
            return Err(Refusal::field("begrundelse", "skal udfyldes, når opfølgningen ikke er nødvendig"));
        }
        let confidential = (begrundelse.is_some() || !deltagere.is_empty())
            .then(|| at.seal(&f.medarbejder_nr, &OtteUgersOpfoelgning { begrundelse, deltagere }))
            .transpose()?;
        Ok(Act::OtteUger(OtteUgerRegistreret { forloeb: f.id, dato, udfald, confidential }))
    }

    fn forms(at: &CommandContext<'_>, _f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        let udfald = [("holdt", "Opfølgningen er holdt"), ("ikke_noedvendig", "Opfølgning er ikke nødvendig")];
        let fields = vec![
            Field::day("dato", "Dato", at.today),
            Field::choice("udfald", "Hvad skete der?", &udfald),
            Field::reason("Begrundelse")
                .optional()
                .help("Skal udfyldes, når opfølgning ikke er nødvendig. Skriv ikke om helbred."),
            Field::new("deltagere", "Deltagere", Kind::Lines).optional().help("Én på hver linje."),
        ];
        vec![Form::new(Self::NAME, "Registrér otteugersopfølgning", "Gem opfølgningen", fields)]
    }
}
