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
use forloeb::ord::Rolle;
use tempfile::TempDir;
use uuid::Uuid;

use crate::http::problem::Problem;
use crate::kerne::{AabnFejl, KommandoFejl, Start};
use crate::noegler::{Fortrolig, NoegleFejl, Noegler};
use crate::ordrer::Ordre;
use crate::ordrer::proeve::{Proeve, fil};
use crate::paamindelser::{Paamindelser, Paamindelsesindstillinger};
use crate::politik;
use crate::post::{Afsender, Postvaesen};
use crate::visninger::TokenUdstedt;

const POLITIK: &str = "navn = \"vores\"\nkontaktmodel = [1, 5, 14]\n";

/// Segments so small that a handful of employments lie in several.
fn smaa() -> Options {
    Options { segment_size: 4 << 10, keep_free: 0, ..Options::default() }
}

fn token() -> TokenUdstedt {
    TokenUdstedt { hash: "0".repeat(64), rolle: Rolle::Hr, nr: None }
}

/// What is shown of every employment: its version, and its forløb.
async fn vist(p: &Proeve) -> BTreeMap<String, (u64, String)> {
    let numre: Vec<String> = p.kerne.vis().numre().map(str::to_owned).collect();
    let mut vist = BTreeMap::new();
    for nr in numre {
        let version = p.kerne.vis().version(&nr);
        let forloeb = p.kerne.forloeb_for(&nr).await.unwrap();
        vist.insert(nr, (version, format!("{forloeb:?}")));
    }
    vist
}

/// A workplace with a policy, in packed segments; what is shown of it, and the segments.
async fn pakket() -> (TempDir, BTreeMap<String, (u64, String)>, Vec<String>) {
    let p = Proeve::aabn(tempfile::tempdir().unwrap(), smaa()).await.unwrap();
    let fra = "2026-11-23".parse().unwrap();
    p.kerne.fastsaet_politik(fra, POLITIK, &Aktoer::system("prøve")).await.unwrap();
    let svar = p.importer(&fil("medarbejdere.csv"), &fil("fravaer.csv")).await;
    assert_eq!((svar.kode, svar.fejl), (0, vec![]));
    let raa = || p.kerne.log.backup_files().iter().filter(|f| f.ends.is_none()).count();
    let pakkes = async {
        while raa() > 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), pakkes).await.unwrap();
    let foer = vist(&p).await;
    let segmenter = p.kerne.log.backup_files().into_iter().filter(|f| f.ends.is_some()).map(|f| f.name).collect();
    let mappe = p.luk().await;
    fs::remove_dir_all(mappe.path().join("visninger")).unwrap();
    (mappe, foer, segmenter)
}

fn kopi(af: &Path) -> TempDir {
    let til = tempfile::tempdir().unwrap();
    let kopieret = std::process::Command::new("cp").arg("-r").arg(af.join(".")).arg(til.path()).status().unwrap();
    assert!(kopieret.success());
    til
}

/// Changes a bit of the first block, which comes after a header of 16 bytes.
fn skad(fil: &Path) {
    let fil = fs::OpenOptions::new().read(true).write(true).open(fil).unwrap();
    let mut byte = [0];
    fil.read_exact_at(&mut byte, 60).unwrap();
    fil.write_all_at(&[byte[0] ^ 1], 60).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn en_skadet_log_uden_checkpoint_viser_alt_der_kan_laeses() {
    let (mappe, foer, segmenter) = pakket().await;
    assert!(segmenter.len() > 2, "{segmenter:?}");
    let (mut hele, mut udeladte, mut uden_politik) = (0, 0, 0);
    for segment in &segmenter {
        for med_register in [true, false] {
            let kopi = kopi(mappe.path());
            skad(&kopi.path().join(segment));
            if !med_register {
                fs::remove_dir_all(kopi.path().join("index")).unwrap();
            }
            let p = Proeve::aabn(kopi, smaa()).await.unwrap();
            let fejl = p.kerne.genopretning.fault.clone().unwrap();
            assert_eq!(format!("journal/{}", fejl.segment), *segment, "it says where");
            let efter = vist(&p).await;
            for (nr, hvad) in &foer {
                match p.kerne.hele(nr).await {
                    Ok(_) => assert_eq!(efter.get(nr), Some(hvad), "{segment}: {nr}"),
                    Err(AabnFejl::Laes(ReadError::Damaged(_))) => assert_eq!(efter.get(nr), None, "{segment}: {nr}"),
                    Err(fejl) => panic!("{fejl}"),
                }
            }
            (hele, udeladte) = (hele + efter.len(), udeladte + foer.len() - efter.len());
            let vores = format!("{:?}", p.kerne.bog()).contains("vores");
            assert_eq!(vores, politik::alle(&p.kerne.log).await.is_ok(), "rules that can be read hold");
            uden_politik += usize::from(!vores);
            let afvist = p.kerne.registrer_token(&token(), &Aktoer::system("prøve")).await;
            let laast = |f: &KommandoFejl| match f {
                KommandoFejl::Log(AppendError::ReadOnly { reason: ReadOnlyReason::Damaged(_) }) => true,
                // Which version the stream has cannot be known either.
                KommandoFejl::Laes(ReadError::Damaged(_)) => !med_register,
                _ => false,
            };
            assert!(afvist.as_ref().is_err_and(laast), "{afvist:?}");
            assert_eq!(Problem::from(afvist.unwrap_err()).status, 503);

            // The right segment put back: nothing that was left out stays so.
            let kopi = p.luk().await;
            fs::copy(mappe.path().join(segment), kopi.path().join(segment)).unwrap();
            let p = Proeve::aabn(kopi, smaa()).await.unwrap();
            assert!(matches!(p.kerne.start, Start::PaaNy(None)), "{:?}", p.kerne.start);
            assert_eq!(vist(&p).await, foer);
            p.luk().await;
        }
    }
    assert!(hele > 0 && udeladte > 0 && uden_politik > 0);
    println!("skadede segmenter: {}, vist {hele} gange, udeladt {udeladte}", 2 * segmenter.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn skade_efter_et_checkpoint_koster_det_skaden_rammer_og_ikke_starten() {
    let (mappe, foer, segmenter) = pakket().await;
    let p = Proeve::aabn(kopi(mappe.path()), smaa()).await.unwrap();
    let position = p.kerne.log.head().position;
    let kopi = p.luk().await;
    assert!(kopi.path().join("visninger/checkpoint").exists());
    // The checkpoint is of the end, and everything in it can be shown. (The first segment holds the policy.)
    skad(&kopi.path().join(&segmenter[1]));
    let p = Proeve::aabn(kopi, smaa()).await.unwrap();
    assert!(matches!(p.kerne.start, Start::Checkpoint { position: p } if p == position), "{:?}", p.kerne.start);
    assert_eq!(p.kerne.vis().numre().count(), foer.len());
    // Who is in what is damaged cannot be looked up, and that is said as what it is.
    let mut skadede = 0;
    for nr in foer.keys() {
        if let Err(fejl) = p.kerne.hele(nr).await {
            assert!(fejl.er_skade(), "{fejl}");
            let problem = Problem::from(fejl);
            assert_eq!((problem.status, problem.kode.as_str()), (503, "beskadiget"));
            skadede += 1;
        }
    }
    assert!(skadede > 0);
    p.luk().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn skade_der_moedes_under_drift_standser_ikke_laesningen() {
    let (mappe, foer, segmenter) = pakket().await;
    let p = Proeve::aabn(kopi(mappe.path()), smaa()).await.unwrap();
    let med_checkpoint = p.luk().await;
    skad(&med_checkpoint.path().join(&segmenter[1]));
    // One whom the damage concerns is found in another copy: here nobody has met it yet.
    let p = Proeve::aabn(kopi(med_checkpoint.path()), smaa()).await.unwrap();
    let mut ramt = None;
    for nr in foer.keys() {
        if p.kerne.hele(nr).await.is_err() {
            ramt = Some(nr);
        }
    }
    p.luk().await;
    let ramt = ramt.unwrap();

    let p = Proeve::aabn(med_checkpoint, smaa()).await.unwrap();
    let hoved = p.kerne.log.head().position;
    let sidste = p.kerne.log.read(hoved - 1, 1).await.unwrap().remove(0);
    let skrevet = p.kerne.log.append(Append {
        stream: StreamId::new(format!("ansaettelse/{ramt}")).unwrap(),
        expected: p.kerne.vis().version(ramt),
        time: sidste.time,
        meta: sidste.meta.to_vec(),
        events: vec![NewEvent { kind: sidste.kind, form: sidste.form, body: sidste.body }],
        idempotency: None,
    });
    let skrevet = skrevet.await.unwrap().last;
    let venter = tokio::time::timeout(Duration::from_secs(20), p.kerne.vent_paa(skrevet)).await.unwrap();
    assert!(matches!(venter, Err(ReadError::Closed)), "the projections stay where they are");
    assert_eq!((p.kerne.vis().position(), p.kerne.vis().numre().count()), (hoved, foer.len()));
    assert!(p.kerne.registrer_token(&token(), &Aktoer::system("prøve")).await.is_err());
    // No outcome could be written down: what was sent now would be sent again.
    let indbakke = tempfile::tempdir().unwrap();
    let afsender = Afsender::ny("raskvej@lille.example", Some("hr@lille.example")).unwrap();
    let post = Arc::new(Postvaesen::mappe(indbakke.path(), afsender).unwrap());
    let indstillinger = Paamindelsesindstillinger {
        hr_mail: Some("hr@lille.example".to_owned()),
        base_url: Some("http://localhost".to_owned()),
        mail_fra: Some("raskvej@lille.example".to_owned()),
        medarbejderkopi: false,
    };
    let paamindelser = Paamindelser::ny(p.kerne.clone(), post.clone(), &indstillinger).unwrap();
    paamindelser.tik().await.unwrap();
    assert_eq!(post.gemte(10).unwrap().len(), 0);
    drop(paamindelser);
    // Until it is closed, and that without an error: Proeve::luk looks.
    p.luk().await;
}

const FEJL: [(i32, &str); 8] = [
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
struct Fejler {
    mappe: PathBuf,
    errno: i32,
    nth: u64,
    taend: AtomicBool,
    set: AtomicU64,
}

impl Fejler {
    fn ny(mappe: &Path, errno: i32, nth: u64) -> Arc<Self> {
        let (taend, set) = (AtomicBool::new(false), AtomicU64::new(0));
        Arc::new(Self { mappe: mappe.to_owned(), errno, nth, taend, set })
    }
}

impl Watch for Fejler {
    fn before(&self, operation: Operation<'_>) -> io::Result<()> {
        let (Operation::Create(sti)
        | Operation::Write(sti, ..)
        | Operation::Allocate(sti, _)
        | Operation::Truncate(sti, _)
        | Operation::Sync(sti)
        | Operation::SyncFolder(sti)
        | Operation::MakeFolder(sti)
        | Operation::RemoveFolder(sti)
        | Operation::Rename(sti, _)
        | Operation::Remove(sti)) = operation;
        if !self.taend.load(SeqCst) || !sti.starts_with(&self.mappe) || matches!(operation, Operation::Remove(_)) {
            return Ok(());
        }
        let nu = self.set.fetch_add(1, SeqCst) + 1;
        let afbrudt = self.errno == 4;
        if nu == self.nth || (!afbrudt && nu > self.nth) {
            Err(io::Error::from_raw_os_error(self.errno))
        } else {
            Ok(())
        }
    }

    fn after(&self, _: Operation<'_>) {}
}

/// Keys are written in four steps: slots, sync, number, sync.
#[test]
fn noegler_der_ikke_kan_skrives_siges_og_koster_ingen() {
    for (errno, kode) in FEJL {
        for trin in 1..=4 {
            let mappe = tempfile::tempdir().unwrap();
            let fejler = Fejler::ny(mappe.path(), errno, trin);
            let disk = Disk::new(Some(fejler.clone()));
            let noegler = Noegler::aabn_paa(disk, mappe.path(), true).unwrap();
            let person = |cpr: &str| noegler.person(&Fortrolig::ny(cpr.to_owned()));
            let (foer, ny, efter): (Uuid, Uuid, Uuid) = (person("1"), person("2"), person("3"));
            noegler.opret(&[foer]).unwrap();
            let forseglet = noegler.forsegl(foer, b"foer").unwrap();
            fejler.taend.store(true, SeqCst);
            let svar = noegler.opret(&[ny]);
            fejler.taend.store(false, SeqCst);
            match svar {
                Ok(()) => assert_eq!(kode, "", "{errno} ved trin {trin}"),
                Err(fejl) => {
                    assert!(
                        matches!(noegler.forsegl(ny, b"1"), Err(NoegleFejl::IngenNoegle)),
                        "nothing is sealed with it"
                    );
                    let problem = Problem::from(KommandoFejl::Noegler(fejl));
                    assert_eq!((problem.status, problem.kode.as_str()), (503, kode), "{errno} ved trin {trin}");
                }
            }
            // When it has passed it goes on, and what is on the disk is whole.
            noegler.opret(&[ny, efter]).unwrap();
            let [nyt, sidst] = [ny, efter].map(|person| noegler.forsegl(person, b"nyt").unwrap());
            let igen = Noegler::aabn(mappe.path(), false).unwrap();
            assert_eq!(igen.luk_op(foer, &forseglet).unwrap(), b"foer");
            assert_eq!(igen.luk_op(ny, &nyt).unwrap(), b"nyt");
            assert_eq!(igen.luk_op(efter, &sidst).unwrap(), b"nyt");
            assert!(igen.slet(ny).unwrap());
            let igen = Noegler::aabn(mappe.path(), false).unwrap();
            assert!(igen.luk_op(efter, &sidst).is_ok());
        }
    }
}

/// A number that could not be written may be on the disk all the same: the slots it counts are not written again, for a
/// power cut in the middle of that would leave a damaged slot that counts.
#[test]
fn rum_der_maaske_taeller_skrives_ikke_igen() {
    let mappe = tempfile::tempdir().unwrap();
    let fejler = Fejler::ny(mappe.path(), 5, 4);
    let noegler = Noegler::aabn_paa(Disk::new(Some(fejler.clone())), mappe.path(), true).unwrap();
    let person = |cpr: &str| noegler.person(&Fortrolig::ny(cpr.to_owned()));
    fejler.taend.store(true, SeqCst);
    assert!(noegler.opret(&[person("1")]).is_err());
    let talt = fs::read(mappe.path().join("noegler")).unwrap();
    assert_eq!(talt[64 + 16], 1, "the number was written, and only its sync failed");
    fejler.taend.store(false, SeqCst);
    noegler.opret(&[person("2")]).unwrap();
    let nu = fs::read(mappe.path().join("noegler")).unwrap();
    assert_eq!(nu[64 + 16], 2);
    assert!(nu[128..192] == talt[128..192], "the slot is as it was");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn et_checkpoint_der_ikke_kan_skrives_koster_kun_tid() {
    for (errno, kode) in FEJL {
        // Create, write, sync, rename, and sync of the folder.
        for trin in 1..=5 {
            let mappe = tempfile::tempdir().unwrap();
            let visninger = mappe.path().join("visninger");
            let fejler = Fejler::ny(&visninger, errno, trin);
            let p = Proeve::aabn(mappe, Options { watch: Some(fejler.clone()), ..smaa() }).await.unwrap();
            p.kerne.registrer_token(&token(), &Aktoer::system("prøve")).await.unwrap();
            p.kerne.gem().await;
            let foer = fs::read(visninger.join("checkpoint")).unwrap();
            p.kerne.registrer_token(&token(), &Aktoer::system("prøve")).await.unwrap();
            fejler.taend.store(true, SeqCst);
            p.kerne.gem().await;
            assert!(fejler.set.load(SeqCst) >= trin, "it came");
            fejler.taend.store(false, SeqCst);
            let nu = fs::read(visninger.join("checkpoint")).unwrap();
            // Only the sync of the folder comes after the new one has the name.
            assert_eq!(nu == foer, !kode.is_empty() && trin < 5, "{errno} ved trin {trin}");
            assert!(!visninger.join("checkpoint.ny").exists(), "half of one is of no use");
            // The service goes on, and the next start has everything.
            p.kerne.registrer_token(&token(), &Aktoer::system("prøve")).await.unwrap();
            let mappe = p.luk().await;
            let p = Proeve::i(mappe).await;
            assert!(matches!(p.kerne.start, Start::Checkpoint { position: 3 }), "{:?}", p.kerne.start);
            assert_eq!(p.bed(Ordre::Rebuild { compare: true }).await.kode, 0);
            p.luk().await;
        }
    }
}
