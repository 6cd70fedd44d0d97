//! The service as an administrator runs it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use ureq::Agent;

use crate::http::{self, Answer, HttpRequest};
use crate::lines::Lines;
use crate::process::{self, Udfald};
use crate::{FRIST, Mailbox, wait_to};

/// The line the service prints on stdout when it listens; the address follows.
const LISTENER: &str = "lytter på ";

/// A command may be an import of a whole municipality on a busy machine.
const COMMAND: Duration = Duration::from_mins(15);

/// How the service is to run: its folder, its clock, its settings.
#[derive(Clone, Debug)]
pub struct Setup {
    program: Vec<OsString>,
    how: &'static str,
    folder: PathBuf,
    clock: Option<String>,
    listen: String,
    settings: BTreeMap<String, String>,
}

impl Setup {
    /// The binary under test on a folder of its own, with addresses that lead nowhere and no SMTP server.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let settings = [
            ("RASKVEJ_SMTP_URL", "smtp://127.0.0.1:9"),
            ("RASKVEJ_MAIL_FRA", "raskvej@arbejdsplads.example"),
            ("RASKVEJ_HR_MAIL", "hr@arbejdsplads.example"),
            ("RASKVEJ_BASE_URL", "https://raskvej.arbejdsplads.example"),
        ];
        Self {
            program: vec![process::raskvej().into()],
            how: "serve",
            folder: folder.to_owned(),
            clock: None,
            listen: "127.0.0.1:0".to_owned(),
            settings: settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        }
    }

    /// As a demonstration.
    #[must_use]
    pub const fn demonstration(mut self) -> Self {
        self.how = "demo";
        self
    }

    /// A fixed clock that stands still at this RFC 3339 time until it is moved.
    #[must_use]
    pub fn clock(mut self, time: &str) -> Self {
        self.clock = Some(time.to_owned());
        self
    }

    /// Mail goes to this server.
    #[must_use]
    pub fn mailbox(self, mailbox: &Mailbox) -> Self {
        self.configure("RASKVEJ_SMTP_URL", &mailbox.url())
    }

    /// A setting by the name of its environment variable.
    #[must_use]
    pub fn configure(mut self, name: &str, value: &str) -> Self {
        self.settings.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Another program than the binary under test: a copy, an older version, or a stand-in.
    #[must_use]
    pub fn program(mut self, program: &[&str]) -> Self {
        self.program = program.iter().map(Into::into).collect();
        self
    }

    /// Starts the service and waits until it is ready; panics with what it printed when it does not come up.
    #[must_use]
    pub fn start(self) -> Service {
        self.attempt_start().unwrap_or_else(|u| {
            panic!("the service ended with {:?}\n--- stdout\n{}\n--- stderr\n{}", u.code, u.stdout, u.stderr)
        })
    }

    /// Starts the service; how it ended when it refused to run.
    ///
    /// # Errors
    /// The service ended before it was ready.
    pub fn attempt_start(self) -> Result<Service, Box<Udfald>> {
        let mut command = self.raw_command();
        command.args([self.how, "--listen", &self.listen, "--data"]).arg(&self.folder);
        if let Some(clock) = &self.clock {
            command.args(["--clock", clock]);
        }
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}; `cargo build --release` makes it"));
        let (stdout, stderr) = process::streams(&mut process);
        let mut service = Service {
            setup: self,
            process,
            address: String::new(),
            stdout,
            stderr,
            client: http::client(),
            drift: OnceLock::new(),
        };
        let address = service.stdout.wait_on(FRIST, |line| line.split_once(LISTENER).map(|(_, a)| a.trim().to_owned()));
        let Some(address) = address else {
            let status = process::wait(&mut service.process, Duration::from_secs(5));
            let status = status.unwrap_or_else(|| panic!("no line with {LISTENER:?}\n{}", service.printout()));
            service.stderr.wait_on_end(FRIST);
            let (stdout, stderr) = (service.stdout.tekst(), service.stderr.tekst());
            return Err(Box::new(Udfald { code: status.code(), stdout, stderr }));
        };
        service.address = address.trim_end_matches('/').to_owned();
        wait_to(FRIST, "/readyz answers 200", || {
            let answer = service.attempt(&HttpRequest::new("GET", "/readyz"));
            answer.is_ok_and(|s| s.status == 200).then_some(())
        });
        Ok(service)
    }

    /// Runs the binary with `argumenter` and `--data` on the folder, whether or not a service runs there.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Udfald {
        let mut command = self.raw_command();
        command.args(arguments).arg("--data").arg(&self.folder);
        process::run(command, COMMAND)
    }

    /// Runs the binary with exactly these arguments: `verify --bundle`, `restore`, wrong usage.
    #[must_use]
    pub fn command_without_folder(&self, arguments: &[&str]) -> Udfald {
        let mut command = self.raw_command();
        command.args(arguments);
        process::run(command, COMMAND)
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The program with our settings only: nothing of the tester's own surroundings reaches it.
    fn raw_command(&self) -> Command {
        let mut command = Command::new(&self.program[0]);
        command.args(&self.program[1..]);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("RASKVEJ_")) {
            command.env_remove(name);
        }
        command.envs(&self.settings);
        command
    }
}

/// A running service. It is killed when this goes out of scope.
#[derive(Debug)]
pub struct Service {
    setup: Setup,
    process: Child,
    address: String,
    stdout: Lines,
    stderr: Lines,
    client: Agent,
    drift: OnceLock<String>,
}

impl Service {
    /// The process id, for looking at its memory and for signals.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.setup.folder()
    }

    /// What it has printed on stdout since it last started.
    #[must_use]
    pub fn stdout(&self) -> &Lines {
        &self.stdout
    }

    /// What it has printed on stderr since it last started.
    #[must_use]
    pub fn stderr(&self) -> &Lines {
        &self.stderr
    }

    /// Both streams as one text, for messages and for searching after what must not be there.
    #[must_use]
    pub fn printout(&self) -> String {
        format!("--- stdout\n{}\n--- stderr\n{}", self.stdout.tekst(), self.stderr.tekst())
    }

    /// A new bearer token, made with the command while the service runs.
    #[must_use]
    pub fn token(&self, rolle: &str, medarbejder: Option<&str>) -> String {
        let whose = medarbejder.map_or(["--navn", "prøverne"], |nr| ["--medarbejder", nr]);
        let arguments = [["token", "create"], ["--rolle", rolle], whose].concat();
        self.command(&arguments).ok().trim().to_owned()
    }

    /// Runs a command on the folder beside the service, see [`Setup::command`].
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Udfald {
        self.setup.command(arguments)
    }

    /// Sends any request; panics when there is no answer.
    #[must_use]
    pub fn send(&self, request: &HttpRequest) -> Answer {
        self.attempt(request).unwrap_or_else(|error| panic!("no answer to {request:?}: {error}\n{}", self.printout()))
    }

    /// Sends any request; an error when there is no answer, as when the service is killed on the way.
    ///
    /// # Errors
    /// The connection failed, or the answer did not come whole.
    pub fn attempt(&self, request: &HttpRequest) -> Result<Answer, ureq::Error> {
        http::send(&self.client, &self.address, request)
    }

    /// GET; an empty token sends none.
    #[must_use]
    pub fn get(&self, token: &str, path: &str) -> Answer {
        self.send(&HttpRequest::new("GET", path).token(token))
    }

    /// POST of JSON.
    #[must_use]
    pub fn post(&self, token: &str, path: &str, body: &Value) -> Answer {
        self.send(&HttpRequest::new("POST", path).token(token).json(body))
    }

    /// POST of JSON with `Idempotency-Key` and `If-Match` where given.
    #[must_use]
    pub fn post_with(
        &self,
        token: &str,
        path: &str,
        body: &Value,
        key: Option<&str>,
        if_match: Option<&str>,
    ) -> Answer {
        let mut request = HttpRequest::new("POST", path).token(token).json(body);
        for (name, value) in [("idempotency-key", key), ("if-match", if_match)] {
            if let Some(value) = value {
                request = request.log_head(name, value);
            }
        }
        self.send(&request)
    }

    /// POST of a CSV file's bytes as they are.
    #[must_use]
    pub fn post_csv(&self, token: &str, path: &str, csv: &[u8]) -> Answer {
        self.send(&HttpRequest::new("POST", path).token(token).body("text/csv", csv))
    }

    /// Moves the fixed clock forward as role `drift`; what falls due on the way has run when this returns.
    pub fn move_clock(&self, til: &str) {
        let token = self.drift.get_or_init(|| self.token("drift", None));
        let answer = self.post(token, "/api/v1/clock", &json!({ "til": til }));
        assert!(matches!(answer.status, 200..=299), "the clock refused {til}: {} {}", answer.status, answer.tekst());
    }

    /// SIGTERM, and the exit code; panics when it has not ended within the 30 seconds an operator would wait.
    pub fn stop(&mut self) -> Option<i32> {
        // An error means that it has ended already, which the wait shows.
        let _ = kill_process(Pid::from_child(&self.process), Signal::TERM);
        let status = process::wait(&mut self.process, Duration::from_secs(30));
        let status = status.unwrap_or_else(|| panic!("still running 30 s after SIGTERM\n{}", self.printout()));
        self.stdout.wait_on_end(FRIST);
        self.stderr.wait_on_end(FRIST);
        status.code()
    }

    /// SIGKILL: as when the power goes, for the process.
    pub fn kill(&mut self) {
        process::kill(&mut self.process);
    }

    /// Starts again on the same folder after [`Self::stop`] or [`Self::kill`], where asked with the fixed clock at
    /// another time. Tokens made before stay good; the address is a new one.
    pub fn start_again(&mut self, clock: Option<&str>) {
        process::kill(&mut self.process);
        let setup = self.setup.clone();
        *self = match clock {
            Some(time) => setup.clock(time).start(),
            None => setup.start(),
        };
    }

    /// The same after [`Self::stop`], at the address it had: a page that somebody has open leads back to it.
    pub fn start_again_there(&mut self) {
        let mut setup = self.setup.clone();
        self.address.trim_start_matches("http://").clone_into(&mut setup.listen);
        *self = setup.start();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        process::kill(&mut self.process);
    }
}
