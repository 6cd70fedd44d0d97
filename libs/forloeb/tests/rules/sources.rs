//! Every number of the rules says where it is from, and what its source does not say itself is to be checked by a day.

use std::collections::BTreeSet;

use forloeb::Regelbog;
use forloeb::regler::{BUILT_IN, Condition, Parameters};
use forloeb::words::Fristart;

use crate::story::dag;

/// Rows of the law of which the day, or that it holds at all, is inferred: the kind, for which absences, and the first absence day
/// from which it is, where that is not as long as the rule set.
const INFERRED: [(Fristart, Option<Condition>, Option<&str>); 11] = [
    // Five weeks, three months, one week and fourteen days: which day is the last one.
    (Fristart::Anmeldelse, None, None),
    (Fristart::Anmeldelse, Some(Condition::KortFoerstedagsret), None),
    (Fristart::Anmeldelse, Some(Condition::Graviditet), None),
    (Fristart::Anmeldelse, Some(Condition::Sygedagpenge), None),
    (Fristart::Anmeldelse, Some(Condition::SygedagpengeStop), None),
    (Fristart::Anmeldelse, Some(Condition::WithoutLoen), None),
    (Fristart::Refusionsanmodning, None, None),
    // The text was read as it was before the reform, which may have changed it.
    (Fristart::FastTrack, None, Some("2026-07-01")),
    // The end of the eighth week.
    (Fristart::OtteUger, None, None),
    // When the new law begins to hold; and of the twenty-sixth week its end.
    (Fristart::OtteUger, None, Some("2026-07-01")),
    // When it begins to hold, and how three days are counted.
    (Fristart::Easy, None, Some("2026-07-01")),
];

/// Numbers of the law of which the same is true: F + 56, the fourteenth day after the request, and which nine months.
const INFERRED_NUMBERS: [&str; 3] = ["opsagt_undtagelse_dage", "kommunens_samtale_dage", "ophoer_maaneder"];

#[test]
fn every_row_has_its_source_and_what_is_inferred_is_to_be_checked() {
    let book = Regelbog::built_in();
    let mut marked = BTreeSet::new();
    for row in book.set().iter().flat_map(|set| &set.frister) {
        let name =
            (row.art.code(), row.when.map(|when| format!("{when:?}")), row.gaelder_fra.map(|day| day.to_string()));
        assert!(!row.kilde.trim().is_empty(), "{name:?}");
        // What the workplace has decided is inferred from nothing.
        let policy = row.kilde.starts_with("Arbejdspladsens politik");
        assert!(policy || row.kilde.contains('§') || row.kilde.contains("loven"), "{name:?}: {}", row.kilde);
        assert!(!policy || row.kontrolleres.is_none(), "{name:?}");
        if row.kontrolleres.is_some() {
            marked.insert(name);
        }
    }
    let expected = INFERRED.iter().map(|(art, when, fra)| {
        (art.code(), when.map(|when| format!("{when:?}")), fra.map(|fra| dag(fra).to_string()))
    });
    assert_eq!(marked, expected.collect::<BTreeSet<_>>());
    for set in book.set() {
        assert!(set.signaler.iter().all(|signal| signal.kilde.starts_with("Arbejdspladsens politik")));
    }
}

/// The names are those of the file, so that none is left out.
#[test]
fn every_number_has_its_source_and_what_is_inferred_is_to_be_checked() {
    let file: toml::Table = BUILT_IN[0].1.parse().unwrap();
    let written: BTreeSet<_> = file["parametre"].as_table().unwrap().keys().map(String::as_str).collect();
    assert_eq!(written, BTreeSet::from(Parameters::NAMES));
    for set in Regelbog::built_in().set() {
        let source = |name: &str| set.source(name).unwrap_or_else(|| panic!("{name} has no source"));
        assert!(Parameters::NAMES.iter().all(|name| !source(name).kilde.trim().is_empty()));
        let marked: Vec<_> = Parameters::NAMES.into_iter().filter(|name| source(name).kontrolleres.is_some()).collect();
        assert_eq!(marked, INFERRED_NUMBERS);
    }
}

/// A rate is reckoned from a limit that is 1.750 times as much; what is paid beyond the refusion stands in the law itself.
#[test]
fn every_rate_has_its_source_and_what_is_reckoned_is_to_be_checked() {
    let book = Regelbog::built_in();
    for sats in book.satser() {
        let limit = with_points(sats.per_uge.whole_kroner() * 1750);
        assert!(sats.kilde.contains(&format!("({limit} kr. / 1.750)")), "{}", sats.kilde);
        assert!(sats.kontrolleres.is_some(), "{}", sats.kilde);
    }
    assert!(book.tillaeg().iter().all(|t| t.kilde.contains("§§ 54 a-b") && t.kontrolleres.is_none()));
}

/// Some millions with points, as people write them.
fn with_points(number: i64) -> String {
    let whole = number / 1_000_000;
    format!("{whole}.{:03}.{:03}", number / 1000 % 1000, number % 1000)
}

/// A source of a number that there is not, two of one, and one that says nothing are refused with their line.
#[test]
fn a_source_names_a_number_and_no_number_has_two() {
    let read = |from: &str, to: &str| {
        let text = BUILT_IN[0].1.replacen(from, to, 1);
        assert_ne!(text, BUILT_IN[0].1);
        forloeb::regler::Regelsaet::read(&text, Regelbog::built_in().calendar()).unwrap_err()
    };
    for (from, to, said) in [
        ("[\"nyansat_dage\"]", "[\"nyansatte\"]", "'parametre': \"nyansatte\" er ikke en af parametrene"),
        ("[\"nyansat_dage\"]", "[\"ophoer_uger\"]", "'parametre': \"ophoer_uger\" står her for anden gang"),
        (
            "kilde = \"Arbejdspladsens politik: et mærkat",
            "kilde = \" \" # ",
            "'kilde': skal nævne lov, paragraf eller politik",
        ),
    ] {
        let error = read(from, to);
        assert!(error.starts_with("linje ") && error.ends_with(said), "{error}");
    }
    // A rule file of a workplace may say none.
    let (before, sources) = BUILT_IN[0].1.split_once("[[parameterkilde]]").unwrap();
    let rest = sources.split_once("# `kontrolleres`: rækken").unwrap().1;
    let sets = forloeb::regler::Regelsaet::read(&format!("{before}# {rest}"), Regelbog::built_in().calendar()).unwrap();
    assert!(sets.iter().all(|set| set.source("nyansat_dage").is_none()));
}
