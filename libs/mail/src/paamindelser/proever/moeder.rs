//! Invitations to the calendar: sent, moved, called off, and never twice.

use chrono::DateTime;
use forloeb::haendelse::{Forseglet, LederSkiftet, SamtaleIndkaldt, SamtaleRegistreret, TtaEvalueret};
use forloeb::kommando::Handling;
use forloeb::ord::Samtaleudfald;
use forloeb::tta::Plan;
use systemtests::{Bestilt, Brev};
use uuid::Uuid;

use super::opstilling::{Opstilling, dag};

async fn indkald(p: &Opstilling, tidspunkt: &str) {
    let tidspunkt = DateTime::parse_from_rfc3339(tidspunkt).unwrap();
    let fortroligt = Forseglet("lukket".into());
    p.handl("10010", Handling::IndkaldSamtale(SamtaleIndkaldt { forloeb: Uuid::nil(), tidspunkt, fortroligt })).await;
}

/// The value of a line of an appointment, whatever its parameters.
fn felt(b: &Brev, navn: &str) -> Option<String> {
    let kalender = b.kalender.as_ref()?.replace("\r\n ", "");
    kalender.lines().find_map(|l| {
        let (foran, vaerdi) = l.split_once(':')?;
        (foran.split(';').next() == Some(navn)).then(|| vaerdi.to_owned())
    })
}

/// Those of one person, as `method sequence start`.
fn aftaler(p: &Opstilling, hvem: &str) -> Vec<String> {
    let breve = p.post.breve();
    let hendes = breve.iter().filter(|b| b.kalender.is_some() && b.konvolut_til[0].starts_with(hvem));
    hendes
        .map(|b| {
            let f = |navn| felt(b, navn).unwrap_or_default();
            format!("{} {} {}", f("METHOD"), f("SEQUENCE"), f("DTSTART"))
        })
        .collect()
}

/// Monday 5 January 2026; a meeting on Thursday the 29th at 10, which is 9 in UTC; moved to Friday; then held by telephone.
#[tokio::test(flavor = "multi_thread")]
async fn et_moede_indkaldes_flyttes_og_aflyses_i_kalenderen() {
    let p = Opstilling::ny("2026-01-05T09:00").await;
    let id = p.vaek("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    indkald(&p, "2026-01-29T10:00:00+01:00").await;
    p.til("2026-01-13T12:00").await;
    for hvem in ["leder", "maria"] {
        assert_eq!(aftaler(&p, hvem), ["REQUEST 0 20260129T090000Z"], "{hvem}");
    }
    p.til("2026-01-14T12:00").await;
    indkald(&p, "2026-01-30T13:30:00+01:00").await;
    p.til("2026-01-15T12:00").await;
    let holdt = SamtaleRegistreret {
        forloeb: Uuid::nil(),
        dato: dag("2026-01-15"),
        udfald: Samtaleudfald::Holdt,
        forventet_varighed: None,
        delvis_mulig: None,
    };
    p.handl("10010", Handling::Samtale(holdt)).await;
    p.til("2026-02-04T12:00").await;
    let ventet = ["REQUEST 0 20260129T090000Z", "REQUEST 1 20260130T123000Z", "CANCEL 2 "];
    for hvem in ["leder", "maria"] {
        assert_eq!(aftaler(&p, hvem), ventet, "{hvem}");
    }
    let breve = p.post.breve();
    let aftaler: Vec<_> = breve.iter().filter(|b| b.kalender.is_some()).collect();
    for b in &aftaler {
        assert_eq!(felt(b, "UID").unwrap(), format!("moede-{id}@kommune.test"));
        assert_eq!(felt(b, "SUMMARY").as_deref(), Some("Møde"));
        assert!(felt(b, "DTSTAMP").unwrap().ends_with('Z'));
        assert_eq!(felt(b, "ATTENDEE").unwrap(), format!("mailto:{}", b.konvolut_til[0]));
        let alt = format!("{}\n{}\n{}", b.emne, b.tekst, b.kalender.as_ref().unwrap()).to_lowercase();
        for ord in ["syg", "rask", "fravær", "læge", "åse", "ærøskøbing", "solsikken", "0101"] {
            assert!(!alt.replace("-//raskvej//da", "").contains(ord), "{ord} i\n{alt}");
        }
    }
    assert_eq!(felt(aftaler[0], "DTSTAMP").as_deref(), Some("20260112T080000Z"), "when the meeting was made");
    assert!(aftaler[0].emne.starts_with("Møde torsdag den 29. januar 2026 kl. 10.00"), "{}", aftaler[0].emne);
}

/// Half past eleven at night on Thursday in London is half past midnight on Friday here, and half past midnight on Friday
/// in Helsinki is still Thursday: the day of a meeting is the one people here see in their calendars.
#[tokio::test(flavor = "multi_thread")]
async fn moedets_dag_er_dagen_i_danmark_hvor_end_tiden_er_skrevet() {
    for (tidspunkt, ventet, emne) in [
        ("2026-01-29T23:30:00+00:00", "2026-01-30", "Møde fredag den 30. januar 2026 kl. 0.30"),
        ("2026-01-30T00:30:00+02:00", "2026-01-29", "Møde torsdag den 29. januar 2026 kl. 23.30"),
    ] {
        let p = Opstilling::ny("2026-01-05T09:00").await;
        p.vaek("10010", "2026-01-05").await;
        p.til("2026-01-12T09:00").await;
        indkald(&p, tidspunkt).await;
        p.til("2026-01-13T12:00").await;
        let udfald = p.udfald("10010").await;
        let dage: Vec<_> = udfald.keys().filter(|n| n.indbydelse().is_some()).map(|n| n.generation).collect();
        assert_eq!(dage, [dag(ventet); 2], "{tidspunkt}");
        assert_eq!(p.post.breve().iter().filter(|b| b.emne == emne).count(), 2, "{tidspunkt}");
    }
}

/// Back at work before the meeting, and a meeting that has not been told of is not called off.
#[tokio::test(flavor = "multi_thread")]
async fn et_moede_falder_bort_naar_forloebet_slutter() {
    let p = Opstilling::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    indkald(&p, "2026-01-29T10:00:00+01:00").await;
    // The server drops the connection after the leader's or the employee's: the same mail again, byte for byte.
    p.post.bestil(&[Bestilt::ModtagOgAfbryd]);
    p.til("2026-01-13T12:00").await;
    let breve: Vec<_> = p.post.breve().into_iter().filter(|b| b.kalender.is_some()).collect();
    assert_eq!(breve.len(), 3);
    let to: Vec<_> = breve.iter().filter(|b| b.message_id == breve[0].message_id).collect();
    assert!(to.len() == 2 && to[0].raa == to[1].raa);
    p.raskmeld("10010", "2026-01-13").await;
    p.til("2026-01-14T12:00").await;
    assert_eq!(aftaler(&p, "maria").last().unwrap(), "CANCEL 1 ");
    assert_eq!(aftaler(&p, "leder").last().unwrap(), "CANCEL 1 ");
    let antal = p.post.breve().len();
    p.til("2026-02-04T12:00").await;
    assert_eq!(p.post.breve().len(), antal, "nothing more");

    p.vaek("10011", "2026-02-04").await;
    let tidspunkt = DateTime::parse_from_rfc3339("2026-02-20T10:00:00+01:00").unwrap();
    let h = SamtaleIndkaldt { forloeb: Uuid::nil(), tidspunkt, fortroligt: Forseglet("lukket".into()) };
    p.handl("10011", Handling::IndkaldSamtale(h)).await;
    p.raskmeld("10011", "2026-02-04").await;
    p.til("2026-02-24T12:00").await;
    assert_eq!(p.post.breve().len(), antal, "nobody was told of it");
}

async fn laeg_plan(p: &Opstilling, koordinator: &str, evalueringer: &[&str]) {
    let evalueringer = evalueringer.iter().map(|d| dag(d)).collect();
    let plan = Plan { koordinator: Some(koordinator.to_owned()), evalueringer, ..Plan::default() };
    p.handl("10010", Handling::LaegPlan { plan, fortroligt: Forseglet("lukket".into()) }).await;
}

/// Monday 5 January 2026. A plan to be evaluated on Monday 9 February and 9 March, with the AMR as its coordinator; then
/// two days later, then with the TR instead, and then evaluated, a day early.
#[tokio::test(flavor = "multi_thread")]
async fn opfoelgningen_paa_en_plan_ligger_i_kalenderen_og_flytter_med() {
    let p = Opstilling::ny("2026-01-05T09:00").await;
    let id = p.vaek("10010", "2026-01-05").await;
    p.til("2026-01-20T09:00").await;
    laeg_plan(&p, "10003", &["2026-02-09", "2026-03-09"]).await;
    p.til("2026-01-21T12:00").await;
    for hvem in ["leder", "amr", "maria"] {
        assert_eq!(aftaler(&p, hvem), ["REQUEST 0 20260209"], "{hvem}");
    }
    laeg_plan(&p, "10003", &["2026-02-11", "2026-03-09"]).await;
    p.til("2026-01-22T12:00").await;
    assert_eq!(aftaler(&p, "amr"), ["REQUEST 0 20260209", "REQUEST 1 20260211"]);

    laeg_plan(&p, "10002", &["2026-02-11", "2026-03-09"]).await;
    p.til("2026-01-23T12:00").await;
    assert_eq!(aftaler(&p, "amr").last().unwrap(), "CANCEL 2 ", "somebody else coordinates");
    assert_eq!(aftaler(&p, "tr"), ["REQUEST 2 20260211"]);
    assert_eq!(aftaler(&p, "leder").len(), 2, "for the others nothing has changed");

    p.til("2026-02-10T12:00").await;
    let evalueret = TtaEvalueret { forloeb: Uuid::nil(), dato: dag("2026-02-10"), fortroligt: None };
    p.handl("10010", Handling::EvaluerPlan(evalueret)).await;
    p.til("2026-02-11T12:00").await;
    for hvem in ["leder", "tr", "maria"] {
        assert!(aftaler(&p, hvem).last().unwrap().ends_with(" 20260309"), "{hvem}: {:?}", aftaler(&p, hvem));
    }
    p.raskmeld("10010", "2026-02-20").await;
    p.til("2026-02-24T12:00").await;
    for hvem in ["leder", "tr", "maria"] {
        let alle = aftaler(&p, hvem);
        assert!(alle.last().unwrap().starts_with("CANCEL "), "{hvem}: {alle:?}");
    }
    assert_eq!(aftaler(&p, "amr").len(), 3, "told once");
    for hvem in ["leder", "tr", "maria", "amr"] {
        let numre: Vec<u32> = aftaler(&p, hvem).iter().map(|a| a.split(' ').nth(1).unwrap().parse().unwrap()).collect();
        assert!(numre.is_sorted_by(|a, b| a < b), "{hvem}: {numre:?}");
    }
    let breve = p.post.breve();
    let b = breve.iter().find(|b| b.kalender.is_some()).unwrap();
    assert_eq!(felt(b, "UID").unwrap(), format!("opfoelgning-{id}@kommune.test"));
    assert_eq!((felt(b, "SUMMARY").as_deref(), felt(b, "DTEND").as_deref()), (Some("Opfølgning"), Some("20260210")));
    assert_eq!(b.emne, "Opfølgning mandag den 9. februar 2026");
}

/// A meeting on Thursday 29 January; on the 13th the employee gets another leader, who takes it over.
#[tokio::test(flavor = "multi_thread")]
async fn en_ny_leder_faar_moedet_og_den_gamle_bliver_fri() {
    let p = Opstilling::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    indkald(&p, "2026-01-29T10:00:00+01:00").await;
    p.til("2026-01-13T12:00").await;
    let skifte = LederSkiftet { forloeb: Uuid::nil(), leder_nr: "10003".to_owned(), fra: dag("2026-01-13") };
    p.handl("10010", Handling::SkiftLeder(skifte)).await;
    p.til("2026-01-20T12:00").await;
    assert_eq!(aftaler(&p, "leder"), ["REQUEST 0 20260129T090000Z", "CANCEL 1 "]);
    assert_eq!(aftaler(&p, "amr"), ["REQUEST 1 20260129T090000Z"]);
    assert_eq!(aftaler(&p, "maria"), ["REQUEST 0 20260129T090000Z"]);

    let tilbage = LederSkiftet { forloeb: Uuid::nil(), leder_nr: "10001".to_owned(), fra: dag("2026-01-20") };
    p.handl("10010", Handling::SkiftLeder(tilbage)).await;
    p.til("2026-01-22T12:00").await;
    assert_eq!(aftaler(&p, "leder").last().unwrap(), "REQUEST 3 20260129T090000Z", "back again");
    assert_eq!(aftaler(&p, "amr").last().unwrap(), "CANCEL 3 ");
}

/// Set for 29 January, moved to the 20th and held then: the 29th is not called off, for nobody has it any more. And the
/// leader who coordinates too has one appointment, not two.
#[tokio::test(flavor = "multi_thread")]
async fn det_der_er_holdt_aflyses_ikke_og_ingen_har_to() {
    let p = Opstilling::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    indkald(&p, "2026-01-29T10:00:00+01:00").await;
    p.til("2026-01-13T12:00").await;
    indkald(&p, "2026-01-20T10:00:00+01:00").await;
    p.til("2026-01-20T12:00").await;
    let holdt = SamtaleRegistreret {
        forloeb: Uuid::nil(),
        dato: dag("2026-01-20"),
        udfald: Samtaleudfald::Holdt,
        forventet_varighed: None,
        delvis_mulig: None,
    };
    p.handl("10010", Handling::Samtale(holdt)).await;
    p.til("2026-01-22T12:00").await;
    let ventet = ["REQUEST 0 20260129T090000Z", "REQUEST 1 20260120T090000Z"];
    for hvem in ["leder", "maria"] {
        assert_eq!(aftaler(&p, hvem), ventet, "{hvem}");
    }
    laeg_plan(&p, "10001", &["2026-02-09", "2026-03-09"]).await;
    p.til("2026-01-23T12:00").await;
    laeg_plan(&p, "10002", &["2026-02-09", "2026-03-09"]).await;
    p.til("2026-01-26T12:00").await;
    assert_eq!(aftaler(&p, "leder")[2..], ["REQUEST 0 20260209"], "still among those who meet");
    laeg_plan(&p, "10002", &["2026-03-09"]).await;
    p.til("2026-01-27T12:00").await;
    assert_eq!(aftaler(&p, "leder")[2..], ["REQUEST 0 20260209", "REQUEST 1 20260309"]);
    laeg_plan(&p, "10002", &["2026-02-09", "2026-03-09"]).await;
    p.til("2026-01-28T12:00").await;
    assert_eq!(aftaler(&p, "leder").last().unwrap(), "REQUEST 2 20260209");
}
