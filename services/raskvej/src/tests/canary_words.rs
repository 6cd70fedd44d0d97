//! Words that stand nowhere else, and what they are words of: one for each text that is sealed.

use std::collections::BTreeSet;
use std::path::Path;

use forloeb::haendelse::Kind;
use serde_json::Value;

use super::canaries::{EMAIL, NAME};

/// What each canary is, and how it is written. A sealed text is named by its kind and the field of it.
pub(super) const CANARIES: [(&str, &str); 46] = [
    ("Personoplysninger.navn", NAME),
    ("family name", "Kvidderfugl"),
    ("Personoplysninger.cpr", "6906850057"),
    ("CPR number with a hyphen", "690685-0057"),
    ("Personoplysninger.email", EMAIL),
    ("Personoplysninger.telefon", "+45 20 91 37 46"),
    ("Personoplysninger.stilling", "Fjerplukkermester"),
    ("Indkaldelse.sted", "Voliere Bagved Æbletræet"),
    ("Indkaldelse.deltagere", "Onkel Gråspurv"),
    ("Indkaldelse.formaal", "Hvor fløjten kan hænge"),
    ("Samtalebemaerkning.sted", "Legepladsen under Kastanjen"),
    ("Samtalebemaerkning.deltagere", "Moster Rødhals"),
    ("Samtalebemaerkning.bemaerkning", "Helst efter trækkets ankomst"),
    ("PlanTekster.besked", "Jeg flyver lavt og lander blødt"),
    ("PlanTekster.trin.ind", "Tælle kviste ved åen"),
    ("PlanTekster.trin.ud", "Redebygning om natten"),
    ("PlanTekster.trin.hensyn", "Frøpauser ved vinduet"),
    ("PlanTekster.skaanehensyn", "Ingen vinger over hovedhøjde"),
    ("PlanTekster.tiltag", "En rugekasse tættere på døren"),
    ("PlanTekster.aftalt", "Redekassen males langsomt"),
    ("PlanKladde.plan.aftalt", "Halvt bygget af kviste"),
    ("EgneOrd.ord", "Vil hellere pippe stille"),
    ("EgneOrd.maal", "Synge i kor til sommer"),
    ("EgneOrd.netvaerk", "Fætter Gærdesmutte"),
    ("Planmodtager", "Storkeforeningens kontor"),
    ("Planbemaerkning", "Onsdag blæser det for meget"),
    ("why no plan is needed", "Flyver af sig selv til foråret"),
    ("Konklusion.proevet", "Sad på en lavere gren"),
    ("Konklusion.konklusion", "Vingen bruges en time mere"),
    ("Rettelsesgrund", "Fejltastet af papegøjen"),
    ("FastTrackGrund", "Næbbet klarer det selv"),
    ("OtteUgersOpfoelgning.begrundelse", "Fjerdragten vokser ud igen"),
    ("OtteUgersOpfoelgning.deltagere", "Kusine Blåmejse"),
    ("Opfoelgningsaftaler.aftaler.tekst", "Frøkassen flyttes i ly"),
    ("Opfoelgningsaftaler.aftaler.hvem", "Farfar Skovskade"),
    ("Opfoelgningsaftaler.proevet", "Fløj kun til den første gren"),
    ("Beslutningsgrund", "Kommunens krage må kigge med"),
    ("Foranstaltning", "Redestigen får et trin mere"),
    ("Refusionsgrund", "Postduen fløj forkert den dag"),
    ("Annulleringsgrund", "Skrevet på den forkerte gren"),
    ("Oensker.telefon", "+45 61 72 83 94"),
    ("Oensker.mail", "zita.hjemme@reden.example"),
    ("Oensker.bemaerkning", "Helst når solen står op"),
    ("Referat.tekst", "Solsorten sang for os alle"),
    ("Referat.aftaler", "Kvisten bæres hjem mandag"),
    ("Referat.begrundelse", "Et næb var stavet forkert"),
];

/// What somebody says that they read for, at each place where they can say it. It is sealed nowhere: it stands open in the
/// look-ups, with the session of whoever said it, and in backups of the look-ups, and nowhere else.
pub(super) const FORMAAL: [(&str, &str); 3] = [
    ("purpose in the header of the API", "Ællinger tælles til protokollen"),
    ("purpose on the page of an auditor", "Rugetiden regnes efter i år"),
    ("purpose of an insight", "Svanen bad om sit spejlbillede"),
];

/// What is sealed and holds no words of anybody's: chosen from a list, a day, a yes or no, or made of texts that have their own.
const NO_WORDS: [&str; 5] =
    ["Oensker.hvor_tit", "Oensker.hvordan", "Opfoelgningsaftaler.aftaler.senest", "Indkaldelse.brev", "Oensker.moeder"];

/// The names of the texts in a payload; those of a list have one.
fn texts(name: &str, payload: &Value, found: &mut BTreeSet<String>) {
    match payload {
        // What this golden file leaves out is still a text.
        Value::String(_) | Value::Null => drop(found.insert(name.to_owned())),
        Value::Array(all) => all.iter().for_each(|one| texts(name, one, found)),
        Value::Object(fields) => fields.iter().for_each(|(field, one)| texts(&format!("{name}.{field}"), one, found)),
        Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A kind, or a field of one, that is added has to get a canary.
#[test]
fn every_sealed_text_has_a_canary() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/golden-sealed");
    let mut expected = BTreeSet::new();
    for kind in Kind::ALL {
        let forms = (1..100).map(|form| folder.join(format!("{}.{form}.json", kind.name())));
        let newest = forms.take_while(|form| form.is_file()).last().unwrap();
        let stored: Value = serde_json::from_slice(&std::fs::read(newest).unwrap()).unwrap();
        let payload = if stored.get("form").is_some() { &stored["hvad"] } else { &stored };
        texts(kind.name(), payload, &mut expected);
    }
    assert!(expected.len() > 30, "{expected:?}");
    let has = |text: &String| CANARIES.iter().any(|(name, _)| name == text) || NO_WORDS.contains(&text.as_str());
    let without: Vec<_> = expected.iter().filter(|text| !has(text)).collect();
    assert_eq!(without, Vec::<&String>::new(), "these texts have no canary");
}
