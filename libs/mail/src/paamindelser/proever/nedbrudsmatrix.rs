//! The process dies between every two steps, under every behaviour of the mail server, and is started again.
//!
//! Each cell is a data folder of its own on the morning of Friday 6 February 2026, on which the talks of 10010 and
//! 10011 are overdue: mails to the leader, to both employees and to HR. A child process works on it until it reaches
//! its point and dies by `abort`; the test opens the same folder, lets the clock run past the weekend and holds the
//! server's mailbox against the log.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use forloeb::Aktoer;
use forloeb::frister::vurder;
use forloeb::haendelse::{Noegle, Raskmeldt, Udfald};
use forloeb::kommando::{Handling, Kommando};
use forloeb::paamindelser::planlagte;
use systemtests::{Bestilt, Brev, Postkasse};
use uuid::Uuid;

use super::super::nedbrud;
use super::opstilling::{HR, Opstilling, arbejder, dag, indstillinger, kerne, tid, udfald};
use app::kerne::Kerne;

const MAPPE: &str = "RASKVEJ_PROEVE_MAPPE";
const SMTP: &str = "RASKVEJ_PROEVE_SMTP";
/// A child that came past its point without meeting it says so here, and dies all the same.
const FORBI: &str = "forbi";
/// Side by side: each has a mail server of its own.
const SPOR: usize = 3;
const NUMRE: [&str; 2] = ["10010", "10011"];

/// Where the process dies.
const PUNKTER: [&str; 6] =
    ["opstart", "foer_aflevering", "efter_aflevering", "halvt_registreret", "under_ventetid", "mellem_breve"];

/// What the server does with the first mails; every later one is taken.
fn servere() -> [(&'static str, Vec<Bestilt>); 8] {
    let langsom = Bestilt::Vent(Duration::from_millis(150));
    [
        ("tager imod", vec![]),
        ("4xx ved RCPT", vec![Bestilt::AfvisModtager(451); 2]),
        ("4xx ved DATA", vec![Bestilt::Afvis(452); 2]),
        ("5xx ved RCPT", vec![Bestilt::AfvisModtager(550)]),
        ("5xx ved DATA", vec![Bestilt::Afvis(554)]),
        ("taber brevet og forbindelsen", vec![Bestilt::Afbryd; 2]),
        ("tager imod og taber forbindelsen", vec![Bestilt::ModtagOgAfbryd; 2]),
        ("langsom", vec![langsom; 4]),
    ]
}

/// When it is started again, and what has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Genstart {
    /// Five minutes later.
    Straks,
    /// Five minutes later, and 10011 is back before anything is sent.
    Rask,
    /// On Saturday: nothing may leave before Monday.
    Loerdag,
    /// On Monday after the mails should have left, and 10011 is back.
    MandagRask,
}

impl Genstart {
    const ALLE: [Self; 4] = [Self::Straks, Self::Rask, Self::Loerdag, Self::MandagRask];

    fn naar(self) -> &'static str {
        match self {
            Self::Straks | Self::Rask => "2026-02-06T08:05",
            Self::Loerdag => "2026-02-07T10:00",
            Self::MandagRask => "2026-02-09T09:30",
        }
    }
}

/// What is counted over the cells.
#[derive(Debug, Default)]
struct Tal {
    celler: usize,
    ved_punktet: usize,
    undervejs: usize,
    breve: usize,
    gentagne: usize,
    udfald: BTreeMap<&'static str, usize>,
}

/// The child: works until it dies. Without its settings it does nothing.
#[test]
#[ignore = "a child process of the matrix"]
fn barn() {
    let (Ok(mappe), Ok(smtp)) = (std::env::var(MAPPE), std::env::var(SMTP)) else { return };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let kerne = kerne(Path::new(&mappe), "2026-02-05T12:00").await;
        let arbejder = arbejder(&kerne, &smtp, &indstillinger());
        nedbrud::ved("opstart");
        arbejder.flyt_ur(tid("2026-02-06T08:00")).await.unwrap();
        std::fs::write(Path::new(&mappe).join(FORBI), "").unwrap();
        std::process::abort();
    });
}

#[test]
#[ignore = "slow: the process dies 192 times"]
fn intet_gaar_tabt_og_intet_siges_to_gange_hvor_end_processen_doer() {
    let begyndt = Instant::now();
    let skabelon = runtime().block_on(async {
        let p = Opstilling::ny("2026-01-08T09:00").await;
        for nr in NUMRE {
            p.vaek(nr, "2026-01-08").await;
        }
        p.til("2026-02-05T12:00").await;
        p.kerne.luk().await;
        p.mappe
    });
    let mut celler = Vec::new();
    for punkt in PUNKTER {
        for (server, bestilt) in servere() {
            celler.extend(Genstart::ALLE.map(|genstart| (punkt, server, bestilt.clone(), genstart)));
        }
    }
    let naeste = AtomicUsize::new(0);
    let spor = || {
        let (rt, post, mut tal, mut fejl) = (runtime(), Postkasse::start(), Tal::default(), Vec::new());
        while let Some((punkt, server, bestilt, genstart)) = celler.get(naeste.fetch_add(1, Ordering::Relaxed)) {
            let celle = tempfile::tempdir().unwrap();
            kopier(skabelon.path(), celle.path());
            post.toem();
            post.glem_bestilte();
            post.bestil(bestilt);
            doe(celle.path(), &post, punkt);
            tal.celler += 1;
            tal.ved_punktet += usize::from(!celle.path().join(FORBI).exists());
            let fundet = rt.block_on(efter(celle.path(), &post, *genstart, &mut tal));
            fejl.extend(fundet.into_iter().map(|f| format!("{punkt} / {server} / {genstart:?}: {f}")));
        }
        (tal, fejl)
    };
    let svar: Vec<_> = std::thread::scope(|s| {
        let traade: Vec<_> = (0..SPOR).map(|_| s.spawn(spor)).collect();
        traade.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let (mut tal, mut fejl) = (Tal::default(), Vec::new());
    for (t, f) in svar {
        tal.celler += t.celler;
        tal.ved_punktet += t.ved_punktet;
        tal.undervejs += t.undervejs;
        tal.breve += t.breve;
        tal.gentagne += t.gentagne;
        t.udfald.into_iter().for_each(|(u, n)| *tal.udfald.entry(u).or_default() += n);
        fejl.extend(f);
    }
    println!("{tal:?} på {:?}", begyndt.elapsed());
    assert!(fejl.is_empty(), "{} fejl:\n{}", fejl.len(), fejl.join("\n"));
    assert_eq!(tal.celler, PUNKTER.len() * 8 * Genstart::ALLE.len());
    assert!(tal.ved_punktet * 3 > tal.celler * 2, "the points are where the process passes: {}", tal.ved_punktet);
    assert!(tal.gentagne > 0, "a mail that may have arrived leaves again");
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Runs the child in the folder, and sees it die.
fn doe(mappe: &Path, post: &Postkasse, punkt: &str) {
    let barn = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", "paamindelser::proever::nedbrudsmatrix::barn"])
        .env(MAPPE, mappe)
        .env(SMTP, post.url())
        .env(nedbrud::VARIABEL, punkt)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(barn.signal().is_some(), "{punkt}: the child ended by itself: {barn}");
}

/// Starts again in the same folder, lets the clock run, and holds the mailbox against the log.
async fn efter(mappe: &Path, post: &Postkasse, genstart: Genstart, tal: &mut Tal) -> Vec<String> {
    let foer = ro(post).await;
    // What the process that died may have handed over, as far as anybody can know.
    let undervejs = std::fs::read(mappe.join("undervejs.json")).unwrap_or_else(|_| b"[]".to_vec());
    let undervejs: Vec<serde_json::Value> = serde_json::from_slice(&undervejs).unwrap();
    if std::env::var_os("RASKVEJ_PROEVE_UDEN_LISTE").is_some() {
        let _ingen = std::fs::remove_file(mappe.join("undervejs.json")); // what the list is worth: cells then fail
    }
    let forsoegte: BTreeSet<String> = undervejs.iter().map(|b| b["brev"].as_str().unwrap().to_owned()).collect();
    tal.undervejs += forsoegte.len();
    let k = kerne(mappe, genstart.naar()).await;
    let mut planlagt = plan(&k, "2026-02-06").await;
    let rask = matches!(genstart, Genstart::Rask | Genstart::MandagRask);
    if rask {
        let h = Raskmeldt { forloeb: Uuid::nil(), sidste_fravaersdag: dag("2026-02-05") };
        let id = k.forloeb_for("10011").await.unwrap().last().unwrap().id;
        let kommando = Kommando::Forloeb { id, hvis_version: None, handling: Handling::Raskmeld(h) };
        k.udfoer("10011", &kommando, &Aktoer::system("proeve"), None).await.unwrap();
    }
    let a = arbejder(&k, &post.url(), &indstillinger());
    a.tik().await.unwrap();
    let mut fejl = Vec::new();
    if genstart == Genstart::Loerdag {
        a.flyt_ur(tid("2026-02-08T20:00")).await.unwrap();
        if post.breve().len() != foer.len() {
            fejl.push("noget er sendt i weekenden".to_owned());
        }
    }
    planlagt.extend(plan(&k, "2026-02-09").await);
    a.flyt_ur(tid("2026-02-09T12:00")).await.unwrap();
    planlagt.extend(plan(&k, "2026-02-09").await);

    let breve = post.breve();
    let mut kendte: BTreeMap<(&str, Noegle), Udfald> = BTreeMap::new();
    for nr in NUMRE {
        kendte.extend(udfald(&k, nr).await.into_iter().map(|(n, u)| ((nr, n), u)));
    }
    for (nr, noegle) in &planlagt {
        match kendte.get(&(*nr, noegle.clone())) {
            Some(Udfald::Udskudt { .. }) | None => fejl.push(format!("intet udfald: {nr} {noegle:?}")),
            Some(_) => {}
        }
    }
    for ((nr, noegle), u) in &kendte {
        *tal.udfald.entry(navn(u)).or_default() += 1;
        if let Udfald::Sendt { brev, .. } = u
            && planlagt.contains(&(*nr, noegle.clone()))
            && !breve.iter().any(|b| b.message_id == *brev)
        {
            fejl.push(format!("sendt, men ikke i postkassen: {nr} {noegle:?}"));
        }
    }
    fejl.extend(sig_det_en_gang(&breve, &forsoegte, kendte.values().any(|u| matches!(u, Udfald::Fejlet { .. }))));
    if rask {
        let hans = ref_til("10011");
        if breve.iter().skip(foer.len()).any(|b| b.tekst.contains(&hans)) {
            fejl.push("sendt, efter at det var løst".to_owned());
        }
    }
    tal.breve += breve.len();
    tal.gentagne += breve.len() - breve.iter().map(|b| &b.message_id).collect::<BTreeSet<_>>().len();
    k.luk().await;
    fejl
}

/// The mails once the server has done with what the dead process had begun to say.
async fn ro(post: &Postkasse) -> Vec<Brev> {
    loop {
        let foer = post.breve().len();
        tokio::time::sleep(Duration::from_millis(40)).await;
        let breve = post.breve();
        if breve.len() == foer {
            return breve;
        }
    }
}

/// The same thing is said to the same mailbox under one Message-ID, and each morning has one mail; only what may have
/// left before the process died comes besides it, and to HR what others could not get.
fn sig_det_en_gang(breve: &[Brev], forsoegte: &BTreeSet<String>, fejlet: bool) -> Vec<String> {
    let mut fejl = Vec::new();
    let mut punkter: BTreeMap<(String, String, String), BTreeSet<&str>> = BTreeMap::new();
    let mut morgener: BTreeMap<(String, String), BTreeSet<&str>> = BTreeMap::new();
    let mut ens: BTreeMap<(&str, String), BTreeSet<&[u8]>> = BTreeMap::new();
    for b in breve {
        let til = b.konvolut_til.join(",");
        let dato = b.hoved("Date").unwrap();
        for (overskrift, reference) in punkter_i(b) {
            punkter.entry((til.clone(), overskrift, reference)).or_default().insert(&b.message_id);
        }
        if !forsoegte.contains(&b.message_id) {
            morgener.entry((til.clone(), dato.clone())).or_default().insert(&b.message_id);
        }
        ens.entry((&b.message_id, dato)).or_default().insert(&b.raa);
    }
    let plads = |til: &str| if fejlet && til.starts_with(HR) { 2 } else { 1 };
    for ((til, overskrift, _), ider) in punkter {
        if ider.len() > plads(&til) {
            fejl.push(format!("sagt i {} breve: {til} {overskrift}", ider.len()));
        }
    }
    for ((til, dato), ider) in morgener {
        if ider.len() > plads(&til) {
            fejl.push(format!("{} breve til {til} {dato}", ider.len()));
        }
    }
    // A repeat holds what is still true: it may be shorter than the first, never different words for the same.
    if ens.values().any(|raa| raa.len() > 2) {
        fejl.push("samme Message-ID med flere end to indhold på en morgen".to_owned());
    }
    fejl
}

/// Heading and reference of each deadline in a mail.
fn punkter_i(b: &Brev) -> Vec<(String, String)> {
    let mut ud = Vec::new();
    let mut overskrift = b.emne.clone();
    for linje in b.tekst.lines() {
        let kort = linje.trim();
        if let Some(rest) = kort.strip_prefix("Reference ") {
            ud.push((overskrift.clone(), rest.chars().take(8).collect()));
        } else if !linje.starts_with(' ') && (kort.contains("verskredet") || kort.contains("Sidste chance")) {
            overskrift = kort.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ' ').to_owned();
        }
    }
    ud
}

/// What is planned up to and including a day.
async fn plan(k: &Kerne, til: &str) -> BTreeSet<(&'static str, Noegle)> {
    let mut ud = BTreeSet::new();
    for nr in NUMRE {
        for f in k.forloeb_for(nr).await.unwrap() {
            let til = dag(til);
            let plan = planlagte(&f, &vurder(&f, til, &k.bog()), til, &k.bog());
            ud.extend(plan.into_iter().filter(|p| p.dag <= til).map(|p| (nr, p.noegle)));
        }
    }
    ud
}

fn navn(u: &Udfald) -> &'static str {
    match u {
        Udfald::Sendt { .. } => "sendt",
        Udfald::Aflyst { .. } => "aflyst",
        Udfald::Udskudt { .. } => "udskudt",
        Udfald::Fejlet { .. } => "fejlet",
    }
}

fn ref_til(nr: &str) -> String {
    format!("{:08x}", nr.parse::<u32>().unwrap())
}

fn kopier(fra: &Path, til: &Path) {
    for fil in std::fs::read_dir(fra).unwrap() {
        let fil = fil.unwrap();
        let maal = til.join(fil.file_name());
        if fil.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&maal).unwrap();
            kopier(&fil.path(), &maal);
        } else if fil.file_type().unwrap().is_file() {
            std::fs::copy(fil.path(), maal).unwrap();
        }
    }
}
