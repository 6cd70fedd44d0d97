//! ChromeDriver, which drives Debian's Chromium, as a process of its own.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::lines::Lines;
use crate::process;

/// Starting on a machine that does much else.
const START: Duration = Duration::from_mins(2);
/// The line that says which port it got; the port follows.
const LISTENS: &str = "started successfully on port ";

/// A running ChromeDriver. It is killed when this goes out of scope, and the browser that it started with it.
#[derive(Debug)]
pub struct Chromedriver {
    process: Child,
    address: String,
    browser: Option<Pid>,
    /// Read on, so that it never waits for us.
    said: (Lines, Lines),
}

impl Chromedriver {
    /// Starts it on a free port.
    ///
    /// # Panics
    /// It is not installed, or does not start.
    #[must_use]
    pub fn start() -> Self {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            // Dates and buttons as the browser has them in Danish.
            .env("LANGUAGE", "da")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("chromedriver: {error}; `cargo xtask test --kun tools` installs it"));
        let said = process::streams(&mut process);
        let port = said.0.wait_on(START, |line| {
            let (_, rest) = line.split_once(LISTENS)?;
            Some(rest.trim_end_matches('.').trim().to_owned())
        });
        let Some(port) = port else {
            process::kill(&mut process);
            panic!("chromedriver did not start: {} {}", said.0.tekst(), said.1.tekst());
        };
        Self { process, address: format!("http://127.0.0.1:{port}"), browser: None, said }
    }

    /// Where it takes commands.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What it has said, for messages.
    #[must_use]
    pub fn printout(&self) -> String {
        format!("{}\n{}", self.said.0.tekst(), self.said.1.tekst())
    }

    /// The browser that it started, by its process id: its other processes end with it.
    pub fn started(&mut self, browser: i32) {
        self.browser = Pid::from_raw(browser);
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        process::kill(&mut self.process);
        if let Some(browser) = self.browser {
            // An error means that it has ended already.
            let _ = kill_process(browser, Signal::KILL);
        }
    }
}
