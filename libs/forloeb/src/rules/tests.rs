//! Rule files: what is read, and what is refused by line and field.

use super::*;
use crate::oere::Oere;
use crate::words::Fristart;

#[test]
fn the_built_in_files_can_be_read() {
    let book = Regelbog::built_in();
    assert_eq!(book.in_force("2026-11-22".parse().unwrap()).name.as_ref(), "standard");
    assert!(book.for_dag("2012-03-04".parse().unwrap()).is_none());
}

fn read_set(ret: impl Fn(&str) -> String) -> RegelError {
    Regelbog::read(&[("lokal.toml", &ret(BUILT_IN[0].1))], CALENDAR.1, SATSER.1).unwrap_err()
}

#[test]
fn a_wrong_file_names_field_and_line() {
    let error = read_set(|t| t.replace("max_hul_dage = 0", "max_huldage = 0"));
    assert_eq!(error.file, "lokal.toml");
    assert!(error.error.contains("max_huldage") && error.error.contains("line 8"), "{}", error.error);

    // What the types alone let through, on the lines where the file has it.
    let line = |what: &str| BUILT_IN[0].1.lines().position(|l| l.starts_with(what)).unwrap() + 1;
    let error = read_set(|t| t.replace("klokken = \"08:00\"", "klokken = \"18:00\"")).error;
    let expected = format!("linje {}, 'klokken': skal ligge fra 'tidligst' til før 'senest'", line("klokken = "));
    assert_eq!(error, expected);
    let error = read_set(|t| t.replacen("maaldag = { dage = 27", "maaldag = { dage = 31", 1)).error;
    let expected = format!(
        "linje {}, 'maaldag': ligger 2024-02-01 efter lovdagen 2024-01-29, når første fraværsdag er 2024-01-01",
        line("maaldag = { dage = 27")
    );
    assert_eq!(error, expected);
    let error = read_set(|t| t.replacen("trin = \"t-3\"", "trin = \"t-10\"", 1)).error;
    assert!(error.starts_with("linje ") && error.ends_with("'trin': står to gange for den samme frist"), "{error}");
}

/// 35 days in the standard. Of no other kind of frist, and neither at once nor after more than a year.
#[test]
fn only_of_the_expected_end_somebody_is_asked_though_no_day_was_named() {
    let error = |ret: &dyn Fn(&str) -> String| read_set(ret).error;
    let days = |days: u32| move |t: &str| t.replace("uden_dag_dage = 35", &format!("uden_dag_dage = {days}"));
    for wrong in [0, 366] {
        let error = error(&days(wrong));
        assert!(error.starts_with("linje ") && error.ends_with("'uden_dag_dage': skal være fra 1 til 365"), "{error}");
    }
    for right in [1, 365] {
        let text = days(right)(BUILT_IN[0].1);
        let book = Regelbog::read(&[("lokal.toml", &text)], CALENDAR.1, SATSER.1).unwrap();
        let row = book.in_force("2026-11-22".parse().unwrap()).frist(Fristart::ForventetSlut, None).unwrap();
        assert_eq!(row.uden_dag_dage, Some(right));
    }
    let error = error(&|t: &str| t.replacen("art = \"samtale\"", "art = \"samtale\"\nuden_dag_dage = 35", 1));
    let expected = "'uden_dag_dage': kan kun stå i en [[frist]] med art = \"forventet_slut\"";
    assert!(error.starts_with("linje ") && error.ends_with(expected), "{error}");
}

#[test]
fn regelsaet_may_not_hold_at_the_same_time() {
    let set = BUILT_IN[0];
    let new_one = set.1.replace("navn = \"standard\"", "navn = \"2027\"").replace("2012-03-05", "2027-01-01");
    let error = Regelbog::read(&[set, ("2027.toml", &new_one)], CALENDAR.1, SATSER.1).unwrap_err();
    assert_eq!(
        (error.file.as_str(), error.error.as_str()),
        (
            "2027.toml",
            "'gaelder_fra' = 2027-01-01: regelsættet 'standard' gælder uden slut; sæt 'gaelder_til' i det ene"
        )
    );
    let old = set.1.replace("2012-03-05", "2012-03-05\ngaelder_til = 2026-12-31");
    let book = Regelbog::read(&[("a.toml", &old), ("2027.toml", &new_one)], CALENDAR.1, SATSER.1).unwrap();
    assert_eq!(book.in_force("2026-12-31".parse().unwrap()).name.as_ref(), "standard");
    assert_eq!(book.in_force("2027-01-01".parse().unwrap()).name.as_ref(), "2027");
}

#[test]
fn the_sats_says_whether_it_is_the_years_own() {
    let book = Regelbog::built_in();
    let (sats, own) = book.sats("2024-05-01".parse().unwrap()).unwrap();
    assert_eq!((sats.per_uge, own), (Oere::from_kroner(4695), true));
    // The rate of 2026 begins on Monday 5 January: the days before are of 2025.
    for (dag, kr, own) in [
        ("2022-01-02", 4465, false),
        ("2026-01-04", 4865, true),
        ("2026-01-05", 5085, true),
        ("2027-01-03", 5085, true),
        ("2027-01-04", 5085, false),
    ] {
        let (sats, is_own) = book.sats(dag.parse().unwrap()).unwrap();
        assert_eq!((sats.per_uge, is_own), (Oere::from_kroner(kr), own), "{dag}");
    }
    let tillaeg = |dag: &str| book.tillaeg_on(dag.parse().unwrap()).map(|t| t.pct.hundredths());
    let found = ["2023-12-31", "2024-01-01", "2027-01-03", "2027-01-04", "2031-01-01"].map(tillaeg);
    assert_eq!(found, [None, Some(150), Some(210), Some(240), Some(330)]);
}
