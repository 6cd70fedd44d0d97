//! News in the mail of the morning: read from a real mail server.

use app::import::moves_due;
use app::projections::Postkasse;
use chrono::DateTime;
use forloeb::Aktoer;
use forloeb::command::Act;
use forloeb::haendelse::{
    Ciphertext, FastTrackBesluttet, LederBestridt, LederSkiftet, OenskerRegistreret, OvertagelseBesvaret,
    SamtaleBesvaret, SamtaleIndkaldt, Stamdata, TtaPlanBesvaret, Udfald,
};
use forloeb::nyheder::Nyhed;
use forloeb::tta::Plan;
use forloeb::words::{Aflysning, FastTrackBeslutning, Overtagelsessvar, Part, Plansvar, Rolle, Samtalesvar};
use systemtests::{Letter, Requested};
use uuid::Uuid;

use super::fixture::{Fixture, HR, dag, person};

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
    assert_eq!(of_news, [&Udfald::Aflyst { aarsag: Aflysning::NoModtager }]);
}

/// No person is named, and no word says what it is about.
fn tells_nothing(letter: &Letter) {
    let everything = format!("{}\n{}", letter.subject, letter.tekst).to_lowercase();
    for word in ["syg", "rask", "fravær", "tilbage til", "tta", "åse", "ærøskøbing", "solsikken", "1000", "1001"] {
        assert!(!everything.contains(word), "{word} in\n{everything}");
    }
}

/// What became of news of a kind, from the log.
async fn of_news(p: &Fixture, nr: &str, nyhed: Nyhed) -> Vec<Udfald> {
    let all = p.udfald(nr).await.into_iter().filter(|(key, _)| key.nyhed() == Some(nyhed));
    all.map(|(_, udfald)| udfald).collect()
}

fn withheld(aarsag: Aflysning) -> Udfald {
    Udfald::Aflyst { aarsag }
}

/// On Wednesday 14 January the leader, 10001, gives it to 20001, who is asked, and says yes on Thursday.
async fn given_and_taken(p: &Fixture) {
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-14T09:00").await;
    let (forloeb, leder_nr, fra) = (Uuid::nil(), "20001".to_owned(), dag("2026-01-14"));
    let given = Act::SkiftLeder(LederSkiftet { forloeb, leder_nr, fra, spoerges: true });
    p.act_by(&Aktoer::new(Rolle::Leder, Some("10001".to_owned())), "10010", given).await;
    p.til("2026-01-15T09:00").await;
    let (svar, dato) = (Overtagelsessvar::Overtager, dag("2026-01-15"));
    let taken = OvertagelseBesvaret { forloeb, svar, dato, leder_nr: None, begrundelse: None };
    let other = Aktoer::new(Rolle::Leder, Some("20001".to_owned()));
    p.act_by(&other, "10010", Act::BesvarOvertagelse(taken)).await;
}

/// Who gave it away reads on Friday morning that it was taken, once, and is led to no page that is not theirs any more.
#[tokio::test(flavor = "multi_thread")]
async fn the_giver_has_one_mail_that_it_was_taken() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.ansat("20001", "anden@kommune.test", |s| s.leder_nr = Some("10000".to_owned())).await;
    given_and_taken(&p).await;
    p.til("2026-01-23T12:00").await;
    let [letter] = &nyt(&p, "leder")[..] else { panic!("one mail: {:?}", nyt(&p, "leder").len()) };
    assert_eq!(letter.subject, "Nyt: et forløb er overtaget");
    assert!(letter.tekst.contains("- Den leder, du gav et forløb til, har overtaget det."), "{}", letter.tekst);
    let leads_home = letter.tekst.lines().any(|line| line.ends_with("https://opfoelgning.test/"));
    assert!(leads_home && !letter.tekst.contains("/forloeb/"), "{}", letter.tekst);
    assert!(!letter.tekst.contains("i stedet for en anden"), "{}", letter.tekst);
    tells_nothing(letter);
    assert_eq!(of_news(&p, "10010", Nyhed::Overtagelse).await.len(), 1);
}

/// Who gave it has left before the mail, or has another job here and took it there: nobody is told, and the log says why.
#[tokio::test(flavor = "multi_thread")]
async fn the_giver_who_has_left_or_took_it_is_not_told() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.ansat("20001", "anden@kommune.test", |s| s.leder_nr = Some("10000".to_owned())).await;
    given_and_taken(&p).await;
    p.ansat("10001", "leder@kommune.test", |s| s.fratraadt = Some(dag("2026-01-15"))).await;
    p.til("2026-01-16T12:00").await;
    assert_eq!(nyt(&p, "leder").len(), 0);
    assert_eq!(of_news(&p, "10010", Nyhed::Overtagelse).await, [withheld(Aflysning::NoModtager)]);

    let p = Fixture::new("2026-01-05T09:00").await;
    let other_job = |s: &mut Stamdata| s.leder_nr = Some("10000".to_owned());
    p.place.ansat("20001", &person("10001", "leder@kommune.test"), other_job).await;
    given_and_taken(&p).await;
    p.til("2026-01-16T12:00").await;
    assert_eq!((nyt(&p, "leder").len(), nyt(&p, "maria").len()), (0, 0));
    assert_eq!(of_news(&p, "10010", Nyhed::Overtagelse).await, [withheld(Aflysning::Loest)]);
}

async fn put_plan(p: &Fixture, koordinator: &str) {
    let plan = Plan { koordinator: Some(koordinator.to_owned()), ..Plan::default() };
    p.act("10010", Act::PutPlan { plan, aftalt: true, confidential: sealed() }).await;
}

/// Chosen on Monday 12 January, the TR reads on Tuesday that they coordinate, and where the plan is.
#[tokio::test(flavor = "multi_thread")]
async fn who_was_chosen_to_coordinate_has_one_mail_with_the_way_to_the_plan() {
    let p = Fixture::new("2026-01-05T09:00").await;
    let id = p.away("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    put_plan(&p, "10002").await;
    p.til("2026-01-23T12:00").await;
    let [letter] = &nyt(&p, "tr")[..] else { panic!("one mail: {:?}", nyt(&p, "tr").len()) };
    assert_eq!(letter.subject, "Nyt: du er koordinator på en plan");
    assert!(letter.tekst.contains("- Du er valgt som koordinator på en plan."), "{}", letter.tekst);
    let way = format!("https://opfoelgning.test/forloeb/{id}/plan");
    assert!(letter.tekst.lines().any(|line| line.ends_with(&way)), "{}", letter.tekst);
    tells_nothing(letter);
}

/// The employee does not agree on Wednesday 14 January: on Thursday the TR, who coordinates, and the leader each have a mail that there
/// is an answer, and none says which.
#[tokio::test(flavor = "multi_thread")]
async fn who_coordinates_has_one_mail_that_the_plan_is_answered() {
    let p = Fixture::new("2026-01-05T09:00").await;
    let id = p.away("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    put_plan(&p, "10002").await;
    p.til("2026-01-14T09:00").await;
    let (forloeb, version, svar) = (Uuid::nil(), 1, Plansvar::Uenig);
    p.act("10010", Act::BesvarPlan(TtaPlanBesvaret { forloeb, version, svar, bemaerkning: None })).await;
    p.til("2026-01-23T12:00").await;
    let [_, letter] = &nyt(&p, "tr")[..] else { panic!("chosen, and answered: {:?}", nyt(&p, "tr").len()) };
    assert_eq!(letter.subject, "Nyt: svar på en plan, du er koordinator på");
    assert!(letter.tekst.contains("- Der er svar på en plan, som du er koordinator på."), "{}", letter.tekst);
    let way = format!("https://opfoelgning.test/forloeb/{id}/plan");
    assert!(letter.tekst.lines().any(|line| line.ends_with(&way)), "{}", letter.tekst);
    tells_nothing(letter);
    let [leder] = &nyt(&p, "leder")[..] else { panic!("one mail: {:?}", nyt(&p, "leder").len()) };
    assert!(leder.tekst.contains("- Der er svar på en plan."), "{}", leder.tekst);
    assert_eq!((nyt(&p, HR).len(), of_news(&p, "10010", Nyhed::PlansvarKoordinator).await.len()), (0, 1));
}

/// Asked for on Wednesday 14 January; the employee says yes on Monday the 19th, and the leader reads on Tuesday that something was said.
#[tokio::test(flavor = "multi_thread")]
async fn the_leader_has_one_mail_that_the_employee_answered_on_fast_track() {
    let p = Fixture::new("2026-01-05T09:00").await;
    let id = p.away("10010", "2026-01-05").await;
    let anmodet = |af, dato: &str| {
        let (forloeb, beslutning, begrundelse) = (Uuid::nil(), FastTrackBeslutning::Anmodet, None);
        Act::FastTrack(FastTrackBesluttet { forloeb, beslutning, af, dato: dag(dato), begrundelse })
    };
    p.til("2026-01-14T09:00").await;
    let leder = Aktoer::new(Rolle::Leder, Some("10001".to_owned()));
    p.act_by(&leder, "10010", anmodet(Part::Arbejdsgiver, "2026-01-14")).await;
    p.til("2026-01-19T09:00").await;
    assert_eq!(nyt(&p, "leder").len(), 0);
    let own = Aktoer::new(Rolle::Medarbejder, Some("10010".to_owned()));
    p.act_by(&own, "10010", anmodet(Part::Medarbejder, "2026-01-19")).await;
    p.til("2026-01-26T12:00").await;
    let [letter] = &nyt(&p, "leder")[..] else { panic!("one mail: {:?}", nyt(&p, "leder").len()) };
    assert_eq!(letter.subject, "Nyt: besked om fast track");
    assert!(
        letter.tekst.contains("- Der er sagt noget om fast track. Læs, hvad der nu er at gøre."),
        "{}",
        letter.tekst
    );
    let way = format!("https://opfoelgning.test/forloeb/{id}");
    assert!(letter.tekst.lines().any(|line| line.ends_with(&way)), "{}", letter.tekst);
    tells_nothing(letter);
    assert_eq!(of_news(&p, "10010", Nyhed::FastTrack).await.len(), 1);
}

/// Who was chosen has left, and whoever leads is not told in their place.
#[tokio::test(flavor = "multi_thread")]
async fn who_was_chosen_to_coordinate_and_has_left_is_not_told() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    put_plan(&p, "10003").await;
    p.ansat("10003", "amr@kommune.test", |s| s.fratraadt = Some(dag("2026-01-12"))).await;
    p.til("2026-01-13T12:00").await;
    assert_eq!((nyt(&p, "amr").len(), nyt(&p, "leder").len(), nyt(&p, HR).len()), (0, 0, 0));
    assert_eq!(of_news(&p, "10010", Nyhed::Koordinator).await, [withheld(Aflysning::NoModtager)]);
}

/// From Monday 12 January somebody has another employee number: payroll ended the one before on Sunday.
pub(super) async fn moves(p: &Fixture, (nr, new): (&str, &str), email: &str, leder: &str) {
    p.ansat(nr, email, |s| s.fratraadt = Some(dag("2026-01-11"))).await;
    let begins = |s: &mut Stamdata| (s.ansat, s.leder_nr) = (Some(dag("2026-01-12")), Some(leder.to_owned()));
    p.place.ansat(new, &person(nr, email), begins).await;
    p.til("2026-01-12T09:00").await;
    // Another test of this program may be taking in a file.
    while !moves_due(&p.app).await.unwrap() {
        tokio::task::yield_now().await;
    }
    assert!(p.app.projections().is_same_nr(nr, new), "they have moved");
}

/// The leader has moved, and payroll says so of 10010 on Monday: it is the same leader, and no news. That the leader's leader has
/// 10011 is.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_leder_under_a_new_number_is_no_news() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.away("10011", "2026-01-05").await;
    p.til("2026-01-09T09:00").await;
    moves(&p, ("10001", "50001"), "leder@kommune.test", "10000").await;
    p.ansat("10010", "maria@kommune.test", |s| s.leder_nr = Some("50001".to_owned())).await;
    p.ansat("10011", "ib@kommune.test", |s| s.leder_nr = Some("10000".to_owned())).await;
    p.til("2026-01-14T12:00").await;
    assert_eq!((nyt(&p, "maria").len(), nyt(&p, "ib").len()), (0, 1));
    assert_eq!(of_news(&p, "10010", Nyhed::Leder).await, [withheld(Aflysning::Loest)]);
}

/// The same of who coordinates: the version of Thursday 8 January names the TR by the number before, that of Monday by the new one.
/// They were told on Friday.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_koordinator_under_a_new_number_is_no_news() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-08T09:00").await;
    put_plan(&p, "10002").await;
    p.til("2026-01-09T09:00").await;
    assert_eq!(nyt(&p, "tr").len(), 1);
    moves(&p, ("10002", "50002"), "tr@kommune.test", "10001").await;
    put_plan(&p, "50002").await;
    p.til("2026-01-14T12:00").await;
    assert_eq!(nyt(&p, "tr").len(), 1);
    let told = of_news(&p, "10010", Nyhed::Koordinator).await;
    assert!(told.contains(&withheld(Aflysning::Loest)) && told.len() == 2, "{told:?}");
}

const WISHES: &str = "- Der er sagt noget om, hvordan kontakten skal være.";
const WHY: &str = "fordi postkassen hos den, der tager kontakten, ikke tager imod mail.";

async fn wishes(p: &Fixture) {
    p.act("10010", Act::Oensk(OenskerRegistreret { forloeb: Uuid::nil(), confidential: Some(sealed()) })).await;
}

/// Said on Thursday 8 January: on Friday the mailbox of the TR, who makes the contact, is not there, and the leader has it the same
/// morning. Said anew on Monday it is the leader's at once, and no mail to the TR is tried.
#[tokio::test(flavor = "multi_thread")]
async fn wishes_are_the_leders_where_the_contacts_mailbox_is_gone() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-08T09:00").await;
    wishes(&p).await;
    p.transport.request(&[Requested::RefuseModtager(550)]);
    p.til("2026-01-09T12:00").await;
    assert_eq!(p.app.projections().postkasse("10002"), Postkasse::Gone);
    let [letter] = &p.transport.letters()[..] else { panic!("{:?}", p.lines()) };
    assert!(letter.envelope_to[0].starts_with("leder@"), "{:?}", p.lines());
    assert!(letter.tekst.contains(WISHES) && letter.tekst.contains(WHY), "{}", letter.tekst);
    tells_nothing(letter);
    let udfald = of_news(&p, "10010", Nyhed::Oensker).await;
    let refused = Udfald::Fejlet { grund: "smtp_550".to_owned(), til: Some("10002".to_owned()) };
    let sent = |one: &Udfald| matches!(one, Udfald::Sendt { til: Some(nr), .. } if nr == "10001");
    assert!(udfald.len() == 2 && udfald.contains(&refused) && udfald.iter().any(sent), "{udfald:?}");

    p.til("2026-01-12T09:00").await;
    wishes(&p).await;
    let attempts = p.transport.attempt().len();
    p.til("2026-01-13T12:00").await;
    let letters = nyt(&p, "leder");
    assert_eq!((letters.len(), p.transport.attempt().len() - attempts), (2, 1), "{:?}", p.lines());
    assert!(letters.iter().all(|b| b.tekst.contains(WISHES) && b.tekst.contains(WHY)), "{}", letters[1].tekst);
}

/// The mailbox of the TR is full from Friday 9 January at eight until Monday at eight, which is one working day: then it is the
/// leader's.
#[tokio::test(flavor = "multi_thread")]
async fn wishes_are_the_leders_where_the_contacts_mailbox_is_full() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-08T09:00").await;
    wishes(&p).await;
    p.transport.request(&[Requested::RefuseModtager(452); 60]);
    p.til("2026-01-09T17:30").await;
    assert_eq!(p.lines(), [""; 0]);
    p.transport.forget_requested();
    p.transport.request(&[Requested::RefuseModtager(452)]);
    p.til("2026-01-12T12:00").await;
    assert_eq!(p.app.projections().postkasse("10002"), Postkasse::Full);
    let [letter] = &p.transport.letters()[..] else { panic!("{:?}", p.lines()) };
    assert!(letter.envelope_to[0].starts_with("leder@"), "{:?}", p.lines());
    assert!(letter.tekst.contains(WISHES) && letter.tekst.contains(WHY), "{}", letter.tekst);
}

/// The employee has said that this is not their leader: then the wishes are told to nobody in the place of who makes the contact,
/// and the log says so.
#[tokio::test(flavor = "multi_thread")]
async fn wishes_are_not_told_to_a_leder_whom_the_employee_disputes() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-08T09:00").await;
    let (forloeb, leder_nr, begrundelse) = (Uuid::nil(), None, None);
    p.act("10010", Act::BestridLeder(LederBestridt { forloeb, leder_nr, begrundelse })).await;
    wishes(&p).await;
    p.transport.request(&[Requested::RefuseModtager(550)]);
    p.til("2026-01-09T12:00").await;
    assert_eq!((nyt(&p, "leder").len(), nyt(&p, HR).len()), (0, 0), "{:?}", p.lines());
    let udfald = of_news(&p, "10010", Nyhed::Oensker).await;
    assert!(udfald.len() == 2 && udfald.contains(&withheld(Aflysning::NoModtager)), "{udfald:?}");
}
