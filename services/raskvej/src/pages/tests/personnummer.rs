//! What was written before a personnummer was corrected, and what cannot be opened at all.

use ::forloeb::Aktoer;
use ::forloeb::command::{Act, DomainCommand};
use ::forloeb::haendelse::{Ciphertext, StamdataRegistreret, TtaEvalueret};
use ::forloeb::tta::Plan;
use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, NAME, SYG};
use crate::access::User;
use crate::keys::Confidential;
use crate::sealed::{Personoplysninger, open, seal};
use crate::views::plan::show_plan;

const PLAN: &str = "koordinator=10002&trin-0-fra=2026-02-16&trin-0-timer=20&trin-0-ind=Kontor&trin-0-hensyn=Ingen+trapper\
                    &besked=Tilbage+p%C3%A5+nedsat+tid&tiltag-viden=Kursus";

/// Payroll corrects the personnummer of the one who is ill; what it tells of her is sealed anew, or told no more.
async fn ret_personnummer(sted: &Arbejdsplads, cpr: &str, with_details: bool) {
    let app = &sted.app;
    let person = app.keys.persons([&Confidential::new(cpr.to_owned())]).unwrap()[0];
    let (stamdata, details) = {
        let (whose, sealed) =
            app.projections().confidential(SYG).map(|(whose, sealed)| (whose, sealed.clone())).unwrap();
        let details: Personoplysninger = open(&app.keys, [whose], &sealed).unwrap();
        (Box::new(app.projections().stamdata(SYG).unwrap().clone()), details)
    };
    let details = Personoplysninger { cpr: Confidential::new(cpr.to_owned()), ..details };
    let confidential = with_details.then(|| seal(&app.keys, person, &details).unwrap());
    let command = DomainCommand::RegistrerStamdata(Box::new(StamdataRegistreret {
        stamdata,
        confidential,
        person,
        gaelder_fra: None,
    }));
    app.execute(SYG, &command, &Aktoer::system("import"), None).await.unwrap();
}

#[tokio::test]
async fn what_was_written_before_a_personnummer_was_corrected_can_still_be_read() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let forloeb = format!("/forloeb/{}", sted.forloeb);
    let path = format!("{forloeb}/plan");
    assert_eq!(leder.send_shown(&path, PLAN).await.status, StatusCode::SEE_OTHER);
    let evaluer = "dato=2026-02-06&konklusion=Det+g%C3%A5r+godt";
    assert_eq!(leder.send(&format!("{path}/evaluering"), evaluer).await.status, StatusCode::SEE_OTHER);
    let ret = "felt=foerste_fravaersdag&ny_vaerdi=6.1.2026&begrundelse=Tastefejl";
    assert_eq!(leder.send(&format!("{forloeb}/rettelse"), ret).await.status, StatusCode::SEE_OTHER);
    for (cpr, with_details) in [("10010-rettet", true), ("10010-igen", false)] {
        ret_personnummer(&sted, cpr, with_details).await;
    }

    let page = leder.fetch(&path).await.tekst;
    assert!(page.contains("Opgaver: Kontor") && page.contains("Hensyn: Ingen trapper"), "{page}");
    for felt in ["Kontor", "Ingen trapper", "Tilbage på nedsat tid", "Kursus"] {
        assert!(page.contains(&format!(">{felt}</textarea>")), "{felt} is not in the form that makes the next version");
    }
    let history = leder.fetch(&forloeb).await.tekst;
    assert!(history.contains("Det går godt") && history.contains("Tastefejl"));
    assert!(history.contains("Åse Ærlig"), "the name is sealed for the person before the newest");
    let mig = sted.acting_as(Rolle::Medarbejder).await.fetch("/mig").await.tekst;
    assert!(mig.contains("Tilbage på nedsat tid") && mig.contains("Det går godt"));
    let hr = User::new(Rolle::Hr, None);
    let f = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap();
    let plan = show_plan(&sted.app, &hr, &f, 1).unwrap();
    assert_eq!((plan.trin[0].opgaver_ind.as_slice(), plan.kan_ikke_aabnes), (&["Kontor".to_owned()][..], false));
    let ark = sted.acting_as(Rolle::Hr).await.fetch(&format!("{forloeb}/anmeldelse-ark")).await.tekst;
    assert!(ark.contains("10010-rettet"), "the newest number that payroll told");
    let name = sted.app.details(SYG).unwrap().unwrap().name;
    assert_eq!(name.show(), NAME);
}

#[tokio::test]
async fn what_cannot_be_opened_is_not_empty_and_is_not_overwritten() {
    let sted = Arbejdsplads::open().await;
    let path = format!("/forloeb/{}", sted.forloeb);
    let damaged = || Ciphertext("AAAA".to_owned());
    let plan = Plan { koordinator: Some("10002".to_owned()), ..Plan::default() };
    let dato = "2026-02-06".parse().unwrap();
    let evalueret = TtaEvalueret { forloeb: sted.forloeb, dato, virkninger: Vec::new(), confidential: Some(damaged()) };
    for act in [Act::PutPlan { plan, aftalt: true, confidential: damaged() }, Act::EvaluerPlan(evalueret)] {
        let command = DomainCommand::Forloeb { id: sted.forloeb, if_version: None, act };
        sted.app.execute(SYG, &command, &Aktoer::system("prøve"), None).await.unwrap();
    }
    let leder = sted.acting_as(Rolle::Leder).await;
    let page = leder.fetch(&format!("{path}/plan")).await.tekst;
    assert!(page.contains("Planens tekst kan ikke åbnes."), "{page}");
    assert!(!page.contains("Se planen, før den gemmes"), "saved as it stands it would lose the words");
    assert!(page.contains("Gem evalueringen"));
    assert!(leder.fetch(&path).await.tekst.contains("(teksten kan ikke åbnes)"));
    assert!(
        sted.acting_as(Rolle::Medarbejder).await.fetch("/mig").await.tekst.contains("Planens tekst kan ikke åbnes.")
    );
    let revisor = sted.acting_as(Rolle::Revisor).await.fetch(&format!("{path}/plan")).await.tekst;
    assert!(!revisor.contains("kan ikke åbnes"), "the auditor may not see the words, whether they open or not");
}
