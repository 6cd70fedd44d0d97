//! What was written before a personnummer was corrected, and what cannot be opened at all.

use ::forloeb::Aktoer;
use ::forloeb::haendelse::{Forseglet, StamdataRegistreret, TtaEvalueret};
use ::forloeb::kommando::{Handling, Kommando};
use ::forloeb::ord::Rolle;
use ::forloeb::tta::Plan;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, NAVN, SYG};
use crate::adgang::Bruger;
use crate::noegler::Fortrolig;
use crate::sealed::{Personoplysninger, open, seal};
use crate::views::plan::vis_plan;

const PLAN: &str = "koordinator=10002&trin-0-fra=2026-02-16&trin-0-timer=20&trin-0-ind=Kontor&trin-0-hensyn=Ingen+trapper\
                    &besked=Tilbage+p%C3%A5+nedsat+tid&godkendt=ja&tiltag-viden=Kursus";

/// Payroll corrects the personnummer of the one who is ill; what it tells of her is sealed anew, or told no more.
async fn ret_personnummer(sted: &Arbejdsplads, cpr: &str, med_oplysninger: bool) {
    let kerne = &sted.kerne;
    let person = kerne.noegler.person(&Fortrolig::ny(cpr.to_owned()));
    kerne.noegler.opret(&[person]).unwrap();
    let (stamdata, oplysninger) = {
        let vis = kerne.vis();
        let (hvis, forseglet) = vis.fortroligt(SYG).unwrap();
        let oplysninger: Personoplysninger = open(&kerne.noegler, [hvis], forseglet).unwrap();
        (Box::new(vis.stamdata(SYG).unwrap().clone()), oplysninger)
    };
    let oplysninger = Personoplysninger { cpr: Fortrolig::ny(cpr.to_owned()), ..oplysninger };
    let fortroligt = med_oplysninger.then(|| seal(&kerne.noegler, person, &oplysninger).unwrap());
    let kommando = Kommando::RegistrerStamdata(Box::new(StamdataRegistreret { stamdata, fortroligt, person }));
    kerne.udfoer(SYG, &kommando, &Aktoer::system("import"), None).await.unwrap();
}

#[tokio::test]
async fn det_der_blev_skrevet_foer_et_personnummer_blev_rettet_kan_stadig_laeses() {
    let sted = Arbejdsplads::aabn().await;
    let leder = sted.som(Rolle::Leder).await;
    let forloeb = format!("/forloeb/{}", sted.forloeb);
    let sti = format!("{forloeb}/plan");
    assert_eq!(leder.send(&sti, PLAN).await.status, StatusCode::SEE_OTHER);
    let evaluer = "dato=2026-02-06&konklusion=Det+g%C3%A5r+godt";
    assert_eq!(leder.send(&format!("{sti}/evaluering"), evaluer).await.status, StatusCode::SEE_OTHER);
    let ret = "felt=foerste_fravaersdag&ny_vaerdi=6.1.2026&begrundelse=Tastefejl";
    assert_eq!(leder.send(&format!("{forloeb}/rettelse"), ret).await.status, StatusCode::SEE_OTHER);
    for (cpr, med_oplysninger) in [("10010-rettet", true), ("10010-igen", false)] {
        ret_personnummer(&sted, cpr, med_oplysninger).await;
    }

    let side = leder.hent(&sti).await.tekst;
    assert!(side.contains("Opgaver: Kontor") && side.contains("Hensyn: Ingen trapper"), "{side}");
    for felt in ["Kontor", "Ingen trapper", "Tilbage på nedsat tid", "Kursus"] {
        assert!(side.contains(&format!(">{felt}</textarea>")), "{felt} is not in the form that makes the next version");
    }
    let historik = leder.hent(&forloeb).await.tekst;
    assert!(historik.contains("Det går godt") && historik.contains("Tastefejl"));
    assert!(historik.contains("Åse Ærlig"), "the name is sealed for the person before the newest");
    let mig = sted.som(Rolle::Medarbejder).await.hent("/mig").await.tekst;
    assert!(mig.contains("Tilbage på nedsat tid") && mig.contains("Det går godt"));
    let hr = Bruger { rolle: Rolle::Hr, nr: None };
    let _laan = sted.kerne.laan_forloeb(sted.forloeb).await.unwrap();
    let plan = vis_plan(&sted.kerne, &hr, sted.forloeb, 1).unwrap();
    assert_eq!((plan.trin[0].opgaver_ind.as_slice(), plan.kan_ikke_aabnes), (&["Kontor".to_owned()][..], false));
    let ark = sted.som(Rolle::Hr).await.hent(&format!("{forloeb}/anmeldelse-ark")).await.tekst;
    assert!(ark.contains("10010-rettet"), "the newest number that payroll told");
    let navn = sted.kerne.vis().oplysninger(&sted.kerne.noegler, SYG).unwrap().unwrap().navn;
    assert_eq!(navn.vis(), NAVN);
}

#[tokio::test]
async fn det_der_ikke_kan_aabnes_er_ikke_tomt_og_skrives_ikke_over() {
    let sted = Arbejdsplads::aabn().await;
    let sti = format!("/forloeb/{}", sted.forloeb);
    let beskadiget = || Forseglet("AAAA".to_owned());
    let plan = Plan { koordinator: Some("10002".to_owned()), ..Plan::default() };
    let dato = "2026-02-06".parse().unwrap();
    let evalueret = TtaEvalueret { forloeb: sted.forloeb, dato, fortroligt: Some(beskadiget()) };
    for handling in [Handling::LaegPlan { plan, fortroligt: beskadiget() }, Handling::EvaluerPlan(evalueret)] {
        let kommando = Kommando::Forloeb { id: sted.forloeb, hvis_version: None, handling };
        sted.kerne.udfoer(SYG, &kommando, &Aktoer::system("prøve"), None).await.unwrap();
    }
    let leder = sted.som(Rolle::Leder).await;
    let side = leder.hent(&format!("{sti}/plan")).await.tekst;
    assert!(side.contains("Planens tekst kan ikke åbnes."), "{side}");
    assert!(!side.contains("Gem som ny version"), "saved as it stands it would lose the words");
    assert!(side.contains("Gem evalueringen"));
    assert!(leder.hent(&sti).await.tekst.contains("(teksten kan ikke åbnes)"));
    assert!(sted.som(Rolle::Medarbejder).await.hent("/mig").await.tekst.contains("Planens tekst kan ikke åbnes."));
    let revisor = sted.som(Rolle::Revisor).await.hent(&format!("{sti}/plan")).await.tekst;
    assert!(!revisor.contains("kan ikke åbnes"), "the auditor may not see the words, whether they open or not");
}
