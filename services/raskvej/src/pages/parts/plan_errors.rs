//! What is wrong with what was typed in the form of a TTA plan: at its field, and in the box at the top.

use super::page_form::{ErrorLine, explanation, line, sentence};
use super::plan_fields::PlanFields;
use crate::problem::{FormField, Problem};

/// Everything that is wrong with the form. What is wrong with a row stands in the row.
#[derive(Default)]
pub(crate) struct PlanErrors {
    pub(crate) lines: Vec<ErrorLine>,
    pub(crate) aftalt: Option<String>,
    pub(crate) koordinator: Option<String>,
    pub(crate) besked: Option<String>,
    pub(crate) evaluering: Option<String>,
}

impl PlanErrors {
    /// What was refused, noted at its field.
    pub(crate) fn of(problem: &Problem, x: &mut PlanFields) -> Self {
        let mut errors = Self::default();
        for felt in &problem.fields {
            errors.note(felt, x);
        }
        if errors.lines.is_empty() {
            errors.lines.push(ErrorLine { felt: None, tekst: explanation(problem) });
        }
        errors
    }

    fn note(&mut self, f: &FormField, x: &mut PlanFields) {
        let nr = f.felt.split_once('[').and_then(|(_, r)| r.split(']').next()?.parse::<usize>().ok());
        match f.felt.split(['[', '.']).next().unwrap_or_default() {
            "trin" => {
                let tekst = match nr {
                    None => sentence("Trin", f),
                    Some(nr) => format!("Trin {}, {}", nr + 1, sentence(trin_label(&f.felt), f)),
                };
                let nr = nr.unwrap_or(0);
                self.lines.push(line(&format!("trin-{nr}"), &tekst));
                if let Some(row) = x.trin.get_mut(nr) {
                    row.error.push(tekst);
                }
            }
            "skaanehensyn" => {
                let label = match f.felt.rsplit('.').next() {
                    Some("til") => "Til og med",
                    Some("varig") => "Varigt",
                    _ => "Hensynet",
                };
                let nr = nr.unwrap_or(0);
                let tekst = format!("Skånehensyn {}, {}", nr + 1, sentence(label, f));
                self.lines.push(line(&format!("skaane-{nr}"), &tekst));
                if let Some(row) = x.skaanehensyn.get_mut(nr) {
                    row.error.push(tekst);
                }
            }
            "aftalt" => {
                let tekst = sentence("Det, I har aftalt", f);
                self.lines.push(line("aftalt", &tekst));
                self.aftalt = Some(tekst);
            }
            "koordinator" => {
                let tekst = sentence("Koordinator", f);
                self.lines.push(line("koordinator", &tekst));
                self.koordinator = Some(tekst);
            }
            "evalueringer" => {
                let tekst = sentence("Evalueringsdato", f);
                self.lines.push(line("evaluering-0", &tekst));
                self.evaluering = Some(tekst);
            }
            "besked_til_kolleger" => {
                let tekst = sentence("Besked til kolleger", f);
                self.lines.push(line("besked", &tekst));
                self.besked = Some(tekst);
            }
            _ => self.lines.push(ErrorLine { felt: None, tekst: sentence("Et punkt i planen", f) }),
        }
    }
}

/// What a field of a step is called.
fn trin_label(felt: &str) -> &'static str {
    let in_step = felt.split_once("].").map_or(felt, |(_, rest)| rest);
    match in_step.split(['[', '.']).next().unwrap_or_default() {
        "fra" => "Fra",
        "til" => "Til",
        "timer_pr_uge" => "Timer om ugen",
        "skema" => "Timer på en ugedag",
        "opgaver_ind" => "Opgaver, der løses",
        "opgaver_ud" => "Opgaver, der ikke løses",
        "hensyn" => "Hensyn",
        _ => "Trinnet",
    }
}
