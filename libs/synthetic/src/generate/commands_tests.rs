//! The invented workplaces go straight to the domain: no million events would be made in time through an open folder. What
//! people do there is held against the list of commands here. Nobody chooses a deputy there, has a mail sent again or
//! lays down a policy, and nobody gives a command that came later until somebody invents who would.

use std::collections::BTreeSet;
use std::path::Path;

use app::commands::ALL;
use app::commands::tta_plan::kladde;
use app::projections::ANSAETTELSE;
use eventlog::Recorded;
use forloeb::Haendelse;
use forloeb::words::Opfoelgningsart;

use super::Choices;
use super::tests::{make, open_folder, read};

/// What stands in the log of an invented workplace because people there give this command.
const GIVEN: [(&str, &str); 43] = [
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
    ("opfoelgning", "OpfoelgningRegistreret"),
    ("omsorgskollega", "OmsorgskollegaValgt"),
    ("signalbrev", "SignalbrevOensket"),
];

#[tokio::test]
async fn people_in_an_invented_workplace_give_commands_of_the_list() {
    let til = "2026-11-20".parse().unwrap();
    let choices = Choices { medarbejdere: 1200, distrikter: 1, aar: 2, seed: 6, til, haendelser: None };
    let (folder, made) = make(&choices).await;
    let count = |event: &str| made.count.get(event).copied().unwrap_or(0);
    let asked: BTreeSet<&str> = ALL.iter().map(|entry| entry.name).collect();
    let unknown: Vec<_> = GIVEN.iter().filter(|(name, _)| !asked.contains(name)).collect();
    assert!(unknown.is_empty(), "no command of the list: {unknown:?}");
    let not_given: Vec<_> = GIVEN.iter().filter(|(_, event)| count(event) == 0).collect();
    assert!(not_given.is_empty(), "nobody gives these any more: {not_given:?}");
    let all = read(folder.path()).await;
    every_follow_up_is_held(&all);
    whom_they_choose_is_a_kollega(&all);
    a_plan_that_is_begun_can_be_gone_on_with(folder.path()).await;
}

fn haendelser(all: &[Recorded]) -> impl Iterator<Item = (&str, Haendelse)> {
    let read = |r: &Recorded| forloeb::form::read(&r.kind, r.form, &r.body).unwrap();
    all.iter().map(move |r| (r.stream.as_str().strip_prefix(ANSAETTELSE).unwrap(), read(r)))
}

fn every_follow_up_is_held(all: &[Recorded]) {
    let held: BTreeSet<Opfoelgningsart> = haendelser(all)
        .filter_map(|(_, h)| if let Haendelse::OpfoelgningRegistreret(h) = h { Some(h.art) } else { None })
        .collect();
    let every: BTreeSet<Opfoelgningsart> = Opfoelgningsart::ALL.iter().copied().collect();
    assert_eq!(held, every);
}

/// 1200 employees in 30 units of 40: whoever has a number is in the unit that it says, and the first of each leads it. Nobody
/// lets themself be rung by their leader, and only leaders want the mail of the week.
fn whom_they_choose_is_a_kollega(all: &[Recorded]) {
    let place = |nr: &str| nr.parse::<u32>().unwrap() - crate::FOERSTE_NR;
    let (mut chosen, mut taken_back) = (0, 0);
    for (nr, haendelse) in haendelser(all) {
        if let Haendelse::OmsorgskollegaValgt(h) = haendelse {
            let Some(kollega) = h.kollega_nr.as_deref().map(place) else {
                taken_back += 1;
                continue;
            };
            let own = place(nr);
            assert_eq!((kollega / 40, kollega == own, kollega % 40 == 0), (own / 40, false, false), "{nr}");
            chosen += 1;
        } else if let Haendelse::SignalbrevOensket(_) = haendelse {
            assert_eq!(place(nr) % 40, 0, "{nr} leads nobody");
        }
    }
    assert!(taken_back > 0 && chosen > taken_back, "{chosen} chosen, {taken_back} taken back");
}

/// What is sealed is what the plan's command was given: the page shows it again.
async fn a_plan_that_is_begun_can_be_gone_on_with(folder: &Path) {
    let app = open_folder(folder).await;
    let numbers: Vec<String> = app.projections().numbers().map(str::to_owned).collect();
    let mut begun = 0;
    for nr in &numbers {
        for f in app.forloeb_for(nr).await.unwrap() {
            if let Some(read) = kladde(&app, &f) {
                assert!(read.unwrap().aftalt.is_some());
                begun += 1;
            }
        }
    }
    assert!(begun > 0, "nobody has a plan that is not made yet");
}
