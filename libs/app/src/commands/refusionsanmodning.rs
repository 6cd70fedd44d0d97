//! Refusion is claimed for a span of days.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::calendar::plus_dage;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::RefusionAnmodet;

use super::form::{Field, Form, Kind};
use super::{At, Command, Entry, Example, Group, OnForloeb, Refusal, Shown};
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
        /// Amount in kroner.
        beloeb: Option<f64>,
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
    ];
}

impl OnForloeb for Refusionsanmodning {
    const ACCESS: Intent = Intent::Refusion;

    fn decide(self, _at: &At<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { fra, til, beloeb } = self;
        let beloeb_oere = beloeb.map(oere).transpose()?;
        Ok(Act::AnmodRefusion(RefusionAnmodet { forloeb: f.id, fra, til, beloeb_oere }))
    }

    /// Prefilled with the next days that can be claimed; what is lost before them is said.
    fn forms(at: &At<'_>, f: &Forloeb, v: &Assessment) -> Vec<Form> {
        let Some(fra) = v.refusion.kan_anmodes_fra.filter(|fra| *fra <= at.today) else { return Vec::new() };
        let before_next = f.krav.iter().map(|krav| plus_dage(krav.what.fra, -1)).find(|day| *day >= fra);
        let last = f.slutdag(at.today).into_iter().chain(before_next).fold(at.today, NaiveDate::min);
        let til = last.min(plus_dage(fra, 29));
        let fields = vec![
            Field::new("fra", "Fra og med", Kind::Date).holding(fra),
            Field::new("til", "Til og med", Kind::Date).holding(til).help("Kan ikke ligge i fremtiden."),
            Field::new("beloeb", "Beløb i kroner", Kind::Number).optional().help("Fx 12.345,50."),
        ];
        let form = Form::new(Self::NAME, "Registrér refusionsanmodning", "Gem anmodningen", fields);
        let lost: i64 = v.refusion.for_sent_anmodet.iter().map(|d| d.count()).sum();
        vec![match lost {
            0 => form,
            n => {
                let days = count(n.unsigned_abs(), "dag", "dage");
                form.help(format!("{days} er mistet, fordi der ikke blev søgt i tide, og kan ikke søges mere."))
            }
        }]
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the bounds are checked first")]
fn oere(kr: f64) -> Result<i64, Refusal> {
    let oere = (kr * 100.0).round();
    if (0.0..=1e12).contains(&oere) {
        Ok(oere as i64)
    } else {
        Err(Refusal::field("beloeb", "skal være et beløb i kroner, mindst 0"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_whole_oere_and_never_negative() {
        assert_eq!(oere(3689.19).ok(), Some(368_919));
        for wrong in [-0.01, 1e11, f64::NAN] {
            assert!(matches!(oere(wrong), Err(Refusal::Fields(_))), "{wrong}");
        }
    }
}
