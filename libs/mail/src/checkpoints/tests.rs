//! What leaves in the morning, what is told when it cannot, and that it leaves once.

use app::checkpoint::Note;
use app::health::Trouble;
use app::workplace::{Workplace, standing_still};
use tempfile::TempDir;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::*;
use crate::transport::{MailSender, StoredLetter};

struct Trial {
    p: Workplace,
    post: Arc<MailTransport>,
    kept: TempDir,
}

impl Trial {
    async fn new() -> Self {
        let p = Workplace::empty(standing_still("2026-11-20T04:00:00Z")).await;
        let sender = MailSender::new("raskvej@kommune.test", None).unwrap();
        let post = Arc::new(MailTransport::folder(&p.path().join("post"), sender).unwrap());
        Self { p, post, kept: tempfile::tempdir().unwrap() }
    }

    fn checkpoints(&self, folder: PathBuf) -> Checkpoints {
        let mail = Some("revisor@revision.test".to_owned());
        let settings = CheckpointSettings { mail, folder: Some(folder), server: None };
        Checkpoints::new(self.p.app.clone(), self.post.clone(), settings)
    }

    fn letters(&self) -> Vec<StoredLetter> {
        self.post.stored(100).unwrap()
    }

    fn files(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.kept.path()).unwrap();
        let mut names: Vec<String> =
            files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn clock(&self, time: &str) {
        assert!(self.p.app.clock.move_to(time.parse().unwrap()));
    }
}

/// Mornings in Denmark: before six it is the day before's.
#[test]
fn the_day_changes_at_six_in_the_morning() {
    for (now, day) in [
        ("2026-11-20T04:59:59Z", "2026-11-19"),
        ("2026-11-20T05:00:00Z", "2026-11-20"),
        ("2026-07-01T04:00:00Z", "2026-07-01"),
        ("2026-07-01T23:00:00Z", "2026-07-01"),
    ] {
        assert_eq!(newest_morning(now.parse().unwrap()), day.parse().unwrap(), "{now}");
    }
}

#[tokio::test]
async fn each_morning_one_leaves_each_way_and_can_be_opened() {
    let t = Trial::new().await;
    let checkpoints = t.checkpoints(t.kept.path().to_owned());
    for (now, sent) in [
        ("2026-11-20T04:00:00Z", 1),
        ("2026-11-20T04:30:00Z", 1),
        ("2026-11-20T05:00:00Z", 2),
        ("2026-11-20T20:00:00Z", 2),
        ("2026-11-23T09:00:00Z", 3),
    ] {
        t.clock(now);
        assert!(checkpoints.tick().await);
        assert_eq!((t.letters().len(), t.files().len()), (sent, sent), "{now}");
    }
    // The next start knows what has left.
    assert!(t.checkpoints(t.kept.path().to_owned()).tick().await);
    assert_eq!((t.letters().len(), t.files().len()), (3, 3));
    let key = t.p.app.seal().await.unwrap().public_key();
    assert!(t.files()[2].ends_with("-2026-11-23.segl"), "{:?}", t.files());
    for file in t.files() {
        assert_eq!(Note::in_file(&t.kept.path().join(file)).unwrap().opened_by(&key).unwrap().commits, 0);
    }
    let letter = &t.letters()[0];
    assert_eq!(
        (letter.subject.as_str(), letter.til_rolle.as_str()),
        ("Raskvej: segl af loggen 23. november 2026", "revisor")
    );
    assert!(Note::find(letter.tekst.as_bytes()).unwrap().opened_by(&key).is_ok(), "{}", letter.tekst);
    assert!(t.p.app.health().await.is_empty());
}

/// A folder that is not there, and a mail server that is not there: told until it is over, and the other way is not held up.
#[tokio::test]
async fn what_cannot_leave_is_told_and_tried_again() {
    let t = Trial::new().await;
    let away = t.kept.path().join("away");
    let checkpoints = t.checkpoints(away.clone());
    for _ in 0..2 {
        assert!(!checkpoints.tick().await);
        assert_eq!(t.letters().len(), 1, "the mail left, once");
        assert_eq!(t.p.app.health().await.into_iter().collect::<Vec<_>>(), [Trouble::SealWaits]);
    }
    std::fs::create_dir(&away).unwrap();
    assert!(checkpoints.tick().await);
    assert!(t.p.app.health().await.is_empty());
    assert_eq!(std::fs::read_dir(&away).unwrap().count(), 1);
    let mail = Some("revisor@revision.test".to_owned());
    let settings = CheckpointSettings { mail, folder: None, server: None };
    let nothing = Arc::new(MailTransport::Nothing("ingen_mailserver"));
    let checkpoints = Checkpoints::new(t.p.app.clone(), nothing, settings);
    t.clock("2026-11-21T09:00:00Z");
    assert!(!checkpoints.tick().await);
    assert_eq!(t.p.app.health().await.into_iter().collect::<Vec<_>>(), [Trouble::SealWaits]);
    assert!(t.checkpoints(away).tick().await);
    assert!(t.p.app.health().await.is_empty());
}

/// A disk of another machine that never answers keeps one thread, however often it is tried.
#[tokio::test]
async fn a_folder_that_never_answers_keeps_one_thread() {
    let t = Trial::new().await;
    let checkpoints = Checkpoints { patience: Duration::ZERO, ..t.checkpoints(t.kept.path().to_owned()) };
    let sealed = checkpoints.sealed().await.unwrap();
    *checkpoints.writing.lock().await = Some(tokio::spawn(std::future::pending()));
    for _ in 0..3 {
        let written = checkpoints.write(&sealed, "2026-11-20".parse().unwrap()).await;
        assert_eq!(written.unwrap_err(), "mappen svarer ikke");
    }
    assert_eq!(t.files(), Vec::<String>::new(), "no other write was begun");
}

/// A server that answers what it is told to, one answer a connection, and hands on what it was sent.
async fn server(answers: &'static [&'static str]) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://navn:kodeord@{}", listener.local_addr().unwrap());
    let (tell, told) = mpsc::channel(100);
    tokio::spawn(async move {
        for answer in answers {
            let (mut connection, _) = listener.accept().await.unwrap();
            let mut request = String::new();
            let mut piece = [0; 4096];
            // A note ends in a line feed after its signature.
            while !request.contains("\n\n\u{2014} ") || !request.ends_with('\n') {
                let read = connection.read(&mut piece).await.unwrap();
                assert!(read > 0, "cut off: {request}");
                request.push_str(std::str::from_utf8(&piece[..read]).unwrap());
            }
            let whole = format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            connection.write_all(whole.as_bytes()).await.unwrap();
            tell.send(request).await.unwrap();
        }
    });
    (address, told)
}

impl Trial {
    fn to_server(&self, address: &str) -> Checkpoints {
        let server = Some(WebAddress::read(address).unwrap());
        let settings = CheckpointSettings { server, ..CheckpointSettings::default() };
        Checkpoints::new(self.p.app.clone(), self.post.clone(), settings)
    }
}

/// It is handed over until it is taken, once a day, and whoever is asked is told why it has not been.
#[tokio::test]
async fn a_server_is_handed_each_days_until_it_takes_it() {
    let t = Trial::new().await;
    let answers = &["503 Busy", "301 Moved\r\nLocation: http://127.0.0.1:1/", "404 Not Found", "201 Created", "200 OK"];
    let (address, mut told) = server(answers).await;
    let checkpoints = t.to_server(&format!("{address}/modtag"));
    let key = t.p.app.seal().await.unwrap().public_key();
    for _ in 0..3 {
        assert!(!checkpoints.tick().await);
        assert_eq!(t.p.app.health().await.into_iter().collect::<Vec<_>>(), [Trouble::SealWaits]);
    }
    for now in ["2026-11-20T04:00:00Z", "2026-11-20T04:30:00Z", "2026-11-20T05:00:00Z"] {
        t.clock(now);
        assert!(checkpoints.tick().await);
        assert!(t.p.app.health().await.is_empty());
    }
    for _ in answers {
        let request = told.recv().await.unwrap();
        assert!(request.starts_with("POST /modtag HTTP/1.1\r\n"), "{request}");
        assert!(request.to_lowercase().contains("authorization: basic bmf2bjprb2rlb3jk\r\n"), "{request}");
        let note = request.split_once("\r\n\r\n").unwrap().1;
        assert_eq!(Note::read(note).unwrap().opened_by(&key).unwrap().commits, 0);
    }
}

/// A folder of a server gets a file a day, and what is there already stays.
#[tokio::test]
async fn a_folder_of_a_server_gets_a_file_a_day() {
    let t = Trial::new().await;
    let (address, mut told) = server(&["204 No Content", "412 Precondition Failed"]).await;
    let checkpoints = t.to_server(&format!("{address}/segl/"));
    for (now, day) in [("2026-11-20T04:00:00Z", "2026-11-19"), ("2026-11-21T09:00:00Z", "2026-11-21")] {
        t.clock(now);
        assert!(checkpoints.tick().await);
        let request = told.recv().await.unwrap();
        let first = request.lines().next().unwrap();
        assert!(
            first.starts_with("PUT /segl/raskvej-") && first.ends_with(&format!("-{day}.segl HTTP/1.1")),
            "{first}"
        );
        assert!(request.to_lowercase().contains("\r\nif-none-match: *\r\n"), "{request}");
    }
}

/// Nobody is there: the reason names neither the address nor the password in it, and nothing is lost.
#[tokio::test]
async fn a_server_that_is_away_is_tried_again_and_not_named() {
    let t = Trial::new().await;
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let checkpoints = t.to_server(&format!("http://navn:kodeord@{free}/segl"));
    let sealed = checkpoints.sealed().await.unwrap();
    let reason = checkpoints.hand_over(&sealed, "2026-11-20".parse().unwrap()).await.unwrap_err();
    assert!(reason.starts_with("intet svar") && !reason.contains("kodeord"), "{reason}");
    assert!(!checkpoints.tick().await && !checkpoints.tick().await);
    assert_eq!(t.p.app.health().await.into_iter().collect::<Vec<_>>(), [Trouble::SealWaits]);
}
