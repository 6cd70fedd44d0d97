//! HR's page of retention: it asks before it does, and the page of insight notes what it gives out.

use ::forloeb::Aktoer;
use ::forloeb::command::DomainCommand;
use ::forloeb::haendelse::StamdataRegistreret;
use ::forloeb::words::Rolle;
use axum::http::{StatusCode, header};

use super::arbejdsplads::{Arbejdsplads, NAME, SYG};
use crate::certificates::WAY;
use app::opslag::Content;

/// Left long ago, and was never ill here.
const LEFT: &str = "10003";

async fn left_long_ago(sted: &Arbejdsplads) {
    let mut stamdata = sted.app.projections().stamdata(LEFT).unwrap().clone();
    stamdata.fratraadt = Some("2019-03-31".parse().unwrap());
    let person = sted.app.projections().person(LEFT).unwrap();
    let h = StamdataRegistreret { stamdata: Box::new(stamdata), confidential: None, person, gaelder_fra: None };
    let command = DomainCommand::RegistrerStamdata(Box::new(h));
    sted.app.execute(LEFT, &command, &Aktoer::system("import"), None).await.unwrap();
}

#[tokio::test]
async fn who_is_due_is_listed_asked_about_erased_and_certified() {
    let sted = Arbejdsplads::open().await;
    left_long_ago(&sted).await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let list = hr.fetch("/hr/opbevaring").await.tekst;
    assert!(list.contains(&format!("/hr/opbevaring?slet={}\"", sted.place(LEFT))), "{list}");
    for told in ["31. marts 2024", "31. marts 2019", "Forældelsesloven § 4", "udledt af en lov om noget andet"] {
        assert!(list.contains(told), "{told}");
    }
    let asked = hr.fetch(&format!("/hr/opbevaring?slet={}", sted.place(LEFT))).await.tekst;
    assert!(asked.contains("for altid?") && asked.contains("value=\"ja\""), "{asked}");
    assert!(!sted.app.projections().is_erased(LEFT));
    let once = hr.send("/hr/opbevaring", &format!("medarbejder_nr={LEFT}&hvad=slet")).await;
    assert_eq!(once.status, StatusCode::CONFLICT, "told once");
    let unknown = hr.send("/hr/opbevaring", "medarbejder_nr=99999&aarsag=retssag&hvad=stop").await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (nobody, kept) = ("Der er ingen med det nummer", "value=\"retssag\"");
    assert!(unknown.tekst.contains(nobody) && unknown.tekst.contains(kept), "{}", unknown.tekst);
    let stop = format!("medarbejder_nr={LEFT}&aarsag=retssag&hvad=");
    assert_eq!(hr.send("/hr/opbevaring", &format!("{stop}stop")).await.status, StatusCode::SEE_OTHER);
    // The link beside a hold fills in whose it is, and has no number in its address.
    let lifting = format!("/hr/opbevaring?ophaev={}", sted.place(LEFT));
    assert!(hr.fetch("/hr/opbevaring").await.tekst.contains(&format!("{lifting}#medarbejder_nr\"")));
    assert!(hr.fetch(&lifting).await.tekst.contains(&format!("name=\"medarbejder_nr\" value=\"{LEFT}\"")));
    let meant = format!("medarbejder_nr={LEFT}&hvad=slet&bekraeft=ja");
    assert_eq!(hr.send("/hr/opbevaring", &meant).await.status, StatusCode::CONFLICT, "there is a hold");
    let of_illness = format!("medarbejder_nr={LEFT}&aarsag=sag+om+stress&hvad=ophaev");
    let told = hr.send("/hr/opbevaring", &of_illness).await;
    assert_eq!(
        (told.status, told.sted()),
        (StatusCode::SEE_OTHER, "/hr/opbevaring?ok=sletningsstop-ophaevet&obs=helbred")
    );
    assert!(hr.fetch(told.sted()).await.tekst.contains("nævne en sygdom"));
    let done = hr.send("/hr/opbevaring", &meant).await;
    assert_eq!(done.sted(), "/hr/opbevaring?ok=slettet");
    assert!(sted.app.projections().is_erased(LEFT));
    let list = hr.fetch(done.sted()).await.tekst;
    assert!(list.contains("Personen er slettet.") && list.contains("Ingen er opbevaret længere"), "{list}");
    // Who was erased has the place that they had.
    let attest = format!("/hr/opbevaring/attest?medarbejder_nr={}", sted.place(LEFT));
    assert!(list.contains(&format!("href=\"{attest}\"")), "{list}");
    let attest = hr.fetch(&attest).await;
    assert!(attest.tekst.starts_with("Attest for sletning") && attest.tekst.contains("opbevaret til 2024-03-31"));
    assert!(!attest.tekst.contains("Iversen"), "{}", attest.tekst);
    // Who is employed is not due.
    let employed = hr.send("/hr/opbevaring", &format!("medarbejder_nr={SYG}&hvad=slet&bekraeft=ja")).await;
    assert_eq!((employed.status, sted.app.projections().is_erased(SYG)), (StatusCode::CONFLICT, false));
}

/// A mail that tells HR of an erasure and cannot leave is on both pages until it has.
#[tokio::test]
async fn a_mail_about_an_erasure_that_waits_is_told_where_hr_looks() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    for (reason, told) in [(Some("forbindelse"), true), (None, false)] {
        sted.app.untold.note(WAY, reason.map(str::to_owned));
        for path in ["/hr/opbevaring", "/hr/breve"] {
            let page = hr.fetch(path).await.tekst;
            assert_eq!(page.contains("er ikke kommet af sted:</strong> Mailserveren kan ikke nås."), told, "{path}");
        }
    }
}

#[tokio::test]
async fn an_insight_is_given_out_as_a_file_for_a_purpose() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let without = hr.send("/hr/indsigt", &format!("medarbejder_nr={SYG}&formaal=")).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(without.tekst.contains("Skriv, hvad indsigten tages ud til"), "{}", without.tekst);
    let unknown = hr.send("/hr/indsigt", "medarbejder_nr=4711&formaal=bad+om+det").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let file = hr.send("/hr/indsigt", &format!("medarbejder_nr={SYG}&formaal=bad+om+det&format=tekst")).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(file.heads[header::CONTENT_DISPOSITION], "attachment; filename=\"indsigt.txt\"");
    assert_eq!(file.heads[header::CACHE_CONTROL], "no-store");
    assert!(file.tekst.contains(NAME) && file.tekst.contains("bad om det"), "{}", file.tekst);
    let today = sted.app.clock.today();
    let noted = sted.app.opslag.about(SYG, today, today, 10).await.unwrap().all;
    assert_eq!(noted.iter().filter(|noted| noted.content == Content::Insight).count(), 1);
    // The employee sees that it was taken, and what for.
    let own = sted.acting_as(Rolle::Medarbejder).await.fetch("/mig/opslag").await.tekst;
    assert!(own.contains("som en fil til indsigt") && own.contains("bad om det"), "{own}");
}

/// Whoever writes what does not belong in a purpose is told before the file leaves, once, and is not kept from it.
#[tokio::test]
async fn the_purpose_of_an_insight_is_read_once_more_and_never_refused() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let asked = format!("medarbejder_nr={SYG}&formaal=bad+om+det+010180-1234&format=tekst");
    let told = hr.send("/hr/indsigt", &asked).await;
    assert_eq!(told.status, StatusCode::OK);
    assert!(told.tekst.contains("Formålet ser ud til at rumme et CPR-nummer"), "{}", told.tekst);
    assert!(!told.tekst.contains(NAME), "nothing has left yet");
    let file = hr.send("/hr/indsigt", &format!("{asked}&laest=bad+om+det+010180-1234")).await;
    assert_eq!(file.heads[header::CONTENT_DISPOSITION], "attachment; filename=\"indsigt.txt\"");
    assert!(file.tekst.contains(NAME));
    let other = hr.send("/hr/indsigt", &format!("{asked}&laest=noget+andet")).await;
    assert!(other.tekst.contains("Filen er ikke hentet endnu"), "it is said of each purpose");
}
