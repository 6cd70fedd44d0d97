//! What came of the talk of § 7 a.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::SamtaleRegistreret;
use forloeb::words::{DelvisMulig, Samtaleudfald, Varighed};
use texts::samtaleemner::{BACK_AT_WORK, HOW_LONG, RISK, TREATMENT, help, help_with_outcome};

use super::form::{Field, Form};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown, VARIGHED};
use crate::request;

request! {
    /// The talk.
    Samtale {
        /// Day.
        dato: NaiveDate,
        /// What came of it.
        udfald: Samtaleudfald,
        /// What is expected now.
        forventet_varighed: Option<Varighed>,
        /// Whether a partial return is possible.
        delvis_mulig: Option<DelvisMulig>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Samtale>();

impl Command for Samtale {
    const NAME: &'static str = "samtale";
    const SUMMARY: &'static str = "What came of the talk of § 7 a.";
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Samtalen er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("dato", Example::Text("2026-01-29")),
        ("udfald", Example::Text("holdt")),
        ("forventet_varighed", Example::Text("over_8_uger")),
        ("delvis_mulig", Example::Text("ja")),
    ];
}

impl OnForloeb for Samtale {
    fn decide(self, _at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { dato, udfald, forventet_varighed, delvis_mulig } = self;
        let forloeb = f.id;
        Ok(Act::Samtale(SamtaleRegistreret { forloeb, dato, udfald, forventet_varighed, delvis_mulig }))
    }

    fn forms(at: &CommandContext<'_>, _f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        let udfald = [
            ("holdt", "Holdt ved et møde"),
            ("holdt_telefon", "Holdt i telefonen"),
            ("deltog_ikke", "Medarbejderen deltog ikke"),
            ("ikke_mulig", "Ikke mulig, heller ikke i telefonen"),
            ("undtaget_opsagt", "Undtaget: opsagt og fratræder inden 8 uger"),
        ];
        let delvis = [("ja", "Ja"), ("nej", "Nej"), ("ukendt", "Ved det ikke endnu")];
        // On a telephone the day and every answer are on the first screen: there is room for a line beside each.
        let fields = vec![
            Field::day("dato", "Dato for samtalen", at.today).help("Dagen, samtalen var eller var aftalt."),
            Field::choice("udfald", "Hvordan gik det?", &udfald).help(help_with_outcome()),
            Field::choice("forventet_varighed", "Hvor længe ventes fraværet at vare?", VARIGHED)
                .optional()
                .help(help(HOW_LONG, RISK)),
            Field::choice("delvis_mulig", "Kan medarbejderen vende delvist tilbage?", &delvis)
                .optional()
                .help(help(BACK_AT_WORK, TREATMENT)),
        ];
        vec![Form::new(Self::NAME, "Registrér sygefraværssamtale", "Gem samtalen", fields)]
    }
}
