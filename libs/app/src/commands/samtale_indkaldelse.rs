//! The employee is invited to the talk of § 7 a.

use chrono::{DateTime, FixedOffset};
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::SamtaleIndkaldt;

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::request;
use crate::sealed::{self, Indkaldelse};

request! {
    /// An invitation to the talk.
    SamtaleIndkaldelse {
        /// When.
        tidspunkt: DateTime<FixedOffset>,
        /// Where.
        place as "sted": String,
        /// Who takes part besides leader and employee.
        #[schema(required = false)]
        deltagere: Vec<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<SamtaleIndkaldelse>();

impl Command for SamtaleIndkaldelse {
    const NAME: &'static str = "samtale-indkaldelse";
    const SUMMARY: &'static str = "Invites to the talk of § 7 a.";
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Indkaldelse];
    const TEXTS: &'static [&'static str] = &["sted", "deltagere"];
    const SHOWN: Shown = Shown::Forloeb(Group::FollowUp);
    const DONE: &'static str = "Indkaldelsen er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("tidspunkt", Example::Text("2026-02-12T10:00:00+01:00")),
        ("sted", Example::Text("Lederens kontor")),
        ("deltagere", Example::List(&[Example::Text("Tillidsrepræsentanten")])),
    ];
}

impl OnForloeb for SamtaleIndkaldelse {
    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let indkaldelse = Indkaldelse { deltagere: self.deltagere, sted: self.place };
        let confidential = at.seal(&f.medarbejder_nr, &indkaldelse)?;
        Ok(Act::IndkaldSamtale(SamtaleIndkaldt { forloeb: f.id, tidspunkt: self.tidspunkt, confidential }))
    }

    fn forms(at: &CommandContext<'_>, f: &Forloeb, _v: &Assessment) -> Vec<Form> {
        if !f.is_aabent(at.today) {
            return Vec::new();
        }
        let fields = vec![
            Field::new("tidspunkt", "Dato og klokkeslæt", Kind::Time),
            Field::new("sted", "Sted", Kind::Text).help("Fx lederens kontor, eller telefonisk."),
            Field::new("deltagere", "Andre deltagere", Kind::Lines)
                .optional()
                .help("Én på hver linje, fx tillidsrepræsentant eller bisidder. Skriv ikke om helbred."),
        ];
        vec![Form::new(Self::NAME, "Indkald til sygefraværssamtale", "Gem indkaldelsen", fields)]
    }
}
