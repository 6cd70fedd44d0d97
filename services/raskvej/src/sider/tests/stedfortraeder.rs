//! Naming who acts for a leader, and what that one sees. Today is Friday 6 February 2026.

use ::forloeb::Aktoer;
use ::forloeb::haendelse::StamdataRegistreret;
use ::forloeb::kommando::Kommando;
use ::forloeb::ord::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::{ANDEN_LEDER, Arbejdsplads, LEDER, NAVN, TR};
use crate::adgang::{Bruger, Oenske};

/// The button of the second leader.
const ANDEN: usize = 7;

fn krop(side: &str, formular: &str, felter: &str) -> String {
    let form = side.split("<form").find(|f| f.contains(&format!("name=\"formular\" value=\"{formular}\""))).unwrap();
    let noegle = form.split("name=\"noegle\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let leder = form.split("name=\"leder_nr\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    format!("noegle={noegle}&leder_nr={leder}&formular={formular}&{felter}")
}

#[tokio::test]
async fn en_leder_udpeger_en_kollega_som_ser_det_lederen_ser() {
    let sted = Arbejdsplads::aabn().await;
    let (leder, anden) = (sted.som(Rolle::Leder).await, sted.som_nr(ANDEN).await);
    let forloeb = format!("/forloeb/{}", sted.forloeb);
    assert_eq!(anden.hent(&forloeb).await.status, StatusCode::NOT_FOUND);
    let side = leder.hent("/stedfortraeder").await.tekst;
    assert!(side.contains(">Lone Lund</option>") && side.contains(">Direktør Dahl</option>"));
    assert!(
        !side.contains("Ole Olsen") && !side.contains(">Maria Madsen</option>"),
        "nobody of another team, not herself"
    );
    let felter = format!("fra=2026-02-06&til=2026-02-13&stedfortraeder_nr={ANDEN_LEDER}");
    let krop = krop(&side, "periode", &felter);
    for _ in 0..2 {
        assert_eq!(leder.send("/stedfortraeder", &krop).await.sted(), "/stedfortraeder?ok=stedfortraeder");
    }
    let efter = leder.hent("/stedfortraeder?ok=stedfortraeder").await.tekst;
    assert!(efter.contains("Lone Lund fra fredag den 6. februar 2026 til fredag den 13. februar 2026"), "{efter}");
    assert_eq!(anden.hent(&forloeb).await.status, StatusCode::OK);
    let liste = anden.hent("/").await.tekst;
    assert!(liste.contains("Ærlig") && liste.contains("Ole Olsen"), "hers and the one she stands in for");
    assert!(anden.hent("/stedfortraeder").await.tekst.contains("<li>Maria Madsen</li>"));
    let ny = anden.hent("/forloeb/ny").await.tekst;
    assert!(ny.contains("(10003)") && ny.contains("(20010)"), "may report both teams sick");
    assert_eq!(leder.hent(&forloeb).await.status, StatusCode::OK, "the leader keeps her own");
}

#[tokio::test]
async fn hr_udpeger_for_enhver_og_en_forkert_formular_siger_hvad_der_er_galt() {
    let sted = Arbejdsplads::aabn().await;
    let hr = sted.som(Rolle::Hr).await;
    let side = hr.hent(&format!("/stedfortraeder?leder_nr={LEDER}")).await.tekst;
    let bagvendt = krop(&side, "periode", &format!("fra=2026-02-13&til=2026-02-10&stedfortraeder_nr={TR}"));
    let svar = hr.send("/stedfortraeder", &bagvendt).await;
    assert_eq!(svar.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(svar.tekst.contains("Sidste dag væk:") && svar.tekst.contains("value=\"2026-02-13\""), "{}", svar.tekst);
    let fast = krop(&side, "fast", &format!("stedfortraeder_nr={TR}"));
    let svar = hr.send("/stedfortraeder", &fast).await;
    let liste = hr.hent(svar.sted()).await.tekst;
    assert!(liste.contains("Maria Madsen</a></th><td>Mohammed Nielsen</td>"), "{liste}");
    let ukendt = hr.hent("/stedfortraeder?leder_nr=4711").await.tekst;
    assert!(ukendt.contains("Ingen leder, du kan udpege for, har det nummer."));
    let side = hr.hent(&format!("/stedfortraeder?leder_nr={LEDER}")).await.tekst;
    hr.send("/stedfortraeder", &krop(&side, "fast", "stedfortraeder_nr=")).await;
    assert!(hr.hent("/stedfortraeder").await.tekst.contains("Der er ikke udpeget nogen."));
}

/// What a substitute may not: name somebody for the leader, or see their own forløb and the leader's through it.
#[tokio::test]
async fn en_stedfortraeder_faar_ikke_mere_end_lederens() {
    let sted = Arbejdsplads::aabn().await;
    let hr = sted.som(Rolle::Hr).await;
    let side = hr.hent(&format!("/stedfortraeder?leder_nr={LEDER}")).await.tekst;
    hr.send("/stedfortraeder", &krop(&side, "fast", "stedfortraeder_nr=10010")).await;
    let lederens = super::arbejdsplads::sygemeld(&sted.kerne, LEDER, "2026-02-02", None).await;
    let idag = sted.kerne.ur.idag();
    let vis = sted.kerne.vis();
    let syg = Bruger { rolle: Rolle::Leder, nr: Some("10010".to_owned()) };
    assert!(syg.find(sted.forloeb, &vis, idag).is_err(), "{NAVN}'s own");
    assert!(syg.find(lederens, &vis, idag).is_err(), "the leader's own is her leader's");
    assert!(syg.maa_udpege(LEDER, &vis).is_err());
    let hos: Vec<_> = vis.i_gang_for(&syg, |_| true).map(|a| a.forloeb.medarbejder_nr.clone()).collect();
    assert_eq!(hos, ["10011"], "the list shows what can be opened, and nothing else");
    assert!(vis.find(sted.fremmed).unwrap().is_some());
    assert!(syg.maa_aendre(sted.fremmed, Oenske::Forloeb, &vis, idag).is_err());
}

/// Lone stands in for a week: she records what happens, and gives nothing away for good.
#[tokio::test]
async fn en_stedfortraeder_skifter_ikke_leder() {
    let sted = Arbejdsplads::aabn().await;
    let (leder, anden) = (sted.som(Rolle::Leder).await, sted.som_nr(ANDEN).await);
    let felter = format!("fra=2026-02-06&til=2026-02-13&stedfortraeder_nr={ANDEN_LEDER}");
    let side = leder.hent("/stedfortraeder").await.tekst;
    leder.send("/stedfortraeder", &krop(&side, "periode", &felter)).await;
    let sti = format!("/forloeb/{}", sted.forloeb);
    assert!(leder.hent(&sti).await.tekst.contains("Gem lederskiftet"));
    let hendes = anden.hent(&sti).await.tekst;
    assert!(hendes.contains("Gem samtalen") && !hendes.contains("Gem lederskiftet"));
    let skift = format!("leder_nr={ANDEN_LEDER}&fra=2026-02-06");
    assert_eq!(anden.send(&format!("{sti}/lederskifte"), &skift).await.status, StatusCode::FORBIDDEN);
    let som = |rolle| Bruger { rolle, nr: Some(ANDEN_LEDER.to_owned()) };
    let (vis, idag) = (sted.kerne.vis(), sted.kerne.ur.idag());
    assert!(som(Rolle::Leder).find(sted.forloeb, &vis, idag).is_ok());
    assert!(som(Rolle::Kontaktperson).find(sted.forloeb, &vis, idag).is_err(), "only in the role of a leader");
    assert!(som(Rolle::Koordinator).find(sted.forloeb, &vis, idag).is_err());
}

/// Days without a name change nothing, and the page says so; days that were named can be taken away again. The leader's
/// leader finds the way.
#[tokio::test]
async fn dage_uden_navn_afvises_og_dage_med_navn_kan_fjernes() {
    let sted = Arbejdsplads::aabn().await;
    let leder = sted.som(Rolle::Leder).await;
    let side = leder.hent("/stedfortraeder").await.tekst;
    let uden = leder
        .send("/stedfortraeder", &krop(&side, "periode", "fra=2026-07-06&til=2026-07-24&stedfortraeder_nr="))
        .await;
    assert_eq!(uden.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(uden.tekst.contains("Stedfortræder i de dage: skal udfyldes."), "{}", uden.tekst);
    let fremmed = krop(&side, "periode", "fra=2026-07-06&til=2026-07-24&stedfortraeder_nr=20010");
    let svar = leder.send("/stedfortraeder", &fremmed).await;
    assert!(svar.tekst.contains("skal være lederens egen leder"), "a number is no way to a name: {}", svar.tekst);
    let med = krop(&side, "periode", "fra=2026-07-06&til=2026-07-24&stedfortraeder_nr=30001");
    let efter = leder.hent(leder.send("/stedfortraeder", &med).await.sted()).await.tekst;
    assert!(efter.contains("Direktør Dahl fra mandag den 6. juli 2026"), "{efter}");
    let fjern = krop(&efter, "fjern", "fra=2026-07-06&til=2026-07-24");
    let efter = leder.hent(leder.send("/stedfortraeder", &fjern).await.sted()).await.tekst;
    assert!(efter.contains("Ingen dage med stedfortræder."), "{efter}");
    let anden = sted.som_nr(ANDEN).await.hent("/stedfortraeder").await.tekst;
    assert!(!anden.contains("Ledere under dig"), "nobody under her leads");
}

/// The first contact with Ida is TR's. While TR is away himself it is on the leader's list, who gets the mail.
#[tokio::test]
async fn er_kontaktpersonen_vaek_har_lederen_opgaven() {
    let sted = Arbejdsplads::aabn().await;
    super::arbejdsplads::sygemeld(&sted.kerne, "10003", "2026-02-02", None).await;
    let leder = sted.som(Rolle::Leder).await;
    let opgaver = |side: String| side.split("id=\"alle\"").next().unwrap().matches("Ida Iversen").count();
    let foer = opgaver(leder.hent("/").await.tekst);
    super::arbejdsplads::sygemeld(&sted.kerne, TR, "2026-02-06", None).await;
    assert_eq!(opgaver(leder.hent("/").await.tekst), foer + 1);
}

/// A person with two employments, one of them as a leader: the other one's absence is their own.
#[tokio::test]
async fn ingen_leder_sig_selv_gennem_en_anden_ansaettelse() {
    let sted = Arbejdsplads::aabn().await;
    let mut stamdata = sted.kerne.vis().stamdata("20010").unwrap().clone();
    stamdata.leder_nr = Some("10003".to_owned());
    let person = sted.kerne.vis().person("10003").unwrap();
    let h = StamdataRegistreret { stamdata: Box::new(stamdata), fortroligt: None, person };
    let syg = Kommando::RegistrerStamdata(Box::new(h));
    sted.kerne.udfoer("20010", &syg, &Aktoer::system("import"), None).await.unwrap();
    let (vis, idag) = (sted.kerne.vis(), sted.kerne.ur.idag());
    assert_eq!(vis.ansvar(vis.kort_for("20010").next().unwrap().kort).leder.as_deref(), Some("10003"));
    for rolle in [Rolle::Leder, Rolle::Kontaktperson] {
        let selv = Bruger { rolle, nr: Some("10003".to_owned()) };
        assert!(selv.find(sted.fremmed, &vis, idag).is_err(), "{rolle}");
        assert_eq!(vis.i_gang_for(&selv, |_| true).count(), 0, "{rolle}");
    }
    let selv = Bruger { rolle: Rolle::Leder, nr: Some("10003".to_owned()) };
    assert!(selv.maa_sygemelde("20010", &vis).is_err());
}
