//! Worked dates: every row of `cases.csv` was worked out by hand from the rules.

use std::collections::HashMap;

use chrono::NaiveDate;
use forloeb::frister::assess;
use forloeb::words::Fristart;

use crate::story::{Story, dag};

#[test]
fn each_row_of_cases_csv() {
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_path("tests/rules/cases.csv").unwrap();
    let mut count = 0;
    for row in reader.deserialize::<HashMap<String, String>>() {
        let row = row.unwrap();
        let f = &row["f"];
        let mut case = Story::sygemeldt(f);
        case.it(f);
        let forloeb = case.forloeb();
        let v = assess(&forloeb, dag(f), case.book());
        let frist = |art| v.frist(art).unwrap().clone();
        let mut check = |felt: &str, dato: NaiveDate| {
            assert_eq!(dato, dag(&row[felt]), "F = {f} ({}), {felt}", row["note"]);
            count += 1;
        };
        check("foerste_kontakt_maal", frist(Fristart::FoersteKontakt).maaldag);
        check("samtale_maal", frist(Fristart::Samtale).maaldag);
        check("samtale_lov", frist(Fristart::Samtale).lovdag);
        check("anmeldelse_aabner", frist(Fristart::Anmeldelse).aabner);
        check("anmeldelse_maal", frist(Fristart::Anmeldelse).maaldag);
        check("anmeldelse_lov", frist(Fristart::Anmeldelse).lovdag);
        check("sidste_arbejdsgiverdag", v.refusion.sidste_arbejdsgiverdag.unwrap());
        check("foerste_refusionsdag", v.refusion.foerste_refusionsdag);
        check("fast_track_lov", frist(Fristart::FastTrack).lovdag);
        check("otte_uger_lov", frist(Fristart::OtteUger).lovdag);
    }
    assert_eq!(count, 12 * 10);
}
