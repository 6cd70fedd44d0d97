//! A forløb gets another leader from a day on.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::frister::Assessment;
use forloeb::haendelse::LederSkiftet;
use forloeb::words::Fristart;

use super::form::{Field, Form, Kind};
use super::{Command, CommandContext, Entry, Example, Group, Near, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::clock::dag_in_denmark;
use crate::request;
use texts::sentences::{frist_name, long_dato};

request! {
    /// Another leader.
    Lederskifte {
        /// Employee number of the leader.
        leder_nr: String,
        /// From this day.
        fra: NaiveDate,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Lederskifte>();

const NEAR: Near = Near {
    who: |projections, f| projections.can_lead(f),
    oneself: true,
    said: "skal være lederens egen leder, en leder ved siden af, en leder under lederen eller lederens stedfortræder",
};

impl Command for Lederskifte {
    const NAME: &'static str = "lederskifte";
    const SUMMARY: &'static str = "Another leader from a day on.";
    const SHOWN: Shown = Shown::Forloeb(Group::Rest);
    const DONE: &'static str = "Lederskiftet er registreret.";
    const EXAMPLE: &'static [(&'static str, Example)] =
        &[("leder_nr", Example::Text("1003")), ("fra", Example::Text("2026-02-09"))];
}

impl OnForloeb for Lederskifte {
    const ACCESS: Intent = Intent::Lederskifte;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { leder_nr, fra } = self;
        at.fit(("leder_nr", &leder_nr), f, fra.max(at.today), NEAR)?;
        // Who takes it themself has said so.
        let spoerges = !at.caller.nr.as_deref().is_some_and(|nr| at.projections().is_same_nr(nr, &leder_nr));
        Ok(Act::SkiftLeder(LederSkiftet { forloeb: f.id, leder_nr, fra, spoerges }))
    }

    /// HR types the number, because it may be anybody; others choose among those it can be.
    fn forms(at: &CommandContext<'_>, f: &Forloeb, v: &Assessment) -> Vec<Form> {
        let nr = if at.caller.is_hr() {
            Field::new("leder_nr", "Den nye leders medarbejdernummer", Kind::Text)
        } else {
            let near = at.projections().can_lead(f);
            Field::person("leder_nr", "Den nye leder", "Vælg leder", at.people(near))
        };
        let fields = vec![nr, Field::day("fra", "Fra og med", at.today)];
        let help = format!(
            "Den nye leder bliver spurgt, om forløbet overtages. Ved et nej går det tilbage, og den, der havde det, får det at \
             vide. {}",
            on_its_way(f, v, at.today)
        );
        vec![Form::new(Self::NAME, "Skift leder", "Gem lederskiftet", fields).help(&help)]
    }
}

/// What whoever leads it from now on has before them: the talk that is agreed, what is open, and what was agreed.
pub(super) fn on_its_way(f: &Forloeb, v: &Assessment, today: NaiveDate) -> String {
    let talk = f.indkaldt.as_ref().map(|invited| dag_in_denmark(invited.what.tidspunkt.to_utc()));
    let talk = talk.filter(|day| *day >= today && f.samtaler.is_empty());
    let talk = talk.map(|day| format!("samtalen er aftalt til {}", long_dato(day)));
    let asked = |art| matches!(art, Fristart::Aftale | Fristart::Overtagelse);
    let open =
        v.frister.iter().filter(|frist| frist.status.outstanding() && frist.aabner <= today && !asked(frist.art));
    let open = open.map(|frist| format!("{} senest {}", frist_name(frist.art), long_dato(frist.maaldag)));
    let aftaler = v.frister.iter().filter(|frist| frist.art == Fristart::Aftale && frist.status.outstanding()).count();
    let aftaler = match aftaler {
        0 => None,
        1 => Some("1 aftale".to_owned()),
        count => Some(format!("{count} aftaler")),
    };
    let all: Vec<String> = talk.into_iter().chain(open).chain(aftaler).collect();
    if all.is_empty() { "Der er ikke noget på vej.".to_owned() } else { format!("På vej: {}.", all.join("; ")) }
}
