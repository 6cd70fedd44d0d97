//! How everything grows with the history: the same measurements on folders of ten times as many events each.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::run::{cargo, root};

/// Events of an employee in the years that are made, a little fewer than it is.
const PR_MEDARBEJDER: u64 = 80;
const AAR: &str = "10";
const TIL: &str = "2026-11-20";
/// After the sending hours of the last day: nothing is due.
const KLOKKEN: &str = "2026-11-20T21:00:00+01:00";
/// Employees that the domain decides for; the rest mirror them.
const DISTRIKT: u64 = 1250;
/// Longest start.
const TAALMODIGHED: Duration = Duration::from_secs(600);

/// Measures every size, and prints the table.
pub(super) fn maal(stoerrelser: &[u64]) -> Result<(), String> {
    let mappe = std::env::temp_dir().join(format!("raskvej-vaekst-{}", std::process::id()));
    fs::create_dir_all(&mappe).map_err(|e| e.to_string())?;
    let raekker = stoerrelser.iter().map(|antal| en(&mappe.join("data"), *antal)).collect::<Result<Vec<_>, _>>();
    let _ = fs::remove_dir_all(&mappe);
    let raekker = raekker?;
    println!("\n{}; the page cache is warm; three starts, the one in the middle\n", maskine()?);
    println!(
        "| events | generated a second | first start s | start s | rebuild s | rebuilt a second | append p50 µs | p99 µs | \
         MB at most in the first start | MB after start | MB after rebuild | journal bytes an event | everything else, bytes an event |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    raekker.iter().for_each(|raekke| println!("{raekke}"));
    Ok(())
}

fn en(data: &Path, oensket: u64) -> Result<String, String> {
    let fejl = |e: std::io::Error| e.to_string();
    let _ = fs::remove_dir_all(data);
    let medarbejdere = (oensket / PR_MEDARBEJDER).max(8);
    let distrikter = (medarbejdere / DISTRIKT).max(1);
    println!("    {oensket} events of {medarbejdere} employees, {distrikter} districts");
    let start = Instant::now();
    let ud = raskvej(data, "generer")
        .args(["--medarbejdere", &medarbejdere.to_string(), "--aar", AAR, "--froe", "1", "--til", TIL])
        .args(["--distrikter", &distrikter.to_string(), "--haendelser", &oensket.to_string()])
        .stderr(Stdio::null())
        .output()
        .map_err(fejl)?;
    let generering = start.elapsed().as_secs_f64();
    let ud = String::from_utf8_lossy(&ud.stdout).into_owned();
    let antal = ud.lines().last().and_then(|linje| linje.split(' ').next()?.parse::<u32>().ok());
    let antal = f64::from(antal.ok_or_else(|| format!("generer: {ud}"))?);

    let (tjeneste, foerste_start) = Tjeneste::start(data)?;
    // It writes a checkpoint once it is ready, and that takes memory too.
    let (checkpoint, klar) = (data.join("visninger/checkpoint"), Instant::now());
    while !checkpoint.exists() {
        if klar.elapsed() > TAALMODIGHED {
            return Err("no checkpoint is written".to_owned());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let hoejest = tjeneste.megabytes("VmHWM:")?;
    tjeneste.stop()?;
    let mut starter = Vec::new();
    for _ in 0..2 {
        let (tjeneste, start) = Tjeneste::start(data)?;
        starter.push(start);
        tjeneste.stop()?;
    }
    let (tjeneste, start) = Tjeneste::start(data)?;
    starter.push(start);
    starter.sort_by(f64::total_cmp);
    let efter_start = tjeneste.megabytes("VmRSS:")?;
    let start = Instant::now();
    let genopbygget = raskvej(data, "rebuild").stdout(Stdio::null()).stderr(Stdio::null()).status().map_err(fejl)?;
    let genopbygning = start.elapsed().as_secs_f64();
    if !genopbygget.success() {
        return Err(format!("rebuild: {genopbygget}"));
    }
    let efter_genopbygning = tjeneste.megabytes("VmRSS:")?;
    tjeneste.stop()?;
    let (journal, resten) = bytes(data).map_err(fejl)?;
    // The last, for the folder is no workplace's any more after it.
    let append = cargo(&["bench", "--quiet", "-p", "yardstick", "--bench", "log", "--", "--append"])
        .arg(data)
        .output()
        .map_err(fejl)?;
    let append = String::from_utf8_lossy(&append.stdout).trim().replace(' ', " | ");
    fs::remove_dir_all(data).map_err(fejl)?;
    Ok(format!(
        "| {antal:.0} | {:.0} | {foerste_start:.2} | {:.2} | {genopbygning:.2} | {:.0} | {append} | {hoejest:.0} | {efter_start:.0} | \
         {efter_genopbygning:.0} | {:.0} | {:.0} |",
        antal / generering,
        starter[1],
        antal / genopbygning,
        journal / antal,
        resten / antal,
    ))
}

fn maskine() -> Result<String, String> {
    let ud = cargo(&["bench", "--quiet", "-p", "yardstick", "--bench", "log", "--", "--machine"]).output();
    Ok(String::from_utf8_lossy(&ud.map_err(|e| e.to_string())?.stdout).trim().to_owned())
}

fn raskvej(data: &Path, ordre: &str) -> Command {
    let mut kommando = Command::new(program());
    kommando.arg(ordre).arg("--data").arg(data).stdin(Stdio::null());
    kommando
}

fn program() -> PathBuf {
    root().join("target/release/raskvej")
}

/// A service that runs; it is ended when this is dropped.
struct Tjeneste(Child);

impl Tjeneste {
    /// Starts one, and tells the seconds until it was ready.
    fn start(data: &Path) -> Result<(Self, f64), String> {
        let start = Instant::now();
        let mut barn = raskvej(data, "serve")
            .args(["--listen", "127.0.0.1:0", "--clock", KLOKKEN])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| e.to_string())?;
        let ud = barn.stdout.take().ok_or("no output")?;
        let tjeneste = Self(barn);
        let mut linje = String::new();
        BufReader::new(ud).read_line(&mut linje).map_err(|e| e.to_string())?;
        let adresse = linje.trim().rsplit_once("http://").ok_or_else(|| format!("serve said: {linje}"))?.1.to_owned();
        while !er_klar(&adresse) {
            if start.elapsed() > TAALMODIGHED {
                return Err("the service does not become ready".to_owned());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok((tjeneste, start.elapsed().as_secs_f64()))
    }

    /// Resident megabytes: now (`VmRSS:`), or the most there ever were (`VmHWM:`).
    fn megabytes(&self, hvilke: &str) -> Result<f64, String> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).map_err(|e| e.to_string())?;
        let kb = status.lines().find_map(|l| l.strip_prefix(hvilke)?.trim().split(' ').next()?.parse::<u32>().ok());
        kb.map(|kb| f64::from(kb) / 1024.0).ok_or_else(|| format!("no {hvilke}"))
    }

    /// Asks it to stop, and waits.
    fn stop(mut self) -> Result<(), String> {
        let bedt = Command::new("kill").arg(self.0.id().to_string()).status();
        bedt.and_then(|_| self.0.wait()).map(drop).map_err(|e| e.to_string())
    }
}

impl Drop for Tjeneste {
    fn drop(&mut self) {
        // It has stopped, or something went wrong and it must not stay.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn er_klar(adresse: &str) -> bool {
    let spoerg = || -> std::io::Result<String> {
        let mut forbindelse = TcpStream::connect(adresse)?;
        write!(forbindelse, "GET /readyz HTTP/1.1\r\nHost: {adresse}\r\nConnection: close\r\n\r\n")?;
        let mut svar = String::new();
        forbindelse.read_to_string(&mut svar)?;
        Ok(svar)
    };
    spoerg().is_ok_and(|svar| svar.starts_with("HTTP/1.1 200"))
}

/// Bytes on disk: those of the journal, and those of everything else.
#[expect(clippy::cast_precision_loss, reason = "nothing here comes near 2^52")]
fn bytes(data: &Path) -> std::io::Result<(f64, f64)> {
    let journal = i_alt(&data.join("journal"))?;
    Ok((journal as f64, (i_alt(data)? - journal) as f64))
}

fn i_alt(sti: &Path) -> std::io::Result<u64> {
    let metadata = fs::symlink_metadata(sti)?;
    if !metadata.is_dir() {
        return Ok(metadata.blocks() * 512);
    }
    fs::read_dir(sti)?.map(|post| i_alt(&post?.path())).sum()
}
