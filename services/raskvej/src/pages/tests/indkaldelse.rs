//! Who takes part in the talk, beside leader and employee: colleagues by name, others in words, and whom the employee wishes
//! to have with them.

use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, TR};

/// Tuesday 10 February at ten, in the leader's office.
const TALK: &str = "tidspunkt=2026-02-10T10:00&sted=Lederens+kontor&art=indbudt";

/// The form of the invitation, and nothing else of the page.
fn form_of(page: &str) -> &str {
    let (_, rest) = page.split_once("id=\"f-samtale-indkaldelse\"").unwrap_or_else(|| panic!("no form: {page}"));
    rest.split_once("</form>").unwrap().0
}

/// Under the leader are Mohammed Nielsen 10002, Ida Iversen 10003 and Bo Berg 10011, beside the employee.
#[tokio::test]
async fn the_leader_names_several_colleagues_one_by_one_and_others_in_words() {
    let sted = Arbejdsplads::open().await;
    let (leder, own) = (sted.acting_as(Rolle::Leder).await, sted.acting_as(Rolle::Medarbejder).await);
    let path = format!("/forloeb/{}", sted.forloeb);
    let lists = |page: &str| form_of(page).matches("<select id=\"f-samtale-indkaldelse-deltager_nr-").count();
    let page = leder.fetch(&format!("{path}?vis=samtale-indkaldelse")).await.tekst;
    assert_eq!(lists(&page), 1, "there is one to begin with: {page}");
    let typed = format!("{TALK}&deltagere=Min+vagtplanl%C3%A6gger&deltager_nr={TR}&goer=flere");
    let answer = leder.send(&format!("{path}/samtale-indkaldelse"), &typed).await;
    assert_eq!((answer.status, lists(&answer.tekst)), (StatusCode::OK, 2), "{}", answer.tekst);
    let form = form_of(&answer.tekst);
    for kept in [
        "value=\"2026-02-10T10:00\"",
        "value=\"Lederens kontor\"",
        ">Min vagtplanlægger</textarea>",
        "<option value=\"10002\" selected>Mohammed Nielsen</option>",
        "<option value=\"10003\">Ida Iversen</option>",
    ] {
        assert!(form.contains(kept), "{kept}: {form}");
    }
    let elsewhere = leder.send(&format!("{path}/samtale"), "dato=2026-02-05&udfald=holdt&goer=flere").await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "a form without people has no such button");
    let f = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap();
    assert!(f.indkaldt.is_none() && f.samtaler.is_empty(), "nothing is sent by it");

    let typed =
        format!("{TALK}&deltagere=Min+vagtplanl%C3%A6gger%0D%0AAMR&deltager_nr={TR}&deltager_nr=&deltager_nr=10003");
    let answer = leder.send_shown(&format!("{path}/samtale-indkaldelse"), &typed).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.tekst);
    let f = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap();
    assert_eq!(f.indkaldt.as_ref().unwrap().what.deltager_nr, [TR, "10003"]);
    let letter = own.fetch(&format!("{path}/indkaldelse")).await.tekst;
    let said = "Foruden dig og mig deltager Min vagtplanlægger, AMR, Mohammed Nielsen, Ida Iversen.";
    assert!(letter.contains(said), "{letter}");
    let mine = own.fetch("/mig").await.tekst;
    assert!(mine.contains("Der deltager også: Min vagtplanlægger, AMR, Mohammed Nielsen, Ida Iversen"), "{mine}");
}

#[tokio::test]
async fn too_many_colleagues_and_one_who_is_none_are_said_at_the_field() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let path = format!("/forloeb/{}/samtale-indkaldelse", sted.forloeb);
    for nr in 0..8 {
        sted.ansaet(&format!("1010{nr}"), &format!("Vikar Nummer {nr}"), "10001", "E101").await;
    }
    // Three who were there, and eight who came: one more than the most.
    let eleven: Vec<_> = ["10002", "10003", "10011"]
        .map(str::to_owned)
        .into_iter()
        .chain((0..8).map(|nr| format!("1010{nr}")))
        .collect();
    let typed: String = eleven.iter().map(|nr| format!("&deltager_nr={nr}")).collect();
    let refused = leder.send(&path, &format!("{TALK}{typed}")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = form_of(&refused.tekst);
    assert!(
        form.contains("id=\"f-samtale-indkaldelse-deltager_nr-fejl\"") && form.contains("kan højst være 10 kolleger"),
        "{form}"
    );
    assert!(form.contains("id=\"f-samtale-indkaldelse-deltager_nr-11\""), "what was chosen is kept: {form}");
    // Ole Olsen has another leader.
    let refused = leder.send(&path, &format!("{TALK}&deltager_nr=20010")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(form_of(&refused.tekst).contains("skal være en kollega under samme leder"), "{}", refused.tekst);
    let typed = typed.replace("&deltager_nr=10107", "&deltager_nr=10002");
    let answer = leder.send_shown(&path, &format!("{TALK}{typed}")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "the same twice is one, so they are ten: {}", answer.tekst);
}

#[tokio::test]
async fn whom_the_employee_wishes_to_have_along_is_ticked_and_stands_in_the_letter() {
    let sted = Arbejdsplads::open().await;
    let (leder, own) = (sted.acting_as(Rolle::Leder).await, sted.acting_as(Rolle::Medarbejder).await);
    let path = format!("/forloeb/{}", sted.forloeb);
    let page = leder.fetch(&format!("{path}?vis=samtale-indkaldelse")).await.tekst;
    assert!(!page.contains("Medarbejderen har ønsket"), "nothing is written: {page}");
    let written = "ord=Stille&netvaerk=Tillidsrepr%C3%A6sentanten%0D%0AMin+bror,+Ole";
    let answer = own.send(&format!("{path}/plan/egne-ord"), written).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.tekst);
    let page = leder.fetch(&format!("{path}?vis=samtale-indkaldelse")).await.tekst;
    let form = form_of(&page);
    for asked in [
        "value=\"Tillidsrepræsentanten\"> Medarbejderen har ønsket, at Tillidsrepræsentanten er med",
        "value=\"Min bror, Ole\"> Medarbejderen har ønsket, at Min bror, Ole er med",
    ] {
        assert!(form.contains(asked), "{asked}: {form}");
    }
    for rolle in [Rolle::Revisor, Rolle::Kontaktperson, Rolle::Koordinator] {
        let page = sted.acting_as(rolle).await.fetch(&path).await.tekst;
        assert!(!page.contains("Min bror, Ole er med"), "{rolle} invites nobody: {page}");
    }
    // Refused, the tick and what was written beside it are where they were.
    let typed = "sted=Lederens+kontor&art=indbudt&deltagere=Min+bror,+Ole&deltagere=AMR";
    let refused = leder.send(&format!("{path}/samtale-indkaldelse"), typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = form_of(&refused.tekst);
    assert!(form.contains("value=\"Min bror, Ole\" checked>") && form.contains(">AMR</textarea>"), "{form}");
    assert!(!form.contains("value=\"Tillidsrepræsentanten\" checked>"), "{form}");
    let typed = format!("{TALK}&deltagere=Min+bror,+Ole&deltagere=AMR%0D%0AMin+bror,+Ole");
    let answer = leder.send_shown(&format!("{path}/samtale-indkaldelse"), &typed).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.tekst);
    let letter = own.fetch(&format!("{path}/indkaldelse")).await.tekst;
    assert!(letter.contains("Foruden dig og mig deltager Min bror, Ole, AMR."), "each once: {letter}");
}
