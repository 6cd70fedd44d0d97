//! The employee's own pages: reporting sick and back, wishes that only who makes contact reads, and the whole timeline.

use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, SYG};

fn hidden<'a>(html: &'a str, name: &str) -> &'a str {
    html.split(&format!("name=\"{name}\" value=\"")).nth(1).and_then(|rest| rest.split('"').next()).unwrap()
}

/// The key and the version of the forms of a page.
fn guard(html: &str) -> String {
    format!("version={}&noegle={}", hidden(html, "version"), hidden(html, "noegle"))
}

/// What a leader reads who would annul a whole forløb.
async fn leader_annuls(sted: &Arbejdsplads, forloeb: uuid::Uuid) -> String {
    let leder = sted.acting_as(Rolle::Leder).await;
    let page = leder.fetch(&format!("/forloeb/{forloeb}")).await.tekst;
    let body = format!("begrundelse=Det+passer+ikke&sikker=ja&{}", guard(&page));
    let answer = leder.send(&format!("/forloeb/{forloeb}/annullering"), &body).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.tekst);
    answer.tekst
}

/// Back on the Wednesday: the receipt says so, and nothing of it is done twice. Ill again on the Friday: another forløb.
#[tokio::test]
async fn the_medarbejder_reports_themself_back_and_sick_again() {
    let sted = Arbejdsplads::open().await;
    let mig = sted.acting_as(Rolle::Medarbejder).await;
    let page = mig.fetch("/mig").await.tekst;
    assert!(page.contains("Meld dig rask"));
    let path = format!("/forloeb/{}/egen-raskmelding", sted.forloeb);
    let answer = mig.send(&path, &format!("sidste_fravaersdag=2026-02-03&{}", guard(&page))).await;
    assert_eq!(answer.sted(), "/mig/kvittering?ok=egen-raskmelding");
    let receipt = mig.fetch(answer.sted()).await.tekst;
    assert!(receipt.contains("Du er meldt rask") && receipt.contains("den sidste dag var tirsdag den 3. februar 2026"));
    assert!(receipt.contains("Din leder, Maria Madsen, kan se det fra nu"));
    assert!(!receipt.contains("holder en samtale"), "the talk that was not held is held no more: {receipt}");
    let after = mig.fetch("/mig").await.tekst;
    let lately = "Du var væk fra mandag den 5. januar 2026 til tirsdag den 3. februar 2026. Velkommen tilbage";
    assert!(after.contains(lately) && after.contains("meld dig syg her"), "{after}");
    let sick = mig.fetch("/mig/sygemelding").await.tekst;
    assert!(!sick.contains("allerede meldt syg") && !sick.contains("paragraf_56"), "no agreement, no question");
    let body =
        format!("foerste_fravaersdag=2026-02-06&aarsag=sygdom&omfang_pct=100&noegle={}", hidden(&sick, "noegle"));
    let answer = mig.send("/mig/sygemelding", &body).await;
    assert_eq!(answer.sted(), "/mig/kvittering?ok=egen-sygemelding", "{}", answer.tekst);
    let receipt = mig.fetch(answer.sted()).await.tekst;
    assert!(receipt.contains("Du er meldt syg fra fredag den 6. februar 2026"));
    // F is the 6th; the 14th day is Thursday 19 February.
    assert!(receipt.contains("En kollega eller din leder kontakter dig</strong>, senest"), "{receipt}");
    let again = mig.send("/mig/sygemelding", "foerste_fravaersdag=2026-02-06&aarsag=sygdom&omfang_pct=100").await;
    assert_eq!(again.sted(), "/mig/kvittering?ok=egen-sygemelding-meldt");
    assert!(
        mig.fetch("/mig/sygemelding").await.tekst.contains("Du er allerede meldt syg fra fredag den 6. februar 2026")
    );
    let leder = sted.acting_as(Rolle::Leder).await;
    let body = format!("medarbejder_nr={SYG}&foerste_fravaersdag=2026-02-06&aarsag=sygdom&omfang_pct=100");
    let told = leder.send("/forloeb/ny", &body).await;
    assert!(told.sted().ends_with("?ok=sygemelding-meldt"), "{}", told.tekst);
    // Nor is that they are ill the leader's to annul.
    let all = sted.app.loan(SYG).await.unwrap();
    let own = all.all().iter().max_by_key(|f| f.foerste).unwrap().id;
    let refused = leader_annuls(&sted, own).await;
    assert!(refused.contains("Det har medarbejderen selv sagt"), "{refused}");
    assert_eq!(all.all().len(), 2, "one forløb of the winter, and one of now");
}

#[tokio::test]
async fn a_sygemelding_that_cannot_be_is_shown_again_with_what_was_typed() {
    let sted = Arbejdsplads::open().await;
    let mig = sted.acting_as(Rolle::Medarbejder).await;
    let answer = mig.send("/mig/sygemelding", "foerste_fravaersdag=2026-03-02&aarsag=sygdom&omfang_pct=100").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.tekst.contains("<title>Fejl: Meld dig syg") && answer.tekst.contains("value=\"2026-03-02\""));
}

/// The leader, the substitute and the chosen colleague read the wishes; HR and the leader's leader do not, on no page.
#[tokio::test]
async fn wishes_are_shown_to_who_makes_contact_and_to_nobody_else() {
    const SECRET: &str = "Helst om formiddagen";
    let sted = Arbejdsplads::open().await;
    let mig = sted.acting_as(Rolle::Medarbejder).await;
    let page = mig.fetch("/mig").await.tekst;
    let path = format!("/forloeb/{}/oensker", sted.forloeb);
    let nothing = mig.send(&path, &guard(&page)).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.tekst.contains("sig mindst ét ønske"));
    let wishes = "ro=ja&hvor_tit=hver_uge&form=telefon&telefon=20304050&bemaerkning=Helst+om+formiddagen";
    let answer = mig.send(&path, &format!("{wishes}&{}", guard(&page))).await;
    assert_eq!(answer.sted(), "/mig?ok=oensker", "{}", answer.tekst);
    let own = mig.fetch("/mig").await.tekst;
    assert!(own.contains(SECRET) && own.contains("Vil helst have ro") && own.contains("tel:+4520304050"));
    let case = format!("/forloeb/{}", sted.forloeb);
    for (rolle, reads) in
        [(Rolle::Leder, true), (Rolle::Kontaktperson, true), (Rolle::Hr, false), (Rolle::Revisor, false)]
    {
        let page = sted.acting_as(rolle).await.fetch(&case).await;
        assert_eq!(page.status, StatusCode::OK, "{rolle}");
        assert_eq!(page.tekst.contains(SECRET), reads, "{rolle}");
        assert_eq!(page.tekst.contains("Sådan vil medarbejderen gerne kontaktes"), reads, "{rolle}");
    }
    let hr = sted.acting_as(Rolle::Hr).await.fetch(&case).await.tekst;
    assert!(hr.contains("Det ser kun den, der tager kontakten"), "that something was said stands in the history");
    let back = mig.send(&path, &format!("traek_tilbage=ja&{}", guard(&own))).await;
    assert_eq!(back.sted(), "/mig?ok=oensker", "{}", back.tekst);
    assert!(!mig.fetch("/mig").await.tekst.contains(SECRET));
    assert!(!sted.acting_as(Rolle::Leder).await.fetch(&case).await.tekst.contains(SECRET));
}

/// Who has talked with the leader says so, and nobody need ring any more; that the workplace took it is not theirs to say.
#[tokio::test]
async fn the_medarbejder_records_the_contact_they_took() {
    let sted = Arbejdsplads::open().await;
    let mig = sted.acting_as(Rolle::Medarbejder).await;
    let page = mig.fetch("/mig").await.tekst;
    assert!(page.contains("Du har selv taget den første kontakt"));
    let path = format!("/forloeb/{}/foerste-kontakt", sted.forloeb);
    let body = format!("dato=2026-02-05&form=telefon&kontaktperson_rolle=leder&taget_af=medarbejder&{}", guard(&page));
    let foreign = mig.send(&path, &body.replace("taget_af=medarbejder", "taget_af=arbejdsplads")).await;
    assert_eq!(foreign.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(mig.send(&path, &body).await.sted(), "/mig?ok=foerste-kontakt");
    let after = mig.fetch("/mig").await.tekst;
    assert!(
        !after.contains("Du har selv taget den første kontakt")
            && after.contains("taget af medarbejderen, med lederen")
    );
}

/// Two reasons to talk again: each with its next step, until a talk was recorded.
#[tokio::test]
async fn what_the_first_contact_showed_leads_on() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let case = format!("/forloeb/{}", sted.forloeb);
    let page = leder.fetch(&case).await.tekst;
    let body = format!(
        "dato=2026-02-05&form=telefon&kontaktperson_rolle=leder&taget_af=arbejdsplads&sted=hjemme&grunde=langt_fravaer&\
         grunde=arbejdsevne&{}",
        guard(&page)
    );
    let answer = leder.send(&format!("{case}/foerste-kontakt"), &body).await;
    assert_eq!(answer.sted(), format!("{case}?ok=foerste-kontakt"), "{}", answer.tekst);
    let after = leder.fetch(answer.sted()).await.tekst;
    assert!(after.contains("Næste skridt efter den første kontakt"));
    assert!(
        after.contains("?vis=samtale-indkaldelse\">Inviter til samtale")
            && after.contains("?vis=mulighedserklaering\"")
    );
    assert!(!after.contains("Læg en plan sammen, med det, der hjælper"), "nobody said that support is needed");
    assert!(after.contains("hjemme hos medarbejderen"));
    let tr = sted.acting_as(Rolle::Kontaktperson).await.fetch(&case).await.tekst;
    assert!(tr.contains("Sig det til lederen.") && !tr.contains("?vis=samtale-indkaldelse"));
    let talk = format!("dato=2026-02-06&udfald=holdt&{}", guard(&after));
    assert_eq!(leder.send(&format!("{case}/samtale"), &talk).await.status, StatusCode::SEE_OTHER);
    assert!(!leder.fetch(&case).await.tekst.contains("Næste skridt efter den første kontakt"));
}

/// Asked for by the employee, refused by the leader with a reason that the employee reads.
#[tokio::test]
async fn a_fastholdelsesplan_is_asked_for_and_answered_with_a_reason() {
    let sted = Arbejdsplads::open().await;
    let mig = sted.acting_as(Rolle::Medarbejder).await;
    let case = format!("/forloeb/{}", sted.forloeb);
    let page = mig.fetch("/mig").await.tekst;
    let answer = mig.send(&format!("{case}/fastholdelsesplan"), &format!("dato=2026-02-06&{}", guard(&page))).await;
    assert_eq!(answer.sted(), "/mig?ok=fastholdelsesplan", "{}", answer.tekst);
    assert!(mig.fetch("/mig").await.tekst.contains("Din leder har ikke svaret endnu."));
    let leder = sted.acting_as(Rolle::Leder).await;
    let page = leder.fetch(&case).await.tekst;
    assert!(page.contains("Svar på ønsket om en fastholdelsesplan"));
    let body = format!("svar=afvist&dato=2026-02-06&{}", guard(&page));
    let without = leder.send(&format!("{case}/fastholdelsessvar"), &body).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    let body = format!("svar=afvist&dato=2026-02-06&begrundelse=TTA-planen+er+nok&{}", guard(&page));
    assert_eq!(leder.send(&format!("{case}/fastholdelsessvar"), &body).await.status, StatusCode::SEE_OTHER);
    let after = mig.fetch("/mig").await.tekst;
    assert!(after.contains("Arbejdspladsen har sagt nej.") && after.contains("TTA-planen er nok"));
}

/// Open and closed cases on one page, and everything as one file that says who looked.
#[tokio::test]
async fn the_medarbejder_sees_all_their_cases_and_takes_everything_with_them() {
    let sted = Arbejdsplads::open().await;
    sted.absence(SYG, "2025-03-03", "2025-03-14").await;
    let mig = sted.acting_as(Rolle::Medarbejder).await;
    let page = mig.fetch("/mig/tidslinje").await.tekst;
    assert!(
        page.contains("Fra mandag den 5. januar 2026")
            && page.contains("Fra mandag den 3. marts 2025 til fredag den 14. marts 2025")
    );
    assert!(page.find("5. januar 2026") < page.find("3. marts 2025"), "the newest first");
    assert!(!page.contains("Ole Olsen"), "nobody else's");
    let file = mig.fetch("/mig/alt.txt").await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.heads["content-disposition"].to_str().unwrap().contains("alt-om-mig.txt"));
    assert!(
        file.tekst.contains("10010") && file.tekst.contains("Sygedagpengeloven")
            || file.tekst.contains("sygedagpengeloven")
    );
    assert_eq!(sted.acting_as(Rolle::Leder).await.fetch("/mig/alt.txt").await.status, StatusCode::FORBIDDEN);
}

/// HR decides, not the leader, and the employee reads the answer. The rules of this workplace are from before there was a
/// clock for it: the stories of the domain have that.
#[tokio::test]
async fn that_is_not_my_leader_is_decided_by_hr_and_answered() {
    let sted = Arbejdsplads::open().await;
    let mig = sted.acting_as(Rolle::Medarbejder).await;
    let case = format!("/forloeb/{}", sted.forloeb);
    let page = mig.fetch("/mig").await.tekst;
    let body = format!("begrundelse=Jeg+flyttede+i+januar&{}", guard(&page));
    let answer = mig.send(&format!("{case}/forkert-leder"), &body).await;
    assert_eq!(answer.sted(), "/mig?ok=forkert-leder", "{}", answer.tekst);
    let after = mig.fetch("/mig").await.tekst;
    assert!(after.contains("HR kan se det og afgør det") && !after.contains("Sig det til HR</button>"));
    // What the employee has said of the leader is not the leader's to take away.
    let loan = sted.app.loan(SYG).await.unwrap();
    let is_it = |p: &&std::sync::Arc<::forloeb::Record>| matches!(p.haendelse, ::forloeb::Haendelse::LederBestridt(_));
    let position = loan.ansaettelse().records().iter().find(is_it).unwrap().position;
    let away = format!("haendelse={position}&begrundelse=Det+passer+ikke");
    let leder = sted.acting_as(Rolle::Leder).await;
    let page = leder.fetch(&case).await.tekst;
    assert!(page.contains("Medarbejderen sagde, at lederen ikke er den rigtige"), "{page}");
    assert!(!page.contains(&format!("f-annullering-{position}")), "{page}");
    let refused = leder.send(&format!("{case}/annullering"), &format!("{away}&{}", guard(&page))).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.tekst.contains("Det har medarbejderen selv sagt"), "{}", refused.tekst);
    let hr = sted.acting_as(Rolle::Hr).await;
    let page = hr.fetch(&case).await.tekst;
    assert!(page.contains(&format!("f-annullering-{position}")), "{page}");
    let body = format!("begrundelse=Flytningen+sker+i+marts&{}", guard(&page));
    let leder = sted.acting_as(Rolle::Leder).await.send(&format!("{case}/leder-beholdt"), &body).await;
    assert_eq!(leder.status, StatusCode::FORBIDDEN, "not for the leader to decide");
    assert_eq!(hr.send(&format!("{case}/leder-beholdt"), &body).await.status, StatusCode::SEE_OTHER);
    let after = mig.fetch("/mig").await.tekst;
    assert!(after.contains("at din leder er den rigtige.") && after.contains("Flytningen sker i marts"));
}

/// Day 33 and no talk: after the four weeks, and so in the second phase, which stands first.
#[tokio::test]
async fn what_has_to_be_done_and_may_be_declined_stands_by_phase() {
    let sted = Arbejdsplads::open().await;
    let page = sted.acting_as(Rolle::Medarbejder).await.fetch("/mig/rettigheder").await.tekst;
    let now = page.find("Her er du nu").unwrap();
    assert!(page.find("Efter samtalen, og frem mod uge otte").unwrap() < now);
    assert!(now < page.find("De første uger").unwrap() && page.contains("Helbredsoplysningsloven § 2"));
}
