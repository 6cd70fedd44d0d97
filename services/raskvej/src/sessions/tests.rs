//! When a session ends, what is kept of it, and that a folder somebody else holds is left alone.

use super::*;
use crate::terminal::DONE;
use crate::terminal::trial::{MEANT, Trial, erase_request};

const START: &str = "2026-01-05T08:00:00Z";

fn open(folder: &Path) -> (Sessions, Arc<Clock>) {
    let clock = Arc::new(Clock::standing_still(START.parse().unwrap()));
    (Sessions::open(folder, clock.clone()).unwrap(), clock)
}

fn on(clock: &Clock, hours: i64) {
    assert!(clock.move_to(START.parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(hours)));
}

async fn begin(sessions: &Sessions, user: &User) -> Id {
    let who = serde_json::to_value(Who::of_user(user, sessions.now())).unwrap();
    let data = [(WHO.to_owned(), who)].into();
    let mut record = Record { id: Id::default(), data, expiry_date: OffsetDateTime::UNIX_EPOCH };
    sessions.create(&mut record).await.unwrap();
    record.id
}

async fn user(sessions: &Sessions, id: &Id) -> Option<User> {
    let record = sessions.load(id).await.unwrap()?;
    serde_json::from_value::<Who>(record.data[WHO].clone()).unwrap().user()
}

fn leder() -> User {
    User::new(Rolle::Leder, Some("10001".into()))
}

/// A leader has logged in.
pub(crate) async fn logged_in(sessions: &Sessions) {
    begin(sessions, &leder()).await;
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_is_kept_as_a_hash_only() {
    let folder = tempfile::tempdir().unwrap();
    let (sessions, clock) = open(folder.path());
    let id = begin(&sessions, &leder()).await;
    let stored: Vec<u8> =
        sessions.store.iter().flatten().flat_map(|(k, v)| [k.to_vec(), v.to_vec()].concat()).collect();
    assert!(!String::from_utf8_lossy(&stored).contains(&id.to_string()));
    on(&clock, 7);
    assert_eq!(user(&sessions, &id).await, Some(leder()));
    on(&clock, 9); // nobody did anything: that it was looked for is no use of it
    assert_eq!((user(&sessions, &id).await, sessions.list().len()), (None, 0));
    assert_eq!(sessions.ended(&id).unwrap().nr.as_deref(), Some("10001"), "remembered for a while");
}

#[tokio::test]
async fn use_keeps_a_session_until_its_absolute_end() {
    let folder = tempfile::tempdir().unwrap();
    let (sessions, clock) = open(folder.path());
    let id = begin(&sessions, &leder()).await;
    for hour in [6, 11, 12] {
        on(&clock, hour);
        sessions.used(&hash(&id));
        assert_eq!(user(&sessions, &id).await, Some(leder()), "hour {hour}");
    }
    on(&clock, 13);
    sessions.used(&hash(&id));
    assert_eq!(user(&sessions, &id).await, None);
    // A new one takes away what nobody can ask for any more.
    on(&clock, 48);
    begin(&sessions, &leder()).await;
    assert!(sessions.ended(&id).is_none() && sessions.known().len() == 1);
}

#[tokio::test]
async fn a_person_has_a_bounded_number_of_sessions() {
    let folder = tempfile::tempdir().unwrap();
    let (sessions, _) = open(folder.path());
    let other = begin(&sessions, &User::new(Rolle::Hr, None)).await;
    for _ in 0..MOST_OF_ONE + 3 {
        begin(&sessions, &leder()).await;
    }
    assert_eq!(sessions.list().len(), MOST_OF_ONE + 1);
    assert!(user(&sessions, &other).await.is_some());
}

#[test]
fn a_session_is_there_after_a_restart_and_not_when_somebody_ended_it() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let ids = runtime.block_on(async {
        let (sessions, clock) = open(folder.path());
        let hr = begin(&sessions, &User::new(Rolle::Hr, None)).await;
        let (out, ended) = (begin(&sessions, &leder()).await, begin(&sessions, &leder()).await);
        // Its last use is noted while it ends.
        on(&clock, 1);
        sessions.used(&hash(&out));
        sessions.delete(&out).await.unwrap();
        let count = sessions.end(|listed| listed.who.nr.as_deref() == Some("10001")).await.unwrap();
        assert_eq!((count, sessions.list().len()), (1, 1));
        assert_eq!(sessions.identity("https://a", "s", "10001").await.unwrap(), "10001");
        assert_eq!(sessions.identity("https://a", "s", "10002").await.unwrap(), "10001");
        [hr, out, ended]
    });
    drop(runtime); // nobody works on the files any more
    let again = tokio::runtime::Runtime::new().unwrap();
    again.block_on(async {
        let (sessions, _) = open(folder.path());
        let there = [user(&sessions, &ids[0]).await, user(&sessions, &ids[1]).await, user(&sessions, &ids[2]).await];
        assert_eq!(there, [Some(User::new(Rolle::Hr, None)), None, None]);
        assert!(sessions.ended(&ids[1]).is_none(), "who logged out is not remembered");
        assert_eq!(sessions.identity("https://a", "s", "10002").await.unwrap(), "10001");
        assert_eq!(
            (sessions.untie(|nr| nr == "10002").await.unwrap(), sessions.untie(|nr| nr == "10001").await.unwrap()),
            (0, 1)
        );
        assert_eq!(sessions.identity("https://a", "s", "10002").await.unwrap(), "10002");
    });
}

/// Whoever carries an erasure out, and by whichever way: here the terminal, without the service knowing of it.
#[tokio::test]
async fn nothing_is_kept_of_who_was_erased() {
    let p = Trial::small().await;
    let (sessions, _) = open(p.path());
    let mut ids = Vec::new();
    for nr in ["1005", "1006"] {
        ids.push(begin(&sessions, &User::new(Rolle::Medarbejder, Some(nr.into()))).await);
        assert_eq!(sessions.identity("https://a", nr, nr).await.unwrap(), nr);
    }
    let erased = p.bed(erase_request("1006", MEANT)).await;
    assert_eq!(erased.code, DONE, "{erased:?}");
    let (_stop, stopped) = watch::channel(true);
    sessions.follow_erasures(&p.app, stopped).await;
    assert!(user(&sessions, &ids[0]).await.is_some() && user(&sessions, &ids[1]).await.is_none());
    assert!(sessions.ended(&ids[1]).is_none() && sessions.store.len() == 1);
    let logins = std::fs::read_to_string(p.path().join(ties::FILE)).unwrap();
    assert!(logins.contains("\"1005\"") && !logins.contains("\"1006\""), "{logins}");
}

#[tokio::test]
async fn what_somebody_holds_is_left_alone_and_what_is_damaged_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (sessions, clock) = open(folder.path());
    let id = begin(&sessions, &leder()).await;
    // A folder that somebody has open, or a file in its way, is an error: what is there stays.
    let path = folder.path().join(folder::NAME);
    let held = folder::open(&path, Duration::ZERO).unwrap_err();
    assert!(held.to_string().contains("lock"), "{held}");
    assert!(user(&sessions, &id).await.is_some());
    drop(sessions);
    std::fs::remove_dir_all(&path).unwrap();
    std::fs::write(&path, "en fil").unwrap();
    assert!(Sessions::open(folder.path(), clock.clone()).is_err() && path.is_file());
    // What cannot be read is begun anew.
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    std::fs::write(path.join("conf"), "ingenting").unwrap();
    std::fs::write(path.join("db"), "ingenting").unwrap();
    assert!(Sessions::open(folder.path(), clock).unwrap().list().is_empty());
}
