//! The auditor's day: from a number to a case at a date, what each step changed, its proof, the log picked through, the bundle,
//! and the log held against a seal that was kept.

use ::forloeb::Aktoer;
use ::forloeb::command::{Act, DomainCommand};
use ::forloeb::haendelse::Raskmeldt;
use ::forloeb::words::Rolle;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use eventlog::{CommitTree, Hash};
use tower::ServiceExt;

use super::arbejdsplads::{Answer, Arbejdsplads, SYG, Visit};
use crate::bundle;
use crate::reference::reference;
use crate::seal::Seal;

/// Friday 6 February 2026 at ten: everything was registered then. The employee reports well at once.
async fn raskmeldt(sted: &Arbejdsplads) {
    let act = Act::Raskmeld(Raskmeldt { forloeb: sted.forloeb, sidste_fravaersdag: "2026-02-05".parse().unwrap() });
    let command = DomainCommand::Forloeb { id: sted.forloeb, if_version: None, act };
    sted.app.execute(SYG, &command, &Aktoer::system("proeve"), None).await.unwrap();
}

#[tokio::test]
async fn a_case_at_a_time_is_found_by_number_reference_and_id_in_one_step() {
    let sted = Arbejdsplads::open().await;
    let revisor = sted.acting_as(Rolle::Revisor).await;
    let case = format!("/revision/forloeb/{}", sted.forloeb);
    let by_number = revisor.send("/revision", &format!("sag={SYG}&kendt=2026-02-06T10:30")).await;
    assert_eq!(
        by_number.sted(),
        format!("/revision?nr={}&kendt=2026-02-06T10:00:00", sted.place(SYG)),
        "no later than now"
    );
    let led = revisor.fetch(by_number.sted()).await;
    assert_eq!((led.status, led.sted()), (StatusCode::SEE_OTHER, &*format!("{case}?kendt=2026-02-06T10:00:00")));
    for q in [reference(sted.forloeb), sted.forloeb.to_string()] {
        assert_eq!(revisor.send("/revision", &format!("sag={q}")).await.sted(), case, "{q}");
        let then = revisor.send("/revision", &format!("sag={q}&kendt=2026-01-10")).await;
        assert_eq!(then.sted(), format!("{case}?kendt=2026-01-10T23:59:59"));
    }
    // A name stands in no address, and is found when it is said what for.
    assert!(revisor.send("/revision", "sag=Lone+Lund").await.sted().starts_with("/find/"));
    for (body, said) in
        [("sag=99999", "Der er intet forløb med det nummer"), ("sag=x", "Skriv hele medarbejdernummeret")]
    {
        let answer = revisor.send("/revision", body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.tekst.contains(said) && answer.tekst.contains(&body.replace("sag=", "value=\"")), "{body}");
    }
    let wrong = revisor.send("/revision", &format!("sag={SYG}&kendt=engang")).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.tekst.contains(&format!("value=\"{SYG}\"")));
    let leder = sted.acting_as(Rolle::Leder).await.send("/revision", &format!("sag={SYG}")).await;
    assert_eq!(leder.status, StatusCode::FORBIDDEN);
    let person = revisor.fetch(&format!("/person/{SYG}")).await.tekst;
    assert!(person.contains(&format!("href=\"{case}\"")), "{person}");
}

#[tokio::test]
async fn each_step_says_what_it_changed_and_what_was_not_sent() {
    let sted = Arbejdsplads::open().await;
    raskmeldt(&sted).await;
    let revisor = sted.acting_as(Rolle::Revisor).await;
    let case = format!("/revision/forloeb/{}", sted.forloeb);
    let page = revisor.fetch(&case).await.tekst;
    assert!(
        page.contains(
            "Status: Åbent → <strong>Slut: raskmeldt, sidste fraværsdag torsdag den 5. februar 2026</strong>"
        ),
        "{page}"
    );
    assert!(page.contains("ikke sendt: forløbet er slut."), "withheld, in words: {page}");
    assert!(page.contains(&sted.app.log.head().hash.to_string()), "the hash of the last commit");
    assert!(page.contains("type=\"range\"") && page.contains("max=\"1\""), "everything was told at ten o'clock");
    let first = revisor.fetch(&format!("{case}?trin=1")).await;
    assert!(first.tekst.contains("Som det var kendt 6. februar 2026 kl. 10.00") && first.status == StatusCode::OK);
    for wrong in ["0", "2", "sidste"] {
        let answer = revisor.fetch(&format!("{case}?trin={wrong}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(answer.tekst.contains("Skriv et trin fra 1 til 1."));
    }
    let before = revisor.fetch(&format!("{case}?kendt=2026-02-06T09:59")).await.tekst;
    assert!(
        before.contains("Da var der ikke registreret noget.") && before.contains("Nu vises tiden før det første trin.")
    );
    let proof = revisor.fetch(&format!("{case}/bevis")).await.tekst;
    assert!(proof.contains("Beviset passer.") && proof.contains(&sted.app.log.head().hash.to_string()), "{proof}");
    assert_eq!(
        revisor.fetch(&format!("{case}/bevis?position=1")).await.status,
        StatusCode::NOT_FOUND,
        "not of this case"
    );
}

#[tokio::test]
async fn the_log_is_picked_through() {
    let sted = Arbejdsplads::open().await;
    raskmeldt(&sted).await;
    let revisor = sted.acting_as(Rolle::Revisor).await;
    let rows = async |filter: &str| {
        let answer = revisor.fetch(&format!("/revision/log?{filter}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{filter}");
        answer.tekst.matches("<tr><th scope=\"row\"").count()
    };
    let all = usize::try_from(sted.app.log.head().position).unwrap();
    assert_eq!(rows("").await, all);
    assert_eq!(rows("slags=Raskmeldt").await, 1);
    assert_eq!(rows("slags=FravaerRegistreret&medarbejder=10011").await, 1);
    assert_eq!(rows("stroem=ansaettelse/10011").await, rows("medarbejder=10011").await);
    assert_eq!(rows("dag=6.2.2026&til=2026-02-06").await, all);
    assert_eq!((rows("til=5.2.2026").await, rows("dag=7.2.2026").await), (0, 0));
    assert_eq!(rows("rolle=raskvej&slags=Raskmeldt").await, 1);
    assert_eq!(rows("rolle=leder").await, 0);
    let last = rows(&format!("fra={all}")).await;
    assert_eq!(last, 1);
    for wrong in
        ["slags=Sludder", "dag=engang", "rolle=konge", "dag=7.2.2026&til=6.2.2026", "medarbejder=1&stroem=politik"]
    {
        let answer = revisor.fetch(&format!("/revision/log?{wrong}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(answer.tekst.contains("Der er noget, der skal rettes"));
    }
}

async fn hold(sted: &Arbejdsplads, visit: &Visit<'_>, seal: &str, key: &str) -> Answer {
    let mut body = String::new();
    for (name, file, value) in [("fil", "; filename=\"et.segl\"", seal), ("segl", "", ""), ("noegle", "", key)] {
        body += &format!("--rand\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n");
    }
    body += "--rand--\r\n";
    sted.send_as("multipart/form-data; boundary=rand", "POST", "/revision/segl", body, &visit.cookie).await
}

#[tokio::test]
async fn the_log_is_held_against_a_seal_and_the_page_says_what_that_proves() {
    let sted = Arbejdsplads::open().await;
    let revisor = sted.acting_as(Rolle::Revisor).await;
    let kept = revisor.fetch("/revision/segl.txt").await;
    assert!(kept.heads[header::CONTENT_DISPOSITION].to_str().unwrap().contains(".segl\""));
    raskmeldt(&sted).await;
    let held = hold(&sted, &revisor, &kept.tekst, "").await.tekst;
    assert!(
        held.contains("Loggen fortsætter seglet: de første") && held.contains("Der er kommet 1 skrivning til siden."),
        "{held}"
    );
    assert!(held.contains("den nøgle, tjenesten selv opgiver"));
    let own = sted.app.seal().await.unwrap();
    let noted = hold(&sted, &revisor, &kept.tekst, &own.public()).await.tekst;
    assert!(noted.contains("underskrevet med den nøgle, du selv har noteret."));
    // What does not hold is said, and why.
    let tree = sted.app.log.commit_tree().await.unwrap();
    let longer = own.checkpoint(&CommitTree { commits: tree.commits + 1, ..tree });
    let rewritten = own.checkpoint(&CommitTree { commits: 2, root: Hash([7; 32]), ..tree });
    let foreign = Seal::fixed(9);
    let changed = kept.tekst.replacen('1', "2", 1);
    for (seal, key, said) in [
        (longer, String::new(), "Loggen er kortere end seglet"),
        (rewritten, String::new(), "Historien er skrevet om: de første 2 skrivninger"),
        (foreign.checkpoint(&tree), String::new(), "underskrevet med en anden nøgle"),
        (kept.tekst.clone(), foreign.public(), "Loggen forsegles med en anden nøgle end den, du skrev."),
        ("hej".to_owned(), String::new(), "Det kan ikke bruges"),
    ] {
        let answer = hold(&sted, &revisor, &seal, &key).await;
        assert_eq!(answer.status, StatusCode::OK, "{said}");
        assert!(
            answer.tekst.contains(said) && !answer.tekst.contains("Loggen fortsætter seglet"),
            "{said}: {}",
            answer.tekst
        );
    }
    assert!(!hold(&sted, &revisor, &changed, "").await.tekst.contains("Loggen fortsætter seglet"));
    for (seal, key, said) in
        [("", "", "Vælg filen med seglet"), ("x", "sludder", "Nøglen er ikke skrevet som en nøgle")]
    {
        let answer = hold(&sted, &revisor, seal, key).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.tekst.contains(said));
    }
}

/// The bundle that is fetched is the one that the programs check, and who is in it can see that it was fetched.
#[tokio::test]
async fn bundles_are_fetched_from_the_page_and_hold() {
    let sted = Arbejdsplads::open().await;
    let revisor = sted.acting_as(Rolle::Revisor).await;
    let today = sted.app.clock.today();
    for path in ["/revision/bundt".to_owned(), format!("/revision/forloeb/{}/bundt", sted.forloeb)] {
        let file = revisor.fetch(&path).await;
        assert_eq!(file.status, StatusCode::OK, "{path}");
        let found = bundle::verify(file.tekst.as_bytes(), |_, _| {}).unwrap();
        assert_eq!(found.tree.head, sted.app.log.head(), "{path}");
        assert_eq!(found.log_head.only.is_some(), path.contains("forloeb"));
        let told = sted.app.opslag.about(SYG, today, today, 10).await.unwrap().all;
        assert_eq!(told[0].reader.rolle, Some(Rolle::Revisor), "{path}");
    }
    assert_eq!(sted.app.opslag.about(SYG, today, today, 10).await.unwrap().all.len(), 2);
    assert_eq!(sted.acting_as(Rolle::Hr).await.fetch("/revision/bundt").await.status, StatusCode::FORBIDDEN);
}

/// Two at a time are fetched; who comes then is told to wait, and gets it when one of the two is done.
#[tokio::test]
async fn two_bundles_are_fetched_at_a_time() {
    let sted = Arbejdsplads::open().await;
    let revisor = sted.acting_as(Rolle::Revisor).await;
    let begun = async || {
        let request = Request::get("/revision/bundt").header(header::COOKIE, &revisor.cookie);
        sted.pages.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    };
    let (first, second) = (begun().await, begun().await);
    assert_eq!((first.status(), second.status()), (StatusCode::OK, StatusCode::OK));
    let third = revisor.fetch("/revision/bundt").await;
    assert_eq!(third.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(third.tekst.contains("Der bliver allerede hentet bundter"), "{}", third.tekst);
    drop(first);
    assert_eq!(revisor.fetch("/revision/bundt").await.status, StatusCode::OK);
    drop(second);
}
