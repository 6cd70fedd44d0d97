//! Where an employment's forløb stand, in the form of the test vectors.

use chrono::NaiveDate;
use forloeb::forloeb::Situation;
use forloeb::frister::assess;
use forloeb::words::Slutaarsag;
use forloeb::{Forloeb, Regelbog};
use serde_json::{Map, Value, json};

/// Those that are not annulled, by first day; the vectors are about the last.
pub fn live(mut list: Vec<Forloeb>) -> Vec<Forloeb> {
    list.retain(|f| f.end_at.as_ref().is_none_or(|s| s.what != Slutaarsag::Annulleret));
    list.sort_by_key(|f| f.foerste);
    list
}

pub fn state(live: &[Forloeb], today: NaiveDate, book: &Regelbog) -> Map<String, Value> {
    let list: Vec<_> = (live.iter())
        .map(|f| match f.situation(today) {
            Situation::Aabent => json!([f.foerste, f.sidste, "aabent"]),
            Situation::End { sidste, .. } => json!([f.foerste, sidste, "afsluttet"]),
        })
        .collect();
    let mut out = Map::from_iter([("forloeb".to_owned(), json!(list))]);
    let Some(f) = live.last() else { return out };
    let v = assess(f, today, book);
    let frister: Map<_, _> = (v.frister.iter())
        .map(|fr| {
            let (aabner, maaldag, lovdag, status) = (fr.aabner, fr.maaldag, fr.lovdag, fr.status);
            let value = json!({ "aabner": aabner, "maaldag": maaldag, "lovdag": lovdag, "status": status });
            (fr.art.to_string(), value)
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
        "mistet_kr": r.mistet_skoen.map(|s| s.beloeb.whole_kroner()),
        "aeldste_udaekkede": r.aeldste_udaekkede,
    });
    out.extend([("frister".to_owned(), frister.into()), ("refusion".to_owned(), refusion)]);
    out
}
