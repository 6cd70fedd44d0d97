//! What a leader is to do, where nobody leads: all of it is HR's. It is Friday 6 February 2026.

use std::collections::BTreeSet;

use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, LEDER, NAME, SYG, Visit};

/// What one does, by its code in an address.
const DOING: [&str; 9] =
    ["ring", "samtale", "anmeld", "kvittering", "refusion", "tag-stilling", "leder", "hos-lederen", "tabt"];

async fn sent(who: &Visit<'_>, path: &str, body: &str) {
    let answer = who.send(path, body).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.tekst);
}

/// Where the tasks of somebody lead: their own, or those that wait for others.
async fn tasks(who: &Visit<'_>, whose: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for doing in DOING {
        let list = who.fetch_anew(&format!("/?goer={doing}{whose}")).await;
        assert_eq!(list.status, StatusCode::OK, "{doing}");
        let rows = list.tekst.split("<div class=\"opgave-tekst\"><a href=\"").skip(1);
        all.extend(rows.map(|row| row.split('"').next().unwrap().to_owned()));
    }
    all
}

/// Everything there is for a leader: the frister; another time that the employee proposes; a plan they do not agree with; their
/// wish for a fastholdelsesplan; an agreement; § 56; whom no mail tells of a talk; and a forløb that was given to them.
async fn everything(sted: &Arbejdsplads) {
    let (leder, hr) = (sted.acting_as(Rolle::Leder).await, sted.acting_as(Rolle::Hr).await);
    let (own, case) = (sted.acting_as(Rolle::Medarbejder).await, format!("/forloeb/{}", sted.forloeb));
    let invitation = "&sted=Kontoret&art=indkaldt";
    let shown = async |path: String, body: String| {
        let answer = leder.send_shown(&path, &body).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.tekst);
    };
    shown(format!("{case}/samtale-indkaldelse"), format!("tidspunkt=2026-02-10T10:00{invitation}")).await;
    sent(&own, &format!("{case}/samtale-svar"), "svar=anden_tid&forslag=2026-02-12T13:00").await;
    shown(format!("{case}/plan"), "aftalt=Tre+korte+dage".to_owned()).await;
    sent(&own, &format!("{case}/plan/svar"), "planversion=1&svar=uenig&bemaerkning=Onsdag+er+for+tidligt").await;
    sent(&own, &format!("{case}/fastholdelsesplan"), "dato=2026-02-04").await;

    sted.told("40001", "Karen Krogh", |s| s.paragraf_56 = true).await;
    sted.away("40001", "2026-02-02").await;
    let other = sted.away("10003", "2026-01-05").await;
    sent(&leder, &format!("/forloeb/{other}/samtale"), "dato=2026-01-29&udfald=holdt").await;
    let held = sted.app.forloeb(other).await.unwrap().unwrap().moeder()[0].position;
    let minutes = format!(
        "til={held}&tekst=Kort&aftaler.01.tekst=Ny+vagtplan&aftaler.01.senest=2026-02-10&aftaler.01.hvem=leder"
    );
    sent(&leder, &format!("/forloeb/{other}/referat"), &minutes).await;

    // At nine today, and it is ten: no mail tells of it before.
    let third = sted.away("10002", "2026-01-12").await;
    shown(format!("/forloeb/{third}/samtale-indkaldelse"), format!("tidspunkt=2026-02-06T09:00{invitation}")).await;
    sent(&hr, &format!("/forloeb/{}/lederskifte", sted.foreign), &format!("leder_nr={LEDER}&fra=2026-02-06")).await;
}

#[tokio::test]
async fn every_task_of_a_leader_is_hrs_where_nobody_leads() {
    let sted = Arbejdsplads::open().await;
    everything(&sted).await;
    let (leder, hr) = (sted.acting_as(Rolle::Leder).await, sted.acting_as(Rolle::Hr).await);
    let of_leder = tasks(&leder, "").await;
    for part in [
        "#samtalen",
        "/plan",
        "#f-aftale-1",
        "#f-foerste-kontakt",
        "#f-samtale",
        "#f-anmeldelse",
        "#f-fast-track",
        "#f-fastholdelsessvar",
        "#f-paragraf-56",
        "#f-overtagelse",
    ] {
        assert!(of_leder.iter().any(|path| path.ends_with(part)), "{part}: {of_leder:#?}");
    }
    assert_eq!(of_leder.iter().filter(|path| path.ends_with("#samtalen")).count(), 2, "an answer, and who is not told");
    hr.fetch("/").await;
    let before = tasks(&hr, "").await;
    assert!(of_leder.iter().filter(|path| !before.contains(*path)).count() >= 5, "most of it is the leader's alone");

    // Payroll tells that she has left.
    let left = |s: &mut ::forloeb::haendelse::Stamdata| {
        (s.leder_nr, s.fratraadt) = (Some("30001".into()), "2026-02-05".parse().ok());
    };
    sted.told(LEDER, "Maria Madsen", left).await;
    let after = tasks(&hr, "").await;
    let lost: Vec<_> = of_leder.difference(&after).collect();
    assert!(lost.is_empty(), "{lost:#?}");
    assert!(after.iter().any(|path| path.ends_with("#f-lederskifte")), "somebody is to be found who leads: {after:#?}");
    let waiting = tasks(&hr, "&vis=venter").await;
    assert!(waiting.is_disjoint(&of_leder), "{waiting:#?}");
    let page = hr.fetch("/").await.tekst;
    assert_eq!(page, hr.fetch_anew("/").await.tekst, "what is kept and what is worked out anew");
    assert!(!page.contains("Følg op hos lederen"), "there is no leader to ask: {page}");

    // She was gone by mistake.
    let back = |s: &mut ::forloeb::haendelse::Stamdata| (s.leder_nr, s.fratraadt) = (Some("30001".into()), None);
    sted.told(LEDER, "Maria Madsen", back).await;
    assert_eq!(hr.fetch("/").await.tekst, hr.fetch_anew("/").await.tekst);
    assert_eq!(tasks(&hr, "").await, before);
}

/// Payroll names as the leader of Åse a number that is a second job of her own: nobody works on their own case.
#[tokio::test]
async fn who_would_lead_their_own_forloeb_is_nobody() {
    let sted = Arbejdsplads::open().await;
    everything(&sted).await;
    let (leder, hr) = (sted.acting_as(Rolle::Leder).await, sted.acting_as(Rolle::Hr).await);
    let case = format!("/forloeb/{}", sted.forloeb);
    let of_case = |all: BTreeSet<String>| all.into_iter().filter(|path| path.starts_with(&case)).collect::<Vec<_>>();
    let of_leder = of_case(tasks(&leder, "").await);
    assert!(of_leder.len() >= 6, "{of_leder:#?}");
    hr.fetch("/").await;
    sted.another_job("90010", SYG, NAME).await;
    sted.told(SYG, NAME, |s| s.leder_nr = Some("90010".into())).await;
    let after = of_case(tasks(&hr, "").await);
    let lost: Vec<_> = of_leder.iter().filter(|path| !after.contains(path)).collect();
    assert!(lost.is_empty(), "{lost:#?}");
    assert!(after.iter().any(|path| path.ends_with("#f-lederskifte")), "{after:#?}");
    assert_eq!(hr.fetch("/").await.tekst, hr.fetch_anew("/").await.tekst);
}
