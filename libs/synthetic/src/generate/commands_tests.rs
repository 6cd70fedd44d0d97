//! The invented workplaces go straight to the domain: no million events would be made in time through an open folder. What
//! they are asked to do is held against the list of commands here, so that a new command is not forgotten in them.

use std::collections::BTreeSet;

use app::commands::ALL;

use super::Choices;
use super::tests::make;

/// What stands in the log of an invented workplace because people there give this command.
const GIVEN: [(&str, &str); 18] = [
    ("sygemelding", "FravaerRegistreret"),
    ("foerste-kontakt", "FoersteKontaktHoldt"),
    ("samtale-indkaldelse", "SamtaleIndkaldt"),
    ("samtale", "SamtaleRegistreret"),
    ("fast-track", "FastTrackBesluttet"),
    ("otte-uger", "OtteUgerRegistreret"),
    ("arbejdsskade", "ArbejdsskadeAnmeldt"),
    ("anmeldelse", "AnmeldelseRegistreret"),
    ("refusionsanmodning", "RefusionAnmodet"),
    ("raskmelding", "Raskmeldt"),
    ("delvis", "DelvisRegistreret"),
    ("rettelse", "VarighedRettet"),
    ("tildeling", "ForloebTildelt"),
    ("lederskifte", "LederSkiftet"),
    ("afslutning", "ForloebAfsluttet"),
    ("annullering", "ForloebAnnulleret"),
    ("tta-plan", "TtaPlanLagt"),
    ("tta-evaluering", "TtaEvalueret"),
];

/// What nobody asks for there, and why.
const NEVER: [(&str, Option<&str>, &str); 4] = [
    ("kontaktperson", Some("KontaktpersonValgt"), "everybody is content with TR and AMR, who are the usual ones"),
    ("stedfortraeder", Some("StedfortraederUdpeget"), "a leader who is away has a leader, who gets the mails"),
    ("send-igen", Some("PaamindelseSendesIgen"), "the mail server there refuses nobody for good"),
    ("politik", None, "the rules are those that the generator is given, and what is measured is comparable"),
];

#[tokio::test]
async fn every_command_is_given_in_an_invented_workplace_or_there_is_a_reason() {
    let til = "2026-11-20".parse().unwrap();
    let choices = Choices { medarbejdere: 1200, distrikter: 1, aar: 2, seed: 6, til, haendelser: None };
    let (_folder, made) = make(&choices).await;
    let count = |event: &str| made.count.get(event).copied().unwrap_or(0);
    let said: BTreeSet<&str> =
        GIVEN.iter().map(|(name, _)| *name).chain(NEVER.iter().map(|(name, ..)| *name)).collect();
    let all: BTreeSet<&str> = ALL.iter().map(|entry| entry.name).collect();
    assert_eq!(said, all, "what is said here is not what can be asked for");
    let not_given: Vec<_> = GIVEN.iter().filter(|(_, event)| count(event) == 0).collect();
    assert!(not_given.is_empty(), "nobody gives these any more: {not_given:?}");
    for (name, event, why) in NEVER {
        let given = event.map_or(0, count);
        assert_eq!(given, 0, "{name} is given now, though {why}: move it to GIVEN");
    }
}
