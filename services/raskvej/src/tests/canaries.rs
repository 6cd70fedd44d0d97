//! Words that stand nowhere else are put in at every door, and then everything that leaves the program or is left on the
//! disk is searched for them, before the person is erased and after.
//!
//! The log lines are those of this thread, which has every task of the runtime. What the other threads of the program say, a
//! system test listens to (`tests/tests/system/log_lines.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use app::core::Outside;
use app::keys::Master;
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use forloeb::words::Rolle;
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::json;
use tower::ServiceExt;
use uuid::Uuid;

use super::canary_words::{CANARIES, FORMAAL};
use crate::commands;
use crate::http;
use crate::login::Login;
use crate::paamindelser::{PaamindelseSettings, Paamindelser};
use crate::pages::{self, PageSettings, test_state};
use crate::sessions::Sessions;
use crate::start::wanted;
use crate::state::AppState;
use crate::terminal::restore::recreate_without;
use crate::terminal::token::Wanted;
use crate::terminal::trial::{MEANT, Trial, erase_request, file};
use crate::terminal::{DONE, Format, TerminalRequest};
use crate::transport::{MailSender, MailTransport};

/// Whom it is about. The number is allowed everywhere.
const NR: &str = "1005";
pub(super) const NAME: &str = "Zita Kvidderfugl";
pub(super) const EMAIL: &str = "zita.kvidder@fuglesang.example";

pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// Nothing has been written here.
const ROOM: [u8; 4096] = [0; 4096];

/// Where was looked, and what was found there that should not be.
#[derive(Default)]
struct Search {
    looked: BTreeMap<String, (usize, usize)>,
    found: Vec<String>,
}

/// Which canaries stand in these bytes.
pub(super) fn canaries_in(bytes: &[u8]) -> Vec<&'static str> {
    which_in(&CANARIES, bytes)
}

/// Which purposes of look-ups do.
pub(super) fn formaal_in(bytes: &[u8]) -> Vec<&'static str> {
    which_in(&FORMAAL, bytes)
}

fn which_in(all: &[(&'static str, &'static str)], bytes: &[u8]) -> Vec<&'static str> {
    let begins: BTreeSet<u8> = all.iter().map(|(_, text)| text.as_bytes()[0]).collect();
    let begins: Vec<bool> = (0..=u8::MAX).map(|byte| begins.contains(&byte)).collect();
    let (mut found, mut block_at) = (Vec::new(), 0);
    for block in bytes.chunks(ROOM.len()) {
        // Most of a journal is room for what comes.
        if block != &ROOM[..block.len()] {
            for at in (block_at..block_at + block.len()).filter(|at| begins[usize::from(bytes[*at])]) {
                let here = all.iter().filter(|(_, text)| bytes[at..].starts_with(text.as_bytes()));
                found.extend(here.map(|(what, _)| *what));
            }
        }
        block_at += block.len();
    }
    found
}

impl Search {
    fn through(&mut self, place: &str, bytes: &[u8]) {
        self.with_formaal(place, bytes);
        self.found.extend(formaal_in(bytes).into_iter().map(|what| format!("{place}: {what}")));
    }

    /// Where purposes of look-ups have their place.
    fn with_formaal(&mut self, place: &str, bytes: &[u8]) {
        let (pieces, length) = self.looked.entry(place.to_owned()).or_default();
        (*pieces, *length) = (*pieces + 1, *length + bytes.len());
        self.found.extend(canaries_in(bytes).into_iter().map(|what| format!("{place}: {what}")));
    }

    fn folder(&mut self, place: &str, folder: &Path) {
        for path in files(folder) {
            let name = path.strip_prefix(folder).unwrap();
            self.through(place, name.as_os_str().as_encoded_bytes());
            // What cannot be read is the socket of the terminal.
            let Ok(bytes) = std::fs::read(&path) else { continue };
            if ["opslag", "sessioner"].iter().any(|of_formaal| name.starts_with(of_formaal)) {
                self.with_formaal(place, &bytes);
            } else {
                self.through(place, &bytes);
            }
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// A mail with its parts as people read them: words in quoted-printable, and each block that is base64.
fn opened(mail: &str) -> Vec<u8> {
    let mut plain = Vec::new();
    for block in mail.split("\r\n\r\n") {
        if let Ok(bytes) = BASE64.decode(block.split("\r\n").filter(|line| !line.starts_with("--")).collect::<String>())
        {
            plain.extend(bytes);
        }
    }
    let joined = mail.replace("=\r\n", "");
    let mut rest = joined.split('=');
    plain.extend(rest.next().unwrap_or_default().bytes());
    for after in rest {
        match after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                plain.push(byte);
                plain.extend(after[2..].bytes());
            }
            None => plain.extend(after.bytes()),
        }
    }
    plain
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The service as the API, the pages and the reminders make it, with a folder for mails.
pub(super) struct Service {
    routes: Router,
    works: Arc<Paamindelser>,
    pub(super) hr: String,
    /// The employee's own.
    pub(super) own: String,
    pub(super) auditor: String,
    other_system: String,
}

impl Service {
    async fn new(p: &Trial, mails: &Path, measured: &metrics_exporter_prometheus::PrometheusHandle) -> Self {
        let token = async |rolle| p.bed(TerminalRequest::Token(Wanted::called("prøve", rolle))).await.out[0].clone();
        let sender = MailSender::new("raskvej@lille.example", Some("hr@lille.example")).unwrap();
        let settings = PaamindelseSettings {
            hr_mail: Some("hr@lille.example".into()),
            base_url: Some("https://raskvej.example".into()),
            mail_from: Some("raskvej@lille.example".into()),
            medarbejder_copy: true,
            mailtekster: crate::mailtekster::TextFile::default(),
        };
        let transport = Arc::new(MailTransport::folder(mails, sender).unwrap());
        let works = Arc::new(Paamindelser::new(p.app.clone(), transport, &settings).unwrap());
        let state = AppState { paamindelser: works.clone(), measurements: measured.clone(), ..test_state(&p.app) };
        let settings = PageSettings {
            mail_to_one: false,
            demo: false,
            base_url: "http://127.0.0.1:8080".into(),
            hr_mail: Some("hr@arbejdsplads.example".to_owned()),
            demo_personer: Vec::new(),
            login: Login::new(Vec::new(), "http://127.0.0.1:8080").unwrap(),
            post: Arc::new(Vec::new),
            stopped: tokio::sync::watch::channel(false).1,
        };
        let sessions = Sessions::open(p.path(), Arc::new(app::workplace::standing_still("2026-11-20T07:00:00Z")));
        let routes = http::router(state.clone()).merge(pages::router(state, settings, sessions.unwrap()));
        let (hr, auditor, other_system) =
            (token(Rolle::Hr).await, token(Rolle::Revisor).await, token(Rolle::System).await);
        let own = Wanted { rolle: Rolle::Medarbejder, medarbejder: Some(NR.to_owned()), navn: None, udloeber: None };
        let own = p.bed(TerminalRequest::Token(own)).await.out[0].clone();
        Self { routes, works, hr, own, auditor, other_system }
    }

    pub(super) async fn answer(&self, request: Request<Body>) -> Response {
        self.routes.clone().oneshot(request).await.unwrap()
    }

    async fn send(&self, request: Request<Body>) -> (StatusCode, String, Option<String>) {
        let answer = self.answer(request).await;
        let cookie = answer.headers().get(header::SET_COOKIE).map(|h| h.to_str().unwrap().to_owned());
        let (status, body) = (answer.status(), axum::body::to_bytes(answer.into_body(), 1 << 24).await.unwrap());
        (status, String::from_utf8_lossy(&body).into_owned(), cookie)
    }

    pub(super) async fn api(
        &self,
        method: Method,
        token: &str,
        path: &str,
        kind: &str,
        body: impl Into<Body>,
    ) -> (StatusCode, String) {
        let request = Request::builder().method(method).uri(path);
        let request =
            request.header(header::AUTHORIZATION, format!("Bearer {token}")).header(header::CONTENT_TYPE, kind);
        let (status, body, _) = self.send(request.body(body.into()).unwrap()).await;
        (status, body)
    }

    pub(super) async fn get(&self, token: &str, path: &str) -> (StatusCode, String) {
        self.api(Method::GET, token, path, "application/json", Body::empty()).await
    }

    /// HR is logged in in a browser: its cookie.
    async fn cookie(&self) -> String {
        let log_in = Request::post("/log-ind").header(header::CONTENT_TYPE, FORM);
        let (_, _, cookie) = self.send(log_in.body(Body::from(format!("token={}", self.hr))).unwrap()).await;
        cookie.expect("a token logs in").split(';').next().unwrap().to_owned()
    }

    /// What HR is shown of a forløb in a browser.
    async fn page(&self, id: Uuid) -> String {
        let page = Request::get(format!("/forloeb/{id}")).header(header::COOKIE, self.cookie().await);
        self.send(page.body(Body::empty()).unwrap()).await.1
    }

    /// Somebody is searched for by name, through the API and on the page, and a file of payroll is tried on the page.
    async fn searches_and_files(&self) {
        let body = json!({ "q": "Kvidderfugl" }).to_string();
        let (status, found) = self.api(Method::POST, &self.hr, "/api/v1/personer/soeg", "application/json", body).await;
        assert!(status == StatusCode::OK && found.contains(NR), "{status} {found}");
        let cookie = self.cookie().await;
        let on_page = |path: &str, kind: &str, body: String| {
            let request = Request::post(path).header(header::COOKIE, &cookie).header(header::CONTENT_TYPE, kind);
            self.routes.clone().oneshot(request.body(Body::from(body)).unwrap())
        };
        let found = on_page("/find", FORM, "q=Kvidderfugl".to_owned()).await.unwrap();
        assert_eq!(found.status(), StatusCode::SEE_OTHER);
        let to = found.headers()[header::LOCATION].to_str().unwrap().to_owned();
        let shown = Request::get(to.as_str()).header(header::COOKIE, &cookie).body(Body::empty()).unwrap();
        let (_, shown, _) = self.send(shown).await;
        assert!(
            canaries_in(to.as_bytes()).is_empty() && canaries_in(shown.as_bytes()).contains(&"Personoplysninger.navn"),
            "{to} {shown}"
        );

        let part = |name: &str, value: &str| {
            let file = if name == "fil" { "; filename=\"f.csv\"\r\nContent-Type: text/csv" } else { "" };
            format!("--rand\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n")
        };
        let told = people().replace("Fjerplukkermester", "Fjerplukkermester hos Onkel Gråspurv");
        let form = [part("hvad", "medarbejdere"), part("profil", ""), part("fil", &told)].concat() + "--rand--\r\n";
        let sent = on_page("/hr/indlaesning", "multipart/form-data; boundary=rand", form).await.unwrap();
        assert_eq!(sent.status(), StatusCode::SEE_OTHER);
        let to = sent.headers()[header::LOCATION].to_str().unwrap().to_owned();
        let end = Instant::now() + Duration::from_secs(120);
        loop {
            let tried = Request::get(to.as_str()).header(header::COOKIE, &cookie).body(Body::empty()).unwrap();
            let (status, page, _) = self.send(tried).await;
            assert_eq!(status, StatusCode::OK, "{page}");
            if !page.contains("http-equiv=\"refresh\"") {
                break;
            }
            assert!(Instant::now() < end, "{page}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Canaries where none belongs: in an address, a token, a cookie, a file with wrong lines, a body that is none.
    async fn strays(&self) {
        for path in ["/api/v1/forloeb?enhed=6906850057", "/api/v1/forloeb/690685-0057", "/Kvidderfugl?q=6906850057"] {
            let (status, _) = self.get(&self.hr, path).await;
            assert!(status.is_client_error() || status.is_success(), "{path}: {status}");
        }
        assert_eq!(self.get("rv_6906850057Kvidderfugl", "/api/v1/forloeb").await.0, StatusCode::UNAUTHORIZED);
        let page = Request::get("/forloeb").header(header::COOKIE, "raskvej=6906850057; Kvidderfugl=690685-0057");
        assert!(!self.send(page.body(Body::empty()).unwrap()).await.0.is_server_error());
        let bad = people().replace(";15-08-2012;", &format!(";{NAME};")).replace(";01-03-2009;", ";6906850057;");
        let (path, csv) = ("/api/v1/import/medarbejdere", "text/csv");
        assert!(!self.api(Method::POST, &self.hr, path, csv, bad).await.0.is_server_error());
        let (status, _) = self.api(Method::POST, &self.hr, "/api/v1/forloeb", "application/json", NAME).await;
        assert!(status.is_client_error(), "{status}");
    }
}

/// What payroll tells, with the canaries in it.
fn people() -> String {
    let told = String::from_utf8(file("medarbejdere.csv")).unwrap();
    let known = "Jørn Bæk;m1005@lille.example;+45 00 00 10 05;Social- og sundhedshjælper;";
    assert!(told.contains(known));
    told.replace(known, &format!("{NAME};{EMAIL};+45 20 91 37 46;Fjerplukkermester;"))
}

fn outside(folder: &Path) -> Outside {
    Outside { master: Some(Master::new([7; 32])), erasures: Some(folder.join("sletninger")) }
}

/// Everything that is written down, told to those who may not read what is sealed, or taken away.
async fn look(search: &mut Search, p: &Trial, service: &Service, id: Uuid, when: &str) -> Vec<u8> {
    search.folder(&format!("folder {when}"), p.path());
    for path in [
        "/metrics".to_owned(),
        "/api/v1/revision/haendelser".to_owned(),
        "/api/v1/forloeb".to_owned(),
        format!("/api/v1/forloeb/{id}/historik"),
        format!("/api/v1/forloeb/{id}"),
    ] {
        let (status, body) = service.get(&service.auditor, &path).await;
        assert!(!status.is_server_error(), "{path}: {status}");
        search.through(&format!("auditor {when}"), body.as_bytes());
    }
    let (status, feed) = service.get(&service.other_system, "/api/v1/haendelser?fra=1&antal=10000").await;
    assert!(status == StatusCode::OK && feed.contains(&id.to_string()), "{status}");
    search.through(&format!("feed {when}"), feed.as_bytes());
    for (request, place) in [
        (TerminalRequest::Replay { forloeb: None, til: None, format: Format::Json }, "replay"),
        (TerminalRequest::Replay { forloeb: None, til: None, format: Format::Text }, "replay"),
        (TerminalRequest::Export { forloeb: None, earlier: Vec::new() }, "bundle"),
        (TerminalRequest::Export { forloeb: Some(id), earlier: Vec::new() }, "bundle"),
    ] {
        let answer = p.bed(request).await;
        assert_eq!(answer.code, DONE, "{:?}", answer.error);
        let said = [answer.data, answer.out.join("\n").into_bytes(), answer.error.join("\n").into_bytes()].concat();
        assert!(said.len() > 1000);
        search.through(&format!("{place} {when}"), &said);
    }
    let backup = p.bed(TerminalRequest::Backup { known_ones: Vec::new() }).await;
    assert_eq!(backup.code, DONE, "{:?}", backup.error);
    search.with_formaal(&format!("backup {when}"), &backup.data);
    backup.data
}

/// A folder is put back from a backup, and opened.
async fn restore(search: &mut Search, backup: &[u8], outside: &Outside, when: &str) -> Trial {
    let work = tempfile::tempdir().unwrap();
    let from = work.path().join("kopi.tar");
    std::fs::write(&from, backup).unwrap();
    let new = tempfile::tempdir().unwrap();
    let lists: Vec<PathBuf> = outside.erasures.iter().filter(|list| list.is_file()).cloned().collect();
    recreate_without(&[from], None, &lists, outside, new.path()).unwrap();
    search.folder(&format!("restored {when}"), new.path());
    let again = Trial::with(new, outside.clone()).await.unwrap();
    search.folder(&format!("restored and opened {when}"), again.path());
    again
}

fn name_of(p: &Trial) -> Option<String> {
    p.app.details(NR).and_then(Result::ok).map(|told| told.name.show().clone())
}

#[tokio::test]
async fn nothing_that_was_told_in_confidence_is_found_outside_of_what_is_sealed() {
    let lines = Lines::default();
    let to = lines.clone();
    let subscriber = tracing_subscriber::fmt().with_env_filter(wanted("trace")).with_ansi(false);
    let _here = tracing::subscriber::set_default(subscriber.with_writer(move || to.clone()).finish());
    let recorder = PrometheusBuilder::new().build_recorder();
    let measured = recorder.handle();
    let _counted = metrics::set_default_local_recorder(&recorder);

    let (elsewhere, mails) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let outside = outside(elsewhere.path());
    let p = Trial::with(tempfile::tempdir().unwrap(), outside.clone()).await.unwrap();
    let answer = p.import(people().as_bytes(), &file("fravaer.csv")).await;
    assert_eq!((answer.code, answer.error), (DONE, vec![]));
    let service = Service::new(&p, mails.path(), &measured).await;
    let id = p.forloeb(NR).await.id;
    service.commands(id).await;
    service.strays().await;
    service.searches_and_files().await;
    service.formaal(id).await;
    // What is there is found: HR is shown it, and the person's own copy of it is everything.
    let page = service.page(id).await;
    assert!(canaries_in(page.as_bytes()).contains(&"Personoplysninger.navn"), "{page}");
    let insight = TerminalRequest::Insight { medarbejder: NR.to_owned(), formaal: None, format: Format::Json };
    let told = canaries_in(&p.bed(insight.clone()).await.data);
    let missed: Vec<&str> = CANARIES.iter().map(|(what, _)| *what).filter(|what| !told.contains(what)).collect();
    assert_eq!(missed, ["CPR number with a hyphen"], "what was put in is in there");

    for day in ["2026-11-20", "2026-11-23", "2026-11-24", "2026-11-25", "2026-11-30", "2026-12-01", "2026-12-07"] {
        p.app.clock.move_to(format!("{day}T08:30:00Z").parse().unwrap());
        service.works.tick().await.unwrap();
    }
    let mut search = Search::default();
    let mut own = 0;
    for path in files(mails.path()) {
        let mail = std::fs::read_to_string(path).unwrap();
        own += usize::from(mail.contains(&format!("To: {EMAIL}")));
        // Its own mailbox is named where a mail has to get there, and by the appointment whose it is.
        let without = |text: &str| text.replace(&format!("To: {EMAIL}"), "").replace(&format!("mailto:{EMAIL}"), "");
        search.through("mails", without(&mail).as_bytes());
        search.through("mails", without(&String::from_utf8_lossy(&opened(&mail))).as_bytes());
    }
    assert!(own > 0, "a mail to the person was among them");
    let tried = service.every_command(id).await;
    println!("{tried} requests of {} commands", commands::ALL.len());
    assert!(tried > 200, "{tried}");
    let backup = look(&mut search, &p, &service, id, "before").await;
    let again = restore(&mut search, &backup, &outside, "before").await;
    assert_eq!(name_of(&again).as_deref(), Some(NAME), "it was there, sealed");
    again.close().await;

    let erased = p.bed(erase_request(NR, MEANT)).await;
    assert_eq!(erased.code, DONE, "{:?}", erased.error);
    let certificate = [erased.out.join("\n"), erased.error.join("\n")].concat();
    search.through("certificate", certificate.as_bytes());
    search.through("list of erasures", &std::fs::read(outside.erasures.as_ref().unwrap()).unwrap());
    let page = service.page(id).await;
    assert!(page.len() > 1000 && page.contains(NR), "{page}");
    search.through("page of HR after", page.as_bytes());
    search.with_formaal("insight after", &p.bed(insight).await.data);
    let new = look(&mut search, &p, &service, id, "after").await;
    for (backup, when) in [(backup, "before, and the list"), (new, "after")] {
        let again = restore(&mut search, &backup, &outside, when).await;
        assert_eq!(name_of(&again), None, "{when}");
        search.folder(&format!("closed, {when}"), again.close().await.path());
    }
    drop(service);
    search.folder("folder closed", p.close().await.path());

    tracing::trace!("the last line");
    search.through("metrics", measured.render().as_bytes());
    let lines = lines.0.lock().unwrap().clone();
    let text = String::from_utf8_lossy(&lines);
    assert!(text.contains("the last line") && measured.render().contains("raskvej_"), "they were listened to");
    println!("{} log lines", text.lines().count());
    search.through("log lines", &lines);
    for (place, (pieces, length)) in &search.looked {
        println!("{place}: {pieces} pieces, {length} bytes");
    }
    let length: usize = search.looked.values().map(|(_, length)| length).sum();
    println!("{} canaries, {length} bytes, {} found", CANARIES.len(), search.found.len());
    assert_eq!(search.found, Vec::<String>::new());
}
