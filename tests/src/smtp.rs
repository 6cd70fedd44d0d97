//! An SMTP server of our own, in a thread: what `tests/smtp/server.py` does with aiosmtpd, by the same folder, so that the
//! quick tests need no Python. The full run uses aiosmtpd, and the tests of the mailbox hold both to the same.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::json;

/// A client that says nothing for so long has gone.
const SILENCE: Duration = Duration::from_secs(60);

static RUNS: AtomicU64 = AtomicU64::new(0);

/// A running server; it stops when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    port: u16,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    folder: PathBuf,
    /// Tells apart the mails of two servers that had the same folder one after the other.
    run: u64,
    number: AtomicU64,
    stopped: AtomicBool,
    /// The conversations under way, so that stopping ends them; and only one of them takes an order at a time.
    conversations: Mutex<Vec<TcpStream>>,
    orders: Mutex<()>,
}

impl Server {
    /// Listens on a port, 0 for a free one.
    pub(crate) fn start(folder: &Path, port: u16) -> io::Result<Self> {
        for name in ["plan", "Maildir/tmp", "Maildir/new", "Maildir/cur"] {
            fs::create_dir_all(folder.join(name))?;
        }
        let listener = TcpListener::bind(("127.0.0.1", port))?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(State {
            folder: folder.to_owned(),
            run: RUNS.fetch_add(1, Ordering::SeqCst),
            number: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            conversations: Mutex::new(Vec::new()),
            orders: Mutex::new(()),
        });
        let taken = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if taken.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let state = taken.clone();
                lock(&state.conversations).extend(stream.try_clone());
                std::thread::spawn(move || {
                    // A client that drops the connection is what some tests are about.
                    let _how_it_ended = converse(&state, &stream);
                    let _gone_already = stream.shutdown(Shutdown::Both);
                });
            }
        });
        Ok(Self { port, state })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.state.stopped.store(true, Ordering::SeqCst);
        for stream in lock(&self.state.conversations).drain(..) {
            let _gone_already = stream.shutdown(Shutdown::Both);
        }
        // The listener waits for somebody to come; once it has let go of the port, nobody can.
        for _ in 0..1000 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// A mail while it is told.
#[derive(Default)]
struct Mail {
    sender: Option<String>,
    recipients: Vec<String>,
    /// The answer to every further recipient, once one was refused.
    refusal: Option<String>,
}

fn converse(state: &State, stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(SILENCE))?;
    let (mut reader, mut writer) = (BufReader::new(stream.try_clone()?), stream.try_clone()?);
    let mut say = |line: &str| writer.write_all(format!("{line}\r\n").as_bytes());
    say("220 postkasse.example ESMTP")?;
    let mut mail = Mail::default();
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => say("250-postkasse.example\r\n250-SIZE 33554432\r\n250-8BITMIME\r\n250 SMTPUTF8")?,
            "HELO" | "NOOP" => say("250 OK")?,
            "RSET" => {
                mail = Mail::default();
                say("250 OK")?;
            }
            "QUIT" => return say("221 Bye"),
            "MAIL" => say(&state.from(line, &mut mail))?,
            "RCPT" => say(&state.to(line, &mut mail))?,
            "DATA" if mail.recipients.is_empty() => say("503 Error: need RCPT command")?,
            "DATA" => {
                say("354 End data with <CR><LF>.<CR><LF>")?;
                let Some(answer) = state.data(&std::mem::take(&mut mail), &data(&mut reader)?)? else { return Ok(()) };
                say(&answer)?;
            }
            _ => say("500 Error: command not recognized")?,
        }
    }
}

/// The mail as it came, until the line with a point alone; a point that was doubled for the way is one again.
fn data(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let (mut all, mut line) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(all);
        }
        all.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

impl State {
    /// The file of the next answer on order, and its words.
    fn next(&self) -> (Option<PathBuf>, Vec<String>) {
        let files = fs::read_dir(self.folder.join("plan")).into_iter().flatten().flatten().map(|entry| entry.path());
        let whole = files.filter(|path| path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.')));
        let first = whole.min();
        let words =
            first.as_ref().and_then(|path| fs::read_to_string(path).ok()).unwrap_or_else(|| "modtag".to_owned());
        (first, words.split_whitespace().map(str::to_owned).collect())
    }

    /// The rest of the next order when it begins with this word; it is used then.
    fn ordered(&self, word: &str) -> Option<String> {
        let _one_at_a_time = lock(&self.orders);
        let (file, words) = self.next();
        let (file, rest) = (file?, words.split_first().filter(|(first, _)| *first == word)?.1);
        fs::remove_file(file).expect("an order can be taken");
        Some(rest.join(" "))
    }

    fn from(&self, line: &str, mail: &mut Mail) -> String {
        if let Some(answer) = self.ordered("afvis-afsender") {
            self.note(&answer, None);
            return format!("{answer} bestilt afvisning af afsenderen");
        }
        *mail = Mail { sender: Some(address(line)), ..Mail::default() };
        "250 OK".to_owned()
    }

    fn to(&self, line: &str, mail: &mut Mail) -> String {
        if mail.refusal.is_none()
            && let Some(answer) = self.ordered("afvis-modtager")
        {
            self.note(answer.split(' ').next().unwrap_or_default(), None);
            mail.refusal = Some(format!("{answer} bestilt afvisning af modtageren"));
        }
        if let Some(refusal) = &mail.refusal {
            return refusal.clone();
        }
        mail.recipients.push(address(line));
        "250 OK".to_owned()
    }

    /// The answer to a mail's data; none when the connection is to drop.
    fn data(&self, mail: &Mail, raw: &[u8]) -> io::Result<Option<String>> {
        let (file, words) = {
            let _one_at_a_time = lock(&self.orders);
            let (file, words) = self.next();
            file.as_ref().map(fs::remove_file).transpose()?;
            (file, words)
        };
        let id = message_id(raw);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match (file, words.as_slice()) {
            (Some(_), ["afvis", code]) => {
                self.note(code, id.as_deref());
                return Ok(Some(format!("{code} bestilt afvisning")));
            }
            (Some(_), ["afbryd"]) => {
                self.note("afbryd", id.as_deref());
                return Ok(None);
            }
            (Some(_), ["vent", milliseconds]) => {
                std::thread::sleep(Duration::from_millis(milliseconds.parse().map_err(io::Error::other)?));
            }
            _ => {}
        }
        // Killed while it waited: nobody may find the mail afterwards.
        if self.stopped.load(Ordering::SeqCst) {
            return Ok(None);
        }
        self.deliver(mail, raw)?;
        let drops = words == ["modtag-og-afbryd"];
        self.note(if drops { "modtag-og-afbryd" } else { "250" }, id.as_deref());
        Ok((!drops).then(|| "250 OK".to_owned()))
    }

    /// Writes a mail into the Maildir: first under `tmp`, then moved, so that a reader never sees half of it.
    fn deliver(&self, mail: &Mail, raw: &[u8]) -> io::Result<()> {
        let number = self.number.fetch_add(1, Ordering::SeqCst) + 1;
        let envelope: Vec<&String> = mail.sender.iter().chain(&mail.recipients).collect();
        let maildir = self.folder.join("Maildir");
        let (name, head) = (format!("{number:06}.{}", self.run), serde_json::to_string(&envelope)?);
        let half = maildir.join("tmp").join(&name);
        fs::write(&half, [format!("Konvolut: {head}\r\n").as_bytes(), raw].concat())?;
        fs::rename(half, maildir.join("new").join(name))
    }

    /// Remembers an attempt.
    fn note(&self, answer: &str, message_id: Option<&str>) {
        let _one_at_a_time = lock(&self.orders);
        let line = json!({ "svar": answer, "message_id": message_id });
        let file = fs::OpenOptions::new().create(true).append(true).open(self.folder.join("forsoeg.jsonl"));
        file.and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()))
            .expect("the test's folder takes a line");
    }
}

/// What stands between `<` and `>`.
fn address(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or_else(String::new, |(address, _)| address.to_owned())
}

/// The value of the header, as it was written.
fn message_id(raw: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(raw);
    let head = text.split("\r\n\r\n").next().unwrap_or_default().to_owned();
    let line = head.lines().find(|line| line.len() > 11 && line[..11].eq_ignore_ascii_case("message-id:"))?;
    Some(line[11..].trim().to_owned())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
