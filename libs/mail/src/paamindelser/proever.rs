//! The worker against a real log and a real SMTP server.

mod damaged_log;
mod igen;
mod ledere;
mod machine_clock;
mod maengde;
mod moeder;
mod morgenen;
mod nedbrudsmatrix;
mod opstilling;
mod panik;
mod ure;
mod ventetid;

use std::collections::{BTreeMap, BTreeSet};

use forloeb::haendelse::{Afgoerelse, LederSkiftet, Udfald};
use forloeb::kommando::Handling;
use forloeb::ord::{Aflysning, Modtagerrolle};
use systemtests::Bestilt;
use uuid::Uuid;

use super::FlytFejl;
use super::plan::{Vej, bunker, message_id};
use super::udsending::Udsendt;
use app::noegler::Fortrolig;
use opstilling::{HR, Opstilling, dag, tid};

type Proeve = Opstilling;

/// Worked by hand from `ingen_goer_noget_i_halvfjerds_dage` of the domain: kontaktperson is tr, leders_leder is chef.
const HALVFJERDS_TAVSE_DAGE: &str = "
    2026-01-14 tr Husk: første kontakt 16. januar
    2026-01-16 leder Husk: opfølgningssamtale 30. januar
    2026-01-16 tr Husk: første kontakt 16. januar
    2026-01-19 leder Overskredet: første kontakt 18. januar
    2026-01-21 hr-postkasse Overskredet: første kontakt 18. januar
    2026-01-27 hr-postkasse Husk: frist for anmeldelse 6. februar
    2026-01-27 leder 2 frister: nærmeste 30. januar
    2026-01-30 hr-postkasse Husk: frist for anmeldelse 6. februar
    2026-01-30 leder 3 frister: nærmeste 30. januar
    2026-02-03 hr-postkasse Overskredet: opfølgningssamtale 2. februar
    2026-02-03 leder Overskredet: opfølgningssamtale 2. februar
    2026-02-03 maria Til orientering: opfølgningssamtale
    2026-02-04 hr-postkasse Sidste chance: frist for anmeldelse 6. februar
    2026-02-04 leder Sidste chance: frist for anmeldelse 6. februar
    2026-02-06 hr-postkasse Sidste chance: frist for anmeldelse 6. februar
    2026-02-06 leder Sidste chance: frist for anmeldelse 6. februar
    2026-02-10 chef Overskredet: frist for anmeldelse 9. februar
    2026-02-10 hr-postkasse Overskredet: frist for anmeldelse 9. februar
    2026-02-13 leder Husk: opfølgning ved otte uger 27. februar
    2026-02-17 chef Overskredet: frist for anmeldelse 9. februar
    2026-02-17 hr-postkasse Overskredet: frist for anmeldelse 9. februar
    2026-02-24 chef Overskredet: frist for anmeldelse 9. februar
    2026-02-24 hr-postkasse Overskredet: frist for anmeldelse 9. februar
    2026-02-25 leder Husk: opfølgning ved otte uger 27. februar
    2026-03-02 hr-postkasse Overskredet: opfølgning ved otte uger 1. marts
    2026-03-03 chef Overskredet: frist for anmeldelse 9. februar
    2026-03-03 hr-postkasse Overskredet: frist for anmeldelse 9. februar
    2026-03-10 chef Overskredet: frist for anmeldelse 9. februar
    2026-03-10 hr-postkasse Overskredet: frist for anmeldelse 9. februar";

fn linjer(tekst: &str) -> Vec<&str> {
    tekst.lines().map(str::trim).filter(|l| !l.is_empty()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn halvfjerds_tavse_dage_sender_dag_for_dag_i_et_hop() {
    let p = Proeve::ny("2026-01-05T09:00").await;
    let id = p.vaek("10010", "2026-01-05").await;
    p.til("2026-03-16T12:00").await;
    assert_eq!(p.linjer(), linjer(HALVFJERDS_TAVSE_DAGE));

    let breve = p.post.breve();
    let datoer: Vec<_> = breve.iter().map(dato).collect();
    assert!(datoer.is_sorted(), "each day's mails before the next day's: {datoer:?}");
    for b in &breve {
        rent(b, id);
        assert!(dato(b).to_rfc3339().ends_with("T08:00:00+01:00"));
        assert_eq!(b.hoved("Auto-Submitted").as_deref(), Some("auto-generated"));
        assert_eq!(b.hoved("Reply-To").as_deref(), Some("hr-postkasse@kommune.test"));
        assert!(b.message_id.ends_with("@kommune.test"));
    }
    let ider: BTreeSet<_> = breve.iter().map(|b| &b.message_id).collect();
    assert_eq!(ider.len(), breve.len());
    // 4, 5, 6 and 9 February at 4695 / 5 kroner.
    let foerste_tab = breve.iter().find(|b| b.emne.contains("9. februar")).unwrap();
    assert!(foerste_tab.tekst.contains("Der er tabt omkring 3.756 kr."), "{}", foerste_tab.tekst);
    assert!(foerste_tab.tekst.contains("Skulle være sket senest mandag den 9. februar 2026."));

    let udfald = p.udfald("10010").await;
    assert_eq!(udfald.len(), 32, "every planned reminder has an outcome");
    assert!(udfald.values().all(|u| matches!(u, Udfald::Sendt { brev, .. } if ider.contains(brev))));
    p.arbejder.tik().await.unwrap();
    assert_eq!(p.post.breve().len(), breve.len(), "nothing twice");
}

fn dato(b: &systemtests::Brev) -> chrono::DateTime<chrono_tz::Tz> {
    let dato = chrono::DateTime::parse_from_rfc2822(&b.hoved("Date").unwrap()).unwrap();
    dato.with_timezone(&chrono_tz::Europe::Copenhagen)
}

/// No word for an illness, no name, no number of a person, no unit; a short reference and a link.
fn rent(b: &systemtests::Brev, id: Uuid) {
    let alt = format!("{}\n{}", b.emne, b.tekst);
    let sidste = alt.to_lowercase();
    for ord in ["syg", "rask", "fravær", "læge", "diagnose", "åse", "ærøskøbing", "solsikken", "e101", "0101", "222100"]
    {
        assert!(!sidste.contains(ord), "'{ord}' i\n{alt}");
    }
    // The link is made of random digits; what is left must hold no employee number.
    let uden_link = alt.replace(&id.to_string(), "").replace(&id.simple().to_string()[..8], "");
    assert!(!uden_link.contains("100"), "{alt}");
    let link = format!("https://opfoelgning.test/forloeb/{id}");
    assert!(alt.contains(&link) || alt.contains("https://opfoelgning.test/mig"), "{alt}");
    assert!(alt.contains(&id.simple().to_string()[..8]));
    let hoveder: String = b.hoveder.iter().map(|(n, v)| format!("{n}: {v}\n")).collect();
    assert!(!hoveder.contains("100") && !hoveder.contains("rask"), "{hoveder}");
}

#[tokio::test(flavor = "multi_thread")]
async fn raskmeldt_paa_dag_16_bliver_der_stille() {
    let p = Proeve::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.til("2026-01-20T12:00").await;
    p.raskmeld("10010", "2026-01-20").await;
    let foer = p.linjer();
    assert_eq!(foer, linjer(HALVFJERDS_TAVSE_DAGE)[..4]);
    p.til("2026-03-16T12:00").await;
    assert_eq!(p.linjer(), foer);
    assert_eq!(p.kerne.vis().foerste_forfald(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn et_brev_pr_postkasse_og_morgen_for_flere_forloeb() {
    let p = Proeve::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.vaek("10011", "2026-01-05").await;
    p.til("2026-02-03T12:00").await;
    let mut pr_dag: BTreeMap<String, usize> = BTreeMap::new();
    for l in p.linjer() {
        *pr_dag.entry(l.split(' ').take(2).collect::<Vec<_>>().join(" ")).or_default() += 1;
    }
    assert!(pr_dag.values().all(|n| *n == 1), "{pr_dag:?}");
    assert!(p.linjer().contains(&"2026-01-30 leder 6 frister: nærmeste 30. januar".to_owned()));
    assert_eq!(pr_dag.len(), 13, "as for one, and Ib's own copy");
}

#[tokio::test(flavor = "multi_thread")]
async fn et_midlertidigt_nej_proeves_igen_med_voksende_pauser() {
    let p = Proeve::ny("2026-01-12T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.post.bestil(&[Bestilt::Afvis(451), Bestilt::AfvisModtager(450), Bestilt::Afvis(535)]);
    p.til("2026-01-14T08:00").await;
    assert_eq!((p.linjer().len(), p.udfald("10010").await.len()), (0, 0), "nothing is final");
    p.til("2026-01-14T08:06").await;
    assert_eq!(p.linjer().len(), 0, "1, 2 and 4 minutes: the fourth attempt is at 08:07");
    p.til("2026-01-14T12:00").await;
    assert_eq!(p.linjer(), ["2026-01-14 tr Husk: første kontakt 16. januar"]);
    let svar: Vec<_> = p.post.forsoeg().into_iter().map(|f| f.svar).collect();
    assert_eq!(svar, ["451", "450", "535", "250"]);
    let afgjort = p.forloeb("10010").await.afgjorte.values().next().unwrap().clone();
    assert_eq!(afgjort.tid, tid("2026-01-14T08:07"));
}

#[tokio::test(flavor = "multi_thread")]
async fn et_endeligt_nej_gaar_til_hr_i_samme_brev_som_hrs_eget() {
    let p = Proeve::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.til("2026-01-26T12:00").await;
    p.post.toem();
    p.post.bestil(&[Bestilt::AfvisModtager(550)]);
    p.til("2026-01-27T12:00").await;
    assert_eq!(p.linjer(), ["2026-01-27 hr-postkasse 2 frister: nærmeste 30. januar"]);
    assert!(p.post.breve()[0].tekst.contains("Mailen går til HR, fordi"));
    let fejlede: Vec<_> =
        p.udfald("10010").await.into_iter().filter(|(_, u)| matches!(u, Udfald::Fejlet { .. })).collect();
    assert_eq!(fejlede.len(), 2);
    assert!(
        fejlede
            .iter()
            .all(|(n, u)| n.modtager == Modtagerrolle::Leder && *u == Udfald::Fejlet { grund: "smtp_550".into() })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn afbrudt_efter_aflevering_bliver_det_samme_brev_igen() {
    let mut p = Proeve::ny("2026-01-12T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.post.bestil(&[Bestilt::ModtagOgAfbryd]);
    p.til("2026-01-14T08:00").await;
    // What came meanwhile does not change the mail that may have arrived.
    p.vaek("10011", "2026-01-02").await;
    p.til("2026-01-14T09:00").await;
    let breve = p.post.breve();
    assert_eq!(breve.len(), 2);
    assert_eq!(breve[0].raa, breve[1].raa, "byte for byte");
    // And across a crash between handing over and recording.
    p.post.bestil(&[Bestilt::ModtagOgAfbryd, Bestilt::ModtagOgAfbryd]);
    p.til("2026-01-16T08:00").await;
    p.genstart();
    p.til("2026-01-16T08:02").await;
    let breve = &p.post.breve()[2..];
    let mut antal: BTreeMap<&str, usize> = BTreeMap::new();
    breve.iter().for_each(|b| *antal.entry(&b.message_id).or_default() += 1);
    assert!(breve.len() > antal.len() && antal.values().all(|n| *n <= 2), "{antal:?}");
    let modtagere: BTreeSet<_> = breve.iter().map(|b| (b.konvolut_til.clone(), dato(b))).collect();
    assert_eq!(modtagere.len(), antal.len(), "one Message-ID per mailbox and morning");
}

#[tokio::test(flavor = "multi_thread")]
async fn halvt_noteret_ved_nedbrud_sendes_resten_ikke_igen() {
    let mut p = Proeve::ny("2026-01-05T09:00").await;
    let id = p.vaek("10010", "2026-01-05").await;
    let ib = p.vaek("10011", "2026-01-05").await;
    p.til("2026-01-13T12:00").await;
    let numre = ["10010".to_owned(), "10011".to_owned()];
    let plan = p.arbejder.udsender.forfaldent(&numre, dag("2026-01-14")).await.unwrap();
    let (maria, ibs) = (plan[0].1[0].0.clone(), plan[1].1[0].0.clone());
    let tr = Fortrolig::ny("tr@kommune.test".to_owned());
    let brev = message_id(&[maria.navn(), ibs.navn()].into(), &tr, "kommune.test");
    p.kerne.ur.flyt(tid("2026-01-14T08:00"));
    let udfald = Udfald::Sendt { brev: brev.clone(), til: Some("10002".into()) };
    let noegle = maria.planlagt.noegle.clone();
    p.handl("10010", Handling::AfgoerPaamindelser(vec![Afgoerelse { noegle, dag: dag("2026-01-14"), udfald }])).await;
    p.genstart();
    p.arbejder.tik().await.unwrap();
    assert_eq!(p.linjer().len(), 0);
    assert_eq!(p.udfald("10011").await[&ibs.planlagt.noegle], Udfald::Sendt { brev, til: Some("10002".into()) });
    assert_ne!(id, ib);
}

#[tokio::test(flavor = "multi_thread")]
async fn efter_nedetid_sendes_det_der_stadig_er_sandt_en_gang() {
    let mut p = Proeve::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.kerne.ur.flyt(tid("2026-01-22T10:00"));
    p.arbejder.tik().await.unwrap();
    let ventet = [
        "2026-01-22 hr-postkasse Overskredet: første kontakt 18. januar",
        "2026-01-22 leder 2 frister: 1 overskredet, nærmeste 30. januar",
        "2026-01-22 tr Overskredet: første kontakt 18. januar",
    ];
    assert_eq!(p.linjer(), ventet);
    let overhalede =
        p.udfald("10010").await.into_values().filter(|u| *u == Udfald::Aflyst { aarsag: Aflysning::Overhalet });
    assert_eq!(overhalede.count(), 1, "t-2 to the kontaktperson");
    // Later the same day: what becomes due waits for the morning, also across a restart.
    p.vaek("10011", "2026-01-05").await;
    p.til("2026-01-22T15:00").await;
    p.genstart();
    p.arbejder.tik().await.unwrap();
    assert_eq!(p.linjer(), ventet);
    let til = tid("2026-01-23T08:00");
    let udfald = p.udfald("10011").await;
    let udskudte = udfald.values().filter(|u| **u == Udfald::Udskudt { til });
    assert_eq!(udskudte.count(), 4, "what waits for the morning after a start says so: {udfald:?}");
    p.til("2026-01-23T09:00").await;
    assert_eq!(p.linjer().len(), 6);
    assert!(p.linjer()[3..].iter().all(|l| l.starts_with("2026-01-23")), "{:?}", p.linjer());
}

#[tokio::test(flavor = "multi_thread")]
async fn intet_uden_for_arbejdstid_weekend_og_jul() {
    let mut p = Proeve::ny("2026-12-10T09:00").await;
    p.vaek("10010", "2026-12-10").await;
    p.til("2026-12-22T18:00").await;
    p.post.toem();
    p.post.luk();
    p.til("2026-12-23T18:00").await; // the target: the kontaktperson's mail cannot leave
    let til = tid("2026-12-28T08:00");
    assert!(p.udfald("10010").await.values().any(|u| *u == Udfald::Udskudt { til }), "{:?}", p.udfald("10010").await);
    p.post.aabn();
    for naar in ["2026-12-24T09:00", "2026-12-25T09:00", "2026-12-26T09:00", "2026-12-27T09:00", "2026-12-28T07:59"] {
        assert!(p.kerne.ur.flyt(tid(naar)));
        p.arbejder.tik().await.unwrap();
        assert!(p.linjer().is_empty(), "{naar}");
    }
    assert_eq!(p.arbejder.naeste_vaekning(tid("2026-12-24T09:00")), Some(til));
    p.til("2026-12-28T17:30").await;
    let ventet = ["leder", "tr"].map(|h| format!("2026-12-28 {h} Overskredet: første kontakt 23. december"));
    assert_eq!(p.linjer(), ventet);
}

#[tokio::test(flavor = "multi_thread")]
async fn lige_foer_afsendelse_laeses_sagen_igen() {
    let p = Proeve::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.vaek("10011", "2026-01-05").await;
    p.til("2026-01-15T12:00").await;
    p.post.toem();
    // The mail is refused at 08:00; before the second attempt one forløb is over and the other has a new leader.
    p.post.bestil(&[Bestilt::Afvis(451), Bestilt::Afvis(451)]);
    p.til("2026-01-16T08:00").await;
    p.raskmeld("10011", "2026-01-15").await;
    let skifte = LederSkiftet { forloeb: Uuid::nil(), leder_nr: "10003".into(), fra: dag("2026-01-16") };
    p.handl("10010", Handling::SkiftLeder(skifte)).await;
    p.til("2026-01-19T12:00").await;
    let ventet = [
        "2026-01-16 tr Husk: første kontakt 16. januar",
        "2026-01-19 amr 2 frister: 1 overskredet, nærmeste 30. januar",
    ];
    assert_eq!(p.linjer(), ventet, "nothing to the leader who has it no more, nothing about the one who is back");
    assert!(p.udfald("10011").await.into_values().any(|u| u == Udfald::Aflyst { aarsag: Aflysning::Afsluttet }));
    assert!(p.udfald("10010").await.into_values().any(|u| u == Udfald::Aflyst { aarsag: Aflysning::Lederskifte }));
}

/// What changes between the plan and the handing over, also what no command tells of.
#[tokio::test(flavor = "multi_thread")]
async fn kun_det_der_stadig_gaelder_den_postkasse_gaar_med() {
    let p = Proeve::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.vaek("10011", "2026-01-05").await;
    let u = &p.arbejder.udsender;
    let numre = ["10010".to_owned(), "10011".to_owned()];
    let bunke = async |idag: &str| {
        let forfaldent = u.forfaldent(&numre, dag(idag)).await.unwrap().into_iter().flat_map(|(_, f)| f);
        let breve = forfaldent.filter_map(|(o, vej)| if let Vej::Brev(m) = vej { Some((o, m)) } else { None });
        bunker(breve, None).remove(0)
    };
    let tr = bunke("2026-01-14").await;
    assert_eq!(tr.opgaver.len(), 2);
    p.kerne.ur.flyt(tid("2026-01-14T08:00"));
    p.raskmeld("10011", "2026-01-13").await;
    p.ansat("10002", "ny-tr@kommune.test", |_| {}).await;
    assert!(matches!(u.udsend(&tr, tid("2026-01-14T08:00")).await, Ok(Udsendt::Afgjort)));
    assert_eq!((p.linjer().len(), p.udfald("10010").await.len()), (0, 0), "it is for another mailbox now");
    p.arbejder.tik().await.unwrap();
    assert_eq!(p.linjer(), ["2026-01-14 ny-tr Husk: første kontakt 16. januar"]);

    p.ansat("10010", "maria@kommune.test", |s| s.fratraadt = Some(dag("2026-01-20"))).await;
    p.kerne.ur.flyt(tid("2026-01-21T08:00"));
    let foer_midnat = bunke("2026-01-19").await;
    let antal = foer_midnat.opgaver.len();
    assert!(matches!(u.udsend(&foer_midnat, tid("2026-01-21T08:00")).await, Ok(Udsendt::Afgjort)));
    assert_eq!(p.linjer().len(), 1);
    let afsluttet = Udfald::Aflyst { aarsag: Aflysning::Afsluttet };
    assert_eq!(p.udfald("10010").await.into_values().filter(|u| *u == afsluttet).count(), antal);
}

#[tokio::test(flavor = "multi_thread")]
async fn et_brev_der_maaske_er_naaet_frem_vokser_ikke() {
    let p = Proeve::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.til("2026-01-26T12:00").await;
    p.post.toem();
    // 08:00 leader, HR; 08:01 leader for good, HR's own again, and then what the leader could not get.
    p.post.bestil(&[Bestilt::Afvis(451), Bestilt::ModtagOgAfbryd, Bestilt::AfvisModtager(550)]);
    p.til("2026-01-27T12:00").await;
    let breve = p.post.breve();
    let emner: Vec<_> = breve.iter().map(|b| b.emne.as_str()).collect();
    let eget = "Husk: frist for anmeldelse 6. februar";
    assert_eq!(emner, [eget, eget, "2 frister: nærmeste 30. januar"]);
    assert_eq!(breve[0].raa, breve[1].raa);
}

#[tokio::test(flavor = "multi_thread")]
async fn den_der_ikke_kan_naas_overspringes() {
    let p = Proeve::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.vaek("10001", "2026-01-05").await; // the leader is away too: chef gets both, and nobody hears of themself
    p.ansat("10002", "", |_| {}).await; // TR has no mailbox
    p.til("2026-01-19T12:00").await;
    let hvem: BTreeSet<_> = p.linjer().iter().map(|l| l.split(' ').nth(1).unwrap().to_owned()).collect();
    assert_eq!(hvem, ["chef".to_owned()].into());
    p.ansat("10000", "chef@kommune.test", |s| s.fratraadt = Some(dag("2026-01-19"))).await;
    p.post.toem();
    p.til("2026-01-28T12:00").await;
    let hvem: BTreeSet<_> = p.linjer().iter().map(|l| l.split(' ').nth(1).unwrap().to_owned()).collect();
    assert_eq!(hvem, [HR.to_owned()].into());
}

#[tokio::test(flavor = "multi_thread")]
async fn uden_modtager_og_uden_kopi_staar_grunden_i_loggen() {
    let p = Proeve::med("2026-01-05T09:00", |i| (i.hr_mail, i.medarbejderkopi) = (None, false)).await;
    p.vaek("10010", "2026-01-05").await;
    p.til("2026-02-03T12:00").await;
    let udfald: Vec<_> = p.udfald("10010").await.into_iter().collect();
    let grund =
        |rolle, aarsag| udfald.iter().filter(|(n, u)| n.modtager == rolle && *u == Udfald::Aflyst { aarsag }).count();
    assert_eq!(grund(Modtagerrolle::Hr, Aflysning::Overhalet), 1);
    let venter = udfald.iter().filter(|(n, u)| n.modtager == Modtagerrolle::Hr && matches!(u, Udfald::Udskudt { .. }));
    assert_eq!(venter.count(), 3, "nobody has said where HR's mail goes");
    assert_eq!(grund(Modtagerrolle::Medarbejder, Aflysning::SlaaetFra), 1);
    assert!(p.linjer().iter().all(|l| !l.contains("maria") && !l.contains(HR)));
    assert!(p.post.breve()[0].hoved("Reply-To").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn uret_flyttes_kun_frem() {
    let p = Proeve::ny("2026-01-05T09:00").await;
    assert!(matches!(p.arbejder.flyt_ur(tid("2026-01-05T08:59")).await, Err(FlytFejl::Bagud)));
    p.til("2026-01-05T09:00").await;
    assert_eq!(p.arbejder.naeste_vaekning(tid("2026-01-05T09:00")), None, "nothing is due, ever");
}

#[tokio::test(flavor = "multi_thread")]
async fn en_raekke_som_tiden_har_gjort_tom_bliver_ikke_set_paa_igen() {
    let p = Proeve::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.ansat("10010", "maria@kommune.test", |s| s.fratraadt = Some(dag("2026-01-20"))).await;
    p.til("2026-01-20T12:00").await;
    assert_eq!(p.kerne.vis().foerste_forfald(), Some(dag("2026-01-21")));
    p.til("2026-01-21T12:00").await;
    assert_eq!(p.kerne.vis().foerste_forfald(), None, "the employment ended the day before");
    assert_eq!(p.linjer(), linjer(HALVFJERDS_TAVSE_DAGE)[..4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn loekken_sender_og_stopper_naar_den_bliver_bedt_om_det() {
    let p = Proeve::ny("2026-01-14T08:00").await;
    p.vaek("10010", "2026-01-05").await;
    let (stop, hoerer) = tokio::sync::watch::channel(false);
    let loekke = tokio::spawn(p.arbejder.clone().koer(hoerer));
    assert_eq!(p.post.vent_paa(1).len(), 1);
    stop.send(true).unwrap();
    loekke.await.unwrap();
}
