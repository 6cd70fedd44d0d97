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

use crate::http::{self, Anmodning, Svar};
use crate::lines::Linjer;
use crate::process::{self, Udfald};
use crate::{FRIST, Postkasse, vent_til};

/// The line the service prints on stdout when it listens; the address follows.
const LYTTER: &str = "lytter på ";

/// A command may be an import of a whole municipality on a busy machine.
const KOMMANDO: Duration = Duration::from_mins(15);

/// How the service is to run: its folder, its clock, its settings.
#[derive(Clone, Debug)]
pub struct Opsaetning {
    program: Vec<OsString>,
    mappe: PathBuf,
    ur: Option<String>,
    indstillinger: BTreeMap<String, String>,
}

impl Opsaetning {
    /// The binary under test on a folder of its own, with addresses that lead nowhere and no SMTP server.
    #[must_use]
    pub fn ny(mappe: &Path) -> Self {
        let indstillinger = [
            ("RASKVEJ_SMTP_URL", "smtp://127.0.0.1:9"),
            ("RASKVEJ_MAIL_FRA", "raskvej@arbejdsplads.example"),
            ("RASKVEJ_HR_MAIL", "hr@arbejdsplads.example"),
            ("RASKVEJ_BASE_URL", "https://raskvej.arbejdsplads.example"),
        ];
        Self {
            program: vec![process::raskvej().into()],
            mappe: mappe.to_owned(),
            ur: None,
            indstillinger: indstillinger.map(|(navn, vaerdi)| (navn.to_owned(), vaerdi.to_owned())).into(),
        }
    }

    /// A fixed clock that stands still at this RFC 3339 time until it is moved.
    #[must_use]
    pub fn ur(mut self, tid: &str) -> Self {
        self.ur = Some(tid.to_owned());
        self
    }

    /// Mail goes to this server.
    #[must_use]
    pub fn postkasse(self, postkasse: &Postkasse) -> Self {
        self.indstil("RASKVEJ_SMTP_URL", &postkasse.url())
    }

    /// A setting by the name of its environment variable.
    #[must_use]
    pub fn indstil(mut self, navn: &str, vaerdi: &str) -> Self {
        self.indstillinger.insert(navn.to_owned(), vaerdi.to_owned());
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
    pub fn start(self) -> Tjeneste {
        self.proev_start().unwrap_or_else(|u| {
            panic!("the service ended with {:?}\n--- stdout\n{}\n--- stderr\n{}", u.kode, u.stdout, u.stderr)
        })
    }

    /// Starts the service; how it ended when it refused to run.
    ///
    /// # Errors
    /// The service ended before it was ready.
    pub fn proev_start(self) -> Result<Tjeneste, Box<Udfald>> {
        let mut kommando = self.raa_kommando();
        kommando.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&self.mappe);
        if let Some(ur) = &self.ur {
            kommando.args(["--clock", ur]);
        }
        let mut proces = kommando
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|fejl| panic!("cannot start {kommando:?}: {fejl}; `cargo build --release` makes it"));
        let (stdout, stderr) = process::stroemme(&mut proces);
        let mut tjeneste = Tjeneste {
            opsaetning: self,
            proces,
            adresse: String::new(),
            stdout,
            stderr,
            klient: http::klient(),
            drift: OnceLock::new(),
        };
        let adresse =
            tjeneste.stdout.vent_paa(FRIST, |linje| linje.split_once(LYTTER).map(|(_, a)| a.trim().to_owned()));
        let Some(adresse) = adresse else {
            let status = process::vent(&mut tjeneste.proces, Duration::from_secs(5));
            let status = status.unwrap_or_else(|| panic!("no line with {LYTTER:?}\n{}", tjeneste.udskrift()));
            tjeneste.stderr.vent_paa_slut(FRIST);
            let (stdout, stderr) = (tjeneste.stdout.tekst(), tjeneste.stderr.tekst());
            return Err(Box::new(Udfald { kode: status.code(), stdout, stderr }));
        };
        tjeneste.adresse = adresse.trim_end_matches('/').to_owned();
        vent_til(FRIST, "/readyz answers 200", || {
            let svar = tjeneste.proev(&Anmodning::ny("GET", "/readyz"));
            svar.is_ok_and(|s| s.status == 200).then_some(())
        });
        Ok(tjeneste)
    }

    /// Runs the binary with `argumenter` and `--data` on the folder, whether or not a service runs there.
    #[must_use]
    pub fn kommando(&self, argumenter: &[&str]) -> Udfald {
        let mut kommando = self.raa_kommando();
        kommando.args(argumenter).arg("--data").arg(&self.mappe);
        process::koer(kommando, KOMMANDO)
    }

    /// Runs the binary with exactly these arguments: `verify --bundle`, `restore`, wrong usage.
    #[must_use]
    pub fn kommando_uden_mappe(&self, argumenter: &[&str]) -> Udfald {
        let mut kommando = self.raa_kommando();
        kommando.args(argumenter);
        process::koer(kommando, KOMMANDO)
    }

    /// The data folder.
    #[must_use]
    pub fn mappe(&self) -> &Path {
        &self.mappe
    }

    /// The program with our settings only: nothing of the tester's own surroundings reaches it.
    fn raa_kommando(&self) -> Command {
        let mut kommando = Command::new(&self.program[0]);
        kommando.args(&self.program[1..]);
        for (navn, _) in std::env::vars_os().filter(|(navn, _)| navn.to_string_lossy().starts_with("RASKVEJ_")) {
            kommando.env_remove(navn);
        }
        kommando.envs(&self.indstillinger);
        kommando
    }
}

/// A running service. It is killed when this goes out of scope.
#[derive(Debug)]
pub struct Tjeneste {
    opsaetning: Opsaetning,
    proces: Child,
    adresse: String,
    stdout: Linjer,
    stderr: Linjer,
    klient: Agent,
    drift: OnceLock<String>,
}

impl Tjeneste {
    /// The process id, for looking at its memory and for signals.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.proces.id()
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn adresse(&self) -> &str {
        &self.adresse
    }

    /// The data folder.
    #[must_use]
    pub fn mappe(&self) -> &Path {
        self.opsaetning.mappe()
    }

    /// What it has printed on stdout since it last started.
    #[must_use]
    pub fn stdout(&self) -> &Linjer {
        &self.stdout
    }

    /// What it has printed on stderr since it last started.
    #[must_use]
    pub fn stderr(&self) -> &Linjer {
        &self.stderr
    }

    /// Both streams as one text, for messages and for searching after what must not be there.
    #[must_use]
    pub fn udskrift(&self) -> String {
        format!("--- stdout\n{}\n--- stderr\n{}", self.stdout.tekst(), self.stderr.tekst())
    }

    /// A new bearer token, made with the command while the service runs.
    #[must_use]
    pub fn token(&self, rolle: &str, medarbejder: Option<&str>) -> String {
        let mut argumenter = vec!["token", "create", "--rolle", rolle];
        argumenter.extend(medarbejder.iter().flat_map(|nr| ["--medarbejder", nr]));
        self.kommando(&argumenter).ok().trim().to_owned()
    }

    /// Runs a command on the folder beside the service, see [`Opsaetning::kommando`].
    #[must_use]
    pub fn kommando(&self, argumenter: &[&str]) -> Udfald {
        self.opsaetning.kommando(argumenter)
    }

    /// Sends any request; panics when there is no answer.
    #[must_use]
    pub fn send(&self, anmodning: &Anmodning) -> Svar {
        self.proev(anmodning).unwrap_or_else(|fejl| panic!("no answer to {anmodning:?}: {fejl}\n{}", self.udskrift()))
    }

    /// Sends any request; an error when there is no answer, as when the service is killed on the way.
    ///
    /// # Errors
    /// The connection failed, or the answer did not come whole.
    pub fn proev(&self, anmodning: &Anmodning) -> Result<Svar, ureq::Error> {
        http::send(&self.klient, &self.adresse, anmodning)
    }

    /// GET; an empty token sends none.
    #[must_use]
    pub fn get(&self, token: &str, sti: &str) -> Svar {
        self.send(&Anmodning::ny("GET", sti).token(token))
    }

    /// POST of JSON.
    #[must_use]
    pub fn post(&self, token: &str, sti: &str, krop: &Value) -> Svar {
        self.send(&Anmodning::ny("POST", sti).token(token).json(krop))
    }

    /// POST of JSON with `Idempotency-Key` and `If-Match` where given.
    #[must_use]
    pub fn post_med(&self, token: &str, sti: &str, krop: &Value, noegle: Option<&str>, if_match: Option<&str>) -> Svar {
        let mut anmodning = Anmodning::ny("POST", sti).token(token).json(krop);
        for (navn, vaerdi) in [("idempotency-key", noegle), ("if-match", if_match)] {
            if let Some(vaerdi) = vaerdi {
                anmodning = anmodning.hoved(navn, vaerdi);
            }
        }
        self.send(&anmodning)
    }

    /// POST of a CSV file's bytes as they are.
    #[must_use]
    pub fn post_csv(&self, token: &str, sti: &str, csv: &[u8]) -> Svar {
        self.send(&Anmodning::ny("POST", sti).token(token).krop("text/csv", csv))
    }

    /// Moves the fixed clock forward as role `drift`; what falls due on the way has run when this returns.
    pub fn flyt_ur(&self, til: &str) {
        let token = self.drift.get_or_init(|| self.token("drift", None));
        let svar = self.post(token, "/api/v1/clock", &json!({ "til": til }));
        assert!(matches!(svar.status, 200..=299), "the clock refused {til}: {} {}", svar.status, svar.tekst());
    }

    /// SIGTERM, and the exit code; panics when it has not ended within the 30 seconds an operator would wait.
    pub fn stop(&mut self) -> Option<i32> {
        // An error means that it has ended already, which the wait shows.
        let _ = kill_process(Pid::from_child(&self.proces), Signal::TERM);
        let status = process::vent(&mut self.proces, Duration::from_secs(30));
        let status = status.unwrap_or_else(|| panic!("still running 30 s after SIGTERM\n{}", self.udskrift()));
        self.stdout.vent_paa_slut(FRIST);
        self.stderr.vent_paa_slut(FRIST);
        status.code()
    }

    /// SIGKILL: as when the power goes, for the process.
    pub fn draeb(&mut self) {
        process::draeb(&mut self.proces);
    }

    /// Starts again on the same folder after [`Self::stop`] or [`Self::draeb`], where asked with the fixed clock at
    /// another time. Tokens made before stay good; the address is a new one.
    pub fn start_igen(&mut self, ur: Option<&str>) {
        process::draeb(&mut self.proces);
        let opsaetning = self.opsaetning.clone();
        *self = match ur {
            Some(tid) => opsaetning.ur(tid).start(),
            None => opsaetning.start(),
        };
    }
}

impl Drop for Tjeneste {
    fn drop(&mut self) {
        process::draeb(&mut self.proces);
    }
}
