//! Leaders who are away, who are ill themselves, who come back, and who are not there at all.

use forloeb::haendelse::{DelvisRegistreret, KontaktpersonValgt, StedfortraederUdpeget, Udfald};
use forloeb::kommando::{Handling, Kommando};
use forloeb::ord::Modtagerrolle;
use uuid::Uuid;

use super::opstilling::{HR, Opstilling, dag};

/// Who got mail, as `day whose`, from a day on.
fn hvem(p: &Opstilling, fra: &str) -> Vec<String> {
    let linjer = p.linjer().into_iter().filter(|l| l.as_str() >= fra);
    let mut ud: Vec<_> = linjer.map(|l| l.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    ud.dedup();
    ud
}

/// Monday 5 January 2026 the leader is away herself: her leader acts, and she is told what an employee is told.
#[tokio::test(flavor = "multi_thread")]
async fn en_leders_eget_forloeb_gaar_til_lederens_leder() {
    let p = Opstilling::ny("2026-01-05T09:00").await;
    p.vaek("10001", "2026-01-05").await;
    p.til("2026-02-03T12:00").await;
    let til_hende: Vec<_> = p.linjer().into_iter().filter(|l| l.contains(" leder ")).collect();
    assert_eq!(til_hende, ["2026-02-03 leder Til orientering: opfølgningssamtale"]);
    assert_eq!(
        hvem(&p, "2026-01-14")[..5],
        ["2026-01-14 tr", "2026-01-16 chef", "2026-01-16 tr", "2026-01-19 chef", "2026-01-21 hr-postkasse"]
    );
}

/// Away in full the chef gets it; from the day she works half her hours she gets it herself.
#[tokio::test(flavor = "multi_thread")]
async fn en_leder_der_er_delvist_tilbage_faar_sine_egne() {
    let p = Opstilling::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.til("2026-01-07T09:00").await;
    p.vaek("10001", "2026-01-07").await;
    p.til("2026-01-16T12:00").await;
    assert!(hvem(&p, "2026-01-16").contains(&"2026-01-16 chef".to_owned()), "{:?}", p.linjer());
    assert!(!hvem(&p, "2026-01-16").contains(&"2026-01-16 leder".to_owned()));
    let delvis = DelvisRegistreret { forloeb: Uuid::nil(), fra: dag("2026-01-19"), omfang_pct: 50, begrundelse: None };
    p.handl("10001", Handling::Delvis(delvis)).await;
    p.til("2026-01-19T12:00").await;
    assert!(
        p.linjer().contains(&"2026-01-19 leder Overskredet: første kontakt 18. januar".to_owned()),
        "{:?}",
        p.linjer()
    );
    // The key names the leader; the log names who got it.
    let udfald = p.udfald("10010").await;
    let (_, foer) = udfald.iter().find(|(n, _)| n.modtager == Modtagerrolle::Leder && n.trin == "t-10").unwrap();
    assert!(matches!(foer, Udfald::Sendt { til: Some(nr), .. } if nr == "10000"), "{foer:?}");
}

/// Nobody leads: HR gets it, and the mail says why.
#[tokio::test(flavor = "multi_thread")]
async fn uden_leder_faar_hr_det() {
    let p = Opstilling::ny("2026-01-05T09:00").await;
    p.ansat("10010", "maria@kommune.test", |s| s.leder_nr = None).await;
    p.vaek("10010", "2026-01-05").await;
    p.til("2026-01-16T12:00").await;
    let breve = p.post.breve();
    let hr = breve.iter().find(|b| b.konvolut_til[0].starts_with(HR)).unwrap();
    assert_eq!(hr.emne, "Husk: opfølgningssamtale 30. januar");
    assert!(hr.tekst.contains("Mailen går til HR, fordi den, der skulle have haft den, ikke kan nås."));
}

/// TR is told on Wednesday; on Thursday Maria chooses Ib, and on Friday he is the one who is told.
#[tokio::test(flavor = "multi_thread")]
async fn den_valgte_kollega_faar_det_i_stedet_for_tr() {
    let p = Opstilling::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.til("2026-01-15T09:00").await;
    let valgt = KontaktpersonValgt { forloeb: Uuid::nil(), kontaktperson_nr: Some("10011".to_owned()) };
    p.handl("10010", Handling::VaelgKontaktperson(valgt)).await;
    p.til("2026-01-16T12:00").await;
    assert_eq!(hvem(&p, "2026-01-01"), ["2026-01-14 tr", "2026-01-16 ib", "2026-01-16 leder"]);
}

async fn udpeg(p: &Opstilling, stedfortraeder: &str, periode: Option<(&str, &str)>) {
    let (fra, til) = periode.map(|(fra, til)| (dag(fra), dag(til))).unzip();
    let udpeget = StedfortraederUdpeget { stedfortraeder_nr: Some(stedfortraeder.to_owned()), fra, til };
    p.goer("10001", Kommando::UdpegStedfortraeder(udpeget)).await;
}

/// The leader is away from Wednesday to Sunday, and Ib stands in: Friday's is his, Monday's is hers again.
#[tokio::test(flavor = "multi_thread")]
async fn mens_lederen_er_vaek_faar_stedfortraederen_det() {
    let p = Opstilling::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    udpeg(&p, "10011", Some(("2026-01-14", "2026-01-18"))).await;
    p.til("2026-01-19T12:00").await;
    let ventet = ["2026-01-14 tr", "2026-01-16 ib", "2026-01-16 tr", "2026-01-19 leder"].map(|linje| linje.to_owned());
    assert_eq!(hvem(&p, "2026-01-14"), ventet);
    let udfald = p.udfald("10010").await;
    let (noegle, sendt) = udfald.iter().find(|(n, _)| n.trin == "t-10").unwrap();
    let siger = |til: &str| {
        let breve = p.post.breve();
        breve.iter().rev().find(|b| b.konvolut_til[0].starts_with(til)).unwrap().tekst.contains("i stedet for en anden")
    };
    assert!(siger("ib@") && !siger("leder@") && !siger("tr@"));
    assert_eq!(noegle.nr.as_deref(), Some("10001"), "the key names the leader");
    assert!(matches!(sendt, Udfald::Sendt { til: Some(nr), .. } if nr == "10011"), "{sendt:?}");
}

/// AMR is her standing substitute: only from the day she turns out to be away. With both away it is the chef's.
#[tokio::test(flavor = "multi_thread")]
async fn den_faste_stedfortraeder_traeder_til_naar_lederen_ikke_er_der() {
    let p = Opstilling::ny("2026-01-05T09:00").await;
    udpeg(&p, "10003", None).await;
    p.vaek("10010", "2026-01-05").await;
    p.til("2026-01-07T09:00").await;
    p.vaek("10011", "2026-01-07").await;
    p.til("2026-01-17T12:00").await;
    assert!(hvem(&p, "2026-01-16").contains(&"2026-01-16 leder".to_owned()), "{:?}", p.linjer());
    p.vaek("10001", "2026-01-17").await;
    p.til("2026-01-19T12:00").await;
    assert_eq!(hvem(&p, "2026-01-19"), ["2026-01-19 amr"]);
    p.til("2026-01-20T06:00").await;
    p.vaek("10003", "2026-01-20").await;
    p.til("2026-01-20T12:00").await;
    // Ten working days before the talk of the second forløb, and TR's last word on its first contact.
    assert_eq!(hvem(&p, "2026-01-20"), ["2026-01-20 chef", "2026-01-20 tr"]);
}

/// Nobody is told of themself, as a substitute either: Ib, half away, stands in for the leader he has himself.
#[tokio::test(flavor = "multi_thread")]
async fn en_stedfortraeder_faar_ikke_sit_eget() {
    let p = Opstilling::ny("2026-01-05T09:00").await;
    udpeg(&p, "10011", Some(("2026-01-05", "2026-02-28"))).await;
    p.vaek("10011", "2026-01-05").await;
    let delvis = DelvisRegistreret { forloeb: Uuid::nil(), fra: dag("2026-01-05"), omfang_pct: 50, begrundelse: None };
    p.handl("10011", Handling::Delvis(delvis)).await;
    p.til("2026-01-16T12:00").await;
    assert_eq!(hvem(&p, "2026-01-14"), ["2026-01-14 tr", "2026-01-16 chef", "2026-01-16 tr"]);
}

/// Ib stands in for the leader, and is away himself from Wednesday, with AMR to stand in for him: nobody acts for who
/// acts, so it goes on to the chef.
#[tokio::test(flavor = "multi_thread")]
async fn en_stedfortraeder_der_selv_er_vaek_springes_over() {
    let p = Opstilling::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    udpeg(&p, "10011", Some(("2026-01-12", "2026-01-23"))).await;
    let ibs = StedfortraederUdpeget {
        stedfortraeder_nr: Some("10003".to_owned()),
        fra: Some(dag("2026-01-14")),
        til: Some(dag("2026-01-16")),
    };
    p.goer("10011", Kommando::UdpegStedfortraeder(ibs)).await;
    p.til("2026-01-19T12:00").await;
    assert_eq!(hvem(&p, "2026-01-16"), ["2026-01-16 chef", "2026-01-16 tr", "2026-01-19 ib"]);
}

/// The anmeldelse is not made by 9 February. The chef is away, and the leader herself stands in for her: what she did
/// not do is not told to her as the chef's, but only to HR.
#[tokio::test(flavor = "multi_thread")]
async fn en_leder_paamindes_ikke_i_sin_egen_leders_sted() {
    let p = Opstilling::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    let chefens = StedfortraederUdpeget {
        stedfortraeder_nr: Some("10001".to_owned()),
        fra: Some(dag("2026-02-02")),
        til: Some(dag("2026-02-28")),
    };
    p.goer("10000", Kommando::UdpegStedfortraeder(chefens)).await;
    p.til("2026-02-10T12:00").await;
    let tiende: Vec<_> = p.linjer().into_iter().filter(|l| l.starts_with("2026-02-10")).collect();
    assert_eq!(tiende, ["2026-02-10 hr-postkasse Overskredet: frist for anmeldelse 9. februar"]);
}

/// She has left and is erased: who stood in for her does so no more, and nobody has to take it back.
#[tokio::test(flavor = "multi_thread")]
async fn en_slettet_leder_har_ingen_stedfortraeder() {
    let p = Opstilling::ny("2026-01-05T09:00").await;
    udpeg(&p, "10011", None).await;
    assert_eq!(p.kerne.vis().staar_ind_for("10011").count(), 1);
    p.goer("10001", Kommando::SletPerson { aarsag: "fratrådt".to_owned() }).await;
    assert_eq!(p.kerne.vis().staar_ind_for("10011").count(), 0);
    assert!(p.kerne.vis().stedfortraedere("10001").is_none());
    assert_eq!(p.kerne.sammenlign().await.unwrap().1, std::collections::BTreeSet::new());
}
