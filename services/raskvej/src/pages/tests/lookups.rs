//! What somebody was shown about somebody else can be found afterwards.

use ::forloeb::words::Rolle;
use app::opslag::{Content, FOLDER, Formaal, Opslag};
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, LEDER, NAME, ROLLER, SYG, TR};
use super::politik::{FILLED_IN, with};

async fn about(sted: &Arbejdsplads, nr: &str) -> Vec<Opslag> {
    let today = sted.app.clock.today();
    sted.app.opslag.about(nr, today, today, 1000).await.unwrap().all
}

/// The heads of a list name nobody, so nobody was looked up; the list itself does.
#[tokio::test]
async fn the_heads_of_a_list_are_no_look_up() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    for list in ["/", "/hr", "/hr/refusion", "/hr/breve/alle"] {
        assert_eq!(sted.send("HEAD", list, "", &hr.cookie).await.status, StatusCode::OK, "{list}");
    }
    assert_eq!(about(&sted, SYG).await.len(), 0);
    assert_eq!(hr.fetch("/hr").await.status, StatusCode::OK);
    assert_eq!(about(&sted, SYG).await.len(), 1);
}

/// Every page that can be opened, by every role: what tells of somebody is a look-up, and what does not is none.
#[tokio::test]
async fn each_page_that_tells_of_somebody_is_a_look_up_by_whoever_saw_it() {
    let sted = Arbejdsplads::open().await;
    let f = sted.forloeb;
    let of_forloeb = [
        (format!("/forloeb/{f}"), Content::Forloeb),
        (format!("/forloeb/{f}/refusion"), Content::Refusion),
        (format!("/forloeb/{f}/anmeldelse-ark"), Content::AnmeldelseArk),
        (format!("/forloeb/{f}/anmeldelse-ark.csv"), Content::AnmeldelseArk),
        (format!("/forloeb/{f}/plan"), Content::TtaPlan),
        (format!("/forloeb/{f}/brev"), Content::Forloeb),
        (format!("/revision/forloeb/{f}"), Content::Forloeb),
        (format!("/revision/forloeb/{f}?kendt=noget"), Content::Forloeb),
    ];
    let lists = [
        "/",
        "/afsluttede",
        "/signaler",
        "/signaler?enhed=E101",
        "/stedfortraeder",
        "/hr",
        "/hr/refusion?enhed=E101",
        "/hr/refusion",
        "/hr/breve",
        "/hr/statistik",
        "/hr/arbejdsmiljoe",
        "/hr/statistik/paamindelser",
        "/forloeb/ny",
        "/revision",
        "/revision?kendt=2026-02-06T08:00",
        "/revision/log",
        "/mig",
    ];
    let (mut shown, mut own) = (0, Vec::new());
    for rolle in ROLLER {
        let visit = sted.acting_as(rolle).await;
        for (path, content) in &of_forloeb {
            let before = about(&sted, SYG).await.len();
            let answer = visit.fetch(path).await;
            let after = about(&sted, SYG).await;
            let told = matches!(answer.status, StatusCode::OK | StatusCode::UNPROCESSABLE_ENTITY);
            // Of the same thing of their own the employee has one look-up an hour.
            let is_again = rolle == Rolle::Medarbejder && own.contains(content);
            assert_eq!(after.len(), before + usize::from(told && !is_again), "{rolle} {path}: {}", answer.status);
            shown += usize::from(told);
            if told && !is_again {
                own.extend((rolle == Rolle::Medarbejder).then_some(*content));
                let newest = after.iter().find(|o| o.forloeb.is_some()).unwrap();
                assert_eq!((newest.reader.rolle, newest.content), (Some(rolle), *content), "{path}");
                assert_eq!((newest.forloeb, &newest.about[..]), (Some(f), &[SYG.to_owned()][..]), "{path}");
            }
        }
        for path in lists {
            let answer = visit.fetch(path).await;
            let tells = answer.status == StatusCode::OK
                && (answer.tekst.contains("Åse Ærlig") || answer.tekst.contains(&f.to_string()));
            if tells {
                shown += 1;
                let of_many = if path == "/revision/log" { Content::Log } else { Content::List };
                let listed = |o: &Opslag| o.reader.rolle == Some(rolle) && o.content == of_many;
                assert!(about(&sted, SYG).await.iter().any(listed), "{rolle} {path}");
            }
        }
    }
    assert!(NAME.starts_with("Åse Ærlig") && shown > 25, "{shown} pages told of somebody");
    let elsewhere = about(&sted, "20010").await;
    assert!(
        elsewhere.iter().all(|o| o.reader.nr.as_deref() != Some(LEDER)),
        "a leader does not see other leaders' people"
    );
}

/// What is sent shows people too: what a policy would have changed, what cannot be done, and what is missing in a form. Each of
/// them at a workplace of its own, so that no list from before has those in it who stand here.
#[tokio::test]
async fn each_form_that_is_answered_with_somebody_is_a_look_up() {
    const MODEL: &str = "fra=2026-02-09&hvad=proev&politik=navn+%3D+%22vores%22%0Akontaktmodel+%3D+%5B1%2C+5%2C+14%5D";
    let filled_in = with(&FILLED_IN, &[("hvad", "proev")]);
    let again = "medarbejder_nr=10010&foerste_fravaersdag=2026-01-19&omfang_pct=100&aarsag=graviditet";
    // `ID` stands for the forløb, which is named in the answer, or the employee is; of a sygemelding the days are.
    for (rolle, path, body, said, content) in [
        (Rolle::Hr, "/hr/regler", MODEL, "href=\"/forloeb/ID\"", Content::List),
        (Rolle::Hr, "/hr/regler/ny", &*filled_in, "href=\"/forloeb/ID\"", Content::List),
        (Rolle::Hr, "/hr/tildeling", "id=ID&noegle=k", "Åse Ærlig", Content::List),
        (Rolle::Leder, "/forloeb/ID/rettelse", "version=999999&felt=omfang_pct", "Åse Ærlig", Content::Forloeb),
        (Rolle::Leder, "/forloeb/ny", again, "5. januar 2026", Content::Person),
    ] {
        let sted = Arbejdsplads::open().await;
        let filled = |text: &str| text.replace("ID", &sted.forloeb.to_string());
        let answer = sted.acting_as(rolle).await.send(&filled(path), &filled(body)).await;
        assert!(answer.tekst.contains(&filled(said)), "{path}: {} {}", answer.status, answer.tekst);
        let all = about(&sted, SYG).await;
        let found: Vec<_> = all.iter().map(|o| (o.reader.rolle, o.content)).collect();
        assert_eq!(found, [(Some(rolle), content)], "{path}");
    }
}

/// Who is told that a forløb is there, and how it stands, has read about it; whoever it does not exist for has not.
#[tokio::test]
async fn to_be_told_why_one_sees_it_is_a_look_up() {
    let sted = Arbejdsplads::open().await;
    let path = format!("/adgang/{}", sted.forloeb);
    for (rolle, seen) in [(Rolle::Drift, 0), (Rolle::Leder, 1)] {
        assert_eq!(sted.acting_as(rolle).await.fetch(&path).await.status, StatusCode::OK);
        let all = about(&sted, SYG).await;
        assert_eq!(all.iter().filter(|o| o.content == Content::Access).count(), seen, "{all:?}");
    }
}

/// A list that nobody new stands on is no look-up more, and each has the purpose of whoever looked.
#[tokio::test]
async fn the_purpose_comes_from_what_somebody_is_to_the_employee() {
    let sted = Arbejdsplads::open().await;
    let path = format!("/forloeb/{}", sted.forloeb);
    for (rolle, formaal) in
        [(Rolle::Leder, Formaal::Leder), (Rolle::Hr, Formaal::Hr), (Rolle::Revisor, Formaal::Unsaid)]
    {
        let visit = sted.acting_as(rolle).await;
        assert_eq!(visit.fetch(&path).await.status, StatusCode::OK);
        let newest = about(&sted, SYG).await.remove(0);
        assert_eq!((newest.reader.rolle, newest.formaal), (Some(rolle), formaal));
    }
    let leder = sted.acting_as(Rolle::Leder).await;
    for _ in 0..3 {
        leder.fetch("/").await;
    }
    let lists = about(&sted, SYG).await.into_iter().filter(|o| o.content == Content::List).count();
    assert_eq!(lists, 1);
    // Who is asked to make the first contact sees the forløb as that.
    let tr = sted.acting_as(Rolle::Kontaktperson).await;
    if tr.fetch(&path).await.status == StatusCode::OK {
        let newest = about(&sted, SYG).await.into_iter().find(|o| o.forloeb.is_some()).unwrap();
        assert_eq!((newest.reader.nr.as_deref(), newest.formaal), (Some(TR), Formaal::Kontaktperson));
    }
}

/// What cannot be noted is not shown, and the page says so; pages that tell of nobody go on.
#[tokio::test]
async fn where_nothing_can_be_noted_nothing_is_shown() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    std::fs::write(sted.app.folder.join(FOLDER), "in the way").unwrap();
    for path in [format!("/forloeb/{}", sted.forloeb), "/hr".to_owned()] {
        let answer = hr.fetch(&path).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(answer.tekst.contains("Ethvert opslag noteres") && !answer.tekst.contains("Ærlig"), "{}", answer.tekst);
    }
    assert_eq!(hr.fetch("/forloeb/ny").await.status, StatusCode::OK);
    std::fs::remove_file(sted.app.folder.join(FOLDER)).unwrap();
    assert_eq!(hr.fetch("/hr").await.status, StatusCode::OK);
}

/// HR finds who looked, the employee when and what for, and nobody else anything.
#[tokio::test]
async fn who_looked_is_found_by_hr_and_by_the_employee_without_who_it_was() {
    let sted = Arbejdsplads::open().await;
    let path = format!("/forloeb/{}", sted.forloeb);
    sted.acting_as(Rolle::Leder).await.fetch(&path).await;
    sted.acting_as(Rolle::Revisor).await.fetch(&format!("{path}/refusion")).await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let page = hr.fetch(&format!("/opslag?medarbejder_nr={SYG}")).await;
    assert_eq!(page.status, StatusCode::OK);
    for shown in ["Maria Madsen, leder", "opfølgning som leder", "refusionen", "ikke oplyst"] {
        assert!(page.tekst.contains(shown), "{shown}: {}", page.tekst);
    }
    // By who read, and in which role, without anybody being named: then each says whom it was about.
    let by = hr.fetch("/opslag?rolle=leder").await.tekst;
    for shown in
        ["Opslag, du har søgt efter", "Maria Madsen, leder", "Åse Ærlig", "<option value=\"leder\" selected>Leder"]
    {
        assert!(by.contains(shown), "{shown}: {by}");
    }
    assert!(!by.contains("ikke oplyst") && !by.contains("Hvorfor vist her"), "{by}");
    assert!(hr.fetch(&format!("/opslag?laest_af={LEDER}")).await.tekst.contains("Maria Madsen, leder"));
    assert!(hr.fetch(&format!("/opslag?laest_af={TR}")).await.tekst.contains("ingen opslag af den slags"));
    let unusual = hr.fetch("/opslag").await.tekst;
    assert!(unusual.contains("intet formål er oplyst") && !unusual.contains("Maria Madsen"), "{unusual}");
    for (query, said) in [
        ("medarbejder_nr=99999", "ingen medarbejder med det nummer"),
        ("medarbejder_nr=10010&fra=40.1.2026", "href=\"#fra\">Fra: den dato findes ikke i kalenderen."),
        ("fra=7.2.2026&til=6.2.2026", "href=\"#til\">Den sidste dag skal ikke ligge før den første."),
    ] {
        let answer = hr.fetch(&format!("/opslag?{query}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(answer.tekst.contains(said), "{query}: {}", answer.tekst);
    }
    let own = sted.acting_as(Rolle::Medarbejder).await;
    own.fetch("/mig").await;
    let page = own.fetch("/mig/opslag").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.tekst.contains("6. februar 2026 kl. 10.00") && page.tekst.contains("Leder"), "{}", page.tekst);
    assert!(!page.tekst.contains("Maria") && !page.tekst.contains("eget forløb"), "{}", page.tekst);
    for rolle in [Rolle::Leder, Rolle::Kontaktperson, Rolle::Koordinator, Rolle::Medarbejder, Rolle::Drift] {
        assert_eq!(sted.acting_as(rolle).await.fetch("/opslag").await.status, StatusCode::FORBIDDEN, "{rolle}");
    }
    assert_eq!(hr.fetch("/mig/opslag").await.status, StatusCode::FORBIDDEN);
}

/// What it was is told in plain words, also where it was no page about the employee.
#[tokio::test]
async fn the_employee_reads_that_it_was_the_log_a_file_or_a_search() {
    let sted = Arbejdsplads::open().await;
    let revisor = sted.acting_as(Rolle::Revisor).await;
    for path in ["/revision/log", "/revision/bundt"] {
        assert_eq!(revisor.fetch(path).await.status, StatusCode::OK, "{path}");
    }
    let leder = sted.acting_as(Rolle::Leder).await;
    let found = leder.send("/find", "q=aase+AE").await;
    assert!(leder.fetch(found.sted()).await.tekst.contains("Åse Ærlig"));
    let own = sted.acting_as(Rolle::Medarbejder).await.fetch("/mig/opslag").await.tekst;
    for what in ["hele loggen", "hele loggen, hentet som en fil", "resultatet af en søgning"] {
        assert!(own.contains(&format!("<td data-navn=\"Så\">{what}</td>")), "{what}: {own}");
    }
}

/// An auditor says what for, once, and it stands with what is read after that.
#[tokio::test]
async fn an_auditor_says_what_for_and_it_is_noted() {
    let sted = Arbejdsplads::open().await;
    let path = format!("/revision/forloeb/{}", sted.forloeb);
    let mut revisor = sted.acting_as(Rolle::Revisor).await;
    let before = revisor.fetch(&path).await.tekst;
    assert!(before.contains("Hvad slår du op for?"), "{before}");
    let none = revisor.send("/opslag/formaal", "formaal=+&tilbage=/revision").await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = revisor.send("/opslag/formaal", &format!("formaal=Stikprøve+i+november&tilbage={path}")).await;
    assert_eq!((said.status, said.sted()), (StatusCode::SEE_OTHER, path.as_str()));
    revisor.cookie = said.cookies(&revisor.cookie);
    let page = revisor.fetch(&path).await.tekst;
    assert!(page.contains("Du slår op for: Stikprøve i november"), "{page}");
    let newest = about(&sted, SYG).await.remove(0);
    assert_eq!(newest.formaal, Formaal::Said { tekst: "Stikprøve i november".to_owned() });
    // What does not belong there is kept, said of, and not repeated in what is said; another purpose ends it.
    assert!(!page.contains("Læs formålet igen"), "{page}");
    let said = revisor.send("/opslag/formaal", &format!("formaal=Har+hun+en+diskusprolaps&tilbage={path}")).await;
    revisor.cookie = said.cookies(&revisor.cookie);
    let page = revisor.fetch(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.tekst.contains("Formålet ser ud til at nævne en sygdom"), "{}", page.tekst);
    let newest = about(&sted, SYG).await.remove(0);
    assert_eq!(newest.formaal, Formaal::Said { tekst: "Har hun en diskusprolaps".to_owned() });
    let said = revisor.send("/opslag/formaal", &format!("formaal=Sag+7&tilbage={path}")).await;
    revisor.cookie = said.cookies(&revisor.cookie);
    assert!(!revisor.fetch(&path).await.tekst.contains("Læs formålet igen"));
    let hr = sted.acting_as(Rolle::Hr).await;
    assert_eq!(hr.send("/opslag/formaal", "formaal=x").await.status, StatusCode::FORBIDDEN);
    assert!(!hr.fetch("/").await.tekst.contains("Hvad slår du op for?"));
}

/// Somebody tries the service, and every mail goes to them: whoever sees a page knows, logged in or not.
#[tokio::test]
async fn where_all_mail_goes_to_one_mailbox_every_page_says_so() {
    const SAID: &str = "Alle mails går til én postkasse";
    let sted = Arbejdsplads::with_mail_to_one().await;
    for rolle in ROLLER {
        let visit = sted.acting_as(rolle).await;
        let page = visit.fetch("/hjaelp").await.tekst;
        assert!(page.contains(SAID), "{rolle}: {page}");
    }
    assert!(sted.send("GET", "/was", "", "").await.tekst.contains(SAID));
    assert!(!Arbejdsplads::open().await.send("GET", "/was", "", "").await.tekst.contains(SAID), "and only then");
}
