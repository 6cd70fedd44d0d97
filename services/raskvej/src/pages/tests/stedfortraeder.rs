//! Naming who acts for a leader, and what that one sees. Today is Friday 6 February 2026.

use ::forloeb::Aktoer;
use ::forloeb::command::DomainCommand;
use ::forloeb::haendelse::StamdataRegistreret;
use ::forloeb::words::Rolle;
use axum::http::StatusCode;
use uuid::Uuid;

use super::arbejdsplads::{Arbejdsplads, LEDER, NAME, OTHER_LEDER, TR};
use crate::access::{Intent, User};
use crate::projections::Loan;

/// The button of the second leader.
const OTHER: usize = 7;

fn body(page: &str, page_form: &str, fields: &str) -> String {
    let form = page.split("<form").find(|f| f.contains(&format!("name=\"formular\" value=\"{page_form}\""))).unwrap();
    let key = form.split("name=\"noegle\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let leder = form.split("name=\"leder_nr\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    format!("noegle={key}&leder_nr={leder}&formular={page_form}&{fields}")
}

#[tokio::test]
async fn a_leder_names_a_kollega_who_sees_what_the_leder_sees() {
    let sted = Arbejdsplads::open().await;
    let (leder, other) = (sted.acting_as(Rolle::Leder).await, sted.as_nr(OTHER).await);
    let forloeb = format!("/forloeb/{}", sted.forloeb);
    assert_eq!(other.fetch(&forloeb).await.status, StatusCode::NOT_FOUND);
    let page = leder.fetch("/stedfortraeder").await.tekst;
    assert!(page.contains(">Lone Lund</option>") && page.contains(">Direktør Dahl</option>"));
    assert!(
        !page.contains("Ole Olsen") && !page.contains(">Maria Madsen</option>"),
        "nobody of another team, not herself"
    );
    let fields = format!("fra=2026-02-06&til=2026-02-13&stedfortraeder_nr={OTHER_LEDER}");
    let body = body(&page, "periode", &fields);
    for _ in 0..2 {
        assert_eq!(leder.send("/stedfortraeder", &body).await.sted(), "/stedfortraeder?ok=stedfortraeder");
    }
    let after = leder.fetch("/stedfortraeder?ok=stedfortraeder").await.tekst;
    assert!(after.contains("Lone Lund fra fredag den 6. februar 2026 til fredag den 13. februar 2026"), "{after}");
    assert_eq!(other.fetch(&forloeb).await.status, StatusCode::OK);
    let list = other.fetch("/").await.tekst;
    assert!(list.contains("Ærlig") && list.contains("Ole Olsen"), "hers and the one she stands in for");
    assert!(other.fetch("/stedfortraeder").await.tekst.contains("<li>Maria Madsen</li>"));
    let new = other.fetch("/forloeb/ny").await.tekst;
    assert!(new.contains("(10003)") && new.contains("(20010)"), "may report both teams sick");
    assert_eq!(leder.fetch(&forloeb).await.status, StatusCode::OK, "the leader keeps her own");
}

/// From Friday 6 to Friday 13 February the leader is away. Who acts whenever the leader turns out not to be there is told on
/// every day: nobody reads from it whether the leader is ill.
#[tokio::test]
async fn the_employee_reads_who_stands_in_for_the_leader() {
    let sted = Arbejdsplads::open().await;
    let (leder, own) = (sted.acting_as(Rolle::Leder).await, sted.acting_as(Rolle::Medarbejder).await);
    let page = own.fetch("/mig").await.tekst;
    assert!(
        page.contains("så kontakt Maria Madsen, som er din leder.")
            && !page.contains("der er stedfortræder for din leder"),
        "{page}"
    );
    let name = async |form: &str, fields: &str| {
        let page = leder.fetch("/stedfortraeder").await.tekst;
        let answer = leder.send("/stedfortraeder", &body(&page, form, fields)).await;
        assert_eq!(answer.sted(), "/stedfortraeder?ok=stedfortraeder", "{}", answer.tekst);
    };
    name("fast", "stedfortraeder_nr=30001").await;
    let page = own.fetch("/mig").await.tekst;
    assert!(page.contains("Er din leder der ikke, er Direktør Dahl stedfortræder."), "{page}");
    name("periode", &format!("fra=2026-02-07&til=2026-02-13&stedfortraeder_nr={OTHER_LEDER}")).await;
    assert!(!own.fetch("/mig").await.tekst.contains("Lone Lund"), "that is from tomorrow");
    name("periode", &format!("fra=2026-02-06&til=2026-02-13&stedfortraeder_nr={OTHER_LEDER}")).await;
    let page = own.fetch("/mig").await.tekst;
    assert!(
        page.contains("Til og med fredag den 13. februar 2026 er det Lone Lund, der er stedfortræder for din leder.")
    );
    assert!(!page.contains("Direktør Dahl"), "{page}");
}

#[tokio::test]
async fn hr_names_for_anybody_and_a_wrong_form_says_what_is_wrong() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let page = hr.fetch(&format!("/stedfortraeder?leder_nr={LEDER}")).await.tekst;
    let reversed = body(&page, "periode", &format!("fra=2026-02-13&til=2026-02-10&stedfortraeder_nr={TR}"));
    let answer = hr.send("/stedfortraeder", &reversed).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.tekst.contains("Sidste dag væk:") && answer.tekst.contains("value=\"2026-02-13\""),
        "{}",
        answer.tekst
    );
    let fast = body(&page, "fast", &format!("stedfortraeder_nr={TR}"));
    let answer = hr.send("/stedfortraeder", &fast).await;
    let list = hr.fetch(answer.sted()).await.tekst;
    assert!(list.contains("Maria Madsen</a></th><td>Mohammed Nielsen</td>"), "{list}");
    let unknown = hr.fetch("/stedfortraeder?leder_nr=4711").await.tekst;
    assert!(unknown.contains("Ingen leder, du kan udpege for, har det nummer."));
    let page = hr.fetch(&format!("/stedfortraeder?leder_nr={LEDER}")).await.tekst;
    hr.send("/stedfortraeder", &body(&page, "fast", "stedfortraeder_nr=")).await;
    assert!(hr.fetch("/stedfortraeder").await.tekst.contains("Der er ikke udpeget nogen."));
}

/// What a substitute may not: name somebody for the leader, or see their own forløb and the leader's through it.
async fn loan(sted: &Arbejdsplads, id: Uuid) -> Loan {
    sted.app.loan_forloeb(id).await.unwrap()
}

#[tokio::test]
async fn a_stedfortraeder_gets_no_more_than_the_leders() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let page = hr.fetch(&format!("/stedfortraeder?leder_nr={LEDER}")).await.tekst;
    hr.send("/stedfortraeder", &body(&page, "fast", "stedfortraeder_nr=10010")).await;
    let lederens = sted.away(LEDER, "2026-02-02").await;
    let (own, hers, other) =
        (loan(&sted, sted.forloeb).await, loan(&sted, lederens).await, loan(&sted, sted.foreign).await);
    let today = sted.app.clock.today();
    let projections = sted.app.projections();
    let syg = User::new(Rolle::Leder, Some("10010".to_owned()));
    assert!(syg.find(&own, sted.forloeb, Intent::See, &projections, today).is_err(), "{NAME}'s own");
    assert!(syg.find(&hers, lederens, Intent::See, &projections, today).is_err(), "the leader's own is her leader's");
    assert!(syg.may_udpege(LEDER, &projections).is_err());
    let at: Vec<_> = projections.running_for(&syg, |_| true).map(|a| a.forloeb.medarbejder_nr.clone()).collect();
    assert_eq!(at, ["10011"], "the list shows what can be opened, and nothing else");
    assert!(other.forloeb(sted.foreign).is_some());
    assert!(syg.may_change(&other, sted.foreign, Intent::Forloeb, &projections, today).is_err());
}

/// Lone stands in for a week: she records what happens, and gives nothing away for good.
#[tokio::test]
async fn a_stedfortraeder_does_not_change_the_leder() {
    let sted = Arbejdsplads::open().await;
    let (leder, other) = (sted.acting_as(Rolle::Leder).await, sted.as_nr(OTHER).await);
    let fields = format!("fra=2026-02-06&til=2026-02-13&stedfortraeder_nr={OTHER_LEDER}");
    let page = leder.fetch("/stedfortraeder").await.tekst;
    leder.send("/stedfortraeder", &body(&page, "periode", &fields)).await;
    let path = format!("/forloeb/{}", sted.forloeb);
    assert!(leder.fetch(&path).await.tekst.contains("Gem lederskiftet"));
    let hers = other.fetch(&path).await.tekst;
    assert!(hers.contains("Gem samtalen") && !hers.contains("Gem lederskiftet"));
    let skift = format!("leder_nr={OTHER_LEDER}&fra=2026-02-06");
    assert_eq!(other.send(&format!("{path}/lederskifte"), &skift).await.status, StatusCode::FORBIDDEN);
    let acting_as = |rolle| User::new(rolle, Some(OTHER_LEDER.to_owned()));
    let lent = loan(&sted, sted.forloeb).await;
    let (projections, today) = (sted.app.projections(), sted.app.clock.today());
    assert!(acting_as(Rolle::Leder).find(&lent, sted.forloeb, Intent::See, &projections, today).is_ok());
    assert!(
        acting_as(Rolle::Kontaktperson).find(&lent, sted.forloeb, Intent::See, &projections, today).is_err(),
        "only in the role of a leader"
    );
    assert!(acting_as(Rolle::Koordinator).find(&lent, sted.forloeb, Intent::See, &projections, today).is_err());
}

/// Days without a name change nothing, and the page says so; days that were named can be taken away again. The leader's
/// leader finds the way.
#[tokio::test]
async fn dage_without_a_name_are_refused_and_named_ones_can_be_removed() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let page = leder.fetch("/stedfortraeder").await.tekst;
    let without = leder
        .send("/stedfortraeder", &body(&page, "periode", "fra=2026-07-06&til=2026-07-24&stedfortraeder_nr="))
        .await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(without.tekst.contains("Stedfortræder i de dage: skal udfyldes."), "{}", without.tekst);
    let foreign = body(&page, "periode", "fra=2026-07-06&til=2026-07-24&stedfortraeder_nr=20010");
    let answer = leder.send("/stedfortraeder", &foreign).await;
    assert!(answer.tekst.contains("skal være lederens egen leder"), "a number is no way to a name: {}", answer.tekst);
    let with = body(&page, "periode", "fra=2026-07-06&til=2026-07-24&stedfortraeder_nr=30001");
    let after = leder.fetch(leder.send("/stedfortraeder", &with).await.sted()).await.tekst;
    assert!(after.contains("Direktør Dahl fra mandag den 6. juli 2026"), "{after}");
    let remove = body(&after, "fjern", "fra=2026-07-06&til=2026-07-24");
    let after = leder.fetch(leder.send("/stedfortraeder", &remove).await.sted()).await.tekst;
    assert!(after.contains("Ingen dage med stedfortræder."), "{after}");
    let other = sted.as_nr(OTHER).await.fetch("/stedfortraeder").await.tekst;
    assert!(!other.contains("Ledere under dig"), "nobody under her leads");
}

/// The first contact with Ida is TR's. While TR is away himself it is on the leader's list, who gets the mail.
#[tokio::test]
async fn if_the_kontaktperson_is_away_the_leder_has_the_task() {
    let sted = Arbejdsplads::open().await;
    sted.away("10003", "2026-02-02").await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let tasks = |page: String| page.split("id=\"alle\"").next().unwrap().matches("Ida Iversen").count();
    let before = tasks(leder.fetch("/").await.tekst);
    sted.away(TR, "2026-02-06").await;
    assert_eq!(tasks(leder.fetch("/").await.tekst), before + 1);
}

/// A person with two employments, one of them as a leader: the other one's absence is their own.
#[tokio::test]
async fn nobody_leads_themself_through_another_ansaettelse() {
    let sted = Arbejdsplads::open().await;
    let mut stamdata = sted.app.projections().stamdata("20010").unwrap().clone();
    stamdata.leder_nr = Some("10003".to_owned());
    let person = sted.app.projections().person("10003").unwrap();
    let h = StamdataRegistreret { stamdata: Box::new(stamdata), confidential: None, person, gaelder_fra: None };
    let syg = DomainCommand::RegistrerStamdata(Box::new(h));
    sted.app.execute("20010", &syg, &Aktoer::system("import"), None).await.unwrap();
    let lent = loan(&sted, sted.foreign).await;
    let (projections, today) = (sted.app.projections(), sted.app.clock.today());
    assert_eq!(projections.ansvar(projections.cards_for("20010").next().unwrap().card).leder.as_deref(), Some("10003"));
    for rolle in [Rolle::Leder, Rolle::Kontaktperson] {
        let oneself = User::new(rolle, Some("10003".to_owned()));
        assert!(oneself.find(&lent, sted.foreign, Intent::See, &projections, today).is_err(), "{rolle}");
        assert_eq!(projections.running_for(&oneself, |_| true).count(), 0, "{rolle}");
    }
    let oneself = User::new(Rolle::Leder, Some("10003".to_owned()));
    assert!(oneself.may_sygemelde("20010", &projections).is_err());
}
