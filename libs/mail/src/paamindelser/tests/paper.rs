//! What an employee without a mailbox is told on paper, and that who has one has it by mail and by nothing else.

use chrono::DateTime;
use forloeb::command::{Act, NewAftale, NewReferat};
use forloeb::frister::assess;
use forloeb::haendelse::{Ciphertext, LederSkiftet, SamtaleIndkaldt, SamtaleRegistreret, Stamdata};
use forloeb::tta::Plan;
use forloeb::words::{Aftaleejer, Samtaleudfald};
use uuid::Uuid;

use super::super::modtager::Unreached;
use super::super::paper::{People, title};
use super::fixture::{Fixture, dag, person};

const PEOPLE: People<'static> = People { name: Some("Åse Ærø"), leder: Some("Lene Leder"), kontaktperson: None };

fn sealed() -> Ciphertext {
    Ciphertext("lukket".into())
}

/// Ill from Monday 5 January 2026, with this address.
async fn away(email: &str) -> Fixture {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.ansat("10010", email, |_| {}).await;
    p.away("10010", "2026-01-05").await;
    p
}

/// The letter of today, with the words of every agreement.
async fn letter(p: &Fixture) -> Option<String> {
    let f = p.forloeb("10010").await;
    let v = assess(&f, p.app.clock.today(), &p.app.book());
    p.works.on_paper(&f, &v, PEOPLE, |_| Some("Ring på fredag".to_owned()))
}

async fn titles(p: &Fixture) -> Vec<String> {
    let f = p.forloeb("10010").await;
    let v = assess(&f, p.app.clock.today(), &p.app.book());
    p.works.to_tell(&f, &v).iter().map(title).collect()
}

/// On Monday 12 January a plan is made, and a talk is arranged for Thursday the 29th at ten.
async fn plan_and_talk(p: &Fixture) {
    p.til("2026-01-12T09:00").await;
    p.act("10010", Act::PutPlan { plan: Plan::default(), aftalt: true, confidential: sealed() }).await;
    let ten = DateTime::parse_from_rfc3339("2026-01-29T10:00:00+01:00").unwrap();
    p.act("10010", Act::IndkaldSamtale(SamtaleIndkaldt::new(Uuid::nil(), ten, sealed()))).await;
    p.til("2026-01-13T12:00").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_mailbox_is_told_on_paper_what_the_mails_would_have_said() {
    let p = away("").await;
    assert_eq!(letter(&p).await, None, "there is nothing to tell yet");
    plan_and_talk(&p).await;
    assert_eq!(p.works.unreached("10010"), Some(Unreached::WithoutAddress));
    assert_eq!(titles(&p).await, ["Møde torsdag den 29. januar 2026 kl. 10.00", "Nyt: plan at svare på"]);
    let expected = "\
tirsdag den 13. januar 2026

Kære Åse Ærø

Vi kan ikke nå dig på mail. Derfor får du som brev, hvad du ellers ville have fået i en mail.

Du er inviteret til et møde torsdag den 29. januar 2026 kl. 10.00. Hvor det er, står i indkaldelsen, som er et brev for sig.
Du kan svare, når du er logget ind: sig, at du kommer, foreslå et andet tidspunkt, eller sig, at du ikke kan komme. Du må gerne tage en bisidder med.

Der er en plan, som du kan læse og svare på.

Du kan læse det hele og svare, når du er logget ind: https://opfoelgning.test/mig.
Kan du ikke logge ind, eller vil du hellere tale med nogen, så ring til Lene Leder, som er din leder, og sig dit svar dér. Du behøver ikke fortælle, hvad du fejler.

Venlig hilsen
Lene Leder";
    assert_eq!(letter(&p).await.as_deref(), Some(expected));
    // The talk has begun: nobody is invited to it any more.
    p.til("2026-01-29T10:00").await;
    assert_eq!(titles(&p).await, ["Nyt: plan at svare på"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_mailbox_has_it_by_mail() {
    let p = away("maria@kommune.test").await;
    plan_and_talk(&p).await;
    assert_eq!((p.works.unreached("10010"), letter(&p).await), (None, None));
}

/// The talk is held on Tuesday 27 January, and the employee is to do something by Tuesday 10 February.
#[tokio::test(flavor = "multi_thread")]
async fn what_they_have_agreed_to_do_stands_in_the_letter_in_its_words() {
    let p = away("").await;
    p.til("2026-01-27T12:00").await;
    let (udfald, forventet_varighed, delvis_mulig) = (Samtaleudfald::Holdt, None, None);
    let forloeb = Uuid::nil();
    let held = SamtaleRegistreret { forloeb, dato: dag("2026-01-27"), udfald, forventet_varighed, delvis_mulig };
    p.act("10010", Act::Samtale(held)).await;
    let til = p.forloeb("10010").await.moeder()[0].position;
    let aftaler = vec![NewAftale { nr: None, senest: dag("2026-02-10"), hvem: Aftaleejer::Medarbejder }];
    p.act("10010", Act::SkrivReferat(NewReferat { til, aftaler, has_reason: false, confidential: sealed() })).await;
    p.til("2026-01-28T12:00").await;
    assert_eq!(titles(&p).await, ["Aftale: senest tirsdag den 10. februar 2026", "Nyt: referat"]);
    let text = letter(&p).await.unwrap();
    for said in [
        "\n\nNoget, du har aftalt at gøre: Ring på fredag. Senest tirsdag den 10. februar 2026.\nSe, hvad der er aftalt, og \
         registrer, når det er gjort. Kan det ikke nås, så aftal en anden dag.\n\n",
        "\n\nDer er skrevet referat af et møde med dig. Det er sygefraværssamtalen tirsdag den 27. januar 2026.\n\n",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    p.til("2026-02-11T12:00").await;
    let text = letter(&p).await.unwrap();
    let overdue = "Overskredet: noget, du har aftalt at gøre: Ring på fredag. Skulle være sket senest tirsdag den 10. februar 2026.";
    assert!(text.contains(overdue), "{text}");
}

/// On Friday 6 February the leader was reminded of a talk that is late. The copy of it is told on paper where it would be by mail.
#[tokio::test(flavor = "multi_thread")]
async fn the_copy_of_a_reminder_is_on_paper_where_the_workplace_sends_copies() {
    let mut p = away("").await;
    p.til("2026-02-06T12:00").await;
    assert_eq!(titles(&p).await, ["Til orientering: opfølgningssamtale"]);
    let text = letter(&p).await.unwrap();
    assert!(text.contains("\n\nDin leder er mindet om en samtale med dig. Samtalen er en almindelig del af opfølgningen på arbejdspladsen, og"));
    p.restart_with(|settings| settings.medarbejder_copy = false);
    assert_eq!((titles(&p).await, letter(&p).await), (Vec::new(), None));
}

/// From Monday 12 January another employee number leads: of somebody else, or of the same leader in another job here.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_leder_in_another_job_is_no_news_on_paper() {
    let told = "Nyt: en anden leder".to_owned();
    for (whose, expected) in [("20001", vec![told]), ("10001", Vec::new())] {
        let p = away("").await;
        let ansat = |s: &mut Stamdata| s.leder_nr = Some("10000".to_owned());
        p.place.ansat("20001", &person(whose, "anden@kommune.test"), ansat).await;
        p.til("2026-01-12T09:00").await;
        let (forloeb, leder_nr, fra) = (Uuid::nil(), "20001".to_owned(), dag("2026-01-12"));
        p.act("10010", Act::SkiftLeder(LederSkiftet { forloeb, leder_nr, fra, spoerges: false })).await;
        p.til("2026-01-13T12:00").await;
        assert_eq!(titles(&p).await, expected, "{whose}");
        assert_eq!(letter(&p).await.is_some(), whose == "20001");
    }
}
