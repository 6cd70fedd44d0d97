//! A small invented workplace, and the requests that most tests begin with.

use serde_json::{Value, json};

use crate::{Svar, Tjeneste};

const HOVED: &str = "medarbejder_nr;cpr;navn;email;telefon;stilling;enhed;enhed_navn;leder_nr;tr_nr;amr_nr;ansat_dato;\
                     fratraadt_dato;timer_pr_uge;bopaelskommune;paragraf_56;fleksjob;nyuddannet;rolle";

/// A file of employees: 9001 leads 1001, who leads the rest; 1002 is TR, 1003 AMR. Names and CPR numbers are invented.
#[must_use]
pub fn medarbejdere(antal: usize) -> String {
    let linje = |nr: usize, leder: &str, rolle: &str| {
        format!(
            "{nr};616180{nr:04};Navnkær Hemmeligsen {nr};m{nr}@arbejde.example;;Pædagog;E101;Botilbud Solsikken;{leder};\
             1002;1003;01-03-2015;;37;0727;nej;nej;nej;{rolle}\r\n"
        )
    };
    let mut csv = format!("\u{feff}{HOVED}\r\n{}{}", linje(9001, "", "leder"), linje(1001, "9001", "leder"));
    for nr in (1002..).take(antal) {
        csv.push_str(&linje(nr, "1001", "medarbejder"));
    }
    csv
}

/// Imports a workplace with so many employees below the leader; returns HR's token.
#[must_use]
pub fn ansaet(t: &Tjeneste, antal: usize) -> String {
    let hr = t.token("hr", None);
    let svar = t.post_csv(&hr, "/api/v1/import/medarbejdere", medarbejdere(antal).as_bytes()).med_status(200).json();
    assert_eq!(svar["oprettet"], antal + 2, "{svar}");
    hr
}

/// Reports somebody sick; returns the forløb's id.
pub fn sygemeld(t: &Tjeneste, token: &str, nr: &str, foerste: &str) -> String {
    let krop = json!({ "medarbejder_nr": nr, "foerste_fravaersdag": foerste });
    let svar = t.post(token, "/api/v1/forloeb", &krop).med_status(201);
    svar.json()["id"].as_str().expect("an id").to_owned()
}

/// Posts a command about a forløb.
#[must_use]
pub fn paa(t: &Tjeneste, token: &str, id: &str, kommando: &str, krop: &Value) -> Svar {
    t.post(token, &format!("/api/v1/forloeb/{id}/{kommando}"), krop)
}

/// The head of the log, as the auditor sees it. A token is an event too, so the token is made before.
#[must_use]
pub fn hoved(t: &Tjeneste, revisor: &str) -> Value {
    t.get(revisor, "/api/v1/revision/hoved").med_status(200).json()
}

/// The body of a first contact by telephone.
#[must_use]
pub fn kontakt(dato: &str) -> Value {
    json!({ "dato": dato, "form": "telefon", "kontaktperson_rolle": "tr", "taget_af": "arbejdsplads" })
}
