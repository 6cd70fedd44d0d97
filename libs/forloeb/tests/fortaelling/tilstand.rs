//! Where an employment's forløb stand, in the form of the test vectors.

use chrono::NaiveDate;
use forloeb::forloeb::Situation;
use forloeb::frister::vurder;
use forloeb::ord::Slutaarsag;
use forloeb::{Forloeb, Regelbog};
use serde_json::{Map, Value, json};

/// Those that are not annulled, by first day; the vectors are about the last.
pub fn levende(mut liste: Vec<Forloeb>) -> Vec<Forloeb> {
    liste.retain(|f| f.slut_ved.as_ref().is_none_or(|s| s.hvad != Slutaarsag::Annulleret));
    liste.sort_by_key(|f| f.foerste);
    liste
}

pub fn tilstand(levende: &[Forloeb], idag: NaiveDate, bog: &Regelbog) -> Map<String, Value> {
    let liste: Vec<_> = (levende.iter())
        .map(|f| match f.situation(idag) {
            Situation::Aabent => json!([f.foerste, f.sidste, "aabent"]),
            Situation::Slut { sidste, .. } => json!([f.foerste, sidste, "afsluttet"]),
        })
        .collect();
    let mut ud = Map::from_iter([("forloeb".to_owned(), json!(liste))]);
    let Some(f) = levende.last() else { return ud };
    let v = vurder(f, idag, bog);
    let frister: Map<_, _> = (v.frister.iter())
        .map(|fr| {
            let (aabner, maaldag, lovdag, status) = (fr.aabner, fr.maaldag, fr.lovdag, fr.status);
            let vaerdi = json!({ "aabner": aabner, "maaldag": maaldag, "lovdag": lovdag, "status": status });
            (fr.art.to_string(), vaerdi)
        })
        .collect();
    let r = &v.refusion;
    let refusion = json!({
        "gives": r.gives,
        "sidste_arbejdsgiverdag": r.sidste_arbejdsgiverdag,
        "foerste_refusionsdag": r.foerste_refusionsdag,
        "anmeldt": r.anmeldt,
        "tab_begynder": r.tab_begynder,
        "mistet": r.mistet.map(|m| [m.fra, m.til]),
        "mistet_kr": r.mistet_skoen.map(|s| s.kr),
        "aeldste_udaekkede": r.aeldste_udaekkede,
    });
    ud.extend([("frister".to_owned(), frister.into()), ("refusion".to_owned(), refusion)]);
    ud
}
