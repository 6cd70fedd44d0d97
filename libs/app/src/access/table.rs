//! The one table of who may do what: role, relation to the case, state of the case, act.
//!
//! Everything that is asked in [`crate::access`] is answered from here, and so are the pages and the answers that explain
//! it, `docs/adgang.md`, and the test that goes through every door. What no rule allows is not allowed.

use forloeb::words::{Fristart, Rolle};

/// Declares a closed list of what the table speaks of: a code for programs, and how people are told.
macro_rules! listed {
    ($(#[$m:meta])* $name:ident { $($(#[$fm:meta])* $variant:ident = $code:literal, $said:literal;)+ }) => {
        $(#[$m])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$fm])* $variant),+ }

        impl $name {
            /// All of them, in the order of the definition.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// What people are told it is, in Danish.
            #[must_use]
            pub const fn says(self) -> &'static str {
                match self { $(Self::$variant => $said),+ }
            }
        }
    };
}

listed! {
    /// What somebody wants to do: with a forløb, with an employee who has none yet, or with what is nobody's.
    Intent {
        /// Know that it is there: whose it is, its days, and the frister of the contact.
        See = "se", "se, at forløbet er der: hvem, enhed, leder, dage og fristerne for kontakten";
        /// Read the rest but for plan and money.
        Whole = "se_alt", "se årsag, omfang, varighed, samtaler, de øvrige frister, påmindelser og historik";
        /// Read the TTA plan.
        Plan = "laese_plan", "læse TTA-planen";
        /// See refusion: its frister, days, claims and kroner.
        Penge = "se_penge", "se refusionen: frister, dage, krav og kroner";
        /// See signals of frequent absence.
        Signaler = "se_signaler", "se signaler om hyppigt fravær";
        /// Open the data sheet of the anmeldelse.
        Ark = "aabne_ark", "åbne dataarket til NemRefusion, hvor CPR-nummeret står";
        /// See it step by step, as it was known.
        Replay = "gennemse", "se forløbet trin for trin, som det var kendt på en dag";
        /// Read names and free text.
        Names = "se_navne", "se navne og fritekst";
        /// Record a first contact.
        FoersteKontakt = "foerste_kontakt", "registrere den første kontakt";
        /// Say whom the employee chose to be contacted by.
        Kontaktperson = "kontaktperson", "registrere, hvem medarbejderen har valgt som kontaktperson";
        /// Ask for, or decide against, fast track.
        FastTrack = "fast_track", "anmode om fast track eller fravælge det";
        /// Make or evaluate a TTA plan.
        TtaPlan = "tta_plan", "lægge og evaluere TTA-planen";
        /// Anything else that follows the employee's course.
        Forloeb = "foelge", "registrere samtale, anmeldelse, opfølgning, omfang, raskmelding, rettelser, annullering og afslutning";
        /// Give it to another leader.
        Lederskifte = "lederskifte", "give forløbet til en anden leder";
        /// Claim refusion.
        Refusion = "refusion", "søge om refusion";
        /// Say who in HR works on it.
        Tildeling = "tildeling", "tildele forløbet til en i HR";
        /// Have a reminder that was refused sent again.
        SendAgain = "send_igen", "sende en påmindelse igen, der ikke kom frem";
        /// Report an employee sick.
        Sygemelding = "sygemelding", "sygemelde en medarbejder";
        /// Say who acts for a leader.
        Udpegning = "udpegning", "udpege en stedfortræder for en leder";
        /// Read one's own page.
        Mine = "mit", "se sin egen side";
        /// Read HR's dashboard and the refusion of the units.
        Overview = "overblik", "se HR's overblik og refusionen pr. enhed";
        /// Read the yearly statistic.
        Statistics = "statistik", "se statistikken";
        /// Go through signals of frequent absence.
        Follow = "hyppigt", "se listen over hyppigt fravær";
        /// Read which mails did not get through.
        Mails = "breve", "se, hvilke mails der ikke er kommet frem";
        /// Search who has read about an employee, and which look-ups are unusual.
        Opslag = "opslag", "søge i, hvem der har læst om hvem";
        /// Read the workplace's policies.
        ReadPolitik = "laese_politik", "læse arbejdspladsens politik";
        /// Lay down a policy, or try one out.
        Politik = "politik", "fastsætte en politik eller prøve den";
        /// Import payroll's files.
        Import = "import", "indlæse filer fra lønsystemet";
        /// Read the whole log.
        Log = "log", "læse hele loggen";
    }
}

listed! {
    /// What somebody is to a case, in the role they come in. The first that fits counts.
    Relation {
        /// It is the caller's own.
        Own = "egen", "forløbet er ens eget";
        /// It is the caller's own, in another employment of theirs.
        OwnElsewhere = "egen_anden_ansaettelse", "forløbet er ens eget, i en anden ansættelse";
        /// The role does not reach the unit.
        OtherUnit = "anden_enhed", "enheden ligger uden for adgangen";
        /// Leads the employee.
        Leads = "leder", "leder medarbejderen";
        /// Leads the employee's leader.
        LeadsLeder = "leders_leder", "leder medarbejderens leder";
        /// May act today for the leader, or for the leader's leader.
        StandsIn = "stedfortraeder", "er stedfortræder i dag for lederen eller lederens leder";
        /// Is to make the contact: whom the employee chose; as long as nobody is chosen TR, else AMR.
        Kontaktperson = "kontaktperson", "er kontaktperson: den, medarbejderen har valgt; er ingen valgt, TR og ellers AMR";
        /// Coordinates the plan.
        Koordinator = "koordinator", "er koordinator på den nyeste plan";
        /// Has the role for the unit, by being HR or auditor.
        Unit = "enhed", "har rollen for medarbejderens enhed";
        /// Nothing.
        Nothing = "ingen", "har ingen relation til forløbet";
        /// It is about no employee, and the role reaches every unit.
        AllUnits = "alle_enheder", "adgangen gælder alle enheder";
        /// It is about no employee, and the role reaches some units.
        SomeUnits = "nogle_enheder", "adgangen gælder nogle af enhederne";
    }
}

listed! {
    /// How a case stands, as far as it decides anything.
    State {
        /// There is none: it is about an employee, or about nobody.
        NoForloeb = "intet", "intet forløb";
        /// It is open.
        Aabent = "aabent", "åbent";
        /// It is over.
        Over = "afsluttet", "afsluttet";
        /// It was a mistake.
        Annulleret = "annulleret", "annulleret";
        /// The employee was erased.
        Erased = "slettet", "personen er slettet";
    }
}

impl Intent {
    /// It changes something.
    #[must_use]
    pub const fn changes(self) -> bool {
        match self {
            Self::FoersteKontakt
            | Self::Kontaktperson
            | Self::FastTrack
            | Self::TtaPlan
            | Self::Forloeb
            | Self::Lederskifte
            | Self::Refusion
            | Self::Tildeling
            | Self::SendAgain
            | Self::Sygemelding
            | Self::Udpegning
            | Self::Politik
            | Self::Import => true,
            Self::See
            | Self::Whole
            | Self::Plan
            | Self::Penge
            | Self::Signaler
            | Self::Ark
            | Self::Replay
            | Self::Names
            | Self::Mine
            | Self::Overview
            | Self::Statistics
            | Self::Follow
            | Self::Mails
            | Self::Opslag
            | Self::ReadPolitik
            | Self::Log => false,
        }
    }

    /// It is done to one forløb.
    #[must_use]
    pub const fn is_of_forloeb(self) -> bool {
        (self as u8) < Self::Sygemelding as u8
    }
}

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
            Intent::FoersteKontakt,
            Intent::Kontaktperson,
            Intent::FastTrack,
            Intent::TtaPlan,
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
        relations: ALL_LEDERE,
        states: NONE_YET,
        may: &[Intent::Sygemelding],
        because: "Medarbejderen melder sig syg hos sin leder.",
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
        may: &[Intent::Follow],
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
            Intent::FoersteKontakt,
            Intent::Kontaktperson,
            Intent::FastTrack,
            Intent::TtaPlan,
            Intent::Forloeb,
            Intent::Lederskifte,
            Intent::Refusion,
            Intent::Tildeling,
            Intent::SendAgain,
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
        relations: &[Relation::Own, Relation::OwnElsewhere],
        states: NONE_YET,
        may: &[Intent::Udpegning],
        because: "Hvem der er ens egen stedfortræder, er ikke en sag om en selv.",
    },
    Rule {
        rolle: Rolle::Hr,
        relations: ANY_UNITS,
        states: NONE_YET,
        may: &[Intent::Overview, Intent::Statistics, Intent::Follow, Intent::Mails, Intent::ReadPolitik],
        because: "Lister og tal rummer kun de enheder, adgangen gælder.",
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
        relations: &[Relation::Kontaktperson],
        states: &[State::Aabent],
        may: &[Intent::See, Intent::Names, Intent::FoersteKontakt],
        because: "Den første kontakt kræver at vide hvem og hvor længe, og ikke mere. TR og AMR har ingen adgang i sig selv: kun til kontakten, og kun indtil medarbejderen vælger en anden.",
    },
    Rule {
        rolle: Rolle::Koordinator,
        relations: &[Relation::Koordinator],
        states: &[State::Aabent, State::Over],
        may: &[Intent::See, Intent::Whole, Intent::Plan, Intent::Names, Intent::TtaPlan],
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
        ],
        because: "Det er medarbejderens egne oplysninger (artikel 15), eget valg af kontaktperson og egen ret til fast track (§ 7 e).",
    },
    Rule {
        rolle: Rolle::Medarbejder,
        relations: ANY_UNITS,
        states: NONE_YET,
        may: &[Intent::Mine],
        because: "Det er medarbejderens egne oplysninger.",
    },
];

/// What may be done, as bits in the order of [`Intent::ALL`].
type Allowed = [[[u32; State::ALL.len()]; Relation::ALL.len()]; Rolle::ALL.len()];

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
        Fristart::Anmeldelse | Fristart::Refusionsanmodning => Intent::Penge,
        Fristart::Samtale | Fristart::FastTrack | Fristart::OtteUger | Fristart::TtaEvaluering | Fristart::Easy => {
            Intent::Whole
        }
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
mod tests {
    use super::*;

    #[test]
    fn every_code_is_one_ones_own() {
        let codes = |all: Vec<&str>| {
            let mut unique = all.clone();
            unique.sort_unstable();
            unique.dedup();
            assert_eq!(unique.len(), all.len(), "{all:?}");
        };
        codes(Intent::ALL.iter().map(|i| i.code()).collect());
        codes(Relation::ALL.iter().map(|r| r.code()).collect());
        codes(State::ALL.iter().map(|s| s.code()).collect());
    }

    /// What the law and the workplace expect, written down without looking at the rules.
    #[test]
    fn the_rules_are_what_the_law_says() {
        let may = |rolle, relation, state, intent| allows(rolle, relation, state, intent);
        let never = |rolle, intents: &[Intent]| {
            for intent in intents {
                assert!(!ever_allows(rolle, *intent), "{rolle}: {intent:?}");
            }
        };
        // Nobody handles their own case.
        for rolle in [Rolle::Hr, Rolle::Leder, Rolle::Kontaktperson, Rolle::Koordinator] {
            for relation in [Relation::Own, Relation::OwnElsewhere] {
                for (state, intent) in State::ALL.iter().flat_map(|s| Intent::ALL.iter().map(move |i| (*s, *i))) {
                    let named = intent == Intent::Udpegning && state == State::NoForloeb;
                    assert!(named || !may(rolle, relation, state, intent), "{rolle} {relation:?} {state:?} {intent:?}");
                }
            }
        }
        // A leader sees their own people, and nobody else's.
        assert!(may(Rolle::Leder, Relation::Leads, State::Aabent, Intent::Forloeb));
        assert!(!may(Rolle::Leder, Relation::Nothing, State::Aabent, Intent::See));
        assert!(!may(Rolle::Leder, Relation::StandsIn, State::Aabent, Intent::Lederskifte));
        never(Rolle::Leder, &[Intent::Refusion, Intent::Tildeling, Intent::Ark, Intent::Import, Intent::Log]);
        // TR and AMR: only what the contact needs, only while it is open.
        never(Rolle::Kontaktperson, &[Intent::Whole, Intent::Plan, Intent::Penge, Intent::Signaler, Intent::TtaPlan]);
        assert!(!may(Rolle::Kontaktperson, Relation::Kontaktperson, State::Over, Intent::See));
        never(Rolle::Koordinator, &[Intent::Penge, Intent::Signaler, Intent::Forloeb, Intent::FoersteKontakt]);
        // The auditor changes nothing and reads no names; operations sees no case.
        let commands: Vec<Intent> = Intent::ALL.iter().copied().filter(|i| i.changes()).collect();
        never(Rolle::Revisor, &commands);
        never(Rolle::Revisor, &[Intent::Names, Intent::Ark]);
        never(Rolle::Drift, Intent::ALL);
        never(Rolle::System, Intent::ALL);
        // Another unit's HR is a stranger, and the whole workplace is for those who have all of it.
        for state in State::ALL {
            assert!(Intent::ALL.iter().all(|i| !may(Rolle::Hr, Relation::OtherUnit, *state, *i)));
        }
        assert!(!may(Rolle::Hr, Relation::SomeUnits, State::NoForloeb, Intent::Import));
        assert!(!may(Rolle::Revisor, Relation::SomeUnits, State::NoForloeb, Intent::Log));
    }
}
