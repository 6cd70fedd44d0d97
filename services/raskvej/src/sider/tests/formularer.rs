//! What forms do: commands, refusals that keep what was typed, and forms sent twice.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use ::forloeb::ord::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, Svar};

/// The value of a hidden field of the first form that has it.
fn skjult<'a>(html: &'a str, navn: &str) -> &'a str {
    let efter = html.split(&format!("name=\"{navn}\" value=\"")).nth(1).unwrap_or_else(|| panic!("no {navn}"));
    efter.split('"').next().unwrap()
}

fn vaern(side: &Svar) -> String {
    format!("version={}&noegle={}", skjult(&side.tekst, "version"), skjult(&side.tekst, "noegle"))
}

const KONTAKT: &str = "dato=16.1.2026&form=telefon&kontaktperson_rolle=leder&taget_af=arbejdsplads";

#[tokio::test]
async fn en_kontakt_registreres_en_gang_selv_om_formularen_sendes_to_gange() {
    let sted = Arbejdsplads::aabn().await;
    let leder = sted.som(Rolle::Leder).await;
    let sti = format!("/forloeb/{}", sted.forloeb);
    let krop = format!("{KONTAKT}&{}&arbejdsrelateret=nej", vaern(&leder.hent(&sti).await));
    for _ in 0..2 {
        let svar = leder.send(&format!("{sti}/foerste-kontakt"), &krop).await;
        assert_eq!((svar.status, svar.sted()), (StatusCode::SEE_OTHER, format!("{sti}?ok=foerste-kontakt").as_str()));
    }
    assert_eq!(sted.kerne.forloeb(sted.forloeb).await.unwrap().unwrap().kontakter.len(), 1);
    let side = leder.hent(&format!("{sti}?ok=foerste-kontakt")).await.tekst;
    assert!(side.contains("Kontakten er registreret."));
    assert!(side.contains("Første kontakt fredag den 16. januar 2026 i telefonen, taget af arbejdspladsen."));
    assert!(side.contains("leder (Maria Madsen)"));
}

/// Back, another day in the same form, and send: what was registered is the first, and nobody says otherwise.
#[tokio::test]
async fn en_formular_fra_tilbageknappen_med_andet_indhold_er_en_anden() {
    let sted = Arbejdsplads::aabn().await;
    let leder = sted.som(Rolle::Leder).await;
    let sti = format!("/forloeb/{}", sted.forloeb);
    let vaern = vaern(&leder.hent(&sti).await);
    let foerst = leder.send(&format!("{sti}/foerste-kontakt"), &format!("{KONTAKT}&{vaern}")).await;
    assert_eq!(foerst.status, StatusCode::SEE_OTHER);
    let rettet = format!("{}&{vaern}", KONTAKT.replace("16.1.2026", "15.1.2026"));
    let svar = leder.send(&format!("{sti}/foerste-kontakt"), &rettet).await;
    assert_eq!(svar.status, StatusCode::PRECONDITION_FAILED);
    assert!(svar.tekst.contains("Nogen har ændret forløbet, mens du skrev."));
    assert!(svar.tekst.contains("name=\"dato\" value=\"2026-01-15\""), "what was typed is still there");
    assert_eq!(sted.kerne.forloeb(sted.forloeb).await.unwrap().unwrap().kontakter.len(), 1);
    let igen = format!("{}&{}", KONTAKT.replace("16.1.2026", "15.1.2026"), self::vaern(&svar));
    assert_eq!(leder.send(&format!("{sti}/foerste-kontakt"), &igen).await.status, StatusCode::SEE_OTHER);
    assert_eq!(sted.kerne.forloeb(sted.forloeb).await.unwrap().unwrap().kontakter.len(), 2);
}

/// What the first did took the form off the page: what was typed in the second is not lost with it.
#[tokio::test]
async fn er_formularen_vaek_vises_det_der_blev_skrevet_i_den() {
    let sted = Arbejdsplads::aabn().await;
    let leder = sted.som(Rolle::Leder).await;
    let sti = format!("/forloeb/{}", sted.forloeb);
    let vaern = vaern(&leder.hent(&sti).await);
    let rask = |dag: &str| format!("sidste_fravaersdag={dag}&{vaern}");
    let foerst = leder.send(&format!("{sti}/raskmelding"), &rask("2026-02-05")).await;
    assert_eq!(foerst.sted(), format!("{sti}?ok=raskmelding"));
    let svar = leder.send(&format!("{sti}/raskmelding"), &rask("2026-02-04")).await;
    assert_eq!(svar.status, StatusCode::CONFLICT);
    assert!(svar.tekst.contains("Det kan ikke registreres på forløbet, som det er nu."));
    assert!(svar.tekst.contains("Ikke gemt, sidste fravaersdag: 2026-02-04"), "{}", svar.tekst);
    assert_eq!(sted.kerne.forloeb(sted.forloeb).await.unwrap().unwrap().sidste, Some("2026-02-05".parse().unwrap()));
    let igen = leder.send(&format!("{sti}/raskmelding"), &rask("2026-02-05")).await;
    assert_eq!(igen.sted(), format!("{sti}?ok=raskmelding"), "the first again is the first");
}

/// Forms that no version guards: the second is carried out like any other.
#[tokio::test]
async fn en_sygemelding_af_en_anden_fra_tilbageknappen_registreres_ogsaa() {
    let sted = Arbejdsplads::aabn().await;
    let leder = sted.som(Rolle::Leder).await;
    let noegle = skjult(&leder.hent("/forloeb/ny").await.tekst, "noegle").to_owned();
    let send = async |nr: &str| {
        let krop =
            format!("medarbejder_nr={nr}&foerste_fravaersdag=2026-02-06&aarsag=sygdom&omfang_pct=100&noegle={noegle}");
        let svar = leder.send("/forloeb/ny", &krop).await;
        assert_eq!(svar.status, StatusCode::SEE_OTHER, "{}", svar.tekst);
        svar.sted().to_owned()
    };
    let (foerste, anden) = (send("10003").await, send("10002").await);
    assert_ne!(foerste, anden);
    assert_eq!(send("10003").await, foerste, "sent twice it is one");
    for nr in ["10003", "10002"] {
        assert_eq!(sted.kerne.forloeb_for(nr).await.unwrap().len(), 1, "{nr}");
    }
}

#[tokio::test]
async fn en_afvist_formular_vises_igen_med_fejl_og_det_der_blev_skrevet() {
    let sted = Arbejdsplads::aabn().await;
    let leder = sted.som(Rolle::Leder).await;
    let sti = format!("/forloeb/{}", sted.forloeb);
    let krop = format!("dato=2026-02-07&udfald=holdt&delvis_mulig=ja&{}", vaern(&leder.hent(&sti).await));
    let svar = leder.send(&format!("{sti}/samtale"), &krop).await;
    assert_eq!(svar.status, StatusCode::UNPROCESSABLE_ENTITY);
    for del in [
        "<title>Fejl: ",
        "href=\"#f-samtale-dato\"",
        "Dato for samtalen: ligger i fremtiden; kan senest være 6. februar 2026.",
        "id=\"f-samtale-dato\" name=\"dato\" value=\"2026-02-07\"",
        "aria-invalid=\"true\" aria-describedby=\"f-samtale-dato-fejl\"",
        "value=\"holdt\" checked",
        "id=\"f-samtale\" open",
    ] {
        assert!(svar.tekst.contains(del), "{del}");
    }
    let uden = leder.send(&format!("{sti}/samtale"), "dato=i+g%C3%A5r").await;
    assert!(uden.tekst.contains("Dato for samtalen: skal være en dato, fx 5.1.2026."));
    assert!(uden.tekst.contains("Hvordan gik det? Svaret skal udfyldes."));
    assert!(uden.tekst.contains("type=\"text\" id=\"f-samtale-dato\" name=\"dato\" value=\"i går\""));
    assert_eq!(sted.kerne.forloeb(sted.forloeb).await.unwrap().unwrap().samtaler.len(), 0);
}

#[tokio::test]
async fn har_nogen_aendret_forloebet_imens_bevares_det_der_blev_skrevet() {
    let sted = Arbejdsplads::aabn().await;
    let (leder, hr) = (sted.som(Rolle::Leder).await, sted.som(Rolle::Hr).await);
    let sti = format!("/forloeb/{}", sted.forloeb);
    let (lederens, hrs) = (leder.hent(&sti).await, hr.hent(&sti).await);
    let anmeld = format!("trin=underskrevet&dato=2026-02-05&{}", vaern(&hrs));
    assert_eq!(hr.send(&format!("{sti}/anmeldelse"), &anmeld).await.status, StatusCode::SEE_OTHER);
    let krop = format!("{KONTAKT}&{}", vaern(&lederens));
    let svar = leder.send(&format!("{sti}/foerste-kontakt"), &krop).await;
    assert_eq!(svar.status, StatusCode::PRECONDITION_FAILED);
    assert!(svar.tekst.contains("Nogen har ændret forløbet, mens du skrev."));
    assert!(svar.tekst.contains("Sket imens") && svar.tekst.contains("Anmeldelsen blev underskrevet"));
    assert!(svar.tekst.contains("name=\"dato\" value=\"2026-01-16\""));
    let igen = format!("{KONTAKT}&{}", vaern(&svar));
    assert_eq!(leder.send(&format!("{sti}/foerste-kontakt"), &igen).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn rettelser_og_annulleringer_staar_i_historikken_ved_siden_af_det_gamle() {
    let sted = Arbejdsplads::aabn().await;
    let leder = sted.som(Rolle::Leder).await;
    let sti = format!("/forloeb/{}", sted.forloeb);
    leder.send(&format!("{sti}/foerste-kontakt"), KONTAKT).await;
    let position = sted.kerne.forloeb(sted.forloeb).await.unwrap().unwrap().kontakter[0].position;
    let uden = leder.send(&format!("{sti}/annullering"), &format!("haendelse={position}")).await;
    assert_eq!(uden.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(uden.tekst.contains(&format!("href=\"#f-annullering-{position}-begrundelse\"")));
    let krop = format!("haendelse={position}&begrundelse=Forkert+medarbejder");
    assert_eq!(leder.send(&format!("{sti}/annullering"), &krop).await.status, StatusCode::SEE_OTHER);
    let ret = "felt=foerste_fravaersdag&ny_vaerdi=6.1.2026&begrundelse=Tastefejl";
    assert_eq!(leder.send(&format!("{sti}/rettelse"), ret).await.status, StatusCode::SEE_OTHER);
    let side = leder.hent(&sti).await.tekst;
    for del in [
        "class=\"annulleret\"",
        "Annulleret: “Første kontakt fredag",
        "Forkert medarbejder",
        "Rettet: fravær fra tirsdag den 6. januar",
    ] {
        assert!(side.contains(del), "{del}");
    }
    let revisor = sted.som(Rolle::Revisor).await.hent(&sti).await.tekst;
    assert!(revisor.contains("class=\"annulleret\"") && !revisor.contains("Forkert medarbejder"));
}

#[tokio::test]
async fn ingen_kan_det_deres_rolle_ikke_kan() {
    let sted = Arbejdsplads::aabn().await;
    let sti = format!("/forloeb/{}", sted.forloeb);
    for (rolle, kommando, status) in [
        (Rolle::Leder, "refusionsanmodning", 403),
        (Rolle::Leder, "tildeling", 403),
        (Rolle::Kontaktperson, "raskmelding", 403),
        (Rolle::Revisor, "raskmelding", 403),
        (Rolle::Medarbejder, "raskmelding", 403),
        (Rolle::Drift, "raskmelding", 404),
        (Rolle::Hr, "findes-ikke", 404),
        (Rolle::Hr, "refusionsanmodning", 409),
    ] {
        let svar = sted.som(rolle).await.send(&format!("{sti}/{kommando}"), "sidste_fravaersdag=2026-02-05").await;
        assert_eq!(svar.status.as_u16(), status, "{rolle} {kommando}");
    }
    let f = sted.kerne.forloeb(sted.forloeb).await.unwrap().unwrap();
    assert!(f.sidste.is_none() && f.tildelt.is_none());
}

#[tokio::test]
async fn medarbejderen_beder_om_fast_track() {
    let sted = Arbejdsplads::aabn().await;
    let mig = sted.som(Rolle::Medarbejder).await;
    let side = mig.hent("/mig").await;
    assert!(side.tekst.contains("Bed om fast track"));
    let krop = format!("beslutning=anmodet&af=medarbejder&dato=2026-02-06&{}", vaern(&side));
    let svar = mig.send(&format!("/forloeb/{}/fast-track", sted.forloeb), &krop).await;
    assert_eq!(svar.sted(), "/mig?ok=fast-track");
    let efter = mig.hent("/mig").await.tekst;
    assert!(efter.contains("Anmodet om fast track") && !efter.contains("<button class=\"knap\">Bed om"));
}

#[tokio::test]
async fn medarbejderen_vaelger_sin_kontaktperson() {
    let sted = Arbejdsplads::aabn().await;
    let mig = sted.som(Rolle::Medarbejder).await;
    let side = mig.hent("/mig").await;
    let valg = side.tekst.split("Vælg kontaktperson").nth(1).unwrap();
    assert!(valg.contains(">Bo Berg</option>") && valg.contains(">Mohammed Nielsen</option>"));
    assert!(!valg.contains("Ole Olsen") && !valg.contains("value=\"10010\""), "nobody else's team, and not herself");
    let sti = format!("/forloeb/{}/kontaktperson", sted.forloeb);
    let svar = mig.send(&sti, &format!("kontaktperson_nr=10011&{}", vaern(&side))).await;
    assert_eq!(svar.sted(), "/mig?ok=kontaktperson");
    let efter = mig.hent("/mig").await;
    assert!(efter.tekst.contains("Din kontaktperson er Bo Berg.") && efter.tekst.contains("value=\"10011\" selected"));
    assert!(efter.tekst.contains("Medarbejderen har valgt Bo Berg som kontaktperson."));
    // TR has nothing to do with it any more.
    let tr = sted.som(Rolle::Kontaktperson).await.hent(&format!("/forloeb/{}", sted.forloeb)).await;
    assert_eq!(tr.status, StatusCode::NOT_FOUND);
    // A number is no way to find out who somebody is: unknown, left and of another team are one answer.
    for nr in ["20010", "4711", "30001"] {
        let svar = mig.send(&sti, &format!("kontaktperson_nr={nr}&{}", vaern(&mig.hent("/mig").await))).await;
        assert!(svar.tekst.contains("Kontaktperson: skal være en kollega under samme leder"), "{nr}: {}", svar.tekst);
    }
    let svar = mig.send(&sti, &format!("kontaktperson_nr=&{}", vaern(&efter))).await;
    assert_eq!(svar.sted(), "/mig?ok=kontaktperson");
    let f = sted.kerne.forloeb(sted.forloeb).await.unwrap().unwrap();
    assert_eq!((f.valgt_kontaktperson.as_deref(), f.kontaktperson()), (None, f.stamdata.tr_nr.as_deref()));
}

#[tokio::test]
async fn lederen_sygemelder_sine_egne() {
    let sted = Arbejdsplads::aabn().await;
    let leder = sted.som(Rolle::Leder).await;
    let side = leder.hent("/forloeb/ny").await;
    assert!(side.tekst.contains("Bo Berg (10011)") && !side.tekst.contains("Ole Olsen"));
    let krop = "foerste_fravaersdag=2026-02-06&aarsag=sygdom&omfang_pct=50&medarbejder_nr=";
    let fremmed = leder.send("/forloeb/ny", &format!("{krop}20010")).await;
    assert_eq!(fremmed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(fremmed.tekst.contains("href=\"#f-sygemelding-medarbejder_nr\""));
    let svar = leder.send("/forloeb/ny", &format!("{krop}10011")).await;
    assert!(svar.sted().ends_with("?ok=sygemelding"), "{}", svar.tekst);
    assert_eq!(leder.hent(svar.sted()).await.status, StatusCode::OK);
}

/// A plan made through the API, opened and saved: nothing is lost, and what is too much is refused and not left out.
#[tokio::test]
async fn en_plan_med_mange_trin_og_lange_tekster_kommer_tilbage_som_den_var() {
    let sted = Arbejdsplads::aabn().await;
    let leder = sted.som(Rolle::Leder).await;
    let sti = format!("/forloeb/{}/plan", sted.forloeb);
    let trin =
        |antal: usize| (0..antal).map(|n| format!("&trin-{n}-fra=2026-02-16&trin-{n}-timer=5")).collect::<String>();
    let krop = format!("koordinator=10002{}&trin-0-ind=Kontor%0A++kun+tre+timer%0ATelefon", trin(150));
    let gemt = leder.send(&sti, &krop).await;
    assert_eq!(gemt.status, StatusCode::SEE_OTHER, "{}", gemt.tekst);
    let side = leder.hent(&sti).await.tekst;
    assert!(side.contains("name=\"trin-149-fra\" value=\"2026-02-16\""));
    assert!(side.contains(">Kontor\n  kun tre timer\nTelefon</textarea>"));
    let plan =
        || async { sted.kerne.forloeb(sted.forloeb).await.unwrap().unwrap().plan().unwrap().hvad.plan.trin.len() };
    assert_eq!(plan().await, 150);
    let for_mange = leder.send(&sti, &format!("koordinator=10002{}", trin(201))).await;
    assert_eq!(for_mange.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(for_mange.tekst.contains("Trin: må højst have 200 punkter."), "{}", for_mange.tekst);
    assert!(for_mange.tekst.contains("name=\"trin-200-fra\" value=\"2026-02-16\""), "all of it is still there");
    assert_eq!(plan().await, 150);
}

#[tokio::test]
async fn en_plan_faar_versioner_og_fejl_staar_ved_trinnet() {
    let sted = Arbejdsplads::aabn().await;
    let leder = sted.som(Rolle::Leder).await;
    let sti = format!("/forloeb/{}/plan", sted.forloeb);
    let krop = "koordinator=10002&trin-0-fra=&trin-2-fra=2026-02-16&trin-2-timer=12,5&trin-2-dage=man&trin-2-dage=ons\
                &trin-2-ind=Kontor%0ATelefon&besked=Tilbage+p%C3%A5+nedsat+tid&godkendt=ja\
                &sundhedsvaesen=ikke_noedvendigt&evaluering=2.3.2026&evaluering=&stoette=delvis_raskmelding&tiltag-viden=Kursus";
    let forkert = leder.send(&sti, &krop.replace("12,5", "mange")).await;
    assert_eq!(forkert.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(forkert.tekst.contains("Trin 1, Timer om ugen: skal være et tal."), "{}", forkert.tekst);
    assert!(
        forkert.tekst.contains("name=\"trin-0-timer\" value=\"mange\"") && forkert.tekst.contains("Kontor\nTelefon")
    );
    let gemt = leder.send(&sti, krop).await;
    assert_eq!(gemt.sted(), format!("{sti}?ok=plan"));
    let ny = leder.hent(&sti).await;
    assert!(ny.tekst.contains("12,5 timer om ugen") && ny.tekst.contains("Kontor; Telefon"));
    assert!(ny.tekst.contains("value=\"man\" checked") && ny.tekst.contains("id=\"trin-3\""), "three empty rows more");
    leder.send(&sti, &krop.replace("12,5", "20")).await;
    assert!(leder.hent(&format!("{sti}/1")).await.tekst.contains("12,5 timer om ugen"));
    let evaluer = leder.send(&format!("{sti}/evaluering"), "dato=2026-02-06&konklusion=Det+g%C3%A5r+godt").await;
    assert_eq!(evaluer.sted(), format!("{sti}?ok=evaluering"));
    let mig = sted.som(Rolle::Medarbejder).await.hent("/mig").await.tekst;
    assert!(mig.contains("20 timer om ugen") && mig.contains("Tilbage på nedsat tid"));
    let revisor = sted.som(Rolle::Revisor).await.hent(&sti).await.tekst;
    assert!(revisor.contains("20 timer om ugen") && !revisor.contains("Kontor") && !revisor.contains("nedsat tid"));
    let koordinator = sted.som(Rolle::Koordinator).await;
    assert_eq!(koordinator.hent(&sti).await.status, StatusCode::OK);
    let side = koordinator.hent(&format!("/forloeb/{}", sted.forloeb)).await.tekst;
    assert!(!side.contains("id=\"refusion\"") && side.contains("Dækket"));
}

#[tokio::test]
async fn overblikket_filtreres_i_adressen() {
    let sted = Arbejdsplads::aabn().await;
    let hr = sted.som(Rolle::Hr).await;
    let alle = hr.hent("/hr").await.tekst;
    assert!(alle.contains("2 forløb, viser 1–2."), "{alle}");
    assert_eq!(alle.matches("aria-sort=").count(), 1);
    let en = hr.hent("/hr?enhed=E102&sort=-dag").await.tekst;
    assert!(en.contains("1 forløb, viser 1–1.") && en.contains("Ole Olsen") && en.contains("aria-sort=\"descending\""));
    assert!(en.contains("Enhed: Botilbud E102") && en.contains("href=\"/hr?sort=-dag\""));
    let penge = hr.hent("/hr?vis=penge").await.tekst;
    assert!(penge.contains("Bo Berg"), "{penge}");
    assert!(hr.hent("/hr?enhed=%22%3E%3Cscript%3E").await.tekst.contains("Ingen forløb passer"));
    let statistik = hr.hent("/hr/statistik").await.tekst;
    assert!(statistik.contains("vises ikke") && !statistik.contains("Botilbud E101"), "three people are too few");
}

#[tokio::test]
async fn uret_flyttes_fra_bjaelken() {
    let sted = Arbejdsplads::aabn().await;
    let hr = sted.som(Rolle::Hr).await;
    let svar = hr.send("/demo/ur", "dage=1&tilbage=/hr?enhed=E101").await;
    assert_eq!(svar.sted(), "/hr?enhed=E101");
    let vaek = hr.send("/demo/ur", "dage=7&tilbage=//ondt.example").await;
    assert_eq!(vaek.sted(), "/");
}

/// Whoever moves the clock may go away: it goes on, and what falls due is sent and recorded. Meanwhile the pages say that
/// it is on its way, and a second press asks nothing more of it.
#[tokio::test]
async fn the_clock_goes_on_when_the_reader_is_gone() {
    let sted = Arbejdsplads::aabn().await;
    let hr = sted.som(Rolle::Hr).await;
    let knap = "action=\"/demo/ur\"";
    // On the one thread of this test nothing else runs while a future is polled: the clock is on its way at the second.
    let once = async |anmodning: Pin<&mut dyn Future<Output = Svar>>| {
        let mut anmodning = anmodning;
        poll_fn(|cx| Poll::Ready(anmodning.as_mut().poll(cx))).await
    };
    assert!(once(pin!(hr.send("/demo/ur", "dage=7&tilbage=/"))).await.is_pending(), "the reader goes away");
    let Poll::Ready(andet_tryk) = once(pin!(hr.send("/demo/ur", "dage=7&tilbage=/"))).await else { panic!("it waits") };
    assert_eq!(andet_tryk.sted(), "/");
    let Poll::Ready(side) = once(pin!(hr.hent("/"))).await else { panic!("the page waits for the clock") };
    assert!(side.tekst.contains("Uret er på vej frem.") && !side.tekst.contains(knap), "{}", side.tekst);
    for _ in 0..500 {
        if hr.hent("/").await.tekst.contains(knap) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(sted.kerne.ur.idag().to_string(), "2026-02-13", "a week, and once");
    assert!(hr.hent("/").await.tekst.contains(knap));
}

/// The day is 6 February 2026.
#[tokio::test]
async fn hr_proever_en_politik_og_fastsaetter_den() {
    let sted = Arbejdsplads::aabn().await;
    let hr = sted.som(Rolle::Hr).await;
    let tekst = "politik=navn+%3D+%22vores%22%0Akontaktmodel+%3D+%5B1%2C+5%2C+14%5D";
    let svar = hr.send("/hr/regler", &format!("{tekst}&fra=2026-02-09&hvad=proev")).await;
    assert_eq!(svar.status, StatusCode::OK);
    assert!(svar.tekst.contains("3 forløb") && svar.tekst.contains("Næste kontakt"), "{}", svar.tekst);
    let forkert = hr.send("/hr/regler", &format!("{tekst}&fra=2026-02-06&hvad=fastsaet")).await;
    assert_eq!(forkert.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(forkert.tekst.contains("kontaktmodel = [1, 5, 14]"), "what was typed is still there");
    let gjort = hr.send("/hr/regler", &format!("{tekst}&fra=2026-02-09&hvad=fastsaet")).await;
    assert_eq!((gjort.status, gjort.sted()), (StatusCode::SEE_OTHER, "/hr/regler?ok=politik"));
    let side = hr.hent("/hr/regler").await;
    assert!(side.tekst.contains("For fravær fra mandag den 9. februar 2026"), "{}", side.tekst);
    let leder = sted.som(Rolle::Leder).await;
    assert_eq!(leder.send("/hr/regler", tekst).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn hyppigt_fravaer_vises_for_leder_og_hr_med_de_dage_der_er_talt() {
    let sted = Arbejdsplads::aabn().await;
    let sti = format!("/forloeb/{}", sted.forloeb);
    let leder = sted.som(Rolle::Leder).await.hent(&sti).await.tekst;
    // Sick from 5 January, 33 days by 6 February; the limit is 15 in twelve months.
    assert!(
        leder.contains("33 fraværsdage i perioder, der begyndte fra 7.2.2025 til 6.2.2026; grænsen er 15"),
        "{leder}"
    );
    assert!(leder.contains("5.1.2026–6.2.2026 (33 dage)"));
    let tr = sted.som(Rolle::Kontaktperson).await.hent(&sti).await.tekst;
    assert!(!tr.contains("Hyppigt fravær") && !tr.contains("33 fraværsdage"));
}
