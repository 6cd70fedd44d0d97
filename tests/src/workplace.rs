//! A small invented workplace, and the requests that most tests begin with.

use serde_json::{Value, json};

use crate::{Answer, Service};

const HEAD: &str = "medarbejder_nr;cpr;navn;email;telefon;stilling;enhed;enhed_navn;leder_nr;tr_nr;amr_nr;ansat_dato;\
                     fratraadt_dato;timer_pr_uge;bopaelskommune;paragraf_56;fleksjob;nyuddannet;rolle";

/// A file of employees: 9001 leads 1001, who leads the rest; 1002 is TR, 1003 AMR. Names and CPR numbers are invented.
#[must_use]
pub fn medarbejdere(count: usize) -> String {
    let line = |nr: usize, leder: &str, rolle: &str| {
        format!(
            "{nr};616180{nr:04};Navnkær Hemmeligsen {nr};m{nr}@arbejde.example;;Pædagog;E101;Botilbud Solsikken;{leder};\
             1002;1003;01-03-2015;;37;0727;nej;nej;nej;{rolle}\r\n"
        )
    };
    let mut csv = format!("\u{feff}{HEAD}\r\n{}{}", line(9001, "", "leder"), line(1001, "9001", "leder"));
    for nr in (1002..).take(count) {
        csv.push_str(&line(nr, "1001", "medarbejder"));
    }
    csv
}

/// Imports a workplace with so many employees below the leader; returns HR's token.
#[must_use]
pub fn ansaet(t: &Service, count: usize) -> String {
    let hr = t.token("hr", None);
    let answer = t.post_csv(&hr, "/api/v1/import/medarbejdere", medarbejdere(count).as_bytes()).with_status(200).json();
    assert_eq!(answer["oprettet"], count + 2, "{answer}");
    hr
}

/// Reports somebody sick; returns the forløb's id.
pub fn sygemeld(t: &Service, token: &str, nr: &str, foerste: &str) -> String {
    let body = json!({ "medarbejder_nr": nr, "foerste_fravaersdag": foerste });
    let answer = t.post(token, "/api/v1/forloeb", &body).with_status(201);
    answer.json()["id"].as_str().expect("an id").to_owned()
}

/// Posts a command about a forløb.
#[must_use]
pub fn on(t: &Service, token: &str, id: &str, command: &str, body: &Value) -> Answer {
    t.post(token, &format!("/api/v1/forloeb/{id}/{command}"), body)
}

/// The head of the log, as the auditor sees it. A token is an event too, so the token is made before.
#[must_use]
pub fn log_head(t: &Service, revisor: &str) -> Value {
    t.get(revisor, "/api/v1/revision/hoved").with_status(200).json()
}

/// The body of a first contact by telephone.
#[must_use]
pub fn kontakt(dato: &str) -> Value {
    json!({ "dato": dato, "form": "telefon", "kontaktperson_rolle": "tr", "taget_af": "arbejdsplads" })
}
