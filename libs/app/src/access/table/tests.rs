//! The table, rule by rule.

use super::*;

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
    // Who is to ring has the number, as long as they are to ring; nobody else has.
    assert!(may(Rolle::Leder, Relation::Leads, State::Aabent, Intent::Telefon));
    assert!(may(Rolle::Kontaktperson, Relation::Kontaktperson, State::Aabent, Intent::Telefon));
    never(Rolle::Revisor, &[Intent::Telefon]);
    never(Rolle::Koordinator, &[Intent::Telefon]);
    // How somebody wishes to be contacted is told to who makes contact: not to HR, and not to the leader's leader.
    for rolle in [Rolle::Hr, Rolle::Revisor, Rolle::Koordinator, Rolle::Drift] {
        never(rolle, &[Intent::SeeOensker]);
    }
    assert!(may(Rolle::Leder, Relation::StandsIn, State::Aabent, Intent::SeeOensker));
    assert!(!may(Rolle::Leder, Relation::LeadsLeder, State::Aabent, Intent::SeeOensker));
    assert!(!may(Rolle::Leder, Relation::Leads, State::Over, Intent::SeeOensker));
    assert!(may(Rolle::Kontaktperson, Relation::Kontaktperson, State::Aabent, Intent::SeeOensker));
    // The AMR: what the employee has said yes to, and only that.
    assert!(may(Rolle::Kontaktperson, Relation::Amr, State::Over, Intent::Forebyggelse));
    assert!(!may(Rolle::Kontaktperson, Relation::Amr, State::Aabent, Intent::Telefon));
    assert!(!may(Rolle::Kontaktperson, Relation::Kontaktperson, State::Aabent, Intent::Forebyggelse));
    // Who was given it answers, or HR for who rings.
    never(Rolle::Koordinator, &[Intent::Overtagelse]);
    assert!(!may(Rolle::Leder, Relation::StandsIn, State::Aabent, Intent::Overtagelse));
    // Who acts for themself does nothing else in their own case.
    assert!(may(Rolle::Medarbejder, Relation::Own, State::NoForloeb, Intent::ForOneself));
    assert!(!may(Rolle::Medarbejder, Relation::OwnElsewhere, State::Aabent, Intent::ForOneself));
    never(Rolle::Leder, &[Intent::KeepLeder]);
    never(Rolle::Medarbejder, &[Intent::Forloeb, Intent::Sygemelding, Intent::Refusion]);
    never(Rolle::Koordinator, &[Intent::Penge, Intent::Signaler, Intent::Forloeb, Intent::FoersteKontakt]);
    // The auditor changes nothing and reads no names; operations sees no case.
    let commands: Vec<Intent> = Intent::ALL.iter().copied().filter(|i| i.changes()).collect();
    never(Rolle::Revisor, &commands);
    never(Rolle::Revisor, &[Intent::Names, Intent::Ark, Intent::Retention, Intent::Insight]);
    // Erasing and taking everything out is for HR, of others in their own units.
    for rolle in Rolle::ALL.iter().filter(|rolle| **rolle != Rolle::Hr) {
        never(*rolle, &[Intent::Retention, Intent::Erasure, Intent::Insight]);
    }
    assert!(may(Rolle::Hr, Relation::Unit, State::NoForloeb, Intent::Erasure));
    // Nobody finds a stranger or themself, and who has one part in a case finds nobody by being looked up.
    assert!(!may(Rolle::Leder, Relation::Nothing, State::NoForloeb, Intent::Find));
    assert!(!may(Rolle::Hr, Relation::OtherUnit, State::NoForloeb, Intent::Find));
    assert!(!may(Rolle::Kontaktperson, Relation::Kontaktperson, State::NoForloeb, Intent::Find));
    assert!(!may(Rolle::Koordinator, Relation::Koordinator, State::NoForloeb, Intent::Find));
    never(Rolle::Medarbejder, &[Intent::Find]);
    never(Rolle::Drift, Intent::ALL);
    // A system is told that something happened, and no person is.
    let all_else: Vec<Intent> = Intent::ALL.iter().copied().filter(|i| *i != Intent::Feed).collect();
    never(Rolle::System, &all_else);
    for rolle in Rolle::ALL.iter().filter(|rolle| **rolle != Rolle::System) {
        never(*rolle, &[Intent::Feed]);
    }
    // Only the employee answers for the employee.
    for rolle in Rolle::ALL.iter().filter(|rolle| **rolle != Rolle::Medarbejder) {
        never(*rolle, &[Intent::PlanSvar]);
    }
    assert!(may(Rolle::Medarbejder, Relation::Own, State::Over, Intent::PlanSvar));
    never(Rolle::Medarbejder, &[Intent::TtaPlan]);
    // Another unit's HR is a stranger, and the whole workplace is for those who have all of it.
    for state in State::ALL {
        assert!(Intent::ALL.iter().all(|i| !may(Rolle::Hr, Relation::OtherUnit, *state, *i)));
    }
    assert!(!may(Rolle::Hr, Relation::SomeUnits, State::NoForloeb, Intent::Import));
    assert!(!may(Rolle::Revisor, Relation::SomeUnits, State::NoForloeb, Intent::Log));
}
