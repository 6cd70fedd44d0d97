//! Until when the absence is expected to last, from whoever has asked. When that day has passed the leader is asked again, and so
//! they are where nobody can name one and they have not been in touch for long.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::SlutForventet;
use forloeb::laengde::ExpectedSlut;
use forloeb::words::Fristart;

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::request;
use texts::sentences::{long_dato, with_capital};

request! {
    /// Until when the absence is expected to last.
    ForventetSlut {
        /// The day it was said; today unless said.
        dato: Option<NaiveDate>,
        /// The last day of absence that is expected; none: nobody can say.
        forventet_sidste: Option<NaiveDate>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<ForventetSlut>();

impl Command for ForventetSlut {
    const NAME: &'static str = "forventet-slut";
    const SUMMARY: &'static str =
        "Until when the absence is expected to last; when that day has passed the leader is asked again.";
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Den ventede sidste fraværsdag er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("dato", Example::Text("2026-02-06")), ("forventet_sidste", Example::Text("2026-02-27"))];
}

impl OnForloeb for ForventetSlut {
    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { dato, forventet_sidste } = self;
        Ok(Act::ExpectSlut(SlutForventet { forloeb: f.id, dato: dato.unwrap_or(at.today), sidste: forventet_sidste }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        // Where payroll knows the last day already, nobody has to guess.
        if !f.is_aabent(at.today) || !f.has_begun(at.today) || f.sidste.is_some() {
            return Vec::new();
        }
        let said = match f.slut_forventet.as_ref().map(|said| said.what) {
            Some(ExpectedSlut { sidste: Some(sidste), .. }) => format!("I regnede sidst med {}. ", long_dato(sidste)),
            Some(ExpectedSlut { sidste: None, dato }) => {
                format!("{} kunne ingen sige det. ", with_capital(&long_dato(dato)))
            }
            None => String::new(),
        };
        let help = format!(
            "{said}Når dagen er gået, og fraværet stadig varer, bliver du bedt om at høre, hvordan det går. Er medarbejderen \
             tilbage, så brug Raskmelding."
        );
        let regel = f.regler.frist(Fristart::ForventetSlut, None).and_then(|regel| regel.uden_dag_dage);
        let asked = regel.map(|dage| format!(" Så bliver du spurgt igen, når der er gået {dage} dage uden kontakt."));
        let unknown = format!("Lad feltet stå tomt, hvis ingen kan sige det.{}", asked.unwrap_or_default());
        let fields = vec![
            Field::day("dato", "Dato", at.today),
            Field::new("forventet_sidste", "Sidste fraværsdag, I regner med", Kind::Date).optional().help(unknown),
        ];
        vec![Form::new(Self::NAME, "Hvor længe ventes fraværet at vare?", "Gem", fields).help(&help)]
    }
}
