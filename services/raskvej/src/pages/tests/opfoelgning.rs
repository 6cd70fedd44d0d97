//! The follow-up after the return: its form asks by what was done in the case, and what was found out is shown again.

use ::forloeb::command::{Act, DomainCommand};
use ::forloeb::frister::assess;
use ::forloeb::haendelse::{ArbejdsaarsagSagt, ForanstaltningRegistreret, Raskmeldt};
use ::forloeb::tta::{Plan, Plantrin, Skaanehensyn};
use ::forloeb::words::{Arbejdsmiljoeaarsag, Princip, Rolle};
use ::forloeb::{Aktoer, Forloeb, Regelbog};
use app::workplace::day;
use serde_json::json;

use super::arbejdsplads::{Arbejdsplads, SYG};
use crate::access::User;
use crate::commands::form::Form;
use crate::commands::{self, Call, CommandContext, opfoelgning, opfoelgning_retur};
use crate::sealed::{Foranstaltning, PlanTekster, Sealed, TrinTexts, seal};

const HR: User = User::new(Rolle::Hr, None);

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn sealed<T: Sealed>(sted: &Arbejdsplads, payload: &T) -> ::forloeb::haendelse::Ciphertext {
    let person = sted.app.projections().person(SYG).unwrap();
    seal(&sted.app.keys, person, payload).unwrap()
}

async fn act(sted: &Arbejdsplads, act: Act) {
    let command = DomainCommand::Forloeb { id: sted.forloeb, if_version: None, act };
    sted.app.execute(SYG, &command, &Aktoer::system("prøve"), None).await.unwrap();
}

/// With a plan: no heavy lifting until Friday 6 March, a screen of their own for good, short days until Friday 27 February, and a
/// new chair. Colleagues may be told.
async fn with_plan() -> Arbejdsplads {
    let sted = Arbejdsplads::open().await;
    let step = Plantrin {
        fra: day("2026-02-02"),
        til: Some(day("2026-02-27")),
        timer_pr_uge: 20.0,
        dage: Vec::new(),
        principper: Vec::new(),
        skema: Vec::new(),
    };
    let plan = Plan {
        trin: vec![step],
        skaanehensyn: vec![Skaanehensyn { til: Some(day("2026-03-06")) }, Skaanehensyn { til: None }],
        tiltag: vec![Princip::Safety],
        besked_godkendt: Some(true),
        ..Plan::default()
    };
    let texts = PlanTekster {
        trin: vec![TrinTexts { hensyn: words(&["Korte dage"]), ..TrinTexts::default() }],
        skaanehensyn: words(&["Ingen tunge løft", "Egen skærm"]),
        tiltag: words(&["Ny stol"]),
        besked: Some("Tilbage på nedsat tid".to_owned()),
        ..PlanTekster::default()
    };
    let confidential = sealed(&sted, &texts);
    act(&sted, Act::PutPlan { plan, aftalt: true, confidential }).await;
    sted
}

/// Back today: Thursday 5 February was the last day, the 32nd.
async fn back(sted: &Arbejdsplads) {
    act(sted, Act::Raskmeld(Raskmeldt { forloeb: sted.forloeb, sidste_fravaersdag: day("2026-02-05") })).await;
}

/// The form that somebody is offered, by the rules that are shipped: those of the workplace here follow up on no return.
async fn form(sted: &Arbejdsplads, caller: &User) -> Option<Form> {
    let f = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap();
    let (today, shipped) = (sted.app.clock.today(), Regelbog::built_in());
    let f = Forloeb { regler: shipped.in_force(f.foerste).clone(), ..(*f).clone() };
    let v = assess(&f, today, &shipped);
    let all = commands::forms(&CommandContext::new(&sted.app, caller), &f, &v);
    all.into_iter().flat_map(|(_, forms)| forms).find(|form| form.name == opfoelgning_retur::FORM)
}

/// What it asks, without what every follow-up asks.
fn asked(form: &Form) -> Vec<&str> {
    let of_all = ["art", "dato", "udfald", "aftalt", "proevet.12.tekst", "proevet.12.virkning"];
    let own = form.fields.iter().filter(|felt| !of_all.contains(&felt.name) && !felt.label.is_empty());
    own.map(|felt| &*felt.label).collect()
}

#[tokio::test]
async fn after_a_return_without_anything_done_nothing_but_the_ordinary_is_asked() {
    let sted = Arbejdsplads::open().await;
    assert!(form(&sted, &HR).await.is_none(), "nobody has come back");
    back(&sted).await;
    let form = form(&sted, &HR).await.unwrap();
    assert_eq!(asked(&form), [""; 0]);
    assert!(!form.help.contains("Hensynene"), "{}", form.help);
}

#[tokio::test]
async fn the_form_asks_by_what_was_done_in_the_words_of_the_plan() {
    let sted = with_plan().await;
    let said = ArbejdsaarsagSagt {
        forloeb: sted.forloeb,
        dato: day("2026-02-02"),
        aarsag: Arbejdsmiljoeaarsag::Belastning,
        amr: false,
        arbejdsskade: None,
    };
    act(&sted, Act::SigArbejdsaarsag(said)).await;
    let confidential = sealed(&sted, &Foranstaltning("To på aftenvagten".to_owned()));
    let dato = day("2026-02-03");
    let done = ForanstaltningRegistreret { forloeb: sted.forloeb, dato, opfoelgning: None, confidential };
    act(&sted, Act::Forebyg(done)).await;
    back(&sted).await;
    let offered = form(&sted, &HR).await.unwrap();
    assert_eq!(
        asked(&offered),
        [
            "Korte dage (gælder til og med fredag den 27. februar 2026)",
            "Ingen tunge løft (gælder til og med fredag den 6. marts 2026)",
            "Egen skærm",
            "Ny stol",
            "Hjælper kollegerne, som det er aftalt?",
            "Hjælper det, der gøres på arbejdet?",
        ]
    );
    let measure = offered.fields.iter().find(|felt| felt.name == "foranstaltning").unwrap();
    assert_eq!(measure.help, "Besluttet tirsdag den 3. februar 2026: To på aftenvagten");
    let samarbejde = offered.fields.iter().find(|felt| felt.name == "samarbejde").unwrap();
    let codes: Vec<&str> = samarbejde.choices.iter().map(|choice| &*choice.code).collect();
    assert_eq!(codes, ["godt", "delvist", "ikke"]);
    // What somebody says nothing of is not told.
    let typed = [
        ("art", "efter_retur"),
        ("dato", "6.2.2026"),
        ("udfald", "holdt"),
        ("proevet.01.tekst", "Korte dage"),
        ("proevet.01.virkning", "hjalp"),
        ("proevet.02.tekst", "Ingen tunge løft"),
        ("proevet.02.virkning", ""),
        ("proevet.03.tekst", "Egen skærm"),
        ("proevet.12.tekst", "Telefonmøder"),
        ("proevet.12.virkning", "hjalp_ikke"),
        ("samarbejde", "delvist"),
        ("foranstaltning", ""),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let expected = json!({
        "art": "efter_retur", "dato": "2026-02-06", "udfald": "holdt", "samarbejde": "delvist",
        "proevet": [
            {"tekst": "Korte dage", "virkning": "hjalp"},
            {"tekst": "Telefonmøder", "virkning": "hjalp_ikke"},
        ],
    });
    assert_eq!(offered.given(&typed), expected);
    // Who may not register it is offered nothing, and who coordinates the plan or audits reads none of its words by it.
    for rolle in [Rolle::Revisor, Rolle::Koordinator, Rolle::Kontaktperson] {
        assert!(form(&sted, &User::new(rolle, Some("10002".to_owned()))).await.is_none(), "{rolle}");
    }
}

#[tokio::test]
async fn what_was_found_out_is_in_the_history_on_the_case_and_with_the_plan() {
    let sted = with_plan().await;
    back(&sted).await;
    let given = json!({
        "art": "efter_retur", "dato": "2026-02-06", "udfald": "holdt", "samarbejde": "delvist", "aftalt": ["Vi taler i marts"],
        "proevet": [{"tekst": "Korte dage", "virkning": "hjalp"}, {"tekst": "Ny stol", "virkning": "for_tidligt"}],
    });
    let call = Call { caller: &HR, forloeb: Some(sted.forloeb), given: &given, if_version: None, once: None };
    opfoelgning::ENTRY.run(&sted.app, call).await.unwrap();
    let path = format!("/forloeb/{}", sted.forloeb);
    let history = [
        "Opfølgning efter tilbagevenden holdt fredag den 6. februar 2026. Kollegerne hjælper delvist.",
        "Prøvet: Korte dage (det hjalp), Ny stol (for tidligt at sige); Vi taler i marts",
    ];
    let leder = sted.acting_as(Rolle::Leder).await;
    let page = leder.fetch(&path).await.tekst;
    let own = sted.acting_as(Rolle::Medarbejder).await.fetch("/mig").await.tekst;
    for said in history {
        assert!(page.contains(said), "{said}: {page}");
        assert!(own.contains(said), "{said}: {own}");
    }
    let fact =
        "fredag den 6. februar 2026: Korte dage: det hjalp; Ny stol: for tidligt at sige; Kollegerne hjælper delvist";
    assert!(page.contains("Sådan virker det") && page.contains(fact), "{page}");
    let plan = leder.fetch(&format!("{path}/plan")).await.tekst;
    assert!(plan.contains("fulgt op<ul><li>Korte dage: det hjalp</li><li>Ny stol: for tidligt at sige</li>"), "{plan}");
    let auditor = sted.acting_as(Rolle::Revisor).await.fetch(&path).await.tekst;
    assert!(auditor.contains("Noget, der er gjort: det hjalp") && !auditor.contains("Korte dage"), "{auditor}");
}
