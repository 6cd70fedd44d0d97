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
use forloeb::command::{Act, DomainCommand};
use forloeb::frister::assess;
use forloeb::haendelse::{Key, Raskmeldt, Udfald};
use forloeb::paamindelser::planlagte;
use systemtests::{Letter, Mailbox, Requested};
use uuid::Uuid;

use super::super::crash;
use super::fixture::{Fixture, HR, app, dag, settings, time, udfald, works};
use app::core::App;

const FOLDER: &str = "RASKVEJ_PROEVE_MAPPE";
const SMTP: &str = "RASKVEJ_PROEVE_SMTP";
/// A child that came past its point without meeting it says so here, and dies all the same.
const PAST: &str = "forbi";
/// Side by side: each has a mail server of its own.
const TRACE: usize = 3;
const NUMBERS: [&str; 2] = ["10010", "10011"];

/// Where the process dies.
const POINTS: [&str; 6] =
    ["opstart", "foer_aflevering", "efter_aflevering", "halvt_registreret", "under_ventetid", "mellem_breve"];

/// What the server does with the first mails; every later one is taken.
fn servers() -> [(&'static str, Vec<Requested>); 8] {
    let slow = Requested::Wait(Duration::from_millis(150));
    [
        ("tager imod", vec![]),
        ("4xx ved RCPT", vec![Requested::RefuseModtager(451); 2]),
        ("4xx ved DATA", vec![Requested::Refuse(452); 2]),
        ("5xx ved RCPT", vec![Requested::RefuseModtager(550)]),
        ("5xx ved DATA", vec![Requested::Refuse(554)]),
        ("taber brevet og forbindelsen", vec![Requested::BreakOff; 2]),
        ("tager imod og taber forbindelsen", vec![Requested::AcceptAndBreakOff; 2]),
        ("langsom", vec![slow; 4]),
    ]
}

/// When it is started again, and what has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Restart {
    /// Five minutes later.
    Immediately,
    /// Five minutes later, and 10011 is back before anything is sent.
    Rask,
    /// On Saturday: nothing may leave before Monday.
    Loerdag,
    /// On Monday after the mails should have left, and 10011 is back.
    MandagRask,
}

impl Restart {
    const ALL: [Self; 4] = [Self::Immediately, Self::Rask, Self::Loerdag, Self::MandagRask];

    fn when(self) -> &'static str {
        match self {
            Self::Immediately | Self::Rask => "2026-02-06T08:05",
            Self::Loerdag => "2026-02-07T10:00",
            Self::MandagRask => "2026-02-09T09:30",
        }
    }
}

/// What is counted over the cells.
#[derive(Debug, Default)]
struct Figure {
    cells: usize,
    at_point: usize,
    under_way: usize,
    letters: usize,
    repeated: usize,
    udfald: BTreeMap<&'static str, usize>,
}

/// The child: works until it dies. Without its settings it does nothing.
#[test]
#[ignore = "a child process of the matrix"]
fn barn() {
    let (Ok(folder), Ok(smtp)) = (std::env::var(FOLDER), std::env::var(SMTP)) else { return };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let app = app(Path::new(&folder), "2026-02-05T12:00").await;
        let works = works(&app, &smtp, &settings());
        crash::at("opstart");
        works.move_clock(time("2026-02-06T08:00")).await.unwrap();
        std::fs::write(Path::new(&folder).join(PAST), "").unwrap();
        std::process::abort();
    });
}

#[test]
#[ignore = "slow: the process dies 192 times"]
fn nothing_is_lost_and_nothing_said_twice_wherever_the_process_dies() {
    let begun = Instant::now();
    let template = runtime().block_on(async {
        let p = Fixture::new("2026-01-08T09:00").await;
        for nr in NUMBERS {
            p.away(nr, "2026-01-08").await;
        }
        p.til("2026-02-05T12:00").await;
        p.place.close().await
    });
    let mut cells = Vec::new();
    for point in POINTS {
        for (server, requested) in servers() {
            cells.extend(Restart::ALL.map(|restart| (point, server, requested.clone(), restart)));
        }
    }
    let next = AtomicUsize::new(0);
    let trace = || {
        let (rt, transport, mut figure, mut error) = (runtime(), Mailbox::start(), Figure::default(), Vec::new());
        while let Some((point, server, requested, restart)) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
            let cell = tempfile::tempdir().unwrap();
            copy(template.path(), cell.path());
            transport.empty();
            transport.forget_requested();
            transport.request(requested);
            doe(cell.path(), &transport, point);
            figure.cells += 1;
            figure.at_point += usize::from(!cell.path().join(PAST).exists());
            let found = rt.block_on(after(cell.path(), &transport, *restart, &mut figure));
            error.extend(found.into_iter().map(|f| format!("{point} / {server} / {restart:?}: {f}")));
        }
        (figure, error)
    };
    let answer: Vec<_> = std::thread::scope(|s| {
        let threads: Vec<_> = (0..TRACE).map(|_| s.spawn(trace)).collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let (mut figure, mut error) = (Figure::default(), Vec::new());
    for (t, f) in answer {
        figure.cells += t.cells;
        figure.at_point += t.at_point;
        figure.under_way += t.under_way;
        figure.letters += t.letters;
        figure.repeated += t.repeated;
        t.udfald.into_iter().for_each(|(u, n)| *figure.udfald.entry(u).or_default() += n);
        error.extend(f);
    }
    println!("{figure:?} på {:?}", begun.elapsed());
    assert!(error.is_empty(), "{} fejl:\n{}", error.len(), error.join("\n"));
    assert_eq!(figure.cells, POINTS.len() * 8 * Restart::ALL.len());
    assert!(figure.at_point * 3 > figure.cells * 2, "the points are where the process passes: {}", figure.at_point);
    assert!(figure.repeated > 0, "a mail that may have arrived leaves again");
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Runs the child in the folder, and sees it die.
fn doe(folder: &Path, transport: &Mailbox, point: &str) {
    let barn = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", "paamindelser::tests::crash_matrix::barn"])
        .env(FOLDER, folder)
        .env(SMTP, transport.url())
        .env(crash::VARIABLE, point)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(barn.signal().is_some(), "{point}: the child ended by itself: {barn}");
}

/// Starts again in the same folder, lets the clock run, and holds the mailbox against the log.
async fn after(folder: &Path, transport: &Mailbox, restart: Restart, figure: &mut Figure) -> Vec<String> {
    let before = ro(transport).await;
    // What the process that died may have handed over, as far as anybody can know.
    let under_way = std::fs::read(folder.join("undervejs.json")).unwrap_or_else(|_| b"[]".to_vec());
    let under_way: Vec<serde_json::Value> = serde_json::from_slice(&under_way).unwrap();
    if std::env::var_os("RASKVEJ_PROEVE_UDEN_LISTE").is_some() {
        let _no = std::fs::remove_file(folder.join("undervejs.json")); // what the list is worth: cells then fail
    }
    let attempted: BTreeSet<String> = under_way.iter().map(|b| b["brev"].as_str().unwrap().to_owned()).collect();
    figure.under_way += attempted.len();
    let k = app(folder, restart.when()).await;
    let mut planlagt = plan(&k, "2026-02-06").await;
    let rask = matches!(restart, Restart::Rask | Restart::MandagRask);
    if rask {
        let h = Raskmeldt { forloeb: Uuid::nil(), sidste_fravaersdag: dag("2026-02-05") };
        let id = k.forloeb_for("10011").await.unwrap().last().unwrap().id;
        let command = DomainCommand::Forloeb { id, if_version: None, act: Act::Raskmeld(h) };
        k.execute("10011", &command, &Aktoer::system("proeve"), None).await.unwrap();
    }
    let a = works(&k, &transport.url(), &settings());
    a.tick().await.unwrap();
    let mut error = Vec::new();
    if restart == Restart::Loerdag {
        a.move_clock(time("2026-02-08T20:00")).await.unwrap();
        if transport.letters().len() != before.len() {
            error.push("noget er sendt i weekenden".to_owned());
        }
    }
    planlagt.extend(plan(&k, "2026-02-09").await);
    a.move_clock(time("2026-02-09T12:00")).await.unwrap();
    planlagt.extend(plan(&k, "2026-02-09").await);

    let letters = transport.letters();
    let mut known_ones: BTreeMap<(&str, Key), Udfald> = BTreeMap::new();
    for nr in NUMBERS {
        known_ones.extend(udfald(&k, nr).await.into_iter().map(|(n, u)| ((nr, n), u)));
    }
    for (nr, key) in &planlagt {
        match known_ones.get(&(*nr, key.clone())) {
            Some(Udfald::Udskudt { .. }) | None => error.push(format!("intet udfald: {nr} {key:?}")),
            Some(_) => {}
        }
    }
    for ((nr, key), u) in &known_ones {
        *figure.udfald.entry(name(u)).or_default() += 1;
        if let Udfald::Sendt { letter, .. } = u
            && planlagt.contains(&(*nr, key.clone()))
            && !letters.iter().any(|b| b.message_id == *letter)
        {
            error.push(format!("sendt, men ikke i postkassen: {nr} {key:?}"));
        }
    }
    error.extend(say_it_once(&letters, &attempted, known_ones.values().any(|u| matches!(u, Udfald::Fejlet { .. }))));
    if rask {
        let his = ref_to("10011");
        if letters.iter().skip(before.len()).any(|b| b.tekst.contains(&his)) {
            error.push("sendt, efter at det var løst".to_owned());
        }
    }
    figure.letters += letters.len();
    figure.repeated += letters.len() - letters.iter().map(|b| &b.message_id).collect::<BTreeSet<_>>().len();
    k.close().await;
    error
}

/// The mails once the server has done with what the dead process had begun to say.
async fn ro(transport: &Mailbox) -> Vec<Letter> {
    loop {
        let before = transport.letters().len();
        tokio::time::sleep(Duration::from_millis(40)).await;
        let letters = transport.letters();
        if letters.len() == before {
            return letters;
        }
    }
}

/// The same thing is said to the same mailbox under one Message-ID, and each morning has one mail; only what may have
/// left before the process died comes besides it, and to HR what others could not get.
fn say_it_once(letters: &[Letter], attempted: &BTreeSet<String>, fejlet: bool) -> Vec<String> {
    let mut error = Vec::new();
    let mut points: BTreeMap<(String, String, String), BTreeSet<&str>> = BTreeMap::new();
    let mut mornings: BTreeMap<(String, String), BTreeSet<&str>> = BTreeMap::new();
    let mut equal: BTreeMap<(&str, String), BTreeSet<&[u8]>> = BTreeMap::new();
    for b in letters {
        let til = b.envelope_to.join(",");
        let dato = b.log_head("Date").unwrap();
        for (heading, reference) in points_in(b) {
            points.entry((til.clone(), heading, reference)).or_default().insert(&b.message_id);
        }
        if !attempted.contains(&b.message_id) {
            mornings.entry((til.clone(), dato.clone())).or_default().insert(&b.message_id);
        }
        equal.entry((&b.message_id, dato)).or_default().insert(&b.raw);
    }
    let place = |til: &str| if fejlet && til.starts_with(HR) { 2 } else { 1 };
    for ((til, heading, _), ids) in points {
        if ids.len() > place(&til) {
            error.push(format!("sagt i {} breve: {til} {heading}", ids.len()));
        }
    }
    for ((til, dato), ids) in mornings {
        if ids.len() > place(&til) {
            error.push(format!("{} breve til {til} {dato}", ids.len()));
        }
    }
    // A repeat holds what is still true: it may be shorter than the first, never different words for the same.
    if equal.values().any(|raw| raw.len() > 2) {
        error.push("samme Message-ID med flere end to indhold på en morgen".to_owned());
    }
    error
}

/// Heading and reference of each deadline in a mail.
fn points_in(b: &Letter) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut heading = b.subject.clone();
    for line in b.tekst.lines() {
        let card = line.trim();
        if let Some(rest) = card.strip_prefix("Reference ") {
            out.push((heading.clone(), rest.chars().take(8).collect()));
        } else if !line.starts_with(' ') && (card.contains("verskredet") || card.contains("Sidste chance")) {
            heading = card.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ' ').to_owned();
        }
    }
    out
}

/// What is planned up to and including a day.
async fn plan(k: &App, til: &str) -> BTreeSet<(&'static str, Key)> {
    let mut out = BTreeSet::new();
    for nr in NUMBERS {
        for f in k.forloeb_for(nr).await.unwrap() {
            let til = dag(til);
            let plan = planlagte(&f, &assess(&f, til, &k.book()), til, &k.book());
            out.extend(plan.into_iter().filter(|p| p.dag <= til).map(|p| (nr, p.key)));
        }
    }
    out
}

fn name(u: &Udfald) -> &'static str {
    match u {
        Udfald::Sendt { .. } => "sendt",
        Udfald::Aflyst { .. } => "aflyst",
        Udfald::Udskudt { .. } => "udskudt",
        Udfald::Fejlet { .. } => "fejlet",
    }
}

fn ref_to(nr: &str) -> String {
    format!("{:08x}", nr.parse::<u32>().unwrap())
}

fn copy(fra: &Path, til: &Path) {
    for file in std::fs::read_dir(fra).unwrap() {
        let file = file.unwrap();
        let measure = til.join(file.file_name());
        if file.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&measure).unwrap();
            copy(&file.path(), &measure);
        } else if file.file_type().unwrap().is_file() {
            std::fs::copy(file.path(), measure).unwrap();
        }
    }
}
