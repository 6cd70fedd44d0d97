//! Every log line the program can print, of all its threads, and not a word about a person in them.

use std::time::Duration;

use serde_json::json;
use systemtests::{HttpRequest, Mailbox, Setup, workplace};

/// What was put in about people: the names, numbers and addresses of [`workplace::medarbejdere`], and texts that stand
/// nowhere else.
const CANARIES: [&str; 9] = [
    "Navnkær",
    "Hemmeligsen",
    "6161801004",
    "616180-1004",
    "m1004@arbejde.example",
    "m1001@arbejde.example",
    "Voliere Bagved Æbletræet",
    "Fejltastet af papegøjen",
    "Næbbet klarer det selv",
];

#[test]
fn at_trace_the_program_says_no_word_about_a_person() {
    let at = tempfile::tempdir().unwrap();
    let mailbox = Mailbox::start();
    let setup = Setup::new(&at.path().join("data")).clock("2026-02-02T09:00:00+01:00").mailbox(&mailbox);
    let mut t = setup.configure("RASKVEJ_LOG", "trace").start();
    let hr = workplace::ansaet(&t, 6);
    let id = workplace::sygemeld(&t, &hr, "1004", "2026-02-01");
    for (command, body) in [
        (
            "samtale-indkaldelse",
            json!({"tidspunkt": "2026-02-20T10:00:00+01:00", "sted": CANARIES[6], "deltagere": []}),
        ),
        ("rettelse", json!({"felt": "forventet_varighed", "ny_vaerdi": "over_8_uger", "begrundelse": CANARIES[7]})),
        (
            "fast-track",
            json!({"beslutning": "fravalgt", "af": "arbejdsgiver", "dato": "2026-02-02", "begrundelse": CANARIES[8]}),
        ),
    ] {
        workplace::on(&t, &hr, &id, command, &body).with_status(200);
    }
    // Where nothing is read of it, and where it is wrong: fields nobody knows, a token, a search, a broken body.
    workplace::on(&t, &hr, &id, "rettelse", &json!({"Navnkær": CANARIES[7], "felt": CANARIES[8]})).with_status(422);
    t.get("6161801004", "/api/v1/forloeb").with_status(401);
    let _ = t.get(&hr, "/api/v1/opslag?medarbejder_nr=6161801004");
    let broken = HttpRequest::new("POST", "/api/v1/forloeb").token(&hr);
    t.send(&broken.body("application/json", "{\"Hemmeligsen\": ")).with_status(400);
    let _ = t.post_csv(&hr, "/api/v1/import/medarbejdere", "navn;cpr\nNavnkær;6161801004\n".as_bytes());
    t.move_clock("2026-02-20T12:00:00+01:00");
    assert!(!mailbox.wait_on(1).is_empty(), "reminders and the invitation left");
    t.command(&["indsigt", "--medarbejder", "1004", "--out", at.path().join("ud").to_str().unwrap()]).ok();
    t.command(&["erase", "--medarbejder", "1004", "--aarsag", "anmodning", "--ogsaa-aabent-forloeb", "--ogsaa-ansat"])
        .ok();
    assert_eq!(t.stop(), Some(0));
    let ended = t.stderr().wait_on(Duration::from_mins(1), |_| None::<()>);
    assert_eq!(ended, None, "the program is over");
    let printed = format!("{}\n{}", t.stdout().tekst(), t.stderr().tekst());
    // What the log, the mails and a thread that may block had to say is there.
    for line in ["the log is open", "påmindelser er sendt", "checkpoint af visningerne er skrevet"] {
        assert!(printed.contains(line), "{line}: the lines are not listened to");
    }
    let found: Vec<_> = CANARIES.iter().filter(|word| printed.contains(**word)).collect();
    assert!(found.is_empty(), "{found:?} in {:?}", printed.lines().find(|line| line.contains(found[0])));
}
