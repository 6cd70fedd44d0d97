//! What is different in a version of a TTA plan from the one before, in plain words.

use super::datoer::{dato_in_digits, decimal};
use super::plan::{princip, samtykke, step_days, stoette};
use super::reader_view::ReaderView;
use crate::views::plan::{PlanView, TrinView};

/// Most differences that are told; a plan that is another altogether is read, and not compared.
const MOST: usize = 40;

/// The differences, in the order of the plan; none where nothing that the reader sees is different.
pub(crate) fn changes(k: &ReaderView<'_>, before: &PlanView, after: &PlanView) -> Vec<String> {
    let name = |nr: &Option<String>| nr.as_deref().map_or_else(|| "ingen".to_owned(), |nr| k.name(nr));
    let mut said = Vec::new();
    if !is_same(k, before.koordinator.as_deref(), after.koordinator.as_deref()) {
        said.push(format!("Koordinator: {} i stedet for {}.", name(&after.koordinator), name(&before.koordinator)));
    }
    said.extend(in_content(before, after));
    if said.len() > MOST {
        said.truncate(MOST);
        said.push("Der er flere forskelle. Læs begge versioner.".to_owned());
    }
    said
}

/// Nobody, or the same person, by whichever of their numbers.
pub(crate) fn is_same(k: &ReaderView<'_>, one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => k.projections().is_same_nr(one, other),
        (one, other) => one == other,
    }
}

/// What is different in what was agreed.
fn in_content(before: &PlanView, after: &PlanView) -> Vec<String> {
    let mut said = Vec::new();
    if before.aftalt != after.aftalt {
        said.push(match (&before.aftalt, &after.aftalt) {
            (None, _) => "Det, I har aftalt, er skrevet ned.".to_owned(),
            (_, None) => "Det, I havde aftalt, er taget ud.".to_owned(),
            _ => "Det, I har aftalt, er skrevet om.".to_owned(),
        });
    }
    for n in 0..before.trin.len().max(after.trin.len()) {
        match (before.trin.get(n), after.trin.get(n)) {
            (Some(_), None) => said.push(format!("Trin {} er taget ud.", n + 1)),
            (None, Some(new)) => {
                let (days, timer) = (step_days(new.fra, new.til), decimal(new.timer_pr_uge));
                said.push(format!("Trin {} er nyt: {days}, {timer} timer om ugen.", n + 1));
            }
            (Some(old), Some(new)) => said.extend(of_trin(old, new).map(|what| format!("Trin {}: {what}.", n + 1))),
            (None, None) => {}
        }
    }
    let hensyn = |plan: &PlanView| -> Vec<String> {
        let one = |h: &crate::views::plan::SkaanehensynView| {
            let til = h.til.map_or_else(|| "varigt".to_owned(), |til| format!("til {}", dato_in_digits(til)));
            h.tekst.as_ref().map(|tekst| format!("{tekst} ({til})"))
        };
        plan.skaanehensyn.iter().filter_map(one).collect()
    };
    said.extend(of_list("Skånehensyn", &hensyn(before), &hensyn(after)));
    if before.sundhedsvaesen != after.sundhedsvaesen {
        said.push(format!("Kontakt med sundhedsvæsenet: {}.", samtykke(after.sundhedsvaesen).to_lowercase()));
    }
    let besked = |plan: &PlanView| plan.besked_til_kolleger.as_ref().and_then(|b| b.tekst.clone());
    if besked(before) != besked(after) {
        said.push("Beskeden til kollegerne er en anden.".to_owned());
    }
    let days = |plan: &PlanView| plan.evalueringer.iter().map(|d| dato_in_digits(*d)).collect::<Vec<_>>();
    said.extend(of_list("Evaluering", &days(before), &days(after)));
    let options = |plan: &PlanView| plan.stoette.iter().map(|s| stoette(*s).to_owned()).collect::<Vec<_>>();
    said.extend(of_list("Støtte, der er overvejet", &options(before), &options(after)));
    let items = |plan: &PlanView| {
        let one = |t: &crate::views::plan::TiltagView| Some(format!("{} ({})", t.tekst.as_ref()?, princip(t.princip)));
        plan.tiltag.iter().filter_map(one).collect::<Vec<_>>()
    };
    said.extend(of_list("Andet i planen", &items(before), &items(after)));
    said
}

fn of_trin(old: &TrinView, new: &TrinView) -> impl Iterator<Item = String> {
    let mut said = Vec::new();
    if (old.fra, old.til) != (new.fra, new.til) {
        said.push(format!("{} i stedet for {}", step_days(new.fra, new.til), step_days(old.fra, old.til)));
    }
    if (old.timer_pr_uge - new.timer_pr_uge).abs() > 0.001 {
        let (old, new) = (decimal(old.timer_pr_uge), decimal(new.timer_pr_uge));
        said.push(format!("{new} timer om ugen i stedet for {old}"));
    }
    let days = |t: &TrinView| t.skema.iter().map(|d| (d.dag, d.timer.to_bits())).collect::<Vec<_>>();
    if days(old) != days(new) || old.dage != new.dage {
        said.push("timerne ligger på andre dage".to_owned());
    }
    let lists = [
        ("opgaver", &old.opgaver_ind, &new.opgaver_ind),
        ("ikke opgaver", &old.opgaver_ud, &new.opgaver_ud),
        ("hensyn", &old.hensyn, &new.hensyn),
    ];
    for (name, old, new) in lists {
        said.extend(of_list(name, old, new).map(|line| line.trim_end_matches('.').to_owned()));
    }
    said.into_iter()
}

/// What has come, and what has gone.
fn of_list(name: &str, before: &[String], after: &[String]) -> impl Iterator<Item = String> {
    let new: Vec<_> = after.iter().filter(|x| !before.contains(x)).map(String::as_str).collect();
    let gone: Vec<_> = before.iter().filter(|x| !after.contains(x)).map(String::as_str).collect();
    let line = |what: &str, all: Vec<&str>| (!all.is_empty()).then(|| format!("{name}, {what}: {}.", all.join("; ")));
    [line("nyt", new), line("taget ud", gone)].into_iter().flatten()
}
