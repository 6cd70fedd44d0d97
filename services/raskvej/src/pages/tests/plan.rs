//! The TTA plan on its page: how it begins, the draft, what the employee says of it, and who has read which version.

use std::sync::Arc;

use ::forloeb::Forloeb;
use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, Visit};
use crate::access::User;
use crate::commands::typed::given;
use crate::commands::{Call, tta_plan};
use crate::problem::Problem;
use crate::views::plan::show_plan;

const AGREED: &str = "aftalt=Tre+korte+dage+om+ugen&koordinator=10002";

struct Place {
    sted: Arbejdsplads,
    path: String,
}

impl Place {
    async fn open() -> Self {
        let sted = Arbejdsplads::open().await;
        let path = format!("/forloeb/{}/plan", sted.forloeb);
        Self { sted, path }
    }

    async fn acting_as(&self, rolle: Rolle) -> Visit<'_> {
        self.sted.acting_as(rolle).await
    }

    /// The leader saves this as a new version.
    async fn saved(&self, body: &str) {
        let answer = self.acting_as(Rolle::Leder).await.send_shown(&self.path, body).await;
        assert_eq!(answer.sted(), format!("{}?ok=plan", self.path), "{}", answer.tekst);
    }

    async fn forloeb(&self) -> Arc<Forloeb> {
        self.sted.app.forloeb(self.sted.forloeb).await.unwrap().unwrap()
    }

    async fn versions(&self) -> usize {
        self.forloeb().await.planer.len()
    }
}

/// The form of the plan on a page.
fn form(page: &str) -> &str {
    let form = page.split_once("id=\"planen\"").unwrap().1;
    form.split_once("</form>").unwrap().0
}

/// Fields and buttons that one sees before anything is folded out.
fn seen_at_first(form: &str) -> usize {
    let (mut depth, mut seen) = (0_i32, 0);
    for tag in form.split('<').skip(1) {
        if tag.starts_with("details") {
            depth += 1;
        } else if tag.starts_with("/details") {
            depth -= 1;
        }
        let control = ["input", "textarea", "select", "button"].iter().any(|name| tag.starts_with(name));
        if control && depth == 0 && !tag.contains("type=\"hidden\"") && !tag.contains("aria-hidden") {
            seen += 1;
        }
    }
    seen
}

#[tokio::test]
async fn the_form_begins_with_what_was_agreed_and_one_step() {
    let p = Place::open().await;
    let page = p.acting_as(Rolle::Leder).await.fetch(&p.path).await.tekst;
    let form = form(&page);
    // What was agreed; first day, last day and hours of a step; a step more, see what it will say, keep as a draft.
    assert_eq!(seen_at_first(form), 7, "{form}");
    assert!(form.contains("id=\"trin-0\"") && !form.contains("id=\"trin-1\""));
    assert!(
        form.contains("<option value=\"10001\" selected>Maria Madsen</option>"),
        "whoever leads is proposed, by name"
    );
    assert!(form.contains("kan fornyes") && form.contains("sygedagpengeloven §§ 56-57. Set efter 28. november 2026"));
}

#[tokio::test]
async fn a_plan_without_anything_agreed_is_not_saved() {
    let p = Place::open().await;
    let leder = p.acting_as(Rolle::Leder).await;
    for pressed in ["gem", "se"] {
        let answer = leder.send(&p.path, &format!("koordinator=10001&evaluering=2.3.2026&goer={pressed}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            answer.tekst.contains("Det, I har aftalt: skal udfyldes, eller der skal være et trin"),
            "{}",
            answer.tekst
        );
        assert!(answer.tekst.contains("value=\"2026-03-02\""), "what was typed is there");
    }
    assert_eq!(p.versions().await, 0);
    // The API says the same of the same field.
    let days = std::iter::once("2026-03-02").collect();
    let given = given([("koordinator", "10001".into()), ("evalueringer", days), ("sundhedsvaesen", "givet".into())]);
    let (caller, forloeb) = (User::new(Rolle::Hr, None), Some(p.sted.forloeb));
    let call = Call { caller: &caller, forloeb, given: &given, if_version: None, once: None };
    let problem = Problem::from(tta_plan::ENTRY.run(&p.sted.app, call).await.unwrap_err());
    let said = "skal udfyldes, eller der skal være et trin, et skånehensyn, et andet punkt eller en besked til kollegerne: ellers er \
                det ikke en plan";
    assert_eq!((problem.status, &*problem.fields[0].felt, &*problem.fields[0].error), (422, "aftalt", said));
    // What colleagues are to be told is something, and a draft may still be nothing.
    let draft = leder.send(&p.path, "koordinator=10001&goer=kladde").await;
    assert_eq!(draft.sted(), format!("{}?ok=kladde", p.path), "{}", draft.tekst);
    p.saved("besked=P%C3%A5+nedsat+tid").await;
    assert_eq!(p.versions().await, 1);
}

/// Every button without a script: a row more, or back from what was shown, and nothing that was typed is lost.
#[tokio::test]
async fn a_button_keeps_everything_that_was_typed() {
    let p = Place::open().await;
    let leder = p.acting_as(Rolle::Leder).await;
    let typed = "aftalt=Vi+ser+tiden+an&trin-0-fra=2026-02-16&trin-0-man=3,5&trin-0-ons=4&trin-0-ind=Kontor&skaane-0-tekst=Ingen+l%C3%B8ft\
                 &skaane-0-til=31.5.2026&sundhedsvaesen=afslaaet&besked=P%C3%A5+nedsat+tid&evaluering=2.3.2026&stoette=mentor\
                 &tiltag-viden=Kursus&koordinator=10002";
    for pressed in ["trin", "skaanehensyn", "evaluering", "ret"] {
        let answer = leder.send(&p.path, &format!("{typed}&goer={pressed}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{pressed}: {}", answer.tekst);
        let form = form(&answer.tekst);
        for kept in [
            ">Vi ser tiden an</textarea>",
            "name=\"trin-0-fra\" value=\"2026-02-16\"",
            "name=\"trin-0-man\" value=\"3,5\"",
            ">Kontor</textarea>",
            "value=\"Ingen løft\"",
            "name=\"skaane-0-til\" value=\"2026-05-31\"",
            "value=\"afslaaet\" checked",
            ">På nedsat tid</textarea>",
            "value=\"2026-03-02\"",
            "value=\"mentor\" checked",
            ">Kursus</textarea>",
            "<option value=\"10002\" selected>",
            "7,5 timer om ugen i alt",
        ] {
            assert!(form.contains(kept), "{pressed}: {kept} in {form}");
        }
        assert_eq!(form.contains("id=\"trin-1\""), pressed == "trin");
        assert_eq!(form.contains("id=\"skaane-1\""), pressed == "skaanehensyn");
        assert_eq!(form.contains("id=\"evaluering-1\""), pressed == "evaluering");
    }
    assert_eq!(p.versions().await, 0, "nothing of it saves anything");
    p.saved(typed).await;
    let page = leder.fetch(&p.path).await.tekst;
    for shown in ["Vi ser tiden an", "mandag 3,5, onsdag 4", "7,5 timer om ugen", "Ingen løft", "til og med 31.5.2026"]
    {
        assert!(page.contains(shown), "{shown}");
    }
}

#[tokio::test]
async fn steps_stand_by_their_days_and_more_hours_than_the_employment_are_told() {
    let p = Place::open().await;
    let leder = p.acting_as(Rolle::Leder).await;
    // The employment is on 37 hours; nobody is hindered in what they agree, and both steps are kept as they were typed.
    let body = "trin-0-fra=2026-03-02&trin-0-timer=37,5&trin-0-ind=Alt&trin-1-fra=2026-02-16&trin-1-timer=12&trin-1-ind=Kontor";
    let answer = leder.send_shown(&p.path, body).await;
    assert_eq!(answer.sted(), format!("{}?ok=plan-timer", p.path), "{}", answer.tekst);
    let page = leder.fetch(answer.sted()).await.tekst;
    assert!(page.contains("Et trin har flere timer om ugen, end ansættelsen er på"), "{page}");
    let plan = p.sted.app.forloeb(p.sted.forloeb).await.unwrap().unwrap().plan().unwrap().what.plan.clone();
    let steps: Vec<_> = plan.trin.iter().map(|t| (t.fra.to_string(), t.timer_pr_uge)).collect();
    assert_eq!(steps, [("2026-02-16".to_owned(), 12.0), ("2026-03-02".to_owned(), 37.5)]);
    let at = |what: &str| page.find(what).unwrap_or_else(|| panic!("{what} is shown"));
    assert!(at("12 timer om ugen") < at("37,5 timer om ugen"));
}

#[tokio::test]
async fn a_consideration_ends_or_is_for_good() {
    let p = Place::open().await;
    let leder = p.acting_as(Rolle::Leder).await;
    let wrong = leder.send(&p.path, "skaane-0-tekst=Dagvagter").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.tekst.contains("Skånehensyn 1, Til og med: skal udfyldes, når det ikke er varigt."),
        "{}",
        wrong.tekst
    );
    let wrong = leder.send(&p.path, "skaane-0-tekst=Dagvagter&skaane-0-varig=ja&skaane-0-til=2026-05-31").await;
    assert!(wrong.tekst.contains("kan ikke være true, når der er en sidste dag"), "{}", wrong.tekst);
    let wrong = leder.send(&p.path, "trin-0-fra=2026-02-16&trin-0-timer=10&trin-0-man=3").await;
    assert!(
        wrong.tekst.contains("Trin 1, Timer om ugen: skal være det, skemaets dage giver i alt: 3."),
        "{}",
        wrong.tekst
    );
    p.saved("skaane-0-tekst=Dagvagter&skaane-0-varig=ja").await;
    assert!(leder.fetch(&p.path).await.tekst.contains("<span class=\"hjaelp\">(varigt)</span>"));
}

#[tokio::test]
async fn a_draft_is_seen_by_those_who_write_and_is_gone_with_the_version() {
    let p = Place::open().await;
    let leder = p.acting_as(Rolle::Leder).await;
    // Not even the first day of the step is there yet.
    let answer = leder.send(&p.path, "aftalt=Halvfaerdigt&trin-0-ind=Kontor&goer=kladde").await;
    assert_eq!(answer.sted(), format!("{}?ok=kladde", p.path), "{}", answer.tekst);
    let page = leder.fetch(&format!("{}?ok=kladde", p.path)).await.tekst;
    assert!(page.contains("Kladden er gemt.") && page.contains("Her er kladden fra 6. februar 2026"), "{page}");
    assert!(form(&page).contains(">Halvfaerdigt</textarea>") && form(&page).contains(">Kontor</textarea>"));
    assert_eq!(p.versions().await, 0);
    leder.send(&p.path, "aftalt=Bedre&goer=kladde").await;
    let page = leder.fetch(&p.path).await.tekst;
    assert!(page.contains(">Bedre</textarea>") && !page.contains("Halvfaerdigt"), "the next takes its place");
    let other_pages = [
        (Rolle::Medarbejder, "/mig".to_owned()),
        (Rolle::Medarbejder, p.path.clone()),
        (Rolle::Revisor, p.path.clone()),
    ];
    for (rolle, address) in other_pages {
        let page = p.acting_as(rolle).await.fetch(&address).await;
        assert_eq!(page.status, StatusCode::OK, "{rolle}");
        assert!(!page.tekst.contains("Bedre") && !page.tekst.contains("ladde"), "{rolle}: {}", page.tekst);
    }
    p.saved(AGREED).await;
    let page = leder.fetch(&p.path).await.tekst;
    assert!(!page.contains("Her er kladden") && !page.contains("Bedre"), "{page}");
}

#[tokio::test]
async fn the_employee_answers_and_the_leader_reads_why_not() {
    let p = Place::open().await;
    p.saved(&format!("{AGREED}&besked=Er+tilbage+fire+timer+om+dagen")).await;
    let (leder, own) = (p.acting_as(Rolle::Leder).await, p.acting_as(Rolle::Medarbejder).await);
    let page = leder.fetch(&p.path).await.tekst;
    assert!(page.contains("Ensidig plan") && page.contains("Medarbejderen har ikke svaret på planen."), "{page}");
    assert!(page.contains("Forslag til besked til kollegerne") && !page.contains("Det må kollegerne få at vide"));
    assert!(!page.contains("id=\"f-plansvar\""), "nobody else answers");
    let mig = own.fetch("/mig").await.tekst;
    assert!(mig.contains("svar på den, og skriv dine egne ord"), "{mig}");
    let asked = own.fetch(&p.path).await.tekst;
    let (_, asked) = asked.split_once("id=\"f-beskedsvar\"").unwrap();
    assert!(asked.contains("Der står: “Er tilbage fire timer om dagen”."), "what they say yes to: {asked}");
    let wrong = own.send(&format!("{}/svar", p.path), "planversion=1&bemaerkning=Onsdag+er+for+tidligt").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.tekst.contains(">Onsdag er for tidligt</textarea>") && wrong.tekst.contains("Er du enig?"),
        "{}",
        wrong.tekst
    );
    let said =
        own.send(&format!("{}/svar", p.path), "planversion=1&svar=uenig&bemaerkning=Onsdag+er+for+tidligt").await;
    assert_eq!(said.sted(), format!("{}?ok=plansvar", p.path), "{}", said.tekst);
    let page = leder.fetch(&p.path).await.tekst;
    assert!(
        page.contains("Ensidig plan")
            && page.contains("Medarbejderen er uenig i planen")
            && page.contains("Onsdag er for tidligt")
    );
    let to_do = "Tal med medarbejderen, som ikke er enig i planen";
    assert!(leder.fetch("/").await.tekst.contains(to_do));
    let no = own.send(&format!("{}/besked", p.path), "planversion=1&godkendt=nej").await;
    assert_eq!(no.sted(), format!("{}?ok=beskedsvar", p.path), "{}", no.tekst);
    assert!(leder.fetch(&p.path).await.tekst.contains("Medarbejderen har sagt nej til teksten."));
    own.send(&format!("{}/besked", p.path), "planversion=1&godkendt=ja").await;
    own.send(&format!("{}/svar", p.path), "planversion=1&svar=enig").await;
    let page = leder.fetch(&p.path).await.tekst;
    assert!(page.contains("Fælles plan") && page.contains("Medarbejderen er enig i planen"));
    assert!(!leder.fetch("/").await.tekst.contains(to_do));
    assert!(page.contains("Det må kollegerne få at vide") && page.contains("Medarbejderen har selv godkendt teksten."));
    // Another text is another question: what may be told is still the approved one.
    p.saved(&format!("{AGREED}&besked=Noget+helt+andet")).await;
    let page = leder.fetch(&p.path).await.tekst;
    assert!(page.contains("Ensidig plan") && page.contains("Forslag til besked til kollegerne"));
    assert!(page.contains("Det må kollegerne få at vide (fra version 1)"), "{page}");
    // The text that was approved is no new question.
    p.saved(&format!("{AGREED}&besked=Er+tilbage+fire+timer+om+dagen")).await;
    let page = leder.fetch(&p.path).await.tekst;
    assert!(page.contains("Det er noteret med planen, at medarbejderen har godkendt teksten."), "{page}");
    own.send(&format!("{}/besked", p.path), "planversion=3&godkendt=nej").await;
    p.saved(&format!("{AGREED}&besked=Er+tilbage+fire+timer+om+dagen")).await;
    assert!(leder.fetch(&p.path).await.tekst.contains("Forslag til besked til kollegerne"), "the newest word is a no");
    // The leader cannot answer for the employee.
    assert_eq!(leder.send(&format!("{}/svar", p.path), "planversion=2&svar=enig").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn it_is_seen_who_opened_which_version_and_what_is_different() {
    let p = Place::open().await;
    p.saved(&format!("{AGREED}&trin-0-fra=2026-02-16&trin-0-timer=10&trin-0-ind=Kontor")).await;
    p.acting_as(Rolle::Medarbejder).await.fetch("/mig").await;
    p.saved("aftalt=Fire+dage&koordinator=10003&trin-0-fra=2026-02-16&trin-0-timer=12&trin-0-ind=Telefon").await;
    let leder = p.acting_as(Rolle::Leder).await;
    let shared = leder.send(&format!("{}/delt", p.path), "planversion=2&med=Kommunens+jobcenter&dato=2026-02-06").await;
    assert_eq!(shared.sted(), format!("{}?ok=plan-delt", p.path), "{}", shared.tekst);
    let old = leder.fetch(&format!("{}/1", p.path)).await.tekst;
    assert!(old.contains("Du ser version 1. Den gældende er version 2."), "{old}");
    assert!(!old.contains("id=\"f-plan-delt\""), "nothing is done with an earlier version");
    let page = leder.fetch(&p.path).await.tekst;
    assert!(page.contains("6.2.2026: Kommunens jobcenter"), "{page}");
    // That it was opened is noted when it leaves: the next look has it.
    let page = leder.fetch(&p.path).await.tekst;
    for told in [
        "Koordinator: Ida Iversen i stedet for Mohammed Nielsen.",
        "Det, I har aftalt, er skrevet om.",
        "Trin 1: 12 timer om ugen i stedet for 10.",
        "Trin 1: opgaver, nyt: Telefon.",
        "Trin 1: opgaver, taget ud: Kontor.",
    ] {
        assert!(page.contains(told), "{told} in {page}");
    }
    let version = |nr: u32| {
        let (_, line) = page.split_once(&format!("<li>Version {nr}: ")).unwrap();
        line.split_once("</li>").unwrap().0.to_owned()
    };
    assert!(version(1).contains("medarbejder") && version(1).contains("leder"), "{}", version(1));
    assert!(version(2).contains("leder") && !version(2).contains("medarbejder"), "{}", version(2));
}

/// Ten hours a week, then twelve, then fifteen with another coordinator.
#[tokio::test]
async fn an_earlier_version_says_which_is_the_newest_and_what_is_different_in_it() {
    let p = Place::open().await;
    for (timer, koordinator) in [("10", "10002"), ("12", "10002"), ("15", "10003")] {
        p.saved(&format!("aftalt=Korte+dage&koordinator={koordinator}&trin-0-fra=2026-02-16&trin-0-timer={timer}"))
            .await;
    }
    let leder = p.acting_as(Rolle::Leder).await;
    let another = "Koordinator: Ida Iversen i stedet for Mohammed Nielsen.";
    for (version, since) in
        [(1, "Trin 1: 15 timer om ugen i stedet for 10."), (2, "Trin 1: 15 timer om ugen i stedet for 12.")]
    {
        let page = leder.fetch(&format!("{}/{version}", p.path)).await.tekst;
        assert!(page.contains(&format!("Du ser version {version}. Den gældende er version 3.")), "{page}");
        let (_, told) = page.split_once("Det er anderledes i version 3:").unwrap();
        let told = told.split_once("</ul>").unwrap().0;
        assert!(told.contains(since) && told.contains(another), "{told}");
        // What came with the version itself is told beside it.
        assert_eq!(page.contains("Trin 1: 12 timer om ugen i stedet for 10."), version == 2, "{page}");
        let api = show_plan(&p.sted.app, &User::new(Rolle::Hr, None), &*p.forloeb().await, version).unwrap();
        assert_eq!((api.version, api.gaeldende), (version, 3));
    }
    assert!(!leder.fetch(&p.path).await.tekst.contains("Det er anderledes i version"));
    // The auditor is told what has no words in it, and nobody by name.
    let page = p.acting_as(Rolle::Revisor).await.fetch(&format!("{}/1", p.path)).await.tekst;
    assert!(page.contains("Trin 1: 15 timer om ugen i stedet for 10.") && !page.contains("Ida Iversen"), "{page}");
}

#[tokio::test]
async fn own_words_say_who_wrote_them() {
    let p = Place::open().await;
    let (leder, own) = (p.acting_as(Rolle::Leder).await, p.acting_as(Rolle::Medarbejder).await);
    let written = leder.send(&format!("{}/egne-ord", p.path), "ord=Vil+gerne+begynde+stille").await;
    assert_eq!(written.sted(), format!("{}?ok=egne-ord", p.path), "{}", written.tekst);
    let page = own.fetch(&p.path).await.tekst;
    assert!(page.contains("Skrevet for medarbejderen af lederen eller koordinatoren 6. februar 2026"), "{page}");
    let written = "ord=Stille+og+roligt&maal=Fuld+tid+til+sommer&netvaerk=Tillidsrepr%C3%A6sentanten%0AMin+bror";
    own.send(&format!("{}/egne-ord", p.path), written).await;
    p.saved(AGREED).await;
    let page = leder.fetch(&p.path).await.tekst;
    assert!(page.contains("Stille og roligt") && page.contains("Fuld tid til sommer"), "{page}");
    assert!(
        page.contains("Vil gerne have med: Tillidsrepræsentanten; Min bror")
            && page.contains("Skrevet af medarbejderen")
    );
    let nothing = own.send(&format!("{}/egne-ord", p.path), "ord=").await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(p.acting_as(Rolle::Revisor).await.fetch(&p.path).await.tekst.contains("Skrevet af medarbejderen"));
    assert!(!p.acting_as(Rolle::Revisor).await.fetch(&p.path).await.tekst.contains("Stille og roligt"));
}

#[tokio::test]
async fn that_no_plan_is_needed_is_shown_with_its_day() {
    let p = Place::open().await;
    let leder = p.acting_as(Rolle::Leder).await;
    let body = "begrundelse=Er+snart+tilbage+p%C3%A5+fuld+tid&til=2.3.2026";
    let wrong = leder.send(&format!("{}/ikke-noedvendig", p.path), "begrundelse=x&til=2026-02-01").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = leder.send(&format!("{}/ikke-noedvendig", p.path), body).await;
    assert_eq!(done.sted(), format!("{}?ok=plan-ikke-noedvendig", p.path), "{}", done.tekst);
    let page = p.acting_as(Rolle::Medarbejder).await.fetch(&p.path).await.tekst;
    assert!(
        page.contains("I ser på det igen mandag den 2. marts 2026") && page.contains("Er snart tilbage på fuld tid"),
        "{page}"
    );
    p.saved(AGREED).await;
    assert!(!leder.fetch(&p.path).await.tekst.contains("I ser på det igen mandag den 2. marts"), "a version ends it");
}

#[tokio::test]
async fn an_evaluation_says_what_was_tried_and_what_it_did() {
    let p = Place::open().await;
    p.saved(AGREED).await;
    let leder = p.acting_as(Rolle::Leder).await;
    let path = format!("{}/evaluering", p.path);
    let half = leder.send(&path, "dato=2026-02-06&proevet=Korte+dage").await;
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY, "what it did is missing");
    assert!(half.tekst.contains("Korte dage"), "{}", half.tekst);
    let body = "dato=2026-02-06&konklusion=Vi+forts%C3%A6tter&proevet=Korte+dage&virkning=hjalp&proevet_2=Telefon&virkning_2=hjalp_ikke";
    let done = leder.send(&path, body).await;
    assert_eq!(done.sted(), format!("{}?ok=evaluering", p.path), "{}", done.tekst);
    let page = leder.fetch(&p.path).await.tekst;
    assert!(
        page.contains("6. februar 2026: Vi fortsætter") && page.contains("<li>Korte dage: det hjalp</li>"),
        "{page}"
    );
    assert!(page.contains("<li>Telefon: det hjalp ikke</li>"));
    let history = leder.fetch(&format!("/forloeb/{}", p.sted.forloeb)).await.tekst;
    assert!(history.contains("Vi fortsætter; Prøvet: Korte dage (det hjalp), Telefon (det hjalp ikke)"));
}
