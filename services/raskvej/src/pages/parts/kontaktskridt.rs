//! What follows from the first contact: for each reason to talk again, the next step and the way to it.

use forloeb::Forloeb;
use forloeb::words::Samtalegrund;

use super::reader_view::ReaderView;
use crate::access::Intent;

/// A reason that was given, and what to do about it.
pub(crate) struct NextStep {
    pub(crate) why: &'static str,
    pub(crate) what: &'static str,
    /// The way to the form, and what the link says; none for who does not have it: they tell the leader.
    pub(crate) way: Option<(String, &'static str)>,
}

/// The next steps after the newest contact, until a talk was recorded after it.
pub(crate) fn next_steps(k: &ReaderView<'_>, f: &Forloeb) -> Vec<NextStep> {
    // What was said in the contact is for who makes it, and for who sees the whole of it.
    let reads = k.user().sees_whole_forloeb() || k.may(f, Intent::FoersteKontakt);
    let Some(kontakt) = f.kontakter.last().filter(|_| reads && f.is_aabent(k.today)) else { return Vec::new() };
    if f.samtaler.iter().any(|talk| talk.position > kontakt.position) {
        return Vec::new();
    }
    let acts = k.may(f, Intent::Forloeb);
    let form = |name: &str, text| Some((format!("/forloeb/{}?vis={name}", f.id), text)).filter(|_| acts);
    kontakt
        .what
        .grunde
        .iter()
        .map(|grund| match grund {
            Samtalegrund::LangtFravaer => NextStep {
                why: "Fraværet ser ud til at vare længe",
                what: "Inviter til samtalen nu, og tal om fast track, mens der er tid til at bede om det.",
                way: form("samtale-indkaldelse", "Inviter til samtale"),
            },
            Samtalegrund::Stoette => NextStep {
                why: "Der er brug for støtte",
                what: "Læg en plan sammen, med det, der hjælper, og en fast koordinator.",
                way: Some((format!("/forloeb/{}/plan", f.id), "Læg en plan")).filter(|_| k.may(f, Intent::TtaPlan)),
            },
            Samtalegrund::Arbejdet => NextStep {
                why: "Noget på arbejdet er grunden, eller skal ændres",
                what: "Tal om, hvad der skal ændres. Registrér, hvilken slags årsag det er, og om AMR må vide det. Er det en arbejdsskade, skal den anmeldes.",
                way: form("arbejdsaarsag", "Registrér årsagen"),
            },
            Samtalegrund::Arbejdsevne => NextStep {
                why: "Arbejdsevnen kan være påvirket",
                what: "Spørg, hvad der kan lade sig gøre. En mulighedserklæring kan hjælpe jer.",
                way: form("mulighedserklaering", "Registrér mulighedserklæring"),
            },
        })
        .collect()
}
