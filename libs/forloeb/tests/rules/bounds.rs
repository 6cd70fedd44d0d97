//! Numbers and dates that nobody can mean: refused where they are read, by line and field, whichever field it is.

use forloeb::Regelbog;
use forloeb::politik::{LaidDown, Politik, PolitikFastsat};
use forloeb::regler::{BUILT_IN, CALENDAR, SATSER};

fn politik(tekst: &str) -> Result<Politik, String> {
    let book = Regelbog::built_in();
    Politik::read(tekst, book.set().iter().map(AsRef::as_ref), book.calendar())
}

/// A policy that reminds of the anmeldelse, and besides in a step with this figure.
fn paamindelse(figure: &str) -> String {
    format!(
        "navn = \"x\"\n[[paamindelse]]\nfrist = \"anmeldelse\"\ntrin = \"egen\"\nfra = \"maaldag\"\ntil = [\"hr\"]\n\
         [[paamindelse]]\nfrist = \"anmeldelse\"\ntrin = \"x\"\nfra = \"maaldag\"\n{figure}\ntil = [\"hr\"]\n"
    )
}

fn signal(figure: &str) -> String {
    format!(
        "navn = \"x\"\n[[signal]]\nnavn = \"s\"\nslags = \"dage\"\n{figure}\nmedregn = [\"sygdom\"]\nkilde = \"k\"\n"
    )
}

#[test]
fn every_number_in_a_politik_has_a_bound() {
    let in_line_11 = |felt: &str, error: &str| format!("linje 11, '{felt}': {error}");
    let (tre, ni) = (-3661, i64::MAX);
    let wrong = [
        (paamindelse("arbejdsdage = -2147483648"), in_line_11("arbejdsdage", "skal ligge fra -3660 til 3660")),
        (paamindelse("arbejdsdage = 2147483647"), in_line_11("arbejdsdage", "skal ligge fra -3660 til 3660")),
        (paamindelse("arbejdsdage = 3661"), in_line_11("arbejdsdage", "skal ligge fra -3660 til 3660")),
        (paamindelse(&format!("dage = {ni}")), in_line_11("dage", "skal ligge fra -3660 til 3660")),
        (paamindelse(&format!("dage = {}", i64::MIN)), in_line_11("dage", "skal ligge fra -3660 til 3660")),
        (paamindelse(&format!("dage = {tre}")), in_line_11("dage", "skal ligge fra -3660 til 3660")),
        (paamindelse("gentag_arbejdsdage = 0"), in_line_11("gentag_arbejdsdage", "skal ligge fra 1 til 3660")),
        (paamindelse("gentag_arbejdsdage = 4294967295"), in_line_11("gentag_arbejdsdage", "skal ligge fra 1 til 3660")),
        (signal("antal = 4294967295\ndage = 30"), "linje 5, 'antal': skal ligge fra 1 til 3660".to_owned()),
        (
            signal("antal = 3\nmaaneder = 4294967295"),
            "linje 6, 'maaneder': vinduet skal være mindst en dag og højst ti år: angiv 'maaneder' eller 'dage'"
                .to_owned(),
        ),
        (
            "navn = \"x\"\nkontaktmodel = [1, 4294967295]\n".to_owned(),
            "linje 2, 'kontaktmodel': højst dag 366".to_owned(),
        ),
        (
            "navn = \"x\"\nintern_anmeldelse_dag = 4294967295\n".to_owned(),
            "linje 2, 'intern_anmeldelse_dag': skal ligge fra 1 til 36".to_owned(),
        ),
        (
            "navn = \"x\"\n[[maaldag]]\nfrist = \"samtale\"\ndag = 4294967295\n".to_owned(),
            "linje 4, 'dag': højst 29: lovdagen for \"samtale\" er dag 29".to_owned(),
        ),
    ];
    for (tekst, error) in wrong {
        assert_eq!(politik(&tekst).unwrap_err(), error, "{tekst}");
    }
    for figure in ["arbejdsdage = 3660", "dage = -3660", "gentag_arbejdsdage = 3660"] {
        assert!(politik(&paamindelse(figure)).is_ok(), "{figure}");
    }
    // What does not fit the number at all says so too, with its line.
    for figure in ["arbejdsdage = 2147483648", "dage = 9223372036854775808", "gentag_arbejdsdage = -1", "dage = 1.5"] {
        assert!(politik(&paamindelse(figure)).unwrap_err().contains("line 11"), "{figure}");
    }
}

/// A reminder ten years after the anmeldelse was due is no reminder of it: it comes beside those that are in time.
#[test]
fn penge_keep_every_paamindelse_they_have() {
    let book = Regelbog::built_in();
    let set = book.in_force("2026-11-02".parse().unwrap());
    for figure in ["dage = 3660", "dage = 1", "arbejdsdage = 1", "tilpas = \"wd+\"", "dage = 0", "arbejdsdage = -1"] {
        let laid = politik(&paamindelse(figure)).unwrap().over(set, book.calendar());
        let (before, own) = laid.paamindelser.split_at(set.paamindelser.len());
        assert_eq!((before, own.len()), (&set.paamindelser[..], 2), "{figure}");
    }
}

/// It was laid down before anybody looked at its numbers: it must not decide anything now, and no date may bear its name.
#[test]
fn a_stored_politik_with_impossible_numbers_changes_nothing() {
    let book = Regelbog::built_in();
    let (fra, f) = ("2026-01-01".parse().unwrap(), "2026-11-02".parse().unwrap());
    let stored = PolitikFastsat::new(fra, paamindelse("arbejdsdage = -2147483648"));
    let with = book.and_politik(LaidDown::new(1, fra, Politik::read_stored(&stored).unwrap()));
    let (before, after) = (book.in_force(f), with.in_force(f));
    assert_eq!((&after.name, &after.paamindelser), (&before.name, &before.paamindelser));
}

#[test]
fn every_number_in_a_regelsaet_has_a_bound() {
    let (set, calendar, satser) = (BUILT_IN[0], CALENDAR, SATSER);
    let read = |fra: &str, til: &str| {
        assert!(set.1.contains(fra), "{fra}");
        Regelbog::read(&[("lokal.toml", &set.1.replacen(fra, til, 1))], calendar.1, satser.1).map_err(|f| f.error)
    };
    let formula = "'dage' skal ligge fra -3660 til 3660, 'maaneder' fra 0 til 120, og 'arbejdsdage' fra -366 til 366";
    for (fra, til, error) in [
        ("maaldag = { dage = 27", "maaldag = { dage = -9223372036854775808", formula),
        ("aabner = { dage = 22", "aabner = { maaneder = 4294967295, dage = 22", formula),
        ("maaldag = { arbejdsdage = 3", "maaldag = { arbejdsdage = 2147483647", formula),
        ("max_hul_dage = 0", "max_hul_dage = 4294967295", "'max_hul_dage': skal være fra 0 til 3660"),
        ("fuld_uge_timer = 37.0", "fuld_uge_timer = inf", "skal være over 0 og højst 168 timer om ugen"),
        ("fuld_uge_timer = 37.0", "fuld_uge_timer = nan", "skal være over 0 og højst 168 timer om ugen"),
        ("gaelder_fra = 2012-03-05", "gaelder_fra = 0001-01-01", "0001-01-01 skal ligge fra 1900-01-01 til 2199-12-31"),
        ("gaelder_fra = 2012-03-05", "gaelder_fra = 9999-12-31", "9999-12-31 skal ligge fra 1900-01-01 til 2199-12-31"),
    ] {
        let said = read(fra, til).unwrap_err();
        assert!(said.contains(error), "{til}: {said}");
    }
    let satserne =
        |fra: &str, til: &str| Regelbog::built_in().with_satser(&satser.1.replacen(fra, til, 1)).unwrap_err().error;
    assert_eq!(
        satserne("fra = 2024-01-01", "aar = 2147483647"),
        "[[sats]]: 'aar' = 2147483647 skal ligge fra 1900 til 2199"
    );
    assert_eq!(
        satserne("kr_pr_uge = 4695", "kr_pr_uge = 4294967295"),
        "[[sats]] for 2024: 'kr_pr_uge' skal være fra 1 til 100000"
    );
}
