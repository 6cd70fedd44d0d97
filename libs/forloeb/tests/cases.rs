//! Worked dates: every row of `cases.csv` was worked out by hand from the rules.

use std::collections::HashMap;

use chrono::NaiveDate;
use forloeb::frister::vurder;
use forloeb::ord::Fristart;

mod fortaelling;
use fortaelling::{Fortaelling, dag};

#[test]
fn hver_raekke_i_cases_csv() {
    let mut laeser = csv::ReaderBuilder::new().delimiter(b';').from_path("tests/cases.csv").unwrap();
    let mut antal = 0;
    for raekke in laeser.deserialize::<HashMap<String, String>>() {
        let raekke = raekke.unwrap();
        let f = &raekke["f"];
        let mut sag = Fortaelling::sygemeldt(f);
        sag.den(f);
        let forloeb = sag.forloeb();
        let v = vurder(&forloeb, dag(f), sag.bog());
        let frist = |art| v.frist(art).unwrap().clone();
        let mut tjek = |felt: &str, dato: NaiveDate| {
            assert_eq!(dato, dag(&raekke[felt]), "F = {f} ({}), {felt}", raekke["note"]);
            antal += 1;
        };
        tjek("foerste_kontakt_maal", frist(Fristart::FoersteKontakt).maaldag);
        tjek("samtale_maal", frist(Fristart::Samtale).maaldag);
        tjek("samtale_lov", frist(Fristart::Samtale).lovdag);
        tjek("anmeldelse_aabner", frist(Fristart::Anmeldelse).aabner);
        tjek("anmeldelse_maal", frist(Fristart::Anmeldelse).maaldag);
        tjek("anmeldelse_lov", frist(Fristart::Anmeldelse).lovdag);
        tjek("sidste_arbejdsgiverdag", v.refusion.sidste_arbejdsgiverdag.unwrap());
        tjek("foerste_refusionsdag", v.refusion.foerste_refusionsdag);
        tjek("fast_track_lov", frist(Fristart::FastTrack).lovdag);
        tjek("otte_uger_lov", frist(Fristart::OtteUger).lovdag);
    }
    assert_eq!(antal, 12 * 10);
}
