//! Refusion is claimed for a span of days.

use chrono::NaiveDate;
use forloeb::calendar::plus_dage;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::RefusionAnmodet;
use forloeb::{Forloeb, Oere};

use super::form::{Field, Form, Kind};
use super::request::InOere;
use super::{Command, CommandContext, Entry, Example, Group, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;
use texts::sentences::count;

request! {
    /// A claim.
    Refusionsanmodning {
        /// First day.
        fra: NaiveDate,
        /// Last day.
        til: NaiveDate,
        /// Amount in kroner; `beloeb_oere` takes its place.
        #[schema(value_type = Option<f64>, deprecated)]
        beloeb: Option<Oere>,
        /// Amount in whole øre.
        #[schema(value_type = Option<i64>)]
        beloeb_oere: Option<InOere>,
        /// Day on which it was signed in NemRefusion; today where it is left out.
        underskrevet_dato: Option<NaiveDate>,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Refusionsanmodning>();

impl Command for Refusionsanmodning {
    const NAME: &'static str = "refusionsanmodning";
    const SUMMARY: &'static str = "Claims refusion for a span of days.";
    const SHOWN: Shown = Shown::Forloeb(Group::Money);
    const DONE: &'static str = "Refusionsanmodningen er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("fra", Example::Text("2026-02-04")),
        ("til", Example::Text("2026-02-09")),
        ("beloeb", Example::Decimal(3689.19)),
        ("beloeb_oere", Example::Whole(368_919)),
        ("underskrevet_dato", Example::Text("2026-02-09")),
    ];
}

impl OnForloeb for Refusionsanmodning {
    const ACCESS: Intent = Intent::Refusion;

    fn decide(self, _at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { fra, til, beloeb, beloeb_oere, underskrevet_dato } = self;
        let beloeb_oere = match (beloeb_oere, beloeb) {
            (Some(InOere(one)), Some(other)) if one != other => {
                return Err(Refusal::field("beloeb_oere", "er et andet beløb end beloeb: send kun det ene"));
            }
            (one, other) => one.map(|InOere(amount)| amount).or(other),
        };
        Ok(Act::AnmodRefusion(RefusionAnmodet { forloeb: f.id, fra, til, beloeb_oere, underskrevet_dato }))
    }

    /// Prefilled with the next days that can be claimed; what is lost before them is said.
    fn forms(at: &CommandContext<'_>, f: &Forloeb, v: &Assessment) -> Vec<Form> {
        let Some(fra) = v.refusion.kan_anmodes_fra.filter(|fra| *fra <= at.today) else { return Vec::new() };
        let before_next = f.krav.iter().map(|krav| plus_dage(krav.what.fra, -1)).find(|day| *day >= fra);
        let last = f.slutdag(at.today).into_iter().chain(before_next).fold(at.today, NaiveDate::min);
        let til = last.min(plus_dage(fra, 29));
        let fields = vec![
            Field::new("fra", "Fra og med", Kind::Date).holding(fra),
            Field::new("til", "Til og med", Kind::Date).holding(til).help("Kan ikke ligge i fremtiden."),
            Field::new("beloeb", "Beløb i kroner", Kind::Number).optional().help("Fx 12.345,50."),
            Field::new("underskrevet_dato", "Underskrevet i NemRefusion den", Kind::Date)
                .optional()
                .help("Det er den dag, der tæller. Tom: i dag."),
        ];
        let form = Form::new(Self::NAME, "Registrér refusionsanmodning", "Gem anmodningen", fields);
        let lost: i64 = v.refusion.for_sent_anmodet.iter().map(|d| d.count()).sum();
        vec![match lost {
            0 => form,
            n => {
                let days = count(n.unsigned_abs(), "dag", "dage");
                let can = match v.refusion.dispensation_latest.is_some_and(|latest| at.today <= latest) {
                    true => "kan kun søges, hvis kommunen giver dispensation",
                    false => "kan ikke søges mere",
                };
                form.help(format!("{days} er mistet, fordi der ikke blev søgt i tide, og {can}."))
            }
        }]
    }
}
