//! The leader is reminded of a frist on a day somebody chooses, beside the days of the rules.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::PaamindelseBestilt;
use forloeb::noteret::Bestilt;
use forloeb::paamindelser::can_be_ordered;
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
    const DONE: &'static str = "Det er noteret. Under “Påmindelser” kan du se dem, der kommer.";
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("frist", Example::Text("otte_uger")), ("dag", Example::Text("2026-02-20"))];
}

impl OnForloeb for PaamindelseBestilling {
    fn decide(self, _at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        // Which of its kind it is of is for the domain to say.
        let (frist, lovdag, dag) = (self.frist, f.foerste, self.dag);
        Ok(Act::BestilPaamindelse(PaamindelseBestilt { forloeb: f.id, frist, lovdag, dag }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, v: &Assessment) -> Vec<Form> {
        let planned = |one: &&Bestilt| {
            let frist = can_be_ordered(f, v, one.frist, at.today);
            one.dag > at.today && frist.is_some_and(|frist| frist.lovdag == one.lovdag)
        };
        let called_off = |one: &Bestilt| {
            let bestilt = format!("Lederen mindes om “{}” {}.", frist_name(one.frist), long_dato(one.dag));
            Form::new(Self::NAME, "Afbestil påmindelse", "Afbestil den", vec![Field::fixed("frist", one.frist.code())])
                .named(format!("{}-{}", Self::NAME, one.frist.code()))
                .help(&bestilt)
        };
        let mut forms: Vec<Form> = f.noteret.bestilt.iter().filter(planned).map(called_off).collect();
        let left = Fristart::ALL.iter().filter_map(|art| can_be_ordered(f, v, *art, at.today));
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
