//! What has nobody to go to, or cannot leave today: it waits while there is something to say, and then it has an end.

use chrono::DateTime;
use forloeb::haendelse::{Afgoerelse, Forseglet, SamtaleIndkaldt, Udfald};
use forloeb::kommando::Handling;
use forloeb::ord::{Aflysning, Modtagerrolle};
use uuid::Uuid;

use super::opstilling::{HR, Opstilling, dag, tid};

async fn grunde(p: &Opstilling) -> Vec<(Modtagerrolle, String)> {
    p.arbejder.ventende().await.unwrap().ventende.into_iter().map(|v| (v.modtager, v.grund)).collect()
}

async fn indkald(p: &Opstilling, tidspunkt: &str) {
    let tidspunkt = DateTime::parse_from_rfc3339(tidspunkt).unwrap();
    let fortroligt = Forseglet("lukket".into());
    p.handl("10010", Handling::IndkaldSamtale(SamtaleIndkaldt { forloeb: Uuid::nil(), tidspunkt, fortroligt })).await;
}

/// Until Tuesday 3 February 2026 nobody has said where HR's mail goes. HR's of 21 January (first contact), of the 30th
/// (anmeldelse; the one of the 27th is overtaken by it) and of the 3rd (the talk) wait; then the setting is made.
#[tokio::test(flavor = "multi_thread")]
async fn uden_en_postkasse_til_hr_venter_hrs_til_der_er_en() {
    let mut p = Opstilling::med("2026-01-05T09:00", |i| i.hr_mail = None).await;
    p.vaek("10010", "2026-01-05").await;
    p.til("2026-02-03T12:00").await;
    assert_eq!(grunde(&p).await, vec![(Modtagerrolle::Hr, "ingen_hr_mail".to_owned()); 3]);
    assert_eq!(p.arbejder.mangler(), ["RASKVEJ_HR_MAIL"]);
    let hrs = async |p: &Opstilling| {
        let alle = p.udfald("10010").await.into_iter().filter(|(n, _)| n.modtager == Modtagerrolle::Hr);
        alle.map(|(_, u)| u).collect::<Vec<_>>()
    };
    let foer = hrs(&p).await;
    assert_eq!(foer.iter().filter(|u| matches!(u, Udfald::Udskudt { .. })).count(), 3, "{foer:?}");
    assert_eq!(foer.iter().filter(|u| **u == Udfald::Aflyst { aarsag: Aflysning::Overhalet }).count(), 1);
    p.genstart_med(|i| i.hr_mail = Some(format!("{HR}@kommune.test")));
    p.arbejder.tik().await.unwrap();
    let til_hr: Vec<_> = p.linjer().into_iter().filter(|l| l.contains(HR)).collect();
    assert_eq!(til_hr, ["2026-02-03 hr-postkasse 3 frister: 2 overskredet, nærmeste 6. februar"]);
    assert!(grunde(&p).await.is_empty() && p.arbejder.mangler().is_empty());
    assert_eq!(hrs(&p).await.iter().filter(|u| matches!(u, Udfald::Sendt { .. })).count(), 3);
}

/// A log of before: what was called off for want of a mailbox is due again, while there is something to say.
#[tokio::test(flavor = "multi_thread")]
async fn det_der_blev_aflyst_uden_modtager_er_ikke_aflyst_for_altid() {
    let p = Opstilling::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.kerne.ur.flyt(tid("2026-01-21T07:00"));
    let numre = ["10010".to_owned()];
    let forfaldent = p.arbejder.udsender.forfaldent(&numre, dag("2026-01-21")).await.unwrap();
    let (opgave, _) = forfaldent[0].1.iter().find(|(o, _)| o.planlagt.noegle.modtager == Modtagerrolle::Hr).unwrap();
    let udfald = Udfald::Aflyst { aarsag: Aflysning::IngenModtager };
    let (noegle, dag) = (opgave.planlagt.noegle.clone(), opgave.planlagt.dag);
    p.handl("10010", Handling::AfgoerPaamindelser(vec![Afgoerelse { noegle, dag, udfald }])).await;
    p.til("2026-01-21T12:00").await;
    assert!(p.linjer().iter().any(|l| l == "2026-01-21 hr-postkasse Overskredet: første kontakt 18. januar"));
}

/// Maria has no address when the talk of 29 January is arranged on the 12th. She has one on the 14th.
#[tokio::test(flavor = "multi_thread")]
async fn en_indbydelse_venter_paa_en_adresse() {
    let p = Opstilling::ny("2026-01-05T09:00").await;
    p.ansat("10010", "", |_| {}).await;
    p.vaek("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    indkald(&p, "2026-01-29T10:00:00+01:00").await;
    p.til("2026-01-13T12:00").await;
    assert_eq!(grunde(&p).await, [(Modtagerrolle::Medarbejder, "ingen_adresse".to_owned())]);
    p.til("2026-01-14T12:00").await;
    p.ansat("10010", "maria@kommune.test", |_| {}).await;
    p.til("2026-01-15T12:00").await;
    let hendes: Vec<_> = p.linjer().into_iter().filter(|l| l.contains(" maria ")).collect();
    assert_eq!(hendes, ["2026-01-15 maria Møde torsdag den 29. januar 2026 kl. 10.00"]);
    assert!(grunde(&p).await.is_empty());
}

/// She never has one: when the day of the talk has passed, the log says that there was nobody to send it to.
#[tokio::test(flavor = "multi_thread")]
async fn en_indbydelse_der_aldrig_kunne_sendes_faar_en_afslutning() {
    let p = Opstilling::ny("2026-01-05T09:00").await;
    p.ansat("10010", "", |_| {}).await;
    p.vaek("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    indkald(&p, "2026-01-20T10:00:00+01:00").await;
    p.til("2026-01-22T12:00").await;
    let udfald = p.udfald("10010").await;
    let (_, hendes) = udfald
        .iter()
        .find(|(n, _)| n.indbydelse().is_some() && n.modtager == Modtagerrolle::Medarbejder)
        .expect("it has an outcome");
    assert_eq!(*hendes, Udfald::Aflyst { aarsag: Aflysning::IngenModtager });
    assert!(grunde(&p).await.is_empty());
}

/// Friday 6 February 2026 is the last day of the anmeldelse. The invitations of that morning have left, the leader's
/// last chance has not, and the process starts anew: it leaves that day, and not on Monday.
#[tokio::test(flavor = "multi_thread")]
async fn en_indbydelse_er_ikke_dagens_mail_efter_en_genstart() {
    let mut p = Opstilling::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.til("2026-02-05T12:00").await;
    indkald(&p, "2026-02-20T10:00:00+01:00").await;
    p.post.toem();
    let numre = ["10010".to_owned()];
    let forfaldent = p.arbejder.udsender.forfaldent(&numre, dag("2026-02-06")).await.unwrap();
    let indbydelser = forfaldent[0].1.iter().filter(|(o, _)| o.planlagt.noegle.indbydelse().is_some());
    let sendte: Vec<_> = indbydelser
        .map(|(o, _)| {
            let (noegle, dag) = (o.planlagt.noegle.clone(), o.planlagt.dag);
            let udfald = Udfald::Sendt { brev: format!("{}@kommune.test", noegle.trin), til: noegle.nr.clone() };
            Afgoerelse { noegle, dag, udfald }
        })
        .collect();
    assert_eq!(sendte.len(), 2, "the leader's and the employee's");
    p.kerne.ur.flyt(tid("2026-02-06T08:00"));
    p.handl("10010", Handling::AfgoerPaamindelser(sendte)).await;
    p.genstart();
    p.arbejder.tik().await.unwrap();
    let ventet = [HR, "leder"].map(|h| format!("2026-02-06 {h} Sidste chance: frist for anmeldelse 6. februar"));
    assert_eq!(p.linjer(), ventet);
}

/// The leader had that morning's digest, and a last chance about somebody else did not leave with it: it is none on Monday.
#[tokio::test(flavor = "multi_thread")]
async fn en_sidste_chance_venter_ikke_til_den_er_forbi() {
    let mut p = Opstilling::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.vaek("10011", "2026-01-05").await;
    p.til("2026-02-05T12:00").await;
    p.post.toem();
    p.kerne.ur.flyt(tid("2026-02-06T08:00"));
    let numre = ["10010".to_owned()];
    let forfaldent = p.arbejder.udsender.forfaldent(&numre, dag("2026-02-06")).await.unwrap();
    let lederens = forfaldent[0].1.iter().filter(|(o, _)| o.planlagt.noegle.modtager == Modtagerrolle::Leder);
    let sendte: Vec<_> = lederens
        .map(|(o, _)| {
            let udfald = Udfald::Sendt { brev: "et@kommune.test".to_owned(), til: Some("10001".to_owned()) };
            Afgoerelse { noegle: o.planlagt.noegle.clone(), dag: o.planlagt.dag, udfald }
        })
        .collect();
    assert_eq!(sendte.len(), 1, "its last chance");
    p.handl("10010", Handling::AfgoerPaamindelser(sendte)).await;
    p.genstart();
    p.arbejder.tik().await.unwrap();
    let ventet =
        ["hr-postkasse 2 frister: nærmeste 6. februar", "leder Sidste chance: frist for anmeldelse 6. februar"];
    assert_eq!(p.linjer(), ventet.map(|l| format!("2026-02-06 {l}")));
}

/// Employed to the end of Tuesday the 20th, and the mail server is away from Monday on: what was put off until
/// Wednesday has nothing to say then, and the log says so.
#[tokio::test(flavor = "multi_thread")]
async fn det_der_er_udskudt_og_er_forbi_faar_en_afslutning() {
    let mut p = Opstilling::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.ansat("10010", "maria@kommune.test", |s| s.fratraadt = Some(dag("2026-01-20"))).await;
    p.til("2026-01-16T12:00").await;
    p.post.luk();
    p.til("2026-01-20T18:00").await;
    let udskudte = async |p: &Opstilling| {
        let alle = p.udfald("10010").await.into_values();
        alle.filter(|u| matches!(u, Udfald::Udskudt { .. })).count()
    };
    assert_eq!(udskudte(&p).await, 1);
    p.til("2026-01-21T12:00").await;
    assert_eq!(udskudte(&p).await, 0);
    let afsluttet = Udfald::Aflyst { aarsag: Aflysning::Afsluttet };
    assert_eq!(p.udfald("10010").await.into_values().filter(|u| *u == afsluttet).count(), 1);
}
