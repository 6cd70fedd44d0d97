//! A version of the TTA plan is shown before it is made: what it will say, who may read it, who is told; and it is made as it
//! was shown.

use ::forloeb::words::Rolle;
use app::opslag::Content;
use axum::http::StatusCode;
use chrono::TimeDelta;

use super::arbejdsplads::{Answer, Arbejdsplads, SYG, shown_fields};

const TYPED: &str = "aftalt=Vi+ser+tiden+an%0D%0AFredag+fri&trin-0-fra=2026-02-16&trin-0-man=3,5&trin-0-ons=4&trin-0-ind=Kontor\
                     &skaane-0-tekst=Ingen+l%C3%B8ft&skaane-0-til=31.5.2026&sundhedsvaesen=afslaaet&besked=P%C3%A5+nedsat+tid\
                     &evaluering=2.3.2026&stoette=mentor&tiltag-viden=Kursus&koordinator=10002";

fn path(sted: &Arbejdsplads) -> String {
    format!("/forloeb/{}/plan", sted.forloeb)
}

async fn versions(sted: &Arbejdsplads) -> usize {
    sted.app.forloeb(sted.forloeb).await.unwrap().unwrap().planer.len()
}

/// The version of the forløb that the form of a page is about.
fn seen(page: &str) -> &str {
    let (_, form) = page.split_once("id=\"planen\"").unwrap();
    form.split_once("name=\"version\" value=\"").unwrap().1.split('"').next().unwrap()
}

/// Friday 6 February 2026. The next working day is Monday the 9th; three working days before Monday 2 March is Wednesday 25
/// February.
#[tokio::test]
async fn everything_it_will_say_is_shown_and_that_is_what_is_saved() {
    let sted = Arbejdsplads::open().await;
    let (leder, path) = (sted.acting_as(Rolle::Leder).await, path(&sted));
    let shown = leder.send(&path, TYPED).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.tekst);
    assert_eq!(versions(&sted).await, 0, "looking saves nothing");
    let page = &shown.tekst;
    let words =
        ["Vi ser tiden an", "7,5 timer om ugen", "mandag 3,5, onsdag 4", "Opgaver: Kontor", "Ingen løft", "Kursus"];
    for said in words.into_iter().chain([
        "Sådan bliver version 1",
        "til og med 31.5.2026",
        "Forslag til besked til kollegerne",
        "På nedsat tid",
        "Medarbejderen ønsker det ikke, og det respekteres",
        // Of the seven principles: no item for safety, and nobody has recorded the first contact.
        "Planen har intet, der tjener princippet.",
        "Første kontakt er ikke registreret på forløbet.",
        "<li>Medarbejderen på sin egen side</li>",
        "<li>Lederen, Maria Madsen</li>",
        "<li>Koordinatoren, Mohammed Nielsen</li>",
        "<li>Revisor, uden navne og uden det, I har skrevet</li>",
        "<li>Lederen, koordinatoren og medarbejderen får opfølgningen på planen mandag den 2. marts 2026 i kalenderen med en \
         mail, der sendes nu.</li>",
        "<li>Medarbejderen får mandag den 9. februar 2026 en mail om, at der er en plan at læse og svare på; mailen siger intet \
         af det, der står i den.</li>",
        "<li>Lederen og koordinatoren får onsdag den 25. februar 2026 en påmindelse: evaluering af TTA-plan.</li>",
        "Gem version 1</button>",
        "value=\"ret\">Ret</button>",
    ]) {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("Kontaktpersonen</li>") && !page.contains("AMR</li>"), "they do not read plans: {page}");
    assert!(!page.contains("id=\"aftalt\""), "the form stands on a page of its own");
    let saved = leder.send(&path, &format!("{}&goer=gem", shown_fields(page))).await;
    assert_eq!(saved.sted(), format!("{path}?ok=plan"), "{}", saved.tekst);
    let page = leder.fetch(&path).await.tekst;
    for said in words {
        assert!(page.contains(said), "{said}: {page}");
    }
    // Sent twice it is one version; Back to what was shown, and sent again, is the same.
    let again = leder.send(&path, &format!("{}&goer=gem", shown_fields(&shown.tekst))).await;
    assert_eq!((again.sted(), versions(&sted).await), (&*format!("{path}?ok=plan"), 1));
}

/// Whoever reads what will be saved reads about somebody, and what was open before with it.
#[tokio::test]
async fn to_be_shown_a_plan_is_a_look_up() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    leder.send(&path(&sted), TYPED).await;
    let today = sted.app.clock.today();
    let all = sted.app.opslag.about(SYG, today, today, 1000).await.unwrap().all;
    let of_plan = all.iter().filter(|o| o.content == Content::TtaPlan && o.reader.rolle == Some(Rolle::Leder));
    assert_eq!(of_plan.count(), 1);
}

#[tokio::test]
async fn what_was_not_shown_is_shown_and_not_saved() {
    let sted = Arbejdsplads::open().await;
    let (leder, path) = (sted.acting_as(Rolle::Leder).await, path(&sted));
    let at_once = leder.send(&path, &format!("{TYPED}&goer=gem")).await;
    assert!(at_once.status == StatusCode::OK && at_once.tekst.contains("Sådan bliver version 1"), "{}", at_once.tekst);
    // What is sent on has a word more than what was shown.
    let fields = shown_fields(&at_once.tekst).replace("Kontor", "Kontor+og+nattevagt");
    let other = leder.send(&path, &format!("{fields}&goer=gem")).await;
    assert!(other.status == StatusCode::OK && other.tekst.contains("Kontor og nattevagt"), "{}", other.tekst);
    assert_eq!(versions(&sted).await, 0);
    let saved = leder.send(&path, &format!("{}&goer=gem", shown_fields(&other.tekst))).await;
    assert_eq!((saved.status, versions(&sted).await), (StatusCode::SEE_OTHER, 1));
}

#[tokio::test]
async fn back_in_the_form_everything_is_there() {
    let sted = Arbejdsplads::open().await;
    let (leder, path) = (sted.acting_as(Rolle::Leder).await, path(&sted));
    let shown = leder.send(&path, TYPED).await;
    let back = leder.send(&path, &format!("{}&goer=ret", shown_fields(&shown.tekst))).await;
    assert_eq!(back.status, StatusCode::OK);
    let (_, form) = back.tekst.split_once("id=\"planen\"").unwrap();
    for kept in [
        "Fredag fri</textarea>",
        "name=\"trin-0-man\" value=\"3,5\"",
        ">Kontor</textarea>",
        "value=\"Ingen løft\"",
        "value=\"afslaaet\" checked",
        ">På nedsat tid</textarea>",
        "value=\"2026-03-02\"",
        "value=\"mentor\" checked",
        ">Kursus</textarea>",
        "<option value=\"10002\" selected>",
    ] {
        assert!(form.contains(kept), "{kept}: {form}");
    }
    assert_eq!(versions(&sted).await, 0);
}

/// Somebody makes a version while the leader writes another, and while it is shown: the leader is told, has it before them, and
/// loses nothing.
#[tokio::test]
async fn what_somebody_else_did_meanwhile_is_told_and_not_written_over() {
    let sted = Arbejdsplads::open().await;
    let (leder, hr, path) = (sted.acting_as(Rolle::Leder).await, sted.acting_as(Rolle::Hr).await, path(&sted));
    let first = seen(&leder.fetch(&path).await.tekst).to_owned();
    let told = |answer: &Answer| {
        assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED, "{}", answer.tekst);
        assert!(answer.tekst.contains("Nogen har ændret forløbet, mens du skrev."), "{}", answer.tekst);
        assert!(answer.tekst.contains(">Kursus</textarea>"), "what was typed is there: {}", answer.tekst);
    };
    let mine = format!("version={first}&{TYPED}");
    let shown = leder.send(&path, &mine).await;
    assert_eq!(hr.send_shown(&path, "aftalt=Fra+HR").await.sted(), format!("{path}?ok=plan"));
    let late = leder.send(&path, &format!("{}&goer=gem", shown_fields(&shown.tekst))).await;
    told(&late);
    assert!(late.tekst.contains("Fra HR") && seen(&late.tekst) != first, "the newest stands above it: {}", late.tekst);
    told(&leder.send(&path, &mine).await);
    // A row more, or the way back, is no way round it.
    for pressed in ["trin", "ret"] {
        let page = leder.send(&path, &format!("{mine}&goer={pressed}")).await.tekst;
        assert_eq!(seen(&page), first, "{pressed}");
    }
    assert_eq!(versions(&sted).await, 1);
    let now = seen(&late.tekst).to_owned();
    let after = leder.send_shown(&path, &format!("version={now}&{TYPED}")).await;
    assert_eq!((after.sted(), versions(&sted).await), (&*format!("{path}?ok=plan"), 2));
}

#[tokio::test]
async fn what_is_different_and_who_loses_sight_of_it_is_shown() {
    let sted = Arbejdsplads::open().await;
    let (leder, path) = (sted.acting_as(Rolle::Leder).await, path(&sted));
    leder.send_shown(&path, TYPED).await;
    let page = leder.send(&path, &TYPED.replace("10002", "10003").replace("Kontor", "Telefon")).await.tekst;
    for said in [
        "Sådan bliver version 2",
        "Forskelle fra version 1",
        "Koordinator: Ida Iversen i stedet for Mohammed Nielsen.",
        "Trin 1: opgaver, nyt: Telefon.",
        "<li>Koordinatoren, Ida Iversen</li>",
        "<li>Mohammed Nielsen er ikke koordinator mere og mister den adgang, det gav</li>",
        "Gem version 2</button>",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
}

/// The employment is on 37 hours.
#[tokio::test]
async fn what_one_would_regret_is_said_before_and_not_after() {
    let sted = Arbejdsplads::open().await;
    let (leder, path) = (sted.acting_as(Rolle::Leder).await, path(&sted));
    let body = "aftalt=Stress,+010199-1234&trin-0-fra=2026-02-16&trin-0-timer=37,5";
    let page = leder.send(&path, body).await.tekst;
    assert!(page.contains("Et trin har 37,5 timer om ugen, og ansættelsen er på 37."), "{page}");
    assert!(page.contains("Teksten ser ud til at rumme et CPR-nummer og at nævne en sygdom"), "{page}");
    // What the rules refuse is refused before anything is shown: 366 days after 6 February 2026 is 7 February 2027.
    let wrong = leder.send(&path, "trin-0-fra=2027-02-09&trin-0-timer=10").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.tekst);
    assert!(wrong.tekst.contains("Trin: kan senest være 7. februar 2027."), "{}", wrong.tekst);
    assert_eq!(versions(&sted).await, 0);
}

/// The session ends while the plan is shown: it is kept as it was, and saved when it is sent again.
#[tokio::test]
async fn what_was_shown_outlives_the_session() {
    let sted = Arbejdsplads::open().await;
    let (leder, path) = (sted.acting_as(Rolle::Leder).await, path(&sted));
    let fields = format!("{}&goer=gem", shown_fields(&leder.send(&path, TYPED).await.tekst));
    let now = sted.session_clock.now();
    assert!(sted.session_clock.move_to(now + TimeDelta::hours(9)));
    let late = leder.send(&path, &fields).await;
    assert_eq!(late.sted(), "/log-ind?videre=/log-ind/gemt");
    let cookies = late.cookies(&leder.cookie);
    let inside = sted.send("POST", "/log-ind", "person=0&videre=/log-ind/gemt", &cookies).await;
    let cookies = inside.cookies(&cookies);
    let kept = sted.send("GET", "/log-ind/gemt", "", &cookies).await.tekst;
    assert!(kept.contains("Ingen løft") && kept.contains(&format!("action=\"{path}\"")), "{kept}");
    assert!(!kept.contains("<dt>goer") && !kept.contains("<dt>vist"), "only what a person wrote is told: {kept}");
    assert_eq!(versions(&sted).await, 0);
    let sent = sted.send("POST", &path, &fields, &cookies).await;
    assert_eq!((sent.sted(), versions(&sted).await), (&*format!("{path}?ok=plan"), 1), "{}", sent.tekst);
}
