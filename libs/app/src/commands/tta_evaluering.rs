//! The TTA plan was evaluated.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::command::Act;
use forloeb::haendelse::TtaEvalueret;
use forloeb::words::Virkning;
use serde_json::{Map, Value};

use super::form::{Field, Form, Kind};
use super::typed::Typed;
use super::{Answer, Command, CommandContext, Entry, Example, OnForloeb, Refusal, Shown};
use crate::access::Intent;
use crate::request;
use crate::sealed::{self, Konklusion};

request! {
    /// An evaluation of the plan.
    Evaluering {
        /// Day.
        dato: NaiveDate,
        /// What was concluded.
        konklusion: Option<String>,
        /// What was tried since the plan was made or evaluated, and what each has done.
        #[schema(required = false)]
        proevet: Vec<Tried>,
    }
}

request! {
    /// Something that was tried.
    #[schema(as = ProevetAnmodning)] Tried {
        /// What.
        text as "tekst": String,
        /// What it has done.
        virkning: Virkning,
    }
}

pub static ENTRY: Entry = Entry::on_forloeb::<Evaluering>();

impl Command for Evaluering {
    const NAME: &'static str = "tta-evaluering";
    const OPERATION: Option<&'static str> = Some("evaluer");
    const SUMMARY: &'static str = "Records that the plan was evaluated.";
    const TAG: &'static str = "tta";
    const ANSWER: Answer = Answer::Plan;
    const SEALS: &'static [sealed::Kind] = &[sealed::Kind::Konklusion];
    const TEXTS: &'static [&'static str] = &["konklusion", "proevet.tekst"];
    const SHOWN: Shown = Shown::Page("/forloeb/{id}/plan");
    const DONE: &'static str = "Evalueringen er registreret.";
    const CODE: &'static str = "evaluering";
    const EXAMPLE: &'static [(&'static str, Example)] = &[
        ("dato", Example::Text("2026-02-09")),
        ("konklusion", Example::Text("Vi går en time op om ugen")),
        (
            "proevet",
            Example::List(&[Example::Fields(&[
                ("tekst", Example::Text("Korte dage")),
                ("virkning", Example::Text("hjalp")),
            ])]),
        ),
    ];
}

impl OnForloeb for Evaluering {
    const ACCESS: Intent = Intent::TtaPlan;

    fn decide(self, at: &CommandContext<'_>, f: &Forloeb) -> Result<Act, Refusal> {
        let Self { dato, konklusion, proevet } = self;
        let virkninger = proevet.iter().map(|tried| tried.virkning).collect();
        let words = Konklusion { konklusion, tried: proevet.into_iter().map(|tried| tried.text).collect() };
        let said = words != Konklusion::default();
        let confidential = said.then(|| at.seal(&f.medarbejder_nr, &words)).transpose()?;
        Ok(Act::EvaluerPlan(TtaEvalueret { forloeb: f.id, dato, virkninger, confidential }))
    }
}

/// What something that was tried has done, as the form asks.
pub(super) const VIRKNINGER: [(&str, &str); 4] = [
    ("hjalp", "Det hjalp"),
    ("hjalp_delvist", "Det hjalp lidt"),
    ("hjalp_ikke", "Det hjalp ikke"),
    ("for_tidligt", "Det er for tidligt at sige"),
];

/// The names of the fields of something that was tried. The form has room for two: what is beside them is said in the
/// conclusion, or through the API.
const TRIED: [[&str; 2]; 2] = [["proevet", "virkning"], ["proevet_2", "virkning_2"]];

/// The form, which stands beside the plan.
#[must_use]
pub fn form(today: NaiveDate) -> Form {
    let mut fields = vec![
        Field::day("dato", "Dato for evalueringen", today),
        Field::new("konklusion", "Hvad blev I enige om?", Kind::Long)
            .optional()
            .help("Skriv ikke om helbred. Teksten gemmes krypteret."),
    ];
    for ([tried, virkning], which) in TRIED.into_iter().zip(["Noget, I har prøvet", "Noget andet, I har prøvet"]) {
        fields.push(Field::new(tried, which, Kind::Text).optional().aside("Prøvet"));
        fields.push(Field::choice(virkning, "Hvordan gik det?", &VIRKNINGER).optional().aside("Virkning"));
    }
    Form::new("plan/evaluering", "Registrér en evaluering", "Gem evalueringen", fields).named("evaluering")
}

/// What was typed in the form, as the command is given it.
#[must_use]
pub fn given(form: &Form, typed: &Typed) -> Value {
    let mut given = form.given(typed);
    let Some(fields) = given.as_object_mut() else { return given };
    let mut proevet = Vec::new();
    for [tried, virkning] in TRIED {
        let pair = [("tekst", fields.remove(tried)), ("virkning", fields.remove(virkning))];
        let pair: Map<String, Value> =
            pair.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        if !pair.is_empty() {
            proevet.push(Value::Object(pair));
        }
    }
    if !proevet.is_empty() {
        fields.insert("proevet".to_owned(), proevet.into());
    }
    given
}
