//! Support options of a TTA plan: what a leader has to know of each stands beside it, on the form and on the plan.

use ::forloeb::words::{Rolle, Stoette};
use app::workplace::standing_still;

use super::arbejdsplads::Arbejdsplads;

const ASKED: [&str; 4] = ["Afgøres af", "Hvem søger hvor", "Dagen, der betyder noget", "Det koster arbejdspladsen"];

#[tokio::test]
async fn each_option_says_what_a_leader_has_to_know() {
    // On the last day of 2026 ten of the twelve are to be checked; the day after they were to be.
    for (time, said) in [("2026-12-31T09:00:00Z", "kontrolleres"), ("2027-01-01T09:00:00Z", "skulle være kontrolleret")]
    {
        let sted = Arbejdsplads::on(standing_still(time), true).await;
        let page = sted.acting_as(Rolle::Leder).await.fetch(&format!("/forloeb/{}/plan", sted.forloeb)).await.tekst;
        let (_, form) = page.split_once("id=\"planen\"").unwrap();
        for name in ASKED {
            assert_eq!(form.matches(&format!("<dt>{name}</dt>")).count(), Stoette::ALL.len(), "{name}: {form}");
        }
        let inferred =
            format!("Udledt; {said} inden 31. december 2026. Spørg HR eller kommunen, før I regner med det.");
        assert_eq!(form.matches(&inferred).count(), 10, "{time}: {form}");
        assert_eq!(form.matches("Kilde: ").count(), Stoette::ALL.len(), "{form}");
    }
}

#[tokio::test]
async fn what_was_chosen_is_told_of_on_the_plan_and_before_it_is_saved() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let path = format!("/forloeb/{}/plan", sted.forloeb);
    let typed = "aftalt=Tre+korte+dage&stoette=delvis_raskmelding";
    let shown = leder.send(&path, typed).await.tekst;
    leder.send_shown(&path, typed).await;
    let saved = leder.fetch(&path).await.tekst;
    let (saved, _) = saved.split_once("id=\"planen\"").unwrap();
    let own = sted.acting_as(Rolle::Medarbejder).await.fetch("/mig").await.tekst;
    for page in [&*shown, saved, &*own] {
        assert!(page.contains("<li>Delvis raskmelding<details") && page.contains("Om delvis raskmelding"), "{page}");
        assert!(page.contains("sygedagpengeloven § 7, stk. 2, og § 53. Set efter 28. november 2026."), "{page}");
        assert!(!page.contains("Om mentor"), "only what was chosen: {page}");
    }
}
