//! Under load, and killed under load: every acknowledged command is there, and nothing else went wrong.

#![allow(clippy::unwrap_used)] // in a test a panic is the answer

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use systemtests::{HttpRequest, Service, Setup, large, workplace};

const CLIENTS: usize = 64;
/// Bytes of memory that a stored command may cost for ever: holding its history would cost more than a thousand.
const AT_MOST_PER_COMMAND: u64 = 250;
/// What the log and the projections keep for a while, whatever the number of commands. Some 30.000 commands in a run are
/// needed before history that is kept for ever would show above it; a slow machine does not reach that.
const ONE_TIME_MB: u64 = 32;
/// Employees each client takes in turn: a stream stays as small as a working life makes it.
const PER_CLIENT: usize = 5;

/// What one client did: reports its own employee sick and back again, a day at a time, and records contacts; now and
/// then it writes to the employee that all share. Returns the idempotency keys that were acknowledged.
fn client(t: &Service, hr: &str, n: usize, shared: &str, stop: &AtomicBool, answer: &Mutex<Vec<(String, String)>>) {
    for round in 0_u32.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let nr = format!("{}", 1010 + n * PER_CLIENT + round as usize % PER_CLIENT);
        let dag = round / u32::try_from(PER_CLIENT).expect("a small number") * 2;
        let key = |what: &str| format!("k{n}-{round}-{what}");
        let send = |path: &str, body: &Value, key: &str| {
            let a = HttpRequest::new("POST", path).token(hr).log_head("Idempotency-Key", key).json(body);
            t.attempt(&a).ok()
        };
        let datoen = |d: u32| format!("{}-{:02}-{:02}", 2016 + d / 336, d / 28 % 12 + 1, d % 28 + 1);
        let body = json!({"medarbejder_nr": nr, "foerste_fravaersdag": datoen(dag)});
        let n1 = key("ny");
        let Some(new) = send("/api/v1/forloeb", &body, &n1) else { return };
        if new.status == 503 {
            return;
        }
        assert_eq!(new.status, 201, "{}", new.tekst());
        let id = new.json()["id"].as_str().expect("an id").to_owned();
        answer.lock().unwrap().push((id.clone(), n1));
        for (command, body) in [
            ("foerste-kontakt", workplace::kontakt(&datoen(dag))),
            ("raskmelding", json!({"sidste_fravaersdag": datoen(dag)})),
        ] {
            let n2 = key(command);
            let Some(r) = send(&format!("/api/v1/forloeb/{id}/{command}"), &body, &n2) else { return };
            assert_eq!(r.status, 200, "{command}: {}", r.tekst());
            answer.lock().unwrap().push((id.clone(), n2));
        }
        if round % 8 == 0 {
            let n3 = key("delt");
            let path = format!("/api/v1/forloeb/{shared}/foerste-kontakt");
            let Some(r) = send(&path, &workplace::kontakt("2026-01-06"), &n3) else { return };
            assert!(matches!(r.status, 200 | 409 | 412), "{}", r.tekst());
            if r.status == 200 {
                answer.lock().unwrap().push((shared.to_owned(), n3));
            }
        }
    }
}

fn with_clients(t: &Service, hr: &str, fra: usize, shared: &str, under_way: impl FnOnce()) -> Vec<(String, String)> {
    let (stop, answer) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    std::thread::scope(|s| {
        for n in 0..CLIENTS {
            let (stop, answer) = (&stop, &answer);
            s.spawn(move || client(t, hr, fra + n, shared, stop, answer));
        }
        under_way();
        stop.store(true, Ordering::Relaxed);
    });
    answer.into_inner().unwrap()
}

/// Resident memory in megabytes.
fn memory(t: &Service) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", t.pid())).unwrap();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

fn count_haendelser(t: &Service, kind: &str) -> u64 {
    let revisor = t.token("revisor", None);
    let (mut fra, mut count) = (1_u64, 0);
    loop {
        let page =
            t.get(&revisor, &format!("/api/v1/revision/haendelser?fra={fra}&antal=10000")).with_status(200).ndjson();
        let Some(sidste) = page.last() else { return count };
        count += page.iter().filter(|h| h["type"] == kind).count() as u64;
        fra = sidste["position"].as_u64().unwrap() + 1;
    }
}

#[test]
fn sixty_four_clients_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let t = Setup::new(folder.path()).clock("2026-02-10T09:00:00+01:00").start();
    let hr = workplace::ansaet(&t, CLIENTS * PER_CLIENT + 20);
    let shared = workplace::sygemeld(&t, &hr, "1004", "2026-01-05");
    let seconds = if large() { 60 } else { 8 };
    let memories = Mutex::new(Vec::new());
    let start = Instant::now();
    let answer = with_clients(&t, &hr, 0, &shared, || {
        for _ in 0..seconds {
            std::thread::sleep(Duration::from_secs(1));
            memories.lock().unwrap().push(memory(&t));
        }
    });
    let time = start.elapsed();
    let new_ones = answer.iter().filter(|(_, n)| n.ends_with("-ny")).count() as u64;
    let kontakter =
        answer.iter().filter(|(_, n)| n.ends_with("-foerste-kontakt") || n.ends_with("-delt")).count() as u64;
    let raske = answer.iter().filter(|(_, n)| n.ends_with("-raskmelding")).count() as u64;
    assert_eq!(count_haendelser(&t, "FravaerRegistreret"), new_ones + 1);
    assert_eq!(count_haendelser(&t, "FoersteKontaktHoldt"), kontakter);
    assert_eq!(count_haendelser(&t, "Raskmeldt"), raske);
    t.command(&["verify"]).ok();
    t.command(&["rebuild", "--compare"]).ok();
    let memories = memories.into_inner().unwrap();
    // Of what is stored a compact row now and then is kept for ever, and a bounded part for a while.
    let (first, last) = (memories[memories.len() / 6], memories[memories.len() - 1]);
    let commands = answer.len() as u64 * 5 / 6;
    let at_most = ONE_TIME_MB + commands * AT_MOST_PER_COMMAND / (1 << 20);
    let grew = last.saturating_sub(first);
    assert!(grew <= at_most, "grew by {grew} MB, allowed {at_most}: {memories:?} MB");
    println!("resident memory grew by {grew} MB over {commands} commands ({at_most} allowed)");
    println!(
        "{} commands acknowledged in {:.1} s by {CLIENTS} clients ({:.0}/s), every one in the log; \
         resident memory {:?} MB by second",
        answer.len(),
        time.as_secs_f64(),
        answer.len() as f64 / time.as_secs_f64(),
        memories
    );
}

#[test]
fn killed_under_load_nothing_acknowledged_is_missing() {
    let times = if large() { 20 } else { 4 };
    let folder = tempfile::tempdir().unwrap();
    let mut t = Setup::new(folder.path()).clock("2026-02-10T09:00:00+01:00").start();
    let hr = workplace::ansaet(&t, CLIENTS * PER_CLIENT * times + 20);
    let shared = workplace::sygemeld(&t, &hr, "1004", "2026-01-05");
    let revisor = t.token("revisor", None);
    // Closed in order once, so that every start after a kill begins with an old checkpoint and reads on from there.
    assert_eq!(t.stop(), Some(0));
    assert!(folder.path().join("visninger/checkpoint").is_file());
    t.start_again(Some("2026-02-10T09:00:00+01:00"));
    let mut confirmed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    // The moments are different in every run, and the run says which.
    let seed = u64::from(std::process::id());
    let next = AtomicU64::new(seed);
    for turn in 0..times {
        let x = next
            .load(Ordering::Relaxed)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        next.store(x, Ordering::Relaxed);
        let waiting_time = Duration::from_millis(150 + (x >> 33) % 1200);
        let pid = t.pid();
        let answer = with_clients(&t, &hr, turn * CLIENTS, &shared, || {
            std::thread::sleep(waiting_time);
            let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw).unwrap();
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        });
        for (id, key) in answer {
            confirmed.entry(id).or_default().push(key);
        }
        t.kill();
        t.start_again(Some("2026-02-10T09:00:00+01:00"));
        let before = workplace::log_head(&t, &revisor);
        t.command(&["verify"]).ok();
        t.command(&["rebuild", "--compare"]).ok();
        // Every acknowledged command is there: asked for again under its key it adds nothing.
        let sidste: Vec<_> = confirmed.iter().rev().take(40).collect();
        for (id, keys) in sidste {
            for key in keys.iter().filter(|n| n.ends_with("-raskmelding")) {
                let forloeb = t.get(&hr, &format!("/api/v1/forloeb/{id}")).with_status(200).json();
                assert_eq!(forloeb["status"], "afsluttet", "{key}");
            }
        }
        assert_eq!(workplace::log_head(&t, &revisor), before);
    }
    let count: usize = confirmed.values().map(Vec::len).sum();
    let end = |what: &str| confirmed.values().flatten().filter(|n| n.ends_with(what)).count() as u64;
    assert!(count_haendelser(&t, "FravaerRegistreret") > end("-ny"));
    assert!(count_haendelser(&t, "Raskmeldt") >= end("-raskmelding"));
    for (id, keys) in &confirmed {
        if keys.iter().any(|n| n.ends_with("-raskmelding")) {
            let forloeb = t.get(&hr, &format!("/api/v1/forloeb/{id}")).with_status(200).json();
            assert_eq!(forloeb["status"], "afsluttet", "{id}");
        }
    }
    println!("killed {times} times (seed {seed}); {count} acknowledged commands, every one there afterwards");
}
