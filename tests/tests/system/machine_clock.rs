//! A service whose machine's clock is years past the last thing it recorded.

use std::process::Command;

use systemtests::{Mailbox, Setup, workplace};

/// The date in Denmark, without asking the program under test.
fn today() -> String {
    let said = Command::new("date").env("TZ", "CET-1CEST,M3.5.0,M10.5.0/3").arg("+%F").output().unwrap();
    String::from_utf8(said.stdout).unwrap().trim().to_owned()
}

#[test]
fn after_years_reminders_wait_until_somebody_says_what_day_it_is() {
    let (data, post) = (tempfile::tempdir().unwrap(), Mailbox::start());
    let setup = Setup::new(data.path()).mailbox(&post);
    let mut t = setup.clone().clock("2024-01-08T09:00:00+01:00").start();
    let hr = workplace::ansaet(&t, 3);
    workplace::sygemeld(&t, &hr, "1002", "2024-01-08");
    assert_eq!(t.stop(), Some(0), "{}", t.printout());

    let mut t = setup.clone().start();
    assert_eq!(t.get("", "/readyz").with_status(200).tekst(), "klar\npåmindelser venter: ur_frem\n");
    assert!(t.get("", "/metrics").tekst().contains("raskvej_tilstand{tilstand=\"ur_frem\"} 1"));
    let asked = t.command(&["ur"]);
    assert_eq!((asked.code, asked.stdout.as_str()), (Some(1), ""));
    assert!(asked.stderr.contains("8. januar 2024") && asked.stderr.contains("raskvej ur --idag"), "{asked:?}");
    assert_eq!(t.command(&["ur", "--idag", "2024-01-09"]).code, Some(1));
    assert_eq!(t.stop(), Some(0), "{}", t.printout());
    assert_eq!(post.letters().len(), 0);

    // While it is stopped, for the next start.
    assert_eq!(setup.command(&["ur", "--idag", "2024-01-09"]).code, Some(1));
    assert!(setup.command(&["ur", "--idag", &today()]).ok().contains("bekræftet"));
    let t = setup.clone().start();
    assert_eq!(t.get("", "/readyz").tekst(), "klar\n");
    assert!(t.command(&["ur"]).ok().contains("i orden"));
    t.command(&["rebuild", "--compare"]).ok();
}
