//! That an agreement that runs out is told once, in the morning of a working day, and without a word about anybody.

use app::core::{App, Opened, Progress};
use app::workplace::{Workplace, day, details, standing_still};
use forloeb::Regelbog;
use tempfile::TempDir;

use super::*;
use crate::transport::{MailSender, MailTransport, StoredLetter};

struct Trial {
    app: Arc<App>,
    folder: TempDir,
    post: Arc<MailTransport>,
}

impl Trial {
    /// 1000005 has an agreement through this day and has never been away; 1000006 has one through Sunday 17 January 2027,
    /// and a forløb, which a reminder can be about. By the rules that come with the product, which speak of agreements.
    async fn on(now: &str, til: &str) -> Self {
        let p = Workplace::empty(standing_still(now)).await;
        for (nr, til) in [("1000005", til), ("1000006", "2027-01-17")] {
            let details = details(nr, "Åse Ærlig", "");
            p.ansat(nr, &details, |s| (s.paragraf_56, s.paragraf_56_til) = (true, Some(day(til)))).await;
        }
        p.away("1000006", "2026-10-05").await;
        let folder = p.close().await;
        let opened = Opened::open(folder.path()).unwrap();
        let clock = standing_still(now);
        let app = opened.build(|_| clock.clone(), Regelbog::built_in(), &Progress::default()).await.unwrap();
        let sender = MailSender::new("raskvej@kommune.test", None).unwrap();
        let post = Arc::new(MailTransport::folder(&folder.path().join("post"), sender).unwrap());
        Self { app, folder, post }
    }

    fn aftaler(&self, post: Arc<MailTransport>) -> Aftaler {
        let (hr, url) = ("hr@kommune.test".to_owned(), "https://raskvej.test".to_owned());
        Aftaler::new(HrMailbox::new(self.app.clone(), post, Some(hr), Some(url)))
    }

    fn letters(&self) -> Vec<StoredLetter> {
        self.post.stored(100).unwrap()
    }
}

/// 17 January 2027 less 56 days is Sunday 22 November 2026: it is told on Monday the 23rd, at eight (07:00 UTC).
#[tokio::test]
async fn it_is_told_on_the_first_working_morning_of_its_eight_weeks() {
    for early in ["2026-11-20T10:00:00Z", "2026-11-22T10:00:00Z", "2026-11-23T06:59:00Z", "2026-11-23T16:00:00Z"] {
        let t = Trial::on(early, "2027-01-17").await;
        assert!(!t.aftaler(t.post.clone()).tick().await, "{early}");
        assert!(t.letters().is_empty());
    }
    let t = Trial::on("2026-11-23T07:00:00Z", "2027-01-17").await;
    assert!(t.aftaler(t.post.clone()).tick().await);
    // The next start knows what was told.
    assert!(!t.aftaler(t.post.clone()).tick().await);
    assert!(t.folder.path().join(FILE).is_file());
    let letters = t.letters();
    assert_eq!(letters.len(), 1);
    let letter = &letters[0];
    assert_eq!((letter.subject.as_str(), letter.til_rolle.as_str()), ("Raskvej: 1 aftale udløber snart", "hr"));
    assert!(letter.tekst.contains("1 aftale udløber 17. januar 2027"), "{}", letter.tekst);
    assert!(letter.tekst.contains("https://raskvej.test/hr"));
    for secret in ["1000005", "1000006", "Åse", "Ærlig", "syg", "§"] {
        assert!(!letter.tekst.contains(secret) && !letter.subject.contains(secret), "{secret}: {}", letter.tekst);
    }
}

/// Where the mail server is away it is told when it is back; an agreement that runs until later is not told.
#[tokio::test]
async fn it_is_told_when_the_mail_server_is_back() {
    let t = Trial::on("2026-11-23T07:00:00Z", "2027-01-17").await;
    assert!(!t.aftaler(Arc::new(MailTransport::Nothing("ingen_mailserver"))).tick().await);
    assert!(t.aftaler(t.post.clone()).tick().await);
    let t = Trial::on("2026-11-23T07:00:00Z", "2029-01-16").await;
    assert!(!t.aftaler(t.post.clone()).tick().await);
}
