//! What leaves in the morning, what is told when it cannot, and that it leaves once.

use std::os::unix::fs::PermissionsExt;

use app::checkpoint::Note;
use app::erasures::Erased;
use app::health::Trouble;
use app::workplace::{Workplace, details, standing_still};
use forloeb::words::Sletningsgrund;
use tempfile::TempDir;
use uuid::Uuid;

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

/// A morning on a clock that was thirteen days ahead, which nobody doubts, let the seal of 3 December leave. The day that it is leaves
/// its own, and not only the one after the 3rd; so does each day until then.
#[tokio::test]
async fn a_day_ahead_that_left_holds_no_other_back() {
    let t = Trial::new().await;
    let checkpoints = t.checkpoints(t.kept.path().to_owned());
    std::fs::write(t.p.path().join(FILE), r#"{"mail":"2026-12-03","mappe":"2026-12-03"}"#).unwrap();
    for (now, sent) in [("2026-11-20T09:00:00Z", 1), ("2026-11-20T19:00:00Z", 1), ("2026-11-21T09:00:00Z", 2)] {
        t.clock(now);
        assert!(checkpoints.tick().await);
        assert_eq!((t.letters().len(), t.files().len()), (sent, sent), "{now}");
    }
    assert!(
        t.files()[0].ends_with("-2026-11-20.segl") && t.files()[1].ends_with("-2026-11-21.segl"),
        "{:?}",
        t.files()
    );
}

/// The seal of 3 December left on 20 November, by a clock that was ahead, of a log of 0 commits. When the day comes, the log has
/// grown: its seal is kept beside the first one, which stays; and once.
#[tokio::test]
async fn the_seal_of_a_day_is_not_lost_to_one_that_left_ahead() {
    let t = Trial::new().await;
    t.clock("2026-12-03T09:00:00Z");
    assert!(t.checkpoints(t.kept.path().to_owned()).tick().await);
    let first = t.files();
    assert!(first.len() == 1 && first[0].ends_with("-2026-12-03.segl"), "{first:?}");
    let ahead = std::fs::read(t.kept.path().join(&first[0])).unwrap();

    t.p.ansat("10010", &details("10010", "Ida Bo", "ida@kommune.test"), |_| {}).await;
    std::fs::remove_file(t.p.path().join(FILE)).unwrap();
    assert!(t.checkpoints(t.kept.path().to_owned()).tick().await);
    std::fs::remove_file(t.p.path().join(FILE)).unwrap();
    assert!(t.checkpoints(t.kept.path().to_owned()).tick().await);
    let both = t.files();
    let start = first[0].trim_end_matches(".segl");
    let second = both.iter().find(|name| **name != first[0]).unwrap();
    assert!(both.len() == 2 && second.starts_with(&format!("{start}-")) && second.ends_with(".segl"), "{both:?}");
    assert_eq!(std::fs::read(t.kept.path().join(&first[0])).unwrap(), ahead);
    let key = t.p.app.seal().await.unwrap().public_key();
    let commits = |name: &str| Note::in_file(&t.kept.path().join(name)).unwrap().opened_by(&key).unwrap().commits;
    assert_eq!((commits(&first[0]), commits(second)), (0, t.p.app.log.commit_tree().await.unwrap().commits));
    assert!(commits(second) > 0);
}

fn erased(nth: u128) -> Erased {
    let time = "2026-11-19T11:00:00Z".parse().unwrap();
    Erased { person: Uuid::from_u128(nth), time, grund: Sletningsgrund::Anmodning }
}

/// The list of erasures is kept where the seals are: a file for each state of it, and none while nobody is on it.
#[tokio::test]
async fn the_list_of_erasures_is_kept_with_the_seals() {
    let t = Trial::new().await;
    let checkpoints = t.checkpoints(t.kept.path().to_owned());
    let lists = || t.files().into_iter().filter(|name| name.ends_with(".sletninger")).collect::<Vec<_>>();
    let morning = async |day: &str| {
        t.clock(&format!("{day}T09:00:00Z"));
        assert!(checkpoints.tick().await);
    };
    morning("2026-11-20").await;
    assert_eq!((t.files().len(), lists().len()), (1, 0), "nobody is on it");
    t.p.app.erasures.add([erased(1)]).unwrap();
    morning("2026-11-21").await;
    morning("2026-11-22").await;
    assert_eq!((t.files().len(), lists().len()), (4, 1), "it is the same on both days");
    t.p.app.erasures.add([erased(2)]).unwrap();
    morning("2026-11-23").await;
    let names = lists();
    let name = t.p.app.seal().await.unwrap().public_key().name();
    for (name_of_list, count) in names.iter().zip(1..) {
        let begin = format!("{}-{count:07}-", name.replace('/', "-"));
        assert!(name_of_list.starts_with(&begin), "{name_of_list}");
        let path = t.kept.path().join(name_of_list);
        assert_eq!(erasures::read(&path).unwrap().len(), count, "a restore takes it as it is");
        assert!(std::fs::read_to_string(&path).unwrap().starts_with(&format!("{{\"log\":\"{name}\"}}\n")));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, SECRET);
    }
    assert_eq!(names.len(), 2);
    assert!(t.letters().iter().all(|letter| !letter.tekst.contains(&erased(1).person.to_string())), "no mail has it");
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
            while !(request.contains("\n\n\u{2014} ") || request.contains("{\"person\":")) || !request.ends_with('\n') {
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

/// A folder of a server gets a file a day. What is there already stays, and the day's is put beside it.
#[tokio::test]
async fn a_folder_of_a_server_gets_a_file_a_day() {
    let t = Trial::new().await;
    let answers = &["204 No Content", "412 Precondition Failed", "201 Created"];
    let (address, mut told) = server(answers).await;
    let checkpoints = t.to_server(&format!("{address}/segl/"));
    for (now, ends) in [
        ("2026-11-20T04:00:00Z", [Some("-2026-11-19.segl"), None]),
        ("2026-11-21T09:00:00Z", [Some("-2026-11-21.segl"), Some(".segl")]),
    ] {
        t.clock(now);
        assert!(checkpoints.tick().await);
        for end in ends.into_iter().flatten() {
            let request = told.recv().await.unwrap();
            let first = request.lines().next().unwrap();
            assert!(first.starts_with("PUT /segl/raskvej-") && first.ends_with(&format!("{end} HTTP/1.1")), "{first}");
            assert!(request.to_lowercase().contains("\r\nif-none-match: *\r\n"), "{request}");
        }
    }
    assert!(told.try_recv().is_err());
}

/// A server that has a folder gets the list after the seal; one that takes a note gets no list.
#[tokio::test]
async fn a_folder_of_a_server_is_put_the_list_of_erasures() {
    let t = Trial::new().await;
    t.p.app.erasures.add([erased(1)]).unwrap();
    let (address, mut told) = server(&["201 Created", "201 Created", "201 Created"]).await;
    assert!(t.to_server(&format!("{address}/segl/")).tick().await);
    let seal = told.recv().await.unwrap();
    assert!(seal.lines().next().unwrap().ends_with("-2026-11-19.segl HTTP/1.1"), "{seal}");
    let list = told.recv().await.unwrap();
    let first = list.lines().next().unwrap();
    assert!(first.starts_with("PUT /segl/raskvej-") && first.ends_with(".sletninger HTTP/1.1"), "{first}");
    assert!(list.contains(&erased(1).person.to_string()), "{list}");
    t.clock("2026-11-21T09:00:00Z");
    assert!(t.to_server(&format!("{address}/modtag")).tick().await);
    assert!(told.recv().await.unwrap().starts_with("POST /modtag "));
    assert!(told.try_recv().is_err());
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
