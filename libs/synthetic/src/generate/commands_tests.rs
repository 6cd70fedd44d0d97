//! The invented workplaces go straight to the domain: no million events would be made in time through an open folder. What
//! people do there is held against the list of commands here. Nobody chooses a deputy there, has a mail sent again or
//! lays down a policy, and nobody gives a command that came later until somebody invents who would.

use std::collections::BTreeSet;

use app::commands::ALL;

use super::Choices;
use super::tests::make;

/// What stands in the log of an invented workplace because people there give this command.
const GIVEN: [(&str, &str); 40] = [
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
    ("kontaktforsoeg", "KontaktForsoegt"),
    ("oensker", "OenskerRegistreret"),
    ("kontaktperson", "KontaktpersonValgt"),
    ("samtale-svar", "SamtaleBesvaret"),
    ("referat", "ReferatSkrevet"),
    ("aftale", "AftaleAfgjort"),
    ("fastholdelsesplan", "FastholdelsesplanAnmodet"),
    ("fastholdelsessvar", "FastholdelsesplanBesvaret"),
    ("mulighedserklaering", "MulighedserklaeringRegistreret"),
    ("forventet-slut", "SlutForventet"),
    ("foranstaltning", "ForanstaltningRegistreret"),
    ("arbejdsaarsag", "ArbejdsaarsagSagt"),
    ("afventer", "ForloebAfventer"),
    ("paamindelse", "PaamindelseBestilt"),
    ("overtagelse", "OvertagelseBesvaret"),
    ("leder-beholdt", "LederBeholdt"),
    ("forkert-leder", "LederBestridt"),
    ("tta-plan-egne-ord", "TtaEgneOrdSkrevet"),
    ("tta-plan-svar", "TtaPlanBesvaret"),
    ("tta-plan-besked", "TtaBeskedBesvaret"),
    ("tta-plan-delt", "TtaPlanDelt"),
    ("tta-plan-ikke-noedvendig", "TtaPlanUndtaget"),
];

#[tokio::test]
async fn people_in_an_invented_workplace_give_commands_of_the_list() {
    let til = "2026-11-20".parse().unwrap();
    let choices = Choices { medarbejdere: 1200, distrikter: 1, aar: 2, seed: 6, til, haendelser: None };
    let (_folder, made) = make(&choices).await;
    let count = |event: &str| made.count.get(event).copied().unwrap_or(0);
    let asked: BTreeSet<&str> = ALL.iter().map(|entry| entry.name).collect();
    let unknown: Vec<_> = GIVEN.iter().filter(|(name, _)| !asked.contains(name)).collect();
    assert!(unknown.is_empty(), "no command of the list: {unknown:?}");
    let not_given: Vec<_> = GIVEN.iter().filter(|(_, event)| count(event) == 0).collect();
    assert!(not_given.is_empty(), "nobody gives these any more: {not_given:?}");
}
