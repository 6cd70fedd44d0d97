//! Leaders who are away, who are ill themselves, who come back, and who are not there at all.

use forloeb::Procent;
use forloeb::command::{Act, DomainCommand};
use forloeb::haendelse::{
    DelvisRegistreret, Forsvundet, KontaktpersonValgt, OmsorgskollegaValgt, StedfortraederUdpeget, Udfald,
};
use forloeb::words::{Modtagerrolle, Sletningsgrund};
use uuid::Uuid;

use super::fixture::{Fixture, HR, dag};

/// Who got mail, as `day whose`, from a day on.
fn who(p: &Fixture, fra: &str) -> Vec<String> {
    let lines = p.lines().into_iter().filter(|l| l.as_str() >= fra);
    let mut out: Vec<_> = lines.map(|l| l.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    out.dedup();
    out
}

/// Monday 5 January 2026 the leader is away herself: her leader acts, and she is told what an employee is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_leders_own_forloeb_goes_to_the_leders_leder() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10001", "2026-01-05").await;
    p.til("2026-02-03T12:00").await;
    let to_her: Vec<_> = p.lines().into_iter().filter(|l| l.contains(" leder ")).collect();
    assert_eq!(to_her, ["2026-02-03 leder Til orientering: opfølgningssamtale"]);
    assert_eq!(
        who(&p, "2026-01-14")[..5],
        ["2026-01-14 tr", "2026-01-16 chef", "2026-01-16 tr", "2026-01-19 chef", "2026-01-21 hr-postkasse"]
    );
}

/// Away in full the chef gets it; from the day she works half her hours she gets it herself.
#[tokio::test(flavor = "multi_thread")]
async fn a_leder_who_is_partly_back_gets_their_own() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-07T09:00").await;
    p.away("10001", "2026-01-07").await;
    p.til("2026-01-16T12:00").await;
    assert!(who(&p, "2026-01-16").contains(&"2026-01-16 chef".to_owned()), "{:?}", p.lines());
    assert!(!who(&p, "2026-01-16").contains(&"2026-01-16 leder".to_owned()));
    let delvis = DelvisRegistreret {
        forloeb: Uuid::nil(),
        fra: dag("2026-01-19"),
        omfang_pct: Procent::whole(50),
        begrundelse: None,
    };
    p.act("10001", Act::Delvis(delvis)).await;
    p.til("2026-01-19T12:00").await;
    assert!(
        p.lines().contains(&"2026-01-19 leder Overskredet: første kontakt 18. januar".to_owned()),
        "{:?}",
        p.lines()
    );
    // The key names the leader; the log names who got it.
    let udfald = p.udfald("10010").await;
    let (_, before) = udfald.iter().find(|(n, _)| n.modtager == Modtagerrolle::Leder && n.trin == "t-10").unwrap();
    assert!(matches!(before, Udfald::Sendt { til: Some(nr), .. } if nr == "10000"), "{before:?}");
}

/// Nobody leads: HR gets it, and the mail says why.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_leder_hr_gets_it() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.ansat("10010", "maria@kommune.test", |s| s.leder_nr = None).await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-16T12:00").await;
    let letters = p.transport.letters();
    let hr = letters.iter().find(|b| b.envelope_to[0].starts_with(HR)).unwrap();
    assert_eq!(hr.subject, "Husk: opfølgningssamtale 30. januar");
    assert!(hr.tekst.contains("Mailen går til HR, fordi den, der skulle have haft den, ikke kan nås."));
}

/// The leader and the chef are both away: who leads the chef is not let in to the case, and HR gets it.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_above_the_leders_leder_gets_it() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.ansat("10099", "direktoer@kommune.test", |_| {}).await;
    p.ansat("10000", "chef@kommune.test", |s| s.leder_nr = Some("10099".to_owned())).await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-07T09:00").await;
    p.away("10001", "2026-01-07").await;
    p.away("10000", "2026-01-07").await;
    p.til("2026-01-16T12:00").await;
    assert_eq!(who(&p, "2026-01-16"), ["2026-01-16 hr-postkasse", "2026-01-16 tr"]);
}

/// On Monday 12 January a whole file of payroll has the leader no more: from then on nothing is hers. Friday's is her leader's,
/// and Monday's, when the file has her again, is hers.
#[tokio::test(flavor = "multi_thread")]
async fn a_leder_who_is_gone_from_payroll_gets_nothing() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    let gone = |stand| DomainCommand::MedarbejderGone { stand, fratraadt: None };
    p.perform("10001", &gone(Forsvundet::Meldt)).await;
    p.til("2026-01-16T12:00").await;
    assert_eq!(who(&p, "2026-01-13"), ["2026-01-14 tr", "2026-01-16 chef", "2026-01-16 tr"]);
    let udfald = p.udfald("10010").await;
    let (_, sent) = udfald.iter().find(|(n, _)| n.modtager == Modtagerrolle::Leder && n.trin == "t-10").unwrap();
    assert!(matches!(sent, Udfald::Sendt { til: Some(nr), .. } if nr == "10000"), "{sent:?}");
    p.perform("10001", &gone(Forsvundet::KommetIgen)).await;
    p.til("2026-01-19T12:00").await;
    assert_eq!(who(&p, "2026-01-19"), ["2026-01-19 leder"]);
    // Her leader is gone as well: HR has it.
    p.perform("10001", &gone(Forsvundet::Meldt)).await;
    p.perform("10000", &gone(Forsvundet::Meldt)).await;
    p.til("2026-01-27T12:00").await;
    assert_eq!(who(&p, "2026-01-22"), [format!("2026-01-27 {HR}")]);
}

/// TR is told on Wednesday; on Thursday Maria chooses Ib, and on Friday he is the one who is told.
#[tokio::test(flavor = "multi_thread")]
async fn the_chosen_kollega_gets_it_instead_of_the_tr() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-15T09:00").await;
    let chosen = KontaktpersonValgt { forloeb: Uuid::nil(), kontaktperson_nr: Some("10011".to_owned()) };
    p.act("10010", Act::ChooseKontaktperson(chosen)).await;
    p.til("2026-01-16T12:00").await;
    assert_eq!(who(&p, "2026-01-01"), ["2026-01-14 tr", "2026-01-16 ib", "2026-01-16 leder"]);
}

/// Maria chose Ib ahead, and he is told on Wednesday. On Thursday he is ill himself: on Friday it is the leader's, who is
/// reminded of the talk too.
#[tokio::test(flavor = "multi_thread")]
async fn the_kollega_chosen_ahead_gets_it_and_the_leder_when_they_are_ill() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.app.allow_omsorgskolleger(true);
    let chosen = OmsorgskollegaValgt { kollega_nr: Some("10011".to_owned()) };
    p.perform("10010", &DomainCommand::ChooseOmsorgskollega(chosen)).await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-15T09:00").await;
    p.away("10011", "2026-01-15").await;
    p.til("2026-01-16T12:00").await;
    assert_eq!(who(&p, "2026-01-01"), ["2026-01-14 ib", "2026-01-16 leder"]);
}

async fn udpeg(p: &Fixture, stedfortraeder: &str, periode: Option<(&str, &str)>) {
    let (fra, til) = periode.map(|(fra, til)| (dag(fra), dag(til))).unzip();
    let udpeget = StedfortraederUdpeget { stedfortraeder_nr: Some(stedfortraeder.to_owned()), fra, til };
    p.perform("10001", &DomainCommand::UdpegStedfortraeder(udpeget)).await;
}

/// The leader is away from Wednesday to Sunday, and Ib stands in: Friday's is his, Monday's is hers again.
#[tokio::test(flavor = "multi_thread")]
async fn while_the_leder_is_away_the_stedfortraeder_gets_it() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    udpeg(&p, "10011", Some(("2026-01-14", "2026-01-18"))).await;
    p.til("2026-01-19T12:00").await;
    let expected = ["2026-01-14 tr", "2026-01-16 ib", "2026-01-16 tr", "2026-01-19 leder"].map(|line| line.to_owned());
    assert_eq!(who(&p, "2026-01-14"), expected);
    let udfald = p.udfald("10010").await;
    let (key, sendt) = udfald.iter().find(|(n, _)| n.trin == "t-10").unwrap();
    let says = |til: &str| {
        let letters = p.transport.letters();
        letters
            .iter()
            .rev()
            .find(|b| b.envelope_to[0].starts_with(til))
            .unwrap()
            .tekst
            .contains("i stedet for en anden")
    };
    assert!(says("ib@") && !says("leder@") && !says("tr@"));
    assert_eq!(key.nr.as_deref(), Some("10001"), "the key names the leader");
    assert!(matches!(sendt, Udfald::Sendt { til: Some(nr), .. } if nr == "10011"), "{sendt:?}");
}

/// AMR is her standing substitute: only from the day she turns out to be away. With both away it is the chef's.
#[tokio::test(flavor = "multi_thread")]
async fn the_fixed_stedfortraeder_stands_in_when_the_leder_is_not_there() {
    let p = Fixture::new("2026-01-05T09:00").await;
    udpeg(&p, "10003", None).await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-07T09:00").await;
    p.away("10011", "2026-01-07").await;
    p.til("2026-01-17T12:00").await;
    assert!(who(&p, "2026-01-16").contains(&"2026-01-16 leder".to_owned()), "{:?}", p.lines());
    p.away("10001", "2026-01-17").await;
    p.til("2026-01-19T12:00").await;
    assert_eq!(who(&p, "2026-01-19"), ["2026-01-19 amr"]);
    p.til("2026-01-20T06:00").await;
    p.away("10003", "2026-01-20").await;
    p.til("2026-01-20T12:00").await;
    // Ten working days before the talk of the second forløb, and TR's last word on its first contact.
    assert_eq!(who(&p, "2026-01-20"), ["2026-01-20 chef", "2026-01-20 tr"]);
}

/// Nobody is told of themself, as a substitute either: Ib, half away, stands in for the leader he has himself.
#[tokio::test(flavor = "multi_thread")]
async fn a_stedfortraeder_does_not_get_their_own() {
    let p = Fixture::new("2026-01-05T09:00").await;
    udpeg(&p, "10011", Some(("2026-01-05", "2026-02-28"))).await;
    p.away("10011", "2026-01-05").await;
    let delvis = DelvisRegistreret {
        forloeb: Uuid::nil(),
        fra: dag("2026-01-05"),
        omfang_pct: Procent::whole(50),
        begrundelse: None,
    };
    p.act("10011", Act::Delvis(delvis)).await;
    p.til("2026-01-16T12:00").await;
    assert_eq!(who(&p, "2026-01-14"), ["2026-01-14 tr", "2026-01-16 chef", "2026-01-16 tr"]);
}

/// Ib stands in for the leader, and is away himself from Wednesday, with AMR to stand in for him: nobody acts for who
/// acts, so it goes on to the chef.
#[tokio::test(flavor = "multi_thread")]
async fn a_stedfortraeder_who_is_away_is_passed_over() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    udpeg(&p, "10011", Some(("2026-01-12", "2026-01-23"))).await;
    let ibs = StedfortraederUdpeget {
        stedfortraeder_nr: Some("10003".to_owned()),
        fra: Some(dag("2026-01-14")),
        til: Some(dag("2026-01-16")),
    };
    p.perform("10011", &DomainCommand::UdpegStedfortraeder(ibs)).await;
    p.til("2026-01-19T12:00").await;
    assert_eq!(who(&p, "2026-01-16"), ["2026-01-16 chef", "2026-01-16 tr", "2026-01-19 ib"]);
}

/// The anmeldelse is not made by 9 February. The chef is away, and the leader herself stands in for her: what she did
/// not do is not told to her as the chef's, but only to HR.
#[tokio::test(flavor = "multi_thread")]
async fn a_leder_is_not_reminded_in_place_of_their_own_leder() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    let chefens = StedfortraederUdpeget {
        stedfortraeder_nr: Some("10001".to_owned()),
        fra: Some(dag("2026-02-02")),
        til: Some(dag("2026-02-28")),
    };
    p.perform("10000", &DomainCommand::UdpegStedfortraeder(chefens)).await;
    p.til("2026-02-10T12:00").await;
    let tenth: Vec<_> = p.lines().into_iter().filter(|l| l.starts_with("2026-02-10")).collect();
    assert_eq!(tenth, ["2026-02-10 hr-postkasse Overskredet: frist for anmeldelse 9. februar"]);
}

/// She has left and is erased: who stood in for her does so no more, and nobody has to take it back.
#[tokio::test(flavor = "multi_thread")]
async fn an_erased_leder_has_no_stedfortraeder() {
    let p = Fixture::new("2026-01-05T09:00").await;
    udpeg(&p, "10011", None).await;
    assert_eq!(p.app.projections().stands_in_for("10011").count(), 1);
    p.perform("10001", &DomainCommand::ErasePerson { grund: Sletningsgrund::Andet, aarsag: "fratrådt".to_owned() })
        .await;
    assert_eq!(p.app.projections().stands_in_for("10011").count(), 0);
    assert!(p.app.projections().stedfortraedere("10001").is_none());
    assert_eq!(p.app.compare(&Default::default()).await.unwrap().1, std::collections::BTreeSet::new());
}
