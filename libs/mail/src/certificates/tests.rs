//! That each erasure is told once, whatever is away meanwhile, and without a word about anybody.

use app::erase::{Also, Reason};
use app::health::Trouble;
use app::workplace::{Workplace, day, details, standing_still};
use forloeb::Aktoer;

use super::*;
use crate::transport::{MailSender, MailTransport, StoredLetter};

struct Trial {
    p: Workplace,
    post: Arc<MailTransport>,
}

impl Trial {
    async fn new() -> Self {
        let p = Workplace::empty(standing_still("2026-11-20T10:00:00Z")).await;
        for nr in ["1000005", "1000006"] {
            p.ansat(nr, &details(nr, "Åse Ærlig", ""), |s| s.fratraadt = Some(day("2019-03-31"))).await;
        }
        let sender = MailSender::new("raskvej@kommune.test", None).unwrap();
        let post = Arc::new(MailTransport::folder(&p.path().join("post"), sender).unwrap());
        Self { p, post }
    }

    fn certificates(&self, post: Arc<MailTransport>) -> Certificates {
        let (hr, url) = ("hr@kommune.test".to_owned(), "https://raskvej.test".to_owned());
        Certificates::new(HrMailbox::new(self.p.app.clone(), post, Some(hr), Some(url)))
    }

    fn letters(&self) -> Vec<StoredLetter> {
        self.post.stored(100).unwrap()
    }

    async fn erase(&self, nr: &str, words: &str) -> Uuid {
        let reason = Reason { grund: Sletningsgrund::OpbevaringUdloebet, words: words.to_owned() };
        self.p.app.erase(nr, &reason, Also::default(), &Aktoer::system("terminal")).await.unwrap().0.person
    }
}

#[tokio::test]
async fn each_erasure_is_told_once_and_names_nobody() {
    let t = Trial::new().await;
    assert!(t.certificates(t.post.clone()).tick().await);
    assert!(t.letters().is_empty());
    let first = t.erase("1000005", "opbevaret til 2024-03-31").await;
    for _ in 0..2 {
        // The next start knows what was told.
        assert!(t.certificates(t.post.clone()).tick().await);
        assert_eq!(t.letters().len(), 1);
    }
    let letter = t.letters().remove(0);
    assert_eq!((letter.subject.as_str(), letter.til_rolle.as_str()), ("Raskvej: 1 person er slettet", "hr"));
    for told in [reference(first).as_str(), "31. marts 2024", "20. november 2026", "https://raskvej.test/hr/opbevaring"]
    {
        assert!(letter.tekst.contains(told), "{told}: {}", letter.tekst);
    }
    // What somebody typed is not sent, and neither is a number.
    t.erase("1000006", "Åse Ærlig ville det").await;
    assert!(t.certificates(t.post.clone()).tick().await);
    let letters = t.letters();
    assert_eq!(letters.len(), 2);
    for letter in letters {
        for secret in ["1000005", "1000006", "Åse", "Ærlig"] {
            assert!(!letter.tekst.contains(secret) && !letter.subject.contains(secret), "{secret}: {}", letter.tekst);
        }
    }
}

#[tokio::test]
async fn where_the_mail_server_is_away_it_is_told_when_it_is_back() {
    let t = Trial::new().await;
    t.erase("1000005", "opbevaret til 2024-03-31").await;
    t.erase("1000006", "opbevaret til 2024-03-31").await;
    let away = t.certificates(Arc::new(MailTransport::Nothing("ingen_mailserver")));
    for _ in 0..2 {
        assert!(!away.tick().await);
        assert_eq!(t.p.app.health().await.into_iter().collect::<Vec<_>>(), [Trouble::CertificateWaits]);
        assert_eq!(t.p.app.untold.reason(WAY).as_deref(), Some("ingen_mailserver"));
    }
    assert!(!Trouble::CertificateWaits.refuses_commands() && !Trouble::CertificateWaits.holds_reminders());
    assert!(t.certificates(t.post.clone()).tick().await);
    assert_eq!((t.p.app.health().await.len(), t.p.app.untold.reason(WAY)), (0, None), "it has left");
    assert_eq!(t.letters().len(), 1, "both in one mail");
    assert!(t.letters()[0].subject.contains("2 personer"));
}
