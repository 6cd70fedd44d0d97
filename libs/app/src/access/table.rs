//! The one table of who may do what: role, relation to the case, state of the case, act.
//!
//! Everything that is asked in [`crate::access`] is answered from here, and so are the pages and the answers that explain
//! it, `docs/adgang.md`, and the test that goes through every door. What no rule allows is not allowed.

use forloeb::words::{Fristart, Rolle};

pub use super::terms::{Intent, Relation, State};

/// A rule: in this role, with one of these relations, while the case is in one of these states, one may do this.
#[derive(Debug)]
pub struct Rule {
    pub rolle: Rolle,
    pub relations: &'static [Relation],
    pub states: &'static [State],
    pub may: &'static [Intent],
    /// Why it is so, for people: the law, or what the role is there for.
    pub because: &'static str,
}

const ALL_LEDERE: &[Relation] = &[Relation::Leads, Relation::LeadsLeder, Relation::StandsIn];
const KNOWN: &[State] = &[State::Aabent, State::Over, State::Annulleret];
const WHATEVER: &[State] = &[State::Aabent, State::Over, State::Annulleret, State::Erased];
const NONE_YET: &[State] = &[State::NoForloeb];
const WHOSE_OPSLAG: &[Relation] = &[Relation::Unit, Relation::AllUnits, Relation::SomeUnits];
const ANY_UNITS: &[Relation] = &[Relation::AllUnits, Relation::SomeUnits];
const FINDS_AS_LEDER: &[Relation] =
    &[Relation::Leads, Relation::LeadsLeder, Relation::StandsIn, Relation::AllUnits, Relation::SomeUnits];
const FINDS_AS_REVISOR: &[Relation] =
    &[Relation::Unit, Relation::Own, Relation::OwnElsewhere, Relation::AllUnits, Relation::SomeUnits];

/// Every rule there is.
pub static RULES: &[Rule] = &[
    Rule {
        rolle: Rolle::Leder,
        relations: ALL_LEDERE,
        states: KNOWN,
        may: &[
            Intent::See,
            Intent::Whole,
            Intent::Plan,
            Intent::Penge,
            Intent::Signaler,
            Intent::Names,
            Intent::Telefon,
            Intent::FoersteKontakt,
            Intent::Kontaktperson,
            Intent::FastTrack,
            Intent::TtaPlan,
            Intent::Aftale,
            Intent::EgneOrd,
            Intent::Arbejdsaarsag,
            Intent::Forebyggelse,
            Intent::Forloeb,
        ],
        because: "Lederen skal følge op: samtalen efter § 7 a i sygedagpengeloven, anmeldelsen efter § 40 og planen.",
    },
    Rule {
        rolle: Rolle::Leder,
        relations: &[Relation::Leads, Relation::LeadsLeder],
        states: KNOWN,
        may: &[Intent::Lederskifte],
        because: "En stedfortræder er der nogle dage og giver intet videre for altid.",
    },
    Rule {
        rolle: Rolle::Leder,
        relations: &[Relation::Leads],
        states: &[State::Aabent],
        may: &[Intent::Overtagelse],
        because: "Den, der har fået et forløb, svarer selv for, om det overtages.",
    },
    Rule {
        rolle: Rolle::Leder,
        relations: &[Relation::Leads, Relation::StandsIn],
        states: &[State::Aabent],
        may: &[Intent::SeeOensker],
        because: "Ønskerne til kontakt er sagt til den, der tager kontakten, og til ingen andre.",
    },
    Rule {
        rolle: Rolle::Leder,
        relations: ALL_LEDERE,
        states: NONE_YET,
        may: &[Intent::Sygemelding],
        because: "Medarbejderen melder sig syg hos sin leder.",
    },
    Rule {
        rolle: Rolle::Leder,
        relations: FINDS_AS_LEDER,
        states: NONE_YET,
        may: &[Intent::Find],
        because: "Lederen finder sine egne, og dem, lederen har et forløb med.",
    },
    Rule {
        rolle: Rolle::Leder,
        relations: &[Relation::Own, Relation::Leads],
        states: NONE_YET,
        may: &[Intent::Udpegning],
        because: "Lederen selv og lederens leder ved, hvem der træder til.",
    },
    Rule {
        rolle: Rolle::Leder,
        relations: ANY_UNITS,
        states: NONE_YET,
        may: &[Intent::Follow, Intent::Signalbrev],
        because: "Lederen følger op på hyppigt fravær hos sine egne.",
    },
    Rule {
        rolle: Rolle::Hr,
        relations: &[Relation::Unit],
        states: WHATEVER,
        may: &[
            Intent::See,
            Intent::Whole,
            Intent::Plan,
            Intent::Penge,
            Intent::Signaler,
            Intent::Ark,
            Intent::Names,
            Intent::Telefon,
            Intent::FoersteKontakt,
            Intent::Kontaktperson,
            Intent::FastTrack,
            Intent::TtaPlan,
            Intent::Aftale,
            Intent::EgneOrd,
            Intent::Arbejdsaarsag,
            Intent::Forebyggelse,
            Intent::Forloeb,
            Intent::Lederskifte,
            Intent::Overtagelse,
            Intent::Refusion,
            Intent::Tildeling,
            Intent::SendAgain,
            Intent::Uenighed,
            Intent::KeepLeder,
        ],
        because: "HR anmelder, søger refusion og træder til, når en leder mangler. Aldrig i sin egen sag.",
    },
    Rule {
        rolle: Rolle::Hr,
        relations: &[Relation::Unit],
        states: NONE_YET,
        may: &[Intent::Sygemelding, Intent::Udpegning],
        because: "HR træder til for en leder.",
    },
    Rule {
        rolle: Rolle::Hr,
        relations: WHOSE_OPSLAG,
        states: NONE_YET,
        may: &[Intent::Find],
        because: "HR svarer den, der ringer: alle i adgangens enheder, og aldrig en selv.",
    },
    Rule {
        rolle: Rolle::Hr,
        relations: &[Relation::Own, Relation::OwnElsewhere],
        states: NONE_YET,
        may: &[Intent::Udpegning],
        because: "Hvem der er ens egen stedfortræder, er ikke en sag om en selv.",
    },
    Rule {
        rolle: Rolle::Hr,
        relations: ANY_UNITS,
        states: NONE_YET,
        may: &[
            Intent::Overview,
            Intent::Statistics,
            Intent::Follow,
            Intent::Mails,
            Intent::ReadPolitik,
            Intent::TryRegler,
        ],
        because: "Lister og tal rummer kun de enheder, adgangen gælder.",
    },
    Rule {
        rolle: Rolle::Hr,
        relations: &[Relation::Unit],
        states: NONE_YET,
        may: &[Intent::Retention, Intent::Erasure, Intent::Insight],
        because: "HR svarer den, der beder om indsigt (artikel 15), og sletter, når fristerne er udløbet (artikel 5 og 17). Kun når alle personens ansættelser er i adgangens enheder, og aldrig for sig selv.",
    },
    Rule {
        rolle: Rolle::Hr,
        relations: ANY_UNITS,
        states: NONE_YET,
        may: &[Intent::Retention],
        because: "Listen rummer kun dem, hvis ansættelser alle er i adgangens enheder.",
    },
    Rule {
        rolle: Rolle::Hr,
        relations: &[Relation::AllUnits],
        states: NONE_YET,
        may: &[Intent::Import, Intent::Politik],
        because: "En fil fra lønsystemet og en politik gælder alle enheder.",
    },
    Rule {
        rolle: Rolle::Revisor,
        relations: &[Relation::Unit, Relation::Own, Relation::OwnElsewhere],
        states: WHATEVER,
        may: &[Intent::See, Intent::Whole, Intent::Plan, Intent::Penge, Intent::Replay],
        because: "Revisor læser det hele uden navne og ændrer intet. Loggen er én kæde; derfor er også revisors egen sag i den.",
    },
    Rule {
        rolle: Rolle::Revisor,
        relations: FINDS_AS_REVISOR,
        states: NONE_YET,
        may: &[Intent::Find],
        because: "Revisor finder på nummer og reference. På navn kun på hele ord og efter at have oplyst et formål; svaret er et nummer.",
    },
    Rule {
        rolle: Rolle::Hr,
        relations: WHOSE_OPSLAG,
        states: NONE_YET,
        may: &[Intent::Opslag],
        because: "Nogen skal kunne se, om der læses uden grund. Aldrig om en selv: det ser man på sin egen side, uden hvem.",
    },
    Rule {
        rolle: Rolle::Revisor,
        relations: WHOSE_OPSLAG,
        states: NONE_YET,
        may: &[Intent::Opslag],
        because: "Revisor kontrollerer, at der kun læses med et formål.",
    },
    Rule {
        rolle: Rolle::Revisor,
        relations: ANY_UNITS,
        states: NONE_YET,
        may: &[Intent::ReadPolitik],
        because: "Reglerne handler ikke om personer.",
    },
    Rule {
        rolle: Rolle::Revisor,
        relations: &[Relation::AllUnits],
        states: NONE_YET,
        may: &[Intent::Log],
        because: "Loggen kan ikke deles efter enhed.",
    },
    Rule {
        rolle: Rolle::Kontaktperson,
        relations: &[Relation::Kontaktperson, Relation::KontaktpersonAndAmr],
        states: &[State::Aabent],
        may: &[Intent::See, Intent::Names, Intent::Telefon, Intent::SeeOensker, Intent::FoersteKontakt, Intent::Aftale],
        because: "Den første kontakt kræver at vide hvem, hvor længe og hvordan, og ikke mere. TR og AMR har ingen adgang i sig selv: kun til kontakten, og kun indtil medarbejderen vælger en anden.",
    },
    Rule {
        rolle: Rolle::Kontaktperson,
        relations: &[Relation::Amr, Relation::KontaktpersonAndAmr],
        states: &[State::Aabent, State::Over],
        may: &[Intent::See, Intent::Names, Intent::Forebyggelse],
        because: "Medarbejderen har sagt, at AMR må vide, at noget på arbejdet var en årsag. AMR hjælper med at forebygge og ser ikke andet; når det er gjort, ser AMR intet mere.",
    },
    Rule {
        rolle: Rolle::Kontaktperson,
        relations: ANY_UNITS,
        states: NONE_YET,
        may: &[Intent::Find],
        because: "Kun blandt de forløb, kontaktpersonen har en opgave i.",
    },
    Rule {
        rolle: Rolle::Koordinator,
        relations: ANY_UNITS,
        states: NONE_YET,
        may: &[Intent::Find],
        because: "Kun blandt de forløb, koordinatoren samler planen for.",
    },
    Rule {
        rolle: Rolle::Koordinator,
        relations: &[Relation::Koordinator],
        states: &[State::Aabent, State::Over],
        may: &[
            Intent::See,
            Intent::Whole,
            Intent::Plan,
            Intent::Names,
            Intent::TtaPlan,
            Intent::Aftale,
            Intent::EgneOrd,
        ],
        because: "Koordinatoren samler planen, også efter at medarbejderen er kommet tilbage. Pengene vedkommer ikke planen.",
    },
    Rule {
        rolle: Rolle::Medarbejder,
        relations: &[Relation::Own],
        states: KNOWN,
        may: &[
            Intent::See,
            Intent::Whole,
            Intent::Plan,
            Intent::Penge,
            Intent::Names,
            Intent::FastTrack,
            Intent::Kontaktperson,
            Intent::SeeOensker,
            Intent::FoersteKontakt,
            Intent::ForOneself,
            Intent::Samtalesvar,
            Intent::Aftale,
            Intent::EgneOrd,
            Intent::PlanSvar,
            Intent::Arbejdsaarsag,
        ],
        because: "Det er medarbejderens egne oplysninger (artikel 15), eget valg af kontaktperson, egne ønsker, eget svar på en indkaldelse, egne aftaler og egen ret til fast track (§ 7 e) og fastholdelsesplan (§ 7 b). Planen er også medarbejderens: egne ord, svaret på den og hvad kollegerne må få at vide.",
    },
    Rule {
        rolle: Rolle::Medarbejder,
        relations: ANY_UNITS,
        states: NONE_YET,
        may: &[Intent::Mine],
        because: "Det er medarbejderens egne oplysninger.",
    },
    Rule {
        rolle: Rolle::Medarbejder,
        relations: &[Relation::Own],
        states: NONE_YET,
        may: &[Intent::ForOneself],
        because: "Medarbejderen melder sig selv syg, og vælger selv på forhånd, hvem der må ringe. Ellers behandler ingen sin egen sag.",
    },
    Rule {
        rolle: Rolle::System,
        relations: &[Relation::AllUnits],
        states: NONE_YET,
        may: &[Intent::Feed],
        because: "Et andet system får at vide, at der skete noget i et forløb og hvilken dag, aldrig hvem det er, eller hvad de fejler.",
    },
];

/// What may be done, as bits in the order of [`Intent::ALL`].
type Allowed = [[[u64; State::ALL.len()]; Relation::ALL.len()]; Rolle::ALL.len()];

/// The same for looking up: a list asks it of every row.
static ALLOWED: Allowed = {
    let mut allowed = [[[0; State::ALL.len()]; Relation::ALL.len()]; Rolle::ALL.len()];
    let mut n = 0;
    while n < RULES.len() {
        let Rule { rolle, relations, states, may, .. } = &RULES[n];
        let mut bits = 0;
        let mut m = 0;
        while m < may.len() {
            bits |= 1 << may[m] as u32;
            m += 1;
        }
        let mut r = 0;
        while r < relations.len() {
            let mut s = 0;
            while s < states.len() {
                allowed[*rolle as usize][relations[r] as usize][states[s] as usize] |= bits;
                s += 1;
            }
            r += 1;
        }
        n += 1;
    }
    allowed
};

/// What one has to be allowed to see a frist of this kind: those of the contact come with the case, those about refusion
/// are money.
#[must_use]
pub const fn of_frist(art: Fristart) -> Intent {
    match art {
        Fristart::FoersteKontakt | Fristart::Kontakt => Intent::See,
        Fristart::Anmeldelse | Fristart::Refusionsanmodning | Fristart::Paragraf56Fornyelse => Intent::Penge,
        Fristart::Samtale
        | Fristart::FastTrack
        | Fristart::OtteUger
        | Fristart::TtaEvaluering
        | Fristart::Easy
        | Fristart::VidereOpfoelgning
        | Fristart::ForkertLeder
        | Fristart::OpfoelgningEfterRetur
        | Fristart::Aftale
        | Fristart::ForventetSlut
        | Fristart::Overtagelse
        | Fristart::Forebyggelse
        | Fristart::Skaanehensyn => Intent::Whole,
    }
}

/// What one does about a frist of this kind, where that is asked of somebody who is told nothing else of the case: who may do it
/// sees the frist too.
#[must_use]
pub const fn act_of_frist(art: Fristart) -> Option<Intent> {
    match art {
        Fristart::Forebyggelse => Some(Intent::Forebyggelse),
        Fristart::Aftale => Some(Intent::Aftale),
        Fristart::FoersteKontakt
        | Fristart::Kontakt
        | Fristart::Samtale
        | Fristart::Anmeldelse
        | Fristart::FastTrack
        | Fristart::OtteUger
        | Fristart::Refusionsanmodning
        | Fristart::TtaEvaluering
        | Fristart::Easy
        | Fristart::VidereOpfoelgning
        | Fristart::OpfoelgningEfterRetur
        | Fristart::Paragraf56Fornyelse
        | Fristart::ForkertLeder
        | Fristart::ForventetSlut
        | Fristart::Overtagelse
        | Fristart::Skaanehensyn => None,
    }
}

/// In this role, with this relation, in this state, one may do this.
#[must_use]
pub const fn allows(rolle: Rolle, relation: Relation, state: State, intent: Intent) -> bool {
    ALLOWED[rolle as usize][relation as usize][state as usize] >> intent as u32 & 1 == 1
}

/// In this role one may do this to something.
#[must_use]
pub const fn ever_allows(rolle: Rolle, intent: Intent) -> bool {
    let (mut r, mut any) = (0, 0);
    while r < Relation::ALL.len() {
        let mut s = 0;
        while s < State::ALL.len() {
            any |= ALLOWED[rolle as usize][r][s];
            s += 1;
        }
        r += 1;
    }
    any >> intent as u32 & 1 == 1
}

#[cfg(test)]
mod tests;
