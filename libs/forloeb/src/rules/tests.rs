//! Rule files: what is read, and what is refused by line and field.

use super::*;

#[test]
fn de_indbyggede_filer_kan_laeses() {
    let bog = Regelbog::indbygget();
    assert_eq!(bog.gaeldende("2026-11-22".parse().unwrap()).navn.as_ref(), "standard");
    assert!(bog.for_dag("2012-03-04".parse().unwrap()).is_none());
}

fn laes_saet(ret: impl Fn(&str) -> String) -> RegelFejl {
    let [saet, kalender, satser] = INDBYGGEDE;
    Regelbog::laes(&[("lokal.toml", &ret(saet.1))], kalender.1, satser.1).unwrap_err()
}

#[test]
fn en_forkert_fil_navngiver_felt_og_linje() {
    let fejl = laes_saet(|t| t.replace("max_hul_dage = 0", "max_huldage = 0"));
    assert_eq!(fejl.fil, "lokal.toml");
    assert!(fejl.fejl.contains("max_huldage") && fejl.fejl.contains("line 8"), "{}", fejl.fejl);

    // What the types alone let through, on the lines where the file has it.
    let linje = |hvad: &str| INDBYGGEDE[0].1.lines().position(|l| l.starts_with(hvad)).unwrap() + 1;
    let fejl = laes_saet(|t| t.replace("klokken = \"08:00\"", "klokken = \"18:00\"")).fejl;
    let ventet = format!("linje {}, 'klokken': skal ligge fra 'tidligst' til før 'senest'", linje("klokken = "));
    assert_eq!(fejl, ventet);
    let fejl = laes_saet(|t| t.replacen("maaldag = { dage = 27", "maaldag = { dage = 31", 1)).fejl;
    let ventet = format!(
        "linje {}, 'maaldag': ligger 2024-02-01 efter lovdagen 2024-01-29, når første fraværsdag er 2024-01-01",
        linje("maaldag = { dage = 27")
    );
    assert_eq!(fejl, ventet);
    let fejl = laes_saet(|t| t.replacen("trin = \"t-3\"", "trin = \"t-10\"", 1)).fejl;
    assert!(fejl.starts_with("linje ") && fejl.ends_with("'trin': står to gange for den samme frist"), "{fejl}");
}

#[test]
fn regelsaet_maa_ikke_gaelde_samtidig() {
    let [saet, kalender, satser] = INDBYGGEDE;
    let nyt = saet.1.replace("navn = \"standard\"", "navn = \"2027\"").replace("2012-03-05", "2027-01-01");
    let fejl = Regelbog::laes(&[saet, ("2027.toml", &nyt)], kalender.1, satser.1).unwrap_err();
    assert_eq!(
        (fejl.fil.as_str(), fejl.fejl.as_str()),
        (
            "2027.toml",
            "'gaelder_fra' = 2027-01-01: regelsættet 'standard' gælder uden slut; sæt 'gaelder_til' i det ene"
        )
    );
    let gammelt = saet.1.replace("2012-03-05", "2012-03-05\ngaelder_til = 2026-12-31");
    let bog = Regelbog::laes(&[("a.toml", &gammelt), ("2027.toml", &nyt)], kalender.1, satser.1).unwrap();
    assert_eq!(bog.gaeldende("2026-12-31".parse().unwrap()).navn.as_ref(), "standard");
    assert_eq!(bog.gaeldende("2027-01-01".parse().unwrap()).navn.as_ref(), "2027");
}

#[test]
fn satsen_siger_om_den_er_aarets_egen() {
    let bog = Regelbog::indbygget();
    let (sats, egen) = bog.sats("2024-05-01".parse().unwrap()).unwrap();
    assert_eq!((sats.kr_pr_uge, egen), (4695, true));
    let (sats, egen) = bog.sats("2026-05-01".parse().unwrap()).unwrap();
    assert_eq!((sats.kr_pr_uge, egen), (4695, false));
}
