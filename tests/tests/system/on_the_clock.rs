//! A forløb driven by the clock, with a real SMTP server: exactly the reminders of the rules, and silence after.
//!
//! F is Monday 5 January 2026. The dates are counted by hand on a calendar; see the story of the same forløb in the
//! domain's own tests for the steps behind each.

use std::collections::BTreeMap;

use serde_json::json;
use systemtests::{Mailbox, Service, Setup, workplace};

const LEDER: &str = "m1001@arbejde.example";
const LEDERS_LEDER: &str = "m9001@arbejde.example";
const TR: &str = "m1002@arbejde.example";
const ONESELF: &str = "m1010@arbejde.example";

struct Case {
    post: Mailbox,
    t: Service,
    hr: String,
    id: String,
    hr_mail: String,
    _folder: tempfile::TempDir,
}

fn sygemeldt() -> Case {
    let (folder, post) = (tempfile::tempdir().unwrap(), Mailbox::start());
    let hr_mail = "hr-faelles@arbejde.example".to_owned();
    let t = Setup::new(folder.path())
        .clock("2026-01-05T09:00:00+01:00")
        .mailbox(&post)
        .configure("RASKVEJ_HR_MAIL", &hr_mail)
        .start();
    let hr = workplace::ansaet(&t, 12);
    let id = workplace::sygemeld(&t, &hr, "1010", "2026-01-05");
    Case { post, t, hr, id, hr_mail, _folder: folder }
}

impl Case {
    /// Moves the clock to noon of a day and returns who got a mail since the last time, by day.
    fn til(&self, dag: &str) -> BTreeMap<String, Vec<String>> {
        self.post.empty();
        self.t.move_clock(&format!("{dag}T12:00:00+02:00"));
        let mut after_dag: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for letter in self.post.letters() {
            let dato = letter.log_head("Date").expect("a date");
            after_dag.entry(iso(&dato)).or_default().extend(letter.envelope_to.iter().cloned());
        }
        for modtagere in after_dag.values_mut() {
            modtagere.sort();
        }
        after_dag
    }
}

/// `Fri, 16 Jan 2026 07:00:00 +0000` as `2026-01-16`.
pub(crate) fn iso(dato: &str) -> String {
    let parts: Vec<&str> = dato.split_whitespace().collect();
    let maaned = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        .iter()
        .position(|m| *m == parts[2])
        .expect("a month");
    format!("{}-{:02}-{:0>2}", parts[3], maaned + 1, parts[1])
}

#[test]
fn nobody_does_anything_for_seventy_days() {
    let case = sygemeldt();
    let hr = case.hr_mail.as_str();
    let forventet = [
        ("2026-01-14", vec![TR]),
        ("2026-01-16", vec![LEDER, TR]),
        ("2026-01-19", vec![LEDER]),
        ("2026-01-21", vec![hr]),
        ("2026-01-27", vec![hr, LEDER]),
        ("2026-01-30", vec![hr, LEDER]),
        ("2026-02-03", vec![hr, LEDER, ONESELF]),
        ("2026-02-04", vec![hr, LEDER]),
        ("2026-02-06", vec![hr, LEDER]),
        ("2026-02-10", vec![hr, LEDER, LEDERS_LEDER]),
        ("2026-02-13", vec![LEDER]),
        ("2026-02-16", vec![hr]),
        ("2026-02-17", vec![hr, LEDERS_LEDER]),
        ("2026-02-24", vec![hr, LEDERS_LEDER]),
        ("2026-02-25", vec![LEDER]),
        ("2026-03-02", vec![hr]),
        ("2026-03-03", vec![hr, LEDERS_LEDER]),
        ("2026-03-10", vec![hr, LEDERS_LEDER]),
    ];
    let forventet: BTreeMap<String, Vec<String>> = forventet
        .into_iter()
        .map(|(dag, til)| (dag.to_owned(), til.into_iter().map(str::to_owned).collect()))
        .collect();
    assert_eq!(case.til("2026-03-16"), forventet);

    // Every one of them stands in the log with its outcome, and none is sent twice.
    let list = case.t.get(&case.hr, &format!("/api/v1/forloeb/{}/paamindelser", case.id)).with_status(200).json();
    let sendt = list.as_array().unwrap().iter().filter(|p| p["udfald"] == "sendt").count();
    assert_eq!(sendt, 34, "thirty-four reminders in thirty-one mails");
    let letters: usize = forventet.values().map(Vec::len).sum();
    assert_eq!(letters, 31);

    // No name, no number of a person, no word for an illness.
    for letter in case.post.letters() {
        let tekst = format!("{}\n{}", letter.subject, letter.tekst).to_lowercase();
        for words in ["hemmeligsen", "navnkær", "616180", "1010", "syg", "rask", "fravær", "diagnose", "solsikken"] {
            // The links hold the address of the service and a random id only.
            let without_links: String =
                tekst.split_whitespace().filter(|o| !o.contains("/forloeb/")).collect::<Vec<_>>().join(" ");
            let without_name = without_links.replace("raskvej", "");
            assert!(!without_name.contains(words), "'{words}' in:\n{}\n{}", letter.subject, letter.tekst);
        }
        assert!(letter.tekst.contains("/forloeb/") || letter.tekst.contains("/mig"), "{}", letter.tekst);
    }
}

#[test]
fn raskmeldt_on_dag_16_it_calms_down() {
    let case = sygemeldt();
    assert_eq!(case.til("2026-01-20").keys().collect::<Vec<_>>(), ["2026-01-14", "2026-01-16", "2026-01-19"]);
    let body = json!({ "sidste_fravaersdag": "2026-01-20" });
    let answer = workplace::on(&case.t, &case.hr, &case.id, "raskmelding", &body).with_status(200).json();
    assert_eq!((&answer["status"], &answer["dag"]), (&json!("afsluttet"), &json!(16)));
    assert!(case.til("2026-04-15").is_empty());
    let list = case.t.get(&case.hr, &format!("/api/v1/forloeb/{}/paamindelser", case.id)).json();
    let aflyst = list.as_array().unwrap().iter().filter(|p| p["udfald"] == "aflyst").collect::<Vec<_>>();
    assert!(aflyst.iter().all(|p| p["aarsag"] == "afsluttet") && !aflyst.is_empty(), "{list}");
    assert!(!list.as_array().unwrap().iter().any(|p| p["udfald"] == "planlagt"), "{list}");
}

#[test]
fn raskmeldt_on_dag_33_only_the_anmeldelse_goes_on_until_it_is_kvitteret() {
    let case = sygemeldt();
    // Wednesday 4 February is day 31. She is back on Saturday the 7th: her last day is day 33.
    let on_dagen = &case.til("2026-02-06")["2026-02-06"];
    assert_eq!(*on_dagen, [case.hr_mail.clone(), LEDER.to_owned()], "t of the anmeldelse, to HR and the leader");
    let body = json!({ "sidste_fravaersdag": "2026-02-06" });
    let answer = workplace::on(&case.t, &case.hr, &case.id, "raskmelding", &body).with_status(200).json();
    assert_eq!(answer["dag"], 33);
    assert!(case.til("2026-02-08").is_empty());
    let body = json!({ "trin": "underskrevet", "dato": "2026-02-08" });
    workplace::on(&case.t, &case.hr, &case.id, "anmeldelse", &body).with_status(200);
    let answer = case.t.get(&case.hr, &format!("/api/v1/forloeb/{}/frister", case.id)).json();
    let anmeldelse = answer.as_array().unwrap().iter().find(|f| f["frist"] == "anmeldelse").unwrap().clone();
    assert_eq!(anmeldelse["status"], "overskredet", "signed is not receipted");
    case.til("2026-02-09");
    let body = json!({ "trin": "kvitteret", "dato": "2026-02-09", "kvittering": "NR-1" });
    let answer = workplace::on(&case.t, &case.hr, &case.id, "anmeldelse", &body).with_status(200).json();
    assert!(answer["refusion"]["mistet"].is_null(), "the last legal day: nothing lost");
    assert!(case.til("2026-03-31").is_empty());
}

#[test]
fn a_mail_server_that_is_down_costs_no_paamindelse_and_none_comes_twice() {
    let mut case = sygemeldt();
    case.post.close();
    case.t.move_clock("2026-01-14T10:00:00+01:00");
    case.post.open();
    case.t.move_clock("2026-01-14T12:00:00+01:00");
    assert_eq!(case.post.letters().len(), 1);
    case.t.move_clock("2026-01-15T12:00:00+01:00");
    assert_eq!(case.post.letters().len(), 1);
}
