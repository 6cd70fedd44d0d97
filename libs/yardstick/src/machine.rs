//! The line every table begins with.

use std::fs;
use std::path::Path;
use std::process::Command;

/// CPU, cores, memory, file system under a folder, and date.
#[must_use]
pub fn machine_line(folder: &Path) -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |text: &str, name: &str| {
        text.lines().find(|l| l.starts_with(name)).and_then(|l| l.split_once(':')).map(|(_, v)| v.trim().to_owned())
    };
    let cpu = field(&cpuinfo, "model name").unwrap_or_else(|| "unknown CPU".to_owned());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let meminfo = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory =
        field(&meminfo, "MemTotal").and_then(|v| v.split(' ').next()?.parse::<u64>().ok()).unwrap_or(0) / 1_000_000;
    let text = |command: &mut Command| {
        command.output().ok().map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default()
    };
    let file_system = text(Command::new("findmnt").args(["-n", "-o", "FSTYPE", "-T"]).arg(folder));
    let date = text(Command::new("date").arg("+%F"));
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?");
    format!("{cpu}, {cores} cores, {memory} GB, {file_system}, {date}, load at the start {load}")
}
