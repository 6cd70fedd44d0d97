//! What the steps need that a fresh clone does not have. Nothing is installed twice, and each is announced.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::run::{cargo, root, run, succeeds};

/// Debian's interpreter: the one that Debian's python3-aiosmtpd belongs to.
const PYTHON: &str = "/usr/bin/python3";

/// The SMTP server of the system tests, from Debian's archive.
pub(crate) fn aiosmtpd() -> Result<(), String> {
    if succeeds(Command::new(PYTHON).args(["-c", "import aiosmtpd"])) {
        println!("    python3-aiosmtpd is here (the SMTP server of the system tests)");
        return Ok(());
    }
    println!("    python3-aiosmtpd is missing: installing it, and {PYTHON} with it, from Debian");
    debian(&["python3-aiosmtpd"]).map_err(|grund| {
        format!(
            "{grund}\n    The system tests need Debian's python3-aiosmtpd, and it could not be installed here. Ask \
             someone who may run `apt-get install python3-aiosmtpd`, or on another system provide a {PYTHON} that can \
             `import aiosmtpd`."
        )
    })
}

/// What the sets of system calls in the shipped unit hold, and the library that filters them, from Debian's archive.
/// Nothing of it has to run.
pub(crate) fn systemd() -> Result<(), String> {
    let sets = succeeds(Command::new("systemd-analyze").args(["syscall-filter", "@system-service"]));
    if sets && succeeds(Command::new(PYTHON).args(["-c", "import ctypes; ctypes.CDLL('libseccomp.so.2')"])) {
        println!(
            "    systemd-analyze and libseccomp are here (the system tests start the service under its unit's filter)"
        );
        return Ok(());
    }
    println!("    systemd-analyze or libseccomp is missing: installing them from Debian");
    debian(&["systemd", "libseccomp2"]).map_err(|grund| {
        format!(
            "{grund}\n    The system tests start the service under the system call filter of its unit. Ask someone who may \
             run `apt-get install systemd libseccomp2`."
        )
    })
}

/// What Python needs to make an environment of its own, from Debian's archive. What goes into it comes from PyPI, and the
/// tests fetch it.
pub(crate) fn venv() -> Result<(), String> {
    if succeeds(Command::new(PYTHON).args(["-c", "import ensurepip, venv"])) {
        println!("    python3-venv is here (the provider that the system tests log in at comes from PyPI)");
        return Ok(());
    }
    println!("    python3-venv is missing: installing it from Debian (the provider that the system tests log in at)");
    debian(&["python3-venv"])
        .map_err(|grund| format!("{grund}\n    Ask someone who may run `apt-get install python3-venv`."))
}

/// What draws requests from the OpenAPI document, from the Python package index, in an environment of its own ([`venv`]).
pub(crate) fn schemathesis() -> Result<(), String> {
    const VERSION: &str = "4.32.5";
    let folder = root().join("target/schemathesis");
    let told = Command::new(folder.join("bin/schemathesis")).arg("--version").output();
    if told.is_ok_and(|told| String::from_utf8_lossy(&told.stdout).trim_end().ends_with(VERSION)) {
        println!("    schemathesis is here (the system tests hold every answer to the OpenAPI document with it)");
        return Ok(());
    }
    println!("    schemathesis is missing: installing version {VERSION} in target/schemathesis");
    let mut venv = Command::new(PYTHON);
    venv.args(["-m", "venv"]).arg(&folder);
    run(venv)?;
    let mut pip = Command::new(folder.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", &format!("schemathesis=={VERSION}")]);
    run(pip)
}

/// A C++ compiler, which libFuzzer is built with, from Debian's archive.
pub(crate) fn compiler() -> Result<(), String> {
    if succeeds(Command::new("c++").arg("--version")) {
        println!("    a C++ compiler is here (libFuzzer is built with it)");
        return Ok(());
    }
    println!("    a C++ compiler is missing: installing g++ from Debian (libFuzzer is built with it)");
    debian(&["g++"]).map_err(|grund| format!("{grund}\n    Ask someone who may run `apt-get install g++`."))
}

/// The browser that the pages are looked at in, what drives it, and letters to write with, from Debian's archive.
pub(crate) fn chromium() -> Result<(), String> {
    let browser = succeeds(Command::new("chromium").arg("--version"));
    let driver = succeeds(Command::new("chromedriver").arg("--version"));
    let danish = Path::new("/usr/lib/chromium/locales/da.pak").exists();
    let letters = Path::new("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf").exists();
    if browser && driver && danish && letters {
        println!("    chromium and chromedriver are here (the pages are looked at in a browser)");
        return Ok(());
    }
    println!("    chromium, its driver, its Danish or fonts-dejavu is missing: installing them from Debian");
    debian(&["chromium", "chromium-driver", "chromium-l10n", "fonts-dejavu"]).map_err(|grund| {
        format!(
            "{grund}\n    The pages are looked at in Debian's Chromium. Ask someone who may run `apt-get install chromium \
             chromium-driver chromium-l10n fonts-dejavu`."
        )
    })
}

/// axe-core, which finds what somebody with a screen reader or a keyboard would stumble over, from npm. It is a file that
/// the tests hand to the browser: nothing of it is run here, and nothing of it is in what we ship.
pub(crate) fn axe() -> Result<(), String> {
    const VERSION: &str = "4.14.1";
    let folder = root().join("target/axe");
    let known = std::fs::read_to_string(folder.join("node_modules/axe-core/package.json")).unwrap_or_default();
    if known.contains(&format!("\"version\": \"{VERSION}\"")) {
        println!("    axe-core is here (the tests in a browser hold every page to it)");
        return Ok(());
    }
    if !succeeds(Command::new("npm").arg("--version")) {
        println!("    npm is missing: installing it from Debian (axe-core comes from its registry)");
        debian(&["npm"]).map_err(|grund| format!("{grund}\n    Ask someone who may run `apt-get install npm`."))?;
    }
    println!("    axe-core is missing: installing version {VERSION} in target/axe");
    let mut npm = Command::new("npm");
    npm.args(["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]);
    npm.arg(&folder).arg(format!("axe-core@{VERSION}"));
    run(npm)
}

/// PostgreSQL, which the benchmarks start for themselves, from Debian's archive.
pub(crate) fn postgresql() -> Result<(), String> {
    if Path::new("/usr/lib/postgresql").is_dir() {
        println!("    postgresql is here (the benchmarks hold the log against it)");
        return Ok(());
    }
    println!("    postgresql is missing: installing it from Debian (the benchmarks hold the log against it)");
    debian(&["postgresql"]).map_err(|grund| format!("{grund}\n    Without it the benchmarks leave that column out."))
}

fn debian(packer: &[&str]) -> Result<(), String> {
    let apt = |arguments: &[&str]| -> Result<(), String> {
        let mut command = if is_root() {
            Command::new("apt-get")
        } else {
            let mut sudo = Command::new("sudo");
            sudo.arg("apt-get");
            sudo
        };
        // A question nobody answers would hang the run.
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
        run(command)
    };
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"], packer].concat())
}

/// A cargo subcommand in a pinned version; another version that is here already is used as it is.
pub(crate) fn tool(name: &str, version: &str, what_for: &str) -> Result<(), String> {
    if succeeds(&mut cargo(&[name, "--version"])) {
        println!("    cargo-{name} is here ({what_for})");
        return Ok(());
    }
    println!("    cargo-{name} is missing ({what_for}): building version {version}, once");
    // Each is run for seconds, and optimising it would take minutes.
    run(cargo(&["install", "--locked", "--debug", &format!("cargo-{name}"), "--version", version]))
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|out| out.stdout.trim_ascii() == b"0")
}
