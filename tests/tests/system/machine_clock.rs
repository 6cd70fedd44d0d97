//! A service whose machine's clock is years past the last thing it recorded.

use std::process::Command;

use systemtests::{Opsaetning, Postkasse, workplace};

/// The date in Denmark, without asking the program under test.
fn today() -> String {
    let said = Command::new("date").env("TZ", "CET-1CEST,M3.5.0,M10.5.0/3").arg("+%F").output().unwrap();
    String::from_utf8(said.stdout).unwrap().trim().to_owned()
}

#[test]
fn after_years_reminders_wait_until_somebody_says_what_day_it_is() {
    let (data, post) = (tempfile::tempdir().unwrap(), Postkasse::start());
    let opsaetning = Opsaetning::ny(data.path()).postkasse(&post);
    let mut t = opsaetning.clone().ur("2024-01-08T09:00:00+01:00").start();
    let hr = workplace::ansaet(&t, 3);
    workplace::sygemeld(&t, &hr, "1002", "2024-01-08");
    assert_eq!(t.stop(), Some(0), "{}", t.udskrift());

    let mut t = opsaetning.clone().start();
    assert_eq!(t.get("", "/readyz").med_status(200).tekst(), "klar\npåmindelser venter: ur_frem\n");
    assert!(t.get("", "/metrics").tekst().contains("raskvej_tilstand{tilstand=\"ur_frem\"} 1"));
    let asked = t.kommando(&["ur"]);
    assert_eq!((asked.kode, asked.stdout.as_str()), (Some(1), ""));
    assert!(asked.stderr.contains("8. januar 2024") && asked.stderr.contains("raskvej ur --idag"), "{asked:?}");
    assert_eq!(t.kommando(&["ur", "--idag", "2024-01-09"]).kode, Some(1));
    assert_eq!(t.stop(), Some(0), "{}", t.udskrift());
    assert_eq!(post.breve().len(), 0);

    // While it is stopped, for the next start.
    assert_eq!(opsaetning.kommando(&["ur", "--idag", "2024-01-09"]).kode, Some(1));
    assert!(opsaetning.kommando(&["ur", "--idag", &today()]).ok().contains("bekræftet"));
    let t = opsaetning.clone().start();
    assert_eq!(t.get("", "/readyz").tekst(), "klar\n");
    assert!(t.kommando(&["ur"]).ok().contains("i orden"));
    t.kommando(&["rebuild", "--compare"]).ok();
}
