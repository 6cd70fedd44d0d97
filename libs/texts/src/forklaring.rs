//! Numbers that explain themselves: how a date was found, step by step, with the rule and its source.

use forloeb::Forloeb;
use forloeb::frister::Frist;
use forloeb::ord::Fristart;
use forloeb::regler::{Formel, Tilpas};

use crate::tekster::{antal, lang_dato as lang};

/// How the dates of a frist follow from the first absence day, or from what its rule counts from.
#[must_use]
pub fn frist(f: &Forloeb, frist: &Frist) -> Vec<String> {
    let a = frist.afledning;
    let mut linjer = vec![format!("Første fraværsdag (F) er {}.", lang(f.foerste))];
    let fra = match frist.art {
        Fristart::Refusionsanmodning => {
            linjer.push(format!("Den ældste refusionsdag, der endnu ikke er søgt (R), er {}.", lang(a.fra)));
            "R"
        }
        Fristart::TtaEvaluering => {
            linjer.push(format!("Planens evalueringsdag (E) er {}.", lang(a.fra)));
            "E"
        }
        _ => "F",
    };
    linjer.push(format!("Måldag: {} = {}.", formel(fra, a.maaldag), lang(frist.maaldag)));
    linjer.push(format!("Sidste dag efter reglerne: {} = {}.", formel(fra, a.lovdag), lang(frist.lovdag)));
    if let (Some(i), Some(dag)) = (a.intern, frist.intern) {
        linjer.push(format!("Intern skæringsdag: {} = {}.", formel(fra, i), lang(dag)));
    }
    linjer.push(format!("Regelsæt: {} (det, der gælder for første fraværsdag).", frist.regelsaet));
    linjer.push(format!("Kilde: {}.", frist.kilde.trim_end_matches('.')));
    linjer
}

fn formel(fra: &str, formel: Formel) -> String {
    let mut tekst = fra.to_owned();
    if formel.maaneder > 0 {
        tekst.push_str(&format!(" + {}", antal(formel.maaneder.into(), "måned", "måneder")));
    }
    if formel.dage != 0 {
        let fortegn = if formel.dage < 0 { '−' } else { '+' };
        tekst.push_str(&format!(" {fortegn} {}", antal(formel.dage.unsigned_abs(), "dag", "dage")));
    }
    match formel.tilpas {
        Some(Tilpas::Foer) => tekst.push_str(", flyttet til sidste arbejdsdag på eller før"),
        Some(Tilpas::Efter) => tekst.push_str(", flyttet til første arbejdsdag på eller efter"),
        None => {}
    }
    tekst
}
