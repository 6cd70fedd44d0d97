//! A leader on holiday: whose the reminders are, who may act, and what is left of it when she is back. F is Monday 5
//! January 2026; the reminder of the talk ten working days ahead is due on Friday 16 January.

use serde_json::json;
use systemtests::{Mailbox, Setup, workplace};

const PATH: &str = "/api/v1/stedfortraeder";

#[test]
fn while_the_leder_is_on_ferie_it_is_the_stedfortraeders() {
    let (folder, post) = (tempfile::tempdir().unwrap(), Mailbox::start());
    let mut t = Setup::new(folder.path())
        .clock("2026-01-05T09:00:00+01:00")
        .mailbox(&post)
        .configure("RASKVEJ_HR_MAIL", "hr@arbejde.example")
        .start();
    let hr = workplace::ansaet(&t, 12);
    let id = workplace::sygemeld(&t, &hr, "1010", "2026-01-05");
    let (leder, other) = (t.token("leder", Some("1001")), t.token("leder", Some("1004")));
    let forloeb = format!("/api/v1/forloeb/{id}");
    t.get(&other, &forloeb).with_status(404);

    let ferie = json!({"leder_nr": "1001", "stedfortraeder_nr": "1004", "fra": "2026-01-12", "til": "2026-01-16"});
    t.post(&other, PATH, &ferie).with_status(422);
    for (felt, wrong) in [
        ("stedfortraeder_nr", json!("1001")),
        ("stedfortraeder_nr", json!("4711")),
        ("til", json!("2026-01-11")),
        ("til", json!(null)),
    ] {
        let mut body = ferie.clone();
        body[felt] = wrong;
        let answer = t.post(&leder, PATH, &body).with_status(422).json();
        assert_eq!(answer["felter"][0]["felt"], felt, "{body}: {answer}");
    }
    let answer = t.post_with(&leder, PATH, &ferie, Some("ferie"), None).with_status(200).json();
    assert_eq!(t.post_with(&leder, PATH, &ferie, Some("ferie"), None).with_status(200).json(), answer);
    let periode = json!({"fra": "2026-01-12", "til": "2026-01-16", "stedfortraeder_nr": "1004"});
    let end = json!({"leder_nr": "1001", "fra": "2026-01-16", "til": "2026-01-16"});
    let shorter = t.post(&leder, PATH, &end).with_status(200).json();
    assert_eq!(shorter["perioder"][0]["til"], "2026-01-15", "{shorter}");
    assert_eq!(
        t.post_with(&leder, PATH, &ferie, Some("ferie"), None).with_status(200).json(),
        answer,
        "as it was then"
    );
    t.post(&leder, PATH, &ferie).with_status(200);
    assert_eq!(answer, json!({"leder_nr": "1001", "fast_stedfortraeder_nr": null, "perioder": [periode]}));
    t.get(&other, &forloeb).with_status(404); // not before Monday

    t.move_clock("2026-01-15T12:00:00+01:00");
    t.stop();
    t.start_again(Some("2026-01-15T13:00:00+01:00"));
    post.empty();
    t.move_clock("2026-01-16T12:00:00+01:00");
    let mut fredag: Vec<String> = post.letters().into_iter().flat_map(|b| b.envelope_to).collect();
    fredag.sort();
    assert_eq!(fredag, ["m1002@arbejde.example", "m1004@arbejde.example"], "TR, and who stands in for the leader");
    assert_eq!(t.get(&other, "/api/v1/forloeb").with_status(200).json()["antal"], 1);
    workplace::on(&t, &other, &id, "foerste-kontakt", &workplace::kontakt("2026-01-16")).with_status(200);
    t.get(&other, &format!("{PATH}?leder_nr=1001")).with_status(404); // who stands in names nobody
    let skift = json!({"leder_nr": "1004", "fra": "2026-01-16"});
    workplace::on(&t, &other, &id, "lederskifte", &skift).with_status(403); // nor keeps it
    let own = workplace::sygemeld(&t, &hr, "1001", "2026-01-14");
    let chef = t.token("leder", Some("9001"));
    let history = t.get(&chef, &format!("/api/v1/forloeb/{own}/historik")).with_status(200);
    assert!(!history.tekst().contains("\"1004\""), "her holiday is no part of her absence: {}", history.tekst());
    workplace::on(&t, &hr, &own, "annullering", &json!({"begrundelse": "en fejl"})).with_status(200);

    post.empty();
    t.move_clock("2026-01-27T12:00:00+01:00");
    let again: Vec<String> = post.letters().into_iter().flat_map(|b| b.envelope_to).collect();
    assert!(again.contains(&"m1001@arbejde.example".to_owned()), "{again:?}");
    assert!(!again.contains(&"m1004@arbejde.example".to_owned()), "{again:?}");
    t.get(&other, &forloeb).with_status(404);
    assert_eq!(t.get(&other, "/api/v1/forloeb").with_status(200).json()["antal"], 0);
    let rest = t.get(&hr, &format!("{PATH}?leder_nr=1001")).with_status(200).json();
    assert_eq!(rest["perioder"], json!([]));
}
