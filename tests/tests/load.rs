//! Under load, and killed under load: every acknowledged command is there, and nothing else went wrong.

#![allow(clippy::unwrap_used)] // in a test a panic is the answer

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use systemtests::{Anmodning, Opsaetning, Tjeneste, stor, workplace};

const KLIENTER: usize = 64;
/// Bytes of memory that a stored command may cost for ever: holding its history would cost more than a thousand.
const HOEJST_PR_KOMMANDO: u64 = 250;
/// What the log and the projections keep for a while, whatever the number of commands. Some 30.000 commands in a run are
/// needed before history that is kept for ever would show above it; a slow machine does not reach that.
const EN_TID_MB: u64 = 32;
/// Employees each client takes in turn: a stream stays as small as a working life makes it.
const PR_KLIENT: usize = 5;

/// What one client did: reports its own employee sick and back again, a day at a time, and records contacts; now and
/// then it writes to the employee that all share. Returns the idempotency keys that were acknowledged.
fn klient(t: &Tjeneste, hr: &str, n: usize, delt: &str, stop: &AtomicBool, svar: &Mutex<Vec<(String, String)>>) {
    for runde in 0_u32.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let nr = format!("{}", 1010 + n * PR_KLIENT + runde as usize % PR_KLIENT);
        let dag = runde / u32::try_from(PR_KLIENT).expect("a small number") * 2;
        let noegle = |hvad: &str| format!("k{n}-{runde}-{hvad}");
        let send = |sti: &str, krop: &Value, noegle: &str| {
            let a = Anmodning::ny("POST", sti).token(hr).hoved("Idempotency-Key", noegle).json(krop);
            t.proev(&a).ok()
        };
        let datoen = |d: u32| format!("{}-{:02}-{:02}", 2016 + d / 336, d / 28 % 12 + 1, d % 28 + 1);
        let krop = json!({"medarbejder_nr": nr, "foerste_fravaersdag": datoen(dag)});
        let n1 = noegle("ny");
        let Some(ny) = send("/api/v1/forloeb", &krop, &n1) else { return };
        if ny.status == 503 {
            return;
        }
        assert_eq!(ny.status, 201, "{}", ny.tekst());
        let id = ny.json()["id"].as_str().expect("an id").to_owned();
        svar.lock().unwrap().push((id.clone(), n1));
        for (kommando, krop) in [
            ("foerste-kontakt", workplace::kontakt(&datoen(dag))),
            ("raskmelding", json!({"sidste_fravaersdag": datoen(dag)})),
        ] {
            let n2 = noegle(kommando);
            let Some(r) = send(&format!("/api/v1/forloeb/{id}/{kommando}"), &krop, &n2) else { return };
            assert_eq!(r.status, 200, "{kommando}: {}", r.tekst());
            svar.lock().unwrap().push((id.clone(), n2));
        }
        if runde % 8 == 0 {
            let n3 = noegle("delt");
            let sti = format!("/api/v1/forloeb/{delt}/foerste-kontakt");
            let Some(r) = send(&sti, &workplace::kontakt("2026-01-06"), &n3) else { return };
            assert!(matches!(r.status, 200 | 409 | 412), "{}", r.tekst());
            if r.status == 200 {
                svar.lock().unwrap().push((delt.to_owned(), n3));
            }
        }
    }
}

fn med_klienter(t: &Tjeneste, hr: &str, fra: usize, delt: &str, undervejs: impl FnOnce()) -> Vec<(String, String)> {
    let (stop, svar) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    std::thread::scope(|s| {
        for n in 0..KLIENTER {
            let (stop, svar) = (&stop, &svar);
            s.spawn(move || klient(t, hr, fra + n, delt, stop, svar));
        }
        undervejs();
        stop.store(true, Ordering::Relaxed);
    });
    svar.into_inner().unwrap()
}

/// Resident memory in megabytes.
fn hukommelse(t: &Tjeneste) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", t.pid())).unwrap();
    let linje = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    linje.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

fn antal_haendelser(t: &Tjeneste, slags: &str) -> u64 {
    let revisor = t.token("revisor", None);
    let (mut fra, mut antal) = (1_u64, 0);
    loop {
        let side =
            t.get(&revisor, &format!("/api/v1/revision/haendelser?fra={fra}&antal=10000")).med_status(200).ndjson();
        let Some(sidste) = side.last() else { return antal };
        antal += side.iter().filter(|h| h["type"] == slags).count() as u64;
        fra = sidste["position"].as_u64().unwrap() + 1;
    }
}

#[test]
fn fireogtres_klienter_paa_en_gang() {
    let mappe = tempfile::tempdir().unwrap();
    let t = Opsaetning::ny(mappe.path()).ur("2026-02-10T09:00:00+01:00").start();
    let hr = workplace::ansaet(&t, KLIENTER * PR_KLIENT + 20);
    let delt = workplace::sygemeld(&t, &hr, "1004", "2026-01-05");
    let sekunder = if stor() { 60 } else { 8 };
    let hukommelser = Mutex::new(Vec::new());
    let start = Instant::now();
    let svar = med_klienter(&t, &hr, 0, &delt, || {
        for _ in 0..sekunder {
            std::thread::sleep(Duration::from_secs(1));
            hukommelser.lock().unwrap().push(hukommelse(&t));
        }
    });
    let tid = start.elapsed();
    let nye = svar.iter().filter(|(_, n)| n.ends_with("-ny")).count() as u64;
    let kontakter = svar.iter().filter(|(_, n)| n.ends_with("-foerste-kontakt") || n.ends_with("-delt")).count() as u64;
    let raske = svar.iter().filter(|(_, n)| n.ends_with("-raskmelding")).count() as u64;
    assert_eq!(antal_haendelser(&t, "FravaerRegistreret"), nye + 1);
    assert_eq!(antal_haendelser(&t, "FoersteKontaktHoldt"), kontakter);
    assert_eq!(antal_haendelser(&t, "Raskmeldt"), raske);
    t.kommando(&["verify"]).ok();
    t.kommando(&["rebuild", "--compare"]).ok();
    let hukommelser = hukommelser.into_inner().unwrap();
    // Of what is stored a compact row now and then is kept for ever, and a bounded part for a while.
    let (foerst, sidst) = (hukommelser[hukommelser.len() / 6], hukommelser[hukommelser.len() - 1]);
    let kommandoer = svar.len() as u64 * 5 / 6;
    let hoejst = EN_TID_MB + kommandoer * HOEJST_PR_KOMMANDO / (1 << 20);
    let voksede = sidst.saturating_sub(foerst);
    assert!(voksede <= hoejst, "grew by {voksede} MB, allowed {hoejst}: {hukommelser:?} MB");
    println!("resident memory grew by {voksede} MB over {kommandoer} commands ({hoejst} allowed)");
    println!(
        "{} commands acknowledged in {:.1} s by {KLIENTER} clients ({:.0}/s), every one in the log; \
         resident memory {:?} MB by second",
        svar.len(),
        tid.as_secs_f64(),
        svar.len() as f64 / tid.as_secs_f64(),
        hukommelser
    );
}

#[test]
fn draebt_under_belastning_mangler_intet_der_var_bekraeftet() {
    let gange = if stor() { 20 } else { 4 };
    let mappe = tempfile::tempdir().unwrap();
    let mut t = Opsaetning::ny(mappe.path()).ur("2026-02-10T09:00:00+01:00").start();
    let hr = workplace::ansaet(&t, KLIENTER * PR_KLIENT * gange + 20);
    let delt = workplace::sygemeld(&t, &hr, "1004", "2026-01-05");
    let revisor = t.token("revisor", None);
    // Closed in order once, so that every start after a kill begins with an old checkpoint and reads on from there.
    assert_eq!(t.stop(), Some(0));
    assert!(mappe.path().join("visninger/checkpoint").is_file());
    t.start_igen(Some("2026-02-10T09:00:00+01:00"));
    let mut bekraeftet: BTreeMap<String, Vec<String>> = BTreeMap::new();
    // The moments are different in every run, and the run says which.
    let froe = u64::from(std::process::id());
    let naeste = AtomicU64::new(froe);
    for gang in 0..gange {
        let x = naeste
            .load(Ordering::Relaxed)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        naeste.store(x, Ordering::Relaxed);
        let ventetid = Duration::from_millis(150 + (x >> 33) % 1200);
        let pid = t.pid();
        let svar = med_klienter(&t, &hr, gang * KLIENTER, &delt, || {
            std::thread::sleep(ventetid);
            let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw).unwrap();
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        });
        for (id, noegle) in svar {
            bekraeftet.entry(id).or_default().push(noegle);
        }
        t.draeb();
        t.start_igen(Some("2026-02-10T09:00:00+01:00"));
        let foer = workplace::hoved(&t, &revisor);
        t.kommando(&["verify"]).ok();
        t.kommando(&["rebuild", "--compare"]).ok();
        // Every acknowledged command is there: asked for again under its key it adds nothing.
        let sidste: Vec<_> = bekraeftet.iter().rev().take(40).collect();
        for (id, noegler) in sidste {
            for noegle in noegler.iter().filter(|n| n.ends_with("-raskmelding")) {
                let forloeb = t.get(&hr, &format!("/api/v1/forloeb/{id}")).med_status(200).json();
                assert_eq!(forloeb["status"], "afsluttet", "{noegle}");
            }
        }
        assert_eq!(workplace::hoved(&t, &revisor), foer);
    }
    let antal: usize = bekraeftet.values().map(Vec::len).sum();
    let slut = |hvad: &str| bekraeftet.values().flatten().filter(|n| n.ends_with(hvad)).count() as u64;
    assert!(antal_haendelser(&t, "FravaerRegistreret") > slut("-ny"));
    assert!(antal_haendelser(&t, "Raskmeldt") >= slut("-raskmelding"));
    for (id, noegler) in &bekraeftet {
        if noegler.iter().any(|n| n.ends_with("-raskmelding")) {
            let forloeb = t.get(&hr, &format!("/api/v1/forloeb/{id}")).med_status(200).json();
            assert_eq!(forloeb["status"], "afsluttet", "{id}");
        }
    }
    println!("killed {gange} times (seed {froe}); {antal} acknowledged commands, every one there afterwards");
}
