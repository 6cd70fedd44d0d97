//! The morning's checkpoint of the log leaves for those who do not own the log: the auditor's mailbox, a folder that is
//! best on another machine, and a server.
//!
//! Each day has one for each way, also when the log did not grow: that one is missing means something. What could not
//! leave is tried again, and that is told in readiness, metrics and log lines until it has. Which day left is in a small
//! file of the data folder; when that is lost, the same day may leave twice.
//!
//! A folder, and a folder of a server, are kept the list of erasures besides ([`app::erasures`]): it has to be somewhere where no
//! restore reaches. It is a file for each state of the list, since one that is written over by an older folder would be shorter.
//! Ids and times are all there is in it. The auditor's mailbox and a server that takes one note are no place for it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use app::checkpoint::PublicKey;
use app::clock::{dag_in_denmark, klokken};
use app::core::App;
use app::durable::{self, Existing, NewFile, SECRET};
use app::erasures::{self, Erasures};
use app::failure::Causes;
use app::keys::Confidential;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use lettre::Address;
use sha2::{Digest, Sha256};
use texts::sentences;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use url::Url;

use crate::https::{Https, HttpsError, Method, StatusCode, WebAddress};
use crate::once::day as example_day;
use crate::transport::{Dispatch, FilePart, MailTransport, OutgoingMail};

/// Which day left, by the way it took.
const FILE: &str = "segl.json";
/// When the day's leaves, in Denmark.
const MORNING: NaiveTime = NaiveTime::from_hms_opt(6, 0, 0).expect("it is a time of day");
/// How often it is looked at whether it is morning.
const REST: Duration = Duration::from_secs(5);
/// How long what failed waits for the next try.
const AGAIN: Duration = Duration::from_secs(60);
/// How long a folder may take: one of a machine that is away may take for ever.
const FOLDER_PATIENCE: Duration = Duration::from_secs(30);
/// How long a server may take.
const SERVER_PATIENCE: Duration = Duration::from_secs(30);
/// Others read what is kept for them.
const READABLE: u32 = 0o644;

/// Where the checkpoints leave for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckpointSettings {
    /// The auditor's mailbox.
    pub mail: Option<String>,
    /// A folder, best one of another machine.
    pub folder: Option<PathBuf>,
    /// A server. One whose address ends in `/` is a folder there, and each day's is put into it as a file; any other is
    /// handed each day's.
    pub server: Option<WebAddress>,
}

/// A checkpoint, and what is told with it.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// The signed note.
    pub note: String,
    /// The key it is signed with.
    pub key: PublicKey,
    /// Number of commits in the log.
    pub commits: u64,
}

/// Sends them.
pub struct Checkpoints {
    app: Arc<App>,
    transport: Arc<MailTransport>,
    settings: CheckpointSettings,
    /// How the server is asked; it may be that it cannot be.
    server: Option<Result<Https, HttpsError>>,
    /// The write to the folder that is under way. A disk that hangs keeps this one thread, and no more.
    writing: Mutex<Option<JoinHandle<io::Result<()>>>>,
    /// How long the folder may take before the rest goes on without it.
    patience: Duration,
}

/// A way a checkpoint takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Mail,
    Folder,
    Server,
}

impl Way {
    const fn code(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Folder => "mappe",
            Self::Server => "url",
        }
    }
}

/// What a server did with what it was handed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Put {
    Taken,
    /// It has one by that name, which stays.
    WasThere,
}

impl Checkpoints {
    /// For an open log.
    #[must_use]
    pub fn new(app: Arc<App>, transport: Arc<MailTransport>, settings: CheckpointSettings) -> Self {
        let server = settings.server.as_ref().map(|server| Https::new(server.url(), None, SERVER_PATIENCE));
        Self { app, transport, settings, server, writing: Mutex::default(), patience: FOLDER_PATIENCE }
    }

    /// They leave for nowhere: then nobody outside can tell whether the log was written anew.
    #[must_use]
    pub const fn leave_for_nowhere(&self) -> bool {
        self.settings.mail.is_none() && self.settings.folder.is_none() && self.settings.server.is_none()
    }

    /// The loop, until `stop` is true or gone.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        if self.leave_for_nowhere() {
            return;
        }
        loop {
            let works = self.clone();
            // A task of its own: a panic ends the attempt, and not the next morning's.
            let all_left = tokio::spawn(async move { works.tick().await }).await.unwrap_or_else(|_| {
                tracing::error!("loggens segl gik i panik på vej ud og prøves igen");
                false
            });
            tokio::select! {
                () = tokio::time::sleep(if all_left { REST } else { AGAIN }) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Lets leave what has not left of the newest morning; whether everything has.
    pub async fn tick(&self) -> bool {
        let now = self.app.clock.now();
        // On a day in doubt nothing leaves: that the clock is in doubt is told already.
        if self.app.clock_guard.doubt().is_some() {
            return true;
        }
        let day = newest_morning(now);
        let mut left = self.left();
        let ways = [
            (Way::Mail, self.settings.mail.is_some()),
            (Way::Folder, self.settings.folder.is_some()),
            (Way::Server, self.settings.server.is_some()),
        ];
        let ways: Vec<Way> = ways
            .into_iter()
            // Also where a clock that was ahead let another day's leave: until then nobody else would have today's.
            .filter(|(way, wanted)| *wanted && left.get(way.code()) != Some(&day))
            .map(|(way, _)| way)
            .collect();
        if ways.is_empty() {
            return true;
        }
        let sealed = match self.sealed().await {
            Ok(sealed) => sealed,
            Err(reason) => {
                ways.iter().for_each(|way| self.app.undelivered.note(way.code(), Some(reason.clone())));
                return false;
            }
        };
        let mut all_left = true;
        for way in ways {
            let sent = match way {
                Way::Mail => self.mail(&sealed, now).await,
                Way::Folder => self.write(&sealed, day).await,
                Way::Server => self.hand_over(&sealed, day).await,
            };
            all_left &= sent.is_ok();
            if sent.is_ok() {
                left.insert(way.code().to_owned(), day);
                if let Err(error) = self.note_left(&left) {
                    tracing::warn!(%error, "det kan ikke skrives ned, at loggens segl er sendt: det kan blive sendt to gange");
                }
                tracing::info!(commits = sealed.commits, way = way.code(), "loggens segl er sendt");
            }
            self.app.undelivered.note(way.code(), sent.err());
        }
        all_left
    }

    async fn sealed(&self) -> Result<Sealed, String> {
        let seal = self.app.seal().await.map_err(|error| Causes(&error).to_string())?;
        let tree = self.app.log.commit_tree().await.map_err(|error| Causes(&error).to_string())?;
        Ok(Sealed { note: seal.checkpoint(&tree), key: seal.public_key(), commits: tree.commits })
    }

    async fn mail(&self, sealed: &Sealed, now: DateTime<Utc>) -> Result<(), String> {
        let Some(to) = &self.settings.mail else { return Ok(()) };
        match self.transport.send(&letter(sealed, to, now)).await {
            Dispatch::Sendt => Ok(()),
            Dispatch::Temporary { grund, .. } | Dispatch::Final(grund) => Err(grund),
        }
    }

    async fn write(&self, sealed: &Sealed, day: NaiveDate) -> Result<(), String> {
        let Some(folder) = &self.settings.folder else { return Ok(()) };
        let mut writing = self.writing.lock().await;
        let mut under_way = writing.take().unwrap_or_else(|| {
            let (folder, key, note) = (folder.clone(), sealed.key.clone(), sealed.note.clone());
            let erasures = self.app.erasures.clone();
            tokio::task::spawn_blocking(move || {
                keep_of_day(&folder, &key, day, &note)?;
                match list_of_erasures(&erasures, &key)? {
                    Some((name, bytes)) => keep(&folder.join(name), &bytes, SECRET),
                    None => Ok(()),
                }
            })
        });
        match timeout(self.patience, &mut under_way).await {
            // It goes on by itself, and the next try waits for this one.
            Err(_) => {
                *writing = Some(under_way);
                Err("mappen svarer ikke".to_owned())
            }
            Ok(Err(_)) => Err("gik i panik".to_owned()),
            Ok(Ok(kept)) => kept.map_err(|error| error.to_string()),
        }
    }

    async fn hand_over(&self, sealed: &Sealed, day: NaiveDate) -> Result<(), String> {
        let Some(address) = &self.settings.server else { return Ok(()) };
        if !address.url().path().ends_with('/') {
            let sent = self.send(Method::POST, address.url().clone(), sealed.note.clone().into_bytes()).await;
            return sent.map(|_| ());
        }
        let note = sealed.note.clone().into_bytes();
        if self.put(address, &file_name(&sealed.key, day), note.clone()).await? == Put::WasThere {
            self.put(address, &second_file_name(&sealed.key, day, &sealed.note), note).await?;
        }
        let (erasures, key) = (self.app.erasures.clone(), sealed.key.clone());
        let listed = tokio::task::spawn_blocking(move || list_of_erasures(&erasures, &key)).await;
        match listed.map_err(|_| "gik i panik".to_owned())?.map_err(|error| error.to_string())? {
            Some((name, bytes)) => self.put(address, &name, bytes).await.map(|_| ()),
            None => Ok(()),
        }
    }

    /// Puts a file into the folder of the server. One that is there already stays.
    async fn put(&self, folder: &WebAddress, name: &str, bytes: Vec<u8>) -> Result<Put, String> {
        self.send(Method::PUT, folder.with(name), bytes).await
    }

    async fn send(&self, method: Method, address: Url, bytes: Vec<u8>) -> Result<Put, String> {
        let Some(server) = &self.server else { return Ok(Put::Taken) };
        let told = |error: &HttpsError| Causes(error).to_string();
        let server = server.as_ref().map_err(told)?;
        let put = method == Method::PUT;
        let mut request = server.request(method, address).header("content-type", "text/plain; charset=utf-8");
        if put {
            request = request.header("if-none-match", "*");
        }
        let request = request.body(bytes).build().map_err(|error| told(&error.into()))?;
        let answer = server.send(request).await.map_err(|error| told(&error))?;
        match answer.status {
            StatusCode::PRECONDITION_FAILED if put => Ok(Put::WasThere),
            status if status.is_success() => Ok(Put::Taken),
            status => Err(format!("svarede {}", status.as_u16())),
        }
    }

    fn left(&self) -> BTreeMap<String, NaiveDate> {
        left(&self.app.folder)
    }

    fn note_left(&self, left: &BTreeMap<String, NaiveDate>) -> io::Result<()> {
        durable::replace(&self.app.folder.join(FILE), &serde_json::to_vec(left)?)
    }
}

/// The day whose checkpoint left a data folder last, by the way it took: `mail`, `mappe`, `url`. What cannot be read is as if
/// nothing had left.
#[must_use]
pub fn left(folder: &Path) -> BTreeMap<String, NaiveDate> {
    let file = std::fs::read(folder.join(FILE));
    file.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// The day of the newest morning that has come.
fn newest_morning(now: DateTime<Utc>) -> NaiveDate {
    let today = dag_in_denmark(now);
    if now >= klokken(today, MORNING) { today } else { today.pred_opt().unwrap_or(today) }
}

/// Name of the file of a day. Each log and each day has its own, so nothing is written over.
fn file_name(key: &PublicKey, day: NaiveDate) -> String {
    format!("{}-{day}.segl", key.name().replace('/', "-"))
}

/// Name of the file of a day that has another one already: nothing is written over, and the day's seal is not lost to one that a
/// clock which was ahead let leave, or to one that left just before the machine stopped.
fn second_file_name(key: &PublicKey, day: NaiveDate, note: &str) -> String {
    format!("{}-{day}-{}.segl", key.name().replace('/', "-"), short_sum(note.as_bytes()))
}

/// Eight hexadecimal digits of a content.
fn short_sum(content: &[u8]) -> String {
    Sha256::digest(content).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// Keeps the seal of a day: by the day's name, or beside another one that has it.
fn keep_of_day(folder: &Path, key: &PublicKey, day: NaiveDate, note: &str) -> io::Result<()> {
    let path = folder.join(file_name(key, day));
    keep(&path, note.as_bytes(), READABLE)?;
    let (mut there, longer) =
        (Vec::new(), u64::try_from(note.len()).map_or(u64::MAX, |length| length.saturating_add(1)));
    File::open(&path)?.take(longer).read_to_end(&mut there)?;
    if there == note.as_bytes() {
        return Ok(());
    }
    keep(&folder.join(second_file_name(key, day, note)), note.as_bytes(), READABLE)
}

/// Keeps a file. One that is there already stays.
fn keep(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut file = NewFile::create(path, mode)?;
    file.write_all(bytes)?;
    match file.finish(Existing::Keep) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        finished => finished,
    }
}

/// The list of erasures as it stands now, and the name of a file that holds just this: how many are on it, so that the newest is
/// the last by name, and the beginning of its sum, so that two folders of one log never have each other's. None while nobody is
/// on it.
fn list_of_erasures(list: &Erasures, key: &PublicKey) -> io::Result<Option<(String, Vec<u8>)>> {
    let listed = list.read()?;
    if listed.is_empty() {
        return Ok(None);
    }
    let (log, bytes) = (key.name(), erasures::bytes(Some(&key.name()), &listed)?);
    let name = format!("{}-{:07}-{}.sletninger", log.replace('/', "-"), listed.len(), short_sum(&bytes));
    Ok(Some((name, bytes)))
}

/// The mail to the auditor; the same checkpoint is the same mail.
#[must_use]
pub fn letter(sealed: &Sealed, to: &str, now: DateTime<Utc>) -> OutgoingMail {
    let Sealed { note, key, commits } = sealed;
    let day = dag_in_denmark(now);
    let id: String =
        Sha256::digest(format!("{to}\n{day}\n{note}")).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let domain = to.parse::<Address>().map_or_else(|_| "localhost.localdomain".to_owned(), |a| a.domain().to_owned());
    let file = FilePart { name: file_name(key, day), content: note.clone() };
    let (subject, tekst) = words(&file, day, *commits, &key.hex());
    OutgoingMail {
        message_id: format!("{id}@{domain}"),
        dato: now,
        til: Confidential::new(to.to_owned()),
        til_rolle: "revisor".to_owned(),
        subject,
        tekst,
        calendar: None,
        file: Some(file),
    }
}

/// Subject and text.
fn words(FilePart { name, content: note }: &FilePart, day: NaiveDate, commits: u64, key: &str) -> (String, String) {
    let (date, count) = (sentences::dato(day), sentences::count(commits, "skrivning", "skrivninger"));
    let tekst = format!(
        "Til revisor\n\nHer er seglet af Raskvejs log, som den var {date}: {count}. Det er også vedhæftet som {name}.\n\n{note}\n\
         Gem mailen et sted, som den, der driver Raskvej, ikke kan ændre i. Med seglet kan du senere efterprøve, at det, \
         der stod i loggen i dag, stadig står der, uændret:\n\n\
         raskvej verify --bundle BUNDT --seal {name} --noegle NOEGLE\n\n\
         eller med scriptet verify_bundle.py, som ikke bruger vores program.\n\n\
         Seglet er underskrevet med nøglen {key}. Brug den nøgle, du selv noterede, da du første gang fik et segl, og ikke \
         den, der står her.\n\n\
         Kommer der en dag ikke noget segl, så spørg hvorfor.\n"
    );
    (format!("Raskvej: segl af loggen {date}"), tekst)
}

/// The mail of an invented log; neither its hash nor its signature is one.
pub(crate) fn example() -> (String, String, FilePart) {
    let content = "raskvej/eksempel\n12345\nEKSEMPEL+HASH+AF+LOGGEN=\n\n— raskvej/eksempel EKSEMPEL+UNDERSKRIFT=\n";
    let file = FilePart { name: "segl-2026-02-06.txt".to_owned(), content: content.to_owned() };
    let (subject, tekst) = words(&file, example_day(2026, 2, 6), 12_345, "EKSEMPEL");
    (subject, tekst, file)
}

#[cfg(test)]
mod tests;
