//! Where payroll and a leader say different days: the list, the forløb, the form, and what is said when it is decided.

use ::forloeb::Aktoer;
use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::Arbejdsplads;
use crate::import::fravaer;

const HEAD: &str = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n";

/// The leader reports 10003 from Tuesday 3 February; payroll says Monday the 2nd. The day is Friday 6 February 2026.
#[tokio::test]
async fn hr_sees_both_and_decides_in_the_form_of_the_forloeb() {
    let sted = Arbejdsplads::open().await;
    let (hr, leder) = (sted.acting_as(Rolle::Hr).await, sted.acting_as(Rolle::Leder).await);
    assert!(hr.fetch("/hr/uenigheder").await.tekst.contains("Der er ingen uenigheder at afgøre"));
    assert!(!hr.fetch("/hr").await.tekst.contains("/hr/uenigheder"));
    let by_hand = "medarbejder_nr=10003&foerste_fravaersdag=2026-02-03&aarsag=sygdom&omfang_pct=100&noegle=n0";
    assert_eq!(leder.send("/forloeb/ny", by_hand).await.status, StatusCode::SEE_OTHER);
    let id = sted.app.loan("10003").await.unwrap().all()[0].id;
    let file = format!("{HEAD}a1;10003;sygdom;02-02-2026;;100\n");
    let report = fravaer(&sted.app, file, &Aktoer::system("import"), &|_, _| {}).await.unwrap();
    assert_eq!((report.changed, report.disagreed.len()), (1, 1), "{report:?}");

    let page = hr.fetch("/hr/uenigheder").await.tekst;
    for part in ["2. februar 2026", "3. februar 2026", "første fraværsdag", "6.2.2026"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(hr.fetch("/hr").await.tekst.contains("uenige om én ting"));
    assert!(hr.fetch("/").await.tekst.contains("Afgør, hvem der har ret"));
    assert_eq!(leder.fetch("/hr/uenigheder").await.status, StatusCode::FORBIDDEN);
    let own = leder.fetch(&format!("/forloeb/{}", id)).await.tekst;
    assert!(own.contains("HR afgør det") && !own.contains("name=\"vaelg\""), "shown, and not to be decided");

    let link = page.split("href=\"/forloeb/").find(|rest| rest.contains("?vis=")).unwrap();
    let form = hr.fetch(&format!("/forloeb/{}", link.split('#').next().unwrap())).await.tekst;
    let uenighed = form.split("name=\"uenighed\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let path = format!("/forloeb/{}/uenighed", id);
    let body = |vaelg: &str, why: &str, key: &str| {
        format!("uenighed={uenighed}&vaelg={vaelg}&begrundelse={why}&noegle={key}&version=")
    };
    let refused = hr.send(&path, &body("loen", "", "n1")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason is asked for");
    let done = hr.send(&path, &body("loen", "Ringede+til+lederen", "n2")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.tekst);
    let page = hr.fetch(done.sted()).await.tekst;
    for part in ["Uenigheden er afgjort", "lønsystemet har ret (mandag den 2. februar 2026)", "Ringede til lederen"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(hr.fetch("/hr/uenigheder").await.tekst.contains("Der er ingen uenigheder at afgøre"));
    // Somebody else had the same page open.
    let late = hr.send(&path, &body("person", "Nej", "n3")).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
}

/// The leader: away from 3 to 4 February. Payroll: from the 2nd to the 5th. The forløb is over, with nothing else left to do.
#[tokio::test]
async fn hr_has_it_as_a_task_though_the_forloeb_is_over() {
    let sted = Arbejdsplads::open().await;
    let (hr, leder) = (sted.acting_as(Rolle::Hr).await, sted.acting_as(Rolle::Leder).await);
    let by_hand = "medarbejder_nr=10003&foerste_fravaersdag=2026-02-03&aarsag=sygdom&omfang_pct=100&noegle=n0";
    assert_eq!(leder.send("/forloeb/ny", by_hand).await.status, StatusCode::SEE_OTHER);
    let id = sted.app.loan("10003").await.unwrap().all()[0].id;
    let back = "sidste_fravaersdag=2026-02-04&noegle=n1&version=";
    let done = leder.send(&format!("/forloeb/{id}/raskmelding"), back).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.tekst);
    assert!(!hr.fetch("/").await.tekst.contains("Afgør, hvem der har ret"));
    let file = format!("{HEAD}a1;10003;sygdom;02-02-2026;05-02-2026;100\n");
    fravaer(&sted.app, file, &Aktoer::system("import"), &|_, _| {}).await.unwrap();
    let tasks = hr.fetch("/").await.tekst;
    assert!(tasks.contains("Afgør, hvem der har ret") && tasks.contains("/hr/uenigheder"), "{tasks}");
    assert!(!leder.fetch("/").await.tekst.contains("Afgør, hvem der har ret"));
}

/// Payroll told of 10003 first; their leader reports them too.
#[tokio::test]
async fn the_leader_is_told_that_payroll_knew() {
    let sted = Arbejdsplads::open().await;
    let file = format!("{HEAD}a1;10003;sygdom;02-02-2026;;100\n");
    fravaer(&sted.app, file, &Aktoer::system("import"), &|_, _| {}).await.unwrap();
    let leder = sted.acting_as(Rolle::Leder).await;
    let body = "medarbejder_nr=10003&foerste_fravaersdag=2026-02-02&aarsag=sygdom&omfang_pct=100&noegle=n1";
    let done = leder.send("/forloeb/ny", body).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.tekst);
    assert!(leder.fetch(done.sted()).await.tekst.contains("Lønsystemet havde allerede meldt fraværet"));
    assert_eq!(sted.app.loan("10003").await.unwrap().all().len(), 1, "one forløb, and not two");
}

/// Payroll calls it an injury at work from Monday 2 February 2026, and the leader does not. Meanwhile it is a task to tell EASY.
#[tokio::test]
async fn hr_decides_what_the_cause_is() {
    let sted = Arbejdsplads::open().await;
    let (hr, leder) = (sted.acting_as(Rolle::Hr).await, sted.acting_as(Rolle::Leder).await);
    let by_hand = "medarbejder_nr=10003&foerste_fravaersdag=2026-02-02&aarsag=sygdom&omfang_pct=100&noegle=n0";
    assert_eq!(leder.send("/forloeb/ny", by_hand).await.status, StatusCode::SEE_OTHER);
    let id = sted.app.loan("10003").await.unwrap().all()[0].id;
    let file = format!("{HEAD}a1;10003;arbejdsskade;02-02-2026;;100\n");
    fravaer(&sted.app, file, &Aktoer::system("import"), &|_, _| {}).await.unwrap();
    let both = "uenige om årsagen fra mandag den 2. februar 2026: arbejdsskade mod sygdom";
    let own = leder.fetch(&format!("/forloeb/{id}")).await.tekst;
    assert!(own.contains(both) && own.contains("EASY"), "{own}");
    let page = hr.fetch("/hr/uenigheder").await.tekst;
    assert!(page.contains("årsagen") && page.contains(">arbejdsskade<") && page.contains(">sygdom<"), "{page}");
    let link = page.split("href=\"/forloeb/").find(|rest| rest.contains("?vis=")).unwrap();
    let form = hr.fetch(&format!("/forloeb/{}", link.split('#').next().unwrap())).await.tekst;
    assert!(form.contains("Afgør: hvad er årsagen til fraværet?"), "{form}");
    let uenighed = form.split("name=\"uenighed\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let body = format!("uenighed={uenighed}&vaelg=person&begrundelse=Det+var+en+forkert+kode&noegle=n1&version=");
    let done = hr.send(&format!("/forloeb/{id}/uenighed"), &body).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.tekst);
    let page = hr.fetch(done.sted()).await.tekst;
    assert!(page.contains("Uenigheden om årsagen blev afgjort: arbejdspladsen har ret (sygdom)."), "{page}");
    assert!(sted.app.forloeb(id).await.unwrap().unwrap().arbejdsskade_fra.is_none());
    assert!(hr.fetch("/hr/uenigheder").await.tekst.contains("Der er ingen uenigheder at afgøre"));
}
