//! What must never happen in a simulation, and what diligence gives.

use super::vagt::Vagt;
use super::*;

fn valg(froe: u64) -> Valg {
    Valg { medarbejdere: 60, aar: 3, froe, til: "2025-12-31".parse().unwrap() }
}

/// Two hundred years of small workplaces, over Christmas and Easter, leap days and the end of store bededag.
#[test]
#[ignore = "slow: two hundred years"]
fn i_to_hundrede_aar_sker_det_aldrig() {
    let bog = Regelbog::indbygget();
    let (mut aar, mut set) = (0, [0; 4]);
    for froe in 0..25 {
        let valg = Valg { medarbejdere: 14, aar: 8, froe, til: "2028-06-30".parse().unwrap() };
        let verden = Verden::ny(&valg.omfang(), 1, Segl::Intet).unwrap();
        let mut vagt = Vagt::ny(&bog);
        lev(froe, &verden, &Personale::ny(froe), &bog, &mut vagt, &|_, _| {}).unwrap();
        aar += valg.aar;
        let her = [vagt.paamindelser, vagt.forloeb, vagt.overskredne, vagt.rettede];
        set = std::array::from_fn(|n| set[n] + her[n]);
    }
    let [paamindelser, forloeb, overskredne, rettede] = set;
    println!(
        "{aar} years: {forloeb} forløb, {paamindelser} reminders, {overskredne} frister passed, {rettede} corrected"
    );
    assert!(aar >= 200 && set.iter().all(|n| *n > 20), "{set:?}: too little happened to be worth watching");
}

#[test]
fn de_samme_valg_giver_det_samme_og_et_andet_froe_noget_andet() {
    let bog = Regelbog::indbygget();
    let en = simuler(&valg(1), &bog, &|_, _| {}).unwrap();
    assert_eq!(en, simuler(&valg(1), &bog, &|_, _| {}).unwrap());
    assert_ne!(en, simuler(&valg(2), &bog, &|_, _| {}).unwrap());
    let tekst = en.to_string();
    assert!(tekst.contains("60 medarbejdere i 3 år") && tekst.contains("Anmeldelse"), "{tekst}");
    assert!(serde_json::to_value(&en).unwrap()["frister"].as_array().is_some_and(|f| !f.is_empty()));
}

/// Who leads decides what is reached: that is what the simulation is for.
#[test]
fn omhyggelige_ledere_naar_mere_end_forsoemmelige() {
    use forloeb::ord::Fristart;
    let bog = Regelbog::indbygget();
    let mange = Valg { medarbejdere: 400, ..valg(3) };
    let rapport = simuler(&mange, &bog, &|_, _| {}).unwrap();
    let andel = |flid| {
        let n = rapport.frister[&(Fristart::Samtale, Some(flid))];
        n.til_tiden * 100 / (n.til_tiden + n.for_sent + n.aldrig).max(1)
    };
    let (god, daarlig) = (andel(flid::Flid::Omhyggelig), andel(flid::Flid::Forsoemmelig));
    assert!(god > daarlig + 20, "{god} % of the talks in time, and {daarlig} %");
}
