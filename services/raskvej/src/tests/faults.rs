//! Damage in the log and errors of the file system, as the service meets them.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use eventlog::{Append, AppendError, Disk, NewEvent, Operation, Options, ReadError, ReadOnlyReason, StreamId, Watch};
use forloeb::Aktoer;
use forloeb::words::Rolle;
use tempfile::TempDir;

use crate::core::{CommandError, OpenFolderError, Start};
use crate::http::problem::Problem;
use crate::keys::{Confidential, Keys};
use crate::paamindelser::{PaamindelseSettings, Paamindelser};
use crate::politik;
use crate::projections::TokenUdstedt;
use crate::terminal::TerminalRequest;
use crate::terminal::trial::{Trial, file};
use crate::transport::{MailSender, MailTransport};

const POLITIK: &str = "navn = \"vores\"\nkontaktmodel = [1, 5, 14]\n";

/// Segments so small that a handful of employments lie in several.
fn small() -> Options {
    Options { segment_size: 4 << 10, keep_free: 0, ..Options::default() }
}

fn token() -> TokenUdstedt {
    TokenUdstedt::new("0".repeat(64), Rolle::Hr, None)
}

/// What is shown of every employment: its version, and its forløb.
async fn shown(p: &Trial) -> BTreeMap<String, (u64, String)> {
    let numbers: Vec<String> = p.app.projections().numbers().map(str::to_owned).collect();
    let mut shown = BTreeMap::new();
    for nr in numbers {
        let version = p.app.projections().version(&nr);
        let forloeb = p.app.forloeb_for(&nr).await.unwrap();
        shown.insert(nr, (version, format!("{forloeb:?}")));
    }
    shown
}

/// A workplace with a policy, in packed segments; what is shown of it, and the segments.
async fn packed() -> (TempDir, BTreeMap<String, (u64, String)>, Vec<String>) {
    let p = Trial::open(tempfile::tempdir().unwrap(), small()).await.unwrap();
    let fra = "2026-11-23".parse().unwrap();
    p.app.fastsaet_politik(fra, POLITIK, &Aktoer::system("prøve")).await.unwrap();
    let answer = p.import(&file("medarbejdere.csv"), &file("fravaer.csv")).await;
    assert_eq!((answer.code, answer.error), (0, vec![]));
    let raw = || p.app.log.backup_files().iter().filter(|f| f.ends.is_none()).count();
    let packed = async {
        while raw() > 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), packed).await.unwrap();
    let before = shown(&p).await;
    let segments = p.app.log.backup_files().into_iter().filter(|f| f.ends.is_some()).map(|f| f.name).collect();
    let folder = p.close().await;
    fs::remove_dir_all(folder.path().join("visninger")).unwrap();
    (folder, before, segments)
}

fn copy(af: &Path) -> TempDir {
    let til = tempfile::tempdir().unwrap();
    let copied = std::process::Command::new("cp").arg("-r").arg(af.join(".")).arg(til.path()).status().unwrap();
    assert!(copied.success());
    til
}

/// Changes a bit of the first block, which comes after a header of 16 bytes.
fn damage(file: &Path) {
    let file = fs::OpenOptions::new().read(true).write(true).open(file).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, 60).unwrap();
    file.write_all_at(&[byte[0] ^ 1], 60).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_log_without_a_checkpoint_shows_all_that_can_be_read() {
    let (folder, before, segments) = packed().await;
    assert!(segments.len() > 2, "{segments:?}");
    let (mut whole, mut omitted, mut without_politik) = (0, 0, 0);
    for segment in &segments {
        for with_register in [true, false] {
            let copy = copy(folder.path());
            damage(&copy.path().join(segment));
            if !with_register {
                fs::remove_dir_all(copy.path().join("index")).unwrap();
            }
            let p = Trial::open(copy, small()).await.unwrap();
            let error = p.app.recovery.fault.clone().unwrap();
            assert_eq!(format!("journal/{}", error.segment), *segment, "it says where");
            let after = shown(&p).await;
            for (nr, what) in &before {
                match p.app.whole(nr).await {
                    Ok(_) => assert_eq!(after.get(nr), Some(what), "{segment}: {nr}"),
                    Err(OpenFolderError::Read(ReadError::Damaged(_))) => {
                        assert_eq!(after.get(nr), None, "{segment}: {nr}");
                    }
                    Err(error) => panic!("{error}"),
                }
            }
            (whole, omitted) = (whole + after.len(), omitted + before.len() - after.len());
            let ours = format!("{:?}", p.app.book()).contains("vores");
            assert_eq!(ours, politik::all(&p.app.log).await.is_ok(), "rules that can be read hold");
            without_politik += usize::from(!ours);
            let refused = p.app.registrer_token(&token(), &Aktoer::system("prøve")).await;
            let locked = |f: &CommandError| match f {
                CommandError::Log(AppendError::ReadOnly { reason: ReadOnlyReason::Damaged(_) }) => true,
                // Which version the stream has cannot be known either.
                CommandError::Read(ReadError::Damaged(_)) => !with_register,
                _ => false,
            };
            assert!(refused.as_ref().is_err_and(locked), "{refused:?}");
            assert_eq!(Problem::from(refused.unwrap_err()).status, 503);

            // The right segment put back: nothing that was left out stays so.
            let copy = p.close().await;
            fs::copy(folder.path().join(segment), copy.path().join(segment)).unwrap();
            let p = Trial::open(copy, small()).await.unwrap();
            assert!(matches!(p.app.start, Start::Rebuilt(None)), "{:?}", p.app.start);
            assert_eq!(shown(&p).await, before);
            p.close().await;
        }
    }
    assert!(whole > 0 && omitted > 0 && without_politik > 0);
    println!("skadede segmenter: {}, vist {whole} gange, udeladt {omitted}", 2 * segments.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_after_a_checkpoint_costs_what_it_hits_and_not_the_start() {
    let (folder, before, segments) = packed().await;
    let p = Trial::open(copy(folder.path()), small()).await.unwrap();
    let position = p.app.log.head().position;
    let copy = p.close().await;
    assert!(copy.path().join("visninger/checkpoint").exists());
    // The checkpoint is of the end, and everything in it can be shown. (The first segment holds the policy.)
    damage(&copy.path().join(&segments[1]));
    let p = Trial::open(copy, small()).await.unwrap();
    assert!(matches!(p.app.start, Start::Checkpoint { position: p } if p == position), "{:?}", p.app.start);
    assert_eq!(p.app.projections().numbers().count(), before.len());
    // Who is in what is damaged cannot be looked up, and that is said as what it is.
    let mut damaged_ones = 0;
    for nr in before.keys() {
        if let Err(error) = p.app.whole(nr).await {
            assert!(error.is_damage(), "{error}");
            let problem = Problem::from(error);
            assert_eq!((problem.status, problem.code.as_str()), (503, "beskadiget"));
            damaged_ones += 1;
        }
    }
    assert!(damaged_ones > 0);
    p.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_met_while_running_does_not_stop_the_reading() {
    let (folder, before, segments) = packed().await;
    let p = Trial::open(copy(folder.path()), small()).await.unwrap();
    let with_checkpoint = p.close().await;
    damage(&with_checkpoint.path().join(&segments[1]));
    // One whom the damage concerns is found in another copy: here nobody has met it yet.
    let p = Trial::open(copy(with_checkpoint.path()), small()).await.unwrap();
    let mut hit = None;
    for nr in before.keys() {
        if p.app.whole(nr).await.is_err() {
            hit = Some(nr);
        }
    }
    p.close().await;
    let hit = hit.unwrap();

    let p = Trial::open(with_checkpoint, small()).await.unwrap();
    let log_head = p.app.log.head().position;
    let sidste = p.app.log.read(log_head - 1, 1).await.unwrap().remove(0);
    let written = p.app.log.append(Append {
        stream: StreamId::new(format!("ansaettelse/{hit}")).unwrap(),
        expected: p.app.projections().version(hit),
        time: sidste.time,
        meta: sidste.meta.to_vec(),
        events: vec![NewEvent { kind: sidste.kind, form: sidste.form, body: sidste.body }],
        idempotency: None,
    });
    let written = written.await.unwrap().last;
    let waiting = tokio::time::timeout(Duration::from_secs(60), p.app.wait_on(written)).await.unwrap();
    assert!(matches!(waiting, Err(ReadError::Closed)), "the projections stay where they are");
    let (position, people) = {
        let projections = p.app.projections();
        (projections.position(), projections.numbers().count())
    };
    assert_eq!((position, people), (log_head, before.len()));
    assert!(p.app.registrer_token(&token(), &Aktoer::system("prøve")).await.is_err());
    // No outcome could be written down: what was sent now would be sent again.
    let inbox = tempfile::tempdir().unwrap();
    let sender = MailSender::new("raskvej@lille.example", Some("hr@lille.example")).unwrap();
    let post = Arc::new(MailTransport::folder(inbox.path(), sender).unwrap());
    let settings = PaamindelseSettings {
        hr_mail: Some("hr@lille.example".to_owned()),
        base_url: Some("http://localhost".to_owned()),
        mail_from: Some("raskvej@lille.example".to_owned()),
        medarbejder_copy: false,
        mailtekster: crate::mailtekster::TextFile::default(),
    };
    let paamindelser = Paamindelser::new(p.app.clone(), post.clone(), &settings).unwrap();
    paamindelser.tick().await.unwrap();
    assert_eq!(post.stored(10).unwrap().len(), 0);
    drop(paamindelser);
    // Until it is closed, and that without an error: Proeve::luk looks.
    p.close().await;
}

const ERROR: [(i32, &str); 8] = [
    (28, "disk_fuld"),       // ENOSPC
    (122, "disk_fuld"),      // EDQUOT
    (27, "disk_fuld"),       // EFBIG
    (24, "travlt"),          // EMFILE
    (23, "travlt"),          // ENFILE
    (30, "skrivebeskyttet"), // EROFS
    (5, "skrivebeskyttet"),  // EIO
    (4, ""),                 // EINTR: done again, and nobody notices
];

/// Makes the nth operation on files below a folder fail, and every one after it; an interruption comes once.
#[derive(Debug)]
struct FailingDisk {
    folder: PathBuf,
    errno: i32,
    nth: u64,
    ignite: AtomicBool,
    set: AtomicU64,
}

impl FailingDisk {
    fn new(folder: &Path, errno: i32, nth: u64) -> Arc<Self> {
        let (ignite, set) = (AtomicBool::new(false), AtomicU64::new(0));
        Arc::new(Self { folder: folder.to_owned(), errno, nth, ignite, set })
    }
}

impl Watch for FailingDisk {
    fn before(&self, operation: Operation<'_>) -> io::Result<()> {
        let (Operation::Create(path)
        | Operation::Write(path, ..)
        | Operation::Allocate(path, _)
        | Operation::Truncate(path, _)
        | Operation::Sync(path)
        | Operation::SyncFolder(path)
        | Operation::MakeFolder(path)
        | Operation::RemoveFolder(path)
        | Operation::Rename(path, _)
        | Operation::Remove(path)) = operation;
        if !self.ignite.load(SeqCst) || !path.starts_with(&self.folder) || matches!(operation, Operation::Remove(_)) {
            return Ok(());
        }
        let now = self.set.fetch_add(1, SeqCst) + 1;
        let interrupted = self.errno == 4;
        if now == self.nth || (!interrupted && now > self.nth) {
            Err(io::Error::from_raw_os_error(self.errno))
        } else {
            Ok(())
        }
    }

    fn after(&self, _: Operation<'_>) {}
}

/// Keys are written in four steps: slots, sync, number, sync.
#[test]
fn keys_that_cannot_be_written_are_told_and_cost_none() {
    for (errno, code) in ERROR {
        for trin in 1..=4 {
            let folder = tempfile::tempdir().unwrap();
            let fails = FailingDisk::new(folder.path(), errno, trin);
            let disk = Disk::new(Some(fails.clone()));
            let keys = Keys::open_on(disk, folder.path(), true, None).unwrap();
            let [before_cpr, new_cpr, after_cpr] = ["1", "2", "3"].map(|cpr| Confidential::new(cpr.to_owned()));
            let before = keys.persons([&before_cpr]).unwrap()[0];
            let sealed = keys.seal(before, b"foer").unwrap();
            fails.ignite.store(true, SeqCst);
            let answer = keys.persons([&new_cpr]);
            fails.ignite.store(false, SeqCst);
            match answer {
                Ok(_) => assert_eq!(code, "", "{errno} ved trin {trin}"),
                Err(error) => {
                    assert!(keys.person(&new_cpr).is_none(), "nothing is sealed with it");
                    let problem = Problem::from(CommandError::Keys(error));
                    assert_eq!((problem.status, problem.code.as_str()), (503, code), "{errno} ved trin {trin}");
                }
            }
            // When it has passed it goes on, and what is on the disk is whole.
            let [new, after] = keys.persons([&new_cpr, &after_cpr]).unwrap()[..] else { unreachable!() };
            let [new_one, last] = [new, after].map(|person| keys.seal(person, b"nyt").unwrap());
            let again = Keys::open(folder.path(), false).unwrap();
            assert_eq!(again.person(&new_cpr), Some(new), "whatever an interrupted write left behind");
            assert_eq!(again.unlock(before, &sealed).unwrap(), b"foer");
            assert_eq!(again.unlock(new, &new_one).unwrap(), b"nyt");
            assert_eq!(again.unlock(after, &last).unwrap(), b"nyt");
            assert!(again.erase(new).unwrap());
            let again = Keys::open(folder.path(), false).unwrap();
            assert!(again.unlock(after, &last).is_ok());
        }
    }
}

/// Where the number of slots stands in the key file.
const COUNT: usize = 256 + 16;
/// Where the first slot stands.
const SLOT: usize = 384;

/// A number that could not be written may be on the disk all the same: the slots it counts are not written again, for a
/// power cut in the middle of that would leave a damaged slot that counts.
#[test]
fn space_that_may_count_is_not_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let fails = FailingDisk::new(folder.path(), 5, 4);
    let keys = Keys::open_on(Disk::new(Some(fails.clone())), folder.path(), true, None).unwrap();
    let person = |cpr: &str| keys.persons([&Confidential::new(cpr.to_owned())]);
    fails.ignite.store(true, SeqCst);
    assert!(person("1").is_err());
    let counted = fs::read(folder.path().join("noegler")).unwrap();
    assert_eq!(counted[COUNT], 1, "the number was written, and only its sync failed");
    fails.ignite.store(false, SeqCst);
    person("2").unwrap();
    let now = fs::read(folder.path().join("noegler")).unwrap();
    assert_eq!(now[COUNT], 2);
    assert!(now[SLOT..SLOT + 128] == counted[SLOT..SLOT + 128], "the slot is as it was");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_checkpoint_that_cannot_be_written_costs_only_time() {
    for (errno, code) in ERROR {
        // Create, write, sync, rename, and sync of the folder.
        for trin in 1..=5 {
            let folder = tempfile::tempdir().unwrap();
            let projections = folder.path().join("visninger");
            let fails = FailingDisk::new(&projections, errno, trin);
            let p = Trial::open(folder, Options { watch: Some(fails.clone()), ..small() }).await.unwrap();
            p.app.registrer_token(&token(), &Aktoer::system("prøve")).await.unwrap();
            p.app.store().await;
            let before = fs::read(projections.join("checkpoint")).unwrap();
            p.app.registrer_token(&token(), &Aktoer::system("prøve")).await.unwrap();
            fails.ignite.store(true, SeqCst);
            p.app.store().await;
            assert!(fails.set.load(SeqCst) >= trin, "it came");
            fails.ignite.store(false, SeqCst);
            let now = fs::read(projections.join("checkpoint")).unwrap();
            // Only the sync of the folder comes after the new one has the name.
            assert_eq!(now == before, !code.is_empty() && trin < 5, "{errno} ved trin {trin}");
            assert!(!projections.join("checkpoint.ny").exists(), "half of one is of no use");
            // The service goes on, and the next start has everything.
            p.app.registrer_token(&token(), &Aktoer::system("prøve")).await.unwrap();
            let folder = p.close().await;
            let p = Trial::i(folder).await;
            assert!(matches!(p.app.start, Start::Checkpoint { position: 3 }), "{:?}", p.app.start);
            assert_eq!(p.bed(TerminalRequest::compare()).await.code, 0);
            p.close().await;
        }
    }
}
