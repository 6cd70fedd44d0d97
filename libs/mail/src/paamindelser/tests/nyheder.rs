//! News in the mail of the morning: read from a real mail server.

use chrono::DateTime;
use forloeb::command::Act;
use forloeb::haendelse::{Ciphertext, SamtaleBesvaret, SamtaleIndkaldt};
use forloeb::tta::Plan;
use forloeb::words::Samtalesvar;
use systemtests::Letter;
use uuid::Uuid;

use super::fixture::{Fixture, dag};

fn sealed() -> Ciphertext {
    Ciphertext("lukket".into())
}

fn nyt(p: &Fixture, to: &str) -> Vec<Letter> {
    let is_news = |b: &Letter| b.tekst.contains("Der er nyt") || b.tekst.contains("Der er også nyt");
    p.transport.letters().into_iter().filter(|b| b.envelope_to[0].starts_with(to) && is_news(b)).collect()
}

/// A plan of Monday 12 January: the employee has a mail on Tuesday morning, once, with no word of theirs in it and a link to
/// their own page.
#[tokio::test(flavor = "multi_thread")]
async fn the_employee_has_one_mail_about_a_plan() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    p.act("10010", Act::PutPlan { plan: Plan::default(), aftalt: true, confidential: sealed() }).await;
    p.til("2026-01-12T18:00").await;
    assert!(nyt(&p, "maria").is_empty());
    p.til("2026-01-22T12:00").await;
    let [letter] = &nyt(&p, "maria")[..] else { panic!("one mail: {:?}", nyt(&p, "maria").len()) };
    assert_eq!(letter.subject, "Nyt: en plan til dig");
    assert!(letter.tekst.contains("- Der er en plan, som du kan læse og svare på."), "{}", letter.tekst);
    assert!(letter.tekst.contains("/mig") && !letter.tekst.contains("/forloeb/"), "{}", letter.tekst);
    let everything = format!("{}\n{}", letter.subject, letter.tekst).to_lowercase();
    for word in ["syg", "rask", "fravær", "tilbage til", "tta", "åse", "ærøskøbing", "solsikken", "0101"] {
        assert!(!everything.contains(word), "{word} in\n{everything}");
    }
    let sent = p.udfald("10010").await;
    assert_eq!(sent.keys().filter(|key| key.nyhed().is_some()).count(), 1);
}

/// On Wednesday 14 January the employee does not come on the 29th: the leader reads it on Thursday, in the mail with what else
/// there is, and no other mail comes of it.
#[tokio::test(flavor = "multi_thread")]
async fn the_leader_reads_of_an_answer_in_the_mail_of_the_morning() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    let ten = DateTime::parse_from_rfc3339("2026-01-29T10:00:00+01:00").unwrap();
    p.act("10010", Act::IndkaldSamtale(SamtaleIndkaldt::new(Uuid::nil(), ten, sealed()))).await;
    p.til("2026-01-14T09:00").await;
    let svar = Samtalesvar::KommerIkke;
    let svar = SamtaleBesvaret { forloeb: Uuid::nil(), indkaldelse: 0, svar, forslag: None, confidential: None };
    p.act("10010", Act::BesvarSamtale(svar)).await;
    p.til("2026-01-23T12:00").await;
    let [letter] = &nyt(&p, "leder")[..] else { panic!("one mail: {:?}", nyt(&p, "leder").len()) };
    assert!(
        letter.tekst.contains("- Der er svar på en indbydelse, og du skal tage stilling til det."),
        "{}",
        letter.tekst
    );
    assert!(letter.tekst.contains("/forloeb/"), "{}", letter.tekst);
    let known: Vec<_> = p.udfald("10010").await.into_keys().filter(|key| key.nyhed().is_some()).collect();
    assert!(known.len() == 1 && known[0].generation == dag("2026-01-14"), "{known:?}");
}

/// Who has no mailbox is not written to: that stands with the forløb, and nobody is asked to mend it.
#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_mailbox_reads_it_on_the_page() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.ansat("10010", "", |_| {}).await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    p.act("10010", Act::PutPlan { plan: Plan::default(), aftalt: true, confidential: sealed() }).await;
    p.til("2026-01-13T12:00").await;
    let udfald = p.udfald("10010").await;
    let of_news: Vec<_> = udfald.iter().filter(|(key, _)| key.nyhed().is_some()).map(|(_, udfald)| udfald).collect();
    let aarsag = forloeb::words::Aflysning::NoModtager;
    assert_eq!(of_news, [&forloeb::haendelse::Udfald::Aflyst { aarsag }]);
}
