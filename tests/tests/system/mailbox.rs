//! The two SMTP servers of the tests, with another client than the product's.

use std::process::{Command, Output};
use std::time::{Duration, Instant};

use systemtests::{Bestilt, Forsoeg, Mailserver, PYTHON, Postkasse, fil};

const BOTH: [Mailserver; 2] = [Mailserver::Egen, Mailserver::Aiosmtpd];

fn send(postkasse: &Postkasse, message_id: &str, kodning: &str) -> String {
    let Output { stdout, stderr, .. } = Command::new(PYTHON)
        .arg(fil("smtp/send.py"))
        .args([&postkasse.port().to_string(), message_id, kodning])
        .output()
        .expect("Python runs");
    assert!(stderr.is_empty(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).expect("UTF-8").trim().to_owned()
}

#[test]
fn a_mail_is_delivered_and_read_as_it_was_meant() {
    for server in BOTH {
        let postkasse = Postkasse::start_med(server);
        assert_eq!(send(&postkasse, "a@x.example", "quoted-printable"), "sendt");
        assert_eq!(send(&postkasse, "b@x.example", "base64"), "sendt");
        let breve = postkasse.vent_paa(2);
        for (brev, message_id) in breve.iter().zip(["a@x.example", "b@x.example"]) {
            assert_eq!(brev.message_id, message_id);
            assert_eq!(brev.konvolut_fra, "raskvej@arbejdsplads.example");
            assert_eq!(brev.konvolut_til, ["soeren@arbejdsplads.example", "hr@arbejdsplads.example"]);
            assert_eq!(brev.til, brev.konvolut_til);
            let emne =
                "Frist på fredag: indkald til samtale – æøåÆØÅ, og så et langt emne der må foldes over flere linjer";
            assert_eq!(brev.emne, emne);
            assert!(brev.tekst.contains("\n.En linje med punktum først."), "{}", brev.tekst);
            assert!(brev.tekst.contains("Kære læser: måldagen er 17-12-2026"), "{}", brev.tekst);
            assert!(brev.tekst.contains(&"å".repeat(90)), "{}", brev.tekst);
            assert!(!brev.tekst.contains("<p>"), "{}", brev.tekst);
            assert_eq!(brev.html.as_deref().map(str::trim), Some("<p>Måldagen er 17-12-2026</p>"));
            assert_eq!(brev.hoved("auto-submitted").as_deref(), Some("auto-generated"));
            // As written, not decoded: the subject has encoded words.
            assert!(brev.hoved("Subject").unwrap().contains("=?utf-8?"), "{:?}", brev.hoveder);
            assert!(brev.raa.windows(2).any(|w| w == b"\r\n"));
        }
        postkasse.toem();
        assert!(postkasse.breve().is_empty() && postkasse.forsoeg().is_empty());
    }
}

#[test]
fn answers_on_order_come_in_order_and_then_all_is_well_again() {
    for server in BOTH {
        let postkasse = Postkasse::start_med(server);
        postkasse.bestil(&[Bestilt::Afvis(451), Bestilt::Modtag, Bestilt::Afvis(550), Bestilt::AfvisModtager(550)]);
        postkasse.bestil(&[Bestilt::Afbryd, Bestilt::ModtagOgAfbryd]);
        let svar: Vec<_> = (1..=6).map(|nr| send(&postkasse, &format!("{nr}@x.example"), "base64")).collect();
        assert_eq!(svar, ["451", "sendt", "550", "[550]", "afbrudt", "afbrudt"]);
        assert_eq!(postkasse.resterende(), 0);
        assert_eq!(send(&postkasse, "7@x.example", "base64"), "sendt");
    }
}

#[test]
fn what_was_refused_or_dropped_is_not_delivered_but_noted() {
    for server in BOTH {
        let postkasse = Postkasse::start_med(server);
        postkasse.bestil(&[Bestilt::Afvis(451), Bestilt::Afbryd, Bestilt::ModtagOgAfbryd]);
        for message_id in ["1@x.example", "2@x.example", "3@x.example", "4@x.example"] {
            let _svar = send(&postkasse, message_id, "base64");
        }
        let ider: Vec<_> = postkasse.vent_paa(2).into_iter().map(|brev| brev.message_id).collect();
        assert_eq!(ider, ["3@x.example", "4@x.example"]);
        let forsoeg: Vec<_> = postkasse.forsoeg().into_iter().map(|f| (f.svar, f.message_id.unwrap())).collect();
        let forventet = [
            ("451", "<1@x.example>"),
            ("afbryd", "<2@x.example>"),
            ("modtag-og-afbryd", "<3@x.example>"),
            ("250", "<4@x.example>"),
        ];
        assert_eq!(forsoeg, forventet.map(|(svar, id)| (svar.to_owned(), id.to_owned())));
    }
}

#[test]
fn a_mail_with_refused_recipients_is_noted_without_its_id() {
    for server in BOTH {
        let postkasse = Postkasse::start_med(server);
        postkasse.bestil(&[Bestilt::AfvisModtager(550)]);
        assert_eq!(send(&postkasse, "1@x.example", "base64"), "[550]");
        assert_eq!(postkasse.forsoeg(), [Forsoeg { svar: "550".to_owned(), message_id: None }]);
        assert!(postkasse.breve().is_empty());
    }
}

#[test]
fn a_slow_server_is_slow() {
    for server in BOTH {
        let postkasse = Postkasse::start_med(server);
        postkasse.bestil(&[Bestilt::Vent(Duration::from_millis(700))]);
        let start = Instant::now();
        assert_eq!(send(&postkasse, "1@x.example", "base64"), "sendt");
        assert!(start.elapsed() >= Duration::from_millis(700));
    }
}

#[test]
fn a_closed_server_refuses_and_an_opened_one_has_the_same_port() {
    for server in BOTH {
        let mut postkasse = Postkasse::start_med(server);
        let port = postkasse.port();
        assert_eq!(send(&postkasse, "1@x.example", "base64"), "sendt");
        postkasse.luk();
        assert_eq!(send(&postkasse, "2@x.example", "base64"), "afbrudt");
        postkasse.aabn();
        assert_eq!(postkasse.port(), port);
        assert_eq!(send(&postkasse, "3@x.example", "base64"), "sendt");
        let ider: Vec<_> = postkasse.breve().into_iter().map(|brev| brev.message_id).collect();
        assert_eq!(ider, ["1@x.example", "3@x.example"]);
    }
}
