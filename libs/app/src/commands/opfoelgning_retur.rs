//! The form of the follow-up after the return: it asks by what was done in this case. How the considerations and the measures of
//! the plan work, in the plan's own words; whether colleagues help as agreed, where the employee has approved what they were told;
//! and whether what is done about a cause at work helps.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::haendelse::TtaPlanLagt;
use forloeb::words::{Opfoelgningsart, Samarbejde};
use texts::sentences::long_dato;
use texts::virkning::samarbejde_name;

use super::form::{Field, Form, Kind, TriedRow};
use super::opfoelgning::{agreed, when_and_what};
use super::tta_evaluering::VIRKNINGER;
use super::{Command, CommandContext, opfoelgning};
use crate::access::Intent;
use crate::sealed::{self, PlanTekster};

/// Its name on the page.
pub const FORM: &str = "opfoelgning-efter-retur";

/// Something the plan had, as it is asked about.
struct Done {
    /// In the plan's own words.
    text: String,
    /// The last day on which it holds, where it has one.
    til: Option<NaiveDate>,
}

/// The form. What the caller may not read is not asked about.
pub(super) fn form(at: &CommandContext<'_>, f: &Forloeb) -> Form {
    let mut fields = vec![Field::fixed("art", Opfoelgningsart::EfterRetur)];
    fields.extend(when_and_what(at.today));
    let done = of_plan(at, f);
    let (own, rest) = TriedRow::ALL.split_at(TriedRow::ALL.len() - 1);
    let left_out = done.len() > own.len();
    for (row, one) in own.iter().zip(&done) {
        fields.push(Field::fixed(row.text, &one.text));
        let asked = Field::choice(row.virkning, "", &VIRKNINGER).optional();
        fields.push(asked.called(format!("{}{}", one.text, until(one.til, at.today))));
    }
    if f.approved_besked().is_some() {
        let choices = Samarbejde::ALL.iter().map(|one| (one.code(), samarbejde_name(*one))).collect::<Vec<_>>();
        let asked = "Hjælper kollegerne, som det er aftalt?";
        let help = "Medarbejderen har godkendt, hvad kollegerne må få at vide.";
        fields.push(Field::choice("samarbejde", asked, &choices).optional().help(help));
    }
    fields.extend(about_cause(at, f));
    for row in rest {
        let (tried, virkning) = ("Noget andet, I har prøvet", "Hvordan gik det?");
        fields.push(Field::new(row.text, tried, Kind::Text).optional().aside("Prøvet"));
        fields.push(Field::choice(row.virkning, virkning, &VIRKNINGER).optional().aside("Virkning"));
    }
    fields.push(agreed());
    let form = Form::new(
        opfoelgning::Opfoelgning::NAME,
        "Registrér opfølgningen efter tilbagevenden",
        "Gem opfølgningen",
        fields,
    );
    form.named(FORM).help(help(!done.is_empty(), left_out))
}

fn help(of_plan: bool, left_out: bool) -> String {
    let mut help = String::from("Spørg, hvordan det går, og hvad der stadig skal til. Skriv ikke om helbred.");
    if of_plan {
        help.push_str(
            " Hensynene og tiltagene står, som planen har dem: sig, hvordan de virker, om dem, I har talt om.",
        );
    }
    if left_out {
        help.push_str(" Planen har flere, end der er plads til her: skriv om dem i aftalerne.");
    }
    help
}

/// Whether it still holds, and until when.
fn until(til: Option<NaiveDate>, today: NaiveDate) -> String {
    match til {
        Some(til) if til >= today => format!(" (gælder til og med {})", long_dato(til)),
        Some(til) => format!(" (gjaldt til og med {})", long_dato(til)),
        None => String::new(),
    }
}

/// The considerations beside the steps, those of the step that was last begun, and the measures, each once: those that still end
/// first, by their day.
fn of_plan(at: &CommandContext<'_>, f: &Forloeb) -> Vec<Done> {
    let plan = f.plan().filter(|_| at.caller.sees_names() && at.may(f, Intent::Plan));
    let words = plan.and_then(|plan| at.app.unlock::<PlanTekster>(&f.medarbejder_nr, &plan.what.confidential).ok());
    let Some((plan, words)) = plan.zip(words) else { return Vec::new() };
    let mut all: Vec<Done> = Vec::new();
    for one in in_plan(&plan.what, words, at.today) {
        if !one.text.trim().is_empty() && all.iter().all(|known| known.text != one.text) {
            all.push(one);
        }
    }
    all.sort_by_key(|one| one.til.filter(|til| *til >= at.today).map_or((true, None), |til| (false, Some(til))));
    all
}

fn in_plan(plan: &TtaPlanLagt, words: PlanTekster, today: NaiveDate) -> Vec<Done> {
    let plan = &plan.plan;
    let beside = plan.skaanehensyn.iter().zip(words.skaanehensyn).map(|(s, text)| Done { text, til: s.til });
    let begun = plan.trin.iter().zip(words.trin).filter(|(trin, _)| trin.fra <= today).max_by_key(|(trin, _)| trin.fra);
    let step = begun
        .into_iter()
        .flat_map(|(trin, words)| words.hensyn.into_iter().map(move |text| Done { text, til: trin.til }));
    let measures = words.tiltag.into_iter().map(|text| Done { text, til: None });
    beside.chain(step).chain(measures).collect()
}

/// Whether what was last done about the cause at work helps.
fn about_cause(at: &CommandContext<'_>, f: &Forloeb) -> Option<Field> {
    let done = f.sagt.foranstaltning()?;
    let words = at
        .caller
        .sees_names()
        .then(|| at.app.unlock::<sealed::Foranstaltning>(&f.medarbejder_nr, &done.what.confidential).ok());
    let said = words.flatten().map_or_else(String::new, |sealed::Foranstaltning(text)| format!(": {text}"));
    let help = format!("Besluttet {}{said}", long_dato(done.what.dato));
    let asked = "Hjælper det, der gøres på arbejdet?";
    Some(Field::choice("foranstaltning", asked, &VIRKNINGER).optional().help(help))
}
