//! Sick again soon after: what was said and agreed in the forløb before is offered, and nothing of it holds by itself.

use ::forloeb::words::Rolle;

use super::arbejdsplads::{Arbejdsplads, SYG};

/// Away until Wednesday 4 February, with a plan, somebody in HR, wishes and a contact person; away again from the Friday.
async fn again() -> (Arbejdsplads, uuid::Uuid) {
    let sted = Arbejdsplads::open().await;
    let path = format!("/forloeb/{}", sted.forloeb);
    let leder = sted.acting_as(Rolle::Leder).await;
    let plan = "aftalt=Tre+korte+dage&koordinator=10002&trin-0-fra=2026-02-02&trin-0-til=2026-03-01&trin-0-timer=20\
                &trin-0-ind=Kontor&sundhedsvaesen=givet&evaluering=2026-02-04&evaluering=2026-03-02";
    assert_eq!(leder.send_shown(&format!("{path}/plan"), plan).await.sted(), format!("{path}/plan?ok=plan"));
    let hr = sted.acting_as(Rolle::Hr).await;
    assert_eq!(hr.send(&format!("{path}/tildeling"), "til=10003").await.sted(), format!("{path}?ok=tildeling"));
    let own = sted.acting_as(Rolle::Medarbejder).await;
    let wishes = own.send(&format!("{path}/oensker"), "ro=ja&bemaerkning=Helst+om+formiddagen").await;
    assert_eq!(wishes.sted(), "/mig?ok=oensker", "{}", wishes.tekst);
    let chosen = own.send(&format!("{path}/kontaktperson"), "kontaktperson_nr=10003").await;
    assert_eq!(chosen.sted(), "/mig?ok=kontaktperson", "{}", chosen.tekst);
    let back = leder.send(&format!("{path}/raskmelding"), "sidste_fravaersdag=2026-02-04").await;
    assert_eq!(back.sted(), format!("{path}?ok=raskmelding"), "{}", back.tekst);
    let new = sted.away(SYG, "2026-02-06").await;
    (sted, new)
}

#[tokio::test]
async fn hr_gives_the_new_forloeb_to_who_had_the_one_before_with_one_press() {
    let (sted, new) = again().await;
    let (path, hr) = (format!("/forloeb/{new}"), sted.acting_as(Rolle::Hr).await);
    let page = hr.fetch(&path).await.tekst;
    let (_, offered) = page.split_once("Overtag fra det forrige forløb").unwrap();
    assert!(
        offered.contains("Det var tildelt Ida Iversen.") && offered.contains("name=\"til\" value=\"10003\""),
        "{page}"
    );
    let f = sted.app.forloeb(new).await.unwrap().unwrap();
    assert_eq!((f.tildelt.as_deref(), f.planer.len()), (None, 0), "nothing follows by itself");
    assert_eq!(hr.send(&format!("{path}/tildeling"), "til=10003").await.sted(), format!("{path}?ok=tildeling"));
    let page = hr.fetch(&path).await.tekst;
    assert!(!page.contains("Det var tildelt"), "{page}");
    hr.send(&format!("{path}/tildeling"), "til=").await;
    let page = hr.fetch(&path).await.tekst;
    assert!(!page.contains("Det var tildelt"), "HR has decided otherwise: {page}");
}

#[tokio::test]
async fn the_plan_before_stands_in_the_form_of_a_new_one_without_what_has_gone() {
    let (sted, new) = again().await;
    let (path, leder) = (format!("/forloeb/{new}"), sted.acting_as(Rolle::Leder).await);
    let page = leder.fetch(&path).await.tekst;
    let link = format!("{path}/plan?forrige=ja");
    assert!(page.contains(&link) && !page.contains("Det var tildelt"), "who has it is for HR to say: {page}");
    assert!(!leder.fetch(&format!("{path}/plan")).await.tekst.contains("Tre korte dage"));
    let page = leder.fetch(&link).await.tekst;
    let (before, form) = page.split_once("id=\"planen\"").unwrap();
    assert!(before.contains("Her er planen fra det forrige forløb."), "{before}");
    assert!(form.contains("Tre korte dage") && form.contains(">Kontor</textarea>"), "{form}");
    for (field, value) in [("fra", ""), ("til", "2026-03-01"), ("timer", "20")] {
        assert!(form.contains(&format!("name=\"trin-0-{field}\" value=\"{value}\"")), "{field}: {form}");
    }
    assert!(
        form.contains("value=\"2026-03-02\"") && !form.contains("2026-02-04"),
        "an evaluation that is to come: {form}"
    );
    assert!(!form.contains("value=\"givet\" selected") && !form.contains("value=\"givet\" checked"), "{form}");
    let draft = "aftalt=Tre+korte+dage&trin-0-timer=20&goer=kladde";
    assert_eq!(leder.send(&format!("{path}/plan"), draft).await.sted(), format!("{path}/plan?ok=kladde"));
    let page = leder.fetch(&path).await.tekst;
    assert!(!page.contains("forrige=ja"), "a new one is begun: {page}");
}

#[tokio::test]
async fn the_employee_finds_their_earlier_wishes_and_contact_person_in_the_forms() {
    let (sted, new) = again().await;
    let own = sted.acting_as(Rolle::Medarbejder).await;
    let page = own.fetch("/mig").await.tekst;
    let form = |page: &str, name: &str| {
        let (_, form) = page.split_once(&format!("id=\"f-{name}\"")).unwrap_or_else(|| panic!("no {name}: {page}"));
        form.split_once("</form>").unwrap().0.to_owned()
    };
    let wishes = form(&page, "oensker");
    assert!(
        wishes.contains("Helst om formiddagen")
            && wishes.contains("i dit forrige forløb, som sluttede onsdag den 4. februar")
    );
    let chosen = form(&page, "kontaktperson");
    assert!(chosen.contains("<option value=\"10003\" selected>Ida Iversen") && chosen.contains("dit forrige forløb"));
    let f = sted.app.forloeb(new).await.unwrap().unwrap();
    assert!(f.sagt.wishes().is_none() && f.chosen_kontaktperson.is_none(), "it holds when they have said it again");
    let leder = sted.acting_as(Rolle::Leder).await.fetch(&format!("/forloeb/{new}")).await.tekst;
    assert!(!leder.contains("Helst om formiddagen") && !leder.contains("value=\"10003\" selected"), "{leder}");
    let other = own.send(&format!("/forloeb/{new}/kontaktperson"), "kontaktperson_nr=10011").await;
    assert_eq!(other.sted(), "/mig?ok=kontaktperson", "{}", other.tekst);
    let page = own.fetch("/mig").await.tekst;
    assert!(!form(&page, "kontaktperson").contains("value=\"10003\" selected"), "they have chosen somebody else");
}

#[tokio::test]
async fn the_forloeb_before_leads_to_the_new_one_and_asks_for_no_follow_up() {
    let (sted, new) = again().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let page = leder.fetch(&format!("/forloeb/{}", sted.forloeb)).await.tekst;
    assert!(page.contains("Senere forløb") && page.contains(&format!("/forloeb/{new}")), "{page}");
    assert!(!leder.fetch("/").await.tekst.contains("Følg op efter tilbagevenden"));
}
