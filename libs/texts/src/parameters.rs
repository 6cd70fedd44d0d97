//! The numbers of a rule set that are no dates of a frist, as people read them: with where they are from, and what of them is
//! inferred and to be checked.

use forloeb::regler::{Parameters, Regelsaet, Sammenlaegning};

use crate::sentences::count;

/// A number of a rule set as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterLine {
    /// What it is.
    pub name: &'static str,
    /// The number, and what it is a number of.
    pub value: String,
    /// Law, law or policy.
    pub kilde: String,
    /// It is inferred from its source, and is to be checked by this day.
    pub kontrolleres: Option<chrono::NaiveDate>,
}

/// The numbers of a rule set that are no dates of a frist, those apart that it knows nothing of.
#[must_use]
pub fn parameter_lines(set: &Regelsaet) -> Vec<ParameterLine> {
    // Named one by one: a new number is to be thought of.
    let Parameters {
        max_hul_dage,
        sammenlaegning,
        tilbagefald_dage,
        arbejdsgiverperiode_dage,
        nyansat_dage,
        beskaeftigelse_timer,
        fuld_uge_timer,
        delvis_mindst_timer,
        forfalder_arbejdsdage,
        opsagt_undtagelse_dage,
        kommunens_samtale_dage,
        dispensation_maaneder,
        ophoer_uger,
        ophoer_maaneder,
        usigneret_arbejdsdage,
    } = &set.parameters;
    let days = |n: &u32| count((*n).into(), "dag", "dage");
    let working = |n: &u32| count((*n).into(), "arbejdsdag", "arbejdsdage");
    let hours = |timer: &f64| format!("{timer} timer").replace('.', ",");
    let known = |n: &u32, value: String| (*n > 0).then_some(value);
    let bridged = match sammenlaegning {
        Sammenlaegning::Fridage => "fridage",
        Sammenlaegning::Nothing => "ingen",
    };
    let weeks = count((*ophoer_uger).into(), "uge", "uger");
    let months = |n: &u32, one: &str, several: &str| count((*n).into(), one, several);
    let last = arbejdsgiverperiode_dage.saturating_sub(1);
    let all: [(&str, &'static str, Option<String>); 15] = [
        ("max_hul_dage", "Dage mellem to rækker, der stadig er ét forløb", Some(days(max_hul_dage))),
        ("sammenlaegning", "Dage, der ikke skiller to rækker", Some(bridged.to_owned())),
        ("tilbagefald_dage", "“Muligt tilbagefald”", Some(format!("nyt fravær inden {}", days(tilbagefald_dage)))),
        (
            "arbejdsgiverperiode_dage",
            "Arbejdsgiverperiode",
            Some(format!("{}: F til F+{last}", days(arbejdsgiverperiode_dage))),
        ),
        (
            "nyansat_dage",
            "Nyansat, refusion fra første dag",
            Some(format!("under {} i ansættelsen på F", days(nyansat_dage))),
        ),
        (
            "beskaeftigelse_timer",
            "Få timer, refusion fra første dag",
            (*beskaeftigelse_timer > 0.0)
                .then(|| format!("under {} i de {} før F", hours(beskaeftigelse_timer), days(nyansat_dage))),
        ),
        ("fuld_uge_timer", "En fuld uge", Some(hours(fuld_uge_timer))),
        (
            "delvis_mindst_timer",
            "Delvist fravær uden refusion",
            Some(format!("under {} om ugen", hours(delvis_mindst_timer))),
        ),
        (
            "forfalder_arbejdsdage",
            "En frist “forfalder”",
            Some(format!("{} før måldagen", working(forfalder_arbejdsdage))),
        ),
        (
            "opsagt_undtagelse_dage",
            "Samtalen kan undlades",
            Some(format!("fratræden senest F+{opsagt_undtagelse_dage}")),
        ),
        (
            "kommunens_samtale_dage",
            "Kommunens samtale efter fast track",
            Some(format!("inden {} efter anmodningen", days(kommunens_samtale_dage))),
        ),
        (
            "dispensation_maaneder",
            "Refusion med dispensation kan søges",
            known(
                dispensation_maaneder,
                format!("til og med F + {}", months(dispensation_maaneder, "måned", "måneder")),
            ),
        ),
        ("ophoer_uger", "Sygedagpenge kan ophøre", known(ophoer_uger, format!("betalt for mere end {weeks}"))),
        (
            "ophoer_maaneder",
            "Måneder, der ses tilbage over",
            known(ophoer_maaneder, months(ophoer_maaneder, "kalendermåned", "kalendermåneder")),
        ),
        (
            "usigneret_arbejdsdage",
            "Klargjort anmeldelse uden underskrift",
            Some(format!("opgave hos HR efter {}", working(usigneret_arbejdsdage))),
        ),
    ];
    let lines = all.into_iter().filter_map(|(parameter, name, value)| {
        let source = set.source(parameter);
        let kilde = source.map_or_else(|| "Står ikke i regelfilen".to_owned(), |source| source.kilde.to_string());
        Some(ParameterLine { name, value: value?, kilde, kontrolleres: source.and_then(|source| source.kontrolleres) })
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use forloeb::Regelbog;

    use super::*;

    /// The numbers as the law has them, each with its source; those of which the source does not name the day are marked.
    #[test]
    fn every_number_is_told_with_its_source() {
        let book = Regelbog::built_in();
        let lines = parameter_lines(book.in_force("2026-11-30".parse().unwrap()));
        assert_eq!(lines.len(), Parameters::NAMES.len());
        assert!(
            lines.iter().all(|line| line.kilde.contains("§ ") || line.kilde.starts_with("Arbejdspladsens politik: "))
        );
        let told = |name: &str| lines.iter().find(|line| line.name == name).unwrap();
        for (name, value, law, marked) in [
            ("Arbejdsgiverperiode", "30 dage: F til F+29", "§ 30 stk. 1", false),
            ("Få timer, refusion fra første dag", "under 74 timer i de 56 dage før F", "§ 30 stk. 2-4", false),
            ("Refusion med dispensation kan søges", "til og med F + 6 måneder", "§ 59 stk. 6", false),
            ("Samtalen kan undlades", "fratræden senest F+56", "§ 7 a stk. 3", true),
            ("Kommunens samtale efter fast track", "inden 14 dage efter anmodningen", "§ 13 b stk. 2", true),
        ] {
            let line = told(name);
            assert_eq!((line.value.as_str(), line.kontrolleres.is_some()), (value, marked), "{name}");
            assert!(line.kilde.contains(law), "{name}: {}", line.kilde);
        }
    }

    /// A rule file of a workplace may say no source, and know nothing of a number.
    #[test]
    fn what_a_rule_file_does_not_say_is_told() {
        let book = Regelbog::built_in();
        let mut set = (**book.in_force("2026-11-30".parse().unwrap())).clone();
        (set.sources, set.parameters.dispensation_maaneder) = (Vec::new(), 0);
        let lines = parameter_lines(&set);
        assert_eq!(lines.len(), Parameters::NAMES.len() - 1);
        assert!(lines.iter().all(|line| line.kilde == "Står ikke i regelfilen" && line.kontrolleres.is_none()));
    }
}
