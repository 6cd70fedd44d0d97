//! What the mail server refused: shown to HR without an address, and sent again once.

use ::forloeb::command::{Act, DomainCommand};
use ::forloeb::haendelse::{Afgoerelse, Raskmeldt, SignalbrevAfgjort, Udfald};
use ::forloeb::paamindelser::planlagte;
use ::forloeb::words::{Fristart, Modtagerrolle, Rolle};
use ::forloeb::{Aktoer, frister::assess};
use app::workplace::day;
use axum::http::StatusCode;
use chrono::TimeDelta;

use super::arbejdsplads::{Arbejdsplads, LEDER, SYG, state};
use crate::fejlede::all_fejlede;
use crate::mailtekster::TextFile;
use crate::sentences::frist_name;

/// There is an address on the page itself; whom to ask stands under each.
fn has_an_address(page: &str) -> bool {
    page.split("<footer").next().is_some_and(|page| page.contains('@'))
}

#[tokio::test]
async fn a_refused_mail_is_on_the_list_until_it_is_sent_again() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    assert!(hr.fetch("/hr/breve").await.tekst.contains("Mailserveren har ikke afvist nogen påmindelser."));

    // What a mailbox said before payroll last told of somebody says nothing of the address they have now.
    assert!(sted.app.clock.move_to(sted.app.clock.now() + TimeDelta::minutes(1)));
    let f = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap();
    let today = sted.app.clock.today();
    let plan = planlagte(&f, &assess(&f, today, &sted.app.book()), today, &sted.app.book());
    let p = plan.iter().find(|p| p.key.frist == Fristart::Anmeldelse && p.dag <= today).unwrap();
    let udfald = Udfald::Fejlet { grund: "smtp_550".into(), til: Some(LEDER.to_owned()) };
    let afgoerelser = vec![Afgoerelse { key: p.key.clone(), dag: p.dag, udfald }];
    let act = Act::AfgoerPaamindelser(afgoerelser);
    let command = DomainCommand::Forloeb { id: f.id, if_version: None, act };
    sted.app.execute(SYG, &command, &Aktoer::system("paamindelser"), None).await.unwrap();

    let page = hr.fetch("/hr/breve").await.tekst;
    for del in ["Mailserveren kender ikke postkassen (smtp_550)", "Anmeldelse", "Send igen"] {
        assert!(page.contains(del), "{del}");
    }
    assert!(!has_an_address(&page), "no address");
    assert!(hr.fetch("/").await.tekst.contains("href=\"/hr/breve\""));
    assert!(page.contains("Postkasser, der ikke tager imod") && page.contains("<strong>Maria Madsen (10001)</strong>"));
    // It is asked first, and says of which case and what follows.
    let ask = page.split("href=\"/hr/breve/igen").nth(1).unwrap().split('"').next().unwrap();
    let page = hr.fetch(&format!("/hr/breve/igen{ask}")).await.tekst;
    assert!(page.contains("Skal mailen sendes igen?") && page.contains(&crate::reference::reference(f.id)));
    let id = page.split("name=\"paamindelse\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let key = page.split("name=\"noegle\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let body = format!("forloeb={}&paamindelse={id}&noegle={key}", f.id);
    let leder = sted.acting_as(Rolle::Leder).await;
    assert_eq!(leder.send("/hr/breve", &body).await.status, StatusCode::FORBIDDEN);
    for _ in 0..2 {
        let answer = hr.send("/hr/breve", &body).await;
        assert_eq!((answer.status, answer.sted()), (StatusCode::SEE_OTHER, "/hr/breve?ok=send-igen"));
    }
    let page = hr.fetch("/hr/breve?ok=send-igen").await.tekst;
    assert!(page.contains("Mailserveren har ikke afvist nogen påmindelser.") && page.contains("sendes igen kl. 8"));
    let after = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap();
    assert_eq!(after.version, f.version, "nobody's form is out of date because of it");
    let plan = planlagte(&after, &assess(&after, today, &sted.app.book()), today, &sted.app.book());
    assert!(plan.contains(p), "it is due again");
    let history = hr.fetch(&format!("/forloeb/{}", f.id)).await.tekst;
    assert!(history.contains("Påmindelse om anmeldelse til") && history.contains("skal sendes igen."));
    // Not refused any more: a new order is refused.
    let again = format!("forloeb={}&paamindelse={id}&noegle=en-anden-side", f.id);
    assert_eq!(hr.send("/hr/breve", &again).await.status, StatusCode::CONFLICT);
    assert_eq!(hr.fetch(&format!("/hr/breve/igen?paamindelse={id}")).await.sted(), "/hr/breve", "nothing to ask about");
    assert!(!hr.fetch("/hr/breve").await.tekst.contains("Postkasser, der ikke tager imod"), "it is tried again");
    let user = crate::access::User::new(Rolle::Hr, None);
    assert!(all_fejlede(&sted.app, &user).is_empty());
}

/// The leader's mailbox has refused for a working day (452), and goes on for weeks: HR has it as a task, and the page of mails
/// names the mailbox until it takes mail again.
#[tokio::test]
async fn a_full_mailbox_is_on_the_page_for_as_long_as_it_is_full() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    assert!(sted.app.clock.move_to(sted.app.clock.now() + TimeDelta::minutes(1)));
    let of_anmeldelse = async |udfald: Udfald| {
        let f = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap();
        let (today, book) = (sted.app.clock.today(), sted.app.book());
        let plan = planlagte(&f, &assess(&f, today, &book), today, &book);
        let p = plan.iter().find(|p| p.key.frist == Fristart::Anmeldelse && p.dag <= today).unwrap();
        let act = Act::AfgoerPaamindelser(vec![Afgoerelse { key: p.key.clone(), dag: p.dag, udfald }]);
        let command = DomainCommand::Forloeb { id: f.id, if_version: None, act };
        sted.app.execute(SYG, &command, &Aktoer::system("paamindelser"), None).await.unwrap();
    };
    of_anmeldelse(Udfald::Fejlet { grund: "smtp_452".into(), til: Some(LEDER.to_owned()) }).await;
    let full =
        "Postkassen tog ikke imod mail i en hel arbejdsdag. Tager den heller ikke imod næste gang, går mailen til HR.";
    let shows = async || {
        let page = hr.fetch("/hr/breve").await.tekst;
        assert!(!has_an_address(&page), "no address");
        page.contains("Postkasser, der ikke tager imod")
            && page.contains("<strong>Maria Madsen (10001)</strong>")
            && page.contains(full)
    };
    assert!(shows().await);
    let page = hr.fetch("/hr/breve").await.tekst;
    assert!(page.contains("Postkassen tog ikke imod mail i en hel arbejdsdag (smtp_452)"), "{page}");
    let tasks = hr.fetch("/").await.tekst;
    assert!(tasks.contains("kunne ikke leveres") && tasks.contains("href=\"/hr/breve\""), "{tasks}");
    for _ in 0..3 {
        sted.a_week_later().await;
        assert!(shows().await, "it is as full as it was");
    }
    of_anmeldelse(Udfald::Sendt { letter: "brev@raskvej".into(), til: Some(LEDER.to_owned()) }).await;
    assert!(!shows().await, "it takes mail again");
}

/// Friday 6 February 2026 at ten, and no mail server: what is due waits, and the page says how much, what, and why.
#[tokio::test]
async fn what_waits_is_on_the_page_with_its_reason() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let page = hr.fetch("/hr/breve").await.tekst;
    let waiting = state(&sted.app).paamindelser.ventende().await.unwrap().ventende;
    assert!(!waiting.is_empty() && waiting.iter().all(|v| v.grund == "ingen_mailserver"), "{waiting:?}");
    let grund = format!("<li>{}: Der er ikke sat nogen mailserver op (RASKVEJ_SMTP_URL)</li>", waiting.len());
    assert!(page.contains(&grund), "{page}");
    assert!(page.contains("RASKVEJ_SMTP_URL er ikke sat:") && page.contains("mails venter, til der er en mailserver"));
    assert!(!page.contains("leveret") && !page.contains("Ingen påmindelser venter.") && !has_an_address(&page));
    assert_eq!(page.matches("Der er ikke sat nogen mailserver op").count(), waiting.len() + 1, "each line says why");
}

/// The reference of a mail leads to the forløb, and to nobody else's.
#[tokio::test]
async fn a_forloeb_is_found_by_its_reference() {
    let sted = Arbejdsplads::open().await;
    let (own, foreign) = (crate::reference::reference(sted.forloeb), crate::reference::reference(sted.foreign));
    for (rolle, from, to) in [
        (Rolle::Hr, format!("/?reference={own}"), format!("/forloeb/{}", sted.forloeb)),
        (Rolle::Leder, format!("/?reference=+{}", own.to_uppercase()), format!("/forloeb/{}", sted.forloeb)),
        (Rolle::Hr, format!("/?reference={foreign}"), format!("/forloeb/{}", sted.foreign)),
    ] {
        let answer = sted.acting_as(rolle).await.fetch(&from).await;
        assert_eq!((answer.status, answer.sted()), (StatusCode::SEE_OTHER, to.as_str()), "{from}");
    }
    let leder = sted.acting_as(Rolle::Leder).await;
    for from in [format!("/?reference={foreign}"), "/?reference=sludder".to_owned()] {
        let answer = leder.fetch(&from).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.tekst.contains("Der er intet forløb med den reference, som du kan se."), "{from}");
    }
}

/// Everything that became of mails, by employee, case, day and outcome; of nobody whom the reader does not see.
#[tokio::test]
async fn every_mail_is_found_by_employee_case_day_and_outcome() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    assert!(hr.fetch("/hr/breve/alle").await.tekst.contains("Der har ikke været nogen mails endnu."));
    let f = sted.app.forloeb(sted.forloeb).await.unwrap().unwrap();
    let (today, book) = (sted.app.clock.today(), sted.app.book());
    let plan = planlagte(&f, &assess(&f, today, &book), today, &book);
    let udfald = [
        Udfald::Sendt { letter: "brev@raskvej".into(), til: Some(LEDER.to_owned()) },
        Udfald::Fejlet { grund: "smtp_550".into(), til: None },
    ];
    let both = plan.iter().zip(udfald).map(|(p, udfald)| Afgoerelse { key: p.key.clone(), dag: p.dag, udfald });
    let act = Act::AfgoerPaamindelser(both.collect());
    let command = DomainCommand::Forloeb { id: f.id, if_version: None, act };
    sted.app.execute(SYG, &command, &Aktoer::system("paamindelser"), None).await.unwrap();
    let act = Act::Raskmeld(Raskmeldt { forloeb: f.id, sidste_fravaersdag: "2026-02-05".parse().unwrap() });
    let command = DomainCommand::Forloeb { id: f.id, if_version: None, act };
    sted.app.execute(SYG, &command, &Aktoer::system("proeve"), None).await.unwrap();

    let page = hr.fetch("/hr/breve/alle").await.tekst;
    for said in [
        "Sendt til Maria Madsen",
        "Kunne ikke leveres: Mailserveren kender ikke postkassen",
        "Ikke sendt: forløbet er slut",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!has_an_address(&page), "no address of anybody, and no name of a mail");
    let rows = async |filter: &str| {
        hr.fetch(&format!("/hr/breve/alle?{filter}")).await.tekst.matches("data-navn=\"Mail\"").count()
    };
    let all = rows("").await;
    let reference = crate::reference::reference(f.id);
    assert_eq!((rows(&format!("medarbejder={SYG}")).await, rows(&format!("reference={reference}")).await), (all, all));
    assert_eq!((rows("udfald=sendt").await, rows("udfald=fejlet").await), (1, 1));
    assert_eq!(rows("udfald=aflyst").await, all - 2);
    // By who got it: the first of the plan went to Maria Madsen, who leads, and nobody got anything as somebody unknown.
    assert_eq!((rows("modtager_nr=10001&udfald=sendt").await, rows("modtager_nr=20001").await), (1, 0));
    let mut by_role = 0;
    for rolle in Modtagerrolle::ALL {
        by_role += rows(&format!("modtager={}", rolle.code())).await;
    }
    assert_eq!(by_role, all, "each has one recipient");
    assert!(rows("modtager=hr").await > 0 && rows("modtager=leder").await > 0);
    let typed = hr.fetch("/hr/breve/alle?modtager_nr=maria%40b.example").await;
    assert_eq!(typed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(typed.tekst.contains("ikke mailadressen") && !typed.tekst.contains("value=\"maria"), "{}", typed.tekst);
    let to_leder = format!("?modtager_nr={}", sted.place("10001"));
    assert!(page.contains(&format!("<a href=\"{to_leder}\">Maria Madsen</a>")), "{page}");
    assert_eq!(rows(&format!("{}&udfald=sendt", &to_leder[1..])).await, 1);
    assert_eq!((rows("dag=6.2.2026").await, rows("til=5.2.2026").await, rows("medarbejder=10011").await), (all, 0, 0));
    for wrong in ["dag=engang", "reference=sludder"] {
        let answer = hr.fetch(&format!("/hr/breve/alle?{wrong}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
}

/// Every mail there is can be read before anybody gets it, and reading it sends nothing.
#[tokio::test]
async fn every_kind_of_mail_is_shown_as_it_is_sent_of_invented_cases() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    assert!(hr.fetch("/hr/breve").await.tekst.contains("href=\"/hr/breve/eksempler\""));
    let before = sted.app.log.head();
    let page = hr.fetch("/hr/breve/eksempler").await;
    assert_eq!(page.status, StatusCode::OK);
    for art in Fristart::ALL {
        assert!(page.tekst.contains(&format!(">{}</h2>", frist_name(*art))), "{art}");
    }
    // Five about each frist, and one more about the anmeldelse; three of several at once, twelve kinds of news, one of them instead of
    // another, and two mails of several, six of meetings, four beside the reminders, and the trial.
    let all = Fristart::ALL.len() * 5 + 1 + 3 + (12 + 1 + 2) + 6 + 4 + 1;
    assert_eq!(page.tekst.matches("<article class=\"brev\">").count(), all);
    assert!(page.tekst.contains(&format!("alle {all} slags mails")));
    for said in [
        "Sidste chance: frist for anmeldelse 6. februar",
        "Der er tabt omkring 18.780\u{a0}kr., og beløbet vokser",
        "Til orientering: opfølgningssamtale",
        "Nyt: en plan til dig",
        "Der er også nyt, som du skal kende til:",
        "BEGIN:VCALENDAR",
        "METHOD:CANCEL",
        "Møde fredag den 6. februar 2026 kl. 10",
        "Raskvej: 2 aftaler udløber snart",
        "Raskvej: 1 person er slettet",
        "raskvej verify --bundle",
        "Prøve fra Raskvej",
    ] {
        assert!(page.tekst.contains(said), "{said}");
    }
    assert_eq!(sted.app.log.head(), before);
}

/// Which text is whose, where it is edited, and what is wrong with it: each by itself.
#[tokio::test]
async fn own_texts_are_told_from_the_standard_ones() {
    const PATH: &str = "/hr/breve/eksempler";
    let mut sted = Arbejdsplads::open().await;
    let page = sted.acting_as(Rolle::Hr).await.fetch(PATH).await.tekst;
    assert!(page.contains("Alle mails er standardteksten.") && page.contains("<code>mailtekster</code>"), "{page}");
    assert!(!page.contains("med jeres egne ord") && !page.contains("Navn i filen"));

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mails.toml");
    std::fs::write(&file, "[frist]\nsamtale = \"Vejledningen er {dag} på <hylden>.\"\n").unwrap();
    sted.write_mails_as(TextFile::fetch(&file));
    let hr = sted.acting_as(Rolle::Hr).await;
    let page = hr.fetch(PATH).await.tekst;
    assert!(
        page.contains(&format!("<code>{}</code>", file.display())) && !page.contains("tekster bruges ikke"),
        "{page}"
    );
    assert!(page.contains("<p class=\"citat\">Vejledningen er {dag} på &#60;hylden&#62;.</p>"), "{page}");
    let (own, standard) = ("Jeres egen tekst</td>", "Standardteksten</td>");
    let texts = Fristart::ALL.len() + 2;
    assert_eq!((page.matches(own).count(), page.matches(standard).count()), (1, texts - 1));
    let mail = |page: &str, said: &str| page.split("<article").filter(|mail| mail.contains(said)).count();
    let with_own = mail(&page, "· med jeres egne ord</p>");
    assert!(with_own > 0 && with_own == mail(&page, "på &#60;hylden&#62;.\n"), "{page}");
    assert!(!hr.fetch("/hr/breve").await.tekst.contains("egne mailtekster"));

    std::fs::write(&file, "indledning = \"Hej\"\nafslutning = \"Til {navn}\"\nhilsen = \"HR\"\n").unwrap();
    sted.write_mails_as(TextFile::fetch(&file));
    let hr = sted.acting_as(Rolle::Hr).await;
    let page = hr.fetch(PATH).await.tekst;
    assert_eq!((page.matches(own).count(), page.matches(standard).count()), (0, texts));
    for said in [
        "Jeres egne tekster bruges ikke: der er fejl i filen.",
        "<li>linje 3, &#39;hilsen&#39;: kendes ikke",
        "<span class=\"skjult-tekst\">Fejl: </span>linje 2, &#39;afslutning&#39;: kender ikke {navn}",
        "<p class=\"citat\">Hej</p><p class=\"meta\">Der er ingen fejl i teksten, men i filen.",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("med jeres egne ord</p>"));
    let page = hr.fetch("/hr/breve").await.tekst;
    assert!(page.contains("Jeres egne mailtekster bruges ikke") && page.contains("href=\"/hr/breve/eksempler#egne\""));
}

/// Nobody has it who has not asked; a leader asks on the page of the signals, and what became of the mail is among the others, about
/// no employee.
#[tokio::test]
async fn a_leader_asks_for_a_mail_a_week_and_hr_reads_what_became_of_it() {
    let sted = Arbejdsplads::open().await;
    let (hr, leder) = (sted.acting_as(Rolle::Hr).await, sted.acting_as(Rolle::Leder).await);
    assert!(leder.fetch("/signaler").await.tekst.contains("Vil du have en mail om ugen?"));
    assert!(!hr.fetch("/signaler").await.tekst.contains("En mail om ugen"), "it is the leader's own");
    assert_eq!(hr.send("/signaler", "ugentligt=ja").await.status, StatusCode::FORBIDDEN);
    assert_eq!(leder.send("/signaler", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = leder.send("/signaler", "ugentligt=ja").await;
    assert_eq!((answer.status, answer.sted()), (StatusCode::SEE_OTHER, "/signaler?ok=signalbrev"));
    assert!(sted.app.loan(LEDER).await.unwrap().ansaettelse().signalbrev().ugentligt);
    let udfald = Udfald::Sendt { letter: "0a1b2c3d@raskvej.example".to_owned(), til: Some(LEDER.to_owned()) };
    let sent = SignalbrevAfgjort { uge: day("2026-02-02"), perioder: vec![sted.forloeb], udfald };
    for _ in 0..2 {
        let command = DomainCommand::AfgoerSignalbrev(sent.clone());
        sted.app.execute(LEDER, &command, &Aktoer::system("signalbreve"), None).await.unwrap();
    }
    let rows = |page: &str| page.matches("Ugens mail om hyppigt fravær").count();
    for (filter, count) in [
        ("", 1),
        ("?modtager_nr=10001&udfald=sendt", 1),
        ("?medarbejder=10001", 1),
        ("?modtager=hr", 0),
        ("?udfald=fejlet", 0),
        (&*format!("?reference={}", crate::reference::reference(sted.forloeb)), 0),
    ] {
        let page = hr.fetch(&format!("/hr/breve/alle{filter}")).await.tekst;
        assert_eq!(rows(&page), count, "{filter}");
        assert!(count == 0 || page.contains("Sendt til Maria Madsen"), "{filter}: {page}");
    }
}
