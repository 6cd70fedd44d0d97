//! The letter to print for who has no mail: on the case for leader and HR, on HR's list, and what stands in it for whom.

use ::forloeb::Aktoer;
use ::forloeb::command::{Act, DomainCommand};
use ::forloeb::frister::assess;
use ::forloeb::haendelse::{Afgoerelse, Udfald};
use ::forloeb::paamindelser::planlagte;
use ::forloeb::words::{Aflysning, Modtagerrolle, Rolle, Sletningsgrund};
use axum::http::StatusCode;
use chrono::TimeDelta;
use uuid::Uuid;

use super::arbejdsplads::{Arbejdsplads, NAME, SYG};

const REFUSED: &str = "Medarbejderen kan ikke nås på mail";

/// Tuesday 10 February at ten, in the leader's office.
pub(super) async fn invite(sted: &Arbejdsplads) {
    let typed = "tidspunkt=2026-02-10T10:00&sted=Lederens+kontor&art=indbudt";
    let path = format!("/forloeb/{}/samtale-indkaldelse", sted.forloeb);
    let answer = sted.acting_as(Rolle::Leder).await.send_shown(&path, typed).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.tekst);
}

/// What was to leave for the employee came to this.
pub(super) async fn came_to(sted: &Arbejdsplads, udfald: &Udfald) {
    came_to_of(sted, sted.forloeb, udfald).await;
}

/// The same, of another forløb.
async fn came_to_of(sted: &Arbejdsplads, id: Uuid, udfald: &Udfald) {
    let f = sted.app.forloeb(id).await.unwrap().unwrap();
    let (today, book) = (sted.app.clock.today(), sted.app.book());
    let plan = planlagte(&f, &assess(&f, today, &book), today, &book);
    let theirs = plan.into_iter().filter(|p| p.key.modtager == Modtagerrolle::Medarbejder);
    let all: Vec<_> = theirs.map(|p| Afgoerelse { key: p.key, dag: p.dag, udfald: udfald.clone() }).collect();
    assert!(!all.is_empty());
    let act = Act::AfgoerPaamindelser(all);
    let command = DomainCommand::Forloeb { id: f.id, if_version: None, act };
    sted.app.execute(&f.medarbejder_nr, &command, &Aktoer::system("paamindelser"), None).await.unwrap();
}

#[tokio::test]
async fn who_has_no_mail_is_told_on_paper_and_leader_and_hr_see_what_there_is_to_print() {
    let sted = Arbejdsplads::open().await;
    let (leder, hr) = (sted.acting_as(Rolle::Leder).await, sted.acting_as(Rolle::Hr).await);
    let (case, letter) = (format!("/forloeb/{}", sted.forloeb), format!("/forloeb/{}/brev", sted.forloeb));
    assert!(!leder.fetch(&case).await.tekst.contains(REFUSED), "mails reach them");
    sted.without_mail(SYG, NAME).await;
    for visit in [&leder, &hr] {
        let page = visit.fetch(&case).await.tekst;
        assert!(page.contains(REFUSED) && page.contains("Lønsystemet har ingen mailadresse"), "{page}");
        assert!(page.contains("Der er ikke noget at printe lige nu.") && !page.contains(&letter), "{page}");
        assert!(visit.fetch(&letter).await.tekst.contains("Der er ikke noget at printe"));
    }
    invite(&sted).await;
    for visit in [&leder, &hr] {
        let page = visit.fetch(&case).await.tekst;
        assert!(page.contains("<li>Møde tirsdag den 10. februar 2026 kl. 10.00</li>"), "{page}");
        assert!(page.contains(&format!("<a href=\"{letter}\">Se og print brevet til medarbejderen</a>")), "{page}");
        let page = visit.fetch(&letter).await.tekst;
        for said in [
            "fredag den 6. februar 2026\n\nKære Åse Ærlig &#60;b&#62;\n\nVi kan ikke nå dig på mail.",
            "Du er inviteret til et møde tirsdag den 10. februar 2026 kl. 10.00. Hvor det er, står i indkaldelsen",
            "Du kan læse det hele og svare, når du er logget ind: http://127.0.0.1:8080/mig.",
            "så ring til Maria Madsen, som er din leder, og sig dit svar dér.",
            "Venlig hilsen\nMaria Madsen</pre>",
        ] {
            assert!(page.contains(said), "{said}\n{page}");
        }
        assert!(page.contains(&format!("<a href=\"{case}/indkaldelse\">Indkaldelsen til samtalen")), "{page}");
        let (_, text) = page.split_once("<pre>").unwrap();
        let text = text.split("</pre>").next().unwrap().to_lowercase();
        for word in ["sygdom", "diagnos", "læge", "cpr", "10010"] {
            assert!(!text.contains(word), "{word} in {text}");
        }
    }
    // Who is told nothing of the case is not told this either, and who reads without names sees none in it.
    let contact = sted.acting_as(Rolle::Kontaktperson).await;
    assert_eq!(contact.fetch(&letter).await.status, StatusCode::FORBIDDEN);
    assert!(!contact.fetch(&case).await.tekst.contains(REFUSED));
    assert_eq!(sted.as_nr(7).await.fetch(&letter).await.status, StatusCode::NOT_FOUND, "another leader");
    let auditor = sted.acting_as(Rolle::Revisor).await.fetch(&letter).await;
    assert_eq!(auditor.status, StatusCode::OK);
    assert!(auditor.tekst.contains("Hej\n\n") && !auditor.tekst.contains("Ærlig"), "{}", auditor.tekst);
    assert!(!auditor.tekst.contains("Madsen"), "{}", auditor.tekst);
    let own = sted.acting_as(Rolle::Medarbejder).await.fetch(&letter).await;
    assert!(own.status == StatusCode::OK && own.tekst.contains("Du er inviteret til et møde"), "{}", own.tekst);
}

/// On HR's page stands who has something to be told and was not sent it: without an address, or with a mailbox that is not there.
#[tokio::test]
async fn hr_finds_the_letters_beside_the_mails_that_did_not_arrive() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let link = format!("href=\"/forloeb/{}/brev\"", sted.forloeb);
    // What a mailbox said before payroll last told of somebody says nothing of the address they have now.
    assert!(sted.app.clock.move_to(sted.app.clock.now() + TimeDelta::minutes(1)));
    invite(&sted).await;
    assert!(!hr.fetch("/hr/breve").await.tekst.contains("Breve at printe"), "their mailbox takes mail");
    came_to(&sted, &Udfald::Fejlet { grund: "smtp_550".into(), til: Some(SYG.to_owned()) }).await;
    let page = hr.fetch("/hr/breve").await.tekst;
    for said in [
        "<h2>Breve at printe</h2>",
        "Møde tirsdag den 10. februar 2026 kl. 10.00",
        "Mailserveren siger, at postkassen ikke findes.",
        &*link,
    ] {
        assert!(page.contains(said), "{said}\n{page}");
    }
    // Payroll tells that they have none at all, and the next is withheld for that.
    assert!(sted.app.clock.move_to(sted.app.clock.now() + TimeDelta::minutes(1)));
    sted.without_mail(SYG, NAME).await;
    invite(&sted).await;
    came_to(&sted, &Udfald::Aflyst { aarsag: Aflysning::NoModtager }).await;
    let page = hr.fetch("/hr/breve").await.tekst;
    assert!(page.contains("Lønsystemet har ingen mailadresse") && page.contains(&link), "{page}");
    // What was recorded of a talk since then is nothing to invite to.
    let held = sted.acting_as(Rolle::Leder).await;
    let typed = "dato=2026-02-06&udfald=holdt";
    let answer = held.send(&format!("/forloeb/{}/samtale", sted.forloeb), typed).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.tekst);
    assert!(!hr.fetch("/hr/breve").await.tekst.contains("Breve at printe"));
}

/// What is agreed stands there in its words, but for those that seem to hold what no letter is to say.
#[tokio::test]
async fn words_that_name_an_illness_stay_out_of_the_letter() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let path = format!("/forloeb/{}", sted.forloeb);
    let held = leder.send(&format!("{path}/samtale"), "dato=29.1.2026&udfald=holdt").await;
    assert_eq!(held.status, StatusCode::SEE_OTHER, "{}", held.tekst);
    let til = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap().moeder()[0].position;
    let typed = format!(
        "til={til}&tekst=Korte+dage&aftaler.01.tekst=Ring+p%C3%A5+fredag&aftaler.01.senest=10.2.2026&\
         aftaler.01.hvem=medarbejder&aftaler.02.tekst=Tal+med+l%C3%A6gen+om+diskusprolapsen&\
         aftaler.02.senest=13.2.2026&aftaler.02.hvem=medarbejder"
    );
    let answer = leder.send(&format!("{path}/referat"), &typed).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.tekst);
    let page = leder.fetch(&format!("{path}/brev")).await.tekst;
    for said in [
        "Noget, du har aftalt at gøre: Ring på fredag. Senest tirsdag den 10. februar 2026.",
        "Noget, du har aftalt at gøre. Senest fredag den 13. februar 2026.",
        "Der er skrevet referat af et møde med dig. Det er sygefraværssamtalen torsdag den 29. januar 2026.",
    ] {
        assert!(page.contains(said), "{said}\n{page}");
    }
    assert!(!page.contains("diskusprolaps") && !page.contains("Vi kan ikke nå dig på mail"), "{page}");
}

/// Whoever has given the letter says so beside it: the history and the employee's own page have it, and what it told is nothing to print
/// any more. Opening the page, which is how it is printed, writes nothing.
#[tokio::test]
async fn a_letter_that_was_given_is_noted_by_whoever_gave_it() {
    let sted = Arbejdsplads::open().await;
    sted.without_mail(SYG, NAME).await;
    invite(&sted).await;
    let (leder, case) = (sted.acting_as(Rolle::Leder).await, format!("/forloeb/{}", sted.forloeb));
    let path = format!("{case}/brev");
    let before = sted.app.log.head().position;
    let page = leder.fetch(&path).await.tekst;
    assert!(page.contains(">Jeg har givet eller sendt brevet</button>"), "{page}");
    assert_eq!(sted.app.log.head().position, before);
    for (rolle, status) in [
        (Rolle::Revisor, StatusCode::FORBIDDEN),
        (Rolle::Kontaktperson, StatusCode::FORBIDDEN),
        (Rolle::Medarbejder, StatusCode::FORBIDDEN),
        (Rolle::Koordinator, StatusCode::NOT_FOUND),
    ] {
        let visit = sted.acting_as(rolle).await;
        assert_eq!(visit.send(&path, "art=besked&dato=2026-02-06").await.status, status, "{rolle}");
        assert!(!visit.fetch(&path).await.tekst.contains("Jeg har givet"), "{rolle}");
    }
    let wrong = leder.send(&path, "art=besked&dato=2026-02-07").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.tekst.contains("href=\"#f-brev-dato\"") && wrong.tekst.contains("<pre>"), "{}", wrong.tekst);
    assert_eq!(sted.app.log.head().position, before, "nothing was written yet");

    let sent = leder.send(&path, "art=besked&dato=2026-02-06").await;
    assert_eq!(sent.sted(), format!("{path}?ok=brev"), "{}", sent.tekst);
    let page = leder.fetch(sent.sted()).await.tekst;
    for said in [
        "Det er noteret, at medarbejderen har fået brevet.",
        "<li>Fredag den 6. februar 2026: et brev i stedet for mails, noteret af leder (Maria Madsen).</li>",
        "Der er ikke noget at printe",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("Jeg har givet") && !page.contains("<pre>"), "{page}");
    let page = leder.fetch(&case).await.tekst;
    for said in [
        "Et brev i stedet for mails blev givet eller sendt til medarbejderen fredag den 6. februar 2026.",
        "Medarbejderen fik sidst et brev fredag den 6. februar 2026.",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let own = sted.acting_as(Rolle::Medarbejder).await.fetch("/mig/tidslinje").await.tekst;
    assert!(own.contains("fredag den 6. februar 2026: et brev i stedet for mails, givet eller sendt til dig"), "{own}");
}

/// The invitation is a letter of its own, and given by itself.
#[tokio::test]
async fn an_invitation_that_was_given_is_noted_on_its_own_page() {
    let sted = Arbejdsplads::open().await;
    let (hr, case) = (sted.acting_as(Rolle::Hr).await, format!("/forloeb/{}", sted.forloeb));
    let path = format!("{case}/indkaldelse");
    assert!(!hr.fetch(&path).await.tekst.contains("Jeg har givet"), "there is none to give");
    invite(&sted).await;
    assert!(hr.fetch(&path).await.tekst.contains(">Jeg har givet eller sendt brevet</button>"));
    let sent = hr.send(&path, "art=indkaldelse&dato=2026-02-05").await;
    assert_eq!(sent.sted(), format!("{path}?ok=brev"), "{}", sent.tekst);
    let page = hr.fetch(sent.sted()).await.tekst;
    assert!(
        page.contains("<li>Torsdag den 5. februar 2026: et brev med indkaldelsen til samtalen, noteret af HR.</li>"),
        "{page}"
    );
    assert!(
        page.contains("Du er inviteret") || page.contains("Lederens kontor"),
        "and it can be printed again: {page}"
    );
    let letter = hr.fetch(&format!("{case}/brev")).await.tekst;
    assert!(letter.contains("Der er ikke noget at printe"), "the talk is told: {letter}");
}

/// Of who was erased nothing is left to tell, nor whether they had a mail address.
#[tokio::test]
async fn there_is_no_letter_to_who_was_erased() {
    let sted = Arbejdsplads::open().await;
    sted.without_mail(SYG, NAME).await;
    invite(&sted).await;
    let command = DomainCommand::ErasePerson { grund: Sletningsgrund::Anmodning, aarsag: String::new() };
    sted.app.execute(SYG, &command, &Aktoer::system("prøve"), None).await.unwrap();
    sted.app.erase_keys().await.unwrap();
    let path = format!("/forloeb/{}", sted.forloeb);
    let hr = sted.acting_as(Rolle::Hr).await;
    assert!(!hr.fetch(&path).await.tekst.contains(REFUSED));
    let page = hr.fetch(&format!("{path}/brev")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.tekst.contains("Der er ikke noget at printe") && !page.tekst.contains("<pre>"), "{}", page.tekst);
    assert!(!page.tekst.contains("Mails når ikke frem"), "{}", page.tekst);
    let leder = sted.acting_as(Rolle::Leder).await;
    assert_eq!(leder.fetch(&format!("{path}/brev")).await.status, StatusCode::NOT_FOUND);
}

/// Away from Monday 2 through Wednesday 4 February, and nothing else is left to do. The minutes of the talk of Tuesday are written
/// today, on Friday.
#[tokio::test]
async fn hr_finds_the_letters_to_who_is_back_too() {
    let sted = Arbejdsplads::open().await;
    let id = sted.absence("10003", "2026-02-02", "2026-02-04").await;
    sted.without_mail("10003", "Ida Iversen").await;
    let (leder, hr) = (sted.acting_as(Rolle::Leder).await, sted.acting_as(Rolle::Hr).await);
    let path = format!("/forloeb/{id}");
    let held = leder.send(&format!("{path}/samtale"), "dato=3.2.2026&udfald=holdt").await;
    assert_eq!(held.status, StatusCode::SEE_OTHER, "{}", held.tekst);
    let til = sted.app.forloeb(id).await.unwrap().unwrap().moeder()[0].position;
    let written = leder.send(&format!("{path}/referat"), &format!("til={til}&tekst=Vi+talte+sammen")).await;
    assert_eq!(written.status, StatusCode::SEE_OTHER, "{}", written.tekst);
    came_to_of(&sted, id, &Udfald::Aflyst { aarsag: Aflysning::NoModtager }).await;
    let page = hr.fetch("/hr/breve").await.tekst;
    for said in ["<h2>Breve at printe</h2>", "Nyt: referat", &*format!("href=\"{path}/brev\"")] {
        assert!(page.contains(said), "{said}\n{page}");
    }
    let letter = hr.fetch(&format!("{path}/brev")).await.tekst;
    assert!(letter.contains("Der er skrevet referat af et møde med dig."), "{letter}");
}
