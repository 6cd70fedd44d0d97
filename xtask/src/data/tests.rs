//! The files of an invented workplace: repeatable, and shaped like payroll's.

use std::collections::{HashMap, HashSet};

use chrono::{Days, NaiveDate};
use synthetic::names;

use super::fravaer::Aarsag;
use super::{Arbejdsplads, Fravaer, Omfang};

fn omfang(medarbejdere: u32, seed: u64) -> Omfang {
    let til = NaiveDate::from_ymd_opt(2026, 11, 20).expect("a date");
    Omfang { medarbejdere, aar: 2, seed, til }
}

fn files(arbejdsplads: &Arbejdsplads) -> (String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    arbejdsplads.write(folder.path()).expect("the files");
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("UTF-8");
    (read("medarbejdere.csv"), read("fravaer.csv"))
}

fn after_person(arbejdsplads: &Arbejdsplads) -> HashMap<u32, Vec<&Fravaer>> {
    let mut out: HashMap<u32, Vec<&Fravaer>> = HashMap::new();
    for f in &arbejdsplads.fravaer {
        out.entry(f.medarbejder_nr).or_default().push(f);
    }
    out
}

#[test]
fn the_seed_decides_every_byte() {
    let one = files(&Arbejdsplads::dan(&omfang(300, 7)));
    assert_eq!(one, files(&Arbejdsplads::dan(&omfang(300, 7))));
    assert_ne!(one.1, files(&Arbejdsplads::dan(&omfang(300, 8))).1);
}

/// The bytes that people's measurements are made on; a change here means that they cannot be compared any more.
#[test]
fn the_files_have_the_promised_form_and_first_lines() {
    let (medarbejdere, fravaer) = files(&Arbejdsplads::dan(&omfang(8, 1)));
    let lines: Vec<_> = medarbejdere.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "\u{feff}medarbejder_nr;cpr;navn;email;telefon;stilling;enhed;enhed_navn;leder_nr;tr_nr;amr_nr;ansat_dato;\
         fratraadt_dato;timer_pr_uge;bopaelskommune;paragraf_56;fleksjob;nyuddannet;rolle"
    );
    assert_eq!(
        lines[1],
        "10001;7511881048;Yusuf Kildemose;m10001@arbejdsplads.example;+45 00 01 00 01;Leder;E101;Plejecenter Åbrinken;;10002;10003;15-09-2014;;28;0727;nej;nej;nej;leder"
    );
    assert_eq!((lines.len(), lines[9]), (10, ""));
    let lines: Vec<_> = fravaer.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "\u{feff}fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct;registreret"
    );
    assert_eq!(lines[1], "500000;10001;sygdom;28-04-2025;02-05-2025;100;28-04-2025 07:16");
    assert!(!fravaer.contains('"') && !fravaer.replace("\r\n", "").contains('\n'));
}

#[test]
fn absences_lie_within_the_employment_and_never_overlap() {
    for seed in 0..20 {
        let omfang = omfang(150, seed);
        let arbejdsplads = Arbejdsplads::dan(&omfang);
        let personer: HashMap<_, _> = arbejdsplads.medarbejdere.iter().map(|m| (m.nr, m)).collect();
        for (nr, lines) in after_person(&arbejdsplads) {
            let person = personer[&nr];
            for f in &lines {
                let sidste = person.fratraadt.unwrap_or(omfang.til);
                assert!(person.ansat <= f.fra && f.fra <= sidste, "{f:?} {person:?}");
                assert!(f.til.is_none_or(|til| f.fra <= til && til <= sidste), "{f:?} {person:?}");
                assert!(f.registreret.date() >= f.fra && f.registreret.date() <= omfang.til, "{f:?}");
            }
            for par in lines.windows(2) {
                assert!(par[0].til.is_some_and(|til| til < par[1].fra), "{par:?}");
            }
        }
    }
}

#[test]
fn every_kind_of_case_occurs() {
    let arbejdsplads = Arbejdsplads::dan(&omfang(2000, 1));
    let (personer, fravaer) = (&arbejdsplads.medarbejdere, &arbejdsplads.fravaer);
    let aarsager: HashSet<_> = fravaer.iter().map(|f| f.aarsag).collect();
    assert_eq!(aarsager.len(), 4);
    assert!(personer.iter().any(|m| m.paragraf_56) && personer.iter().any(|m| m.fleksjob));
    assert!(personer.iter().any(|m| m.nyuddannet));
    let after_person = after_person(&arbejdsplads);
    let foerste = |nr: u32| after_person.get(&nr).and_then(|lines| lines.first());
    assert!(personer.iter().any(|m| foerste(m.nr).is_some_and(|f| f.fra < m.ansat + Days::new(56))), "newly hired");
    let aabne = |fratraadt| {
        let fits = |nr: &u32| personer.iter().any(|m| m.nr == *nr && m.fratraadt.is_some() == fratraadt);
        fravaer.iter().filter(|f| f.til.is_none() && fits(&f.medarbejder_nr)).count()
    };
    assert!(aabne(true) > 0, "left while ill");
    assert!((20..300).contains(&aabne(false)), "{} open at the end", aabne(false));
    let par = || after_person.values().flat_map(|lines| lines.windows(2));
    let distance = |par: &[&Fravaer]| par[0].til.map(|til| (par[1].fra - til).num_days());
    let delvis = |par: &&[&Fravaer]| distance(par) == Some(1) && par[0].omfang_pct == 100 && par[1].omfang_pct < 100;
    assert!(par().filter(delvis).count() > 20, "full, then partial");
    assert!(par().any(|p| distance(p) == Some(2) && p[0].aarsag != Aarsag::BarnSyg), "a hole of one day");
    assert!(par().any(|p| distance(p) == Some(1) && p[1].aarsag == Aarsag::BarnSyg), "a child ill in between");
    let closed: Vec<_> = fravaer.iter().filter_map(|f| Some((f.til? - f.fra).num_days() + 1)).collect();
    let short_ones = closed.iter().filter(|dage| **dage <= 14).count();
    assert!(short_ones * 10 > closed.len() * 7, "{short_ones} of {} are short", closed.len());
}

#[test]
fn everyone_has_a_leader_a_tr_and_an_amr_that_exist_and_nobody_a_real_number() {
    let arbejdsplads = Arbejdsplads::dan(&omfang(501, 3));
    let personer = &arbejdsplads.medarbejdere;
    assert_eq!(personer.len(), 501);
    let numbers: HashMap<_, _> = personer.iter().map(|m| (m.nr, m)).collect();
    for m in personer {
        assert!(m.leder_nr.map_or(m.nr == 10_001, |nr| nr != m.nr && numbers[&nr].leder), "{m:?}");
        assert!([m.tr_nr, m.amr_nr].iter().all(|nr| numbers[nr].enhed == m.enhed && numbers[nr].fratraadt.is_none()));
        assert!(m.cpr.len() == 10 && matches!(m.cpr[..2].parse::<u32>(), Ok(61..=91)), "{m:?}");
    }
    let cpr: HashSet<_> = personer.iter().map(|m| &m.cpr).collect();
    assert_eq!(cpr.len(), personer.len());
    let enheder: HashSet<_> = (0..2000).map(names::enhed).collect();
    assert_eq!(enheder.len(), 2000, "no two units share a name");
}
