//! What is sealed and cannot be shown: the reason is said where the text would have been, and nothing is written over it
//! without a word.

use ::forloeb::Aktoer;
use ::forloeb::command::{Act, DomainCommand};
use ::forloeb::haendelse::{Ciphertext, TtaEvalueret};
use ::forloeb::tta::Plan;
use ::forloeb::words::{Rolle, Sletningsgrund};

use super::arbejdsplads::{Arbejdsplads, SYG};
use crate::access::User;
use crate::commands::typed::given;
use crate::commands::{Call, Left, Refusal, tta_plan};
use crate::pages::parts::plan::unopened;
use crate::sealed::{Indkaldelse, Konklusion, OpenError, PlanTekster, Sealed, seal};
use crate::terminal::replay::haendelse_json;
use crate::views::plan::show_plan;

const SECRET: &str = "hemmeligt";
const HR: User = User::new(Rolle::Hr, None);

const FAULTS: [OpenError; 5] =
    [OpenError::Erased, OpenError::NoKey, OpenError::Damaged, OpenError::NewerForm, OpenError::OtherKind];

/// A payload as it is, or with what is wrong with it written into it.
fn sealed<T: Sealed>(sted: &Arbejdsplads, fault: OpenError, payload: &T) -> Ciphertext {
    let keys = &sted.app.keys;
    let person = sted.app.projections().person(SYG).unwrap();
    match fault {
        OpenError::Erased | OpenError::NoKey => seal(keys, person, payload).unwrap(),
        OpenError::Damaged => {
            let mut text = seal(keys, person, payload).unwrap().0;
            let last = if text.pop() == Some('A') { 'Q' } else { 'A' };
            text.push(last);
            Ciphertext(text)
        }
        OpenError::NewerForm => keys.seal(person, br#"{"form":9,"hvad":{"hemmeligt":true}}"#).unwrap(),
        OpenError::OtherKind => seal(
            keys,
            person,
            &Indkaldelse { sted: SECRET.to_owned(), deltagere: Vec::new(), formaal: None, brev: None },
        )
        .unwrap(),
    }
}

/// A plan and a conclusion with that fault.
async fn with(fault: OpenError) -> Arbejdsplads {
    let sted = Arbejdsplads::open().await;
    let plan = Plan { koordinator: Some("10002".to_owned()), ..Plan::default() };
    let words = PlanTekster { besked: Some(SECRET.to_owned()), ..PlanTekster::default() };
    let confidential = sealed(&sted, fault, &words);
    let conclusion =
        Some(sealed(&sted, fault, &Konklusion { konklusion: Some(SECRET.to_owned()), ..Konklusion::default() }));
    let dato = "2026-02-06".parse().unwrap();
    let evaluated = TtaEvalueret { forloeb: sted.forloeb, dato, virkninger: Vec::new(), confidential: conclusion };
    for act in [Act::PutPlan { plan, aftalt: true, confidential }, Act::EvaluerPlan(evaluated)] {
        let command = DomainCommand::Forloeb { id: sted.forloeb, if_version: None, act };
        sted.app.execute(SYG, &command, &Aktoer::system("prøve"), None).await.unwrap();
    }
    match fault {
        OpenError::Erased => {
            let command = DomainCommand::ErasePerson { grund: Sletningsgrund::Anmodning, aarsag: String::new() };
            sted.app.execute(SYG, &command, &Aktoer::system("prøve"), None).await.unwrap();
            sted.app.erase_keys().await.unwrap();
        }
        OpenError::NoKey => {
            let person = sted.app.projections().person(SYG).unwrap();
            assert!(sted.app.keys.erase(person).unwrap());
        }
        OpenError::Damaged | OpenError::NewerForm | OpenError::OtherKind => {}
    }
    sted
}

#[tokio::test]
async fn each_fault_has_its_own_answer_in_the_history_the_plan_and_the_api() {
    for fault in FAULTS {
        let sted = with(fault).await;
        let path = format!("/forloeb/{}", sted.forloeb);
        // Of somebody who was erased a leader sees nothing any more; HR sees that it is so.
        let hr = sted.acting_as(Rolle::Hr).await;
        let history = hr.fetch(&path).await.tekst;
        assert!(history.contains(&format!("({fault})")), "{fault:?}: {history}");
        let plan = hr.fetch(&format!("{path}/plan")).await.tekst;
        assert!(plan.contains("Planens tekst kan ikke åbnes.") && plan.contains(unopened(fault)), "{fault:?}: {plan}");
        if fault.may_be_elsewhere() {
            assert!(
                !plan.contains("Se planen, før den gemmes"),
                "{fault:?}: saved as it stands it would lose the words"
            );
        }

        let f = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap();
        let api = serde_json::to_value(show_plan(&sted.app, &HR, &f, 1).unwrap()).unwrap();
        assert_eq!(api["kan_ikke_aabnes"], true, "{fault:?}");
        assert_eq!(api["kan_ikke_aabnes_fordi"], fault.code());
        let revisor = User::new(Rolle::Revisor, Some("10090".to_owned()));
        let unseen = serde_json::to_value(show_plan(&sted.app, &revisor, &f, 1).unwrap()).unwrap();
        assert_eq!(unseen["kan_ikke_aabnes"], false, "{fault:?}: the auditor may not see the words at all");
        assert!(unseen.get("kan_ikke_aabnes_fordi").is_none());

        let log = &sted.app.log;
        let events = log.read(0, usize::try_from(log.head().position).unwrap()).await.unwrap();
        let replay: Vec<String> = events.iter().map(|event| haendelse_json(event).unwrap()).collect();
        assert!(replay.iter().any(|line| line.contains("TtaPlanLagt")));
        assert!(replay.iter().all(|line| !line.contains("fortroligt") && !line.contains("begrundelse")), "{fault:?}");
        let shown = [history, plan, api.to_string(), unseen.to_string(), replay.concat()];
        assert!(shown.iter().all(|text| !text.contains(SECRET)), "{fault:?}");
    }
}

#[tokio::test]
async fn a_plan_is_not_saved_over_words_that_may_still_be_somewhere() {
    for fault in FAULTS.into_iter().filter(|fault| !matches!(fault, OpenError::Erased | OpenError::NoKey)) {
        let sted = with(fault).await;
        let save = async |erstat_ulaeselig: Option<bool>| {
            let given = given([("aftalt", "Fire dage".into()), ("erstat_ulaeselig", erstat_ulaeselig.into())]);
            let forloeb = Some(sted.forloeb);
            let call = Call { caller: &HR, forloeb, given: &given, if_version: None, once: None };
            tta_plan::ENTRY.run(&sted.app, call).await
        };
        for not in [None, Some(false)] {
            let refused = save(not).await.unwrap_err();
            let Refusal::Fields(wrong) = refused else { panic!("{fault:?}: {refused:?}") };
            assert_eq!(wrong[0].path, "erstat_ulaeselig");
        }
        let Left::Forloeb { id, after } = save(Some(true)).await.unwrap().left else { panic!("it is about a forløb") };
        let saved = after.find(id).unwrap().plan().unwrap().what.clone();
        assert_eq!(saved.version, 2);
        let f = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap();
        let old = show_plan(&sted.app, &HR, &f, 1).unwrap();
        assert_eq!(old.unopened, Some(fault), "the earlier version stays as it was");
    }
}
