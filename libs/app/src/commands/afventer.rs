//! Whom a forløb waits for, and until when: the tasks of its frister wait with it, but for money and for what was agreed.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::ForloebAfventer;
use forloeb::words::Ventegrund;

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::request;
use texts::sentences::{long_dato, ventegrund_name};

request! {
    /// Whom the forløb waits for.
    Afventer {
        /// Whom; none: it waits no more.
        grund: Option<Ventegrund>,
        /// Until when, that day included; three months at most.
        til: Option<NaiveDate>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Afventer>();

impl Command for Afventer {
    const NAME: &'static str = "afventer";
    const SUMMARY: &'static str =
        "Whom the forløb waits for, and until when; its frister wait with it on the work lists, but for money.";
    const SHOWN: Shown = Shown::Forloeb(Group::Rest);
    const DONE: &'static str = "Det er registreret, hvem forløbet venter på.";
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("grund", Example::Text("kommunen")), ("til", Example::Text("2026-02-20"))];
}

impl OnForloeb for Afventer {
    fn decide(self, _at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        Ok(Act::Afvent(ForloebAfventer { forloeb: f.id, grund: self.grund, til: self.til }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        if !f.is_aabent(at.today) {
            return Vec::new();
        }
        if let Some((grund, til)) = f.afventer_on(at.today) {
            let help = format!("Forløbet venter på {} til og med {}.", ventegrund_name(grund), long_dato(til));
            return vec![Form::new(Self::NAME, "Venter", "Det venter ikke mere", Vec::new()).help(&help)];
        }
        let choices: Vec<(&str, &str)> =
            Ventegrund::ALL.iter().map(|grund| (grund.code(), ventegrund_name(*grund))).collect();
        let fields = vec![
            Field::choice("grund", "Hvem venter I på?", &choices),
            Field::new("til", "Til og med", Kind::Date).help("Højst tre måneder frem."),
        ];
        vec![Form::new(Self::NAME, "Sæt på venteliste", "Lad det vente", fields).help(
            "Fristernes opgaver står under “Venter på andre” til den dag. Frister med penge venter ikke, og heller ikke det, I har \
             aftalt. Påmindelserne sendes som før.",
        )]
    }
}
