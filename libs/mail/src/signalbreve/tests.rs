//! That a leader who wants it gets one mail a week, against a real log and a real SMTP server. Every date is counted by hand.

use app::workplace::{Stop, Workplace, day, details, standing_still};
use forloeb::haendelse::{SignalbrevOensket, StedfortraederUdpeget};
use systemtests::{Mailbox, Requested};

use super::*;
use crate::transport::{CONNECTIONS, MailSender, MailTransport};

const FROM: &str = "opfoelgning@kommune.test";

struct Trial {
    p: Workplace,
    post: Mailbox,
}

impl Trial {
    /// 10010 and 10011 of the leader 10001, each with two short absences. 10010 has had a third: that is a signal, of three in six
    /// months.
    async fn on(now: &str) -> Self {
        let p = Workplace::empty(standing_still(now)).await;
        for (nr, leder) in [("10001", "10000"), ("10010", "10001"), ("10011", "10001"), ("10012", "10001")] {
            let address = if nr == "10001" { "leder@kommune.test" } else { "anden@kommune.test" };
            p.ansat(nr, &details(nr, "Åse Ærlig", address), |s| s.leder_nr = Some(leder.to_owned())).await;
        }
        for (nr, foerste, sidste) in [
            ("10010", "2026-01-12", "2026-01-13"),
            ("10010", "2026-02-09", "2026-02-10"),
            ("10010", "2026-03-09", "2026-03-10"),
            ("10011", "2026-01-19", "2026-01-20"),
            ("10011", "2026-02-16", "2026-02-17"),
        ] {
            p.absence(nr, foerste, Some(sidste)).await;
        }
        Self { p, post: Mailbox::start() }
    }

    async fn wants(&self, ugentligt: bool) {
        let command = DomainCommand::OenskSignalbrev(SignalbrevOensket { ugentligt });
        self.p.app.execute("10001", &command, &Aktoer::system("proeve"), None).await.unwrap();
    }

    /// What has just started, with this mail server.
    fn works(&self, url: &str) -> Signalbreve {
        let sender = MailSender::new(FROM, None).unwrap();
        let post = Arc::new(MailTransport::smtp(url, None, sender, CONNECTIONS).unwrap());
        Signalbreve::new(HrMailbox::new(self.p.app.clone(), post, None, Some("https://raskvej.test".to_owned())))
    }

    async fn tick_by(&self, url: &str) -> bool {
        self.works(url).tick().await.unwrap()
    }

    /// The clock shows this, and it is looked; how many mails there were so far.
    async fn at(&self, now: &str) -> usize {
        self.p.app.clock.move_to(now.parse().unwrap());
        assert!(self.tick_by(&self.post.url()).await, "{now}");
        self.letters().len()
    }

    fn letters(&self) -> Vec<systemtests::Letter> {
        self.post.letters()
    }
}

/// In the week of Easter Monday, 6 April 2026, the first working day is Tuesday the 7th: at eight, which is 06:00 UTC.
#[tokio::test]
async fn it_leaves_on_the_first_working_day_of_the_week_and_once() {
    let mut t = Trial::on("2026-03-30T07:00:00Z").await;
    assert_eq!(t.at("2026-03-30T07:00:00Z").await, 0, "nobody wants one");
    t.wants(true).await;
    assert_eq!(t.at("2026-03-31T07:00:00Z").await, 0, "the week's day has gone");
    for early in ["2026-04-06T07:00:00Z", "2026-04-07T05:59:00Z"] {
        assert_eq!(t.at(early).await, 0, "{early}");
    }
    assert_eq!(t.at("2026-04-07T06:00:00Z").await, 1);
    // Nor after a crash that took the list of weeks with it: the log knows.
    t.p.restart(Stop::Crash, standing_still("2026-04-07T07:00:00Z")).await;
    std::fs::remove_file(t.p.app.folder.join(FILE)).unwrap();
    for later in ["2026-04-07T07:00:00Z", "2026-04-08T07:00:00Z", "2026-04-10T07:00:00Z"] {
        assert_eq!(t.at(later).await, 1, "{later}");
    }
    assert_eq!(t.at("2026-04-13T07:00:00Z").await, 1, "nothing is new since");
    let letter = &t.letters()[0];
    assert_eq!(letter.envelope_to, ["leder@kommune.test"]);
    assert_eq!(letter.subject, "Raskvej: nyt om hyppigt fravær");
    let text = format!("{} {}", letter.subject, letter.tekst);
    assert!(text.contains("1 medarbejder med signal") && text.contains("https://raskvej.test/signaler"), "{text}");
    for secret in ["10010", "10001", "Åse", "Ærlig", "syg", "gange", "perioder"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

/// 10011 is away for the third time on 14 April, which is news on Wednesday the 15th, when the week of Monday the 13th is looked at.
/// That both are still counted on the 20th is none; and who no longer wants it gets no more.
#[tokio::test]
async fn it_leaves_where_there_is_news() {
    let t = Trial::on("2026-03-30T07:00:00Z").await;
    t.wants(true).await;
    assert_eq!(t.at("2026-03-30T07:00:00Z").await, 1);
    t.p.app.clock.move_to("2026-04-15T07:00:00Z".parse().unwrap());
    t.p.absence("10011", "2026-04-14", Some("2026-04-14")).await;
    assert_eq!(t.at("2026-04-15T08:00:00Z").await, 2, "nobody looked on Monday: it is caught up");
    assert_eq!(t.at("2026-04-20T07:00:00Z").await, 2);
    assert!(t.letters()[1].tekst.contains("2 medarbejdere med signal"));
    t.p.app.clock.move_to("2026-04-22T07:00:00Z".parse().unwrap());
    t.p.absence("10011", "2026-04-21", Some("2026-04-21")).await;
    t.wants(false).await;
    assert_eq!(t.at("2026-04-27T07:00:00Z").await, 2);
}

/// Nobody gets it in the leader's stead: away with a substitute from 30 March to 17 April, it waits for Monday 20 April. Who has
/// left gets none.
#[tokio::test]
async fn who_is_away_gets_it_when_they_are_back_and_nobody_else_does() {
    let t = Trial::on("2026-03-27T07:00:00Z").await;
    t.wants(true).await;
    let stedfortraeder_nr = Some("10012".to_owned());
    let (fra, til) = (Some(day("2026-03-30")), Some(day("2026-04-17")));
    let command = DomainCommand::UdpegStedfortraeder(StedfortraederUdpeget { stedfortraeder_nr, fra, til });
    t.p.app.execute("10001", &command, &Aktoer::system("proeve"), None).await.unwrap();
    assert_eq!(t.at("2026-03-30T07:00:00Z").await, 0);
    assert_eq!(t.at("2026-04-13T07:00:00Z").await, 0);
    assert_eq!(t.at("2026-04-20T07:00:00Z").await, 1);
    assert_eq!(t.letters()[0].envelope_to, ["leder@kommune.test"]);
    t.p.app.clock.move_to("2026-04-22T07:00:00Z".parse().unwrap());
    t.p.absence("10011", "2026-04-21", Some("2026-04-21")).await;
    let address = details("10001", "Åse Ærlig", "leder@kommune.test");
    t.p.ansat("10001", &address, |s| s.fratraadt = Some(day("2026-04-24"))).await;
    assert_eq!(t.at("2026-04-27T07:00:00Z").await, 1);
}

/// The mail server is away on Monday 30 March and back on Wednesday: one mail, as of Monday at eight, with the same name whenever
/// it leaves.
#[tokio::test]
async fn it_leaves_when_the_mail_server_is_back() {
    let t = Trial::on("2026-03-30T07:00:00Z").await;
    t.wants(true).await;
    assert!(!t.tick_by("smtp://127.0.0.1:9").await, "it is tried again");
    assert_eq!(t.at("2026-04-01T07:00:00Z").await, 1);
    assert_eq!(t.at("2026-04-01T08:00:00Z").await, 1);
    assert_eq!(t.letters()[0].log_head("Date").unwrap(), "Mon, 30 Mar 2026 06:00:00 +0000");
}

/// The connection breaks off when the mail is taken, as a crash does before it is noted: what leaves again is the same mail, and
/// after two repeats no more.
#[tokio::test]
async fn what_may_have_arrived_leaves_again_as_the_same_mail_and_not_for_ever() {
    let t = Trial::on("2026-03-30T07:00:00Z").await;
    t.wants(true).await;
    t.post.request(&[Requested::AcceptAndBreakOff; 4]);
    let works = t.works(&t.post.url());
    let mut done = Vec::new();
    for _ in 0..4 {
        done.push(works.tick().await.unwrap());
    }
    assert_eq!(done, [false, false, true, true]);
    let letters = t.letters();
    assert_eq!(letters.len(), 3);
    assert!(letters.iter().all(|letter| letter.message_id == letters[0].message_id));
}

/// Where the log took no note of a mail, the note is what is tried again, and the mail does not leave once more.
#[tokio::test]
async fn what_the_log_took_no_note_of_does_not_leave_twice() {
    let t = Trial::on("2026-03-30T07:00:00Z").await;
    t.wants(true).await;
    let (works, week) = (t.works(&t.post.url()), day("2026-03-30"));
    let udfald = Udfald::Sendt { letter: "navn@kommune.test".to_owned(), til: Some("10001".to_owned()) };
    let owed = SignalbrevAfgjort { uge: week, perioder: Vec::new(), udfald };
    works.attempt("10001", week, week, |attempt| attempt.owed = Some(owed));
    assert!(works.tick().await.unwrap());
    assert_eq!(t.letters().len(), 0);
    assert!(!t.p.app.loan("10001").await.unwrap().ansaettelse().signalbrev().is_wanted_in(week));
    assert!(works.attempts().is_empty());
}

/// A mailbox that puts it off is tried for the rest of the day and the next morning: not only thrice, and not for ever.
#[tokio::test]
async fn a_mailbox_that_puts_it_off_has_until_the_next_day() {
    let t = Trial::on("2026-03-30T07:00:00Z").await;
    t.wants(true).await;
    t.post.request(&[Requested::RefuseModtager(451); 6]);
    let works = t.works(&t.post.url());
    for _ in 0..5 {
        assert!(!works.tick().await.unwrap());
    }
    t.p.app.clock.move_to("2026-03-31T07:00:00Z".parse().unwrap());
    assert!(works.tick().await.unwrap(), "given up");
    assert_eq!(t.letters().len(), 0);
    assert_eq!(t.at("2026-04-07T07:00:00Z").await, 1, "and of the next week it is another mail");
}

/// Whose mailbox is not there is not tried again that week, and the log says so.
#[tokio::test]
async fn a_mailbox_that_is_not_there_is_in_the_log() {
    let t = Trial::on("2026-03-30T07:00:00Z").await;
    t.wants(true).await;
    t.post.request(&[Requested::RefuseModtager(550)]);
    assert_eq!(t.at("2026-03-30T07:00:00Z").await, 0);
    assert_eq!(t.at("2026-03-31T07:00:00Z").await, 0);
    let loan = t.p.app.loan("10001").await.unwrap();
    let brev = loan.ansaettelse().signalbrev();
    assert!(!brev.is_wanted_in(day("2026-03-30")) && brev.is_wanted_in(day("2026-04-06")));
    // What did not arrive was told to nobody: in the week after it is news still. The first day is Tuesday 7 April.
    assert_eq!(t.at("2026-04-07T07:00:00Z").await, 1);
}

/// 24 December 2029 is a Monday and no working day, nor are the 25th and the 26th: Thursday the 27th is. Easter 2026: Tuesday.
#[test]
fn the_first_working_day_of_a_week_is_found_over_holidays() {
    let book = forloeb::Regelbog::built_in();
    let first = |dag: &str| leaves_on(book.calendar(), day(dag)).unwrap().to_string();
    assert_eq!(first("2026-04-06"), "2026-04-07");
    assert_eq!(first("2026-04-12"), "2026-04-07", "a Sunday is of the week before it");
    assert_eq!(first("2029-12-25"), "2029-12-27");
    assert_eq!(first("2026-12-21"), "2026-12-21");
    assert_eq!(first("2027-01-01"), "2026-12-28", "a week of two years");
}
