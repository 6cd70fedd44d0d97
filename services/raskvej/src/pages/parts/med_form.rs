//! The questions about MED on a form: where something was talked over, and when.

use forloeb::words::Medorgan;
use serde_json::Value;

use super::datoer::as_iso;
use super::mistakes::Mistakes;
use super::page_form::line;
use super::session::{Pairs, find};
use crate::politik_text::{organ_name, upper};
use crate::problem::Problem;

/// The ids of the questions: where, and when.
pub(crate) const WHERE: &str = "f-med";
pub(crate) const WHEN: &str = "med_dato";

/// What is shown and was answered.
#[derive(Default)]
pub(crate) struct MedForm {
    organ: String,
    pub(crate) dato: String,
    /// The last day that can be given.
    pub(crate) latest: String,
}

impl MedForm {
    /// What was answered, of what was sent.
    pub(crate) fn of(pairs: &Pairs, today: chrono::NaiveDate) -> Self {
        let text = |name| find(pairs, name).unwrap_or_default().to_owned();
        Self { organ: text("med"), dato: as_iso(&text("med_dato")), latest: today.to_string() }
    }

    /// The same, with the last day that can be given.
    pub(crate) fn until(self, today: chrono::NaiveDate) -> Self {
        Self { latest: today.to_string(), ..self }
    }

    /// The answers to choose among: code, text, and whether it is chosen.
    pub(crate) fn choices(&self) -> Vec<(&'static str, String, bool)> {
        let text = |organ: Medorgan| match organ {
            Medorgan::Nowhere => "Ikke behandlet i MED".to_owned(),
            organ => upper(organ_name(organ)),
        };
        Medorgan::ALL.iter().map(|organ| (organ.code(), text(*organ), self.organ == organ.code())).collect()
    }

    /// As a command is given it.
    pub(crate) fn given(&self) -> [(&'static str, Value); 2] {
        let value = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
        [("med", value(&self.organ)), ("med_dato", value(&self.dato))]
    }

    /// Nobody has answered where it was talked over.
    pub(crate) fn is_unanswered(&self) -> bool {
        self.organ.is_empty()
    }

    /// The chosen place.
    pub(crate) fn organ(&self) -> Option<Medorgan> {
        Medorgan::from_code(&self.organ)
    }

    /// What a refusal says of either answer.
    pub(crate) fn mistakes(problem: &Problem) -> Mistakes {
        let own = problem.fields.iter().filter(|f| f.felt.starts_with("med"));
        let own = own.map(|field| match field.felt.as_str() {
            "med" => line(WHERE, "Vælg, hvor den er behandlet, eller at den ikke er det."),
            _ => line(WHEN, &format!("Dagen {}.", field.error.trim_end_matches('.'))),
        });
        own.collect::<Vec<_>>().into()
    }
}
