//! SQLite in WAL mode with `synchronous=FULL`: one thread writes what queued up while the last commit ran.

use std::path::Path;
use std::thread;

use rusqlite::{Connection, Transaction, params};
use tokio::sync::{mpsc, oneshot};

struct Request {
    stream: String,
    expected: i64,
    body: Vec<u8>,
    answer: oneshot::Sender<()>,
}

/// An event store in one table. Clones are the same store.
#[derive(Debug, Clone)]
pub struct Sqlite(mpsc::Sender<Request>);

impl Sqlite {
    /// Makes one in a new file.
    ///
    /// # Errors
    /// SQLite refuses.
    pub fn open(file: &Path) -> rusqlite::Result<Self> {
        let mut db = Connection::open(file)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.execute_batch(
            "CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT NOT NULL, version INTEGER NOT NULL, body BLOB \
             NOT NULL, UNIQUE (stream, version))",
        )?;
        let (queue, mut requests) = mpsc::channel::<Request>(4096);
        thread::spawn(move || {
            let mut group = Vec::new();
            while requests.blocking_recv_many(&mut group, 1024) > 0 {
                commit(&mut db, &group).expect("a measurement that fails is worth nothing");
                for request in group.drain(..) {
                    // Whoever asked may have gone.
                    let _ = request.answer.send(());
                }
            }
        });
        Ok(Self(queue))
    }

    /// Inserts an event behind a version of its stream; returns when it is on disk.
    pub async fn append(&self, stream: String, expected: u64, body: Vec<u8>) {
        let (answer, answered) = oneshot::channel();
        let expected = i64::try_from(expected).unwrap_or(i64::MAX);
        let queued = self.0.send(Request { stream, expected, body, answer }).await.is_ok();
        assert!(queued && answered.await.is_ok(), "SQLite has stopped");
    }
}

fn commit(db: &mut Connection, group: &[Request]) -> rusqlite::Result<()> {
    let transaction = db.transaction()?;
    group.iter().try_for_each(|request| insert(&transaction, request))?;
    transaction.commit()
}

fn insert(transaction: &Transaction<'_>, request: &Request) -> rusqlite::Result<()> {
    let mut version = transaction.prepare_cached("SELECT coalesce(max(version), 0) FROM events WHERE stream = ?1")?;
    let actual: i64 = version.query_one([&request.stream], |row| row.get(0))?;
    assert_eq!(actual, request.expected, "another version");
    transaction.prepare_cached("INSERT INTO events (stream, version, body) VALUES (?1, ?2, ?3)")?.execute(params![
        request.stream,
        request.expected + 1,
        request.body
    ])?;
    Ok(())
}
