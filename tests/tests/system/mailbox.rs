//! The two SMTP servers of the tests, with another client than the product's.

use std::process::{Command, Output};
use std::time::{Duration, Instant};

use systemtests::{Attempt, Mailbox, Mailserver, PYTHON, Requested, file};

const BOTH: [Mailserver; 2] = [Mailserver::Own, Mailserver::Aiosmtpd];

fn send(mailbox: &Mailbox, message_id: &str, coding: &str) -> String {
    let Output { stdout, stderr, .. } = Command::new(PYTHON)
        .arg(file("smtp/send.py"))
        .args([&mailbox.port().to_string(), message_id, coding])
        .output()
        .expect("Python runs");
    assert!(stderr.is_empty(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).expect("UTF-8").trim().to_owned()
}

#[test]
fn a_mail_is_delivered_and_read_as_it_was_meant() {
    for server in BOTH {
        let mailbox = Mailbox::start_with(server);
        assert_eq!(send(&mailbox, "a@x.example", "quoted-printable"), "sendt");
        assert_eq!(send(&mailbox, "b@x.example", "base64"), "sendt");
        let letters = mailbox.wait_on(2);
        for (letter, message_id) in letters.iter().zip(["a@x.example", "b@x.example"]) {
            assert_eq!(letter.message_id, message_id);
            assert_eq!(letter.envelope_from, "raskvej@arbejdsplads.example");
            assert_eq!(letter.envelope_to, ["soeren@arbejdsplads.example", "hr@arbejdsplads.example"]);
            assert_eq!(letter.til, letter.envelope_to);
            let subject =
                "Frist på fredag: indkald til samtale – æøåÆØÅ, og så et langt emne der må foldes over flere linjer";
            assert_eq!(letter.subject, subject);
            assert!(letter.tekst.contains("\n.En linje med punktum først."), "{}", letter.tekst);
            assert!(letter.tekst.contains("Kære læser: måldagen er 17-12-2026"), "{}", letter.tekst);
            assert!(letter.tekst.contains(&"å".repeat(90)), "{}", letter.tekst);
            assert!(!letter.tekst.contains("<p>"), "{}", letter.tekst);
            assert_eq!(letter.html.as_deref().map(str::trim), Some("<p>Måldagen er 17-12-2026</p>"));
            assert_eq!(letter.log_head("auto-submitted").as_deref(), Some("auto-generated"));
            // As written, not decoded: the subject has encoded words.
            assert!(letter.log_head("Subject").unwrap().contains("=?utf-8?"), "{:?}", letter.heads);
            assert!(letter.raw.windows(2).any(|w| w == b"\r\n"));
        }
        mailbox.empty();
        assert!(mailbox.letters().is_empty() && mailbox.attempt().is_empty());
    }
}

#[test]
fn answers_on_order_come_in_order_and_then_all_is_well_again() {
    for server in BOTH {
        let mailbox = Mailbox::start_with(server);
        mailbox.request(&[
            Requested::Refuse(451),
            Requested::Accept,
            Requested::Refuse(550),
            Requested::RefuseModtager(550),
        ]);
        mailbox.request(&[Requested::BreakOff, Requested::AcceptAndBreakOff]);
        let answer: Vec<_> = (1..=6).map(|nr| send(&mailbox, &format!("{nr}@x.example"), "base64")).collect();
        assert_eq!(answer, ["451", "sendt", "550", "[550]", "afbrudt", "afbrudt"]);
        assert_eq!(mailbox.remaining(), 0);
        assert_eq!(send(&mailbox, "7@x.example", "base64"), "sendt");
    }
}

#[test]
fn what_was_refused_or_dropped_is_not_delivered_but_noted() {
    for server in BOTH {
        let mailbox = Mailbox::start_with(server);
        mailbox.request(&[Requested::Refuse(451), Requested::BreakOff, Requested::AcceptAndBreakOff]);
        for message_id in ["1@x.example", "2@x.example", "3@x.example", "4@x.example"] {
            let _answer = send(&mailbox, message_id, "base64");
        }
        let ids: Vec<_> = mailbox.wait_on(2).into_iter().map(|letter| letter.message_id).collect();
        assert_eq!(ids, ["3@x.example", "4@x.example"]);
        let attempt: Vec<_> = mailbox.attempt().into_iter().map(|f| (f.answer, f.message_id.unwrap())).collect();
        let forventet = [
            ("451", "<1@x.example>"),
            ("afbryd", "<2@x.example>"),
            ("modtag-og-afbryd", "<3@x.example>"),
            ("250", "<4@x.example>"),
        ];
        assert_eq!(attempt, forventet.map(|(answer, id)| (answer.to_owned(), id.to_owned())));
    }
}

#[test]
fn a_mail_with_refused_recipients_is_noted_without_its_id() {
    for server in BOTH {
        let mailbox = Mailbox::start_with(server);
        mailbox.request(&[Requested::RefuseModtager(550)]);
        assert_eq!(send(&mailbox, "1@x.example", "base64"), "[550]");
        assert_eq!(mailbox.attempt(), [Attempt { answer: "550".to_owned(), message_id: None }]);
        assert!(mailbox.letters().is_empty());
    }
}

#[test]
fn a_slow_server_is_slow() {
    for server in BOTH {
        let mailbox = Mailbox::start_with(server);
        mailbox.request(&[Requested::Wait(Duration::from_millis(700))]);
        let start = Instant::now();
        assert_eq!(send(&mailbox, "1@x.example", "base64"), "sendt");
        assert!(start.elapsed() >= Duration::from_millis(700));
    }
}

#[test]
fn a_closed_server_refuses_and_an_opened_one_has_the_same_port() {
    for server in BOTH {
        let mut mailbox = Mailbox::start_with(server);
        let port = mailbox.port();
        assert_eq!(send(&mailbox, "1@x.example", "base64"), "sendt");
        mailbox.close();
        assert_eq!(send(&mailbox, "2@x.example", "base64"), "afbrudt");
        mailbox.open();
        assert_eq!(mailbox.port(), port);
        assert_eq!(send(&mailbox, "3@x.example", "base64"), "sendt");
        let ids: Vec<_> = mailbox.letters().into_iter().map(|letter| letter.message_id).collect();
        assert_eq!(ids, ["1@x.example", "3@x.example"]);
    }
}
