//! The kommune gives back days that were lost by a late anmeldelse or a late claim.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::DispensationRegistreret;

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown, is_number};
use crate::access::Intent;
use crate::request;
use crate::sealed::{self, Refusionsgrund};
use texts::sentences::{DISPENSATIONSGRUNDE, dato as short};

request! {
    /// A dispensation from a late anmeldelse or a late claim.
    Dispensation {
        /// First day that is given back.
        fra: NaiveDate,
        /// Day of the decision.
        dato: NaiveDate,
        /// Which ground, and why.
        begrundelse: String,
        /// Number of the answer.
        kvittering: Option<String>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Dispensation>();

impl Command for Dispensation {
    const NAME: &'static str = "dispensation";
    const SUMMARY: &'static str =
        "Records a dispensation: days lost by a late anmeldelse or a late claim are given back.";
    const TEXTS: &'static [&'static str] = &["begrundelse"];
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Refusionsgrund];
    const SHOWN: Shown = Shown::Forloeb(Group::Money);
    const DONE: &'static str = "Dispensationen er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("fra", Example::Text("2026-02-10")),
        ("dato", Example::Text("2026-03-02")),
        ("begrundelse", Example::Text("NemRefusion var nede i flere dage")),
        ("kvittering", Example::Text("NR-2001")),
    ];
}

impl OnForloeb for Dispensation {
    const ACCESS: Intent = Intent::Refusion;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { fra, dato, begrundelse, kvittering } = self;
        is_number("kvittering", "skal være svarets nummer: højst 60 bogstaver, tal og -/.", kvittering.as_deref())?;
        let begrundelse = at.seal(&f.medarbejder_nr, &Refusionsgrund(begrundelse))?;
        Ok(Act::Dispenser(DispensationRegistreret { forloeb: f.id, fra, dato, begrundelse, kvittering }))
    }

    /// Where days were lost that no dispensation gave back: with the grounds, and the last day on which they can be claimed.
    fn forms(at: &CommandContext<'_>, f: &Forloeb, v: &Assessment) -> Vec<Form> {
        let given_back = |dag: NaiveDate| f.dispensation.as_ref().is_some_and(|given| given.what.fra <= dag);
        let lost = v.refusion.lost().filter(|lost| !given_back(lost.fra));
        let (Some(lost), Some(latest)) = (lost, v.refusion.dispensation_latest) else { return Vec::new() };
        let fields = vec![
            Field::new("fra", "Refusion gives tilbage fra", Kind::Date).holding(lost.fra),
            Field::day("dato", "Afgørelsens dato", at.today),
            Field::reason("Begrundelse").help("Skriv ikke om helbred."),
            Field::new("kvittering", "Svarets nummer", Kind::Text).optional(),
        ];
        let until = match at.today > latest {
            true => format!("Sidste dag for at søge refusionen med dispensation var {}.", short(latest)),
            false => format!("Anmodningen om refusion skal være fremme senest {} (6 måneder efter F).", short(latest)),
        };
        let help = format!(
            "Kommunen kan give dage tilbage, når fristen blev overskredet, fordi {DISPENSATIONSGRUNDE}. {until}"
        );
        vec![Form::new(Self::NAME, "Registrér dispensation", "Gem dispensationen", fields).help(help)]
    }
}
