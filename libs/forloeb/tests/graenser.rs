//! Numbers and dates that nobody can mean: refused where they are read, by line and field, whichever field it is.

use forloeb::Regelbog;
use forloeb::politik::Politik;
use forloeb::regler::INDBYGGEDE;

fn politik(tekst: &str) -> Result<Politik, String> {
    let bog = Regelbog::indbygget();
    Politik::laes(tekst, bog.saet().iter().map(AsRef::as_ref), bog.kalender())
}

/// A policy that reminds of the anmeldelse in time, and besides in a step with `tal`.
fn paamindelse(tal: &str) -> String {
    format!(
        "navn = \"x\"\n[[paamindelse]]\nfrist = \"anmeldelse\"\ntrin = \"t\"\nfra = \"maaldag\"\ntil = [\"hr\"]\n\
         [[paamindelse]]\nfrist = \"anmeldelse\"\ntrin = \"x\"\nfra = \"maaldag\"\n{tal}\ntil = [\"hr\"]\n"
    )
}

fn signal(tal: &str) -> String {
    format!("navn = \"x\"\n[[signal]]\nnavn = \"s\"\nslags = \"dage\"\n{tal}\nmedregn = [\"sygdom\"]\nkilde = \"k\"\n")
}

#[test]
fn ethvert_tal_i_en_politik_har_en_graense() {
    let i_linje_11 = |felt: &str, fejl: &str| format!("linje 11, '{felt}': {fejl}");
    let (tre, ni) = (-3661, i64::MAX);
    let forkerte = [
        (paamindelse("arbejdsdage = -2147483648"), i_linje_11("arbejdsdage", "skal ligge fra -3660 til 3660")),
        (paamindelse("arbejdsdage = 2147483647"), i_linje_11("arbejdsdage", "skal ligge fra -3660 til 3660")),
        (paamindelse("arbejdsdage = 3661"), i_linje_11("arbejdsdage", "skal ligge fra -3660 til 3660")),
        (paamindelse(&format!("dage = {ni}")), i_linje_11("dage", "skal ligge fra -3660 til 3660")),
        (paamindelse(&format!("dage = {}", i64::MIN)), i_linje_11("dage", "skal ligge fra -3660 til 3660")),
        (paamindelse(&format!("dage = {tre}")), i_linje_11("dage", "skal ligge fra -3660 til 3660")),
        (paamindelse("gentag_arbejdsdage = 0"), i_linje_11("gentag_arbejdsdage", "skal ligge fra 1 til 3660")),
        (paamindelse("gentag_arbejdsdage = 4294967295"), i_linje_11("gentag_arbejdsdage", "skal ligge fra 1 til 3660")),
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
    for (tekst, fejl) in forkerte {
        assert_eq!(politik(&tekst).unwrap_err(), fejl, "{tekst}");
    }
    for tal in ["arbejdsdage = 3660", "dage = -3660", "gentag_arbejdsdage = 3660"] {
        assert!(politik(&paamindelse(tal)).is_ok(), "{tal}");
    }
    // What does not fit the number at all says so too, with its line.
    for tal in ["arbejdsdage = 2147483648", "dage = 9223372036854775808", "gentag_arbejdsdage = -1", "dage = 1.5"] {
        assert!(politik(&paamindelse(tal)).unwrap_err().contains("line 11"), "{tal}");
    }
}

/// A reminder ten years after the anmeldelse was due is no reminder of it.
#[test]
fn penge_har_en_paamindelse_der_kommer_i_tide() {
    let kun = |tal: &str| {
        politik(&format!(
            "navn = \"x\"\n[[paamindelse]]\nfrist = \"anmeldelse\"\ntrin = \"t\"\nfra = \"lovdag\"\n{tal}\ntil = [\"hr\"]\n"
        ))
    };
    let fejl = "'paamindelse': der skal være en påmindelse om \"anmeldelse\", der altid kommer senest på lovdagen";
    for for_sent in ["dage = 3660", "dage = 1", "arbejdsdage = 1", "tilpas = \"wd+\""] {
        assert_eq!(kun(for_sent).unwrap_err(), fejl, "{for_sent}");
    }
    for i_tide in ["dage = 0", "dage = -1", "arbejdsdage = -1", "tilpas = \"wd\""] {
        assert!(kun(i_tide).is_ok(), "{i_tide}");
    }
}

/// It was laid down before anybody looked at its numbers: it must not decide anything now, and no date may bear its name.
#[test]
fn en_gemt_politik_med_umulige_tal_aendrer_intet() {
    let gemt = Politik::laes_gemt(&paamindelse("arbejdsdage = -2147483648")).unwrap();
    let bog = Regelbog::indbygget();
    let f = "2026-11-02".parse().unwrap();
    let med = bog.og_politik("2026-01-01".parse().unwrap(), gemt);
    let (foer, efter) = (bog.gaeldende(f), med.gaeldende(f));
    assert_eq!((&efter.navn, &efter.paamindelser), (&foer.navn, &foer.paamindelser));
}

#[test]
fn ethvert_tal_i_et_regelsaet_har_en_graense() {
    let [saet, kalender, satser] = INDBYGGEDE;
    let laes = |fra: &str, til: &str| {
        assert!(saet.1.contains(fra), "{fra}");
        Regelbog::laes(&[("lokal.toml", &saet.1.replacen(fra, til, 1))], kalender.1, satser.1).map_err(|f| f.fejl)
    };
    let formel = "'dage' skal ligge fra -3660 til 3660, og 'maaneder' fra 0 til 120";
    for (fra, til, fejl) in [
        ("maaldag = { dage = 27", "maaldag = { dage = -9223372036854775808", formel),
        ("aabner = { dage = 22", "aabner = { maaneder = 4294967295, dage = 22", formel),
        ("max_hul_dage = 0", "max_hul_dage = 4294967295", "'max_hul_dage': skal være fra 0 til 3660"),
        ("fuld_uge_timer = 37.0", "fuld_uge_timer = inf", "skal være over 0 og højst 168 timer om ugen"),
        ("fuld_uge_timer = 37.0", "fuld_uge_timer = nan", "skal være over 0 og højst 168 timer om ugen"),
        ("gaelder_fra = 2012-03-05", "gaelder_fra = 0001-01-01", "0001-01-01 skal ligge fra 1900-01-01 til 2199-12-31"),
        ("gaelder_fra = 2012-03-05", "gaelder_fra = 9999-12-31", "9999-12-31 skal ligge fra 1900-01-01 til 2199-12-31"),
    ] {
        let sagt = laes(fra, til).unwrap_err();
        assert!(sagt.contains(fejl), "{til}: {sagt}");
    }
    let satserne =
        |fra: &str, til: &str| Regelbog::indbygget().med_satser(&satser.1.replacen(fra, til, 1)).unwrap_err().fejl;
    assert_eq!(satserne("aar = 2024", "aar = 2147483647"), "[[sats]]: 'aar' = 2147483647 skal ligge fra 1900 til 2199");
    assert_eq!(
        satserne("kr_pr_uge = 4695", "kr_pr_uge = 4294967295"),
        "[[sats]] for 2024: 'kr_pr_uge' skal være fra 1 til 100000"
    );
}
