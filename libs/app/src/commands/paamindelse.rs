//! The leader is reminded of a frist on a day somebody chooses, beside the days of the rules.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::PaamindelseBestilt;
use forloeb::words::Fristart;

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::request;
use texts::sentences::{frist_name, long_dato};

request! {
    /// A reminder of one's own.
    PaamindelseBestilling {
        /// Of what.
        frist: Fristart,
        /// The day, a working day within three months; none: no more.
        dag: Option<NaiveDate>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<PaamindelseBestilling>();

impl Command for PaamindelseBestilling {
    const NAME: &'static str = "paamindelse";
    const SUMMARY: &'static str =
        "The leader is reminded of a frist on one more day; without a day the one that was ordered is called off.";
    const SHOWN: Shown = Shown::Forloeb(Group::Rest);
    const DONE: &'static str = "Det er noteret. Du kan se påmindelsen under “Påmindelser”.";
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("frist", Example::Text("otte_uger")), ("dag", Example::Text("2026-02-20"))];
}

impl OnForloeb for PaamindelseBestilling {
    fn decide(self, _at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        Ok(Act::BestilPaamindelse(PaamindelseBestilt { forloeb: f.id, frist: self.frist, dag: self.dag }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, v: &Assessment) -> Vec<Form> {
        let bestilt = |(art, dag): &(Fristart, NaiveDate)| {
            let bestilt = format!("Lederen mindes om “{}” {}.", frist_name(*art), long_dato(*dag));
            Form::new(Self::NAME, "Afbestil påmindelse", "Afbestil den", vec![Field::fixed("frist", art.code())])
                .named(format!("{}-{}", Self::NAME, art.code()))
                .help(&bestilt)
        };
        let mut forms: Vec<Form> = f.noteret.bestilt.iter().filter(|(_, dag)| *dag > at.today).map(bestilt).collect();
        let left =
            v.by_art().into_iter().flatten().filter(|frist| frist.status.outstanding() && frist.aftale.is_none());
        let choices: Vec<(&str, &str)> = left.map(|frist| (frist.art.code(), frist_name(frist.art))).collect();
        if !choices.is_empty() {
            let fields = vec![
                Field::choice("frist", "Hvad skal der mindes om?", &choices),
                Field::new("dag", "Hvilken dag?", Kind::Date)
                    .help("En arbejdsdag højst tre måneder frem. Mailen kommer om morgenen."),
            ];
            forms.push(Form::new(Self::NAME, "Bestil en ekstra påmindelse", "Bestil påmindelsen", fields).help(
                "Lederen får en mail den dag, hvis det ikke er gjort inden da. De faste påmindelser kommer som ellers.",
            ));
        }
        forms
    }
}
