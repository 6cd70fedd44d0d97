//! Leaders who are away, who are ill themselves, who come back, and who are not there at all.

use forloeb::haendelse::{DelvisRegistreret, KontaktpersonValgt, Udfald};
use forloeb::kommando::Handling;
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
