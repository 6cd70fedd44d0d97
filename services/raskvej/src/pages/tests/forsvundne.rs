//! What is not in payroll any more: HR is asked, sees what each answer means before it is given, and is asked once.

use ::forloeb::Aktoer;
use ::forloeb::command::DomainCommand;
use ::forloeb::haendelse::Forsvundet;
use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use serde_json::json;

use super::arbejdsplads::{Arbejdsplads, LEDER, SYG, TR};
use crate::access::User;
use crate::commands::{Call, Refusal, forsvundet};

async fn told(sted: &Arbejdsplads, nr: &str, command: DomainCommand) {
    sted.app.execute(nr, &command, &Aktoer::system("import"), None).await.unwrap();
}

fn key(page: &str, form: &str) -> String {
    let mut keys = page.split("name=\"noegle\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    keys.find(|key| key.ends_with(form)).unwrap().to_owned()
}

#[tokio::test]
async fn hr_says_what_becomes_of_an_absence_that_is_gone() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    assert!(hr.fetch("/hr/forsvundne").await.tekst.contains("Intet venter på svar."));
    assert!(!hr.fetch("/hr").await.tekst.contains("/hr/forsvundne"));
    let registrering = sted.forloeb;
    let gone = DomainCommand::FravaerGone { registrering, stand: Forsvundet::Meldt, sidste: None };
    told(&sted, SYG, gone).await;
    assert!(hr.fetch("/hr").await.tekst.contains("1 er ikke længere i lønsystemet"));
    let list = hr.fetch("/hr/forsvundne").await.tekst;
    assert!(list.contains("Fravær fra") && list.contains(&format!("/forloeb/{registrering}")), "{list}");
    let path = format!("/hr/forsvundne?medarbejder_nr={}&amp;registrering={registrering}", sted.place(SYG));
    assert!(list.contains(&path) || list.contains(&path.replace("&amp;", "&#38;")), "{list}");
    let page = hr.fetch(&path.replace("&amp;", "&")).await.tekst;
    for said in ["Fraværet er slut", "Fraværet var en fejl", "Filen tager fejl", "Annuller fraværet"] {
        assert!(page.contains(said), "{said}");
    }
    let body = |form: &str, rest: &str| {
        let key = key(&page, form);
        format!("medarbejder_nr={SYG}&registrering={registrering}&formular={form}&udfald={form}&noegle={key}{rest}")
    };
    // Who may not read files in may not answer either.
    let leder = sted.acting_as(Rolle::Leder).await;
    let refused = leder.send("/hr/forsvundne", &body("annulleret", "")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.tekst.contains("Det, du sendte, er ikke gemt."), "{}", refused.tekst);
    assert!(!leder.fetch("/hr/forsvundne").await.tekst.contains("ikke gemt"), "who sent nothing is told nothing of it");
    let refused = hr.send("/hr/forsvundne", &body("afsluttet", "&dato=2020-01-01")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.tekst.contains("Fejl") && refused.tekst.contains("2020-01-01"), "what was typed is kept");
    for _ in 0..2 {
        let answer = hr.send("/hr/forsvundne", &body("annulleret", "")).await;
        assert_eq!((answer.status, answer.sted()), (StatusCode::SEE_OTHER, "/hr/forsvundne?ok=forsvundet"));
    }
    assert!(hr.fetch("/hr/forsvundne?ok=forsvundet").await.tekst.contains("Intet venter på svar."));
    let history = hr.fetch(&format!("/forloeb/{registrering}")).await.tekst;
    assert!(history.contains("Fraværet er ikke længere i lønsystemets fil."), "{history}");
    assert!(history.contains("Fraværet er annulleret: lønsystemet har det ikke længere."));
}

#[tokio::test]
async fn a_leader_who_is_gone_is_no_leader_until_hr_says_that_they_are_there() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    assert!(!hr.fetch("/").await.tekst.contains("Leder mangler"));
    told(&sted, LEDER, DomainCommand::MedarbejderGone { stand: Forsvundet::Meldt, fratraadt: None }).await;
    assert!(hr.fetch("/").await.tekst.contains("Leder mangler"));
    let page = hr.fetch(&format!("/hr/forsvundne?medarbejder_nr={LEDER}")).await.tekst;
    assert!(page.contains("som er leder") && !page.contains("Annuller"), "{page}");
    let body = format!("medarbejder_nr={LEDER}&formular=beholdt&udfald=beholdt&noegle={}", key(&page, "beholdt"));
    assert_eq!(hr.send("/hr/forsvundne", &body).await.status, StatusCode::SEE_OTHER);
    assert!(!hr.fetch("/").await.tekst.contains("Leder mangler"));
}

#[tokio::test]
async fn nobody_in_hr_says_what_becomes_of_their_own_absence() {
    let sted = Arbejdsplads::open().await;
    let gone = DomainCommand::FravaerGone { registrering: sted.forloeb, stand: Forsvundet::Meldt, sidste: None };
    told(&sted, SYG, gone).await;
    let given = json!({ "medarbejder_nr": SYG, "registrering": sted.forloeb, "udfald": "annulleret" });
    let answer = async |nr: &str| {
        let caller = User::new(Rolle::Hr, Some(nr.to_owned()));
        let call = Call { caller: &caller, forloeb: None, given: &given, if_version: None, once: None };
        forsvundet::ENTRY.run(&sted.app, call).await
    };
    let before = sted.app.log.head();
    let refused = answer(SYG).await.map(drop).unwrap_err();
    assert!(matches!(&refused, Refusal::Fields(wrong) if wrong[0].path == "medarbejder_nr"), "{refused:?}");
    assert_eq!(sted.app.log.head(), before, "nothing was written");
    assert!(answer(TR).await.is_ok(), "a colleague may");
}
