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
const PER_MEDARBEJDER: u64 = 80;
const AAR: &str = "10";
const TO: &str = "2026-11-20";
/// After the sending hours of the last day: nothing is due.
const KLOKKEN: &str = "2026-11-20T21:00:00+01:00";
/// Employees that the domain decides for; the rest mirror them.
const DISTRIKT: u64 = 1250;
/// Longest start.
const PATIENCE: Duration = Duration::from_secs(600);

/// Measures every size, and prints the table.
pub(super) fn measure(sizes: &[u64]) -> Result<(), String> {
    let folder = std::env::temp_dir().join(format!("raskvej-vaekst-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let rows = sizes.iter().map(|count| one(&folder.join("data"), *count)).collect::<Result<Vec<_>, _>>();
    let _ = fs::remove_dir_all(&folder);
    let rows = rows?;
    println!("\n{}; the page cache is warm; three starts, the one in the middle\n", machine()?);
    println!(
        "| events | generated a second | first start s | start s | rebuild s | rebuilt a second | append p50 µs | p99 µs | \
         MB at most in the first start | MB after start | MB after rebuild | journal bytes an event | everything else, bytes an event |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    rows.iter().for_each(|row| println!("{row}"));
    Ok(())
}

fn one(data: &Path, wanted: u64) -> Result<String, String> {
    let error = |e: std::io::Error| e.to_string();
    let _ = fs::remove_dir_all(data);
    let medarbejdere = (wanted / PER_MEDARBEJDER).max(8);
    let distrikter = (medarbejdere / DISTRIKT).max(1);
    println!("    {wanted} events of {medarbejdere} employees, {distrikter} districts");
    let start = Instant::now();
    let out = raskvej(data, "generer")
        .args(["--medarbejdere", &medarbejdere.to_string(), "--aar", AAR, "--froe", "1", "--til", TO])
        .args(["--distrikter", &distrikter.to_string(), "--haendelser", &wanted.to_string()])
        .stderr(Stdio::null())
        .output()
        .map_err(error)?;
    let generating = start.elapsed().as_secs_f64();
    let out = String::from_utf8_lossy(&out.stdout).into_owned();
    let count = out.lines().last().and_then(|line| line.split(' ').next()?.parse::<u32>().ok());
    let count = f64::from(count.ok_or_else(|| format!("generer: {out}"))?);

    let (service, foerste_start) = Service::start(data)?;
    // It writes a checkpoint once it is ready, and that takes memory too.
    let (checkpoint, ready) = (data.join("visninger/checkpoint"), Instant::now());
    while !checkpoint.exists() {
        if ready.elapsed() > PATIENCE {
            return Err("no checkpoint is written".to_owned());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let highest = service.megabytes("VmHWM:")?;
    service.stop()?;
    let mut starter = Vec::new();
    for _ in 0..2 {
        let (service, start) = Service::start(data)?;
        starter.push(start);
        service.stop()?;
    }
    let (service, start) = Service::start(data)?;
    starter.push(start);
    starter.sort_by(f64::total_cmp);
    let after_start = service.megabytes("VmRSS:")?;
    let start = Instant::now();
    let rebuilt = raskvej(data, "rebuild").stdout(Stdio::null()).stderr(Stdio::null()).status().map_err(error)?;
    let rebuilding = start.elapsed().as_secs_f64();
    if !rebuilt.success() {
        return Err(format!("rebuild: {rebuilt}"));
    }
    let after_rebuilding = service.megabytes("VmRSS:")?;
    service.stop()?;
    let (journal, rest) = bytes(data).map_err(error)?;
    // The last, for the folder is no workplace's any more after it.
    let append = cargo(&["bench", "--quiet", "-p", "yardstick", "--bench", "log", "--", "--append"])
        .arg(data)
        .output()
        .map_err(error)?;
    let append = String::from_utf8_lossy(&append.stdout).trim().replace(' ', " | ");
    fs::remove_dir_all(data).map_err(error)?;
    Ok(format!(
        "| {count:.0} | {:.0} | {foerste_start:.2} | {:.2} | {rebuilding:.2} | {:.0} | {append} | {highest:.0} | {after_start:.0} | \
         {after_rebuilding:.0} | {:.0} | {:.0} |",
        count / generating,
        starter[1],
        count / rebuilding,
        journal / count,
        rest / count,
    ))
}

fn machine() -> Result<String, String> {
    let out = cargo(&["bench", "--quiet", "-p", "yardstick", "--bench", "log", "--", "--machine"]).output();
    Ok(String::from_utf8_lossy(&out.map_err(|e| e.to_string())?.stdout).trim().to_owned())
}

fn raskvej(data: &Path, terminal_request: &str) -> Command {
    let mut command = Command::new(program());
    command.arg(terminal_request).arg("--data").arg(data).stdin(Stdio::null());
    command
}

fn program() -> PathBuf {
    root().join("target/release/raskvej")
}

/// A service that runs; it is ended when this is dropped.
struct Service(Child);

impl Service {
    /// Starts one, and tells the seconds until it was ready.
    fn start(data: &Path) -> Result<(Self, f64), String> {
        let start = Instant::now();
        let mut barn = raskvej(data, "serve")
            .args(["--listen", "127.0.0.1:0", "--clock", KLOKKEN])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| e.to_string())?;
        let out = barn.stdout.take().ok_or("no output")?;
        let service = Self(barn);
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).map_err(|e| e.to_string())?;
        let address = line.trim().rsplit_once("http://").ok_or_else(|| format!("serve said: {line}"))?.1.to_owned();
        while !is_ready(&address) {
            if start.elapsed() > PATIENCE {
                return Err("the service does not become ready".to_owned());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok((service, start.elapsed().as_secs_f64()))
    }

    /// Resident megabytes: now (`VmRSS:`), or the most there ever were (`VmHWM:`).
    fn megabytes(&self, which: &str) -> Result<f64, String> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).map_err(|e| e.to_string())?;
        let kb = status.lines().find_map(|l| l.strip_prefix(which)?.trim().split(' ').next()?.parse::<u32>().ok());
        kb.map(|kb| f64::from(kb) / 1024.0).ok_or_else(|| format!("no {which}"))
    }

    /// Asks it to stop, and waits.
    fn stop(mut self) -> Result<(), String> {
        let asked = Command::new("kill").arg(self.0.id().to_string()).status();
        asked.and_then(|_| self.0.wait()).map(drop).map_err(|e| e.to_string())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It has stopped, or something went wrong and it must not stay.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn is_ready(address: &str) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut connection = TcpStream::connect(address)?;
        write!(connection, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

/// Bytes on disk: those of the journal, and those of everything else.
#[expect(clippy::cast_precision_loss, reason = "nothing here comes near 2^52")]
fn bytes(data: &Path) -> std::io::Result<(f64, f64)> {
    let journal = i_alt(&data.join("journal"))?;
    Ok((journal as f64, (i_alt(data)? - journal) as f64))
}

fn i_alt(path: &Path) -> std::io::Result<u64> {
    let metadata = fs::symlink_metadata(path)?;
    if !metadata.is_dir() {
        return Ok(metadata.blocks() * 512);
    }
    fs::read_dir(path)?.map(|post| i_alt(&post?.path())).sum()
}
