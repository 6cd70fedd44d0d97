//! Numbers that explain themselves: how a date was found, step by step, with the rule and its source.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::frister::Frist;
use forloeb::regler::{Adjust, Formula};
use forloeb::words::Fristart;

use crate::sentences::{count, long_dato as long};

/// How the dates of a frist follow from the first absence day, or from what its rule counts from.
#[must_use]
pub fn frist(f: &Forloeb, frist: &Frist) -> Vec<String> {
    let a = frist.derivation;
    let mut lines = vec![format!("Første fraværsdag (F) er {}.", long(f.foerste))];
    let fra = match frist.art {
        Fristart::Refusionsanmodning if is_given_longer(f, frist) => {
            let fra = f.dispensation.as_ref().map_or(a.fra, |given| given.what.fra);
            lines.push(format!(
                "Kommunen har givet dispensation fra {}: dagene derfra kan søges så længe, regnet fra F (§ 59 stk. 6).",
                long(fra)
            ));
            "F"
        }
        Fristart::Refusionsanmodning => {
            lines.push(format!("Den ældste refusionsdag, der endnu ikke er søgt (R), er {}.", long(a.fra)));
            "R"
        }
        Fristart::TtaEvaluering => {
            let what = if f.plan_looked_at_again_on(a.fra) {
                "Dagen, hvor I igen ser på, om der er brug for en plan (E),"
            } else {
                "Planens evalueringsdag (E)"
            };
            lines.push(format!("{what} er {}.", long(a.fra)));
            "E"
        }
        Fristart::Aftale => {
            lines.push(format!("Den dag, der er aftalt (A), er {}.", long(a.fra)));
            "A"
        }
        Fristart::Skaanehensyn => {
            lines.push(format!("Den sidste dag, skånehensynet gælder (S), er {}.", long(a.fra)));
            "S"
        }
        Fristart::ForventetSlut => {
            let (line, fra) = slut(f, a.fra);
            lines.extend(line);
            fra
        }
        _ if a.fra != f.foerste => {
            lines.push(format!("Dagen, der regnes fra (D), er {}.", long(a.fra)));
            "D"
        }
        _ => "F",
    };
    lines.push(format!("Måldag: {} = {}.", formula(fra, a.maaldag), long(frist.maaldag)));
    lines.push(format!("Sidste dag efter reglerne: {} = {}.", formula(fra, a.lovdag), long(frist.lovdag)));
    if let (Some(i), Some(dag)) = (a.intern, frist.intern) {
        lines.push(format!("Intern skæringsdag: {} = {}.", formula(fra, i), long(dag)));
    }
    lines.push(format!("Regelsæt: {} (det, der gælder for første fraværsdag).", frist.regelsaet));
    lines.push(format!("Kilde: {}.", frist.kilde.trim_end_matches('.')));
    lines
}

/// A dispensation gives longer to claim than the rule does.
fn is_given_longer(f: &Forloeb, frist: &Frist) -> bool {
    f.regler.frist(frist.art, None).is_some_and(|regel| regel.lovdag != frist.derivation.lovdag)
}

/// The day that is counted from where somebody is asked how long it takes, and what it is called: the day that was named, else
/// one after they were last in touch.
fn slut(f: &Forloeb, fra: NaiveDate) -> (Vec<String>, &'static str) {
    if f.expected_sidste().is_some() {
        return (vec![format!("Den ventede sidste fraværsdag (V) er {}.", long(fra))], "V");
    }
    let in_touch = f.in_touch(fra);
    let last = if in_touch == f.foerste {
        "Ingen har nævnt en ventet sidste fraværsdag, og der er ikke registreret kontakt efter F.".to_owned()
    } else {
        let dag = long(in_touch);
        format!("Ingen har nævnt en ventet sidste fraværsdag. Den seneste registrerede kontakt (K) er {dag}.")
    };
    let since = if in_touch == f.foerste { "F" } else { "K" };
    let by_rule = f.regler.frist(Fristart::ForventetSlut, None).and_then(|regel| regel.uden_dag_dage);
    let dage = by_rule.filter(|dage| (fra - in_touch).num_days() == i64::from(*dage));
    let counted = match dage {
        Some(dage) => format!("Der regnes fra D: {since} + {} = {}.", count(dage.into(), "dag", "dage"), long(fra)),
        None => {
            format!("I følger op, så der regnes først fra dagen efter dagen for næste opfølgning (D): {}.", long(fra))
        }
    };
    (vec![last, counted], "D")
}

fn formula(fra: &str, formula: Formula) -> String {
    let mut tekst = fra.to_owned();
    if formula.maaneder > 0 {
        tekst.push_str(&format!(" + {}", count(formula.maaneder.into(), "måned", "måneder")));
    }
    if formula.dage != 0 {
        let sign = if formula.dage < 0 { '−' } else { '+' };
        tekst.push_str(&format!(" {sign} {}", count(formula.dage.unsigned_abs(), "dag", "dage")));
    }
    if formula.arbejdsdage != 0 {
        let sign = if formula.arbejdsdage < 0 { '−' } else { '+' };
        let days = count(formula.arbejdsdage.unsigned_abs().into(), "arbejdsdag", "arbejdsdage");
        tekst.push_str(&format!(" {sign} {days}"));
    }
    match formula.adjust {
        Some(Adjust::Before) => tekst.push_str(", flyttet til sidste arbejdsdag på eller før"),
        Some(Adjust::After) => tekst.push_str(", flyttet til første arbejdsdag på eller efter"),
        None => {}
    }
    tekst
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn working_days_are_said_before_and_after_and_one_by_one() {
        let of = |arbejdsdage| formula("S", Formula { arbejdsdage, ..Formula::default() });
        assert_eq!((of(-3), of(1), of(0)), ("S − 3 arbejdsdage".into(), "S + 1 arbejdsdag".into(), "S".into()));
    }
}
